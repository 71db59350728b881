"""Which schools the published rule judges, which it counts, and what chance makes of that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.errors import CannotAnswerError, RequestError
from codebreakers.findings.chance import allowed_for
from codebreakers.inference.draws import Ranks, ranks_on_draws
from codebreakers.inference.evidence import Evidence, Goal, evidence, years_judged
from codebreakers.inference.levels import DRAWS, Levels, levels_of
from codebreakers.measures import Measure, Summary
from codebreakers.measures.catalogue import find
from codebreakers.measures.national import National, to_beat
from codebreakers.peers.population import Population, Scope
from codebreakers.store.newest import Newest

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["DEFINITIONS", "Chance", "Judged", "Rule", "above", "judge", "margin_of"]

DEFINITIONS = ("national", "intake")
_MARGIN, _PROGRESS_MARGIN = 5.0, 0.5
_CHANCES_KEPT = 2  # each holds tens of megabytes of draws


def margin_of(measure: Measure) -> float:
    """Return how far above what its intake predicts a school is by the second definition.

    5 points; half a grade of Progress 8, whose whole range is about a tenth as wide.
    """
    return _PROGRESS_MARGIN if measure.kind == "progress" else _MARGIN


@dataclass(frozen=True, slots=True)
class Rule:
    """The published rule, with its choices.

    Parameters
    ----------
    national_rate : float, optional
        What a school's disadvantaged pupils have to beat; by default the national figure of all
        pupils that year.
    min_pupils : int
        Fewest disadvantaged pupils a school must have to be judged.
    min_disadvantaged : float
        Lowest share of disadvantaged pupils, in percent.
    selective : str
        ``in`` or ``out``: whether grammar schools are judged.
    definition : str
        What has to be beaten: ``national``, the figure of all pupils, or ``intake``, what the
        school's own intake predicts, by at least `margin_of` the measure.
    """

    national_rate: float | None = None
    min_pupils: int = 0
    min_disadvantaged: float = 0.0
    selective: str = "in"
    definition: str = "national"

    def __post_init__(self) -> None:
        if self.selective not in ("in", "out"):
            raise RequestError(
                f"{self.selective!r} is not a way to treat grammar schools.",
                available=("in", "out"),
            )
        if self.definition not in DEFINITIONS:
            raise RequestError(
                f"{self.definition!r} is not a definition of a code breaker.",
                available=DEFINITIONS,
            )
        if self.national_rate is not None and not np.isfinite(self.national_rate):
            raise RequestError(f"{self.national_rate} is no rate that a school could beat.")
        if self.min_pupils < 0 or not 0 <= self.min_disadvantaged <= 100:
            raise RequestError(
                f"A school cannot have {self.min_pupils} pupils or {self.min_disadvantaged}% "
                "disadvantaged at least.",
                remedy="Give a number of pupils from 0 and a percentage from 0 to 100.",
            )


@dataclass(frozen=True, slots=True, eq=False)
class Chance:
    """What is known of the judged schools with chance allowed for.

    Parameters
    ----------
    levels : Levels
    goal : Goal
        What the true level has to be above.
    evidence : Evidence
    ranks : Ranks
        Among all schools that the rule judges, wherever the question is asked of.
    """

    levels: Levels
    goal: Goal
    evidence: Evidence
    ranks: Ranks


@dataclass(frozen=True, slots=True)
class Judged:
    """Everything the rule needs, aligned by school; `chance` is None where it was not asked for.

    `unsaid` is why it could not be told, where it was.
    """

    people: Population
    summary: Summary
    share: NDArray[Any]
    benchmark: National
    above: NDArray[Any]
    judged: NDArray[Any]
    chance: Chance | None = None
    unsaid: str = ""


def judge(
    people: Population, measure: Measure, rule: Rule, scope: Scope, *, draws: int, seed: int
) -> Judged:
    """Judge every school by a rule, as published and, with draws, allowing for chance."""
    summary = people.take(measure, "disadvantaged")
    share = people.take(find("disadvantaged_percent"), "all").values
    if rule.national_rate is not None:
        benchmark = National(rule.national_rate, None, "given", "given as --national-rate", ())
    else:
        benchmark = to_beat(people.store, measure, people.year)
    judged = (
        ~np.isnan(summary.values)
        & ((summary.pupils >= rule.min_pupils) | (rule.min_pupils == 0))
        & ((share >= rule.min_disadvantaged) | (rule.min_disadvantaged == 0))
    )
    if rule.selective == "out":
        judged &= ~people.selective
    chance, unsaid = None, ""
    if draws or rule.definition == "intake":
        drawn = draws or DRAWS
        # Of all schools, whichever are asked about.
        kept = people.store.kept("chance of breakers", lambda: Newest[Chance](_CHANCES_KEPT))
        chance, unsaid = allowed_for(
            lambda: kept.get(
                (people.year, measure.name, rule, drawn, seed),
                lambda: _allow(people, summary, benchmark, rule, judged, drawn, seed),
            )
        )
    goal: NDArray[Any] | float = benchmark.value
    if rule.definition == "intake":
        if chance is None:
            raise CannotAnswerError(unsaid)
        goal = np.mean(chance.goal.on_draws(chance.levels, people.year), axis=0)
    counted = above(summary.values, goal, measure)
    judged &= ~np.isnan(goal) & people.within(scope)
    return Judged(people, summary, share, benchmark, counted & judged, judged, chance, unsaid)


def above(values: NDArray[Any], benchmark: NDArray[Any] | float, measure: Measure) -> NDArray[Any]:
    """Return which figures beat a benchmark, shape (S,), bool; equal is not above."""
    with np.errstate(invalid="ignore"):
        beaten = values > benchmark if measure.better == "higher" else values < benchmark
    return np.asarray(beaten, dtype=bool)


def _allow(
    people: Population,
    summary: Summary,
    benchmark: National,
    rule: Rule,
    judged: NDArray[Any],
    draws: int,
    seed: int,
) -> Chance:
    measure = summary.measure
    years: tuple[int, ...] = (people.year,)
    if rule.national_rate is None:
        years = years_judged(people, measure, "disadvantaged")
    levels = levels_of(people, summary, draws=draws, seed=seed)
    goal = Goal({}, margin_of(measure))
    if rule.definition == "national":
        figures = {y: to_beat(people.store, measure, y).value for y in years[:-1]}
        goal = Goal({**figures, people.year: benchmark.value})
    found = evidence(people, summary, levels, goal, years=years)
    ranked = judged & ~np.isnan(np.mean(goal.on_draws(levels, people.year), axis=0))
    ranks = ranks_on_draws(levels.draws, ranked, higher=measure.better == "higher")
    return Chance(levels, goal, found, ranks)
