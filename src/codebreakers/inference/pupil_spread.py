"""How far pupils' scores scatter within a school, from the limits published around their mean."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from codebreakers.errors import CannotAnswerError, RequestError

__all__ = ["pupil_sd"]

SURE = 1.96
"""The published limits are this many standard errors to each side."""

ENOUGH = 150
"""Pupils; with no more the rounding of the limits shows."""

_ROUNDED = 0.02
"""Of the limits' width: how far outside them rounding may put a value."""


def pupil_sd(
    limits_low: NDArray[Any], limits_high: NDArray[Any], pupils: NDArray[Any], values: NDArray[Any]
) -> float:
    """Return the standard deviation of pupils' scores that published limits were made with.

    Parameters
    ----------
    limits_low, limits_high : ndarray of float, shape (S,)
        95% limits around each school's mean score; NaN where not published.
    pupils : ndarray of float, shape (S,)
        NaN where not known.
    values : ndarray of float, shape (S,)
        Mean scores; NaN where not known.

    Returns
    -------
    float
        The median over schools with more than `ENOUGH` pupils of half the width of the limits
        over 1.96, times the root of the pupils: one national figure a year.

    Raises
    ------
    RequestError
        If the shapes do not agree, or a value is not between its limits.
    CannotAnswerError
        If no school with so many pupils has a value and limits.

    Notes
    -----
    The Department makes a school's limits as score +- 1.96 sd / sqrt(pupils), with the standard
    deviation of all pupils of the country.
    """
    low, high, n, y = (
        np.asarray(a, dtype=np.float64) for a in (limits_low, limits_high, pupils, values)
    )
    if not low.shape == high.shape == n.shape == y.shape or n.ndim != 1:
        raise RequestError(
            f"Limits of shapes {low.shape} and {high.shape}, pupils of shape {n.shape} and values"
            f" of shape {y.shape} do not describe the same schools.",
            remedy="Give one of each for every school, with NaN for what is not known.",
        )
    slack = _ROUNDED * np.abs(high - low)
    wrong = np.isinf(low) | np.isinf(high) | (low >= high) | (y < low - slack) | (y > high + slack)
    if wrong.any():
        s = int(np.flatnonzero(wrong)[0])
        raise RequestError(
            f"Row {s} has {y[s]:g} between limits of {low[s]:g} and {high[s]:g}.",
            remedy="Give the limits of these values, the lower one first.",
        )
    large = (n > ENOUGH) & ~np.isnan(low + high + y)
    if not large.any():
        raise CannotAnswerError(
            f"No school with more than {ENOUGH} pupils has a score and limits around it, so how far"
            " pupils' scores scatter is not known.",
            remedy="Choose a year and a group of pupils whose limits are published.",
        )
    return float(np.median((high - low)[large] / (2 * SURE) * np.sqrt(n[large])))
