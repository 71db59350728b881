"""Two measures, the schools that have both, and where each stands by either."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.errors import CannotAnswerError, RequestError
from codebreakers.inference.moves import average_ranks, percentile_ranks
from codebreakers.measures import GROUPS, Measure, Summary
from codebreakers.measures.catalogue import CATALOGUE, default_measure, find
from codebreakers.measures.held import years_held
from codebreakers.measures.proposed import Proposal, measure_of
from codebreakers.peers.population import Population, Scope, population
from codebreakers.sources import results_year
from codebreakers.store import Store
from codebreakers.store.lineage import lineages

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Asked", "Pair", "Side", "asked", "new_measure", "pair_of"]

_EXACT = 9  # decimals a sum keeps, so that schools of one result tie


@dataclass(frozen=True, slots=True)
class Asked:
    """What is compared: the old measure in its year, the new one in its own.

    Parameters
    ----------
    old, new : Measure or Proposal
    old_year, year : int
        Results years; one year where the same pupils sit both.
    group : str
        Which pupils.
    """

    old: Measure | Proposal
    new: Measure | Proposal
    old_year: int
    year: int
    group: str

    @property
    def same_cohort(self) -> bool:
        """Whether the same pupils sit both."""
        return self.old_year == self.year


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """One of the two measures, at every school that has it.

    Parameters
    ----------
    people : Population
    summary : Summary
        In the population's order.
    releases : tuple of int
        Where it was read.
    pupil_sd : float, optional
        As a proposal's author gives it.
    """

    people: Population
    summary: Summary
    releases: tuple[int, ...]
    pupil_sd: float | None = None

    @property
    def measure(self) -> Measure:
        """What is measured."""
        return self.summary.measure

    @property
    def is_proposed(self) -> bool:
        """Whether it is published nowhere and was added up here."""
        return not self.measure.series


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """The S schools that have both measures, in order of their key by the new.

    Parameters
    ----------
    asked : Asked
    old, new : Side
    at_old, at_new : ndarray of int, shape (S,)
        Their rows in the populations of the two.
    old_ranks, new_ranks : ndarray of float, shape (S,)
        1 is the best; ties share their mean rank.
    falls : ndarray of float, shape (S,)
        New percentile rank minus old: above 0 is a fall.
    followed : bool
        Whether the register's links follow a school that was given another URN between.
    """

    asked: Asked
    old: Side
    new: Side
    at_old: NDArray[Any]
    at_new: NDArray[Any]
    old_ranks: NDArray[np.float64]
    new_ranks: NDArray[np.float64]
    falls: NDArray[np.float64]
    followed: bool

    def __len__(self) -> int:
        return len(self.falls)

    @property
    def people(self) -> Population:
        """The schools as they were when the new measure was published."""
        return self.new.people

    def role(self, name: str) -> NDArray[Any]:
        """Return what the tables call each school, its region, its type, ..., shape (S,)."""
        named: NDArray[Any] = self.people.schools[name][self.at_new].astype(str)
        return named

    def within(self, scope: Scope) -> NDArray[np.bool_]:
        """Return which schools a scope takes in, shape (S,).

        Raises
        ------
        CannotAnswerError
            None of them has both.
        UnknownNameError
            It names a school, authority, region or trust that is not there.
        """
        inside: NDArray[np.bool_] = self.people.within(scope)[self.at_new]
        if not inside.any():
            raise CannotAnswerError(
                f"None of the {scope.describe()} has both {self.old.measure.name} and "
                f"{self.new.measure.name}."
            )
        return inside

    def values(self, side: Side) -> NDArray[np.float64]:
        """Return the results of one side, shape (S,)."""
        at = self.at_old if side is self.old else self.at_new
        found: NDArray[np.float64] = side.summary.values[at]
        return found


def new_measure(year: int) -> str:
    """Return the measure that a year's default is held against: what pupils gained."""
    return "best8_value_added" if year <= 2015 else "progress8"


def asked(
    store: Store,
    year: int | str | None,
    old: str | None,
    new: str | None,
    old_year: int | str | None,
    group: str,
) -> Asked:
    """Return what to compare, with what was not said filled in.

    Raises
    ------
    CannotAnswerError
        No year held has both.
    RequestError
        A measure says who the pupils are, or the two are one.
    """
    given = [None if text is None else _result(measure_of(text)) for text in (old, new)]
    before = None if old_year is None else results_year(old_year)

    def both(when: int) -> Asked:
        first = given[0] or find(default_measure(before or when))
        return Asked(first, given[1] or find(new_measure(when)), before or when, when, group)

    if year is not None:
        found = both(results_year(year))
    else:
        able = [y for y in _years(store) if _is_held(store, both(y))]
        if not able:
            raise CannotAnswerError(
                f"No year held has both measures for {GROUPS[group]}.",
                available=[m.name for m in CATALOGUE.values() if years_held(store, m, group)],
                remedy="Name two measures of one year, or a year for each: year and old year.",
            )
        found = both(able[-1])
    if found.same_cohort and _name(found.old) == _name(found.new):
        raise RequestError(
            f"{_name(found.old)} is both the old and the new measure of {found.year}.",
            remedy="Name another measure, or another year for the old one.",
        )
    return found


def _name(offered: Measure | Proposal) -> str:
    return (offered.measure if isinstance(offered, Proposal) else offered).name


def _result(offered: Measure | Proposal) -> Measure | Proposal:
    if isinstance(offered, Measure) and offered.intake:
        raise RequestError(
            f"{offered.name} says who the pupils are, not what they did.",
            available=[m.name for m in CATALOGUE.values() if not m.intake],
            remedy="Name a measure of results.",
        )
    return offered


def _years(store: Store) -> list[int]:
    return sorted({release.year for release in store.releases() if release.dataset == "ks4"})


def _is_held(store: Store, what: Asked) -> bool:
    return all(
        year in years_held(store, part, what.group, (year,))
        for offered, year in ((what.old, what.old_year), (what.new, what.year))
        for part in _parts(offered)
    )


def _parts(offered: Measure | Proposal) -> Iterable[Measure]:
    if isinstance(offered, Proposal):
        return [part for part, _ in offered.parts]
    return [offered]


def pair_of(store: Store, what: Asked, *, by_urn: bool = False) -> Pair:
    """Return the schools that have both measures, with their ranks by each.

    Parameters
    ----------
    store : Store
    what : Asked
    by_urn : bool
        Whether a school of two years is one URN alone, and not followed through its others.

    Raises
    ------
    CannotAnswerError
        A measure is not held for its year, or fewer than two schools have both.
    """
    old = _side(population(store, what.old_year), what.old, what.group)
    new = _side(population(store, what.year), what.new, what.group)
    keys = [side.people.keys.astype(str).tolist() for side in (old, new)]
    followed = False
    if not (what.same_cohort or by_urn):
        found = lineages(store)
        keys, followed = [found.identity(each) for each in keys], found.has_register
    at_old, at_new = _joined(old, new, np.array(keys[0]), np.array(keys[1]))
    if len(at_new) < 2:
        raise CannotAnswerError(
            f"{len(at_new)} schools have both {old.measure.name} in {what.old_year} and "
            f"{new.measure.name} in {what.year}: there is nobody to rank.",
            remedy="Choose measures or years that the same schools have.",
        )
    ranks = [
        average_ranks(side.summary.values[at], higher=side.measure.better == "higher")
        for side, at in ((old, at_old), (new, at_new))
    ]
    before, after = (percentile_ranks(each, len(at_new)) for each in ranks)
    return Pair(what, old, new, at_old, at_new, ranks[0], ranks[1], after - before, followed)


def _joined(
    old: Side, new: Side, old_keys: NDArray[Any], new_keys: NDArray[Any]
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the rows of the schools that have both; one that is two in a year is left out."""
    has_old, has_new = (
        _told_apart(side, named) for side, named in ((old, old_keys), (new, new_keys))
    )
    _, at_old, at_new = np.intersect1d(
        old_keys[has_old], new_keys[has_new], assume_unique=True, return_indices=True
    )
    order = np.argsort(has_new[at_new])
    return has_old[at_old][order], has_new[at_new][order]


def _told_apart(side: Side, keys: NDArray[Any]) -> NDArray[np.intp]:
    """Return the rows with a result whose school has no other row with one."""
    has = np.flatnonzero(~np.isnan(side.summary.values))
    _, first, times = np.unique(keys[has], return_index=True, return_counts=True)
    alone: NDArray[np.intp] = has[first[times == 1]]
    return alone


def _side(people: Population, offered: Measure | Proposal, group: str) -> Side:
    if isinstance(offered, Measure):
        summary = people.take(offered, group)
        return Side(people, summary, (summary.release,))
    taken = [people.take(part, group) for part, _ in offered.parts]
    weights = [weight for _, weight in offered.parts]
    total = sum(weight * part.values for weight, part in zip(weights, taken, strict=True))
    nothing = np.full(len(people.keys), np.nan)
    summary = replace(
        taken[0],
        measure=offered.measure,
        values=np.round(total, _EXACT),
        pupils=_over(np.minimum, [part.pupils for part in taken]),
        codes=_over(lambda a, b: np.where(a == "", b, a), [part.codes for part in taken]),
        successes_low=nothing,
        successes_high=nothing,
        limits_low=nothing,
        limits_high=nothing,
        rebuilt=any(part.rebuilt for part in taken),
    )
    return Side(people, summary, tuple(part.release for part in taken), offered.pupil_sd)


def _over(two: Callable[[Any, Any], Any], arrays: list[NDArray[Any]]) -> NDArray[Any]:
    found: NDArray[Any] = reduce(two, arrays)
    return found
