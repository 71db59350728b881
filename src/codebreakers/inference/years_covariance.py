"""How a school's effects of several years go together: the covariance and what it is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from codebreakers.inference.quadrature import Floats

__all__ = ["EFFECT_SPREAD", "ConstantAndAr1", "Structure", "Unstructured", "structure_of"]

EFFECT_SPREAD = 2.5
"""Logits. Scale of the weak half-normal prior of standard deviations of schools' effects."""

_FREE_YEARS = 3
"""From one more year than this on, the covariance has a structure."""

_USUAL_CORRELATION = 0.5


@dataclass(frozen=True, slots=True)
class Unstructured:
    """Any covariance S of T years, as the square of a symmetric matrix B with any elements.

    Parameters
    ----------
    years : tuple of int, length T

    Notes
    -----
    S = B B is smooth in B and reaches every covariance, singular ones too, inside the range of B:
    with one year B is the standard deviation, of either sign. The prior of B's elements is normal,
    its density falling as exp(-trace S / (2 `EFFECT_SPREAD`^2)), whatever the order of the years.
    """

    years: tuple[int, ...]

    @property
    def centre(self) -> Floats:
        """Where the parameters' prior is highest, shape (Q,)."""
        return np.zeros(self._basis().shape[0])

    @property
    def precision(self) -> Floats:
        """One over the variance of the parameters' prior, shape (Q,)."""
        # Elements off the diagonal are in B twice.
        twice: Floats = np.sum(self._basis(), axis=(1, 2))
        return twice / EFFECT_SPREAD**2

    def start(self, spreads: Floats) -> Floats:
        """Return parameters to start from, given a standard deviation for each year, shape (T,)."""
        alike = np.full((spreads.size, spreads.size), _USUAL_CORRELATION)
        np.fill_diagonal(alike, 1.0)
        root = _symmetric_root(alike * np.outer(spreads, spreads))
        return root[np.tril_indices(spreads.size)]

    def root(self, parameters: Floats) -> Floats:
        """Return B, shape (..., T, T), of parameters of shape (..., Q)."""
        return np.tensordot(parameters, self._basis(), axes=1)

    def covariance(self, parameters: Floats) -> Floats:
        """Return S, shape (T, T)."""
        root = self.root(parameters)
        product: Floats = root @ root
        return product

    def slopes(self, parameters: Floats) -> Floats:
        """Return how S changes with each parameter, shape (Q, T, T)."""
        root, basis = self.root(parameters), self._basis()
        change: Floats = basis @ root + root @ basis
        return change

    def _basis(self) -> Floats:
        rows, columns = np.tril_indices(len(self.years))
        basis = np.zeros((rows.size, len(self.years), len(self.years)))
        each = np.arange(rows.size)
        basis[each, rows, columns] = basis[each, columns, rows] = 1.0
        return basis


@dataclass(frozen=True, slots=True)
class ConstantAndAr1:
    """What lasts and what fades: S_tu = c^2 + v^2 rho^|t - u|, by the years of the calendar.

    Parameters
    ----------
    years : tuple of int, length T

    Notes
    -----
    The parameters are c and v, of either sign, and an angle whose squared sine is rho, so that
    the ends of what each may be are inside its range. Priors are normal: c and v around 0 with
    `EFFECT_SPREAD`, the angle around 45 degrees with one radian, nearly flat from rho 0 to 1.
    """

    years: tuple[int, ...]

    @property
    def centre(self) -> Floats:
        """Where the parameters' prior is highest, shape (3,)."""
        return np.array([0.0, 0.0, np.pi / 4])

    @property
    def precision(self) -> Floats:
        """One over the variance of the parameters' prior, shape (3,)."""
        return np.array([EFFECT_SPREAD**-2, EFFECT_SPREAD**-2, 1.0])

    def start(self, spreads: Floats) -> Floats:
        """Return parameters to start from, given a standard deviation for each year, shape (T,)."""
        half = np.sqrt(np.mean(spreads**2) / 2)
        return np.array([half, half, np.pi / 4])

    def root(self, parameters: Floats) -> Floats:
        """Return the symmetric root of S, shape (..., T, T), of parameters of shape (..., 3)."""
        return _symmetric_root(self.covariance(parameters))

    def covariance(self, parameters: Floats) -> Floats:
        """Return S, shape (..., T, T), of parameters of shape (..., 3)."""
        lasting, fading, angle = np.moveaxis(parameters[..., None, None], -3, 0)
        spread: Floats = lasting**2 + fading**2 * (np.sin(angle) ** 2) ** self._apart()
        return spread

    def slopes(self, parameters: Floats) -> Floats:
        """Return how S changes with each parameter, shape (3, T, T)."""
        lasting, fading, angle = parameters
        apart, rho = self._apart(), np.sin(angle) ** 2
        bent = apart * rho ** np.maximum(apart - 1, 0) * np.sin(2 * angle)
        everywhere = np.full_like(apart, 2 * lasting)
        return np.array([everywhere, 2 * fading * rho**apart, fading**2 * bent])

    def _apart(self) -> Floats:
        calendar = np.array(self.years, dtype=np.float64)
        return np.abs(calendar[:, None] - calendar)


Structure: TypeAlias = Unstructured | ConstantAndAr1


def structure_of(years: tuple[int, ...]) -> Structure:
    """Return the covariance that so many years are enough for."""
    return Unstructured(years) if len(years) <= _FREE_YEARS else ConstantAndAr1(years)


def _symmetric_root(covariance: Floats) -> Floats:
    values, vectors = np.linalg.eigh(covariance)
    # Rounding alone makes an eigenvalue of a covariance negative.
    scaled = vectors * np.sqrt(np.maximum(values, 0.0))[..., None, :]
    root: Floats = scaled @ np.swapaxes(vectors, -1, -2)
    return root
