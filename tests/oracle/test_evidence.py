"""Years together: what lasts of a lead, and how surely a school is above a goal, in loops."""

from __future__ import annotations

import math
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import slow_chance as slow
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from slow_questions import mainstream, nearest, share
from small_store import Made, hold_years

from codebreakers.inference.chance import lasted
from codebreakers.inference.draws import chance_above
from codebreakers.inference.evidence import Goal, evidence, years_judged
from codebreakers.inference.intake import Intake
from codebreakers.inference.lasting import lasting_levels, lasting_scores
from codebreakers.inference.levels import Levels, levels_of, predictions_of
from codebreakers.inference.normal_years import NormalYears, fit_normal_years
from codebreakers.inference.normal_years_draws import draw_normal_years
from codebreakers.inference.results import rates_of, scores_of
from codebreakers.inference.several import lasting_draws
from codebreakers.inference.years import fit_years
from codebreakers.inference.years_data import YearsData
from codebreakers.inference.years_draws import draw_years
from codebreakers.measures import Summary
from codebreakers.measures.catalogue import find
from codebreakers.peers import PeerRule
from codebreakers.peers.benchmarks import best, percentile, top
from codebreakers.peers.gains import Gains, Preset, gains
from codebreakers.peers.population import Population, population
from codebreakers.store.schools import Schools

NAN = math.nan
RATE, SCORE = find("five_good_gcses"), find("progress8")
LOWER = replace(RATE, better="lower"), replace(SCORE, better="lower")
FEW = settings(max_examples=10, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
MANY = settings(max_examples=60, deadline=None)


# What a year leaves of a lead -----------------------------------------------------------------


def a_school(urn, cohort, disadvantaged, count, *, special=False):
    percent = "SUPP" if isinstance(count, str) else round(100 * count / disadvantaged)
    return Made(
        urn=urn,
        cohort=cohort,
        disadvantaged=disadvantaged,
        others=cohort - disadvantaged,
        points=27.0,
        count=count,
        percent=percent,
        percent_all=50,
        percent_other=50,
        selective=False,
        special=special,
        authority="York",
        region="North",
    )


@st.composite
def two_years(draw):
    """The same schools twice: results tie, are suppressed, and some schools are gone or new."""
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    suppressed = draw(st.sampled_from([0.0, 0.3]))
    shares, cohorts = draw(st.sampled_from([(12, 12), (3, 5)]))
    years = []
    for gone in (0.1, 0.1):
        schools = []
        for i in range(draw(st.integers(2, 18))):
            disadvantaged = int(rng.integers(1, shares))
            succeed = int(rng.integers(0, disadvantaged + 1))
            hidden = rng.random() < suppressed
            one = a_school(
                f"{100000 + 7 * i}",
                5 * int(rng.integers(4, cohorts)),
                disadvantaged,
                "SUPP" if hidden else succeed,
                special=bool(rng.random() < 0.1),
            )
            if rng.random() > gone:
                schools.append(one)
        years.append(schools)
    return years


def result(school):
    count = school.number("count")
    return NAN if count is None else 100 * count / school.disadvantaged


def how_many(benchmark, peers):
    if benchmark.kind == "best":
        return 1
    return max(1, math.floor(peers * benchmark.number + 0.5 + 1e-9))


@FEW
@given(
    two_years(),
    st.sampled_from([top(0.2), top(0.5), best()]),
    st.integers(1, 9),
    st.sampled_from([RATE, LOWER[0]]),
    st.sampled_from([2012, 2013]),
)
def test_what_is_left_of_the_lead_of_the_schools_that_set_the_benchmarks(
    years, benchmark, size, measure, asked
):
    rows = mainstream(years[0])
    sign = 1 if measure.better == "higher" else -1
    then = {s.urn: result(s) for s in years[1]}
    both = {
        s.urn for s in rows if not math.isnan(result(s)) and not math.isnan(then.get(s.urn, NAN))
    }
    if len({share(s) for s in rows if s.urn in both}) < 2 or not mainstream(years[1]):
        return
    place = {s.urn: i for i, s in enumerate(rows)}
    members = [
        [place[o.urn] for o in nearest(s, rows, share, size, 3, lambda o: o.urn in both)]
        for s in rows
    ]
    first = [sign * result(s) if s.urn in both else NAN for s in rows]
    second = [sign * then[s.urn] if s.urn in both else NAN for s in rows]
    expected = slow.what_lasts(members, first, second, lambda n: how_many(benchmark, n))
    likeness = PeerRule.nearest(["disadvantaged_percent"], size=size)
    rule = Preset("any", "disadvantaged", likeness, benchmark)
    with tempfile.TemporaryDirectory() as folder:
        people = population(hold_years(Path(folder), dict(enumerate(years, start=2012))), asked)
        found = lasted(published(people, measure), rule, seed=3)
    assert expected is not None
    assert (found.first, found.second) == (2012, 2013)
    assert (found.lead, found.left, found.schools) == pytest.approx(expected, abs=1e-9)


@FEW
@given(two_years(), st.sampled_from([top(0.2), best()]), st.sampled_from([RATE, LOWER[0]]))
def test_the_published_gain_is_towards_the_better_side(years, benchmark, measure):
    rows = mainstream(years[0])
    known = [s for s in rows if not math.isnan(result(s))]
    if len({share(s) for s in known}) < 2:
        return
    place = {s.urn: i for i, s in enumerate(rows)}
    members = [
        [place[o.urn] for o in nearest(s, rows, share, 3, 3, known.__contains__)] for s in rows
    ]
    expected = slow.gains(
        benchmark,
        0.5,
        members,
        [s.urn for s in rows],
        [result(s) for s in rows],
        [s.disadvantaged for s in rows],
        higher=measure.better == "higher",
        percent=True,
    )
    likeness = PeerRule.nearest(["disadvantaged_percent"], size=3)
    rule = Preset("any", "disadvantaged", likeness, benchmark)
    with tempfile.TemporaryDirectory() as folder:
        people = population(hold_years(Path(folder), {2012: years[0]}), 2012)
        found = gains(people, people.take(measure, "disadvantaged"), rule, seed=3)
    assert found.gains == pytest.approx(np.array(expected), abs=1e-6, nan_ok=True)


def published(people, measure):
    summary = people.take(measure, "disadvantaged")
    nothing = np.full(len(people.keys), NAN)
    return Gains(people, summary, None, nothing, nothing, nothing)


FOUR = [a_school(f"{100000 + i}", 50, 10 + i, i) for i in range(4)]
NEAREST = PeerRule.nearest(["disadvantaged_percent"], size=2)


@pytest.mark.parametrize(
    ("held", "asked", "followed"),
    [
        ((2011, 2012, 2013), 2012, (2012, 2013)),
        ((2011, 2012), 2012, (2011, 2012)),
        ((2011, 2013), 2013, None),
        ((2012,), 2012, None),
    ],
)
def test_the_next_year_is_the_test_and_the_one_before_where_there_is_none(
    tmp_path, held, asked, followed
):
    people = population(hold_years(tmp_path, dict.fromkeys(held, FOUR)), asked)
    for benchmark in (best(), top(0.2), percentile(80)):
        found = lasted(published(people, RATE), Preset("any", "disadvantaged", NEAREST, benchmark))
        if followed is None or benchmark.kind == "percentile":
            assert found is None
        else:
            assert (found.first, found.second) == followed
            assert found.lead == found.left > 0


def test_nobody_is_followed_where_every_school_has_another_number(tmp_path):
    renamed = [replace(s, urn=str(int(s.urn) + 50)) for s in FOUR]
    # Two stay, without peers of a result in both years but one another.
    years = {2012: FOUR, 2013: [*renamed, *FOUR[:2]]}
    people = population(hold_years(tmp_path, years), 2012)
    found = lasted(published(people, RATE), Preset("any", "disadvantaged", NEAREST, best()))
    assert found.schools == 2


def test_a_benchmark_school_that_no_list_gives_peers_leads_nobody(tmp_path):
    """The first is the second's only peer, and has none of its own to be ahead of."""
    urns = [s.urn for s in FOUR]
    pairs = tuple((urns[a], urns[b], 1.0, 1) for a, b in ((1, 0), (2, 3), (3, 2)))
    people = population(hold_years(tmp_path, dict.fromkeys((2012, 2013), FOUR)), 2012)
    rule = Preset("any", "disadvantaged", PeerRule.listed(pairs), best())
    found = lasted(published(people, RATE), rule)
    rates = [result(s) for s in FOUR]
    expected = slow.what_lasts([[], [0], [3], [2]], rates, rates, lambda _: 1)
    assert (found.lead, found.left, found.schools) == pytest.approx(expected)
    assert found.schools == 2


# The lasting level ----------------------------------------------------------------------------


@MANY
@given(st.integers(1, 12), st.integers(1, 4), st.integers(1, 4), st.integers(0, 10**6))
def test_the_lasting_level_is_a_mean_over_the_years_judged(schools, draws, years, seed):
    rng = np.random.default_rng(seed)
    levels = rng.normal(size=(draws, schools, years))
    judged = rng.random((schools, years)) > 0.3
    for shape in ((years,), (draws, years), (draws, schools, years)):
        goals = rng.uniform(1, 99, shape)
        whole = np.broadcast_to(
            goals[:, None, :] if goals.ndim == 2 else goals, (draws, schools, years)
        ).tolist()
        for found, scale in (
            (lasting_levels(levels, goals, judged), slow.logit),
            (lasting_scores(levels, goals, judged), float),
        ):
            expected = [
                [
                    slow.lasting(levels[d, s].tolist(), map(scale, whole[d][s]), judged[s].tolist())
                    for s in range(schools)
                ]
                for d in range(draws)
            ]
            assert found == pytest.approx(np.array(expected), rel=1e-9, abs=1e-9, nan_ok=True)


def summary_of(measure, values, pupils, year):
    missing = np.isnan(values)
    counts = np.where(missing, NAN, np.round(values * pupils / 100))
    counts = counts if measure.kind == "proportion" else np.full(len(values), NAN)
    names = np.array([f"{100000 + s}" for s in range(len(values))])
    nothing = np.full(len(values), NAN)
    codes = np.where(missing, "SUPP", "")
    return Summary(
        measure, year, "all", 1, names, pupils, counts, counts, values, nothing, nothing, codes
    )


def results_of(measure, schools, years, rng):
    """Years of results, some missing, with the intake of each and the years judged."""
    results, intakes = [], []
    known = rng.random((schools, len(years))) > 0.2
    for t, year in enumerate(years):
        pupils = rng.integers(5, 120, schools).astype(float)
        values = rng.normal(0, 0.5, schools)
        if measure.kind == "proportion":
            values = 100 * np.round(rng.uniform(0.3, 0.7, schools) * pupils) / pupils
        values[~known[:, t]] = NAN
        design = np.column_stack([np.ones(schools), rng.normal(size=schools)])
        complete = rng.random(schools) > 0.1
        results.append(summary_of(measure, values, pupils, year))
        intakes.append(Intake(("intercept", "share"), design, complete, ("share",), design))
    return results, intakes, known


@pytest.mark.parametrize("measure", [RATE, SCORE], ids=lambda m: m.kind)
@pytest.mark.parametrize("each", [False, True], ids=["one goal", "each school's own"])
def test_lasting_levels_are_those_of_the_models_draws(measure, each):
    schools, years, draws, seed = 14, (2011, 2012, 2013), 9, 4
    rng = np.random.default_rng(seed)
    results, intakes, known = results_of(measure, schools, years, rng)
    known[0] = False
    proportion = measure.kind == "proportion"
    if each:
        goals = [rng.uniform(30, 70, (draws + 3, schools)) for _ in years]
        goals[0][:, 0] = NAN  # of the school that is not judged
        goals[1][0, 1] = 100.0
    else:
        goals = [np.array([[aim]]) for aim in (40.0, 0.0, 55.0)]
    spreads = [1.2, 1.3, 1.4]
    found = lasting_draws(results, intakes, goals, known, spreads, draws=draws, seed=seed)
    generator = np.random.default_rng(seed)
    if proportion:
        rates = YearsData(years, tuple(map(rates_of, results, intakes, known.T)))
        levels = draw_years(fit_years(rates), rates, draws, generator)
    else:
        scores = NormalYears(years, tuple(map(scores_of, results, intakes, known.T, spreads)))
        levels = draw_normal_years(fit_normal_years(scores), scores, draws, generator)

    def aim(goal, d, s):
        of = float(goal[d, s] if each else goal[0, 0])
        if not proportion or math.isnan(of):
            return of
        return slow.logit(min(max(of, 1e-4), 100 - 1e-4))

    expected = [
        [
            slow.lasting(
                levels[d, s].tolist(), [aim(goal, d, s) for goal in goals], known[s].tolist()
            )
            for s in range(schools)
        ]
        for d in range(draws)
    ]
    assert found == pytest.approx(np.array(expected), rel=1e-9, abs=1e-9, nan_ok=True)
    assert np.isnan(found[:, 0]).all()


def test_the_models_are_given_the_results_that_are_used_and_no_others():
    rng = np.random.default_rng(1)
    used = np.array([True, False, True])
    results, intakes, _ = results_of(RATE, 3, (2013,), rng)
    one, intake = results[0], intakes[0]
    rates, scores = rates_of(one, intake, used), scores_of(one, intake, used, 1.5)
    for s in range(3):
        for given_, from_ in (
            (rates.successes_low, one.successes_low),
            (rates.successes_high, one.successes_high),
            (rates.pupils, one.pupils),
            (scores.values, one.values),
            (scores.pupils, one.pupils),
        ):
            expected = from_[s] if used[s] else NAN
            assert given_[s] == pytest.approx(expected, nan_ok=True)
    assert scores.sigma == 1.5
    for data in (rates, scores):
        assert data.design.tolist() == intake.design.tolist()
        assert data.names == intake.names


# How surely it is above -----------------------------------------------------------------------


def people_of(summary):
    return Population(None, summary.year, Schools(summary.year, summary.schools, {}), {})


@MANY
@given(
    st.integers(1, 12),
    st.integers(0, 10**6),
    st.sampled_from([RATE, SCORE, *LOWER]),
    st.booleans(),
    st.sampled_from([0.0, 5.0, -0.25]),
    st.data(),
)
def test_of_one_year_the_chance_is_a_share_of_draws(schools, seed, measure, own, margin, data):
    rng = np.random.default_rng(seed)
    (summary,), (intake,), _ = results_of(measure, schools, (2013,), rng)
    proportion, higher = measure.kind == "proportion", measure.better == "higher"
    # A result of nobody, or of nobody knows how many, is no result.
    summary.pupils[rng.random(schools) < 0.2] = rng.choice([NAN, 0.0])
    known = ~np.isnan(summary.values) & (summary.pupils > 0)
    middle = 50.0 if proportion else 0.0
    draws = rng.choice([middle - 8, middle, middle + 8], (5, schools)).astype(np.float32)
    draws[:, ~known] = NAN
    levels = Levels(
        measure,
        known,
        intake,
        rng.normal(size=(5, 2)) / 4,
        1.2,
        draws=draws,
        reliability=np.ones(schools),
        taus=np.ones(5),
        seed=0,
    )
    # A draw at the goal itself is not above it, and a result is not.
    fixed = data.draw(st.sampled_from([middle + 8.0, *summary.values[known].tolist()]))
    goal = Goal({} if own else {2013: fixed - margin}, margin)
    found = evidence(people_of(summary), summary, levels, goal, years=(2013,))
    for s in range(schools):
        aims = [fixed - margin + margin] * 5
        if own:
            predicted = [
                slow.level(slow.times(intake.alone[s].tolist(), b), proportion=proportion)
                for b in levels.coefficients.tolist()
            ]
            better = margin if higher else -margin
            aims = [p + better if known[s] and intake.complete[s] else NAN for p in predicted]
        chance = slow.chance(draws[:, s].tolist(), aims, higher=higher)
        years = int(known[s] and (intake.complete[s] or not own))
        mean = math.fsum(aims) / 5 if own else aims[0]
        value = summary.values[s]
        ever = bool(value > mean if higher else value < mean)
        assert found.above[s] == pytest.approx(chance, nan_ok=True)
        assert found.lasting[s] == pytest.approx(chance, nan_ok=True)
        assert found.years[s] == years
        assert found.grades[s] == slow.grade(chance, years, ever=ever)
    assert found.judged == (2013,)


def three_years(seed):
    """Sixteen schools, the last two of which come to be; some results are suppressed."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(20, 60, 16)
    rates = np.linspace(0.25, 0.85, 16)
    years = {}
    for year in (2011, 2012, 2013):
        years[year] = [
            replace(
                a_school(
                    f"{100000 + i}",
                    120,
                    int(n),
                    "SUPP" if rng.random() < 0.15 or i == 3 else int(rng.binomial(n, rate)),
                ),
                points=24 + round(i / 4, 1) if i != 6 else "SUPP",
            )
            for i, (n, rate) in enumerate(zip(sizes.tolist(), rates.tolist(), strict=True))
            if i < 14 or year == 2013
        ]
    return years


@pytest.mark.parametrize(
    ("asked", "measure", "own"),
    [(2013, RATE, False), (2013, LOWER[0], True), (2012, LOWER[0], False)],
    ids=["one figure", "what intake predicts", "two years"],
)
def test_over_years_a_school_is_judged_on_those_it_has_results_in(tmp_path, asked, measure, own):
    group, draws, higher = "disadvantaged", 200, measure.better == "higher"
    people = population(hold_years(tmp_path, three_years(1)), asked)
    years = years_judged(people, measure, group)
    assert years == tuple(range(2011, asked + 1))
    summary = people.take(measure, group)
    levels = levels_of(people, summary, draws=draws, seed=2)
    goal = Goal({}, 5.0) if own else Goal({2011: 50.0, 2012: 51.0, 2013: 55.0}, 2.0)
    found = evidence(people, summary, levels, goal, years=years)
    then = [replace(people, year=y) for y in years]
    results = [one.take(measure, group) for one in then]
    each = [
        predictions_of(one, s, draws=draws, seed=2) for one, s in zip(then, results, strict=True)
    ]
    aims = [goal.on_draws(one, y) for one, y in zip(each, years, strict=True)]
    known = np.array(
        [
            [
                not math.isnan(r.values[s]) and (not own or bool(one.intake.complete[s]))
                for r, one in zip(results, each, strict=True)
            ]
            for s in range(len(people.keys))
        ]
    )
    intakes = [one.intake for one in each]
    drawn = lasting_draws(results, intakes, aims, known, [NAN] * 3, draws=draws, seed=2)
    assert {0, len(years)} <= set(known.sum(axis=1))
    for s in range(len(people.keys)):
        lasts = slow.chance(drawn[:, s].tolist(), [0.0] * draws, higher=higher)
        means = [
            math.fsum(np.broadcast_to(aim, drawn.shape)[:, s].tolist()) / draws for aim in aims
        ]
        ever = any(
            known[s, t] and (r.values[s] > mean if higher else r.values[s] < mean)
            for t, (r, mean) in enumerate(zip(results, means, strict=True))
        )
        assert found.lasting[s] == pytest.approx(lasts, nan_ok=True)
        assert found.years[s] == known[s].sum()
        assert found.grades[s] == slow.grade(lasts, known[s].sum(), ever=ever)
    above = chance_above(levels.draws, aims[-1], higher=higher)
    assert found.above == pytest.approx(above, nan_ok=True)
    assert {"not", "cannot say"} < set(found.grades.tolist())
    assert own or ("confirmed" in found.grades) == (asked == 2013)


def test_years_after_the_one_asked_about_say_nothing_and_old_ones_no_more(tmp_path):
    store = hold_years(tmp_path, dict.fromkeys((2011, 2012, 2013), FOUR))
    assert years_judged(population(store, 2012), RATE, "disadvantaged") == (2011, 2012)
    assert years_judged(population(store, 2013), RATE, "disadvantaged") == (2011, 2012, 2013)
    (tmp_path / "four").mkdir()
    store = hold_years(tmp_path / "four", dict.fromkeys((2011, 2012, 2013, 2014), FOUR))
    assert years_judged(population(store, 2014), find("ks2_points"), "all") == (2012, 2013, 2014)
