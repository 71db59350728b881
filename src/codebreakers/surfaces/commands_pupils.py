"""The commands of pupil records: example, score."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from codebreakers.findings import Run
from codebreakers.measures.scoring.declared import SHIPPED
from codebreakers.profiles.example_pupils import LAST_YEAR, MOST_YEARS, write_pupils
from codebreakers.questions.pupils import release
from codebreakers.store.pupil_duckdb import MEMORY
from codebreakers.surfaces.answering import Answer
from codebreakers.surfaces.export import form_of, write
from codebreakers.surfaces.export.whole import refuse
from codebreakers.surfaces.options import FormatOption, QuietOption, WhyOption, years_of
from codebreakers.surfaces.progress import progress
from codebreakers.surfaces.terminal import console, print_lines

__all__ = ["register"]


def example(
    to: Annotated[Path, typer.Option("--to", help="The folder to make.")],
    pupils: Annotated[int, typer.Option("--pupils", help="Pupils a year.")] = 600_000,
    years: Annotated[
        int,
        typer.Option(
            "--years", help=f"How many years, the last {LAST_YEAR}.", min=1, max=MOST_YEARS
        ),
    ] = 1,
    seed: Annotated[int, typer.Option("--seed", help="Of everything drawn.", min=0)] = 2014,
    quiet: QuietOption = False,
) -> None:
    """Write made-up pupil records, whose truth is known: pupils and their exam entries.

    Example: codebreakers example --pupils 600000 --years 15 --to records
    """
    wanted = range(LAST_YEAR - years + 1, LAST_YEAR + 1)
    with progress(quiet, "Making pupils", total=years) as step:
        write_pupils(to, seed=seed, pupils=pupils, years=wanted, progress=step)
    print_lines(
        console(stderr=True),
        [
            f"Written: {to}, {pupils:,} made-up pupils in each of {years} years.",
            f"Next: codebreakers score {to} --measure progress8",
        ],
    )


def score(
    folder: Annotated[str, typer.Argument(help="Of pupil records.", metavar="DIR")],
    measure: Annotated[
        str,
        typer.Option("--measure", help=f"{', '.join(SHIPPED)}; or a TOML file that declares one."),
    ] = "attainment8",
    years: Annotated[
        str | None,
        typer.Option(
            "--years", help="Results years: 2014:2018, or one. [default: all]", show_default=False
        ),
    ] = None,
    by: Annotated[
        str, typer.Option("--by", help="disadvantaged: these and other pupils apart too.")
    ] = "",
    areas: Annotated[
        Path | None,
        typer.Option(
            "--areas",
            help="Authorities and regions too: CSV with columns school, authority, region.",
            show_default=False,
        ),
    ] = None,
    rounding: Annotated[
        int, typer.Option("--round", help="Counts to the nearest so many; 5 is usual.", min=0)
    ] = 0,
    audit: Annotated[
        Path | None,
        typer.Option(
            "--audit",
            help="Write what is withheld and why to this file: not for publication.",
            show_default=False,
        ),
    ] = None,
    engine: Annotated[
        str, typer.Option("--engine", help="duckdb, or Spark: local[2], spark://HOST:7077.")
    ] = "duckdb",
    memory: Annotated[str, typer.Option("--memory", help="The most that DuckDB takes.")] = MEMORY,
    keep: Annotated[
        Path | None,
        typer.Option(
            "--keep",
            help="Folder of finished years, with nothing withheld in it. [default: DIR/scored]",
            show_default=False,
        ),
    ] = None,
    form: FormatOption = "table",
    why: WhyOption = False,
    quiet: QuietOption = False,
) -> Answer:
    """What do the pupil records say? Any measure, school by school, from exam entries.

    Examples: codebreakers score records --measure progress8 --to schools.csv;
    codebreakers score records --measure reform.toml --years 2022:2024;
    codebreakers score records --by disadvantaged --areas areas.csv --round 5 --audit audit.csv;
    codebreakers score records --engine "local[2]"
    """
    wanted = years_of(years) or ()
    if audit is not None:
        form_of(audit)
        refuse(audit)
    with progress(quiet, "Scoring", total=len(wanted) or None) as step:
        table, withheld = release(
            folder,
            measure,
            years=list(wanted),
            by=by,
            areas=areas,
            rounding=rounding,
            engine=engine,
            memory=memory,
            keep=keep,
            progress=step,
        )
    run = Run(version("codebreakers"), 0, Path(folder).name, ())
    if audit is not None:
        write(withheld, run, audit)
        print_lines(console(stderr=True), [f"Written: {audit}, which is not for publication."])
    return Answer(table, run, form, why)


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    for command in (example, score):
        app.command()(command)
