"""Slopes over years on a terminal: a line a year, and a line drawn where definitions changed."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from codebreakers.estimates import Withheld
from codebreakers.findings import Cell, Column, Table
from codebreakers.surfaces.terminal import console, print_lines, wrapped
from codebreakers.surfaces.trend_card import drawn_line

__all__ = ["print_slopes"]

_SHOWN = {
    "alone": "Meals alone",
    "meals": "At equal results",
    "meals_within_region": "... within region",
}
_WIDE = 24


def print_slopes(table: Table) -> None:
    """Print what ``questions.workforce`` returned for several years.

    Parameters
    ----------
    table : Table
        A row a year.
    """
    out = console()
    out.print(Text(table.title, style="bold"))
    if table.made_up:
        out.print("Example England: a made-up country.")
    for finding in table.findings:
        if ".change." in finding.id:
            print_lines(out, wrapped(finding.sentence, "  "))
    out.print()
    heading = f"{'Results':<9}{'Schools':>8}{'Joined':>8}"
    heading += "".join(f"{words:>{_WIDE}}" for words in _SHOWN.values())
    print_lines(out, [heading], style="bold")
    columns = {column.name: column for column in table.columns}
    for row in table.rows:
        print_lines(out, _year(dict(zip(columns, row, strict=True)), columns))
    out.print()
    for note in table.notes:
        print_lines(out, wrapped(note), style="dim")
    out.print(Text("Slopes of results, and changes: --format csv or json", style="dim"))


def _year(row: dict[str, Cell], columns: dict[str, Column]) -> Iterator[str]:
    """Yield the lines of one year: what changed before it, its slopes, or why there are none."""
    if row["rules_changed"]:
        yield from drawn_line(f"definitions changed: {row['rules_changed']}")
    if row["renamed"]:
        yield f"({row['results']}: {row['renamed']})"
    schools = row["schools"]
    if isinstance(schools, Withheld):
        yield str(row["results"])
        yield from wrapped(f"not shown: {schools.reason}", " " * 9)
        return
    slopes = [_slope(row, name, columns[f"slope_{name}"]) for name in _SHOWN]
    cells = "".join(f"{slope:>{_WIDE}}" for slope in slopes)
    yield f"{row['results']:<9}{schools:>8,}{row['joined_percent']:>7.0f}%{cells}"


def _slope(row: dict[str, Cell], name: str, column: Column) -> str:
    value, low, high = (row[f"{end}slope_{name}"] for end in ("", "low_", "high_"))
    decimals = column.decimals or 0
    if not isinstance(value, float):
        return "-"
    said = f"{value:+,.{decimals}f}"
    if isinstance(low, float) and isinstance(high, float):
        said += f" ({low:,.{decimals}f} to {high:,.{decimals}f})"
    return said
