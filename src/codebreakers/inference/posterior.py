"""Draws of every school's rate, with the coefficients and tau as unsure as they are."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.polynomial import chebyshev
from numpy.typing import NDArray

from codebreakers.inference.effects import GRID, draw_effects
from codebreakers.inference.given import at_least_one, same_columns
from codebreakers.inference.profile import NEAR, Profile
from codebreakers.inference.quadrature import Floats
from codebreakers.inference.shrinkage import (
    LARGEST_TAU,
    BinomialData,
    BinomialFit,
    Schools,
    climb,
)

__all__ = ["RateDraws", "draw_coefficients", "draw_rates"]

_TAUS, _MORE_TAUS = 7, 21
"""Where the posterior of tau is worked out; between them it is a polynomial.

Where tau is known to be inside its bounds, and so nearly normal, 7 are wrong by less than 0.0002
in the log density; few schools need more, and each costs them less.
"""

_NODES = 15
"""Of the quadrature, whose error is far below what a draw adds."""

_TAU_GRID = 2_000
_NEGLIGIBLE = 12.0
"""A log density so far below the highest is left out of the grid of tau."""

_FIRST_REACH = 0.05
"""Logits. How far from the best tau the search for a negligible density begins."""

_CELLS = 1_000_000
"""Grid cells, schools times points times centres, that one call may work out."""


@dataclass(frozen=True, slots=True)
class RateDraws:
    """Joint draws from the posterior of a fit.

    Parameters
    ----------
    rates : ndarray of float32, shape (draws, S)
        Between 0 and 1; a left-out school's are NaN.
    coefficients : ndarray of float, shape (draws, P)
        By the units of the design, each row with the same row of `rates`.
    taus : ndarray of float, shape (draws,)
        In logits.
    """

    rates: NDArray[np.float32]
    coefficients: Floats
    taus: Floats


def draw_rates(
    fit: BinomialFit, data: BinomialData, draws: int, rng: np.random.Generator
) -> RateDraws:
    """Draw the rates of all schools jointly from their posterior.

    Parameters
    ----------
    fit : BinomialFit
        Of the same schools.
    data : BinomialData
        S schools.
    draws : int
        How many.
    rng : numpy.random.Generator
        The one source of randomness.

    Returns
    -------
    RateDraws

    Raises
    ------
    RequestError
        If `draws` is less than 1, or the columns are not those of the fit.

    Notes
    -----
    Each draw first draws tau from its posterior under a flat prior from 0 to `LARGEST_TAU`, with
    the coefficients integrated out by Laplace's method, then the coefficients given tau (normal),
    then every school's effect given both, by inverting its distribution on a grid of `GRID`
    points. Draws with neighbouring tau share a grid, made at the middle of their coefficients and
    tau; a point drawn on it is moved by the derivative of its quantile to the draw's own. Where
    there are few enough schools (`_CELLS`), every draw has its own grid and nothing is moved.
    """
    at_least_one(draws)
    same_columns(fit.names, data.names)
    schools = Schools.of(data)
    size = schools.counts.pupils.size
    total, centres = _centres(size, draws)
    taus, coefficients = _draw_hyperparameters(schools, fit, total, rng)
    order = np.argsort(taus)
    rates = schools.design.astype(np.float32) @ coefficients[order].T.astype(np.float32)
    draw_effects(
        schools.counts, rates.reshape(size * centres, -1), taus[order].reshape(centres, -1), rng
    )
    # Sorted by tau they would not do as fewer draws: back to the order they were drawn in.
    place = np.argsort(order)[:draws]
    result = np.full((draws, data.pupils.size), np.nan, dtype=np.float32)
    rows = np.flatnonzero(schools.used)
    for start in range(0, size, GRID):
        result[:, rows[start : start + GRID]] = rates[start : start + GRID, place].T
    return RateDraws(result, _by_units(schools, coefficients[:draws]), taus[:draws])


def draw_coefficients(
    fit: BinomialFit, data: BinomialData, draws: int, rng: np.random.Generator
) -> Floats:
    """Draw what `draw_rates` would as its coefficients, shape (draws, P), and no rates."""
    at_least_one(draws)
    same_columns(fit.names, data.names)
    schools = Schools.of(data)
    total, _ = _centres(schools.counts.pupils.size, draws)
    _, coefficients = _draw_hyperparameters(schools, fit, total, rng)
    return _by_units(schools, coefficients[:draws])


def _by_units(schools: Schools, coefficients: Floats) -> Floats:
    """Return draws of the orthonormal design's coefficients as those of the design given."""
    return np.linalg.solve(schools.turn, coefficients.T).T.astype(np.float64)


def _centres(size: int, draws: int) -> tuple[int, int]:
    """Return how many draws are made of so many schools, and how many grids they share."""
    centres = int(np.clip(_CELLS // (GRID * size), 1, draws))
    # A few more than were asked for, so that every centre has equally many.
    return centres * -(-draws // centres), centres


def _draw_hyperparameters(
    schools: Schools, fit: BinomialFit, draws: int, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Draw tau, shape (draws,), and the orthonormal design's coefficients, shape (draws, P)."""
    schools = replace(schools, nodes=_NODES)
    start = schools.turn @ fit.coefficients
    low, high = _range_of_tau(schools, start, fit.tau)
    count = _TAUS if low > 0.0 and high < LARGEST_TAU else _MORE_TAUS
    unit = chebyshev.chebpts1(count)
    nodes = low + (high - low) * (unit + 1) / 2
    profiles: list[Profile] = []
    for i, tau in enumerate(nodes):
        near = profiles[-1].coefficients if profiles else start
        if i > 1:
            rise = near - profiles[-2].coefficients
            near = near + rise * (tau - nodes[i - 1]) / (nodes[i - 1] - nodes[i - 2])
        profiles.append(_given_tau(schools, near, float(tau)))
    columns = np.array([[p.log_density, *p.coefficients] for p in profiles])
    series = chebyshev.chebfit(unit, columns, count - 1)
    # The middles of equal cells, so that a draw is anywhere in its cell.
    cells = (np.arange(_TAU_GRID) + 0.5) / _TAU_GRID
    log_density = chebyshev.chebval(2 * cells - 1, series[:, 0])
    density = np.exp(log_density - log_density.max())
    reached = np.concatenate([[0.0], np.cumsum(density)]) / density.sum()
    part = np.interp(rng.random(draws), reached, np.arange(_TAU_GRID + 1) / _TAU_GRID)
    centres = chebyshev.chebval(2 * part - 1, series[:, 1:]).T
    taus = low + (high - low) * part
    roots = np.array([p.root for p in profiles])
    nearest = np.abs(nodes[:, None] - taus).argmin(axis=0)
    noise = rng.standard_normal(centres.shape)
    return taus, centres + np.einsum("dij,dj->di", roots[nearest], noise)


def _given_tau(schools: Schools, start: Floats, tau: float) -> Profile:
    summit = climb(schools, start, tau, free=False, enough=NEAR)
    found = summit.marginal
    return Profile.of(
        summit.coefficients, found.value, found.gradient[:-1], found.information[:-1, :-1]
    )


def _range_of_tau(schools: Schools, start: Floats, tau: float) -> tuple[float, float]:
    """Return where the density of tau is not negligible."""
    top = _given_tau(schools, start, tau).log_density

    def reach(side: float, limit: float) -> float:
        away = _FIRST_REACH
        while away < abs(limit - tau):
            if _given_tau(schools, start, tau + side * away).log_density < top - _NEGLIGIBLE:
                return tau + side * away
            away *= 2
        return limit

    return reach(-1.0, 0.0), reach(1.0, LARGEST_TAU)
