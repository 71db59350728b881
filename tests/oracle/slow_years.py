"""Two years' counts of one school in plain Python: one fine sum over both years' logits."""

from __future__ import annotations

import math

from slow_shrinkage import log_likelihood_given

STEPS = 120
WIDEST = 8.0
LINE = [WIDEST * (2 * i / STEPS - 1) for i in range(STEPS + 1)]


def cells(counts, middles, spreads, correlation):
    """Every pair of logits on an even grid of two standard normals, with its share of the chance.

    A count is (fewest, most, pupils); a year without results is None.
    """
    below = math.sqrt(1 - correlation**2)
    made = []
    for first in LINE:
        one = middles[0] + spreads[0] * first
        said = log_likelihood_given(*counts[0], one) if counts[0] else 0.0
        for second in LINE:
            other = middles[1] + spreads[1] * (correlation * first + below * second)
            says = log_likelihood_given(*counts[1], other) if counts[1] else 0.0
            made.append((one, other, math.exp(said + says - 0.5 * (first**2 + second**2))))
    return made


def slow_log_likelihood(counts, middles, spreads, correlation):
    whole = math.fsum(mass for *_, mass in cells(counts, middles, spreads, correlation))
    return math.log(whole * (2 * WIDEST / STEPS) ** 2 / (2 * math.pi))


def slow_posterior(counts, middles, spreads, correlation, year):
    """The mean of one year's logit, and its distribution: logits in order, chance up to each."""
    if year == 0:
        # The second of the two is the one whose logits are all different.
        counts, middles, spreads = counts[::-1], middles[::-1], spreads[::-1]
    made = [cell[1:] for cell in cells(counts, middles, spreads, correlation)]
    whole = math.fsum(mass for _, mass in made)
    mean = math.fsum(logit * mass for logit, mass in made) / whole
    reached, total = [], 0.0
    for logit, mass in sorted(made):
        total += mass / whole
        reached.append((logit, total))
    return mean, reached


def chance_below(reached, logit):
    """The chance of a logit below one given."""
    return max((chance for at, chance in reached if at < logit), default=0.0)
