"""Measures: each rule of meaning in one small case, on every engine."""

from __future__ import annotations

import math

import pytest

from codebreakers.errors import CannotAnswerError, RequestError, UnknownNameError
from codebreakers.measures.catalogue import default_measure, find
from codebreakers.measures.held import resolve
from codebreakers.measures.summarise import summarise

FIVE = find("five_good_gcses")


def one(summary, row=0):
    """Value, pupils, fewest and most successes, and code of one school."""
    arrays = ("values", "pupils", "successes_low", "successes_high", "codes")
    return tuple(getattr(summary, name)[row] for name in arrays)


def shown(summary, *names):
    return [tuple(getattr(summary, name)[i] for name in names) for i in range(len(summary.schools))]


def test_a_rate_is_its_count_over_its_pupils_where_both_are_published(store):
    held = store({2014: "school TPUP TFSMCLA TAC5EMFSM_PTQ PTAC5EMFSM_PTQ\nA 100 30 20 67%"})
    assert one(summarise(held, FIVE, 2014, "disadvantaged")) == (100 * 20 / 30, 30, 20, 20, "")


def test_a_count_is_enough_and_the_year_is_held_without_a_percentage(store):
    held = store({2014: "school TPUP TFSMCLA TAC5EMFSM_PTQ\nA 100 30 20"})
    assert one(summarise(held, FIVE, 2014, "disadvantaged"))[0] == 100 * 20 / 30
    assert resolve(held, None, None, "disadvantaged") == (FIVE, 2014)


def test_a_percentage_alone_leaves_every_count_that_rounds_to_it_halves_up(store):
    held = store("""
        school TPUP TFSMCLA PTAC5EMFSM
        A      900   30      57%
        B      900  300      57%
        C      900  200      13%
        D      900    8      13%
        E      900  250       0%
        F      900  250     100%
    """)
    summary = summarise(held, FIVE, 2013, "disadvantaged")
    assert shown(summary, "values", "successes_low", "successes_high") == [
        (57, 17, 17),
        (57, 170, 172),
        (13, 25, 26),  # 25 of 200 is 12.5%, which is published as 13%
        (13, 1, 1),  # and 1 of 8 is too
        (0, 0, 1),
        (100, 249, 250),
    ]


def test_where_no_count_fits_a_percentage_both_neighbours_are_allowed(store):
    held = store("""
        school TPUP TFSMCLA PTAC5EMFSM
        A      900    8      12%
        B      900    3      50%
    """)
    summary = summarise(held, FIVE, 2013, "disadvantaged")
    assert shown(summary, "successes_low", "successes_high") == [(0, 1), (1, 2)]


def test_of_no_pupils_none_succeed_and_none_fail(store):
    held = store("school TPUP TFSMCLA PTAC5EMFSM\nA 900 0 0%\nB 900 - 50%")
    summary = summarise(held, FIVE, 2013, "disadvantaged")
    assert shown(summary, "successes_low", "successes_high")[0] == (0, 0)
    assert all(math.isnan(bound) for bound in shown(summary, "successes_low", "successes_high")[1])


def test_a_code_is_kept_as_published_and_is_never_nought(store):
    held = store("""
        school TPUP TFSMCLA PTAC5EM PTAC5EMFSM
        A       100      40     50%        50%
        B       100       3     50%       SUPP
        C       100       0     50%         NE
        D       100      40     50%          -
    """)
    summary = summarise(held, FIVE, 2013, "disadvantaged")
    assert list(summary.codes) == ["", "SUPP", "NE", "blank"]
    assert [math.isnan(value) for value in summary.values] == [False, True, True, True]
    assert [math.isnan(k) for k in summary.successes_low] == [False, True, True, True]
    assert list(summary.pupils) == [40, 3, 0, 40]


def test_a_share_is_its_count_over_the_cohort_and_is_not_rounded(store):
    held = store("school TPUP TFSMCLA PTFSMCLA\nA 203 166 82%")
    assert one(summarise(held, find("disadvantaged_percent"), 2013, "all"))[0] == 100 * 166 / 203


def test_a_group_whose_size_is_not_published_is_worked_out_of_its_share_halves_up(store):
    held = store("""
        school TPUP PTPRIORLO PTAC5EMLO
        A       203       21%       20%
        B        50       25%       20%
    """)
    summary = summarise(held, FIVE, 2013, "low")
    assert (list(summary.pupils), summary.rebuilt) == ([43, 13], True)


def test_a_score_has_no_successes_and_has_its_published_limits(store):
    held = store({2016: "school TPUP P8PUP P8MEA P8CILOW P8CIUPP\nA 100 90 -0.26 -0.5 -0.02"})
    summary = summarise(held, find("progress8"), 2016, "all")
    assert shown(summary, "values", "pupils", "limits_low", "limits_high") == [
        (-0.26, 90, -0.5, -0.02)
    ]
    assert math.isnan(summary.successes_low[0])


def test_schools_come_in_order_of_their_numbers_and_copies_are_read_once(store):
    held = store("school TPUP PTAC5EM\nB 100 50%\nA 100 40%\nB 100 50%")
    summary = summarise(held, FIVE, 2013, "all")
    assert list(summary.schools) == ["100001", "100002"]
    assert held.releases()[0].copies == 1


def test_a_year_that_is_not_held_says_which_are(store):
    held = store("school TPUP PTAC5EM\nA 100 50%")
    with pytest.raises(CannotAnswerError, match="No table held has five_good_gcses") as met:
        summarise(held, FIVE, 2012, "all")
    assert met.value.available == ("2013",)


def test_a_group_that_is_not_published_says_when_it_is(store):
    held = store("school TPUP PTAC5EM\nA 100 50%")
    with pytest.raises(CannotAnswerError, match="not published for boys in 2013"):
        summarise(held, FIVE, 2013, "boys")
    with pytest.raises(UnknownNameError, match="Did you mean 'disadvantaged'"):
        summarise(held, FIVE, 2013, "disadvantagd")


def test_levels_are_one_series_only_where_no_break_lies_between() -> None:
    assert FIVE.same_series(2012, 2013)
    assert not FIVE.same_series(2013, 2014)
    assert not FIVE.same_series(2015, 2013)
    assert FIVE.same_series(2014, 2015)


def test_a_year_has_its_own_measure_and_none_given_is_the_newest(store):
    assert [default_measure(year) for year in (2013, 2015, 2016)] == [
        "five_good_gcses",
        "five_good_gcses",
        "attainment8",
    ]
    held = store(
        {
            2013: "school TPUP TFSMCLA PTAC5EMFSM\nA 100 40 50%",
            2016: "school TPUP TFSM6CLA1A ATT8SCR_FSM6CLA1A\nA 100 40 45.2",
        }
    )
    assert resolve(held, None, None, "disadvantaged") == (find("attainment8"), 2016)
    assert resolve(held, "five_good_gcses", None, "disadvantaged") == (FIVE, 2013)


@pytest.mark.parametrize("year", [2013, "2013", "2012/13", "2012-13", "2012-2013"])
def test_a_year_may_be_written_as_people_write_it(store, year):
    held = store("school TPUP TFSMCLA PTAC5EMFSM\nA 100 40 50%")
    assert resolve(held, None, year, "disadvantaged") == (FIVE, 2013)


def test_what_is_no_year_or_no_measure_is_refused_and_the_nearest_named(store):
    held = store("school TPUP TFSMCLA PTAC5EMFSM\nA 100 40 50%")
    with pytest.raises(RequestError, match="'2012/14' is not a results year"):
        resolve(held, None, "2012/14", "all")
    with pytest.raises(UnknownNameError, match="Did you mean 'five_good_gcses'"):
        resolve(held, "five_good_gcse", 2013, "all")
