"""Who can a school learn from? Similar schools on evidence, near enough to talk to."""

from __future__ import annotations

from codebreakers.findings import Table
from codebreakers.findings.disclosure import tabulate
from codebreakers.findings.words import age
from codebreakers.inference.levels import DRAWS
from codebreakers.measures.held import resolve
from codebreakers.peers.population import population
from codebreakers.peers.search import find_school
from codebreakers.questions.partners.field import Field, field_of
from codebreakers.questions.partners.listing import columns, rows
from codebreakers.questions.partners.national import CAPACITY, pairing
from codebreakers.questions.partners.offers import (
    MOST_NAMED,
    WITHIN_MILES,
    Candidate,
    Offer,
    miles_asked,
    offer_of,
)
from codebreakers.questions.partners.said import about_of, findings_of
from codebreakers.sources import academic_year
from codebreakers.store import Store

__all__ = [
    "CAPACITY",
    "MOST_NAMED",
    "WITHIN_MILES",
    "Candidate",
    "Field",
    "Offer",
    "about_of",
    "field_of",
    "findings_of",
    "offer_of",
    "pairing",
    "partners",
]


def partners(
    store: Store,
    name: str,
    *,
    within_miles: float = WITHIN_MILES,
    year: int | str | None = None,
    measure: str | None = None,
    draws: int = DRAWS,
    seed: int = 0,
) -> Table:
    """Return the schools that one school may talk to.

    Parameters
    ----------
    store : Store
        Where to read.
    name : str
        URN, postcode, or name or part of it.
    within_miles : float
        How far, in a straight line.
    year : int or str, optional
        Results year; by default the newest that can answer.
    measure : str, optional
        Name of a measure; by default the one of the year.
    draws : int
        Of the schools' true levels.
    seed : int
        Settles ties, and of the draws.

    Returns
    -------
    Table
        A row a school to talk to, in order of name: none where there is none, and then
        ``partners.count`` says why and what the nearest miss is. Findings ``partners.count``,
        ``partners.<URN>`` of each, and ``partners.aside`` where schools with the evidence were
        set aside.

    Raises
    ------
    UnknownNameError, RequestError
        No school fits the name, or several do; the distance is none.
    CannotAnswerError
        The tables held cannot answer.
    """
    within = miles_asked(within_miles)
    with store.reading():
        counted, when = resolve(store, measure, year, "disadvantaged")
        people = population(store, when)
        row = find_school(people, name)
        field = field_of(store, counted, when, draws=draws, seed=seed)
        offer = offer_of(field, row, within=within)
        found = tuple(findings_of(offer, about_of(field)))
        listed = list(rows(offer))
        made_up = any(r.made_up for r in store.releases())
    return tabulate(
        "partners",
        f"Schools to talk to: {people.schools['name'][row]}, URN {people.keys[row]}, "
        f"{academic_year(when)}",
        columns(field),
        listed,
        findings=found,
        notes=(
            age(when),
            (
                '"Unlike": standard deviations apart on what schools are matched on; 0 is alike. '
                '"Higher by": of the true levels of disadvantaged pupils, allowing for chance. A '
                "difference is not an effect of the school."
            ),
        ),
        made_up=made_up,
    )
