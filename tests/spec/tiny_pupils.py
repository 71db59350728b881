"""Pupils written by hand: a line an entry, and what each measure makes of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from codebreakers.measures.scoring.declared import entry_measure
from codebreakers.measures.scoring.pupils import scored
from codebreakers.store.pupil_records import PupilRecords

_PUPILS = {"year": "INT", "pupil": "VARCHAR", "school": "VARCHAR", "prior_attainment": "INT"}
_ENTRIES = {
    "year": "INT",
    "pupil": "VARCHAR",
    "qualification": "VARCHAR",
    "subject": "VARCHAR",
    "grade": "VARCHAR",
    "size": "INT",
    "discount_code": "VARCHAR",
    "date": "DATE",
}
_SIZES = {"short": 50, "double": 200, "four": 400}


@dataclass(frozen=True)
class Worked:
    """One pupil: entries, and the score of each measure, in points, worked out by hand.

    A line of entries is a subject, a grade and, in any order: ``vocational``, a size (``short``,
    ``double``, ``four``), ``code=...`` and ``date=...`` where they are not the usual ones.
    """

    name: str
    entries: str
    scores: Mapping[str, float]
    year: int = 2024
    prior: int | None = None
    school: str = "100001"


def rows_of(pupil: Worked) -> list[tuple[str, str, str, str, int, str, str]]:
    """The rows of a pupil's entries."""
    rows = []
    for line in pupil.entries.strip().splitlines():
        if not line.strip():
            continue
        subject, grade, *more = line.split()
        given = dict(word.split("=") for word in more if "=" in word)
        size = next((_SIZES[word] for word in more if word in _SIZES), 100)
        if "-" in grade:
            size = 200
        kind = "vocational" if "vocational" in more else "gcse"
        code = given.get("code", subject)
        date = given.get("date", f"{pupil.year}-06-01")
        rows.append((pupil.name, kind, subject, grade, size, code, date))
    return rows


def write(pupils: Sequence[Worked], folder: Path) -> None:
    """Write pupils as a folder of records."""
    people = [(one.year, one.name, one.school, one.prior) for one in pupils]
    entries = [(one.year, *row) for one in pupils for row in rows_of(one)]
    rest = ", false AS disadvantaged, 'F' AS sex, false AS eal, 'N' AS sen, false AS mobile"
    _copy(people, _PUPILS, rest, folder / "pupils")
    _copy(entries, _ENTRIES, "", folder / "entries")


def _copy(rows: Sequence[Sequence[object]], kinds: Mapping[str, str], rest: str, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    words = enumerate(kinds.items(), 1)
    columns = ", ".join(f"unnest(${at}::{kind}[]) AS {word}" for at, (word, kind) in words)
    with duckdb.connect() as connection:
        connection.execute(
            f"CREATE TABLE made AS SELECT *{rest} FROM (SELECT {columns})",
            [[row[at] for row in rows] for at in range(len(kinds))],
        )
        connection.execute(f"COPY made TO '{to}' (FORMAT parquet, PARTITION_BY (year))")


def scores(records: PupilRecords, measure: str, year: int) -> dict[str, int]:
    """Each pupil's score of a measure, as the engine gives it."""
    found = records.arrays(scored(records, entry_measure(measure), year))
    return dict(zip(found["pupil"].tolist(), map(int, found["score"].tolist()), strict=True))
