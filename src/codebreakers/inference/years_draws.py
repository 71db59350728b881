"""Draws of every school's levels in several years, the model's figures as unsure as they are."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from codebreakers.inference.given import at_least_one, same_years
from codebreakers.inference.quadrature import Counts, Floats
from codebreakers.inference.shrinkage import BinomialData
from codebreakers.inference.years import YearsFit
from codebreakers.inference.years_data import YearsData
from codebreakers.inference.years_quadrature import JointModes, find_joint_modes

__all__ = ["draw_years"]

_WIDTHS = np.repeat(np.array([1.05, 2.0], dtype=np.float32), [5, 1])
"""Of the pairs of points that a draw is chosen from, each as far to one side of the mode as to the
other: most as wide as the mode's curvature says, some wider for tails that are wider."""

_MODES = 15_000
"""Schools times groups of draws for which a mode is searched."""

_BLOCK = 8_192
"""Draws of one school that are worked on at once."""

_FURTHEST = 80.0
"""Logits from the middle of the candidates beyond which a count's chance no longer changes here."""

Singles: TypeAlias = NDArray[np.float32]
_Numbers = TypeVar("_Numbers", np.float32, np.float64)


def draw_years(
    fit: YearsFit, data: YearsData, draws: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Draw the levels of all schools in all years jointly from their posterior.

    Parameters
    ----------
    fit : YearsFit
    data : YearsData
        S schools in T years: those that were fitted, or others with the same columns.
    draws : int
        How many.
    rng : numpy.random.Generator
        The one source of randomness.

    Returns
    -------
    ndarray of float, shape (draws, S, T)
        Logits. Where a school has no results in a year, what its other years and its covariates
        say; NaN where its covariates are not known, and where it has no year that can be used.

    Raises
    ------
    RequestError
        If `draws` is less than 1, or the years or the columns are not those of the fit.

    Notes
    -----
    Each draw first draws all coefficients and the covariance of schools' effects from a normal
    approximation at the summit, on a scale where a standard deviation near 0 or a correlation near
    1 is no edge; then every school's effects given both, by importance resampling (D. B. Rubin
    1988) from candidates around the mode. Draws alike in the size of the covariance share a mode,
    moved to first order to each draw's own figures; the weights are those of its own figures.
    """
    at_least_one(draws)
    same_years((fit.years, fit.names), (data.years, [part.names for part in data.data]))
    usable = np.flatnonzero([not why for why in data.left_out()])
    result = np.full((draws, len(data.left_out()), len(fit.years)), np.nan)
    if usable.size:
        worlds = _Worlds.of(fit, draws, int(np.clip(_MODES // usable.size, 1, draws)), rng)
        _draw_schools(_People.of(fit, data, usable), worlds, result, rng)
    return result


@dataclass(frozen=True, slots=True)
class _Worlds:
    """Draws of the model's own figures, in G groups of D alike.

    Parameters
    ----------
    order : ndarray of int, shape (G, D)
        Which draw of the result each is; beyond it for the few too many.
    coefficients : list of ndarray of float, length T, shapes (G, P_t, D)
        Of the orthonormal designs.
    roots : ndarray of float, shape (G, T, T, D)
        Of the covariance of schools' effects.
    """

    order: NDArray[np.int64]
    coefficients: list[Floats]
    roots: Floats

    @classmethod
    def of(cls, fit: YearsFit, draws: int, groups: int, rng: np.random.Generator) -> _Worlds:
        """Draw the figures from a fit."""
        # A few more than were asked for, so that every group has equally many.
        total = groups * -(-draws // groups)
        noise = rng.standard_normal((total, fit.summit.size))
        drawn = fit.summit + noise @ np.linalg.cholesky(fit.uncertainty).T
        ends = np.cumsum([len(turn) for turn in fit.turns])
        *coefficients, parameters = np.split(drawn, ends, axis=1)
        roots = fit.structure.root(parameters)
        order = np.argsort(np.sum(roots**2, axis=(1, 2))).reshape(groups, -1)
        by_group = [np.swapaxes(b[order], 1, 2) for b in coefficients]
        return cls(order, by_group, np.ascontiguousarray(np.moveaxis(roots[order], 1, 3)))


@dataclass(frozen=True, slots=True)
class _People:
    """The schools that are drawn.

    Parameters
    ----------
    rows : ndarray of int, shape (U,)
        Where each is among the schools of the data.
    counts : tuple of Counts, length T
        No pupils where a year says nothing.
    designs : list of ndarray of float, length T, shapes (U, P_t)
        Orthonormal; 0 where not known.
    known : ndarray of bool, shape (U, T)
        Whether the year's covariates are.
    """

    rows: NDArray[np.int64]
    counts: tuple[Counts, ...]
    designs: list[Floats]
    known: NDArray[np.bool_]

    @classmethod
    def of(cls, fit: YearsFit, data: YearsData, rows: NDArray[np.int64]) -> _People:
        """Return some of the schools of the data."""
        known = np.column_stack([~np.isnan(part.design[rows]).any(axis=1) for part in data.data])
        designs: list[Floats] = [
            np.linalg.solve(turn.T, np.where(has[:, None], part.design[rows], 0.0).T).T.astype(
                np.float64
            )
            for turn, part, has in zip(fit.turns, data.data, known.T, strict=True)
        ]
        return cls(rows, tuple(_said(part, rows) for part in data.data), designs, known)


def _said(part: BinomialData, rows: NDArray[np.int64]) -> Counts:
    used = np.array([not why for why in part.left_out()], dtype=bool)
    bounds = (part.successes_low, part.successes_high, part.pupils)
    low, high, pupils = (np.where(used, values, 0.0)[rows] for values in bounds)
    return Counts.of(low, high, pupils)


def _draw_schools(
    people: _People, worlds: _Worlds, result: Floats, rng: np.random.Generator
) -> None:
    """Fill in the result, shape (draws, S, T), a block of schools and groups at a time."""
    groups, alike = worlds.order.shape
    modes = _shared_modes(people, worlds)
    everything, step = people.rows.size * groups, max(1, _BLOCK // alike)
    for first in range(0, everything, step):
        # Group by group, so that a block is of few groups.
        row = np.arange(first, min(everything, first + step))
        group, school = np.divmod(row, people.rows.size)
        middle = np.stack(
            [
                (x[school][:, None, :] @ b[group])[:, 0, :]
                for x, b in zip(people.designs, worlds.coefficients, strict=True)
            ]
        )
        counts = tuple(year.rows(school) for year in people.counts)
        root = np.moveaxis(worlds.roots[group], 0, 2)
        logits = _drawn(counts, modes.rows(row), middle, root, rng)
        logits[~people.known[school].T] = np.nan
        draw = worlds.order[group]
        place = np.broadcast_to(people.rows[school][:, None], draw.shape)
        wanted = draw < len(result)
        result[draw[wanted], place[wanted]] = np.moveaxis(logits, 0, -1)[wanted]


def _shared_modes(people: _People, worlds: _Worlds) -> JointModes:
    """Return every school's mode at the mean of each group of draws, group by group."""
    groups, size = len(worlds.order), people.rows.size
    counts = tuple(year.rows(np.tile(np.arange(size), groups)) for year in people.counts)
    middle = np.column_stack(
        [
            (b.mean(axis=2) @ x.T).ravel()
            for x, b in zip(people.designs, worlds.coefficients, strict=True)
        ]
    )
    root = np.repeat(worlds.roots.mean(axis=3), size, axis=0)
    return find_joint_modes(counts, middle, root, np.zeros_like(middle))


def _drawn(
    counts: tuple[Counts, ...],
    modes: JointModes,
    middle: Floats,
    root: Floats,
    rng: np.random.Generator,
) -> Floats:
    """Draw logits given each draw's own figures.

    Parameters
    ----------
    counts : tuple of Counts, length T
        Of N schools.
    modes : JointModes
        Nearby.
    middle : ndarray of float, shape (T, N, D)
        What the designs say.
    root : ndarray of float, shape (T, T, N, D)

    Returns
    -------
    ndarray of float, shape (T, N, D)
    """
    centre, logits = _moved(modes, middle, root)
    spread = np.moveaxis(modes.spread, 0, 2)[..., None].astype(np.float32)
    single = root.astype(np.float32)
    scatter = np.stack([_times(single, column) for column in np.swapaxes(spread, 0, 1)], axis=1)
    noise, weights = _candidates(len(counts), middle.shape[1:], rng)
    weights -= _prior(noise, centre.astype(np.float32), spread)
    shifts = _times(scatter[:, :, None], noise)
    np.clip(shifts, -_FURTHEST, _FURTHEST, out=shifts)
    for year, middles, away in zip(counts, logits, shifts, strict=True):
        weights += _likelihood(year, middles, np.stack([away, -away]))
    drawn: Floats = logits + _times(scatter, _chosen(noise, weights, rng))
    return drawn


def _times(matrix: NDArray[_Numbers], vector: NDArray[_Numbers]) -> NDArray[_Numbers]:
    """Return the products of matrices, shape (T, U, ...), and vectors, shape (U, ...)."""
    total: NDArray[_Numbers] = matrix[:, 0, ...] * vector[0]
    for u in range(1, len(vector)):
        total += matrix[:, u, ...] * vector[u]
    return total


def _moved(modes: JointModes, middle: Floats, root: Floats) -> tuple[Floats, Floats]:
    """Return modes moved by a Newton's step to each draw's own figures, and their logits.

    Returns
    -------
    centre, logits : ndarray of float, shape (T, N, D)
    """
    at, shared, slope, curvature = (
        a.T[..., None] for a in (modes.centre, modes.logits, modes.slope, modes.curvature)
    )
    there = middle + _times(root, at)
    uphill = _times(np.swapaxes(root, 0, 1), slope + curvature * (there - shared)) - at
    shape = modes.spread @ np.swapaxes(modes.spread, 1, 2)
    step = _times(np.moveaxis(shape, 0, 2)[..., None], uphill)
    return at + step, there + _times(root, step)


def _candidates(
    years: int, shape: tuple[int, ...], rng: np.random.Generator
) -> tuple[Singles, Singles]:
    """Return candidates in units of the modes' spread, and minus the log of their density.

    Returns
    -------
    noise : ndarray of float32, shape (T, K, N, D)
        One of each pair; the other is minus it.
    weights : ndarray of float32, shape (2, K, N, D)
    """
    noise = rng.standard_normal((years, _WIDTHS.size, *shape), dtype=np.float32)
    noise *= _WIDTHS[:, None, None]
    far = np.sum(noise * noise, axis=0)
    # A mixture of two normals, each with its own fixed number of the candidates.
    narrow, wide = _WIDTHS[0], _WIDTHS[-1]
    ratio = np.mean(wide == _WIDTHS) / np.mean(narrow == _WIDTHS) * (narrow / wide) ** years
    weights = far * (0.5 / wide**2)
    weights -= np.log(np.exp(far * (0.5 / wide**2 - 0.5 / narrow**2)) + np.float32(ratio))
    return noise, np.stack([weights, weights])


def _prior(noise: Singles, centre: Singles, spread: Singles) -> Singles:
    """Return minus the log density of the effects' prior at candidates, shape (2, K, N, D).

    Parameters
    ----------
    noise : ndarray of float32, shape (T, K, N, D)
    centre : ndarray of float32, shape (T, N, D)
    spread : ndarray of float32, shape (T, T, N, 1)
        Lower triangular.
    """
    aside = _times(spread[:, :, None], noise)
    odd = np.sum(centre[:, None] * aside, axis=0)
    aside *= aside
    even = np.float32(0.5) * np.sum(aside, axis=0)
    return np.stack([even + odd, even - odd])


def _likelihood(counts: Counts, logits: Floats, away: Singles) -> Singles:
    """Return the log likelihood of counts, less what it is at the middle of the candidates.

    Parameters
    ----------
    counts : Counts
        Of N schools.
    logits : ndarray of float, shape (N, D)
        The middles.
    away : ndarray of float32, shape (2, K, N, D)
        How far from there, in logits.
    """
    n, low = (a[:, None].astype(np.float32) for a in (counts.pupils, counts.low))
    # Of a pupil's chances at the middle, so that large numbers do not cancel.
    success = (1.0 / (1.0 + np.exp(-logits))).astype(np.float32)
    failure = (1.0 / (1.0 + np.exp(logits))).astype(np.float32)
    value = np.exp(away)
    value *= success
    value += failure
    np.log(value, out=value)
    value *= -n
    value += low * away
    rows = np.flatnonzero(counts.width)
    if rows.size:
        value[..., rows, :] += _unsure(counts.rows(rows), logits[rows], away[..., rows, :])
    return value


def _unsure(counts: Counts, logits: Floats, away: Singles) -> Singles:
    """Return the log mean of exp(extra successes times `away`) over the counts that fit."""
    widest = int(counts.width.max())
    shares = np.full((widest + 1, *logits.shape), -np.inf)
    for extra in range(widest + 1):
        rows = np.flatnonzero(counts.width >= extra)
        choices = counts.rows(rows).log_choose(extra)
        shares[extra, rows] = choices[:, None] + extra * logits[rows]
    shares -= np.logaddexp.reduce(shares, axis=0)
    total = np.full(away.shape, -np.inf, dtype=np.float32)
    for extra, share in enumerate(shares.astype(np.float32)):
        total = np.logaddexp(total, share + np.float32(extra) * away)
    return total


def _chosen(noise: Singles, weights: Singles, rng: np.random.Generator) -> Singles:
    """Choose one candidate for each draw, by its weight; return it, shape (T, N, D)."""
    reached = weights.reshape(-1, *weights.shape[2:])
    reached -= reached.max(axis=0)
    np.exp(reached, out=reached)
    for below, above in pairwise(reached):
        above += below
    goal = rng.random(reached.shape[1:], dtype=np.float32) * reached[-1]
    side, index = np.divmod(np.sum(reached[:-1] <= goal, axis=0), _WIDTHS.size)
    kept = np.take_along_axis(noise, index[None, None], axis=1)[:, 0]
    return np.where(side == 0, kept, -kept)
