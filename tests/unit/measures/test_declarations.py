"""How a measure's declaration is read, and what schools come to together."""

from __future__ import annotations

import math

import numpy as np
import pytest

from codebreakers.errors import CannotAnswerError, UnknownNameError
from codebreakers.measures import Measure, Series, Summary
from codebreakers.measures.catalogue import CATALOGUE, find
from codebreakers.measures.national import total

NAN = math.nan

WIDE = Series(
    range(2012, 2014),
    "P{g}X",
    "T{g}X",
    marks={"all": "", "disadvantaged": "FSM", "other": "NFSM"},
    pupils={"all": "TPUP", "disadvantaged": "TFSM"},
    shares={"disadvantaged": "PTFSM"},
    counted=("disadvantaged",),
)
TIDY = Series(range(2014, 2015), "RATE", marks={"all": "", "disadvantaged": ""}, tidy=True)
MADE = Measure(
    "made", "did so", "proportion", "percent", "higher", (WIDE, TIDY), "us", breaks=(2014,)
)


def summary(values, pupils):
    blank = np.full(len(values), NAN)
    return Summary(
        find("five_good_gcses"),
        2013,
        "all",
        7,
        np.array([f"{i}" for i in range(len(values))]),
        np.array(pupils, dtype=float),
        blank,
        blank,
        np.array(values, dtype=float),
        blank,
        blank,
        np.array(["" if v == v else "SUPP" for v in values]),
    )


def test_a_group_s_mark_stands_in_the_columns_names() -> None:
    term = MADE.term(2013, "disadvantaged")
    assert term is not None
    assert (term.value, term.count) == ("PFSMX", "TFSMX")
    assert (term.pupils, term.share, term.cohort) == ("TFSM", "PTFSM", "TPUP")
    other = MADE.term(2013, "other")
    assert other is not None
    assert (other.value, other.count, other.pupils) == ("PNFSMX", "", "")


def test_in_a_tidy_table_the_rows_say_the_group() -> None:
    term = MADE.term(2014, "disadvantaged")
    assert term is not None
    assert (term.value, term.group) == ("RATE", "disadvantaged")


def test_a_year_or_a_group_that_is_not_published_has_no_columns() -> None:
    assert MADE.term(2011, "all") is None
    assert MADE.term(2014, "other") is None
    assert (MADE.years, MADE.groups(2014)) == ((2012, 2013, 2014), ("all", "disadvantaged"))


def test_a_group_nobody_has_is_an_error_in_any_year() -> None:
    for year in (2011, 2013):
        with pytest.raises(UnknownNameError, match="no group of pupils 'poor'"):
            MADE.term(year, "poor")


def test_every_measure_is_found_by_its_own_name() -> None:
    assert all(find(name).name == name for name in CATALOGUE)
    with pytest.raises(UnknownNameError, match="Did you mean 'progress8'"):
        find("progress_8")


def test_a_total_is_weighted_by_pupils_and_leaves_out_what_is_not_known() -> None:
    found = total(summary([50, 80, NAN, 10, 90], [100, 20, 50, NAN, 0]))
    assert (found.value, found.pupils, found.releases) == (55, 120, (7,))
    assert "computed from the 2 schools held" in found.said


def test_a_total_of_nobody_cannot_be_given() -> None:
    with pytest.raises(CannotAnswerError, match="with a number of pupils"):
        total(summary([50, NAN], [0, 30]))
