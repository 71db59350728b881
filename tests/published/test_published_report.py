"""The report's figures are declared as the reference table has them, and tested on real tables."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import pytest

from codebreakers.findings import Cell, Table
from codebreakers.profiles.claims import claims
from codebreakers.sources.report import PUBLISHED
from codebreakers.store import Store

pytestmark = pytest.mark.published


@pytest.fixture(scope="module")
def reference(data_dir: Path) -> list[dict[str, str]]:
    path = data_dir.parent / "reference" / "published_figures.csv"
    if not path.is_file():
        pytest.skip(f"the reference table is not at {path}")
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def answered(england: Store) -> Table:
    return claims(england)


def row(table: Table, claim: str) -> dict[str, Cell]:
    names = [column.name for column in table.columns]
    found = table.rows[table.column("claim").index(claim)]
    return dict(zip(names, found, strict=True))


def numbers(text: str) -> tuple[float, ...]:
    return tuple(float(part) for part in text.split("|"))


def test_every_figure_of_the_reference_table_is_declared(reference: list[dict[str, str]]) -> None:
    assert [line["id"] for line in reference] == list(PUBLISHED)


def test_each_is_declared_as_the_reference_table_has_it(reference: list[dict[str, str]]) -> None:
    for line in reference:
        ours = PUBLISHED[line["id"]]
        assert ours.values == numbers(line["figure"]), ours.id
        assert ours.low == numbers(line["low"]), ours.id
        assert ours.high == numbers(line["high"]), ours.id
        begins = line["results_year"].split("/")
        assert ours.year == int(begins[0]) + len(begins) - 1, ours.id
        stated = (line["unit"], line["population"], line["status"])
        assert (ours.unit, ours.population, ours.status) == stated, ours.id
        # The reference adds to a source where a copy of it is kept.
        assert ours.source == line["source"].split(" (")[0], ours.id


@pytest.mark.parametrize(
    ("claim", "we_get", "verdict"),
    [
        ("disadvantaged_rate", "40.9", "reproduced"),
        ("other_rate", "67.8", "reproduced"),
        ("all_rate", "60.6", "reproduced"),
        ("disadvantaged_passes", "63,026", "near"),
        ("code_breaker_share", "10.1", "reproduced"),
        ("similar_best_worst", "59.8 / 25.3", "reproduced"),
        ("half_gap_disadvantage", "13,260", "near"),
        ("half_gap_disadvantage_percent", "23.1", "reproduced"),
        ("half_gap_ability", "52,187", "not reproduced"),
        ("half_gap_ability_percent", "17.4", "near"),
    ],
)
def test_what_the_tables_of_2013_give(
    answered: Table, claim: str, we_get: str, verdict: str
) -> None:
    found = row(answered, claim)
    assert (found["we_get"], found["verdict"]) == (we_get, verdict)
    assert found["results_year"] == "2012/13"


@pytest.mark.parametrize(
    ("year", "we_get", "verdict"),
    [
        (2012, None, "cannot test here"),
        (2013, None, "cannot test here"),
        (2014, "355", "near"),
        (2015, None, "cannot test here"),
        (2016, None, "cannot test here"),
        (2017, "400", "near"),
    ],
)
def test_schools_below_the_floor_by_each_years_own_tables(
    answered: Table, year: int, we_get: str | None, verdict: str
) -> None:
    found = row(answered, f"floor_{year}")
    assert found["verdict"] == verdict
    if we_get is not None:
        assert found["we_get"] == we_get
        assert found["results_year"] == f"{year - 1}/{year % 100}"
    else:
        assert f"{year - 1}/{year % 100} cannot be told" in str(found["why"])


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        ("code_breaker_share", ["at least 60 (its whole percent), every school"]),
        ("big_fallers", ["2.6% fall so far", "least disadvantaged 21.0%", "it is the least"]),
        ("big_fallers_north_east", ["20.8% of its 149 schools"]),
        ("floor_2014", ["343", "none flagged"]),
        ("floor_2017", ["352", "364"]),
        ("similar_best_worst", ["disadvantaged share alone it is 61.7 / 24.2"]),
        ("half_gap_disadvantage", ["57,311 succeed now", "61,000", "14,113"]),
        ("half_gap_ability", ["300,786 succeed now", "346,105", "60,050", "60,382"]),
        ("half_gap_ability_percent", ["60,382", "2013/14", "19%"]),
    ],
)
def test_what_moves_it_is_said(answered: Table, claim: str, said: Sequence[str]) -> None:
    why = str(row(answered, claim)["why"])
    for words in said:
        assert words in why


def test_another_year_is_shown_and_never_judged(england: Store) -> None:
    found = row(claims(england, year=2014), "code_breaker_share")
    assert found["we_get"] == "13.1"
    assert found["verdict"] == "cannot test here"
    assert found["why"] == "It is about 2012/13 results; ours beside it are of 2013/14."


def test_findings_name_the_releases_they_are_from(answered: Table) -> None:
    years = {(source.dataset, source.year) for source in answered["claims.near"].provenance}
    assert ("ks4", 2013) in years
    assert any(dataset == "national" for dataset, _ in years)
