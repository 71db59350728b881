"""Pupil records: a folder of Parquet files by results year, on whatever engine.

An engine hands out a year's tables as lazy frames, keeps what it is told to keep, and turns sums
into arrays. What is computed of them is written once, and elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import narwhals as nw

from codebreakers.errors import CannotAnswerError, SourceError
from codebreakers.sources.england import MADE_UP_COLUMN
from codebreakers.store.engines import Arrays, Lazy
from codebreakers.store.pupil_tables import PUPIL_TABLES, PupilColumn

__all__ = ["Block", "PupilRecords", "check_columns", "files_of", "stamp_of", "years_of"]

_MAGIC = b"PAR1"
Block = tuple[str | None, str | None]
"""The first pupil of a block, and the first that is no longer of it; None where it is open."""


class PupilRecords(Protocol):
    """What every engine can do with pupil records."""

    def years(self) -> tuple[int, ...]:
        """Return the results years held, in order."""
        ...

    def table(self, name: str, year: int) -> Lazy:
        """Return one year of a table as a lazy frame, its columns having been checked."""
        ...

    def blocks(self, year: int) -> Sequence[Block]:
        """Return the blocks of pupils to go through one by one."""
        ...

    def small(self, name: str, columns: Mapping[str, Sequence[str] | Sequence[int]]) -> Lazy:
        """Return a small table of words and whole numbers that was declared."""
        ...

    def kept(self, name: str, parts: Iterable[Lazy], key: str = "") -> Lazy:
        """Run lazy frames of the same columns, one after another, and keep what they give.

        What was kept under the name before is let go, unless its key is the same: then it may
        stay, and nothing is run.
        """
        ...

    def arrays(self, lazy: Lazy) -> Arrays:
        """Run a lazy frame and return its columns as numpy arrays."""
        ...

    def stamp(self, year: int) -> str:
        """Return what tells the year's files from others."""
        ...

    def close(self) -> None:
        """Let go of everything."""
        ...


def years_of(folder: Path) -> tuple[int, ...]:
    """Return the results years whose pupils a folder holds, in order.

    Raises
    ------
    CannotAnswerError
        It holds none.
    """
    found = sorted(
        int(part.name.removeprefix("year="))
        for part in (folder / "pupils").glob("year=[0-9][0-9][0-9][0-9]")
    )
    if not found:
        raise CannotAnswerError(
            f"{folder} holds no pupil records.",
            available=sorted(part.name for part in folder.glob("*"))[:12],
            remedy="It should hold pupils/year=2024/*.parquet and entries/year=2024/*.parquet. "
            "To try: codebreakers example --to DIR.",
        )
    return tuple(found)


def files_of(folder: Path, table: str, year: int) -> list[Path]:
    """Return the files of one year of a table, in order, each whole as far as its ends say.

    Raises
    ------
    SourceError
        There are none, or one was cut short.
    """
    where = folder / table / f"year={year}"
    found = sorted(where.glob("*.parquet"))
    if not found:
        raise SourceError(
            f"{where} holds no Parquet file.", remedy="Write the year's records there again."
        )
    for path in found:
        with path.open("rb") as file:
            head = file.read(len(_MAGIC))
            file.seek(max(0, path.stat().st_size - len(_MAGIC)))
            if head != _MAGIC or file.read() != _MAGIC:
                raise SourceError(
                    f"{path} is not a whole Parquet file: it was cut short, or is something else.",
                    remedy="Write it again. Years that were finished are kept.",
                )
    return found


def stamp_of(folder: Path, year: int) -> str:
    """Return what tells a year's files from others: their names, sizes and times."""
    stats = [
        (path.name, path.stat().st_size, path.stat().st_mtime_ns)
        for table in PUPIL_TABLES
        for path in files_of(folder, table, year)
    ]
    return repr(stats)


_KINDS: Mapping[str, Callable[[Any], bool]] = {
    "text": lambda kind: kind == nw.String,
    "whole": lambda kind: kind.is_integer(),
    "flag": lambda kind: kind == nw.Boolean,
    "date": lambda kind: kind == nw.Date,
}


def check_columns(lazy: Lazy, name: str, where: str) -> Lazy:
    """Return a table's declared columns, having looked whether they are there and of their kind.

    Parameters
    ----------
    lazy : LazyFrame
    name : str
        The table.
    where : str
        Where it was read, for messages.

    Raises
    ------
    SourceError
        A column is missing or holds something else.
    """
    schema = lazy.collect_schema()
    table = PUPIL_TABLES[name]
    for column in table.columns:
        if column.name not in schema:
            raise SourceError(
                f"{where} has no column {column.name}: {column.says}.", available=schema.names()
            )
        if not _KINDS[column.kind](schema[column.name]):
            raise SourceError(
                f"The column {column.name} of {where} is {schema[column.name]}, not "
                f"{_said(column)}.",
                remedy="Write it as that.",
            )
    made_up = [MADE_UP_COLUMN] if MADE_UP_COLUMN in schema else []
    return lazy.select(*(column.name for column in table.columns), *made_up)


def _said(column: PupilColumn) -> str:
    return {"whole": "a whole number", "flag": "true or false", "date": "a date"}.get(
        column.kind, column.kind
    )
