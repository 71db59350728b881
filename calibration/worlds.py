"""Small countries whose truth is known: as the model has it, not as it has it, and without it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from codebreakers.inference.chance import by_luck, chance_removed, intake_alone
from codebreakers.inference.draws import benchmarks_on_draws, chance_above, gains_on_draws
from codebreakers.inference.intake import intake_from
from codebreakers.inference.levels import draw_levels
from codebreakers.measures import Summary
from codebreakers.measures.catalogue import find
from codebreakers.peers.benchmarks import benchmark_values
from codebreakers.peers.gains import PRESETS, Gains
from codebreakers.peers.matching import match

RULE = PRESETS["disadvantage-2014"]
FEATURES = ("disadvantaged_percent", "ks2_points")
MARGIN = 5.0
DRAWS = 500
TAU = 0.45


@dataclass(frozen=True)
class Base:
    """What is known of the schools beforehand: features, pupils, true logits, selective."""

    features: np.ndarray
    pupils: np.ndarray
    intake: np.ndarray
    selective: np.ndarray

    def some(self, rng: np.random.Generator, size: int) -> Base:
        """Return as many of the schools as are wanted, drawn without putting back."""
        rows = rng.choice(len(self.pupils), size=size, replace=False)
        return Base(
            *(held[rows] for held in (self.features, self.pupils, self.intake, self.selective))
        )


def effects(kind: str, rng: np.random.Generator, size: int) -> np.ndarray:
    """Return what schools add to their intake, in logits."""
    if kind == "as fitted":
        return rng.normal(0, TAU, size)
    if kind == "heavy tails":
        # Student's t with 3 degrees of freedom, of the same variance; a few schools outstanding.
        drawn = rng.standard_t(3, size) * TAU / math.sqrt(3)
        outstanding = rng.random(size) < 0.03
        return np.where(outstanding, drawn + 1.2, drawn)
    return np.zeros(size)


def summary_of(successes: np.ndarray, pupils: np.ndarray) -> Summary:
    """Return results as they would be read from a table."""
    size = len(pupils)
    unknown = np.full(size, np.nan)
    return Summary(
        find("five_good_gcses"),
        2013,
        "disadvantaged",
        0,
        np.array([f"{i:06}" for i in range(size)]),
        pupils,
        successes,
        successes,
        100 * successes / pupils,
        unknown,
        unknown,
        np.full(size, ""),
    )


@dataclass(frozen=True)
class Outcome:
    """What one world showed; gains in percent of those who succeed."""

    covered: np.ndarray
    truly: float
    truly_covered: bool
    gain: float
    gain_covered: bool
    published: float
    removed: float
    alone: float
    beyond: float
    chances: np.ndarray
    above: np.ndarray
    sure: int


def play(base: Base, kind: str, seed: int, size: int, goal: float) -> Outcome:
    """Draw a world, look at it as published, and hold what is said against its truth."""
    rng = np.random.default_rng([seed, len(kind)])
    country = base.some(rng, size)
    truth = 100 / (1 + np.exp(-country.intake - effects(kind, rng, size)))
    pupils = country.pupils
    summary = summary_of(rng.binomial(pupils.astype(int), truth / 100).astype(float), pupils)
    used = np.ones(size, dtype=bool)
    intake = intake_from(FEATURES, country.features, used, selective=country.selective)
    levels = draw_levels(summary, intake, used, draws=DRAWS, seed=seed)
    groups = match(RULE.peers, summary.schools, country.features[:, :1], sizes=pupils, seed=seed)
    goals = benchmark_values(RULE.benchmark, groups, summary.values)
    gained = RULE.fraction * np.maximum(0, goals - summary.values) * pupils / 100
    succeed = summary.successes_low.sum()
    found = Gains(None, summary, groups, goals, gained, summary.successes_low)
    removed = chance_removed(found, levels.draws, RULE).sum(axis=1)
    alone = intake_alone(found, levels, RULE, draws=DRAWS).sum(axis=1)
    true = truth[None, :].astype(np.float32)
    true_gain = gains_on_draws(
        true, benchmarks_on_draws(RULE.benchmark, groups, true), pupils, RULE.fraction
    ).sum()
    chances = chance_above(levels.draws, goal)
    count = (levels.draws > goal).sum(axis=1)
    beyond = chance_above(levels.draws, levels.predicted() + MARGIN)
    low, high = np.quantile(levels.draws, [0.025, 0.975], axis=0)
    truly = int((truth > goal).sum())
    ends = np.quantile(count, [0.025, 0.975]), np.quantile(removed, [0.025, 0.975])
    return Outcome(
        covered=(low <= truth) & (truth <= high),
        truly=truly,
        truly_covered=bool(ends[0][0] <= truly <= ends[0][1]),
        gain=100 * true_gain / succeed,
        gain_covered=bool(ends[1][0] <= true_gain <= ends[1][1]),
        published=100 * gained.sum() / succeed,
        removed=100 * removed.mean() / succeed,
        alone=100 * by_luck(found, levels, RULE, worlds=1, seed=seed).sum() / succeed,
        beyond=100 * float(np.quantile(removed - alone, 0.025)) / succeed,
        chances=chances,
        above=truth > goal,
        sure=int((beyond >= 0.9).sum()),
    )
