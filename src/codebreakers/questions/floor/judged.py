"""One year's schools, each judged by the rule of the year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.errors import CannotAnswerError
from codebreakers.estimates import Withheld
from codebreakers.measures import Measure, Summary
from codebreakers.measures.catalogue import find
from codebreakers.measures.closing import flagged_closed
from codebreakers.measures.floors import (
    ATYPICAL,
    COHORT,
    COVERAGE,
    LEAST_COVERAGE,
    NOT_APPLIED,
    Condition,
    Standard,
    standard_of,
)
from codebreakers.peers.population import Population, population
from codebreakers.sources import academic_year
from codebreakers.store import Store

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "BELOW",
    "CANNOT_TELL",
    "NOT_BELOW",
    "NO_STANDARD",
    "Judged",
    "Unjudged",
    "judge",
    "rule_in_words",
]

BELOW, NOT_BELOW = "below", "not below"
NO_STANDARD, CANNOT_TELL = "no standard", "cannot tell"

_PLACES = 2
"""Decimals that scores and limits are published to, and compared at."""


@dataclass(frozen=True, slots=True, eq=False)
class Unjudged:
    """A year in which no school is judged: all have one status, for one reason."""

    year: int
    status: str
    why: str


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """A year's S schools and what the rule says of each.

    Parameters
    ----------
    people : Population
    standard : Standard
    status, why : ndarray of str, shape (S,)
        `why` is empty for `BELOW` and `NOT_BELOW`.
    applied : ndarray of bool, shape (S,)
        Whether the standard is applied to the school, which then counts towards the medians.
    summaries : mapping of str to Summary
        Results, by measure; those held.
    goals : mapping of Condition to float
        What a result has to be below; medians worked out.
    missing : str
        What the tables held leave out, so that no school can be found below; '' where some can.
    atypical : ndarray of bool, shape (S,)
        University technical colleges and studio schools.
    closed : ndarray of bool, shape (S,), or None
        Flagged as closed by the table; None where it has no flag.
    covered : bool
        Whether it is held how much of each cohort has key stage 2 results.
    """

    people: Population
    standard: Standard
    status: NDArray[Any]
    why: NDArray[Any]
    applied: NDArray[Any]
    summaries: Mapping[str, Summary]
    goals: Mapping[Condition, float]
    missing: str
    atypical: NDArray[Any]
    closed: NDArray[Any] | None
    covered: bool

    @property
    def year(self) -> int:
        """Results year."""
        return self.people.year

    @property
    def leading(self) -> Summary | None:
        """The result that the rule looks at first; None where it is not held."""
        return self.summaries.get(self.standard.conditions[0].measure)

    @property
    def releases(self) -> tuple[int, ...]:
        """Releases the results were read from."""
        return tuple(dict.fromkeys(s.release for s in self.summaries.values()))

    def is_told(self) -> NDArray[Any]:
        """Return which schools are known to be below or not to be, shape (S,), bool."""
        told: NDArray[Any] = (self.status == BELOW) | (self.status == NOT_BELOW)
        return told


def judge(store: Store, name: str, year: int, *, status: str = "") -> Judged | Unjudged:
    """Judge a year's schools.

    Parameters
    ----------
    store : Store
        Where to read.
    name : str
        ``floor`` or ``coasting``.
    year : int
        Results year.
    status : str
        As for `summarise`: the best release of each measure by default.

    Returns
    -------
    Judged or Unjudged
    """
    rule = standard_of(name, year)
    if rule is None:
        return Unjudged(year, CANNOT_TELL, f"the {name} rule of {academic_year(year)} is not known")
    if not rule.conditions:
        return Unjudged(year, NO_STANDARD, f"no {name} standard is in force")
    try:
        people = population(store, year)
    except CannotAnswerError as error:
        return Unjudged(year, CANNOT_TELL, _plain(error))
    return _judged(people, rule, status)


def _judged(people: Population, rule: Standard, status: str) -> Judged | Unjudged:
    held, absent = {}, {}
    for name in dict.fromkeys(condition.measure for condition in rule.conditions):
        try:
            held[name] = people.take(find(name), "all", status=status)
        except CannotAnswerError as error:
            absent[name] = _plain(error)
    if not held:
        return Unjudged(people.year, CANNOT_TELL, "; ".join(absent.values()))
    excused, covered = _excused(people, rule, held, status)
    goals = {
        condition: _goal(condition, held[condition.measure], excused == "")
        for condition in rule.conditions
        if condition.measure in held
    }
    holds, unknown, missing = zip(
        *(
            _met(c, held[c.measure], goals[c])
            if c.measure in held
            else _unmet(absent[c.measure], len(people.keys))
            for c in rule.conditions
        ),
        strict=True,
    )
    found, why = _statuses(holds, unknown, excused)
    flags = flagged_closed(people.store, {summary.release for summary in held.values()})
    return Judged(
        people=people,
        standard=rule,
        status=found,
        why=why,
        applied=excused == "",
        summaries=held,
        goals=goals,
        missing="; ".join(dict.fromkeys(filter(None, missing))),
        atypical=np.isin(people.schools["type"], list(ATYPICAL)),
        closed=None if flags is None else np.isin(people.keys, list(flags)),
        covered=covered,
    )


def _plain(error: CannotAnswerError) -> str:
    """Return an error's sentence as part of another."""
    return error.message[0].lower() + error.message[1:].rstrip(".")


def _of(people: Population, measure: Measure, status: str) -> NDArray[Any]:
    """Return what is held of a measure, shape (S,); NaN everywhere where it is not held."""
    try:
        return np.asarray(people.take(measure, "all", status=status).values)
    except CannotAnswerError:
        return np.full(len(people.keys), np.nan)


def _excused(
    people: Population, rule: Standard, held: Mapping[str, Summary], status: str
) -> tuple[NDArray[Any], bool]:
    """Return why the rule is not applied to each school, '' where it is; and if coverage is held.

    What is not known of a school excuses it from nothing.
    """
    excused = np.full(len(people.keys), "", dtype=object)
    covers = [_of(people, measure, status) for measure in COVERAGE]
    for cover in covers:
        few = cover < LEAST_COVERAGE
        excused[few] = "less than half the cohort could be matched to earlier results"
    for summary in held.values():
        for code in NOT_APPLIED:
            excused[summary.codes == code] = Withheld(code).reason
    excused[_of(people, COHORT, status) < rule.fewest] = f"fewer than {rule.fewest} pupils"
    return excused, bool((~np.isnan(covers[0])).any())


def _operand(condition: Condition, summary: Summary) -> NDArray[Any]:
    values = summary.limits_high if condition.upper else summary.values
    rounded: NDArray[Any] = np.round(values, _PLACES)
    return rounded


def _goal(condition: Condition, summary: Summary, applied: NDArray[Any]) -> float:
    """Return what a result has to be below; NaN where no school has the median's measure."""
    if condition.below is not None:
        return condition.below
    values = _operand(condition, summary)[applied]
    known = values[~np.isnan(values)]
    return float(np.median(known)) if len(known) else float("nan")


def _met(
    condition: Condition, summary: Summary, goal: float
) -> tuple[NDArray[Any], NDArray[Any], str]:
    """Return of each school if a condition holds and why it is not known; and what is not held.

    The first two are of shape (S,): 1 where it holds, 0 where not, NaN where it is not known.
    """
    values = _operand(condition, summary)
    with np.errstate(invalid="ignore"):
        holds = np.where(np.isnan(values), np.nan, values < goal)
    what = f"{'upper limit of ' if condition.upper else ''}{condition.measure}"
    none = f"no table held has any school's {what} for {summary.year}"
    missing = none if np.isnan(values).all() else ""
    why = missing or f"its {what} is not in the tables held"
    reasons = {str(c): Withheld(str(c)).reason for c in np.unique(summary.codes) if c}
    unknown = np.array([reasons.get(str(code), why) for code in summary.codes], dtype=object)
    return holds, unknown, missing


def _unmet(absent: str, size: int) -> tuple[NDArray[Any], NDArray[Any], str]:
    """Return the same of a condition whose measure no table held has."""
    return np.full(size, np.nan), np.full(size, absent, dtype=object), absent


def _statuses(
    holds: Sequence[NDArray[Any]], unknown: Sequence[NDArray[Any]], excused: NDArray[Any]
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return each school's status and why.

    One condition that does not hold settles it, whatever is not known of the others.
    """
    spared = np.any([one == 0 for one in holds], axis=0)
    below = np.all([one == 1 for one in holds], axis=0)
    status = np.where(spared, NOT_BELOW, np.where(below, BELOW, CANNOT_TELL)).astype(object)
    why = np.full(len(excused), "", dtype=object)
    for one, reasons in zip(reversed(holds), reversed(unknown), strict=True):
        open_ = (status == CANNOT_TELL) & np.isnan(one)
        why[open_] = reasons[open_]
    status[excused != ""] = NO_STANDARD
    return status, np.where(excused != "", excused, why)


def rule_in_words(judged: Judged) -> str:
    """Return the rule of the year with its medians: what was below what."""
    return ", ".join(_in_words(judged)) + f". {judged.standard.source}."


def _in_words(judged: Judged) -> Iterator[str]:
    for condition in judged.standard.conditions:
        measure = find(condition.measure)
        unit = "%" if measure.unit == "percent" else ""
        what = f"upper limit of {measure.title}" if condition.upper else measure.title
        goal = judged.goals.get(condition)
        if condition.below is not None:
            yield f"{what}: below {condition.below:g}{unit}"
        elif goal is None:
            yield f"{what}: below the national median, which is not held"
        else:
            yield f"{what}: below the national median, {goal:g}{unit}"
