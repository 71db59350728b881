"""The lasting level of schools over several years, by the model that fits the measure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.inference.intake import Intake
from codebreakers.inference.lasting import lasting_levels
from codebreakers.inference.shrinkage import BinomialData
from codebreakers.inference.years import YearsData, fit_years
from codebreakers.inference.years_draws import draw_years
from codebreakers.measures import Summary

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["MOST_DRAWS", "lasting_draws"]

MOST_DRAWS = 1_000
"""Enough to tell a probability of 0.9 to a hundredth."""

_EDGE = 1e-4  # percent: what a goal at 0 or 100 is held to be away from it


def lasting_draws(
    results: Sequence[Summary],
    intakes: Sequence[Intake],
    goals: Sequence[NDArray[Any]],
    known: NDArray[np.bool_],
    draws: int,
    seed: int,
) -> NDArray[np.float64]:
    """Return draws of how far each school's lasting level is above its goals.

    Parameters
    ----------
    results : sequence of Summary, length T
        Each year's, of the same S schools.
    intakes : sequence of Intake, length T
    goals : sequence of ndarray of float, shape (D, S) or (1, 1), length T
        In the measure's unit.
    known : ndarray of bool, shape (S, T)
        The years judged.
    draws, seed : int
        At most `MOST_DRAWS` are made.

    Returns
    -------
    ndarray of float, shape (D, S)
        In logits: the mean over the school's years of its level less that year's goal. NaN where
        no year is judged.
    """
    data = []
    for t, (summary, intake) in enumerate(zip(results, intakes, strict=True)):
        low, high, pupils = (
            np.where(known[:, t], given, np.nan)
            for given in (summary.successes_low, summary.successes_high, summary.pupils)
        )
        data.append(BinomialData(low, high, pupils, intake.design, intake.names))
    years = YearsData(tuple(summary.year for summary in results), tuple(data))
    count = min(draws, MOST_DRAWS)
    logits = draw_years(fit_years(years), years, count, np.random.default_rng(seed))
    shape = logits.shape[:2]
    # A goal that is not known belongs to a school that is not judged.
    aims = [np.broadcast_to(np.nan_to_num(goal[:count], nan=50.0), shape) for goal in goals]
    return lasting_levels(logits, np.clip(np.stack(aims, axis=2), _EDGE, 100 - _EDGE), known)
