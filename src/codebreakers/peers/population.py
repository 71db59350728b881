"""The schools a question is asked of: state-funded mainstream schools with results that year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.errors import CannotAnswerError, RequestError, UnknownNameError
from codebreakers.measures import Measure, Summary
from codebreakers.measures.summarise import summarise
from codebreakers.sources import academic_year
from codebreakers.sources.england import NOT_MAINSTREAM
from codebreakers.store import Store
from codebreakers.store.schools import Schools, schools_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Population", "Scope", "population"]

_ARRAYS = ("pupils", "successes_low", "successes_high", "values", "limits_low", "limits_high")


@dataclass(frozen=True, slots=True)
class Scope:
    """Which schools an answer is about. Peers are always sought among all schools.

    Parameters
    ----------
    schools : tuple of str
        URNs; empty for every school.
    authority : str
        Name or code of an authority; empty for all.
    region : str
        Name of a region; empty for all.
    trust : str
        Name of a trust; empty for all.
    """

    schools: tuple[str, ...] = ()
    authority: str = ""
    region: str = ""
    trust: str = ""

    @property
    def is_everything(self) -> bool:
        """Whether it leaves nothing out."""
        return not (self.schools or self.authority or self.region or self.trust)

    def describe(self) -> str:
        """Return it in words: "schools", "schools in Birmingham"."""
        parts = [p for p in (self.authority, self.region, self.trust) if p]
        if self.schools:
            parts.append(f"a list of {len(self.schools)}")
        return f"schools in {', '.join(parts)}" if parts else "schools"


@dataclass(frozen=True, slots=True)
class Population:
    """The schools of one year that are compared with one another.

    Parameters
    ----------
    store : Store
        Where they were read.
    year : int
        Results year.
    schools : Schools
        Who they are, S of them, in order of key.
    left_out : mapping of str to int
        Schools of the tables that are not compared, by reason.
    """

    store: Store
    year: int
    schools: Schools
    left_out: Mapping[str, int]

    @property
    def keys(self) -> NDArray[Any]:
        """Each school's key."""
        return self.schools.keys

    @property
    def selective(self) -> NDArray[Any]:
        """Whether each school chooses its pupils by ability."""
        chosen: NDArray[Any] = np.isin(self.schools["admissions"], ("SEL", "Selective"))
        return chosen

    def take(self, measure: Measure, group: str, *, status: str = "") -> Summary:
        """Return a measure's sums in the order of `keys`.

        Parameters
        ----------
        measure, group, status
            As for `summarise`.

        Returns
        -------
        Summary
            A school without a row has the code ``not-held``.

        Raises
        ------
        CannotAnswerError
            No table held has the measure for this year and group.
        """
        # What is kept holds these very keys, so that no others can have their id meanwhile.
        return self.store.kept(
            ("taken", id(self.keys), measure.name, self.year, group, status),
            lambda: _aligned(
                summarise(self.store, measure, self.year, group, status=status), self.keys
            ),
        )

    def within(self, scope: Scope) -> NDArray[Any]:
        """Return which schools a scope takes in, shape (S,), bool.

        Raises
        ------
        UnknownNameError
            The scope names a school, authority, region or trust that is not there.
        """
        inside = np.ones(len(self.keys), dtype=bool)
        if scope.schools:
            inside &= np.isin(self.keys, self._known(scope.schools))
        if scope.authority:
            inside &= self._named("authority", scope.authority, ("authority_name", "authority"))
        if scope.region:
            inside &= self._named("region", scope.region, ("region",))
        if scope.trust:
            inside &= self._named("trust", scope.trust, ("trust",))
        return inside

    def unknown(self, scope: Scope) -> tuple[str, ...]:
        """Return, in words, which of the schools a scope lists have no results this year."""
        known = set(self.keys)
        missing = [urn for urn in scope.schools if urn not in known]
        if not missing:
            return ()
        return (
            (
                f"{len(missing):,} of the {len(scope.schools):,} schools listed have no results in "
                f"{academic_year(self.year)}: {', '.join(missing)}."
            ),
        )

    def _known(self, urns: tuple[str, ...]) -> list[str]:
        known = set(self.keys)
        missing = [urn for urn in urns if urn not in known]
        if len(missing) == len(urns):
            raise UnknownNameError("school with results that year", missing[0], self.keys)
        return [urn for urn in urns if urn in known]

    def _named(self, what: str, name: str, roles: tuple[str, ...]) -> NDArray[Any]:
        folded = name.strip().casefold()
        for role in roles:
            column = np.array([str(text).casefold() for text in self.schools[role]], dtype=object)
            inside: NDArray[Any] = column == folded
            if inside.any():
                return inside
        known = sorted({str(t) for role in roles for t in self.schools[role] if t})
        if not known:
            raise CannotAnswerError(
                f"No table held for {self.year} says which {what} a school is in.",
                remedy="Ingest a list that does: authorities and regions, or the register.",
            )
        raise UnknownNameError(what, name, known)


def population(store: Store, year: int) -> Population:
    """Return the state-funded mainstream schools with results in a year.

    Parameters
    ----------
    store : Store
        Where to read.
    year : int
        Results year.

    Returns
    -------
    Population

    Raises
    ------
    CannotAnswerError
        No results table of that year is held.
    """
    return store.kept(("population", year), lambda: _read(store, year))


def _read(store: Store, year: int) -> Population:
    held = sorted({r.year for r in store.releases() if r.dataset == "ks4"})
    if year not in held:
        raise CannotAnswerError(
            f"No results table for {year} is held in {store.path.name}.",
            available=[str(y) for y in held],
            remedy=f"Ask about a year held, or get it: codebreakers fetch {year}.",
        )
    schools = schools_of(store, year)
    special = np.array(schools["record"] == "2")
    outside = np.isin(schools["type"], list(NOT_MAINSTREAM)) & ~special
    kept = ~special & ~outside
    left_out = {
        "special schools": int(special.sum()),
        "independent and other schools": int(outside.sum()),
    }
    if not kept.any():
        raise RequestError(f"The tables held for {year} have no mainstream school.")
    only = Schools(
        year, schools.keys[kept], {role: text[kept] for role, text in schools.columns.items()}
    )
    return Population(store, year, only, {why: n for why, n in left_out.items() if n})


def _aligned(summary: Summary, keys: NDArray[Any]) -> Summary:
    """Return a summary's arrays in the order of `keys`, which are sorted like its own."""
    if len(summary.schools) == 0:
        raise CannotAnswerError(f"{summary.measure.name} has no rows for {summary.year}.")
    places = np.searchsorted(summary.schools, keys)
    places = np.minimum(places, len(summary.schools) - 1)
    found = summary.schools[places] == keys
    taken: dict[str, Any] = {
        name: np.where(found, getattr(summary, name)[places], np.nan) for name in _ARRAYS
    }
    taken["codes"] = np.where(found, summary.codes[places], "not-held")
    for array in taken.values():
        array.flags.writeable = False
    return replace(summary, schools=keys, **taken)
