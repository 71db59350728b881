"""A map of dots at the schools' own coordinates: no boundaries, regions told by their names."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import TYPE_CHECKING, Any

from codebreakers.errors import CannotAnswerError
from codebreakers.findings import Cell, Provenance, Table
from codebreakers.store.locations import Locations
from codebreakers.surfaces.charts import Chart
from codebreakers.surfaces.charts.cells import records, text
from codebreakers.surfaces.charts.ink import (
    BLUE,
    GROUND,
    INK,
    ORANGE,
    PALE,
    PLUM,
    TURQUOISE,
    WIDTH,
    Series,
)
from codebreakers.surfaces.charts.layers import keys, layered, over, scaled
from codebreakers.surfaces.charts.made import made
from codebreakers.surfaces.charts.map_labels import Label, placed
from codebreakers.surfaces.charts.words import listed, plain, subject

if TYPE_CHECKING:
    import altair as alt

__all__ = ["school_map"]

Point = tuple[float, float]

_ACROSS, _HIGH, _FOOT, _EDGE = WIDTH - 28, 500, 44, 6
_DOT = 4  # pixels: what is nearer than that is one pale dot
_Data = dict[str, Any]
_LISTED = Series("listed schools", BLUE, "circle")
_GRADES = {
    "confirmed": Series("strong evidence", BLUE, "circle"),
    "likely": Series("some evidence", TURQUOISE, "square"),
    "one-off": Series("one year only", ORANGE, "triangle-up"),
    "not": Series("not above", PLUM, "diamond"),
    "paired": Series("paired", BLUE, "circle"),
    "unpaired": Series("paired with nobody", ORANGE, "triangle-up"),
}


def school_map(table: Table, places: Locations, cited: Sequence[Provenance] = ()) -> Chart:
    """Return where the schools of a list are.

    Parameters
    ----------
    table : Table
        Any with a row a school and the columns ``school_urn`` and ``region``; told apart by
        ``grade`` or by ``pairing`` where it has that.
    places : Locations
        Where schools are.
    cited : sequence of Provenance
        The releases of `places`: ``cite(store.releases(), places.releases)``.

    Raises
    ------
    CannotAnswerError
        The place of none of them is held.
    """
    flat, height = _flat(places) if len(places) else ([], 0.0)
    where = dict(zip(places.keys.tolist(), flat, strict=True))
    rows = records(table)
    dots = [
        _dot(row, where[text(row, "school_urn")])
        for row in rows
        if text(row, "school_urn") in where
    ]
    if not dots:
        raise CannotAnswerError(
            f"Where the schools of {table.title!r} are is not held.",
            remedy="Ingest the table of schools' coordinates.",
        )
    left = len(rows) - len(dots)
    counts = {
        series: sum(d["series"] == series.name for d in dots)
        for series in (_LISTED, *_GRADES.values())
    }
    parts = [f"{n:,} {series.name}" for series, n in counts.items() if n]
    return made(
        "map",
        "Where these schools are",
        _drawn(flat, dots, [series for series, n in counts.items() if n], height),
        f"{subject(table)}. {len(dots):,} of {len(rows):,} schools are drawn: {listed(parts)} "
        f"By region: {listed(_by_region(dots))}",
        table,
        notes=(
            f"{left:,} of {len(rows):,} schools are not drawn: where they are is not held."
            if left
            else f"All {len(rows):,} schools are drawn.",
            (
                "Pale dots are the other schools whose place is held. A line leads from a "
                "region's name to the middle of its schools drawn."
            ),
        ),
        besides=cited,
    )


def _dot(row: Mapping[str, Cell], at: Point) -> _Data:
    series = _GRADES.get(text(row, "grade") or text(row, "pairing"), _LISTED)
    return {
        "x": at[0],
        "y": at[1],
        "series": series.name,
        "region": plain(text(row, "region")),
    }


def _by_region(dots: Sequence[_Data]) -> list[str]:
    names = sorted({d["region"] for d in dots if d["region"]})
    return [f"{name} {sum(d['region'] == name for d in dots):,}" for name in names]


def _flat(places: Locations) -> tuple[list[Point], float]:
    """Return every place in pixels, as far apart to the east as to the north; and the height.

    A degree of longitude is as long as a degree of latitude times the cosine of the middle
    latitude; over England that is out by less than 1 in 20 at its ends.
    """
    north, east = places.latitude.tolist(), places.longitude.tolist()
    narrow = math.cos(math.radians((min(north) + max(north)) / 2))
    wide, high = (max(east) - min(east)) * narrow, max(north) - min(north)
    scale = min(_ACROSS / wide, _HIGH / high) if wide and high else 0.0
    left = (_ACROSS - wide * scale) / 2
    flat = [
        (
            round(_EDGE + left + (e - min(east)) * narrow * scale, 1),
            round(_EDGE + (max(north) - n) * scale, 1),
        )
        for e, n in zip(east, north, strict=True)
    ]
    return flat, high * scale + 2 * _EDGE


def _regions(dots: Sequence[_Data]) -> list[tuple[str, Point]]:
    """Return each region's name and the middle of its schools."""
    found = []
    for name in sorted({d["region"] for d in dots if d["region"]}):
        here = [d for d in dots if d["region"] == name]
        found.append((name, (fmean(d["x"] for d in here), fmean(d["y"] for d in here))))
    return found


def _thinned(points: Sequence[Point]) -> list[_Data]:
    """Return one point for all that would cover one another."""
    once = {(round(x / _DOT), round(y / _DOT)) for x, y in points}
    return [{"x": x * _DOT, "y": y * _DOT} for x, y in sorted(once)]


def _drawn(
    ground: Sequence[Point], dots: list[_Data], series: Sequence[Series], height: float
) -> alt.LayerChart:
    import altair as alt

    across = _ACROSS + 2 * _EDGE
    thin = _thinned(ground)
    covered = [(p["x"], p["y"]) for p in (*thin, *dots)]
    labels = placed(_regions(dots), covered, width=across, height=height + _FOOT)
    foot = max([height, *(label.y + 2 * _EDGE for label in labels)])
    x = alt.X("x:Q", scale=scaled(0, across), axis=None)
    y = alt.Y("y:Q", scale=scaled(foot, 0), axis=None)
    shape, colour = keys(series)
    land = over(thin).mark_point(shape="square", filled=True, size=4, color=PALE)
    points = over(dots).mark_point(filled=True, size=50, opacity=1, stroke=GROUND, strokeWidth=0.6)
    lines = over([_leader(one) for one in labels])
    names = [
        over([_name(one) for one in labels if one.right == right]).mark_text(
            align="right" if right else "left", baseline="middle", fontWeight="bold", fontSize=13
        )
        for right in (False, True)
    ]
    return layered(
        [
            land.encode(x, y),
            lines.mark_rule(color=INK, strokeWidth=0.8).encode(
                x, y, alt.X2("x2:Q"), alt.Y2("y2:Q")
            ),
            points.encode(x, y, shape, colour),
            *(name.encode(x, y, alt.Text("words:N")) for name in names),
        ]
    ).properties(width=across, height=foot)


def _leader(label: Label) -> _Data:
    return {"x": label.near, "y": label.y, "x2": label.middle[0], "y2": label.middle[1]}


def _name(label: Label) -> _Data:
    return {"x": label.x, "y": label.y, "words": label.name}
