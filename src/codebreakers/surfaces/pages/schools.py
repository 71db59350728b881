"""Pages of schools: one, those a text fits, a few beside one another."""

from __future__ import annotations

from collections.abc import Mapping

from codebreakers.findings import Finding, Table
from codebreakers.peers.population import population
from codebreakers.peers.search import find_school
from codebreakers.profiles.compare import MOST, compare
from codebreakers.profiles.page_one import Block, PageOne, page_one
from codebreakers.profiles.school import peers
from codebreakers.questions.partners import partners
from codebreakers.questions.search import search
from codebreakers.surfaces.pages import Choice, Form, Link, Page, Section
from codebreakers.surfaces.pages.asked import chosen, number
from codebreakers.surfaces.pages.choices import measure_choice
from codebreakers.surfaces.pages.england import SEARCH, search_form
from codebreakers.surfaces.pages.learning import WITHIN
from codebreakers.surfaces.pages.questions import Asked, home
from codebreakers.surfaces.urls import Address

__all__ = ["compare_page", "partners_page", "school_page", "search_page", "similar_page"]

_COMPARED = "schools"
_BESIDE = "beside"
_PLACED = tuple(
    f"school.{name}"
    for name in (
        *("rate", "level", "rank", "place", "alike", "grade"),
        *("destinations", "inspection"),
    )
)


def school_page(asked: Asked, urn: str, given: Mapping[str, str]) -> Page:
    """Return the page of one school.

    Raises
    ------
    UnknownNameError
        No school has this URN that year.
    CannotAnswerError
        The tables held cannot answer.
    """
    choices = (measure_choice(asked.store, asked.year),)
    found = chosen(choices, given)
    first = page_one(asked.store, urn, year=asked.year, measure=found["measure"] or None)
    here = Address(("schools", urn), asked.year)
    return Page(
        here.choosing(found),
        first.name,
        (
            *(_section(first, block) for block in first.blocks),
            Section("Go on", links=_onward(here)),
            Section("Another measure", form=Form(here, choices, found, command=_typed(here))),
        ),
        crumbs=(home(asked),),
        years=asked.years,
        indexed=False,
        made_up=asked.made_up,
    )


def _typed(here: Address) -> str:
    return f"codebreakers school {here.place[1]} --year {here.year} --measure NAME"


def _section(first: PageOne, block: Block) -> Section:
    """Return a block as a part of the page; beside others stand all the figures of the school."""
    if block.id != _BESIDE:
        return Section(block.heading, block.words, block.said, block.table)
    said = (*block.said, *_said(first.school, *_PLACED))
    return Section(block.heading, block.words, said, first.school, pictured=True)


def _onward(here: Address) -> tuple[Link, ...]:
    kind, urn = here.place
    return (
        Link("Similar schools", Address((kind, urn, "similar"), here.year)),
        Link("Schools to talk to", Address((kind, urn, "partners"), here.year)),
        Link("A plan: the five steps", Address((kind, urn, "plan"), here.year)),
        Link("Set it beside others", Address(("compare",), here.year, ((_COMPARED, urn),))),
    )


def _said(table: Table, *names: str) -> tuple[Finding, ...]:
    held = {finding.id: finding for finding in table.findings}
    return tuple(held[name] for name in names if name in held)


def similar_page(asked: Asked, urn: str, given: Mapping[str, str]) -> Page:
    """Return the page of the schools most like one."""
    chosen((), given)
    table = peers(asked.store, urn, year=asked.year)
    here = Address(("schools", urn), asked.year)
    people = population(asked.store, asked.year)
    name = str(people.schools["name"][find_school(people, urn)])
    return Page(
        Address(("schools", urn, "similar"), asked.year),
        f"Schools most like {name}",
        (Section(said=table.findings, table=table),),
        crumbs=(home(asked), Link(name, here)),
        years=asked.years,
        indexed=False,
        made_up=asked.made_up,
    )


def partners_page(asked: Asked, urn: str, given: Mapping[str, str]) -> Page:
    """Return the page of the schools that one may talk to."""
    choices = (WITHIN,)
    found = chosen(choices, given)
    table = partners(asked.store, urn, year=asked.year, within_miles=number(found["within"]))
    here = Address(("schools", urn), asked.year)
    to = Address(("schools", urn, "partners"), asked.year)
    people = population(asked.store, asked.year)
    name = str(people.schools["name"][find_school(people, urn)])
    form = Form(to, choices, found, command=f"codebreakers partners {urn} --year {asked.year}")
    return Page(
        to.choosing({k: v for k, v in found.items() if v != WITHIN.default}),
        f"Schools to talk to: {name}",
        (Section(form=form), Section("The answer", said=table.findings, table=table)),
        crumbs=(home(asked), Link(name, here)),
        years=asked.years,
        indexed=False,
        made_up=asked.made_up,
    )


def search_page(asked: Asked, given: Mapping[str, str]) -> Page:
    """Return the page of the schools that a text nearly fits."""
    text = chosen((SEARCH,), given)[SEARCH.name]
    sections = [Section(form=search_form(asked, text))]
    if text:
        table = search(asked.store, text, year=asked.year)
        sections.append(Section(table.title, table=table))
    return Page(
        Address(("search",), asked.year).choosing({SEARCH.name: text}),
        "Find a school",
        tuple(sections),
        crumbs=(home(asked),),
        years=asked.years,
        indexed=False,
        made_up=asked.made_up,
    )


def compare_page(asked: Asked, given: Mapping[str, str]) -> Page:
    """Return the page of a few schools beside one another.

    Raises
    ------
    CannotAnswerError
        One of them has no result that year.
    """
    choices = (
        Choice(_COMPARED, "Schools", "text", hint=f"Up to {MOST} URNs, with commas between them."),
        measure_choice(asked.store, asked.year),
    )
    found = chosen(choices, given)
    here = Address(("compare",), asked.year)
    form = Form(here, choices, found, button="Set beside one another")
    sections = [Section(form=form)]
    names = [name for name in found[_COMPARED].split(",") if name.strip()]
    if len(names) > 1:
        measure = found["measure"] or None
        table = compare(asked.store, names, year=asked.year, measure=measure)
        sections.append(Section(table.title, table=table, pictured=True))
    return Page(
        here.choosing(found),
        "Schools beside one another",
        tuple(sections),
        crumbs=(home(asked),),
        years=asked.years,
        indexed=False,
        made_up=asked.made_up,
    )
