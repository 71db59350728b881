"""How far the figure of many pupils together may be off by who happened to be in the cohort."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.inference.intervals import LEVEL, wilson
from codebreakers.measures import Measure

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["FEWEST", "SURE", "Sums", "added", "difference", "ratio_interval"]

SURE = NormalDist().inv_cdf(0.5 + LEVEL / 2)
"""Standard errors to each side of a normal interval."""

FEWEST = 10
"""Schools more than areas, from which how far schools scatter within an area is worked out."""


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """The pupils of one group, added up over the schools of each of A areas.

    Parameters
    ----------
    values : ndarray of float, shape (A,)
        Rate in percent, or mean score; NaN where an area has none.
    pupils, schools : ndarray of float, shape (A,)
        How many are behind it.
    low, high : ndarray of float, shape (A,)
        The 95% interval that the size of the group allows; NaN where it is not known.
    """

    values: NDArray[np.float64]
    pupils: NDArray[np.float64]
    schools: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


def added(
    measure: Measure,
    values: NDArray[Any],
    pupils: NDArray[Any],
    areas: NDArray[Any],
    count: int,
    *,
    spread: float = math.nan,
) -> Sums:
    """Add schools up by area, with the interval that chance allows each sum.

    Parameters
    ----------
    measure : Measure
    values, pupils : ndarray of float, shape (S,)
        Each school's rate or score and its pupils; a school without either is left out.
    areas : ndarray of int, shape (S,)
        Which area each is in, from 0; -1 for none.
    count : int
        A, how many areas there are.
    spread : float
        Standard deviation of pupils' scores within a school, where the measure is a score and it
        is known.

    Returns
    -------
    Sums

    Notes
    -----
    A proportion has Wilson's interval on all the area's pupils: independent pupils of one
    probability, which is at most a few hundredths wider than with each school's own. A score has
    the normal one, of the spread of pupils. Where that is not known, schools are taken for draws,
    with one variance within areas: wider than chance, since it counts as chance how schools differ.
    """
    used = (areas >= 0) & (pupils > 0) & ~np.isnan(values)
    which, n, y = areas[used], pupils[used], values[used]
    total = np.asarray(np.bincount(which, n, count), dtype=np.float64)
    schools = np.bincount(which, minlength=count).astype(np.float64)
    mean = np.full(count, np.nan)
    np.divide(np.bincount(which, n * y, count), total, out=mean, where=total > 0)
    if measure.kind == "proportion":
        successes = np.clip(mean * total / 100, 0, total)
        return Sums(mean, total, schools, *wilson(successes, successes, total))
    if math.isnan(spread):
        error = _between(which, n, y, mean, total)
    else:
        error = np.full(count, np.nan)
        np.divide(spread, np.sqrt(total), out=error, where=total > 0)
    return Sums(mean, total, schools, mean - SURE * error, mean + SURE * error)


def _between(
    which: NDArray[Any],
    pupils: NDArray[Any],
    values: NDArray[Any],
    mean: NDArray[Any],
    total: NDArray[Any],
) -> NDArray[np.float64]:
    """Return the standard error of each area's mean were its schools drawn by lot, shape (A,)."""
    free = values.size - np.count_nonzero(total)
    if free < FEWEST:
        return np.full(total.shape, np.nan)
    squares = pupils * (values - mean[which]) ** 2
    variance = squares.sum() / pupils.sum() * values.size / free
    share = np.bincount(which, (pupils / total[which]) ** 2, total.size)
    return np.where(total > 0, np.sqrt(variance * share), np.nan)


def difference(of: Sums, less: Sums) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the 95% interval of one group's figure less another's, of other pupils.

    Parameters
    ----------
    of, less : Sums
        Of the same A areas.

    Returns
    -------
    low, high : ndarray of float, shape (A,)

    Notes
    -----
    R. G. Newcombe (1998), "Interval estimation for the difference between independent proportions",
    method 10: the square root of the sum of the squared distances to the nearer ends.
    """
    points = of.values - less.values
    down = np.hypot(of.values - of.low, less.high - less.values)
    up = np.hypot(of.high - of.values, less.values - less.low)
    return points - down, points + up


def ratio_interval(rate: float, pupils: float, other: float, others: float) -> tuple[float, float]:
    """Return the 95% interval of one rate over another, of other pupils.

    Parameters
    ----------
    rate, other : float
        In percent, above 0.
    pupils, others : float
        How many are behind each.

    Notes
    -----
    D. Katz and others (1978): the logarithm of a ratio of proportions is nearly normal.
    """
    error = math.sqrt((100 / rate - 1) / pupils + (100 / other - 1) / others)
    ratio = rate / other
    return ratio * math.exp(-SURE * error), ratio * math.exp(SURE * error)
