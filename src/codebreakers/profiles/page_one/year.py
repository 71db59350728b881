"""What every page of one year is made from: worked out once, then kept with the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.findings import Table
from codebreakers.findings.chance import allowed_for
from codebreakers.inference.above_england import above_england
from codebreakers.inference.evidence import Evidence
from codebreakers.inference.levels import Levels
from codebreakers.measures import Measure, Summary
from codebreakers.peers import PeerGroups, PeerRule
from codebreakers.peers.likeness import feature_values, group, similar_rule
from codebreakers.peers.population import Population, population
from codebreakers.profiles.page_one.facets import Facet, facets_of
from codebreakers.questions.gaps import gaps
from codebreakers.questions.partners import Field, field_of
from codebreakers.store import Store
from codebreakers.store.lineage import Lineages, lineages
from codebreakers.store.standings import Standing, standings

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Year", "year_of"]


@dataclass(frozen=True, slots=True, eq=False)
class Year:
    """One year's schools and all that their pages are made from.

    Parameters
    ----------
    people, measure, summary
        The S schools, what is counted, and their disadvantaged pupils' results.
    rule, groups
        Who is similar to whom.
    features : ndarray of float, shape (S, F)
        What the rule matches on.
    england : Table, optional
        England's groups of pupils; None where no table held has them.
    levels, evidence : optional
        True levels, and how surely each school is lastingly above England; None where chance
        cannot be allowed for, and then `unsaid` says why.
    facets : tuple of Facet
        What else is looked at.
    lineage, standings
        What became of each school, and where it stands last.
    talk : Field
        Who may be talked to.
    seed : int
    unsaid : str
    """

    people: Population
    measure: Measure
    summary: Summary
    rule: PeerRule
    groups: PeerGroups
    features: NDArray[np.float64]
    england: Table | None
    levels: Levels | None
    evidence: Evidence | None
    facets: tuple[Facet, ...]
    lineage: Lineages
    standings: Mapping[str, Standing]
    talk: Field
    seed: int
    unsaid: str

    def similar(self, row: int) -> NDArray[Any]:
        """Return the rows of a school's similar schools, most alike first."""
        members: NDArray[Any] = self.groups.members[
            self.groups.starts[row] : self.groups.starts[row + 1]
        ]
        return members


def year_of(store: Store, measure: Measure, year: int, *, draws: int, seed: int) -> Year:
    """Return what a year's pages are made from.

    Parameters
    ----------
    store : Store
        Where to read; it keeps what is made.
    measure : Measure
    year : int
        Results year.
    draws : int
        Of the schools' true levels; 0 to leave chance out.
    seed : int

    Raises
    ------
    CannotAnswerError
        No table held has the disadvantaged pupils' result.
    """
    key = ("year of pages", measure.name, year, draws, seed)
    return store.kept(key, lambda: _made(store, measure, year, draws, seed))


def _made(store: Store, measure: Measure, year: int, draws: int, seed: int) -> Year:
    people = population(store, year)
    summary = people.take(measure, "disadvantaged")
    rule = similar_rule(people)
    # As the school's card groups them, so that both speak of the same similar schools.
    groups = group(people, rule, eligible=~np.isnan(summary.values), apart=True, seed=seed)
    england, _ = allowed_for(lambda: gaps(store, year=year, measure=measure.name, draws=0))
    sure, unsaid = _sure(people, summary, draws, seed)
    return Year(
        people,
        measure,
        summary,
        rule,
        groups,
        feature_values(people, rule.features),
        england,
        sure[0] if sure else None,
        sure[1] if sure else None,
        facets_of(people, measure),
        lineages(store),
        standings(store),
        field_of(store, measure, year, draws=draws, seed=seed),
        seed,
        unsaid,
    )


def _sure(
    people: Population, summary: Summary, draws: int, seed: int
) -> tuple[tuple[Levels, Evidence] | None, str]:
    """Return what allows for chance, or why nothing does."""
    if not draws:
        return None, "Chance is not allowed for: it was not asked for."
    return allowed_for(lambda: above_england(people, summary, draws=draws, seed=seed))
