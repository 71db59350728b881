"""Wording that findings share: definitions, ages, numbers in plain English."""

from __future__ import annotations

from datetime import date

from codebreakers.measures import GROUPS, Measure
from codebreakers.sources import academic_year

__all__ = [
    "age",
    "called",
    "definition",
    "disadvantaged_means",
    "figure_in_words",
    "ordinal",
    "per_hundred",
]


def disadvantaged_means(year: int) -> str:
    """Return who counted as disadvantaged in a year."""
    if year < 2012:
        return "pupils claiming free school meals that year, or looked after"
    if year < 2015:
        return "pupils with free school meals at any time in the last six years, or looked after"
    return (
        "pupils with free school meals at any time in the last six years, looked after for a day "
        "or more, or adopted from care"
    )


def called(measure: Measure) -> str:
    """Return what a measure counts, to be put into a sentence: ``share who got ...``."""
    return f"share who {measure.title}" if measure.kind == "proportion" else measure.title


def definition(measure: Measure, year: int, group: str) -> str:
    """Return what was counted, of whom, in a year."""
    who = GROUPS[group]
    if group == "disadvantaged":
        who = f"{who} ({disadvantaged_means(year)})"
    return f"{measure.title}: {who}, {academic_year(year)}. {measure.source}"


def age(year: int, *, today: date | None = None) -> str:
    """Return how old results are: they are published in the autumn of their year."""
    now = today or date.today()
    years = now.year - year
    if years <= 0:
        return f"{academic_year(year)} results: this year's."
    return f"{academic_year(year)} results: {years} year{'s' if years != 1 else ''} old."


def per_hundred(percent: float) -> str:
    """Return a rate as people say it: ``41 of every 100``."""
    return f"{percent:.0f} of every 100"


def figure_in_words(value: float, measure: Measure) -> str:
    """Return a figure at the decimals its measure is published to, at least one."""
    return f"{value:.{max(1, measure.decimals)}f}"


def ordinal(number: int) -> str:
    """Return 1st, 2nd, 3rd, 11th, 36th."""
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"
