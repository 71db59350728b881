"""What intake predicts with: the spline, the columns, and schools with a feature missing."""

from __future__ import annotations

import numpy as np
import pytest

from codebreakers.inference.intake import natural_spline

KNOTS = np.array([10.0, 20.0, 30.0, 50.0])


def second_differences(columns):
    return np.diff(columns, n=2, axis=0)


def test_a_natural_spline_is_a_line_outside_its_knots_and_bends_inside():
    x = np.linspace(0, 80, 801)
    columns = natural_spline(x, KNOTS)
    assert columns.shape == (801, 3)
    assert np.array_equal(columns[:, 0], x)
    bends = second_differences(columns)
    assert np.abs(bends[x[1:-1] < 9.9]).max() < 1e-9
    assert np.abs(bends[x[1:-1] > 50.1]).max() < 1e-9
    inside = (x[1:-1] > 12) & (x[1:-1] < 45)
    assert np.abs(bends[inside][:, 1]).max() > 1e-6


def test_a_natural_spline_is_smooth_at_its_knots():
    x = np.linspace(0, 80, 80_001)
    third = np.diff(natural_spline(x, KNOTS), n=3, axis=0) / (x[1] - x[0]) ** 3
    second = np.diff(natural_spline(x, KNOTS), n=2, axis=0) / (x[1] - x[0]) ** 2
    assert np.abs(np.diff(second, axis=0)).max() < 1e-2 * np.abs(second).max() + 1e-6
    assert np.isfinite(third).all()


def test_four_knots_can_take_any_straight_line_and_a_bend():
    x = np.linspace(5, 60, 200)
    design = np.column_stack([np.ones(200), natural_spline(x, KNOTS)])
    line = 3 - 0.2 * x
    solved = np.linalg.lstsq(design, line, rcond=None)[0]
    assert design @ solved == pytest.approx(line)
    assert np.linalg.matrix_rank(design) == 4
