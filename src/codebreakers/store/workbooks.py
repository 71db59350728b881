"""The sheets of a workbook that hold a table, each written as a UTF-8 text table.

The reader of workbooks holds a sheet in memory as a full rectangle and ends the process where that
does not fit, so what a workbook would unpack to is checked before it is opened.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import compress, islice
from pathlib import Path
from typing import TYPE_CHECKING

from codebreakers.errors import ReleaseError
from codebreakers.store.archives import Archive, Spent
from codebreakers.store.records import DOWNLOAD_AGAIN
from codebreakers.store.text import header_problem, used_columns

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

__all__ = ["NoTable", "Sheet", "sheets"]

HEADER_WITHIN = 20
HEADER_CELLS = 2
AREA_LIMIT = 64_000_000
TAG_LIMIT = 16 << 20
WHOLE_LIMIT = 2.0**53  # above this a float no longer tells whole numbers apart

_BATCH = 1_000
_OLD_FORMAT = b"\xd0\xcf\x11\xe0"
_FAR = re.compile(rb"""r\s*=\s*["'](?:[A-Za-z]{3,}\d|[A-Za-z]*\d{6})""")
_PLACE = re.compile(rb"""\br\s*=\s*["']([A-Za-z]*)(\d+)""")
_TAG = re.compile(
    rb"""<(?:\w+:)?(?:c|row)\s[^<>]*?\br\s*=\s*["']([A-Za-z]*)(\d+)["'][^<>]*?(/?)>"""
)

Cell = str | float | bool | dt.date | dt.time | dt.timedelta


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet that holds a table: its name, its column names, and where its text was written."""

    name: str
    header: tuple[str, ...]
    text: Path


@dataclass(frozen=True, slots=True)
class NoTable:
    """A sheet that holds none, and why it is thought so."""

    name: str
    reason: str


def sheets(path: Path, name: str, scratch: Path) -> Iterator[Sheet | NoTable]:
    """Write each sheet that holds a table as comma-separated UTF-8 text.

    Whole numbers are written without a decimal point, dates as ISO 8601, truths as TRUE or FALSE.
    The header is the row with most text in it among the first 20.

    Parameters
    ----------
    path : Path
        The workbook.
    name : str
        The workbook, as the user would name it.
    scratch : Path
        The folder to write to.

    Yields
    ------
    Sheet or NoTable
        In the order of the workbook, hidden sheets included.

    Raises
    ------
    ReleaseError
        The workbook cannot be read, is protected by a password, or would not fit in memory.
    """
    _refuse_unsafe(path, name)
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum

    try:
        with CalamineWorkbook.from_path(path) as workbook:
            for sheet in workbook.sheets_metadata:
                if sheet.typ == SheetTypeEnum.WorkSheet:
                    yield _sheet(workbook, sheet.name, scratch)
                else:
                    yield NoTable(sheet.name, "not a sheet of cells")
    except (CalamineError, OSError, ValueError) as error:
        said = f"the workbook cannot be read: {type(error).__name__}: {error}"
        raise ReleaseError(name, said, remedy=DOWNLOAD_AGAIN) from error


def _refuse_unsafe(path: Path, name: str) -> None:
    with path.open("rb") as stream:
        if stream.read(len(_OLD_FORMAT)) == _OLD_FORMAT:
            raise ReleaseError(
                name,
                "the workbook is protected by a password, or is an old .xls",
                remedy="Open it and save it as .xlsx without a password.",
            )
    with Archive(path, name, Spent(), "workbook") as archive:
        for member in archive.members:
            far = False
            for part in _between_tags(archive.blocks(member), name):
                far = far or bool(_FAR.search(part))
            if far and _area(_between_tags(archive.blocks(member), name)) > AREA_LIMIT:
                raise ReleaseError(
                    name,
                    f"{member.name} has cells so far apart that the sheet would not fit in memory",
                    remedy="Delete what stands outside the table, or save the table as CSV UTF-8.",
                )


def _between_tags(blocks: Iterable[bytes], name: str) -> Iterator[bytes]:
    """Cut XML only where a tag begins."""
    held = b""
    for block in blocks:
        held += block
        if (at := held.rfind(b"<")) > 0:
            yield held[:at]
            held = held[at:]
        if len(held) > TAG_LIMIT:
            raise ReleaseError(
                name,
                f"the workbook has more than {TAG_LIMIT >> 20} MiB between two tags",
                remedy="Open it and save the table as CSV UTF-8.",
            )
    yield held


def _area(xml: Iterable[bytes]) -> int:
    """Measure the rectangle from A1 that holds every row and cell that is not empty.

    Where some places are not in the tags of rows and cells as they are usually written, all places
    are taken to hold something.
    """
    width = height = 0
    for part in xml:
        places = _PLACE.findall(part)
        tags = _TAG.findall(part)
        if len(tags) == len(places):
            places = [(column, row) for column, row, empty in tags if not empty]
        columns = {column for column, _ in places}
        width = max(width, *map(_column_number, columns), 1)
        height = max(height, *(int(row.lstrip(b"0")[:9] or 0) for _, row in places), 1)
    return width * height


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper()[:6]:
        number = number * 26 + letter - ord("A") + 1
    return number


def _sheet(workbook: CalamineWorkbook, title: str, scratch: Path) -> Sheet | NoTable:
    sheet = workbook.get_sheet_by_name(title)
    head: list[list[Cell]] = list(islice(sheet.iter_rows(), HEADER_WITHIN))
    texts = [
        sum(isinstance(cell, str) and not cell.isspace() and cell != "" for cell in row)
        for row in head
    ]
    if max(texts, default=0) < HEADER_CELLS:
        return NoTable(title, f"no header in its first {HEADER_WITHIN} rows")
    top = texts.index(max(texts))
    header = tuple(str(_plain(cell)).strip() for cell in head[top])
    if problem := header_problem(header):
        return NoTable(title, problem)

    def below() -> Iterator[list[Cell]]:
        return (row for row in islice(sheet.iter_rows(), top + 1, None) if _holds(row))

    if next(below(), None) is None:
        return NoTable(title, "no rows below its header")
    used = used_columns(header, below())
    header = tuple(compress(header, used))
    chosen = below() if all(used) else (list(compress(row, used)) for row in below())
    return Sheet(title, header, _written(header, chosen, scratch))


def _holds(row: Sequence[Cell]) -> bool:
    return row[0] != "" or any(cell != "" for cell in row)


def _written(header: tuple[str, ...], rows: Iterator[list[Cell]], scratch: Path) -> Path:
    with tempfile.NamedTemporaryFile(dir=scratch, suffix=".csv", delete=False) as out:
        batch: list[Sequence[Cell]] = [header]
        while batch:
            text = io.StringIO()
            csv.writer(text, lineterminator="\n").writerows(batch)
            out.write(text.getvalue().replace("\r\n", "\n").replace("\r", "\n").encode())
            batch = [
                [cell if type(cell) is str else _plain(cell) for cell in row]
                for row in islice(rows, _BATCH)
            ]
    return Path(out.name)


def _plain(cell: Cell) -> str | int | float:
    """Write a cell as a table of text would have it."""
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() and abs(cell) <= WHOLE_LIMIT else cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, (dt.date, dt.time)):
        return cell.isoformat()
    return str(cell)
