"""How far two groups stand apart in rank: chance that one of one is above one of the other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from codebreakers.inference.intervals import LEVEL

__all__ = ["RankGap", "rank_gap"]


@dataclass(frozen=True, slots=True)
class RankGap:
    """Chance that one of the upper group is above one of the lower, a tie counting half.

    Parameters
    ----------
    chance : float
        From 0 to 1; 0.5 where neither group stands above the other.
    low, high : float, optional
        Ends of its interval; None where there is none, since the groups do not overlap at all or
        one of them has one member.
    level : float
    """

    chance: float
    low: float | None = None
    high: float | None = None
    level: float = LEVEL


def rank_gap(lower: Sequence[int], upper: Sequence[int], *, level: float = LEVEL) -> RankGap:
    """Return how far two groups stand apart.

    Parameters
    ----------
    lower, upper : sequence of int
        Members of each group with each score, the lowest score first.
    level : float
        Of the interval.

    Raises
    ------
    ValueError
        A group has no member.

    Notes
    -----
    E. R. DeLong, D. M. DeLong and D. L. Clarke-Pearson (1988), "Comparing the areas under two or
    more correlated receiver operating characteristic curves": the variance is that of each
    member's placement among the other group, divided by its members, summed over both groups.
    Members are taken to be drawn independently. The interval is normal on the log odds of the
    chance, so that it stays between 0 and 1.
    """
    low, up = np.array(lower, dtype=np.float64), np.array(upper, dtype=np.float64)
    of_low, of_up = low.sum(), up.sum()
    if of_low == 0 or of_up == 0:
        raise ValueError("a group has no member")
    above = (of_up - np.cumsum(up) + up / 2) / of_up  # of the upper group, by a lower one's score
    below = (np.cumsum(low) - low / 2) / of_low
    chance = float((low * above).sum() / of_low)
    if of_low < 2 or of_up < 2:
        return RankGap(chance, level=level)
    variance = float(
        (low * (above - chance) ** 2).sum() / ((of_low - 1) * of_low)
        + (up * (below - chance) ** 2).sum() / ((of_up - 1) * of_up)
    )
    if variance <= 0 or not 0 < chance < 1:
        return RankGap(chance, level=level)
    z = NormalDist().inv_cdf(0.5 + level / 2)
    odds = math.log(chance / (1 - chance))
    half = z * math.sqrt(variance) / (chance * (1 - chance))
    return RankGap(chance, _from_odds(odds - half), _from_odds(odds + half), level)


def _from_odds(odds: float) -> float:
    return 1 / (1 + math.exp(-odds))
