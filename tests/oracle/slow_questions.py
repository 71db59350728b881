"""The questions in plain Python, one school at a time, in exact fractions: slow, and obvious."""

from __future__ import annotations

import math
from fractions import Fraction

from slow_peers import lot

GRAIN = 2**20
SMALL = 10


def fits(percent, pupils):
    """Every count whose share of the pupils is published as this whole percentage, halves up."""
    return [
        k
        for k in range(pupils + 1)
        if math.floor(Fraction(100 * k, pupils) + Fraction(1, 2)) == percent
    ]


def rate(school):
    """The disadvantaged pupils' rate: the count over the pupils, else as published."""
    count, pupils = school.number("count"), school.number("disadvantaged")
    if count is not None and pupils:
        return Fraction(100 * count, pupils)
    percent = school.number("percent")
    return None if percent is None else Fraction(percent)


def rate_all(school):
    percent = school.number("percent_all")
    return None if percent is None else Fraction(percent)


def rate_other(school):
    percent = school.number("percent_other")
    return None if percent is None else Fraction(percent)


def share(school):
    """Disadvantaged pupils of every hundred in the cohort."""
    count, pupils = school.number("disadvantaged"), school.number("cohort")
    return Fraction(100 * count, pupils) if count is not None and pupils else None


def points(school):
    found = school.number("points")
    return None if found is None else Fraction(round(10 * found), 10)


def together(schools, rates, sizes):
    """The rate of all pupils of all the schools, and how many they are."""
    pairs = [
        (rates(s), s.number(sizes)) for s in schools if rates(s) is not None and s.number(sizes)
    ]
    pupils = sum(n for _, n in pairs)
    return (sum(r * n for r, n in pairs) / pupils, pupils) if pupils else (None, 0)


def what_is_left(schools):
    """Other pupils of the schools that show both all pupils and the disadvantaged."""
    succeed = pupils = 0
    for s in schools:
        everybody, some = s.number("cohort"), s.number("disadvantaged")
        if everybody is None or some is None:
            continue
        if (everybody and rate_all(s) is None) or (some and rate(s) is None):
            continue
        pupils += everybody - some
        succeed += (rate_all(s) * everybody if everybody else 0) - (rate(s) * some if some else 0)
    return (succeed / pupils, pupils) if pupils > 0 else (None, 0)


def slow_gaps(schools):
    """{group: (rate or None, pupils)}."""
    found = {
        "disadvantaged": together(schools, rate, "disadvantaged"),
        "all": together(schools, rate_all, "cohort"),
    }
    published = any(s.number("percent_other") is not None for s in schools)
    found["other"] = together(schools, rate_other, "others") if published else what_is_left(schools)
    return found


def mainstream(schools):
    return [s for s in schools if not s.special]


def is_judged(school, rule):
    if rate(school) is None or (rule.selective == "out" and school.selective):
        return False
    if rule.min_pupils and not (school.number("disadvantaged") or 0) >= rule.min_pupils:
        return False
    if rule.min_disadvantaged:
        return share(school) is not None and share(school) >= rule.min_disadvantaged
    return True


def fifths(schools):
    """Which fifth of disadvantage each school with a result is in, 0 the least; ties by number."""
    both = [s for s in schools if share(s) is not None and rate(s) is not None]
    known = sorted(both, key=lambda s: (share(s), s.urn))
    return {s.urn: i * 5 // len(known) for i, s in enumerate(known)}


def nearest(school, schools, feature, size, seed, may):
    """The nearest others: by distance, then by difference in cohort, then by lot."""
    if feature(school) is None:
        return []

    def order(other):
        sizes = school.number("cohort"), other.number("cohort")
        gap = math.inf if None in sizes else abs(sizes[0] - sizes[1])
        distance = abs(feature(school) - feature(other))
        return distance, gap, lot(seed, school.urn, other.urn)

    others = [o for o in schools if o.urn != school.urn and may(o) and feature(o) is not None]
    return sorted(others, key=order)[:size]


def top_fifth(values):
    ordered = sorted(values, reverse=True)
    taken = ordered[: max(1, math.floor(Fraction(len(ordered), 5) + Fraction(1, 2)))]
    return sum(taken) / len(taken)


def lowest_fifth(values):
    return -top_fifth([-value for value in values])


def slow_gains(schools, rates, sizes, feature, size, seed, benchmark):
    """{urn: (benchmark, gain)} of the schools that have both."""

    def known(s):
        return rates(s) is not None and (s.number(sizes) or 0) > 0

    found = {}
    for s in schools:
        peers = nearest(s, schools, feature, size, seed, known)
        if peers and known(s):
            goal = benchmark([rates(p) for p in peers])
            gain = Fraction(1, 2) * max(Fraction(0), goal - rates(s)) * s.number(sizes) / 100
            found[s.urn] = (goal, round(gain * GRAIN) / GRAIN)
    return found


def slow_ends(schools, feature, size, seed):
    """{urn: (best fifth, lowest fifth)} of the schools that have peers.

    Selective schools are compared only with one another.
    """
    found = {}
    for s in schools:
        alike = [o for o in schools if o.selective == s.selective]
        peers = nearest(s, alike, feature, size, seed, lambda o: rate(o) is not None)
        if peers:
            values = [rate(p) for p in peers]
            found[s.urn] = (top_fifth(values), lowest_fifth(values))
    return found
