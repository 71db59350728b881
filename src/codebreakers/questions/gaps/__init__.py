"""How far behind are disadvantaged pupils?"""

from __future__ import annotations

from collections.abc import Iterable

from codebreakers.errors import RequestError
from codebreakers.findings import Table
from codebreakers.inference.levels import DRAWS
from codebreakers.peers.population import Scope
from codebreakers.questions.gaps.divide import by_area
from codebreakers.questions.gaps.groups import by_group
from codebreakers.questions.gaps.trend import by_year
from codebreakers.store import Store

__all__ = ["gaps"]


def gaps(
    store: Store,
    *,
    year: int | str | None = None,
    measure: str | None = None,
    scope: Scope | None = None,
    by: str = "",
    years: Iterable[int | str] | None = None,
    draws: int = DRAWS,
    seed: int = 0,
) -> Table:
    """Return the result of disadvantaged, other and all pupils, in England or part of it.

    Parameters
    ----------
    store : Store
        Where to read.
    year : int or str, optional
        Results year, or "2012/13"; by default the newest that can answer.
    measure : str, optional
        Name of a measure; by default the one of the year.
    scope : Scope, optional
        Which schools to add up; by default the national figures of England.
    by : str, optional
        A row for each ``region`` or ``authority`` instead of a row a group.
    years : iterable of int or str, optional
        A row for each of these results years instead of a row a group.
    draws : int
        Of the areas' true figures, to allow for chance in who is best and lowest; 0 for none.
    seed : int
        Of the draws.

    Returns
    -------
    Table
        A row a group; findings ``gap.disadvantaged``, ``gap.other``, ``gap.all`` and
        ``gap.difference`` (others minus disadvantaged, in points). By area: a row an area, and
        findings ``gap.<by>.<region or code>``, ``gap.<by>.range`` (of disadvantaged pupils'
        figures, best less lowest) and ``gap.<by>.range_of_gaps``, both with ``.chance_removed``,
        and for a proportion by region ``gap.london.ratio``. Over years: a row a year, and findings
        ``gap.trend.<year>`` and, where no rule changed, ``gap.trend.change.<first>-<last>``.

    Raises
    ------
    RequestError
        Both a year and years are asked about, or both areas and years.
    UnknownNameError
        There is no such way of grouping, measure or scope.
    CannotAnswerError
        No table held has any group's result.
    """
    where = scope or Scope()
    if years is not None and (year is not None or by):
        raise RequestError(
            f"Years are asked about, and {'areas' if by else 'one year'} too.",
            remedy="Ask about areas in one year, or about years in one place.",
        )
    with store.reading():
        if years is not None:
            return by_year(store, years, measure, where)
        if by:
            return by_area(store, year, measure, where, by, draws=draws, seed=seed)
        return by_group(store, year, measure, where)
