"""The command that changes the measure: league."""

from __future__ import annotations

from typing import Annotated

import typer

from codebreakers.questions.league import CORRELATION, ROWS, THRESHOLD
from codebreakers.questions.league import league as league_question
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
    YearOption,
    scope_of,
    store_of,
    year_of,
)

__all__ = ["register"]


def league(
    store: StoreOption = None,
    year: YearOption = None,
    old: Annotated[
        str | None,
        typer.Option(
            "--old",
            help="Ranked by before: a measure, or a CSV file that score wrote. "
            "[default: the measure of the year]",
            show_default=False,
        ),
    ] = None,
    new: Annotated[
        str | None,
        typer.Option(
            "--new",
            help="Ranked by after: a measure, a sum such as 0.4*p8_english+0.6*p8_maths, a TOML "
            "file of weights, or a CSV file that score wrote. "
            "[default: value added to 2015, then progress8]",
            show_default=False,
        ),
    ] = None,
    old_year: Annotated[
        str | None,
        typer.Option(
            "--old-year",
            help="Results year of the old measure. [default: that of the new]",
            show_default=False,
        ),
    ] = None,
    threshold: Annotated[
        float, typer.Option("--threshold", help="Percentile points of a fall that is counted.")
    ] = THRESHOLD,
    by: Annotated[
        str | None,
        typer.Option(
            "--by",
            help=f"A row for each: {', '.join(ROWS)}. [default: threshold; school where some are "
            "asked about]",
            show_default=False,
        ),
    ] = None,
    group: Annotated[str, typer.Option("--group", help="Which pupils.")] = "all",
    correlation: Annotated[
        float,
        typer.Option(
            "--correlation", help="Of a school's luck in two results of the same pupils, 0 to 1."
        ),
    ] = CORRELATION,
    by_urn: Annotated[
        bool,
        typer.Option("--by-urn", help="Do not follow a school that was given another URN."),
    ] = False,
    schools: SchoolsOption = None,
    authority: AuthorityOption = "",
    trust: TrustOption = "",
    region: RegionOption = "",
    form: FormatOption = "table",
    seed: SeedOption = 0,
    why: WhyOption = False,
) -> Answer:
    """Who moves when the measure changes? Schools ranked by one measure, then by another.

    Examples: codebreakers league --year 2014 --threshold 30 --by region;
    codebreakers league --year 2016 --old five_good_gcses --old-year 2015;
    codebreakers league --new "0.4*p8_english+0.6*p8_maths" --authority Birmingham;
    codebreakers league --old attainment8.csv --new reform.csv
    """
    held = store_of(store)
    table = league_question(
        held,
        year=year_of(year),
        old=old,
        new=new,
        old_year=year_of(old_year),
        threshold=threshold,
        by=by,
        group=group,
        correlation=correlation,
        by_urn=by_urn,
        scope=scope_of(schools, authority, trust, region),
        seed=seed,
    )
    once = {f.sentence: f.id for f in reversed(table.findings)}
    said = [f.id for f in table.findings if f.id in once.values() and not _of_one_region(f.id)]
    return answer(table, held, seed, form, why=why, said=said)


def _of_one_region(finding: str) -> bool:
    """Whether a finding says of one region what --by region shows of all."""
    return finding.startswith("league.fallers.") and not finding.endswith(("share", "fifth"))


def register(app: typer.Typer) -> None:
    """Add this command to the application."""
    app.command()(league)
