"""Rows pass from one connection to another, in order, and found ahead of their use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import duckdb
import pytest

from codebreakers.store.passing import find, find_ahead, pass_on

QUERIES = 20
ROWS = 5_000


@pytest.fixture
def store() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute("CREATE TABLE kept (i INTEGER, said VARCHAR)")
        yield connection


def kept(store: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    return store.execute("FROM kept").fetchall()


def numbered(i: int) -> str:
    return f"SELECT {i} * {ROWS} + range AS i, nullif('r' || range, 'r7') FROM range({ROWS})"


def test_rows_pass_as_they_are(store: duckdb.DuckDBPyConnection) -> None:
    with duckdb.connect() as other:
        other.execute("CREATE TABLE found AS FROM (VALUES (2, 'b'), (1, NULL), (NULL, ''))")
        pass_on(find(other, "FROM found"), store, "INSERT INTO kept FROM found")
    assert kept(store) == [(2, "b"), (1, None), (None, "")]


def test_a_query_runs_once(store: duckdb.DuckDBPyConnection) -> None:
    with duckdb.connect() as other:
        other.execute("CREATE SEQUENCE once")
        query = "SELECT nextval('once'), 'x' FROM range(3)"
        pass_on(find(other, query), store, "INSERT INTO kept FROM found")
        assert other.execute("SELECT nextval('once')").fetchall() == [(4,)]
    assert kept(store) == [(1, "x"), (2, "x"), (3, "x")]


def test_what_is_found_ahead_is_in_the_order_asked(store: duckdb.DuckDBPyConnection) -> None:
    for rows in find_ahead(store.cursor, map(numbered, range(QUERIES))):
        pass_on(rows, store, "INSERT INTO kept FROM found")
    assert [i for i, _ in kept(store)] == list(range(QUERIES * ROWS))
    assert sum(said is None for _, said in kept(store)) == QUERIES


def test_only_a_few_are_found_ahead(store: duckdb.DuckDBPyConnection) -> None:
    asked = []

    def queries() -> Iterator[str]:
        for i in range(QUERIES):
            asked.append(i)
            yield numbered(i)

    with closing(find_ahead(store.cursor, queries())) as ahead:
        pass_on(next(ahead), store, "INSERT INTO kept FROM found")
        assert asked == [0, 1, 2]
    assert len(kept(store)) == ROWS


def test_a_query_that_fails_fails_in_its_turn(store: duckdb.DuckDBPyConnection) -> None:
    queries = [numbered(0), numbered(1), "SELECT error('no such cell'), ''", numbered(3)]
    with closing(find_ahead(store.cursor, queries)) as ahead:
        for _ in range(2):
            pass_on(next(ahead), store, "INSERT INTO kept FROM found")
        with pytest.raises(duckdb.Error, match="no such cell"):
            next(ahead)
    assert len(kept(store)) == 2 * ROWS
