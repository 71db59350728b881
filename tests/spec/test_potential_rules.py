"""How many more pupils would succeed? Each rule in one small case, on every engine."""

from __future__ import annotations

import math

import pytest

from codebreakers.errors import CannotAnswerError, RequestError, UnknownNameError
from codebreakers.estimates import Withheld
from codebreakers.peers import PeerRule
from codebreakers.peers.benchmarks import best, national, top
from codebreakers.peers.population import Scope
from codebreakers.questions.potential import potential

# The five others of each are its peers; the top fifth of five is one school.
FIVE = """
    school TPUP KS2APS TFSMCLA PTAC5EM PTAC5EMFSM LEA_NAME REGION
    A       100   24.0      40     50%        50%  Leeds   North
    B       100   25.0      21     60%        80%  York    North
    C       100   26.0      52     70%        30%  Hove    South
    D       100   27.0      10     55%        60%  Hove    South
    E       100   28.0      31     90%        20%  Hove    South
    F       100   29.0      25     40%        40%  Hove    South
"""
CLOSE = {"seed": 0, "tie_orders": 0}
SHARE = PeerRule.nearest(["disadvantaged_percent"], size=2)


def total(table):
    return next(f.value for f in table.findings if f.id.endswith((".pupils", ".points")))


def by_name(table, column):
    return dict(zip(table.column("school_name"), table.column(column), strict=True))


def test_every_school_below_it_closes_half_the_gap_to_the_top_fifth_of_its_peers(store):
    """B's 80 is the best of everybody else's peers, D's 60 the best of B's: B is above it."""
    table = potential(store(FIVE), year=2013, **CLOSE)
    below = ((50, 40), (30, 52), (60, 10), (20, 31), (40, 25))
    gains = [0.5 * (80 - own) / 100 * pupils for own, pupils in below]
    assert total(table) == pytest.approx(sum(gains), abs=1e-5)
    succeed = (21 * 80 + sum(own * pupils for own, pupils in below)) / 100
    percent = table["potential.disadvantage-2014.percent"]
    assert percent.value == pytest.approx(100 * sum(gains) / succeed, abs=1e-5)
    assert percent.figure.low is None
    assert percent.figure.no_interval == "no interval until chance is allowed for"


def test_a_school_above_its_benchmark_gains_nothing_and_loses_nothing(store):
    table = potential(store(FIVE), year=2013, by="school", **CLOSE)
    assert by_name(table, "gain_pupils")["School B"] == 0
    assert by_name(table, "benchmark_percent")["School B"] == 60


def test_ability_is_all_pupils_and_the_single_best_of_those_nearest_in_earlier_results(store):
    table = potential(store(FIVE), year=2013, preset="ability-2014", **CLOSE)
    assert total(table) == pytest.approx(0.5 * sum(90 - own for own in (50, 60, 70, 55, 40)))


def test_peers_are_the_nearest_and_parts_of_a_rule_can_be_replaced(store):
    table = potential(
        store(FIVE), year=2013, peers=SHARE, benchmark=best(), fraction=1.0, by="school", **CLOSE
    )
    assert by_name(table, "benchmark_percent") == {
        "School A": 30,  # of E and C
        "School B": 40,  # of F and E
        "School C": 50,  # of A and E
        "School D": 80,  # of B and F
        "School E": 50,  # of F and A
        "School F": 80,  # of B and E
    }
    assert table.findings[0].id == "potential.custom.pupils"


def test_a_school_missing_a_feature_or_a_result_adds_nothing_and_is_nobodys_benchmark(store):
    held = store(
        FIVE + "    G 100 27.0 - 50% 99% Hove South\n    H 100 27.0 4 50% SUPP Hove South\n"
    )
    table = potential(held, year=2013, **CLOSE)
    assert total(table) == total(potential(store(FIVE), year=2013, **CLOSE))
    said = " ".join(table.findings[0].caveats)
    assert "2 of 8 schools have no result or no group, and add nothing" in said


def test_what_is_said_of_schools_left_out_is_of_the_schools_asked_about(store):
    held = store(FIVE + "    G 100 27.0 - 50% 99% Hove South\n")
    table = potential(held, year=2013, scope=Scope(region="North"), **CLOSE)
    assert not [c for c in table.findings[0].caveats if "add nothing" in c]


def test_peers_are_sought_among_all_schools_whoever_is_asked_about(store):
    table = potential(store(FIVE), year=2013, scope=Scope(authority="Leeds"), **CLOSE)
    assert total(table) == pytest.approx(0.5 * 0.3 * 40)


def test_gains_add_up_exactly_from_schools_to_authorities_regions_and_england(store):
    held = store(FIVE)
    sums = {
        by: math.fsum(potential(held, year=2013, by=by, **CLOSE).column("gain_pupils"))
        for by in ("school", "authority", "region", "england")
    }
    assert set(sums.values()) == {total(potential(held, year=2013, **CLOSE))}


def test_a_score_gains_points_for_each_pupil_and_never_pupils(store):
    scores = """
        school TPUP TFSM6CLA1A ATT8SCR_FSM6CLA1A
        A       100         40              40.0
        B       100         20              50.0
        C       100         50              60.0
    """
    held = store({2016: scores})
    table = potential(held, "attainment8", year=2016, **CLOSE)
    assert [f.id for f in table.findings] == ["potential.disadvantage-2014.points"]
    assert total(table) == pytest.approx(0.5 * ((60 - 40) * 40 + (60 - 50) * 20) / 110, abs=1e-6)
    assert table.findings[0].unit == "points"
    assert "gain_points" in [c.name for c in table.columns]


def test_below_ten_pupils_a_school_has_no_gain_and_all_or_none_is_not_shown(store):
    held = store(FIVE + "    G 100 27.0 9 50% 0% Hove South\n    H 100 27.0 9 50% 44% Hove South\n")
    table = potential(held, year=2013, by="school", **CLOSE)
    small = Withheld("small")
    gains, rates = by_name(table, "gain_pupils"), by_name(table, "rate_percent")
    assert (rates["School G"], gains["School G"]) == (small, small)
    assert (rates["School H"], gains["School H"]) == (44, small)
    one = potential(held, year=2013, scope=Scope(schools=("100007",)), **CLOSE)
    assert {f.figure for f in one.findings} == {small}
    assert all(f.sentence.endswith(": fewer than 10 pupils.") for f in one.findings)


def test_a_size_worked_out_of_a_share_is_not_shown_below_ten_pupils(store):
    held = store("""
        school TPUP TFSMCLA PTPRIORLO PTAC5EMLO
        A       100      40       20%       50%
        B       100      20        9%       40%
        C       100      50       30%       60%
    """)
    table = potential(held, year=2013, group="low", by="school", **CLOSE)
    assert by_name(table, "pupils") == {
        "School A": 20,
        "School B": Withheld("small"),
        "School C": 30,
    }
    assert "Group sizes are worked out" in " ".join(table.findings[0].caveats)


def test_where_nobody_succeeds_there_is_no_share_of_those_who_do(store):
    held = store("""
        school TPUP TFSMCLA PTAC5EMFSM
        A       100      40         0%
        B       100      20         0%
    """)
    table = potential(held, year=2013, benchmark=national(50), **CLOSE)
    assert table["potential.custom.pupils"].value == 15
    assert table["potential.custom.percent"].value is None


def test_what_the_order_of_equally_similar_schools_changes_is_said(store):
    rows = "\n".join(
        f"{letter} 100 {20 + 10 * (i % 2)} {rate}%"
        for i, (letter, rate) in enumerate(
            zip("ABCDEFGH", (10, 90, 20, 80, 30, 70, 40, 60), strict=True)
        )
    )
    held = store(f"school TPUP TFSMCLA PTAC5EMFSM\n{rows}")
    rule = PeerRule.nearest(["disadvantaged_percent"], size=1)
    table = potential(held, year=2013, peers=rule, benchmark=best(), tie_orders=4)
    assert "over 4 orders it is" in table.findings[0].sentence
    again = potential(held, year=2013, peers=rule, benchmark=best(), tie_orders=4)
    assert again.findings == table.findings
    none = potential(
        held,
        year=2013,
        benchmark=top(1.0),
        peers=PeerRule.nearest(["disadvantaged_percent"], size=7),
        tie_orders=3,
    )
    assert "order" not in none.findings[0].sentence


def test_a_scope_that_leaves_nothing_cannot_be_answered(store):
    with pytest.raises(CannotAnswerError, match="No school asked about has five_good_gcses"):
        potential(store(FIVE), year=2013, scope=Scope(region="North", authority="Hove"), **CLOSE)


def test_what_is_no_rule_is_refused_and_the_nearest_named(store):
    held = store(FIVE)
    with pytest.raises(UnknownNameError, match="Did you mean 'ability-2014'"):
        potential(held, year=2013, preset="ability")
    with pytest.raises(UnknownNameError, match="Did you mean 'region'"):
        potential(held, year=2013, by="regions")
    with pytest.raises(UnknownNameError, match="Did you mean 'disadvantaged_percent'"):
        potential(held, year=2013, peers=PeerRule.nearest(["disadvantaged_pct"]), **CLOSE)
    for fraction in (0.0, 1.01):
        with pytest.raises(RequestError, match="of a gap cannot be closed"):
            potential(held, year=2013, fraction=fraction)


def test_a_result_is_no_feature(store):
    with pytest.raises(UnknownNameError, match="no feature 'five_good_gcses'"):
        potential(store(FIVE), year=2013, peers=PeerRule.nearest(["five_good_gcses"]), **CLOSE)
