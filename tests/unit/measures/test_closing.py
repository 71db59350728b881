"""Schools that tables of results flag as closed: those of the tables asked about, and no others."""

from __future__ import annotations

from pathlib import Path

import pytest

from codebreakers.measures.closing import flagged_closed
from codebreakers.store import Store

HEADER = "RECTYPE,LEA,URN,SCHNAME,NFTYPE,TPUP,P8MEA,ICLOSE"
TABLES = {
    # A and C had closed; the authority's row says 1 as well.
    2017: ["1,301,100001,A,CY,90,0,1", "1,301,100002,B,CY,90,0,0", "1,302,100003,C,CY,90,0,1"],
    2018: ["1,301,100001,A,CY,90,0,0", "1,301,100002,B,CY,90,0,1"],
    2016: ["1,301,100001,A,CY,90,0,", "1,301,100002,B,CY,90,0,"],
}
AUTHORITY = "4,301,,,,500,0,1"


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, dict[int, int]]:
    """A store of three years, and each year's release."""
    folder = tmp_path_factory.mktemp("closing")
    store = Store(folder / "closing.duckdb")
    for year, rows in TABLES.items():
        path = folder / f"{year - 1}-{year}" / "england_ks4.csv"
        path.parent.mkdir()
        path.write_text("\n".join([HEADER, *rows, AUTHORITY]) + "\n")
        assert [one.state for one in store.ingest(path)] == ["new"]
    return store, {release.year: release.id for release in store.releases()}


@pytest.mark.parametrize(
    ("years", "closed"),
    [
        ([2017], {"100001", "100003"}),
        ([2018], {"100002"}),
        ([2017, 2018], {"100001", "100002", "100003"}),
    ],
)
def test_they_are_those_of_the_tables_asked_about(tables, years, closed) -> None:
    store, releases = tables
    assert flagged_closed(store, [releases[year] for year in years]) == closed


def test_a_table_without_the_flag_says_of_no_school_that_it_is_open(tables) -> None:
    store, releases = tables
    assert flagged_closed(store, [releases[2016]]) is None
    assert flagged_closed(store, []) is None


def test_one_flag_is_enough(tmp_path: Path) -> None:
    path = tmp_path / "2016-2017" / "england_ks4.csv"
    path.parent.mkdir()
    path.write_text(f"{HEADER}\n{TABLES[2017][1]}\n")
    store = Store(tmp_path / "one.duckdb")
    store.ingest(path)
    assert flagged_closed(store, [1]) == frozenset()
