"""Peers in plain Python, one school and one pair at a time: slow, and obvious."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from functools import cache

NAN = math.nan
MASK = 2**64 - 1


@dataclass
class School:
    name: str
    features: tuple[float, ...]
    size: float
    pool: int
    eligible: bool
    value: float


def scramble(number):
    mixed = (number + 0x9E3779B97F4A7C15) & MASK
    mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & MASK
    return mixed ^ (mixed >> 31)


@cache
def key(name):
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "little")


@cache
def turn(seed, name):
    return scramble((key(name) + scramble(seed)) & MASK)


def lot(seed, school, neighbour):
    return scramble((turn(seed, school) + key(neighbour)) & MASK)


def sd(numbers):
    mean = math.fsum(numbers) / len(numbers)
    return math.sqrt(math.fsum((x - mean) ** 2 for x in numbers) / len(numbers))


def size_gap(a, b):
    gap = abs(a.size - b.size)
    return math.inf if math.isnan(gap) else gap


def complete(school):
    return not any(math.isnan(x) for x in school.features)


def slack(schools, weights, sds):
    largest = [
        max(abs(s.features[j]) * math.sqrt(w) / sds[j] for s in schools if complete(s))
        for j, w in enumerate(weights)
    ]
    return 8 * 2.0**-52 * math.sqrt(sum(x * x for x in largest))


def in_order(school, others, weights, sds, seed, near_enough):
    """The others, most alike first, with their distances."""
    apart = sorted(
        (
            math.sqrt(
                sum(
                    w * ((a - b) / d) ** 2
                    for w, a, b, d in zip(
                        weights, school.features, other.features, sds, strict=True
                    )
                )
            ),
            other.name,
        )
        for other in others
    )
    level, levels, before = 0.0, {}, None
    for distance, name in apart:
        if before is None or distance - before > 1e-9 * distance + near_enough:
            level = distance
        levels[name] = level
        before = distance
    ordered = sorted(
        others,
        key=lambda o: (levels[o.name], size_gap(school, o), lot(seed, school.name, o.name)),
    )
    return [(o.name, levels[o.name]) for o in ordered]


def may_be_peers(school, schools):
    return [
        o
        for o in schools
        if o.name != school.name and o.eligible and complete(o) and o.pool == school.pool
    ]


def groups_of(schools, weights, seed, choose):
    """{name: [(peer, distance)]}, by a function that chooses a school's peers before ordering."""
    taking_part = [s for s in schools if s.eligible and complete(s)]
    sds = [sd([s.features[j] for s in taking_part]) for j in range(len(weights))]
    near = slack(schools, weights, sds)
    found = {}
    for school in schools:
        others = choose(school, may_be_peers(school, schools)) if complete(school) else []
        found[school.name] = in_order(school, others, weights, sds, seed, near)
    return found


def line_window(schools, above, below, seed):
    def choose(school, others):
        def place(s):
            missing = math.isnan(s.size)
            return (s.features[0], missing, 0 if missing else s.size, turn(seed, s.name))

        under = sorted((o for o in others if place(o) < place(school)), key=place)
        over = sorted((o for o in others if place(o) > place(school)), key=place)
        take_over = min(above, len(over))
        take_under = min(below, len(under))
        while take_over + take_under < min(above + below, len(others)):
            if take_under < below and take_over < len(over):
                take_over += 1
            else:
                take_under += 1
        return under[len(under) - take_under :] + over[:take_over]

    return choose


def same_band(schools, bands):
    ordered = sorted(s.features[0] for s in schools if s.eligible and complete(s))

    def band(value):
        return sum(
            value > ordered[math.ceil(part * len(ordered) / bands) - 1] for part in range(1, bands)
        )

    return lambda school, others: [
        o for o in others if band(o.features[0]) == band(school.features[0])
    ]


def varied(schools, features):
    taking_part = [s for s in schools if s.eligible and complete(s)]
    return len(taking_part) > 1 and all(
        len({s.features[j] for s in taking_part}) > 1 for j in range(features)
    )


def mean(numbers):
    return sum(numbers) / len(numbers) if numbers else NAN


def slow_benchmark(kind, number, peers):
    """One school's benchmark from its peers' (value, weight), the withheld left out."""
    values = sorted((v for v, _ in peers), reverse=kind != "lowest")
    if not values:
        return NAN
    if kind == "best":
        return values[0]
    if kind == "percentile":
        values.sort()
        place = number / 100 * (len(values) - 1)
        low = math.floor(place)
        high = min(low + 1, len(values) - 1)
        return values[low] + (values[high] - values[low]) * (place - low)
    count = max(1, math.floor(round(number * len(values), 6) + 0.5))
    return mean(values[:count])


def slow_weighted(kind, number, peers):
    if not peers:
        return NAN
    peers = sorted(peers, reverse=kind == "top")
    count = max(1, math.floor(round(number * len(peers), 6) + 0.5))
    cut = peers[count - 1][0]
    sure = [p for p in peers[:count] if p[0] != cut]
    tied = [p for p in peers if p[0] == cut]
    part = (count - len(sure)) / len(tied)
    mass = sum(w for _, w in sure) + part * sum(w for _, w in tied)
    total = sum(v * w for v, w in sure) + part * sum(v * w for v, w in tied)
    return total / mass
