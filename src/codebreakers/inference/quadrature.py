"""The likelihood of binomial counts whose logits scatter normally, one integral a school.

A school's logit is ``m + tau * z`` with z standard normal and m what its design says. Given the
logit, the log likelihood of its count is concave, so that everything here has one maximum.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["NODES", "Counts", "Marginal", "Modes", "find_modes", "integrate"]

NODES = 25
_POINTS, _WEIGHTS = np.polynomial.hermite_e.hermegauss(NODES)
# The rule's weights without the normal factor that each integrand brings itself.
_LOG_WEIGHTS = np.log(_WEIGHTS) + 0.5 * _POINTS**2 - 0.5 * np.log(2 * np.pi)
_MOST_STEPS = 100

Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Counts:
    """What is known of S schools' successes: every whole number from `low` to `low + width`.

    Parameters
    ----------
    low, width, pupils : ndarray of int, shape (S,)
        Fewest successes, how many more there may be, and pupils.
    log_factorials : ndarray of float, shape (N + 1,)
        log 0!, log 1!, ..., up to the largest number of pupils.
    """

    low: NDArray[np.int64]
    width: NDArray[np.int64]
    pupils: NDArray[np.int64]
    log_factorials: Floats

    @classmethod
    def of(cls, low: Floats, high: Floats, pupils: Floats) -> Counts:
        """Return the counts between two whole-numbered bounds."""
        k, n = low.astype(np.int64), pupils.astype(np.int64)
        up_to = np.arange(1, int(n.max(initial=0)) + 1, dtype=np.float64)
        logs = np.concatenate([[0.0], np.cumsum(np.log(up_to))])
        return cls(k, high.astype(np.int64) - k, n, logs)

    def rows(self, index: NDArray[np.int64]) -> Counts:
        """Return some of the schools, in the order asked for."""
        return Counts(self.low[index], self.width[index], self.pupils[index], self.log_factorials)

    def log_choose(self, rows: NDArray[np.int64], extra: int) -> Floats:
        """Return log C(n, low + extra) of some schools."""
        n, k = self.pupils[rows], self.low[rows] + extra
        logs = self.log_factorials
        result: Floats = logs[n] - logs[k] - logs[n - k]
        return result

    def given(self, logits: Floats) -> tuple[Floats, Floats, Floats]:
        """Return each school's log likelihood at given logits, and its two derivatives.

        Parameters
        ----------
        logits : ndarray of float, shape (S, Q)

        Returns
        -------
        value, slope, curvature : ndarray of float, shape (S, Q)
        """
        n = self.pupils[:, None]
        shrunk = np.exp(-np.abs(logits))
        rate = np.where(logits >= 0, 1.0, shrunk) / (1.0 + shrunk)
        value = -n * (np.maximum(logits, 0.0) + np.log1p(shrunk))
        sums, mean, spread = self._successes(logits)
        value += sums
        # Of the binomial itself less what a rounded percentage leaves open.
        return value, mean - n * rate, spread - n * shrunk / (1.0 + shrunk) ** 2

    def _successes(self, logits: Floats) -> tuple[Floats, Floats, Floats]:
        """Return log sum_k C(n, k) exp(k logit) over the counts that fit; their mean, variance."""
        everyone = np.arange(self.low.size)
        sums = self.log_choose(everyone, 0)[:, None] + self.low[:, None] * logits
        widest = int(self.width.max(initial=0))
        # Where every count is known, neither depends on the logit.
        shape = logits.shape if widest else (self.low.size, 1)
        mean = np.broadcast_to(self.low[:, None].astype(float), shape).copy()
        spread = np.zeros(shape)
        # One turn a count and not a school: the widest range of a rounded percentage is short.
        for extra in range(1, widest + 1):
            rows = np.flatnonzero(self.width >= extra)
            count = (self.low[rows] + extra)[:, None]
            term = self.log_choose(rows, extra)[:, None] + count * logits[rows]
            total = np.logaddexp(sums[rows], term)
            share = np.exp(term - total)
            away = count - mean[rows]
            spread[rows] = (1.0 - share) * (spread[rows] + share * away**2)
            mean[rows] += share * away
            sums[rows] = total
        return sums, mean, spread


@dataclass(frozen=True, slots=True)
class Modes:
    """Where each school's integrand over z is highest, and how wide it is there.

    Parameters
    ----------
    centre, width : ndarray of float, shape (S,)
        The mode, and one over the square root of the curvature of the log.
    """

    centre: Floats
    width: Floats


def find_modes(counts: Counts, middle: Floats, tau: Floats) -> Modes:
    """Return the mode of each school's standardised effect, by Newton's steps kept in a bracket.

    Parameters
    ----------
    counts : Counts
        S schools.
    middle : ndarray of float, shape (S,)
        The logit the design gives each school.
    tau : ndarray of float, shape (S,)
        Standard deviation of the effects, not negative.
    """
    # The slope of the log likelihood lies between low - n and high, whatever the logit.
    below = tau * (counts.low - counts.pupils).astype(float)
    above = tau * (counts.low + counts.width).astype(float)
    z = np.zeros_like(middle)
    last = before = above - below
    for _ in range(_MOST_STEPS):
        _, slope, curvature = (a[:, 0] for a in counts.given((middle + tau * z)[:, None]))
        uphill, steep = tau * slope - z, 1.0 - tau**2 * curvature
        below, above = np.where(uphill >= 0, z, below), np.where(uphill <= 0, z, above)
        step = z + uphill / steep
        # A school that all fail, where most should succeed, can be thrown to and fro for ever: a
        # step is taken only where it is at most half of the one before the last.
        taken = (step >= below) & (step <= above) & (np.abs(step - z) <= 0.5 * before)
        z_next = np.where(taken, step, 0.5 * (below + above))
        before, last = last, np.abs(z_next - z)
        moved, z = last * np.sqrt(steep), z_next
        if moved.max(initial=0.0) < 1e-7:
            break
    _, _, curvature = counts.given((middle + tau * z)[:, None])
    return Modes(z, 1.0 / np.sqrt(1.0 - tau**2 * curvature[:, 0]))


@dataclass(frozen=True, slots=True)
class Marginal:
    """The log likelihood with every school's effect integrated out.

    Parameters
    ----------
    value : float
        The log likelihood.
    gradient : ndarray of float, shape (P + 1,)
        By the coefficients, then by tau.
    information : ndarray of float, shape (P + 1, P + 1)
        Minus the second derivatives.
    rates : ndarray of float, shape (S,)
        Each school's posterior mean rate, between 0 and 1.
    """

    value: float
    gradient: Floats
    information: Floats
    rates: Floats


def integrate(counts: Counts, design: Floats, coefficients: Floats, tau: float) -> Marginal:
    """Integrate the effects out, by Gauss-Hermite quadrature centred and scaled at each school.

    Parameters
    ----------
    counts : Counts
        S schools.
    design : ndarray of float, shape (S, P)
    coefficients : ndarray of float, shape (P,)
    tau : float
        Standard deviation of the effects, not negative.

    Notes
    -----
    The derivatives are posterior means (Fisher's identity, Louis 1982): with d = (x, z) and l the
    log likelihood of a school's logit, the gradient is E[l' d] and the second derivative is
    E[(l'' + l'^2) d d'] less the gradient's square, each over the school's posterior of z.
    Adaptive quadrature: J. C. Pinheiro and D. M. Bates (1995).
    """
    middle = design @ coefficients
    modes = find_modes(counts, middle, np.full(middle.size, tau))
    z = modes.centre[:, None] + modes.width[:, None] * _POINTS
    logits = middle[:, None] + tau * z
    value, slope, curvature = counts.given(logits)
    log_mass = value - 0.5 * z**2 + _LOG_WEIGHTS
    top = log_mass.max(axis=1)
    mass = np.exp(log_mass - top[:, None])
    total = mass.sum(axis=1)
    mass /= total[:, None]

    def mean(values: Floats) -> Floats:
        averaged: Floats = np.einsum("sq,sq->s", mass, values)
        return averaged

    by_middle, by_tau = mean(slope), mean(slope * z)
    bend = curvature + slope**2
    second = mean(bend) - by_middle**2
    crossed = design.T @ (mean(bend * z) - by_middle * by_tau)
    in_tau = np.sum(mean(bend * z**2) - by_tau**2)
    return Marginal(
        value=float(np.sum(top + np.log(total) + np.log(modes.width))),
        gradient=np.append(design.T @ by_middle, by_tau.sum()),
        information=-np.block(
            [[design.T @ (second[:, None] * design), crossed[:, None]], [crossed[None, :], in_tau]]
        ),
        rates=mean(0.5 * (1.0 + np.tanh(0.5 * logits))),
    )
