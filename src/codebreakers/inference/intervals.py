"""The sampling interval of one school's own result, taken by itself."""

from __future__ import annotations

from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.measures import Summary

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["LEVEL", "sampling_interval", "wilson"]

LEVEL = 0.95


def wilson(
    successes_low: NDArray[Any],
    successes_high: NDArray[Any],
    pupils: NDArray[Any],
    *,
    level: float = LEVEL,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return Wilson's score interval of a proportion, wide enough for every count that fits.

    Parameters
    ----------
    successes_low, successes_high : ndarray of float, shape (S,)
        Fewest and most successes that fit what is published; equal where the count is known.
    pupils : ndarray of float, shape (S,)
        Pupils; NaN or 0 gives NaN.
    level : float
        Of the interval.

    Returns
    -------
    low, high : ndarray of float, shape (S,)
        In percent.

    Notes
    -----
    E. B. Wilson (1927), "Probable inference, the law of succession, and statistical inference".
    It stays within 0 and 100 and does not collapse where none or all succeed.
    """
    z = NormalDist().inv_cdf(0.5 + level / 2)
    n = np.where(pupils > 0, pupils, np.nan)

    def bound(k: NDArray[Any], sign: int) -> NDArray[np.float64]:
        p = k / n
        spread = z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        result: NDArray[np.float64] = 100 * (p + z * z / (2 * n) + sign * spread) / (1 + z * z / n)
        return np.clip(result, 0.0, 100.0)

    low, high = bound(successes_low, -1), bound(successes_high, +1)
    # Exactly none and all, where rounding leaves a trace.
    return (
        np.where((successes_low == 0) & ~np.isnan(low), 0.0, low),
        np.where((successes_high == n) & ~np.isnan(high), 100.0, high),
    )


def sampling_interval(summary: Summary) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the interval of each school's own result: Wilson's, or the published limits.

    Parameters
    ----------
    summary : Summary
        S schools.

    Returns
    -------
    low, high : ndarray of float, shape (S,)
        In the measure's unit; NaN where the publisher gives none and none can be computed.
    """
    if summary.measure.kind == "proportion":
        return wilson(summary.successes_low, summary.successes_high, summary.pupils)
    return summary.limits_low, summary.limits_high
