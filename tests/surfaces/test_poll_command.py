"""codebreakers poll: a poll, its parts, one school's staff, the report's claim, a form."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from codebreakers.sources.example.poll import write_example_poll
from codebreakers.store import Store
from codebreakers.surfaces.cli import _run
from codebreakers.surfaces.commands_poll import bounds_of


@pytest.fixture
def ask(away: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    def asked(*words: str) -> tuple[int, str, str]:
        code = _run(["poll", *words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return asked


def test_the_example_runs_at_once_and_says_the_truth(ask: Any) -> None:
    code, out, err = ask("--example")
    assert (code, err) == (0, "")
    assert max(map(len, out.splitlines())) <= 100
    words = " ".join(out.split())
    for said in (
        "made-up country",
        "The truth",
        "of every 100 teachers (",
        "Kish's approximation",
        "join a panel",
    ):
        assert said in words


def test_every_format_says_the_same(ask: Any) -> None:
    _, out, _ = ask("--example", "--format", "json")
    answer = json.loads(out)
    ids = {finding["id"] for finding in answer["findings"]}
    assert {
        "poll.lower_expectations",
        "poll.lower_expectations.secondary",
        "poll.salary",
        "poll.look_again.1",
        "poll.respondents",
        "poll.design_effect",
    } <= ids
    assert answer["findings"][0]["provenance"][0]["made_up"] is True
    _, out, _ = ask("--example", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert len(rows) == len(answer["table"]["rows"]) == 27
    assert {row["EXAMPLE_ENGLAND"] for row in rows} == {"made up"}


@pytest.mark.parametrize("by", ["phase", "region", "role"])
def test_parts_are_told_apart(ask: Any, by: str) -> None:
    code, out, _ = ask("--example", "--by", by, "--format", "csv")
    assert code == 0
    rows = list(csv.DictReader(io.StringIO(out)))
    assert len({row[by] for row in rows}) == {"phase": 2, "region": 9, "role": 3}[by]
    assert {row["differs"] for row in rows} <= {"True", "False"}


def test_fifths_are_joined_by_urn_and_what_is_not_is_said(ask: Any, example: Store) -> None:
    words = ("--example", "--by", "fifth", "--store", str(example.path))
    code, out, err = ask(*words)
    # This store has other schools than the poll's: some URNs are in both.
    assert (code, err) == (0, "")
    assert "of no mainstream school with results that year" in " ".join(out.split())


def test_files_of_ones_own_are_asked_the_same(ask: Any, away: Path) -> None:
    write_example_poll(away, seed=0)
    code, out, _ = ask(
        "responses.csv", "--margins", "margins.csv", "--year", "2014", "--format", "json"
    )
    _, example, _ = ask("--example", "--format", "json")
    ours, theirs = (
        {f["id"]: f["value"] for f in json.loads(text)["findings"]} for text in (out, example)
    )
    assert (code, ours) == (0, theirs)


def test_replicates_widen_and_narrow_nothing_much(ask: Any) -> None:
    wide = [
        {f["id"]: f["high"] - f["low"] for f in json.loads(out)["findings"] if f["low"]}
        for _, out, _ in (
            ask("--example", "--format", "json", *more) for more in ((), ("--replicates", "200"))
        )
    ]
    assert wide[0].keys() == wide[1].keys()
    for name, width in wide[0].items():
        assert wide[1][name] == pytest.approx(width, rel=0.3)


def own(folder: Path, replies: int) -> None:
    rows = [f"{i},{1 + i % 5},{1 + i % 4},{1 + i % 3},{1 + i % 2}," for i in range(replies)]
    header = "respondent,lower_expectations,seek_challenge,pressure_deterrent,salary,look_again"
    (folder / "ours.csv").write_text("\n".join([header, *rows, ""]))


def test_one_school_stands_beside_the_report(ask: Any, away: Path) -> None:
    own(away, 30)
    code, out, _ = ask(
        "ours.csv", "--school", "103519", "--staff", "84", "--year", "2026", "--format", "csv"
    )
    rows = {row["question_id"]: row for row in csv.DictReader(io.StringIO(out))}
    assert code == 0
    assert rows["lower_expectations"]["national_percent"] == "21"
    assert float(rows["lower_expectations"]["share_percent"]) == 40
    assert rows["look_again"]["share_percent"] == "no-answer"


def test_one_school_stands_beside_a_poll_and_its_staff_are_looked_up(
    ask: Any, away: Path, example: Store
) -> None:
    own(away, 12)
    urn = _some_school(example)
    code, out, _ = ask(
        "ours.csv", "--school", urn, "--example", "--year", "2018", "--store", str(example.path)
    )
    assert code == 0
    assert "the workforce census of 20" in " ".join(out.split())
    assert max(map(len, out.splitlines())) <= 100


def _some_school(store: Store) -> str:
    from codebreakers.measures.staff import teachers_at
    from codebreakers.peers.population import population

    keys = (str(key) for key in population(store, 2013).keys)
    return next(key for key in keys if (teachers_at(store, key) or (0, 0))[0] > 20)


def test_the_claim_is_tested_with_its_power(ask: Any) -> None:
    code, out, _ = ask("--claim")
    assert code == 0
    assert "26 of every 100 of them said it and 15 to 18 of every 100 others" in " ".join(
        out.split()
    )
    assert "Power: a poll of 1,100" in out


@pytest.mark.parametrize("name", ["form.md", "form.html"])
def test_the_form_has_every_question_and_every_answer(ask: Any, away: Path, name: str) -> None:
    code, out, err = ask("--form", "--to", name)
    assert (code, out, err) == (0, "", f"Written: {name}\n")
    text = (away / name).read_text(encoding="utf-8")
    assert text.count("Tick one") == 4
    assert text.count("Strongly disagree") == 3
    code, _, err = ask("--form", "--to", name)
    assert code == 2
    assert "nothing is lost" in err


def test_the_form_fits_one_page_and_is_printed(ask: Any) -> None:
    code, out, _ = ask("--form")
    assert code == 0
    assert len(out.splitlines()) < 50


def test_what_is_in_a_questionnaire_is_text_in_a_page(ask: Any, away: Path) -> None:
    asked = """
title = "<script>x</script>"
people = "teachers"
[[question]]
id = "a"
kind = "single"
text = "<img src=x>"
options = [{ code = "1", text = "<b>" }, { code = "2", text = "n" }]
"""
    (away / "asked.toml").write_text(asked)
    ask("--form", "--questions", "asked.toml", "--to", "form.html")
    page = (away / "form.html").read_text()
    assert not [tag for tag in ("<script", "<img", "<b>") if tag in page]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((), 2, "No answers are given"),
        (("--school", "103519"), 2, "answers of the school's staff are not given"),
        (("a.csv", "--example"), 2, "Both a.csv and Example England's poll"),
        (("a.csv",), 2, "Known totals are not given"),
        (("a.csv", "--margins", "m.csv", "--year", "2026"), 4, "no such file"),
        (("--example", "--by", "colour"), 2, "no grouping 'colour'"),
        (("--example", "--bounds", "0.9:1.1"), 3, "the bounds are 0.9 to 1.1"),
        (("--example", "--bounds", "tight"), 2, "--bounds has 'tight'"),
        (("--form", "--to", "form.pdf"), 2, "no kind of form 'pdf'"),
        (("a.csv", "--school", "1", "--beside", "b.csv"), 2, "cannot be weighted"),
    ],
)
def test_what_cannot_be_answered_says_why(ask: Any, words: Any, code: int, said: str) -> None:
    ended, out, err = ask(*words)
    assert (ended, out) == (code, "")
    assert said in err


def test_bounds_are_written_as_people_write_them() -> None:
    assert bounds_of("0.3:3") == (0.3, 3.0)
    assert bounds_of(" None ") is None
