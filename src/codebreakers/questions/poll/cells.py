"""The files of a poll, read as hostile text: columns of words, each different word once."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from codebreakers.errors import ReleaseError, UnknownNameError
from codebreakers.store.files import TableFile, tables

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Cells", "Column", "plain", "read_cells"]

_MADE_UP = "EXAMPLE_ENGLAND"


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One column: each different text once, and which of them stands in each row.

    Parameters
    ----------
    name : str
    texts : tuple of str
        Without blanks around them; of texts that differ in capitals only, the first met. "" stands
        for a blank cell.
    codes : ndarray of int, shape (n,)
        Indices into `texts`.
    """

    name: str
    texts: tuple[str, ...]
    codes: NDArray[np.int64]

    @property
    def blank(self) -> NDArray[np.bool_]:
        """Which rows are blank, shape (n,)."""
        found: NDArray[np.bool_] = np.array([not text for text in self.texts])[self.codes]
        return found

    def take(self, rows: NDArray[np.bool_]) -> Column:
        """Return the column of some rows."""
        return Column(self.name, self.texts, self.codes[rows])


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """A table of words.

    Parameters
    ----------
    file : str
        As a user would name it.
    sha256 : str
        Of the file, in hexadecimal.
    header : tuple of str
    rows : int
        n of them, without those that are blank throughout.
    blank_rows : int
        How many of those there were.
    made_up : bool
        Whether it says that it is about Example England.
    """

    file: str
    sha256: str
    header: tuple[str, ...]
    rows: int
    blank_rows: int
    made_up: bool
    _columns: tuple[tuple[str, ...], ...]

    def column(self, name: str) -> Column:
        """Return one column, whatever the capitals of its name.

        Raises
        ------
        UnknownNameError
            The table has no such column.
        """
        folded = [own.casefold() for own in self.header]
        if name.casefold() not in folded:
            raise UnknownNameError(f"column in {self.file}", name, [h for h in self.header if h])
        return _column(name, self._columns[folded.index(name.casefold())])

    def has(self, name: str) -> bool:
        """Whether there is a column of this name, whatever its capitals."""
        return name.casefold() in (own.casefold() for own in self.header)


def plain(text: str) -> str:
    """Return a text with single spaces and none around it: spreadsheets leave stray ones."""
    return " ".join(text.split())


def read_cells(path: str | Path) -> Cells:
    """Read a table of words: CSV or TSV in UTF-8 or cp1252, or a workbook of one sheet.

    Raises
    ------
    ReleaseError
        It cannot be read, is damaged or empty, or is a folder or workbook of several tables.
    """
    with tempfile.TemporaryDirectory(prefix="codebreakers-") as scratch:
        found = [one for one in tables(Path(path), Path(scratch)) if isinstance(one, TableFile)]
        if len(found) != 1:
            raise ReleaseError(
                str(path),
                f"there are {len(found)} tables in it, and there should be one",
                available=[one.name for one in found],
                remedy="Give the one table, as CSV.",
            )
        return _read(found[0])


def _read(table: TableFile) -> Cells:
    with table.text.open(encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines, delimiter=table.separator, strict=True)
        next(rows)
        every = list(rows)
    filled = [row for row in every if any(cell and not cell.isspace() for cell in row)]
    if not filled:
        raise ReleaseError(table.name, "there is nothing but blanks under the header")
    columns = tuple(zip(*filled, strict=True))
    made_up = _MADE_UP in table.header
    blank = len(every) - len(filled)
    return Cells(table.name, table.sha256, table.header, len(filled), blank, made_up, columns)


def _column(name: str, cells: Sequence[str]) -> Column:
    met: dict[str, int] = {}
    raw = np.array([met.setdefault(cell, len(met)) for cell in cells], dtype=np.int64)
    texts: dict[str, int] = {}
    said: list[str] = []
    place = []
    for cell in met:
        text = plain(cell)
        if text.casefold() not in texts:
            texts[text.casefold()] = len(said)
            said.append(text)
        place.append(texts[text.casefold()])
    return Column(name, tuple(said), np.array(place, dtype=np.int64)[raw])
