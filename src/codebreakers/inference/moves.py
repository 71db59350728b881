"""How far schools move from one ranking to another, and how far chance alone would move them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.inference.draws import quantiles
from codebreakers.inference.intervals import LEVEL
from codebreakers.inference.quadrature import Floats

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "Expected",
    "Scatter",
    "average_ranks",
    "by_chance",
    "expected_ranks",
    "percentile_ranks",
    "slope",
]


def average_ranks(values: NDArray[Any], *, higher: bool = True) -> Floats:
    """Return each school's rank: 1 is the best, and schools that tie share their mean rank.

    Parameters
    ----------
    values : ndarray of float, shape (S,)
        None of them NaN.
    higher : bool
        Whether more is better.

    Returns
    -------
    ndarray of float, shape (S,)
    """
    shown = -values if higher else values
    _, place, tied = np.unique(shown, return_inverse=True, return_counts=True)
    last = np.cumsum(tied)
    ranks: Floats = (last - (tied - 1) / 2)[place]
    return ranks


def percentile_ranks(ranks: NDArray[Any], among: int) -> Floats:
    """Return ranks on a scale from 0, the best, to 100, the lowest: 100 (r - 1) / (N - 1).

    Parameters
    ----------
    ranks : ndarray of float
    among : int
        Schools ranked, at least 2.
    """
    found: Floats = 100 * (ranks - 1) / (among - 1)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Scatter:
    """What is known of one measure at the schools that are ranked by it.

    Parameters
    ----------
    levels : ndarray of float, shape (D, S)
        Draws of their true levels, in the measure's unit.
    pupils : ndarray of float, shape (S,)
    pupil_sd : float
        Standard deviation of pupils' scores within a school; NaN for a percentage.
    """

    levels: NDArray[Any]
    pupils: Floats
    pupil_sd: float

    def standard_errors(self, levels: Floats) -> Floats:
        """Return how far a result scatters about each true level, shape as given."""
        if not np.isnan(self.pupil_sd):
            found: Floats = np.broadcast_to(self.pupil_sd / np.sqrt(self.pupils), levels.shape)
            return found
        rates = np.clip(levels / 100, 0.0, 1.0)
        spread: Floats = 100 * np.sqrt(rates * (1 - rates) / self.pupils)
        return spread


def by_chance(
    old: Scatter, new: Scatter, *, correlation: float, draws: int, seed: int
) -> NDArray[np.float32]:
    """Return how far schools fall where no school has truly moved, world by world.

    Parameters
    ----------
    old, new : Scatter
        Of the same S schools. More is better in both.
    correlation : float
        Between a school's luck in one result and in the other: that of the same pupils; 0 where
        other pupils sit the second.
    draws : int
        Worlds, at most as many as there are draws of the old levels.
    seed : int
        Of the generator.

    Returns
    -------
    ndarray of float32, shape (draws, S)
        New percentile rank minus old; above 0 is a fall.

    Notes
    -----
    A world draws each school's true level in the old measure from its posterior. The school stands
    in the new measure where it stands in the old: its true level is the one of the same rank among
    the new measure's, of the same draw. Both results are then drawn anew with sampling error.
    """
    rng = np.random.default_rng(seed)
    falls = np.empty((draws, len(old.pupils)), dtype=np.float32)
    for d, (level, same) in enumerate(_worlds(old, new, draws)):
        luck, own = rng.standard_normal((2, level.size))
        shown = level + old.standard_errors(level) * luck
        luck = correlation * luck + np.sqrt(1 - correlation**2) * own
        falls[d] = _places(same + new.standard_errors(same) * luck) - _places(shown)
    return falls


@dataclass(frozen=True, slots=True, eq=False)
class Expected:
    """Where chance would put each school by the new measure, given its old result.

    Parameters
    ----------
    low, high : ndarray of float, shape (S,)
        95% interval of its new percentile rank, had it not truly moved.
    falls, rises : ndarray of float, shape (S,)
        How probable it is that it falls (rises) as far as was asked about, and out of them.
    """

    low: Floats
    high: Floats
    falls: Floats
    rises: Floats


def expected_ranks(
    old: Scatter,
    new: Scatter,
    shown: Floats,
    *,
    correlation: float,
    threshold: float,
    seed: int,
) -> Expected:
    """Return where schools would be ranked by the new measure if their true standing is the old.

    Parameters
    ----------
    old, new, correlation, seed
        As for `by_chance`.
    shown : ndarray of float, shape (S,)
        Results by the old measure: what was luck in them stays so.
    threshold : float
        Percentile points of a fall or rise that is asked about.

    Returns
    -------
    Expected
        A school that was lucky is expected to fall, and that is allowed for.
    """
    rng = np.random.default_rng(seed)
    draws = min(len(old.levels), len(new.levels))
    ranks = np.empty((draws, shown.size), dtype=np.float32)
    for d, (level, same) in enumerate(_worlds(old, new, draws)):
        error = old.standard_errors(level)
        # None or all of a school's pupils, for certain, leaves no luck to carry over.
        luck = np.divide(shown - level, error, out=np.zeros_like(level), where=error > 0)
        own = rng.standard_normal(level.size)
        luck = correlation * luck + np.sqrt(1 - correlation**2) * own
        ranks[d] = _places(same + new.standard_errors(same) * luck)
    low, high = quantiles(ranks)
    before = percentile_ranks(average_ranks(shown), shown.size)
    falls = ((ranks > high) & (ranks >= before + threshold)).mean(axis=0)
    rises = ((ranks < low) & (ranks <= before - threshold)).mean(axis=0)
    return Expected(low, high, falls, rises)


def _worlds(old: Scatter, new: Scatter, draws: int) -> Iterator[tuple[Floats, Floats]]:
    """Yield true levels by the old measure, and by the new for schools that have not moved."""
    for d in range(draws):
        level = old.levels[d].astype(np.float64)
        same = np.empty_like(level)
        same[np.argsort(level)] = np.sort(new.levels[d % len(new.levels)].astype(np.float64))
        yield level, same


def _places(values: Floats) -> Floats:
    """Return percentile ranks of results that no two schools share."""
    ranks = np.empty(values.size)
    ranks[np.argsort(-values)] = np.arange(1, values.size + 1)
    return percentile_ranks(ranks, values.size)


def slope(x: Floats, y: Floats) -> tuple[float, float, float]:
    """Return the slope of a straight line through points, and the ends of its 95% interval.

    Parameters
    ----------
    x, y : ndarray of float, shape (S,)
        At least three points, not all at one x.

    Returns
    -------
    value, low, high : float

    Notes
    -----
    Least squares; the standard error lets the scatter differ from school to school (H. White,
    1980, "A heteroskedasticity-consistent covariance matrix estimator"), by S / (S - 2).
    """
    away = x - x.mean()
    across = float(away @ away)
    value = float(away @ y) / across
    left = y - y.mean() - value * away
    error = np.sqrt(float((away * left) @ (away * left)) * x.size / (x.size - 2)) / across
    reach = NormalDist().inv_cdf(0.5 + LEVEL / 2) * float(error)
    return value, value - reach, value + reach
