"""What several years' results say about a school: one binomial multilevel model of all of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from codebreakers.inference.quadrature import Floats
from codebreakers.inference.years_covariance import Structure
from codebreakers.inference.years_data import YearsData
from codebreakers.inference.years_surface import Surface, climb_years, uncertainty_at

__all__ = ["YearsFit", "fit_years"]


@dataclass(frozen=True, slots=True, eq=False)
class YearsFit:
    """A binomial multilevel model fitted to several years.

    Parameters
    ----------
    years : tuple of int, length T
    names : tuple of tuple of str, length T
        The columns of each year's design, P_t of them.
    coefficients : tuple of ndarray of float, shapes (P_t,)
        On the logit scale, by the units of each year's design.
    covariance_of_schools : ndarray of float, shape (T, T)
        Of schools' effects, in logits squared.
    log_likelihood : float
    converged : bool
        Whether a maximum was found.
    left_out : tuple of str, length S
        Why a school has no year that can be used, or ''.
    turns : tuple of ndarray of float, shapes (P_t, P_t)
        What makes each design orthonormal: `design @ inv(turn)`.
    structure : Structure
        What the covariance is made of.
    summit : ndarray of float, shape (P + Q,)
        The maximum: all years' coefficients of the orthonormal designs, then the parameters of
        the covariance.
    uncertainty : ndarray of float, shape (P + Q, P + Q)
        Covariance of `summit`, from the observed information.
    """

    years: tuple[int, ...]
    names: tuple[tuple[str, ...], ...]
    coefficients: tuple[Floats, ...]
    covariance_of_schools: Floats
    log_likelihood: float
    converged: bool
    left_out: tuple[str, ...]
    turns: tuple[Floats, ...]
    structure: Structure
    summit: Floats
    uncertainty: Floats


def fit_years(data: YearsData) -> YearsFit:
    """Fit k_st ~ Binomial(n_st, p_st), logit p_st = x_st'b_t + w_st, w_s ~ N(0, S), over schools.

    Parameters
    ----------
    data : YearsData
        S schools. One without any year that can be used is left out, and why is in the result; one
        with some of the years counts with those.

    Returns
    -------
    YearsFit

    Raises
    ------
    CannotAnswerError
        If a year has no school that can be used, or cannot tell the columns of its design apart.

    Notes
    -----
    S is any covariance for up to three years, and AR(1) + constant from four. Maximum likelihood
    by Newton's steps on the likelihood with the effects integrated out by adaptive Gauss-Hermite
    quadrature in T dimensions. Weak priors are taken in as penalties, so that there is a maximum
    even where all fail or all succeed: on what the designs explain, as `fit_binomial` has it, and
    on standard deviations of effects, half-normal with a scale of `EFFECT_SPREAD` logits.
    """
    surface, start = Surface.of(data)
    top = climb_years(surface, start)
    at = top.at
    split = len(at) - surface.structure.precision.size
    turns = tuple(year.turn for year in surface.schools)
    coefficients = np.split(at[:split], np.cumsum([len(turn) for turn in turns])[:-1])
    return YearsFit(
        years=data.years,
        names=tuple(tuple(part.names) for part in data.data),
        coefficients=tuple(
            np.linalg.solve(turn, b).astype(np.float64)
            for turn, b in zip(turns, coefficients, strict=True)
        ),
        covariance_of_schools=surface.structure.covariance(at[split:]),
        log_likelihood=top.point.value + surface.penalty(at),
        converged=top.settled,
        left_out=data.left_out(),
        turns=turns,
        structure=surface.structure,
        summit=at,
        uncertainty=uncertainty_at(surface, top),
    )
