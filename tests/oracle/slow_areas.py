"""Schools within authorities in plain Python: a sum over the authority's logit, one over each
school's."""

from __future__ import annotations

import math

from slow_shrinkage import log_likelihood_given

STEPS = 60
WIDEST = 8.0
AT = [WIDEST * (2 * i / STEPS - 1) for i in range(STEPS + 1)]
WEIGHTS = [2 * WIDEST / STEPS * math.exp(-0.5 * z * z) / math.sqrt(2 * math.pi) for z in AT]


def school_chance(school, middle, tau):
    """The chance of a school's counts, over every effect of its own."""
    return math.fsum(
        weight * math.exp(log_likelihood_given(*school, middle + tau * z))
        for z, weight in zip(AT, WEIGHTS, strict=True)
    )


def area_moments(schools, middles, tau, omega):
    """The chance of an authority's counts, and the mean and spread of its effect given them."""
    masses = []
    for w, weight in zip(AT, WEIGHTS, strict=True):
        chances = [
            school_chance(school, middle + omega * w, tau)
            for school, middle in zip(schools, middles, strict=True)
        ]
        masses.append(weight * math.prod(chances))
    whole = math.fsum(masses)
    mean = math.fsum(omega * w * m for w, m in zip(AT, masses, strict=True)) / whole
    square = math.fsum((omega * w - mean) ** 2 * m for w, m in zip(AT, masses, strict=True))
    return whole, mean, math.sqrt(square / whole)


def slow_log_likelihood(schools, middles, areas, tau, omega):
    total = 0.0
    for area in sorted(set(areas)):
        inside = [i for i, a in enumerate(areas) if a == area]
        chance, _, _ = area_moments(
            [schools[i] for i in inside], [middles[i] for i in inside], tau, omega
        )
        total += math.log(chance)
    return total
