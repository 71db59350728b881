"""What a school's result says about the school: a binomial multilevel model of a proportion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codebreakers.errors import CannotAnswerError, RequestError
from codebreakers.inference.given import first_unknown, same_columns
from codebreakers.inference.quadrature import (
    NODES,
    Counts,
    Floats,
    Marginal,
    Modes,
    integrate,
    mean_rates,
)

__all__ = [
    "BinomialData",
    "BinomialFit",
    "Schools",
    "Summit",
    "climb",
    "fit_binomial",
    "posterior_means",
]

LARGEST_TAU = 5.0
"""Logits. Beyond it most schools are near 0% or near 100%, and the likelihood hardly changes."""

LOGIT_SPREAD = 10.0
"""Logits. How widely the design may move schools before a weak normal prior is felt at all."""

_MOST_PUPILS = 1_000_000
_MOST_STEPS = 100
_SETTLED = 1e-12
_BESIDE = 1e-9
_RANK_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class BinomialData:
    """Successes among pupils, and what is known beforehand of each of S schools.

    Parameters
    ----------
    successes_low, successes_high : ndarray of float, shape (S,)
        Fewest and most successes that fit what is published; equal where the count is known.
        NaN where neither is.
    pupils : ndarray of float, shape (S,)
        Pupils; 0 where there are none, NaN where it is not known.
    design : ndarray of float, shape (S, P)
        One column a covariate, with the intercept among them; NaN where not known.
    names : sequence of str, length P
        The columns' names.

    Raises
    ------
    RequestError
        If the shapes do not agree, or a value is not a count or not finite.
    """

    successes_low: NDArray[Any]
    successes_high: NDArray[Any]
    pupils: NDArray[Any]
    design: NDArray[Any]
    names: Sequence[str]

    def __post_init__(self) -> None:
        for field in ("successes_low", "successes_high", "pupils", "design"):
            object.__setattr__(self, field, np.array(getattr(self, field), dtype=np.float64))
        shape = (self.pupils.size, len(self.names))
        if (
            not self.names
            or self.design.shape != shape
            or not (
                self.successes_low.shape
                == self.successes_high.shape
                == self.pupils.shape
                == shape[:1]
            )
        ):
            raise RequestError(
                f"Successes of shapes {self.successes_low.shape} and {self.successes_high.shape},"
                f" pupils of shape {self.pupils.shape} and a design of shape {self.design.shape}"
                f" with {shape[1]} names do not describe the same schools.",
                remedy="Give S successes, S pupils, and a design of S rows with one column or more,"
                " each with its name.",
            )
        low, high, n = self.successes_low, self.successes_high, self.pupils
        for what, wrong in (
            ("successes or pupils that are not whole", _broken(low) | _broken(high) | _broken(n)),
            ("fewer than no successes", low < 0),
            ("bounds of successes the wrong way round", high < low),
            ("more successes than pupils", high > n),
            (f"more than {_MOST_PUPILS:,} pupils", n > _MOST_PUPILS),
            ("a covariate that is infinite", np.isinf(self.design).any(axis=1)),
        ):
            if wrong.any():
                s = int(np.flatnonzero(wrong)[0])
                raise RequestError(
                    f"Row {s} has {what}: {low[s]:g} to {high[s]:g} of {n[s]:g}.",
                    remedy="Correct the row, or give NaN for what is not known.",
                )

    def left_out(self) -> tuple[str, ...]:
        """Return for each school why it cannot be used: the first thing not known, or ''."""
        columns = {"successes": self.successes_low + self.successes_high, "pupils": self.pupils}
        return first_unknown(columns | dict(zip(self.names, self.design.T, strict=True)))


def _broken(values: Floats) -> NDArray[np.bool_]:
    result: NDArray[np.bool_] = ~np.isnan(values) & ~(np.floor(values) == values)
    return result | np.isinf(values)


@dataclass(frozen=True, slots=True)
class BinomialFit:
    """A binomial multilevel model fitted to schools.

    Parameters
    ----------
    names : tuple of str, length P
    coefficients : ndarray of float, shape (P,)
        On the logit scale, by the units of the design.
    covariance : ndarray of float, shape (P + 1, P + 1)
        Of the coefficients and then tau, from the observed information. Where tau is at an end of
        what it may be, its row and column are NaN and the rest is given that tau.
    tau : float
        Standard deviation of schools' effects, in logits, from 0 to `LARGEST_TAU`.
    log_likelihood : float
    converged : bool
        Whether a maximum inside the bounds (or at tau = 0) was found.
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
class Schools:
    """The schools that can be used, their design made orthonormal so that units do not matter.

    Parameters
    ----------
    counts : Counts
        U schools.
    design : ndarray of float, shape (U, P)
        Columns of mean square 1, orthogonal to one another.
    turn : ndarray of float, shape (P, P)
        `design @ turn` is the design that was given.
    used : ndarray of bool, shape (S,)
    nodes : int
        Of the quadrature.
    """

    counts: Counts
    design: Floats
    turn: Floats
    used: NDArray[np.bool_]
    nodes: int = NODES

    @classmethod
    def of(cls, data: BinomialData) -> Schools:
        """Return the schools of `data` about which everything is known.

        Raises
        ------
        CannotAnswerError
            If there is none, or they cannot tell the columns of the design apart.
        """
        used = np.array([not why for why in data.left_out()], dtype=bool)
        if not used.any():
            raise CannotAnswerError(
                "No school has its successes, its pupils and every covariate.",
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
        q, r = np.linalg.qr(given)
        whole = np.sqrt(len(given))
        bounds = (data.successes_low[used], data.successes_high[used], data.pupils[used])
        return cls(Counts.of(*bounds), q * whole, r / whole, used)


def fit_binomial(data: BinomialData) -> BinomialFit:
    """Fit successes ~ Binomial(pupils, p), logit p = x'b + u, u ~ N(0, tau^2), over schools.

    Parameters
    ----------
    data : BinomialData
        S schools. Those with anything not known are left out, and why is in the result.

    Returns
    -------
    BinomialFit

    Raises
    ------
    CannotAnswerError
        If no school can be used, or the columns of the design cannot be told apart.

    Notes
    -----
    Maximum likelihood by Newton's steps on the likelihood with the effects integrated out by
    adaptive Gauss-Hermite quadrature. Where only a rounded percentage is published, the likelihood
    sums over every count that rounds to it. So that there is a maximum even where all fail or all
    succeed, the part of the logit that the design explains has a normal prior: its mean square
    over schools is held around `LOGIT_SPREAD` squared, which real tables do not feel (it moves a
    logit of 1 by a hundredth of one pupil in all), and tau is at most `LARGEST_TAU`.
    """
    schools = Schools.of(data)
    width = schools.design.shape[1]
    best = climb(schools, np.zeros(width), 0.0, free=False)
    apart = climb(schools, best.coefficients, 0.5, free=True)
    # At tau = 0 the likelihood is flat in tau, so that a climb may stop just beside it.
    if apart.marginal.value > best.marginal.value + _BESIDE:
        best = replace(apart, settled=apart.settled and apart.tau < LARGEST_TAU)
    return BinomialFit(
        names=tuple(data.names),
        coefficients=np.linalg.solve(schools.turn, best.coefficients).astype(np.float64),
        covariance=_covariance(schools, best.marginal, inside=0.0 < best.tau < LARGEST_TAU),
        tau=best.tau,
        log_likelihood=best.marginal.value + _penalty(best.coefficients),
        converged=best.settled,
        left_out=data.left_out(),
    )


def _penalty(coefficients: Floats) -> float:
    return float(coefficients @ coefficients) / (2 * LOGIT_SPREAD**2)


def _penalised(
    schools: Schools, coefficients: Floats, tau: float, near: Modes | None = None
) -> Marginal:
    """Return the marginal likelihood with the weak prior of the coefficients taken in."""
    plain = integrate(schools.counts, schools.design, coefficients, tau, near, schools.nodes)
    precision = 1 / LOGIT_SPREAD**2
    return replace(
        plain,
        value=plain.value - _penalty(coefficients),
        gradient=plain.gradient - precision * np.append(coefficients, 0.0),
        information=plain.information + precision * np.diag([1.0] * coefficients.size + [0.0]),
    )


@dataclass(frozen=True, slots=True)
class Summit:
    """Where a climb ended.

    Parameters
    ----------
    coefficients : ndarray of float, shape (P,)
        Of the orthonormal design.
    tau : float
    marginal : Marginal
        The penalised likelihood there.
    settled : bool
        Whether no further step gains.
    """

    coefficients: Floats
    tau: float
    marginal: Marginal
    settled: bool


def climb(
    schools: Schools, coefficients: Floats, tau: float, *, free: bool, enough: float = 0.0
) -> Summit:
    """Climb the penalised likelihood by Newton's steps, halved until they gain.

    Parameters
    ----------
    schools : Schools
    coefficients : ndarray of float, shape (P,)
        Of the orthonormal design, to start from.
    tau : float
        To start from, or to stay at.
    free : bool
        Whether tau moves.
    enough : float
        The climb is over when one more step promises to add less than twice this.
    """
    at = np.append(coefficients, tau)
    moving = slice(None) if free else slice(0, -1)
    here = _penalised(schools, at[:-1], tau)
    for _ in range(_MOST_STEPS):
        values, vectors = np.linalg.eigh(here.information[moving, moving])
        # Uphill even where the surface bends the wrong way.
        stiff = np.maximum(np.abs(values), 1e-6 * np.abs(values).max())
        slope = here.gradient[moving]
        step = vectors @ ((vectors.T @ slope) / stiff)
        gain = float(slope @ step)
        if gain < max(2 * enough, _SETTLED * max(1.0, abs(here.value))):
            return Summit(at[:-1], float(at[-1]), here, settled=True)
        for halving in range(_MOST_STEPS):
            there = at.copy()
            there[moving] += 0.5**halving * step
            # The likelihood is the same for -tau.
            there[-1] = min(abs(there[-1]), LARGEST_TAU)
            met = _penalised(schools, there[:-1], float(there[-1]), here.modes)
            if met.value > here.value:
                break
        else:
            settled = gain < np.sqrt(_SETTLED)
            return Summit(at[:-1], float(at[-1]), here, settled=settled)
        at, here = there, met
    return Summit(at[:-1], float(at[-1]), here, settled=False)


def _covariance(schools: Schools, marginal: Marginal, *, inside: bool) -> Floats:
    """Return the covariance of the given design's coefficients and tau."""
    width = schools.design.shape[1]
    known = width + 1 if inside else width
    back = np.eye(width + 1)
    back[:width, :width] = np.linalg.inv(schools.turn)
    result = np.full((width + 1, width + 1), np.nan)
    inner = np.linalg.inv(marginal.information[:known, :known])
    result[:known, :known] = back[:known, :known] @ inner @ back[:known, :known].T
    return result


def posterior_means(fit: BinomialFit, data: BinomialData) -> Floats:
    """Return each school's mean rate given the fitted coefficients and tau, by quadrature.

    Parameters
    ----------
    fit : BinomialFit
    data : BinomialData
        S schools: those that were fitted, or others with the same columns.

    Returns
    -------
    ndarray of float, shape (S,)
        Between 0 and 1; NaN where the school is left out. A school without pupils has what its
        covariates and the other schools say.

    Raises
    ------
    RequestError
        If the columns are not those of the fit.
    """
    same_columns(fit.names, data.names)
    schools = Schools.of(data)
    turned = schools.turn @ fit.coefficients
    rates = np.full(data.pupils.size, np.nan)
    rates[schools.used] = mean_rates(schools.counts, schools.design @ turned, fit.tau)
    return rates
