"""Slopes that cannot be told, and those without an interval."""

from __future__ import annotations

import numpy as np
import pytest

from codebreakers.errors import CannotAnswerError
from codebreakers.inference.slopes import FEWEST_CLUSTERS, slopes

X = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0], [2.0, 1.0]])
ONES = np.ones(5)


def test_a_plane_is_found_exactly() -> None:
    found = slopes(3 + X @ np.array([2.0, -1.0]), X, ONES, np.arange(5).astype(str))
    assert found.values == pytest.approx([2, -1])
    assert found.errors == pytest.approx([0, 0], abs=1e-12)


@pytest.mark.parametrize(
    "columns",
    [
        np.column_stack([X[:, 0], 2 * X[:, 0] + 3]),
        np.column_stack([X[:, 0], np.full(5, 7.0)]),
        np.zeros((5, 2)),
    ],
)
def test_columns_that_cannot_be_told_apart_have_no_slopes(columns: np.ndarray) -> None:
    with pytest.raises(CannotAnswerError, match="do not differ enough"):
        slopes(ONES, columns, ONES, np.arange(5).astype(str))


def test_what_differs_between_regions_only_has_no_slope_within_them() -> None:
    regions = np.array(["a", "a", "b", "b", "b"])
    columns = np.column_stack([(regions == "b").astype(float), X[:, 0]])
    with pytest.raises(CannotAnswerError, match="do not differ enough"):
        slopes(X[:, 1], columns, ONES, np.arange(5).astype(str), regions)


def test_three_schools_are_too_few_for_two_slopes() -> None:
    with pytest.raises(CannotAnswerError, match="3 schools are too few for 2 slopes"):
        slopes(ONES[:3], X[:3], ONES[:3], np.arange(3).astype(str))


def test_few_authorities_give_a_slope_without_an_interval() -> None:
    rng = np.random.default_rng(1)
    columns = rng.normal(size=(60, 2))
    for clusters in (FEWEST_CLUSTERS - 1, FEWEST_CLUSTERS):
        names = (np.arange(60) % clusters).astype(str)
        figure = slopes(rng.normal(size=60), columns, np.ones(60), names).estimate(0, "")
        assert (figure.low is None) == (clusters < FEWEST_CLUSTERS)
        assert bool(figure.no_interval) == (clusters < FEWEST_CLUSTERS)
