"""Shares of a weighted sample, of its parts, and of each part against the rest.

Standard errors are linearised: what each respondent adds to a share, less what the margins already
say of it, squared and summed. Raking is so accounted for. C. Deville and C. E. Sarndal (1992),
"Calibration estimators in survey sampling". Residuals are of a regression in which respondents
count as they were drawn, alike, as R's ``survey`` has it.

Here and not in ``svy``: that package's own standard errors are the same one share at a time (10 ms
each), and leave raking out where several are asked for at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.inference.intervals import LEVEL, wilson
from codebreakers.inference.weighting import Weights, effective

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Differences", "Linear", "Shares", "difference_limits", "p_values", "share_limits"]


@dataclass(frozen=True, slots=True, eq=False)
class Shares:
    """Of one part of the respondents: the share with each of K answers.

    Parameters
    ----------
    values, errors : ndarray of float, shape (K,)
        Shares, 0 to 1, and their standard errors; NaN where nobody is in the part.
    respondents : int
        In the part.
    effective : float
        How many unweighted respondents they are worth, by Kish's factor.
    parts : ndarray of float, shape (n, K) or (R, K)
        What each respondent adds, or each resample's shares.
    """

    values: NDArray[np.float64]
    errors: NDArray[np.float64]
    respondents: int
    effective: float
    parts: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Differences:
    """A part less the rest of the respondents, for each of K answers; shape (K,)."""

    values: NDArray[np.float64]
    errors: NDArray[np.float64]


class Linear:
    """Estimates from one set of weights: the regression on its margins is done once.

    Parameters
    ----------
    weights : Weights
        Of n respondents. With replicates, standard errors are their spread.
    """

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        columns = [
            (margin.codes[:, None] == np.arange(len(margin.categories))[None]).astype(np.float64)
            for margin in weights.margins
        ]
        self._basis = _orthonormal(np.hstack(columns))

    def shares(self, chosen: NDArray[Any], part: NDArray[Any]) -> Shares:
        """Return the shares with each answer among a part of the respondents.

        Parameters
        ----------
        chosen : ndarray of bool, shape (n, K)
            Who gave each answer.
        part : ndarray of bool, shape (n,)
            Of whom.
        """
        inside = self.weights.values * part
        total = float(inside.sum())
        count = int(part.sum())
        if not total:
            nothing = np.full(chosen.shape[1], np.nan)
            return Shares(nothing, nothing, 0, 0.0, np.zeros((0, chosen.shape[1])))
        values = (inside @ chosen) / total
        if self.weights.replicates.shape[1]:
            parts = _replicated(self.weights.replicates, chosen, part)
        else:
            parts = part[:, None] * (chosen - values) / total
        errors = self._errors(parts, values)
        return Shares(values, errors, count, effective(inside), parts)

    def less(self, part: Shares, rest: Shares) -> Differences:
        """Return a part less the rest, both of these weights and of nobody twice."""
        values = part.values - rest.values
        if not part.respondents or not rest.respondents:
            return Differences(values, np.full(len(values), np.nan))
        return Differences(values, self._errors(part.parts - rest.parts, values))

    def _errors(
        self, parts: NDArray[np.float64], values: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        if self.weights.replicates.shape[1]:
            spread: NDArray[np.float64] = np.sqrt(((parts - values) ** 2).mean(axis=0))
            return spread
        left = parts - self._basis @ (self._basis.T @ parts)
        weighted = left * self.weights.values[:, None]
        weighted -= weighted.mean(axis=0)
        n = len(weighted)
        found: NDArray[np.float64] = np.sqrt(n / (n - 1) * (weighted**2).sum(axis=0))
        return found


def _orthonormal(columns: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a basis of what the columns span: margins repeat one another."""
    sizes, ways = np.linalg.eigh(columns.T @ columns)
    kept = sizes > sizes[-1] * 1e-10
    found: NDArray[np.float64] = columns @ (ways[:, kept] / np.sqrt(sizes[kept]))
    return found


def _replicated(
    replicates: NDArray[np.float64], chosen: NDArray[Any], part: NDArray[Any]
) -> NDArray[np.float64]:
    """Return the shares of each resample, shape (R, K)."""
    totals = replicates.T @ part.astype(np.float64)
    tops = replicates.T @ (chosen & part[:, None]).astype(np.float64)
    found: NDArray[np.float64] = tops / np.where(totals > 0, totals, np.nan)[:, None]
    return found


def share_limits(
    found: Shares, *, level: float = LEVEL
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the interval of each share: symmetric on the logit scale, within 0 and 1.

    Where nobody or everybody gives an answer it is Wilson's, of as many as the respondents are
    worth: a standard error of nil is no knowledge.

    Parameters
    ----------
    found : Shares
    level : float

    Returns
    -------
    low, high : ndarray of float, shape (K,)
    """
    p, inside = found.values, (found.values > 0) & (found.values < 1)
    safe = np.where(inside, p, 0.5)
    step = _critical(found.respondents, level) * found.errors / (safe * (1 - safe))
    centre = np.log(safe / (1 - safe))
    low, high = (1 / (1 + np.exp(-(centre + sign * step))) for sign in (-1, 1))
    worth = np.full(len(p), found.effective)
    ends = wilson(p * worth, p * worth, worth, level=level)
    return np.where(inside, low, ends[0] / 100), np.where(inside, high, ends[1] / 100)


def difference_limits(
    found: Differences, respondents: int, *, level: float = LEVEL
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the interval of each difference, shape (K,); `respondents` of the smaller side."""
    step = _critical(respondents, level) * found.errors
    return found.values - step, found.values + step


def p_values(found: Differences, respondents: int) -> NDArray[np.float64]:
    """Return how likely so great a difference is by chance, shape (K,); NaN where not known."""
    from scipy.special import stdtr

    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.abs(found.values) / found.errors
    likely: NDArray[np.float64] = 2 * stdtr(max(1, respondents - 1), -ratio)
    return likely


def _critical(respondents: int, level: float) -> float:
    """Return how many standard errors an interval reaches: Student's t for the respondents."""
    if respondents < 2:
        return NormalDist().inv_cdf(0.5 + level / 2)
    from scipy.special import stdtrit

    return float(stdtrit(respondents - 1, 0.5 + level / 2))
