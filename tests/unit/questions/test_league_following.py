"""A school of two years is followed through its URNs, as the register links them."""

from __future__ import annotations

import pytest

from codebreakers.questions.league import league
from codebreakers.store import Store

OLD = """URN,RECTYPE,LEA,ESTAB,SCHNAME,NFTYPE,TPUP,PTAC5EM
100001,1,330,4001,Ash,CY,100,90%
100002,1,330,4002,Birch,CY,100,70%
100003,1,330,4003,Cedar,CY,100,50%
"""
NEW = """URN,RECTYPE,LEA,ESTAB,SCHNAME,NFTYPE,TPUP,PTAC5EM
100002,1,330,4002,Birch,CY,100,60%
100003,1,330,4003,Cedar,CY,100,50%
140001,1,330,4001,Ash Academy,ACC,100,40%
"""
LINKS = """URN,LinkURN,LinkName,LinkType,LinkEstablishedDate
100001,140001,Ash Academy,Successor,01-09-2012
140001,100001,Ash,Predecessor,01-09-2012
"""
ASKED = {"year": 2013, "old": "five_good_gcses", "new": "five_good_gcses", "old_year": 2012}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("following")
    for name, text in (
        ("2011-2012/england_ks4.csv", OLD),
        ("2012-2013/england_ks4.csv", NEW),
        ("links.csv", LINKS),
    ):
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    store = Store(tmp_path_factory.mktemp("store") / "store.duckdb")
    assert [one.state for one in store.ingest(folder)] == ["new"] * 3
    return store


def falls(store: Store, *, by_urn: bool) -> dict[object, object]:
    table = league(store, by="school", by_urn=by_urn, draws=0, **ASKED)
    return dict(zip(table.column("school_urn"), table.column("rank_fall_points"), strict=True))


def test_a_converted_school_is_followed(store: Store) -> None:
    """The academy was first of three and is last."""
    assert falls(store, by_urn=False) == {"100002": -50, "100003": -50, "140001": 100}


def test_by_urn_alone_it_is_not_and_the_difference_is_said(store: Store) -> None:
    assert falls(store, by_urn=True) == {"100002": 0, "100003": 0}
    table = league(store, draws=0, **ASKED)
    assert table["league.fallers.share"].figure.n == 3
    assert table["league.by_urn"].figure.n == 2
    assert table["league.by_urn"].value == 0
    assert "through their URNs" in " ".join(table["league.by_urn"].caveats)
