"""What one school did better than another: which pupils, by which measure, in which years."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from codebreakers.estimates import Estimate, Withheld
from codebreakers.findings.disclosure import protect
from codebreakers.findings.words import figure_in_words
from codebreakers.measures import GROUPS, Measure, Summary
from codebreakers.measures.held import years_held
from codebreakers.peers.population import Population
from codebreakers.questions.partners.field import Field
from codebreakers.sources import academic_year

__all__ = ["better_at"]

_LOOKED_AT = ("disadvantaged", "low", "middle", "high")


def better_at(field: Field, row: int, other: int) -> tuple[str, ...]:
    """Return what another school did better, as published: a phrase a year and group of pupils.

    Parameters
    ----------
    field : Field
    row, other : int
        The school's that asks, and the other's.

    Returns
    -------
    tuple of str
        Of the years that the evidence is of, newest first; a figure that the gate withholds is
        left out.
    """
    years = field.evidence.judged if field.evidence is not None else (field.people.year,)
    return tuple(
        words
        for year in sorted(years, reverse=True)
        for group in _LOOKED_AT
        for words in _better(field, year, group, row, other)
    )


def _better(field: Field, year: int, group: str, row: int, other: int) -> Iterator[str]:
    people, measure = field.people, field.measure
    if year not in years_held(people.store, measure, group, [year]):
        return
    store = people.store
    found = store.kept(
        ("groups of partners", measure.name, field.people.year, year, group),
        lambda: _aligned(people, measure, year, group),
    )
    ours, theirs = (_published(found, one) for one in (row, other))
    if ours is None or theirs is None:
        return
    sign = 1 if measure.better == "higher" else -1
    if sign * (theirs - ours) > 0:
        yield (
            f"{academic_year(year)} {GROUPS[group]} {_shown(theirs, measure)} "
            f"(here {_shown(ours, measure)})"
        )


def _aligned(people: Population, measure: Measure, year: int, group: str) -> Summary:
    """Return a year's results in the order of the schools asked about: none is followed."""
    if year == people.year:
        return people.take(measure, group)
    return replace(people, year=year).take(measure, group)


def _published(summary: Summary, row: int) -> float | None:
    value, pupils = float(summary.values[row]), summary.pupils[row]
    if np.isnan(value):
        return None
    figure = Estimate(value, n=None if np.isnan(pupils) else round(float(pupils)))
    passed = protect(figure, summary.measure.unit)
    return None if isinstance(passed, Withheld) else passed.value


def _shown(value: float, measure: Measure) -> str:
    return f"{value:.0f}%" if measure.unit == "percent" else figure_in_words(value, measure)
