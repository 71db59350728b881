"""From whatever path the user names to clean UTF-8 text tables.

A path may be a table, a workbook, a zip (of zips) or a folder of any of these. What is plainly not
a table is passed over, and said to be; what should be a table and is damaged is an error.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from codebreakers.errors import ReleaseError
from codebreakers.store.archives import Archive, Spent
from codebreakers.store.records import FILE_LIMIT
from codebreakers.store.text import clean
from codebreakers.store.workbooks import Sheet, sheets

__all__ = ["Damaged", "Found", "PassedOver", "TableFile", "tables"]

ZIP_DEPTH = 4

_TEXTS = (".csv", ".tsv")
_WORKBOOKS = (".xlsx", ".xlsm")
_ZIPS = (".zip",)
_READ = (*_TEXTS, *_WORKBOOKS, *_ZIPS)
_OTHER_TABLES = (".xls", ".xlsb", ".ods", ".parquet", ".gz", ".7z", ".rar")
_YEARS = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_ \u2013]?((?:19|20)?\d\d)(?!\d|[-_.]\d\d(?!\d))")


@dataclass(frozen=True, slots=True)
class TableFile:
    """One table, written as clean text.

    Parameters
    ----------
    name : str
        As a user would name it, relative to what they gave: ``2012-2013/england_ks4.csv``,
        ``bundle.zip > inner.zip > x.csv``, ``spine.xlsx > Sheet1``.
    year : int or None
        Results year, from the nearest enclosing folder or zip whose name states an academic year;
        never from the file's own name.
    sha256 : str
        Of the published bytes, in hexadecimal (for a sheet, of its workbook).
    size : int
        Of the published file, in bytes.
    header : tuple of str
        Column names as published, stripped of blanks; "" for a column that has values and no name.
    text : Path
        UTF-8 with LF line ends, in the scratch folder: the header, then rows of as many cells.
    separator : str
        A comma or a tab.
    encoding : str
        How it was published: ``utf-8``, ``utf-8-sig``, ``cp1252`` or ``xlsx``.
    trimmed : int
        Rows whose blank cells at the end were left out by the publisher, and were completed.
    """

    name: str
    year: int | None
    sha256: str
    size: int
    header: tuple[str, ...]
    text: Path
    separator: str
    encoding: str
    trimmed: int = 0


@dataclass(frozen=True, slots=True)
class PassedOver:
    """Something that was not read, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Damaged:
    """One of several files that should be a table and cannot be read as one."""

    name: str
    error: ReleaseError


Found = TableFile | PassedOver | Damaged


def tables(path: Path, scratch: Path) -> Iterator[Found]:
    """Find the tables at a path and write each as clean text.

    Parameters
    ----------
    path : Path
        A table (.csv, .tsv), a workbook (.xlsx), a zip, or a folder of these.
    scratch : Path
        The folder to write to: nothing is written elsewhere. The caller empties it.

    Yields
    ------
    TableFile, PassedOver or Damaged
        In the order of the names, one at a time: nothing is read before it is asked for. A damaged
        file among others does not keep them from being read.

    Raises
    ------
    ReleaseError
        There is nothing at the path, or it is one file that cannot be read, is damaged or holds no
        table.
    """
    given = Path(os.path.abspath(path))  # "." and ".." have no name that could state a year
    if not os.path.exists(given):
        raise ReleaseError(
            _shown(str(path)), "there is no such file or folder", remedy="Check the path."
        )
    yield from _in_folder(given, scratch) if os.path.isdir(given) else _alone(given, scratch)


@dataclass(frozen=True, slots=True)
class _Found:
    """A file to read: where it is, what to call it, its kind, and the names of what it is in."""

    path: Path
    name: str
    suffix: str
    within: tuple[str, ...]
    depth: int = 0


def _alone(given: Path, scratch: Path) -> Iterator[Found]:
    name = _shown(given.name)
    if reason := _not_a_table((given.name,), hidden=False):
        raise ReleaseError(name, reason, available=_READ, remedy="Name a table, a zip or a folder.")
    whole = _Found(given, name, given.suffix.lower(), given.parts[:-1])
    passed: list[PassedOver] = []
    found = False
    for item in _in_file(whole, scratch, Spent()):
        if isinstance(item, PassedOver):
            passed.append(item)
        else:
            found = True
        yield item
    if not found:
        raise ReleaseError(
            name,
            "the file holds no table",
            available=[f"{item.name} ({item.reason})" for item in passed],
            remedy="Give the table itself, as CSV UTF-8.",
        )


def _in_folder(folder: Path, scratch: Path) -> Iterator[Found]:
    spent = Spent()
    real = os.path.realpath(folder)
    waiting: list[tuple[Path, tuple[str, ...]]] = [(folder, ())]
    while waiting:
        path, parts = waiting.pop()
        name = _shown("/".join(parts) or folder.name or str(folder))
        if parts and (reason := _not_followed(path, parts, real)):
            yield PassedOver(name, reason)
        elif os.path.isdir(path):
            try:
                inside = sorted(os.listdir(path), reverse=True)
            except OSError as error:
                raise _unreadable(name, error) from error
            if not inside:
                yield PassedOver(name, "empty folder")
            waiting += [(path / entry, (*parts, entry)) for entry in inside]
        elif reason := _not_a_table(parts):
            yield PassedOver(name, reason)
        else:
            found = _Found(path, name, path.suffix.lower(), (*folder.parts, *parts[:-1]))
            yield from _among_others(found, scratch, spent)


def _not_followed(path: Path, parts: tuple[str, ...], root: str) -> str:
    """Say why an entry of a folder is not looked into: empty where it is."""
    if _is_hidden(parts[-1]):
        return "hidden"
    if path.is_symlink():
        target = Path(os.path.realpath(path))
        if not target.is_relative_to(root):
            return "a link that leads outside the folder"
        if os.path.isdir(target):
            return "a link to a folder, which is read under its own name"
    if not os.path.isdir(path) and not os.path.isfile(path):
        return "neither a file nor a folder"
    return ""


def _among_others(found: _Found, scratch: Path, spent: Spent) -> Iterator[Found]:
    """Read one of several files: what is wrong with it is said, and the others go on."""
    try:
        yield from _in_file(found, scratch, spent)
    except ReleaseError as error:
        yield Damaged(found.name, error)


def _in_file(found: _Found, scratch: Path, spent: Spent) -> Iterator[Found]:
    try:
        kept = found.path.stat()
        if not stat.S_ISREG(kept.st_mode):
            raise ReleaseError(found.name, "this is not a file", remedy="Name a file or a folder.")
        with found.path.open("rb"):
            pass
    except OSError as error:
        raise _unreadable(found.name, error) from error
    if kept.st_size > FILE_LIMIT:
        raise ReleaseError(
            found.name,
            f"the file has {kept.st_size / 2**30:,.1f} GiB, more than 1 GiB",
            remedy="Split it, or check that it is a table.",
        )
    if found.suffix in _ZIPS:
        yield from _in_zip(found, scratch, spent)
    elif found.suffix in _WORKBOOKS:
        yield from _in_workbook(found, scratch)
    else:
        yield _in_text(found, scratch)


def _in_zip(found: _Found, scratch: Path, spent: Spent) -> Iterator[Found]:
    if found.depth == ZIP_DEPTH:
        raise ReleaseError(
            found.name,
            f"the zip is inside more than {ZIP_DEPTH - 1} others",
            remedy="Unpack it and give what it holds.",
        )
    own = re.split(" > |/", found.name)[-1]
    with Archive(found.path, found.name, spent) as archive:
        if not archive.members:
            yield PassedOver(found.name, "empty zip")
        for member in archive.members:
            name = _shown(f"{found.name} > {member.name}")
            if reason := _not_a_table(member.parts):
                yield PassedOver(name, reason)
                continue
            suffix = Path(member.parts[-1]).suffix.lower()
            unpacked = archive.unpack(member, scratch, suffix)
            within = (*found.within, own, *member.parts[:-1])
            try:
                inner = _Found(unpacked, name, suffix, within, found.depth + 1)
                yield from _among_others(inner, scratch, spent)
            finally:
                unpacked.unlink()


def _in_workbook(found: _Found, scratch: Path) -> Iterator[Found]:
    with found.path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    size = found.path.stat().st_size
    for sheet in sheets(found.path, found.name, scratch):
        name = f"{found.name} > {_shown(sheet.name)}"
        if isinstance(sheet, Sheet):
            year = _year(found.within)
            yield TableFile(name, year, digest, size, sheet.header, sheet.text, ",", "xlsx")
        else:
            yield PassedOver(name, sheet.reason)


def _in_text(found: _Found, scratch: Path) -> TableFile:
    handle, text = tempfile.mkstemp(dir=scratch, suffix=".csv")
    os.close(handle)
    cleaned = clean(found.path, found.name, Path(text))
    return TableFile(
        name=found.name,
        year=_year(found.within),
        sha256=cleaned.sha256,
        size=cleaned.size,
        header=cleaned.header,
        text=Path(text),
        separator=cleaned.separator,
        encoding=cleaned.encoding,
        trimmed=cleaned.trimmed,
    )


def _year(within: tuple[str, ...]) -> int | None:
    """Take the results year from the nearest name that states one academic year."""
    for name in reversed(within):
        stated = {
            int(first) + 1
            for first, second in _YEARS.findall(name)
            if str(int(first) + 1).endswith(second)
        }
        if len(stated) == 1:
            return stated.pop()
    return None


def _not_a_table(parts: tuple[str, ...], *, hidden: bool = True) -> str:
    """Say why a file is passed over, from its name: empty where it is read."""
    if hidden and any(_is_hidden(part) for part in parts):
        return "hidden"
    suffix = Path(parts[-1]).suffix.lower() if parts else ""
    if suffix in _READ:
        return ""
    if suffix in _OTHER_TABLES:
        return f"not read: {suffix}; save or unpack it as .csv or .xlsx"
    return f"not a table: {suffix or 'no ending'}"


def _is_hidden(part: str) -> bool:
    return part == "__MACOSX" or part.startswith("~$") or bool(part.strip(".") and part[0] == ".")


def _unreadable(name: str, error: OSError) -> ReleaseError:
    return ReleaseError(
        name, f"this cannot be read: {error.strerror}", remedy="Check who may read it."
    )


def _shown(name: str) -> str:
    """Make a name safe to show: control characters and undecodable bytes become a mark."""
    return "".join(c if c.isprintable() else "\ufffd" for c in name)
