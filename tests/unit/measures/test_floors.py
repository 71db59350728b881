"""The floor and coasting rules are the reference's, year by year."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from codebreakers.errors import UnknownNameError
from codebreakers.measures.catalogue import CATALOGUE
from codebreakers.measures.floors import (
    ATYPICAL,
    COHORT,
    COVERAGE,
    NOT_APPLIED,
    RUNNING,
    STANDARDS,
    Condition,
    standard_of,
)

NAMES = {
    "five_good_gcses": "five_good_gcses",
    "english expected progress": "english_progress",
    "maths expected progress": "maths_progress",
    "progress8": "progress8",
    "progress8 upper 95% limit": "progress8",
}


def condition_of(text: str) -> Condition:
    """A condition as the reference writes it: "english expected progress < national median"."""
    what, _, goal = (part.strip() for part in text.partition(" < "))
    below = None if goal == "national median" else float(goal.removesuffix("%"))
    return Condition(NAMES[what], below, upper="upper" in what)


@pytest.fixture
def reference(data_dir: Path) -> list[dict[str, str]]:
    path = data_dir.parent / "reference" / "floor_standards.csv"
    if not path.is_file():
        pytest.skip(f"the reference of floor standards is not at {path}")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_rule_is_the_references(reference: list[dict[str, str]]) -> None:
    for row in reference:
        name = "floor" if row["standard"] == "none" else row["standard"]
        last = int(row["results_year_to"] or row["results_year_from"])
        for year in range(int(row["results_year_from"]), last + 1):
            rule = standard_of(name, year)
            assert rule is not None
            parts = [row[f"condition_{i}"] for i in (1, 2, 3)]
            assert list(rule.conditions) == [condition_of(part) for part in parts if part]
        running = re.search(r"(\w+) results years running|three results years", row["rule"])
        assert (RUNNING[name] == 3) == bool(running)


def test_no_rule_is_declared_that_the_reference_has_not(reference: list[dict[str, str]]) -> None:
    named = {
        ("floor" if row["standard"] == "none" else row["standard"], int(row["results_year_from"]))
        for row in reference
    }
    assert {(s.name, s.years.start) for s in STANDARDS} == named


def test_no_year_has_two_rules_of_one_standard() -> None:
    years = [(s.name, year) for s in STANDARDS for year in s.years]
    assert len(years) == len(set(years))


@pytest.mark.parametrize("standard", STANDARDS, ids=lambda s: f"{s.name}-{s.years.start}")
def test_every_rule_can_be_asked_of_measures_there_are(standard) -> None:
    assert standard.source
    for condition in standard.conditions:
        measure = CATALOGUE[condition.measure]
        assert all(measure.term(year, "all") is not None for year in standard.years)
        term = measure.term(standard.years.start, "all")
        assert not condition.upper or (term is not None and term.high)
    if standard.conditions:
        for measure in (COHORT, *COVERAGE):
            assert set(standard.years) <= set(measure.years)


def test_a_year_without_a_declared_rule_has_none() -> None:
    assert standard_of("floor", 2010) is None
    assert standard_of("coasting", 2013) is None


def test_from_2019_no_floor_is_in_force() -> None:
    rule = standard_of("floor", 2019)
    assert rule is not None
    assert rule.conditions == ()


def test_a_rule_is_applied_from_eleven_pupils_and_since_2016_from_six() -> None:
    for year in range(2011, 2019):
        for name in RUNNING:
            rule = standard_of(name, year)
            assert rule is None or rule.fewest == (11 if year < 2016 else 6)


def test_the_publishers_codes_of_too_few_pupils_are_those_a_rule_is_not_applied_to() -> None:
    too_few = "LT11 LT50PC LOWCOV"
    assert sorted(NOT_APPLIED) == sorted(too_few.split())


def test_schools_that_begin_at_14_are_known_by_every_name_the_tables_have_for_them() -> None:
    """As codes with and without the free school's F, and in the register's words."""
    names = {"UTC", "FUTC", "SS", "FSS", "University Technical College", "Studio Schools"}
    assert names == ATYPICAL


def test_an_unknown_standard_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="ceiling"):
        standard_of("ceiling", 2014)
