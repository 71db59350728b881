from __future__ import annotations

import math

import numpy as np
import pytest

from codebreakers.peers.scales import population_sd, quantile_bands
from codebreakers.peers.ties import settle


def test_a_population_standard_deviation_leaves_out_the_missing():
    assert population_sd(np.array([1.0, math.nan, 3.0])) == 1.0
    assert math.isnan(population_sd(np.array([math.nan])))


def test_numbers_that_differ_by_rounding_have_no_spread():
    assert population_sd(np.array([0.1 + 0.2, 0.3])) == 0.0
    assert population_sd(np.array([0.30001, 0.3])) == pytest.approx(0.000005)


def test_a_standard_deviation_does_not_depend_on_order():
    values = np.random.default_rng(3).normal(28, 1.4, 4000)
    expected = population_sd(values)
    rng = np.random.default_rng(4)
    assert all(population_sd(rng.permutation(values)) == expected for _ in range(20))
    assert expected == pytest.approx(np.std(values))


def test_bands_leave_out_the_missing_and_take_their_ends_from_elsewhere_if_asked():
    values = np.array([1.0, math.nan, 5.0, 9.0])
    assert quantile_bands(values, 2).tolist() == [0, -1, 0, 1]
    assert quantile_bands(values, 2, over=np.array([1.0, 2.0])).tolist() == [0, -1, 1, 1]
    assert quantile_bands(np.array([math.nan]), 5).tolist() == [-1]


def test_distances_that_differ_by_rounding_are_made_equal():
    near = 1 + 1e-12
    rows = np.array([[0.0, 1.0, near, 2.0], [0.0, 1e-17, 1.0, 1 + 1e-6]])
    assert settle(rows, 1e-15).tolist() == [[0.0, 1.0, 1.0, 2.0], [0.0, 0.0, 1.0, 1 + 1e-6]]


def test_no_step_is_lost_in_a_long_run_of_levels():
    rows = np.arange(50.0)[None, :]
    assert settle(rows, 1e-15).tolist() == rows.tolist()
