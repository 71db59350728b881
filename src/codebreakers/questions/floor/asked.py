"""Which years are asked about, how long a run, and which schools."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from codebreakers.errors import CannotAnswerError, RequestError, UnknownNameError
from codebreakers.measures.floors import RUNNING, standard_of
from codebreakers.peers.population import Scope
from codebreakers.questions.floor.followed import Followed
from codebreakers.questions.floor.judged import Judged
from codebreakers.sources import results_year
from codebreakers.store import Store

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["SPAN", "Years", "length_of", "within", "years_of"]

SPAN = 5
"""Years asked about when nobody says: those the speech of 2014 asked of."""

Years = Iterable[int | str] | int | str


def years_of(store: Store, standard: str, years: Years | None) -> tuple[int, ...]:
    """Return the years asked about, in order.

    Parameters
    ----------
    store : Store
    standard : str
        ``floor`` or ``coasting``.
    years : iterable of int or str, int or str, optional
        By default the five up to the newest with a table of results and a standard.

    Raises
    ------
    RequestError
        One of them is no year, or none is given.
    UnknownNameError
        There is no such standard.
    CannotAnswerError
        None is given, and no table of a year with a standard is held.
    """
    if years is not None:
        given = (years,) if isinstance(years, int | str) else tuple(years)
        if not given:
            raise RequestError("No year is given.", remedy="Name one: 2014, or 2014 to 2018.")
        return tuple(sorted({results_year(year) for year in given}))
    held = {release.year for release in store.releases() if release.dataset == "ks4"}
    judged = [y for y in held if (rule := standard_of(standard, y)) is not None and rule.conditions]
    if not judged:
        raise CannotAnswerError(
            f"No table of results held is of a year with a {standard} standard.",
            available=map(str, sorted(held)),
            remedy="Get one: codebreakers fetch 2014-2018.",
        )
    return tuple(range(max(judged) - SPAN + 1, max(judged) + 1))


def length_of(standard: str, run: int | None, years: tuple[int, ...]) -> int:
    """Return how many of the last years make a run; 0 where none is asked for.

    Parameters
    ----------
    standard : str
    run : int, optional
        By default as many as the standard itself asks for, where so many are asked about.
    years : tuple of int
        In order.

    Raises
    ------
    RequestError
        It is longer than the years, shorter than two, or they do not follow one another.
    """
    if run is None:
        run = RUNNING[standard]
        if run == 1 or run > len(years):
            return 0
    if not 2 <= run <= len(years):
        raise RequestError(
            f"A run of {run} years cannot be found in {len(years)}.",
            remedy="Ask for two years at least, and about as many: --years 2014:2018 --run 5.",
        )
    last = years[-run:]
    if last[-1] - last[0] != run - 1:
        raise RequestError(
            f"The years {', '.join(map(str, last))} do not follow one another.",
            remedy="Ask about years running: --years 2014:2018.",
        )
    return run


def within(followed: Followed, scope: Scope) -> NDArray[np.bool_]:
    """Return which schools a scope takes in, in any of the years, shape (N,), bool.

    Schools are listed by any of their URNs.

    Raises
    ------
    UnknownNameError
        It names a school or place that no year has.
    CannotAnswerError
        No year's tables say what it asks.
    """
    inside = _at_places(followed, replace(scope, schools=()))
    if not scope.schools:
        return inside
    keys = list(scope.schools)
    if followed.lineages is not None:
        keys = followed.lineages.identity(keys)
    listed: NDArray[np.bool_] = np.isin(followed.schools, keys)
    if not listed.any():
        raise UnknownNameError(
            "school with results in those years", scope.schools[0], map(str, followed.schools)
        )
    return inside & listed


def _at_places(followed: Followed, scope: Scope) -> NDArray[np.bool_]:
    inside = np.zeros(len(followed.schools), dtype=bool)
    answered = False
    refused: list[UnknownNameError | CannotAnswerError] = []
    for row, year in zip(followed.rows, followed.years, strict=True):
        if not isinstance(year, Judged):
            continue
        try:
            here = year.people.within(scope)
        except (UnknownNameError, CannotAnswerError) as error:
            refused.append(error)
            continue
        answered = True
        inside |= (row >= 0) & here[row]
    if refused and not answered:
        # A year that has such places, and not this one, says more than one that has none.
        raise next((e for e in refused if isinstance(e, UnknownNameError)), refused[0])
    return inside
