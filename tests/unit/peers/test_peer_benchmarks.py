from __future__ import annotations

import math

import numpy as np
import pytest

from codebreakers.errors import CannotAnswerError, RequestError, UnknownNameError
from codebreakers.peers import PeerRule
from codebreakers.peers.benchmarks import (
    Benchmark,
    benchmark_values,
    best,
    lowest,
    named,
    national,
    percentile,
    ranks_within,
    top,
)
from codebreakers.peers.matching import match

NAN = math.nan


@pytest.fixture
def groups():
    values = np.array([[1.0], [2.0], [4.0], [NAN]])
    return match(PeerRule.nearest(["a"], size=2), list("ABCD"), values)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: top(0), "share of a benchmark is 0; it must be above 0 to 1"),
        (lambda: top(20), "share of a benchmark is 20"),
        (lambda: lowest(NAN), "share of a benchmark is nan"),
        (lambda: percentile(101), "from 0 to 100"),
        (lambda: national(math.inf), "finite"),
        (lambda: national(NAN), "finite"),
    ],
)
def test_what_makes_no_benchmark_is_refused(make, said):
    with pytest.raises(RequestError, match=said):
        make()


@pytest.mark.parametrize(
    ("against", "words"),
    [
        (top(0.2), "the mean of the highest 20% of the peers"),
        (lowest(0.2), "the mean of the lowest 20% of the peers"),
        (percentile(90), "percentile 90 of the peers"),
        (best(), "the highest single peer"),
        (national(60.6), "the national value, 60.6"),
        (named("103519"), "school 103519"),
    ],
)
def test_a_benchmark_describes_itself(against, words):
    assert against.describe() == words
    assert against == Benchmark(against.kind, against.number, against.school)


def test_a_school_without_a_group_has_no_benchmark(groups):
    values = np.array([10.0, 20, 30, 40])
    for against in (top(0.5), lowest(0.5), percentile(50), best()):
        assert np.isnan(benchmark_values(against, groups, values)).tolist() == [False] * 3 + [True]
    assert np.isnan(benchmark_values(top(0.5), groups, values, weights=values)[3])
    assert benchmark_values(national(7), groups, values).tolist() == [7] * 4


def test_half_a_school_is_a_school_whatever_binary_fractions_make_of_it():
    assert 0.29 * 50 < 14.5
    values = np.arange(51.0)
    groups = match(PeerRule.nearest(["a"]), [f"S{i}" for i in range(51)], values[:, None])
    assert benchmark_values(top(0.29), groups, values)[0] == np.mean(np.arange(36, 51))


def test_what_does_not_fit_is_refused(groups):
    values = np.array([10.0, 20, 30, 40])
    with pytest.raises(RequestError, match="values have shape"):
        benchmark_values(best(), groups, values[:3])
    with pytest.raises(RequestError, match="infinite"):
        benchmark_values(best(), groups, [1, 2, 3, math.inf])
    with pytest.raises(RequestError, match="no mean to weight in the highest single peer"):
        benchmark_values(best(), groups, values, weights=values)
    with pytest.raises(RequestError, match="'B' has a value and the weight nan"):
        benchmark_values(top(0.5), groups, values, weights=[1, NAN, 1, 1])
    with pytest.raises(RequestError, match="'A' has a value and the weight -1"):
        benchmark_values(top(0.5), groups, values, weights=[-1, 1, 1, 1])
    with pytest.raises(RequestError, match="values have shape"):
        ranks_within(groups, values[:3])


def test_a_named_school_must_be_held_and_have_a_value(groups):
    with pytest.raises(UnknownNameError, match="'Z'"):
        benchmark_values(named("Z"), groups, np.ones(4))
    with pytest.raises(CannotAnswerError, match="'B' has no value"):
        benchmark_values(named("B"), groups, np.array([1, NAN, 1, 1]))


def test_peers_of_no_weight_make_no_mean(groups):
    weights = np.array([1.0, 0, 0, 1])
    found = benchmark_values(top(1), groups, np.array([10.0, 20, 30, 40]), weights=weights)
    np.testing.assert_array_equal(found, [NAN, 10, 10, NAN])


def test_the_lowest_of_the_negated_is_the_top():
    rng = np.random.default_rng(2)
    values, weights = rng.normal(size=80), rng.uniform(1, 9, 80)
    groups = match(PeerRule.nearest(["a"], size=9), [f"S{i}" for i in range(80)], values[:, None])
    for extra in ({}, {"weights": weights}):
        up = benchmark_values(top(0.3), groups, values, **extra)
        down = benchmark_values(lowest(0.3), groups, -values, **extra)
        np.testing.assert_allclose(up, -down)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (best(), [20, 10, 10, NAN]),
        (top(0.5), [20, 10, 10, NAN]),
        (lowest(0.5), [40, 40, 20, NAN]),
        # Three parts of the way from the most to the least.
        (percentile(75), [25, 17.5, 12.5, NAN]),
        (national(15), [15, 15, 15, 15]),
        (named("B"), [20, NAN, 20, 20]),
    ],
)
def test_where_less_is_better_the_best_have_the_least(groups, rule, expected):
    found = benchmark_values(rule, groups, np.array([10.0, 20, 40, 30]), higher=False)
    assert found == pytest.approx(np.array(expected), nan_ok=True)
