"""A table's rows as columns of one kind of cell each: what files and data frames want."""

from __future__ import annotations

from typing import Any

from codebreakers.estimates import Withheld
from codebreakers.findings import Cell, Table
from codebreakers.sources.england import MADE_UP_COLUMN
from codebreakers.store.frames import frame

__all__ = ["to_frame", "typed"]


def to_frame(table: Table) -> Any:
    """Return the rows as a data frame: see `Table.to_frame`."""
    return frame(typed(table))


def typed(table: Table) -> dict[str, list[Any]]:
    """Return columns of one kind of cell each, as files and data frames want them.

    Parameters
    ----------
    table : Table
        The table.

    Returns
    -------
    dict of str to list
        A column's cells by its name: all numbers, all truth values, or all words, None where there
        is none. Behind a column some of whose figures are withheld stand their codes, exactly as
        published, in ``NAME_withheld``: None where a figure is shown.
    """
    found: dict[str, list[Any]] = {}
    for i, column in enumerate(table.columns):
        cells = [row[i] for row in table.rows]
        shown = [None if isinstance(cell, Withheld) else _bare(cell) for cell in cells]
        kinds = {type(cell) for cell in shown if cell is not None}
        if len(kinds) > 1:
            each = float if kinds == {int, float} else str
            shown = [None if cell is None else each(cell) for cell in shown]
        found[column.name] = shown
        codes = [cell.code if isinstance(cell, Withheld) else None for cell in cells]
        if any(code is not None for code in codes):
            found[f"{column.name}_withheld"] = codes
    if table.made_up:
        found[MADE_UP_COLUMN] = ["made up"] * len(table.rows)
    return found


def _bare(cell: Cell) -> Any:
    """Return a cell as Python's own kind of it: numpy's numbers are kinds of their own."""
    kinds = (bool, int, float, str)
    return next((kind(cell) for kind in kinds if isinstance(cell, kind)), cell)
