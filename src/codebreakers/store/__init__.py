"""What we hold, and where each row of it came from."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar, cast

import duckdb

from codebreakers.errors import CannotAnswerError, RequestError, StoreError
from codebreakers.sources import Release
from codebreakers.store.engines import Arrays, DuckDBReader, Lazy, PolarsReader, Reader
from codebreakers.store.ingest import Ingested, ingest
from codebreakers.store.opening import WAIT_SECONDS, connect, holds_nothing, is_older, settle
from codebreakers.store.rebuild import rebuild

__all__ = ["Ingested", "Store", "open_store"]

MOST_KEPT = 128

Kept = TypeVar("Kept")

DEFAULT_STORE = "codebreakers.duckdb"
STORE_VARIABLE = "CODEBREAKERS_STORE"


class _Open(threading.local):
    """The reader that this thread has open: a connection is one thread's."""

    reader: Reader | None = None


class Store:
    """Canonical tables with provenance, opened on an engine.

    Parameters
    ----------
    path : Path
        A DuckDB file, or a folder of Parquet written by ``engines.write_warehouse``.
    wait : float
        Seconds to go on trying while another process holds the file.

    Notes
    -----
    The file is held only while a query runs, or while `reading` is open: a reader blocks a writer
    in DuckDB, so nobody may sit on it. A store may be shared by threads.
    """

    def __init__(self, path: Path, *, wait: float = WAIT_SECONDS) -> None:
        self.path = path
        self.wait = wait
        self._open = _Open()
        self._kept: tuple[tuple[int, ...], dict[Hashable, Any]] = ((), {})

    def __repr__(self) -> str:
        return f"Store({str(self.path)!r})"

    @property
    def is_warehouse(self) -> bool:
        """Whether it is a folder of Parquet, which is read and never written."""
        return self.path.is_dir()

    def ingest(
        self,
        path: str | Path,
        *,
        year: int | None = None,
        progress: Callable[[str], None] | None = None,
    ) -> tuple[Ingested, ...]:
        """Read a file, a folder or a zip into the store.

        Parameters
        ----------
        path : str or Path
            What to read; what each file is, is recognised from its columns.
        year : int, optional
            The results year, where neither the columns nor the folder say it.
        progress : callable, optional
            Called with each file's name as it is begun.

        Returns
        -------
        tuple of Ingested
            What became of each file met.

        Raises
        ------
        ReleaseError
            `path` is one file and cannot be read as a table.
        StoreError
            Another process holds the store, or a newer version of codebreakers wrote it.
        """
        if self.is_warehouse:
            raise StoreError(
                f"{self.path} is a folder of Parquet, which is only read.",
                remedy="Ingest into a DuckDB store.",
            )
        is_new = not self.path.exists()
        with self._connected(read_only=False) as connection:
            try:
                return tuple(ingest(connection, Path(path), year=year, progress=progress))
            finally:
                if is_new and holds_nothing(connection):
                    settle(connection)
                    self.path.unlink()

    @contextmanager
    def _connected(self, *, read_only: bool) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open the file; where an older version wrote it, make it anew first."""
        with connect(self.path, read_only=read_only, wait=self.wait) as connection:
            if not is_older(connection, self.path):
                yield connection
                return
        rebuild(self.path, wait=self.wait)
        with self._connected(read_only=read_only) as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        """Hold the store open for several queries; queries inside share one connection.

        Yields
        ------
        Reader

        Raises
        ------
        CannotAnswerError
            There is no store at this path.
        StoreError
            Another process is writing to it, or a newer version wrote it.
        """
        if self._open.reader is not None:
            yield self._open.reader
        elif self.is_warehouse:
            yield PolarsReader(self.path)
        elif not self.path.exists():
            raise CannotAnswerError(
                f"There is no store at {self.path}.",
                remedy="Make one: codebreakers ingest FOLDER --store FILE, or codebreakers demo.",
            )
        else:
            with self._connected(read_only=True) as connection:
                self._open.reader = DuckDBReader(connection)
                try:
                    yield self._open.reader
                finally:
                    self._open.reader = None

    def query(self, build: Callable[[Reader], Lazy]) -> Arrays:
        """Run one query and return its columns as numpy arrays.

        Parameters
        ----------
        build : callable
            Given a reader, returns a lazy frame.

        Returns
        -------
        dict of str to ndarray
            Numbers as float64 with NaN where there is none; words as objects, '' where none.
        """
        with self.reading() as reader:
            return reader.arrays(build(reader))

    def releases(self) -> tuple[Release, ...]:
        """Return every release held, oldest year first.

        Returns
        -------
        tuple of Release
        """
        return self.kept("releases", self._read_releases)

    def _read_releases(self) -> tuple[Release, ...]:
        columns = self.query(lambda reader: reader.frame("releases").sort("year", "id"))
        kinds = {field.name: str(field.type) for field in fields(Release)}
        rows = zip(*(columns[name] for name in kinds), strict=True)
        return tuple(Release(*map(_typed, kinds.values(), row)) for row in rows)

    def kept(self, key: Hashable, make: Callable[[], Kept]) -> Kept:
        """Return what `make` returned for this key, made again once the file has changed.

        Parameters
        ----------
        key : hashable
            Says all that the result depends on, besides what the store holds.
        make : callable
            Makes it. What it returns is shared: nobody may change it.

        Returns
        -------
        object
            The `MOST_KEPT` newest are kept.
        """
        stamp = self.stamp()
        if self._kept[0] != stamp:
            self._kept = (stamp, {})
        kept = self._kept[1]
        if key not in kept:
            kept[key] = make()
            for oldest in list(kept)[:-MOST_KEPT]:
                kept.pop(oldest, None)
        return cast("Kept", kept[key])

    def stamp(self) -> tuple[int, ...]:
        """Return what is different once another has written the file."""
        # What a writer that was killed had finished is in the file beside it.
        files = (self.path, self.path.with_name(f"{self.path.name}.wal"))
        stats = [file.stat() for file in files if file.exists()]
        return tuple(n for s in stats for n in (s.st_ino, s.st_mtime_ns, s.st_size))


def _typed(kind: str, value: Any) -> Any:
    """Return a cell as the release declares it: engines give floats, and lists are lines."""
    if kind == "int":
        return int(value)
    if kind == "bool":
        return bool(value)
    if kind.startswith("tuple"):
        return tuple(str(value).splitlines())
    return str(value)


def open_store(path: str | Path | None = None, *, wait: float = WAIT_SECONDS) -> Store:
    """Open a store: a DuckDB file, or a folder of Parquet.

    Parameters
    ----------
    path : str or Path, optional
        By default ``CODEBREAKERS_STORE``, then ``codebreakers.duckdb`` here.
    wait : float
        Seconds to go on trying while another process holds the file.

    Returns
    -------
    Store
        Nothing is read or made until it is used.

    Raises
    ------
    RequestError
        The path's folder is not there.
    """
    chosen = Path(path or os.environ.get(STORE_VARIABLE) or DEFAULT_STORE)
    if not chosen.absolute().parent.is_dir():
        raise RequestError(
            f"There is no folder {chosen.absolute().parent} for the store {chosen.name!r}.",
            remedy="Make the folder first, or name another with --store.",
        )
    return Store(chosen, wait=wait)
