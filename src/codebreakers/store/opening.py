"""A store's file is opened whole, by one writer or several readers, and let go at once.

DuckDB lets one process write or several read. Whoever comes second waits; whoever waits in vain is
told which process holds the file.
"""

from __future__ import annotations

import os
import re
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import duckdb

from codebreakers.errors import StoreError
from codebreakers.store.schema import VERSION, create_statements

__all__ = ["WAIT_SECONDS", "connect", "holds_nothing", "is_older", "settle"]

WAIT_SECONDS = 10.0
_PAUSE = 0.05
_DAMAGED = (duckdb.IOException, duckdb.FatalException, duckdb.InternalException)
_INTERRUPTED = "Query interrupted"  # what DuckDB says where Ctrl-C is pressed while it works
_ANOTHER_FILE = "Name another store with --store, or move this file away."

_READER: dict[str, str | bool | int | float | list[str]] = {
    # Both of these would otherwise download an extension without a word.
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "preserve_insertion_order": True,
}
# What does not fit goes to a folder beside the store until it is written. Each release is committed
# to the log, which is worked into the file when it is long or the store is closed. A statement has
# one thread: rows keep their order, and a second would take as much memory again and gain nothing.
# What does gain is to find the next rows on another connection while these are written.
_WRITER = {
    **_READER,
    "memory_limit": "700MB",
    "wal_autocheckpoint": "256MB",
    "threads": 1,
    "allocator_bulk_deallocation_flush_threshold": "1MB",  # what a step frees, the next may take
}

# Two connections of one process share a DuckDB: there it is this that keeps writers apart.
_WRITING: dict[str, threading.Lock] = {}


@contextmanager
def connect(
    path: Path, *, read_only: bool, wait: float = WAIT_SECONDS
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a store's file, waiting for whoever holds it.

    Parameters
    ----------
    path : Path
        The DuckDB file. A writer makes it, with its tables, where it is not there.
    read_only : bool
        A reader does not stop another reader; a writer needs the file to itself.
    wait : float
        Seconds to go on trying while another process, or another thread of this one, holds it.

    Yields
    ------
    duckdb.DuckDBPyConnection

    Raises
    ------
    StoreError
        The file is held by another process (which one is said), or is not a store.
    """
    deadline = time.monotonic() + wait
    with nullcontext() if read_only else _only_writer(path, wait):
        connection = _opened(path, read_only, deadline)
        try:
            yield connection
        except RuntimeError as error:
            if str(error) != _INTERRUPTED:
                raise
            raise KeyboardInterrupt from error
        except _DAMAGED as error:
            raise StoreError(
                f"{path} cannot be read on: {_first_line(error)}",
                remedy="The file is damaged, or the disk full: ingest again into a new store.",
            ) from error
        finally:
            connection.close()


@contextmanager
def _only_writer(path: Path, wait: float) -> Iterator[None]:
    lock = _WRITING.setdefault(os.path.realpath(path), threading.Lock())
    if not lock.acquire(timeout=max(wait, 0)):
        raise _held(path, f"this process (PID {os.getpid()})")
    try:
        yield
    finally:
        lock.release()


def _opened(path: Path, read_only: bool, deadline: float) -> duckdb.DuckDBPyConnection:
    # Absolute, for DuckDB gives a meaning of its own to ":memory:" and the like.
    file = str(path.absolute())
    if "?" in file:
        raise StoreError(
            f"A store cannot be at {file}: DuckDB takes a question mark for the end of the name.",
            remedy="Name a path without one with --store.",
        )
    while True:
        if not read_only and not path.exists():
            _make(path)
        before = _identity(path)
        try:
            connection = duckdb.connect(
                file, read_only=read_only, config=_READER if read_only else _WRITER
            )
        except duckdb.Error as error:
            holder = _holder(error)
            if not holder:
                raise StoreError(
                    f"{path} cannot be opened as a store: {_first_line(error)}",
                    remedy=_ANOTHER_FILE,
                ) from error
            if time.monotonic() >= deadline:
                raise _held(path, holder) from error
            time.sleep(_PAUSE)
            continue
        # The file may have been taken away, or another put in its place, while this one waited.
        if before is not None and _identity(path) == before:
            return connection
        connection.close()


def _make(path: Path) -> None:
    """Make an empty store beside the path and put it there whole, unless another is there first."""
    try:
        handle, name = tempfile.mkstemp(dir=path.absolute().parent, prefix=f".{path.name}.")
        os.close(handle)
        made = Path(name)
        made.unlink()  # DuckDB takes no empty file
        try:
            with duckdb.connect(name, config=_WRITER) as connection:
                connection.execute("BEGIN")
                for statement in create_statements():
                    connection.execute(statement)
                connection.execute("INSERT INTO meta VALUES (?)", [VERSION])
                connection.execute("COMMIT")
            _put(made, path)
        finally:
            made.unlink(missing_ok=True)
    except (OSError, duckdb.Error) as error:
        raise StoreError(
            f"A store cannot be made at {path}: {_first_line(error)}",
            remedy="Name a place that can be written to with --store.",
        ) from error


def _put(made: Path, path: Path) -> None:
    try:
        os.link(made, path)
    except FileExistsError:
        return
    except OSError:  # a file system without links
        if not path.exists():
            made.replace(path)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        stat = path.stat()
    except FileNotFoundError:
        return None
    return (stat.st_dev, stat.st_ino)


def _holder(error: duckdb.Error) -> str:
    """Return who holds the file, where that is what DuckDB complains of: empty where not."""
    said = _first_line(error)
    if isinstance(error, duckdb.ConnectionException) and "different configuration" in said:
        return f"this process (PID {os.getpid()})"
    if not isinstance(error, duckdb.IOException) or "lock on file" not in said:
        return ""
    found = re.search(r"held in (.*\(PID \d+\))", said)
    return found[1] if found else "a process that the system does not name"


def _held(path: Path, holder: str) -> StoreError:
    return StoreError(
        f"{path} is held by {holder}.", remedy="Wait until it ends, or end it, and try again."
    )


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]


def is_older(connection: duckdb.DuckDBPyConnection, path: Path) -> bool:
    """Say whether an older version wrote a store.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        An open connection to it.
    path : Path
        The file, for messages.

    Raises
    ------
    StoreError
        A newer version wrote it, or it is no store.
    """
    try:
        ((version,),) = connection.execute("SELECT max(version) FROM meta").fetchall()
    except duckdb.Error as error:
        tables = connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
        raise StoreError(
            f"{path} is a DuckDB file, but not a codebreakers store.",
            available=[f"table {name}" for (name,) in tables],
            remedy=_ANOTHER_FILE,
        ) from error
    if not isinstance(version, int) or version > VERSION:
        raise StoreError(
            f"{path} was written by a newer version of codebreakers "
            f"(store version {version}; this one reads {VERSION}).",
            remedy="Upgrade codebreakers, or ingest the files again into a new store.",
        )
    return version < VERSION


def holds_nothing(connection: duckdb.DuckDBPyConnection) -> bool:
    """Say whether a store has no release at all."""
    return not connection.execute("SELECT id FROM releases LIMIT 1").fetchall()


def settle(connection: duckdb.DuckDBPyConnection) -> None:
    """Write a store out whole and leave its files alone from then on.

    After this its file may be taken away or replaced while the connection, and with it the lock,
    is still held: closing the connection touches nothing that bears the store's name.
    """
    connection.execute("CHECKPOINT")
    connection.execute("PRAGMA disable_checkpoint_on_shutdown")
