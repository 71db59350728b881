"""What is wrong with the tables, on a terminal: a line or two a finding, the gravest first."""

from __future__ import annotations

from itertools import groupby

from rich.text import Text

from codebreakers.findings import Table
from codebreakers.surfaces.terminal import console, print_lines, wrapped

__all__ = ["print_checks"]

_HEADINGS = {
    "wrong": "WRONG: would mislead an answer",
    "look": "LOOK: should be looked at",
    "note": "NOTE: as it should be, or does no harm",
}


def print_checks(table: Table) -> None:
    """Print what ``questions.data.checks`` returned.

    Parameters
    ----------
    table : Table
        The checks, the gravest first.
    """
    out = console()
    out.print(Text(table.title, style="bold"))
    if table.made_up:
        out.print("Example England: a made-up country.")
    names = [column.name for column in table.columns]
    shown = [{name: table.shown(row, i) for i, name in enumerate(names)} for row in table.rows]
    for severity, found in groupby(shown, key=lambda one: one["severity"]):
        out.print()
        out.print(Text(_HEADINGS.get(severity, severity), style="bold"))
        for one in found:
            print_lines(out, wrapped(one["found"], "  "))
            if one["example"]:
                rows = f"  (all: codebreakers checks --rows {one['id']})" if one["id"] else ""
                print_lines(out, wrapped(f"for example {one['example']}{rows}", " " * 6))
    out.print()
    for note in table.notes:
        print_lines(out, wrapped(note), style="dim")
