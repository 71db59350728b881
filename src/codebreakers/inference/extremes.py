"""The best and the lowest of several areas, picked after seeing: picked anew on every draw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.inference.draws import Ranks, ranks_on_draws
from codebreakers.inference.normal import NormalData, fit_normal
from codebreakers.inference.normal_draws import draw_levels

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["LEAST", "Extremes", "extremes_of"]

LEAST = 3
"""Areas: with fewer, nothing says how far areas lie apart."""

_FINE = 300.0
"""Smallest errors that make one pupil's scatter: whole pupils then keep every error closely."""


@dataclass(frozen=True, slots=True, eq=False)
class Extremes:
    """What the true figures of A areas may be together.

    Parameters
    ----------
    draws : ndarray of float, shape (D, A)
        Of the true figures, drawn towards what is expected of them; NaN for one not compared.
    ranges : ndarray of float, shape (D,)
        Highest less lowest of each draw.
    ranks : Ranks
    best, lowest : ndarray of float, shape (A,)
        The probability of being the best, and the lowest; NaN for one not compared.
    """

    draws: NDArray[np.float64]
    ranges: NDArray[np.float64]
    ranks: Ranks
    best: NDArray[np.float64]
    lowest: NDArray[np.float64]


def extremes_of(
    values: NDArray[Any],
    errors: NDArray[Any],
    expected: NDArray[Any],
    *,
    draws: int,
    seed: int,
    higher: bool = True,
) -> Extremes | None:
    """Return draws of areas' true figures, and what is picked from each.

    Parameters
    ----------
    values : ndarray of float, shape (A,)
        Figures as counted; NaN for an area that is not compared.
    errors : ndarray of float, shape (A,)
        Their standard errors.
    expected : ndarray of float, shape (A,)
        What is expected of each beforehand, as of its schools' intake; a constant where nothing is.
    draws, seed : int
    higher : bool
        Whether more is better.

    Returns
    -------
    Extremes or None
        None with fewer than `LEAST` areas whose figure and error are known.

    Notes
    -----
    A figure is normal about the true one with the error given, and true figures less what is
    expected are normal about one mean, with a standard deviation that is as unsure as it is:
    `fit_normal`, whose pupils are here whatever number, of one scatter, has the error.
    """
    known = ~np.isnan(values) & (errors > 0)
    if np.count_nonzero(known) < LEAST:
        return None
    sigma = _FINE * float(errors[known].min())
    worth = np.rint((sigma / np.where(known, errors, sigma)) ** 2)
    pupils = np.where(known, np.maximum(1.0, worth), np.nan)
    ones = np.ones((values.size, 1))
    beyond = np.where(known, values - expected, np.nan)
    data = NormalData(beyond, pupils, ones, ["areas"], sigma)
    drawn = draw_levels(fit_normal(data), data, draws, np.random.default_rng(seed)).levels
    drawn += expected
    some = drawn[:, known]
    top, bottom = some.max(axis=1), some.min(axis=1)
    first, last = (top, bottom) if higher else (bottom, top)
    best, lowest = (
        np.where(known, (drawn == end[:, None]).mean(axis=0), np.nan) for end in (first, last)
    )
    ranks = ranks_on_draws(drawn, known, higher=higher)
    return Extremes(drawn, top - bottom, ranks, best, lowest)
