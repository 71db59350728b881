"""What an unchanged school could get next year, in plain Python: slow, and obvious."""

from __future__ import annotations

from math import comb


def chances(levels, pupils):
    """The chance of each number of successes, one draw of the level after another."""
    found = [0.0] * (pupils + 1)
    for level in levels:
        p = level / 100
        for k in range(pupils + 1):
            found[k] += comb(pupils, k) * p**k * (1 - p) ** (pupils - k) / len(levels)
    return found


def ends(levels, pupils, level):
    """The smallest counts with enough at or below them."""
    tail, summed, found = (1 - level) / 2, 0.0, []
    wanted = [tail, 1 - tail]
    for k, chance in enumerate(chances(levels, pupils)):
        summed += chance
        while wanted and summed >= wanted[0] - 1e-12:
            found.append(100 * k / pupils)
            wanted.pop(0)
    return tuple(found)


def reached(levels, pupils, target):
    """The chance of at least a target."""
    return sum(
        chance
        for k, chance in enumerate(chances(levels, pupils))
        if 100 * k >= target * pupils - 1e-7
    )
