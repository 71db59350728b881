"""Similar schools: each rule of meaning in one small case."""

from __future__ import annotations

import math

import numpy as np
import pytest

from codebreakers.errors import CannotAnswerError, RequestError
from codebreakers.peers import PeerRule
from codebreakers.peers.benchmarks import (
    benchmark_values,
    best,
    lowest,
    named,
    national,
    percentile,
    ranks_within,
    top,
)
from codebreakers.peers.matching import match

NAN = math.nan


def one(rule, values, **options):
    """Groups of schools A, B, C... with these values of one feature."""
    names = [chr(ord("A") + i) for i in range(len(values))]
    return match(rule, names, np.array(values, dtype=float)[:, None], **options)


def members(groups, school):
    return "".join(groups.of(school).members)


# nearest ------------------------------------------------------------------------------------


def test_each_school_has_its_own_group_and_is_not_in_it():
    groups = one(PeerRule.nearest(["share"], size=2), [10, 11, 13, 40, 41])
    assert [members(groups, s) for s in "ABCDE"] == ["BC", "AC", "BA", "EC", "DC"]


def test_a_distance_is_in_population_standard_deviations():
    groups = one(PeerRule.nearest(["share"], size=1), [0, 2, 10, 12])
    assert groups.of("A").distances == pytest.approx([2 / math.sqrt(26)])


def test_a_given_standard_deviation_is_used_instead():
    groups = one(PeerRule.nearest(["share"], size=1, sds=[4.0]), [0, 2, 10, 12])
    assert groups.of("A").distances == (0.5,)


def test_a_weight_counts_a_squared_difference_so_many_times():
    values = np.array([[0.0, 0.0], [3.0, 0.0], [0.0, 4.0]])
    even = PeerRule.nearest(["share", "points"], size=1, sds=[1, 1])
    uneven = PeerRule.nearest(["share", "points"], size=1, sds=[1, 1], weights=[4, 1])
    assert match(even, list("ABC"), values).of("A").members == ("B",)
    group = match(uneven, list("ABC"), values).of("A")
    assert (group.members, group.distances) == (("C",), (4.0,))


def test_a_feature_of_weight_0_is_not_matched_on_and_may_be_missing():
    values = np.array([[1.0, NAN], [2.0, 5.0], [9.0, 5.0]])
    groups = match(PeerRule.nearest(["share", "size"], size=1, weights=[1, 0]), list("ABC"), values)
    assert members(groups, "A") == "B"
    assert math.isnan(groups.of("A").differences[1])


def test_a_school_missing_a_feature_has_no_group_and_is_nobodys_peer():
    groups = one(PeerRule.nearest(["share"], size=5), [10, NAN, 11, 12])
    assert groups.of("B").members == ()
    assert groups.of("B").withheld.code == "no-match"
    assert all("B" not in groups.of(s).members for s in "ACD")


def test_where_there_are_fewer_others_than_asked_for_all_are_peers():
    groups = one(PeerRule.nearest(["share"], size=50), [10, 12, 17])
    assert [members(groups, s) for s in "ABC"] == ["BC", "AC", "BA"]


def test_equally_distant_schools_come_in_order_of_difference_in_cohort():
    groups = one(PeerRule.nearest(["share"], size=2), [30, 20, 40, 20], sizes=[100, 180, 90, 104])
    assert members(groups, "A") == "DC"


def test_equal_distances_count_as_equal_whatever_binary_fractions_make_of_them():
    assert 27.7 - 27.4 != 27.4 - 27.1
    rule, sizes = PeerRule.nearest(["points"], size=1), [100, 90, 101]
    for points in ([27.4, 27.7, 27.1], [27.4, 27.1, 27.7]):
        assert members(one(rule, points, sizes=sizes), "A") == "C"


def test_what_ties_are_left_are_drawn_by_lot_and_the_seed_decides():
    values = [50] + [40, 60] * 6
    drawn = {
        members(one(PeerRule.nearest(["share"], size=3), values, seed=s), "A") for s in range(9)
    }
    assert len(drawn) == 9
    first = one(PeerRule.nearest(["share"], size=3), values, seed=4)
    assert members(first, "A") == members(
        one(PeerRule.nearest(["share"], size=3), values, seed=4), "A"
    )


def test_lots_favour_neither_low_numbers_nor_early_rows():
    count = 600
    names = np.array([str(100000 + i) for i in range(count)])
    share = np.repeat([20.0, 50.0], count // 2)[:, None]
    groups = match(PeerRule.nearest(["share"], size=30), names, share)
    chosen = np.bincount(groups.members, minlength=count)
    assert chosen.min() > 0
    assert abs(np.corrcoef(chosen, np.arange(count) % 300)[0, 1]) < 0.15


def test_only_schools_of_one_pool_are_each_others_peers():
    groups = one(PeerRule.nearest(["share"], size=3), [1, 2, 3, 4], pool=[0, 1, 0, 1])
    assert [members(groups, s) for s in "ABCD"] == ["C", "D", "A", "B"]


def test_a_school_that_may_not_be_a_peer_still_has_a_group():
    groups = one(PeerRule.nearest(["share"], size=1), [1, 2, 4, 9], eligible=[1, 0, 1, 1])
    assert [members(groups, s) for s in "ABCD"] == ["C", "A", "A", "C"]


def test_a_school_alone_in_its_pool_has_no_group_and_the_reason_is_given():
    groups = one(PeerRule.nearest(["share"], size=3), [1, 2, 3], pool=["x", "x", "y"])
    withheld = groups.of("C").withheld
    assert (withheld.code, "no other school" in withheld.reason) == ("no-peers", True)


def test_a_feature_that_is_the_same_everywhere_is_refused():
    with pytest.raises(RequestError, match="'share' is 7 at all 3 schools"):
        one(PeerRule.nearest(["share"]), [7, 7, 7])


def test_a_feature_that_is_published_nowhere_cannot_be_answered():
    with pytest.raises(CannotAnswerError, match="0 may be peers and have share"):
        one(PeerRule.nearest(["share"]), [NAN, NAN, NAN])


# ranked, bands, listed ------------------------------------------------------------------------


def test_ranked_takes_so_many_above_and_below():
    groups = one(PeerRule.ranked("estimate", above=2, below=1), [1, 2, 4, 8, 16, 32])
    assert sorted(members(groups, "C")) == ["B", "D", "E"]


def test_ranked_fills_up_from_the_other_side_at_the_ends():
    groups = one(PeerRule.ranked("estimate", above=2, below=1), [1, 2, 4, 8, 16, 32])
    assert members(groups, "A") == "BCD"
    assert members(groups, "F") == "EDC"


def test_ranked_puts_equal_schools_in_order_of_cohort():
    groups = one(PeerRule.ranked("estimate", 1, 1), [5, 5, 5, 9], sizes=[30, 10, 20, 40])
    assert sorted(members(groups, "C")) == ["A", "B"]
    assert sorted(members(groups, "A")) == ["C", "D"]


def test_bands_make_peers_of_all_in_the_same_quantile_band():
    groups = one(PeerRule.bands("share", bands=2), [1, 2, 3, 10, 11, 12])
    assert [members(groups, s) for s in "ACF"] == ["BC", "BA", "ED"]


def test_schools_with_one_value_are_in_one_band():
    groups = one(PeerRule.bands("share", bands=2), [1, 5, 5, 5, 9, 9])
    assert sorted(members(groups, "B")) == ["A", "C", "D"]


def test_listed_takes_the_groups_as_they_are_in_order_of_rank():
    rule = PeerRule.listed([("A", "C", 0.7, 2), ("A", "B", 0.2, 1), ("B", "A", 0.3, 1)])
    groups = one(PeerRule.listed(rule.pairs, ["share"]), [1, 2, 3])
    assert groups.of("A").members == ("B", "C")
    assert groups.of("A").distances == (0.2, 0.7)
    assert groups.of("C").withheld.code == "not-held"


def test_schools_a_list_names_and_nobody_holds_are_reported():
    rule = PeerRule.listed([("A", "B", 0.2, 1), ("A", "Z", 0.3, 2), ("Y", "A", 0.3, 1)], ["share"])
    groups = one(rule, [1, 2])
    assert groups.unknown == ("Y", "Z")
    assert members(groups, "A") == "B"


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        ([("A", "A", 0.0, 1)], "itself"),
        ([("A", "B", 0.1, 1), ("A", "B", 0.2, 2)], "twice"),
        ([("A", "B", 0.3, 1), ("A", "C", 0.2, 2)], "do not follow"),
        ([("A", "B", 0.1, 1), ("A", "C", 0.2, 1)], "do not follow"),
    ],
)
def test_a_list_that_contradicts_itself_is_refused(pairs, said):
    with pytest.raises(RequestError, match=said):
        PeerRule.listed(pairs)


# match quality --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("own", "label"),
    [
        (10.0, "good match"),
        (12.5, "good match"),
        (12.6, "loose match"),
        (15.0, "loose match"),
        (15.1, "no good match"),
    ],
)
def test_a_group_is_labelled_by_how_far_its_mean_is(own, label):
    groups = one(PeerRule.nearest(["share"], size=2, sds=[10.0]), [own, 9, 11])
    assert groups.of("A").differences == pytest.approx([(10 - own) / 10])
    assert groups.of("A").quality == label


# benchmarks -----------------------------------------------------------------------------------


@pytest.fixture
def six():
    return one(PeerRule.nearest(["share"], size=5), [1, 2, 3, 4, 5, 6])


RESULTS = np.array([90.0, 10, 20, 30, 40, 50])


@pytest.mark.parametrize(
    ("against", "expected"),
    [
        (top(0.2), 50),
        (top(0.4), 45),
        (top(0.3), 45),  # 1.5 schools: halves go up
        (top(0.01), 50),  # at least one
        (lowest(0.4), 15),
        (best(), 50),
        (percentile(50), 30),
        (percentile(90), 46),
        (national(60.6), 60.6),
        (named("D"), 30),
    ],
)
def test_benchmarks_of_a_school_whose_peers_have_10_to_50(six, against, expected):
    """The school's own 90 is never in it."""
    assert benchmark_values(against, six, RESULTS)[0] == pytest.approx(expected)


def test_the_top_fifth_of_fifty_is_the_best_ten():
    values = np.arange(51.0)
    groups = match(PeerRule.nearest(["x"]), [f"S{i}" for i in range(51)], values[:, None])
    assert benchmark_values(top(0.2), groups, values)[0] == np.mean(np.arange(41, 51))


def test_peers_with_a_withheld_result_do_not_count(six):
    held = np.array([90.0, 10, 20, NAN, NAN, NAN])
    assert benchmark_values(top(0.5), six, held)[0] == 20
    assert np.isnan(benchmark_values(best(), six, np.where(np.arange(6) == 0, 90.0, NAN))[0])


def test_a_named_school_is_not_its_own_benchmark(six):
    assert np.isnan(benchmark_values(named("D"), six, RESULTS)[3])


def test_weights_make_it_a_mean_of_pupils(six):
    weights = np.array([1.0, 1, 1, 1, 30, 10])
    assert benchmark_values(top(0.4), six, RESULTS, weights=weights)[0] == 42.5


def test_peers_tied_at_the_edge_share_the_places_left(six):
    results = np.array([90.0, 10, 20, 40, 40, 50])
    weights = np.array([1.0, 1, 1, 10, 30, 20])
    assert benchmark_values(top(0.4), six, results, weights=weights)[0] == pytest.approx(45)


def test_a_place_is_among_the_peers_and_itself_with_ties_averaged(six):
    ranks, among = ranks_within(six, np.array([40.0, 10, 20, 30, 40, NAN]))
    assert (ranks[0], among[0]) == (1.5, 5)
    assert (ranks[1], among[1]) == (5, 5)
    assert (np.isnan(ranks[5]), among[5]) == (True, 0)
