"""Schools below their benchmark, whom each could be paired with, and why some with nobody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.errors import CannotAnswerError
from codebreakers.peers.benchmarks import benchmark_values, top
from codebreakers.peers.miles import miles_between
from codebreakers.peers.pairing import pair_fewest_miles, pair_with_nearest
from codebreakers.peers.population import Scope
from codebreakers.questions.partners.field import Field

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["BENCHMARK", "REASONS", "Demand", "Pairs", "demand_of", "paired"]

BENCHMARK = top(0.2)
"""What a school is held against: the best fifth of its similar schools."""

REASONS = {
    "place": "its location is not held",
    "evidence": "none of its similar schools has the evidence",
    "aside": "its similar schools with the evidence are set aside for what is known since",
    "phase": "its similar schools with the evidence are of another phase",
    "their-place": "where its similar schools with the evidence are is not held",
    "far": "its similar schools with the evidence are further away than is asked for",
    "full": "its similar schools with the evidence have as many schools as they can take",
}
"""Why a school is paired with nobody: the first that is so."""


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """Who needs somebody to talk to, and whom each could be paired with.

    Parameters
    ----------
    field : Field
    needs : ndarray of bool, shape (S,)
        Below its benchmark, without the evidence itself, and asked about.
    unjudged : int
        Schools asked about without a result or without similar schools.
    graded : int
        Schools asked about that have the evidence themselves.
    owners, others : ndarray of int, shape (E,)
        Rows that could be paired.
    miles, distances : ndarray of float, shape (E,)
        How far apart and how unlike they are.
    lacking : ndarray of str, shape (S,)
        Of `REASONS`: why nobody could be paired with a school; '' where somebody could.
    """

    field: Field
    needs: NDArray[np.bool_]
    unjudged: int
    graded: int
    owners: NDArray[np.intp]
    others: NDArray[np.intp]
    miles: NDArray[np.float64]
    distances: NDArray[np.float64]
    lacking: NDArray[np.str_]


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """A choice of pairs.

    Parameters
    ----------
    chosen : ndarray of int
        Which of the pairs there could be.
    nearest : ndarray of int
        Which are chosen where each school asks its nearest alone.
    """

    chosen: NDArray[np.intp]
    nearest: NDArray[np.intp]


def demand_of(field: Field, scope: Scope, within: float) -> Demand:
    """Return who needs somebody to talk to, and whom each could be paired with.

    Parameters
    ----------
    field : Field
    scope : Scope
        Which schools are asked for; those they may talk to are sought everywhere.
    within : float
        Miles in a straight line.

    Raises
    ------
    CannotAnswerError
        Chance cannot be allowed for, or no school's place is held.
    """
    if field.evidence is None:
        raise CannotAnswerError(field.unsaid)
    if np.isnan(field.places).all():
        raise CannotAnswerError(
            "Where schools are is not held, so that none can be paired within a distance.",
            remedy="Ingest the table of schools' coordinates.",
        )
    asked = field.people.within(scope)
    values, groups = field.summary.values, field.groups
    higher = field.measure.better == "higher"
    goals = benchmark_values(BENCHMARK, groups, values, higher=higher)
    known = ~np.isnan(values) & ~np.isnan(goals)
    with np.errstate(invalid="ignore"):
        below = values < goals if higher else values > goals
    needs = asked & known & below & ~field.graded
    return _joined(
        field, needs, int((asked & ~known).sum()), int((asked & field.graded).sum()), within
    )


def _joined(
    field: Field, needs: NDArray[np.bool_], unjudged: int, graded: int, within: float
) -> Demand:
    groups, places = field.groups, field.places
    owners = np.repeat(np.arange(len(needs)), groups.sizes)
    lacking = np.full(len(needs), "", dtype="U12")
    here = ~np.isnan(places[:, 0])
    lacking[needs & ~here] = "place"
    left = np.flatnonzero((needs & here)[owners])
    pairs = owners, groups.members
    tests: dict[str, Callable[[NDArray[Any]], NDArray[Any]]] = {
        "evidence": lambda at: field.graded[pairs[1][at]],
        "aside": lambda at: field.may_be_named[pairs[1][at]],
        "phase": lambda at: field.from_14[pairs[0][at]] == field.from_14[pairs[1][at]],
        "their-place": lambda at: here[pairs[1][at]],
        "far": lambda at: miles_between(places[pairs[0][at]], places[pairs[1][at]]) <= within,
    }
    for reason, fits in tests.items():
        left = left[fits(left)]
        some = np.bincount(pairs[0][left], minlength=len(needs)) > 0
        lacking[needs & (lacking == "") & ~some] = reason
    apart: NDArray[Any] = miles_between(places[pairs[0][left]], places[pairs[1][left]])
    return Demand(
        field,
        needs,
        unjudged,
        graded,
        pairs[0][left],
        pairs[1][left],
        apart,
        groups.distances[left],
        lacking,
    )


def paired(demand: Demand, capacity: int) -> Pairs:
    """Return who is paired with whom, by the fewest miles and by asking the nearest alone."""
    pairs = demand.owners, demand.others, demand.miles
    return Pairs(pair_fewest_miles(*pairs, capacity), pair_with_nearest(*pairs, capacity))
