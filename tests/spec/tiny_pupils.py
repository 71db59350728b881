"""Pupils written by hand: a line an entry, and what each measure makes of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from codebreakers.measures.scoring.declared import entry_measure
from codebreakers.measures.scoring.pupils import scored
from codebreakers.store.pupil_records import PupilRecords

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
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE p (year INT, pupil VARCHAR, school VARCHAR, disadvantaged BOOLEAN, "
            "prior_attainment INT, sex VARCHAR, eal BOOLEAN, sen VARCHAR, mobile BOOLEAN)"
        )
        connection.execute(
            "CREATE TABLE e (year INT, pupil VARCHAR, qualification VARCHAR, subject VARCHAR, "
            "grade VARCHAR, size INT, discount_code VARCHAR, date DATE)"
        )
        for one in pupils:
            connection.execute(
                "INSERT INTO p VALUES (?, ?, ?, false, ?, 'F', false, 'N', false)",
                [one.year, one.name, one.school, one.prior],
            )
            for row in rows_of(one):
                connection.execute(
                    "INSERT INTO e VALUES (?, ?, ?, ?, ?, ?, ?, ?)", [one.year, *row]
                )
        for table, name in (("p", "pupils"), ("e", "entries")):
            connection.execute(
                f"COPY {table} TO '{folder / name}' (FORMAT parquet, PARTITION_BY (year))"
            )


def scores(records: PupilRecords, measure: str, year: int) -> dict[str, int]:
    """Each pupil's score of a measure, as the engine gives it."""
    found = records.arrays(scored(records, entry_measure(measure), year))
    return dict(zip(found["pupil"].tolist(), map(int, found["score"].tolist()), strict=True))
