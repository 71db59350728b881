"""Peers, slowly and obviously in plain Python, against the arrays."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from slow_peers import (
    School,
    groups_of,
    line_window,
    mean,
    same_band,
    slow_benchmark,
    slow_weighted,
    varied,
)

from codebreakers.peers import PeerRule, neighbours
from codebreakers.peers.benchmarks import (
    benchmark_values,
    best,
    lowest,
    percentile,
    ranks_within,
    top,
)
from codebreakers.peers.matching import match
from codebreakers.peers.quality import differences
from codebreakers.peers.scales import quantile_bands

NAN = math.nan


def tables(features, largest=40):
    """Lists of schools on grids on which ties are many and not exact in binary fractions."""
    feature = st.one_of(
        st.sampled_from([27.1, 27.4, 27.9, 28.4, 28.6]),
        st.integers(0, 12).map(lambda n: n / 10),
        st.just(NAN) if features > 1 else st.integers(0, 3).map(float),
    )
    school = st.tuples(
        st.tuples(*[feature] * features),
        st.one_of(st.integers(90, 95).map(float), st.just(NAN)),
        st.integers(0, 1),
        st.integers(0, 5).map(bool),
        st.one_of(st.integers(30, 40).map(float), st.just(NAN)),
    )
    names = st.permutations([str(100000 + 7 * i) for i in range(largest)])
    return st.tuples(st.lists(school, min_size=3, max_size=largest), names).map(
        lambda drawn: [School(n, *s) for s, n in zip(drawn[0], drawn[1], strict=False)]
    )


def run(rule, schools, seed):
    return match(
        rule,
        np.array([s.name for s in schools]),
        np.array([s.features for s in schools]),
        eligible=np.array([s.eligible for s in schools]),
        sizes=np.array([s.size for s in schools]),
        pool=np.array([s.pool for s in schools]),
        seed=seed,
    )


def compare(groups, expected):
    for name, pairs in expected.items():
        group = groups.of(name)
        assert group.members == tuple(peer for peer, _ in pairs)
        assert group.distances == pytest.approx([d for _, d in pairs], rel=1e-9, abs=1e-12)


@pytest.fixture(params=[2**19, 16], ids=["whole", "in-portions"])
def portions(request, monkeypatch):
    monkeypatch.setattr(neighbours, "_ENTRIES", request.param)
    monkeypatch.setattr(neighbours, "_SPARE", 1)


def each_example(function):
    """Hypothesis draws many examples within one use of `portions`, which is what is wanted."""
    relaxed = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    return settings(max_examples=40, deadline=None, suppress_health_check=relaxed)(function)


@each_example
@given(
    tables(2),
    st.integers(1, 6),
    st.sampled_from([(1.0, 1.0), (2.0, 0.5)]),
    st.integers(0, 2**64 - 1),
)
def test_nearest_is_what_the_slow_way_finds(portions, schools, size, weights, seed):
    assume(varied(schools, 2))
    rule = PeerRule.nearest(["a", "b"], size=size, weights=weights)
    expected = groups_of(schools, weights, seed, lambda _, others: others)
    compare(run(rule, schools, seed), {name: pairs[:size] for name, pairs in expected.items()})


@each_example
@given(tables(1), st.integers(1, 6), st.integers(0, 9))
def test_nearest_in_one_feature_with_hundreds_of_ties(portions, schools, size, seed):
    assume(varied(schools, 1))
    expected = groups_of(schools, (1.0,), seed, lambda _, others: others)
    groups = run(PeerRule.nearest(["a"], size=size), schools, seed)
    compare(groups, {name: pairs[:size] for name, pairs in expected.items()})


@each_example
@given(tables(1), st.integers(0, 4), st.integers(1, 4), st.integers(0, 9))
def test_ranked_is_what_the_slow_way_finds(schools, above, below, seed):
    assume(varied(schools, 1))
    expected = groups_of(schools, (1.0,), seed, line_window(schools, above, below, seed))
    compare(run(PeerRule.ranked("a", above, below), schools, seed), expected)


@each_example
@given(tables(1), st.integers(2, 6), st.integers(0, 9))
def test_bands_are_what_the_slow_way_finds(portions, schools, bands, seed):
    assume(varied(schools, 1))
    expected = groups_of(schools, (1.0,), seed, same_band(schools, bands))
    compare(run(PeerRule.bands("a", bands), schools, seed), expected)


@each_example
@given(tables(2), st.integers(1, 6), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(schools, size, random):
    assume(varied(schools, 2))
    shuffled = random.sample(schools, len(schools))
    for rule in (
        PeerRule.nearest(["a", "b"], size=size),
        PeerRule.nearest(["a", "b"], size=size, weights=[3, 1]),
    ):
        one, other = run(rule, schools, 5), run(rule, shuffled, 5)
        for school in schools:
            ours, theirs = one.of(school.name), other.of(school.name)
            assert (ours.members, ours.distances) == (theirs.members, theirs.distances)
            assert (ours.quality, ours.withheld) == (theirs.quality, theirs.withheld)
            np.testing.assert_array_equal(ours.differences, theirs.differences)


def test_three_hundred_schools_in_whole_percent(portions):
    rng = np.random.default_rng(11)
    schools = [
        School(
            str(100000 + i),
            (float(rng.integers(5, 60)) // 5, round(float(rng.normal(27.8, 1)), 1)),
            float(rng.integers(80, 200)),
            int(i % 9 == 0),
            bool(i % 7),
            NAN,
        )
        for i in rng.permutation(300).tolist()
    ]
    for rule, weights, column in (
        (PeerRule.nearest(["a", "b"], size=30), (1.0, 1.0), slice(0, 2)),
        (PeerRule.nearest(["a"], size=10), (1.0,), slice(0, 1)),
    ):
        some = [School(**{**vars(s), "features": s.features[column]}) for s in schools]
        expected = groups_of(some, weights, 3, lambda _, others: others)
        groups = run(rule, some, 3)
        compare(groups, {name: pairs[: rule.size] for name, pairs in expected.items()})


def test_hundreds_of_equal_schools_of_few_sizes(portions):
    """More tied in size, on either side, than a group needs; and some of no known size."""
    rng = np.random.default_rng(12)
    sizes = [90.0] * 9 + [92.0] * 9 + [100.0] * 9 + [89.0, 93.0, NAN]
    schools = [
        School(str(100000 + i), (float(i % 2),), sizes[int(rng.integers(30))], 0, bool(i % 7), NAN)
        for i in rng.permutation(240).tolist()
    ]
    expected = groups_of(schools, (1.0,), 3, lambda _, others: others)
    groups = run(PeerRule.nearest(["a"], size=3), schools, 3)
    compare(groups, {name: pairs[:3] for name, pairs in expected.items()})


@each_example
@given(
    tables(1),
    st.sampled_from([("top", top), ("lowest", lowest), ("percentile", percentile), ("best", None)]),
    st.sampled_from([0.05, 0.2, 0.29, 0.5, 1.0]),
    st.booleans(),
)
def test_benchmarks_are_what_the_slow_way_finds(schools, named, number, ragged):
    assume(varied(schools, 1))
    kind, make = named
    number = 100 * number if kind == "percentile" else number
    benchmark = make(number) if make else best()
    rule = PeerRule.bands("a", 3) if ragged else PeerRule.nearest(["a"], size=7)
    groups = run(rule, schools, 1)
    by_name = {s.name: s for s in schools}
    values = np.array([s.value for s in schools])
    weights = np.array([1.0 + i % 4 for i in range(len(schools))])
    weight_of = dict(zip(by_name, weights.tolist(), strict=True))
    plain = benchmark_values(benchmark, groups, values)
    weighted = kind in ("top", "lowest")
    heavy = benchmark_values(benchmark, groups, values, weights=weights) if weighted else None
    for row, name in enumerate(by_name):
        peers = [
            (by_name[m].value, weight_of[m])
            for m in groups.of(name).members
            if not math.isnan(by_name[m].value)
        ]
        expected = slow_benchmark(kind, number, peers)
        assert plain[row] == pytest.approx(expected, nan_ok=True)
        if heavy is not None:
            expected = slow_weighted(kind, number, peers)
            assert heavy[row] == pytest.approx(expected, nan_ok=True)


@each_example
@given(tables(2))
def test_quality_and_ranks_are_what_the_slow_way_finds(schools):
    assume(varied(schools, 2))
    groups = run(PeerRule.nearest(["a", "b"], size=5), schools, 1)
    by_name = {s.name: s for s in schools}
    ranks, among = ranks_within(groups, np.array([s.value for s in schools]))
    values = np.array([s.features for s in schools])
    gaps = differences(groups.starts, groups.members, values, np.array([2.0, 0.5]))
    for row, (name, school) in enumerate(by_name.items()):
        members = [by_name[m] for m in groups.of(name).members]
        for j, unit in enumerate((2.0, 0.5)):
            expected = (mean([m.features[j] for m in members]) - school.features[j]) / unit
            assert gaps[row, j] == pytest.approx(expected, nan_ok=True)
        rivals = [m.value for m in members if not math.isnan(m.value)]
        if math.isnan(school.value) or not rivals:
            assert math.isnan(ranks[row])
            assert among[row] == 0
        else:
            everyone = sorted([*rivals, school.value], reverse=True)
            first, ties = everyone.index(school.value) + 1, everyone.count(school.value)
            assert (ranks[row], among[row]) == (first + (ties - 1) / 2, len(everyone))


@given(st.lists(st.integers(0, 9).map(float), min_size=1, max_size=30), st.integers(2, 6))
def test_bands_end_where_their_share_is_reached(values, bands):
    found = quantile_bands(np.array(values), bands)
    ordered = sorted(values)
    for value, band in zip(values, found.tolist(), strict=True):
        ends = [ordered[math.ceil(p * len(ordered) / bands) - 1] for p in range(1, bands)]
        assert band == sum(value > end for end in ends)
