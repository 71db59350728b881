"""What counts as wrong with a table: one small case a check, on every engine."""

from __future__ import annotations

import pytest
from tiny_tables import Held, urn

from codebreakers.measures.checks import CHECKS, flags
from codebreakers.measures.flags import Flag
from codebreakers.store import Store

# Sixty schools, each a letter that the Department's encoding has.
MANY = [chr(192 + i) for i in range(60)]


def only(store: Store, check: str) -> Flag:
    """The one thing that a check finds."""
    (flag,) = flags(store, checks=[check])
    return flag


def column(name: str, values: list[float]) -> str:
    """A table of sixty schools with one column of figures beside the size of the cohort."""
    lines = [f"{school} 100 {value}" for school, value in zip(MANY, values, strict=True)]
    return "\n".join([f"school TPUP {name}", *lines])


ORDER = [20 + 0.1 * i for i in range(60)]
# Every school has another's figure, and no figure is where it belongs by more than chance.
PUT_WRONG = [20 + 0.1 * (37 * i % 60) for i in range(60)]


def test_a_column_put_against_the_wrong_schools_is_accused_and_its_neighbours_are_not(
    store: Held,
) -> None:
    held = store(
        {
            2012: column("KS2APS", ORDER),
            2013: column("KS2APS", PUT_WRONG),
            2014: column("KS2APS", ORDER),
        }
    )
    flag = only(held, "belonging")
    assert (flag.year, flag.column, flag.severity) == (2013, "KS2APS", "wrong")


def test_columns_that_go_with_their_schools_are_not_accused(store: Held) -> None:
    held = store({year: column("KS2APS", ORDER) for year in (2012, 2013, 2014)})
    assert flags(held, checks=["belonging"]) == ()


def test_a_percentage_is_from_0_to_100(store: Held) -> None:
    held = store("school TPUP PTFSMCLA\nA 100 100\nB 100 0\nC 100 140\nD 100 -1")
    flag = only(held, "percent-range")
    assert flag.affected == 2
    assert flag.examples == (urn("C"), urn("D"))


def test_a_number_of_pupils_is_not_under_0(store: Held) -> None:
    flag = only(store("school TPUP\nA 100\nB -3\nC 0"), "negative-count")
    assert flag.examples == (urn("B"),)


def test_a_number_of_pupils_that_is_not_whole_is_noted(store: Held) -> None:
    flag = only(store("school TPUP\nA 100\nB 62.5"), "part-pupils")
    assert (flag.severity, flag.examples) == ("note", (urn("B"),))


def test_noughts_that_were_not_there_before_were_not_known(store: Held) -> None:
    mostly_nought = [0.0] * 40 + ORDER[40:]
    held = store({2012: column("KS2APS", ORDER), 2013: column("KS2APS", mostly_nought)})
    flag = only(held, "zeros")
    assert (flag.year, flag.affected, flag.unit) == (2013, 40, "schools")


def test_a_group_is_no_larger_than_its_cohort(store: Held) -> None:
    flag = only(store("school TPUP TFSMCLA\nA 100 100\nB 100 101\nC SUPP 50"), "over-whole")
    assert flag.examples == (urn("B"),)
    assert "1 of 2 schools" in flag.said


def test_successes_are_no_more_than_their_group(store: Held) -> None:
    held = store("school TPUP TFSMCLA TAC5EMFSM\nA 100 40 40\nB 100 40 41")
    assert only(held, "over-whole").column == "TAC5EMFSM"


def test_disadvantaged_and_other_pupils_come_to_the_cohort_give_or_take_one(store: Held) -> None:
    held = store("school TPUP TFSMCLA TNOTFSMCLA\nA 100 40 60\nB 100 40 59\nC 100 40 58")
    assert only(held, "not-the-sum").examples == (urn("C"),)


def test_a_percentage_is_what_its_count_rounds_to_either_way_at_a_half(store: Held) -> None:
    held = store(
        """
        school TPUP TFSMCLA TAC5EMFSM PTAC5EMFSM
        A       200     200        81         40
        B       200     200        81         41
        C       200     200        81         42
        D       200       0         0          0
        """
    )
    assert only(held, "rate").examples == (urn("C"),)


def test_counts_in_tens_are_rounded_and_then_a_rate_may_be_out_by_that_much(store: Held) -> None:
    lines = [f"{school} {10 * (i + 1)} {10 * i}" for i, school in enumerate(MANY)]
    held = store("\n".join(["school TPUP TFSMCLA", *lines]))
    assert only(held, "rounded").affected == 2


def test_the_schools_held_come_to_the_nation_within_a_point(store: Held) -> None:
    table = "school TPUP PTAC5EM\nA 100 50\nB 300 60\nEngland 400 {}"
    assert only(store(table.format(60)), "national-rate").affected == 400
    assert flags(store(table.format(58)), checks=["national-rate"]) == ()


def test_no_year_has_exactly_the_schools_of_another(store: Held) -> None:
    held = store({2012: "school TPUP\nA 9\nB 9", 2013: "school TPUP\nA 9\nB 9"})
    assert [flag.year for flag in flags(held, checks=["same-schools"])] == [2012, 2013]
    held = store({2012: "school TPUP\nA 9\nB 9", 2013: "school TPUP\nA 9\nC 9"})
    assert flags(held, checks=["same-schools"]) == ()


def test_a_school_that_is_gone_may_be_there_under_another_key(store: Held) -> None:
    held = store(
        {
            2012: "school LEA ESTAB TPUP\nA 301 4001 9\nB 301 4002 9\nC 301 4003 9",
            2013: "school LEA ESTAB TPUP\nA 301 4001 9\nD 301 4002 9\nE 301 4005 9",
        }
    )
    vanished = only(held, "vanished")
    assert (vanished.affected, vanished.examples) == (2, (urn("B"), urn("C")))
    assert "2 of its 3 are new" in vanished.said
    assert only(held, "renumbered").examples == (urn("B"),)


def test_one_school_with_two_numbers_is_noted(store: Held) -> None:
    held = store(
        {
            2012: "school LEA ESTAB TPUP\nA 301 4001 9\nB 301 4002 9",
            2013: "school LEA ESTAB TPUP\nA 302 4001 9\nB 301 4002 9",
        }
    )
    assert only(held, "several-numbers").examples == (urn("A"),)


def test_a_kind_of_school_that_a_table_tells_apart_and_has_not_is_absent(store: Held) -> None:
    held = store("school NFTYPE ADMPOL TPUP\nA CY COMP 9\nB IND SEL 9")
    assert only(held, "kinds-absent").said == (
        "The final ks4 table of 2012/13 has no special schools."
    )


def test_a_table_without_the_nation_is_a_part_of_one(store: Held) -> None:
    assert only(store("school TPUP\nA 9"), "no-nation").year == 2013
    assert flags(store("school TPUP\nA 9\nEngland 9"), checks=["no-nation"]) == ()


def test_columns_of_the_publishers_list_that_are_not_there_are_counted(store: Held) -> None:
    flag = only(store("school TPUP\nA 9"), "columns-absent")
    assert flag.severity == "look"
    assert "has 1 of the 401 columns" in flag.said


def test_a_table_without_a_gap_has_only_schools_with_every_figure(store: Held) -> None:
    assert only(store("school TPUP PTAC5EM\nA 9 50\nB 9 60"), "no-gaps").affected == 4
    assert flags(store("school TPUP PTAC5EM\nA 9 50\nB 9 SUPP"), checks=["no-gaps"]) == ()


def test_blanks_without_a_code_are_reasons_lost(store: Held) -> None:
    assert only(store("school TPUP PTAC5EM\nA 9 50\nB 9 -"), "blank-codes").affected == 1
    held = store("school TPUP PTAC5EM KS2APS\nA 9 50 SUPP\nB 9 - 27")
    assert flags(held, checks=["blank-codes"]) == ()


def test_a_column_with_nothing_in_it_is_said(store: Held) -> None:
    held = store("school TPUP PTAC5EM KS2APS\nA 9 - SUPP\nB 9 - SUPP")
    assert only(held, "blank-column").column == "PTAC5EM"


def test_a_row_that_is_there_twice_is_a_copy(store: Held) -> None:
    flag = only(store("school TPUP\nA 9\nB 8\nA 9"), "copies")
    assert (flag.affected, flag.examples) == (1, (urn("A"),))


def test_a_row_about_nothing_is_set_aside(store: Held) -> None:
    flag = only(store("school RECTYPE TPUP\nA 1 9\nB 9 8"), "set-aside")
    assert (flag.affected, flag.examples) == (1, ("line 3",))


def test_a_code_that_nobody_declared_is_met(store: Held) -> None:
    flag = only(store("school TPUP PTAC5EM\nA 9 SUPP\nB 9 WHAT\nC 9 -"), "unknown-codes")
    assert (flag.column, flag.affected, flag.examples) == ("PTAC5EM", 1, (urn("B"),))
    assert "'WHAT'" in flag.said


def test_a_column_that_no_layout_declares_is_not_read(store: Held) -> None:
    held = store({2022: "school TPUP P8MEA NOVELTY\nA 9 0.1 1"})
    assert "NOVELTY" in only(held, "unread").said


def test_rows_about_the_nation_are_noted(store: Held) -> None:
    flag = only(store("school TPUP\nA 9\nEngland 9"), "nation-rows")
    assert (flag.affected, flag.severity) == (1, "note")


@pytest.mark.parametrize("check", sorted(CHECKS))
def test_nothing_is_wrong_with_a_sound_table(store: Held, check: str) -> None:
    told_of_all_extracts = {"columns-absent", "nation-rows"}
    held = store(
        """
        school   NFTYPE ADMPOL TPUP TFSMCLA TNOTFSMCLA PTAC5EM TAC5EMFSM PTAC5EMFSM
        A            CY   COMP  100      40         60      50        16         40
        B           IND    SEL   50       4         46      70        NE         NE
        C           CYS     NA   20    SUPP       SUPP    SUPP      SUPP       SUPP
        England       -      -  150      44        106      56        16         40
        """
    )
    found = flags(held, checks=[check])
    assert found == () or check in told_of_all_extracts
