"""Draws of every school's level, with the coefficients and tau as unsure as they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from codebreakers.inference.given import at_least_one, same_columns
from codebreakers.inference.normal import NormalData, NormalFit, Results, shrinkage
from codebreakers.inference.quadrature import Floats

__all__ = ["NormalDraws", "draw_levels"]

WIDEST = 10.0
"""The scale of tau's weak half-normal prior, in standard deviations of values or of pupils' scores,
whichever are more."""

_SEARCH = np.concatenate([[0.0], np.geomspace(1e-9, 7.0, 600)])
"""Where the density of tau is first looked for, in scales of its prior, past which is nothing."""

_TAU_GRID = 2_000
_NEGLIGIBLE = 20.0
"""A log density so far below the highest is left out of the grid of tau."""

_BLOCK = 1_000_000
"""Levels that are worked on at once."""


@dataclass(frozen=True, slots=True)
class NormalDraws:
    """Joint draws from the posterior of a fit.

    Parameters
    ----------
    levels : ndarray of float, shape (draws, S)
        In the unit of the values; a left-out school's are NaN.
    intake : ndarray of float, shape (draws, S)
        What each school's covariates say, each row with the same row of `levels`.
    coefficients : ndarray of float, shape (draws, P)
        By the units of the design.
    taus : ndarray of float, shape (draws,)
        In the unit of the values.
    """

    levels: Floats
    intake: Floats
    coefficients: Floats
    taus: Floats


def draw_levels(
    fit: NormalFit, data: NormalData, draws: int, rng: np.random.Generator
) -> NormalDraws:
    """Draw the levels of all schools jointly from their posterior.

    Parameters
    ----------
    fit : NormalFit
        Of the same schools.
    data : NormalData
        S schools.
    draws : int
        How many.
    rng : numpy.random.Generator
        The one source of randomness.

    Returns
    -------
    NormalDraws

    Raises
    ------
    RequestError
        If `draws` is less than 1, or the columns are not those of the fit.

    Notes
    -----
    Each draw first draws tau from its posterior, on a grid of `_TAU_GRID` cells; then the
    coefficients given tau, and every school's level given both, which are exactly normal. The
    restricted likelihood is the density of tau under a flat prior of tau and of the coefficients.
    One or two schools more than columns would leave that density without an end, or without a mean,
    so that the prior of tau is half-normal, ten times as wide as values or pupils' scores are.
    Where schools are many it moves no figure that is shown.
    """
    at_least_one(draws)
    same_columns(fit.names, data.names)
    results = Results.of(data)
    taus = _draw_taus(results, fit, data, draws, rng)
    given = results.given(taus**2)
    noise = rng.standard_normal((draws, len(results.turn), 1))
    drawn = given.coefficients + np.linalg.solve(np.swapaxes(given.root, 1, 2), noise)[:, :, 0]
    coefficients: Floats = np.linalg.solve(results.turn, drawn.T).T.astype(np.float64)
    intake = coefficients @ data.design.T
    intake[:, [why != "" for why in data.left_out()]] = np.nan
    levels = intake.copy()
    values = np.where(data.pupils > 0, data.values, 0.0)
    step = max(1, _BLOCK // data.pupils.size)
    for first in range(0, draws, step):
        rows = slice(first, first + step)
        tau = taus[rows, None]
        share = shrinkage(data, tau)
        levels[rows] += share * (values - intake[rows])
        levels[rows] += tau * np.sqrt(1 - share) * rng.standard_normal(share.shape)
    return NormalDraws(levels, intake, coefficients, taus)


def _draw_taus(
    results: Results, fit: NormalFit, data: NormalData, draws: int, rng: np.random.Generator
) -> Floats:
    known = results.design @ results.plain + results.rest
    scale = WIDEST * max(float(known.std()), data.sigma)

    def log_density(taus: Floats) -> Floats:
        return results.given(taus**2).log_likelihood - 0.5 * (taus / scale) ** 2

    search = np.sort(np.append(scale * _SEARCH, fit.tau))
    heights = log_density(search)
    seen = np.flatnonzero(heights > heights.max() - _NEGLIGIBLE)
    low, high = search[[max(seen[0] - 1, 0), min(seen[-1] + 1, search.size - 1)]]
    # The middles of equal cells, so that a draw is anywhere in its cell.
    cells = (np.arange(_TAU_GRID) + 0.5) / _TAU_GRID
    density = log_density(low + (high - low) * cells)
    density = np.exp(density - density.max())
    reached = np.concatenate([[0.0], np.cumsum(density)]) / density.sum()
    part = np.interp(rng.random(draws), reached, np.arange(_TAU_GRID + 1) / _TAU_GRID)
    taus: Floats = low + (high - low) * part
    return taus
