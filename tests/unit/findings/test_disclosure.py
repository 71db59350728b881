"""The gate that every finding and table has passed."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from codebreakers.estimates import Estimate, Withheld
from codebreakers.findings import Column
from codebreakers.findings.disclosure import SMALLEST, About, protect, say, tabulate

SMALL = Withheld("small")


def said(figure, **options):
    about = {"unit": "percent", "year": 2013, "definition": "of whom, and how"}
    return say("x", "It is so.", figure, **{**about, **options})


def cells(name, *values):
    table = tabulate("t", "T", [Column(name, "")], [[value] for value in values])
    return [row[0] for row in table.rows]


@pytest.mark.parametrize("value", [0.0, 100.0])
def test_all_or_none_is_not_shown_below_ten_pupils(value):
    assert protect(Estimate(value, n=9), "percent") == SMALL
    assert protect(Estimate(value, n=10), "percent") == Estimate(value, n=10)
    assert SMALLEST == 10


def test_what_is_neither_all_nor_none_is_shown_as_published():
    assert protect(Estimate(44.4, n=9), "percent").value == 44.4
    assert protect(Estimate(0.0, n=9), "points").value == 0


def test_a_count_worked_out_is_not_shown_below_ten_pupils():
    assert protect(Estimate(4, n=9), "pupils", rebuilt=True) == SMALL
    assert protect(Estimate(4, n=10), "pupils", rebuilt=True).value == 4


def test_few_schools_are_no_secret():
    assert protect(Estimate(0.0, n=3), "percent", counts="schools").value == 0
    assert said(Estimate(100.0, n=3), counts="schools").value == 100


def test_what_is_withheld_stays_so_under_its_own_code():
    assert protect(Withheld("SUPP"), "percent", rebuilt=True) == Withheld("SUPP")


def test_a_finding_whose_figure_is_stopped_says_so_and_nothing_more():
    finding = said(Estimate(100.0, 70.1, 100.0, 0.95, n=9))
    assert (finding.figure, finding.value) == (SMALL, None)
    assert finding.sentence == "Not shown: fewer than 10 pupils."
    assert "100" not in str(finding.to_dict())


def test_what_shares_a_definition_passes_the_same_gate():
    about = About(2013, "of whom, and how", ("A caveat.",))
    assert about.say("x", "It is so.", Estimate(0.0, n=9), unit="percent").figure == SMALL
    shown = about.say("x", "It is so.", Estimate(0.0, n=9), unit="percent", counts="schools")
    assert (shown.value, shown.caveats, shown.year) == (0.0, ("A caveat.",), 2013)
    assert about.say("x", "", Estimate(3, n=9), unit="pupils", rebuilt=True).figure == SMALL


@pytest.mark.parametrize("name", ["rate_percent", "percent", "rate", "value"])
def test_a_column_is_of_percentages_unless_its_name_says_otherwise(name):
    assert cells(name, Estimate(100.0, n=9), Estimate(100.0, n=10)) == [SMALL, 100.0]


def test_an_estimate_of_pupils_is_a_count_worked_out_and_a_number_is_published():
    assert cells("gain_pupils", Estimate(1.5, n=9), Estimate(1.5, n=10), 7) == [SMALL, 1.5, 7]
    assert cells("score_points", Estimate(0.0, n=9)) == [0.0]


def test_the_limits_of_a_figure_that_is_stopped_are_stopped_with_it():
    columns = [Column(n, "") for n in ("name", "rate_percent", "low_percent", "high", "other")]
    rows = [
        ("A", Estimate(100.0, n=9), 70.1, 100.0, 3.5),
        ("B", Estimate(50.0, n=9), 20.1, 80.0, 3.5),
        ("C", Estimate(0.0, n=9), None, Withheld("not-held"), 3.5),
    ]
    assert tabulate("t", "T", columns, rows).rows == (
        ("A", SMALL, SMALL, SMALL, 3.5),
        ("B", 50.0, 20.1, 80.0, 3.5),
        ("C", SMALL, None, SMALL, 3.5),
    )


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_does_not_pass(number):
    for attempt in (
        lambda: said(Estimate(number, n=50)),
        lambda: said(Estimate(50.0, number, 60.0, 0.95, n=50)),
        lambda: said(Estimate(50.0, 40.0, number, 0.95, n=50)),
        lambda: cells("rate_percent", number),
        lambda: cells("rate_percent", Estimate(number)),
    ):
        with pytest.raises(ValueError, match="withhold it, with a reason"):
            attempt()


def test_a_row_that_does_not_fit_its_columns_does_not_pass():
    with pytest.raises(ValueError, match="zip"):
        tabulate("t", "T", [Column("a", ""), Column("b", "")], [(1,)])


def test_nothing_can_be_changed_once_it_has_passed():
    finding = said(Estimate(50.0, n=50))
    table = tabulate("t", "T", [Column("a", "")], [(1,)], findings=[finding])
    for one, name in ((finding, "figure"), (table, "rows"), (finding.figure, "value")):
        with pytest.raises(AttributeError):
            setattr(one, name, ())
    assert replace(finding, sentence="Other.").figure == finding.figure
    assert isinstance(table.rows, tuple)
    assert isinstance(table.findings, tuple)
