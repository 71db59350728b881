"""Budget of the specification curve: 200 specifications of England's 2013 table within a minute."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np
import pytest

from codebreakers.measures.catalogue import find
from codebreakers.peers.population import population
from codebreakers.questions.robustness import robustness
from codebreakers.sources.example import write_example
from codebreakers.store import Store

ROOT = Path(__file__).resolve().parent.parent
YEAR = 2013
SPECIFICATIONS = 200
SECONDS = 60.0


@pytest.fixture(scope="module")
def england(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The published table of 2013 alone, or Example England's where it is not there."""
    folder = Path(os.environ.get("CODEBREAKERS_DATA") or ROOT.parent / "shared" / "data")
    scratch = tmp_path_factory.mktemp("england")
    if not folder.is_dir():
        folder = scratch / "example"
        write_example(folder, years=(YEAR,))
    store = Store(scratch / "england.duckdb")
    for path in sorted(folder.rglob("2012-2013/england_ks4.csv")):
        store.ingest(path)
    return store


def some_school(store: Store) -> str:
    """The first school with thirty disadvantaged pupils and a result."""
    people = population(store, YEAR)
    summary = people.take(find("five_good_gcses"), "disadvantaged")
    fine = ~np.isnan(summary.values) & (summary.pupils >= 30)
    return str(people.keys[fine][0])


@pytest.mark.parametrize("verdict", ["beats-similar", "room-to-grow", "gain"])
def test_two_hundred_specifications(england: Store, verdict: str) -> None:
    school = None if verdict == "gain" else some_school(england)
    began = time.perf_counter()
    table = robustness(england, school=school, verdict=verdict, year=YEAR)
    taken = time.perf_counter() - began
    answered = table["robustness.stands"].figure.n
    print(f"\n{verdict}: {answered} specifications answered in {taken:.1f} s")
    assert taken * SPECIFICATIONS / answered < SECONDS
