"""Draws of every school's rate, with the coefficients and tau as unsure as they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.polynomial import chebyshev

from codebreakers.errors import RequestError
from codebreakers.inference.quadrature import Counts, Floats, find_modes
from codebreakers.inference.shrinkage import (
    LARGEST_TAU,
    LOGIT_SPREAD,
    BinomialData,
    BinomialFit,
    Schools,
    climb,
    same_columns,
)

__all__ = ["RateDraws", "draw_rates"]

GRID = 200
"""Points of each school's distribution of effects."""

_TAUS = 13
"""Where the posterior of tau is worked out; between them it is a polynomial."""

_TAU_GRID = 2_000
_NEGLIGIBLE = 12.0
"""A log density so far below the highest is left out of the grid of tau."""

_FIRST_REACH = 0.05
"""Logits. How far from the best tau the search for a negligible density begins."""

_EDGE = 18.0
"""The same of the grid of a school's effect, where a density's logarithm is concave."""

_EDGE_STEPS = 12

_BLOCK = 65_536
"""Numbers of one kind that are worked on at once."""

_CELLS = 2_000_000
"""Grid cells, schools times points times centres, that one call may work out."""


@dataclass(frozen=True, slots=True)
class RateDraws:
    """Joint draws from the posterior of a fit.

    Parameters
    ----------
    rates : ndarray of float, shape (draws, S)
        Between 0 and 1; a left-out school's are NaN.
    coefficients : ndarray of float, shape (draws, P)
        By the units of the design, each row with the same row of `rates`.
    taus : ndarray of float, shape (draws,)
        In logits.
    """

    rates: Floats
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
    if draws < 1:
        raise RequestError(f"{draws} draws were asked for.", remedy="Ask for 1 or more.")
    same_columns(fit, data)
    schools = Schools.of(data)
    size = schools.counts.pupils.size
    centres = int(np.clip(_CELLS // (GRID * size), 1, draws))
    # A few more than were asked for, so that every centre has equally many.
    total = centres * -(-draws // centres)
    taus, coefficients = _draw_hyperparameters(schools, fit, total, rng)
    order = np.argsort(taus)
    rates = schools.design @ coefficients[order].T
    _draw_effects(
        schools.counts, rates.reshape(size * centres, -1), taus[order].reshape(centres, -1), rng
    )
    # Sorted by tau they would not do as fewer draws: back to the order they were drawn in.
    place = np.argsort(order)
    for start in range(0, size, GRID):
        rates[start : start + GRID] = rates[start : start + GRID, place]
    drawn: Floats = np.linalg.solve(schools.turn, coefficients[:draws].T).T.astype(np.float64)
    if schools.used.all():
        return RateDraws(rates[:, :draws].T, drawn, taus[:draws])
    result = np.full((data.pupils.size, draws), np.nan)
    result[schools.used] = rates[:, :draws]
    return RateDraws(result.T, drawn, taus[:draws])


def _draw_effects(counts: Counts, logits: Floats, taus: Floats, rng: np.random.Generator) -> None:
    """Turn the design's logits into rates, adding to each an effect drawn from its posterior.

    Parameters
    ----------
    counts : Counts
        S schools.
    logits : ndarray of float, shape (S * C, D)
        The D draws of each of C centres, school by school. Turned into rates in place.
    taus : ndarray of float, shape (C, D)
    rng : numpy.random.Generator
    """
    centres = len(taus)
    centre_taus = taus.mean(axis=1)
    # In blocks that stay in the processor's cache: a row is one school at one centre.
    block = max(1, _BLOCK // max(GRID, taus.shape[1]))
    for start in range(0, len(logits), block):
        part = logits[start : start + block]
        row = np.arange(start, start + len(part))
        centre = row % centres
        tau, middle = centre_taus[centre], part.mean(axis=1)
        effects = _Effects.of(counts.rows(row // centres), middle, tau)
        z = effects.draw(
            rng.random(part.shape), part - middle[:, None], taus[centre] - tau[:, None]
        )
        part += taus[centre] * z
        np.tanh(0.5 * part, out=part)
        part += 1.0
        part *= 0.5


def _draw_hyperparameters(
    schools: Schools, fit: BinomialFit, draws: int, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Draw tau, shape (draws,), and the orthonormal design's coefficients, shape (draws, P)."""
    start = schools.turn @ fit.coefficients
    low, high = _range_of_tau(schools, start, fit.tau)
    unit = chebyshev.chebpts1(_TAUS)
    nodes = low + (high - low) * (unit + 1) / 2
    profiles: list[_Profile] = []
    for tau in nodes:
        near = profiles[-1].coefficients if profiles else start
        profiles.append(_given_tau(schools, near, float(tau)))
    columns = np.array([[p.log_density, *p.coefficients] for p in profiles])
    series = chebyshev.chebfit(unit, columns, _TAUS - 1)
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


@dataclass(frozen=True, slots=True)
class _Profile:
    """The coefficients given tau: their middle, a root of their covariance, tau's log density."""

    log_density: float
    coefficients: Floats
    root: Floats


def _given_tau(schools: Schools, start: Floats, tau: float) -> _Profile:
    summit = climb(schools, start, tau, free=False)
    stiff, vectors = np.linalg.eigh(summit.marginal.information[:-1, :-1])
    # The prior alone is as stiff as this. A few schools with rounded results may bend the surface
    # the other way.
    stiff = np.maximum(stiff, 1 / LOGIT_SPREAD**2)
    log_density = summit.marginal.value - 0.5 * float(np.log(stiff).sum())
    return _Profile(log_density, summit.coefficients, vectors / np.sqrt(stiff))


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


@dataclass(frozen=True, slots=True)
class _Effects:
    """The distribution of each school's standardised effect z at one set of coefficients and tau.

    Parameters
    ----------
    first, step : ndarray of float, shape (S,)
        The grid of each school.
    reached : ndarray of float, shape (S, GRID)
        The distribution function at its points, from 0 to 1.
    by_middle, by_tau : ndarray of float, shape (S, GRID)
        How its quantiles move with the school's logit from the design, and with tau.
    """

    first: Floats
    step: Floats
    reached: Floats
    by_middle: Floats
    by_tau: Floats

    @classmethod
    def of(cls, counts: Counts, middle: Floats, tau: Floats) -> _Effects:
        """Return the distributions of S schools, each at its own logit and tau, shape (S,)."""
        first, last = _edges(counts, middle, tau)
        step = (last - first) / (GRID - 1)
        z = first[:, None] + step[:, None] * np.arange(GRID)
        value, slope, _ = counts.given(middle[:, None] + tau[:, None] * z)
        value -= 0.5 * z**2
        density = np.exp(value - value.max(axis=1, keepdims=True))
        mass = _up_to(density)
        reached = mass / mass[:, -1:]
        slope *= density
        # A quantile moves by minus the change of the distribution over the density.
        per_density = -step[:, None] / density
        by_middle = per_density * _shift_of_mass(slope, reached)
        slope *= z
        by_tau = per_density * _shift_of_mass(slope, reached)
        return cls(first, step, reached, by_middle, by_tau)

    def draw(self, uniform: Floats, shift: Floats, wider: Floats) -> Floats:
        """Return the effects at uniform numbers.

        Parameters
        ----------
        uniform : ndarray of float, shape (S, D)
        shift, wider : ndarray of float, shape (S, D)
            How far each draw's logit and tau are from the grid's own.
        """
        school = np.arange(self.first.size)[:, None]
        # One sorted list of all schools' distributions: the s-th lies between s and s + 1.
        listed = (self.reached + school).ravel()
        cell = np.searchsorted(listed, (uniform + school).ravel(), side="right") - 1
        offset = school * GRID
        at = np.clip(cell.reshape(uniform.shape), offset, offset + GRID - 2)
        below, above = self.reached.ravel()[at], self.reached.ravel()[at + 1]
        part = np.clip((uniform - below) / np.where(above > below, above - below, 1.0), 0.0, 1.0)
        z: Floats = self.first[:, None] + self.step[:, None] * (at - offset + part)
        z += shift * self.by_middle.ravel()[at]
        z += wider * self.by_tau.ravel()[at]
        return z


def _up_to(values: Floats) -> Floats:
    """Return the integral up to each point of a grid of step 1, by the trapezium rule."""
    result = np.zeros_like(values)
    np.cumsum(0.5 * (values[:, 1:] + values[:, :-1]), axis=1, out=result[:, 1:])
    return result


def _shift_of_mass(change: Floats, reached: Floats) -> Floats:
    """Return how the mass up to each point changes, the whole being held at what it is."""
    summed = _up_to(change)
    summed -= reached * summed[:, -1:].copy()
    return summed


def _edges(counts: Counts, middle: Floats, tau: Floats) -> tuple[Floats, Floats]:
    """Return on both sides of each mode where the density has become negligible.

    The log density bends at least as much as a standard normal's, so that the edges are nearer
    than those of one; from there Newton's steps come in from outside and never pass the edge.
    """
    centre = find_modes(counts, middle, tau).centre
    top = counts.given((middle + tau * centre)[:, None])[0] - 0.5 * centre[:, None] ** 2
    edges = centre[:, None] + np.sqrt(2 * _EDGE) * np.array([-1.0, 1.0])
    for _ in range(_EDGE_STEPS):
        value, slope, _ = counts.given(middle[:, None] + tau[:, None] * edges)
        beyond = top - value + 0.5 * edges**2 - _EDGE
        edges -= np.maximum(beyond, 0.0) / (edges - tau[:, None] * slope)
    return edges[:, 0], edges[:, 1]
