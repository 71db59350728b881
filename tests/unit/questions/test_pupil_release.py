"""What leaves pupil records: one declared set, withheld, rounded and accounted for."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from codebreakers.errors import CannotAnswerError, CodebreakersError, RequestError, UnknownNameError
from codebreakers.estimates import Withheld
from codebreakers.findings import Run, Table
from codebreakers.findings.records import to_nearest
from codebreakers.questions.pupils import release, score
from codebreakers.store.pupil_areas import read_areas
from codebreakers.store.pupil_ingest import ingest_records
from codebreakers.surfaces.export import write

ENTRIES = "pupil,qualification,subject,grade,size,discount_code,date"
# School: disadvantaged pupils, others; every third pupil has a grade 5 in both subjects.
SCHOOLS = {"1": (4, 40), "2": (20, 31), "3": (33, 60), "4": (14, 15)}
AREAS = "school,authority\n1,North\n2,North\n3,South\n4,South\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("release")
    pupils, entries = ["pupil,school,disadvantaged"], [ENTRIES]
    for school, groups in SCHOOLS.items():
        for poor, many in zip("10", groups, strict=True):
            for at in range(many):
                name = f"{school}-{poor}-{at}"
                pupils.append(f"{name},{school},{poor}")
                entries += [
                    f"{name},gcse,{subject},5,100,{subject},2024-06-01"
                    for subject in ("maths", "english_language")
                    if at % 3 == 0
                ]
    pupils.append("nobody-knows,1,")
    (base / "in").mkdir()
    (base / "in" / "pupils_2024.csv").write_text("\n".join([*pupils, ""]))
    (base / "in" / "entries_2024.csv").write_text("\n".join([*entries, ""]))
    (base / "areas.csv").write_text(AREAS)
    ingest_records(base / "in", base / "to")
    return base


@pytest.fixture(scope="module")
def both(folder: Path) -> tuple[Table, Table]:
    return release(folder / "to", "basics_95", by="disadvantaged", areas=folder / "areas.csv")


def cells(table: Table, column: str) -> dict[tuple[object, object], object]:
    keys = zip(table.column("place"), table.column("group"), strict=True)
    return dict(zip(keys, table.column(column), strict=True))


def test_one_small_group_takes_another_with_it(both: tuple[Table, Table]) -> None:
    pupils = cells(both[0], "size_pupils")
    hidden = {key for key, cell in pupils.items() if isinstance(cell, Withheld)}
    groups = ("disadvantaged", "others")
    # The small group of school 1, and the only other school of its authority beside it.
    assert hidden == {(school, group) for school in "12" for group in groups}
    assert {cell.code for cell in pupils.values() if isinstance(cell, Withheld)} == {"guarded"}
    assert pupils["1", "all"] == 44
    assert pupils["North", "disadvantaged"] == 24
    assert pupils["all held", "all"] == 217


def test_the_whole_row_is_withheld(both: tuple[Table, Table]) -> None:
    for row in both[0].rows:
        assert sum(isinstance(cell, Withheld) for cell in row) in (0, 4)


def test_the_audit_says_why(both: tuple[Table, Table]) -> None:
    said = {(row[2], row[3]): row[4] for row in both[1].rows}
    assert said["1", "disadvantaged"] == "a count of its own is under 10"
    assert said["2", "others"] == "a subtraction would tell of another"
    assert len(said) == 4
    assert "Not for publication" in both[1].notes[0]


def test_a_file_says_of_each_row_what_it_is_of(both: tuple[Table, Table], tmp_path: Path) -> None:
    write(both[0], Run("0", 0, "records", ()), tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        found = list(csv.DictReader(file))
    places = {(r["geographic_level"], r["la_name"], r["school_urn"]) for r in found}
    assert ("National", "", "") in places
    assert ("Local authority", "North", "") in places
    assert ("School", "South", "4") in places
    assert {r["rate_percent"] for r in found if r["school_urn"] == "1"} >= {"c"}


def test_groups_are_spoken_of_and_who_is_left_out(both: tuple[Table, Table]) -> None:
    finding = both[0]["pupils.2024.disadvantaged"]
    assert finding.value == pytest.approx(100 * 25 / 71)
    assert "the 71 disadvantaged pupils of 4 schools" in finding.sentence
    assert any("Fewer than 10 pupils of whom" in caveat for caveat in finding.caveats)


def test_percentages_are_worked_out_from_rounded_counts(folder: Path) -> None:
    table = score(folder / "to", "basics_95", by="disadvantaged", rounding=5)
    pupils, rates = cells(table, "size_pupils"), cells(table, "rate_percent")
    assert (pupils["3", "disadvantaged"], pupils["3", "others"]) == (35, 60)
    assert rates["3", "disadvantaged"] == pytest.approx(100 * 10 / 35)
    assert pupils["all held", "all"] == 215
    assert rates["all held", "all"] == pytest.approx(100 * 75 / 215)
    assert "the 215 pupils" in table["pupils.2024"].sentence


def test_scores_of_rounded_counts_have_no_more_decimals_than_are_shown(folder: Path) -> None:
    plain, rounded = (score(folder / "to", rounding=r).column("score_points") for r in (0, 5))
    assert rounded == tuple(round(float(str(value)), 1) for value in plain)


def test_without_groups_or_areas_a_row_is_a_school(folder: Path) -> None:
    table = score(folder / "to")
    assert table.column("school_urn") == ("1", "2", "3", "4")
    assert table.column("size_pupils") == (45, 51, 93, 29)


def test_a_finished_year_is_taken_up_again_with_its_groups(
    folder: Path, both: tuple[Table, Table], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("codebreakers.measures.scoring.years.score_year", None)
    again = release(folder / "to", "basics_95", by="disadvantaged", areas=folder / "areas.csv")
    assert again == both


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        ("school,authority\n1,North\n", CannotAnswerError, "3 of the schools: 2, 3, 4"),
        ("school\n1\n", UnknownNameError, "authority"),
        ("authority\nNorth\n", UnknownNameError, "school"),
        ("school,authority\n1,A\n1,B\n", RequestError, "line 3: 1 or B is in two places"),
        (
            "school,authority,region\n1,A,X\n2,A,Y\n",
            RequestError,
            "line 3: 2 or A is in two places",
        ),
        ("school,authority\n1,\n", CodebreakersError, "line 2: a cell is blank"),
    ],
)
def test_areas_are_looked_at(
    tmp_path: Path, text: str, kind: type[CodebreakersError], said: str
) -> None:
    (tmp_path / "areas.csv").write_text(text)
    with pytest.raises(kind, match=said):
        read_areas(tmp_path / "areas.csv").check(list(SCHOOLS))


@pytest.mark.parametrize(
    ("count", "rounding", "rounded"),
    [(12, 5, 10), (13, 5, 15), (12, 0, 12), (12, 1, 12), (15, 10, 20), (2, 5, 0)],
)
def test_counts_are_rounded_to_the_nearest(count: int, rounding: int, rounded: int) -> None:
    assert to_nearest(count, rounding) == rounded


def test_what_cannot_be_asked_is_said(folder: Path) -> None:
    with pytest.raises(RequestError, match="nearest 50"):
        score(folder / "to", rounding=50)
    with pytest.raises(UnknownNameError, match="sex"):
        score(folder / "to", by="sex")
