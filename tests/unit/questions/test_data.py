"""What do we hold, and what is wrong with it? As tables and findings."""

from __future__ import annotations

from pathlib import Path

import pytest

from codebreakers.errors import CannotAnswerError, UnknownNameError
from codebreakers.estimates import Withheld
from codebreakers.measures.checks import CHECKS
from codebreakers.questions.data import _RULES, checks, releases, rows_of
from codebreakers.store import Store

HEADER = "RECTYPE,URN,SCHNAME,TPUP,TFSMCLA,TNOTFSMCLA,TAC5EMFSM,PTAC5EMFSM"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    path = tmp_path / "2012-2013" / "england_ks4.csv"
    path.parent.mkdir()
    lines = [
        HEADER,
        "1,100001,First,100,40,60,20,50",
        "1,100002,Second,100,140,60,20,14",
        "1,100003,Third,100,40,60,20,70",
        "1,100004,Fourth,8,4,4,1,0",
        "1,100004,Fourth,8,4,4,1,0",
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    held = Store(tmp_path / "store.duckdb")
    held.ingest(path)
    return held


def test_every_check_says_its_rule() -> None:
    assert _RULES.keys() == CHECKS.keys()


def test_releases_says_what_is_held_and_how_it_was_read(store: Store) -> None:
    table = releases(store)
    assert table["releases.held"].sentence == ("1 tables of 1 kinds are held, 2012/13 to 2012/13.")
    assert table.column("rows") == (5,)
    assert table.column("copies") == (1,)
    assert table.column("year") == ("2012/13",)
    (source,) = table["releases.held"].provenance
    assert source.sha256 == table.column("sha256")[0]


def test_no_store_is_said(tmp_path: Path) -> None:
    nowhere = Store(tmp_path / "none.duckdb")
    for ask in (releases, checks):
        with pytest.raises(CannotAnswerError, match="no store"):
            ask(nowhere)


def test_every_row_has_a_finding_and_every_finding_its_source(store: Store) -> None:
    table = checks(store)
    ids = [finding.id for finding in table.findings]
    assert len(set(ids)) == len(ids)
    found = [f for f in table.findings if f.id.startswith("check.")]
    assert [f.sentence for f in found] == list(table.column("found"))
    assert all(f.provenance and f.definition for f in found)
    assert table["checks.wrong"].value == table.column("severity").count("wrong")


def test_a_finding_is_named_after_its_check_table_and_column(store: Store) -> None:
    finding = checks(store)["check.over-whole.ks4-2013.tfsmcla.disadvantaged"]
    assert finding.value == 1
    assert finding.unit == "schools"
    assert "For example 100002." in finding.caveats
    assert finding.sentence == (
        "TFSMCLA is more than TPUP at 1 of 4 schools (25.0%) in the final ks4 table of 2012/13."
    )


def test_the_rows_behind_a_finding_are_listed(store: Store) -> None:
    table = rows_of(store, "check.over-whole.ks4-2013.tfsmcla.disadvantaged")
    assert table.to_dict() == {"school": ["100002"], "part": [140], "whole": [100]}
    copies = rows_of(store, "check.copies.ks4-2013")
    assert copies.to_dict() == {"school": ["100004"], "line": [6]}


def test_a_percentage_of_few_pupils_that_tells_of_all_is_withheld(store: Store) -> None:
    table = rows_of(store, "check.rate.ks4-2013.ptac5emfsm.disadvantaged")
    shown = dict(zip(table.column("school"), table.column("published_percent"), strict=True))
    assert shown == {"100003": 70.0, "100004": Withheld("small")}


def test_every_id_that_a_row_offers_can_be_listed(store: Store) -> None:
    table = checks(store)
    offered = [name for name in table.column("id") if name]
    assert offered
    for name in offered:
        rows = rows_of(store, str(name))
        assert len(rows) == rows.findings[0].value


def test_a_finding_about_a_whole_table_has_no_rows(store: Store) -> None:
    with pytest.raises(CannotAnswerError, match="whole table"):
        rows_of(store, "check.no-nation.ks4-2013")


@pytest.mark.parametrize("name", ["check.rate.ks4-1999", "nonsense", "check.nonsense.ks4-2013"])
def test_a_finding_that_there_is_not_is_said_to_be_unknown(store: Store, name: str) -> None:
    with pytest.raises(UnknownNameError, match=name):
        rows_of(store, name)


def test_a_year_is_asked_for_alone(store: Store) -> None:
    assert set(checks(store, year=2013).column("year")) == {"2012/13"}
    with pytest.raises(CannotAnswerError, match="2013"):
        checks(store, year=2012)


def test_the_answer_can_be_written_in_every_form(store: Store) -> None:
    table = checks(store)
    assert len(table.to_csv().splitlines()) == len(table) + 1
    assert len(table.to_dict()["check"]) == len(table)
