"""The binomial multilevel model in plain Python: one school, one fine sum over its logit."""

from __future__ import annotations

import math

STEPS = 500
WIDEST = 12.0


def log_likelihood_given(low, high, pupils, logit):
    """The log chance of a count between the bounds, when each pupil has the same chance."""
    p = 1 / (1 + math.exp(-logit)) if logit >= 0 else math.exp(logit) / (1 + math.exp(logit))
    q = 1 / (1 + math.exp(logit)) if logit <= 0 else math.exp(-logit) / (1 + math.exp(-logit))
    chances = [math.comb(pupils, k) * p**k * q ** (pupils - k) for k in range(low, high + 1)]
    return math.log(max(math.fsum(chances), 1e-300))


def sums(low, high, pupils, middle, tau):
    """The integral over the effect, and the integral of the rate: equal steps from -12 to 12."""
    whole, rated = [], []
    for i in range(STEPS + 1):
        z = WIDEST * (2 * i / STEPS - 1)
        logit = middle + tau * z
        mass = math.exp(log_likelihood_given(low, high, pupils, logit) - 0.5 * z * z)
        whole.append(mass)
        rated.append(mass / (1 + math.exp(-logit)))
    step = 2 * WIDEST / STEPS / math.sqrt(2 * math.pi)
    return step * math.fsum(whole), step * math.fsum(rated)


def slow_log_likelihood(schools, middles, tau):
    return math.fsum(
        math.log(sums(*school, middle, tau)[0])
        for school, middle in zip(schools, middles, strict=True)
    )


def slow_rate(school, middle, tau):
    whole, rated = sums(*school, middle, tau)
    return rated / whole
