"""How far schools' levels are above the benchmarks of several years."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from codebreakers.errors import RequestError
from codebreakers.inference.quadrature import Floats

__all__ = ["lasting_levels", "lasting_scores"]


def lasting_levels(
    logits: NDArray[Any], benchmarks: NDArray[Any], judged: NDArray[Any]
) -> NDArray[np.float64]:
    """Return how far each school's level is above the benchmarks, over the years it is judged on.

    Parameters
    ----------
    logits : ndarray of float, shape (D, S, T)
        Draws of levels.
    benchmarks : ndarray of float, shape (T,), (D, T) or (D, S, T)
        Each year's, in percent: the same for all, or for each draw, or each draw and school.
    judged : ndarray of bool, shape (S, T)
        The years that count for each school.

    Returns
    -------
    ndarray of float, shape (D, S)
        Mean over the years judged of the level less the logit of that year's benchmark; NaN where
        no year is judged, or one without a level is.

    Raises
    ------
    RequestError
        If the shapes do not agree, or a benchmark is not between 0 and 100 percent.
    """
    goals, counted = np.asarray(benchmarks, dtype=np.float64), np.asarray(judged, dtype=bool)
    _check(logits, goals, counted)
    return lasting_scores(logits, np.log(goals) - np.log(100 - goals), counted)


def lasting_scores(
    levels: NDArray[Any], goals: NDArray[Any], judged: NDArray[Any]
) -> NDArray[np.float64]:
    """Return the same for levels and goals on one scale, whatever it is.

    Parameters
    ----------
    levels : ndarray of float, shape (D, S, T)
    goals : ndarray of float, shape (T,), (D, T) or (D, S, T)
    judged : ndarray of bool, shape (S, T)

    Returns
    -------
    ndarray of float, shape (D, S)
    """
    total = np.zeros(levels.shape[:2])
    for t, counts in enumerate(judged.T):
        goal = goals[..., t] if goals.ndim == 3 else goals[..., t, None]
        total += np.where(counts, levels[:, :, t] - goal, 0.0)
    years = judged.sum(axis=1)
    total /= np.maximum(years, 1)
    total[:, years == 0] = np.nan
    return total


def _check(logits: NDArray[Any], goals: Floats, counted: NDArray[np.bool_]) -> None:
    draws, schools, years = logits.shape
    fits = ((years,), (draws, years), logits.shape)
    if goals.shape not in fits or counted.shape != (schools, years):
        raise RequestError(
            f"Benchmarks of shape {goals.shape} and years judged of shape {counted.shape} do not"
            f" go with levels of shape {logits.shape}.",
            remedy="Give a benchmark for each year, and for each school which years count.",
        )
    wrong = ~((goals > 0) & (goals < 100))
    if wrong.any():
        raise RequestError(
            f"A benchmark of {goals[wrong][0]:g} percent has no logit.",
            remedy="Give benchmarks above 0 and below 100 percent.",
        )
