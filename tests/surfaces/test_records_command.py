"""codebreakers records and what is asked of them: one way from files to figures."""

from __future__ import annotations

import csv
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from codebreakers.store.pupil_ingest import ingest_records
from codebreakers.surfaces.cli import _run

PUPILS = "pupil,school,disadvantaged"
ENTRIES = "pupil,qualification,subject,grade,size,discount_code,date"


def held(folder: Path, years: tuple[int, ...], pupils: int = 60) -> Path:
    """What a holder has: two schools, some of each group, English and maths of everybody."""
    folder.mkdir()
    for year in years:
        names = [f"{year}-{at}" for at in range(pupils)]
        people = [f"{name},{at % 2 + 1},{int(at % 3 == 0)}" for at, name in enumerate(names)]
        entries = [
            f"{name},gcse,{subject},{at % 9 + 1},100,{subject},{year}-06-01"
            for at, name in enumerate(names)
            for subject in ("maths", "english_language")
        ]
        for table, lines in (("pupils", [PUPILS, *people]), ("entries", [ENTRIES, *entries])):
            (folder / f"{table}_{year}.csv").write_text("\n".join([*lines, ""]))
    return folder


def test_from_files_to_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files, to = held(tmp_path / "in", (2023, 2024)), str(tmp_path / "records")
    assert _run(["records", str(files), "--to", to]) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert "2024: taken in." in said.err
    assert "entries: 120 rows, 120 of them right." in said.err
    assert _run(["gap-index", to]) == 0
    said = capsys.readouterr()
    assert "2023/24: the disadvantage gap index is" in said.out
    assert max(map(len, said.out.splitlines())) <= 100
    audit = tmp_path / "audit.csv"
    asked = ["score", to, "--by", "disadvantaged", "--round", "5", "--audit", str(audit)]
    assert _run([*asked, "--years", "2024"]) == 0
    said = capsys.readouterr()
    assert "the 20 disadvantaged pupils of 2 schools" in " ".join(said.out.split())
    assert "not for publication" in said.err
    with audit.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.DictReader(file)) == []


def test_a_year_not_taken_in_is_said_and_ends_with_3(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files, to = held(tmp_path / "in", (2024,)), str(tmp_path / "records")
    with (files / "pupils_2024.csv").open("a") as file:
        file.write("\n".join([",1,1"] * 20) + "\n")
    assert _run(["records", str(files), "--to", to]) == 3
    said = capsys.readouterr().err
    assert "pupils: 80 rows, 60 of them right; 25.0% rejected:" in said
    assert "20  pupil: blank" in said
    assert "Not taken in: 2024." in said
    assert _run(["records", str(files), "--to", to, "--accept"]) == 0
    assert _run(["records", str(files), "--to", to]) == 0
    assert "2024: was there, and is kept as it is" in capsys.readouterr().err


def test_a_run_that_was_killed_goes_on_with_the_next_year(tmp_path: Path) -> None:
    files, to = held(tmp_path / "in", (2023, 2024), pupils=3_000), tmp_path / "records"
    # It stops itself at the second year, so that the kill never comes too early or too late.
    text = (
        "import os, sys, time; from pathlib import Path\n"
        "from codebreakers.store.pupil_ingest import ingest_records\n"
        "def step(year):\n"
        "    if year == '2024':\n"
        "        print('at it', flush=True); time.sleep(60)\n"
        "ingest_records(Path(sys.argv[1]), Path(sys.argv[2]), progress=step)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", text, str(files), str(to)], stdout=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout is not None
        assert run.stdout.readline() == "at it\n"
        run.send_signal(signal.SIGKILL)
        run.wait(timeout=30)
    before = time.time_ns()
    assert [(one.year, one.state) for one in ingest_records(files, to)] == [
        (2023, "kept"),
        (2024, "new"),
    ]
    (first,) = (to / "pupils" / "year=2023").iterdir()
    assert first.stat().st_mtime_ns < before
