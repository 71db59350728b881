"""The gap in rank by comparing every pair, one by one, in exact fractions."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction


def _above(one: int, other: int) -> Fraction:
    return Fraction(1) if one > other else Fraction(1, 2) if one == other else Fraction(0)


def chance(lower: Sequence[int], upper: Sequence[int]) -> Fraction:
    """Share of pairs in which the one of the upper group is above; scores one a member."""
    pairs = [_above(u, low) for low in lower for u in upper]
    return sum(pairs, Fraction(0)) / len(pairs)


def variance(lower: Sequence[int], upper: Sequence[int]) -> Fraction:
    """Sum over both groups of the variance of their members' placements over their number."""
    whole = Fraction(0)
    for own, placements in (
        (lower, [chance([low], upper) for low in lower]),
        (upper, [chance(lower, [u]) for u in upper]),
    ):
        mean = sum(placements, Fraction(0)) / len(own)
        squares = sum(((p - mean) ** 2 for p in placements), Fraction(0))
        whole += squares / (len(own) - 1) / len(own)
    return whole


def index_by_mean_ranks(lower: Sequence[int], upper: Sequence[int]) -> Fraction:
    """The index as it is published: difference of mean ranks, as a share of all ranks, times 20."""
    everyone = sorted([*lower, *upper])

    def rank(score: int) -> Fraction:
        first = everyone.index(score) + 1
        return Fraction(2 * first + everyone.count(score) - 1, 2)

    means = [sum((rank(s) for s in group), Fraction(0)) / len(group) for group in (upper, lower)]
    return 20 * (means[0] - means[1]) / len(everyone)
