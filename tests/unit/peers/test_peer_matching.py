from __future__ import annotations

import math

import numpy as np
import pytest

from codebreakers.errors import CannotAnswerError, RequestError
from codebreakers.peers import PeerRule, neighbours
from codebreakers.peers.matching import match

NAN = math.nan
ONE = PeerRule.nearest(["a"], size=2)
TWO = PeerRule.nearest(["a", "b"], size=2)


@pytest.mark.parametrize(
    ("arguments", "options", "said"),
    [
        ((ONE, ["A", "B", "A"], [[1], [2], [3]]), {}, "'A' is given twice"),
        ((ONE, [], np.empty((0, 1))), {}, "identifiers"),
        ((ONE, [["A"]], [[1]]), {}, r"shape \(1, 1\)"),
        ((ONE, ["A", "B"], [1, 2]), {}, r"shape \(2,\); 2 schools and 1 features \(a\)"),
        ((TWO, ["A", "B"], [[1], [2]]), {}, "2 features"),
        ((ONE, ["A", "B"], [[1], [math.inf]]), {}, "'a' of row 1 is inf"),
        ((ONE, ["A", "B"], [[1], [1e90]]), {}, r"'a' of row 1 is 1e\+90"),
        ((ONE, ["A", "B"], [[1], [2]]), {"sizes": [1]}, "sizes have shape"),
        ((ONE, ["A", "B"], [[1], [2]]), {"pool": [1, 2, 3]}, "pool have shape"),
        ((ONE, ["A", "B"], [[1], [2]]), {"eligible": [True]}, "eligible have shape"),
        ((ONE, ["A", "B"], [[1], [2]]), {"seed": -1}, "seed is -1"),
        ((ONE, ["A", "B"], [[1], [2]]), {"seed": 1.5}, "seed is 1.5"),
        ((ONE, ["A", "B"], [[1], [2]]), {"seed": 2**64}, "seed is"),
        ((PeerRule.ranked("a"), ["A", "B"], [[3], [3]]), {}, "'a' is 3 at all 2"),
        ((PeerRule.bands("a"), ["A", "B"], [[3], [3]]), {}, "'a' is 3 at all 2"),
        ((ONE, ["A", "B"], [[0.1 + 0.2], [0.3]]), {}, "at all 2"),
        ((PeerRule.nearest(["a"], sds=[1e-80]), ["A", "B"], [[1], [2]]), {}, "too small"),
    ],
)
def test_what_does_not_fit_is_refused(arguments, options, said):
    with pytest.raises(RequestError, match=said):
        match(*arguments, **options)


def test_a_list_of_other_schools_cannot_be_answered():
    rule = PeerRule.listed([("X", "Y", 0.1, 1)])
    with pytest.raises(CannotAnswerError, match="same identifiers"):
        match(rule, ["A", "B"], np.empty((2, 0)))


def test_given_standard_deviations_make_a_constant_feature_harmless():
    groups = match(PeerRule.nearest(["a"], size=1, sds=[2.0]), ["A", "B"], [[3], [3]])
    assert groups.of("A").distances == (0.0,)


def test_a_constant_feature_of_weight_0_is_carried_along():
    rule = PeerRule.nearest(["a", "b"], size=1, weights=[1, 0])
    groups = match(rule, ["A", "B", "C"], [[1, 7], [2, 7], [9, 7]])
    assert groups.of("A").members == ("B",)


def test_the_standard_deviation_is_of_the_schools_that_may_be_peers():
    values = np.array([[0.0], [2.0], [1000.0]])
    groups = match(ONE, ["A", "B", "C"], values, eligible=[1, 1, 0])
    assert groups.of("A").distances == (2.0,)


def test_a_list_keeps_to_pools_and_to_schools_that_may_be_peers():
    rule = PeerRule.listed(
        [("A", "B", 0.1, 1), ("A", "C", 0.2, 2), ("A", "D", 0.3, 3), ("B", "A", 0.1, 1)]
    )
    groups = match(rule, list("ABCD"), np.empty((4, 0)), pool=[0, 1, 0, 0], eligible=[1, 1, 0, 1])
    assert groups.of("A").members == ("D",)
    assert groups.reasons.tolist() == ["", "no-peers", "not-held", "not-held"]
    assert groups.of("A").quality == ""


def test_a_missing_cohort_comes_last_among_equals():
    groups = match(ONE, list("ABC"), [[5], [6], [4]], sizes=[100, NAN, 500])
    assert groups.of("A").members == ("C", "B")


def test_more_tied_schools_than_are_asked_for_at_first(monkeypatch):
    """300 distinct points on a circle are all at one distance from its centre."""
    monkeypatch.setattr(neighbours, "_SPARE", 1)
    turn = np.linspace(0, 2 * np.pi, 300, endpoint=False)
    points = np.concatenate([[[0.0, 0.0]], np.column_stack([np.cos(turn), np.sin(turn)])])
    sizes = np.concatenate([[100.0], 400 + np.arange(300.0)[::-1]])
    rule = PeerRule.nearest(["a", "b"], size=3, sds=[1, 1])
    names = np.array([f"S{i:03}" for i in range(301)])
    assert match(rule, names, points, sizes=sizes).of("S000").members == ("S300", "S299", "S298")


def test_groups_of_thousands_of_equal_schools_are_those_nearest_in_size():
    count = 3000
    values = np.repeat([[0.0], [1.0]], count // 2, axis=0)
    sizes = np.arange(count, dtype=np.float64)
    names = np.array([str(i) for i in range(count)])
    groups = match(PeerRule.nearest(["a"], size=4), names, values, sizes=sizes)
    assert set(groups.of("700").members) == {"698", "699", "701", "702"}
    assert groups.of("0").members == ("1", "2", "3", "4")


def test_lots_are_the_same_on_every_machine_and_in_every_version():
    """A change here changes published groups."""
    values = [[50.0]] + [[40.0], [60.0]] * 5
    names = [str(100000 + i) for i in range(11)]
    groups = match(PeerRule.nearest(["a"], size=10), names, values, seed=2014)
    last_digits = [int(name) - 100000 for name in groups.of("100000").members]
    assert last_digits == [9, 5, 8, 2, 7, 1, 3, 4, 6, 10]
