"""One school through its URNs: what the register's links join, and what they do not.

A register is written a line a link: who says it, what the other is to it, the other, and when.
Schools are letters in the order their URNs were issued.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from tiny_tables import urn, write

from codebreakers.errors import UnknownNameError
from codebreakers.store import Store
from codebreakers.store.engines import write_warehouse
from codebreakers.store.lineage import Lineages, lineages, traced
from codebreakers.store.succession import Closing, Event, Link, Numbered, Records

WORDS = {
    "succ": "Successor",
    "pred": "Predecessor",
    "succ-merged": "Successor - merged",
    "pred-merged": "Predecessor - merged",
    "amalgamated": "Result of Amalgamation",
    "succ-split": "Successor - Split School",
    "sixth-form": "Sixth Form Centre Link",
    "closure": "Closure",
}


def links(register: str) -> tuple[Link, ...]:
    lines = [line.split() for line in register.strip().splitlines()]
    return tuple(
        Link(urn(one), "" if other == "-" else urn(other), WORDS[kind], *date)
        for one, kind, other, *date in lines
    )


def trace(
    register: str,
    *,
    numbers: Mapping[str, str] | None = None,
    rolls: Mapping[str, tuple[int, int]] | None = None,
    results: Mapping[str, tuple[int, int]] | None = None,
    closings: Mapping[str, Closing] | None = None,
) -> Lineages:
    """Trace a register; numbers are of tables of 2012."""
    return traced(
        Records(
            links(register),
            {urn(k): (Numbered(n, 2012, 2012),) for k, n in (numbers or {}).items()},
            {urn(k): span for k, span in (rolls or {}).items()},
            {urn(k): span for k, span in (results or {}).items()},
            {urn(k): closing for k, closing in (closings or {}).items()},
        )
    )


def same(found: Lineages, letters: str) -> bool:
    """Whether all of these are one school."""
    return len(set(found.identity([urn(letter) for letter in letters]))) == 1


def letters(urns: tuple[str, ...]) -> str:
    return "".join(chr(ord("A") + int(one) - 100001) for one in urns)


def events(found: Lineages, letter: str) -> list[tuple[str, str, str]]:
    """What happened to a school: what, from which, to which."""
    return [
        (e.kind, letters(e.before), letters(e.following)) for e in found.history(urn(letter)).events
    ]


def only(found: Lineages, letter: str) -> Event:
    (event,) = found.history(urn(letter)).events
    return event


def test_same_authority_and_establishment_number_is_a_conversion() -> None:
    found = trace(
        "A succ B 2012-09-01\nB pred A 2012-09-01", numbers={"A": "330/4084", "B": "330/4084"}
    )
    assert same(found, "AB")
    assert only(found, "B") == Event(
        "conversion",
        (urn("A"),),
        (urn("B"),),
        "2012-09-01",
        2012,
        2013,
        "Predecessor; Successor",
    )


@pytest.mark.parametrize("number", ["330/4001", "331/4084"])
def test_part_of_the_number_kept_is_a_renumbering_and_one_school(number: str) -> None:
    found = trace("A succ B 2012-09-01", numbers={"A": "330/4084", "B": number})
    assert same(found, "AB")
    assert only(found, "A").kind == "re-numbering"


def test_a_number_nobody_holds_is_said_not_to_be_known() -> None:
    found = trace("A succ B 2012-09-01\nB pred A 2012-09-01", numbers={"A": "330/4084"})
    assert same(found, "AB")
    assert only(found, "A").kind == "succession"
    assert "number of both" in only(found, "A").unknown[0]


def test_nothing_of_the_number_kept_is_not_clear_and_joins_nothing() -> None:
    found = trace("A succ B 2012-09-01", numbers={"A": "330/4084", "B": "331/4001"})
    assert not same(found, "AB")
    assert only(found, "A").kind == "ambiguous"


def test_one_urn_with_another_number_later_is_one_school_renumbered() -> None:
    numbers = (Numbered("835/4035", 2011, 2016), Numbered("838/4035", 2017, 2018))
    found = traced(Records(numbers={urn("A"): numbers}))
    assert events(found, "A") == [("re-numbering", "A", "A")]
    assert (only(found, "A").after, only(found, "A").by) == (2016, 2017)


def test_two_numbers_in_the_same_years_are_not_clear() -> None:
    numbers = (Numbered("835/4035", 2011, 2018), Numbered("838/4035", 2012, 2017))
    found = traced(Records(numbers={urn("A"): numbers}))
    assert events(found, "A") == [("ambiguous", "A", "A")]


def test_a_chain_of_four_is_one_school_under_its_first_urn() -> None:
    found = trace("C succ D 2016-09-01\nA succ B\nB succ C 2012-09-01")
    assert found.identity([urn(x) for x in "DCBA"]) == [urn("A")] * 4
    assert letters(found.history(urn("C")).urns) == "ABCD"
    dated = [("succession", "B", "C"), ("succession", "C", "D")]
    assert events(found, "C") == [*dated, ("succession", "A", "B")]  # of no known date, so last


def test_a_cycle_joins_nothing_and_says_so() -> None:
    found = trace("A succ B\nB succ C\nC succ A")
    assert found.identity([urn(x) for x in "ABC"]) == [urn(x) for x in "ABC"]
    assert events(found, "B") == [("ambiguous", "ABC", "ABC")]
    assert "Each is said to have followed the other" in only(found, "B").unknown[0]


def test_two_that_each_resulted_from_the_other_are_not_clear() -> None:
    found = trace("A amalgamated B 2014-08-31\nB amalgamated A 2014-09-01")
    assert events(found, "A") == events(found, "B") == [("ambiguous", "AB", "AB")]


def test_what_followed_a_cycle_is_joined_only_where_it_came_at_another_time() -> None:
    cycle = "A amalgamated B 2014-09-01\nB amalgamated A 2014-09-01\n"
    assert same(trace(cycle + "B succ C 2017-09-01"), "BC")
    assert not same(trace(cycle + "B succ C 2014-09-01"), "BC")
    assert not same(trace(cycle + "B succ C"), "BC")


def test_a_school_linked_to_itself_is_a_cycle_of_one() -> None:
    assert events(trace("A succ A"), "A") == [("ambiguous", "A", "A")]


@pytest.mark.parametrize("word", ["succ", "succ-merged"])
def test_a_merger_of_three_is_named_and_none_of_them_is_the_new_school(word: str) -> None:
    register = "\n".join(f"{old} {word} D 2013-09-01" for old in "ABC")
    found = trace(register, numbers={"A": "330/4084", "D": "330/4084"})
    assert len(set(found.identity([urn(x) for x in "ABCD"]))) == 4
    for letter in "ABCD":
        assert events(found, letter) == [("merger", "ABC", "D")]


def test_one_that_joined_later_joined_a_school_that_stood() -> None:
    found = trace(
        "A succ B 2012-09-01\nC succ-merged B 2015-09-01", numbers={"A": "1/1", "B": "1/1"}
    )
    assert same(found, "AB")
    assert not same(found, "BC")
    assert events(found, "B") == [("conversion", "A", "B"), ("merger", "C", "B")]


def test_where_not_all_are_dated_it_is_a_merger_and_that_is_said() -> None:
    found = trace("A succ C 2012-09-01\nB succ C")
    assert events(found, "C") == [("merger", "AB", "C")]
    assert "Not all are dated" in only(found, "C").unknown[0]


def test_one_dated_within_the_two_dates_of_another_may_have_joined_at_once() -> None:
    twice = "A succ C 2011-09-01\nC pred A 2015-09-01\n"
    assert events(trace(f"{twice}B succ C 2013-09-01"), "C") == [("merger", "AB", "C")]
    later = trace(f"{twice}B succ C 2016-09-01")
    assert events(later, "C") == [("succession", "A", "C"), ("merger", "B", "C")]


def test_a_merger_of_which_one_school_is_named_says_so() -> None:
    found = trace("A succ-merged B 2012-09-01\nB pred-merged A 2012-09-01")
    assert not same(found, "AB")
    assert only(found, "B").unknown == ("With which other school, the register does not say.",)


def test_a_successor_that_stood_beside_it_took_it_in() -> None:
    stood = {"A": (2011, 2014), "B": (2011, 2018)}
    found = trace("A succ B 2014-09-01", rolls=stood)
    assert not same(found, "AB")
    assert events(found, "A") == [("merger", "A", "B")]


def test_a_successor_with_an_earlier_urn_is_not_clear() -> None:
    found = trace("B succ A 2012-09-01")
    assert not same(found, "AB")
    assert "issued first" in only(found, "A").unknown[0]


def test_a_split_is_named_and_neither_part_is_the_school() -> None:
    found = trace("A succ-split B 2013-09-01\nA succ-split C 2013-09-01")
    assert len(set(found.identity([urn(x) for x in "ABC"]))) == 3
    assert events(found, "A") == [("split", "A", "BC")]


@pytest.mark.parametrize(("when", "joined"), [("2016-09-01", True), ("2013-09-01", False)])
def test_a_school_that_was_split_goes_on_only_at_another_time(when: str, joined: bool) -> None:
    found = trace(f"A succ-split B 2013-09-01\nA succ C {when}")
    assert same(found, "AC") is joined


def test_two_successors_and_no_word_of_a_split_is_not_clear() -> None:
    found = trace("A succ B 2012-09-01\nA succ C 2014-09-01")
    assert len(set(found.identity([urn(x) for x in "ABC"]))) == 3
    assert events(found, "A") == [("ambiguous", "A", "BC")]
    assert "names 2 schools after it" in only(found, "A").unknown[0]


def test_merged_by_one_side_and_split_by_the_other_is_not_clear() -> None:
    found = trace("A succ-split B 2012-09-01\nB pred-merged A 2012-09-01")
    assert events(found, "A") == [("ambiguous", "A", "B")]


def test_a_missing_end_is_said() -> None:
    found = trace("A succ B 2012-09-01", results={"A": (2011, 2012)})
    assert any("is in no table held" in why for why in only(found, "A").unknown)
    assert letters(found.history(urn("B")).urns) == "AB"


def test_a_link_that_only_one_side_tells_is_said() -> None:
    found = trace("A succ B 2012-09-01\nB sixth-form C")
    assert f"The register's lines of {urn('B')} do not say so." in found.events[0].unknown


def test_a_line_that_names_no_other_school_is_not_clear() -> None:
    assert events(trace("A succ -"), "A") == [("ambiguous", "A", "")]


def test_another_kind_of_link_is_told_in_its_own_words_and_joins_nothing() -> None:
    found = trace("A sixth-form B")
    assert not same(found, "AB")
    assert only(found, "A") == Event(
        "other", (urn("A"),), (urn("B"),), said="Sixth Form Centre Link"
    )


def test_a_closure_is_told_where_no_school_followed() -> None:
    closed = {letter: Closing("a table", 2014, "2014-08-31") for letter in "AB"}
    found = trace("A succ C 2014-09-01", closings=closed)
    assert events(found, "B") == [("closure", "B", "")]
    assert (only(found, "B").after, only(found, "B").by) == (2014, 2015)
    assert events(found, "A") == [("succession", "A", "C")]


def test_a_closed_school_that_stands_later_is_doubted() -> None:
    found = trace("", closings={"A": Closing("a table", 2014)}, rolls={"A": (2011, 2017)})
    assert only(found, "A").unknown == ("Yet it stands in the census of 2017.",)


def test_a_closure_in_the_register_needs_no_other_school() -> None:
    assert events(trace("A closure - 2014-08-31"), "A") == [("closure", "A", "")]


@pytest.mark.parametrize(
    ("date", "felt"),
    [("2012-06-29", 2012), ("2012-06-30", 2013), ("2012-09-01", 2013), ("2013-01-01", 2013)],
)
def test_what_happens_once_examinations_are_over_is_felt_the_next_year(
    date: str, felt: int
) -> None:
    event = only(trace(f"A succ B {date}"), "A")
    assert (event.after, event.by) == (felt - 1, felt)


def test_two_dates_of_different_years_leave_it_undated_between_them() -> None:
    event = only(trace("A succ B 2011-09-01\nB pred A 2013-09-01"), "A")
    assert (event.date, event.after, event.by) == ("", 2011, 2014)
    assert "The register dates it both 2011-09-01 and 2013-09-01." in event.unknown


def test_a_date_that_is_none_is_said() -> None:
    event = only(trace("A succ B 31-02-2012"), "A")
    assert "The register dates it '31-02-2012', which is no date." in event.unknown


def test_an_undated_change_lies_between_the_tables_of_either() -> None:
    found = trace(
        "A succ B", results={"A": (2011, 2013)}, rolls={"A": (2011, 2013), "B": (2015, 2018)}
    )
    event = only(found, "A")
    assert (event.after, event.by) == (2013, 2015)


@pytest.mark.parametrize(
    ("year", "since", "undated"), [(2012, 1, 1), (2013, 1, 1), (2014, 0, 1), (2018, 0, 1)]
)
def test_events_since_a_year_are_those_after_its_results(
    year: int, since: int, undated: int
) -> None:
    found = trace("A succ B 2013-09-01\nB sixth-form C").events_since(urn("B"), year)
    assert (len(found.events), len(found.undated)) == (since, undated)


def test_a_number_without_a_urn_is_the_school_that_stood_with_it_in_the_nearest_year() -> None:
    found = traced(
        Records(
            numbers={
                "330/4084": (Numbered("330/4084", 2010, 2010),),
                "331/4000": (Numbered("331/4000", 2010, 2010),),
                "100001": (Numbered("330/4084", 2011, 2012),),
                "100002": (Numbered("330/4084", 2016, 2018),),
            },
            results={"330/4084": (2010, 2010), "331/4000": (2010, 2010)},
        )
    )
    assert found.identity(["330/4084", "331/4000"]) == ["100001", "331/4000"]
    assert found.history("100001").keys == ("330/4084",)
    assert "no table held has one with its number" in found.history("331/4000").unknown[0]


def test_a_number_joined_over_years_is_said_to_be() -> None:
    later = (Numbered("330/4084", 2016, 2018),)
    found = traced(Records(numbers={"100001": later}, results={"330/4084": (2010, 2010)}))
    assert found.identity(["330/4084"]) == ["100001"]
    assert "over 6 years" in found.history("100001").unknown[0]


def test_a_number_of_two_schools_in_the_nearest_year_is_neither() -> None:
    held = (Numbered("330/4084", 2011, 2011),)
    key = {"3304084": (2010, 2010)}
    found = traced(Records(numbers={"100001": held, "100002": held}, results=key))
    assert found.identity(["3304084"]) == ["330/4084"]
    assert "which are not one school" in found.history("3304084").unknown[0]
    assert found.history("330/4084").events == ()


def test_a_number_of_one_school_under_two_urns_is_that_school() -> None:
    held = (Numbered("330/4084", 2011, 2011),)
    found = traced(
        Records(
            links("A succ B 2011-03-01"),
            numbers={urn("A"): held, urn("B"): held},
            results={"330/4084": (2010, 2010)},
        )
    )
    assert found.identity(["330/4084", urn("B")]) == [urn("A")] * 2


def test_an_unknown_urn_is_its_own_school_and_has_no_history() -> None:
    found = trace("A succ B")
    assert found.identity(["999999"]) == ["999999"]
    with pytest.raises(UnknownNameError, match="'100002'"):
        found.history("100012")


def test_without_the_register_nothing_follows_and_that_is_said() -> None:
    found = traced(Records(numbers={urn("A"): ()}), has_register=False)
    assert "links are not held" in found.history(urn("A")).unknown[0]


@pytest.fixture(params=["duckdb", "polars"])
def held(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """A register, a table without URNs and two with, as published, on this engine."""
    folder = tmp_path / "tables"
    before = folder / "2009-2010"
    before.mkdir(parents=True)
    (before / "england_ks4.csv").write_text(
        "RecType\tLACode\tEstabCode\tSchoolName\tFlagClosed\tKS4TotPup\tP5ACinclEM\tP5AC\n"
        "1\t330\t4084\tAsh School\t0\t100\t58%\t60%\n"
        "1\t330\t4099\tBeech School\t1\t90\t50%\t60%\n",
        encoding="cp1252",
    )
    tables = ((2013, "A", "Ash School", "PTAC5EM"), (2014, "B", "Ash Academy", "PTAC5EM_PTQ"))
    for year, key, name, counted in tables:
        usual = {"RECTYPE": "1", "TPUP": "100", counted: "50%"}
        cedar = {"URN": urn("C"), "SCHNAME": "Cedar", "ICLOSE": str(year - 2013)}
        ash = {"URN": urn(key), "SCHNAME": name, "ICLOSE": "0", "LEA": "330", "ESTAB": "4084"}
        write(
            folder / f"{year - 1}-{year}" / "england_ks4.csv",
            [{**usual, **ash}, {**usual, **cedar}],
        )
    (folder / "links_edubasealldata.csv").write_text(
        '"URN","LinkURN","LinkName","LinkType","LinkEstablishedDate"\n'
        f'{urn("A")},{urn("B")},"Ash Academy","Successor","01-09-2013"\n'
        f'{urn("B")},{urn("A")},"Ash School","Predecessor","01/09/2013"\n'
        f'{urn("D")},{urn("E")},"Elm School","Successor",""\n',
        encoding="cp1252",
    )
    store = Store(tmp_path / "case.duckdb")
    assert [(one.file, one.said) for one in store.ingest(folder) if one.state == "refused"] == []
    if request.param == "duckdb":
        return store
    write_warehouse(store.path, tmp_path / "warehouse")
    return Store(tmp_path / "warehouse")


def test_it_is_read_alike_from_tables_on_every_engine(held: Store) -> None:
    found = lineages(held)
    assert found.has_register
    assert found.identity(["330/4084", urn("A"), urn("B")]) == [urn("A")] * 3
    assert events(found, "B") == [("conversion", "A", "B")]
    assert only(found, "B").date == "2013-09-01"
    assert events(found, "C") == [("closure", "C", "")]
    assert only(found, "C").said == "ICLOSE is 1 in the ks4 table of 2013/14"
    assert only(found, "D").date == ""
    assert found.history("330/4099").events[0].kind == "closure"
    assert lineages(held) is found
