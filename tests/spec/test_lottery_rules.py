"""How different are similar schools? Each rule in one small case, on every engine."""

from __future__ import annotations

import pytest

from codebreakers.errors import CannotAnswerError
from codebreakers.peers import PeerRule
from codebreakers.peers.population import Scope
from codebreakers.questions.lottery import lottery

ALL_OTHERS = PeerRule.nearest(["disadvantaged_percent"], size=5)
SIX = """
    school TPUP TFSMCLA PTAC5EMFSM REGION
    A       100      40        10%  North
    B       100      20        20%  North
    C       100      50        30%  South
    D       100      10        40%  South
    E       100      30        50%  South
    F       100      25        60%  South
"""


def ends(table):
    return [table[f"lottery.{end}"].value for end in ("best_fifth", "lowest_fifth")]


def test_each_school_has_its_own_group_and_is_in_neither_end_of_it(store):
    """A fifth of five is one: 60 is best but for F, 10 is lowest but for A."""
    table = lottery(store(SIX), year=2013, peers=ALL_OTHERS)
    high, low = (5 * 60 + 50) / 6, (5 * 10 + 20) / 6
    assert ends(table) == pytest.approx([high, low])
    assert table["lottery.ratio"].value == pytest.approx(high / low)


def test_a_row_a_region_of_its_own_schools_means(store):
    table = lottery(store(SIX), year=2013, peers=ALL_OTHERS)
    assert table.rows == (("North", 2, 60, 15), ("South", 4, pytest.approx(57.5), 10))


def test_only_the_schools_asked_about_are_averaged_and_their_peers_are_everybody(store):
    table = lottery(store(SIX), year=2013, peers=ALL_OTHERS, scope=Scope(region="North"))
    assert ends(table) == [60, 15]


def test_a_school_without_a_result_is_nobodys_peer_and_has_peers(store):
    held = store(SIX + "    G 100 28 SUPP North\n")
    table = lottery(held, year=2013, peers=ALL_OTHERS)
    assert table["lottery.best_fifth"].figure.n == 7
    assert table.rows[0][:2] == ("North", 3)


def test_a_school_missing_the_feature_is_not_counted(store):
    table = lottery(store(SIX + "    G 100 - 99% North\n"), year=2013, peers=ALL_OTHERS)
    assert table["lottery.best_fifth"].figure.n == 6
    assert ends(table) == ends(lottery(store(SIX), year=2013, peers=ALL_OTHERS))


def test_no_ratio_where_the_lowest_is_nought_or_the_score_has_no_zero(store):
    held = store(SIX.replace("10%", "0%").replace("20%", "0%"))
    found = lottery(held, year=2013, peers=ALL_OTHERS, draws=0)
    assert [f.id for f in found.findings] == ["lottery.best_fifth", "lottery.lowest_fifth"]
    assert found["lottery.lowest_fifth"].value == 0  # of six schools, who are no secret
    scores = SIX.replace("TFSMCLA", "TFSM6CLA1A").replace("PTAC5EMFSM", "P8MEA_FSM6CLA1A")
    held = store({2016: scores.replace("0%", "0.1")})
    found = lottery(held, year=2016, measure="progress8", peers=ALL_OTHERS)
    assert len(found.findings) == 2
    assert found.columns[2].name == "best_fifth_points"


def test_a_scope_that_leaves_nothing_cannot_be_answered(store):
    held = store(SIX + "    G 100 - 99% West\n")
    with pytest.raises(CannotAnswerError, match="No school asked about has similar schools"):
        lottery(held, year=2013, peers=ALL_OTHERS, scope=Scope(region="West"))
