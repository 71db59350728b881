"""Ranks, benchmarks and gains on draws against one draw and one school at a time."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slow_draws import benchmarks, gains, quantile, ranks

from codebreakers.inference.draws import (
    benchmarks_on_draws,
    blocks,
    chance_above,
    gains_on_draws,
    interval,
    quantiles,
    ranks_on_draws,
    told_apart,
)
from codebreakers.peers import PeerRule
from codebreakers.peers.benchmarks import benchmark_values, best, lowest, percentile, top
from codebreakers.peers.matching import match

RULES = {
    "top": top(0.2),
    "lowest": lowest(0.3),
    "best": best(),
    "percentile": percentile(70),
}


@st.composite
def worlds(draw):
    """Draws of schools' levels, some schools without one, and groups of peers."""
    schools = draw(st.integers(3, 14))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    levels = rng.uniform(0, 100, size=(draw(st.integers(1, 6)), schools)).astype(np.float32)
    missing = draw(st.sets(st.integers(0, schools - 1), max_size=schools - 2))
    levels[:, sorted(missing)] = np.nan
    rule = PeerRule.nearest(["x"], size=draw(st.integers(1, schools)))
    names = [f"{i:06}" for i in range(schools)]
    return levels, match(rule, names, rng.normal(size=(schools, 1))), rng.integers(1, 99, schools)


@settings(max_examples=150, deadline=None)
@given(worlds(), st.sampled_from(sorted(RULES)), st.floats(0.1, 1))
def test_benchmarks_and_gains_are_picked_anew_on_every_draw(world, kind, fraction):
    levels, groups, pupils = world
    rule = RULES[kind]
    members = [
        groups.members[groups.starts[s] : groups.starts[s + 1]].tolist() for s in range(len(groups))
    ]
    found = benchmarks_on_draws(rule, groups, levels)
    slow = benchmarks(kind, rule.number, members, levels.astype(float).tolist())
    assert found == pytest.approx(np.array(slow), rel=1e-5, nan_ok=True)
    one = benchmark_values(rule, groups, levels[0].astype(float))
    assert found[0] == pytest.approx(one, rel=1e-5, nan_ok=True)
    gained = gains_on_draws(levels, found, pupils, fraction)
    by_hand = gains(levels.astype(float).tolist(), slow, pupils.tolist(), fraction)
    assert gained == pytest.approx(np.array(by_hand), abs=1e-3, nan_ok=True)


@settings(max_examples=100, deadline=None)
@given(worlds(), st.data())
def test_ranks_have_the_interval_of_the_places_on_the_draws(world, data):
    levels, groups, _ = world
    judged = np.array([data.draw(st.booleans()) for _ in range(len(groups))])
    found = ranks_on_draws(levels, judged)
    placed = ranks(levels.astype(float).tolist(), np.flatnonzero(judged).tolist())
    ranked = sorted(placed[0])
    assert found.among == len(ranked)
    assert np.flatnonzero(~np.isnan(found.low)).tolist() == ranked
    for s in ranked:
        places = [draw[s] for draw in placed]
        assert found.low[s] == math.floor(quantile(places, 0.025) + 1e-9)
        assert found.high[s] == math.ceil(quantile(places, 0.975) - 1e-9)
        assert found.top[s] == np.mean([p <= 0.2 * len(ranked) for p in places])
        assert found.bottom[s] == np.mean([p > 0.8 * len(ranked) for p in places])


def test_less_is_better_turns_the_ranks_and_the_gains_round():
    levels = np.array([[1.0, 2.0, 3.0]])
    everybody = np.ones(3, dtype=bool)
    assert ranks_on_draws(levels, everybody, higher=False).low.tolist() == [1, 2, 3]
    assert ranks_on_draws(levels, everybody).low.tolist() == [3, 2, 1]
    goals = np.full((1, 3), 2.0)
    pupils = np.ones(3)
    down = gains_on_draws(levels, goals, pupils, 1.0, percent=False, higher=False)
    assert down.tolist() == [[0.0, 0.0, 1.0]]
    assert gains_on_draws(levels, goals, pupils, 1.0, percent=False).tolist() == [[1.0, 0.0, 0.0]]


def test_nobody_ranked_is_no_rank():
    found = ranks_on_draws(np.array([[1.0, 2.0]]), np.zeros(2, dtype=bool))
    assert found.among == 0
    assert np.isnan(found.low).all()


def test_the_chance_of_being_above_is_the_share_of_draws_and_unknown_stays_unknown():
    levels = np.array([[1.0, 5.0, np.nan], [3.0, 5.0, np.nan]])
    assert chance_above(levels, 2.0) == pytest.approx([0.5, 1.0, np.nan], nan_ok=True)
    assert chance_above(levels, 2.0, higher=False)[:2].tolist() == [0.5, 0.0]
    # To be at the goal is neither.
    assert chance_above(levels, 5.0)[1] == chance_above(levels, 5.0, higher=False)[1] == 0.0
    goals = np.array([[2.0, np.nan, 1.0]])
    assert chance_above(levels, goals) == pytest.approx([0.5, np.nan, np.nan], nan_ok=True)


def test_schools_are_told_apart_where_one_is_higher_on_nearly_every_draw():
    rng = np.random.default_rng(1)
    levels = rng.normal([50, 50, 60, 40, np.nan], 1, size=(1000, 5))
    assert told_apart(levels, 0, np.array([1, 2, 3, 4])).tolist() == [0, 1, -1, 0]


def test_as_sure_as_is_asked_for_is_sure_enough():
    """Others are higher in 8, 6, 5, 4, 2 and 0 of eight draws: at one in two, 6 and 2 will do."""
    others = np.array([[d < n for n in (8, 6, 5, 4, 2, 0)] for d in range(8)])
    levels = np.column_stack([np.full(8, 0.5), others])
    found = told_apart(levels, 0, np.arange(1, 7), level=0.5)
    assert found.tolist() == [1, 1, 0, 0, -1, -1]


@given(st.integers(0, 40), st.sampled_from([0, 1, 1 << 18, 1 << 21, 1 << 23]))
def test_parts_make_up_the_whole(length, width):
    parts = [range(length)[part] for part in blocks(length, width)]
    assert [i for part in parts for i in part] == list(range(length))
    assert max(map(len, parts), default=0) <= max(1, (1 << 22) // max(1, width))


def test_a_figure_of_draws_is_their_mean_with_their_interval():
    draws = np.array([1.0, 2.0, 3.0, 10.0])
    found = interval(draws, n=7, method="4 draws", seed=3)
    assert (found.value, found.n, found.method, found.seed) == (4.0, 7, "4 draws", 3)
    ends = [quantile(draws.tolist(), q) for q in (0.025, 0.975)]
    assert [found.low, found.high] == pytest.approx(ends)


def test_the_interval_of_a_column_is_between_its_quantiles():
    draws = np.random.default_rng(2).normal(size=(500, 3))
    low, high = quantiles(draws)
    for s in range(3):
        assert low[s] == pytest.approx(quantile(draws[:, s].tolist(), 0.025))
        assert high[s] == pytest.approx(quantile(draws[:, s].tolist(), 0.975))
