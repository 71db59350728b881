from __future__ import annotations

import math

import numpy as np
import pytest

from codebreakers.peers import PeerRule
from codebreakers.peers.matching import match
from codebreakers.peers.quality import FlaggedShare, differences, flagged_by_fifth, labels

NAN = math.nan


def test_the_worst_feature_decides_and_one_that_cannot_be_judged_does_not():
    gaps = np.array([[0.1, -0.6], [0.3, NAN], [-0.25, 0.25], [NAN, NAN]])
    assert labels(gaps).tolist() == ["no good match", "loose match", "good match", ""]
    assert labels(np.empty((2, 0))).tolist() == ["", ""]


def test_a_difference_needs_the_school_a_peer_and_a_standard_deviation():
    features = np.array([[1.0, 1.0], [3.0, NAN], [NAN, 5.0]])
    starts, members = np.array([0, 2, 3, 3]), np.array([1, 2, 2])
    found = differences(starts, members, features, np.array([2.0, 0.0]))
    np.testing.assert_array_equal(found, [[1.0, NAN], [NAN, NAN], [NAN, NAN]])


def test_schools_at_the_ends_are_flagged_by_fifth():
    values = np.concatenate([np.arange(20.0), [90.0]])[:, None]
    groups = match(PeerRule.nearest(["a"], size=4), [f"S{i}" for i in range(21)], values)
    shares = flagged_by_fifth(groups, values)
    assert [share.fifth for share in shares] == [1, 2, 3, 4, 5]
    assert sum(share.schools for share in shares) == 21
    assert shares[4] == FlaggedShare("a", 5, 4, 0.0, 0.25)
    assert (shares[0].loose, shares[0].poor) == (0.0, 0.0)


def test_a_fifth_without_schools_has_no_share():
    values = np.array([[1.0], [1.0], [1.0], [2.0], [NAN]])
    groups = match(PeerRule.nearest(["a"], size=1), list("ABCDE"), values)
    shares = flagged_by_fifth(groups, values)
    assert [share.schools for share in shares] == [3, 0, 0, 1, 0]
    assert [share.loose for share in shares] == [0.0, None, None, 0.0, None]


def test_a_list_is_judged_on_the_features_it_was_not_made_from():
    rule = PeerRule.listed([("A", "B", 0.1, 1), ("B", "A", 0.1, 1)], ["a", "b"])
    groups = match(rule, list("ABC"), [[1, 5], [1.2, 5], [9, 5]])
    assert groups.of("A").quality == "good match"
    assert groups.of("A").differences[0] == pytest.approx(0.2 / np.std([1, 1.2, 9]))
    assert math.isnan(groups.of("A").differences[1])
