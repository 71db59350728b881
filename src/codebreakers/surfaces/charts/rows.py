"""Rows of dots with their ranges, one below another: names above the dots, so that any name fits.

Whatever is listed is drawn so: schools, regions, national figures, ranks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from codebreakers.estimates import Estimate, Figure, Withheld
from codebreakers.surfaces.charts.ink import GROUND, WIDTH, Series
from codebreakers.surfaces.charts.layers import keys, layered, on_ground, over, scaled
from codebreakers.surfaces.charts.words import plain

if TYPE_CHECKING:
    import altair as alt

__all__ = ["Axis", "Row", "dotted"]

_PLOT = WIDTH - 20
_TOP, _NAME, _LINE, _AFTER = 4, 18, 15, 14
_LETTER = 7.2  # pixels, on average, of a name in the size of words
_MOST_LINES = 2
_MANY = 12
_Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """One row: what it is called, and its figures, each of one series.

    Parameters
    ----------
    name : str
    figures : tuple of (Series, Figure)
        Drawn below one another, on a line each; a withheld one as its reason.
    words : str
        The main figure, at the right.
    """

    name: str
    figures: tuple[tuple[Series, Figure], ...]
    words: str = ""


@dataclass(frozen=True, slots=True)
class Axis:
    """What figures are read against.

    Parameters
    ----------
    title : str
    low, high : float, optional
        The ends; by default what there is, to whole steps.
    whole : bool
        Whether it counts, so that it has no fractions.
    """

    title: str
    low: float | None = None
    high: float | None = None
    whole: bool = False


def dotted(rows: Sequence[Row], axis: Axis) -> alt.LayerChart:
    """Return rows of dots with ranges on one axis.

    Parameters
    ----------
    rows : sequence of Row
    axis : Axis
    """
    import altair as alt

    placed, height = _placed(rows)
    x = _x(axis, placed, len(rows))
    y = alt.Y("y:Q", scale=scaled(height, 0), axis=None)
    shape, colour = keys(list(dict.fromkeys(s for row in rows for s, _ in row.figures)))

    spans = [p for p in placed if "x2" in p]
    bars, lines = [s for s in spans if s["bar"]], [s for s in spans if not s["bar"]]
    layers = [
        over(bars).mark_rule(strokeWidth=9).encode(x, y, alt.X2("x2:Q"), colour),
        over(lines).mark_rule(strokeWidth=2.5).encode(x, y, alt.X2("x2:Q"), colour),
        over([{**p, "x": p["value"]} for p in placed])
        .mark_point(filled=True, size=95, opacity=1, stroke=GROUND, strokeWidth=1)
        .encode(x, y, shape, colour),
        # Ends of ranges above the dots, so that a short range is seen too.
        over([{**s, "x": s[end]} for s in lines for end in ("x", "x2")])
        .mark_tick(orient="vertical", size=15)
        .encode(x, y, colour),
        *_words(rows, y),
    ]
    return layered(layers).properties(width=_PLOT, height=height)


def _named(row: Row) -> list[str]:
    """Return a row's name in lines that leave its figure room."""
    room = max(12, int(_PLOT / _LETTER) - len(row.words) - 2)
    return wrap(plain(row.name), room, max_lines=_MOST_LINES, placeholder="…") or [""]


def _high(row: Row) -> int:
    return _NAME * len(_named(row)) + _LINE * len(row.figures) + _AFTER


def _tops(rows: Sequence[Row]) -> Iterator[tuple[Row, int]]:
    """Yield each row with where it begins, in pixels."""
    at = _TOP
    for row in rows:
        yield row, at
        at += _high(row)


def _line(row: Row, top: int, number: int) -> float:
    return top + _NAME * len(_named(row)) + _LINE * (number + 0.6)


def _placed(rows: Sequence[Row]) -> tuple[list[_Data], int]:
    """Return every figure that is shown, and how high all rows are."""
    placed = []
    for row, top in _tops(rows):
        for number, (series, figure) in enumerate(row.figures):
            if isinstance(figure, Estimate):
                mark: _Data = {"y": _line(row, top, number), "value": figure.value}
                mark |= {"series": series.name, "bar": series.bar}
                if figure.low is not None and figure.high is not None:
                    mark |= {"x": figure.low, "x2": figure.high}
                placed.append(mark)
    return placed, _TOP + sum(_high(row) for row in rows)


def _x(axis: Axis, placed: Sequence[_Data], rows: int) -> alt.X:
    import altair as alt

    numbers = [p[name] for p in placed for name in ("value", "x", "x2") if name in p]
    numbers += [end for end in (axis.low, axis.high) if end is not None]
    low, high = (min(numbers), max(numbers)) if numbers else (0.0, 1.0)
    # Room beside the outermost; one figure alone has no range, and its own size gives one.
    spare = (high - low or abs(high) or 1.0) * 0.03
    fixed = axis.low is not None and axis.high is not None
    domain = [low, high] if fixed else [low - spare, high + spare]
    ruled = alt.Axis(
        title=axis.title,
        tickCount=5,
        tickMinStep=1 if axis.whole else 0,
        orient="top" if rows > _MANY else "bottom",
    )
    return alt.X("x:Q", scale=scaled(*domain, nice=not fixed), axis=ruled)


def _reasons(row: Row) -> dict[str, int]:
    """Return why figures are not shown, once each, with the line of the first it is said of."""
    lines: dict[str, int] = {}
    for number, (_, figure) in enumerate(row.figures):
        if isinstance(figure, Withheld):
            lines.setdefault(figure.reason, number)
    return lines


def _words(rows: Sequence[Row], y: alt.Y) -> list[alt.Chart]:
    """Return names at the left, figures at the right, reasons where a figure is not shown.

    All stand on the ground's colour, so that no ruling runs through them.
    """
    import altair as alt

    names, figures = [], []
    for row, top in _tops(rows):
        for number, words in enumerate(_named(row)):
            names.append({"y": top + 8 + _NAME * number, "words": words})
        figures.append({"y": top + 8, "words": row.words})
        for reason, number in _reasons(row).items():
            words = plain(f"not shown: {reason}", int(_PLOT / _LETTER))
            names.append({"y": _line(row, top, number), "words": words})
    shown = [f for f in figures if f["words"]]
    return [
        *on_ground(over(names), alt.value(0), y, align="left"),
        *on_ground(over(shown), alt.value(_PLOT), y, align="right"),
    ]
