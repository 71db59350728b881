"""How probable it is that a school was truly below, given who happened to be in its cohort.

What is covered is the chance of who the pupils were: draws of a school's true level, given its
results and what its intake predicts, below what the rule compares them with. The rule's limits are
not asked for again, since they are the rule's own way of allowing for chance: a level truly below
the score is below nought too. National medians are taken as they are, for three thousand schools
hardly leave any chance in them.

A rule of several measures asks whether all the levels are below at once. The same pupils sit all
three, so they go together, and how closely is published nowhere: a correlation is assumed, and
beside it stand the probability were they independent and the most that it can be.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.errors import CannotAnswerError
from codebreakers.inference.draws import chance_above
from codebreakers.inference.intake import Intake, intake_from, intake_of
from codebreakers.inference.levels import draw_levels
from codebreakers.inference.pupil_spread import SURE
from codebreakers.measures import Summary
from codebreakers.peers.population import Population
from codebreakers.questions.floor.judged import Judged

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["CORRELATION", "Chance", "all_at_once", "chance_of"]

CORRELATION = 0.75
"""Assumed between one school's levels in the measures of one rule, as they may truly be."""

_NODES = 40

_SPREAD = 20.0
"""So wide that a whole number of pupils can stand for any limits that are published."""


@dataclass(frozen=True, slots=True, eq=False)
class Chance:
    """Probabilities that each of S schools was truly below, of shape (S,); NaN where not known.

    Parameters
    ----------
    probability : ndarray of float
        With `CORRELATION` between the measures of the rule.
    low, high : ndarray of float
        Were they independent, and the most that it can be; the same as `probability` where the
        rule has one measure.
    level : ndarray of float
        The mean of the draws of its true level in the measure that the rule looks at first.
    several : bool
        Whether the rule has several measures.
    intake : bool
        Whether what intake predicts was known of that year.
    draws, seed : int
    """

    probability: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    level: NDArray[np.float64]
    several: bool
    intake: bool
    draws: int
    seed: int


def chance_of(judged: Judged, *, draws: int, seed: int) -> Chance | None:
    """Return how probable it is that each school was truly below.

    Parameters
    ----------
    judged : Judged
        Of S schools.
    draws, seed : int

    Returns
    -------
    Chance, or None
        None where no school can be found below.
    """
    if judged.missing:
        return None
    key = ("below", judged.standard.name, judged.year, judged.releases, draws, seed)
    return judged.people.store.kept(key, lambda: _drawn(judged, draws, seed))


def _drawn(judged: Judged, draws: int, seed: int) -> Chance:
    each, means, known = [], [], True
    for condition in judged.standard.conditions:
        if condition.upper:
            continue
        summary = _with_pupils(judged.summaries[condition.measure])
        used = judged.applied & ~np.isnan(summary.values) & (summary.pupils > 0)
        if not used.any():
            each.append(np.full(len(used), np.nan))
            means.append(each[-1])
            continue
        intake, said = _intake(judged.people, used)
        known &= said
        levels = draw_levels(summary, intake, used, draws=draws, seed=seed, spread=_SPREAD).draws
        each.append(chance_above(levels, judged.goals[condition], higher=False))
        means.append(levels.mean(axis=0, dtype=np.float64))
    apart = np.array(each)
    return Chance(
        probability=all_at_once(apart, CORRELATION),
        low=apart.prod(axis=0),
        high=apart.min(axis=0),
        level=means[0],
        several=len(each) > 1,
        intake=known,
        draws=draws,
        seed=seed,
    )


def _with_pupils(summary: Summary) -> Summary:
    """Return a score with as many pupils, scattered by `_SPREAD`, as give it its own limits."""
    if summary.measure.kind == "proportion":
        return summary
    width = summary.limits_high - summary.limits_low
    with np.errstate(divide="ignore"):
        pupils = np.round((2 * SURE * _SPREAD / width) ** 2)
    return replace(summary, pupils=np.where(width > 0, pupils, np.nan))


def _intake(people: Population, used: NDArray[Any]) -> tuple[Intake, bool]:
    """Return what is known of intake, and whether anything is."""
    try:
        return intake_of(people, used), True
    except CannotAnswerError:
        nothing = np.empty((len(used), 0))
        return intake_from((), nothing, used, selective=people.selective), False


def all_at_once(apart: NDArray[Any], correlation: float) -> NDArray[np.float64]:
    """Return the probability that several things are all so, which go together.

    Parameters
    ----------
    apart : ndarray of float, shape (K, S)
        The probability of each by itself.
    correlation : float
        Of each two, from 0 to below 1.

    Returns
    -------
    ndarray of float, shape (S,)
        NaN where one is NaN.

    Notes
    -----
    Each is taken to be so where a normal variable is below a limit, and the variables to share one
    part: C. W. Dunnett and M. Sobel (1955), integrated over that part by Gauss and Hermite's rule.
    """
    from scipy.special import ndtr, ndtri

    if len(apart) == 1:
        return np.asarray(apart[0], dtype=np.float64)
    nodes, weights = np.polynomial.hermite_e.hermegauss(_NODES)
    limits = ndtri(apart)
    total = np.zeros(apart.shape[1])
    for node, weight in zip(nodes, weights / weights.sum(), strict=True):
        given = ndtr((limits - np.sqrt(correlation) * node) / np.sqrt(1 - correlation))
        total += weight * given.prod(axis=0)
    return total
