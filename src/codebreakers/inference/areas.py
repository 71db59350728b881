"""The binomial multilevel model with two layers: schools, and the authorities they are in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codebreakers.inference.areas_quadrature import (
    AreasMarginal,
    Grouped,
    integrate_areas,
    penalty,
)
from codebreakers.inference.quadrature import Floats
from codebreakers.inference.shrinkage import LARGEST_TAU, BinomialData, fit_binomial

__all__ = ["SETTLED", "AreasFit", "AreasSummit", "climb_areas", "fit_areas"]

SETTLED = 1e-8
"""What one more step might add to the log likelihood, when a climb is over."""

_BESIDE = 1e-6
_MOST_STEPS, _MOST_HALVINGS = 100, 30
_FIRST_GUESS = 0.2


@dataclass(frozen=True, slots=True)
class AreasFit:
    """A binomial model with schools within authorities, fitted.

    Parameters
    ----------
    names : tuple of str, length P
    coefficients : ndarray of float, shape (P,)
        On the logit scale, by the units of the design.
    tau, omega : float
        Standard deviations of schools' effects within authorities, and of authorities', in
        logits, from 0 to `LARGEST_TAU`.
    covariance : ndarray of float, shape (P + 2, P + 2)
        Of the coefficients, then tau, then omega, from the observed information. Where a standard
        deviation is at an end of what it may be, its row and column are NaN and the rest is given
        that value.
    log_likelihood : float
    converged : bool
        Whether a maximum inside the bounds (or at 0) was found.
    left_out : tuple of str, length S
        Why a school was not used, or ''.
    areas : tuple of str
        The names of the authorities of the schools used, each once, in order.
    """

    names: tuple[str, ...]
    coefficients: Floats
    tau: float
    omega: float
    covariance: Floats
    log_likelihood: float
    converged: bool
    left_out: tuple[str, ...]
    areas: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AreasSummit:
    """Where a climb ended: coefficients, tau and omega, shape (P + 2,), and what is there."""

    at: Floats
    marginal: AreasMarginal
    settled: bool


def climb_areas(
    grouped: Grouped, start: Floats, free: tuple[bool, bool], enough: float = SETTLED
) -> AreasSummit:
    """Climb to the highest likelihood, by Newton's steps, halved until they go uphill.

    Parameters
    ----------
    grouped : Grouped
    start : ndarray of float, shape (P + 2,)
        The orthonormal design's coefficients, tau and omega.
    free : tuple of bool
        Whether tau moves, and whether omega does; the coefficients always do.
    enough : float
        The climb is over when one more step promises to add less than twice this.
    """
    at = start.copy()
    moving = np.append(np.full(at.size - 2, True), free)
    here = integrate_areas(grouped, at)
    for _ in range(_MOST_STEPS):
        values, vectors = np.linalg.eigh(here.information[np.ix_(moving, moving)])
        # Uphill even where the surface bends the wrong way.
        stiff = np.maximum(np.abs(values), 1e-6 * np.abs(values).max())
        slope = here.gradient[moving]
        step = vectors @ ((vectors.T @ slope) / stiff)
        gain = float(slope @ step)
        if gain < 2 * enough:
            return AreasSummit(at, here, settled=True)
        for halving in range(_MOST_HALVINGS):
            there = at.copy()
            there[moving] += 0.5**halving * step
            # The likelihood is the same for -tau and for -omega.
            there[-2:] = np.minimum(np.abs(there[-2:]), LARGEST_TAU)
            met = integrate_areas(grouped, there)
            if met.value > here.value:
                break
        else:
            return AreasSummit(at, here, settled=gain < _BESIDE)
        at, here = there, met
    return AreasSummit(at, here, settled=False)


def fit_areas(data: BinomialData, areas: Sequence[str]) -> AreasFit:
    """Fit logit p = x'b + v + u, v ~ N(0, omega^2) by authority, u ~ N(0, tau^2) by school.

    Parameters
    ----------
    data : BinomialData
        S schools. Those with anything not known are left out, and why is in the result.
    areas : sequence of str, length S
        Each school's authority; '' where it is not known, which is then one of its own.

    Returns
    -------
    AreasFit

    Raises
    ------
    RequestError
        If there is not one authority for each school.
    CannotAnswerError
        If no school can be used, or the columns of the design cannot be told apart.

    Notes
    -----
    Maximum likelihood, with the weak prior and the bounds of `fit_binomial`, whose result it is
    where omega = 0. With one authority only, or nowhere two schools in one, nothing is known of
    omega, and the model is the one without authorities.
    """
    grouped = Grouped.of(data, areas)
    plain = fit_binomial(data)
    start = np.append(grouped.turn @ plain.coefficients, [plain.tau, 0.0])
    best = climb_areas(grouped, start, (0.0 < plain.tau < LARGEST_TAU, False))
    if grouped.told_apart:
        both = np.append(start[:-2], [max(plain.tau, _FIRST_GUESS), _FIRST_GUESS])
        only = np.append(start[:-2], [0.0, _FIRST_GUESS])
        for apart in (
            climb_areas(grouped, only, (False, True)),
            climb_areas(grouped, both, (True,) * 2),
        ):
            # At 0 the likelihood is flat in either, so that a climb may stop just beside it.
            if apart.marginal.value > best.marginal.value + _BESIDE:
                best = apart
    tau, omega = best.at[-2:].tolist()
    return AreasFit(
        names=tuple(data.names),
        coefficients=np.linalg.solve(grouped.turn, best.at[:-2]).astype(np.float64),
        tau=tau,
        omega=omega,
        covariance=_covariance(grouped, best),
        log_likelihood=best.marginal.value + penalty(best.at[:-2]),
        converged=best.settled and max(tau, omega) < LARGEST_TAU,
        left_out=data.left_out(),
        areas=grouped.names,
    )


def _covariance(grouped: Grouped, best: AreasSummit) -> Floats:
    """Return the covariance of the given design's coefficients, tau and omega."""
    size, width = best.at.size, best.at.size - 2
    inside = (best.at[-2:] > 0) & (best.at[-2:] < LARGEST_TAU)
    known = np.flatnonzero(np.append(np.full(width, True), inside))
    back = np.eye(size)
    back[:width, :width] = np.linalg.inv(grouped.turn)
    square: tuple[NDArray[Any], ...] = np.ix_(known, known)
    result = np.full((size, size), np.nan)
    inner = np.linalg.inv(best.marginal.information[square])
    result[square] = back[square] @ inner @ back[square].T
    return result
