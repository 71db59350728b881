"""How a school's teachers go with its disadvantage and its results: slopes and grids."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.errors import CannotAnswerError
from codebreakers.estimates import Figure, Withheld
from codebreakers.inference.slopes import Slopes, slopes
from codebreakers.measures import Measure
from codebreakers.questions.workforce.joined import FIFTHS, Joined, Staffed
from codebreakers.questions.workforce.outcomes import Outcome
from codebreakers.sources import academic_year

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "FEWEST_SCHOOLS",
    "LEAST_SHARE",
    "STEP",
    "Gradient",
    "Grid",
    "gradient",
    "grid",
    "step_in",
    "well_joined",
]

STEP = 10
"""Slopes are for so many points more."""

FEWEST_SCHOOLS = 10
"""Schools that a cell of the grid has, at least."""

LEAST_SHARE = 50.0
"""Percent of a year's schools that have to be joined for anything to be said of all."""

_FEW = Withheld("few-schools", f"fewer than {FEWEST_SCHOOLS} schools are in the cell")


@dataclass(frozen=True, slots=True, eq=False)
class Gradient:
    """The slopes of one outcome in one year.

    Parameters
    ----------
    joined : Joined
    both : Slopes
        Of free meals and of results in one model, for `STEP` points each.
    alone : Slopes
        Of free meals with nothing else.
    within : Slopes or Withheld
        Of both in one model with a level for each region; withheld where no table says regions.
    """

    joined: Joined
    both: Slopes
    alone: Slopes
    within: Slopes | Withheld

    def slope(self, which: str, *, within: bool = False) -> Figure:
        """Return one slope with its interval.

        Parameters
        ----------
        which : str
            ``meals`` or ``results``.
        within : bool
            Beside schools of the same region only.
        """
        fitted = self.within if within else self.both
        if isinstance(fitted, Withheld):
            return fitted
        words = "within region, " if within else ""
        return fitted.estimate(
            ("meals", "results").index(which),
            f"weighted least squares on free meals and results, {words}authorities as clusters",
        )


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Fifths of free meals by fifths of result.

    Parameters
    ----------
    cells : ndarray of float, shape (6, 6)
        A fifth of free meals a row, lowest first, a fifth of result a column; the last of both is
        all schools.
    schools : ndarray of int, shape (6, 6)
    low, high : ndarray of float, shape (6,)
        Least and greatest share of pupils with free meals in each row, percent.
    """

    cells: NDArray[np.float64]
    schools: NDArray[np.int64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]

    def figure(self, row: int, column: int) -> float | Withheld:
        """Return a cell as it may be shown."""
        if self.schools[row, column] < FEWEST_SCHOOLS:
            return _FEW
        return float(self.cells[row, column])


def step_in(measure: Measure) -> str:
    """Return in words that a result is `STEP` points higher, to follow "where"."""
    if measure.kind == "proportion":
        return f"{STEP} more of every 100 pupils {measure.title}"
    return f"the average {measure.title} is {STEP} points higher"


def well_joined(schools: Staffed, outcome: Outcome) -> Joined:
    """Return the schools that have an outcome, where they stand for all.

    Parameters
    ----------
    schools : Staffed
    outcome : Outcome

    Raises
    ------
    CannotAnswerError
        The outcome is not in the tables of that year, or fewer than `LEAST_SHARE` percent of the
        schools could be joined to it.
    """
    outcome.check(schools.people.year)
    joined = schools.join(outcome, within=False)
    if joined.share < LEAST_SHARE:
        raise CannotAnswerError(_too_few(joined))
    return joined


def gradient(schools: Staffed, outcome: Outcome) -> Gradient:
    """Return the slopes of an outcome, in England and within regions.

    Parameters
    ----------
    schools : Staffed
    outcome : Outcome

    Raises
    ------
    CannotAnswerError
        As for `well_joined`, or the schools do not differ enough.
    """
    joined = well_joined(schools, outcome)
    beside = schools.join(outcome, within=True)
    regions = schools.people.schools["region"][beside.kept]
    return Gradient(
        joined,
        _fit(joined, both=True),
        _fit(joined, both=False),
        _fit(beside, both=True, strata=regions)
        if beside.share >= LEAST_SHARE
        else Withheld("not-held", "no table held says which region most schools are in"),
    )


def _too_few(joined: Joined) -> str:
    when = academic_year(joined.schools.people.year)
    why = "; ".join(f"{n:,} {words}" for words, n in joined.reasons()[:3])
    return (
        f"Only {int(joined.kept.sum()):,} of the {len(joined.kept):,} schools with results in "
        f"{when} could be joined to their teachers ({why}): they do not stand for the rest."
    )


def _fit(joined: Joined, *, both: bool, strata: NDArray[Any] | None = None) -> Slopes:
    kept, schools = joined.kept, joined.schools
    columns = [schools.meals[kept], *([schools.results[kept]] if both else [])]
    return slopes(
        joined.values[kept],
        np.column_stack(columns) / STEP,
        joined.weights[kept],
        schools.people.schools["authority"][kept].astype(str),
        strata,
    )


def grid(joined: Joined, *, within: bool) -> Grid:
    """Return the outcome by fifth of free meals and of result.

    Parameters
    ----------
    joined : Joined
    within : bool
        Whether fifths are cut in each region, and a school stands with what it has more or less
        than its region, added to the figure of England.
    """
    schools, kept, weights = joined.schools, joined.kept, joined.weights
    places = schools.people.schools["region"] if within else np.full(len(kept), "", dtype=object)
    values = joined.values.copy()
    overall = _mean(values, weights, kept)
    meals = np.full(len(kept), -1, dtype=np.intp)
    results = meals.copy()
    for place in sorted(set(places[kept].tolist())):
        inside = kept & (places == place)
        fifths = schools.fifths(inside)
        meals[inside], results[inside] = (fifth[inside] for fifth in fifths)
        values[inside] += overall - _mean(joined.values, weights, inside)
    rows = [*(meals == row for row in range(FIFTHS)), kept]
    columns = [*(results == column for column in range(FIFTHS)), kept]
    shares = [schools.meals[row] for row in rows]
    return Grid(
        np.array([[_mean(values, weights, r & c) for c in columns] for r in rows]),
        np.array([[int((r & c).sum()) for c in columns] for r in rows]),
        np.array([s.min() if len(s) else np.nan for s in shares]),
        np.array([s.max() if len(s) else np.nan for s in shares]),
    )


def _mean(values: NDArray[Any], weights: NDArray[Any], inside: NDArray[Any]) -> float:
    """Return the weighted mean of some schools, NaN of none."""
    total = float(weights[inside].sum())
    return float((values[inside] * weights[inside]).sum()) / total if total > 0 else float("nan")
