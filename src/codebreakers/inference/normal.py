"""What a school's mean score says about the school: a normal multilevel model of a score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codebreakers.errors import CannotAnswerError, RequestError
from codebreakers.inference.given import first_unknown, same_columns
from codebreakers.inference.quadrature import Floats

__all__ = [
    "NormalData",
    "NormalFit",
    "Results",
    "fit_normal",
    "most_likely",
    "posterior_means_normal",
]

_MOST_PUPILS = 1_000_000
_LARGEST = 1e9
_RANK_TOLERANCE = 1e-9

_BLOCK = 1_000_000
"""Schools times variances that are worked on at once."""

_SEARCH = np.concatenate([[0.0], np.geomspace(1e-9, 1.0, 256)])
"""Between which the likelihood's tops are looked for, as shares of the largest variance."""


@dataclass(frozen=True, slots=True)
class NormalData:
    """Mean scores of pupils, and what is known beforehand of each of S schools.

    Parameters
    ----------
    values : ndarray of float, shape (S,)
        Mean scores; NaN where not known, and where there are no pupils.
    pupils : ndarray of float, shape (S,)
        Pupils; 0 where there are none, NaN where it is not known.
    design : ndarray of float, shape (S, P)
        One column a covariate, with the intercept among them; NaN where not known.
    names : sequence of str, length P
        The columns' names.
    sigma : float
        Standard deviation of pupils' scores within a school, the same in all.

    Raises
    ------
    RequestError
        If the shapes do not agree, a value or `sigma` is out of range, or pupils are not a count.
    """

    values: NDArray[Any]
    pupils: NDArray[Any]
    design: NDArray[Any]
    names: Sequence[str]
    sigma: float

    def __post_init__(self) -> None:
        for field in ("values", "pupils", "design"):
            object.__setattr__(self, field, np.array(getattr(self, field), dtype=np.float64))
        if not 1 / _LARGEST <= self.sigma <= _LARGEST:
            raise RequestError(
                f"The standard deviation of pupils' scores cannot be {self.sigma:g}.",
                remedy=f"Give a number from {1 / _LARGEST:g} to {_LARGEST:g}, in the unit of the"
                " scores.",
            )
        shape = (self.pupils.size, len(self.names))
        if (
            not self.names
            or self.design.shape != shape
            or not self.values.shape == self.pupils.shape == shape[:1]
        ):
            raise RequestError(
                f"Values of shape {self.values.shape}, pupils of shape {self.pupils.shape} and a"
                f" design of shape {self.design.shape} with {shape[1]} names do not describe the"
                " same schools.",
                remedy="Give S values, S pupils, and a design of S rows with one column or more,"
                " each with its name.",
            )
        y, n = self.values, self.pupils
        whole = np.isnan(n) | (np.floor(n) == n)
        for what, wrong in (
            ("pupils that are not a number from 0 up", ~whole | (n < 0) | np.isinf(n)),
            (f"more than {_MOST_PUPILS:,} pupils", n > _MOST_PUPILS),
            ("a mean score of no pupils", (n == 0) & ~np.isnan(y)),
            (f"a mean score beyond {_LARGEST:g}", np.abs(y) > _LARGEST),
            (f"a covariate beyond {_LARGEST:g}", np.any(np.abs(self.design) > _LARGEST, axis=1)),
        ):
            if wrong.any():
                s = int(np.flatnonzero(wrong)[0])
                raise RequestError(
                    f"Row {s} has {what}: {y[s]:g} over {n[s]:g}.",
                    remedy="Correct the row, or give NaN for what is not known.",
                )

    def left_out(self) -> tuple[str, ...]:
        """Return for each school why it cannot be used: the first thing not known, or ''."""
        # A school without pupils has no value to know.
        columns = {"value": np.where(self.pupils == 0, 0.0, self.values), "pupils": self.pupils}
        return first_unknown(columns | dict(zip(self.names, self.design.T, strict=True)))


@dataclass(frozen=True, slots=True)
class NormalFit:
    """A normal multilevel model fitted to schools.

    Parameters
    ----------
    names : tuple of str, length P
    coefficients : ndarray of float, shape (P,)
        In the unit of the values, by the units of the design.
    covariance : ndarray of float, shape (P, P)
        Of the coefficients given tau.
    tau : float
        Standard deviation of schools' effects, in the unit of the values.
    log_likelihood : float
        Restricted.
    converged : bool
        Whether a maximum was found. It is not where there are no more schools with pupils than
        columns: every tau is then as likely, and `tau` is 0.
    left_out : tuple of str, length S
        Why a school was not used, or ''.
    """

    names: tuple[str, ...]
    coefficients: Floats
    covariance: Floats
    tau: float
    log_likelihood: float
    converged: bool
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Given:
    """What schools say given each of G variances between schools.

    Parameters
    ----------
    log_likelihood : ndarray of float, shape (G,)
        Restricted.
    coefficients : ndarray of float, shape (G, P)
        Of the orthonormal design.
    root : ndarray of float, shape (G, P, P)
        Lower triangular; times its transpose, the inverse of the coefficients' covariance.
    """

    log_likelihood: Floats
    coefficients: Floats
    root: Floats


@dataclass(frozen=True, slots=True)
class Results:
    """The schools that have results, their design made orthonormal so that units do not matter.

    Parameters
    ----------
    design : ndarray of float, shape (U, P)
        Columns of mean square 1, orthogonal to one another.
    turn : ndarray of float, shape (P, P)
        `design @ turn` is the design that was given.
    plain : ndarray of float, shape (P,)
        Coefficients by ordinary least squares.
    rest : ndarray of float, shape (U,)
        Values less what those coefficients say.
    sampling : ndarray of float, shape (U,)
        Variance of a value about its school's level.
    products : ndarray of float, shape (U, (P + 1)^2)
        Of the design's columns and `rest`, each with each.
    used : ndarray of bool, shape (S,)
    """

    design: Floats
    turn: Floats
    plain: Floats
    rest: Floats
    sampling: Floats
    products: Floats
    used: NDArray[np.bool_]

    @classmethod
    def of(cls, data: NormalData) -> Results:
        """Return the results of schools with pupils about which everything is known.

        Raises
        ------
        CannotAnswerError
            If there is none, or they cannot tell the columns of the design apart.
        """
        used = np.array([not why for why in data.left_out()], dtype=bool) & (data.pupils > 0)
        if not used.any():
            raise CannotAnswerError(
                "No school has a value, pupils and every covariate.",
                available=data.names,
                remedy="Leave out the covariate that no school has, or choose another year.",
            )
        given = data.design[used]
        size = np.sqrt(np.mean(given**2, axis=0))
        scaled = given / np.where(size > 0, size, 1.0)
        if np.linalg.matrix_rank(scaled, tol=_RANK_TOLERANCE * len(scaled)) < given.shape[1]:
            raise CannotAnswerError(
                f"{len(given)} schools cannot tell the columns of the design apart.",
                available=data.names,
                remedy="Leave out a column that is constant or that others add up to.",
            )
        q, r = np.linalg.qr(scaled)
        whole = np.sqrt(len(given))
        design, turn = q * whole, r * size / whole
        plain = design.T @ data.values[used] / len(given)
        rest = data.values[used] - design @ plain
        columns = np.column_stack([design, rest])
        products = (columns[:, :, None] * columns[:, None, :]).reshape(len(given), -1)
        sampling = data.sigma**2 / data.pupils[used]
        return cls(design, turn, plain, rest, sampling, products, used)

    @property
    def freedom(self) -> int:
        """How many more schools there are than columns."""
        return int(self.rest.size - len(self.turn))

    def given(self, between: Floats) -> Given:
        """Return what the schools say given variances between schools, shape (G,)."""
        parts = [self._given(block) for block in self._blocks(between)]
        columns = (
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("log_likelihood", "coefficients", "root")
        )
        return Given(*columns)

    def slope(self, between: Floats) -> Floats:
        """Return how the log likelihood changes with the variance between schools, shape (G,)."""
        return np.concatenate([self._slope(block) for block in self._blocks(between)])

    def _blocks(self, between: Floats) -> list[Floats]:
        return np.array_split(between, -(-between.size * self.rest.size // _BLOCK))

    def _sums(self, weights: Floats) -> Floats:
        """Return weighted sums of the products, shape (G, P + 1, P + 1)."""
        width = self.design.shape[1] + 1
        return (weights @ self.products).reshape(-1, width, width)

    def _given(self, between: Floats) -> Given:
        width = self.design.shape[1]
        weights = 1 / (self.sampling + between[:, None])
        sums = self._sums(weights)
        root = np.linalg.cholesky(sums[:, :width, :width])
        seen = np.linalg.solve(root, sums[:, :width, width:])
        moved = np.linalg.solve(np.swapaxes(root, 1, 2), seen)[:, :, 0]
        left = sums[:, width, width] - np.sum(seen[:, :, 0] ** 2, axis=1)
        spread = 2 * np.log(np.diagonal(root, axis1=1, axis2=2)).sum(axis=1)
        # D. A. Harville's (1974) form: the units of the design do not matter.
        known = width * np.log(len(self.design)) - self.freedom * np.log(2 * np.pi)
        value = 0.5 * (np.log(weights).sum(axis=1) - spread - left + known)
        return Given(value, self.plain + moved, np.asarray(root, dtype=np.float64))

    def _slope(self, between: Floats) -> Floats:
        width = self.design.shape[1]
        weights = 1 / (self.sampling + between[:, None])
        once, twice = self._sums(weights), self._sums(weights**2)
        both = np.linalg.solve(once[:, :width, :width], np.dstack([once, twice])[:, :width])
        back = np.column_stack([-both[:, :, width], np.ones(between.size)])
        squares = np.einsum("gi,gij,gj->g", back, twice, back)
        inner = both[:, :, width + 1 : -1]
        traces = weights.sum(axis=1) - np.trace(inner, axis1=1, axis2=2)
        slope: Floats = 0.5 * (squares - traces)
        return slope


def fit_normal(data: NormalData) -> NormalFit:
    """Fit value ~ N(theta, sigma^2 / pupils), theta ~ N(x'b, tau^2), over schools.

    Parameters
    ----------
    data : NormalData
        S schools. Those with anything not known are left out, and why is in the result.

    Returns
    -------
    NormalFit

    Raises
    ------
    CannotAnswerError
        If no school can be used, or the columns of the design cannot be told apart.

    Notes
    -----
    Restricted maximum likelihood for tau; the coefficients by generalised least squares given it.
    """
    results = Results.of(data)
    between, converged = most_likely(results)
    found = results.given(np.array([between]))
    back = np.linalg.inv(found.root[0].T @ results.turn)
    return NormalFit(
        names=tuple(data.names),
        coefficients=np.linalg.solve(results.turn, found.coefficients[0]).astype(np.float64),
        covariance=back @ back.T,
        tau=float(np.sqrt(between)),
        log_likelihood=float(found.log_likelihood[0]),
        converged=converged,
        left_out=data.left_out(),
    )


def most_likely(results: Results) -> tuple[float, bool]:
    """Return the variance between schools that is most likely, and whether it is a maximum.

    Where the likelihood is level or rises, (U - P) / (largest sampling variance + tau^2) is at most
    the sum of squares of what least squares leaves over tau^4. No maximum is beyond that.
    """
    from scipy.optimize import brentq

    if not results.freedom:
        return 0.0, False
    mean = float(results.rest @ results.rest) / results.freedom
    largest = 0.5 * (mean + np.sqrt(mean**2 + 4 * mean * results.sampling.max()))
    grid = largest * _SEARCH
    slopes = results.slope(grid)
    tops = [0.0] if slopes[0] <= 0 else []
    for i in np.flatnonzero((slopes[:-1] > 0) & (slopes[1:] <= 0)):
        low, high = float(grid[i]), float(grid[i + 1])
        top = brentq(lambda at: results.slope(np.array([at]))[0], low, high, xtol=1e-12 * high)
        tops.append(float(top))
    if not tops:
        return float(largest), False
    heights = results.given(np.array(tops)).log_likelihood
    return tops[int(np.argmax(heights))], True


def posterior_means_normal(fit: NormalFit, data: NormalData) -> Floats:
    """Return each school's mean level given the fitted coefficients and tau.

    Parameters
    ----------
    fit : NormalFit
    data : NormalData
        S schools: those that were fitted, or others with the same columns.

    Returns
    -------
    ndarray of float, shape (S,)
        In the unit of the values; NaN where the school is left out. A school without pupils has
        what its covariates say.

    Raises
    ------
    RequestError
        If the columns are not those of the fit.
    """
    same_columns(fit.names, data.names)
    intake = data.design @ fit.coefficients
    means = intake + shrinkage(data, fit.tau) * (np.where(data.pupils > 0, data.values, 0) - intake)
    means[[why != "" for why in data.left_out()]] = np.nan
    return means


def shrinkage(data: NormalData, tau: NDArray[Any] | float) -> Floats:
    """Return the share of what a value is off its intake that is the school: its reliability."""
    share: Floats = data.pupils * tau**2 / (data.sigma**2 + data.pupils * tau**2)
    return share
