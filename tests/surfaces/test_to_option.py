"""--to and --compare-with: declared once, and every command that answers has them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
import typer.main

from codebreakers.findings import Table
from codebreakers.store import Store
from codebreakers.surfaces.answering import Asked, answer, answering, finish
from codebreakers.surfaces.cli import _run, app
from codebreakers.surfaces.terminal import FORMATS

COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]
# It makes the store that it is asked of.
NOT_FROM_A_STORE = {"demo"}
ANSWERING = sorted(
    name
    for name, command in COMMANDS.items()
    if {"form", "form_"} & {p.name for p in command.params} and name not in NOT_FROM_A_STORE
    if any("csv" in (p.help or "") for p in command.params if p.name in ("form", "form_"))
)


def test_the_commands_that_answer_are_found():
    assert {"national", "gaps", "school", "floor", "poll", "workforce", "replay"} <= set(ANSWERING)


@pytest.mark.parametrize("name", ANSWERING)
def test_every_command_that_answers_writes_and_compares(name):
    options = {option for p in COMMANDS[name].params for option in p.opts}
    assert {"--to", "--compare-with"} <= options


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "parquet", "json"])
def test_a_file_is_written_and_said_on_stderr(away: Path, example: Store, capsys, suffix):
    code = _run(["gaps", "--store", str(example.path), "--year", "2013", "--to", f"a.{suffix}"])
    said = capsys.readouterr()
    assert (code, said.out) == (0, "")
    assert said.err.startswith(f"Written: a.{suffix}")
    assert (away / f"a.{suffix}").stat().st_size > 500


def test_the_json_file_is_what_is_printed(away: Path, example: Store, capsys):
    command = ["releases", "--store", str(example.path)]
    assert _run([*command, "--format", "json"]) == 0
    printed = capsys.readouterr().out
    assert _run([*command, "--to", "a.json"]) == 0
    assert (away / "a.json").read_text(encoding="utf-8") == printed
    assert json.loads(printed)["table"]["made_up"] is True


@pytest.mark.parametrize(
    ("to", "more", "words"),
    [
        ("a.ods", (), "There is no kind of file '.ods'"),
        ("nowhere/a.csv", (), "There is no folder"),
        (".", (), "There is no kind of file"),
        ("a.csv", ("--format", "json"), "do not go together"),
    ],
)
def test_a_place_that_will_not_do_is_refused(away: Path, example: Store, capsys, to, more, words):
    code = _run(["releases", "--store", str(example.path), "--to", to, *more])
    said = capsys.readouterr()
    assert code == 2
    assert words in said.err
    assert list(away.iterdir()) == []


def test_a_bad_name_is_refused_before_the_question_is_asked(away: Path, capsys):
    assert _run(["national", "--store", "none.duckdb", "--to", "a.ods"]) == 2
    assert "kind of file" in capsys.readouterr().err


def test_the_store_is_not_written_over(away: Path, example: Store, capsys):
    (away / "a.csv").write_bytes(example.path.read_bytes())
    assert _run(["releases", "--store", "a.csv", "--to", "a.csv"]) == 2
    assert "is a store" in capsys.readouterr().err
    assert (away / "a.csv").read_bytes() == example.path.read_bytes()


def test_what_is_no_table_is_not_written(away: Path, capsys):
    (away / "f.csv").write_text("URN,a\n1,2\n2,3\n3,5\n", encoding="utf-8")
    match = ["peers", "--table", "f.csv", "--features", "a", "--size", "1", "--format", "csv"]
    assert _run([*match, "--to", "a.csv"]) == 2
    assert "neither written nor compared" in capsys.readouterr().err


def test_a_command_that_returns_no_answer_is_left_as_it_is():
    def other(name: str) -> None:
        """Do something else."""

    assert answering(other) is other


def test_what_is_no_answer_is_passed_on():
    assert finish(3) == 3
    assert finish(None) is None


def test_a_card_is_for_a_terminal_alone(example: Store, capsys):
    from codebreakers.questions.data import releases

    shown: list[Table] = []
    table = releases(example)
    for form in FORMATS:
        finish(Asked(answer(table, example, 0, form, card=shown.append)))
        finish(Asked(answer(table, example, 0, form, why=True, card=shown.append)))
    assert shown == [table]
    assert "What do we hold?" in capsys.readouterr().out
