"""A table's clean text, as rows of text in the engine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from codebreakers.errors import ReleaseError
from codebreakers.sources import Column, Layout
from codebreakers.store.files import TableFile
from codebreakers.store.quoting import literal
from codebreakers.store.recognise import column_name

__all__ = ["Loaded", "load"]

_BUFFER = 8 << 20  # bytes read at once: without this it is the whole file
_LONGEST_LINE = 4 << 20  # bytes; above what clean text can have in one row


@dataclass(frozen=True, slots=True)
class Loaded:
    """One table as text, in the temporary table ``raw``: a row a row, in order.

    ``line`` is the line of a plain file that the row is on: the header is on line 1.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        A writer's connection, in a transaction.
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

    connection: duckdb.DuckDBPyConnection
    name: str
    layout: Layout
    columns: tuple[Column, ...]
    written: Mapping[str, str]
    cells: Mapping[str, str]

    def run(self, sql: str, parameters: Iterable[object] = ()) -> list[tuple[Any, ...]]:
        """Run a statement and fetch all that it returns.

        DuckDB takes no other query on a connection while one is half fetched.
        """
        return self.connection.execute(sql, list(parameters)).fetchall()

    def count(self, sql: str) -> int:
        """Return the one whole number that a query asks for."""
        ((number,),) = self.run(sql)
        return int(number)

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


def load(connection: duckdb.DuckDBPyConnection, file: TableFile, layout: Layout) -> Loaded:
    """Read a table's declared columns as text into the temporary table ``raw``.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        A writer's connection, in a transaction.
    file : TableFile
        The table.
    layout : Layout
        What it was recognised as. Columns it does not declare, and those it skips, are read past.

    Returns
    -------
    Loaded
    """
    header = [column_name(cell) for cell in file.header]
    declared = [layout.columns.get(name) for name in header]
    read = {i: c for i, c in enumerate(declared) if c is not None and c.kind != "skip"}
    spec = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(len(header)))
    kept = ", ".join(f"c{i}" for i in read)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE raw AS SELECT row_number() OVER () + 1 AS line, {kept} "  # noqa: S608
        f"FROM read_csv({literal(str(file.text))}, auto_detect=false, header=true, "
        f"delim={literal(file.separator)}, quote='\"', escape='\"', columns={{{spec}}}, "
        f"strict_mode=true, null_padding=false, new_line='\\n', "
        f"max_line_size={_LONGEST_LINE}, buffer_size={_BUFFER})"
    )
    written = {c.name: f"c{i}" for i, c in read.items()}
    cells = {name: f"coalesce(trim({text}), '')" for name, text in written.items()}
    return Loaded(connection, file.name, layout, tuple(read.values()), written, cells)
