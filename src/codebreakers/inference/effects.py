"""Schools' effects drawn from their posteriors, by inverting each distribution on a grid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codebreakers.inference.quadrature import Counts, Floats, find_modes, in_cache

__all__ = ["GRID", "draw_effects"]

GRID = 200
"""Points of each school's distribution of effects."""

_EDGE = 18.0
"""A log density so far below the highest is left out, where its logarithm is concave."""

_EDGE_STEPS = 6

_FURTHEST = 5.5
_CELLS = 110
"""A draw is a standard normal number, at most the furthest, in one of so many equal cells."""


def draw_effects(
    counts: Counts, logits: NDArray[Any], taus: Floats, rng: np.random.Generator
) -> None:
    """Turn the design's logits into rates, adding to each an effect drawn from its posterior.

    Parameters
    ----------
    counts : Counts
        S schools.
    logits : ndarray of float32 or float64, shape (S * C, D)
        The D draws of each of C centres, school by school. Turned into rates in place.
    taus : ndarray of float, shape (C, D)
    rng : numpy.random.Generator

    Notes
    -----
    A row, one school at one centre, has its distribution at the middle of its draws' logits and
    tau. Its quantiles are tabulated at equally likely steps of a standard normal, where they are
    nearly straight; a draw there is moved by their derivatives to its own logit and tau.
    """
    school, centre_of = np.divmod(np.arange(len(logits)), len(taus))
    middles = logits.mean(axis=1, dtype=np.float64)
    tau_of = taus.mean(axis=1)[centre_of]
    edges = _edges(counts.rows(school), middles, tau_of)
    apart = (taus - taus.mean(axis=1)[:, None]).astype(logits.dtype)
    for rows in in_cache(len(logits), GRID):
        found = _Quantiles.of(
            counts.rows(school[rows]), middles[rows], tau_of[rows], edges[rows], logits.dtype
        )
        part, centre = logits[rows], centre_of[rows]
        for some in in_cache(len(part), taus.shape[1]):
            here, its = part[some], apart[centre[some]]
            tau = tau_of[rows][some, None].astype(logits.dtype)
            normal = rng.standard_normal(here.shape, dtype=logits.dtype)
            z = found.at(some, normal, here - middles[rows][some, None].astype(here.dtype), its)
            z *= tau + its
            here += z
            here *= 0.5
            np.tanh(here, out=here)
            here += 1.0
            here *= 0.5


@dataclass(frozen=True, slots=True)
class _Quantiles:
    """The quantiles of each school's standardised effect z at one set of coefficients and tau.

    Parameters
    ----------
    z, rise : ndarray of float, shape (R * (_CELLS + 1),)
        At every edge of a cell, row by row; and how much higher at the next.
    by_middle, by_tau : ndarray of float, shape (R * (_CELLS + 1),)
        How they move with the school's logit from the design, and with tau.
    """

    z: NDArray[Any]
    rise: NDArray[Any]
    by_middle: NDArray[Any]
    by_tau: NDArray[Any]

    @classmethod
    def of(
        cls, counts: Counts, middle: Floats, tau: Floats, edges: Floats, kind: np.dtype[Any]
    ) -> _Quantiles:
        """Return those of R schools, each at its own logit and tau, shape (R,)."""
        first, last = edges.T
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
        at, part = _inverse(reached)

        def there(values: Floats) -> Floats:
            flat = values.ravel()
            found: Floats = flat[at] + part * (flat[at + 1] - flat[at])
            return found

        quantiles = there(z)
        rise = np.diff(quantiles, axis=1, append=quantiles[:, -1:])
        tables = (quantiles, rise, there(by_middle), there(by_tau))
        return cls(*(table.astype(kind).ravel() for table in tables))

    def at(
        self, rows: slice, normal: NDArray[Any], shift: NDArray[Any], wider: NDArray[Any]
    ) -> NDArray[Any]:
        """Return the effects of some rows at standard normal numbers, which are used up.

        Parameters
        ----------
        rows : slice
        normal : ndarray of float, shape (R, D)
        shift, wider : ndarray of float, shape (R, D)
            How far each draw's logit and tau are from the table's own.
        """
        normal += _FURTHEST
        normal *= _CELLS / (2 * _FURTHEST)
        np.clip(normal, 0.0, _CELLS, out=normal)
        cell = normal.astype(np.intp)
        normal -= cell
        cell += np.arange(rows.start, rows.stop)[:, None] * (_CELLS + 1)

        def of(table: NDArray[Any], times: NDArray[Any]) -> NDArray[Any]:
            taken = table.take(cell)
            taken *= times
            return taken

        z = self.z.take(cell)
        z += of(self.rise, normal)
        z += of(self.by_middle, shift)
        z += of(self.by_tau, wider)
        return z


def _inverse(reached: Floats) -> tuple[NDArray[np.intp], Floats]:
    """Return where each row's distribution reaches the edges of the cells of a standard normal.

    Parameters
    ----------
    reached : ndarray of float, shape (R, GRID)

    Returns
    -------
    at : ndarray of int, shape (R, _CELLS + 1)
        The point below, counted through all rows.
    part : ndarray of float, shape (R, _CELLS + 1)
        How far towards the next, from 0 to 1.
    """
    from scipy.special import ndtr

    wanted = ndtr(np.linspace(-_FURTHEST, _FURTHEST, _CELLS + 1))
    row = np.arange(len(reached))[:, None]
    # One sorted list of all rows' distributions: the r-th lies between r and r + 1.
    cell = np.searchsorted((reached + row).ravel(), (wanted + row).ravel(), side="right") - 1
    at = np.clip(cell.reshape(len(reached), -1), row * GRID, row * GRID + GRID - 2)
    below, above = reached.ravel()[at], reached.ravel()[at + 1]
    part = (wanted - below) / np.where(above > below, above - below, 1.0)
    return at, np.clip(part, 0.0, 1.0)


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


def _edges(counts: Counts, middle: Floats, tau: Floats) -> Floats:
    """Return on both sides of each mode where the density has become negligible, shape (S, 2).

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
    found: Floats = edges
    return found
