"""What several years' mean scores say about a school: one normal multilevel model of all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from codebreakers.inference.given import never_known, one_table_a_year
from codebreakers.inference.normal import NormalData, most_likely
from codebreakers.inference.normal_panel import Panel
from codebreakers.inference.quadrature import Floats
from codebreakers.inference.years_covariance import Structure, structure_of

__all__ = ["MOST_YEARS", "NormalYears", "NormalYearsFit", "fit_normal_years"]

MOST_YEARS = 12

_LEAST_START = 0.2
"""Of a value's sampling error. Effects are first taken to differ by this at least, so that there is
a slope to climb."""

_MOST_STEPS = 200
_NUDGE = 1e-4
_LEVEL = 1e-4
"""A slope of the log likelihood that the search may end at."""

_SETTLED = 1e-6
"""Of the log likelihood: what a summit may leave to gain."""


@dataclass(frozen=True, slots=True)
class NormalYears:
    """The mean scores of the same S schools in T years, and what is known beforehand in each.

    Parameters
    ----------
    years : tuple of int, length T
        Results years, rising.
    data : tuple of NormalData, length T
        One a year; NaN where a school has no results that year. Columns and `sigma` may differ.

    Raises
    ------
    RequestError
        If the years are not rising, too many, or not as many as the tables; or if the tables are
        not of equally many schools.
    """

    years: tuple[int, ...]
    data: tuple[NormalData, ...]

    def __post_init__(self) -> None:
        sizes = [part.pupils.size for part in self.data]
        one_table_a_year(self.years, sizes, MOST_YEARS)

    def left_out(self) -> tuple[str, ...]:
        """Return for each school why none of its years can be used, or ''."""
        return never_known(self.years, [part.left_out() for part in self.data])


@dataclass(frozen=True, slots=True, eq=False)
class NormalYearsFit:
    """A normal multilevel model fitted to several years.

    Parameters
    ----------
    years : tuple of int, length T
    names : tuple of tuple of str, length T
        The columns of each year's design, P_t of them.
    coefficients : tuple of ndarray of float, shapes (P_t,)
        In the unit of the values, by the units of each year's design.
    covariance_of_schools : ndarray of float, shape (T, T)
        Of schools' effects, in the unit of the values squared.
    log_likelihood : float
        Restricted.
    converged : bool
        Whether a maximum was found.
    left_out : tuple of str, length S
        Why a school has no year that can be used, or ''.
    structure : Structure
        What the covariance is made of.
    summit : ndarray of float, shape (Q,)
        The parameters of the covariance at the maximum, of values in `unit`.
    uncertainty : ndarray of float, shape (Q, Q)
        Covariance of `summit`, from the observed information.
    unit : float
        In the unit of the values.
    """

    years: tuple[int, ...]
    names: tuple[tuple[str, ...], ...]
    coefficients: tuple[Floats, ...]
    covariance_of_schools: Floats
    log_likelihood: float
    converged: bool
    left_out: tuple[str, ...]
    structure: Structure
    summit: Floats
    uncertainty: Floats
    unit: float


def fit_normal_years(data: NormalYears) -> NormalYearsFit:
    """Fit value_st ~ N(x_st'b_t + w_st, sigma_t^2 / pupils_st), w_s ~ N(0, S), over schools.

    Parameters
    ----------
    data : NormalYears
        S schools. One without any year that can be used is left out, and why is in the result; one
        with some of the years counts with those.

    Returns
    -------
    NormalYearsFit

    Raises
    ------
    CannotAnswerError
        If a year has no school that can be used, or cannot tell the columns of its design apart.

    Notes
    -----
    S is any covariance for up to three years, and AR(1) + constant from four. Restricted maximum
    likelihood, the coefficients by generalised least squares given it. So that there is a maximum
    even for one school, a weak prior of effects' standard deviations is taken in as a penalty: that
    of `years_covariance`, its scale ten times as wide as values or pupils' scores are.
    """
    panel = Panel.of(data.years, data.data)
    surface = _Surface(panel, structure_of(data.years))
    at, converged = surface.climb(surface.structure.start(_spreads(panel)))
    covariance = surface.structure.covariance(at)
    value, _, above = panel.restricted(covariance)
    coefficients = tuple(
        np.linalg.solve(year.turn, year.plain + panel.unit * b).astype(np.float64)
        for year, b in zip(panel.results, panel.split(above), strict=True)
    )
    return NormalYearsFit(
        years=data.years,
        names=tuple(tuple(part.names) for part in data.data),
        coefficients=coefficients,
        covariance_of_schools=panel.unit**2 * covariance,
        log_likelihood=value,
        converged=converged,
        left_out=data.left_out(),
        structure=surface.structure,
        summit=at,
        uncertainty=surface.uncertainty(at),
        unit=panel.unit,
    )


def _spreads(panel: Panel) -> Floats:
    """Return standard deviations of effects to start from, in the panel's unit, shape (T,)."""
    alone = np.sqrt([most_likely(year)[0] for year in panel.results])
    error = np.sqrt([np.median(year.sampling) for year in panel.results])
    spreads: Floats = np.maximum(alone, _LEAST_START * error) / panel.unit
    return spreads


@dataclass(frozen=True, slots=True)
class _Surface:
    """The penalised restricted likelihood of the covariance's parameters.

    Parameters
    ----------
    panel : Panel
    structure : Structure
    """

    panel: Panel
    structure: Structure

    @property
    def _least_known(self) -> float:
        """The smallest precision that a prior gives a parameter."""
        return float(self.structure.precision.min())

    def fall(self, at: Floats) -> tuple[float, Floats]:
        """Return minus the penalised log likelihood at parameters of shape (Q,), and its slope."""
        value, slope, _ = self.panel.restricted(self.structure.covariance(at))
        away = at - self.structure.centre
        by_parameter = np.tensordot(self.structure.slopes(at), slope, axes=2)
        penalty = 0.5 * float(self.structure.precision @ away**2)
        return penalty - value, self.structure.precision * away - by_parameter

    def information(self, at: Floats, nudges: Floats) -> Floats:
        """Return the second derivatives of `fall`, as differences over nudges to each side."""
        columns = [
            (self.fall(at + aside)[1] - self.fall(at - aside)[1]) / (2 * nudge)
            for aside, nudge in zip(np.diag(nudges), nudges, strict=True)
        ]
        bend = np.array(columns)
        evened: Floats = 0.5 * (bend + bend.T)
        return evened

    def climb(self, start: Floats) -> tuple[Floats, bool]:
        """Return the summit that is reached from a point, and whether it is one."""
        from scipy.optimize import minimize

        nudges = np.full(start.size, _NUDGE)
        search: Any = minimize  # its types do not allow for both `jac=True` and `hess`
        found = search(
            self.fall,
            start,
            jac=True,
            hess=lambda at: self.information(at, nudges),
            method="trust-exact",
            options={"gtol": _LEVEL, "maxiter": _MOST_STEPS},
        )
        # Not whether the search is content: near the top it asks for more than numbers can hold.
        values, vectors = np.linalg.eigh(self.information(found.x, nudges))
        slope = vectors.T @ self.fall(found.x)[1]
        gain = float(np.sum(slope**2 / np.maximum(np.abs(values), self._least_known)))
        return np.asarray(found.x, dtype=np.float64), gain < _SETTLED

    def uncertainty(self, at: Floats) -> Floats:
        """Return the covariance of a summit from the information there.

        The information is measured over one standard error to each side: where a standard deviation
        is near 0 the top is flat, and not as wide as it is flat.
        """
        nudges = np.full(at.size, _NUDGE)
        for _ in range(2):
            values, vectors = np.linalg.eigh(self.information(at, nudges))
            # No less is known than the weakest prior says.
            result: Floats = (vectors / np.maximum(values, self._least_known)) @ vectors.T
            nudges = np.sqrt(np.diag(result))
        return result
