"""The grid of disadvantage by result, a number in each cell: shade is never alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from textwrap import fill
from typing import TYPE_CHECKING, Any

from codebreakers.errors import CannotAnswerError
from codebreakers.estimates import Estimate, Figure, Withheld
from codebreakers.findings import Cell, Column, Table
from codebreakers.surfaces.charts import Chart
from codebreakers.surfaces.charts.cells import figure, number, records, text
from codebreakers.surfaces.charts.ink import BLUE, GROUND, INK, WIDTH
from codebreakers.surfaces.charts.layers import layered, over, scaled
from codebreakers.surfaces.charts.made import made
from codebreakers.surfaces.charts.words import plain, said

if TYPE_CHECKING:
    import altair as alt

__all__ = ["grid"]

_ACROSS = WIDTH - 16
_LEFT, _ABOVE, _HIGH = 78, 58, 56
_SMALL, _LETTERS, _REASON = 11, 11, 14
_DARKEST = 0.4  # of the colour in the ground's: words are read on it without effort
_FIFTH = re.compile(r"result_fifth_(\d)_(?!schools$)(\w+)")
_ALL = "all"
_Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Square:
    """One cell: where it is, its figure, and how many schools are in it."""

    column: int
    row: int
    figure: Figure
    schools: float | None


def grid(table: Table) -> Chart:
    """Return what teachers schools have, by disadvantage down and results across.

    Parameters
    ----------
    table : Table
        What ``questions.workforce`` returned for one year.

    Raises
    ------
    CannotAnswerError
        No cell has a number.
    """
    fifths = [column for column in table.columns if _FIFTH.fullmatch(column.name)]
    rows = [r for r in records(table) if not text(r, "free_meals_fifth").startswith(_ALL)]
    squares = list(_squares(rows, fifths))
    shown = [s.figure.value for s in squares if isinstance(s.figure, Estimate)]
    if not shown:
        raise CannotAnswerError(f"No cell of {table.title!r} has a number.")
    down = [plain(text(r, "free_meals_fifth")) for r in rows]
    unit, places = _unit(fifths[0]), fifths[0].decimals or 0
    ends = " to ".join(_number(end, unit, places) for end in (min(shown), max(shown)))
    return made(
        "grid",
        "Teachers by schools' disadvantage and results",
        _drawn(squares, [c.heading for c in fifths], down, unit, places),
        f"{plain(table.title, 200)}. Cells from {ends}. "
        + " ".join(f.sentence for f in table.findings if ".slope" in f.id),
        table,
        notes=(
            f"{plain(table.title, 200)}. The darker a cell, the higher its number.",
            "A cell is its schools as one and has no range; the ranges are of the slopes.",
        ),
    )


def _unit(column: Column) -> str:
    found = _FIFTH.fullmatch(column.name)
    return found[2] if found else ""


def _number(value: float, unit: str, decimals: int) -> str:
    words = f"{value:,.{decimals}f}"
    return f"£{words}" if unit == "pounds" else f"{words}%" if unit == "percent" else words


def _squares(rows: Sequence[Mapping[str, Cell]], fifths: Sequence[Column]) -> Iterator[_Square]:
    for row, record in enumerate(rows):
        for column, fifth in enumerate(fifths):
            count = number(record.get(f"result_fifth_{column + 1}_schools"))
            yield _Square(column, row, figure(record, fifth.name), count)


def _wide(columns: int) -> float:
    return (_ACROSS - _LEFT) / columns


def _cells(squares: Sequence[_Square], columns: int, unit: str, decimals: int) -> Iterator[_Data]:
    """Yield what is drawn of each cell, shaded by where its number is between the ends."""
    shown = [s.figure.value for s in squares if isinstance(s.figure, Estimate)]
    low, high, wide = min(shown), max(shown), _wide(columns)
    for square in squares:
        left, top = _LEFT + square.column * wide, _ABOVE + square.row * _HIGH
        cell: _Data = {"x": left, "x2": left + wide - 2, "y": top, "y2": top + _HIGH - 2}
        cell |= {"middle": left + wide / 2 - 1}
        if isinstance(square.figure, Withheld):
            words = fill(said(square.figure, ""), _REASON, max_lines=4, placeholder="…")
            yield cell | {"colour": GROUND, "reason": words, "at": top + 9}
            continue
        value = square.figure.value
        part = (value - low) / (high - low) if high > low else 0.0
        cell |= {"colour": _tint(_DARKEST * part), "at": top + 20}
        if square.schools is not None:
            cell |= {"count": f"{square.schools:,.0f} schools", "below": top + 39}
        yield cell | {"number": _number(value, unit, decimals)}


def _tint(part: float) -> str:
    """Return the ground's colour with so much blue in it."""
    mixed = (
        round(int(GROUND[i : i + 2], 16) * (1 - part) + int(BLUE[i : i + 2], 16) * part)
        for i in (1, 3, 5)
    )
    return "#" + "".join(f"{channel:02X}" for channel in mixed)


def _names(across: Sequence[str], down: Sequence[str]) -> tuple[list[_Data], list[_Data]]:
    """Return the words above the columns and beside the rows."""
    wide = _wide(len(across))
    above = [
        {"middle": _LEFT + (i + 0.5) * wide - 1, "at": 44, "head": name}
        for i, name in enumerate(across)
    ]
    beside = []
    for i, name in enumerate(down):
        parts = name.split(", ", maxsplit=1)
        words = "\n".join(fill(part, _LETTERS, max_lines=1, placeholder="…") for part in parts)
        middle = _ABOVE + (i + 0.5) * _HIGH - 7 * words.count("\n")
        beside.append({"middle": _LEFT - 8, "at": middle, "side": words})
    return above, beside


def _drawn(
    squares: Sequence[_Square],
    across: Sequence[str],
    down: Sequence[str],
    unit: str,
    decimals: int,
) -> alt.LayerChart:
    import altair as alt

    height = _ABOVE + len(down) * _HIGH
    cells = list(_cells(squares, len(across), unit, decimals))
    above, beside = _names(across, down)
    title = [{"middle": 0, "at": 8, "title": "Across: results. Down: pupils with free meals."}]
    x = alt.X("x:Q", scale=scaled(0, _ACROSS), axis=None)
    y = alt.Y("y:Q", scale=scaled(height, 0), axis=None)
    square = over(cells).mark_rect(stroke=BLUE, strokeWidth=1)
    colour = alt.Color("colour:N", scale=None)
    return layered(
        [
            square.encode(x, y, alt.X2("x2:Q"), alt.Y2("y2:Q"), colour),
            _words(cells, "number", height, fontWeight="bold"),
            _words(cells, "count", height, up="below", fontSize=_SMALL),
            _words(cells, "reason", height, fontSize=_SMALL - 1),
            _words(above, "head", height, fontSize=_SMALL + 1),
            _words(beside, "side", height, align="right", fontSize=_SMALL + 1),
            _words(title, "title", height, align="left", fontSize=_SMALL + 2),
        ]
    ).properties(width=_ACROSS, height=height)


def _words(
    data: Sequence[_Data], what: str, height: float, *, up: str = "at", **look: Any
) -> alt.Chart:
    """Return the words of those that have them."""
    import altair as alt

    x = alt.X("middle:Q", scale=scaled(0, _ACROSS), axis=None)
    y = alt.Y(f"{up}:Q", scale=scaled(height, 0), axis=None)
    chart = over([one for one in data if what in one])
    drawn = chart.mark_text(lineBreak="\n", baseline="middle", color=INK, **look)
    placed: alt.Chart = drawn.encode(x, y, alt.Text(f"{what}:N"))
    return placed
