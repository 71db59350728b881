"""The command of the disadvantage gap index: gap-index."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from codebreakers.findings import Run
from codebreakers.questions.gap_index import gap_index as gap_index_question
from codebreakers.store.pupil_duckdb import MEMORY
from codebreakers.surfaces.answering import Answer
from codebreakers.surfaces.options import FormatOption, QuietOption, WhyOption, years_of
from codebreakers.surfaces.progress import progress

__all__ = ["register"]


def gap_index(
    folder: Annotated[str, typer.Argument(help="Of pupil records.", metavar="DIR")],
    years: Annotated[
        str | None,
        typer.Option(
            "--years", help="Results years: 2014:2018, or one. [default: all]", show_default=False
        ),
    ] = None,
    engine: Annotated[
        str, typer.Option("--engine", help="duckdb, or Spark: local[2], spark://HOST:7077.")
    ] = "duckdb",
    memory: Annotated[str, typer.Option("--memory", help="The most that DuckDB takes.")] = MEMORY,
    form: FormatOption = "table",
    why: WhyOption = False,
    quiet: QuietOption = False,
) -> Answer:
    """How far behind are disadvantaged pupils in rank? Year by year, from exam entries.

    Examples: codebreakers gap-index records;
    codebreakers gap-index records --years 2017:2024 --to index.csv
    """
    wanted = years_of(years) or []
    with progress(quiet, "Ranking", total=len(wanted) or None) as step:
        table = gap_index_question(
            folder, years=wanted, engine=engine, memory=memory, progress=step
        )
    return Answer(table, Run(version("codebreakers"), 0, Path(folder).name, ()), form, why)


def register(app: typer.Typer) -> None:
    """Add this command to the application."""
    app.command("gap-index")(gap_index)
