"""League tables when the measure changes: the arrays against the obvious."""

from __future__ import annotations

import csv
import math
import tempfile
from pathlib import Path

import numpy as np
import pytest
import slow_league as slow
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from codebreakers.inference.moves import (
    Scatter,
    average_ranks,
    by_chance,
    expected_ranks,
    percentile_ranks,
    slope,
)
from codebreakers.questions.league import league
from codebreakers.store import Store

FEW = settings(max_examples=8, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
TIED = st.integers(-3, 3).map(lambda n: n / 2)


@given(st.lists(TIED, min_size=2, max_size=30))
def test_ranks(values):
    array = np.array(values)
    assert average_ranks(array).tolist() == slow.ranks(values)
    assert average_ranks(-array, higher=False).tolist() == slow.ranks(values)
    found = percentile_ranks(average_ranks(array), len(values))
    assert found.tolist() == pytest.approx(slow.percentile_ranks(slow.ranks(values)))


@given(st.lists(st.tuples(st.integers(0, 60), TIED), min_size=3, max_size=30))
def test_slope(points):
    x, y = zip(*points, strict=True)
    if len(set(x)) == 1:
        return
    value, low, high = slope(np.array(x, dtype=float), np.array(y))
    expected, error = slow.slope(x, y)
    assert value == pytest.approx(expected, abs=1e-9)
    assert (high - low) / 2 == pytest.approx(1.959964 * error, abs=1e-6)


@st.composite
def one_school(draw):
    return {
        "percent": draw(st.sampled_from(["NA", "40%", "50%", "60%", "70%", "80%"])),
        "added": draw(st.sampled_from(["SUPP", "", "990", "995.5", "1000", "1000.1", "1010"])),
        "region": draw(st.sampled_from(["North East", "South East"])),
    }


def held(folder: str, schools: list[dict[str, str]]) -> Store:
    path = Path(folder) / "2012-2013" / "england_ks4.csv"
    path.parent.mkdir()
    names = ["RECTYPE", "URN", "SCHNAME", "NFTYPE", "TPUP", "PTAC5EM", "B8VAMEA", "REGION"]
    with path.open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(names)
        for i, school in enumerate(schools):
            row = ("1", 100000 + i, f"School {i}", "CY", 100)
            writer.writerow((*row, school["percent"], school["added"], school["region"]))
    store = Store(Path(folder) / "case.duckdb")
    assert [one.state for one in store.ingest(path)] == ["new"]
    return store


@FEW
@given(st.lists(one_school(), min_size=4, max_size=25))
def test_the_question(schools):
    both = [s for s in schools if s["percent"] != "NA" and s["added"] not in ("SUPP", "")]
    if len(both) < 2:
        return
    old = [float(s["percent"].rstrip("%")) for s in both]
    new = [float(s["added"]) for s in both]
    regions = [s["region"] for s in both]
    with tempfile.TemporaryDirectory() as folder:
        store = held(folder, schools)
        table = league(store, year=2013, draws=0)
        listed = league(store, year=2013, draws=0, by="school")
    steps = table.column("threshold_points")
    expected = slow.curve(old, new, steps)
    for column, which in (("falling_percent", 1), ("rising_percent", 2)):
        assert table.column(column) == pytest.approx([row[which] for row in expected])
    for region, (of_its, of_all) in slow.by_region(old, new, regions, 25).items():
        name = f"league.fallers.{region.lower().replace(' ', '_')}"
        assert table[name].value == pytest.approx(of_its)
        if of_all is not None:
            assert table[f"{name}.of_fallers"].value == pytest.approx(of_all)
    assert sorted(listed.column("rank_fall_points")) == pytest.approx(sorted(slow.falls(old, new)))


LEVELS = np.array([[30.0, 45.0, 60.0, 80.0, 50.0], [35.0, 40.0, 65.0, 75.0, 55.0]])
NEW = np.array([[-0.8, 0.9, 0.1, -0.2, 0.4], [-0.5, 0.7, 0.0, -0.1, 0.5]])
PUPILS = ([40, 60, 90, 120, 10], [38, 55, 80, 110, 10])
SDS = (None, 1.3)
WORLDS = 6_000


def scatters(repeats):
    return (
        Scatter(np.tile(LEVELS, (repeats, 1)), np.array(PUPILS[0], dtype=float), math.nan),
        Scatter(np.tile(NEW, (repeats, 1)), np.array(PUPILS[1], dtype=float), 1.3),
    )


@pytest.mark.parametrize("correlation", [0.0, 0.75, 1.0])
def test_chance_on_five_schools(correlation):
    """Each school's moves, in thousands of worlds of either: as far on average, and as often."""
    old, new = scatters(WORLDS // 2)
    found = by_chance(old, new, correlation=correlation, draws=WORLDS, seed=1)
    draw = slow.generator(2)
    expected = []
    for d in range(WORLDS):
        results = slow.world(LEVELS[d % 2], NEW[d % 2], PUPILS, SDS, correlation, draw)
        expected.append(slow.falls(*results))
    apart = np.array(expected)
    for of in (lambda a: a, lambda a: a >= 25, lambda a: a <= -25, lambda a: a * a):
        mine, theirs = of(found.astype(float)), of(apart)
        error = np.sqrt((mine.var(axis=0) + theirs.var(axis=0)) / WORLDS)
        assert np.all(np.abs(mine.mean(axis=0) - theirs.mean(axis=0)) <= 4 * error + 1e-6)


@pytest.mark.parametrize("threshold", [25, 60])
def test_chance_given_the_old_results(threshold):
    old, new = scatters(WORLDS // 2)
    shown = np.array([40.0, 42.0, 70.0, 72.0, 55.0])
    found = expected_ranks(old, new, shown, correlation=0.75, threshold=threshold, seed=1)
    draw = slow.generator(2)
    ranks = []
    for d in range(WORLDS):
        _, results = slow.world(LEVELS[d % 2], NEW[d % 2], PUPILS, SDS, 0.75, draw, given=shown)
        ranks.append(slow.percentile_ranks(slow.ranks(results)))
    apart = np.array(ranks)
    # Of five schools a place is 25 points: so few that the ends are the same, or a place apart.
    for end, share in ((found.low, 0.025), (found.high, 0.975)):
        assert np.all(np.abs(end - np.quantile(apart, share, axis=0)) <= 25)
    before = np.array(slow.percentile_ranks(slow.ranks(shown.tolist())))
    falls = ((apart > found.high) & (apart >= before + threshold)).mean(axis=0)
    rises = ((apart < found.low) & (apart <= before - threshold)).mean(axis=0)
    assert found.falls == pytest.approx(falls, abs=0.015)
    assert found.rises == pytest.approx(rises, abs=0.015)


def test_no_school_moves_further_than_there_are_places():
    level = np.linspace(20, 80, 40)
    old = Scatter(np.tile(level, (200, 1)), np.full(40, 60.0), math.nan)
    rest = {"correlation": 0.75, "seed": 1}
    near, far = (expected_ranks(old, old, level, threshold=t, **rest) for t in (0, 101))
    for way in ("falls", "rises"):
        assert getattr(near, way).max() > 0
        assert getattr(far, way).max() == 0


def test_nobody_moves_where_nothing_is_left_to_chance():
    """Every pupil of every school succeeds or none does, or pupils do not differ."""
    sure = Scatter(np.array([[0.0, 100.0]]), np.array([50.0, 50.0]), math.nan)
    same = Scatter(np.array([[1.0, 2.0]]), np.array([50.0, 50.0]), 0.0)
    falls = by_chance(sure, same, correlation=0.5, draws=1, seed=0)
    assert falls.tolist() == [[0.0, 0.0]]


def test_every_draw_is_a_world():
    """Two schools change places in the second of two draws, and nothing is left to chance."""
    levels = np.array([[1.0, 2.0], [2.0, 1.0]])
    sure = Scatter(levels, np.array([50.0, 50.0]), 0.0)
    found = expected_ranks(sure, sure, levels[0], correlation=0.5, threshold=10, seed=0)
    assert found.low.tolist() == pytest.approx([2.5, 2.5])
    assert found.high.tolist() == pytest.approx([97.5, 97.5])


def test_a_rate_that_rounding_puts_past_its_ends_does_not_scatter():
    sure = Scatter(np.empty((1, 2)), np.array([50.0, 50.0]), math.nan)
    assert sure.standard_errors(np.array([-1e-5, 100 + 1e-5])).tolist() == [0.0, 0.0]
