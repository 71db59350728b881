"""The report on a terminal: each statement with its verdict, and what moves it."""

from __future__ import annotations

from rich.text import Text

from codebreakers.findings import Table
from codebreakers.surfaces.terminal import console, print_lines, wrapped

__all__ = ["print_claims"]


def print_claims(table: Table) -> None:
    """Print what ``profiles.claims`` returned, a short block a statement.

    Parameters
    ----------
    table : Table
        The claims.
    """
    out = console()
    out.print(Text(table.title, style="bold"))
    if table.made_up:
        out.print("Example England: a made-up country.")
    names = [column.name for column in table.columns]
    for row in table.rows:
        shown = {name: table.shown(row, i) for i, name in enumerate(names)}
        out.print()
        print_lines(out, wrapped(shown["statement"]))
        we_get = shown["we_get"] + (f" ({shown['results_year']})" if shown["results_year"] else "")
        got = f"It said {shown['said']}; as published we get {we_get}: {shown['verdict']}."
        print_lines(out, wrapped(got, " " * 4))
        print_lines(out, wrapped(shown["why"], " " * 4), style="dim")
    out.print()
    for finding in table.findings:
        if finding.id.startswith("claims."):
            out.print(Text(finding.sentence))
    for note in table.notes:
        print_lines(out, wrapped(note), style="dim")
