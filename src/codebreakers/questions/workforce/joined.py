"""Schools' results beside their teachers: who could be joined, and why not the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.errors import CannotAnswerError
from codebreakers.estimates import REASONS
from codebreakers.measures import Measure
from codebreakers.measures.catalogue import default_measure, find
from codebreakers.measures.staffing import ROLES, Staffing, staffing
from codebreakers.peers.population import Population, population
from codebreakers.peers.scales import quantile_bands
from codebreakers.questions.workforce.outcomes import Outcome
from codebreakers.store import Store

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["FIFTHS", "Joined", "Staffed", "staffed"]

FIFTHS = 5
_STAFF, _PUPILS = "the workforce census", "the school census"
_TABLE = {
    "teachers": _STAFF,
    "ratio": _STAFF,
    "salary": _STAFF,
    "pupils": _PUPILS,
    "meals": _PUPILS,
}
_WHAT = {
    "teachers": "teachers",
    "ratio": "pupils to a teacher",
    "salary": "pay",
    "pupils": "pupils on roll",
    "meals": "free meals",
}


@dataclass(frozen=True, slots=True, eq=False)
class Staffed:
    """The mainstream schools of a year with what the two censuses say of each.

    Parameters
    ----------
    people : Population
        S schools.
    measure : Measure
        Of their results, the one of the year.
    results, result_pupils : ndarray of float, shape (S,)
        Of all pupils, and how many they are; NaN where there is none.
    result_codes : ndarray of str, shape (S,)
        Why there is none.
    values, codes : mapping of str to ndarray, shape (S,)
        By role, as for `measures.staffing.Staffing`.
    renumbered : ndarray of bool, shape (S,)
        Found in the workforce census under another URN with the same authority and establishment
        number.
    releases : tuple of int
    """

    people: Population
    measure: Measure
    results: NDArray[np.float64]
    result_pupils: NDArray[np.float64]
    result_codes: NDArray[Any]
    values: Mapping[str, NDArray[np.float64]]
    codes: Mapping[str, NDArray[Any]]
    renumbered: NDArray[np.bool_]
    releases: tuple[int, ...]

    @property
    def meals(self) -> NDArray[np.float64]:
        """Percent of pupils with free school meals, shape (S,)."""
        return self.values["meals"]

    def join(self, outcome: Outcome, *, within: bool) -> Joined:
        """Return the schools that have an outcome, a result and a share of free meals.

        Parameters
        ----------
        outcome : Outcome
        within : bool
            Whether a school's region has to be known too.
        """
        why = np.full(len(self.people.keys), "", dtype=object)

        def unless(fine: NDArray[Any], words: NDArray[Any] | str) -> None:
            why[:] = np.where((why == "") & ~fine, words, why)

        counted = dict.fromkeys((*outcome.roles, outcome.weight, "meals"))
        for role in counted:
            unless(self.codes[role] != "not-held", f"not in {_TABLE[role]}")
        for role in counted:
            unless(~np.isnan(self.values[role]), _coded(_WHAT[role], self.codes[role]))
        unless(self.values[outcome.weight] > 0, f"with no {_WHAT[outcome.weight]} counted")
        value = outcome.value(self.values)
        unless(~np.isnan(value), "whose figure would be divided by nought")
        unless(~np.isnan(self.results), _coded("a result", self.result_codes))
        if within:
            unless(self.people.schools["region"] != "", "whose region no table says")
        return Joined(self, outcome, value, why == "", why)

    def fifths(self, kept: NDArray[np.bool_]) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return each kept school's fifth of free meals and of result, 0 the lowest; -1 the rest.

        Where schools are tied a fifth takes them all.
        """
        meals, results = (np.where(kept, v, np.nan) for v in (self.meals, self.results))
        return quantile_bands(meals, FIFTHS), quantile_bands(results, FIFTHS)


@dataclass(frozen=True, slots=True, eq=False)
class Joined:
    """The schools of a year for one outcome.

    Parameters
    ----------
    schools : Staffed
        S of them.
    outcome : Outcome
    values : ndarray of float, shape (S,)
        The outcome; NaN where it cannot be worked out.
    kept : ndarray of bool, shape (S,)
        Which are used.
    why : ndarray of str, shape (S,)
        Why each other is not, in words.
    """

    schools: Staffed
    outcome: Outcome
    values: NDArray[np.float64]
    kept: NDArray[np.bool_]
    why: NDArray[Any]

    @property
    def weights(self) -> NDArray[np.float64]:
        """What schools weigh, shape (S,)."""
        return self.schools.values[self.outcome.weight]

    @property
    def share(self) -> float:
        """Percent of the schools with results that are used."""
        return float(100 * self.kept.mean())

    def reasons(self) -> list[tuple[str, int]]:
        """Return why schools are not used and how many, most first."""
        return Counter(self.why[~self.kept].tolist()).most_common()


def _coded(what: str, codes: NDArray[Any]) -> NDArray[Any]:
    """Return, in words, why there is no figure, by code."""
    words = {
        code: f"without {what} ({code}: {REASONS.get(code, 'the publisher says no more')})"
        for code in set(codes.tolist())
    }
    return np.array([words[code] for code in codes.tolist()], dtype=object)


def staffed(store: Store, year: int) -> Staffed:
    """Return the mainstream schools of a year beside their teachers.

    Parameters
    ----------
    store : Store
        Where to read.
    year : int
        Results year.

    Returns
    -------
    Staffed

    Raises
    ------
    CannotAnswerError
        No results, workforce census or school census of that year is held.
    """
    return store.kept(("staffed", year), lambda: _staffed(store, year))


def _staffed(store: Store, year: int) -> Staffed:
    found = staffing(store, year)
    people = population(store, year)
    measure = find(default_measure(year))
    results = people.take(measure, "all")
    if np.isnan(results.values).all():
        raise CannotAnswerError(f"No school held has {measure.name} of all pupils in {year}.")
    places = {table: _places(people, found, role) for role, table in _TABLE.items()}
    values, codes = {}, {}
    for role in ROLES:
        place, _ = places[_TABLE[role]]
        there = place >= 0
        values[role] = np.where(there, found.values[role][place], np.nan)
        codes[role] = np.where(there, found.codes[role][place], "not-held")
    return Staffed(
        people,
        measure,
        results.values,
        results.pupils,
        results.codes,
        values,
        codes,
        places[_STAFF][1],
        tuple(sorted({results.release, *found.releases})),
    )


def _places(
    people: Population, found: Staffing, role: str
) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Return each school's row in the table of a role, -1 where none, and who is under another URN.

    A school that became an academy has its results under a new URN and its census under the old
    one: its authority and establishment number are the same. A number that two rows have joins
    nothing.
    """
    rows = np.flatnonzero(found.has(role))
    at = np.searchsorted(found.schools[rows], people.keys)
    at = np.minimum(at, max(0, len(rows) - 1))
    own = found.schools[rows][at] == people.keys if len(rows) else np.zeros(len(at), dtype=bool)
    place = np.where(own, rows[at] if len(rows) else -1, -1)
    times = Counter(found.numbers[rows].tolist())
    row_of = {
        number: row
        for row, number in zip(rows.tolist(), found.numbers[rows].tolist(), strict=True)
        if number and times[number] == 1
    }
    schools = people.schools
    for i in np.flatnonzero(~own):
        number = f"{schools['authority'][i]}/{schools['establishment'][i]}"
        place[i] = row_of.get(number, -1)
    return place.astype(np.intp), ~own & (place >= 0)
