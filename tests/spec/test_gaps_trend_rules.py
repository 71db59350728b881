"""The gap over years: what is said of each, and what is never subtracted."""

from __future__ import annotations

import pytest

from codebreakers.errors import CannotAnswerError, UnknownNameError
from codebreakers.estimates import Withheld
from codebreakers.peers.population import Scope
from codebreakers.questions.gaps import gaps

HEADER = "school TPUP TFSMCLA TNOTFSMCLA PTAC5EM{r} PTAC5EMFSM{r} PTAC5EMNFSM{r} LEA_NAME"


def table(some, others, rule="", place="Leeds"):
    return (
        f"{HEADER.format(r=rule)}\n"
        f"A 1000 400 600 60% {some}% {others}% {place}\n"
        f"B 1000 400 600 60% {some}% {others}% York"
    )


YEARS = {2012: table(40, 70), 2013: table(44, 72), 2014: table(38, 68, "_PTQ")}


def cells(answer, year):
    names = [column.name for column in answer.columns]
    row = next(row for row in answer.rows if row[0] == year)
    return dict(zip(names, row, strict=True))


def ids(answer):
    return [f.id.removeprefix("gap.trend.") for f in answer.findings]


def test_a_row_a_year_and_the_change_since_the_one_before(store):
    answer = gaps(store(YEARS), years=[2013, 2012])
    assert answer.column("results") == ("2011/12", "2012/13")
    first, second = cells(answer, 2012), cells(answer, 2013)
    assert (first["disadvantaged"], first["other"], first["gap_points"]) == (40, 70, 30)
    assert first["change_points"] is None
    assert second["since"] == "2011/12"
    assert second["change_points"] == pytest.approx(-2)
    assert second["change_disadvantaged_points"] == pytest.approx(4)
    found = answer["gap.trend.change.2012-2013"]
    assert found.value == pytest.approx(-2)
    assert found.figure.low < -2 < found.figure.high
    assert "narrowed by 2.0 points from 2011/12 to 2012/13" in found.sentence


def test_nothing_is_subtracted_across_a_new_definition(store):
    answer = gaps(store(YEARS), years=[2012, 2013, 2014])
    assert ids(answer) == ["2012", "2013", "2014", "change.2012-2013"]
    broken = cells(answer, 2014)
    assert broken["gap_points"] == 30
    for name in ("change_points", "low_change", "change_disadvantaged_points"):
        assert broken[name].code == "break"
        assert "only approved qualifications" in broken[name].reason
    assert "2013/14: only approved" in broken["rules_changed"]
    assert cells(answer, 2013)["rules_changed"] == ""


def test_nor_where_others_came_to_count_as_disadvantaged(store):
    later = table(38, 67, "_PTQ_EE").replace("TFSMCLA", "TFSM6CLA1A")
    later = later.replace("TNOTFSMCLA", "TNOTFSM6CLA1A")
    later = later.replace("PTAC5EMFSM_PTQ_EE", "PTAC5EMFSM6CLA1A_PTQ_EE")
    later = later.replace("PTAC5EMNFSM_PTQ_EE", "PTAC5EMNFSM6CLA1A_PTQ_EE")
    answer = gaps(store({2014: YEARS[2014], 2015: later}), years=[2014, 2015])
    assert isinstance(cells(answer, 2015)["gap_points"], float)
    assert "adopted from care" in cells(answer, 2015)["change_points"].reason
    assert ids(answer) == ["2014", "2015"]


def test_nor_between_two_measures(store):
    header = "school TPUP TFSM6CLA1A TNOTFSM6CLA1A ATT8SCR ATT8SCR_FSM6CLA1A ATT8SCR_NFSM6CLA1A"
    held = store({2013: YEARS[2013], 2016: f"{header}\nA 100 40 60 48 40 52"})
    answer = gaps(held, years=[2013, 2016])
    assert answer.column("unit") == ("percent", "points")
    assert "another measure (attainment8)" in cells(answer, 2016)["change_points"].reason
    assert cells(answer, 2016)["gap_points"] == 12
    assert isinstance(cells(answer, 2016)["low_gap"], Withheld), "how far scores scatter"


def test_nor_between_tables_of_another_kind(store):
    national = YEARS[2013] + "\nEngland 5000 2000 3000 60% 45% 71% -"
    answer = gaps(store({2012: YEARS[2012], 2013: national}), years=[2012, 2013])
    assert cells(answer, 2013)["disadvantaged"] == 45
    reason = cells(answer, 2013)["change_points"].reason
    assert "read from the nation's row" in reason
    assert "before from sums over the schools held" in reason


def test_a_year_that_is_not_held_is_said_and_the_next_compared_with_the_one_before_it(store):
    header = "school TPUP TFSM6CLA1A TNOTFSM6CLA1A ATT8SCR ATT8SCR_FSM6CLA1A ATT8SCR_NFSM6CLA1A"
    held = store({y: f"{header}\nA 100 40 60 48 {40 + y - 2017} 52" for y in (2017, 2019)})
    answer = gaps(held, years=range(2017, 2020))
    missing = cells(answer, 2018)
    assert missing["gap_points"].code == "not-held"
    assert "2018" in missing["gap_points"].reason
    assert "is not known" in answer["gap.trend.2018"].sentence
    assert (cells(answer, 2019)["since"], cells(answer, 2019)["change_points"]) == ("2016/17", -2)
    assert ids(answer) == ["2017", "2018", "2019", "change.2017-2019"]


def test_a_place_that_is_not_there_in_one_year_is_said_of_that_year(store):
    held = store({2012: table(40, 70, place="Hull"), 2013: YEARS[2013]})
    answer = gaps(held, years=[2012, 2013], scope=Scope(authority="Leeds"))
    assert "Leeds" in cells(answer, 2012)["gap_points"].reason
    assert cells(answer, 2013)["gap_points"] == 28
    with pytest.raises(UnknownNameError, match="Bath"):
        gaps(held, years=[2012, 2013], scope=Scope(authority="Bath"))


def test_few_pupils_are_not_shown_in_any_year(store):
    few = f"{HEADER.format(r='')}\nA 100 9 91 60% 44% 62% Leeds"
    answer = gaps(store({2012: few, 2013: YEARS[2013]}), years=[2012, 2013])
    hidden = cells(answer, 2012)
    for name in ("disadvantaged", "gap_points", "low_gap", "disadvantaged_pupils"):
        assert isinstance(hidden[name], Withheld), name
    assert cells(answer, 2013)["change_points"] is None
    assert ids(answer) == ["2012", "2013"]


def test_years_of_which_nothing_is_held_are_an_error(store):
    with pytest.raises(CannotAnswerError, match="2012, 2013"):
        gaps(store({2012: YEARS[2012], 2013: YEARS[2013]}), years=[2009, 2010])
