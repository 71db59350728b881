"""Rows pass from one connection to another, found ahead of their use."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor

import duckdb

__all__ = ["find", "find_ahead", "pass_on"]

_AHEAD = 2  # queries that run while the rows of one before them are used


def find(connection: duckdb.DuckDBPyConnection, query: str) -> object:
    """Return what a query finds, as a stream that is read once: the query runs as it is read.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Where it is asked; it is busy until the stream is read.
    query : str
        The SQL.

    Returns
    -------
    object
        A capsule of Arrow's C stream interface.
    """
    return connection.sql(query).__arrow_c_stream__()


def find_ahead(
    connect: Callable[[], duckdb.DuckDBPyConnection], queries: Iterable[str]
) -> Generator[object]:
    """Run queries on threads of their own, a few at once, before their rows are asked for.

    Parameters
    ----------
    connect : callable
        Opens a connection to what they are asked of.
    queries : iterable of str
        The SQL of each.

    Yields
    ------
    object
        What each found, in their order, as `find` returns it; to be read before the next is.
    """

    def run(query: str, connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyRelation:
        return connection.sql(query).materialize()

    waiting: deque[Future[duckdb.DuckDBPyRelation]] = deque()
    with ThreadPoolExecutor(_AHEAD) as threads:
        try:
            for query in queries:
                waiting.append(threads.submit(run, query, connect()))
                if len(waiting) > _AHEAD:
                    yield waiting.popleft().result().__arrow_c_stream__()
            while waiting:
                yield waiting.popleft().result().__arrow_c_stream__()
        finally:
            for future in waiting:
                future.cancel()


def pass_on(found: object, connection: duckdb.DuckDBPyConnection, statement: str) -> None:  # noqa: ARG001
    """Run a statement that reads rows found elsewhere, as the table ``found``.

    Parameters
    ----------
    found : object
        What was found, as `find` returns it.
    connection : duckdb.DuckDBPyConnection
        Where the statement is run.
    statement : str
        The SQL.

    Notes
    -----
    DuckDB reads the argument itself by its name. Registered as a view the rows would stay in
    memory until the transaction ends.
    """
    connection.execute(statement).fetchall()
