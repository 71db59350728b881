"""How surely each school is lastingly above all pupils in England: worked out once for a year."""

from __future__ import annotations

from codebreakers.inference.evidence import Evidence, Goal, evidence, years_judged
from codebreakers.inference.levels import Levels, levels_of
from codebreakers.measures import Summary
from codebreakers.measures.national import to_beat
from codebreakers.peers.population import Population

__all__ = ["above_england"]


def above_england(
    people: Population, summary: Summary, *, draws: int, seed: int
) -> tuple[Levels, Evidence]:
    """Return draws of all schools' true levels, and how surely each is lastingly above England.

    Parameters
    ----------
    people : Population
    summary : Summary
        Results of its schools.
    draws, seed : int

    Raises
    ------
    CannotAnswerError
        No school has a result, or there is no model for the measure.
    """
    store, measure, drawn = people.store, summary.measure, (draws, seed)
    levels = levels_of(people, summary, draws=draws, seed=seed)

    def over_years() -> Evidence:
        years = years_judged(people, measure, summary.group)
        goals = {y: to_beat(store, measure, y).value for y in years}
        return evidence(people, summary, levels, Goal(goals), years=years)

    # Kept: it is of all schools, and takes seconds.
    key = ("evidence of cards", people.year, measure.name, summary.group, drawn)
    return levels, store.kept(key, over_years)
