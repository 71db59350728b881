"""Where do teachers go?"""

from __future__ import annotations

from collections.abc import Iterable

from codebreakers.errors import CannotAnswerError, RequestError, UnknownNameError
from codebreakers.findings import Finding, Table
from codebreakers.findings.disclosure import About
from codebreakers.measures.staffing import staffing_years
from codebreakers.questions.workforce.answered import about_of, by_fifths, slope_finding
from codebreakers.questions.workforce.gradient import gradient
from codebreakers.questions.workforce.joined import staffed
from codebreakers.questions.workforce.outcomes import OUTCOMES, outcome_named
from codebreakers.questions.workforce.trend import by_year
from codebreakers.sources import results_year
from codebreakers.store import Store

__all__ = ["OUTCOMES", "newest_year", "workforce", "workforce_in"]

_IN_NATION = ("salary", "ratio")
_PLACES = ("region",)


def workforce(
    store: Store,
    *,
    year: int | str | None = None,
    outcome: str = "salary",
    within: str = "",
    years: Iterable[int | str] | None = None,
) -> Table:
    """Return what teachers a school has, by its disadvantage and its results.

    Parameters
    ----------
    store : Store
        Where to read.
    year : int or str, optional
        Results year, or "2012/13"; by default the newest that can answer.
    outcome : str
        ``salary`` (mean pay), ``ratio`` (pupils to a teacher), ``teachers`` (to 100 pupils) or
        ``qualified`` (percent of teachers).
    within : str
        ``region`` for a grid of schools beside others of their region.
    years : iterable of int or str, optional
        A row for each of these results years instead of a grid.

    Returns
    -------
    Table
        Five fifths of free meals by five of result, and all schools; findings
        ``workforce.<outcome>.slope`` (for ten points more free meals at equal results),
        ``.slope.results`` (for ten points more of the result at equal free meals), both also with
        ``.within_region``, and ``.joined``. Over years a row a year; findings
        ``workforce.<outcome>.slope.<year>``, and where no definition changed
        ``workforce.<outcome>.change.<first>-<last>`` and ``.change_alone.<first>-<last>``.

    Raises
    ------
    UnknownNameError
        There is no such outcome, or nothing to compare within.
    RequestError
        Both a year and years are asked about.
    CannotAnswerError
        The tables held do not have it, or too few schools could be joined.
    """
    counted = outcome_named(outcome)
    if within and within not in _PLACES:
        raise UnknownNameError("kind of place to compare within", within, _PLACES)
    if years is not None and (year is not None or within):
        raise RequestError(
            f"Years are asked about, and {'a grid within regions' if within else 'one year'} too.",
            remedy="Over years both are told; for a grid ask about one year.",
        )
    with store.reading():
        if years is not None:
            return by_year(store, sorted({results_year(y) for y in years}), counted)
        when = newest_year(store, outcome) if year is None else results_year(year)
        return by_fifths(store, gradient(staffed(store, when), counted), within=bool(within))


def newest_year(store: Store, outcome: str, *, until: int | None = None) -> int:
    """Return the newest year with results, an outcome and free meals of most schools.

    Parameters
    ----------
    store : Store
    outcome : str
    until : int, optional
        The newest year wanted; where no year that old can answer, the oldest that can.

    Raises
    ------
    CannotAnswerError
        There is none.
    """
    counted = outcome_named(outcome)
    years = staffing_years(store)
    newest = [y for y in reversed(years) if until is None or y <= until]
    for when in (*newest, *(y for y in years if y not in newest)):
        try:
            gradient(staffed(store, when), counted)
        except CannotAnswerError:
            continue
        return when
    raise CannotAnswerError(
        f"No year held has results of schools together with {counted.title[0].lower()}"
        f"{counted.title[1:]} and free meals of most of them.",
        available=[str(y) for y in staffing_years(store)],
        remedy="Ingest the results, workforce and census tables of one year: codebreakers fetch.",
    )


def workforce_in(store: Store, year: int) -> tuple[Finding, ...]:
    """Return the two slopes that the national answer shows.

    Parameters
    ----------
    store : Store
    year : int
        Results year.

    Raises
    ------
    CannotAnswerError
        The tables held do not have them.
    """
    schools = staffed(store, year)
    found: list[Finding] = []
    for name in _IN_NATION:
        fitted = gradient(schools, OUTCOMES[name])
        about: About = about_of(store, fitted)
        found += [slope_finding(fitted, about, "meals", within=w) for w in (False, True)]
    return tuple(found)
