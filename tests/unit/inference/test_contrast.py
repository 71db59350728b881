"""Schools beside their own similar schools: the mean, and how often its interval is right."""

from __future__ import annotations

import numpy as np
import pytest

from codebreakers.errors import CannotAnswerError
from codebreakers.inference.contrast import contrast
from codebreakers.peers import PeerRule
from codebreakers.peers.matching import match

SCHOOLS, AREAS, WORLDS, GAP = 240, 30, 300, 3.0
NAMES = np.array([f"{i:06d}" for i in range(SCHOOLS)])


def world(seed):
    rng = np.random.default_rng(seed)
    share = rng.uniform(0, 80, SCHOOLS)
    areas = rng.integers(0, AREAS, SCHOOLS)
    some = rng.random(SCHOOLS) < 0.12
    outcome = 95 - 0.15 * share + rng.normal(0, 2, AREAS)[areas] + rng.normal(0, 4, SCHOOLS)
    groups = match(PeerRule.nearest(["share"], size=20), NAMES, share[:, None])
    return outcome + GAP * some, some, groups, share[:, None], areas.astype(str)


def test_the_difference_is_the_mean_over_schools_of_own_less_similar():
    outcome, some, groups, features, areas = world(0)
    outcome[5:9] = np.nan
    found = contrast(outcome, some, ~some, groups, features, areas)
    rows = groups.padded()
    apart = []
    for row in np.flatnonzero(some & ~np.isnan(outcome)):
        theirs = [
            outcome[o] for o in rows[row] if o >= 0 and not some[o] and outcome[o] == outcome[o]
        ]
        apart.append(outcome[row] - np.mean(theirs))
    assert found.difference.values[0] == pytest.approx(np.mean(apart), abs=1e-9)
    assert found.own - found.similar == pytest.approx(np.mean(apart), abs=1e-9)
    assert found.without == int((some & np.isnan(outcome)).sum())


@pytest.mark.proof
def test_its_interval_holds_the_truth_about_as_often_as_it_says():
    held = 0
    for seed in range(WORLDS):
        outcome, some, groups, features, areas = world(seed)
        figure = contrast(outcome, some, ~some, groups, features, areas).difference.estimate(0, "")
        assert figure.low is not None
        assert figure.high is not None
        held += figure.low <= GAP <= figure.high
    assert 0.91 <= held / WORLDS <= 0.985


def test_schools_without_a_result_or_anybody_beside_them_are_refused():
    outcome, some, groups, features, areas = world(1)
    with pytest.raises(CannotAnswerError, match="None of these schools"):
        contrast(np.full(SCHOOLS, np.nan), some, ~some, groups, features, areas)
    with pytest.raises(CannotAnswerError, match="None of these schools"):
        contrast(outcome, some, np.zeros(SCHOOLS, dtype=bool), groups, features, areas)
