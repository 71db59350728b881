"""Runs that are kept and repeated; bundles from outside, which are hostile until checked."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from codebreakers.store import Store
from codebreakers.surfaces.cli import _run

GAPS, OTHER = "gaps --year 2013", "gaps --year 2014 --seed 5"
Members = dict[str, Any]


class Said:
    """What one command ended with and said."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err


Ask = Callable[..., Said]


@pytest.fixture
def ask(away: Path, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Run a command in an empty folder."""

    def run(*words: object) -> Said:
        code = _run([str(word) for word in words])
        heard = capsys.readouterr()
        return Said(code, heard.out, heard.err)

    return run


@pytest.fixture(scope="module")
def made(example: Store, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A bundle of two questions, made once."""
    path = tmp_path_factory.mktemp("bundle") / "run.zip"
    assert _run(["bundle", GAPS, OTHER, "--store", str(example.path), "--to", str(path)]) == 0
    return path.read_bytes()


@pytest.fixture
def kept(made: bytes, away: Path) -> Path:
    """That bundle, where a command is run."""
    path = away / "run.zip"
    path.write_bytes(made)
    return path


def _members(path: Path) -> Members:
    with zipfile.ZipFile(path) as held:
        return {name: held.read(name) for name in held.namelist()}


def _tampered(path: Path, change: Callable[[Any], None], member: str = "bundle.json") -> Path:
    """The bundle with one member of JSON changed."""
    members = _members(path)
    said = json.loads(members[member])
    change(said)
    return _packed(path, members | {member: json.dumps(said).encode()})


def _packed(path: Path, members: Members) -> Path:
    other = path.with_name("other.zip")
    with zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in members.items():
            out.writestr(name, data)
    return other


def _asking(path: Path, *words: str) -> Path:
    """The bundle with its first question changed to these words."""
    return _tampered(path, lambda said: said["questions"][0].update(arguments=list(words)))


def test_a_bundle_holds_questions_answers_seeds_versions_and_hashes(kept, example):
    members = _members(kept)
    assert list(members) == [
        "bundle.json",
        "README.txt",
        "answers/1-gaps.json",
        "answers/2-gaps.json",
    ]
    said = json.loads(members["bundle.json"])
    assert [one["arguments"] for one in said["questions"]] == [GAPS.split(), OTHER.split()]
    assert [one["seed"] for one in said["questions"]] == [0, 5]
    assert set(said["versions"]) == {
        "python",
        "codebreakers",
        "duckdb",
        "narwhals",
        "numpy",
        "scipy",
    }
    assert {r["sha256"] for r in said["releases"]} == {r.sha256 for r in example.releases()}
    assert any(r["cited"] for r in said["releases"])
    assert not all(r["cited"] for r in said["releases"])
    assert said["made_up"] is True
    assert "made-up country" in members["README.txt"].decode()
    answer = json.loads(members["answers/1-gaps.json"])
    assert {f["id"] for f in answer["findings"]} >= {"gap.disadvantaged", "gap.other"}
    assert str(example.path.parent) not in str(members)


def test_the_same_run_makes_the_same_bytes(kept, ask, example, away):
    assert ask("bundle", GAPS, OTHER, "--store", example.path, "--to", "again.zip").code == 0
    assert (away / "again.zip").read_bytes() == kept.read_bytes()


def test_what_is_repeated_is_the_same(kept, ask, example):
    said = ask("replay", kept, "--store", example.path, "--format", "json")
    assert said.code == 0
    answer = json.loads(said.out)
    changed = answer["findings"][0]
    assert (changed["id"], changed["value"]) == ("compare.changed", 0)
    assert changed["n"] > 20
    assert answer["table"]["rows"] == []


def test_what_differs_is_named_with_by_how_much(kept, ask, example):
    def change(said: Any) -> None:
        found = next(f for f in said["findings"] if f["id"] == "gap.other")
        found["value"] += 2.5

    other = _tampered(kept, change, "answers/1-gaps.json")
    said = ask("replay", other, "--store", example.path, "--format", "json")
    assert said.code == 3
    (row,) = json.loads(said.out)["table"]["rows"]
    assert row[:2] == [GAPS, "gap.other"]
    assert row[4] == pytest.approx(-2.5)
    assert row[2] - row[3] == pytest.approx(2.5)
    assert "NOT the same" in ask("replay", other, "--store", example.path).out


def test_a_difference_of_rounding_is_none(kept, ask, example):
    def change(said: Any) -> None:
        for found in said["findings"]:
            found["value"] *= 1 + 1e-12

    other = _tampered(kept, change, "answers/1-gaps.json")
    assert ask("replay", other, "--store", example.path).code == 0


def test_a_figure_that_is_withheld_now_differs_from_one_that_was_shown(kept, ask, example):
    def change(said: Any) -> None:
        said["findings"][0] |= {"value": None, "withheld": {"code": "small", "reason": "few"}}

    other = _tampered(kept, change, "answers/1-gaps.json")
    said = ask("replay", other, "--store", example.path, "--format", "json")
    assert said.code == 3
    (row,) = json.loads(said.out)["table"]["rows"]
    assert row[2]["withheld"]["code"] == "small"
    assert isinstance(row[3], float)


def test_a_release_that_is_not_held_is_named(kept, ask, example):
    def change(said: Any) -> None:
        cited = next(r for r in said["releases"] if r["cited"])
        cited["sha256"] = "0" * 64

    said = ask("replay", _tampered(kept, change), "--store", example.path)
    assert said.code == 3
    assert "Not in this store: " in said.out
    assert "000000000000" in said.out


def test_a_release_from_which_no_figure_was_read_changes_nothing(kept, ask, example):
    def change(said: Any) -> None:
        other = next(r for r in said["releases"] if not r["cited"])
        other["sha256"] = "0" * 64

    said = ask("replay", _tampered(kept, change), "--store", example.path)
    assert said.code == 0
    assert "1 more release, from which no figure was read" in said.out


def test_other_versions_are_said(kept, ask, example):
    other = _tampered(kept, lambda said: said["versions"].update(numpy="1.0.0"))
    said = ask("replay", other, "--store", example.path)
    assert said.code == 0
    assert "numpy 1.0.0 then" in said.out


def test_a_question_that_cannot_be_answered_now_is_a_difference(kept, ask, example):
    said = ask("replay", _asking(kept, "gaps", "--year", "1999"), "--store", example.path)
    assert said.code == 3
    assert "answered" in said.out


def test_a_list_of_schools_is_kept_and_asked_with_again(ask, example, away):
    listed = away / "secret-folder" / "ours.csv"
    listed.parent.mkdir()
    listed.write_text("URN\n900001\n900002\n900003\n", encoding="utf-8")
    question = f"lottery --year 2013 --schools {listed}"
    assert ask("bundle", question, "--store", example.path, "--to", "run.zip").code == 0
    members = _members(away / "run.zip")
    assert members["files/1.csv"] == listed.read_bytes()
    assert "secret-folder" not in str(members)
    listed.unlink()
    said = ask("replay", "run.zip", "--store", example.path)
    assert said.code == 0, said.err


@pytest.mark.parametrize(
    "words",
    [
        ("ingest", "/etc"),
        ("fetch", "2013"),
        ("serve",),
        ("demo",),
        ("bundle", "gaps", "--to", "x.zip"),
        ("replay", "other.zip"),
        ("sh", "-c", "touch owned"),
        ("gaps; touch owned",),
        ("--help",),
    ],
)
def test_only_questions_are_asked(kept, ask, example, away, words):
    before = sorted(away.iterdir())
    said = ask("replay", _asking(kept, *words), "--store", example.path)
    assert said.code == 2
    assert "There is no question" in said.err
    assert sorted(away.iterdir()) == sorted([*before, away / "other.zip"])


@pytest.mark.parametrize(
    "words",
    [
        ("gaps", "--to", "owned.csv"),
        ("gaps", "--store", "/etc/passwd"),
        ("gaps", "--compare-with", "/etc/passwd"),
        ("gaps", "--schools", "/etc/passwd"),
        ("gaps", "--schools=/etc/passwd"),
        ("gaps", "--schools", "files/1.csv"),
        ("peers", "--table", "/etc/passwd", "--features", "a"),
        ("peers", "900001", "--listed", "../../etc/passwd"),
        ("league", "--new", "/etc/hosts.toml"),
        ("league", "--new", "run.zip"),
        ("poll", "/etc/passwd"),
        ("school", "run.zip"),
        ("gaps", "--help"),
    ],
)
def test_a_question_of_a_bundle_reads_and_writes_no_file(kept, ask, example, away, words):
    said = ask("replay", _asking(kept, *words), "--store", example.path)
    assert said.code == 2
    assert "root:" not in said.out + said.err
    assert not (away / "owned.csv").exists()


def _with(name: str, data: bytes = b"x") -> Callable[[Members], Members]:
    return lambda members: members | {name: data}


def _without(name: str) -> Callable[[Members], Members]:
    return lambda members: {k: v for k, v in members.items() if k != name}


def _said(**fields: Any) -> Callable[[Members], Members]:
    def change(members: Members) -> Members:
        said = json.loads(members["bundle.json"]) | fields
        return members | {"bundle.json": json.dumps(said).encode()}

    return change


def _answer(text: str) -> Callable[[Members], Members]:
    return lambda members: members | {"answers/1-gaps.json": text.encode()}


HOSTILE: dict[str, Callable[[Members], Members]] = {
    "a path out of the folder": _with("../owned.txt"),
    "an absolute path": _with("/tmp/owned.txt"),
    "a path of Windows": _with("..\\owned.txt"),
    "a program": _with("files/1.py"),
    "no manifest": _without("bundle.json"),
    "no answer": _without("answers/1-gaps.json"),
    "a manifest that is a list": _with("bundle.json", b"[]"),
    "an unknown key": _said(run="rm"),
    "a newer form": _said(bundle=2),
    "no questions": _said(questions=[]),
    "a question of numbers": _said(questions=[{"arguments": [1], "seed": 0, "answer": "a"}]),
    "a question without words": _said(questions=[{"arguments": [], "seed": 0, "answer": "a"}]),
    "an answer outside": _said(
        questions=[{"arguments": ["gaps"], "seed": 0, "answer": "../../etc/passwd"}]
    ),
    "a question that colours a terminal": _said(
        questions=[{"arguments": ["gaps\x1b[2J"], "seed": 0, "answer": "answers/1-gaps.json"}]
    ),
    "very many questions": lambda members: _said(
        questions=json.loads(members["bundle.json"])["questions"] * 40
    )(members),
    "a hash that is none": _said(releases=[{"sha256": "x", "file": "a", "cited": True}]),
    "releases that are a number": _said(releases=7),
    "an answer that is no JSON": _answer("{"),
    "an answer that is nothing": _answer("{}"),
    "a number that is none": _answer('{"id": NaN}'),
    "a number without end": _answer('{"id": 1e999}'),
    "a number of a million digits": _answer('{"id": ' + "9" * 10**6 + "}"),
    "very deep JSON": _answer("[" * 10**5),
    "text that is not UTF-8": lambda members: members | {"answers/1-gaps.json": b"\xff\xfe{}"},
}


@pytest.mark.parametrize("change", HOSTILE.values(), ids=HOSTILE)
def test_a_bundle_that_is_none_is_refused(kept, ask, example, away, change):
    other = _packed(kept, change(_members(kept)))
    said = ask("replay", other, "--store", example.path)
    assert said.code == 4
    assert said.out == ""
    assert said.err.startswith("Error: ")
    assert "Traceback" not in said.err
    assert sorted(path.name for path in away.iterdir()) == ["other.zip", "run.zip"]


def test_a_bomb_is_not_unpacked(kept, ask, example):
    members = _members(kept) | {"files/1.csv": b"0" * (65 << 20)}
    said = ask("replay", _packed(kept, members), "--store", example.path)
    assert said.code == 4
    assert "more than a bundle may" in said.err


@pytest.mark.parametrize("name", ["run.zip", "nothing.zip"])
def test_a_file_that_is_no_zip_is_refused(ask, example, away, name):
    (away / "run.zip").write_bytes(b"PK\x03\x04 and nothing more")
    said = ask("replay", name, "--store", example.path)
    assert said.code == 4


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("ingest downloads", "There is no question"),
        ("gaps --store other.duckdb", "--store of its own"),
        ("gaps --to gaps.csv", "--to of its own"),
        ("poll answers.csv", "keeps lists alone"),
        ("gaps 'unclosed", "Close its quotes"),
        ("", "There is no question"),
        ("poll --form", "no table"),
    ],
)
def test_what_cannot_be_kept_is_refused(ask, example, away, question, words):
    (away / "answers.csv").write_text("a\n1\n", encoding="utf-8")
    said = ask("bundle", question, "--store", example.path, "--to", "run.zip")
    assert said.code == 2
    assert words in said.err
    assert not (away / "run.zip").exists()


def test_a_bundle_is_a_zip(ask, example):
    said = ask("bundle", GAPS, "--store", example.path, "--to", "run.json")
    assert said.code == 2
    assert "End it in .zip" in said.err


def test_what_changed_since_an_answer_was_saved(ask, example):
    command = ("gaps", "--store", example.path, "--year", "2013")
    assert ask(*command, "--to", "before.json").code == 0
    same = ask(*command, "--compare-with", "before.json")
    assert same.code == 0
    assert "figures are the same" in same.out
    other = ask(
        *command[:-1], "2014", "--seed", 5, "--compare-with", "before.json", "--format", "json"
    )
    assert other.code == 0
    answer = json.loads(other.out)
    figures = {row[0]: row[1:] for row in answer["table"]["rows"]}
    assert all(len(row) == 4 for row in answer["table"]["rows"])
    before, now, by = figures["gap.disadvantaged"]
    assert (before, now) == (40.9, 37.5)
    assert by == pytest.approx(-3.4)
    assert "Now: 0.1.0, seed 5" in " ".join(answer["table"]["notes"])
    assert "Read before and not now: " in " ".join(answer["table"]["notes"])


def test_an_answer_of_a_bundle_is_compared_with(ask, example):
    command = ("gaps", "--store", example.path, "--year", "2013")
    assert ask("bundle", GAPS, "--store", example.path, "--to", "one.zip").code == 0
    assert "figures are the same" in ask(*command, "--compare-with", "one.zip").out


def test_a_row_that_is_gone_is_one_difference(ask, example, away):
    command = ("gaps", "--store", example.path, "--year", "2013")
    assert ask(*command, "--to", "before.json").code == 0
    said = json.loads((away / "before.json").read_text(encoding="utf-8"))
    gone = said["table"]["rows"].pop(0)
    said["findings"] = [f for f in said["findings"] if f["id"] != "gap.other"]
    (away / "before.json").write_text(json.dumps(said), encoding="utf-8")
    answer = json.loads(ask(*command, "--compare-with", "before.json", "--format", "json").out)
    assert answer["table"]["rows"] == [
        ["gap.other", "not there", "there", None],
        [gone[0], "not there", "there", None],
    ]


def test_of_two_answers_to_one_question_none_is_guessed(ask, example, kept):
    said = ask("gaps", "--store", example.path, "--compare-with", kept)
    assert said.code == 2
    assert "2 answers to 'gaps'" in said.err


def test_an_answer_to_another_question_is_not_compared(ask, example, kept, away):
    said = ask("releases", "--store", example.path, "--compare-with", kept)
    assert said.code == 2
    assert "no answer to 'releases'" in said.err
    (away / "junk.json").write_text('{"id": "gaps"}', encoding="utf-8")
    said = ask("gaps", "--store", example.path, "--compare-with", "junk.json")
    assert said.code == 4


def test_what_a_saved_answer_says_is_nothing_that_a_terminal_obeys(ask, example, away):
    command = ("gaps", "--store", example.path, "--year", "2013")
    assert ask(*command, "--to", "before.json").code == 0
    said = json.loads((away / "before.json").read_text(encoding="utf-8"))
    said["findings"][0]["id"] = "gap\x1b[2J\u202e[bold red]x"
    said["table"]["rows"][0][0] = "\x1b]0;owned\x07"
    (away / "before.json").write_text(json.dumps(said), encoding="utf-8")
    shown = ask(*command, "--compare-with", "before.json")
    assert shown.code == 0
    assert not set(shown.out) & set("\x1b\x07\u202e")
    assert "[bold" in shown.out
