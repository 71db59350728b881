"""The command league: every grouping, its options, what it refuses."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

import codebreakers as cb
from codebreakers.questions.league import ROWS
from codebreakers.store import Store
from codebreakers.surfaces.cli import _run

TWO_YEARS = ("--year", "2014", "--old", "five_good_gcses", "--new", "five_good_gcses")


@pytest.fixture
def ask(example: Store, capsys: pytest.CaptureFixture[str]) -> Any:
    def asked(*words: str) -> tuple[int, str, str]:
        code = _run(["league", *words, "--store", str(example.path)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return asked


@pytest.mark.parametrize("by", ROWS)
def test_every_grouping_answers(ask: Any, by: str) -> None:
    code, out, err = ask("--year", "2014", "--by", by)
    assert (code, err) == (0, "")
    assert "made-up country" in out
    assert max(len(line) for line in out.splitlines()) <= 100


def test_chance_stands_beside_every_share(ask: Any) -> None:
    code, out, _ = ask(*TWO_YEARS, "--old-year", "2013", "--by", "region", "--format", "json")
    assert code == 0
    answer = json.loads(out)
    figures = {f["id"]: f for f in answer["findings"]}
    chance = figures["league.chance"]
    assert chance["low"] <= chance["value"] <= chance["high"]
    for row in answer["table"]["rows"]:
        cells = dict(zip(answer["table"]["columns"], row, strict=True))
        ends = [cells[f"chance_falling_{end}"] for end in ("low", "percent", "high")]
        assert ends == sorted(ends)
    assert all("by chance alone" in f["sentence"] for id_, f in figures.items() if _a_share(id_))


def _a_share(finding: str) -> bool:
    return finding.startswith("league.fallers.") and not finding.endswith("of_fallers")


def test_asked_about_some_schools_it_lists_them(ask: Any, tmp_path: Path) -> None:
    _, out, _ = ask("--year", "2014", "--by", "school", "--format", "csv")
    urns = [row["school_urn"] for row in csv.DictReader(io.StringIO(out))][:3]
    listed = tmp_path / "list.csv"
    listed.write_text("URN\n" + "\n".join(urns))
    code, out, _ = ask("--year", "2014", "--schools", str(listed), "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert code == 0
    assert [row["school_urn"] for row in rows] == urns
    for row in rows:
        if row["rank_old"] not in ("small", "not-held"):
            assert int(row["rank_old_low"]) <= int(row["rank_old_high"])


def test_a_file_of_weights_is_a_measure(ask: Any, tmp_path: Path) -> None:
    scheme = tmp_path / "scheme.toml"
    scheme.write_text("pupil_sd = 1.3\n[weights]\np8_english = 0.5\np8_maths = 0.5\n")
    asked = ("--year", "2018", "--old", "progress8", "--new", str(scheme))
    code, out, err = ask(*asked, "--threshold", "10", "--correlation", "0.9")
    assert (code, err) == (0, "")
    assert "correlates 0.9" in " ".join(out.split())


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--threshold", "0"), 2, "threshold"),
        (("--new", "progress9"), 2, "progress8"),
        (("--new", "0.5*p8_english-1"), 2, "a weight, a star and a measure"),
        (("--new", "missing.toml"), 2, "missing.toml"),
        (("--by", "colour"), 2, "colour"),
        (("--year", "2014", "--new", "progress8"), 3, "progress8"),
    ],
)
def test_what_cannot_be_asked_is_said(
    ask: Any, words: tuple[str, ...], code: int, said: str
) -> None:
    found, out, err = ask(*words)
    assert found == code
    assert out == ""
    assert said in err


def test_the_python_interface_gives_the_same(example: Store, ask: Any) -> None:
    table = cb.league(example, year=2016, old="attainment8", new="progress8")
    _, out, _ = ask("--year", "2016", "--format", "json")
    figures = {f["id"]: f["value"] for f in json.loads(out)["findings"]}
    assert {f.id: f.value for f in table.findings} == figures


def test_national_says_who_moves(example: Store) -> None:
    table = cb.nation(example, year=2014, draws=0)
    ids = {f.id for f in table.findings}
    stable = ("fallers.share", "fallers.north_east", "fallers.most_disadvantaged_fifth")
    assert {f"league.{name}" for name in (*stable, "slope", "chance")} <= ids
    other = cb.nation(example, year=2018, measure="progress8", draws=0)
    assert not [f for f in other.findings if f.id.startswith("league.")]
    assert any(
        note.startswith("Who moves when the measure changes is not said") for note in other.notes
    )
