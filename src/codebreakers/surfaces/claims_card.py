"""The report on a terminal: each statement with its verdict, and what moves it."""

from __future__ import annotations

from rich.padding import Padding
from rich.text import Text

from codebreakers.findings import Table
from codebreakers.surfaces.terminal import console

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
        out.print(Text(shown["statement"]))
        we_get = shown["we_get"] + (f" ({shown['results_year']})" if shown["results_year"] else "")
        out.print(
            Padding(
                Text.assemble(
                    f"It said {shown['said']}; as published we get {we_get}: ",
                    (shown["verdict"], "bold"),
                ),
                (0, 0, 0, 4),
                expand=False,
            )
        )
        if shown["why"]:
            out.print(Padding(Text(shown["why"], style="dim"), (0, 0, 0, 4), expand=False))
    out.print()
    for finding in table.findings:
        if finding.id.startswith("claims."):
            out.print(Text(finding.sentence))
    for note in table.notes:
        out.print(Text(note, style="dim"))
