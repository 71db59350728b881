"""The specification curve in plain Python, one set of choices and one school at a time."""

from __future__ import annotations

import math
import random
from itertools import combinations
from pathlib import Path

import pytest
from slow_peers import School, groups_of, line_window, same_band, slow_benchmark, varied
from slow_questions import mainstream, points, rate, share
from small_store import YEAR, Made, hold

from codebreakers.errors import CannotAnswerError
from codebreakers.estimates import Withheld
from codebreakers.peers.specifications import CHOICES, specifications
from codebreakers.questions.robustness import robustness

FEATURES = {
    "nearest in disadvantaged share": (share,),
    "nearest in KS2 points": (points,),
    "nearest in share and KS2 points": (share, points),
    "27 above and 27 below in KS2 points": (points,),
    "the same tenth of disadvantaged share": (share,),
}
AGAINST = {
    "best fifth": ("top", 0.2),
    "best tenth": ("top", 0.1),
    "80th percentile": ("percentile", 80),
    "best school": ("best", 0),
}
BRINGS = {"peers": ("k", "weights")}


def country(seed, *, grammars):
    """Schools on grids on which ties are many; one in eight lacks something."""
    draw = random.Random(seed)

    def mostly(number):
        return number if draw.random() > 0.12 else draw.choice(["SUPP", "NE", "blank"])

    made = []
    for i in range(draw.randint(24, 34)):
        cohort = 10 * draw.randint(4, 12)
        pupils = mostly(draw.choice([0, 4, 9, 10, 15, 20, 25, 30, 35]))
        some = pupils if isinstance(pupils, int) else 0
        made.append(
            Made(
                urn=str(100000 + 7 * i),
                cohort=mostly(cohort),
                disadvantaged=pupils,
                others=cohort - some,
                points=mostly(draw.choice([24.1, 24.4, 25.2, 26.6, 27.1, 27.4, 28.0])),
                count=mostly(draw.randint(0, some)) if some else "NE",
                percent=mostly(draw.choice([0, 25, 50, 80, 100])),
                percent_all=50,
                percent_other=60,
                selective=grammars and draw.random() < 0.25,
                special=draw.random() < 0.1,
                authority="Hove",
                region="South",
            )
        )
    return made


def number(value):
    return math.nan if value is None else float(value)


def may(school, least, of_england):
    """Whether a school counts: it has a result, and as many pupils as are asked for."""
    pupils = school.number("disadvantaged")
    if rate(school) is None:
        return False
    if not least and not of_england:
        return True
    return pupils is not None and pupils >= max(least, 1)


def slow_ordered(schools, one, seed, of_england):
    """{urn: [urn of peers, most alike first]}, or None where nobody can be matched."""
    features = FEATURES[one.peers]
    weights = [float(w) for w in one.weights.split(":")] if one.weights else [1.0] * len(features)
    made = [
        School(
            s.urn,
            tuple(number(feature(s)) for feature in features),
            number(s.number("cohort")),
            int(s.selective) if one.grammars == "apart" else 0,
            may(s, one.min_pupils, of_england),
            0.0,
        )
        for s in schools
    ]
    if not varied(made, len(features)):
        return None

    def everybody(school, others):
        return others

    choose = everybody
    if "above" in one.peers:
        choose = line_window(made, 27, 27, seed)
    elif "tenth" in one.peers:
        choose = same_band(made, 10)
    found = groups_of(made, weights, seed, choose)
    return {name: [peer for peer, _ in peers] for name, peers in found.items()}


def against(one, values):
    return slow_benchmark(*AGAINST[one.benchmark], [(float(v), 1) for v in values])


def slow_of_school(schools, one, groups, own, verdict):
    """The number of one school, or None where it has none."""
    rates = {s.urn: rate(s) for s in schools}
    values = [rates[peer] for peer in groups[own.urn]]
    if not values:
        return None
    mine = rate(own)
    if verdict == "beats-similar":
        return mine - sum(values) / len(values)
    if verdict == "room-to-grow":
        return against(one, values) - float(mine)
    above, level = sum(v > mine for v in values), sum(v == mine for v in values)
    return 100 * (1 + above + level / 2) / (len(values) + 1)


def slow_of_england(schools, one, groups):
    gained = now = 0.0
    rates = {p.urn: rate(p) for p in schools}
    for s in schools:
        peers = groups[s.urn]
        if may(s, one.min_pupils, True) and peers:
            goal = against(one, [rates[peer] for peer in peers])
            gained += max(0.0, goal - float(rate(s))) / 2 * s.number("disadvantaged")
            now += float(rate(s)) * s.number("disadvantaged")
    return 100 * gained / now if now else None


def slow_number(schools, one, seed, own, verdict, ordered):
    usual = "in" if own is None else "apart"
    if one.grammars != usual and not any(s.selective for s in schools):
        return None
    if own is not None:
        if not may(own, one.min_pupils, False):
            return None
        if own.number("disadvantaged") is not None and own.number("disadvantaged") < 10:
            return None
    # Neither the size of a group nor the benchmark changes who is more alike.
    key = one.peers, one.weights, one.grammars, one.min_pupils
    if key not in ordered:
        ordered[key] = slow_ordered(schools, one, seed, own is None)
    if ordered[key] is None:
        return None
    groups = {name: peers[: one.k] for name, peers in ordered[key].items()}
    if own is None:
        return slow_of_england(schools, one, groups)
    return slow_of_school(schools, one, groups, own, verdict)


def slow_turnings(found):
    """{choice: [(turned, moved)]} of pairs that differ in one choice and in what it brings."""
    pairs = {name: [] for name in CHOICES}
    for (one, (value, stands)), (other, (far, falls)) in combinations(found.items(), 2):
        differ = [name for name in CHOICES if getattr(one, name) != getattr(other, name)]
        name = "peers" if "peers" in differ else differ[0]
        if set(differ) <= {name, *BRINGS.get(name, ())}:
            pairs[name].append((stands != falls, abs(value - far)))
    return pairs


def compare(table, schools, seed, own, verdict):
    tried = specifications((YEAR,), benchmarks=verdict in ("room-to-grow", "gain"))
    names = [column.name for column in table.columns]
    place = next(i for i, name in enumerate(names) if name.startswith("figure_"))
    rows = {row[0]: row for row in table.rows}
    assert sorted(rows) == list(range(1, len(tried) + 1))
    found, ordered = {}, {}
    for i, one in enumerate(tried, start=1):
        slow = slow_number(schools, one, seed, own, verdict, ordered)
        cell, stands = rows[i][place], rows[i][place + 1]
        assert isinstance(cell, Withheld) == (slow is None), (one, cell, slow)
        if slow is None:
            assert stands is None
            continue
        assert cell == pytest.approx(float(slow), rel=1e-9, abs=1e-7), one
        if abs(float(slow) - table["robustness.limit"].value) > 1e-6 or not isinstance(slow, float):
            expected = {
                "beats-similar": slow > 0,
                "best-fifth": slow <= 20,
                "room-to-grow": slow >= 5,
                "gain": slow >= 10,
            }[verdict]
            assert stands == expected, one
        found[one] = (float(slow), stands)
    told = {f.id for f in table.findings}
    for name, pairs in slow_turnings(found).items():
        assert (f"robustness.by.{name}" in told) == bool(pairs)
        if pairs:
            said = table[f"robustness.by.{name}"]
            assert said.figure.n == len(pairs)
            assert said.value == pytest.approx(100 * sum(t for t, _ in pairs) / len(pairs))
            moved = sum(m for _, m in pairs) / len(pairs)
            assert f"moves the number by {moved:.1f} on average" in said.sentence
    stands = sum(yes for _, yes in found.values())
    assert table["robustness.stands"].value == pytest.approx(100 * stands / len(found))


@pytest.mark.parametrize(
    ("verdict", "seed", "grammars"),
    [
        ("beats-similar", 1, True),
        ("beats-similar", 2, False),
        ("best-fifth", 3, True),
        ("room-to-grow", 4, True),
    ],
)
def test_one_school(tmp_path: Path, verdict: str, seed: int, grammars: bool) -> None:
    schools = country(seed, grammars=grammars)
    ours = mainstream(schools)
    own = next(s for s in ours if rate(s) is not None and s.number("disadvantaged") in (15, 20, 25))
    with_store = hold(tmp_path, schools)
    table = robustness(with_store, school=own.urn, verdict=verdict, year=YEAR, seed=seed)
    compare(table, ours, seed, own, verdict)


def test_england(tmp_path: Path) -> None:
    schools = country(3, grammars=True)
    table = robustness(hold(tmp_path, schools), year=YEAR, seed=3)
    compare(table, mainstream(schools), 3, None, "gain")


def test_a_school_of_nine_is_never_compared(tmp_path: Path) -> None:
    schools = country(5, grammars=False)
    few = [s for s in mainstream(schools) if s.number("disadvantaged") == 9 and rate(s) is not None]
    with pytest.raises(CannotAnswerError, match="fewer than 10"):
        robustness(hold(tmp_path, schools), school=few[0].urn, year=YEAR)
