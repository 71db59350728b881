"""The regional and authority divide and the trend, on the published tables."""

from __future__ import annotations

import csv
import math
from collections import defaultdict
from pathlib import Path

import pytest

from codebreakers.errors import CannotAnswerError
from codebreakers.estimates import Withheld
from codebreakers.findings import Table
from codebreakers.questions.gaps import gaps
from codebreakers.sources.report import LONDON
from codebreakers.store import Store

pytestmark = pytest.mark.published


# The list of 2015/16 parts regions further: North West A, London Central.
BEGINS = (
    "East Midlands",
    "East of England",
    "London",
    "North East",
    "North West",
    "South East",
    "South West",
    "West Midlands",
)


@pytest.fixture(scope="module")
def regions(england: Store) -> Table:
    return gaps(england, year=2013, by="region")


def test_regional_rates_are_sums_of_the_departments_rows(regions: Table, data_dir: Path) -> None:
    """By authority code and the Department's own list of regions, without anything of ours."""
    lists = data_dir / "dfe" / "2015-2016" / "la_and_region_codes_meta.csv"
    with lists.open(encoding="utf-8-sig", newline="") as lines:
        region = {r["LEA"].strip(): r["REGION NAME"].strip() for r in csv.DictReader(lines)}
    sums = defaultdict(lambda: [0.0, 0])
    path = data_dir / "dfe" / "2012-2013" / "england_ks4.csv"
    with path.open(encoding="cp1252", newline="") as lines:
        for row in csv.DictReader(lines):
            pupils = int(row["TFSMCLA"])
            place = next((p for p in BEGINS if region[row["LEA"]].startswith(p)), "Yorkshire")
            sums[place][0] += pupils * float(row["PTAC5EMFSM"].rstrip("%"))
            sums[place][1] += pupils
    ours = dict(zip(regions.column("region"), regions.column("disadvantaged_percent"), strict=True))
    pupils = dict(
        zip(regions.column("region"), regions.column("disadvantaged_pupils"), strict=True)
    )
    for place in BEGINS:
        assert pupils[place] == sums[place][1], place
        assert ours[place] == pytest.approx(sums[place][0] / sums[place][1]), place


def test_london_is_nearly_as_far_ahead_as_the_report_is_quoted(regions: Table) -> None:
    """37% against 38%: the comprehensive schools held have 134,026 of 154,087 pupils."""
    found = regions["gap.london.ratio"]
    assert found.value == pytest.approx(1.3749, abs=1e-4)
    assert "37% more likely (36 to 39)" in found.sentence
    ends = found.figure.low, found.figure.high  # type: ignore[union-attr]
    assert ends[0] <= 1 + LONDON.values[0] / 100 <= ends[1]  # type: ignore[operator]
    assert any("134,026 of the 154,087" in caveat for caveat in found.caveats)
    assert any("28% more likely than in all of England" in caveat for caveat in found.caveats)


def test_best_and_lowest_of_nine_regions_and_of_150_authorities(
    regions: Table, england: Store
) -> None:
    """Of regions chance is nothing; of authorities it is a part of what was published."""
    assert regions["gap.region.range"].value == pytest.approx(17.6, abs=0.05)
    assert regions["gap.region.range.chance_removed"].value == pytest.approx(17.7, abs=0.2)
    table = gaps(england, year=2013, by="authority")
    published = table["gap.authority.range"]
    assert "Kensington and Chelsea, 74.9" in published.sentence
    assert "Blackpool, 28.4" in published.sentence
    allowed = table["gap.authority.range.chance_removed"].figure
    assert allowed.value == pytest.approx(43.8, abs=0.6)  # type: ignore[union-attr]
    assert published.value == pytest.approx(46.5, abs=0.05)
    assert math.isclose(sum(table.column("probability_best")), 1)  # type: ignore[arg-type]


def test_the_smallest_authority_is_withheld(england: Store) -> None:
    table = gaps(england, year=2014, by="authority", draws=0)
    assert table["gap.authority.420"].figure == Withheld("small")


def test_fifteen_years_are_broken_where_rules_changed(england: Store) -> None:
    table = gaps(england, years=range(2010, 2025))
    assert len(table) == 15
    values = {f.id: f.value for f in table.findings}
    assert values["gap.trend.2013"] == pytest.approx(26.94, abs=0.005)
    assert values["gap.trend.2019"] == pytest.approx(13.6, abs=1e-6)
    assert values["gap.trend.2024"] == pytest.approx(15.4, abs=1e-6)
    assert [name for name in values if "change" in name] == ["gap.trend.change.2023-2024"]
    assert [year for year in range(2010, 2025) if values[f"gap.trend.{year}"] is None] == [
        2010,
        2011,
        2012,
        2017,
        2018,
    ]
    changes = dict(zip(table.column("year"), table.column("change_points"), strict=True))
    for year, words in (
        (2014, "approved qualifications"),
        (2015, "adopted from care"),
        (2016, "another measure"),
        (2019, "9 to 1"),
        (2020, "cancelled"),
        (2022, "examinations came back"),
        (2023, "near those of 2019"),
    ):
        cell = changes[year]
        assert isinstance(cell, Withheld)
        assert words in cell.reason


@pytest.mark.parametrize("year", [2019, 2024])
def test_a_year_without_schools_has_no_divide(england: Store, year: int) -> None:
    with pytest.raises(CannotAnswerError, match=f"No results table for {year}"):
        gaps(england, year=year, by="region")
