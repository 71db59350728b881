"""The command that takes pupil records in: records."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from codebreakers.errors import CannotAnswerError
from codebreakers.store.pupil_ingest import MEMORY, MOST_REJECTED, RecordsYear, ingest_records
from codebreakers.surfaces.options import QuietOption
from codebreakers.surfaces.progress import progress
from codebreakers.surfaces.terminal import console, print_lines

__all__ = ["register"]


def records(
    folder: Annotated[Path, typer.Argument(help="With files of pupils and of entries.")],
    to: Annotated[Path, typer.Option("--to", help="The folder of records to make or add to.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Write years that are there anew.")
    ] = False,
    accept: Annotated[
        bool,
        typer.Option(
            "--accept",
            help=f"Take a year in though more than {MOST_REJECTED:.0%} of its rows are rejected.",
        ),
    ] = False,
    memory: Annotated[str, typer.Option("--memory", help="The most that DuckDB takes.")] = MEMORY,
    quiet: QuietOption = False,
) -> None:
    """Take in pupil records from CSV or Parquet: pupils, and their exam entries.

    Rows that are wrong are not taken in: they stand in DIR/rejects with the reason.

    Examples: codebreakers records holdings --to records;
    codebreakers records holdings --to records --replace
    """
    with progress(quiet, "Taking in") as step:
        done = ingest_records(
            folder, to, replace=replace, accept=accept, memory=memory, progress=step
        )
    if not quiet:
        lines = [line for year in done for line in _lines(year, to)]
        if any(year.state != "refused" for year in done):
            lines.append(f"Next: codebreakers score {to}, codebreakers gap-index {to}")
        print_lines(console(stderr=True), lines)
    refused = [str(year.year or "rows without a year") for year in done if year.state == "refused"]
    if refused:
        raise CannotAnswerError(
            f"Not taken in: {', '.join(refused)}.",
            remedy=f"Mend what stands in {to / 'rejects'}, and ask again; to take in a year of "
            f"which more than {MOST_REJECTED:.0%} of the rows are rejected: --accept.",
        )


def _lines(year: RecordsYear, to: Path) -> list[str]:
    """Return what is said of one year: what was read, and what was rejected for which reason."""
    name = "Rows without a results year" if year.year is None else str(year.year)
    if year.state == "kept":
        return [f"{name}: was there, and is kept as it is (--replace writes it anew)."]
    state = {"new": "taken in", "replaced": "taken in, in place of what was there"}
    taken = {table: year.read[table] - sum(year.rejected[table].values()) for table in year.read}
    lines = [f"{name}: {state.get(year.state, 'not taken in')}."]
    for table, reasons in year.rejected.items():
        lines.append(
            f"  {table}: {year.read[table]:,} rows, {taken[table]:,} of them right"
            + (f"; {_percent(year.share(table))} rejected:" if reasons else ".")
        )
        lines += [f"    {rows:>9,}  {reason}" for reason, rows in reasons.items()]
    if any(year.rejected.values()):
        folder = to / "rejects" / f"year={year.year or 'unknown'}"
        lines.append(f"  They stand in {folder}, each with its reason, file and row.")
    return lines


def _percent(share: float) -> str:
    return f"{share:.1%}" if share >= 0.001 else "under 0.1%"


def register(app: typer.Typer) -> None:
    """Add this command to the application."""
    app.command()(records)
