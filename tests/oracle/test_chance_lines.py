"""The lines beside a published gain, and what is destiny, against one world at a time."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
import slow_chance as slow
from hypothesis import given, settings
from hypothesis import strategies as st

from codebreakers.inference.chance import SUMMED, WORLDS, by_luck, chance_removed, intake_alone
from codebreakers.inference.destiny import destiny
from codebreakers.inference.intake import Intake
from codebreakers.inference.levels import Levels
from codebreakers.inference.predictions import Predictions
from codebreakers.measures import Summary
from codebreakers.measures.catalogue import find
from codebreakers.peers import PeerGroups, PeerRule
from codebreakers.peers.benchmarks import best, lowest, named, national, percentile, top
from codebreakers.peers.gains import Gains, Preset
from codebreakers.peers.matching import match

NAN = math.nan
RATE, MEAN, SCORE = find("five_good_gcses"), find("attainment8"), find("progress8")
MEASURES = (RATE, MEAN, SCORE, replace(RATE, better="lower"), replace(SCORE, better="lower"))
RULES = (top(0.2), top(1), lowest(0.3), best(), percentile(70), national(0.4))
FEW = settings(max_examples=60, deadline=None)


@dataclass(frozen=True)
class World:
    """Schools with a result or without, and who is like whom."""

    found: Gains
    rule: Preset
    members: list[list[int]]
    names: list[str]
    rng: np.random.Generator

    @property
    def there(self) -> list[bool]:
        """Who has a result."""
        return (~np.isnan(self.found.summary.values)).tolist()

    def by_hand(self, values: Any) -> list[list[float]]:
        """The rule's gains on each row of values."""
        measure, pupils = self.found.summary.measure, self.found.summary.pupils.tolist()
        return [
            slow.gains(
                self.rule.benchmark,
                self.rule.fraction,
                self.members,
                self.names,
                row,
                pupils,
                higher=measure.better == "higher",
                percent=measure.unit == "percent",
            )
            for row in values
        ]


def summary_of(measure, names, values, pupils, year=2013):
    nothing = np.full(len(values), NAN)
    missing = np.isnan(values)
    counts = np.where(missing, NAN, np.round(values * pupils / 100))
    if measure.kind != "proportion":
        counts = nothing
    return Summary(
        measure,
        year,
        "all",
        1,
        np.array(names),
        pupils,
        counts,
        counts,
        values,
        nothing,
        nothing,
        np.where(missing, "SUPP", ""),
    )


def members_of(groups: PeerGroups) -> list[list[int]]:
    return [
        groups.members[groups.starts[s] : groups.starts[s + 1]].tolist() for s in range(len(groups))
    ]


@st.composite
def some_worlds(draw):
    """From one school to forty; results that tie, that are missing, and that are all the same."""
    schools = draw(st.one_of(st.just(1), st.integers(2, 40)))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    measure = draw(st.sampled_from(MEASURES))
    pupils = rng.integers(1, 200, schools).astype(float)
    if measure.kind == "proportion":
        rates = draw(st.sampled_from([[0.5], [0.0, 1.0], [0.2, 0.4, 0.6], np.arange(101) / 100]))
        values = 100 * np.round(rng.choice(rates, schools) * pupils) / pupils
    else:
        values = rng.choice(draw(st.sampled_from([[0.0], [-0.5, 0.0, 1.0]])), schools)
    missing = rng.random(schools) < draw(st.sampled_from([0.0, 0.3]))
    values[missing] = NAN
    pupils[missing] = rng.choice([NAN, 0.0, 20.0], missing.sum())
    names = [f"{100000 + s}" for s in range(schools)]
    # Shares of whole percents, and some without: these have no group and are nobody's peer.
    feature = rng.integers(0, 12, schools).astype(float)
    feature[rng.random(schools) < 0.1] = NAN
    likeness = PeerRule.nearest(["share"], size=draw(st.integers(1, 12)), sds=[1.0])
    groups = match(likeness, names, feature[:, None], eligible=~missing, sizes=pupils)
    against = draw(st.sampled_from(RULES))
    if not missing.all() and draw(st.integers(1, 8)) == 1:
        against = named(names[int(np.flatnonzero(~missing)[0])])
    rule = Preset("any", "all", likeness, against, draw(st.sampled_from([0.5, 1.0])))
    summary = summary_of(measure, names, values, pupils)
    found = Gains(None, summary, groups, values, values, values)
    return World(found, rule, members_of(groups), names, rng)


def close(expected):
    return pytest.approx(np.array(expected), rel=2e-5, abs=2e-3, nan_ok=True)


def predictions(world, *, draws, complete=None):
    """Any coefficients and intake; two columns, and not of the scale of the measure."""
    schools = len(world.names)
    design = np.column_stack([np.ones(schools), world.rng.normal(size=schools)])
    whole = np.ones(schools, dtype=bool) if complete is None else complete
    measure = world.found.summary.measure
    return Predictions(
        measure,
        np.array(world.there),
        Intake(("intercept", "share"), 5 * design, whole, ("share",), design),
        world.rng.normal(size=(draws, 2)),
        NAN if measure.kind == "proportion" else 1.26,
    )


@FEW
@given(some_worlds(), st.integers(1, 5))
def test_with_chance_allowed_for_the_rule_is_done_anew_on_every_draw(world, draws):
    summary = world.found.summary
    middle = 50.0 if summary.measure.kind == "proportion" else 0.0
    levels = world.rng.normal(middle, middle / 4 + 0.4, (draws, len(world.names)))
    levels[:, ~np.array(world.there)] = NAN
    found = chance_removed(world.found, levels.astype(np.float32), world.rule)
    assert found == close(world.by_hand(levels.tolist()))


def three(measure=RATE):
    """Three schools, each the peer of the other two."""
    names, feature = ["100001", "100002", "100003"], np.array([[1.0], [2.0], [3.0]])
    likeness = PeerRule.nearest(["share"], size=2)
    groups = match(likeness, names, feature)
    values, pupils = np.array([30.0, 40.0, 60.0]), np.array([10.0, 20.0, 30.0])
    rule = Preset("any", "all", likeness, best(), 1.0)
    found = Gains(None, summary_of(measure, names, values, pupils), groups, values, values, values)
    return World(found, rule, members_of(groups), names, np.random.default_rng(1))


def test_sums_are_over_so_many_draws_and_the_first_of_them():
    world = three()
    levels = np.random.default_rng(0).uniform(0, 100, (SUMMED + 7, 3)).astype(np.float32)
    found = chance_removed(world.found, levels, world.rule)
    assert found.shape == (SUMMED, 3)
    assert found == close(world.by_hand(levels[:SUMMED].astype(float).tolist()))


@FEW
@given(some_worlds(), st.integers(1, 5), st.data())
def test_with_intake_alone_every_school_does_what_its_own_predicts(world, draws, data):
    complete = np.array([data.draw(st.integers(1, 6)) > 1 for _ in world.names])
    levels = predictions(world, draws=7, complete=complete)
    found = intake_alone(world.found, levels, world.rule, draws=draws)
    proportion = world.found.summary.measure.kind == "proportion"
    expected = [
        [
            slow.level(slow.times(row, coefficients), proportion=proportion)
            if there and whole
            else NAN
            for row, there, whole in zip(
                levels.intake.alone.tolist(), world.there, complete.tolist(), strict=True
            )
        ]
        for coefficients in levels.coefficients[:draws].tolist()
    ]
    assert found == close(world.by_hand(expected))


@FEW
@given(some_worlds(), st.integers(0, 10**6))
def test_by_luck_every_school_is_drawn_once_from_its_own_peers(world, seed):
    levels = predictions(world, draws=1)
    found = by_luck(world.found, levels, world.rule, worlds=3, seed=seed)
    rng, summary = np.random.default_rng(seed), world.found.summary
    drawn = [
        slow.world_of_luck(
            world.members, summary.values.tolist(), summary.pupils.tolist(), levels.pupil_sd, rng
        )
        for _ in range(3)
    ]
    assert found == close(world.by_hand(drawn))


def test_so_many_worlds_are_enough_where_nobody_says_how_many():
    world = three()
    levels = predictions(world, draws=WORLDS + 1)
    assert len(by_luck(world.found, levels, world.rule)) == WORLDS
    assert len(intake_alone(world.found, levels, world.rule)) == WORLDS


def test_a_school_that_no_list_gives_peers_is_not_drawn_and_is_still_a_peer():
    """It has a result, which counts in the pooled one of the schools that are like it."""
    pairs = tuple((f"10000{i}", f"10000{j}", 1.0, 1) for i, j in ((1, 2), (2, 3)))
    world = three()
    groups = match(PeerRule.listed(pairs), world.names, np.empty((3, 0)))
    world = replace(world, found=replace(world.found, groups=groups), members=members_of(groups))
    levels = predictions(world, draws=1)
    rng, summary = np.random.default_rng(5), world.found.summary
    drawn = [
        slow.world_of_luck(
            world.members, summary.values.tolist(), summary.pupils.tolist(), NAN, rng
        )
        for _ in range(20)
    ]
    found = by_luck(world.found, levels, world.rule, worlds=20, seed=5)
    assert found == close(world.by_hand(drawn))
    assert not np.isnan(found[:, 0]).any()
    assert np.isnan(found[:, 1:]).all()


# What is destiny ------------------------------------------------------------------------------


@FEW
@given(st.integers(1, 40), st.integers(0, 10**6), st.sampled_from(MEASURES), st.data())
def test_destiny_is_the_share_that_intake_predicts(schools, seed, measure, data):
    rng = np.random.default_rng(seed)
    width, draws = data.draw(st.integers(1, 3)), data.draw(st.integers(1, 4))
    alone = np.column_stack([np.ones(schools), rng.integers(0, 4, (schools, width - 1))])
    known, complete, inside = (rng.random(schools) > 0.15 for _ in range(3))
    taus = rng.choice([0.0, 0.3, 1.0], draws)
    nothing = np.full((draws, schools), NAN, dtype=np.float32)
    levels = Levels(
        measure,
        known,
        Intake(("intercept", "a", "b")[:width], 3 * alone, complete, ("a",), alone),
        rng.normal(size=(draws, width)),
        NAN,
        draws=nothing,
        reliability=np.full(schools, NAN),
        taus=taus,
        seed=seed,
    )
    found = destiny(levels, inside)
    rows = alone[known & complete & inside].tolist()
    if not rows:
        assert found is None
        return
    expected = [
        slow.destiny(
            rows,
            coefficients,
            tau,
            proportion=measure.kind == "proportion",
            higher=measure.better == "higher",
        )
        for coefficients, tau in zip(levels.coefficients.tolist(), taus.tolist(), strict=True)
    ]
    for mine, theirs in zip(
        (found.share, found.tenth, found.ninetieth), zip(*expected, strict=True), strict=True
    ):
        assert mine == pytest.approx(np.array(theirs), rel=1e-9, abs=1e-9)


def test_where_nothing_varies_intake_predicts_none_of_it():
    levels = Levels(
        RATE,
        np.ones(3, dtype=bool),
        Intake(("intercept",), np.ones((3, 1)), np.ones(3, dtype=bool), (), np.ones((3, 1))),
        np.zeros((1, 1)),
        NAN,
        draws=np.full((1, 3), 50, dtype=np.float32),
        reliability=np.ones(3),
        taus=np.zeros(1),
        seed=0,
    )
    found = destiny(levels, np.ones(3, dtype=bool))
    assert found.share.tolist() == [0.0]
    assert found.tenth == found.ninetieth == pytest.approx([50.0])
