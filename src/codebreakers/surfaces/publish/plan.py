"""Which pages are published: settled first, for a page is linked to only where it will be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from codebreakers.errors import CannotAnswerError, UnknownNameError
from codebreakers.peers.population import Population, Scope, population
from codebreakers.sources import academic_year
from codebreakers.store import Store
from codebreakers.surfaces.pages.areas import KINDS, areas
from codebreakers.surfaces.pages.declared import QUESTIONS
from codebreakers.surfaces.pages.routes import held_years
from codebreakers.surfaces.urls import Address

__all__ = ["MORE", "Plan", "planned"]

MORE = ("similar", "partners", "plan")
"""Pages of a school beside its own: the schools most like it, whom to talk to, what to do next."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The pages of a publication.

    Parameters
    ----------
    years : tuple of int
        In order.
    pages : tuple of Address
        Each once, in the order they are made: a country's last, which is read first.
    left_out : tuple of str
        In words, what was asked for and is not there.
    """

    years: tuple[int, ...]
    pages: tuple[Address, ...]
    left_out: tuple[str, ...] = ()

    @property
    def newest(self) -> int:
        """The newest year."""
        return self.years[-1]


def planned(store: Store, years: Sequence[int] | None, scope: Scope, *, more: bool = False) -> Plan:
    """Return the pages to publish.

    Parameters
    ----------
    store : Store
        Where to read.
    years : sequence of int, optional
        Results years; by default the newest that has results.
    scope : Scope
        Which schools have a page, and with them their authorities and trusts.
    more : bool
        Whether each school has the pages `MORE` besides.

    Raises
    ------
    CannotAnswerError
        The store holds no results of disadvantaged pupils.
    UnknownNameError
        None of the years is held, or the scope names what is not there.
    """
    held = held_years(store)
    if not held:
        raise CannotAnswerError(
            "The store holds no results of disadvantaged pupils.",
            remedy="Ingest a year's tables: codebreakers ingest FOLDER.",
        )
    asked = held[-1:] if years is None else tuple(sorted(set(years)))
    chosen = tuple(year for year in asked if year in held)
    if not chosen:
        raise UnknownNameError("year of results", str(asked[0]), map(str, held))
    pages: list[Address] = []
    left_out = [f"{academic_year(y)} is not held." for y in asked if y not in held]
    for year in chosen:
        people = population(store, year)
        pages += _of_year(people, scope, more=more)
        left_out += people.unknown(scope)
    pages += [Address(("method",)), Address(("accessibility",)), Address()]
    return Plan(chosen, tuple(pages), tuple(left_out))


def _of_year(people: Population, scope: Scope, *, more: bool) -> Iterator[Address]:
    year, inside = people.year, people.within(scope)
    for urn in people.keys[inside]:
        yield Address(("schools", str(urn)), year)
        for page in MORE if more else ():
            yield Address(("schools", str(urn), page), year)
    for kind, (role, _) in KINDS.items():
        theirs = set(np.unique(people.schools[role][inside].astype(str)).tolist())
        for key, name in areas(people, kind).items():
            if name in theirs:
                yield Address((kind, key), year)
    yield Address(("areas",), year)
    yield Address(("search",), year)
    for name, question in QUESTIONS.items():
        if question.held(people.store, year):
            yield Address(("questions", name), year)
    yield Address((), year)
