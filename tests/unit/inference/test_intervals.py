"""The interval of one school's own result."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from codebreakers.inference.intervals import sampling_interval, wilson
from codebreakers.measures import Summary
from codebreakers.measures.catalogue import find

NAN = math.nan
# The 97.5% point of the normal distribution, to more digits than a float has.
Z = Fraction("1.959963984540054235524594430520551527955550")


def one(k: float, n: float, level: float = 0.95) -> tuple[float, float]:
    low, high = wilson(np.array([k]), np.array([k]), np.array([n]), level=level)
    return float(low[0]), float(high[0])


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [(81, 263, 25.53, 36.62), (15, 148, 6.24, 16.05), (0, 20, 0.00, 16.11), (1, 29, 0.61, 17.18)],
)
def test_it_is_the_score_interval_of_the_published_examples(
    k: int, n: int, low: float, high: float
) -> None:
    """R. G. Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3."""
    assert one(k, n) == pytest.approx((low, high), abs=0.005)


@pytest.mark.parametrize(("k", "n"), [(0, 7), (1, 7), (20, 43), (43, 43), (130, 217)])
def test_its_ends_are_the_rates_that_the_result_only_just_fits(k: int, n: int) -> None:
    """(k/n - p)^2 = z^2 p (1 - p) / n, solved exactly, at both ends."""
    a, b, c = 1 + Z**2 / n, -(2 * Fraction(k, n) + Z**2 / n), Fraction(k, n) ** 2
    for end in one(k, n):
        p = Fraction(end) / 100
        assert abs(a * p**2 + b * p + c) < Fraction(1, 10**12)
    low, high = one(k, n)
    assert low + high == pytest.approx(float(-b / a * 100))
    assert 0 <= low < high <= 100


def test_successes_and_failures_mirror_one_another() -> None:
    for k in range(13):
        low, high = one(k, 12)
        assert one(12 - k, 12) == pytest.approx((100 - high, 100 - low))


def test_it_does_not_collapse_where_none_or_all_succeed() -> None:
    assert one(0, 10)[0] == 0
    assert one(0, 10)[1] > 25
    assert one(10, 10)[1] == 100


def coverage(n: int, p: Fraction) -> float:
    """The chance, by counting every result, that the interval holds the truth."""
    low, high = wilson(np.arange(n + 1.0), np.arange(n + 1.0), np.full(n + 1, float(n)))
    return float(
        sum(
            math.comb(n, k) * p**k * (1 - p) ** (n - k)
            for k in range(n + 1)
            if low[k] <= float(100 * p) <= high[k]
        )
    )


@pytest.mark.parametrize("n", [10, 43, 120])
def test_it_holds_the_truth_about_as_often_as_it_says(n: int) -> None:
    every = [coverage(n, Fraction(p, 60)) for p in range(6, 55)]
    assert 0.94 < sum(every) / len(every) < 0.965
    assert min(every) > 0.9


def test_a_lower_level_is_a_narrower_interval() -> None:
    assert one(20, 43)[0] < one(20, 43, level=0.8)[0]
    assert one(20, 43)[1] > one(20, 43, level=0.8)[1]


def test_where_several_counts_fit_it_is_wide_enough_for_each() -> None:
    low, high = wilson(np.array([170.0]), np.array([172.0]), np.array([300.0]))
    ends = [one(k, 300) for k in (170, 171, 172)]
    assert (low[0], high[0]) == (min(e[0] for e in ends), max(e[1] for e in ends))


@pytest.mark.parametrize("pupils", [0.0, NAN])
def test_of_no_pupils_or_unknown_ones_there_is_none(pupils: float) -> None:
    assert all(math.isnan(end) for end in one(0, pupils))
    assert all(math.isnan(end) for end in one(NAN, 30))


def test_a_score_has_the_limits_that_are_published_and_no_others() -> None:
    nothing = np.full(2, NAN)
    pupils, limits = np.array([90.0, 80.0]), (np.array([-0.5, NAN]), np.array([0.1, NAN]))
    summary = Summary(
        find("progress8"),
        2018,
        "all",
        1,
        np.array(["A", "B"]),
        pupils,
        nothing,
        nothing,
        np.array([-0.2, 0.1]),
        *limits,
        np.array(["", ""]),
    )
    low, high = sampling_interval(summary)
    assert low[0] == -0.5
    assert high[0] == 0.1
    assert np.isnan([low[1], high[1]]).all()
