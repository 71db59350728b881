"""The disadvantage gap index from records to the sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from codebreakers.errors import UnknownNameError
from codebreakers.estimates import Withheld
from codebreakers.measures.rank_gap import GradeCounts, grade_counts
from codebreakers.questions.gap_index import gap_index
from codebreakers.store.pupil_duckdb import DuckDBRecords
from codebreakers.store.pupil_ingest import ingest_records
from codebreakers.store.pupil_polars import PolarsRecords

ENTRIES = "pupil,qualification,subject,grade,size,discount_code,date"


def entry(pupil: str, subject: str, grade: str, kind: str = "gcse") -> str:
    return f"{pupil},{kind},{subject},{grade},100,{subject}-{kind},2024-06-01"


def made(folder: Path, pupils: list[str], entries: list[str]) -> Path:
    """Records of 2024: each pupil with its disadvantage."""
    (folder / "in").mkdir(parents=True)
    for table, header, rows in (
        ("pupils", "pupil,school,disadvantaged", pupils),
        ("entries", ENTRIES, entries),
    ):
        text = "\n".join([header, *rows, ""])
        (folder / "in" / f"{table}_2024.csv").write_text(text, encoding="utf-8")
    ingest_records(folder / "in", folder / "to")
    return folder / "to"


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pupils = ["a,1,1", "b,1,0", "c,1,", "d,1,0"]
    entries = [
        entry("a", "english_language", "4"),
        entry("a", "english_literature", "6"),
        entry("a", "maths", "5"),
        entry("b", "maths", "9"),
        entry("b", "english_language", "D*", "vocational"),
        entry("c", "maths", "9"),
    ]
    return made(tmp_path_factory.mktemp("ranks"), pupils, entries)


def test_the_better_english_counts_and_no_vocational_one(records: Path) -> None:
    expected = GradeCounts(2024, (0, 900, 1100), (0, 0, 1), (1, 1, 0), 1)
    assert grade_counts(DuckDBRecords(records), 2024) == expected
    assert grade_counts(PolarsRecords(records), 2024) == expected


def test_few_pupils_are_not_shown(records: Path) -> None:
    table = gap_index(records)
    assert isinstance(table["gap_index.2024"].figure, Withheld)
    (row,) = table.rows
    assert row[0] == "2023/24"
    assert all(isinstance(cell, Withheld) for cell in row[1:])
    assert "Fewer than 10 pupils" in " ".join(table["gap_index.2024"].caveats)


def test_a_cohort_has_an_index_with_its_range(tmp_path: Path) -> None:
    grades = [("1", g) for g in "1234" * 5] + [("0", g) for g in "3456" * 10]
    pupils = [f"p{at},1,{poor}" for at, (poor, _) in enumerate(grades)]
    entries = [entry(f"p{at}", "maths", grade) for at, (_, grade) in enumerate(grades)]
    table = gap_index(made(tmp_path, pupils, entries))
    finding = table["gap_index.2024"]
    # Of 16 pairs of grades others are above in 13 and level in 2: 14 of 16.
    assert finding.value == pytest.approx(20 * (14 / 16 - 0.5))
    assert table.rows[0][4:] == (20.0, 40.0, 0.0)
    assert finding.sentence.startswith("2023/24: the disadvantage gap index is 7.50 (")
    assert "in 88 of 100 cases" in finding.sentence


def test_a_year_that_is_not_held_is_named(records: Path) -> None:
    with pytest.raises(UnknownNameError, match="2019"):
        gap_index(records, years=[2019])
