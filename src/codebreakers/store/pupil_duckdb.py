"""Pupil records on DuckDB: in memory, block by block, and on disk where that does not suffice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import narwhals as nw

from codebreakers.errors import RequestError, SourceError
from codebreakers.store.engines import Arrays, Lazy, duckdb_arrays
from codebreakers.store.pupil_records import Block, check_columns, files_of, stamp_of, years_of
from codebreakers.store.quoting import literal, quoted

__all__ = ["BLOCK", "MEMORY", "DuckDBRecords"]

BLOCK = 250_000
"""Pupils whose entries are gathered at once: what they take stays small, of however many."""

MEMORY = "1GB"


class DuckDBRecords:
    """Pupil records on DuckDB, in memory and spilling to disk.

    Parameters
    ----------
    folder : Path
        Of the records.
    memory : str
        The most memory that DuckDB takes, as it writes it ("1GB").
    spill : Path, optional
        Folder for what does not fit; DuckDB's own choice by default.
    block : int
        Pupils that are scored at once.
    expressions : bool
        Whether all is computed by the expressions that every engine has, and nothing in SQL.
    """

    def __init__(
        self,
        folder: Path,
        *,
        memory: str = MEMORY,
        spill: Path | None = None,
        block: int = BLOCK,
        expressions: bool = False,
    ) -> None:
        self.folder, self._block, self.expressions = folder, block, expressions
        self._keys: dict[str, str] = {}
        self._spill = spill
        settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": memory,
            "preserve_insertion_order": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        if spill is not None:
            settings["temp_directory"] = str(spill)
        self.connection = duckdb.connect(config=settings)
        self.connection.execute("SET enable_progress_bar = false")

    def years(self) -> tuple[int, ...]:
        """Return the results years held, in order."""
        return years_of(self.folder)

    def table(self, name: str, year: int) -> Lazy:
        """Return one year of a table as a lazy frame, its columns having been checked."""
        files = [str(path) for path in files_of(self.folder, name, year)]
        with self._reading():
            native = self.connection.read_parquet(files, hive_partitioning=False)
        return check_columns(nw.from_native(native), name, f"{name} of {year}")

    def blocks(self, year: int) -> Sequence[Block]:
        """Return the blocks of pupils to go through one by one."""
        files = ", ".join(literal(str(path)) for path in files_of(self.folder, "pupils", year))
        with self._reading():
            rows = self.connection.execute(
                "SELECT pupil FROM (SELECT pupil, row_number() OVER (ORDER BY pupil) AS place "  # noqa: S608
                f"FROM read_parquet([{files}], hive_partitioning = false)) "
                f"WHERE place % {self._block} = 0 ORDER BY pupil"
            ).fetchall()
        starts = [None, *(first for (first,) in rows)]
        return list(zip(starts, [*starts[1:], None], strict=True))

    def small(self, name: str, columns: Mapping[str, Sequence[str] | Sequence[int]]) -> Lazy:
        """Return a small table of words and whole numbers that was declared."""
        kinds = {
            key: "VARCHAR" if any(isinstance(cell, str) for cell in cells) else "BIGINT"
            for key, cells in columns.items()
        }
        select = ", ".join(
            f"unnest(${i}::{kind}[]) AS {quoted(key)}"
            for i, (key, kind) in enumerate(kinds.items(), 1)
        )
        self.connection.execute(
            f"CREATE OR REPLACE TABLE {quoted(name)} AS SELECT {select}",
            [list(cells) for cells in columns.values()],
        )
        return nw.from_native(self.connection.table(name))

    def query(self, sql: str) -> Lazy:
        """Return what a query of ours gives, as a lazy frame."""
        with self._reading():
            return nw.from_native(self.connection.sql(sql))

    def kept(self, name: str, parts: Iterable[Lazy], key: str = "") -> Lazy:
        """Run lazy frames one after another, and keep what they give as a table.

        What is kept under the name and the same key already stays as it is.
        """
        target = quoted(name)
        if not key or self._keys.get(name) != key:
            self._keys.pop(name, None)
            self._make_room()
            with self._reading():
                self.connection.execute(f"DROP TABLE IF EXISTS {target}")
                for at, part in enumerate(parts):
                    query = part.to_native().sql_query()
                    self.connection.execute(
                        f"INSERT INTO {target} {query}"
                        if at
                        else f"CREATE TABLE {target} AS {query}"
                    )
            self._keys[name] = key
        return nw.from_native(self.connection.table(name))

    def _make_room(self) -> None:
        """Make the folder that DuckDB makes its own in, once there is something to spill."""
        if self._spill is None:
            return
        try:
            self._spill.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise RequestError(
                f"What does not fit into memory cannot be put at {self._spill.parent}: "
                f"{error.strerror}.",
                remedy="Name another folder with --keep.",
            ) from error

    def arrays(self, lazy: Lazy) -> Arrays:
        """Run a lazy frame and return its columns as numpy arrays."""
        with self._reading():
            return duckdb_arrays(lazy)

    def stamp(self, year: int) -> str:
        """Return what tells the year's files from others."""
        return stamp_of(self.folder, year)

    def close(self) -> None:
        """Let go of everything."""
        self.connection.close()

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except duckdb.OutOfMemoryException as error:
            raise SourceError(
                f"The memory does not suffice: {_first(error)}",
                remedy="Give more with --memory, or room on the disk for what does not fit. "
                "Years that were finished are kept.",
            ) from error
        except (duckdb.IOException, duckdb.InvalidInputException, duckdb.FatalException) as error:
            full = "No space left" in str(error) or "failed to offload" in str(error)
            raise SourceError(
                f"{'The disk is full' if full else 'The records cannot be read on'}: "
                f"{_first(error)}",
                remedy=("Make room" if full else "Write the damaged file again")
                + ", and ask again: years that were finished are kept.",
            ) from error


def _first(error: Exception) -> str:
    return str(error).splitlines()[0]
