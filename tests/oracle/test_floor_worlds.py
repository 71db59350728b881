"""Chances of having been below, and what came after, against one school at a time."""

from __future__ import annotations

import csv
import math
import statistics
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
import slow_chance
import slow_floor as slow
import slow_league
from hypothesis import given, settings
from hypothesis import strategies as st

from codebreakers.errors import CannotAnswerError
from codebreakers.inference.intake import intake_of
from codebreakers.inference.levels import draw_levels
from codebreakers.measures import Summary
from codebreakers.measures.catalogue import find
from codebreakers.measures.floors import standard_of
from codebreakers.peers.population import Population
from codebreakers.questions.floor.after import FEWEST, after
from codebreakers.questions.floor.chance import CORRELATION, Chance, chance_of
from codebreakers.questions.floor.followed import follow
from codebreakers.questions.floor.judged import Judged, judge
from codebreakers.store import Store
from codebreakers.store.lineage import Since
from codebreakers.store.schools import Schools
from codebreakers.store.succession import Event

NAN = math.nan
DRAWS, SEED = 40, 3


# How probable it is that it was truly below --------------------------------------------------


def held(folder: Path, year: int, rows: list[dict[str, object]]) -> Store:
    path = folder / f"{year - 1}-{year}" / "england_ks4.csv"
    path.parent.mkdir()
    with path.open("w", newline="") as out:
        writer = csv.DictWriter(out, ["RECTYPE", "URN", "SCHNAME", "NFTYPE", *rows[0]])
        writer.writeheader()
        for i, row in enumerate(rows):
            school = {"RECTYPE": 1, "URN": 100000 + i, "SCHNAME": f"School {i}", "NFTYPE": "CY"}
            writer.writerow({**school, **row})
    store = Store(folder / "case.duckdb")
    assert [one.state for one in store.ingest(path)] == ["new"]
    return store


SHARE = {2014: "TFSMCLA", 2017: "TFSM6CLA1A"}


def schools_of(year: int) -> list[dict[str, object]]:
    """Two dozen; the first has too few pupils, and the results of some are not published."""
    rng = np.random.default_rng(year)
    rows: list[dict[str, object]] = []
    for i in range(24):
        n = 5 if i == 0 else int(rng.integers(30, 160))
        row: dict[str, object] = {"TPUP": n, SHARE[year]: n // 3 + i % 5}
        if year < 2016:
            for name in ("PTAC5EM_PTQ", "PT24ENGPRG_PTQ", "PT24MATHPRG_PTQ"):
                row[name] = f"{round(100 * rng.binomial(n, 0.4) / n)}%"
        else:
            score, half = rng.normal(-0.5, 0.2), 1.96 * 1.25 / math.sqrt(n)
            row |= {"P8MEA": f"{score:.2f}", "P8CILOW": f"{score - half:.2f}"}
            row["P8CIUPP"] = f"{score + half:.2f}"
        if i in (5, 6):
            row |= dict.fromkeys((name for name in row if name.startswith("P")), "SUPP")
        rows.append(row)
    return rows


def slow_chances(judged: Judged) -> list[tuple[list[list[float]], list[float]]]:
    """Of each measure of the rule, the schools' chances and the means of their draws."""
    found = []
    for condition in judged.standard.conditions:
        if condition.upper:
            continue
        summary = judged.summaries[condition.measure]
        pupils = summary.pupils.tolist()
        if summary.measure.kind != "proportion":
            # As many pupils, who scatter by 20 points, as give the score the limits it has.
            width = (summary.limits_high - summary.limits_low).tolist()
            pupils = [NAN if math.isnan(w) else round((2 * 1.96 * 20 / w) ** 2) for w in width]
        used = [
            bool(judged.applied[s]) and not math.isnan(summary.values[s]) and n > 0
            for s, n in enumerate(pupils)
        ]
        levels = draw_levels(
            replace(summary, pupils=np.array(pupils)),
            intake_of(judged.people, np.array(used)),
            np.array(used),
            draws=DRAWS,
            seed=SEED,
            spread=20.0,
        )
        goal = [judged.goals[condition]] * DRAWS
        columns = levels.draws.T.tolist()
        chances = [slow_chance.chance(column, goal, higher=False) for column in columns]
        found.append((chances, [math.fsum(column) / DRAWS for column in columns]))
    return found


@pytest.mark.parametrize("year", [2014, 2017])
def test_a_chance_is_the_share_of_draws_below_the_rules_own_figures(tmp_path, year):
    judged = judge(held(tmp_path, year, schools_of(year)), "floor", year)
    assert isinstance(judged, Judged)
    found = chance_of(judged, draws=DRAWS, seed=SEED)
    expected = slow_chances(judged)
    assert found is not None
    assert found.several == (year == 2014)
    assert found.intake
    assert not judged.applied[0]
    for s in range(24):
        each = [chances[s] for chances, _ in expected]
        unknown = s in (0, 5, 6)
        assert any(map(math.isnan, each)) == unknown
        assert found.level[s] == pytest.approx(expected[0][1][s], nan_ok=True, rel=1e-6)
        together = NAN if unknown else slow.all_at_once(each, CORRELATION)
        together = each[0] if len(each) == 1 else together
        assert found.probability[s] == pytest.approx(together, abs=2e-4, nan_ok=True)
        assert found.low[s] == pytest.approx(math.prod(each), nan_ok=True)
        assert found.high[s] == pytest.approx(NAN if unknown else min(each), nan_ok=True)


def test_where_nothing_says_who_the_pupils_were_there_is_a_chance_and_it_is_said(tmp_path):
    rows = [{k: v for k, v in row.items() if k != SHARE[2017]} for row in schools_of(2017)]
    judged = judge(held(tmp_path, 2017, rows), "floor", 2017)
    found = chance_of(judged, draws=DRAWS, seed=SEED)
    assert not found.intake
    assert np.isnan(found.probability).sum() == 3


def test_where_no_school_can_be_found_below_there_is_none(tmp_path):
    rows = [
        {k: v for k, v in row.items() if k not in ("P8CILOW", "P8CIUPP")}
        for row in schools_of(2017)
    ]
    judged = judge(held(tmp_path, 2017, rows), "floor", 2017)
    assert judged.missing
    assert chance_of(judged, draws=DRAWS, seed=SEED) is None


# What came after ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Happened:
    """What the register says: events by school, those of no known date apart."""

    events: dict[str, Since]
    has_register: bool = True

    def identity(self, keys):
        return list(keys)

    def events_since(self, urn, year):
        assert year == 2012
        return self.events.get(urn, Since((), ()))


def year_of(year, names, values, status, *, applied=None, missing=""):
    """A year as it was judged, of one measure."""
    rule = standard_of("floor", year)
    measure = find(rule.conditions[0].measure)
    nothing, n = np.full(len(names), NAN), len(names)
    summary = Summary(
        measure, year, "all", year, np.array(names), nothing, *([nothing] * 2), np.array(values),
        nothing, nothing, np.full(n, ""),
    )  # fmt: skip
    return Judged(
        people=Population(None, year, Schools(year, np.array(names), {}), {}),
        standard=rule,
        status=np.array(status, dtype=object),
        why=np.full(n, "", dtype=object),
        applied=np.ones(n, dtype=bool) if applied is None else np.array(applied),
        summaries={measure.name: summary},
        goals={},
        missing=missing,
        atypical=np.zeros(n, dtype=bool),
        closed=None,
        covered=True,
    )


def places(values, there):
    """{school: place}, 0 the lowest and 100 the highest, ties averaged."""
    ranks = slow_league.ranks([values[s] for s in there])
    return {
        s: 100 - 100 * (r - 1) / max(1, len(there) - 1) for s, r in zip(there, ranks, strict=True)
    }


def told(chosen, others, steps, rises):
    """The comparison with schools of the same step, or None."""
    rows = [(s in chosen, s in others, steps[s], rises[s]) for s in rises]
    return slow.compared(rows, FEWEST)


def agrees(found, expected, chosen):
    if expected is None:
        assert found is None
        return
    rise, theirs, error, n, m = expected
    assert (found.schools, found.others, found.among) == (n, m, len(chosen))
    assert (found.rise, found.theirs) == pytest.approx((rise, theirs))
    assert found.difference == pytest.approx(rise - theirs)
    assert found.low == pytest.approx(rise - theirs - error)
    assert found.high == pytest.approx(rise - theirs + error)


EVENTS = st.sampled_from([None, ("conversion", 2012, 2013), ("conversion", 2013, 2014),
    ("succession", 2014, 2015), ("closure", 2012, 2013), ("conversion", None, 2014),
    ("conversion", 2013, None), ("closure", 2014, None), ("closure", 2013, 2014)])  # fmt: skip


@st.composite
def two_years(draw):
    n = draw(st.integers(20, 60))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    first = rng.choice([30.0, 30.4, 31.0, 38.0, 60.0], n)
    last = rng.integers(20, 80, n).astype(float)
    for values in (first, last):
        values[rng.random(n) < 0.08] = NAN
    status = [
        "cannot tell"
        if math.isnan(v)
        else "below"
        if v < 40 and rng.random() < 0.6
        else "not below"
        for v in first
    ]
    applied = rng.random((2, n)) > 0.05
    inside = rng.random(n) < draw(st.sampled_from([0.4, 1.0]))
    return first, last, status, applied, inside, [draw(EVENTS) for _ in range(n)]


@settings(max_examples=60, deadline=None)
@given(two_years(), st.booleans())
def test_a_rise_is_beside_that_of_equally_low_schools(case, register):
    """From 2012, when nothing asks for limits, to 2014: places, and not results."""
    first, last, status, applied, inside, happened = case
    names = [f"{100000 + s}" for s in range(len(first))]
    events = {}
    for name, event in zip(names, happened, strict=True):
        if event is not None:
            one = Event(event[0], (name,), (name,), after=event[1], by=event[2])
            dated = event[1] is not None
            events[name] = Since((one,) if dated else (), () if dated else (one,))
    everywhere = bool(inside.all())
    followed = follow(
        [
            year_of(2012, names, first, status, applied=applied[0]),
            year_of(2014, names, last, ["not below"] * len(names), applied=applied[1]),
        ],
        Happened(events, has_register=register),
    )
    level = np.where(applied[0], first + 1.5, NAN)
    chances = {2012: Chance(*[level] * 4, several=True, intake=True, draws=1, seed=0)}
    there = [
        s
        for s in range(len(names))
        if not math.isnan(first[s]) and not math.isnan(last[s]) and applied[:, s].all()
    ]
    below = [s for s in range(len(names)) if status[s] == "below" and inside[s]]
    stay = [s for s in below if s in there]
    if not stay:
        with pytest.raises(CannotAnswerError, match="No school asked about was below"):
            after(followed, inside, chances, everywhere=everywhere)
        return
    found = after(followed, inside, chances, everywhere=everywhere)
    was, then = places(first, there), places(last, there)
    rises = {s: then[s] - was[s] for s in there}
    steps = {s: math.floor(first[s]) for s in there}
    assert (found.base.year, found.end.year) == (2012, 2014)
    assert (found.below, found.gone) == (len(below), len(below) - len(stay))
    assert found.rise == pytest.approx(statistics.fmean(rises[s] for s in stay))
    assert found.place == pytest.approx(statistics.fmean(was[s] for s in stay))
    others = [
        s
        for s in there
        if (status[s] == "not below" if everywhere else status[s] == "below" and not inside[s])
    ]
    agrees(found.alike, told(stay, others, steps, rises), stay)
    assert (found.why_not == "") == (found.alike is not None)
    assert found.elsewhere != everywhere
    new = [
        s
        for s in stay
        if register
        and happened[s]
        and happened[s][0] in ("conversion", "succession")
        and happened[s][1] is not None
        and happened[s][2] is not None
        and happened[s][2] <= 2014
    ]
    # Nothing had happened by 2014, for sure.
    same = [
        s
        for s in stay
        if register
        and (happened[s] is None or (happened[s][1] is not None and happened[s][1] >= 2014))
    ]
    agrees(found.became, told(new, same, steps, rises), new)
    applied_below = [s for s in below if applied[0, s]]
    assert found.luck == (pytest.approx(1.5) if applied_below else None)


def test_it_is_from_the_first_year_that_can_be_judged_to_the_last_with_results():
    names = [f"{100000 + s}" for s in range(4)]
    values = [30.0, 35.0, 50.0, 60.0]
    status = ["below", "below", "not below", "not below"]
    years = [
        year_of(2012, names, values, status, missing="no table held"),
        year_of(2013, names, values, status),
        year_of(2014, names, values, status),
        year_of(2015, names, values[::-1], status, missing="no table held"),
    ]
    inside = np.ones(4, dtype=bool)
    found = after(follow(years, None), inside, {}, everywhere=True)
    assert (found.base.year, found.end.year) == (2013, 2015)
    assert found.rise == pytest.approx((100 + 100 / 3) / 2)
    assert found.luck is None
    assert found.became is None
    for some in (years[:1], years[:2], [years[0], years[3]]):
        with pytest.raises(CannotAnswerError, match="a year that can be judged and a later one"):
            after(follow(some, None), inside, {}, everywhere=True)
