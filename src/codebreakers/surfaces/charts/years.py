"""Figures over years: a line that stops where rules changed, bars for years that were judged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from string import ascii_uppercase
from typing import TYPE_CHECKING, Any

from codebreakers.errors import CannotAnswerError
from codebreakers.estimates import Estimate, Figure, Withheld
from codebreakers.findings import Table
from codebreakers.findings.words import called
from codebreakers.measures.catalogue import find
from codebreakers.sources import academic_year
from codebreakers.surfaces.charts import Chart
from codebreakers.surfaces.charts.cells import figure, held, records, text
from codebreakers.surfaces.charts.ink import BLUE, GROUND, INK, ORANGE, TEXT_SIZE, Series
from codebreakers.surfaces.charts.layers import (
    BESIDE_AXIS,
    keys,
    layered,
    over,
    panels,
    scaled,
    side,
)
from codebreakers.surfaces.charts.made import made
from codebreakers.surfaces.charts.words import lines, listed, said, subject

if TYPE_CHECKING:
    import altair as alt

__all__ = ["below_the_floor", "trend"]

_HEIGHT = 190
_Data = dict[str, Any]


_BROKEN = "At a dashed line something else is counted: nothing is joined or subtracted across it."


@dataclass(frozen=True, slots=True)
class _Year:
    """One year of a trend: its gap, and what changed since the row above."""

    results: str
    measure: str
    unit: str
    gap: Figure
    changed: str
    letter: str


def trend(table: Table) -> Chart:
    """Return the gap year by year: never joined where rules changed or a year is not known.

    Parameters
    ----------
    table : Table
        What ``questions.gaps`` returned over years.

    Raises
    ------
    CannotAnswerError
        No year has a gap.
    """
    years = list(_years(table))
    if not any(isinstance(year.gap, Estimate) for year in years):
        raise CannotAnswerError(f"{table.title!r} has no gap in any year.")
    of_each = [list(run) for _, run in groupby(years, key=lambda y: (y.measure, y.unit))]
    drawn = [_panel(run) for run in of_each if any(isinstance(y.gap, Estimate) for y in run)]
    unknown = [y for y in years if isinstance(y.gap, Withheld)]
    parts = [
        f"{y.results}: {said(y.gap, '', 1)} ({called(find(y.measure))})"
        for y in years
        if y not in unknown
    ]
    parts += [f"not shown: {', '.join(y.results for y in unknown)}"] if unknown else []
    unranged = dict.fromkeys(
        y.gap.no_interval for y in years if isinstance(y.gap, Estimate) and y.gap.no_interval
    )
    return made(
        "trend",
        "The gap in points, year by year",
        panels(drawn),
        f"{subject(table)}. {listed(parts)}",
        table,
        notes=(
            *([_BROKEN] if any(y.letter for y in years) else []),
            *(f"{y.letter}. {_sentence(y.changed)}." for y in years if y.letter),
            *([" ".join(f"{y.results} {said(y.gap, '')}." for y in unknown)] if unknown else []),
            *(f"No range is drawn where it is not known: {why}." for why in unranged),
        ),
    )


def _years(table: Table) -> Iterator[_Year]:
    letters = iter(ascii_uppercase)
    for row in records(table):
        changed = text(row, "rules_changed")
        gap = figure(row, "gap_points", "low_gap", "high_gap")
        yield _Year(
            text(row, "results"),
            text(row, "measure"),
            text(row, "unit"),
            gap,
            changed,
            next(letters) if changed else "",
        )


def _runs(years: Sequence[_Year]) -> Iterator[list[_Data]]:
    """Yield what may be joined: years one after another between which no rule changed."""
    run: list[_Data] = []
    for year in years:
        if run and (year.changed or isinstance(year.gap, Withheld)):
            yield run
            run = []
        if isinstance(year.gap, Estimate):
            point: _Data = {"year": year.results, "y": year.gap.value}
            if year.gap.low is not None and year.gap.high is not None:
                point |= {"low": year.gap.low, "high": year.gap.high}
            run.append({**point, "words": f"{year.gap.value:.1f}"})
    if run:
        yield run


def _panel(years: Sequence[_Year]) -> alt.LayerChart:
    """Return the years of one measure: another measure's points are other points."""
    import altair as alt

    runs = list(_runs(years))
    points = [point for run in runs for point in run]
    x = _across([year.results for year in years])
    reached = [p[name] for p in points for name in ("y", "low", "high") if name in p]
    y = alt.Y(
        "y:Q",
        scale=scaled(min([0.0, *reached]), max(reached) * 1.25),
        axis=side("Gap in points"),
    )
    spans = [{**p, "y": p["low"], "y2": p["high"]} for p in points if "low" in p]
    ends = [{**p, "y": p[end]} for p in points if "low" in p for end in ("low", "high")]
    dots = over(points)
    joined = [over(run).mark_line(color=BLUE, strokeWidth=2).encode(x, y) for run in runs]
    drawn = [
        *_breaks(years, x),
        *joined,
        over(spans).mark_rule(color=BLUE, strokeWidth=2.5).encode(x, y, alt.Y2("y2:Q")),
        dots.mark_point(
            shape="circle", filled=True, size=95, color=BLUE, stroke=GROUND, strokeWidth=1
        ).encode(x, y),
        over(ends).mark_tick(color=BLUE, orient="horizontal", size=12).encode(x, y),
        dots.mark_text(dy=-15).encode(x, y, alt.Text("words:N")),
        *_unknown([year.results for year in years if isinstance(year.gap, Withheld)], x),
    ]
    title = lines(_sentence(called(find(years[0].measure))), BESIDE_AXIS, TEXT_SIZE + 1)
    return layered(drawn).properties(width=BESIDE_AXIS, height=_HEIGHT, title=title)


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"


def _across(years: Sequence[str], title: str = "") -> alt.X:
    import altair as alt

    axis = alt.Axis(
        title=title or None,
        labelAngle=-90 if len(years) > 5 else 0,
        labelFlush=False,
        grid=False,
        ticks=False,
        labelPadding=6,
    )
    return alt.X(
        "year:N",
        sort=None,
        scale=alt.Scale(domain=list(years), type="point", padding=0.5),
        axis=axis,
    )


def _breaks(years: Sequence[_Year], x: alt.X) -> list[alt.Chart]:
    """Return a dashed line before each year whose rules are others, lettered for the notes."""
    import altair as alt

    half = BESIDE_AXIS / len(years) / 2
    data = [{"year": y.results, "words": y.letter} for y in years if y.letter]
    chart = over(data)
    rule = chart.mark_rule(xOffset=-half, strokeDash=[5, 4], strokeWidth=1.5, color=INK)
    words = chart.mark_text(xOffset=-half, dx=4, align="left", baseline="top", fontWeight="bold")
    return [
        rule.encode(x, y=alt.value(0), y2=alt.value(_HEIGHT)),
        words.encode(x, y=alt.value(0), text=alt.Text("words:N")),
    ]


def _unknown(years: Sequence[str], x: alt.X, words: str = "not shown") -> list[alt.Chart]:
    """Return words where a year has no figure: a blank with its label, and no 0."""
    import altair as alt

    data = [{"year": year, "words": words} for year in years]
    mark = over(data).mark_text(angle=270, align="left", baseline="middle", fontSize=13)
    return [mark.encode(x, y=alt.value(_HEIGHT - 6), text=alt.Text("words:N"))]


_COUNTED = Series("counted by the year's rule", BLUE, "square")
_STANDARDS = {"floor": "Schools below the floor", "coasting": "Coasting schools"}
_EXPECTED = Series("expected to be truly so, allowing for chance", ORANGE, "diamond")


def below_the_floor(table: Table) -> Chart:
    """Return how many schools were below the floor in each year that could be judged.

    Parameters
    ----------
    table : Table
        What ``questions.floor`` returned, of either standard.

    Raises
    ------
    CannotAnswerError
        No year could be judged.
    """
    found = held(table)
    years = [int(c.name[-4:]) for c in table.columns if c.name.startswith("status_")]
    counted = {y: _floor(table, y, "count") for y in years}
    expected = {y: _floor(table, y, "expected") for y in years}
    judged = [y for y in years if counted[y] is not None]
    if not judged:
        raise CannotAnswerError(f"{table.title!r} has no year that could be judged.")
    parts = [
        f"{academic_year(y)}: "
        + (
            f"{c.value:,.0f} counted"
            + (f", {said(e, '')} expected allowing for chance" if (e := expected[y]) else "")
            if (c := counted[y])
            else "could not be judged"
        )
        for y in years
    ]
    whys = dict.fromkeys(e.no_interval for e in expected.values() if e and e.no_interval)
    return made(
        "below-the-floor",
        f"{_STANDARDS[table.id]}, in years that could be judged",
        _bars(years, counted, expected),
        f"{subject(table)}. {listed(parts)}",
        table,
        notes=(
            "Each year has its own rule: bars of different years are not compared.",
            *(f"What is expected has no range: {why}." for why in whys),
            *([found[f"{table.id}.judged"].sentence] if len(judged) < len(years) else []),
        ),
    )


def _floor(table: Table, year: int, what: str) -> Estimate | None:
    found = held(table).get(f"{table.id}.below.{year}.{what}")
    return found.figure if found is not None and isinstance(found.figure, Estimate) else None


def _bars(
    years: Sequence[int],
    counted: dict[int, Estimate | None],
    expected: dict[int, Estimate | None],
) -> alt.LayerChart:
    import altair as alt

    def points(series: Series, of: dict[int, Estimate | None]) -> list[_Data]:
        return [
            {
                "year": academic_year(y),
                "y": e.value,
                "words": f"{e.value:,.0f}",
                "series": series.name,
            }
            for y, e in of.items()
            if e is not None
        ]

    bars, dots = points(_COUNTED, counted), points(_EXPECTED, expected)
    x = _across([academic_year(y) for y in years])
    top = max(p["y"] for p in (*bars, *dots)) * 1.15
    y = alt.Y("y:Q", scale=scaled(0, top), axis=side("Schools"))
    shape, colour = keys([_COUNTED, *([_EXPECTED] if dots else [])])
    bar = over(bars)
    dot = over(dots)
    unjudged = [academic_year(y) for y in years if counted[y] is None]
    look: _Data = {"filled": True, "size": 120, "opacity": 1, "stroke": GROUND, "strokeWidth": 1}
    return layered(
        [
            bar.mark_bar(width=min(40, BESIDE_AXIS / len(years) * 0.7)).encode(x, y, colour),
            dot.mark_point(**look).encode(x, y, shape, colour),
            bar.mark_text(color=GROUND).encode(
                x, y=alt.value(_HEIGHT - 12), text=alt.Text("words:N")
            ),
            *_unknown(unjudged, x, "could not be judged"),
        ]
    ).properties(width=BESIDE_AXIS, height=_HEIGHT)
