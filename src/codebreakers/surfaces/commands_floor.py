"""The command of the least that was expected of a school: floor."""

from __future__ import annotations

from typing import Annotated

import typer

from codebreakers.findings import Table
from codebreakers.questions.floor import floor as floor_question
from codebreakers.surfaces.answering import Answer, answer
from codebreakers.surfaces.options import (
    AuthorityOption,
    FormatOption,
    RegionOption,
    SchoolsOption,
    SeedOption,
    StoreOption,
    TrustOption,
    WhyOption,
    scope_of,
    store_of,
    years_of,
)

__all__ = ["register"]


def floor(
    store: StoreOption = None,
    years: Annotated[
        str | None,
        typer.Option(
            "--years",
            help="Results years: 2014:2018, or one. [default: the five newest with a standard]",
            show_default=False,
        ),
    ] = None,
    run: Annotated[
        int | None,
        typer.Option(
            "--run",
            help="Only schools below in every year that could be judged of the last so many. "
            "[default: none; 3 with --coasting]",
            show_default=False,
        ),
    ] = None,
    after: Annotated[
        bool,
        typer.Option("--after", help="What came after, beside equally low schools."),
    ] = False,
    coasting: Annotated[
        bool, typer.Option("--coasting", help="By the coasting rule and not the floor's.")
    ] = False,
    everyone: Annotated[
        bool, typer.Option("--all", help="A row for every school, below or not.")
    ] = False,
    schools: SchoolsOption = None,
    authority: AuthorityOption = "",
    trust: TrustOption = "",
    region: RegionOption = "",
    form: FormatOption = "table",
    seed: SeedOption = 0,
    why: WhyOption = False,
) -> Answer:
    """Below the floor, year after year: who was, how surely, and what came after.

    Examples: codebreakers floor --years 2014:2018 --run 5;
    codebreakers floor --years 2014 --authority Birmingham;
    codebreakers floor --years 2014:2018 --after;
    codebreakers floor --coasting --schools ours.csv --format csv
    """
    held = store_of(store)
    table = floor_question(
        held,
        years=years_of(years),
        run=run,
        standard="coasting" if coasting else "floor",
        after=after,
        everyone=everyone,
        scope=scope_of(schools, authority, trust, region),
        seed=seed,
    )
    return answer(table, held, seed, form, why=why, said=_said(table))


def _said(table: Table) -> list[str]:
    """Return what is said above the rows: of one year everything, of several what joins them."""
    of_years = [f.id for f in table.findings if f.id.split(".")[2:3] not in ([], ["count"])]
    years = {name.split(".")[2] for name in of_years if ".below." in name}
    if len(years) == 1:
        return of_years + [f.id for f in table.findings if f.id.endswith(".judged")]
    brief = ("count", "published", "provisional")
    return [
        f.id
        for f in table.findings
        if f.id not in of_years or ".below." not in f.id or f.id.endswith(brief)
        if f.id.split(".")[1:] != ["below", "count"]
    ]


def register(app: typer.Typer) -> None:
    """Add this command to the application."""
    app.command()(floor)
