"""The likelihood of several years' counts whose logits scatter normally: one integral a school.

A school's logits are ``m + A z`` with z standard normal, one z a year, m what the designs say and
A a root of the covariance of its effects. A year without a count has no pupils and says nothing,
so that schools with some of the years only need no separate treatment.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from codebreakers.inference.quadrature import Counts, Floats, rule

__all__ = [
    "COARSE",
    "FINE",
    "JointMarginal",
    "JointModes",
    "find_joint_modes",
    "integrate_years",
    "lower_root",
]

FINE = {1: 25, 2: 11, 3: 7, 4: 5, 5: 4, 6: 4}
"""Quadrature points in each dimension, by the number of years."""

COARSE = {1: 15, 2: 7, 3: 4, 4: 3, 5: 3, 6: 3}
"""Points that are enough for second derivatives, of which a few hundredths matter little."""

_CELLS = 1 << 17
"""Schools times quadrature points that are worked on at once."""

_MOST_STEPS = 200
_SETTLED = 1e-7
_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class JointModes:
    """Where each school's integrand over z is highest, and how wide it is there.

    Parameters
    ----------
    centre : ndarray of float, shape (S, T)
    spread : ndarray of float, shape (S, T, T)
        Lower triangular; times its transpose it is the inverse of the curvature of the log.
    logits, slope, curvature : ndarray of float, shape (S, T)
        Each year's logit there, and the derivatives of its log likelihood by it.
    """

    centre: Floats
    spread: Floats
    logits: Floats
    slope: Floats
    curvature: Floats

    def rows(self, index: NDArray[np.int64]) -> JointModes:
        """Return some of the schools' modes."""
        return JointModes(*(getattr(self, name)[index] for name in self.__slots__))


def find_joint_modes(
    counts: tuple[Counts, ...], middle: Floats, root: Floats, start: Floats
) -> JointModes:
    """Return the mode of each school's standardised effects, by Newton's steps halved as needed.

    Parameters
    ----------
    counts : tuple of Counts, length T
        Of S schools each.
    middle : ndarray of float, shape (S, T)
        The logits the designs give.
    root : ndarray of float, shape (T, T) or (S, T, T)
    start : ndarray of float, shape (S, T)
        Where to begin.
    """
    z, length = start, np.ones(len(start))
    height, slope, curvature = _at(counts, middle, root, z)
    for _ in range(_MOST_STEPS):
        uphill = _times(np.swapaxes(root, -1, -2), slope) - z
        step = np.linalg.solve(_bend(root, curvature), uphill[..., None])[..., 0]
        if np.max(np.sum(uphill * step, axis=1), initial=0.0) < _SETTLED**2:
            break
        there = z + length[:, None] * step
        met, *derivatives = _at(counts, middle, root, there)
        better = met >= height - _ROUNDING * (1.0 + np.abs(height))
        z, height = np.where(better[:, None], there, z), np.where(better, met, height)
        slope, curvature = (
            np.where(better[:, None], new, old)
            for new, old in zip(derivatives, (slope, curvature), strict=True)
        )
        length = np.where(better, 1.0, 0.5 * length)
    spread = np.linalg.cholesky(np.linalg.inv(_bend(root, curvature)))
    return JointModes(z, spread, middle + _times(root, z), slope, curvature)


def _at(
    counts: tuple[Counts, ...], middle: Floats, root: Floats, z: Floats
) -> tuple[Floats, Floats, Floats]:
    """Return the log integrand, shape (S,), and two derivatives of the likelihood, (S, T)."""
    logits = middle + _times(root, z)
    found = [year.given(logits[:, t, None]) for t, year in enumerate(counts)]
    value, slope, curvature = (np.concatenate(parts, axis=1) for parts in zip(*found, strict=True))
    return value.sum(axis=1) - 0.5 * np.sum(z**2, axis=1), slope, curvature


def _times(matrix: Floats, vectors: Floats) -> Floats:
    """Return each row's vector, shape (S, T), times the matrix or its own of the matrices."""
    product: Floats = (matrix @ vectors[..., None])[..., 0]
    return product


def _bend(root: Floats, curvature: Floats) -> Floats:
    """Return minus the second derivatives of the log integrand, shape (S, T, T)."""
    bent: Floats = -np.swapaxes(root, -1, -2) @ (curvature[..., None] * root)
    return bent + np.eye(root.shape[-1])


def lower_root(root: Floats) -> Floats:
    """Return the lower triangular matrix with the same product with its transpose.

    Parameters
    ----------
    root : ndarray of float, shape (T, T)
        Singular or not.
    """
    _, upper = np.linalg.qr(root.T)
    triangle: Floats = upper.T
    return triangle


@dataclass(frozen=True, slots=True)
class JointMarginal:
    """The log likelihood with every school's effects integrated out.

    Parameters
    ----------
    value : float
        The log likelihood.
    slope : ndarray of float, shape (S, T)
        Posterior mean of the derivative by each year's logit.
    bend : ndarray of float, shape (S, T, T)
        Posterior mean of the second derivatives of the likelihood over the likelihood.
    centre : ndarray of float, shape (S, T)
        Where each school's integrand is highest.
    """

    value: float
    slope: Floats
    bend: Floats
    centre: Floats


def integrate_years(
    counts: tuple[Counts, ...], middle: Floats, root: Floats, start: Floats, points: int
) -> JointMarginal:
    """Integrate the effects out, by Gauss-Hermite quadrature centred and scaled at each school.

    Parameters
    ----------
    counts : tuple of Counts, length T
        Of S schools each.
    middle : ndarray of float, shape (S, T)
    root : ndarray of float, shape (T, T)
        Lower triangular.
    start : ndarray of float, shape (S, T)
        Where the search for the modes begins.
    points : int
        Quadrature points in each dimension.

    Notes
    -----
    By Fisher's identity the gradient by the logits of the design is the posterior mean of the
    slope; that by the covariance S is half the sum over schools of `bend` (the density of the
    normal obeys the heat equation), whether S can be inverted or not. With lower triangular
    factors the logit of year t depends on the first t nodes only.
    """
    modes = find_joint_modes(counts, middle, root, start)
    value, (size, years) = 0.0, middle.shape
    slope, bend = np.empty((size, years)), np.empty((size, years, years))
    step = max(1, _CELLS // points**years)
    grid = _prefixes(years, points)
    for first in range(0, size, step):
        rows = np.arange(first, min(size, first + step))
        part = tuple(year.rows(rows) for year in counts)
        found = _integrated(part, modes.rows(rows), root, grid)
        value += found[0]
        slope[rows], bend[rows] = found[1:]
    return JointMarginal(value, slope, bend, modes.centre)


def _integrated(
    counts: tuple[Counts, ...], modes: JointModes, root: Floats, grid: tuple[list[Floats], Floats]
) -> tuple[float, Floats, Floats]:
    """Return the log likelihood of some schools, and their mean slopes and bends.

    Parameters
    ----------
    counts : tuple of Counts, length T
    modes : JointModes
    root : ndarray of float, shape (T, T)
        Lower triangular.
    grid : tuple
        Of `_prefixes`.
    """
    top, spread = modes.logits, modes.spread
    scatter = root @ spread
    log_mass = np.zeros((len(top), 1))
    slopes, curvatures = [], []
    nodes, log_weights = grid
    for t, product in enumerate(nodes):
        logits = top[:, t, None] + scatter[:, t, : t + 1] @ product
        value, slope, curvature = counts[t].given(logits)
        z = modes.centre[:, t, None] + spread[:, t, : t + 1] @ product
        z *= z
        value -= 0.5 * z
        grown = value.reshape(len(top), -1, log_weights.size)
        grown += log_weights
        grown += log_mass[:, :, None]
        log_mass = value
        slopes.append(slope)
        curvatures.append(curvature)
    highest = log_mass.max(axis=1, keepdims=True)
    mass = np.exp(log_mass - highest)
    total = mass.sum(axis=1, keepdims=True)
    mass /= total
    volume = np.log(np.diagonal(spread, axis1=1, axis2=2)).sum()
    return float(np.sum(highest + np.log(total)) + volume), *_means(mass, slopes, curvatures)


def _means(mass: Floats, slopes: list[Floats], curvatures: list[Floats]) -> tuple[Floats, Floats]:
    """Return the means of the slopes and of the bends over nodes of given mass."""
    size, years = len(mass), len(slopes)
    mean, bend = np.empty((size, years)), np.empty((size, years, years))
    for t in reversed(range(years)):
        mass = _summed(mass, slopes[t].shape[1])
        weighted = mass * slopes[t]
        mean[:, t] = weighted.sum(axis=1)
        bend[:, t, t] = np.einsum("sq,sq->s", weighted, slopes[t])
        bend[:, t, t] += np.einsum("sq,sq->s", mass, curvatures[t])
        for u in reversed(range(t)):
            weighted = _summed(weighted, slopes[u].shape[1])
            bend[:, t, u] = bend[:, u, t] = np.einsum("sq,sq->s", weighted, slopes[u])
    return mean, bend


def _summed(values: Floats, points: int) -> Floats:
    """Return sums over the later nodes, shape (S, points)."""
    if values.shape[1] == points:
        return values
    total: Floats = values.reshape(len(values), points, -1).sum(axis=2)
    return total


def _prefixes(years: int, points: int) -> tuple[list[Floats], Floats]:
    """Return the nodes, and their log weights in one dimension.

    Returns
    -------
    nodes : list of ndarray of float, shapes (t + 1, N ** (t + 1))
        For each year the products of its and the earlier years' nodes.
    log_weights : ndarray of float, shape (N,)
        Without the normal factor that each integrand brings itself.
    """
    line, log_weights = rule(points)
    nodes = [
        np.array([axis.ravel() for axis in np.meshgrid(*[line] * (t + 1), indexing="ij")])
        for t in range(years)
    ]
    return nodes, log_weights
