"""Draws of every authority's effect, its schools' own effects integrated out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.polynomial import chebyshev

from codebreakers.inference.areas_quadrature import Grouped, area_modes, own_effects_out
from codebreakers.inference.effects import GRID
from codebreakers.inference.quadrature import Floats

__all__ = ["add_area_effects"]

_BENDS = 9
"""Where the likelihood of an authority's effect is worked out; between, it is a polynomial."""

_EDGE = 18.0
"""The log density at the ends of an authority's grid, below the highest."""

_EDGE_STEPS = 3

_BLOCK = 2_000_000
"""Numbers of one kind that are worked on at once."""


def add_area_effects(
    grouped: Grouped, logits: Floats, near: Floats, rng: np.random.Generator
) -> None:
    """Add to the design's logits each authority's effect, drawn from its posterior.

    Parameters
    ----------
    grouped : Grouped
        U schools.
    logits : ndarray of float, shape (U, C, D)
        The D draws of each of C centres. Changed in place.
    near : ndarray of float, shape (C, D, P + 2)
        Each draw's coefficients, tau and omega.
    rng : numpy.random.Generator
    """
    areas, centres = grouped.starts.size, len(near)
    uniform = rng.random((areas, *near.shape[:2]))
    surface = _Surface.of(grouped.times(centres), near.mean(axis=1), near[:, :, -1].max(axis=1))
    for centre, drawn in enumerate(near):
        for part in _blocks(areas, len(drawn)):
            own = slice(centre * areas + part.start, centre * areas + part.stop)
            effects = surface.draw(
                own, drawn - surface.at[centre], drawn[:, -1], uniform[part, centre]
            )
            schools = slice(*np.searchsorted(grouped.area, [part.start, part.stop]))
            logits[schools, centre] += effects[grouped.area[schools] - part.start]


def _blocks(areas: int, draws: int) -> Iterator[slice]:
    size = max(1, _BLOCK // (GRID * draws))
    return (slice(start, min(start + size, areas)) for start in range(0, areas, size))


@dataclass(frozen=True, slots=True)
class _Surface:
    """The log likelihood of each authority's effect v, at C sets of coefficients and tau.

    Parameters
    ----------
    at : ndarray of float, shape (C, P + 2)
        Coefficients, tau and omega of each centre.
    first, last : ndarray of float, shape (C * A,)
        The ends of each authority's grid, in logits, centre by centre.
    value : ndarray of float, shape (C * A, K)
        At Chebyshev's points between the ends.
    by_hyper : ndarray of float, shape (C * A, K, P + 1)
        How that moves with the coefficients and with tau.
    """

    at: Floats
    first: Floats
    last: Floats
    value: Floats
    by_hyper: Floats

    @classmethod
    def of(cls, copies: Grouped, at: Floats, widest: Floats) -> _Surface:
        """Return the likelihoods, as far out as each centre's largest omega lets effects be."""
        centres = len(at)
        size, areas = copies.area.size, copies.starts.size
        own = np.repeat(at, size // centres, axis=0)
        middle, tau = np.einsum("sp,sp->s", copies.design, own[:, :-2]), own[:, -2]
        first, last = _ends(copies, middle, tau, np.repeat(widest, areas // centres))
        v = first[:, None] + (last - first)[:, None] * (_BEND_POINTS + 1) / 2
        logits = middle[:, None] + v[copies.area]
        tiled = copies.counts.rows(np.repeat(np.arange(size), _BENDS))
        inner = own_effects_out(tiled, logits.ravel(), np.repeat(tau, _BENDS))[:3]
        value, by_middle, by_tau = inner.reshape(3, size, _BENDS)
        moves = [copies.summed(x[:, None] * by_middle) for x in copies.design.T]
        by_hyper = np.stack([*moves, copies.summed(by_tau)], axis=2)
        return cls(at, first, last, copies.summed(value), by_hyper)

    def draw(self, part: slice, shift: Floats, omega: Floats, uniform: Floats) -> Floats:
        """Return effects of some authorities at uniform numbers.

        Parameters
        ----------
        part : slice
            Which a of the authorities of one centre.
        shift : ndarray of float, shape (D, P + 2)
            How far each draw's coefficients and tau are from the centre's.
        omega : ndarray of float, shape (D,)
            Each draw's own.
        uniform : ndarray of float, shape (a, D)
        """
        moved = np.einsum("akp,dp->adk", self.by_hyper[part], shift[:, :-1])
        bends = self.value[part, None, :] + moved
        first, step = self.first[part], (self.last - self.first)[part] / (GRID - 1)
        v = first[:, None] + step[:, None] * np.arange(GRID)
        log_density = bends @ _BEND_TO_GRID
        log_density -= 0.5 * (v[:, None, :] / omega[:, None]) ** 2
        log_density -= log_density.max(axis=2, keepdims=True)
        density = np.exp(log_density)
        reached = np.zeros_like(density)
        np.cumsum(0.5 * (density[..., 1:] + density[..., :-1]), axis=2, out=reached[..., 1:])
        sought = uniform[..., None] * reached[..., -1:]
        cell = np.sum(reached[..., 1:-1] <= sought, axis=2)[..., None]
        below, above = (np.take_along_axis(reached, cell + i, axis=2) for i in (0, 1))
        inside = ((sought - below) / (above - below))[..., 0]
        result: Floats = first[:, None] + step[:, None] * (cell[..., 0] + inside)
        return result


_BEND_POINTS = chebyshev.chebpts2(_BENDS)
# From the values at those points to the values at the points of a grid.
_BEND_TO_GRID = np.linalg.solve(
    chebyshev.chebvander(_BEND_POINTS, _BENDS - 1).T,
    chebyshev.chebvander(np.linspace(-1, 1, GRID), _BENDS - 1).T,
)


def _ends(grouped: Grouped, middle: Floats, tau: Floats, omega: Floats) -> tuple[Floats, Floats]:
    """Return on both sides where the density of v is negligible, for this omega and any smaller.

    A smaller omega draws the density towards 0: beyond both 0 and the mode it falls more steeply.
    """

    def log_density(w: Floats) -> tuple[Floats, Floats]:
        inner = own_effects_out(grouped.counts, middle + (omega * w)[grouped.area], tau)
        return grouped.summed(inner[0]) - 0.5 * w**2, omega * grouped.summed(inner[1]) - w

    mode, _ = area_modes(grouped, middle, tau, omega)
    ends = []
    for begin, side in ((np.minimum(mode, 0.0), -1.0), (np.maximum(mode, 0.0), 1.0)):
        edge = log_density(begin)[0] - _EDGE
        # The log density bends at least as much as a standard normal's: Newton's steps from where
        # that would be negligible come in from outside and never pass the end.
        end = begin + side * np.sqrt(2 * _EDGE)
        for _ in range(_EDGE_STEPS):
            value, slope = log_density(end)
            end -= np.minimum(value - edge, 0.0) / slope
        ends.append(omega * end)
    return ends[0], ends[1]
