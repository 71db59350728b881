"""Which release holds a measure: the best status that has any number of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import narwhals as nw

from codebreakers.errors import CannotAnswerError
from codebreakers.measures import GROUPS, Measure, Term
from codebreakers.measures.catalogue import CATALOGUE, DEFAULTS, default_measure, find
from codebreakers.sources import results_year
from codebreakers.store import Store

__all__ = ["Held", "holder", "resolve", "years_held"]

_RANK = {"final": 2, "revised": 1, "provisional": 0}


@dataclass(frozen=True, slots=True)
class Held:
    """Where one term is held.

    Parameters
    ----------
    release, year : int
        The release, and the year its rows carry.
    counted : bool
        Whether the count of successes is there, and not only a percentage.
    rebuilt : bool
        Whether group sizes are not there, and have to be worked out from shares.
    """

    release: int
    year: int
    counted: bool
    rebuilt: bool


def _columns_by_release(store: Store, year: int) -> dict[int, set[str]]:
    """Return, for each release with school rows of `year`, the columns that hold a number."""
    return store.kept(("columns of releases", year), lambda: _read_by_release(store, year))


def _read_by_release(store: Store, year: int) -> dict[int, set[str]]:
    found = store.query(
        lambda reader: (
            reader.frame("holdings")
            .filter(nw.col("year") == year, nw.col("level") == "school", nw.col("numbers") > 0)
            .select("release", "measure")
            .unique()
        )
    )
    held: dict[int, set[str]] = {}
    for release, measure in zip(found["release"], found["measure"], strict=True):
        held.setdefault(int(release), set()).add(str(measure))
    return held


def holder(
    store: Store, measure: Measure, term: Term, year: int, group: str, *, status: str = ""
) -> Held:
    """Return the best release that holds a term: final before revised before provisional.

    With a `status` only releases of that status are looked at.

    Raises
    ------
    CannotAnswerError
        No release held has the column.
    """
    row_year = year
    columns = _columns_by_release(store, row_year if not term.held_in else term.held_in)
    row_year = term.held_in or year
    statuses = {release.id: release.status for release in store.releases()}
    able = [
        release
        for release, names in columns.items()
        if _has(term, names) and status in ("", statuses[release])
    ]
    if not able:
        raise CannotAnswerError(
            f"No table held has {measure.name} for {GROUPS[group]} in {year}.",
            available=[str(y) for y in years_held(store, measure, group)],
            remedy=f"It is column {term.value} of that year's table; "
            f"codebreakers fetch {year} gets it.",
        )
    best = max(able, key=lambda r: (_RANK.get(statuses[r], -1), len(columns[r]), -r))
    names = columns[best]
    return Held(
        best,
        row_year,
        counted=bool(term.count) and term.count in names and term.pupils in names,
        rebuilt=term.pupils not in names and bool(term.share) and term.share in names,
    )


def _has(term: Term, names: set[str]) -> bool:
    return term.value in names or (bool(term.count) and {term.count, term.pupils} <= names)


def years_held(
    store: Store, measure: Measure, group: str, among: Iterable[int] | None = None
) -> tuple[int, ...]:
    """Return the years whose numbers of a measure are held, in order.

    Parameters
    ----------
    store, measure, group
        Where, what and of whom.
    among : iterable of int, optional
        Years to look at; by default every year it was published.
    """
    held = store.kept("columns of years", lambda: _read_by_year(store))
    return tuple(
        year
        for year in (measure.years if among is None else among)
        if (term := measure.term(year, group)) is not None
        and _has(term, held.get(term.held_in or year, set()))
    )


def _read_by_year(store: Store) -> dict[int, set[str]]:
    """Return, for each year with rows of schools, the columns that hold a number."""
    found = store.query(
        lambda reader: (
            reader.frame("holdings")
            .filter(nw.col("level") == "school", nw.col("numbers") > 0)
            .select("year", "measure")
            .unique()
        )
    )
    held: dict[int, set[str]] = {}
    for at, name in zip(found["year"], found["measure"], strict=True):
        held.setdefault(int(at), set()).add(str(name))
    return held


def resolve(
    store: Store, measure: str | None, year: int | str | None, group: str
) -> tuple[Measure, int]:
    """Return the measure and year to answer for, where one or both were not given.

    Parameters
    ----------
    store : Store
        Where to look.
    measure : str, optional
        Name of a measure; by default the one of the year.
    year : int or str, optional
        Results year, or the academic year as people write it; by default the newest that can
        answer.
    group : str
        Which pupils.

    Returns
    -------
    tuple of Measure and int

    Raises
    ------
    RequestError
        `year` is no year.
    UnknownNameError
        No measure has this name.
    CannotAnswerError
        No year held has it.
    """
    if year is not None:
        when = results_year(year)
        return find(measure or default_measure(when)), when
    if measure is not None:
        found = find(measure)
        years = years_held(store, found, group)
        if years:
            return found, years[-1]
        raise CannotAnswerError(
            f"No table held has {measure} for {GROUPS[group]}.",
            available=[m.name for m in CATALOGUE.values() if years_held(store, m, group)],
            remedy="Name a measure that is held, or get more years: codebreakers fetch.",
        )
    newest = max(
        (
            y
            for name in DEFAULTS
            for y in years_held(store, find(name), group)
            if default_measure(y) == name
        ),
        default=None,
    )
    if newest is None:
        raise CannotAnswerError(
            f"No results of {GROUPS[group]} are held in {store.path.name}.",
            remedy="Ingest a results table: codebreakers ingest FOLDER.",
        )
    return find(default_measure(newest)), newest
