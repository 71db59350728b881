"""The range of an unchanged school's next result against the slow one, and its edges."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from slow_next_year import ends, reached

from codebreakers.inference.next_year import next_rate, next_score

LEVELS = st.lists(st.floats(0.5, 99.5), min_size=1, max_size=6)


@given(LEVELS, st.integers(1, 40), st.integers(0, 100), st.sampled_from([0.5, 0.8, 0.95]))
def test_the_range_and_the_chance_are_those_of_the_slow_one(levels, pupils, target, level):
    found = next_rate(np.array(levels), pupils, target=target, level=level)
    assert (found.low, found.high) == pytest.approx(ends(levels, pupils, level))
    assert found.reached == pytest.approx(reached(levels, pupils, target), abs=1e-9)


def test_a_level_that_is_not_known_widens_the_range():
    sure = next_rate(np.full(400, 40.0), 100)
    unsure = next_rate(np.linspace(20, 60, 400), 100)
    assert unsure.low < sure.low < 40 < sure.high < unsure.high


def test_a_target_that_a_whole_number_of_pupils_makes_is_met_by_it():
    levels = np.array([50.0])
    assert next_rate(levels, 3, target=100 / 3).reached == pytest.approx(7 / 8)
    assert next_rate(levels, 3, target=0).reached == 1.0
    assert math.isnan(next_rate(levels, 3).reached)


def test_a_mean_score_has_the_range_of_the_normal():
    found = next_score(np.array([10.0]), 25, 5.0, target=10.0)
    assert (found.low, found.high) == pytest.approx((10 - 1.959964, 10 + 1.959964), abs=1e-5)
    assert found.reached == pytest.approx(0.5)


def test_scores_drawn_by_hand_fall_within_it_as_often_as_it_says():
    rng = np.random.default_rng(3)
    levels = rng.normal(40, 2, 4_000)
    found = next_score(levels, 50, 18.0, target=43.0)
    drawn = rng.choice(levels, 200_000) + rng.normal(0, 18 / math.sqrt(50), 200_000)
    inside = (drawn >= found.low) & (drawn <= found.high)
    assert inside.mean() == pytest.approx(0.95, abs=0.004)
    assert (drawn >= 43).mean() == pytest.approx(found.reached, abs=0.004)


@pytest.mark.parametrize(("levels", "pupils"), [([], 10), ([50.0], 0)])
def test_nothing_is_said_without_pupils_or_draws(levels, pupils):
    with pytest.raises(ValueError, match="pupils and draws"):
        next_rate(np.array(levels), pupils)
    with pytest.raises(ValueError, match="pupils and draws"):
        next_score(np.array(levels), pupils, 1.0)
