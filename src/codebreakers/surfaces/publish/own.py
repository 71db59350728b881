"""The pages that only a publication has: its first, and the list that a school is found in."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from codebreakers.errors import CannotAnswerError
from codebreakers.peers.population import Scope, population
from codebreakers.sources import academic_year
from codebreakers.surfaces.pages import Link, Page, Section
from codebreakers.surfaces.pages.england import search_form
from codebreakers.surfaces.pages.questions import Asked, home
from codebreakers.surfaces.urls import Address

__all__ = ["finding_page", "first_page", "unanswered_page"]

_LISTED = (
    "Every school is listed below by its local authority, with its town, its postcode and its "
    "number (URN)."
)
_WHAT = (
    "How the disadvantaged pupils of each school did beside those of schools with a similar "
    "intake, how sure that is, and how many more could succeed."
)
_ALL = "The questions of the 2014 report, each answered with its range."
_FIND = "One school's page, by its name, town, postcode or number (URN)."
_AREAS = "Every school of theirs with its range."
_NO_AUTHORITY = "Local authority not known"


def first_page(asked: Asked, years: Sequence[int]) -> Page:
    """Return the page that the folder opens with: a search, and its years, the newest first.

    Parameters
    ----------
    asked : Asked
        Of which store; its year is the newest published.
    years : sequence of int
        In order.
    """
    return Page(
        Address(),
        f"{asked.country}: schools and their disadvantaged pupils",
        (
            Section(prose=(_WHAT,), form=search_form(asked)),
            *(
                Section(f"{academic_year(year)} results", links=_ways(asked.country, year))
                for year in reversed(years)
            ),
        ),
        made_up=asked.made_up,
    )


def _ways(country: str, year: int) -> tuple[Link, ...]:
    when = academic_year(year)
    return (
        Link(f"All of {country} in {when}", Address((), year), _ALL),
        Link(f"Find a school, {when}", Address(("search",), year), _FIND),
        Link(f"Local authorities and trusts, {when}", Address(("areas",), year), _AREAS),
    )


def finding_page(asked: Asked, scope: Scope) -> Page:
    """Return the page that a school is found on: a list to read, which a script searches.

    Parameters
    ----------
    asked : Asked
        Of which store and year.
    scope : Scope
        Which schools have a page.
    """
    people = population(asked.store, asked.year)
    rows = np.flatnonzero(people.within(scope))
    schools = people.schools
    listed: dict[str, list[Link]] = {}
    for i in sorted(rows, key=lambda i: (str(schools["name"][i]), str(schools.keys[i]))):
        where = (str(schools["town"][i]), str(schools["postcode"][i]), str(schools.keys[i]))
        link = Link(
            str(schools["name"][i]),
            Address(("schools", str(schools.keys[i])), asked.year),
            ", ".join(part for part in where if part),
        )
        listed.setdefault(str(schools["authority_name"][i]) or _NO_AUTHORITY, []).append(link)
    return Page(
        Address(("search",), asked.year),
        "Find a school",
        (
            Section(form=search_form(asked)),
            Section(prose=(_LISTED,)),
            *(Section(name, links=tuple(listed[name])) for name in sorted(listed)),
        ),
        crumbs=(home(asked),),
        years=asked.years,
        indexed=False,
        made_up=asked.made_up,
    )


def unanswered_page(asked: Asked, address: Address, words: str, error: CannotAnswerError) -> Page:
    """Return a page that says why it cannot say more.

    Parameters
    ----------
    asked : Asked
    address : Address
    words : str
        What stands above it.
    error : CannotAnswerError
    """
    there = f"There is: {', '.join(error.available[:12])}." if error.available else ""
    return Page(
        address,
        words,
        (Section("That cannot be shown", prose=(error.message, there, error.remedy)),),
        crumbs=(home(asked),),
        years=asked.years,
        indexed=False,
        made_up=asked.made_up,
    )
