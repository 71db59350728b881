"""What came after: schools below, years later, beside schools that were equally low.

A school that is low one year is lower, as a rule, than it is: it rises by chance alone. So its rise
says little before it is compared with that of schools whose result was the same, within a step of
what is published, and who were not below, or were below elsewhere, or to whom nothing happened.
Each school is compared with those of its own step, and what is left over is averaged over the
schools. Places among all schools are compared, and not results, since the measures change.

Where the rule asks for limits, a school as low that is not below is one whose limits are wide: it
is small, and rises by chance more than others. It is not compared with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.errors import CannotAnswerError
from codebreakers.inference.moves import average_ranks, percentile_ranks
from codebreakers.inference.pupil_spread import SURE
from codebreakers.measures import Measure, Summary
from codebreakers.questions.floor.chance import Chance
from codebreakers.questions.floor.followed import Followed
from codebreakers.questions.floor.judged import BELOW, NOT_BELOW, Judged

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["FEWEST", "After", "Compared", "after", "compared"]

_STEPS = {"percent": 1.0, "points": 0.1}
"""How far apart results of equally low schools are at most, by unit."""

_HAIR = 1e-9

FEWEST = 10
"""Equally low schools, with fewer of which nothing is compared."""

_FEW = f"fewer than {FEWEST} schools are equally low"
_LIMITED = "a school as low that was not below is small, and rises by chance more than others"

_BECAME = frozenset({"conversion", "succession"})
"""What leaves a school with another URN."""


@dataclass(frozen=True, slots=True)
class Compared:
    """The rise of some schools beside that of equally low ones, in percentile points.

    Parameters
    ----------
    schools : int
        Compared, of `among`; the rest have no equally low school to be compared with.
    among : int
    rise : float
        The mean rise of those compared.
    others : int
        Equally low schools.
    theirs : float
        Their rise, each step weighted by the schools compared in it.
    low, high : float
        95% interval of `rise` less `theirs`.
    """

    schools: int
    among: int
    rise: float
    others: int
    theirs: float
    low: float
    high: float

    @property
    def difference(self) -> float:
        """How much more they rose than equally low schools."""
        return self.rise - self.theirs


@dataclass(frozen=True, slots=True, eq=False)
class After:
    """Schools below in one year, and what came after.

    Parameters
    ----------
    base, end : Judged
        The year they were below in, and the later one.
    measure : Measure
        What their places in the first year are by.
    below, gone : int
        Schools asked about that were below; and how many of them have no result later.
    rise : float
        Mean rise of the others, in percentile points.
    place : float
        Their mean place in the first year: 0 the lowest, 100 the highest.
    alike : Compared, optional
        With equally low schools that were not below, or were below elsewhere.
    became : Compared, optional
        Those that got another URN in between with those below that nothing happened to.
    elsewhere : bool
        Whether `alike` is with schools elsewhere.
    why_not : str
        Why there is no `alike`; '' where there is one.
    luck : float, optional
        How much lower their results were than their true levels, in the measure's unit: the rise
        to be expected had nothing changed.
    """

    base: Judged
    end: Judged
    measure: Measure
    below: int
    gone: int
    rise: float
    place: float
    alike: Compared | None
    became: Compared | None
    elsewhere: bool
    why_not: str
    luck: float | None


def after(
    followed: Followed, inside: NDArray[Any], chances: Mapping[int, Chance], *, everywhere: bool
) -> After:
    """Compare the schools below in the first year that could be judged with equally low ones.

    Parameters
    ----------
    followed : Followed
        N schools.
    inside : ndarray of bool, shape (N,)
        Which of them are asked about.
    chances : mapping of int to Chance
        By year; empty where chance is not allowed for.
    everywhere : bool
        Whether every school is asked about: then they are compared with those not below.

    Raises
    ------
    CannotAnswerError
        No later year has results, or no school asked about was below.
    """
    (base, leading), (end, later) = _ends(followed)
    first, last = (_results(followed, *of) for of in ((base, leading), (end, later)))
    both = ~np.isnan(first) & ~np.isnan(last)
    status = followed.status[followed.at(base.year)]
    below = (status == BELOW) & inside
    if not (below & both).any():
        raise CannotAnswerError(
            f"No school asked about was below in {base.year} and has a result in {end.year}.",
            remedy="Ask about more schools, or about other years.",
        )
    start = _places(first, both)
    rise = _places(last, both) - start
    step = np.floor(np.round(first, 2) / _STEPS[leading.measure.unit] + _HAIR)
    pool = (status == NOT_BELOW) if everywhere else (status == BELOW) & ~inside
    limited = everywhere and any(condition.upper for condition in base.standard.conditions)
    alike = None if limited else compared(below & both, pool & both, step, rise)
    changed, alone = _became(followed, below, base.year, end.year)
    return After(
        base=base,
        end=end,
        measure=leading.measure,
        below=int(below.sum()),
        gone=int((below & ~both).sum()),
        rise=float(rise[below & both].mean()),
        place=float(start[below & both].mean()),
        alike=alike,
        became=compared(changed & both, alone & both, step, rise),
        elsewhere=not everywhere,
        why_not="" if alike is not None else _LIMITED if limited else _FEW,
        luck=_luck(followed, base, below, first, chances.get(base.year)),
    )


def _ends(followed: Followed) -> tuple[tuple[Judged, Summary], tuple[Judged, Summary]]:
    """Return the first year that can be judged and the last that has results, each with them."""
    led = [(y, y.leading) for y in followed.years if isinstance(y, Judged)]
    held = [(year, leading) for year, leading in led if leading is not None]
    able = [(year, leading) for year, leading in held if not year.missing]
    if not able or held[-1][0] is able[0][0]:
        raise CannotAnswerError(
            "What came after cannot be said: it takes a year that can be judged and a later one "
            "with results.",
            available=[str(year.year) for year, _ in able],
            remedy="Ask about more years: --years 2014:2018.",
        )
    return able[0], held[-1]


def _results(followed: Followed, year: Judged, leading: Summary) -> NDArray[np.float64]:
    held = np.where(year.applied, leading.values, np.nan)
    return np.asarray(followed.of(year.year, held, np.nan), dtype=np.float64)


def _places(values: NDArray[Any], known: NDArray[Any]) -> NDArray[np.float64]:
    """Return the place of each school known: 0 the lowest, 100 the highest, ties averaged."""
    places = np.full(len(values), np.nan)
    ranks = average_ranks(values[known])
    places[known] = 100 - percentile_ranks(ranks, max(2, len(ranks)))
    return places


def _became(
    followed: Followed, below: NDArray[Any], base: int, end: int
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which of the schools below got another URN by the end, and to which nothing happened.

    What may have happened by then, or not, settles neither.
    """
    changed, alone = np.zeros(len(below), dtype=bool), np.zeros(len(below), dtype=bool)
    if followed.lineages is None or not followed.lineages.has_register:
        return changed, alone
    for i in np.flatnonzero(below).tolist():
        since = followed.lineages.events_since(str(followed.schools[i]), base)
        changed[i] = any(
            event.kind in _BECAME and event.by is not None and event.by <= end
            for event in since.events
        )
        alone[i] = all(
            event.after is not None and event.after >= end
            for event in (*since.events, *since.undated)
        )
    return changed, alone


def compared(
    some: NDArray[Any], others: NDArray[Any], step: NDArray[Any], rise: NDArray[Any]
) -> Compared | None:
    """Return the rise of some schools beside that of others in the same steps.

    Parameters
    ----------
    some, others : ndarray of bool, shape (N,)
    step : ndarray of float, shape (N,)
        Alike for schools that are equally low.
    rise : ndarray of float, shape (N,)

    Returns
    -------
    Compared, or None
        None where fewer than `FEWEST` of the others are in a step with one of them.
    """
    used = some | others
    _, which = np.unique(step[used], return_inverse=True)
    mine, values = some[used], rise[used]
    cells = 2 * which + mine
    n = np.bincount(cells, minlength=2 * (int(which.max(initial=-1)) + 1)).reshape(-1, 2)
    sums = np.bincount(cells, values, minlength=n.size).reshape(-1, 2)
    both: NDArray[np.bool_] = np.all(n > 0, axis=1)
    if n[both, 0].sum() < FEWEST:
        return None
    means = sums[both] / n[both]
    weights = n[both, 1] / n[both, 1].sum()
    rises, theirs = float(weights @ means[:, 1]), float(weights @ means[:, 0])
    kept = both[which]
    spread = float(((values - (sums / np.maximum(n, 1)).ravel()[cells])[kept] ** 2).sum())
    free = int(n[both].sum()) - 2 * int(both.sum())
    variance = spread / max(1, free) * (weights**2 @ (1 / n[both]).sum(axis=1))
    error = SURE * float(np.sqrt(variance))
    return Compared(
        int(n[both, 1].sum()),
        int(some.sum()),
        rises,
        int(n[both, 0].sum()),
        theirs,
        rises - theirs - error,
        rises - theirs + error,
    )


def _luck(
    followed: Followed,
    base: Judged,
    below: NDArray[Any],
    first: NDArray[Any],
    chance: Chance | None,
) -> float | None:
    if chance is None:
        return None
    level = np.asarray(followed.of(base.year, chance.level, np.nan), dtype=np.float64)
    known = below & ~np.isnan(level)
    return float((level - first)[known].mean()) if known.any() else None
