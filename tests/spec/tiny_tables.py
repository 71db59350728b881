"""A few made schools, written as the Department writes them, held on every engine."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

from codebreakers.store import Store

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
