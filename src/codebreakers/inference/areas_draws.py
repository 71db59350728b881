"""Draws of every school's rate where authorities differ too, all of it as unsure as it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.polynomial import chebyshev
from numpy.typing import NDArray

from codebreakers.errors import RequestError
from codebreakers.inference.areas import AreasFit, AreasSummit, climb_areas
from codebreakers.inference.areas_effects import add_area_effects
from codebreakers.inference.areas_quadrature import Grouped
from codebreakers.inference.effects import GRID, draw_effects
from codebreakers.inference.given import at_least_one
from codebreakers.inference.profile import NEAR, Profile
from codebreakers.inference.quadrature import Floats
from codebreakers.inference.shrinkage import LARGEST_TAU, BinomialData

__all__ = ["AreasDraws", "draw_areas"]

_NODES = 7
"""Where the posterior of each standard deviation is worked out; between, it is a polynomial."""

_CELLS = 400
"""Cells to a side of the grid that the two standard deviations are drawn on."""

_NEGLIGIBLE = 9.0
"""A log density so far below the highest is left out of that grid."""

_WIDER = 1.4
_CENTRES = 8
_WORK = 2_000_000
"""Grid points, schools times points times centres, that one call may work out."""


@dataclass(frozen=True, slots=True)
class AreasDraws:
    """Joint draws from the posterior of a model with schools within authorities.

    Parameters
    ----------
    rates : ndarray of float, shape (draws, S)
        Between 0 and 1; a left-out school's are NaN.
    intake : ndarray of float, shape (draws, S)
        The rate that the design alone gives, with no effect of school or authority.
    taus, omegas : ndarray of float, shape (draws,)
        Standard deviations of schools' and of authorities' effects, in logits.
    """

    rates: Floats
    intake: Floats
    taus: Floats
    omegas: Floats


def draw_areas(
    fit: AreasFit,
    data: BinomialData,
    areas: Sequence[str],
    draws: int,
    rng: np.random.Generator,
) -> AreasDraws:
    """Draw the rates of all schools jointly from their posterior.

    Parameters
    ----------
    fit : AreasFit
        Of the same schools.
    data : BinomialData
        S schools.
    areas : sequence of str, length S
        Each school's authority, as it was fitted.
    draws : int
        How many.
    rng : numpy.random.Generator
        The one source of randomness.

    Returns
    -------
    AreasDraws

    Raises
    ------
    RequestError
        If `draws` is less than 1, or the columns or authorities are not those of the fit.

    Notes
    -----
    Each draw first draws tau and omega from their posterior under flat priors from 0 to
    `LARGEST_TAU`, with the coefficients integrated out by Laplace's method; then the coefficients
    given both (normal); then every authority's effect given these, its schools' effects integrated
    out by quadrature; then every school's effect given all. Effects are drawn by inverting their
    distributions on grids of `GRID` points. Draws with neighbouring tau and omega share the costly
    parts, moved by their derivatives to each draw's own.
    """
    at_least_one(draws)
    grouped = Grouped.of(data, areas)
    if tuple(data.names) != fit.names or grouped.names != fit.areas:
        raise RequestError(
            f"The model was fitted to the columns {', '.join(fit.names)} and {len(fit.areas)}"
            f" authorities, not to {', '.join(data.names)} and these {len(grouped.names)}.",
            remedy="Give the columns and the authorities of the fit, in its order.",
        )
    size = grouped.area.size
    centres = int(np.clip(_WORK // (GRID * size), min(_CENTRES, draws), draws))
    # A few more than were asked for, so that every centre has equally many.
    total = centres * -(-draws // centres)
    drawn = _draw_hyperparameters(grouped, fit, total, rng)
    order = _neighbours(drawn, centres)
    near = drawn[order].reshape(centres, -1, drawn.shape[1])
    logits = grouped.design @ drawn[order, :-2].T
    # Back to the order they were drawn in: sorted they would not do as fewer draws.
    place = np.argsort(order.ravel())[:draws]
    intake = _spread_out(logits, grouped.places, place, data.pupils.size)
    np.tanh(0.5 * intake, out=intake)
    intake += 1.0
    intake *= 0.5
    if grouped.told_apart:
        add_area_effects(grouped, logits.reshape(size, centres, -1), near, rng)
    draw_effects(grouped.counts, logits.reshape(size * centres, -1), near[:, :, -2].copy(), rng)
    rates = _spread_out(logits, grouped.places, place, data.pupils.size)
    return AreasDraws(rates, intake, drawn[:draws, -2], drawn[:draws, -1])


def _spread_out(
    values: Floats, rows: NDArray[np.int64], place: NDArray[np.int64], size: int
) -> Floats:
    """Return values, shape (U, total), as draws of all S schools, shape (draws, S)."""
    result = np.full((size, place.size), np.nan)
    for start in range(0, rows.size, GRID):
        part = slice(start, start + GRID)
        result[rows[part]] = values[part][:, place]
    return result.T


def _neighbours(drawn: Floats, centres: int) -> NDArray[np.int64]:
    """Return an order of the draws where equal runs, one a centre, are alike in tau and omega."""
    wide = next(n for n in range(int(np.sqrt(centres)), 0, -1) if centres % n == 0)
    runs = np.argsort(drawn[:, -2], kind="stable").reshape(wide, -1)
    within = np.argsort(drawn[runs, -1], axis=1, kind="stable")
    return np.take_along_axis(runs, within, axis=1).ravel()


def _draw_hyperparameters(
    grouped: Grouped, fit: AreasFit, draws: int, rng: np.random.Generator
) -> Floats:
    """Draw the orthonormal design's coefficients, tau and omega, shape (draws, P + 2)."""
    start = np.append(grouped.turn @ fit.coefficients, [fit.tau, fit.omega])
    top = _profile(climb_areas(grouped, start, (False, False), NEAR)).log_density
    # Where nothing is known of omega it stays at 0.
    free = (True, grouped.told_apart)
    ranges = [
        _range(grouped, start, which, top, free) if free[which] else (0.0, 0.0) for which in (0, 1)
    ]
    nodes = [chebyshev.chebpts1(_NODES if high > low else 1) for low, high in ranges]
    profiles = _profiles(
        grouped, start, [_within(r, n) for r, n in zip(ranges, nodes, strict=True)]
    )
    table = np.array([[[p.log_density, *p.coefficients] for p in row] for row in profiles])
    series = table
    for axis, unit in enumerate(nodes):
        solved = np.linalg.inv(chebyshev.chebvander(unit, unit.size - 1))
        series = np.moveaxis(np.tensordot(solved, series, axes=(1, axis)), 0, axis)
    unit_draws = _draw_cells(series[:, :, 0], draws, rng)
    centres = chebyshev.chebval2d(*unit_draws, series[:, :, 1:]).T
    roots = np.array([[p.root for p in row] for row in profiles])
    nearest = [
        np.abs(n[:, None] - u).argmin(axis=0) for n, u in zip(nodes, unit_draws, strict=True)
    ]
    noise = rng.standard_normal(centres.shape)
    b = centres + np.einsum("dij,dj->di", roots[tuple(nearest)], noise)
    sds = [_within(r, u) for r, u in zip(ranges, unit_draws, strict=True)]
    return np.column_stack([b, *sds])


def _within(ends: tuple[float, float], unit: Floats) -> Floats:
    return ends[0] + (ends[1] - ends[0]) * (unit + 1) / 2


def _draw_cells(series: Floats, draws: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Draw points of the square from -1 to 1 whose log density has this Chebyshev series."""
    middles = (2 * np.arange(_CELLS) + 1) / _CELLS - 1
    log_density = chebyshev.chebgrid2d(middles, middles, series).ravel()
    reached = np.cumsum(np.exp(log_density - log_density.max()))
    cell = np.searchsorted(reached, rng.random(draws) * reached[-1], side="right")
    # Anywhere in its cell.
    away = (2 * rng.random((2, draws)) - 1) / _CELLS
    return middles[cell // _CELLS] + away[0], middles[cell % _CELLS] + away[1]


def _profile(summit: AreasSummit) -> Profile:
    found = summit.marginal
    return Profile.of(summit.at[:-2], found.value, found.gradient[:-2], found.information[:-2, :-2])


def _profiles(grouped: Grouped, start: Floats, nodes: list[Floats]) -> list[list[Profile]]:
    """Return what is known of the coefficients at each pair of tau and omega."""
    found: list[list[Profile]] = []
    for tau in nodes[0]:
        row: list[Profile] = []
        for omega in nodes[1]:
            beside = row[-1] if row else None
            before = found[-1][len(row)] if found else None
            if beside and before:
                # As if tau and omega moved the coefficients each on its own.
                corner = found[-1][len(row) - 1].coefficients
                b = beside.coefficients + before.coefficients - corner
            else:
                near = beside or before
                b = near.coefficients if near else start[:-2]
            at = np.append(b, [tau, omega])
            row.append(_profile(climb_areas(grouped, at, (False, False), NEAR)))
        found.append(row)
    return found


def _range(
    grouped: Grouped, best: Floats, which: int, top: float, free: tuple[bool, bool]
) -> tuple[float, float]:
    """Return where the density of tau (0) or omega (1) is not negligible, whatever the other is."""
    others = (which != 0 and free[0], which != 1 and free[1])
    middle = float(best[which - 2])
    here = climb_areas(grouped, best, (False, False), NEAR).marginal
    bend = here.information[which - 2, which - 2]
    first = np.sqrt(2 * _NEGLIGIBLE / bend) if bend > 0 else LARGEST_TAU

    def reach(side: float, limit: float) -> float:
        away, at = first, best
        while away < abs(limit - middle):
            at = at.copy()
            at[which - 2] = middle + side * away
            summit = climb_areas(grouped, at, others, NEAR)
            if _profile(summit).log_density < top - _NEGLIGIBLE:
                return middle + side * away
            at = summit.at
            away *= _WIDER
        return limit

    return reach(-1.0, 0.0), reach(1.0, LARGEST_TAU)
