"""What is ranked, picked and summed on draws, one draw and one school at a time."""

from __future__ import annotations

import math


def known(row):
    return [x for x in row if not math.isnan(x)]


def share_of(values, share, *, lowest=False):
    """The mean of the highest (or lowest) share of some values, at least one, halves up."""
    ordered = sorted(values, reverse=not lowest)
    taken = ordered[: max(1, math.floor(len(ordered) * share + 0.5 + 1e-9))]
    return math.fsum(taken) / len(taken)


def benchmark(kind, number, values):
    if not values:
        return math.nan
    if kind == "best":
        return max(values)
    if kind == "percentile":
        ordered = sorted(values)
        place = number / 100 * (len(ordered) - 1)
        low = math.floor(place)
        high = min(low + 1, len(ordered) - 1)
        return ordered[low] + (ordered[high] - ordered[low]) * (place - low)
    return share_of(values, number, lowest=kind == "lowest")


def benchmarks(kind, number, members, draws):
    """For each draw, for each school, the benchmark over its own peers."""
    return [
        [benchmark(kind, number, known([draw[m] for m in peers])) for peers in members]
        for draw in draws
    ]


def gains(draws, goals, pupils, fraction):
    return [
        [
            math.nan
            if math.isnan(own) or math.isnan(goal)
            else fraction * max(0.0, goal - own) * n / 100
            for own, goal, n in zip(draw, row, pupils, strict=True)
        ]
        for draw, row in zip(draws, goals, strict=True)
    ]


def ranks(draws, judged):
    """For each draw, each judged school's place, 1 the highest."""
    placed = []
    for draw in draws:
        order = sorted((s for s in judged if not math.isnan(draw[s])), key=lambda s: -draw[s])
        placed.append({s: i + 1 for i, s in enumerate(order)})
    return placed


def quantile(values, q):
    """Linear between the two values it falls between."""
    ordered = sorted(values)
    place = q * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)
