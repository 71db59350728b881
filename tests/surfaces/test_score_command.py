"""codebreakers example and score: what they print, and what they refuse."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from codebreakers.profiles.example_pupils import write_pupils
from codebreakers.questions.pupils import score
from codebreakers.surfaces.cli import _run

YEARS = (2022, 2023, 2024)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("made") / "records"
    write_pupils(folder, pupils=1_500, years=YEARS)
    return folder


@pytest.fixture
def records(made: Path, tmp_path: Path) -> Path:
    """A copy that a test may spoil."""
    return Path(shutil.copytree(made, tmp_path / "records"))


def failed(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = _run(["score", *words])
    said = capsys.readouterr()
    assert said.out == ""
    assert "Traceback" not in said.err
    return code, " ".join(said.err.split())


def test_from_made_up_pupils_to_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    to = tmp_path / "records"
    assert _run(["example", "--pupils", "1500", "--years", "2", "--to", str(to)]) == 0
    assert "1,500 made-up pupils in each of 2 years" in capsys.readouterr().err
    assert _run(["score", str(to), "--years", "2024", "-q"]) == 0
    shown = capsys.readouterr().out
    assert "Example England: a made-up country." in shown
    assert max(map(len, shown.splitlines())) <= 100
    assert _run(["score", str(to), "--years", "2024", "--format", "json", "-q"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["findings"][0]["n"] == 1500
    assert _run(["score", str(to), "--years", "2023:2024", "--format", "csv", "-q"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert {line.split(",")[1] for line in lines[1:]} == {"2022/23", "2023/24"}


def test_made_up_pupils_take_no_others_place(tmp_path: Path, capsys) -> None:
    to = tmp_path / "records"
    for code in (0, 2):
        assert _run(["example", "--pupils", "500", "--to", str(to), "-q"]) == code
    assert str(to) in capsys.readouterr().err


def test_what_is_not_known_gets_the_nearest(made: Path, capsys) -> None:
    code, said = failed(capsys, str(made), "--measure", "progres8")
    assert code == 2
    assert "Did you mean 'progress8'" in said
    code, said = failed(capsys, str(made), "--years", "2021")
    assert code == 2
    assert "2022" in said
    code, said = failed(capsys, str(made), "--by", "disadvantage")
    assert code == 2
    assert "Did you mean 'disadvantaged'" in said
    code, said = failed(capsys, str(made), "--memory", "plenty")
    assert code == 2
    assert "Write it as 4GB or 800MB." in said
    code, said = failed(capsys, str(made.parent))
    assert code == 3
    assert "codebreakers example --to DIR" in said


def test_a_file_that_was_cut_short_stops_at_its_year_and_years_before_it_stay(
    records: Path, capsys
) -> None:
    (file,) = (records / "entries" / "year=2024").iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    code, said = failed(capsys, str(records))
    assert code == 4
    assert file.name in said
    assert "Years that were finished are kept." in said
    kept = {path: path.stat().st_mtime_ns for path in (records / "scored").glob("*.json")}
    assert {path.name.split("-")[1] for path in kept} == {"2022", "2023"}
    file.write_bytes(whole)
    assert _run(["score", str(records), "-q"]) == 0
    assert all(path.stat().st_mtime_ns == then for path, then in kept.items())
    assert len(list((records / "scored").glob("*.json"))) == 3


# What a row of 2024 is made to hold, and what is said of it.
SPOILT = {
    "a grade": ("entries", "grade", "'A+'", "grade 'A+' in 'gcse'"),
    "a subject": ("entries", "subject", "'alchemy'", "in the subject 'alchemy'"),
    "nobody": ("entries", "pupil", "'nobody'", "belong to nobody among its pupils"),
    "a size": ("entries", "size", "700", "of size 700"),
    "no size": ("entries", "size", "NULL", "without pupil, size, code or date"),
    "no date": ("entries", "date", "NULL", "without pupil, size, code or date"),
    "no code": ("entries", "discount_code", "NULL", "without pupil, size, code or date"),
    "no school": ("pupils", "school", "NULL", "1 pupils of 2024 have no school"),
}


@pytest.mark.parametrize("case", SPOILT)
def test_a_row_that_cannot_be_counted_is_said_and_none_is_passed_over(
    case: str, records: Path, capsys
) -> None:
    table, column, value, expected = SPOILT[case]
    (file,) = (records / table / "year=2024").iterdir()
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE held AS FROM '{file}'")
        connection.execute(f"UPDATE held SET {column} = {value} WHERE rowid = 7")
        connection.execute(f"COPY held TO '{file}' (FORMAT parquet)")
    code, said = failed(capsys, str(records), "--years", "2024")
    assert code == 3
    assert expected in said


def test_a_pupil_twice_and_a_column_gone_are_said(records: Path, capsys) -> None:
    (file,) = (records / "pupils" / "year=2024").iterdir()
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE held AS FROM '{file}'")
        connection.execute("INSERT INTO held FROM held LIMIT 1")
        connection.execute(f"COPY held TO '{file}' (FORMAT parquet)")
        code, said = failed(capsys, str(records), "--years", "2024")
        assert code == 3
        assert "who has one already" in said
        connection.execute("ALTER TABLE held DROP COLUMN school")
        connection.execute(f"COPY held TO '{file}' (FORMAT parquet)")
    code, said = failed(capsys, str(records), "--years", "2024")
    assert code == 4
    assert "has no column school" in said


def test_a_run_that_was_killed_goes_on_with_the_next_year(records: Path) -> None:
    # It stops itself at the third year, so that the kill never comes too early or too late.
    text = (
        "import sys, time\n"
        "from codebreakers.questions.pupils import score\n"
        "def step(year):\n"
        "    if year == '2024':\n"
        "        print('at it', flush=True); time.sleep(60)\n"
        "score(sys.argv[1], 'progress8', progress=step)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", text, str(records)], stdout=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout is not None
        assert run.stdout.readline() == "at it\n"
        run.send_signal(signal.SIGKILL)
        run.wait(timeout=30)
    kept = {path: path.stat().st_mtime_ns for path in (records / "scored").glob("*.json")}
    assert {path.name.split("-")[1] for path in kept} == {"2022", "2023"}
    found = score(records, "progress8")
    assert all(path.stat().st_mtime_ns == then for path, then in kept.items())
    assert found == score(records, "progress8", keep=records.parent / "afresh")


def test_a_finished_year_is_worked_out_again_where_its_records_were_changed(records: Path) -> None:
    first = score(records, "attainment8", years=[2024])
    (file,) = (records / "entries" / "year=2024").iterdir()
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE held AS FROM '{file}'")
        connection.execute("UPDATE held SET grade = '9' WHERE qualification = 'gcse' "
                           "AND NOT contains(grade, '-')")  # fmt: skip
        connection.execute(f"COPY held TO '{file}' (FORMAT parquet)")
    again = score(records, "attainment8", years=[2024])
    assert again["pupils.2024"].value > first["pupils.2024"].value


def test_memory_that_does_not_suffice_is_said(tmp_path: Path, capsys) -> None:
    """It spills into the folder of finished years, which is made; nothing stays there."""
    write_pupils(tmp_path / "records", pupils=20_000, years=[2024])
    keep = tmp_path / "not" / "there"
    asked = (str(tmp_path / "records"), "--keep", str(keep), "--memory")
    code, said = failed(capsys, *asked, "10MB")
    assert code == 4
    assert "The memory does not suffice" in said
    assert "Give more with --memory" in said
    assert _run(["score", *asked, "60MB", "-q"]) == 0
    assert [path.suffix for path in keep.iterdir()] == [".json"]


def test_a_disk_that_is_full_is_said_and_no_half_year_is_left(records: Path) -> None:
    # A file may hold 200 bytes: the finished year does not fit.
    text = (
        "import resource, signal, sys\n"
        "from codebreakers.surfaces.cli import _run\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (200, 200))\n"
        "sys.exit(_run(['score', sys.argv[1], '--years', '2024', '-q']))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", text, str(records)], capture_output=True, text=True, check=False
    )
    said = " ".join(done.stderr.split())
    assert done.returncode == 2, said
    assert "The finished year 2024 cannot be kept" in said
    assert "Make room" in said
    assert not list((records / "scored").glob("*.json*"))
    assert not list((records / "scored").glob(".*.json*"))
