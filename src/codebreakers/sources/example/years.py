"""One year of Example England: its pupils, what is true, and what was drawn from it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from codebreakers.sources.example.cohorts import Cohort, Cohorts, build_cohorts
from codebreakers.sources.example.effects import Effects, Truth, build_effects, true_rates
from codebreakers.sources.example.history import History, build_history
from codebreakers.sources.example.results import Codes, Drawn, Split, draw_passes, split
from codebreakers.sources.example.sites import Sites, build_sites

__all__ = ["World", "Year", "build_world", "draw_year"]

_GIRLS_AHEAD = 0.44  # log odds of five good GCSEs, 2012/13
_EAL_AHEAD = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """The whole country, and the seed that everything in it was drawn from."""

    seed: int
    sites: Sites
    effects: Effects
    history: History
    cohorts: Cohorts

    def rng(self, year: int, part: int) -> np.random.Generator:
        """Return the generator of one part of one year: no table depends on another's draws.

        Year 0 is of what is the same in every year.
        """
        return np.random.default_rng([self.seed, year, part])


@dataclass(frozen=True, slots=True, eq=False)
class Year:
    """One year's pupils and results.

    Parameters
    ----------
    world : World
    year : int
        Results year.
    cohort : Cohort
    truth : Truth
    drawn : Drawn
        Pupils, and who passed: five good GCSEs until 2016, then English and mathematics.
    girls, eal : Split
        The same by sex, and by first language.
    codes : Codes
    """

    world: World
    year: int
    cohort: Cohort
    truth: Truth
    drawn: Drawn
    girls: Split
    eal: Split
    codes: Codes


def build_world(seed: int, schools: int) -> World:
    """Make a country: its schools, their effects, what becomes of them, and their pupils."""
    rngs = [np.random.default_rng([seed, part]) for part in range(4)]
    sites = build_sites(rngs[0], schools)
    effects = build_effects(rngs[1], sites)
    history = build_history(rngs[2], sites, effects)
    return World(seed, sites, effects, history, build_cohorts(rngs[3], sites, history.merged))


def draw_year(world: World, year: int) -> Year:
    """Work out the truth of a year and draw its results."""
    rng = world.rng(year, 0)
    sites, cohort = world.sites, world.cohorts.of(year)
    truth = true_rates(sites, world.effects, cohort, year)
    drawn = draw_passes(rng, sites, cohort, truth["five" if "five" in truth else "basics"])
    size, passed = drawn.size, drawn.passed.sum(axis=0)
    no_entries = sites.kinds.special & (rng.random(len(sites)) < 0.3)
    return Year(
        world=world,
        year=year,
        cohort=cohort,
        truth=truth,
        drawn=drawn,
        girls=split(rng, size, passed, sites.intake.girls, _GIRLS_AHEAD),
        eal=split(rng, size, passed, sites.intake.eal, _EAL_AHEAD),
        codes=Codes(sites, drawn, no_entries),
    )
