"""Who moves when the measure changes, slowly and obviously in plain Python."""

from __future__ import annotations

import random


def ranks(values):
    """1 is the best; schools that tie share the mean of the places they take."""
    found = []
    for value in values:
        better = sum(other > value for other in values)
        tied = sum(other == value for other in values)
        places = [better + 1 + i for i in range(tied)]
        found.append(sum(places) / tied)
    return found


def percentile_ranks(places):
    return [100 * (place - 1) / (len(places) - 1) for place in places]


def falls(old, new):
    before, after = percentile_ranks(ranks(old)), percentile_ranks(ranks(new))
    return [b - a for a, b in zip(before, after, strict=True)]


def curve(old, new, thresholds):
    """Percentages that fall, and that rise, at least so far."""
    moves = falls(old, new)
    return [
        (
            t,
            100 * sum(move >= t - 1e-9 for move in moves) / len(moves),
            100 * sum(-move >= t - 1e-9 for move in moves) / len(moves),
        )
        for t in thresholds
    ]


def by_region(old, new, regions, threshold):
    """Of each region's schools the percentage that fall; of all that fall, its percentage."""
    fallers = [move >= threshold - 1e-9 for move in falls(old, new)]
    found = {}
    for region in sorted(set(regions)):
        count = sum(f for f, r in zip(fallers, regions, strict=True) if r == region)
        of_fallers = 100 * count / sum(fallers) if any(fallers) else None
        found[region] = (100 * count / regions.count(region), of_fallers)
    return found


def slope(x, y):
    """The least squares slope and White's standard error."""
    n = len(x)
    mean_x, mean_y = sum(x) / n, sum(y) / n
    across = sum((a - mean_x) ** 2 for a in x)
    value = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True)) / across
    left = [b - mean_y - value * (a - mean_x) for a, b in zip(x, y, strict=True)]
    meat = sum(((a - mean_x) * e) ** 2 for a, e in zip(x, left, strict=True))
    return value, (meat * n / (n - 2)) ** 0.5 / across


def unmoved(level, levels, new_levels):
    """What a school's true level is in the new measure if it stands where it stood in the old."""
    place = sorted(levels).index(level)
    return sorted(new_levels)[place]


def error(level, pupils, sd):
    if sd is not None:
        return sd / pupils**0.5
    rate = min(1.0, max(0.0, level / 100))
    return 100 * (rate * (1 - rate) / pupils) ** 0.5


def world(levels, new_levels, pupils, sds, correlation, draw, given=None):
    """One world in which nobody truly moved: results by the old measure and by the new.

    Where the old results are given, their luck is what is left of them.
    """
    old, new = [], []
    for i, level in enumerate(levels):
        same = unmoved(level, levels, new_levels)
        spread = error(level, pupils[0][i], sds[0])
        if given is None:
            luck = draw.gauss(0, 1)
            old.append(level + spread * luck)
        else:
            luck = (given[i] - level) / spread if spread else 0.0
            old.append(given[i])
        luck = correlation * luck + (1 - correlation**2) ** 0.5 * draw.gauss(0, 1)
        new.append(same + error(same, pupils[1][i], sds[1]) * luck)
    return old, new


def generator(seed):
    return random.Random(seed)
