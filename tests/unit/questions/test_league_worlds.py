"""Chance and real moves, where the truth is known: Example England's, and movers put into it."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from codebreakers.findings import Table
from codebreakers.measures.catalogue import find
from codebreakers.measures.truth import true_values
from codebreakers.peers.population import population
from codebreakers.profiles.example import example_store
from codebreakers.questions.league import league
from codebreakers.store import Store

pytestmark = pytest.mark.proof

Floats = npt.NDArray[np.float64]
SCHOOLS = 400
OLD, NEW = "PTAC5EM", "PTGAC5EM"
SAME_PUPILS = {"year": 2013, "old": "five_good_gcses", "new": "five_good_gcses_no_equivalents"}
OTHER_PUPILS = {**SAME_PUPILS, "new": "five_good_gcses", "old_year": 2012}


@dataclass(frozen=True)
class Truth:
    """True rates of five good GCSEs, in percent, and who the pupils are."""

    rates: Floats
    pupils: Floats
    shares: Floats
    points: Floats


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> Truth:
    """What is true of Example England's mainstream schools in 2013."""
    path = tmp_path_factory.mktemp("example") / "example.duckdb"
    store = example_store(path, schools=SCHOOLS, seed=7)
    people = population(store, 2013)
    keys, rates = true_values(store, 2013, "TRUE_FIVE_GOOD_ALL")
    shown = [
        people.take(find(name), "all")
        for name in ("five_good_gcses", "disadvantaged_percent", "ks2_points")
    ]
    found = dict(zip(keys, rates, strict=True))
    true = np.array([found[key] for key in people.keys])
    arrays = (true, shown[0].pupils, shown[1].values, shown[2].values)
    known = ~np.isnan(np.stack(arrays)).any(axis=0) & (shown[0].pupils > 0)
    return Truth(*(array[known] for array in arrays))


def published(rates: Floats, pupils: Floats, rng: np.random.Generator) -> Floats:
    """What independent pupils with these rates come to."""
    return rng.binomial(pupils.astype(int), rates / 100)


def same_pupils(truth: Truth, correlation: float, rng: np.random.Generator) -> tuple[Floats, ...]:
    """Two results of one truth whose pupils' luck goes together so far.

    That share of the pupils has in the second what it had in the first; the rest sit it anew.
    """
    n = truth.pupils.astype(int)
    kept = rng.binomial(n, correlation)
    shared = rng.binomial(kept, truth.rates / 100)
    return tuple(shared + rng.binomial(n - kept, truth.rates / 100) for _ in range(2))


def held(folder: Path, truth: Truth, tables: Mapping[int, Mapping[str, Floats]]) -> Store:
    """Hold counts of successes, a column a measure and a table a year, as whole percentages."""
    store = Store(folder / "world.duckdb")
    for year, counts in tables.items():
        path = folder / f"{year - 1}-{year}" / "england_ks4.csv"
        path.parent.mkdir()
        with path.open("w", newline="") as out:
            writer = csv.writer(out)
            names = ("RECTYPE", "URN", "SCHNAME", "NFTYPE", "TPUP", "TFSMCLA", "KS2APS")
            writer.writerow((*names, *counts))
            for i, n in enumerate(truth.pupils):
                disadvantaged = round(truth.shares[i] * n / 100)
                row = ("1", 100000 + i, f"School {i}", "CY", int(n), disadvantaged, truth.points[i])
                shown = (f"{100 * each[i] / n:.0f}%" for each in counts.values())
                writer.writerow((*row, *shown))
        assert [one.state for one in store.ingest(path)] == ["new"]
    return store


def within(table: Table, finding: str, value: float) -> bool:
    figure = table[finding].figure
    return figure.low <= value <= figure.high


def in_order(table: Table, column: str) -> list[Any]:
    """A column, in order of URN."""
    rows = sorted(zip(table.column("school_urn"), table.column(column), strict=True))
    return [cell for _, cell in rows]


def moves(table: Table) -> npt.NDArray[np.str_]:
    """Each school's move, in order of URN."""
    return np.array(in_order(table, "move"))


def test_two_results_of_one_truth_show_no_real_move(truth: Truth, tmp_path: Path) -> None:
    """Other pupils sit the second: at every threshold what falls is within what chance gives."""
    rng = np.random.default_rng(1)
    first, second = (published(truth.rates, truth.pupils, rng) for _ in range(2))
    store = held(tmp_path, truth, {2012: {OLD: first}, 2013: {OLD: second}})
    for threshold in (10, 15, 20):
        table = league(store, threshold=threshold, draws=500, **OTHER_PUPILS)
        assert table["league.fallers.share"].value > 0.5
        assert within(table, "league.real", 0.0)
        assert within(table, "league.chance", table["league.fallers.share"].value)
    move = moves(league(store, by="school", draws=1000, **OTHER_PUPILS))
    for way in ("fell", "rose"):
        assert 0.005 <= np.mean(move == way) <= 0.045  # 1 in 40 is judged so wrongly


def test_the_luck_that_pupils_share_is_allowed_for(truth: Truth, tmp_path: Path) -> None:
    """Three in four pupils do in the second as in the first: so does chance at .75, not at 0."""
    first, second = same_pupils(truth, 0.75, np.random.default_rng(2))
    store = held(tmp_path, truth, {2013: {OLD: first, NEW: second}})
    table = league(store, threshold=10, draws=500, **SAME_PUPILS)
    assert within(table, "league.real", 0.0)
    shown = table["league.fallers.share"].value
    assert table["league.chance.rho_0"].figure.low > shown
    assert table["league.chance.rho_50"].value > table["league.chance"].value
    assert table["league.chance.rho_90"].value < table["league.chance"].value


def test_real_movers_are_found_with_the_stated_error_rate(truth: Truth, tmp_path: Path) -> None:
    """One school in twenty truly falls by 30 points of its rate; the rest do not move."""
    rng = np.random.default_rng(3)
    able = np.flatnonzero((truth.rates > 50) & (truth.rates < 85) & (truth.pupils > 60))
    movers = np.zeros(truth.rates.size, dtype=bool)
    movers[rng.choice(able, truth.rates.size // 20, replace=False)] = True
    after = truth.rates - np.where(movers, 30.0, 0.0)
    counts = [published(rates, truth.pupils, rng) for rates in (truth.rates, after)]
    store = held(tmp_path, truth, {2012: {OLD: counts[0]}, 2013: {OLD: counts[1]}})
    table = league(store, by="school", draws=1000, threshold=20, **OTHER_PUPILS)
    fell = moves(table) == "fell"
    assert np.mean(fell[movers]) >= 0.9
    assert np.mean(fell[~movers]) <= 0.045
    found = table["league.real.schools"]
    falls = np.array(in_order(table, "rank_fall_points"))
    wrong = int((fell & ~movers & (falls >= 20)).sum())
    by_luck = float(found.figure.method.split("; ")[1].split()[0])
    assert found.value == int((fell & (falls >= 20)).sum())
    assert wrong <= by_luck + 3 * np.sqrt(by_luck) + 1
    assert not within(table, "league.real", 0.0)
    assert table["league.real"].figure.low > 0
