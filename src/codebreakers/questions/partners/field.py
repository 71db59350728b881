"""One year's schools, and what is known of those that others may talk to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.errors import CannotAnswerError
from codebreakers.findings.chance import allowed_for
from codebreakers.inference.above_england import above_england
from codebreakers.inference.evidence import Evidence
from codebreakers.inference.levels import Levels
from codebreakers.measures import Measure, Summary
from codebreakers.peers import PeerGroups, PeerRule
from codebreakers.peers.likeness import compared, feature_values, similar_rule
from codebreakers.peers.miles import coordinates
from codebreakers.peers.population import Population, population
from codebreakers.questions.partners.since import Since, since_of
from codebreakers.sources.england import SCHOOL_TYPES
from codebreakers.store import Store
from codebreakers.store.inspections import inspections
from codebreakers.store.lineage import lineages
from codebreakers.store.locations import locations
from codebreakers.store.newest import Newest
from codebreakers.store.standings import standings

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["GRADED", "Field", "field_of"]

GRADED = ("confirmed", "likely")
"""What a school that others are sent to has to be graded."""

_FROM_14 = (SCHOOL_TYPES["UTC"], SCHOOL_TYPES["SS"])
_MOST_KEPT = 2  # each stands for tens of megabytes of draws


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """One year's S schools, and what is known of those that others may talk to.

    Parameters
    ----------
    people, measure, summary
        The schools, what is counted, and their disadvantaged pupils' results.
    rule, groups
        Who is similar to whom.
    features : ndarray of float, shape (S, F)
        What the rule matches on.
    levels, evidence : optional
        True levels, and how surely each is lastingly above England; None where chance cannot be
        allowed for, and then `unsaid` says why.
    places : ndarray of float, shape (S, 2)
        Degrees; NaN where not held.
    from_14 : ndarray of bool, shape (S,)
        Whether pupils come at 14: such a school is of another phase.
    since : mapping of int to Since
        Of the row of each school graded `GRADED`: what became of it.
    seed : int
    unsaid : str
    releases : tuple of int
        Read for places and results.
    """

    people: Population
    measure: Measure
    summary: Summary
    rule: PeerRule
    groups: PeerGroups
    features: NDArray[np.float64]
    levels: Levels | None
    evidence: Evidence | None
    places: NDArray[np.float64]
    from_14: NDArray[np.bool_]
    since: Mapping[int, Since]
    seed: int
    unsaid: str
    releases: tuple[int, ...]

    def similar(self, row: int) -> NDArray[Any]:
        """Return the rows of a school's similar schools, most alike first."""
        starts = self.groups.starts
        members: NDArray[Any] = self.groups.members[starts[row] : starts[row + 1]]
        return members

    @property
    def graded(self) -> NDArray[np.bool_]:
        """Which schools have the evidence, shape (S,)."""
        if self.evidence is None:
            return np.zeros(len(self.people.keys), dtype=bool)
        found: NDArray[np.bool_] = np.isin(self.evidence.grades, GRADED)
        return found

    @property
    def may_be_named(self) -> NDArray[np.bool_]:
        """Which of them nothing known since speaks against, shape (S,)."""
        found = np.zeros(len(self.people.keys), dtype=bool)
        found[[row for row, since in self.since.items() if not since.aside]] = True
        return found


def field_of(store: Store, measure: Measure, year: int, *, draws: int, seed: int) -> Field:
    """Return a year's schools and those that others may talk to.

    Parameters
    ----------
    store : Store
        Where to read; it keeps what is made.
    measure : Measure
    year : int
        Results year.
    draws : int
        Of the schools' true levels; with 0 there is no evidence, and nobody to talk to.
    seed : int

    Raises
    ------
    CannotAnswerError
        No table held has the disadvantaged pupils' result.
    """
    kept = store.kept("fields of partners", lambda: Newest[Field](_MOST_KEPT))
    return kept.get(
        (measure.name, year, draws, seed), lambda: _made(store, measure, year, draws, seed)
    )


def _made(store: Store, measure: Measure, year: int, draws: int, seed: int) -> Field:
    people = population(store, year)
    summary = people.take(measure, "disadvantaged")
    rule = similar_rule(people)
    told, unsaid = allowed_for(lambda: _told(people, summary, draws, seed))
    graded: list[int] = []
    if told is not None:
        graded = np.flatnonzero(np.isin(told[1].grades, GRADED)).tolist()
    places = locations(store)
    kinds = people.schools["type"]
    return Field(
        people,
        measure,
        summary,
        rule,
        compared(people, summary, rule, seed),
        feature_values(people, rule.features),
        told[0] if told else None,
        told[1] if told else None,
        coordinates(places, people.keys),
        np.array([SCHOOL_TYPES.get(str(kind), "") in _FROM_14 for kind in kinds], dtype=bool),
        _since(store, people, graded),
        seed,
        unsaid,
        (summary.release, *places.releases),
    )


def _told(people: Population, summary: Summary, draws: int, seed: int) -> tuple[Levels, Evidence]:
    if not draws:
        raise CannotAnswerError("it was not asked for.")
    return above_england(people, summary, draws=draws, seed=seed)


def _since(store: Store, people: Population, rows: list[int]) -> dict[int, Since]:
    if not rows:
        return {}
    register, stood, seen = lineages(store), standings(store), inspections(store)
    kinds = people.schools["type"]
    return {
        row: since_of(str(people.keys[row]), people.year, str(kinds[row]), register, stood, seen)
        for row in rows
    }
