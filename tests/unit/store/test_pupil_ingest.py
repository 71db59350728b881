"""Pupil records from files as people hold them: what is taken in, what is not, and why."""

from __future__ import annotations

import csv
import subprocess
import sys
from datetime import date
from pathlib import Path

import duckdb
import pytest

from codebreakers.errors import CannotAnswerError, CodebreakersError, RequestError, SourceError
from codebreakers.measures.scoring.declared import entry_measure
from codebreakers.measures.scoring.pupils import scored
from codebreakers.store.pupil_checks import CONFLICT, NOBODY, PUPIL_REJECTED, TWICE
from codebreakers.store.pupil_duckdb import DuckDBRecords
from codebreakers.store.pupil_holdings import LONGEST_LINE, NAMES
from codebreakers.store.pupil_ingest import RecordsYear, ingest_records
from codebreakers.store.pupil_tables import PUPIL_TABLES

PUPILS = "pupil,school,disadvantaged,prior_attainment,sex,eal,sen,mobile"
ENTRIES = "pupil,qualification,subject,grade,size,discount_code,date"
GOOD = "p1,100001,1,104.5,F,0,N,0"
ENTRY = "p1,gcse,maths,7,100,M1,2024-06-01"


def write(folder: Path, pupils: list[str], entries: list[str], year: int = 2024) -> Path:
    """Write a year of records as CSV."""
    for table, header, rows in (("pupils", PUPILS, pupils), ("entries", ENTRIES, entries)):
        path = folder / table / f"{year}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return folder


def rows(to: Path, table: str, year: int = 2024) -> list[tuple[object, ...]]:
    """What was taken in."""
    with duckdb.connect() as connection:
        files = f"{to}/{table}/year={year}/*.parquet"
        return connection.execute(
            f"SELECT * FROM read_parquet('{files}', hive_partitioning=false) ORDER BY ALL"
        ).fetchall()


def rejects(to: Path, table: str, year: int | str = 2024) -> list[dict[str, str]]:
    path = to / "rejects" / f"year={year}" / f"{table}.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def take(tmp_path: Path, pupils: list[str], entries: list[str]) -> RecordsYear:
    (done,) = ingest_records(write(tmp_path / "in", pupils, entries), tmp_path / "to", accept=True)
    return done


def test_what_is_right_is_taken_in_as_it_is_declared(tmp_path: Path) -> None:
    done = take(tmp_path, [GOOD, "p2,100002,no,,,true,EHCP,"], [ENTRY])
    assert done == RecordsYear(
        2024, "new", {"pupils": 2, "entries": 1}, {"pupils": {}, "entries": {}}
    )
    assert rows(tmp_path / "to", "pupils") == [
        ("p1", "100001", True, 10450, "F", False, "N", False),
        ("p2", "100002", False, None, None, True, "E", None),
    ]
    assert rows(tmp_path / "to", "entries") == [
        ("p1", "gcse", "maths", "7", 100, "M1", date(2024, 6, 1))
    ]
    records = DuckDBRecords(tmp_path / "to")
    scores = records.arrays(scored(records, entry_measure("attainment8"), 2024))
    assert scores["score"].tolist() == [1400, 0]


WRONG_PUPILS = [
    (",100001,1,,F,0,N,0", "pupil: blank"),
    ("p9,,1,,F,0,N,0", "school: blank"),
    ("p9,100001,perhaps,,F,0,N,0", "disadvantaged: neither yes nor no"),
    ("p9,100001,1,high,F,0,N,0", "prior_attainment: no number"),
    ("p9,100001,1,4.8,F,0,N,0", "prior_attainment: off the scale of its year"),
    ("p9,100001,1,130,F,0,N,0", "prior_attainment: off the scale of its year"),
    ("p9,100001,1,,Q,0,N,0", "sex: not known"),
    ("p9,100001,1,,F,0,Z,0", "sen: not known"),
    (f"{'p' * 65},100001,1,,F,0,N,0", "pupil: over 64 characters"),
    ("p\x009,100001,1,,F,0,N,0", "pupil: no text"),
    ('"p\n9",100001,1,,F,0,N,0', "pupil: no text"),
]
WRONG_ENTRIES = [
    ("nobody,gcse,maths,7,100,M2,2024-06-01", NOBODY),
    ("p1,degree,maths,7,100,M2,2024-06-01", "qualification: not known"),
    ("p1,gcse,alchemy,7,100,M2,2024-06-01", "subject: not known"),
    ("p1,gcse,maths,10,100,M2,2024-06-01", "grade: there is none such in that qualification"),
    ("p1,gcse,maths,M,100,M2,2024-06-01", "grade: there is none such in that qualification"),
    ("p1,gcse,maths,A*,100,M2,2024-06-01", "grade: has no points on the scale of its year"),
    ("p1,gcse,maths,7,10,M2,2024-06-01", "size: out of range"),
    ("p1,gcse,maths,7,-1,M2,2024-06-01", "size: out of range"),
    ("p1,gcse,maths,7,900,M2,2024-06-01", "size: out of range"),
    ("p1,gcse,maths,7,100,,2024-06-01", "discount_code: blank"),
    ("p1,gcse,maths,7,100,M2,soon", "date: no date"),
    ("p1,gcse,maths,7,100,M2,2024-02-30", "date: no date"),
    ("p1,gcse,maths,7,100,M2,2024-09-01", "date: after the August of its results year"),
    ("p1,gcse,maths,7,100,M2,2018-08-31", "date: over 6 years before its results"),
]


def test_every_row_that_is_wrong_is_rejected_with_its_reason(tmp_path: Path) -> None:
    done = take(
        tmp_path,
        [GOOD, *(row for row, _ in WRONG_PUPILS)],
        [ENTRY, *(row for row, _ in WRONG_ENTRIES)],
    )
    for table, wrong in (("pupils", WRONG_PUPILS), ("entries", WRONG_ENTRIES)):
        found = rejects(tmp_path / "to", table)
        assert [row["reason"] for row in found] == [reason for _, reason in wrong]
        assert [int(row["row"]) for row in found] == list(range(3, 3 + len(wrong)))
        assert {row["file"] for row in found} == {"2024.csv"}
        assert sum(done.rejected[table].values()) == len(wrong) == done.read[table] - 1
        assert len(rows(tmp_path / "to", table)) == 1


def test_what_is_said_twice_is_taken_once_and_a_conflict_not_at_all(tmp_path: Path) -> None:
    two, other = "p2,100001,1,,F,0,N,0", ENTRY.replace("M1", "M2")
    done = take(
        tmp_path,
        [GOOD, GOOD, two, two.replace("100001", "100002")],
        [ENTRY, ENTRY, ENTRY, ENTRY.replace("p1", "p2"), other, other.replace(",7,", ",8,")],
    )
    assert done.rejected["pupils"] == {TWICE: 1, CONFLICT: 2}
    assert done.rejected["entries"] == {TWICE: 2, CONFLICT: 2, PUPIL_REJECTED: 1}
    assert len(rows(tmp_path / "to", "pupils")) == 1
    assert len(rows(tmp_path / "to", "entries")) == 1


@pytest.mark.parametrize(
    ("year", "text", "hundredths"),
    [(2019, "4.8", 480), (2019, "480", 480), (2024, "104.5", 10450), (2024, "10450", 10450)],
)
def test_prior_attainment_is_in_hundredths(
    tmp_path: Path, year: int, text: str, hundredths: int
) -> None:
    folder = write(
        tmp_path / "in", [f"p1,1,1,{text},F,0,N,0"], [f"p1,gcse,maths,7,1,M,{year}-06-01"], year
    )
    ingest_records(folder, tmp_path / "to")
    assert [row[3] for row in rows(tmp_path / "to", "pupils", year)] == [hundredths]
    assert [row[4] for row in rows(tmp_path / "to", "entries", year)] == [100]


def test_tabs_a_byte_order_mark_other_names_and_a_column_of_years(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    pupils = [
        "Results Year\tPupil-ID\tURN\tDisadvantaged",
        *("2023/24\tp1\t100001\tY", "2023\tp1\t1\tN", "soon\tp3\t1\tN", ""),
    ]
    (folder / "Pupils.txt").write_bytes(b"\xef\xbb\xbf" + "\r\n".join(pupils).encode())
    (folder / "entries all.csv").write_text(
        f"year,{ENTRIES}\n2024,p1,GCSE,Maths,7,100,M1,01/06/2024\n"
        "2023,p1,gcse,maths,7,1,M1,2023-06-01\n"
    )
    done = ingest_records(folder, tmp_path / "to")
    assert [(one.year, one.state) for one in done] == [
        (2023, "new"),
        (2024, "new"),
        (None, "refused"),
    ]
    assert rows(tmp_path / "to", "pupils")[0][:3] == ("p1", "100001", True)
    assert rows(tmp_path / "to", "entries")[0][-1] == date(2024, 6, 1)
    assert [r["pupil"] for r in rejects(tmp_path / "to", "pupils", "unknown")] == ["p3"]


def test_parquet_is_read_as_csv_is(tmp_path: Path) -> None:
    folder = write(tmp_path / "in", [GOOD], [ENTRY])
    ingest_records(folder, tmp_path / "once")
    again = ingest_records(tmp_path / "once", tmp_path / "again")
    assert [one.state for one in again] == ["new"]
    for table in PUPIL_TABLES:
        assert rows(tmp_path / "again", table) == rows(tmp_path / "once", table)


def test_rejects_carry_no_formula(tmp_path: Path) -> None:
    folder = write(tmp_path / "in", [GOOD, "=cmd(),@x,+1,-2,F,0,N,0"], [ENTRY])
    odd = folder / "pupils" / "2024.csv"
    odd.rename(odd.with_name("=2024.csv"))
    ingest_records(folder, tmp_path / "to", accept=True)
    (row,) = rejects(tmp_path / "to", "pupils")
    assert (row["file"], row["pupil"], row["school"]) == ("'=2024.csv", "'=cmd()", "'@x")
    assert (row["disadvantaged"], row["prior_attainment"]) == ("'+1", "'-2")


def test_a_year_with_many_rejects_is_refused_until_that_is_accepted(tmp_path: Path) -> None:
    folder, to = write(tmp_path / "in", [GOOD, "p2,,,,,,,"], [ENTRY]), tmp_path / "to"
    (done,) = ingest_records(folder, to)
    assert (done.state, done.share("pupils")) == ("refused", 0.5)
    assert not (to / "pupils").exists()
    assert len(rejects(to, "pupils")) == 1
    (done,) = ingest_records(folder, to, accept=True)
    assert done.state == "new"


def test_a_finished_year_is_kept_until_it_is_to_be_replaced(tmp_path: Path) -> None:
    to = tmp_path / "to"
    ingest_records(write(tmp_path / "in", [GOOD], [ENTRY]), to)
    write(tmp_path / "in", [GOOD, "p2,100001,,,,,,"], [ENTRY])
    (done,) = ingest_records(tmp_path / "in", to)
    assert done.state == "kept"
    assert len(rows(to, "pupils")) == 1
    (done,) = ingest_records(tmp_path / "in", to, replace=True)
    assert done.state == "replaced"
    assert len(rows(to, "pupils")) == 2
    assert sorted(part.name for part in to.iterdir()) == ["entries", "pupils"]


@pytest.mark.parametrize(
    "broken",
    [
        b"p1,100001,1\n",
        b'p1,"100001,1,,,,,\n',
        b"p1,10\xff001,1,,,,,\n",
        b"p1," + b"x" * (2 * LONGEST_LINE) + b",1,,,,,\n",
    ],
    ids=["short", "cut", "bytes", "long"],
)
def test_a_corrupt_line_stops_and_finished_years_are_kept(tmp_path: Path, broken: bytes) -> None:
    folder, to = write(tmp_path / "in", [GOOD], [ENTRY]), tmp_path / "to"
    write(folder, [GOOD.replace("104.5", "")], [ENTRY], 2025)
    bad = folder / "pupils" / "2025.csv"
    bad.write_bytes(f"{PUPILS}\n".encode() + broken)
    with pytest.raises(SourceError, match=r"2025\.csv cannot be read: .*Line: 2") as raised:
        ingest_records(folder, to)
    assert "100001" not in str(raised.value)
    assert sorted(part.name for part in (to / "pupils").iterdir()) == ["year=2024"]
    assert not list(to.glob(".unfinished-*"))


def test_a_truncated_parquet_file_is_named(tmp_path: Path) -> None:
    ingest_records(write(tmp_path / "in", [GOOD], [ENTRY]), tmp_path / "once")
    (file,) = (tmp_path / "once" / "pupils" / "year=2024").iterdir()
    file.write_bytes(file.read_bytes()[:-9])
    with pytest.raises(SourceError, match="not a whole Parquet file"):
        ingest_records(tmp_path / "once", tmp_path / "to")


@pytest.mark.parametrize(
    ("name", "text", "kind", "said"),
    [
        ("pupils_2024.csv", "pupil,disadvantaged\np1,1\n", SourceError, "no column school"),
        ("pupils_2024.csv", "pupil,upn,school\np1,1,2\n", SourceError, "2 columns for pupil"),
        ("pupils_2024.csv", "", SourceError, "does not begin with"),
        ("pupils.csv", "pupil,school\np1,1\n", SourceError, "does not say its year"),
        ("pupils_2024[1].csv", "pupil,school\np1,1\n", RequestError, "another name"),
        ("people_2024.csv", "pupil,school\np1,1\n", CannotAnswerError, "no file of pupils"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(
    tmp_path: Path, name: str, text: str, kind: type[CodebreakersError], said: str
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / name).write_text(text)
    (tmp_path / "in" / "entries_2024.csv").write_text(f"{ENTRIES}\n{ENTRY}\n")
    with pytest.raises(kind, match=said):
        ingest_records(tmp_path / "in", tmp_path / "to")
    assert not (tmp_path / "to" / "pupils").exists()


def test_records_are_not_made_among_the_files_that_are_read(tmp_path: Path) -> None:
    folder = write(tmp_path / "in", [GOOD], [ENTRY])
    with pytest.raises(RequestError, match="whose files are read"):
        ingest_records(folder, folder / "made")


def test_a_full_disk_is_said_and_leaves_nothing_half_written(tmp_path: Path) -> None:
    many = [f"p{at:06},10000{at % 9},1,,F,0,N,0" for at in range(50_000)]
    write(tmp_path / "in", many, [ENTRY.replace("p1", "p000001")])
    full = (
        "import resource, signal; from pathlib import Path\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))\n"
        "from codebreakers.store.pupil_ingest import ingest_records\n"
        f"ingest_records(Path({str(tmp_path / 'in')!r}), Path({str(tmp_path / 'to')!r}))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", full], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1
    assert "SourceError: The disk is full" in done.stderr
    assert not list((tmp_path / "to").rglob("*.parquet"))


def test_every_column_has_its_other_names() -> None:
    named = {column.name for table in PUPIL_TABLES.values() for column in table.columns}
    assert NAMES.keys() == named | {"year"}
    every = [name for names in NAMES.values() for name in names]
    assert len(set(every)) == len(every)
    assert not set(every) & NAMES.keys()
