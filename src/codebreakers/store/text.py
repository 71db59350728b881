"""A published text table, rewritten as clean UTF-8 with LF line ends, and refused if damaged.

The file is read in blocks, once, or twice where it turns out not to be UTF-8. Rows are checked a
block at a time: with everything but separators and line ends taken away, the rows of a sound table
are one pattern repeated.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import compress
from operator import itemgetter
from pathlib import Path

from codebreakers.errors import ReleaseError
from codebreakers.store.records import (
    DOWNLOAD_AGAIN,
    blocks,
    count_cells,
    first_record_end,
    pieces,
    records,
    segments,
    unquoted,
)

__all__ = ["Cleaned", "clean", "header_problem", "used_columns"]

COLUMN_LIMIT = 2_000

# A writer that leaves out blank cells at the end of a row does so throughout, so short rows are
# many in what it writes; a few short rows are damage, or notes below the table.
_TRIMMED_ROWS = 10
_TRIMMED_SHARE = 0.01

_BOM = b"\xef\xbb\xbf"
_OTHER_FORMATS = {
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"%PDF": "a PDF document",
    b"\x7fELF": "a program",
    b"\x1f\x8b": "compressed by gzip",
    b"Rar!": "a RAR archive",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"PK\x03\x04": "a zip or a workbook",
    b"\xd0\xcf\x11\xe0": "an old .xls workbook",
    b"PAR1": "a Parquet file",
}


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What a published text table was found to be.

    Parameters
    ----------
    header : tuple of str
        Column names, stripped of blanks; a column that has no name but holds values is "".
    separator : str
        A comma or a tab.
    encoding : str
        ``utf-8``, ``utf-8-sig`` or ``cp1252``.
    sha256 : str
        Of the published bytes, in hexadecimal.
    size : int
        Of the published file, in bytes.
    trimmed : int
        Rows whose blank cells at the end were left out by the publisher, and were completed.
    """

    header: tuple[str, ...]
    separator: str
    encoding: str
    sha256: str
    size: int
    trimmed: int


def clean(source: Path, name: str, text: Path) -> Cleaned:
    """Rewrite a published text table as UTF-8 with LF line ends.

    Parameters
    ----------
    source : Path
        The published file.
    name : str
        The file, as the user would name it.
    text : Path
        Where to write: the header is the first record, and every row has as many cells.

    Returns
    -------
    Cleaned
        How the file was written, and what its columns are called.

    Raises
    ------
    ReleaseError
        The file is empty, not text, neither UTF-8 nor Windows-1252, cut off, or not a table.
    """
    with source.open("rb") as stream:
        head = stream.read(1024)
    _refuse_other_formats(head, name)
    if head.startswith(_BOM):
        cleaned = _rewrite(source, name, text, "utf-8-sig")
    else:
        try:
            cleaned = _rewrite(source, name, text, "utf-8")
        except _NotUtf8Error:
            cleaned = _rewrite(source, name, text, "cp1252")
    return cleaned if all(cleaned.header) else _without_unused(cleaned, name, text)


def header_problem(header: Sequence[str]) -> str:
    """Say what is wrong with the names of a table's columns: nothing where it is empty.

    Names are compared without regard to case, as layouts and engines compare them.
    """
    if not any(header):
        return "the header names no column"
    if len(header) > COLUMN_LIMIT:
        return f"the header has {len(header):,} columns, more than {COLUMN_LIMIT:,}"
    counts = Counter(name.casefold() for name in header if name)
    twice = dict.fromkeys(name for name in header if counts[name.casefold()] > 1)
    if twice:
        return f"the header uses a name for more than one column: {', '.join(twice)}"
    return ""


def used_columns(header: Sequence[str], rows: Iterable[Sequence[object]]) -> tuple[bool, ...]:
    """Tell which columns have a name or, failing that, a value.

    Parameters
    ----------
    header : sequence of str
        Names, "" where a column has none.
    rows : iterable of sequence
        The rows below, each as long as the header.

    Returns
    -------
    tuple of bool
        As long as the header.
    """
    used = [bool(name) for name in header]
    idle = {i for i, name in enumerate(header) if not name}
    for row in rows:
        if not idle:
            break
        for i in [i for i in idle if str(row[i]).strip()]:
            used[i] = True
            idle.remove(i)
    return tuple(used)


class _NotUtf8Error(Exception):
    """The file is not UTF-8: it is to be read again as Windows-1252."""


class _Rows:
    """The rows of one table, checked a piece at a time against its header."""

    def __init__(self, name: str, line: int, header: bytes) -> None:
        self.name = name
        outside = unquoted(header)
        self.mark = b"\t" if outside.count(b"\t") > outside.count(b",") else b","
        self.separator = self.mark.decode()
        self._refuse_stray_marks(line, header, segments(header))
        try:
            (cells,) = csv.reader([header.decode()], delimiter=self.separator, strict=True)
        except csv.Error as error:
            raise ReleaseError(
                name, f"the header cannot be read: {error}", line=line, remedy=DOWNLOAD_AGAIN
            ) from error
        self.header = tuple(cell.strip() for cell in cells)
        if problem := header_problem(self.header):
            raise ReleaseError(
                name, problem, line=line, remedy="The first line names each column once."
            )
        self.width = len(self.header)
        self.count = 0
        self.trimmed = 0
        self._blank_ends = False
        self._first_short = (0, 0)
        self._last_short = (0, 0)
        self._skeleton = self.mark * (self.width - 1) + b"\n"
        self._others = bytes(b for b in range(256) if b not in self._skeleton + b"\n" + self.mark)

    def header_record(self) -> bytes:
        """Write the header anew, its names stripped."""
        out = io.StringIO()
        csv.writer(out, delimiter=self.separator, lineterminator="\n").writerow(self.header)
        return out.getvalue().encode()

    def checked(self, line: int, piece: bytes) -> bytes:
        """Check whole records that begin on a line, and return them with every row full."""
        parts = segments(piece)
        self._refuse_stray_marks(line, piece, parts)
        outside = b'"'.join(parts)
        self._blank_ends = (
            self._blank_ends or self.mark + b"\n" in outside or self.mark + b'""\n' in piece
        )
        skeleton = outside.translate(None, self._others)
        rows = skeleton.count(b"\n")
        # Of several columns a blank line is no row of theirs; of one, it looks like one.
        blank_line = self.width == 1 and (outside.startswith(b"\n") or b"\n\n" in outside)
        if skeleton != self._skeleton * rows or blank_line:
            return self._mended(line, piece)
        self.count += rows
        self._last_short = (0, 0)
        return piece

    def finish(self, *, whole: bool) -> None:
        """Refuse a table without rows, or with short rows that are damage."""
        if not self.count:
            raise ReleaseError(
                self.name, "the table has a header and no rows", line=1, remedy=DOWNLOAD_AGAIN
            )
        if self._last_short[0] and not whole:
            raise self._ragged(*self._last_short, "The file is cut off: download it again.")
        expected = max(_TRIMMED_ROWS, _TRIMMED_SHARE * self.count)
        if self.trimmed and (self._blank_ends or self.trimmed < expected):
            raise self._ragged(*self._first_short, DOWNLOAD_AGAIN)

    def _mended(self, line: int, piece: bytes) -> bytes:
        """Complete short rows and leave out blank lines."""
        mended = []
        for record in records(piece):
            cells = count_cells(record, self.mark)
            at, line = line, line + record.count(b"\n") + 1
            if not record.strip() and (cells < self.width or not record):
                continue
            self._last_short = (at, cells) if cells < self.width else (0, 0)
            if cells > self.width:
                raise self._ragged(at, cells, "Quote cells that hold the separator.")
            if cells < self.width:
                if cells == 1:
                    raise self._ragged(at, cells, "Remove notes; download a cut-off file again.")
                self._first_short = self._first_short if self.trimmed else (at, cells)
                self.trimmed += 1
                record += self.mark * (self.width - cells)
            mended.append(record + b"\n")
        self.count += len(mended)
        return b"".join(mended)

    def _ragged(self, line: int, cells: int, remedy: str) -> ReleaseError:
        met = f"the row has {cells:,} cell{'s' * (cells != 1)} and the header {self.width:,}"
        return ReleaseError(self.name, met, line=line, remedy=remedy)

    def _refuse_stray_marks(self, line: int, piece: bytes, parts: list[bytes]) -> None:
        if not self._stray_marks(parts):
            return
        for record in records(piece):
            if self._stray_marks(segments(record + b"\n")):
                break
            line += record.count(b"\n") + 1
        raise ReleaseError(
            self.name,
            "a quotation mark stands inside a cell that is not quoted as a whole",
            line=line,
            remedy="Quote the cell, and double the quotation marks in it.",
        )

    def _stray_marks(self, parts: list[bytes]) -> bool:
        """Whether a quoted cell does not begin and end where a cell does."""
        if len(parts) == 1:
            return False
        first, *inner, last = parts
        before = {*first[-1:], *map(itemgetter(-1), inner)}
        after = {*map(itemgetter(0), inner), *last[:1]}
        return not before | after <= {*self.mark, *b"\n"}


def _refuse_other_formats(head: bytes, name: str) -> None:
    if not head:
        raise ReleaseError(name, "the file is empty", remedy=DOWNLOAD_AGAIN)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ReleaseError(
            name, "the file is UTF-16, not UTF-8", remedy="Save it as CSV UTF-8 and give that file."
        )
    for signature, what in _OTHER_FORMATS.items():
        if head.startswith(signature):
            raise ReleaseError(
                name,
                f"the file is {what}, not a text table",
                remedy="Name it for what it is, or save the table as CSV UTF-8.",
            )
    if head.removeprefix(_BOM).lstrip().startswith(b"<"):
        raise ReleaseError(
            name,
            "the file is a web page, not a table; it may be an error page",
            remedy=DOWNLOAD_AGAIN,
        )


def _rewrite(source: Path, name: str, text: Path, encoding: str) -> Cleaned:
    digest = hashlib.sha256()
    rows: _Rows | None = None
    whole = True
    with source.open("rb") as stream, text.open("wb") as out:
        if encoding == "utf-8-sig":
            digest.update(stream.read(len(_BOM)))
        for line, published in pieces(blocks(stream, digest, name), name):
            piece = _as_utf8(published, encoding, name, line)
            whole = piece.endswith(b"\n")
            piece = piece if whole else piece + b"\n"
            first = line
            if rows is None:
                first, piece = _without_blank_lines(line, piece)
                if not piece:
                    continue
                end = first_record_end(piece)
                rows = _Rows(name, first, piece[:end])
                out.write(rows.header_record())
                first, piece = first + piece.count(b"\n", 0, end), piece[end:]
            out.write(rows.checked(first, piece))
        size = stream.tell()
    if rows is None:
        raise ReleaseError(name, "the file holds nothing but blanks", remedy=DOWNLOAD_AGAIN)
    rows.finish(whole=whole)
    return Cleaned(rows.header, rows.separator, encoding, digest.hexdigest(), size, rows.trimmed)


def _as_utf8(piece: bytes, encoding: str, name: str, line: int) -> bytes:
    if piece.isascii():
        return piece
    try:
        if encoding == "cp1252":
            return piece.decode("cp1252").encode()
        piece.decode()
    except UnicodeDecodeError as error:
        if encoding == "utf-8":
            raise _NotUtf8Error from error
        claim = (
            "neither UTF-8 nor Windows-1252"
            if encoding == "cp1252"
            else "not UTF-8, as its byte-order mark claims"
        )
        raise ReleaseError(
            name,
            f"the byte 0x{piece[error.start]:02X} is {claim}",
            line=line + piece.count(b"\n", 0, error.start),
            remedy="Save the file as CSV UTF-8, or download it again.",
        ) from error
    return piece


def _without_blank_lines(line: int, piece: bytes) -> tuple[int, bytes]:
    """Pass over the blank lines a piece begins with."""
    rest = piece.lstrip(b" \n")
    return line + piece.count(b"\n", 0, len(piece) - len(rest)), rest


def _without_unused(cleaned: Cleaned, name: str, text: Path) -> Cleaned:
    """Leave out columns that have neither a name nor a value, as spreadsheets export them."""
    whole = text.with_suffix(".whole")
    text.replace(whole)
    try:
        with whole.open(encoding="utf-8", newline="") as lines:
            rows = csv.reader(lines, delimiter=cleaned.separator, strict=True)
            next(rows)
            used = used_columns(cleaned.header, rows)
            lines.seek(0)
            with text.open("w", encoding="utf-8", newline="") as out:
                writer = csv.writer(out, delimiter=cleaned.separator, lineterminator="\n")
                rows = csv.reader(lines, delimiter=cleaned.separator, strict=True)
                writer.writerows(list(compress(row, used)) for row in rows)
    except csv.Error as error:
        raise ReleaseError(
            name, f"a row cannot be read: {error}", remedy="Name every column."
        ) from error
    finally:
        whole.unlink()
    return replace(cleaned, header=tuple(compress(cleaned.header, used)))
