"""A table's clean text, as rows of text in the engine, beside the store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import duckdb

from codebreakers.errors import ReleaseError
from codebreakers.sources import Column, Layout
from codebreakers.store.files import TableFile
from codebreakers.store.passing import find, find_ahead, pass_on
from codebreakers.store.quoting import literal
from codebreakers.store.recognise import column_name

__all__ = ["Loaded", "loaded"]

_BUFFER = 8 << 20  # bytes read at once: without this it is the whole file
_LONGEST_LINE = 4 << 20  # bytes; above what clean text can have in one row
_DESK = '"a table/being read"'  # no store's own name has a slash


@dataclass(frozen=True, slots=True)
class Loaded:
    """One table as text, on a desk of its own in memory, beside the store that it goes into.

    It is the table ``raw`` there: a row a row, in order. ``line`` is the line of a plain file that
    the row is on: the header is on line 1. What is found out on the desk is written to the store,
    which is only read for what is brought from it: so several may read the desk at once.

    Parameters
    ----------
    store : duckdb.DuckDBPyConnection
        A writer's connection to the store, in a transaction.
    desk : duckdb.DuckDBPyConnection
        A connection to where the table lies.
    name : str
        The file, as the user would name it.
    layout : Layout
        How it is laid out.
    columns : tuple of Column
        The declared columns that it has and that are read, in its order.
    written : mapping of str to str
        The SQL for the text of each of these as it was written, by its published name; null where
        there is none. Published names are never part of a statement.
    cells : mapping of str to str
        The SQL for the same, trimmed; '' where it is blank.
    """

    store: duckdb.DuckDBPyConnection
    desk: duckdb.DuckDBPyConnection
    name: str
    layout: Layout
    columns: tuple[Column, ...]
    written: Mapping[str, str]
    cells: Mapping[str, str]

    def run(self, sql: str) -> list[tuple[Any, ...]]:
        """Run a statement on the desk and fetch all that it returns.

        DuckDB takes no other query on a connection while one is half fetched.
        """
        return self.desk.execute(sql).fetchall()

    def count(self, sql: str) -> int:
        """Return the one whole number that a query on the desk asks for."""
        ((number,),) = self.run(sql)
        return int(number)

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """Run a statement on the store and fetch all that it returns."""
        return self.store.execute(sql).fetchall()

    def next_id(self, kept: str) -> int:
        """Return the number that the next row of a table of the store has."""
        ((number,),) = self.ask(f"SELECT coalesce(max(id), 0) + 1 FROM {kept}")  # noqa: S608
        return int(number)

    def bring(self, name: str, sql: str) -> None:
        """Put what a query of the store finds on the desk, as a table."""
        pass_on(find(self.store, sql), self.desk, f"CREATE TABLE {name} AS FROM found")

    def write(self, sql: str, found: str) -> None:
        """Run a statement on the store that reads, as ``found``, what a query of the desk finds."""
        pass_on(find(self.desk, found), self.store, sql)

    def write_all(self, sql: str, found: Iterable[str]) -> None:
        """Do so for each query, in order: while one is written, the next are being found."""
        with closing(find_ahead(lambda: _at_desk(self.store), found)) as ahead:
            for rows in ahead:
                pass_on(rows, self.store, sql)

    def error(
        self,
        problem: str,
        *,
        line: int | None = None,
        available: Iterable[str] = (),
        remedy: str = "",
    ) -> ReleaseError:
        """Return an error about this table, to be raised."""
        return ReleaseError(self.name, problem, line=line, available=available, remedy=remedy)


@contextmanager
def loaded(store: duckdb.DuckDBPyConnection, file: TableFile, layout: Layout) -> Iterator[Loaded]:
    """Read a table's declared columns as text, and let them go at the end.

    Parameters
    ----------
    store : duckdb.DuckDBPyConnection
        A writer's connection, in a transaction.
    file : TableFile
        The table.
    layout : Layout
        What it was recognised as. Columns it does not declare, and those it skips, are read past.

    Yields
    ------
    Loaded
    """
    header = [column_name(cell) for cell in file.header]
    declared = [layout.columns.get(name) for name in header]
    read = {i: c for i, c in enumerate(declared) if c is not None and c.kind != "skip"}
    written = {c.name: f"c{i}" for i, c in read.items()}
    cells = {name: f"coalesce(trim({text}), '')" for name, text in written.items()}
    with _desk(store) as desk:
        _read(desk, file, len(header), tuple(read))
        yield Loaded(store, desk, file.name, layout, tuple(read.values()), written, cells)


@contextmanager
def _desk(store: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    with store.cursor() as around:
        around.execute(f"ATTACH ':memory:' AS {_DESK}").fetchall()
        try:
            with _at_desk(store) as desk:
                yield desk
        finally:
            around.execute(f"DETACH {_DESK}").fetchall()


def _at_desk(store: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    desk = store.cursor()
    desk.execute(f"USE {_DESK}").fetchall()
    return desk


def _read(
    desk: duckdb.DuckDBPyConnection, file: TableFile, width: int, kept: Sequence[int]
) -> None:
    """Make the table ``raw`` of some columns of a table of so many."""
    spec = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(width))
    names = "".join(f", c{i}" for i in kept)
    desk.execute(
        f"CREATE TABLE raw AS SELECT row_number() OVER () + 1 AS line{names} "  # noqa: S608
        f"FROM read_csv({literal(str(file.text))}, auto_detect=false, header=true, "
        f"delim={literal(file.separator)}, quote='\"', escape='\"', columns={{{spec}}}, "
        f"strict_mode=true, null_padding=false, new_line='\\n', "
        f"max_line_size={_LONGEST_LINE}, buffer_size={_BUFFER})"
    ).fetchall()
