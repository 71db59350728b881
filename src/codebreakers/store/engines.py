"""Engines: a DuckDB file, or a folder of Parquet read by Polars; of pupil records, Spark too.

An engine hands out lazy frames, and turns a lazy frame into numpy arrays: the one place where that
happens. Nothing else in the project knows which engine it is on.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import duckdb
import narwhals as nw
import numpy as np

from codebreakers.errors import CannotAnswerError, StoreError
from codebreakers.store.opening import WAIT_SECONDS, connect, is_older
from codebreakers.store.quoting import literal
from codebreakers.store.schema import FRAMES, VERSION

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "Arrays",
    "DuckDBReader",
    "Lazy",
    "PolarsReader",
    "Reader",
    "duckdb_arrays",
    "looked_up",
    "polars_arrays",
    "polars_kept",
    "spark_arrays",
    "write_warehouse",
]

Lazy = nw.LazyFrame[Any]
Arrays = dict[str, "NDArray[Any]"]


class Reader(Protocol):
    """What every engine can do."""

    def frame(self, table: str) -> Lazy:
        """Return one table of the store as a lazy frame."""
        ...

    def arrays(self, lazy: Lazy) -> Arrays:
        """Run a lazy frame and return its columns as numpy arrays."""
        ...


class DuckDBReader:
    """Reads a store's DuckDB file through one connection.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        An open connection; the reader does not close it.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    def frame(self, table: str) -> Lazy:
        """Return one table of the store as a lazy frame."""
        return nw.from_native(self.connection.table(table))

    def arrays(self, lazy: Lazy) -> Arrays:
        """Run a lazy frame and return its columns as numpy arrays."""
        return duckdb_arrays(lazy)


class PolarsReader:
    """Reads a folder of Parquet files, one a table, with Polars.

    Parameters
    ----------
    folder : Path
        Where `write_warehouse` wrote.

    Raises
    ------
    StoreError
        It is no such folder, or another version wrote it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        missing = [table for table in FRAMES if not self._file(table).is_file()]
        if missing:
            raise StoreError(
                f"{folder} is a folder, but not a warehouse: it has no {missing[0]}.parquet.",
                remedy="Name a DuckDB store, or a folder that write_warehouse wrote.",
            )
        (version,) = self.arrays(self.frame("meta"))["version"]
        if version != VERSION:
            raise StoreError(
                f"{folder} was written by another version of codebreakers "
                f"(store version {version:g}; this one reads {VERSION}).",
                remedy="Write it again from its DuckDB store.",
            )

    def _file(self, table: str) -> Path:
        return self.folder / f"{table}.parquet"

    def frame(self, table: str) -> Lazy:
        """Return one table of the store as a lazy frame."""
        import polars as pl

        return nw.from_native(pl.scan_parquet(self._file(table), glob=False))

    def arrays(self, lazy: Lazy) -> Arrays:
        """Run a lazy frame and return its columns as numpy arrays."""
        return polars_arrays(lazy)


def duckdb_arrays(lazy: Lazy) -> Arrays:
    """Run a lazy frame of DuckDB and return its columns as numpy arrays."""
    fetched = lazy.to_native().fetchnumpy()
    return {name: _plain(np.ma.asarray(column)) for name, column in fetched.items()}


def polars_arrays(lazy: Lazy) -> Arrays:
    """Run a lazy frame of Polars and return its columns as numpy arrays."""
    import polars as pl

    return {
        column.name: _plain(
            np.ma.masked_array(
                column.fill_null(0).to_numpy()
                if column.dtype.is_numeric()
                else column.fill_null(value=False).to_numpy()
                if column.dtype == pl.Boolean
                else column.to_numpy(),
                mask=column.is_null().to_numpy(),
            )
        )
        for column in lazy.to_native().collect().get_columns()
    }


def polars_kept(lazy: Lazy) -> Lazy:
    """Run a lazy frame of Polars and return what it gave, so that it is run once."""
    kept: Lazy = nw.from_native(lazy.to_native().collect().lazy())
    return kept


def spark_arrays(lazy: Lazy) -> Arrays:
    """Run a lazy frame of Spark and return its columns as numpy arrays.

    Rows come as they are, and never through pandas, where a null becomes a number.
    """
    rows = lazy.to_native().collect()
    return {
        name: _plain(_masked([row[at] for row in rows])) for at, name in enumerate(lazy.columns)
    }


def _masked(cells: list[Any]) -> np.ma.MaskedArray[Any, Any]:
    mask = [cell is None for cell in cells]
    words = any(isinstance(cell, str) for cell in cells)
    filled = [("" if words else 0) if cell is None else cell for cell in cells]
    return np.ma.masked_array(np.array(filled, dtype=object if words else np.float64), mask=mask)


def _plain(column: np.ma.MaskedArray[Any, Any]) -> NDArray[Any]:
    """Return numbers as float64 with NaN for null, words as objects with '' for null.

    A null is never a figure here: whoever asks for a value asks for its code beside it.
    """
    mask = np.ma.getmaskarray(column)
    if column.dtype.kind in "iufb":
        numbers = np.asarray(column.data, dtype=np.float64).copy()
        numbers[mask] = np.nan
        return numbers
    words = np.asarray(column.data, dtype=object).copy()
    words[mask] = ""
    return words


def looked_up(
    column: str, by: Mapping[Any, Any], kind: type[nw.String] | type[nw.Int64] | type[nw.Float64]
) -> nw.Expr:
    """Return what a mapping has for a column's values; null where it has nothing."""
    return nw.col(column).replace_strict(
        list(by), list(by.values()), default=None, return_dtype=kind
    )


def write_warehouse(path: Path, folder: Path, *, wait: float = WAIT_SECONDS) -> None:
    """Write every table of a store as Parquet, for Polars or Spark.

    Parameters
    ----------
    path : Path
        The store's DuckDB file.
    folder : Path
        Where to write; made where it is not there.
    wait : float
        Seconds to go on trying while another process holds the store.

    Raises
    ------
    CannotAnswerError
        There is no store at `path`.
    StoreError
        The store is held, or an older version wrote it: open it once, and it is made anew.
    """
    if not path.exists():
        raise CannotAnswerError(
            f"There is no store at {path}.", remedy="Make one: codebreakers ingest FOLDER."
        )
    with connect(path, read_only=True, wait=wait) as connection:
        if is_older(connection, path):
            raise StoreError(
                f"{path} was written by an older version of codebreakers.",
                remedy="Open it once, and it is made anew: codebreakers releases.",
            )
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for table in FRAMES:
                target = literal(str((folder / f"{table}.parquet").absolute()))
                connection.execute(f"COPY (FROM {table}) TO {target} (FORMAT parquet)")
        except (OSError, duckdb.IOException) as error:
            raise StoreError(
                f"A warehouse cannot be written at {folder}: {str(error).splitlines()[0]}",
                remedy="Name a folder that can be written to.",
            ) from error
