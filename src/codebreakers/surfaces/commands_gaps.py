"""The command of how far behind disadvantaged pupils are: in one place, by area, over years."""

from __future__ import annotations

from typing import Annotated

import typer

from codebreakers.findings import Table
from codebreakers.questions.gaps import gaps as gaps_question
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
    years_of,
)
from codebreakers.surfaces.trend_card import print_trend

__all__ = ["register"]


def gaps(
    store: StoreOption = None,
    year: YearOption = None,
    measure: MeasureOption = None,
    by: Annotated[
        str, typer.Option("--by", help="A row for each region or authority, and how far apart.")
    ] = "",
    years: Annotated[
        str | None,
        typer.Option(
            "--years",
            help="A row for each of these results years: 2010:2018.",
            show_default=False,
        ),
    ] = None,
    schools: SchoolsOption = None,
    authority: AuthorityOption = "",
    trust: TrustOption = "",
    region: RegionOption = "",
    form: FormatOption = "table",
    seed: SeedOption = 0,
    why: WhyOption = False,
) -> Answer:
    """How far behind are disadvantaged pupils?

    Examples: codebreakers gaps --year 2013;
    codebreakers gaps --year 2013 --by region;
    codebreakers gaps --year 2014 --by authority --region London --format csv;
    codebreakers gaps --years 2010:2018
    """
    held = store_of(store)
    table = gaps_question(
        held,
        year=year_of(year),
        measure=measure,
        scope=scope_of(schools, authority, trust, region),
        by=by,
        years=years_of(years),
        seed=seed,
    )
    card = print_trend if years is not None else None
    return answer(table, held, seed, form, why=why, said=_said(table, by), card=card)


def _said(table: Table, by: str) -> list[str]:
    """Return what is said above the rows: by area, what joins them; the rows say the rest."""
    joins = (".range", ".range_of_gaps", ".chance_removed", ".ratio")
    return [f.id for f in table.findings if not by or f.id.endswith(joins)]


def register(app: typer.Typer) -> None:
    """Add this command to the application."""
    app.command()(gaps)
