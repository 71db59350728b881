"""What every test may ask for."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from codebreakers.profiles.example import example_store
from codebreakers.store import Store

ROOT = Path(__file__).resolve().parent.parent
SCHOOLS = 160

# The same examples at every run, so that it passes or fails for what was changed; `make fresh`
# looks for others.
settings.register_profile("same", derandomize=True)
settings.register_profile("fresh", print_blob=True)
settings.load_profile("same")

Once = Callable[[str, Callable[[Path], object]], Path]


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The published tables: CODEBREAKERS_DATA, or ../shared/data beside the project."""
    folder = Path(os.environ.get("CODEBREAKERS_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"the published tables are not at {folder}; set CODEBREAKERS_DATA")
    return folder


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """Make a file or folder once for all workers: it is not to be written to."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent

    def make_once(name: str, make: Callable[[Path], object]) -> Path:
        path = folder / name
        with (folder / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not path.exists():
                begun = folder / f"begun-{name}"
                make(begun)
                begun.rename(path)
        return path

    return make_once


@pytest.fixture(scope="session")
def england(data_dir: Path, once: Once) -> Store:
    """A store of every published table; not to be written to, for workers share it."""
    return Store(once("england.duckdb", lambda path: Store(path).ingest(data_dir)))


@pytest.fixture(scope="session")
def example(once: Once) -> Store:
    """Example England with a few schools; not to be written to, for workers share it."""
    return Store(once("example.duckdb", lambda path: example_store(path, schools=SCHOOLS)))
