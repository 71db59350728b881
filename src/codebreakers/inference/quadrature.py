"""The likelihood of binomial counts whose logits scatter normally, one integral a school.

A school's logit is ``m + tau * z`` with z standard normal and m what its design says. Given the
logit, the log likelihood of its count is concave, so that everything here has one maximum.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "NODES",
    "Counts",
    "Marginal",
    "Modes",
    "effects_out",
    "find_modes",
    "in_cache",
    "integrate",
    "mean_rates",
    "rule",
]

NODES = 25
_MOST_STEPS = 100
_SETTLED = 1e-7  # of the width of the integrand
_IN_CACHE = 8_192
"""Numbers of one kind that are worked on at once: more would go to and fro to main memory."""

_RESCALE = 40
"""Terms, each at most a million times the one before, whose product is still a number."""

Floats: TypeAlias = NDArray[np.float64]


def in_cache(rows: int, width: int) -> Iterator[slice]:
    """Yield parts of `rows` rows of `width` numbers that the processor keeps at hand."""
    step = max(1, _IN_CACHE // width)
    for start in range(0, rows, step):
        yield slice(start, min(rows, start + step))


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

    def rows(self, index: NDArray[np.int64] | slice) -> Counts:
        """Return some of the schools, in the order asked for."""
        return Counts(self.low[index], self.width[index], self.pupils[index], self.log_factorials)

    def log_choose(self, extra: NDArray[np.int64] | int) -> Floats:
        """Return log C(n, low + extra) of each school."""
        n, k = self.pupils, self.low + extra
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
        low, width, n = (a[:, None].astype(float) for a in (self.low, self.width, self.pupils))
        size = np.abs(logits)
        shrunk = np.exp(-size)
        whole = 1.0 + shrunk
        # Counted from whichever of the fewest and the most is likelier, no power is above 1.
        value = (low + 0.5 * (width - n)) * logits
        value -= 0.5 * (n - width) * size
        value -= n * np.log(whole)
        value += self.log_choose(0)[:, None]
        slope = low - 0.5 * (n + np.copysign(n * (1.0 - shrunk) / whole, logits))
        curvature = -n * shrunk / whole**2
        # What a rounded percentage leaves open comes on top; most counts are known.
        rows = np.flatnonzero(self.width)
        if rows.size:
            more = self.rows(rows)._left_open(logits[rows], shrunk[rows])
            for known, part in zip((value, slope, curvature), more, strict=True):
                known[rows] += part
        return value, slope, curvature

    def _left_open(self, logits: Floats, shrunk: Floats) -> tuple[Floats, Floats, Floats]:
        """Return what the counts above the fewest add to a log likelihood and its derivatives.

        Each count is so many times as likely as its neighbour: their sum is worked out from the
        less likely end, so that it takes one logarithm however many there are.
        """
        n, low, width = self.pupils, self.low, self.width
        above = (logits >= 0).astype(float)
        total, mean, spread = np.ones_like(logits), np.zeros_like(logits), np.zeros_like(logits)
        scale, one = np.zeros_like(logits), np.ones_like(logits)
        for turn in reversed(range(int(width.max()))):
            left = turn < width
            up = np.where(left, (n - low - turn) / (low + turn + 1), 0.0)[:, None]
            down = np.where(left, (low + width - turn) / (n - low - width + turn + 1), 0.0)[:, None]
            reach = (up + (down - up) * above) * shrunk * total
            total = one + reach
            share, away = reach / total, 1.0 + mean
            mean = share * away
            spread = share * (spread + (1.0 - share) * away**2)
            if turn and turn % _RESCALE == 0:
                scale += np.log(total)
                total, one = np.ones_like(total), np.exp(-scale)
        ends = self.log_choose(width) - self.log_choose(0)
        value = np.log(total) + scale + above * ends[:, None]
        return value, mean + above * (width[:, None] - 2 * mean), spread


@cache
def rule(nodes: int) -> tuple[Floats, Floats]:
    """Return the points, and the logarithms of the weights without the normal's own density."""
    points, weights = np.polynomial.hermite_e.hermegauss(nodes)
    return points, np.log(weights) + 0.5 * points**2 - 0.5 * np.log(2 * np.pi)


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

    def rows(self, index: slice) -> Modes:
        """Return those of some schools."""
        return Modes(self.centre[index], self.width[index])


def find_modes(counts: Counts, middle: Floats, tau: Floats, near: Modes | None = None) -> Modes:
    """Return the mode of each school's standardised effect, by Newton's steps kept in a bracket.

    Parameters
    ----------
    counts : Counts
        S schools.
    middle : ndarray of float, shape (S,)
        The logit the design gives each school.
    tau : ndarray of float, shape (S,)
        Standard deviation of the effects, not negative.
    near : Modes, optional
        Where to begin, as at the coefficients before; at no effect by default.
    """
    # The slope of the log likelihood lies between low - n and high, whatever the logit.
    below = tau * (counts.low - counts.pupils).astype(float)
    above = tau * (counts.low + counts.width).astype(float)
    z = np.zeros_like(middle) if near is None else near.centre
    last = before = above - below
    for _ in range(_MOST_STEPS):
        _, slope, curvature = (a[:, 0] for a in counts.given((middle + tau * z)[:, None]))
        uphill, steep = tau * slope - z, 1.0 - tau**2 * curvature
        below, above = np.where(uphill >= 0, z, below), np.where(uphill <= 0, z, above)
        step = uphill / steep
        settled = np.abs(step) * np.sqrt(steep) < _SETTLED
        # A school that all fail, where most should succeed, can be thrown to and fro for ever: a
        # step is taken only where it is at most half of the one before the last, or as good as
        # none, as of a school that has arrived while others are still on their way.
        inside = (z + step >= below) & (z + step <= above)
        taken = settled | (inside & (np.abs(step) <= 0.5 * before))
        z_next = np.where(taken, z + step, 0.5 * (below + above))
        before, last, z = last, np.abs(z_next - z), z_next
        if settled.all():
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
    modes : Modes
        Where each school's integrand is highest.
    """

    value: float
    gradient: Floats
    information: Floats
    modes: Modes


def integrate(
    counts: Counts,
    design: Floats,
    coefficients: Floats,
    tau: float,
    near: Modes | None = None,
    nodes: int = NODES,
) -> Marginal:
    """Integrate the effects out, by Gauss-Hermite quadrature centred and scaled at each school.

    Parameters
    ----------
    counts : Counts
        S schools.
    design : ndarray of float, shape (S, P)
    coefficients : ndarray of float, shape (P,)
    tau : float
        Standard deviation of the effects, not negative.
    near : Modes, optional
        Where to begin to look for the modes.
    nodes : int
        Of the quadrature. 15 are wrong by less than 1e-7 in the log likelihood of 2,577 schools
        whose effects scatter as published ones do, 25 by less than 1e-10.

    Notes
    -----
    The derivatives are posterior means (Fisher's identity, Louis 1982): with d = (x, z) and l the
    log likelihood of a school's logit, the gradient is E[l' d] and the second derivative is
    E[(l'' + l'^2) d d'] less the gradient's square, each over the school's posterior of z.
    Adaptive quadrature: J. C. Pinheiro and D. M. Bates (1995).
    """
    middle = design @ coefficients
    taus = np.full(middle.size, tau)
    modes = find_modes(counts, middle, taus, near)
    # Where there are no effects nothing depends on z, and 3 points have its mean and variance.
    nodes = nodes if tau > 0 else 3
    value, by_middle, by_tau, second, crossed, in_tau = effects_out(
        counts, middle, taus, modes, nodes
    )
    across = design.T @ crossed
    return Marginal(
        value=float(np.sum(value)),
        gradient=np.append(design.T @ by_middle, by_tau.sum()),
        information=-np.block(
            [
                [design.T @ (second[:, None] * design), across[:, None]],
                [across[None, :], in_tau.sum()],
            ]
        ),
        modes=modes,
    )


def effects_out(
    counts: Counts, middle: Floats, taus: Floats, modes: Modes, nodes: int = NODES
) -> Floats:
    """Integrate each school's effect out, at the logit that is given for it.

    Parameters
    ----------
    counts : Counts
        S schools.
    middle, taus : ndarray of float, shape (S,)
    modes : Modes
        Of the same schools.
    nodes : int

    Returns
    -------
    ndarray of float, shape (6, S)
        The log likelihood F; its derivatives by the middle and by tau; then the second ones, by
        the middle twice, by the middle and tau, and by tau twice.
    """
    found = np.empty((6, middle.size))
    for rows in in_cache(middle.size, nodes):
        part = _Part.of(counts.rows(rows), middle[rows], taus[rows], modes.rows(rows), nodes)
        z, slope = part.z, part.slope
        bend = part.curvature + slope**2
        bend_z = bend * z
        by_middle, by_tau = part.mean(slope), part.mean(slope * z)
        found[:, rows] = (
            part.log_total,
            by_middle,
            by_tau,
            part.mean(bend) - by_middle**2,
            part.mean(bend_z) - by_middle * by_tau,
            part.mean(bend_z * z) - by_tau**2,
        )
    return found


def mean_rates(counts: Counts, middle: Floats, tau: float) -> Floats:
    """Return each school's posterior mean rate, between 0 and 1, shape (S,).

    Parameters
    ----------
    counts : Counts
        S schools.
    middle : ndarray of float, shape (S,)
        The logit the design gives each school.
    tau : float
    """
    taus = np.full(middle.size, tau)
    modes = find_modes(counts, middle, taus)
    part = _Part.of(counts, middle, taus, modes, NODES)
    return part.mean(0.5 * (1.0 + np.tanh(0.5 * (middle[:, None] + tau * part.z))))


@dataclass(frozen=True, slots=True)
class _Part:
    """Some schools at the nodes of their own quadrature; all but the totals of shape (R, N)."""

    z: Floats
    slope: Floats
    curvature: Floats
    mass: Floats
    log_total: Floats

    @classmethod
    def of(cls, counts: Counts, middle: Floats, taus: Floats, modes: Modes, nodes: int) -> _Part:
        points, log_weights = rule(nodes)
        z = modes.centre[:, None] + modes.width[:, None] * points
        value, slope, curvature = counts.given(middle[:, None] + taus[:, None] * z)
        value += log_weights - 0.5 * z**2
        top = value.max(axis=1)
        mass = np.exp(value - top[:, None])
        total = mass.sum(axis=1)
        mass /= total[:, None]
        return cls(z, slope, curvature, mass, top + np.log(total * modes.width))

    def mean(self, values: Floats) -> Floats:
        """Return the mean over each school's posterior, shape (R,)."""
        averaged: Floats = np.einsum("sq,sq->s", self.mass, values)
        return averaged
