"""The columns that intake predicts with, against one school and one column at a time."""

from __future__ import annotations

import math

import numpy as np
import pytest
import slow_intake as slow
from hypothesis import given, settings
from hypothesis import strategies as st

from codebreakers.inference.intake import intake_from, natural_spline


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(-100, 300), min_size=4, max_size=4, unique=True),
    st.lists(st.integers(-200, 400), min_size=1, max_size=20),
)
def test_a_natural_spline(knots, places):
    ends, x = np.sort(np.array(knots)) / 10, np.array(places) / 10
    expected = [slow.spline(place, ends.tolist()) for place in x.tolist()]
    # The cubes are as large as 60 ** 3, and what is left of them may be nought.
    reach = np.abs(x).max() + np.abs(ends).max() + 1
    slack = 1e-12 * reach**3 / (ends[-1] - ends[0]) ** 2 * reach / np.diff(ends).min()
    assert natural_spline(x, ends) == pytest.approx(np.array(expected), rel=1e-9, abs=slack)


@st.composite
def some_schools(draw):
    """From one school to forty: features that tie, that are missing, or are all the same."""
    schools, seed = draw(st.integers(1, 40)), draw(st.integers(0, 10**6))
    rng = np.random.default_rng(seed)
    spread = draw(st.sampled_from([1, 3, 12, 60]))
    values = np.stack([rng.integers(0, spread, schools), rng.normal(27, 1, schools)], axis=1)
    values[rng.random(values.shape) < draw(st.sampled_from([0.0, 0.2, 1.0]))] = math.nan
    used = rng.random(schools) < draw(st.sampled_from([0.7, 1.0]))
    used[0] = True
    selective = rng.random(schools) < draw(st.sampled_from([0.0, 0.3]))
    regions = rng.choice(["", "London", "York"], schools) if draw(st.booleans()) else None
    return values, used, selective, regions


@settings(max_examples=150, deadline=None)
@given(some_schools())
def test_the_columns_that_the_schools_used_tell_apart(case):
    values, used, selective, regions = case
    names = ("share", "points")
    found = intake_from(names, values, used, selective=selective, regions=regions)
    named = None if regions is None else regions.tolist()
    every = slow.columns(names, values.tolist(), used.tolist(), selective.tolist(), named)
    kept = slow.told_apart(every, used.tolist())
    assert found.names == tuple(kept)
    assert found.features == names
    rows = np.array(list(kept.values())).T
    assert found.design == pytest.approx(rows, rel=1e-9, abs=1e-9)
    alone = np.array(list(slow.in_a_mean_region(kept, used.tolist()).values())).T
    assert found.alone == pytest.approx(alone, rel=1e-9, abs=1e-9)
    whole = [not any(math.isnan(x) for x in row) for row in values.tolist()]
    assert found.complete.tolist() == whole
