"""The transfer of one file into its ``.part``: begun, gone on with, whole, and of what kind."""

from __future__ import annotations

import os
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from urllib3.response import BaseHTTPResponse

from codebreakers.sources.asking import BLOCK, NotServedError, PassingError, RefusedError, Web
from codebreakers.sources.ledger import Version

__all__ = ["Transfer", "decoded", "suffix"]

LARGEST = 1 << 30  # bytes of a table

_ZIP = b"PK\x03\x04"
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_VALIDATOR = re.compile(r"[\x20-\x7e]{1,200}")
_LENGTH = re.compile(r"\d{1,15}")
_RANGE = re.compile(r"bytes (\d{1,15})-\d{1,15}/(\d{1,15}|\*)")


@dataclass(frozen=True, slots=True)
class Transfer:
    """One address to one ``.part``.

    Parameters
    ----------
    web : Web
        Asks.
    url, part : str, pathlib.Path
        From where, to where.
    known : Version, optional
        The version that is held whole, if one is.
    begin : callable
        Told which version the bytes will be, before the first of them is written.
    progress : callable
        Told the bytes held so far and the bytes there will be, where known.
    """

    web: Web
    url: str
    part: Path
    known: Version | None
    begin: Callable[[Version], None]
    progress: Callable[[int, int | None], None]

    def attempt(self, begun: Version | None) -> tuple[Version, str]:
        """Bring the part to its end, once.

        Parameters
        ----------
        begun : Version, optional
            The version that the bytes in the part are of.

        Returns
        -------
        tuple of (Version, str)
            Which version it is, and ``fetched``, ``resumed`` (the part was gone on with), or
            ``unchanged`` (the server still has the one that is `known`, and nothing came).

        Raises
        ------
        FaultError
            Where it did not come whole; what came stays in the part where that can be gone on with.
        """
        at = self._held(begun)
        conditions = self._conditions(begun, at)
        with self.web.get(self.url, conditions) as response:
            if response.status == 304 and self.known and conditions and not at:
                return self.known, "unchanged"
            if response.status == 200:
                at = 0
            elif not self._continues(response, begun, at):
                self.part.unlink(missing_ok=True)
                reason = f"the server answered {response.status}, which does not fit what was asked"
                raise PassingError(self.url, reason, 0)
            total = self._total(response, at)
            version = begun if at and begun else self._version(response)
            if not at:
                self.part.write_bytes(b"")
                self.begin(version)
            state = "resumed" if at else "fetched"
            self._pour(response, at, total)
        return version, state

    def _held(self, begun: Version | None) -> int:
        fits = begun and begun.url == self.url and begun.validator and self.part.exists()
        return self.part.stat().st_size if fits else 0

    def _conditions(self, begun: Version | None, at: int) -> dict[str, str]:
        if at and begun:
            return {"Range": f"bytes={at}-", "If-Range": begun.validator}
        if self.known is None or self.known.url != self.url:
            return {}
        given = {"If-None-Match": self.known.etag, "If-Modified-Since": self.known.last_modified}
        return {name: value for name, value in given.items() if value}

    def _continues(self, response: BaseHTTPResponse, begun: Version | None, at: int) -> bool:
        """Whether a 206 goes on where the part ends, in the same version."""
        where = _RANGE.fullmatch(response.headers.get("Content-Range", ""))
        if response.status != 206 or not where or not begun or int(where[1]) != at or not at:
            return False
        now = self._version(response)
        return (now.etag or begun.etag) == begun.etag and _encoding(response) == ""

    def _version(self, response: BaseHTTPResponse) -> Version:
        etag, modified = (
            value if _VALIDATOR.fullmatch(value) else ""
            for value in (response.headers.get(name, "") for name in ("ETag", "Last-Modified"))
        )
        return Version(self.url, etag, modified, whole_only=_encoding(response) != "")

    def _total(self, response: BaseHTTPResponse, at: int) -> int | None:
        """Return the bytes there will be; None where they are chunked or compressed."""
        if "chunked" in response.headers.get("Transfer-Encoding", "").casefold():
            return None
        length = response.headers.get("Content-Length", "")
        if not _LENGTH.fullmatch(length):
            # A connection that ends may have ended early, and nobody could tell.
            raise RefusedError(self.url, "the server does not say where the file ends")
        if at + int(length) > LARGEST:
            raise RefusedError(self.url, f"the file is larger than {LARGEST} bytes")
        return None if _encoding(response) else at + int(length)

    def _pour(self, response: BaseHTTPResponse, at: int, total: int | None) -> None:
        try:
            with self.part.open("ab") as file:
                for block in decoded(self.url, response, self.web.body(self.url, response)):
                    at += file.write(block)
                    if at > LARGEST:
                        raise RefusedError(self.url, f"the file is larger than {LARGEST} bytes")
                    self.progress(at, total)
                file.flush()
                os.fsync(file.fileno())
        except RefusedError:
            self.part.unlink()
            raise


def _encoding(response: BaseHTTPResponse) -> str:
    name = response.headers.get("Content-Encoding", "").strip().casefold()
    return "" if name == "identity" else name


def decoded(url: str, response: BaseHTTPResponse, blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the file's bytes from those sent, which may be gzip though that was not asked for.

    Raises
    ------
    RefusedError
        Where they are in another encoding, or not what they say.
    PassingError
        Where the compressed stream breaks off.
    """
    encoding = _encoding(response)
    if not encoding:
        yield from blocks
        return
    if encoding not in ("gzip", "x-gzip"):
        raise RefusedError(url, f"it came in an encoding nobody asked for, {encoding[:40]!r}")
    inflate = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        for sent in blocks:
            rest = sent
            while rest and not inflate.eof:
                yield inflate.decompress(rest, BLOCK)
                rest = inflate.unconsumed_tail
    except zlib.error as fault:
        raise RefusedError(url, "its gzip encoding is damaged") from fault
    if not inflate.eof or inflate.unused_data:
        raise PassingError(url, "its gzip encoding does not end where it should")


def suffix(url: str, part: Path) -> str:
    """Return the ending that fits what came.

    Raises
    ------
    NotServedError
        Where a web page or an error message came in place of a table.
    RefusedError
        Where nothing came, or nothing that is a table, a workbook or a zip.
    """
    with part.open("rb") as file:
        head = file.read(4096)
    if head.startswith(_ZIP):
        return _zipped(url, part)
    if head.startswith(_OLD_WORKBOOK):
        return ".xls"
    text = head.removeprefix(_BYTE_ORDER_MARK).lstrip()
    if not text:
        raise RefusedError(url, "the file is empty")
    if text[:1] in b"<{":
        raise NotServedError(url, "the server sent a page or a message in place of a table")
    if b"\0" in text:
        raise RefusedError(url, "what came is neither a table, a workbook nor a zip")
    return ".csv"


def _zipped(url: str, part: Path) -> str:
    try:
        with zipfile.ZipFile(part) as archive:
            return ".xlsx" if "[Content_Types].xml" in archive.namelist() else ".zip"
    except zipfile.BadZipFile as fault:
        raise RefusedError(url, "what came is a damaged zip") from fault
