"""A published text file as whole records: bytes, LF line ends, cut only between rows.

A record is a row as it was written. It may have several lines, where a quoted cell holds a line
end. Nothing here knows an encoding: separators, quotation marks and line ends are single bytes in
all that are read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO, Protocol

from codebreakers.errors import ReleaseError

__all__ = [
    "DOWNLOAD_AGAIN",
    "FILE_LIMIT",
    "LINE_LIMIT",
    "Digest",
    "blocks",
    "count_cells",
    "first_record_end",
    "pieces",
    "records",
    "segments",
    "unquoted",
]

FILE_LIMIT = 1 << 30
LINE_LIMIT = 1 << 20
DOWNLOAD_AGAIN = "Download the file again."

_BLOCK = 1 << 20  # not above LINE_LIMIT: then only the first record of a piece can be too long


class Digest(Protocol):
    """A running hash."""

    def update(self, data: bytes, /) -> None:
        """Take in more bytes."""


def blocks(stream: BinaryIO, digest: Digest, name: str) -> Iterator[bytes]:
    """Read a file in blocks, hash what was read, and write every line end LF.

    Parameters
    ----------
    stream : binary file
        The published file.
    digest : Digest
        Takes in the bytes as they were published.
    name : str
        The file, as the user would name it.

    Yields
    ------
    bytes
        About 1 MiB each.

    Raises
    ------
    ReleaseError
        The file is larger than 1 GiB.
    """
    size = 0
    held = b""
    while block := stream.read(_BLOCK):
        size += len(block)
        if size > FILE_LIMIT:
            raise ReleaseError(name, "the file is larger than 1 GiB", remedy="Split the table.")
        digest.update(block)
        block = held + block
        held = b"\r" if block.endswith(b"\r") else b""  # its LF may be in the next block
        if b"\r" in block:
            block = block.removesuffix(held).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        yield block
    if held:
        yield b"\n"


def pieces(published: Iterable[bytes], name: str) -> Iterator[tuple[int, bytes]]:
    """Cut a file between records.

    Parameters
    ----------
    published : iterable of bytes
        The file, in blocks with LF line ends.
    name : str
        What the user would call it.

    Yields
    ------
    int, bytes
        The line a piece begins on, from 1, and its records; only the last may lack its line end.

    Raises
    ------
    ReleaseError
        The file holds a zero byte, a record longer than 1 MiB, or a quotation mark never closed.
    """
    line = 1
    held = b""
    for block in published:
        piece = held + block
        if (zero := piece.find(b"\0", len(held))) >= 0:
            binary = "the file is binary, not text (it holds a zero byte)"
            at = line + piece.count(b"\n", 0, zero)
            raise ReleaseError(name, binary, line=at, remedy=DOWNLOAD_AGAIN)
        end = _last_record_end(piece)
        if (first_record_end(piece) if end else len(piece)) > LINE_LIMIT:
            raise _too_long(name, line, piece[:LINE_LIMIT])
        if end:
            yield line, piece[:end]
            line += piece.count(b"\n", 0, end)
        held = piece[end:]
    if held.count(b'"') % 2:
        raise _unclosed(name, line, held, "before the file ends; it may be cut off")
    if held:
        yield line, held


def first_record_end(piece: bytes) -> int:
    """Find where the first record of a piece ends, its line end included: 0 where it does not."""
    start = marks = 0
    while (at := piece.find(b"\n", start)) >= 0:
        marks += piece.count(b'"', start, at)
        if marks % 2 == 0:
            return at + 1
        start = at + 1
    return 0


def records(piece: bytes) -> Iterator[bytes]:
    """Part a piece that ends in a line end into its records, without their line ends."""
    record = b""
    for line in piece.split(b"\n")[:-1]:
        record += line
        if record.count(b'"') % 2:
            record += b"\n"
        else:
            yield record
            record = b""


def segments(piece: bytes) -> list[bytes]:
    """Return what stands before, between and after the quoted cells.

    It holds the separators and line ends of the table, and none of its text's.
    """
    if b'"' not in piece:
        return [piece]
    first, *inner, last = piece.split(b'"')[::2]
    return [first, *filter(None, inner), last]  # an empty one is a doubled mark


def unquoted(piece: bytes) -> bytes:
    """Put one quotation mark in place of every quoted cell."""
    return b'"'.join(segments(piece))


def count_cells(record: bytes, separator: bytes) -> int:
    """Count the cells of one record."""
    return unquoted(record).count(separator) + 1


def _last_record_end(piece: bytes) -> int:
    end = len(piece)
    marks = piece.count(b'"')
    while (at := piece.rfind(b"\n", 0, end)) >= 0:
        marks -= piece.count(b'"', at, end)
        if marks % 2 == 0:
            return at + 1
        end = at
    return 0


def _too_long(name: str, line: int, start: bytes) -> ReleaseError:
    if start.count(b'"') % 2:
        return _unclosed(name, line, start, "within 1 MiB")
    return ReleaseError(
        name,
        "the line is longer than 1 MiB",
        line=line,
        remedy="A table has one row a line: check what this file is.",
    )


def _unclosed(name: str, line: int, start: bytes, until: str) -> ReleaseError:
    return ReleaseError(
        name,
        f"a quotation mark is opened and not closed {until}",
        line=line + start.count(b"\n", 0, start.rindex(b'"')),
        remedy=DOWNLOAD_AGAIN,
    )
