"""The page about pupil records says what their tables are declared to be."""

from __future__ import annotations

from pathlib import Path

import pytest

from codebreakers.sources.grades import GRADES, QUALIFICATIONS
from codebreakers.store.pupil_holdings import NAMES
from codebreakers.store.pupil_ingest import MOST_REJECTED
from codebreakers.store.pupil_tables import PUPIL_TABLES, SUBJECTS, PupilColumn, PupilTable

PAGE = (Path(__file__).resolve().parent.parent.parent / "docs" / "records.md").read_text("utf-8")


def line_of(column: PupilColumn) -> str:
    """The line of the page that says what a column is."""
    allowed = " ".join(f"`{word}`" for word in column.allowed)
    if column.low is not None:
        allowed = f"{column.low} to {column.high}"
    if column.name in ("subject", "grade"):
        allowed = "see below"
    blank = "no" if column.required else "yes"
    cells = [f"`{column.name}`", column.kind, blank, column.says, allowed]
    return f"| {' | '.join(cells)} |".replace("|  |", "| |")


@pytest.mark.parametrize("table", PUPIL_TABLES.values(), ids=lambda table: table.name)
def test_the_page_has_every_column_as_it_is_declared_and_no_other(table: PupilTable) -> None:
    part = PAGE.split(f"### `{table.name}`\n")[1].split("\n###")[0].split("\n**")[0]
    lines = [line for line in part.splitlines() if line.startswith("| `")]
    assert lines == [line_of(column) for column in table.columns]
    for name in table.key:
        assert f"`{name}`" in part.splitlines()[1]


def test_the_page_has_every_subject_grade_and_other_name() -> None:
    subjects = PAGE.split("**Subjects**")[1].split("\n\n")[0]
    assert [word for word in SUBJECTS if f"`{word}`" not in subjects] == []
    assert subjects.count("`") == 2 * len(SUBJECTS)
    for kind in QUALIFICATIONS:
        said = PAGE.split(f"**Grades of `{kind}`**")[1].split("\n\n")[0]
        grades = [grade.grade for grade in GRADES if grade.qualification == kind]
        assert [grade for grade in grades if f"`{grade}`" not in said] == []
        assert said.count("`") == 2 * len(grades)
    names = [name for others in NAMES.values() for name in others]
    assert [name for name in names if f"`{name}`" not in PAGE] == []


def test_the_page_says_how_many_rejects_are_too_many() -> None:
    assert f"more than {MOST_REJECTED:.0%} of the rows" in PAGE
