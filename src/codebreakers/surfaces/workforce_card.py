"""Slopes over years on a terminal: a line a year, and a line drawn where definitions changed."""

from __future__ import annotations

from collections.abc import Iterator

from codebreakers.estimates import Withheld
from codebreakers.findings import Cell, Column, Table
from codebreakers.surfaces.terminal import wrapped
from codebreakers.surfaces.trend_card import drawn_line, print_years

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
    heading = f"{'Results':<9}{'Schools':>8}{'Joined':>8}"
    heading += "".join(f"{words:>{_WIDE}}" for words in _SHOWN.values())
    columns = {column.name: column for column in table.columns}
    print_years(
        table,
        heading,
        lambda row: _year(row, columns),
        "Slopes of results, and changes: --format csv or json",
    )


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
