"""Curves: how many schools fall so far, and one answer under every set of choices."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from codebreakers.errors import CannotAnswerError
from codebreakers.estimates import Estimate
from codebreakers.findings import Table
from codebreakers.surfaces.charts import Chart
from codebreakers.surfaces.charts.cells import figure, held, number, records
from codebreakers.surfaces.charts.ink import (
    BLUE,
    GROUND,
    INK,
    ORANGE,
    PLUM,
    TURQUOISE,
    Series,
)
from codebreakers.surfaces.charts.layers import (
    BESIDE_AXIS,
    keys,
    layered,
    on_ground,
    over,
    scaled,
    side,
)
from codebreakers.surfaces.charts.made import made
from codebreakers.surfaces.charts.words import listed, said, subject

if TYPE_CHECKING:
    import altair as alt

__all__ = ["choices", "falls"]

_HEIGHT = 260
_Data = dict[str, Any]

_FALL = Series("schools that fall at least so far", BLUE, "square")
_RISE = Series("schools that rise at least so far", TURQUOISE, "triangle-up")
_LUCK = Series("would fall by chance alone, with its 95% range", PLUM, "circle")
_COLUMNS = {
    _FALL: ("falling_percent", "", ""),
    _RISE: ("rising_percent", "", ""),
    _LUCK: ("chance_falling_percent", "chance_falling_low", "chance_falling_high"),
}


def falls(table: Table) -> Chart:
    """Return the share of schools that fall and rise at least so far, chance beside.

    Parameters
    ----------
    table : Table
        What ``questions.league`` returned by threshold.

    Raises
    ------
    CannotAnswerError
        It has no rows by threshold.
    """
    rows = [(number(r.get("threshold_points")), r) for r in records(table)]
    data = [
        _point(series, at, estimate)
        for at, row in rows
        for series, of in _COLUMNS.items()
        if at is not None and isinstance(estimate := figure(row, *of), Estimate)
    ]
    if not data:
        raise CannotAnswerError(f"{table.title!r} has no share of schools for each size of fall.")
    known = {point["series"] for point in data}
    chance = held(table).get("league.chance")
    notes = [
        "Every school with both results is counted, so that shares as published have no range.",
        *([chance.sentence] if chance is not None and _LUCK.name not in known else []),
    ]
    parts = [
        f"{at:.0f} points or more: "
        + ", ".join(
            f"{said(estimate, 'percent', 1)} {series.name.split(' at ')[0].split(', ')[0]}"
            for series, of in _COLUMNS.items()
            if isinstance(estimate := figure(row, *of), Estimate)
        )
        for at, row in rows
        if at is not None
    ]
    drawn = _curves(data, [s for s in _COLUMNS if s.name in known])
    return made(
        "falls",
        "Schools that fall or rise when the measure changes",
        drawn,
        f"{subject(table)}. {listed(parts)}",
        table,
        notes,
    )


def _point(series: Series, at: float, of: Estimate) -> _Data:
    point: _Data = {"x": at, "y": of.value, "series": series.name}
    if of.low is not None and of.high is not None:
        point |= {"low": of.low, "high": of.high}
    return point


def _curves(data: list[_Data], series: Sequence[Series]) -> alt.LayerChart:
    import altair as alt

    top = max([p["y"] for p in data] + [p["high"] for p in data if "high" in p])
    places = sorted({p["x"] for p in data})
    x = alt.X(
        "x:Q",
        scale=scaled(places[0] - 2, places[-1] + 2),
        axis=alt.Axis(
            title="Percentile points of the fall or rise, at least", values=places, grid=False
        ),
    )
    y = alt.Y("y:Q", scale=scaled(0, top * 1.04), axis=side("Percent of schools"))
    shape, colour = keys(series)
    every = over(data)
    spans = [p for p in data if "low" in p]
    ends = [{**p, "y": p[end]} for p in spans for end in ("low", "high")]
    ranged = over([{**p, "y": p["low"], "y2": p["high"]} for p in spans])
    return layered(
        [
            every.mark_line(strokeWidth=2).encode(x, y, colour),
            ranged.mark_rule(strokeWidth=2.5).encode(x, y, alt.Y2("y2:Q"), colour),
            every.mark_point(filled=True, size=95, opacity=1, stroke=GROUND, strokeWidth=1).encode(
                x, y, shape, colour
            ),
            over(ends).mark_tick(orient="horizontal", size=12).encode(x, y, colour),
        ]
    ).properties(width=BESIDE_AXIS, height=_HEIGHT)


_Look = tuple[str, str, list[int]]
_STANDS: _Look = ("it stands", BLUE, [])
_FALLS: _Look = ("it does not stand", ORANGE, [6, 4])


def choices(table: Table) -> Chart:
    """Return one answer under every set of choices, lowest first: a specification curve.

    Parameters
    ----------
    table : Table
        What ``questions.robustness`` returned.

    Raises
    ------
    CannotAnswerError
        No set of choices has an answer.
    """
    column = next((c.name for c in table.columns if c.name.startswith("figure_")), "")
    rows = [r for r in records(table) if number(r.get(column)) is not None]
    found = held(table)
    if not rows or not isinstance(found["robustness.limit"].figure, Estimate):
        raise CannotAnswerError(f"{table.title!r} has no answer under any set of choices.")
    limit = found["robustness.limit"].figure.value
    points: list[_Data] = [
        {"x": place, "y": number(r[column]), "stands": r["stands"], "usual": r["default"]}
        for place, r in enumerate(rows, start=1)
    ]
    unit = column.removeprefix("figure_")
    wanted = ("stands", "default", "lowest", "median", "highest")
    sentences = [found[f"robustness.{name}"].sentence for name in wanted]
    return made(
        "choices",
        "The answer under every reasonable set of choices",
        _specifications(points, limit, "Percent" if unit == "percent" else "Points"),
        " ".join(sentences),
        table,
        notes=(
            found["robustness.limit"].sentence,
            "Sets of choices are no sample: their spread is not a range of chance.",
        ),
    )


def _specifications(points: list[_Data], limit: float, title: str) -> alt.LayerChart:
    import altair as alt

    values = [limit, *(p["y"] for p in points)]
    room = (max(values) - min(values) or 1.0) * 0.08
    x = alt.X(
        "x:Q",
        scale=scaled(0, len(points) + 1),
        axis=alt.Axis(
            title=f"{len(points):,} sets of choices, lowest first",
            labels=False,
            ticks=False,
            grid=False,
        ),
    )
    y = alt.Y("y:Q", scale=scaled(min(values) - 2 * room, max(values) + 2 * room), axis=side(title))
    at = over([{"y": limit, "words": f"the limit: {limit:g}"}])
    layers: list[Any] = [
        at.mark_rule(color=INK, strokeWidth=1.5, strokeDash=[2, 3]).encode(y),
        *on_ground(
            at,
            alt.value(BESIDE_AXIS),
            y,
            align="right",
            dy=-10 if limit >= max(values) else 11,
        ),
    ]
    for stands, run in groupby(points, key=lambda p: bool(p["stands"])):
        layers += _stretch(list(run), _STANDS if stands else _FALLS, x, y)
    return layered([*layers, *_usual(points, x, y)]).properties(width=BESIDE_AXIS, height=_HEIGHT)


def _stretch(run: list[_Data], look: _Look, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """Return one stretch of the curve, with its words below it: all lies above a rising curve."""
    words, colour, dash = look
    line = over([{"x": p["x"], "y": p["y"]} for p in run])
    said_at = {**run[len(run) // 2], "words": f"{words}: {len(run):,}"}
    return [
        line.mark_line(color=colour, strokeWidth=3.5, strokeDash=dash).encode(x, y),
        *on_ground(over([said_at]), x, y, align="left", dx=8, dy=13),
    ]


def _usual(points: list[_Data], x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """Return where the usual choices are, with a line up to their words: nothing is there."""
    import altair as alt

    data = [{**p, "words": f"usual choices: {p['y']:.1f}"} for p in points if p["usual"]]
    chart = over(data)
    left = bool(data) and data[0]["x"] > len(points) / 2
    mark = chart.mark_point(
        shape="diamond", filled=True, size=190, color=PLUM, opacity=1, stroke=GROUND, strokeWidth=1
    )
    up = chart.mark_rule(color=PLUM, strokeWidth=1.5)
    return [
        up.encode(x, y, y2=alt.value(0)),
        mark.encode(x, y),
        *on_ground(chart, x, alt.value(8), align="right" if left else "left", dx=-6 if left else 6),
    ]
