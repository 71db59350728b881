"""The published results, read once for all the tests that need every year of them."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest

from codebreakers.store import Store

RESULTS = (
    "dfe/*/england_ks4*.csv",
    "dfe/*/england_pupdest.csv",
    "dfe/*/la_and_region_codes_meta.csv",
    "national/*.csv",
)


@pytest.fixture(scope="session")
def england(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store of every year's results; not to be written to, for workers share it."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    path = folder / "england.duckdb"
    with (folder / "england.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            store = Store(folder / "england-begun.duckdb")
            for pattern in RESULTS:
                for published in sorted(data_dir.glob(pattern)):
                    store.ingest(published)
            store.path.rename(path)
    return Store(path)
