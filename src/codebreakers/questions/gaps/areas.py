"""Disadvantaged and other pupils added up by region or authority."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.errors import CannotAnswerError, UnknownNameError
from codebreakers.findings.disclosure import SMALLEST
from codebreakers.inference.cohorts import Sums, added, difference
from codebreakers.inference.levels import expected_of
from codebreakers.inference.pupil_spread import pupil_sd
from codebreakers.measures import Measure, Summary
from codebreakers.measures.held import years_held
from codebreakers.peers.population import Population, Scope, population
from codebreakers.store import Store

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["AREAS", "ENOUGH", "Divide", "divide"]

AREAS = ("region", "authority")

ENOUGH = 100
"""Schools with a result, before their intake is asked what it gives an area."""


@dataclass(frozen=True, slots=True, eq=False)
class Divide:
    """Two groups of pupils in each of A areas, in order of name.

    Parameters
    ----------
    measure, year, by : Measure, int, str
    keys, names : tuple of str, length A
        What each area is asked for by, and called; '' where no table says where its schools are.
    behind, ahead : Sums
        Of disadvantaged pupils, and of the others.
    low, high : ndarray of float, shape (A,)
        The interval of others less disadvantaged.
    expected, expected_gap : ndarray of float, shape (A,)
        What the intake of its schools alone would give disadvantaged pupils, and the gap.
    subtracted : bool
        Whether the others are what all pupils less the disadvantaged leaves.
    by_schools : bool
        Whether the intervals take schools for draws, pupils' scatter not being known.
    releases : tuple of int
    missing : tuple of str
        In words, which of the schools listed have no results.
    """

    measure: Measure
    year: int
    by: str
    keys: tuple[str, ...]
    names: tuple[str, ...]
    behind: Sums
    ahead: Sums
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    expected: NDArray[np.float64]
    expected_gap: NDArray[np.float64]
    subtracted: bool
    by_schools: bool
    releases: tuple[int, ...]
    missing: tuple[str, ...]

    @property
    def gap(self) -> NDArray[np.float64]:
        """Others less disadvantaged, shape (A,)."""
        points: NDArray[np.float64] = self.ahead.values - self.behind.values
        return points

    @property
    def told(self) -> NDArray[np.bool_]:
        """Which areas have pupils enough of both groups to be shown, shape (A,)."""
        enough: NDArray[np.bool_] = np.minimum(self.behind.pupils, self.ahead.pupils) >= SMALLEST
        return enough

    @property
    def compared(self) -> NDArray[np.bool_]:
        """Which areas are shown and somewhere, shape (A,)."""
        somewhere: NDArray[np.bool_] = np.array([key != "" for key in self.keys])
        return np.logical_and(self.told, somewhere)


def divide(store: Store, measure: Measure, year: int, where: Scope, by: str) -> Divide:
    """Add both groups of pupils up by area.

    Parameters
    ----------
    store : Store
    measure : Measure
    year : int
    where : Scope
        Which schools to add up.
    by : str
        One of `AREAS`.

    Raises
    ------
    UnknownNameError
        `by` is no kind of area, or the scope names what is not there.
    CannotAnswerError
        No school asked about has both, or no table says which area schools are in.
    """
    if by not in AREAS:
        raise UnknownNameError("kind of area", by, AREAS)
    people = population(store, year)
    inside = people.within(where)
    keys, names, which = _places(people, by, inside)
    some = people.take(measure, "disadvantaged")
    others, subtracted = _others(people, measure)
    spread = _spread(people, measure)
    behind, ahead = (
        added(measure, one.values, one.pupils, which, len(keys), spread=spread)
        for one in (some, others)
    )
    if not ((behind.pupils > 0) & (ahead.pupils > 0)).any():
        raise CannotAnswerError(
            f"No school asked about has {measure.name} of disadvantaged and of other pupils in "
            f"{year}, with their numbers.",
            remedy="Ask about another measure or year: codebreakers releases says what is held.",
        )
    low, high = difference(ahead, behind)
    expected = [_expected(people, one, which, len(keys)) for one in (some, others)]
    return Divide(
        measure,
        year,
        by,
        keys,
        names,
        behind,
        ahead,
        low,
        high,
        expected[0],
        expected[1] - expected[0],
        subtracted,
        measure.kind != "proportion" and math.isnan(spread),
        (some.release, others.release),
        people.unknown(where),
    )


def _places(
    people: Population, by: str, inside: NDArray[Any]
) -> tuple[tuple[str, ...], tuple[str, ...], NDArray[np.int64]]:
    """Return areas' keys and names in order of name, and each school's area, -1 for outside."""
    key = people.schools[by].astype(str)
    name = people.schools["authority_name"].astype(str) if by == "authority" else key
    if not (key != "").any():
        raise CannotAnswerError(
            f"No table held for {people.year} says which {by} a school is in.",
            remedy="Ingest a list that does: authorities and regions, or the register.",
        )
    called: dict[str, str] = {}
    for code, text in zip(key[inside].tolist(), name[inside].tolist(), strict=True):
        called[code] = called.get(code) or text
    order = sorted(called, key=lambda code: (called[code] or code, code))
    place = {code: number for number, code in enumerate(order)}
    which = np.array([place.get(code, -1) for code in key.tolist()], dtype=np.int64)
    which[~inside] = -1
    return tuple(order), tuple(called[code] or code for code in order), which


def _others(people: Population, measure: Measure) -> tuple[Summary, bool]:
    """Return other pupils' result by school, and whether it is subtracted.

    Where it is not published it is what all pupils less the disadvantaged leaves, of schools that
    show both: a school with no disadvantaged pupils is all others.
    """
    if years_held(people.store, measure, "other", (people.year,)):
        return people.take(measure, "other"), False
    whole, part = (people.take(measure, group) for group in ("all", "disadvantaged"))
    pupils = whole.pupils - part.pupils
    some = np.where(part.pupils == 0, 0.0, part.values * part.pupils)
    left = np.full(pupils.shape, np.nan)
    np.divide(whole.values * whole.pupils - some, pupils, out=left, where=pupils > 0)
    # Two rounded percentages may leave a little less than none, or more than all.
    counts = np.clip(np.rint(left * pupils / 100), 0, pupils)
    return replace(
        whole,
        group="other",
        pupils=pupils,
        values=left,
        successes_low=counts,
        successes_high=counts,
    ), True


def _expected(
    people: Population, summary: Summary, which: NDArray[Any], count: int
) -> NDArray[np.float64]:
    """Return what the intake of its schools gives each area, shape (A,); 0 where nothing does."""
    nothing = np.zeros(count)
    used = ~np.isnan(summary.values) & (summary.pupils > 0)
    if summary.measure.kind != "proportion" or used.sum() < ENOUGH:
        return nothing
    rates = np.where(used, expected_of(people, summary), np.nan)
    return np.nan_to_num(added(summary.measure, rates, summary.pupils, which, count).values)


def _spread(people: Population, measure: Measure) -> float:
    """Return how far pupils' scores scatter, from the published limits; NaN where there are none.

    A proportion needs none: its pupils have the outcome or not.
    """
    if measure.kind == "proportion":
        return math.nan
    everyone = people.take(measure, "all")
    if np.isnan(everyone.limits_low).all():
        return math.nan
    return pupil_sd(everyone.limits_low, everyone.limits_high, everyone.pupils, everyone.values)
