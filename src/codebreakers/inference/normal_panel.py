"""The results of several years side by side, and what they say given how effects vary."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from codebreakers.errors import CannotAnswerError
from codebreakers.inference.normal import NormalData, Results
from codebreakers.inference.normal_draws import WIDEST
from codebreakers.inference.quadrature import Floats
from codebreakers.inference.years_covariance import EFFECT_SPREAD

__all__ = ["Panel", "Sums", "inverted"]

_PART = 128
"""Schools that are summed over at once. So few are the work of one core: cores that share a product
wait for one another, on a busy machine a hundred times longer than they work."""


@dataclass(frozen=True, slots=True)
class Sums:
    """What schools say of the coefficients given D covariances of effects.

    Parameters
    ----------
    inverse : ndarray of float, shape (T, T, D, U)
        Of the covariance of each school's values; 0 where it has none.
    log_determinants : ndarray of float, shape (D,)
        Of the covariances of values, summed over schools.
    information : ndarray of float, shape (D, P, P)
        Inverse of the covariance of the coefficients.
    weighted : ndarray of float, shape (D, P)
        The information times the coefficients.
    """

    inverse: Floats
    log_determinants: Floats
    information: Floats
    weighted: Floats


@dataclass(frozen=True, slots=True)
class Panel:
    """The results of the U schools that have any, in all T years, in a unit of their own.

    Parameters
    ----------
    unit : float
        Of the values: one in which the prior of effects' standard deviations is as wide, against
        the values and the scores of pupils, as that of one year's model is.
    results : tuple of Results, length T
        Each year's own, in the unit of the values.
    anyone : ndarray of bool, shape (S,)
        The U schools.
    has : ndarray of bool, shape (T, U)
        Whether a school has a result that year.
    values : ndarray of float, shape (T, U)
        Less what each year's least squares say; 0 where there is none.
    sampling : ndarray of float, shape (T, U)
        Variances of the values about the schools' levels; 1 where there is none.
    designs : tuple of ndarray of float, length T, shapes (U, P_t)
        Orthonormal over the year's schools; 0 where a school has no result.
    products : dict of (int, int) to ndarray of float, shapes (U / _PART, _PART, P_t * P_u)
        Of two years' designs, each column with each, the later year first; U rounded up.
    """

    unit: float
    results: tuple[Results, ...]
    anyone: NDArray[np.bool_]
    has: NDArray[np.bool_]
    values: Floats
    sampling: Floats
    designs: tuple[Floats, ...]
    products: dict[tuple[int, int], Floats]

    @classmethod
    def of(cls, years: tuple[int, ...], data: tuple[NormalData, ...]) -> Panel:
        """Return the results of some years, each with its table of the same schools.

        Raises
        ------
        CannotAnswerError
            If a year has no result, or cannot tell the columns of its design apart.
        """
        results = []
        for year, part in zip(years, data, strict=True):
            try:
                results.append(Results.of(part))
            except CannotAnswerError as error:
                message = f"{year}: {error.message}"
                raise CannotAnswerError(
                    message, available=error.available, remedy=error.remedy
                ) from error
        used = np.array([year.used for year in results])
        anyone = np.any(used, axis=0)
        has = used[:, anyone]
        scatter = [
            max(float(np.std(part.values[year.used])), part.sigma)
            for part, year in zip(data, results, strict=True)
        ]
        unit = WIDEST * max(scatter) / EFFECT_SPREAD
        values, sampling = np.zeros(has.shape), np.ones(has.shape)
        values[has] = np.concatenate([year.rest for year in results]) / unit
        sampling[has] = np.concatenate([year.sampling for year in results]) / unit**2
        designs = [
            np.zeros((len(there), len(found.turn)))
            for there, found in zip(has, results, strict=True)
        ]
        for design, there, found in zip(designs, has, results, strict=True):
            design[there] = found.design
        products = {
            (t, u): _in_parts(designs[t][:, :, None] * designs[u][:, None, :])
            for t in range(len(years))
            for u in range(t + 1)
        }
        return cls(unit, tuple(results), anyone, has, values, sampling, tuple(designs), products)

    def sums(self, covariances: Floats) -> Sums:
        """Return what schools say given covariances of effects, shape (D, T, T)."""
        # School by school in memory, as the sums below run fastest.
        spread = np.empty((*covariances.shape[1:], len(covariances), self.has.shape[1]))
        spread[:] = np.moveaxis(covariances, 0, 2)[..., None]
        spread *= (self.has[:, None] & self.has)[:, :, None]
        for t, sampling in enumerate(self.sampling):
            spread[t, t] += sampling
        inverse, logs = inverted(spread)
        for t, there in enumerate(self.has):
            inverse[t, t] *= there
        weighted = [
            np.einsum("uds,us->ds", row, self.values) @ design
            for row, design in zip(inverse, self.designs, strict=True)
        ]
        information = self._information(inverse)
        return Sums(inverse, logs.sum(axis=1), information, np.concatenate(weighted, axis=1))

    def _information(self, inverse: Floats) -> Floats:
        """Return weighted sums of the products of all designs' columns, shape (D, P, P)."""
        ends = np.cumsum([0, *(design.shape[1] for design in self.designs)])
        result = np.empty((inverse.shape[2], ends[-1], ends[-1]))
        for (t, u), products in self.products.items():
            one, other = slice(ends[t], ends[t + 1]), slice(ends[u], ends[u + 1])
            shape = (len(result), ends[t + 1] - ends[t], ends[u + 1] - ends[u])
            weights = np.swapaxes(_in_parts(inverse[t, u].T), 1, 2)
            found = np.sum(weights @ products, axis=0).reshape(shape)
            result[:, one, other] = found
            result[:, other, one] = np.swapaxes(found, 1, 2)
        return result

    def split(self, coefficients: Floats) -> list[Floats]:
        """Return each year's own of the last axis of all coefficients."""
        ends = np.cumsum([design.shape[1] for design in self.designs])[:-1]
        return np.split(coefficients, ends, axis=-1)

    def restricted(self, covariance: Floats) -> tuple[float, Floats, Floats]:
        """Return the restricted log likelihood given a covariance of effects, and its slope.

        Returns
        -------
        value : float
        slope : ndarray of float, shape (T, T)
            How it changes with the covariance's elements.
        coefficients : ndarray of float, shape (P,)
            Of the orthonormal designs, in `unit`, over those of least squares.
        """
        found = self.sums(covariance[None])
        inverse = np.ascontiguousarray(np.moveaxis(found.inverse[:, :, 0], 2, 0))
        information, weighted = found.information[0], found.weighted[0]
        coefficients = np.linalg.solve(information, weighted)
        by_year = zip(self.designs, self.split(coefficients), strict=True)
        rest = self.values - np.array([x @ b for x, b in by_year])
        pulled = (inverse @ rest.T[:, :, None])[:, :, 0]
        # Harville's form, in the unit of the values.
        sizes = [len(year.rest) for year in self.results]
        widths = [len(year.turn) for year in self.results]
        known = np.dot(widths, np.log(sizes))
        free = sum(sizes) - sum(widths)
        logs = found.log_determinants[0] + np.linalg.slogdet(information)[1] - known
        squares = float(np.sum(rest.T * pulled))
        value = -0.5 * (logs + squares + free * np.log(2 * np.pi * self.unit**2))
        unsure = inverse @ self._unsure(np.linalg.inv(information)) @ inverse
        slope = 0.5 * (pulled.T @ pulled + np.sum(unsure - inverse, axis=0))
        return float(value), slope, coefficients

    def _unsure(self, covariance: Floats) -> Floats:
        """Return how unsure the coefficients leave what the designs say, shape (U, T, T)."""
        blocks = [self.split(columns.T) for columns in self.split(covariance)]
        found = [
            [np.sum((x @ block) * y, axis=1) for y, block in zip(self.designs, row, strict=True)]
            for x, row in zip(self.designs, blocks, strict=True)
        ]
        return np.moveaxis(np.array(found), 2, 0)


def _in_parts(rows: Floats) -> Floats:
    """Return parts of `_PART` rows, shape (parts, _PART, K), the last filled up with 0."""
    flat = rows.reshape(len(rows), -1)
    parts = np.zeros((-(-len(flat) // _PART), _PART, flat.shape[1]))
    parts.reshape(-1, flat.shape[1])[: len(flat)] = flat
    return parts


def inverted(matrices: Floats) -> tuple[Floats, Floats]:
    """Return inverses of positive definite matrices, and the logs of their determinants.

    Parameters
    ----------
    matrices : ndarray of float, shape (T, T, ...)
        Written over.

    Returns
    -------
    inverses : ndarray of float, shape (T, T, ...)
    logs : ndarray of float, shape (...)

    Notes
    -----
    Gauss and Jordan's elimination, a year at a time for all matrices at once: for many small
    matrices far faster than one after the other.
    """
    logs = np.zeros(matrices.shape[2:])
    for t in range(len(matrices)):
        pivot = matrices[t, t].copy()
        logs += np.log(pivot)
        row, column = matrices[t] / pivot, matrices[:, t].copy()
        matrices -= column[:, None] * row
        matrices[t], matrices[:, t] = row, -column / pivot
        matrices[t, t] = 1 / pivot
    return matrices, logs
