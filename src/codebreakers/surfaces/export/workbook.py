"""A workbook that anybody can read, by the government's guidance on accessible spreadsheets.

One table a sheet, a real table with a row of headings; a cover, a list of contents and notes in
sheets of their own; no merged cell, no empty cell, nothing said by colour or place alone. Cells are
words or numbers and never formulas or links, whatever they hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codebreakers.errors import RequestError
from codebreakers.estimates import Withheld
from codebreakers.findings import Cell, Finding, Run, Table
from codebreakers.surfaces.charts.words import seen
from codebreakers.surfaces.export.about import (
    attribution,
    definitions,
    notes_of,
    origin,
    sources,
)
from codebreakers.surfaces.export.columns import labels, unit_of
from codebreakers.surfaces.export.shorthand import MEANINGS, reasons_of, shorthand

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

__all__ = ["write_workbook"]

_MOST_ROWS = 1_048_000
_MOST_LETTERS = 32_000
_FONT = {"font_name": "Arial", "font_size": 12, "valign": "top"}
_WIDEST, _NARROWEST = 60, 12
_NEVER = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_ONE = "This sheet has one table. The sheet Notes says what stands in square brackets."
_COVER, _CONTENTS, _NOTES = "Cover", "Contents", "Notes"


@dataclass(frozen=True, slots=True)
class _Sheet:
    """One table and the lines above it.

    Parameters
    ----------
    name : str
        Of the sheet.
    title : str
        Its first line.
    headings : tuple of str
        No two alike; () for a sheet without a table.
    rows : sequence of sequences
        Cells.
    lines : tuple of str
        Below the title.
    decimals : tuple of (int or None)
        To show, a column.
    """

    name: str
    title: str
    headings: tuple[str, ...] = ()
    rows: Sequence[Sequence[Cell]] = ()
    lines: tuple[str, ...] = ()
    decimals: tuple[int | None, ...] = ()


def write_workbook(table: Table, run: Run, path: Path) -> None:
    """Write an answer as a workbook.

    Parameters
    ----------
    table : Table
        What is written: its rows, and its findings with what each means.
    run : Run
        What made it.
    path : Path
        Where.

    Raises
    ------
    RequestError
        There are more rows, or longer words, than a workbook holds.
    """
    # The library is loaded by the only files that need it.
    from xlsxwriter import Workbook

    shown = [sheet for sheet in _tables(table) if sheet.rows]
    described = [*shown, _notes(table)]
    book = Workbook(str(path), _NEVER)
    book.set_properties(
        {
            "title": seen(table.title)[:250],
            "subject": "Made-up data" if table.made_up else "Not an official statistic",
            "author": "codebreakers",
            "comments": attribution(table, run),
        }
    )
    book.set_custom_property("Language", "en-GB")
    book.formats[0].set_font_name(_FONT["font_name"])
    book.formats[0].set_font_size(_FONT["font_size"])
    pages = [_cover(table, run), _contents(described), *described]
    for number, sheet in enumerate(pages):
        _draw(book, sheet, number)
    _link(book, described)
    book.close()


def _cover(table: Table, run: Run) -> _Sheet:
    said = (("What was counted", definitions(table)), ("Read from", sources(run)))
    lines = [attribution(table, run), f"Made by {origin(run)}."]
    lines += [f"{heading}: {one}" for heading, found in said for one in found]
    return _Sheet(_COVER, table.title, lines=tuple(lines))


def _contents(sheets: Sequence[_Sheet]) -> _Sheet:
    rows = [(sheet.name, sheet.title) for sheet in sheets]
    return _Sheet(_CONTENTS, "Contents", ("Sheet", "What is in it"), rows)


def _tables(table: Table) -> tuple[_Sheet, _Sheet]:
    shown = tuple(
        _titled(c.name, label)
        for c, label in zip(table.columns, labels(table.id, table.columns), strict=True)
    )
    decimals = tuple(column.decimals for column in table.columns)
    made_up = ("Example England is a made-up country.",) if table.made_up else ()
    headings = (
        "Finding",
        "In words",
        "Figure",
        "Lower end of range",
        "Upper end of range",
        "Unit",
        "Found from, number",
        "Results year",
        "What was counted",
    )
    found = [_found(finding) for finding in table.findings]
    return (
        _Sheet("Table 1", table.title, shown, table.rows, made_up, decimals),
        _Sheet("Table 2", f"Findings: {table.title}", headings, found, made_up, (None,) * 9),
    )


def _titled(name: str, label: str) -> str:
    """Return a heading with its unit, where it does not say it already."""
    unit = unit_of(name)
    return label if not unit or unit.casefold() in label.casefold() else f"{label} ({unit})"


def _found(finding: Finding) -> tuple[Cell, ...]:
    figure = finding.figure
    shown: tuple[Cell, ...]
    if isinstance(figure, Withheld):
        shown, count = (figure,) * 3, None
    else:
        shown, count = (figure.value, figure.low, figure.high), figure.n
    year = finding.year or None
    return (finding.id, finding.sentence, *shown, finding.unit, count, year, finding.definition)


def _notes(table: Table) -> _Sheet:
    why = reasons_of(table)
    rows = [(f"[{key}]", _meant(meaning, why.get(key, {}))) for key, meaning in MEANINGS.items()]
    rows += [(f"Note {i}", note) for i, note in enumerate(notes_of(table), 1)]
    line = "Shorthand stands in a cell that has no figure."
    return _Sheet(_NOTES, "Notes and shorthand", ("Note", "What it says"), rows, (line,))


def _meant(meaning: str, why: dict[str, int]) -> str:
    said = "; ".join(f"{reason} ({number:,})" for reason, number in why.items())
    return f"{meaning}. Here: {said}" if said else f"{meaning}. Not used here"


def _draw(book: Workbook, sheet: _Sheet, number: int) -> None:
    """Draw one sheet: its lines from the first row, then its table."""
    page = book.add_worksheet(sheet.name)
    page.hide_gridlines(2)
    title = book.add_format({**_FONT, "bold": True, "font_size": 16})
    page.write_string(0, 0, _words(sheet.title), title)
    counted = _ONE if sheet.headings else ""
    wrapped = book.add_format({**_FONT, "text_wrap": True})
    plain = book.add_format(_FONT)
    lines = [line for line in (counted, *sheet.lines) if line]
    for at, line in enumerate(lines, 1):
        page.write_string(at, 0, _words(line), plain if sheet.headings else wrapped)
    if sheet.headings:
        _draw_table(book, page, sheet, number, first=len(lines) + 1)
    else:
        page.set_column(0, 0, 100)


def _draw_table(book: Workbook, page: Worksheet, sheet: _Sheet, number: int, *, first: int) -> None:
    if len(sheet.rows) > _MOST_ROWS:
        raise RequestError(
            f"There are {len(sheet.rows):,} rows, and a sheet holds {_MOST_ROWS:,}.",
            remedy="Write them as .csv or .parquet.",
        )
    last = len(sheet.headings) - 1
    head = book.add_format({**_FONT, "bold": True, "text_wrap": True, "bottom": 1})
    words = book.add_format({**_FONT, "text_wrap": True})
    formats = [_format(book, places) for places in sheet.decimals]
    page.add_table(
        first,
        0,
        first + max(1, len(sheet.rows)),
        last,
        {
            "name": f"table_{number}",
            "style": None,
            "autofilter": False,
            "columns": [{"header": _words(h), "header_format": head} for h in sheet.headings],
        },
    )
    for down, row in enumerate(sheet.rows, first + 1):
        for across, cell in enumerate(row):
            shown = _shown(cell)
            if isinstance(shown, str):
                page.write_string(down, across, shown, words)
            else:
                page.write_number(down, across, shown, formats[across][isinstance(shown, float)])
    for across, heading in enumerate(sheet.headings):
        page.set_column(across, across, _width(heading, [row[across] for row in sheet.rows]))


def _link(book: Workbook, sheets: Sequence[_Sheet]) -> None:
    """Make each name in the list of contents lead to its sheet."""
    page = book.get_worksheet_by_name(_CONTENTS)
    look = book.add_format({**_FONT, "underline": True})
    for down, sheet in enumerate(sheets, 3):
        page.write_url(down, 0, f"internal:'{sheet.name}'!A1", look, sheet.name)


def _format(book: Workbook, places: int | None) -> tuple[Any, Any]:
    """Return how whole numbers and others are shown; a year has no thousands."""
    decimals = "0" if places == 0 else "0." + "0" * (1 if places is None else places)
    return tuple(book.add_format({**_FONT, "num_format": n}) for n in ("0", f"#,##{decimals}"))


def _shown(cell: Cell) -> str | float | int:
    if isinstance(cell, Withheld):
        return f"[{shorthand(cell)}]"
    if isinstance(cell, bool):
        return "Yes" if cell else "No"
    if isinstance(cell, int):
        return cell
    if isinstance(cell, float):
        return float(cell)
    return _words(cell or "") or f"[{shorthand(None)}]"


def _words(text: str) -> str:
    words = seen(text)
    if len(words) > _MOST_LETTERS:
        raise RequestError(
            f"A cell has {len(words):,} letters, and a workbook's holds {_MOST_LETTERS:,}.",
            remedy="Write the answer as .csv, .parquet or .json.",
        )
    return words


def _width(heading: str, cells: Sequence[Cell]) -> float:
    longest = max((len(str(_shown(cell))) for cell in cells if isinstance(cell, str)), default=0)
    return min(max(longest, len(heading) / 2, _NARROWEST) * 1.2, _WIDEST)
