"""Small countries over three years: are those that are called sure, sure?"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from calibration.worlds import DRAWS, FEATURES, MARGIN, TAU, Base, effects, summary_of

from codebreakers.inference.draws import chance_above
from codebreakers.inference.evidence import MOST_YEARS
from codebreakers.inference.grades import grade
from codebreakers.inference.intake import intake_from
from codebreakers.inference.levels import draw_levels
from codebreakers.inference.several import lasting_draws

LASTS = 0.8  # correlation between a school's effects in two years, about what published ones show


@dataclass(frozen=True)
class Lasting:
    """What three years of one world showed: chances, truths, and who is graded confirmed."""

    chances: np.ndarray
    above: np.ndarray
    confirmed: np.ndarray


def play_years(base: Base, kind: str, seed: int, size: int, goal: float) -> Lasting:
    """Draw a world of three years, grade its schools, and hold the grades against its truth.

    Where no school differs from its intake, the goal is the second definition's.
    """
    rng = np.random.default_rng([seed, len(kind), MOST_YEARS])
    country = base.some(rng, size)
    steady = effects(kind, rng, size) * np.sqrt(LASTS)
    yearly = rng.normal(0, TAU * np.sqrt(1 - LASTS), (MOST_YEARS, size)) * (kind != "flat")
    logits = country.intake + steady + yearly
    used = np.ones(size, dtype=bool)
    intake = intake_from(FEATURES, country.features, used, selective=country.selective)
    pupils = country.pupils
    rates = 1 / (1 + np.exp(-logits))
    results = [
        replace(summary_of(counted.astype(float), pupils), year=2011 + year)
        for year, counted in enumerate(rng.binomial(pupils.astype(int), rates))
    ]
    goals = [np.array([[goal]])] * MOST_YEARS
    if kind == "flat":
        each = [draw_levels(s, intake, used, draws=DRAWS, seed=seed) for s in results]
        goals = [levels.predicted() + np.float32(MARGIN) for levels in each]
    known = np.ones((size, MOST_YEARS), dtype=bool)
    drawn = lasting_draws(
        results, [intake] * MOST_YEARS, goals, known, [np.nan] * MOST_YEARS, draws=DRAWS, seed=seed
    )
    chances = chance_above(drawn, 0.0)
    ever = np.any([s.values > np.mean(g, axis=0) for s, g in zip(results, goals, strict=True)], 0)
    given = grade(chances, known.sum(axis=1), ever)
    aim = np.log(goal / (100 - goal))
    above = np.zeros(size, dtype=bool) if kind == "flat" else logits.mean(axis=0) > aim
    return Lasting(chances, above, given == "confirmed")
