"""A rule's gains with chance allowed for, by luck alone, by intake alone, and a year later."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.inference.draws import benchmarks_on_draws, gains_on_draws
from codebreakers.inference.predictions import Predictions
from codebreakers.measures.held import years_held
from codebreakers.peers import PeerGroups
from codebreakers.peers.benchmarks import places
from codebreakers.peers.gains import Gains, Preset
from codebreakers.peers.likeness import group as grouped
from codebreakers.peers.population import population

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["SUMMED", "WORLDS", "Lasted", "by_luck", "chance_removed", "intake_alone", "lasted"]

SUMMED = 500
"""Draws that a sum over schools is worked out on: its ends then hardly move with the seed."""

WORLDS = 200
"""Worlds of luck, and draws of what intake predicts, which hardly differ."""


def chance_removed(found: Gains, draws: NDArray[np.float32], rule: Preset) -> NDArray[np.float64]:
    """Return gains by the rule on draws of the true levels, each with its own best schools.

    Parameters
    ----------
    found : Gains
        As published, of S schools.
    draws : ndarray of float32, shape (D, S)
        Of the same schools' true levels.
    rule : Preset

    Returns
    -------
    ndarray of float, shape (D, S)
        Over the first `SUMMED` draws; NaN where a school has no level or no group.
    """
    return _gained(found, draws[:SUMMED], rule)


def intake_alone(
    found: Gains, levels: Predictions, rule: Preset, *, draws: int = WORLDS
) -> NDArray[np.float64]:
    """Return gains by the rule if every school did what its intake predicts.

    Matching on one feature leaves the others free, and what they predict looks like a gain.

    Parameters
    ----------
    found : Gains
        As published, of S schools.
    levels : Predictions
        Of the same schools.
    rule : Preset
    draws : int
        The first so many; they are the draws that true levels have the same coefficients on.

    Returns
    -------
    ndarray of float, shape (D, S)
    """
    return _gained(found, levels.predicted(slice(0, draws)), rule)


def by_luck(
    found: Gains, levels: Predictions, rule: Preset, *, worlds: int = WORLDS, seed: int = 0
) -> NDArray[np.float64]:
    """Return gains by the rule in worlds where a school's result differs from its peers' by luck.

    Parameters
    ----------
    found, levels, rule
        As for `intake_alone`.
    worlds : int
    seed : int
        Of the generator.

    Returns
    -------
    ndarray of float, shape (worlds, S)
        Each world redraws every school's result once, from the pooled result of its own peers; a
        school without peers has none there.
    """
    summary, rng = found.summary, np.random.default_rng(seed)
    pupils = np.where(levels.known, summary.pupils, 1).astype(np.int64)
    pooled = _pooled(found.groups, np.where(levels.known, summary.values, np.nan), pupils)
    known, shape = levels.known & ~np.isnan(pooled), (worlds, len(pupils))
    if summary.measure.kind == "proportion":
        drawn = 100 * rng.binomial(pupils, np.where(known, pooled, 0) / 100, size=shape) / pupils
    else:
        drawn = pooled + rng.standard_normal(shape) * levels.pupil_sd / np.sqrt(pupils)
    return _gained(found, np.where(known, drawn, np.nan).astype(np.float32), rule)


def _gained(found: Gains, draws: NDArray[np.float32], rule: Preset) -> NDArray[np.float64]:
    measure = found.summary.measure
    higher = measure.better == "higher"
    return gains_on_draws(
        draws,
        benchmarks_on_draws(rule.benchmark, found.groups, draws, higher=higher),
        found.summary.pupils,
        rule.fraction,
        percent=measure.unit == "percent",
        higher=higher,
    )


def _pooled(
    groups: PeerGroups, values: NDArray[Any], pupils: NDArray[Any] | None = None
) -> NDArray[np.float64]:
    """Return the mean of each school's peers, over their pupils where these are given."""
    table = groups.padded()
    weights = np.ones(len(values)) if pupils is None else pupils
    counted = np.where((table >= 0) & ~np.isnan(values[table]), weights[table], 0)
    total = np.where(counted > 0, counted * np.nan_to_num(values[table]), 0).sum(axis=1)
    mean = np.full(len(values), np.nan)
    np.divide(total, counted.sum(axis=1), out=mean, where=counted.sum(axis=1) > 0)
    return mean


@dataclass(frozen=True, slots=True)
class Lasted:
    """How much of the lead of one year's best schools over their own peers is left the next.

    Parameters
    ----------
    first, second : int
        The two results years.
    lead, left : float
        In the measure's unit, the mean over schools of their best peers' leads.
    schools : int
        Schools with a result in both years and such peers.
    """

    first: int
    second: int
    lead: float
    left: float
    schools: int


def lasted(found: Gains, rule: Preset, *, seed: int = 0) -> Lasted | None:
    """Return what a year left of the lead of the schools that set the benchmarks.

    Parameters
    ----------
    found : Gains
        As published.
    rule : Preset
        With a benchmark of a top share or of the best; others pick no schools.
    seed : int
        Settles ties.

    Returns
    -------
    Lasted or None
        Of the year asked about and the next where that is held, else of the year before and it.
        None where neither is, or nobody can be followed by URN.
    """
    years = _two_years(found)
    share = {"top": rule.benchmark.number, "best": np.finfo(np.float64).tiny}
    if years is None or rule.benchmark.kind not in share:
        return None
    measure, whom = found.summary.measure, found.summary.group
    people = population(found.people.store, years[0])
    sign = 1.0 if measure.better == "higher" else -1.0
    # The same schools a year later. They are never subtracted: each lead is within a year.
    first, second = (sign * replace(people, year=y).take(measure, whom).values for y in years)
    both = ~np.isnan(first) & ~np.isnan(second)
    groups = grouped(people, rule.peers, eligible=both, seed=seed)
    best, chosen = _best(groups, first, share, rule)
    leads = [_leads(groups, np.where(both, values, np.nan)) for values in (first, second)]
    best &= ~np.isnan(leads[0][chosen])
    who = both & best.any(axis=1)
    if not who.any():
        return None
    lead, left = (
        float((np.where(best, of, 0).sum(axis=1)[who] / best.sum(axis=1)[who]).mean())
        for of in (lead[chosen] for lead in leads)
    )
    return Lasted(*years, lead, left, int(who.sum()))


def _two_years(found: Gains) -> tuple[int, int] | None:
    year, summary = found.people.year, found.summary
    held = years_held(found.people.store, summary.measure, summary.group)
    if year + 1 in held:
        return year, year + 1
    return (year - 1, year) if year - 1 in held else None


def _leads(groups: PeerGroups, values: NDArray[Any]) -> NDArray[np.float64]:
    lead: NDArray[np.float64] = values - _pooled(groups, values)
    return lead


def _best(
    groups: PeerGroups, values: NDArray[Any], share: dict[str, float], rule: Preset
) -> tuple[NDArray[np.bool_], NDArray[np.intp]]:
    """Return which of each row of peers, best first, set the benchmark; and those peers."""
    table = groups.padded()
    shown = np.where(table >= 0, values[table], -np.inf)
    order = np.argsort(-shown, axis=1, kind="stable")
    known = np.take_along_axis(shown, order, axis=1) > -np.inf
    count = places(share[rule.benchmark.kind], known.sum(axis=1))
    best = (np.arange(table.shape[1]) < count[:, None]) & known
    return best, np.take_along_axis(table, order, axis=1)
