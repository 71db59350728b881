"""A publisher's file becomes canonical rows, with every code kept as a reason.

Each release is one transaction: a killed ingest leaves the store as it was. The same bytes twice
are one release; other bytes for the same table and year replace it, and both hashes are kept.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb

from codebreakers.errors import ReleaseError, RequestError, SourceError, UnknownTableError
from codebreakers.store.canonical import write
from codebreakers.store.files import Damaged, Found, PassedOver, TableFile, tables
from codebreakers.store.recognise import recognise

__all__ = ["Ingested", "ingest", "store_table"]

YEARS = range(2007, 2100)

# What is wrong with the disk, the memory or the store, and not with the table.
_THE_ENGINE_ITSELF = (duckdb.OperationalError, duckdb.InternalError, duckdb.FatalException)


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of one file.

    Parameters
    ----------
    file : str
        The file, as the user would name it.
    state : str
        ``new``, ``unchanged`` (these bytes were held), ``replaced`` (other bytes were held for the
        same table and year), ``passed over`` (not a table) or ``refused`` (see `said`).
    dataset, year : str, int
        What it was recognised as; empty and 0 where it was not.
    rows, copies, set_aside : int
        Rows read; exact copies read once; rows about nothing declared.
    said : str
        Anything the user should know.
    """

    file: str
    state: str
    dataset: str = ""
    year: int = 0
    rows: int = 0
    copies: int = 0
    set_aside: int = 0
    said: str = ""


def ingest(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    *,
    year: int | None = None,
    progress: Callable[[str], None] | None = None,
) -> Iterator[Ingested]:
    """Read every table at `path` into the store, one transaction a release.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        A writer's connection to the store.
    path : Path
        A file, a folder or a zip.
    year : int, optional
        The results year, where neither the columns nor the folder say it.
    progress : callable, optional
        Called with each file's name as it is begun.

    Yields
    ------
    Ingested
        One for each file met. A folder's broken file is ``refused`` with what was wrong; the
        others are read.

    Raises
    ------
    ReleaseError
        `path` is one file and it is not a table that can be read. The store is as it was.
    RequestError
        `path` is not there, or `year` is no results year.
    """
    if not path.exists():
        raise RequestError(f"{path} is not there.", remedy="Name a file, a folder or a zip.")
    if year is not None and year not in YEARS:
        raise RequestError(
            f"{year} is not a results year.", remedy="Give the year the exams were sat: 2013."
        )
    refused: list[ReleaseError] = []
    read = 0
    with tempfile.TemporaryDirectory(prefix="codebreakers-") as scratch:
        for found in tables(path, Path(scratch)):
            if progress is not None:
                progress(found.name)
            try:
                one = _one(connection, path, found, year)
            except ReleaseError as error:
                refused.append(error)
                one = _refused(found, error)
            read += one.state not in ("refused", "passed over")
            yield one
    if path.is_file() and not read and refused:
        # Where nothing could be read of one file, a damaged table says more than a title page.
        raise min(refused, key=lambda error: isinstance(error, UnknownTableError))


def _refused(found: Found, error: ReleaseError) -> Ingested:
    """Say what became of one file of several; a workbook's other sheets are nobody's table."""
    if _is_sheet(found) and isinstance(error, UnknownTableError):
        return Ingested(found.name, "passed over", said="a sheet that is no table known")
    return Ingested(found.name, "refused", said=str(error))


def _is_sheet(found: Found) -> bool:
    return isinstance(found, TableFile) and found.encoding == "xlsx"


def _one(
    connection: duckdb.DuckDBPyConnection, path: Path, found: Found, year: int | None
) -> Ingested:
    if isinstance(found, PassedOver):
        return Ingested(found.name, "passed over", said=found.reason)
    if isinstance(found, Damaged):
        raise found.error
    try:
        return store_table(connection, path, found, year)
    finally:
        found.text.unlink(missing_ok=True)


def store_table(
    connection: duckdb.DuckDBPyConnection, path: Path, file: TableFile, year: int | None
) -> Ingested:
    """Store one table, in a transaction of its own.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        A writer's connection to the store.
    path : Path
        What the user gave: the file, or the folder or zip it is in.
    file : TableFile
        The table, as text.
    year : int, optional
        The results year the user gave.

    Raises
    ------
    ReleaseError
        It is no table known, or it is not what it should be. The store is as it was.
    SourceError
        The engine could not write it. The store is as it was.
    """
    recognition = recognise(file.name, file.header, folder_year=file.year, asked_year=year)
    dataset = recognition.layout.dataset
    if dataset == "dictionary":
        return Ingested(file.name, "passed over", said="a data dictionary: nothing to store")
    with _transaction(connection, file.name):
        outcome = write(connection, path, file, recognition, year)
    return Ingested(
        file.name,
        outcome.state,
        dataset,
        outcome.year,
        outcome.rows,
        outcome.copies,
        outcome.set_aside,
        outcome.said,
    )


@contextmanager
def _transaction(connection: duckdb.DuckDBPyConnection, name: str) -> Iterator[None]:
    """Do all of something or nothing of it."""
    connection.execute("BEGIN")
    try:
        yield
        connection.execute("COMMIT")
    except duckdb.Error as error:
        _roll_back(connection)
        said = str(error).splitlines()[0]
        if isinstance(error, _THE_ENGINE_ITSELF):
            raise SourceError(
                f"{name}: {said}", remedy="The store is as it was. Is the disk full?"
            ) from error
        raise ReleaseError(
            name,
            f"the engine cannot take it in: {said}",
            remedy="Is the table as it was published? Download it again.",
        ) from error
    except BaseException:
        _roll_back(connection)
        raise


def _roll_back(connection: duckdb.DuckDBPyConnection) -> None:
    # Where a commit has failed there is no transaction left, and nothing was written.
    with suppress(duckdb.TransactionException):
        connection.execute("ROLLBACK")
