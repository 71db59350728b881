"""The page of a single question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from codebreakers.errors import UnknownNameError
from codebreakers.findings import Table
from codebreakers.findings.disclosure import cite
from codebreakers.sources import academic_year
from codebreakers.store import Store
from codebreakers.store.locations import locations
from codebreakers.surfaces.pages import Form, Link, Page, Places, Section
from codebreakers.surfaces.pages.asked import chosen
from codebreakers.surfaces.pages.declared import QUESTIONS
from codebreakers.surfaces.urls import Address

__all__ = ["Asked", "home", "question_page"]

ROWS_AT_FIRST = 400


@dataclass(frozen=True, slots=True)
class Asked:
    """Where and when a page is asked for: what all pages of a store share."""

    store: Store
    year: int
    years: tuple[int, ...]
    made_up: bool

    @property
    def country(self) -> str:
        """What the country is called."""
        return "Example England" if self.made_up else "England"


def home(asked: Asked) -> Link:
    """Return the way back to the country's page."""
    return Link(f"{asked.country}, {academic_year(asked.year)}", Address((), asked.year))


def question_page(asked: Asked, name: str, given: Mapping[str, str]) -> Page:
    """Return the page of a question.

    Parameters
    ----------
    asked : Asked
        Of which store and year.
    name : str
        Of `QUESTIONS`.
    given : mapping of str to str
        What was chosen in the address.

    Raises
    ------
    UnknownNameError
        There is no such question, choice or option.
    CodebreakersError
        Whatever the question says.
    """
    if name not in QUESTIONS:
        raise UnknownNameError("question", name, list(QUESTIONS))
    question = QUESTIONS[name]
    choices = question.choices(asked.store, asked.year)
    found = chosen(choices, given)
    table = question.ask(asked.store, asked.year, found)
    usual = {choice.name: choice.default for choice in choices}
    address = Address(("questions", name), asked.year).choosing(
        {key: value for key, value in found.items() if value != usual[key]}
    )
    form = Form(
        Address(("questions", name), asked.year),
        choices,
        found,
        live=question.live,
        command=question.typed(asked.year),
    )
    return Page(
        address,
        question.words,
        (
            Section(prose=(question.what,), form=form if choices else None),
            Section("The answer", said=tuple(f for f in table.findings if question.said(f))),
            Section(
                table.title,
                table=table,
                pictured=True,
                places=_places(asked.store, table),
                first_rows=ROWS_AT_FIRST,
            ),
        ),
        crumbs=(home(asked),),
        years=asked.years,
        made_up=asked.made_up or table.made_up,
    )


def _places(store: Store, table: Table) -> Places | None:
    """Return where the schools of a list are; None of another table, or where none is held."""
    if not {"school_urn", "region"} <= {column.name for column in table.columns}:
        return None
    held = locations(store)
    return Places(held, cite(store.releases(), held.releases)) if len(held) else None
