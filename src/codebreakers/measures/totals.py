"""Whether the schools held come to what is published of the nation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import narwhals as nw

from codebreakers.errors import CannotAnswerError
from codebreakers.measures import GROUPS, Measure
from codebreakers.measures.catalogue import CATALOGUE
from codebreakers.measures.flags import Flag
from codebreakers.measures.national import national, total
from codebreakers.measures.summarise import summarise
from codebreakers.sources import academic_year
from codebreakers.store import Store

__all__ = ["totals"]

_GROUPS = ("all", "disadvantaged", "other")


def totals(store: Store) -> tuple[Flag, ...]:
    """Return the measures whose schools do not come to the nation's published figure.

    ``national-rate``
        The rate or score of all pupils of the schools held, weighted by pupils, is more than a
        point from the published figure (a tenth of a point for scores published to two decimals,
        whose schools lie within a point or two of each other): ``wrong`` as a figure for the
        country. Only state-funded schools are in the published figure; a table that also has
        independent schools with results may differ for that. A ``note`` where the schools' pupils
        are not counted, so that there is nothing to hold against the nation.

    Parameters
    ----------
    store : Store
        Where to read.

    Returns
    -------
    tuple of Flag
    """
    return tuple(
        flag
        for measure, year, group in _comparable(store)
        for flag in _compared(store, measure, year, group)
    )


def _comparable(store: Store) -> Iterator[tuple[Measure, int, str]]:
    """Yield the measures, years and groups of which both schools and nation may be held."""
    found = store.query(
        lambda reader: (
            reader.frame("holdings")
            .filter(nw.col("level").is_in(["nation", "school"]), nw.col("numbers") > 0)
            .select("level", "release", "year", "measure")
            .unique()
        )
    )
    tables = {release.id for release in store.releases() if release.dataset == "national"}
    years, rows, schools = set(), set(), set()
    for level, release, year, column in zip(*found.values(), strict=True):
        if level == "school":
            schools.add((int(year), column))
        elif int(release) in tables:
            years.add(int(year))
        else:
            rows.add((int(year), column))
    for measure in CATALOGUE.values():
        for year in measure.years:
            for group in _GROUPS:
                term = measure.term(year, group)
                if term is None or term.held_in or (year, term.value) not in schools:
                    continue
                if year in years or (year, term.value) in rows:
                    yield measure, year, group


def _compared(store: Store, measure: Measure, year: int, group: str) -> Iterable[Flag]:
    what = f"{measure.title[0].upper()}{measure.title[1:]}, {GROUPS[group]}, {academic_year(year)}"
    term = measure.term(year, group)
    column = term.value if term else ""
    nation = national(store, measure, year, group)
    if nation.source == "schools":
        return
    try:
        schools = total(summarise(store, measure, year, group))
    except CannotAnswerError as error:
        said = f"{what}: the schools cannot be held against the {nation.said}. {error.message}"
        yield Flag("national-rate", "note", nation.releases, year, said, 0, "pupils", column, group)
        return
    tolerance = 0.1 if measure.decimals > 1 else 1.0
    difference = schools.value - nation.value
    if abs(difference) <= tolerance:
        return
    decimals = max(1, measure.decimals)
    said = (
        f"{what}: the schools held come to {schools.value:.{decimals}f}, and the {nation.said} "
        f"says {nation.value:.{decimals}f}: {abs(difference):.{decimals}f} points "
        f"{'more' if difference > 0 else 'less'}. What is found of the schools held is not true "
        "of the country."
    )
    used = (*schools.releases, *nation.releases)
    counted = schools.pupils or 0
    yield Flag("national-rate", "wrong", used, year, said, counted, "pupils", column, group)
