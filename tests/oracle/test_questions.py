"""The questions, slowly and obviously in plain Python, against the arrays."""

from __future__ import annotations

import math
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st
from slow_questions import (
    SMALL,
    fifths,
    fits,
    is_judged,
    mainstream,
    points,
    rate,
    rate_all,
    share,
    slow_ends,
    slow_gains,
    slow_gaps,
    together,
    top_fifth,
)
from small_store import YEAR, Made, hold

from codebreakers.errors import CannotAnswerError
from codebreakers.estimates import Withheld
from codebreakers.measures.catalogue import find
from codebreakers.measures.summarise import summarise
from codebreakers.peers import PeerRule
from codebreakers.peers.benchmarks import best
from codebreakers.questions.codebreakers import COHORTS, SHARES, Rule, breakers
from codebreakers.questions.gaps import gaps
from codebreakers.questions.lottery import lottery
from codebreakers.questions.potential import potential
from codebreakers.store import Store

CODES = st.sampled_from(["SUPP", "NE", "blank"])
# Each example is a store and a whole answer, so that they are few and are not shrunk.
FEW = settings(max_examples=12, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])


@contextmanager
def held(schools: list[Made]) -> Iterator[Store]:
    with tempfile.TemporaryDirectory() as folder:
        yield hold(Path(folder), schools)


def mostly(numbers, codes=CODES, *, of=5):
    """Numbers, and one time in `of` a code."""
    return st.integers(1, of).flatmap(lambda i: codes if i == 1 else numbers)


PERCENTS = st.one_of(st.sampled_from([0, 50, 100]), st.integers(0, 100))


@st.composite
def one_school(draw):
    """A school: cohorts and shares on grids on which ties are many."""
    cohort = draw(mostly(st.integers(4, 24).map(lambda n: 5 * n), of=12))
    disadvantaged = draw(mostly(st.one_of(st.just(0), st.integers(1, 20)), of=12))
    pupils = disadvantaged if isinstance(disadvantaged, int) else 0
    others = cohort - pupils if isinstance(cohort, int) else draw(CODES)
    percent = draw(mostly(PERCENTS))
    return Made(
        urn="",
        cohort=cohort,
        disadvantaged=disadvantaged,
        others=others,
        points=draw(mostly(st.sampled_from([24.1, 24.4, 24.7, 27.1, 27.4, 28.0]), of=12)),
        count=draw(mostly(st.integers(0, pupils), of=2)) if pupils else "NE",
        percent=percent if pupils or not isinstance(disadvantaged, int) else "NE",
        percent_all=draw(mostly(PERCENTS)),
        percent_other=draw(mostly(PERCENTS)),
        selective=draw(st.integers(1, 5)) == 1,
        special=draw(st.integers(1, 8)) == 1,
        authority=draw(st.sampled_from(["Hove", "Leeds", "York"])),
        region=draw(st.sampled_from(["North", "South"])),
    )


@st.composite
def countries(draw):
    rows = draw(st.lists(one_school(), min_size=6, max_size=20))
    urns = draw(st.permutations([str(100000 + 7 * i) for i in range(20)]))
    without_others = draw(st.booleans())
    return [
        replace(row, urn=urn, percent_other="blank" if without_others else row.percent_other)
        for row, urn in zip(rows, urns, strict=False)
    ]


def close(value):
    return None if value is None else pytest.approx(float(value), rel=1e-9, abs=1e-9)


def differ(schools, feature, known):
    """Whether there are two who may be peers, and the feature tells them apart."""
    return len({feature(s) for s in schools if known(s) and feature(s) is not None}) > 1


def has_result(school):
    return rate(school) is not None and (school.number("disadvantaged") or 0) > 0


# What a percentage leaves ---------------------------------------------------------------------


def test_every_whole_percentage_leaves_exactly_the_counts_that_round_to_it() -> None:
    """Those that fit, and where none does the two on either side."""
    sizes = (*range(1, 31), *range(98, 103), 200, 250)
    cases = [(n, percent) for n in sizes for percent in range(101)]
    made = [
        Made(f"{100000 + i}", 500, n, 0, "blank", "blank", p, p, "blank", False, False, "", "")
        for i, (n, p) in enumerate(cases)
    ]
    with held(made) as store:
        summary = summarise(store, find("five_good_gcses"), YEAR, "disadvantaged")
    bounds = zip(summary.successes_low.tolist(), summary.successes_high.tolist(), strict=True)
    for (n, percent), found in zip(cases, bounds, strict=True):
        exact = fits(percent, n)
        beside = math.floor(n * percent / 100), math.ceil(n * percent / 100)
        assert found == ((exact[0], exact[-1]) if exact else beside), (n, percent)
        assert len(exact) <= 1 or n >= 100


# The questions --------------------------------------------------------------------------------


@FEW
@given(schools=countries())
def test_gaps(schools):
    assume(any(rate(s) is not None for s in schools))
    assume(any(rate_all(s) is not None for s in schools))
    totals = slow_gaps(schools)
    with held(schools) as store:
        if not any(pupils for _, pupils in totals.values()):
            with pytest.raises(CannotAnswerError):
                gaps(store, year=YEAR)
            return
        table = gaps(store, year=YEAR)
    expected = {
        group: rate if pupils >= SMALL else None for group, (rate, pupils) in totals.items()
    }
    for group, value in expected.items():
        assert table[f"gap.{group}"].value == close(value), group
    behind, ahead = expected["disadvantaged"], expected["other"]
    gap = None if behind is None or ahead is None else ahead - behind
    assert table["gap.difference"].value == close(gap)


@FEW
@given(
    schools=countries(),
    rule=st.builds(
        Rule,
        national_rate=st.one_of(st.none(), st.floats(5, 95)),
        min_pupils=st.sampled_from([0, 5, 11]),
        min_disadvantaged=st.sampled_from([0.0, 5.0, 10.0]),
        selective=st.sampled_from(["in", "out"]),
    ),
)
def test_breakers(schools, rule):
    everybody, _ = together(schools, rate_all, "cohort")
    ours = mainstream(schools)
    assume(everybody is not None)
    assume(any(rate(s) is not None for s in schools))
    assume(any(share(s) is not None for s in schools))
    own, _ = together(ours, rate_all, "cohort")
    assume(own is not None)
    goal = everybody if rule.national_rate is None else rule.national_rate
    # A tie in fractions may be none in binary fractions; equal is not above has its own case.
    assume(all(rate(s) is None or abs(rate(s) - goal) > 1e-9 for s in ours))
    with held(schools) as store:
        table = breakers(store, year=YEAR, rule=rule, draws=0)
    judged = [s for s in ours if is_judged(s, rule)]
    above = {s.urn for s in judged if rate(s) > goal}
    assert set(table.column("school_urn")) == above
    count = table["breakers.count"].value
    assert count == (len(above) if judged else None)
    assert table["breakers.judged"].value == len(judged)
    assert table["breakers.share"].value == close(
        100 * len(above) / len(judged) if judged else None
    )
    in_fifths = fifths(ours)
    asked = {s.urn for s in judged}
    for number in range(5 if in_fifths else 0):
        inside = asked & {urn for urn, fifth in in_fifths.items() if fifth == number}
        found = table[f"breakers.fifth.{number + 1}"].figure
        assert (found.value, found.n) == (len(inside & above), len(inside))
    choices = {f.id: f.value for f in table.findings if ".choice.national." in f.id}
    treatments = ("in", "out") if any(s.selective for s in ours) else (rule.selective,)
    options = [(f"{n}", Rule(min_pupils=n)) for n in COHORTS]
    options += [(f"share{p}", Rule(min_disadvantaged=p)) for p in SHARES]
    expected = {}
    for selective in treatments:
        for name, option in options:
            who = [s for s in ours if is_judged(s, replace(option, selective=selective))]
            if who:
                expected[f"breakers.choice.national.{selective}.{name}"] = close(
                    100 * sum(rate(s) > goal for s in who) / len(who)
                )
    assert choices == expected


def rows_by(table, by, column):
    return dict(zip(table.column(by), table.column(column), strict=True))


@FEW
@given(
    schools=countries(),
    size=st.integers(1, 15),
    seed=st.integers(0, 3),
    by=st.sampled_from(["school", "authority", "region", "england"]),
)
def test_potential_by_disadvantage(schools, size, seed, by):
    ours = mainstream(schools)
    assume(differ(ours, share, has_result))
    found = slow_gains(ours, rate, "disadvantaged", share, size, seed, top_fifth)
    peers = PeerRule.nearest(["disadvantaged_percent"], size=size)
    asked = {"year": YEAR, "by": by, "peers": peers, "seed": seed, "tie_orders": 0}
    compare(schools, found, asked, lambda s: (rate(s), s.number("disadvantaged")))


@FEW
@given(
    schools=countries(),
    size=st.integers(1, 15),
    seed=st.integers(0, 3),
    by=st.sampled_from(["school", "authority", "region", "england"]),
)
def test_potential_by_ability(schools, size, seed, by):
    ours = mainstream(schools)
    assume(differ(ours, points, lambda s: rate_all(s) is not None and s.number("cohort")))
    assume(any(share(s) is not None for s in schools))
    found = slow_gains(ours, rate_all, "cohort", points, size, seed, max)
    asked = {
        "year": YEAR,
        "by": by,
        "preset": "ability-2014",
        "peers": PeerRule.nearest(["ks2_points"], size=size),
        "benchmark": best(),
        "seed": seed,
        "tie_orders": 0,
    }
    compare(schools, found, asked, lambda s: (rate_all(s), s.number("cohort")))


def compare(schools, found, asked, own):
    """Hold an answer against the slow one: sums to the last unit, rates to a billionth."""
    with held(schools) as store:
        if not found:
            with pytest.raises(CannotAnswerError):
                potential(store, draws=0, **asked)
            return
        table = potential(store, draws=0, **asked)
    named = {"school": "urn", "england": ""}.get(asked["by"], asked["by"])
    groups = defaultdict(list)
    for s in schools:
        if s.urn in found:
            groups[getattr(s, named) if named else "England"].append(s)
    column = "school_urn" if asked["by"] == "school" else asked["by"]
    gains = rows_by(table, column, "gain_pupils")
    assert gains.keys() == groups.keys()
    goals = rows_by(table, column, "benchmark_percent")
    for name, members in groups.items():
        pupils = sum(own(s)[1] for s in members)
        gain = math.fsum(found[s.urn][1] for s in members)
        assert gains[name] == (gain if pupils >= SMALL else Withheld("small"))
        assert goals[name] == close(sum(found[s.urn][0] * own(s)[1] for s in members) / pupils)
    everybody = [s for members in groups.values() for s in members]
    pupils = sum(own(s)[1] for s in everybody)
    succeed = sum(own(s)[0] * own(s)[1] for s in everybody) / 100
    total = math.fsum(found[s.urn][1] for s in everybody)
    if pupils < SMALL:
        assert [f.figure for f in table.findings] == [Withheld("small")] * 2
        return
    assert table.findings[0].value == total
    assert table.findings[1].value == close(100 * total / succeed if succeed else None)


@FEW
@given(schools=countries(), size=st.integers(1, 15), seed=st.integers(0, 3))
def test_lottery(schools, size, seed):
    ours = mainstream(schools)
    assume(differ(ours, share, lambda s: rate(s) is not None))
    rule = PeerRule.nearest(["disadvantaged_percent"], size=size)
    ends = slow_ends(ours, share, size, seed)
    with held(schools) as store:
        if not ends:
            with pytest.raises(CannotAnswerError):
                lottery(store, year=YEAR, peers=rule, seed=seed, draws=0)
            return
        table = lottery(store, year=YEAR, peers=rule, seed=seed, draws=0)
    highs, lows = ([pair[i] for pair in ends.values()] for i in (0, 1))
    high, low = sum(highs) / len(highs), sum(lows) / len(lows)
    assert table["lottery.best_fifth"].value == close(high)
    assert table["lottery.lowest_fifth"].value == close(low)
    assert table["lottery.best_fifth"].figure.n == len(ends)
    ratios = [f.value for f in table.findings if f.id == "lottery.ratio"]
    assert ratios == ([close(high / low)] if low > 0 else [])
    for region in {s.region for s in ours if s.urn in ends}:
        inside = [ends[s.urn][0] for s in ours if s.urn in ends and s.region == region]
        assert rows_by(table, "region", "best_fifth_percent")[region] == close(
            sum(inside) / len(inside)
        )
