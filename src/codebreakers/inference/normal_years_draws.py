"""Draws of every school's mean levels in several years, the model's as unsure as they are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from codebreakers.inference.given import at_least_one, same_years
from codebreakers.inference.normal_panel import Panel
from codebreakers.inference.normal_years import NormalYears, NormalYearsFit
from codebreakers.inference.quadrature import Floats

__all__ = ["draw_normal_years"]

_BLOCK = 300_000
"""Numbers of one kind, draws times schools times pairs of years, that are worked on at once."""


def draw_normal_years(
    fit: NormalYearsFit, data: NormalYears, draws: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Draw the levels of all schools in all years jointly from their posterior.

    Parameters
    ----------
    fit : NormalYearsFit
        Of the same schools.
    data : NormalYears
        S schools in T years.
    draws : int
        How many.
    rng : numpy.random.Generator
        The one source of randomness.

    Returns
    -------
    ndarray of float, shape (draws, S, T)
        In the unit of the values. Where a school has no results in a year, what its other years and
        its covariates say; NaN where its covariates are not known, and where it has no year that
        can be used.

    Raises
    ------
    RequestError
        If `draws` is less than 1, or the years or the columns are not those of the fit.

    Notes
    -----
    Each draw first draws the covariance of schools' effects from a normal approximation at the
    summit, on a scale where a standard deviation near 0 or a correlation near 1 is no edge; then
    all coefficients given it, and every school's effects given both, which are exactly normal.
    Effects are drawn by G. Matheron's rule: a world drawn from the model, moved by what its values
    were off those met.
    """
    at_least_one(draws)
    same_years((fit.years, fit.names), (data.years, [part.names for part in data.data]))
    panel = Panel.of(data.years, data.data)
    usable = np.flatnonzero([not why for why in data.left_out()])
    result = np.full((draws, len(data.left_out()), len(fit.years)), np.nan)
    noise = rng.standard_normal((draws, fit.summit.size))
    parameters = fit.summit + noise @ np.linalg.cholesky(fit.uncertainty).T
    step = max(1, _BLOCK // (usable.size * len(fit.years) ** 2))
    for first in range(0, draws, step):
        roots = fit.structure.root(parameters[first : first + step])
        result[first : first + step, usable] = _drawn(panel, data, usable, roots, rng)
    return result


def _drawn(
    panel: Panel,
    data: NormalYears,
    usable: NDArray[np.int64],
    roots: Floats,
    rng: np.random.Generator,
) -> Floats:
    """Draw levels given symmetric roots, shape (D, T, T), of covariances of effects.

    Returns
    -------
    ndarray of float, shape (D, N, T)
        Of the N usable schools, in the unit of the values.
    """
    covariances = roots @ roots
    found = panel.sums(covariances)
    factor = np.linalg.cholesky(found.information)
    noise = rng.standard_normal((*found.weighted.shape, 1))
    seen = np.linalg.solve(factor, found.weighted[:, :, None])
    above = np.linalg.solve(np.swapaxes(factor, 1, 2), seen + noise)[:, :, 0]
    by_year = panel.split(above.astype(np.float64))
    shape = (len(data.years), len(roots), usable.size)
    effects = np.einsum("dtu,uds->tds", roots, rng.standard_normal(shape))
    # Of the usable schools, those with any result: the others have no pupils in any year.
    seen_of = panel.anyone[usable]
    off = panel.values[:, None] - np.array(
        [np.einsum("dp,up->du", b, x) for x, b in zip(panel.designs, by_year, strict=True)]
    )
    off -= effects[:, :, seen_of]
    off -= np.sqrt(panel.sampling)[:, None] * rng.standard_normal(off.shape)
    pulled = np.einsum("tuds,uds->tds", found.inverse, off)
    effects[:, :, seen_of] += np.einsum("dtu,uds->tds", covariances, pulled)
    levels: Floats = panel.unit * np.moveaxis(effects, 0, 2)
    for t, (part, year, b) in enumerate(zip(data.data, panel.results, by_year, strict=True)):
        drawn = np.linalg.solve(year.turn, (year.plain + panel.unit * b).T)
        levels[:, :, t] += np.einsum("pd,up->du", drawn, part.design[usable])
    return levels
