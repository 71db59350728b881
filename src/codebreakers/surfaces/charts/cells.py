"""What the rows of a table hold, by name: figures with their ranges, words, reasons."""

from __future__ import annotations

from collections.abc import Mapping

from codebreakers.estimates import Estimate, Figure, Withheld
from codebreakers.findings import Cell, Finding, Table

__all__ = ["figure", "held", "number", "records", "text"]


def records(table: Table) -> list[dict[str, Cell]]:
    """Return each row by the names of its columns."""
    names = [column.name for column in table.columns]
    return [dict(zip(names, row, strict=True)) for row in table.rows]


def figure(record: Mapping[str, Cell], value: str, low: str = "", high: str = "") -> Figure:
    """Return a row's figure with its range from its cells.

    Parameters
    ----------
    record : mapping of str to Cell
        The row.
    value, low, high : str
        Names of columns; a range of which an end is withheld or missing is none.
    """
    cell = record.get(value)
    if isinstance(cell, Withheld):
        return cell
    if not isinstance(cell, int | float) or isinstance(cell, bool):
        return Withheld("not-held")
    ends = [record.get(name) for name in (low, high)]
    numbers = [float(e) for e in ends if isinstance(e, int | float)]
    if len(numbers) < 2:
        why = next((e.reason for e in ends if isinstance(e, Withheld)), "")
        return Estimate(float(cell), no_interval=why)
    return Estimate(float(cell), numbers[0], numbers[1])


def text(record: Mapping[str, Cell], name: str) -> str:
    """Return a row's words in a column; '' where it has none."""
    cell = record.get(name)
    return cell if isinstance(cell, str) else ""


def number(cell: Cell) -> float | None:
    """Return a cell as a number; None where it holds none."""
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return None
    return float(cell)


def held(table: Table) -> dict[str, Finding]:
    """Return a table's findings by id."""
    return {finding.id: finding for finding in table.findings}
