from __future__ import annotations

import math

import numpy as np
import pytest

from codebreakers.errors import RequestError, UnknownNameError
from codebreakers.peers import PeerGroup, PeerRule
from codebreakers.peers.matching import match


def test_rules_are_values():
    one = PeerRule.nearest(["share", "points"], size=50, weights=[1, 2])
    assert one == PeerRule.nearest(("share", "points"), weights=(1.0, 2.0))
    assert hash(one) == hash(PeerRule.nearest(("share", "points"), weights=(1.0, 2.0)))
    assert one != PeerRule.nearest(["share", "points"])


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (
            PeerRule.nearest(["disadvantaged_percent"]),
            "The 50 schools nearest in disadvantaged percent.",
        ),
        (PeerRule.nearest(["a"], size=1), "The school nearest in a."),
        (
            PeerRule.nearest(["a", "b", "c"], size=15, weights=[1, 2, 0], sds=[1, 3, 5.5]),
            (
                "The 15 schools nearest in a, b and c, weighted 1, 2 and 0,"
                " in standard deviations of 1, 3 and 5.5."
            ),
        ),
        (PeerRule.ranked("ks2_points"), "The 27 schools above and the 27 below in ks2 points."),
        (PeerRule.bands("a"), "Every other school in the same fifth of a."),
        (PeerRule.bands("a", 7), "Every other school in the same of 7 equal bands of a."),
        (
            PeerRule.listed([("A", "B", 0.5, 1), ("A", "C", 0.6, 2)]),
            "The 2 pairs of an imported list for 1 schools.",
        ),
    ],
)
def test_a_rule_describes_itself(rule, sentence):
    assert rule.describe() == sentence


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: PeerRule.nearest([]), "at least one feature"),
        (lambda: PeerRule.nearest("share"), "not as the text 'share'"),
        (lambda: PeerRule.nearest(["a", "a"]), "'a' is given twice"),
        (lambda: PeerRule.nearest(["a"], size=0), "size of a peer rule .* not 0"),
        (lambda: PeerRule.nearest(["a"], size=2.5), "not 2.5"),
        (lambda: PeerRule.nearest(["a"], size=True), "not True"),
        (lambda: PeerRule.nearest(["a", "b"], weights=[1]), "1 weights for 2 features: a, b"),
        (lambda: PeerRule.nearest(["a"], weights=[-1]), "weight of 'a' is -1"),
        (lambda: PeerRule.nearest(["a"], weights=[math.nan]), "weight of 'a' is nan"),
        (lambda: PeerRule.nearest(["a"], weights=[math.inf]), "weight of 'a' is inf"),
        (lambda: PeerRule.nearest(["a"], weights=["x"]), "not all numbers"),
        (lambda: PeerRule.nearest(["a", "b"], weights=[0, 0]), "weight 0"),
        (lambda: PeerRule.nearest(["a"], sds=[1, 2]), "2 standard deviations for 1 features"),
        (lambda: PeerRule.nearest(["a"], sds=[0]), "standard deviation of 'a' is 0"),
        (lambda: PeerRule.nearest(["a"], sds=[math.nan]), "standard deviation of 'a' is nan"),
        (lambda: PeerRule.ranked("a", -1, 3), "above of a peer rule"),
        (lambda: PeerRule.ranked("a", 0, 0), "0 schools above and 0 below"),
        (lambda: PeerRule.bands("a", 1), "bands of a peer rule is a whole number from 2"),
        (lambda: PeerRule.listed([]), "empty"),
        (lambda: PeerRule.listed([("A", "B", -0.1, 1)]), "distance -0.1"),
        (lambda: PeerRule.listed([("A", "B", math.nan, 1)]), "distance nan"),
        (lambda: PeerRule.listed([("A", "B", 0.1, 0)]), "rank .* not 0"),
        (lambda: PeerRule.listed([("A", "B", 0.1)]), "is not a school, a neighbour"),
        (lambda: PeerRule.listed([("A", "B", "far", 1)]), "is not a school, a neighbour"),
    ],
)
def test_what_makes_no_rule_is_refused(make, said):
    with pytest.raises(RequestError, match=said):
        make()


def test_an_unknown_kind_gets_the_nearest():
    with pytest.raises(UnknownNameError, match="nearest"):
        PeerRule("neares", ("a",), size=3, weights=(1.0,))


@pytest.fixture
def groups():
    values = np.array([[1.0], [2.0], [4.0], [math.nan]])
    return match(PeerRule.nearest(["a"], size=2, sds=[1.0]), ["10", "9", "8", "7"], values)


def test_one_schools_group(groups):
    group = groups.of("10")
    assert group == PeerGroup("10", ("9", "8"), (1.0, 3.0), "no good match", (2.0,))
    assert groups.of("7").withheld.reason.startswith("no group of similar schools")


def test_all_groups_at_once(groups):
    assert len(groups) == 4
    assert groups.sizes.tolist() == [2, 2, 2, 0]
    assert groups.starts.tolist() == [0, 2, 4, 6, 6]
    assert groups.padded().tolist() == [[1, 2], [0, 2], [1, 0], [-1, -1]]
    assert groups.reasons.tolist() == ["", "", "", "no-match"]


def test_groups_cannot_be_changed(groups):
    with pytest.raises(ValueError, match="read-only"):
        groups.members[0] = 3


def test_an_unknown_school_gets_the_nearest(groups):
    with pytest.raises(UnknownNameError, match="'1O'"):
        groups.of("1O")
