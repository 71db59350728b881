"""Budgets of answers, measured in process after import; the command adds at most 2 seconds."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from codebreakers.profiles.nation import nation
from codebreakers.sources.example import write_example
from codebreakers.store import Store
from codebreakers.store.lineage import lineages

ROOT = Path(__file__).resolve().parent.parent
PUBLISHED_SECONDS = 2.0
NATIONAL_SECONDS = 5.0  # with 2,000 draws
COMMAND_ADDS_SECONDS = 2.0
EXAMPLE_SECONDS = 8.0
LINEAGE_SECONDS = 5.0  # every link of the register
IMPORT_SECONDS = 0.5


def _median(run: Callable[[], object], times: int = 5) -> float:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        run()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


@pytest.fixture(scope="module")
def england(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The published tables in a store, or Example England where they are not there."""
    folder = Path(os.environ.get("CODEBREAKERS_DATA") or ROOT.parent / "shared" / "data")
    scratch = tmp_path_factory.mktemp("england")
    if not folder.is_dir():
        folder = scratch / "example"
        write_example(folder)
    store = Store(scratch / "england.duckdb")
    store.ingest(folder)
    return store


def test_national(england: Store) -> None:
    nation(england, year=2013)
    published = _median(lambda: nation(Store(england.path), year=2013, draws=0))
    alone = _median(lambda: nation(Store(england.path), year=2013), 3)
    words = ["national", "--year", "2013", "--store", str(england.path), "--format", "json"]
    command = [str(Path(sys.executable).parent / "codebreakers"), *words]
    whole = _median(lambda: subprocess.run(command, check=True, capture_output=True), 3)
    print(
        f"\nnational: {published:.2f} s as published, {alone:.2f} s with chance allowed for, "
        f"{whole:.2f} s as a command"
    )
    assert published < PUBLISHED_SECONDS
    assert alone < NATIONAL_SECONDS
    assert whole - alone < COMMAND_ADDS_SECONDS


def test_example_england(tmp_path: Path) -> None:
    folders = iter(tmp_path / str(i) for i in range(9))
    taken = _median(lambda: write_example(next(folders)), 3)
    print(f"\nExample England: {taken:.2f} s")
    assert taken < EXAMPLE_SECONDS


def test_import() -> None:
    command = [sys.executable, "-X", "importtime", "-c", "import codebreakers"]

    def seconds() -> float:
        said = subprocess.run(command, check=True, capture_output=True, text=True).stderr
        own = [line for line in said.splitlines() if line.endswith(" codebreakers")]
        return int(own[0].split("|")[1]) / 1e6

    taken = statistics.median(seconds() for _ in range(3))
    print(f"\nimport codebreakers: {taken:.3f} s")
    assert taken < IMPORT_SECONDS


def test_lineage(england: Store) -> None:
    seconds = _median(lambda: lineages(Store(england.path)), 3)
    print(f"\nlineage: every school followed through its links in {seconds:.2f} s")
    assert seconds < LINEAGE_SECONDS
