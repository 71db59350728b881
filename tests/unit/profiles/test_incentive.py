"""A scenario's arithmetic, its intervals, and what each assumption does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from codebreakers.profiles.incentive.proposals import PRESETS
from codebreakers.profiles.incentive.scenario import Assumption, Scenario
from codebreakers.profiles.incentive.taken import polled

PLAIN = Scenario(
    premium=0.25,
    teachers=2_000,
    years=2,
    pay=40_000.0,
    on_costs=0.2,
    pay_rises=0.0,
    filled=1.0,
    pool=10_000.0,
    intention=0.15,
    interest=0.63,
)


def test_cost_is_teachers_times_pay_times_premium_times_years_with_on_costs() -> None:
    assert PLAIN.premiums == pytest.approx(2_000 * 40_000 * 0.25 * 2)
    assert PLAIN.cost == pytest.approx(PLAIN.premiums * 1.2)


def test_pay_that_rises_and_posts_that_stand_empty_change_it() -> None:
    assert replace(PLAIN, pay_rises=0.1).cost == pytest.approx(PLAIN.cost * (1 + 1.1) / 2)
    assert replace(PLAIN, filled=0.5).cost == pytest.approx(PLAIN.cost / 2)


def test_the_yield_goes_from_intention_to_interest_and_is_never_more_than_there_are() -> None:
    assert PLAIN.bracket == pytest.approx((1_500, 6_300))
    assert replace(PLAIN, levers=0.1).bracket == pytest.approx((2_500, 7_300))
    assert replace(PLAIN, levers=0.5).bracket == pytest.approx((6_500, 10_000))
    assert replace(PLAIN, moving=0.1).bracket == pytest.approx((150, 630))


def test_an_assumption_moves_alone() -> None:
    low, high = Assumption("pay", "Mean pay", 30_000, 50_000, "tables", "").ends(PLAIN)
    assert (low.cost, high.cost) == (
        pytest.approx(0.75 * PLAIN.cost),
        pytest.approx(1.25 * PLAIN.cost),
    )
    assert low.bracket == high.bracket == PLAIN.bracket


def test_a_share_of_the_poll_has_wilsons_interval_on_fewer_respondents() -> None:
    """15 of 100 of 1,100: by hand, with z = 1.96 and the half point that rounding hides."""

    def wilson(p: float, n: float, sign: int) -> float:
        z = 1.959963984540054
        half = z * (p * (1 - p) / n + z * z / (4 * n * n)) ** 0.5
        return (p + z * z / (2 * n) + sign * half) / (1 + z * z / n)

    share, low, high = polled("poll_seek_challenge", 1.0)
    assert share == pytest.approx(0.15)
    assert low == pytest.approx(wilson(0.145, 1_100, -1))
    assert high == pytest.approx(wilson(0.155, 1_100, 1))
    _, wider, _ = polled("poll_seek_challenge", 2.0)
    assert wider == pytest.approx(wilson(0.145, 550, -1))


def test_the_proposal_of_2015_is_ten_thousand_each_of_forty() -> None:
    proposal = PRESETS["proposal-2015"]
    assert (proposal.each, proposal.implied_pay) == (10_000, 40_000)


def test_a_lever_is_shown_and_moved_by_itself() -> None:
    both = replace(PLAIN, levers=0.07)
    travel = Assumption("levers", "Lever: travel", 0.05, 0.09, "yours", "", others=0.05)
    assert travel.own(both) == pytest.approx((0.02, 0, 0.04))
    low, high = travel.ends(both)
    assert low.bracket[0] == pytest.approx(10_000 * 0.20)
    assert high.bracket[0] == pytest.approx(10_000 * 0.24)
