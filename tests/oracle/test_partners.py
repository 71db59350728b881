"""Pairing and partners against their slow twins."""

from __future__ import annotations

import math

import numpy as np
import pytest
import slow_partners as slow
from hypothesis import given, settings
from hypothesis import strategies as st

from codebreakers.errors import RequestError
from codebreakers.measures.held import resolve
from codebreakers.peers.miles import miles_between
from codebreakers.peers.pairing import pair_fewest_miles, pair_with_nearest
from codebreakers.peers.population import Scope
from codebreakers.questions.partners import field_of, offer_of
from codebreakers.questions.partners.demand import demand_of, paired
from codebreakers.store import Store

YEAR = 2014


@st.composite
def worlds(draw):
    """A few schools and whom they could be paired with; distances often tie."""
    owners, others = draw(st.integers(1, 5)), draw(st.integers(1, 4))
    every = [(o, 100 + p) for o in range(owners) for p in range(others)]
    chosen = draw(st.lists(st.sampled_from(every), unique=True, min_size=1))
    far = st.one_of(
        st.sampled_from([0.0, 1.0, 2.0]), st.integers(0, 75_000).map(lambda m: m / 1000)
    )
    return [(o, p, draw(far)) for o, p in chosen], draw(st.integers(1, 3))


def arrays(pairs):
    owners, others, miles = zip(*pairs, strict=True)
    return np.array(owners), np.array(others), np.array(miles)


@given(worlds())
@settings(max_examples=150, deadline=None)
def test_the_fewest_miles_of_the_most_pairs_are_those_of_every_way_tried(world):
    pairs, capacity = world
    owners, others, miles = arrays(pairs)
    chosen = pair_fewest_miles(owners, others, miles, capacity)
    assert len(set(owners[chosen])) == len(chosen)
    assert np.bincount(others[chosen], minlength=1).max(initial=0) <= capacity
    cost = int(np.rint(1000 * miles[chosen]).sum())
    assert (len(chosen), cost) == slow.best_pairing(pairs, capacity)


@given(worlds())
@settings(max_examples=150, deadline=None)
def test_asking_the_nearest_alone_is_what_it_says(world):
    pairs, capacity = world
    owners, others, miles = arrays(pairs)
    chosen = pair_with_nearest(owners, others, miles, capacity)
    found = sorted(zip(owners[chosen].tolist(), others[chosen].tolist(), strict=True))
    assert found == slow.nearest_pairing(pairs, capacity)
    assert len(pair_fewest_miles(owners, others, miles, capacity)) >= len(chosen)


def test_nobody_to_pair_is_no_pair_and_no_room_is_refused():
    nothing = np.array([], dtype=np.intp)
    assert not len(pair_fewest_miles(nothing, nothing, np.array([]), 5))
    with pytest.raises(RequestError, match="0 others"):
        pair_fewest_miles(nothing, nothing, np.array([]), 0)


@given(st.lists(st.tuples(st.floats(49, 56), st.floats(-6, 2)), min_size=2, max_size=5))
@settings(max_examples=50, deadline=None)
def test_miles_are_those_of_another_formula(places):
    here, there = np.array(places[0]), np.array(places[1:])
    for found, place in zip(miles_between(here, there), places[1:], strict=True):
        # The law of cosines loses its last digits for near places.
        assert found == pytest.approx(slow.miles(places[0], place), abs=1e-3)
    assert math.isnan(miles_between(here, np.array([math.nan, 0.0])))


@pytest.fixture(scope="module")
def field(example: Store):
    measure, year = resolve(example, None, YEAR, "disadvantaged")
    with example.reading():
        return field_of(example, measure, year, draws=500, seed=0)


@pytest.fixture(scope="module")
def schools(field):
    levels = field.levels.draws.astype(float).mean(axis=0)
    keys = field.people.keys.tolist()
    return {
        key: {
            "similar": field.groups.of(key).members,
            "grade": str(field.evidence.grades[row]),
            "aside": field.since[row].aside if row in field.since else "",
            "place": tuple(field.places[row]),
            "from_14": bool(field.from_14[row]),
            "level": float(levels[row]) if field.levels.known[row] else None,
        }
        for row, key in enumerate(keys)
    }


@pytest.mark.parametrize("within", [30.0, 75.0, 400.0])
def test_who_is_named_and_why_not(field, schools, within):
    keys, named = field.people.keys.tolist(), 0
    for row, key in enumerate(keys):
        offer = offer_of(field, row, within=within)
        found = [keys[one.row] for one in offer.named]
        assert found == slow.named(key, schools, within)
        graded = [
            k for k in schools[key]["similar"] if schools[k]["grade"] in ("confirmed", "likely")
        ]
        assert len(offer.named) + len(offer.aside) == len(graded)
        named += len(found)
    assert named


@pytest.mark.parametrize("within", [30.0, 75.0])
def test_who_needs_somebody_and_why_there_is_nobody(field, schools, within):
    demand = demand_of(field, Scope(), within)
    keys, values = field.people.keys.tolist(), field.summary.values
    row_of = {key: row for row, key in enumerate(keys)}
    reasons = set()
    for row, key in enumerate(keys):
        theirs = sorted((values[row_of[k]] for k in schools[key]["similar"]), reverse=True)
        best = theirs[: max(1, math.floor(len(theirs) * 0.2 + 0.5))]
        needs = (
            bool(best)
            and values[row] < sum(best) / len(best)
            and schools[key]["grade"] not in ("confirmed", "likely")
        )
        assert bool(demand.needs[row]) == needs, key
        if needs:
            reasons.add(reason := slow.lacking(key, schools, within))
            assert demand.lacking[row] == reason
    assert {"", "evidence", "far"} <= reasons
    pairs = paired(demand, 2)
    taken = np.bincount(demand.others[pairs.chosen])
    assert taken.max() == 2
    assert (demand.miles[pairs.chosen] <= within).all()
