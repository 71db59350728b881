"""A few made schools, written as the Department writes them, held on every engine."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from codebreakers.store import Store
from codebreakers.store.engines import write_warehouse

Held = Callable[..., Store]

# What every row says where a case does not say otherwise.
USUAL = {"RECTYPE": "1", "NFTYPE": "CY", "ADMPOL": "COMP"}
BLANK = "-"


def urn(letter: str) -> str:
    """School A is 100001, school B 100002, and so on."""
    return str(100000 + ord(letter) - ord("A") + 1)


def rows_of(table: str) -> list[dict[str, str]]:
    """Rows of a case's table: columns part by spaces, ``-`` is blank, ``_`` stands for a space.

    A school is a letter. A row may also be ``England``, the row of all state-funded schools.
    """
    header, *lines = [line.split() for line in table.strip().splitlines()]
    rows = []
    for line in lines:
        cells = {
            name: "" if cell == BLANK else cell.replace("_", " ")
            for name, cell in zip(header, line, strict=True)
        }
        who = cells.pop("school")
        if who == "England":
            rows.append({**USUAL, "RECTYPE": "7", **cells})
        else:
            rows.append({**USUAL, "URN": urn(who), "SCHNAME": f"School {who}", **cells})
    return rows


def write(path: Path, rows: list[dict[str, str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    names = list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", encoding="cp1252", newline="") as out:
        writer = csv.DictWriter(out, ["URN", *(n for n in names if n != "URN")], restval="")
        writer.writeheader()
        writer.writerows(rows)


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
