"""The likelihood of binomial counts of schools within authorities, an integral within another.

A school's logit is ``m + omega * w + tau * z``: m what its design says, w and z standard normal,
w its authority's and z its own. The logarithm of each integrand is concave.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from codebreakers.errors import RequestError
from codebreakers.inference.quadrature import Counts, Floats, effects_out, find_modes, rule
from codebreakers.inference.shrinkage import LOGIT_SPREAD, BinomialData, Schools

__all__ = [
    "AreasMarginal",
    "Grouped",
    "area_modes",
    "integrate_areas",
    "own_effects_out",
    "penalty",
]

_INNER, _OUTER = 15, 9
"""Points of the integral over a school's effect, and over an authority's."""

_MOST_STEPS = 100
_CENTRED = 1e-4


_OUTER_POINTS, _OUTER_LOGS = rule(_OUTER)


@dataclass(frozen=True, slots=True)
class Grouped:
    """The schools that can be used, those of one authority beside one another.

    Parameters
    ----------
    counts : Counts
        U schools.
    design : ndarray of float, shape (U, P)
        Columns of mean square 1, orthogonal to one another.
    turn : ndarray of float, shape (P, P)
        `design @ turn` is the design that was given.
    places : ndarray of int, shape (U,)
        Each school's row in the data.
    area : ndarray of int, shape (U,)
        Each school's authority, rising from 0 to A - 1.
    starts : ndarray of int, shape (A,)
        The first school of each authority.
    names : tuple of str
        The authorities that have a name, in order; those without one follow them.
    """

    counts: Counts
    design: Floats
    turn: Floats
    places: NDArray[np.int64]
    area: NDArray[np.int64]
    starts: NDArray[np.int64]
    names: tuple[str, ...]

    @classmethod
    def of(cls, data: BinomialData, areas: Sequence[str]) -> Grouped:
        """Return the schools of `data` about which everything is known, by authority.

        Raises
        ------
        RequestError
            If there is not one authority, a string, for each school.
        CannotAnswerError
            If no school can be used, or they cannot tell the columns of the design apart.
        """
        given = list(areas)
        if len(given) != data.pupils.size or not all(isinstance(name, str) for name in given):
            raise RequestError(
                f"{len(given)} authorities were given for {data.pupils.size} schools.",
                remedy="Give each school's authority as a string, '' where it is not known.",
            )
        schools = Schools.of(data)
        rows = np.flatnonzero(schools.used)
        named = np.array(given, dtype=str)[rows]
        known = named != ""
        names, place = np.unique(named[known], return_inverse=True)
        area = np.empty(rows.size, dtype=np.int64)
        area[known] = place
        # A school of no known authority shares what is common to an authority with nobody.
        area[~known] = names.size + np.arange(np.count_nonzero(~known))
        order = np.argsort(area, kind="stable")
        area = area[order]
        return cls(
            counts=schools.counts.rows(order),
            design=schools.design[order],
            turn=schools.turn,
            places=rows[order],
            area=area,
            starts=np.flatnonzero(np.diff(area, prepend=-1)),
            names=tuple(names.tolist()),
        )

    def times(self, copies: int) -> Grouped:
        """Return so many copies of everything, one after another, as if all were different."""
        which = np.repeat(np.arange(copies), self.area.size)
        every = np.tile(np.arange(self.area.size), copies)
        first = self.area.size * np.arange(copies)[:, None]
        return replace(
            self,
            counts=self.counts.rows(every),
            design=self.design[every],
            places=self.places[every],
            area=self.area[every] + self.starts.size * which,
            starts=(self.starts + first).ravel(),
        )

    @property
    def told_apart(self) -> bool:
        """Whether authorities' differences can be told from schools', and from the intercept."""
        return 1 < self.starts.size < self.area.size

    def summed(self, values: Floats) -> Floats:
        """Return sums over each authority's schools, shape (A, ...) from (U, ...)."""
        result: Floats = np.add.reduceat(values, self.starts, axis=0)
        return result


def own_effects_out(counts: Counts, middle: Floats, tau: Floats | float) -> Floats:
    """Integrate each school's own effect out, at the logit its design and authority give it.

    Parameters
    ----------
    counts : Counts
        R schools.
    middle : ndarray of float, shape (R,)
    tau : float or ndarray of float, shape (R,)

    Returns
    -------
    ndarray of float, shape (6, R)
        As of `quadrature.effects_out`, with fewer points.
    """
    taus = np.broadcast_to(np.asarray(tau, dtype=np.float64), middle.shape)
    return effects_out(counts, middle, taus, find_modes(counts, middle, taus), _INNER)


def area_modes(
    grouped: Grouped, middle: Floats, tau: Floats | float, omega: Floats | float
) -> tuple[Floats, Floats]:
    """Return where each authority's integrand over its standardised effect is highest, its width.

    The integrand's logarithm is concave, as each school's is with its own effect integrated out.

    Parameters
    ----------
    grouped : Grouped
    middle : ndarray of float, shape (U,)
        The logit the design gives each school.
    tau : float or ndarray of float, shape (U,)
    omega : float or ndarray of float, shape (A,)

    Returns
    -------
    centre, width : ndarray of float, shape (A,)
        The mode, and one over the square root of the curvature of the logarithm.
    """
    counts = grouped.counts
    below = omega * grouped.summed((counts.low - counts.pupils).astype(np.float64))
    above = omega * grouped.summed((counts.low + counts.width).astype(np.float64))
    w = np.zeros(grouped.starts.size)
    for _ in range(_MOST_STEPS):
        inner = own_effects_out(counts, middle + (omega * w)[grouped.area], tau)
        uphill = omega * grouped.summed(inner[1]) - w
        # At least a standard normal's, but for the error of the inner quadrature.
        steep = np.maximum(1.0 - omega**2 * grouped.summed(inner[3]), 1.0)
        below, above = np.where(uphill >= 0, w, below), np.where(uphill <= 0, w, above)
        step = w + uphill / steep
        step = np.where((step >= below) & (step <= above), step, 0.5 * (below + above))
        moved, w = np.abs(step - w) * np.sqrt(steep), step
        # The points need not stand exactly at the mode: their sum does not feel it.
        if moved.max() < _CENTRED:
            break
    return w, 1.0 / np.sqrt(steep)


@dataclass(frozen=True, slots=True)
class AreasMarginal:
    """The log likelihood with schools' and authorities' effects integrated out.

    Parameters
    ----------
    value : float
        With the weak prior of the coefficients taken in.
    gradient : ndarray of float, shape (P + 2,)
        By the coefficients, tau and omega.
    information : ndarray of float, shape (P + 2, P + 2)
        Minus the second derivatives.
    """

    value: float
    gradient: Floats
    information: Floats


def integrate_areas(grouped: Grouped, at: Floats) -> AreasMarginal:
    """Integrate all effects out, by adaptive Gauss-Hermite quadrature within such a quadrature.

    Parameters
    ----------
    grouped : Grouped
    at : ndarray of float, shape (P + 2,)
        The orthonormal design's coefficients, tau and omega.

    Notes
    -----
    With w an authority's standardised effect and F a school's log likelihood given it, the
    derivatives are means over the posterior of w (Louis 1982): the gradient is E[s] with
    s = sum_s (F_m x, F_tau, w F_m), and the second derivative is E[H + s s'] less E[s] E[s]'.
    """
    b, tau, omega = at[:-2], float(at[-2]), float(at[-1])
    area, middle = grouped.area, grouped.design @ b
    centre, width = area_modes(grouped, middle, tau, omega)
    w = centre[:, None] + width[:, None] * _OUTER_POINTS
    logits = middle[:, None] + omega * w[area]
    tiled = grouped.counts.rows(np.repeat(np.arange(area.size), _OUTER))
    inner = own_effects_out(tiled, logits.ravel(), tau).reshape(6, area.size, _OUTER)
    log_mass = grouped.summed(inner[0]) - 0.5 * w**2 + _OUTER_LOGS
    top = log_mass.max(axis=1)
    mass = np.exp(log_mass - top[:, None])
    total = mass.sum(axis=1)
    mass /= total[:, None]
    score = _scores(grouped, inner, w)
    mean = np.einsum("aiq,aq->ai", score, mass)
    spread = np.einsum("aiq,ajq->ij", score * mass[:, None, :], score) - mean.T @ mean
    bend = _bend(grouped.design, inner, w[area], mass[area])
    precision = np.append(np.full(b.size, LOGIT_SPREAD**-2.0), [0.0, 0.0])
    return AreasMarginal(
        value=float(np.sum(top + np.log(total * width))) - penalty(b),
        gradient=mean.sum(axis=0) - precision * at,
        information=np.diag(precision) - spread - bend,
    )


def penalty(b: Floats) -> float:
    """Return what the weak prior of the orthonormal design's coefficients takes away."""
    return float(b @ b) / (2 * LOGIT_SPREAD**2)


def _scores(grouped: Grouped, inner: Floats, w: Floats) -> Floats:
    """Return each authority's first derivatives given its effect, shape (A, P + 2, Q)."""
    slopes = grouped.summed(inner[1])
    by_coefficient = [grouped.summed(x[:, None] * inner[1]) for x in grouped.design.T]
    return np.stack([*by_coefficient, grouped.summed(inner[2]), w * slopes], axis=1)


def _bend(design: Floats, inner: Floats, w: Floats, mass: Floats) -> Floats:
    """Return the mean of the second derivatives given the effects, w and mass being schools'."""
    twice, crossed, in_tau = inner[3], inner[4], inner[5]

    def mean(values: Floats) -> Floats:
        averaged: Floats = np.einsum("sq,sq->s", mass, values)
        return averaged

    beside = np.stack([design.T @ mean(crossed), design.T @ mean(w * twice)], axis=1)
    mixed = mean(w * crossed).sum()
    corner = np.array([[mean(in_tau).sum(), mixed], [mixed, mean(w**2 * twice).sum()]])
    return np.block([[design.T @ (mean(twice)[:, None] * design), beside], [beside.T, corner]])
