"""The gap in rank from counts is what comparing every pair gives; its range covers the truth."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from slow_rank_gap import chance, index_by_mean_ranks, variance

from codebreakers.inference.rank_gap import rank_gap

Z = 1.959963984540054
SCORES = range(10)
groups = st.lists(st.sampled_from(SCORES), min_size=1, max_size=12)


def counts(group: Sequence[int]) -> list[int]:
    found = Counter(group)
    return [found[score] for score in SCORES]


@given(groups, groups)
def test_it_is_what_every_pair_gives(lower: list[int], upper: list[int]) -> None:
    gap = rank_gap(counts(lower), counts(upper))
    expected = chance(lower, upper)
    assert gap.chance == pytest.approx(float(expected), abs=1e-12)
    assert 20 * (gap.chance - 0.5) == pytest.approx(
        float(index_by_mean_ranks(lower, upper)), abs=1e-9
    )
    if min(len(lower), len(upper)) < 2 or expected in (0, 1) or variance(lower, upper) == 0:
        assert gap.low is None
        return
    assert gap.low is not None
    assert gap.high is not None
    half = Z * math.sqrt(variance(lower, upper))
    for end, sign in ((gap.low, -1), (gap.high, 1)):
        odds = math.log(end / (1 - end)) - math.log(expected / (1 - expected))
        assert odds == pytest.approx(sign * half / float(expected * (1 - expected)), rel=1e-9)


def test_the_groups_exchanged_turn_it_round() -> None:
    one, other = [3, 1, 4, 1, 5], [2, 7, 1, 8, 2]
    gap, turned = rank_gap(one, other), rank_gap(other, one)
    assert gap.chance == pytest.approx(1 - turned.chance)
    assert gap.low == pytest.approx(1 - (turned.high or 0))


def test_groups_wholly_apart_have_no_range() -> None:
    gap = rank_gap([5, 0], [0, 5])
    assert (gap.chance, gap.low, gap.high) == (1.0, None, None)


def test_a_group_without_anyone_is_an_error() -> None:
    with pytest.raises(ValueError, match="no member"):
        rank_gap([0, 0], [1, 2])


@pytest.mark.proof
@pytest.mark.parametrize(("lower", "upper"), [(30, 90), (150, 450), (2_000, 6_000)])
@pytest.mark.parametrize("apart", [0.0, 0.5, 1.5])
def test_its_range_holds_the_truth_in_nineteen_cases_of_twenty(
    lower: int, upper: int, apart: float
) -> None:
    rng = np.random.default_rng([lower, upper, int(10 * apart)])
    steps = np.linspace(-3, 4, 19)
    bell = np.array([0.5 * (1 + math.erf(step / math.sqrt(2))) for step in steps])
    shifted = np.array([0.5 * (1 + math.erf((step - apart) / math.sqrt(2))) for step in steps])
    shares = [np.diff([0.0, *cumulated, 1.0]) for cumulated in (bell, shifted)]
    truth = float(shares[0] @ (1 - np.cumsum(shares[1]) + shares[1] / 2))
    worlds = 4_000
    held = 0
    for _ in range(worlds):
        gap = rank_gap(
            rng.multinomial(lower, shares[0]).tolist(), rng.multinomial(upper, shares[1]).tolist()
        )
        assert gap.low is not None
        assert gap.high is not None
        held += gap.low <= truth <= gap.high
    # Three standard errors of the share, and what the normal form may miss in 120 pupils.
    assert held / worlds == pytest.approx(0.95, abs=0.012)
