"""Example England, seed after seed: do the intervals of its schools cover what is true of them?"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from calibration.worlds import FEATURES, Base

from codebreakers.inference.draws import quantiles, ranks_on_draws
from codebreakers.inference.levels import levels_of
from codebreakers.measures.catalogue import find
from codebreakers.measures.truth import true_values
from codebreakers.peers.likeness import feature_values
from codebreakers.peers.population import Population, population
from codebreakers.sources.example import write_example
from codebreakers.store import Store

YEAR = 2013
DRAWS = 1_000


@dataclass(frozen=True)
class Covered:
    """For each school of a country: pupils, truth, and whether each interval covers it."""

    pupils: np.ndarray
    truth: np.ndarray
    rate: np.ndarray
    rank: np.ndarray


def _true(people: Population, column: str) -> np.ndarray:
    schools, values = true_values(people.store, YEAR, column)
    places = np.minimum(np.searchsorted(schools, people.keys), len(schools) - 1)
    return np.where(schools[places] == people.keys, values[places], np.nan)


def _country(folder: Path, seed: int) -> Population:
    write_example(folder / "tables", seed=seed, years=[YEAR])
    store = Store(folder / "store.duckdb")
    store.ingest(folder / "tables")
    return population(store, YEAR)


def schools_covered(seed: int) -> Covered:
    """Return which of a country's schools have their true rate and rank in their intervals."""
    with tempfile.TemporaryDirectory() as folder:
        people = _country(Path(folder), seed)
        summary = people.take(find("five_good_gcses"), "disadvantaged")
        truth = _true(people, "TRUE_FIVE_GOOD_DISADVANTAGED")
        levels = levels_of(people, summary, draws=DRAWS, seed=seed)
    judged = levels.known & ~np.isnan(truth)
    low, high = quantiles(levels.draws)
    ranks = ranks_on_draws(levels.draws, judged)
    true_rank = np.full(len(truth), np.nan)
    true_rank[np.flatnonzero(judged)[np.argsort(-truth[judged])]] = np.arange(1, judged.sum() + 1)
    inside = (low <= truth) & (truth <= high)
    placed = (ranks.low <= true_rank) & (true_rank <= ranks.high)
    return Covered(summary.pupils[judged], truth[judged], inside[judged], placed[judged])


def base(seed: int = 0) -> Base:
    """Return the schools that small countries are made of."""
    with tempfile.TemporaryDirectory() as folder:
        people = _country(Path(folder), seed)
        summary = people.take(find("five_good_gcses"), "disadvantaged")
        rate = _true(people, "TRUE_INTAKE_RATE") / 100
        features = feature_values(people, FEATURES)
    known = (summary.pupils > 0) & ~np.isnan(summary.values) & ~np.isnan(rate)
    known &= ~np.isnan(features).any(axis=1)
    logits = np.log(rate / (1 - rate))
    return Base(*(x[known] for x in (features, summary.pupils, logits, people.selective)))
