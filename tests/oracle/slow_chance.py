"""Gains in other worlds, in plain Python: one world, one school and one peer at a time."""

from __future__ import annotations

import math
from statistics import NormalDist, median, pvariance

from slow_draws import benchmark, known

NAN = math.nan


def level(logit, *, proportion):
    """What a value of the model is in the measure's unit."""
    return 100 / (1 + math.exp(-logit)) if proportion else logit


def times(row, coefficients):
    return math.fsum(x * b for x, b in zip(row, coefficients, strict=True))


def goal_of(rule, school, members, names, values, *, higher):
    """What a school is held against: its peers' best are the lowest where less is better."""
    kind, number = rule.kind, rule.number
    if kind == "national":
        return number
    if kind == "named":
        return NAN if names[school] == rule.school else values[names.index(rule.school)]
    peers = known([values[m] for m in members[school]])
    if higher:
        return benchmark(kind, number, peers)
    return -benchmark(kind, number, [-value for value in peers])


def gains(rule, fraction, members, names, values, pupils, *, higher, percent):
    """fraction * max(0, how far the benchmark is better) * pupils, school by school."""
    found = []
    for school, own in enumerate(values):
        goal = goal_of(rule, school, members, names, values, higher=higher)
        if math.isnan(own) or math.isnan(goal):
            found.append(NAN)
            continue
        gap = max(0.0, goal - own if higher else own - goal)
        found.append(fraction * gap * pupils[school] / (100 if percent else 1))
    return found


def pooled(school, members, values, pupils):
    """The result of all pupils of a school's peers together."""
    peers = [m for m in members[school] if not math.isnan(values[m])]
    if not peers:
        return NAN
    whole = math.fsum(pupils[m] for m in peers)
    return math.fsum(values[m] * pupils[m] for m in peers) / whole


def world_of_luck(members, values, pupils, spread, rng):
    """Every school's result drawn once from its peers', pupil by pupil or with their spread."""
    drawn = []
    for school, value in enumerate(values):
        rate = NAN if math.isnan(value) else pooled(school, members, values, pupils)
        there = not math.isnan(rate)
        if math.isnan(spread):
            # A school that is not there takes its turn, and has nothing to draw.
            succeed = rng.binomial(int(pupils[school]) if there else 1, rate / 100 if there else 0)
            drawn.append(100 * succeed / pupils[school] if there else NAN)
        else:
            luck = rng.standard_normal()
            drawn.append(rate + luck * spread / math.sqrt(pupils[school]) if there else NAN)
    return drawn


def ahead(school, members, values):
    """How far a school is above the mean of its own peers."""
    peers = known([values[m] for m in members[school]])
    return values[school] - math.fsum(peers) / len(peers) if peers else NAN


def what_lasts(members, first, second, how_many):
    """The mean lead of schools' best peers in one year and what is left of it, and of how many.

    Schools without a result in both years have none in either.
    """
    leads, left = [], []
    for school, value in enumerate(first):
        if math.isnan(value):
            continue
        peers = [m for m in members[school] if not math.isnan(first[m])]
        best = sorted(peers, key=lambda m: -first[m])[: how_many(len(peers))]
        best = [m for m in best if not math.isnan(ahead(m, members, first))]
        if best:
            leads.append(math.fsum(ahead(m, members, first) for m in best) / len(best))
            left.append(math.fsum(ahead(m, members, second) for m in best) / len(best))
    n = len(leads)
    return (math.fsum(leads) / n, math.fsum(left) / n, n) if n else None


def destiny(rows, coefficients, tau, *, proportion, higher):
    """On one draw: what intake predicts of the variation in percent, and two levels."""
    predicted = [times(row, coefficients) for row in rows]
    whole = pvariance(predicted) + tau**2
    share = 100 * pvariance(predicted) / whole if whole > 0 else 0.0
    ends = [median(predicted) + NormalDist().inv_cdf(at) * tau for at in (0.1, 0.9)]
    if not higher:
        ends.reverse()
    return share, *(level(end, proportion=proportion) for end in ends)


def logit(percent):
    return math.log(percent / (100 - percent))


def lasting(levels, goals, judged):
    """The mean over the years judged of a level less that year's goal."""
    apart = [a - b for a, b, counts in zip(levels, goals, judged, strict=True) if counts]
    return math.fsum(apart) / len(apart) if apart else NAN


def chance(levels, goals, *, higher):
    """The share of the draws of one school on which it is better than its goal."""
    if math.isnan(levels[0]) or math.isnan(goals[0]):
        return NAN
    beaten = [a > b if higher else a < b for a, b in zip(levels, goals, strict=True)]
    return sum(beaten) / len(beaten)


def grade(chance, years, *, ever):
    if math.isnan(chance) or years == 0:
        return "cannot say"
    if chance >= 0.9 and years >= 3:
        return "confirmed"
    if chance >= 0.5:
        return "likely"
    return "one-off" if ever else "not"
