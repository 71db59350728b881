"""The command line: answers on stdout, messages on stderr, exit codes, JSON of both."""

from __future__ import annotations

import csv
import functools
import io
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import codebreakers
from codebreakers.sources.example import write_example
from codebreakers.store import Store
from codebreakers.surfaces.cli import _run

QUESTIONS = ("national", "gaps", "breakers", "potential", "lottery", "claims", "releases", "checks")
STABLE_IDS = {
    "gap.disadvantaged",
    "gap.other",
    "gap.all",
    "breakers.count",
    "breakers.share",
    "potential.disadvantage-2014.pupils",
    "potential.disadvantage-2014.percent",
    "potential.ability-2014.pupils",
    "potential.ability-2014.percent",
    "lottery.best_fifth",
    "lottery.lowest_fifth",
    "lottery.ratio",
}
FIELDS = {
    "id",
    "sentence",
    "value",
    "low",
    "high",
    "level",
    "unit",
    "n",
    "year",
    "definition",
    "caveats",
    "provenance",
}


class Asked:
    """What one command said."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    def json(self) -> Any:
        return json.loads(self.out)


def _rows(asked: Asked) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(asked.out)))


@pytest.fixture
def ask(example: Store, capsys: pytest.CaptureFixture[str]) -> Any:
    def asked(*words: str, store: bool = True) -> Asked:
        where = ("--store", str(example.path)) if store else ()
        code = _run([*words, *where])
        said = capsys.readouterr()
        return Asked(code, said.out, said.err)

    return asked


@pytest.mark.parametrize("question", QUESTIONS)
def test_each_question_answers_in_every_format(ask: Any, question: str) -> None:
    year = () if question in ("releases", "claims") else ("--year", "2013")
    told = ask(question, *year)
    assert told.code == 0, told.err
    assert told.err == ""
    assert "made-up country" in told.out or "EXAMPLE ENGLAND" in told.out
    assert max(len(line) for line in told.out.splitlines()) <= 100
    answer = ask(question, *year, "--format", "json").json()
    assert set(answer) == {"findings", "table", "run"}
    assert set(answer["run"]) == {"id", "version", "seed", "store", "releases"}
    for finding in answer["findings"]:
        assert set(finding) >= FIELDS
        assert finding["sentence"]
    rows = list(csv.reader(io.StringIO(ask(question, *year, "--format", "csv").out)))
    assert rows[0][:-1] == answer["table"]["columns"]
    assert rows[0][-1] == "EXAMPLE_ENGLAND"
    assert all(row[-1] == "made up" for row in rows[1:])
    assert len(rows) - 1 == len(answer["table"]["rows"])


def test_national_has_every_stable_id(ask: Any) -> None:
    answer = ask("national", "--year", "2013", "--format", "json").json()
    assert {f["id"] for f in answer["findings"]} >= STABLE_IDS
    figures = {f["id"]: f for f in answer["findings"]}
    for name in STABLE_IDS - {"gap.disadvantaged", "gap.other", "gap.all"}:
        assert figures[name]["low"] is None
        assert figures[name]["high"] is None
        assert figures[name]["no_interval"] == "no interval until chance is allowed for"


def test_national_allows_for_chance(ask: Any) -> None:
    answer = ask("national", "--year", "2013", "--format", "json").json()
    figures = {f["id"]: f for f in answer["findings"]}
    presets = ("disadvantage-2014", "ability-2014")
    for name in (
        "breakers.expected",
        *(
            f"potential.{preset}.{line}"
            for preset in presets
            for line in ("chance_removed", "chance_alone", "intake_alone")
        ),
        "lottery.best_fifth.chance_removed",
        "lottery.lowest_fifth.chance_removed",
    ):
        figure = figures[name]
        assert figure["low"] <= figure["value"] <= figure["high"]
    assert figures["breakers.confirmed"]["n"] == figures["breakers.judged"]["value"]
    for preset in presets:
        assert figures[f"potential.{preset}.next_year"]["unit"] == "percent"
        published = figures[f"potential.{preset}.published"]
        assert published["value"] == figures[f"potential.{preset}.pupils"]["value"]
        assert published["low"] is None
        assert figures[f"potential.{preset}.chance_removed"]["value"] < published["value"]


def test_breakers_say_how_sure_each_school_is(ask: Any) -> None:
    words = ("breakers", "--year", "2013", "--all", "--format", "json")
    table = ask(*words).json()["table"]
    rows = [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]
    assert {"school_urn", "rate", "probability", "low", "high", "rank_low", "rank_high"} <= set(
        table["columns"]
    )
    shown = [row for row in rows if not isinstance(row["low"], dict)]
    assert len(shown) > 20
    for row in shown:
        assert row["low"] <= row["level"] <= row["high"]
        assert 0 <= row["probability"] <= 1
        assert 1 <= row["rank_low"] <= row["rank_high"] <= len(rows)
        assert row["grade"] in ("confirmed", "likely", "one-off", "not", "cannot say")
    graded = {row["grade"] for row in rows}
    assert {"likely", "not"} <= graded


def test_the_same_seed_gives_the_same_answer(ask: Any) -> None:
    words = ("potential", "--year", "2013", "--seed", "7", "--format", "json")
    assert ask(*words).out == ask(*words).out


def test_a_year_is_understood_in_every_form(ask: Any) -> None:
    answers = {
        ask("gaps", "--year", y, "--format", "csv").out for y in ("2013", "2012-13", "2012/13")
    }
    assert len(answers) == 1


def test_why_says_definition_and_file(ask: Any) -> None:
    told = ask("gaps", "--year", "2013", "--why").out
    assert "free school meals at any time in the last six years" in " ".join(told.split())
    assert "sha256" in told
    assert "england_ks4.csv" in told


def test_the_parts_of_a_country_add_up(ask: Any) -> None:
    by = {
        unit: ask("potential", "--year", "2013", "--by", unit, "--format", "json").json()
        for unit in ("school", "authority", "region", "england")
    }

    def added(unit: str, column: str) -> float:
        table = by[unit]["table"]
        cells = [row[table["columns"].index(column)] for row in table["rows"]]
        return sum(cell for cell in cells if not isinstance(cell, dict))

    found = {f["id"].split(".")[-1]: f["value"] for f in by["england"]["findings"]}
    for unit in ("england", "region", "authority"):
        assert added(unit, "gain_pupils") == found["pupils"] == found["published"]
        assert added(unit, "chance_removed_pupils") == pytest.approx(found["chance_removed"])


def test_a_school_is_found_by_urn_name_and_postcode(ask: Any) -> None:
    rows = list(
        csv.DictReader(io.StringIO(ask("breakers", "--year", "2013", "--format", "csv").out))
    )
    urn, name = rows[0]["school_urn"], rows[0]["school_name"]
    card = ask("school", urn, "--year", "2013").out
    assert f"URN {urn}" in card
    assert name.upper() in card
    assert max(len(line) for line in card.splitlines()) <= 100
    assert ask("school", name, "--year", "2013").code in (0, 2)
    found = ask("school", urn, "--year", "2013", "--format", "json").json()
    assert {f["id"] for f in found["findings"]} >= {
        "school.rate",
        "school.rank",
        "school.potential",
    }
    similar = ask("peers", urn, "--year", "2013", "--size", "7", "--format", "json").json()
    assert len(similar["table"]["rows"]) == 7
    assert urn not in [row[0] for row in similar["table"]["rows"]]


def test_scope_narrows_the_answer_and_not_the_peers(ask: Any, tmp_path: Path) -> None:
    every = _rows(ask("potential", "--year", "2013", "--by", "school", "--format", "csv"))
    chosen = [row["school_urn"] for row in every[:3]]
    listed = tmp_path / "list.csv"
    listed.write_text("URN\n" + "\n".join(chosen) + "\n")
    words = ("potential", "--year", "2013", "--by", "school", "--schools", str(listed))
    narrowed = _rows(ask(*words, "--format", "csv"))
    assert {tuple(row.values()) for row in narrowed} == {
        tuple(row.values()) for row in every if row["school_urn"] in chosen
    }


@pytest.mark.parametrize(
    ("words", "code", "kind", "says"),
    [
        (("gaps", "--measure", "atainment8"), 2, "unknown-name", "attainment8"),
        (("gaps", "--year", "twenty"), 2, "request", "not a results year"),
        (("national", "--year", "2031"), 3, "cannot-answer", "2018"),
        (("national", "--year", "2009"), 3, "cannot-answer", "2013"),
        (("breakers", "--year", "2013", "--region", "Londn"), 2, "unknown-name", "London"),
        (("breakers", "--selective", "maybe"), 2, "request", "in"),
        (("potential", "--preset", "disadvantage"), 2, "unknown-name", "disadvantage-2014"),
        (("potential", "--benchmark", "top:2", "--year", "2013"), 2, "request", "0"),
        (("potential", "--by", "shire", "--year", "2013"), 2, "unknown-name", "authority"),
        (("potential", "--fraction", "1.5", "--year", "2013"), 2, "request", "0.5"),
        (("school", "111111", "--year", "2013"), 2, "unknown-name", "URN"),
        (("breakrs",), 2, "request", "breakers"),
        (("gaps", "--yeer", "2013"), 2, "request", "--year"),
        (
            ("peers", "--features", "ks2_point", "900001", "--year", "2013"),
            2,
            "unknown-name",
            "ks2_points",
        ),
    ],
)
def test_a_wrong_request_is_said_with_what_there_is(
    ask: Any, words: tuple[str, ...], code: int, kind: str, says: str
) -> None:
    told = ask(*words, "--format", "json", store=words[0] not in ("breakrs",))
    assert told.code == code
    assert told.out == ""
    error = json.loads(told.err)["error"]
    assert set(error) == {"kind", "message", "available", "remedy"}
    assert error["kind"] == kind
    assert says in f"{error['message']} {error['available']} {error['remedy']}"
    plain = ask(*words, store=words[0] not in ("breakrs",))
    assert plain.code == code
    assert plain.out == ""
    assert plain.err.startswith("Error: ")


def test_nothing_typed_shows_what_can_be(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run([]) == 2
    said = capsys.readouterr()
    assert "national" in said.out
    assert said.err == ""


def test_the_version_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(["--version"]) == 0
    assert capsys.readouterr().out == f"codebreakers {codebreakers.__version__}\n"


def test_no_store_says_how_to_make_one(away: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(["gaps"]) == 3
    assert "codebreakers ingest" in capsys.readouterr().err
    assert not list(away.iterdir())


def test_a_broken_file_is_refused_with_exit_code_four(
    away: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = away / "england_ks4.csv"
    broken.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    assert _run(["ingest", str(broken), "--store", "new.duckdb", "--quiet"]) == 4
    said = capsys.readouterr()
    assert "england_ks4.csv" in said.err
    assert said.out == ""
    assert not (away / "new.duckdb").exists()


def test_a_table_of_ones_own_is_matched(away: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (away / "f.csv").write_text("URN,a,b\n1,1,1\n2,2,2\n3,3,3\n4,9,9\n5,,1\n")
    words = ["peers", "--table", "f.csv", "--id", "URN", "--features", "a,b", "--weights", "1,2"]
    assert _run([*words, "--sd", "2,1", "--size", "2", "--format", "csv"]) == 0
    said = capsys.readouterr()
    rows = list(csv.reader(io.StringIO(said.out)))
    assert rows[0] == ["URN", "NeighbourURN", "Dist", "Rank"]
    assert [row[:2] for row in rows[1:3]] == [["1", "2"], ["1", "3"]]
    assert len(rows) == 1 + 4 * 2
    assert "5" in said.err


def test_demo_makes_a_country_and_answers(
    away: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    few = functools.partial(write_example, schools=120)
    monkeypatch.setattr("codebreakers.surfaces.commands_data.write_example", few)
    code = _run(["demo", "--quiet"])
    said = capsys.readouterr()
    assert code == 0, said.err
    assert said.err == ""
    assert "EXAMPLE ENGLAND, 2013 results" in said.out
    assert "The truth" in said.out
    assert "Next:" in said.out
    assert said.out.count("codebreakers ") >= 3


def test_demo_never_takes_away_a_file_that_is_not_a_store(
    away: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (away / "letter.txt").write_text("dear diary")
    assert _run(["demo", "--store", "letter.txt", "--quiet"]) == 2
    assert (away / "letter.txt").read_text() == "dear diary"
    assert "letter.txt" in capsys.readouterr().err


def test_a_table_becomes_a_data_frame(example: Store) -> None:
    from codebreakers import breakers

    table = breakers(example, year=2013)
    frame = pd.DataFrame(table.to_dict())
    assert len(frame) == len(table.rows)
    assert list(frame.columns) == [column.name for column in table.columns]
