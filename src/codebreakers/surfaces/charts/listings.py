"""Lists of schools and of places, in the order of their table: dots with ranges, ranks as bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from codebreakers.errors import CannotAnswerError
from codebreakers.estimates import Estimate, Figure, Withheld
from codebreakers.findings import Cell, Table
from codebreakers.findings.words import ordinal
from codebreakers.surfaces.charts import Chart
from codebreakers.surfaces.charts.cells import figure, held, records, text
from codebreakers.surfaces.charts.ink import BLUE, PLUM, TURQUOISE, Series
from codebreakers.surfaces.charts.made import made
from codebreakers.surfaces.charts.rows import Axis, Row, dotted
from codebreakers.surfaces.charts.words import listed, plain, said, subject

__all__ = ["MOST", "gaps_by_area", "more_pupils", "ranks", "schools"]

MOST = 40
"""Rows of a picture; a longer list is drawn as far, and says so."""

_OF_NAME = 48  # letters of a school's name, so that its authority is read too
_Record = Mapping[str, Cell]
_NAMES = ("school_name", "school", "region", "authority", "england")

_RESULT = Series("its own result, with its 95% range", BLUE, "square")
_PUBLISHED = Series("as published", BLUE, "square")
_LEVEL = Series("allowing for chance, with its 95% range", PLUM, "circle")
_SOME = Series("disadvantaged pupils, with their 95% range", BLUE, "circle")
_OTHER = Series("other pupils, with their 95% range", TURQUOISE, "square")
_OLD = Series("by the old measure, with its 95% range", BLUE, "square", bar=True)
_NEW = Series("by the new measure, with its 95% range", PLUM, "circle", bar=True)


@dataclass(frozen=True, slots=True)
class _Of:
    """Which columns one series is drawn from."""

    series: Series
    value: str
    low: str = ""
    high: str = ""

    def figure(self, record: _Record) -> Figure:
        return figure(record, self.value, self.low, self.high)


def schools(table: Table) -> Chart:
    """Return each school's result as published and allowing for chance.

    Parameters
    ----------
    table : Table
        What ``questions.breakers`` or ``profiles.compare`` returned.
    """
    drawn = [_Of(_RESULT, "rate", "low", "high")]
    if _has(table, "low_level"):
        drawn.append(_Of(_LEVEL, "level", "low_level", "high_level"))
    elif _has(table, "level"):
        # Its range is that of the level: what was published has none of its own.
        drawn = [_Of(_PUBLISHED, "rate"), _Of(_LEVEL, "level", "low", "high")]
    return _listed("dots", "Schools' results, and how sure they are", table, drawn)


def more_pupils(table: Table) -> Chart:
    """Return how many more pupils there would be, as published and allowing for chance.

    Parameters
    ----------
    table : Table
        What ``questions.potential`` returned, by region, authority or school.
    """
    kind = "pupils" if _has(table, "gain_pupils") else "points"
    drawn = [_Of(_PUBLISHED, f"gain_{kind}")]
    if _has(table, f"chance_removed_{kind}"):
        drawn.append(_Of(_LEVEL, f"chance_removed_{kind}", f"low_{kind}", f"high_{kind}"))
    decimals = 0 if kind == "pupils" else 2
    title = "How many more pupils would succeed"
    if kind == "points":
        title = "How many more points pupils would have"
    axis = Axis("More pupils" if kind == "pupils" else "Points more each")
    return _listed("more-pupils", title, table, drawn, axis=axis, decimals=decimals)


def gaps_by_area(table: Table) -> Chart:
    """Return disadvantaged and other pupils' results in each region or authority.

    Parameters
    ----------
    table : Table
        What ``questions.gaps`` returned by area.
    """
    unit = "percent" if _has(table, "disadvantaged_percent") else "points"
    drawn = [
        _Of(_SOME, f"disadvantaged_{unit}", "low_disadvantaged", "high_disadvantaged"),
        _Of(_OTHER, f"other_{unit}", "low_other", "high_other"),
    ]
    shown = records(table)[:MOST]
    rows = [
        Row(_name(record), tuple((of.series, of.figure(record)) for of in drawn), _gap(record))
        for record in shown
    ]
    parts = [
        f"{_name(record)}: {said(drawn[0].figure(record), unit, 1)} against "
        f"{said(drawn[1].figure(record), unit, 1)}, {_gap(record)}"
        for record in shown
    ]
    axis = Axis("Percent of pupils" if unit == "percent" else "Points")
    return _chart(
        "gaps-by-area", "Disadvantaged and other pupils' results", table, rows, parts, axis
    )


def ranks(table: Table) -> Chart:
    """Return each school's ranks by two measures, each a bar from its lowest to its highest.

    Parameters
    ----------
    table : Table
        What ``questions.league`` returned by school.
    """
    share = held(table).get("league.fallers.share")
    if share is None or not isinstance(share.figure, Estimate) or share.figure.n is None:
        raise CannotAnswerError("This table does not say how many schools were ranked.")
    drawn = [
        _Of(series, f"rank_{name}", f"rank_{name}_low", f"rank_{name}_high")
        for series, name in ((_OLD, "old"), (_NEW, "new"))
    ]
    shown = records(table)[:MOST]
    figures = [tuple((of.series, of.figure(record)) for of in drawn) for record in shown]
    rows = [
        Row(_name(record), of, _ranked(of[1][1])) for record, of in zip(shown, figures, strict=True)
    ]
    parts = [
        f"{_name(record)}: {_ranked(old)} by the old measure, {_ranked(new)} by the new"
        for record, ((_, old), (_, new)) in zip(shown, figures, strict=True)
    ]
    axis = Axis(f"Rank of {share.figure.n:,}, 1 the highest", 1, share.figure.n, whole=True)
    return _chart(
        "ranks", "Schools' ranks by the old and the new measure", table, rows, parts, axis
    )


def _listed(
    id: str,  # noqa: A002
    title: str,
    table: Table,
    drawn: Sequence[_Of],
    *,
    axis: Axis | None = None,
    decimals: int | None = None,
) -> Chart:
    """Return a list whose last series is the one in words."""
    shown = records(table)[:MOST]
    column = next(c for c in table.columns if c.name == drawn[0].value)
    places = column.decimals or 0 if decimals is None else decimals
    rows, parts = [], []
    for record in shown:
        figures = [(of.series, of.figure(record)) for of in drawn]
        words = [said(f, "", places) for _, f in figures]
        rows.append(Row(_name(record), tuple(figures), _unless_withheld(figures[-1][1], words[-1])))
        of_each = (f"{w} {s.name.split(',')[0]}" for (s, _), w in zip(figures, words, strict=True))
        parts.append(f"{_name(record)}: {', '.join(of_each)}")
    return _chart(id, title, table, rows, parts, axis or Axis("Result of disadvantaged pupils"))


def _chart(
    id: str,  # noqa: A002
    title: str,
    table: Table,
    rows: Sequence[Row],
    parts: Sequence[str],
    axis: Axis,
) -> Chart:
    if not rows:
        raise CannotAnswerError(f"{table.title!r} has no rows, so there is nothing to draw.")
    figures = [f for row in rows for _, f in row.figures]
    notes = []
    if len(table) > MOST:
        notes.append(f"The first {MOST} of {len(table):,}, in the order of the table.")
    why = dict.fromkeys(f.no_interval for f in figures if isinstance(f, Estimate))
    notes += [f"No range is drawn where it is not known: {reason}." for reason in why if reason]
    alternative = f"{subject(table)}. {listed(parts)}"
    return made(id, title, dotted(rows, axis), alternative, table, notes)


def _unless_withheld(of: Figure, words: str) -> str:
    """Return the words of a figure; none for one whose reason stands in its own place."""
    return "" if isinstance(of, Withheld) else words


def _gap(record: _Record) -> str:
    gap = figure(record, "gap_points", "low_gap", "high_gap")
    return _unless_withheld(gap, f"gap {said(gap, '', 1)}")


def _ranked(of: Figure) -> str:
    """Return where a school is: from one place to another, or as published."""
    if isinstance(of, Withheld):
        return said(of, "")
    if of.low is None or of.high is None:
        return f"{_place(of.value)}, no range"
    return f"{_place(of.low)} to {_place(of.high)}"


def _place(rank: float) -> str:
    return f"{round(rank):,}{ordinal(round(rank))[-2:]}"


def _name(record: _Record) -> str:
    """Return what a row is called; a school with its authority, for names come more than once."""
    name = next((text(record, column) for column in _NAMES if text(record, column)), "not known")
    place = text(record, "authority")
    return f"{plain(name, _OF_NAME)}, {place}" if place and place != name else name


def _has(table: Table, column: str) -> bool:
    return any(c.name == column for c in table.columns)
