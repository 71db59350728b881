"""The releases held: which one a table is, what it replaces, and what is written down of it."""

from __future__ import annotations

from dataclasses import dataclass, fields

import duckdb

from codebreakers.errors import ReleaseError
from codebreakers.sources import Release
from codebreakers.store.files import TableFile
from codebreakers.store.recognise import Recognition
from codebreakers.store.schema import PARTS

__all__ = ["Held", "held", "record", "refuse_mixing", "remove"]


@dataclass(frozen=True, slots=True)
class Held:
    """A release that is held of the same table and year.

    Parameters
    ----------
    id : int
        Its number.
    sha256 : str
        The hash of its bytes.
    replaced : tuple of str
        The hashes of what it replaced, newest first.
    file : str
        The file it was read from.
    """

    id: int
    sha256: str
    replaced: tuple[str, ...]
    file: str


def held(
    connection: duckdb.DuckDBPyConnection, file: TableFile, recognition: Recognition
) -> Held | None:
    """Return the release held of the same layout and year, where there is one.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        A connection to the store.
    file : TableFile
        The table.
    recognition : Recognition
        What it is.

    Raises
    ------
    ReleaseError
        It is another sheet of the same workbook: one of the two would take the other's place.
    """
    rows = connection.execute(
        "SELECT id, sha256, replaced, file FROM releases WHERE layout = ? AND year = ?",
        [recognition.layout.name, recognition.year],
    ).fetchall()
    for number, sha256, replaced, name in rows:
        if sha256 == file.sha256 and _sheet(name, file) != _sheet(file.name, file):
            raise ReleaseError(
                file.name,
                f"the same workbook has this table for the same year as {_sheet(name, file)!r}",
                remedy="Give each sheet as a file of its own, with its year.",
            )
        return Held(number, sha256, tuple(replaced.splitlines()), name)
    return None


def _sheet(name: str, file: TableFile) -> str:
    return name.rpartition(" > ")[2] if file.encoding == "xlsx" else ""


def refuse_mixing(
    connection: duckdb.DuckDBPyConnection, file: TableFile, recognition: Recognition
) -> None:
    """Keep a store to one country: the made-up one or the real one.

    Raises
    ------
    ReleaseError
        The store holds the other kind.
    """
    kinds = connection.execute("SELECT DISTINCT made_up FROM releases").fetchall()
    if kinds and kinds != [(recognition.made_up,)]:
        here = "made up" if recognition.made_up else "real"
        raise ReleaseError(
            file.name,
            f"these are {here} schools, and the store holds the other kind",
            remedy="Name another store with --store: made-up and real schools are never mixed.",
        )


def remove(connection: duckdb.DuckDBPyConnection, release: int) -> None:
    """Take a release out of the store, with all that was read from it.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        A writer's connection, in a transaction.
    release : int
        Its number.
    """
    connection.execute(
        "DELETE FROM cells WHERE series IN (SELECT id FROM series WHERE release = ?)", [release]
    )
    connection.execute(
        "DELETE FROM words WHERE heading IN (SELECT id FROM headings WHERE release = ?)", [release]
    )
    for table in PARTS:
        connection.execute(f"DELETE FROM {table} WHERE release = ?", [release])  # noqa: S608
    connection.execute("DELETE FROM releases WHERE id = ?", [release])


def record(connection: duckdb.DuckDBPyConnection, release: Release) -> None:
    """Write down a release.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        A writer's connection, in a transaction.
    release : Release
        What is to be known of it.
    """
    values = [getattr(release, field.name) for field in fields(release)]
    connection.execute(
        f"INSERT INTO releases VALUES ({', '.join('?' * len(values))})",  # noqa: S608
        ["\n".join(v) if isinstance(v, tuple) else v for v in values],
    )
