"""The commands of whom to learn from: partners, life."""

from __future__ import annotations

from typing import Annotated

import typer

from codebreakers.errors import RequestError
from codebreakers.findings import Table
from codebreakers.questions.life import life as life_question
from codebreakers.questions.partners import CAPACITY, WITHIN_MILES, pairing
from codebreakers.questions.partners import partners as partners_question
from codebreakers.surfaces.answering import Answer, answer
from codebreakers.surfaces.options import (
    AuthorityOption,
    FormatOption,
    MeasureOption,
    RegionOption,
    SchoolsOption,
    SeedOption,
    StoreOption,
    TrustOption,
    WhyOption,
    YearOption,
    scope_of,
    store_of,
    year_of,
)

__all__ = ["register"]

_SAID_OF_EACH = 5  # schools of whom more than their row is said


def partners(
    name: Annotated[
        str | None, typer.Argument(help="A school: name, postcode or URN.", show_default=False)
    ] = None,
    national: Annotated[
        bool, typer.Option("--national", help="Pair every school below its benchmark with one.")
    ] = False,
    within: Annotated[
        float, typer.Option("--within", help="Miles, in a straight line.")
    ] = WITHIN_MILES,
    capacity: Annotated[
        int | None,
        typer.Option(
            "--capacity",
            help="Of a pairing: how many schools each may be paired with. [default: 5]",
            show_default=False,
            min=1,
        ),
    ] = None,
    store: StoreOption = None,
    year: YearOption = None,
    measure: MeasureOption = None,
    schools: SchoolsOption = None,
    authority: AuthorityOption = "",
    trust: TrustOption = "",
    region: RegionOption = "",
    form: FormatOption = "table",
    seed: SeedOption = 0,
    why: WhyOption = False,
) -> Answer:
    """Schools to talk to: of one school, or every school below its benchmark paired with one.

    Examples: codebreakers partners 103519 --year 2013 --within 150;
    codebreakers partners --national --capacity 5 --within 75 --year 2013;
    codebreakers partners --schools ours.csv; codebreakers partners --authority Birmingham
    """
    held, when = store_of(store), year_of(year)
    scope = scope_of(schools, authority, trust, region)
    if (name is not None) + (national or not scope.is_everything) != 1:
        raise RequestError(
            "Name one school, or ask for a pairing: --national, --schools, --authority, --trust or "
            "--region.",
            remedy="See: codebreakers partners --help",
        )
    if name is None:
        table = pairing(
            held,
            capacity=CAPACITY if capacity is None else capacity,
            within_miles=within,
            year=when,
            measure=measure,
            scope=scope,
            seed=seed,
        )
        return answer(table, held, seed, form, why=why)
    if capacity is not None:
        raise RequestError("--capacity is of a pairing, and one school is named: leave it out.")
    table = partners_question(
        held, name, within_miles=within, year=when, measure=measure, seed=seed
    )
    wider = [] if len(table) else [_wider(table, name, within)]
    return answer(table, held, seed, form, why=why, said=_said(table), next_commands=wider)


def _said(table: Table) -> list[str]:
    """Return what is said above the rows: of each school where they are few."""
    named = [f.id for f in table.findings if f.id.removeprefix("partners.").isdigit()]
    every = [f.id for f in table.findings]
    return every if len(named) <= _SAID_OF_EACH else [id_ for id_ in every if id_ not in named]


def _wider(table: Table, name: str, within: float) -> str:
    year = table["partners.count"].year
    return f"codebreakers partners {name} --year {year} --within {2 * within:g}   a wider search"


def life(
    store: StoreOption = None,
    year: YearOption = None,
    measure: MeasureOption = None,
    form: FormatOption = "table",
    seed: SeedOption = 0,
    why: WhyOption = False,
) -> Answer:
    """Life, not just exams: do code breakers' pupils also stay on, beside similar schools?

    The year is that of the pupils' results; where they went is published two years later.

    Examples: codebreakers life --year 2015; codebreakers life --format json
    """
    held = store_of(store)
    table = life_question(held, year=year_of(year), measure=measure, seed=seed)
    return answer(table, held, seed, form, why=why)


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    app.command()(partners)
    app.command()(life)
