"""Who moves when the measure changes, on the Department's tables."""

from __future__ import annotations

import pytest

from codebreakers.estimates import Withheld
from codebreakers.findings import Table
from codebreakers.questions.league import league
from codebreakers.store import Store

pytestmark = pytest.mark.published

TO_PROGRESS = {"year": 2016, "old": "five_good_gcses", "old_year": 2015, "draws": 0}


def curve(table: Table) -> dict[object, float]:
    rows = zip(table.column("threshold_points"), table.column("falling_percent"), strict=True)
    return {threshold: round(share, 1) for threshold, share in rows}


@pytest.mark.parametrize(
    ("threshold", "everywhere", "north_east"), [(25, 12.2, 20.8), (30, 7.6, 14.1)]
)
def test_five_good_gcses_against_value_added(
    england: Store, threshold: float, everywhere: float, north_east: float
) -> None:
    table = league(england, year=2014, threshold=threshold, draws=0)
    shares = [table[f"league.fallers.{which}"].figure for which in ("share", "north_east")]
    assert [share.n for share in shares] == [3_028, 149]
    assert [round(share.value, 1) for share in shares] == [everywhere, north_east]


def test_the_regions_are_the_nine(england: Store) -> None:
    table = league(england, year=2014, by="region", draws=0)
    *regions, everyone = table.rows
    assert len(regions) == 9
    assert sum(row[1] for row in regions) == everyone[1] == 3_028
    assert sum(row[-1] for row in regions) == pytest.approx(100)


def test_no_threshold_gives_both_of_the_reports_figures(england: Store) -> None:
    finding = league(england, year=2014, draws=0)["league.report"]
    assert finding.value == 0
    assert "No threshold gives both of the report's figures" in finding.sentence


def test_the_least_disadvantaged_fall_most(england: Store) -> None:
    """Other than the report has it: value added takes account of who the pupils are."""
    table = league(england, year=2014, draws=0)
    slope = table["league.slope"].figure
    assert slope.high < 0
    most = table["league.fallers.most_disadvantaged_fifth"].value
    assert most < table["league.fallers.share"].value / 2


def test_value_added_has_no_limits_here_so_its_chance_is_not_said(england: Store) -> None:
    figure = league(england, year=2014, draws=100)["league.chance"].figure
    assert isinstance(figure, Withheld)
    assert "no limits are published around the best 8 value added score in 2014" in figure.reason


def test_five_good_gcses_to_progress_8_by_urn(england: Store) -> None:
    table = league(england, by_urn=True, **TO_PROGRESS)
    assert table["league.fallers.share"].figure.n == 2_468
    found = curve(table)
    assert (found[30], found[40]) == (11.5, 5.6)


def test_schools_that_were_given_another_urn_are_followed(england: Store) -> None:
    """Nearly a hundred more schools, and hardly another share."""
    table = league(england, threshold=30, **TO_PROGRESS)
    assert table["league.by_urn"].figure.n == 2_468
    assert table["league.fallers.share"].figure.n > 2_550
    alone = table["league.by_urn"].value
    assert table["league.fallers.share"].value == pytest.approx(alone, abs=0.5)


def test_the_four_parts_make_progress_8(england: Store) -> None:
    """English and mathematics have two slots of ten each, the others three: but for rounding."""
    parts = "0.2*p8_english + 0.2*p8_maths + 0.3*p8_ebacc + 0.3*p8_open"
    table = league(england, year=2018, old="progress8", new=parts, by="school", draws=0)
    old, new = table.column("old_points"), table.column("new_points")
    apart = sorted(abs(a - b) for a, b in zip(old, new, strict=True))
    # Scores of single pupils that are very low are raised in the whole and not in its parts.
    assert apart[len(apart) // 2] <= 0.02
    assert apart[int(0.99 * len(apart))] <= 0.1
