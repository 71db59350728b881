"""How surely each school's lasting level is above a goal, over the years that can be judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.inference.draws import chance_above
from codebreakers.inference.grades import grade
from codebreakers.inference.levels import Levels, predictions_of
from codebreakers.inference.predictions import Predictions
from codebreakers.inference.several import lasting_draws
from codebreakers.measures import Measure, Summary
from codebreakers.measures.held import years_held
from codebreakers.peers.population import Population

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["MOST_YEARS", "Evidence", "Goal", "evidence", "years_judged"]

MOST_YEARS = 3
"""Years looked back over: schools change, and more years say less about the last."""


@dataclass(frozen=True, slots=True)
class Goal:
    """What a school's level has to be above, in each year.

    Parameters
    ----------
    figures : mapping of int to float
        By results year, in the measure's unit; empty where it is what the school's own intake
        predicts.
    margin : float
        How far above, in the measure's unit.
    """

    figures: Mapping[int, float]
    margin: float = 0.0

    def on_draws(
        self, levels: Predictions, year: int, *, schools: NDArray[Any] | None = None
    ) -> NDArray[Any]:
        """Return the goal of each school in a year, shape (D, S), or (1, 1) where it is one.

        With `schools`, rows of some of them, of these alone.
        """
        if self.figures:
            return np.array([[self.figures[year] + self.margin]])
        sign = 1 if levels.measure.better == "higher" else -1
        found: NDArray[Any] = levels.predicted(schools=schools) + np.float32(sign * self.margin)
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What is known of each of S schools and a goal.

    Parameters
    ----------
    above : ndarray of float, shape (S,)
        Probability that its level was above in the year asked about; NaN where not known.
    lasting : ndarray of float, shape (S,)
        Probability that its lasting level is above, over the years judged.
    years : ndarray of int, shape (S,)
        How many years could be judged.
    grades : ndarray of str, shape (S,)
        Of `GRADES`.
    judged : tuple of int
        The years that some school could be judged in.
    """

    above: NDArray[np.float64]
    lasting: NDArray[np.float64]
    years: NDArray[np.int64]
    grades: NDArray[np.str_]
    judged: tuple[int, ...]


def years_judged(people: Population, measure: Measure, group: str) -> tuple[int, ...]:
    """Return the years that a lasting level is judged over: the newest held, to the one asked."""
    held = years_held(people.store, measure, group)
    return tuple(y for y in held if y <= people.year)[-MOST_YEARS:]


def evidence(
    people: Population, summary: Summary, levels: Levels, goal: Goal, *, years: tuple[int, ...]
) -> Evidence:
    """Return how surely each school is above a goal, in the year asked about and lastingly.

    Parameters
    ----------
    people : Population
        S schools.
    summary : Summary
        Their results.
    levels : Levels
        Of the same schools.
    goal : Goal
    years : tuple of int
        To judge, the year asked about the last.

    Returns
    -------
    Evidence
        Of one year alone where no other is judged: then nothing is `confirmed`.
    """
    higher = summary.measure.better == "higher"
    # The same schools in each year: a school that has another number by then is not followed.
    then = {y: replace(people, year=y) for y in years}
    results = [
        summary if y == people.year else then[y].take(summary.measure, summary.group) for y in years
    ]
    known = np.column_stack([~np.isnan(s.values) & (s.pupils > 0) for s in results])
    count = len(levels.draws)
    each = [
        levels if y == people.year else predictions_of(then[y], s, draws=count, seed=levels.seed)
        for y, s in zip(years, results, strict=True)
    ]
    goals = [goal.on_draws(one, y) for one, y in zip(each, years, strict=True)]
    above = chance_above(levels.draws, goals[-1], higher=higher)
    if not goal.figures:
        known &= np.column_stack([one.intake.complete for one in each])
    lasting = above
    if len(years) > 1:
        intakes = [one.intake for one in each]
        spreads = [one.pupil_sd for one in each]
        drawn = lasting_draws(
            results, intakes, goals, known, spreads, draws=count, seed=levels.seed
        )
        lasting = chance_above(drawn, 0.0, higher=higher)
    ever = np.zeros(len(people.keys), dtype=bool)
    sign = 1 if higher else -1
    for s, aim, usable in zip(results, goals, known.T, strict=True):
        beaten = sign * s.values > sign * np.mean(aim, axis=0)
        ever |= beaten & usable
    counted = known.sum(axis=1)
    return Evidence(above, lasting, counted, grade(lasting, counted, ever), years)
