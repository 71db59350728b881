"""Small Key Stage 4 tables, and what a store made of them holds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from codebreakers.store import Store
from codebreakers.store.schema import FRAMES

HEADER = ("RECTYPE", "LEA", "ESTAB", "URN", "SCHNAME", "TPUP", "PTAC5EM", "TFSMCLA", "PTAC5EMFSM")
ROWS = (
    ("1", "201", "4000", "100001", "Ash School", "100", "61%", "30", "40%"),
    ("1", "201", "4001", "100002", "Beech School", "90", "SUPP", "NE", ""),
    ("2", "202", "7000", "100003", "Cedar School", "12", "NP", "4", "LOWCOV"),
    ("4", "201", "", "", "", "190", "55.5%", "34", "38%"),
    ("5", "", "", "", "England", "600,000", "60.6", "150,000", "41%"),
)


def csv_text(rows: Sequence[Sequence[str]] = ROWS, header: Sequence[str] = HEADER) -> bytes:
    """Write a table as published, every cell quoted."""
    lines = [",".join('"' + c.replace('"', '""') + '"' for c in row) for row in (header, *rows)]
    return ("\r\n".join(lines) + "\r\n").encode()


def written(folder: Path, content: bytes | None = None, name: str = "england_ks4.csv") -> Path:
    """Write a table into a folder, which is made where it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_bytes(csv_text() if content is None else content)
    return file


def stored(path: Path, *rows: Sequence[str], year: int = 2013) -> Store:
    """Make a store of one small table."""
    store = Store(path, wait=1)
    store.ingest(written(path.parent / "given", csv_text(rows or ROWS)), year=year)
    return store


def frame(store: Store, name: str) -> list[dict[str, Any]]:
    """Return the rows of one table of a store."""
    columns = store.query(lambda reader: reader.frame(name))
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def cells(store: Store) -> dict[tuple[str, str], float | str]:
    """Return the number or the code of each cell, by the row's key and the column."""
    return {
        (row["school"], row["measure"]): row["code"] or row["value"]
        for row in frame(store, "results")
    }


def contents(store: Store) -> dict[str, list[tuple[str, ...]]]:
    """Return all that a store holds, in an order that is always the same."""
    found: dict[str, list[tuple[str, ...]]] = {}
    with store.reading():
        for name in FRAMES:
            found[name] = sorted(tuple(map(repr, row.values())) for row in frame(store, name))
    return found
