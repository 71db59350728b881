"""What a school's next result could be by chance alone, were its true level to stay as it is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.inference.intervals import LEVEL

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["NextYear", "next_rate", "next_score"]

_STEPS = 60  # halvings of an interval: beyond the last digit of any score


@dataclass(frozen=True, slots=True)
class NextYear:
    """The results an unchanged school could have.

    Parameters
    ----------
    low, high : float
        The ends of the range that holds at least `level` of them, in the measure's unit.
    level : float
    pupils : int
        In next year's cohort.
    reached : float
        The chance that the result is at least a target; NaN where there is no target.
    """

    low: float
    high: float
    level: float
    pupils: int
    reached: float = math.nan


def next_rate(
    levels: NDArray[Any], pupils: int, *, target: float = math.nan, level: float = LEVEL
) -> NextYear:
    """Return the range of next year's rate: binomial, at a level that is itself not known.

    Parameters
    ----------
    levels : ndarray of float, shape (D,)
        Draws of the school's true level, in percent.
    pupils : int
        In next year's cohort.
    target : float
        In percent.
    level : float
        Of the range.

    Returns
    -------
    NextYear
        Its ends are rates that whole numbers of pupils make. The count of successes k has the
        distribution mean over draws of Binomial(k; pupils, level); the range runs from the
        smallest count with at least (1 - level)/2 at or below it to the smallest with at least
        1 - (1 - level)/2.

    Raises
    ------
    ValueError
        There are no pupils, or no draws.
    """
    from scipy.special import bdtr

    if pupils < 1 or not len(levels):
        raise ValueError("a range of next year's results needs pupils and draws")
    rates = np.clip(np.asarray(levels, dtype=np.float64) / 100, 0.0, 1.0)
    counts = np.arange(pupils + 1)
    # The binomial's lower tail at every count, for every draw, then the mean over draws.
    below = bdtr(counts[:, None].astype(np.float64), pupils, rates[None, :]).mean(axis=1)
    tail = (1 - level) / 2
    low, high = (int(np.searchsorted(below, p - 1e-12)) for p in (tail, 1 - tail))
    reached = math.nan
    if not math.isnan(target):
        # Guarded against 43.0% of 100 pupils being held for 43.0000001 of them.
        needed = math.ceil(target * pupils / 100 - 1e-9)
        reached = 1.0 if needed <= 0 else 0.0 if needed > pupils else 1 - float(below[needed - 1])
    return NextYear(
        100 * min(low, pupils) / pupils, 100 * min(high, pupils) / pupils, level, pupils, reached
    )


def next_score(
    levels: NDArray[Any],
    pupils: int,
    pupil_sd: float,
    *,
    target: float = math.nan,
    level: float = LEVEL,
) -> NextYear:
    """Return the range of next year's mean score: normal, at a level that is itself not known.

    Parameters
    ----------
    levels : ndarray of float, shape (D,)
        Draws of the school's true level.
    pupils : int
    pupil_sd : float
        Standard deviation of pupils' scores within a school.
    target, level
        As for `next_rate`.

    Raises
    ------
    ValueError
        There are no pupils, or no draws.
    """
    from scipy.special import ndtr

    if pupils < 1 or not len(levels):
        raise ValueError("a range of next year's results needs pupils and draws")
    centres = np.asarray(levels, dtype=np.float64)
    spread = pupil_sd / math.sqrt(pupils)

    def below(score: float) -> float:
        return float(ndtr((score - centres) / spread).mean())

    def at(share: float) -> float:
        first, last = centres.min() - 10 * spread, centres.max() + 10 * spread
        for _ in range(_STEPS):
            middle = (first + last) / 2
            first, last = (middle, last) if below(middle) < share else (first, middle)
        return float((first + last) / 2)

    tail = (1 - level) / 2
    reached = math.nan if math.isnan(target) else 1 - below(target)
    return NextYear(at(tail), at(1 - tail), level, pupils, reached)
