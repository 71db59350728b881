"""Pages of authorities and trusts: every school of theirs, with its range."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import numpy as np

from codebreakers.errors import CannotAnswerError, UnknownNameError
from codebreakers.findings import Table
from codebreakers.peers.population import Population, Scope, population
from codebreakers.questions.codebreakers import breakers
from codebreakers.questions.gaps import gaps
from codebreakers.questions.potential import potential
from codebreakers.surfaces.pages import Link, Page, Section
from codebreakers.surfaces.pages.asked import chosen
from codebreakers.surfaces.pages.questions import Asked, home
from codebreakers.surfaces.urls import Address

__all__ = ["KINDS", "area_page", "areas", "areas_page"]

KINDS = {"authorities": ("authority_name", "Local authorities"), "trusts": ("trust", "Trusts")}


def areas(people: Population, kind: str) -> dict[str, str]:
    """Return the areas of a kind that have schools: how each is spelled in an address, its name."""
    names = np.unique(people.schools[KINDS[kind][0]].astype(str))
    return {slug(name): name for name in names if slug(name)}


def slug(name: str) -> str:
    """Return a name as a part of an address: small letters and hyphens."""
    return "-".join(re.findall(r"[a-z0-9]+", name.casefold().replace("'", "")))[:120]


def areas_page(asked: Asked, given: Mapping[str, str]) -> Page:
    """Return the page that lists every authority and trust with schools that year."""
    chosen((), given)
    people = population(asked.store, asked.year)
    return Page(
        Address(("areas",), asked.year),
        "Local authorities and trusts",
        tuple(
            Section(
                words,
                links=tuple(
                    Link(name, Address((kind, key), asked.year))
                    for key, name in areas(people, kind).items()
                ),
            )
            for kind, (_, words) in KINDS.items()
            if areas(people, kind)
        ),
        crumbs=(home(asked),),
        years=asked.years,
        made_up=asked.made_up,
    )


def area_page(asked: Asked, kind: str, key: str, given: Mapping[str, str]) -> Page:
    """Return the page of one authority or trust.

    Raises
    ------
    UnknownNameError
        There is no such kind, or none of this name had schools that year.
    """
    chosen((), given)
    if kind not in KINDS:
        raise UnknownNameError("kind of area", kind, list(KINDS))
    known = areas(population(asked.store, asked.year), kind)
    if key not in known:
        raise UnknownNameError(KINDS[kind][1].casefold(), key, list(known))
    name = known[key]
    scope = Scope(authority=name) if kind == "authorities" else Scope(trust=name)
    parts = (
        ("Its disadvantaged pupils", lambda: gaps(asked.store, year=asked.year, scope=scope)),
        (
            "Its schools, each with its range",
            lambda: breakers(asked.store, year=asked.year, scope=scope, everyone=True),
        ),
        (
            "How many more pupils",
            lambda: potential(asked.store, year=asked.year, scope=scope, by="school"),
        ),
    )
    return Page(
        Address((kind, key), asked.year),
        name,
        tuple(_section(heading, ask) for heading, ask in parts),
        crumbs=(home(asked), Link("Local authorities and trusts", Address(("areas",), asked.year))),
        years=asked.years,
        made_up=asked.made_up,
    )


def _section(heading: str, ask: Callable[[], Table]) -> Section:
    """Return one part, or why there is none: the others stand without it."""
    try:
        table = ask()
    except CannotAnswerError as error:
        return Section(heading, prose=(error.message, error.remedy))
    said = tuple(f for f in table.findings if "choice" not in f.id)
    return Section(heading, said=said, table=table)
