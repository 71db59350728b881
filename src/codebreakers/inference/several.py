"""The lasting level of schools over several years, by the model that fits the measure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.inference.intake import Intake
from codebreakers.inference.lasting import lasting_levels, lasting_scores
from codebreakers.inference.normal_years import NormalYears, fit_normal_years
from codebreakers.inference.normal_years_draws import draw_normal_years
from codebreakers.inference.results import rates_of, scores_of
from codebreakers.inference.years import fit_years
from codebreakers.inference.years_data import YearsData
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
    spreads: Sequence[float],
    *,
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
    spreads : sequence of float, length T
        Standard deviation of pupils' scores, where the measure is no proportion.
    draws, seed : int
        At most `MOST_DRAWS` are made.

    Returns
    -------
    ndarray of float, shape (D, S)
        The mean over the school's years of its level less that year's goal, in logits for a
        proportion. NaN where no year is judged.
    """
    count, rng = min(draws, MOST_DRAWS), np.random.default_rng(seed)
    if all(goal.size == 1 for goal in goals):
        aims = np.array([goal.item() for goal in goals])
    else:
        shape = (count, len(known))
        # A goal that is not known belongs to a school that is not judged.
        aims = np.stack(
            [np.broadcast_to(np.nan_to_num(goal[:count], nan=50.0), shape) for goal in goals],
            axis=2,
        )
    years = tuple(summary.year for summary in results)
    if results[0].measure.kind == "proportion":
        rates = YearsData(years, tuple(map(rates_of, results, intakes, known.T)))
        logits = draw_years(fit_years(rates), rates, count, rng)
        return lasting_levels(logits, np.clip(aims, _EDGE, 100 - _EDGE), known)
    scores = NormalYears(years, tuple(map(scores_of, results, intakes, known.T, spreads)))
    return lasting_scores(
        draw_normal_years(fit_normal_years(scores), scores, count, rng), aims, known
    )
