"""The likelihood of several years as a surface over all the model's figures, and its summit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from codebreakers.errors import CannotAnswerError
from codebreakers.inference.quadrature import Counts, Floats
from codebreakers.inference.shrinkage import LOGIT_SPREAD, Schools, climb
from codebreakers.inference.years_covariance import Structure, structure_of
from codebreakers.inference.years_quadrature import COARSE, FINE, integrate_years, lower_root

if TYPE_CHECKING:
    from codebreakers.inference.years_data import YearsData

__all__ = ["Point", "Surface", "Top", "climb_years", "uncertainty_at"]

_LEAST_START = 0.2
"""Logits. Effects are first taken to differ by this at least, so that there is a slope to climb."""

_MOST_STEPS = 60
_HALVINGS = 30
_NUDGE = 1e-3
_MOST_ERRORS = 3
_ALIKE = 1.5
"""Times. Standard errors no further apart than this are measured over the right distance."""

_SETTLED = 1e-8
_NEAR = 0.1
"""Of the log likelihood: a third of a standard error of one parameter, and less."""

_FALLING = 0.25
"""The most that a step may leave of the gain that the last one promised."""


@dataclass(frozen=True, slots=True)
class Point:
    """The penalised log likelihood at a point: its value, gradient, and part of its bend.

    Parameters
    ----------
    value : float
    gradient : ndarray of float, shape (P + Q,)
    inner : ndarray of float, shape (P, P)
        Minus the second derivatives by the coefficients.
    modes : ndarray of float, shape (S, T)
        Where schools' integrands are highest, to start from nearby.
    """

    value: float
    gradient: Floats
    inner: Floats
    modes: Floats


@dataclass(frozen=True, slots=True)
class Surface:
    """The penalised likelihood of all coefficients and the covariance's parameters.

    Parameters
    ----------
    schools : tuple of Schools, length T
        Each year's own.
    counts : tuple of Counts, length T
        Of the U schools with any year; no pupils where a school lacks the year.
    designs : tuple of ndarray of float, shapes (U, P_t)
        Orthonormal over the year's schools; 0 where a school lacks the year.
    structure : Structure
    """

    schools: tuple[Schools, ...]
    counts: tuple[Counts, ...]
    designs: tuple[Floats, ...]
    structure: Structure

    @classmethod
    def of(cls, data: YearsData) -> tuple[Surface, Floats]:
        """Return the surface of some data, and a point to start climbing from."""
        schools = []
        for year, part in zip(data.years, data.data, strict=True):
            try:
                schools.append(Schools.of(part))
            except CannotAnswerError as error:
                message = f"{year}: {error.message}"
                raise CannotAnswerError(
                    message, available=error.available, remedy=error.remedy
                ) from error
        anyone = np.any([year.used for year in schools], axis=0)
        structure = structure_of(data.years)
        counts, designs = zip(*(_widened(year, anyone) for year in schools), strict=True)
        climbs = [climb(s, np.zeros(len(s.turn)), _LEAST_START, free=True) for s in schools]
        spreads = np.array([max(found.tau, _LEAST_START) for found in climbs])
        start = np.concatenate(
            [*(found.coefficients for found in climbs), structure.start(spreads)]
        )
        return cls(tuple(schools), counts, designs, structure), start

    def penalty(self, at: Floats) -> float:
        """Return what the priors take off the log likelihood."""
        centre, precision = self._prior()
        return float(0.5 * precision @ (at - centre) ** 2)

    @property
    def least_known(self) -> float:
        """The smallest precision that a prior gives a parameter."""
        return float(self._prior()[1].min())

    def _prior(self) -> tuple[Floats, Floats]:
        width = sum(design.shape[1] for design in self.designs)
        flat = np.full(width, LOGIT_SPREAD**-2)
        return (
            np.concatenate([np.zeros(width), self.structure.centre]),
            np.concatenate([flat, self.structure.precision]),
        )

    def meet(self, at: Floats, modes: Floats | None, *, fine: bool) -> Point:
        """Return the surface at a point.

        Parameters
        ----------
        at : ndarray of float, shape (P + Q,)
        modes : ndarray of float, shape (U, T), optional
            Those of a nearby point, from which the search begins.
        fine : bool
            Whether to integrate with many points, or with as many as second derivatives need.
        """
        ends = np.cumsum([design.shape[1] for design in self.designs])
        *coefficients, parameters = np.split(at, ends)
        middle = np.column_stack([x @ b for x, b in zip(self.designs, coefficients, strict=True)])
        root = lower_root(self.structure.root(parameters))
        begin = np.zeros_like(middle) if modes is None else modes
        points = (FINE if fine else COARSE)[len(self.counts)]
        found = integrate_years(self.counts, middle, root, begin, points)
        by_covariance = 0.5 * np.tensordot(
            self.structure.slopes(parameters), found.bend.sum(axis=0), axes=2
        )
        by_coefficient = [x.T @ found.slope[:, t] for t, x in enumerate(self.designs)]
        bend = found.bend - found.slope[:, :, None] * found.slope[:, None, :]
        inner = [
            [-x.T @ (bend[:, t, u, None] * y) for u, y in enumerate(self.designs)]
            for t, x in enumerate(self.designs)
        ]
        centre, precision = self._prior()
        return Point(
            value=found.value - self.penalty(at),
            gradient=np.concatenate([*by_coefficient, by_covariance]) - precision * (at - centre),
            inner=np.block(inner) + np.diag(precision[: ends[-1]]),
            modes=found.centre,
        )

    def information(self, at: Floats, here: Point, nudges: Floats) -> Floats:
        """Return minus the second derivatives, those by the covariance as differences.

        Parameters
        ----------
        at : ndarray of float, shape (P + Q,)
        here : Point
            The surface at `at`.
        nudges : ndarray of float, shape (Q,)
            How far to each side the gradients are compared.
        """
        split = len(here.inner)
        result = np.empty((at.size, at.size))
        result[:split, :split] = here.inner
        for q, nudge in enumerate(nudges, start=split):
            aside = np.zeros_like(at)
            aside[q] = nudge
            above = self.meet(at + aside, here.modes, fine=False)
            below = self.meet(at - aside, here.modes, fine=False)
            result[:, q] = (below.gradient - above.gradient) / (2 * nudge)
            result[q, :split] = result[:split, q]
        corner = result[split:, split:]
        result[split:, split:] = 0.5 * (corner + corner.T)
        return result


def _widened(year: Schools, anyone: NDArray[np.bool_]) -> tuple[Counts, Floats]:
    """Return a year's counts and design for all schools with any year."""
    has = year.used[anyone]
    low, width, pupils = np.zeros((3, has.size), dtype=np.int64)
    low[has], width[has], pupils[has] = year.counts.low, year.counts.width, year.counts.pupils
    design = np.zeros((has.size, year.design.shape[1]))
    design[has] = year.design
    return Counts(low, width, pupils, year.counts.log_factorials), design


@dataclass(frozen=True, slots=True)
class Top:
    """Where a climb ended.

    Parameters
    ----------
    at : ndarray of float, shape (P + Q,)
    point : Point
        The surface there.
    information : ndarray of float, shape (P + Q, P + Q)
        As it was last measured on the way.
    settled : bool
        Whether no further step gains.
    """

    at: Floats
    point: Point
    information: Floats
    settled: bool


def climb_years(surface: Surface, start: Floats) -> Top:
    """Climb by Newton's steps.

    The second derivatives are measured again only where the last ones no longer serve. Far from
    the top a step is halved until it gains; near it the gradient alone is followed, because it is
    that of the integral, from which sums of so few points differ by more than there is to gain.
    """
    nudges = np.full(surface.structure.precision.size, _NUDGE)
    at, here, before = start, surface.meet(start, None, fine=True), np.inf
    information = surface.information(at, here, nudges)
    for _ in range(_MOST_STEPS):
        step = _uphill(information, here.gradient)
        gain = float(here.gradient @ step)
        if gain < _SETTLED:
            return Top(at, here, information, settled=True)
        if gain > _FALLING * before:
            before, information = np.inf, surface.information(at, here, nudges)
            continue
        before = gain
        there = _stepped(surface, at, here, step, near=gain < _NEAR)
        if there is None:
            break
        at, here = there
    return Top(at, here, information, settled=False)


def _uphill(information: Floats, gradient: Floats) -> Floats:
    """Return Newton's step, uphill even where the surface bends the wrong way."""
    values, vectors = np.linalg.eigh(information)
    stiff = np.maximum(np.abs(values), 1e-6 * np.abs(values).max())
    step: Floats = vectors @ ((vectors.T @ gradient) / stiff)
    return step


def _stepped(
    surface: Surface, at: Floats, here: Point, step: Floats, *, near: bool
) -> tuple[Floats, Point] | None:
    for halving in range(_HALVINGS):
        there = at + 0.5**halving * step
        met = surface.meet(there, here.modes, fine=True)
        if near or met.value > here.value:
            return there, met
    return None


def uncertainty_at(surface: Surface, top: Top) -> Floats:
    """Return the covariance of a summit from the information there, shape (P + Q, P + Q).

    The information by the covariance's parameters is measured over one standard error to each
    side: where a standard deviation is near 0 the top is flat, and not as wide as it is flat.
    """
    least = surface.least_known
    result, size = _inverse(top.information, least), surface.structure.precision.size
    for _ in range(_MOST_ERRORS):
        nudges = np.sqrt(np.diag(result))[-size:]
        result = _inverse(surface.information(top.at, top.point, nudges), least)
        if np.abs(np.log(np.sqrt(np.diag(result))[-size:] / nudges)).max() < np.log(_ALIKE):
            break
    return result


def _inverse(information: Floats, least: float) -> Floats:
    """Return the inverse, taking no less as known than the weakest prior says."""
    values, vectors = np.linalg.eigh(information)
    inverted: Floats = (vectors / np.maximum(values, least)) @ vectors.T
    return inverted
