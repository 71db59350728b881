"""The regional divide and the trend, against plain Python; coverage where the truth is known."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st
from slow_gaps import may_subtract, slow_divide, slow_stretches
from slow_questions import mainstream, rate, rate_all
from small_store import YEAR, Made, hold

from codebreakers.errors import CannotAnswerError
from codebreakers.estimates import Estimate, Withheld
from codebreakers.inference.cohorts import SURE, added, difference, ratio_interval
from codebreakers.inference.extremes import extremes_of
from codebreakers.measures.catalogue import find
from codebreakers.measures.national import National
from codebreakers.measures.truth import true_values
from codebreakers.peers.population import population
from codebreakers.questions.gaps import gaps
from codebreakers.questions.gaps.years import Year, change, stretches

CODES = st.sampled_from(["SUPP", "NE", "blank"])
PERCENT = st.one_of(st.integers(0, 100), st.integers(0, 100), CODES)
REGIONS = ("London", "North East", "South West", "")


@st.composite
def countries(draw):
    published = draw(st.booleans())
    schools = []
    for i in range(draw(st.integers(3, 14))):
        cohort = draw(st.integers(20, 60))
        some = draw(st.one_of(st.integers(0, 20), CODES))
        pupils = some if isinstance(some, int) else 0
        schools.append(
            Made(
                urn=f"{100000 + i}",
                cohort=cohort,
                disadvantaged=some,
                others=cohort - pupils,
                points=27.0,
                count="blank",
                percent=draw(PERCENT) if pupils else "NE",
                percent_all=draw(PERCENT),
                percent_other=draw(PERCENT) if published else "blank",
                selective=False,
                special=draw(st.integers(1, 8)) == 1,
                authority="",
                region=draw(st.sampled_from(REGIONS)),
            )
        )
    return schools


@settings(max_examples=12, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(schools=countries())
def test_the_divide(schools):
    ours = mainstream(schools)
    assume(any(s.region for s in ours))
    assume(any(rate(s) is not None for s in schools))
    assume(any(rate_all(s) is not None for s in schools))
    expected = slow_divide(ours)
    with tempfile.TemporaryDirectory() as folder:
        store = hold(Path(folder), schools)
        try:
            table = gaps(store, year=YEAR, by="region", draws=50)
        except CannotAnswerError:
            assert not any(expected.values())
            return
    names = [column.name for column in table.columns]
    shown = {row[0]: dict(zip(names, row, strict=True)) for row in table.rows}
    assert shown.keys() == {region or "not known" for region in expected}
    for region, numbers in expected.items():
        row = shown[region or "not known"]
        if numbers is None:
            assert row["gap_points"] == row["disadvantaged_percent"] == Withheld("small")
            continue
        columns = ("disadvantaged_percent", "disadvantaged_pupils", "other_percent")
        columns += ("other_pupils", "gap_points", "low_gap", "high_gap")
        assert [row[c] for c in columns] == pytest.approx(list(numbers), rel=1e-9, abs=1e-9)
    known = {region: n for region, n in expected.items() if n is not None and region}
    if len(known) > 1:
        rates = [numbers[0] for numbers in known.values()]
        assert table["gap.region.range"].value == pytest.approx(max(rates) - min(rates))
    for region, numbers in known.items():
        better = sum(other[0] > numbers[0] + 1e-9 for other in known.values())
        ties = sum(abs(other[0] - numbers[0]) < 1e-9 for other in known.values())
        assert better < shown[region]["rank"] <= better + ties


# Over years -----------------------------------------------------------------------------------


@st.composite
def some_years(draw):
    asked = []
    for year in draw(st.sets(st.integers(2010, 2024), min_size=1, max_size=10)):
        measure = "five_good_gcses" if year <= 2015 else "attainment8"
        source = draw(st.sampled_from(["national table", "schools", "schools"]))
        asked.append((year, measure, source if draw(st.integers(0, 4)) else ""))
    return sorted(asked)


def year_of(year, measure, source):
    found = {
        group: National(value, 1000, source, "said", ())
        for group, value in (("disadvantaged", 40.0 + year % 7), ("other", 70.0 + year % 5))
        if source
    }
    return Year(year, find(measure), found, "" if source else "not held")


@given(some_years())
def test_only_years_counted_in_one_way_are_joined(asked):
    years = [year_of(*one) for one in asked]
    held = [one for one in asked if one[2]]
    assert [(r[0].year, r[-1].year) for r in stretches(years)] == slow_stretches(held)
    for first in held:
        for last in held:
            if first[0] < last[0]:
                got = change(year_of(*first), year_of(*last))
                assert isinstance(got, Estimate) == may_subtract(first, last)
                if isinstance(got, Estimate):
                    gap = [30 + y % 5 - y % 7 for y in (first[0], last[0])]
                    assert got.value == pytest.approx(gap[1] - gap[0])


# Coverage on Example England ------------------------------------------------------------------

WORLDS = 300
FEW_POINTS = 0.03  # three standard errors of a share of 95% over so many worlds are 0.038


@pytest.fixture(scope="module")
def truth(example):
    """Pupils and true rates of Example England's schools in both groups, and their regions."""
    people = population(example, 2013)
    measure = find("five_good_gcses")
    rates, pupils = [], []
    for group, column in (("disadvantaged", "DISADVANTAGED"), ("other", "OTHER")):
        schools, values = true_values(example, 2013, f"TRUE_FIVE_GOOD_{column}")
        rates.append(values[np.searchsorted(schools, people.keys)] / 100)
        pupils.append(np.nan_to_num(people.take(measure, group).pupils).astype(int))
    names, regions = np.unique(people.schools["region"].astype(str), return_inverse=True)
    return measure, np.array(rates), np.array(pupils), regions, names


def summed(rates, pupils, regions, count):
    return 100 * np.bincount(regions, rates * pupils, count) / np.bincount(regions, pupils, count)


def test_intervals_hold_the_truth_as_often_as_they_say(truth):
    """Of rates, gaps and London's ratio, in worlds redrawn from Example England's own truth."""
    measure, rates, pupils, regions, names = truth
    rng, count = np.random.default_rng(1), len(names)
    behind, ahead = (summed(rates[g], pupils[g], regions, count) for g in (0, 1))
    away = names != "London"
    rest = np.array([0, 1])[(away[regions]).astype(int)]
    true_pair = summed(rates[0], pupils[0], rest, 2)
    hits = {"rate": [], "gap": [], "ratio": []}
    for _ in range(WORLDS):
        shown = 100 * rng.binomial(pupils, rates) / np.maximum(pupils, 1)
        some, others = (added(measure, shown[g], pupils[g], regions, count) for g in (0, 1))
        hits["rate"].append((some.low <= behind) & (behind <= some.high))
        low, high = difference(others, some)
        hits["gap"].append((low <= ahead - behind) & (ahead - behind <= high))
        pair = added(measure, shown[0], pupils[0], rest, 2)
        ends = ratio_interval(pair.values[0], pair.pupils[0], pair.values[1], pair.pupils[1])
        hits["ratio"].append(ends[0] <= true_pair[0] / true_pair[1] <= ends[1])
    for what, found in hits.items():
        covered = np.mean(found)
        assert 0.95 - FEW_POINTS <= covered <= 0.99, (what, covered)


def test_the_range_with_chance_removed_holds_the_truth_and_the_published_one_is_too_wide(truth):
    """Many small areas, as authorities are: groups of a few schools each."""
    measure, rates, pupils, _, _ = truth
    few = np.arange(rates.shape[1]) % 50
    rng = np.random.default_rng(2)
    true = summed(rates[0], pupils[0], few, 50)
    apart, published, left, inside = true.max() - true.min(), [], [], []
    for world in range(100):
        shown = 100 * rng.binomial(pupils[0], rates[0]) / np.maximum(pupils[0], 1)
        some = added(measure, shown, pupils[0], few, 50)
        errors = (some.high - some.low) / (2 * SURE)
        drawn = extremes_of(some.values, errors, np.zeros(50), draws=300, seed=world)
        low, high = np.quantile(drawn.ranges, [0.025, 0.975])
        published.append(some.values.max() - some.values.min())
        left.append(drawn.ranges.mean())
        inside.append(low <= apart <= high)
    assert np.mean(published) > apart, "picked after seeing, the two are partly the luckiest"
    assert abs(np.mean(left) - apart) < np.mean(published) - apart
    assert np.mean(inside) >= 0.88, np.mean(inside)


def test_an_interval_of_scores_without_limits_is_wider_than_chance(truth):
    _, rates, pupils, regions, names = truth
    score, count = find("attainment8"), len(names)
    rng, levels = np.random.default_rng(3), 60 * rates[0]
    n = np.maximum(pupils[0], 1)
    true = summed(levels / 100, n, regions, count)
    known, unknown = [], []
    for _ in range(WORLDS):
        shown = levels + rng.normal(size=n.size) * 18 / np.sqrt(n)
        for found, spread in ((known, 18.0), (unknown, np.nan)):
            some = added(score, shown, n, regions, count, spread=spread)
            found.append((some.low <= true) & (true <= some.high))
    assert 0.92 <= np.mean(known) <= 0.98
    assert np.mean(unknown) > 0.97


def test_areas_whose_errors_are_large_are_drawn_together():
    values = np.array([30.0, 40.0, 50.0, np.nan])
    near, far = (
        extremes_of(values, np.array([e, e, e, 1.0]), np.zeros(4), draws=2000, seed=0)
        for e in (0.1, 8.0)
    )
    assert near.ranges.mean() == pytest.approx(20, abs=0.2)
    assert far.ranges.mean() < 18
    assert near.best[2] == near.lowest[0] == 1
    assert np.isnan(near.best[3])
    assert near.ranks.among == 3
    assert extremes_of(values[:2], np.ones(2), np.zeros(2), draws=10, seed=0) is None


def test_an_area_is_drawn_towards_what_is_expected_of_it():
    values, errors = np.array([30.0, 40.0, 50.0]), np.full(3, 4.0)
    alike = extremes_of(values, errors, np.zeros(3), draws=2000, seed=0)
    apart = extremes_of(values, errors, values, draws=2000, seed=0)
    assert apart.draws.std(axis=0).max() < alike.draws.std(axis=0).min()
    assert np.abs(apart.draws.mean(axis=0) - values).max() < 0.5


def test_less_is_better_the_other_way_round():
    errors = np.full(3, 0.1)
    values = np.array([30.0, 40.0, 50.0])
    found = extremes_of(values, errors, np.zeros(3), draws=200, seed=0, higher=False)
    assert found.best.tolist() == [1, 0, 0]
    assert found.ranks.low.tolist() == [1, 2, 3]
    assert found.ranges.min() > 19
