"""A table as the Department's open data has one: where and when, filters, indicators."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeGuard

from codebreakers.estimates import Withheld
from codebreakers.findings import Cell, Column, Table
from codebreakers.sources import results_year
from codebreakers.sources.england import MADE_UP_COLUMN
from codebreakers.surfaces.export.columns import labels, limits, unit_of, year_in
from codebreakers.surfaces.export.places import (
    AUTHORITY,
    LEVELS,
    NATIONAL,
    REGIONAL,
    SCHOOL,
    Places,
    level_of,
)
from codebreakers.surfaces.export.shorthand import NOT_APPLICABLE

__all__ = ["Field", "Tidy", "tidied"]

_TIME = ("time_period", "time_identifier", "geographic_level")
# Where a row says its year. All are names for one thing, so none is left as a filter.
_YEARS = ("year", "results_year", "results")
_OF_FINDINGS = frozenset({"national", "school"})
"""Tables laid out to be read, with figures of many kinds in a column: their findings are rows."""

_LEVELS_OF_ROWS = {
    "all held": NATIONAL,
    "region": REGIONAL,
    "authority": AUTHORITY,
    "school": SCHOOL,
}
_COUNTRY, _ACADEMIC = "england", "Academic year"
_YEAR = re.compile(r"(19|20)\d\d(/\d\d)?")
_ACADEMIC_YEAR = re.compile(r"\b(19|20)\d\d/\d\d\b")

_Record = dict[str, Cell]


@dataclass(frozen=True, slots=True)
class Field:
    """A filter or an indicator.

    Parameters
    ----------
    name, label : str
        In the file; as people read it.
    is_indicator : bool
        Whether it holds figures.
    unit : str
        ``%``, or ''.
    decimals : int
        To show.
    """

    name: str
    label: str
    is_indicator: bool
    unit: str = ""
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class Tidy:
    """One row a place, year and breakdown.

    Parameters
    ----------
    places : tuple of str
        The columns that say when and where, in order.
    fields : tuple of Field
        The filters, then the indicators.
    rows : tuple of dict
        Cells by name of column.
    """

    places: tuple[str, ...]
    fields: tuple[Field, ...]
    rows: tuple[_Record, ...]


def tidied(table: Table, places: Places) -> Tidy:
    """Return a table in the Department's form.

    Parameters
    ----------
    table : Table
        The table; columns of several years become rows of one year each, in which what is of all
        those years stands in the last.
    places : Places
        The codes of places.

    Returns
    -------
    Tidy
        Figures at full precision, ends of ranges named for their figure.
    """
    fields, records = _of_findings(table) if table.id in _OF_FINDINGS else _of_rows(table)
    level, called, urn = level_of(table)
    usual = _usual_year(table)
    rows = []
    for record in records:
        year = _year_of(record, usual)
        known = {theirs: _text(record.get(ours)) for theirs, ours in called.items()}
        if urn:
            known["school_urn"] = urn
        at = NATIONAL if _is_of_england(record) else _level_of_row(record, level)
        when = (f"{year - 1}{year % 100:02d}" if year else NOT_APPLICABLE, _ACADEMIC, at)
        said: _Record = dict(zip(_TIME, when, strict=True))
        rows.append({**record, **said, **places.cells(at, known, year)})
    order = list(LEVELS)
    names = [name for one in order[: order.index(level) + 1] for name in LEVELS[one]]
    aside = {*called.values(), *_YEARS, _COUNTRY}
    kept = [field for field in fields if field.name not in aside]
    if table.made_up:
        kept.append(Field(MADE_UP_COLUMN, "Example England is made up", is_indicator=False))
        rows = [row | {MADE_UP_COLUMN: "made up"} for row in rows]
    kept.sort(key=lambda field: field.is_indicator)
    return Tidy((*_TIME, *names), tuple(kept), tuple(rows))


def _usual_year(table: Table) -> int:
    """Return the results year most of a table is about; 0 where nothing says."""
    met = Counter(finding.year for finding in table.findings if finding.year)
    if met:
        return max(met, key=lambda year: (met[year], year))
    said = _ACADEMIC_YEAR.search(table.title)
    return results_year(said[0]) if said else 0


def _year_of(record: _Record, usual: int) -> int:
    """Return the results year a row is of: its own, else the table's; 0 where it has none."""
    said = [record[name] for name in _YEARS if name in record]
    years = [int(c) if isinstance(c, int) else results_year(c) for c in said if _is_year(c)]
    return years[0] if years else 0 if said else usual


def _is_year(cell: Cell) -> TypeGuard[int | str]:
    return isinstance(cell, int) or (isinstance(cell, str) and bool(_YEAR.fullmatch(cell)))


def _level_of_row(record: _Record, level: str) -> str:
    """Return what a row is about, where rows of one table differ in that and say so."""
    said = record.get("level")
    return _LEVELS_OF_ROWS.get(said, level) if isinstance(said, str) else level


def _is_of_england(record: _Record) -> bool:
    """Whether a row is of the whole country among rows of its parts."""
    finding = record.get("finding")
    if isinstance(finding, str):
        return finding.endswith(f".{_COUNTRY}")
    return _COUNTRY in (_text(record.get(name)).casefold() for name in ("authority", "region"))


def _text(cell: Cell) -> str:
    return cell if isinstance(cell, str) else ""


_FINDING = (
    Field("finding", "What was found", is_indicator=False),
    Field("sentence", "In words", is_indicator=False),
    Field("unit", "Unit of the figure", is_indicator=False),
    Field("value", "Figure", is_indicator=True, decimals=1),
    Field("value_lower_ci", "Figure, lower end of range", is_indicator=True, decimals=1),
    Field("value_upper_ci", "Figure, upper end of range", is_indicator=True, decimals=1),
    Field("counted", "How many it was found from", is_indicator=True),
)


def _of_findings(table: Table) -> tuple[tuple[Field, ...], list[_Record]]:
    """Return a row a finding."""
    names = ("year", *(field.name for field in _FINDING))
    records = []
    for finding in table.findings:
        figure = finding.figure
        ends: tuple[Cell, ...] = (
            (figure,) * 4
            if isinstance(figure, Withheld)
            else ((figure.value, figure.low, figure.high, figure.n))
        )
        cells = (finding.year, finding.id, finding.sentence, finding.unit, *ends)
        records.append(dict(zip(names, cells, strict=True)))
    return _FINDING, records


def _of_rows(table: Table) -> tuple[tuple[Field, ...], list[_Record]]:
    """Return a row a row and year."""
    columns, records = _by_year(table)
    names = [column.name for column in columns]
    ends = limits(table.id, names)
    fields = []
    for column, label in zip(columns, labels(table.id, columns), strict=True):
        cells = [record[column.name] for record in records]
        limit = ends.get(column.name)
        unit = unit_of(column.name if limit is None else limit.of)
        fields.append(
            Field(
                column.name if limit is None else limit.name,
                label,
                _is_indicator(cells, named=bool(unit or limit or column.decimals is not None)),
                unit if unit == "%" else "",
                column.decimals or 0,
            )
        )
    called = [field.name for field in fields]
    rows = [dict(zip(called, map(record.get, names), strict=True)) for record in records]
    # The ends of a range stand behind their figure, whichever stood first.
    at = [
        names.index(limit.of) if (limit := ends.get(name)) and limit.of in names else place
        for place, name in enumerate(names)
    ]
    order = sorted(range(len(names)), key=lambda place: (at[place], names[place] in ends, place))
    return tuple(fields[place] for place in order), rows


def _is_indicator(cells: Sequence[Cell], *, named: bool) -> bool:
    """Whether a column holds figures: by its cells, and by its name where none of them is shown."""
    shown = [cell for cell in cells if not (isinstance(cell, Withheld) or cell in (None, ""))]
    figures = [isinstance(cell, int | float) and not isinstance(cell, bool) for cell in shown]
    return all(figures) if figures else named


def _by_year(table: Table) -> tuple[list[Column], list[_Record]]:
    """Return columns without years in their names, and a row for each of those years.

    Words that are of no one year stand in every row; figures of no one year in the last, for a
    sum over rows would count them several times.
    """
    dated = {c.name: found for c in table.columns if (found := year_in(c.name))}
    years = sorted({year for _, year in dated.values()})
    records = [dict(zip((c.name for c in table.columns), row, strict=True)) for row in table.rows]
    if not years:
        return list(table.columns), records
    columns: dict[str, Column] = {}
    for column in table.columns:
        own = dated[column.name][0] if column.name in dated else column.name
        columns.setdefault(own, replace(column, name=own))
    return [Column("year", "Results year"), *columns.values()], [
        _of_one_year(record, dated, year, last=year == years[-1])
        for record in records
        for year in years
    ]


def _of_one_year(
    record: _Record, dated: Mapping[str, tuple[str, int]], year: int, *, last: bool
) -> _Record:
    found: _Record = {"year": year} | dict.fromkeys(own for own, _ in dated.values())
    for name, cell in record.items():
        if name not in dated:
            of_figures = isinstance(cell, int | float | Withheld) and not isinstance(cell, bool)
            found[name] = cell if last or not of_figures else None
        elif dated[name][1] == year:
            found[dated[name][0]] = cell
    return found
