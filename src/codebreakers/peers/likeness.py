"""A population's groups: the features of a rule, read from its tables, and who comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.errors import CannotAnswerError, UnknownNameError
from codebreakers.measures import Summary
from codebreakers.measures.catalogue import CATALOGUE
from codebreakers.peers import PeerGroups, PeerRule
from codebreakers.peers.matching import match
from codebreakers.peers.population import Population
from codebreakers.store.newest import Newest

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "COHORT",
    "FEATURES",
    "SHARE_ONLY",
    "SIMILAR",
    "compared",
    "feature_values",
    "group",
    "similar_rule",
]

COHORT = "cohort_pupils"
FEATURES: tuple[str, ...] = (*(m.name for m in CATALOGUE.values() if m.intake), COHORT)

SIMILAR = PeerRule.nearest(["disadvantaged_percent", "ks2_points"], size=50)
"""Who is similar when nobody says: share alone would match a Birmingham boys' school with London
girls' schools, and leaves prior attainment free."""
SHARE_ONLY = PeerRule.nearest(["disadvantaged_percent"], size=50)
_MOST_KEPT = 4  # of a few megabytes each


def similar_rule(people: Population) -> PeerRule:
    """Return `SIMILAR`, or `SHARE_ONLY` for a year whose tables leave KS2 points out.

    Whoever uses it says which it was.
    """
    try:
        feature_values(people, SIMILAR.features)
    except CannotAnswerError:
        return SHARE_ONLY
    return SIMILAR


def feature_values(people: Population, names: tuple[str, ...]) -> NDArray[np.float64]:
    """Return the features of every school, shape (S, F); NaN where not published.

    Raises
    ------
    UnknownNameError
        A name is no feature; outcomes never are.
    CannotAnswerError
        The tables held for the year have none of a feature.
    """
    columns = []
    for name in names:
        if name not in FEATURES:
            raise UnknownNameError("feature", name, FEATURES)
        if name == COHORT:
            columns.append(people.take(CATALOGUE["disadvantaged_percent"], "all").pupils)
        else:
            columns.append(people.take(CATALOGUE[name], "all").values)
    return np.column_stack(columns) if columns else np.empty((len(people.keys), 0))


def group(
    people: Population,
    rule: PeerRule,
    *,
    eligible: NDArray[Any] | None = None,
    apart: bool = False,
    seed: int = 0,
) -> PeerGroups:
    """Return the group of every school of a population.

    Parameters
    ----------
    people : Population
        S schools.
    rule : PeerRule
        Who is like whom.
    eligible : ndarray of bool, shape (S,), optional
        Which schools may be peers; all by default.
    apart : bool
        Whether selective schools are compared only with one another.
    seed : int
        Settles ties.

    Returns
    -------
    PeerGroups
    """
    return match(
        rule,
        people.keys.astype(str),
        feature_values(people, rule.features),
        eligible=eligible,
        sizes=people.take(CATALOGUE["disadvantaged_percent"], "all").pupils,
        pool=people.selective.astype(int) if apart else None,
        seed=seed,
    )


def compared(people: Population, summary: Summary, rule: PeerRule, seed: int = 0) -> PeerGroups:
    """Return the schools that each is set beside: those with a result, grammar schools apart.

    Parameters
    ----------
    people : Population
        S schools.
    summary : Summary
        Their results, in the same order.
    rule : PeerRule
        Who is like whom.
    seed : int
        Settles ties.

    Returns
    -------
    PeerGroups
        Kept with the store: whoever reads of one school soon reads of another of the same year.
    """
    kept = people.store.kept("compared", lambda: Newest[PeerGroups](_MOST_KEPT))
    return kept.get(
        (people.year, summary.measure.name, summary.group, rule, seed),
        lambda: group(people, rule, eligible=~np.isnan(summary.values), apart=True, seed=seed),
    )
