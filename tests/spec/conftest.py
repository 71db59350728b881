"""Every case of meaning, on DuckDB and on Polars."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from tiny_tables import Held, rows_of, write

from codebreakers.store import Store
from codebreakers.store.engines import write_warehouse


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Mapping[int, str], str], Path]:
    """The DuckDB file of a case's tables, made once for all engines."""
    paths: dict[str, Path] = {}

    def make(tables: Mapping[int, str], national: str) -> Path:
        key = hashlib.sha256(repr((sorted(tables.items()), national)).encode()).hexdigest()
        if key not in paths:
            folder = tmp_path_factory.mktemp("case")
            for year, table in tables.items():
                write(folder / f"{year - 1}-{year}" / "england_ks4.csv", rows_of(table))
            if national:
                lines = [",".join(line.split()) for line in national.strip().splitlines()]
                lines = [line.replace("+", " ") for line in lines]
                where = folder / "2012-2013" / "national.csv"
                where.write_text("\n".join(lines) + "\n", encoding="cp1252")
            store = Store(folder / "case.duckdb")
            refused = [one for one in store.ingest(folder) if one.state == "refused"]
            assert not refused, refused
            paths[key] = store.path
        return paths[key]

    return make


@pytest.fixture(params=["duckdb", "polars"])
def store(request: pytest.FixtureRequest, made: Callable[[Mapping[int, str], str], Path]) -> Held:
    """Hold tables, a text each by year (2013 where one is given alone), on this engine."""

    def hold(tables: str | Mapping[int, str], *, national: str = "") -> Store:
        path = made({2013: tables} if isinstance(tables, str) else tables, national)
        if request.param == "duckdb":
            return Store(path)
        folder = path.parent / "warehouse"
        if not folder.exists():
            write_warehouse(path, folder)
        return Store(folder)

    return hold
