"""The page of what a school might do next: the statement's parts, before a word is answered."""

from __future__ import annotations

from collections.abc import Mapping

from codebreakers.profiles.plan import Part, plan
from codebreakers.surfaces.pages import Link, Page, Section
from codebreakers.surfaces.pages.asked import chosen
from codebreakers.surfaces.pages.questions import Asked, home
from codebreakers.surfaces.urls import Address

__all__ = ["plan_page"]

_HOW = (
    "This is the blank form: nothing can be written here. A school answers in a file of its own, "
    "and gets the statement as a Word document or PDF with these figures and its words."
)


def plan_page(asked: Asked, urn: str, given: Mapping[str, str]) -> Page:
    """Return the page of one school's blank plan.

    Raises
    ------
    UnknownNameError
        No school has this URN that year.
    CannotAnswerError
        The tables held cannot answer.
    """
    chosen((), given)
    made = plan(asked.store, urn, year=asked.year)
    here = Address(("schools", urn), asked.year)
    command = f"codebreakers plan {urn} --year {asked.year} --init --to plan.toml"
    return Page(
        Address(("schools", urn, "plan"), asked.year),
        f"A plan for {made.page.name}",
        (Section(prose=(_HOW,), command=command), *(_section(part) for part in made.parts)),
        crumbs=(home(asked), Link(made.page.name, here)),
        years=asked.years,
        indexed=False,
        made_up=asked.made_up,
    )


def _section(part: Part) -> Section:
    return Section(part.heading, part.words, (*part.said, *part.beside), part.table)
