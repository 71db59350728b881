"""Several slopes in one weighted regression; intervals let schools of an area be alike."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.errors import CannotAnswerError
from codebreakers.estimates import Estimate
from codebreakers.inference.intervals import LEVEL

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["FEWEST_CLUSTERS", "Slopes", "slopes"]

FEWEST_CLUSTERS = 20
"""With fewer clusters the variance between them is known too badly for an interval.

Of intervals at 95%, 95% hold the truth with 143 clusters, and 93% with 28.
"""

_FLAT = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Slopes:
    """What goes with each of K things when the others are alike.

    Parameters
    ----------
    values : ndarray of float, shape (K,)
        Slopes: units of the outcome for one unit of each.
    clusters : ndarray of str, shape (G,)
        In order.
    influence : ndarray of float, shape (K, G)
        How far each cluster moves each slope; the sum of their squares is the slope's variance,
        the correction for few clusters being in them already.
    schools : int
        N of them.
    """

    values: NDArray[np.float64]
    clusters: NDArray[Any]
    influence: NDArray[np.float64]
    schools: int

    @property
    def errors(self) -> NDArray[np.float64]:
        """Standard errors, shape (K,)."""
        found: NDArray[np.float64] = np.sqrt(np.square(self.influence).sum(axis=1))
        return found

    def estimate(self, which: int, method: str) -> Estimate:
        """Return one slope with its interval, by Student's t with one degree less than clusters."""
        return _with_ends(
            float(self.values[which]),
            float(self.errors[which]),
            len(self.clusters),
            self.schools,
            method,
        )

    def since(self, earlier: Slopes, which: int, method: str) -> Estimate:
        """Return how far a slope went since an earlier year.

        The same clusters moved both, so their influence on the two is subtracted before it is
        squared.
        """
        names = np.union1d(self.clusters, earlier.clusters)
        moved = np.zeros(len(names))
        moved[np.searchsorted(names, self.clusters)] += self.influence[which]
        moved[np.searchsorted(names, earlier.clusters)] -= earlier.influence[which]
        return _with_ends(
            float(self.values[which] - earlier.values[which]),
            math.sqrt(float(np.square(moved).sum())),
            min(len(self.clusters), len(earlier.clusters)),
            min(self.schools, earlier.schools),
            method,
        )


def _with_ends(value: float, error: float, clusters: int, schools: int, method: str) -> Estimate:
    if clusters < FEWEST_CLUSTERS:
        why = f"fewer than {FEWEST_CLUSTERS} authorities, too few to say how they differ"
        return Estimate(value, n=schools, method=method, no_interval=why)
    from scipy.special import stdtrit

    reach = float(stdtrit(clusters - 1, 0.5 + LEVEL / 2)) * error
    return Estimate(value, value - reach, value + reach, LEVEL, schools, method)


def slopes(
    outcome: NDArray[Any],
    columns: NDArray[Any],
    weights: NDArray[Any],
    clusters: NDArray[Any],
    strata: NDArray[Any] | None = None,
) -> Slopes:
    """Regress an outcome on K columns at once by weighted least squares.

    Parameters
    ----------
    outcome : ndarray of float, shape (N,)
    columns : ndarray of float, shape (N, K)
    weights : ndarray of float, shape (N,)
        Above nought.
    clusters : ndarray of str, shape (N,)
        Schools of one cluster may be alike in what the columns leave.
    strata : ndarray of str, shape (N,), optional
        Each has a level of its own, so that only schools of one stratum are compared.

    Returns
    -------
    Slopes

    Raises
    ------
    CannotAnswerError
        There are too few schools, or the columns do not tell them apart.

    Notes
    -----
    Liang and Zeger's variance (1986), with the factor G / (G - 1) * (N - 1) / (N - K - strata).
    Levels are taken out by weighted centring (Frisch and Waugh 1933, Lovell 1963), which leaves
    slopes and variance as they would be with a column for each.
    """
    n, k = columns.shape
    level, stratum = (
        (np.zeros(1), np.zeros(n, dtype=np.intp))
        if strata is None
        else np.unique(strata, return_inverse=True)
    )
    names, cluster = np.unique(clusters, return_inverse=True)
    freedom = n - k - len(level)
    if freedom < 1:
        raise CannotAnswerError(f"{n:,} schools are too few for {k} slopes at once.")
    y = _centred(outcome[:, None], weights, stratum)[:, 0]
    x = _centred(columns, weights, stratum)
    square = x.T @ (x * weights[:, None])
    spread = np.sqrt(np.diag(square))
    total = np.sqrt((np.square(columns) * weights[:, None]).sum(axis=0))
    told = (spread > _FLAT * total).all()
    if not told or np.linalg.det(square / np.outer(spread, spread)) < _FLAT:
        raise CannotAnswerError(
            "The schools do not differ enough in disadvantage and in results for both slopes.",
            remedy="Ask about more schools.",
        )
    values = np.linalg.solve(square, x.T @ (weights * y))
    left = (weights * (y - x @ values))[:, None] * x
    sums = np.array([np.bincount(cluster, part, minlength=len(names)) for part in left.T])
    few = len(names) / max(1, len(names) - 1) * (n - 1) / freedom
    return Slopes(values, names, math.sqrt(few) * np.linalg.solve(square, sums), n)


def _centred(
    columns: NDArray[Any], weights: NDArray[Any], stratum: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Return columns less their weighted mean in each stratum."""
    total = np.bincount(stratum, weights)
    means = [np.bincount(stratum, weights * column) / total for column in columns.T]
    centred: NDArray[np.float64] = columns - np.column_stack(means)[stratum]
    return centred
