"""Two measures, the schools that have both, and where each stands by either."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.errors import CannotAnswerError, RequestError
from codebreakers.inference.intake import Intake, intake_from, intake_of
from codebreakers.inference.moves import average_ranks, percentile_ranks
from codebreakers.measures import GROUPS, Measure, Summary
from codebreakers.measures.catalogue import CATALOGUE, default_measure, find
from codebreakers.measures.held import years_held
from codebreakers.measures.proposed import Proposal, measure_of
from codebreakers.peers.population import Population, Scope, population
from codebreakers.questions.league.scored import Listed, Scores, limits_apart, results_of, scores_of
from codebreakers.sources import results_year
from codebreakers.store import Store
from codebreakers.store.lineage import lineages
from codebreakers.store.score_files import is_score_file

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Asked", "Pair", "Side", "asked", "new_measure", "pair_of"]

Offered = Measure | Proposal | Scores

_EXACT = 9  # decimals a sum keeps, so that schools of one result tie


@dataclass(frozen=True, slots=True)
class Asked:
    """What is compared: the old measure in its year, the new one in its own.

    Parameters
    ----------
    old, new : Measure, Proposal or Scores
    old_year, year : int
        Results years; one year where the same pupils sit both.
    group : str
        Which pupils.
    """

    old: Offered
    new: Offered
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
        As a proposal's author gives it, or a file of scores.
    scores : Scores, optional
        The file that it was read from, where it is no table of the store.
    """

    people: Population
    summary: Summary
    releases: tuple[int, ...]
    pupil_sd: float | None = None
    scores: Scores | None = None

    def intake(self, used: NDArray[Any]) -> Intake:
        """Return what is known of schools' intakes: of those of a file alone, nothing.

        Parameters
        ----------
        used : ndarray of bool, shape (S,)
            Schools with a result.
        """
        if not isinstance(self.people, Listed):
            return intake_of(self.people, used)
        return intake_from((), np.empty((used.size, 0)), used, selective=self.people.selective)

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
    if any(text is not None and is_score_file(text) for text in (old, new)):
        return _told_from(_with_files(year, old, new, old_year, group))
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
    return _told_from(found)


def _with_files(
    year: int | str | None, old: str | None, new: str | None, old_year: int | str | None, group: str
) -> Asked:
    """Return what to compare where at least one of the two is a file of scores."""
    when = None if year is None else results_year(year)
    after = _offered(new, when, group)
    when = after.held.year if isinstance(after, Scores) else when
    first = when if old_year is None else results_year(old_year)
    before = _offered(old, first, group)
    first = before.held.year if isinstance(before, Scores) else first
    assert first is not None  # one of them is a file, and that has a year
    last = first if when is None else when
    return Asked(
        before or find(default_measure(first)), after or find(new_measure(last)), first, last, group
    )


def _offered(text: str | None, year: int | None, group: str) -> Offered | None:
    if text is None:
        return None
    if is_score_file(text):
        return scores_of(Path(text), year, group)
    return _result(measure_of(text))


def _told_from(found: Asked) -> Asked:
    """Refuse to hold a measure against itself."""
    if found.same_cohort and _name(found.old) == _name(found.new):
        raise RequestError(
            f"{found.old.name} is both the old and the new measure of {found.year}.",
            remedy="Name another measure, or another year for the old one.",
        )
    return found


def _name(offered: Offered) -> str:
    return offered.held.sha256 if isinstance(offered, Scores) else offered.name


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


def _parts(offered: Offered) -> Iterable[Measure]:
    if isinstance(offered, Proposal):
        return [part for part, _ in offered.parts]
    return [offered] if isinstance(offered, Measure) else []


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
    old = _side(store, what.old_year, what.old, what.group)
    new = _side(store, what.year, what.new, what.group)
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


def _side(store: Store, year: int, offered: Offered, group: str) -> Side:
    if isinstance(offered, Scores):
        schools, scores = results_of(store, offered, group)
        return Side(schools, scores, (), limits_apart(offered), offered)
    people = population(store, year)
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
