"""Answers on a terminal: at most 100 columns, colour never alone, answers on stdout."""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Iterable

from rich import box
from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from codebreakers.estimates import Withheld
from codebreakers.findings import Cell, Finding, Run, Table

__all__ = ["FORMATS", "WIDTH", "console", "print_lines", "print_rows", "print_table", "wrapped"]

FORMATS = ("table", "json", "csv")
WIDTH = 100
MOST_ROWS = 40
_SHORT = 24  # characters of a reason that stands in its cell


def console(*, stderr: bool = False) -> Console:
    """Return a console no wider than `WIDTH`, for answers or for messages."""
    found = Console(stderr=stderr, highlight=False)
    # What is piped has no width of its own: it gets the whole of ours.
    if not found.is_terminal or found.width > WIDTH:
        found.width = WIDTH
    return found


def print_table(
    table: Table,
    run: Run,
    form: str,
    *,
    why: bool = False,
    said: Iterable[str] | None = None,
    next_commands: Iterable[str] = (),
) -> None:
    """Print an answer in one of `FORMATS`.

    Parameters
    ----------
    table : Table
        The answer.
    run : Run
        What the run was.
    form : str
        ``table``, ``json`` or ``csv``.
    why : bool
        Whether to print each finding's definition, caveats and source below.
    said : iterable of str, optional
        Ids of the findings to say above the rows; all by default.
    next_commands : iterable of str
        What to type next.
    """
    if form == "json":
        json.dump(table.to_json(run), sys.stdout, ensure_ascii=False, indent=2, allow_nan=False)
        sys.stdout.write("\n")
        return
    if form == "csv":
        sys.stdout.write(table.to_csv())
        return
    out = console()
    out.print(Text(table.title, style="bold"))
    if table.made_up:
        out.print("Example England: a made-up country.")
    wanted = set(said) if said is not None else None
    findings = [f for f in table.findings if wanted is None or f.id in wanted]
    for finding in findings:
        print_lines(out, wrapped(finding.sentence, "  "))
    print_rows(out, table)
    notes = [*dict.fromkeys(c for f in findings for c in f.caveats), *table.notes]
    for note in notes:
        print_lines(out, wrapped(note), style="dim")
    if why:
        _print_why(out, findings)
    elif findings:
        out.print(Text("How each figure is made, and from which file: add --why", style="dim"))
    _print_next(out, next_commands)


def print_rows(out: Console, table: Table) -> None:
    """Print the rows of a table that a screen has room for, and why a figure is not shown."""
    if not table.rows:
        return
    drawn = RichTable(box=box.SIMPLE_HEAD, pad_edge=False)
    shown = [i for i, column in enumerate(table.columns) if column.screen]
    for i in shown:
        numeric = any(isinstance(row[i], int | float) for row in table.rows)
        # Numbers are never broken over lines; words are.
        drawn.add_column(
            table.columns[i].heading,
            justify="right" if numeric else "left",
            no_wrap=numeric or table.columns[i].name.endswith("_urn"),
        )
    reasons: dict[str, int] = {}
    for row in table.rows[:MOST_ROWS]:
        drawn.add_row(*(Text(_cell(table, row, i, reasons)) for i in shown))
    out.print(drawn)
    for reason, number in reasons.items():
        print_lines(out, wrapped(f"({number}) Not shown: {reason}."))
    if len(table.rows) > MOST_ROWS:
        left = len(table.rows) - MOST_ROWS
        out.print(f"... and {left:,} more rows: --format csv prints them all.")


def _cell(table: Table, row: tuple[Cell, ...], index: int, reasons: dict[str, int]) -> str:
    """Return a cell as it is shown; a long reason for there being none is put below the rows."""
    cell = row[index]
    if not isinstance(cell, Withheld) or len(cell.reason) <= _SHORT:
        return table.shown(row, index)
    return f"not shown ({reasons.setdefault(cell.reason, len(reasons) + 1)})"


def _print_why(out: Console, findings: list[Finding]) -> None:
    for finding in findings:
        out.print()
        out.print(Text(finding.id, style="bold"))
        print_lines(out, wrapped(finding.definition, "  "))
        for source in finding.provenance:
            said = (
                f"From {source.title}, {source.publisher}, {source.licence}: {source.file} "
                f"({source.status}, sha256 {source.sha256[:12]})"
            )
            print_lines(out, wrapped(said, "  "))


def _print_next(out: Console, commands: Iterable[str]) -> None:
    lines = list(commands)
    if lines:
        out.print()
        out.print("Next:")
        print_lines(out, (f"  {line}" for line in lines))


def print_lines(out: Console, lines: Iterable[str], *, style: str = "") -> None:
    """Print lines as they stand: nothing in them is markup, and none is broken again."""
    for line in lines:
        out.print(Text(line, style=style), soft_wrap=True)


def wrapped(text: str, indent: str = "", *, width: int = WIDTH) -> list[str]:
    """Return text in lines of at most `width`, each begun with `indent`."""
    return textwrap.wrap(
        text,
        width,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
