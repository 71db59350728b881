"""codebreakers gaps: in one place, by area and over years, in every format."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from codebreakers.store import Store
from codebreakers.surfaces.cli import _run


@pytest.fixture
def ask(example: Store, capsys: pytest.CaptureFixture[str]) -> Any:
    def asked(*words: str) -> tuple[int, str, str]:
        code = _run(["gaps", *words, "--store", str(example.path)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return asked


def test_by_region_says_what_joins_them_and_lists_them(ask: Any) -> None:
    code, out, err = ask("--year", "2013", "--by", "region")
    assert (code, err) == (0, "")
    words = " ".join(out.split())
    assert "region by region" in words
    assert "did best" in words
    assert "Allowing for chance, and for picking the two after seeing" in words
    assert "more likely" in words
    assert "South West" in words
    assert max(map(len, out.splitlines())) <= 100
    assert "made-up country" in out


def test_a_made_up_country_is_not_held_against_the_report(ask: Any) -> None:
    _, out, _ = ask("--year", "2013", "--by", "region")
    assert "2014 report" not in out


def test_json_has_a_finding_an_area_and_the_seed(ask: Any) -> None:
    code, out, _ = ask("--year", "2013", "--by", "region", "--seed", "7", "--format", "json")
    assert code == 0
    said = json.loads(out)
    ids = {finding["id"] for finding in said["findings"]}
    assert {"gap.region.london", "gap.region.range.chance_removed", "gap.london.ratio"} <= ids
    assert len([name for name in ids if name.count(".") == 2 and "range" not in name]) >= 9
    assert said["run"]["seed"] == 7


def test_authorities_in_csv_stand_in_order_of_name_and_those_of_a_region_alone(ask: Any) -> None:
    words = ("--by", "authority", "--year", "2013", "--format", "csv")
    code, out, _ = ask(*words)
    assert code == 0
    rows = list(csv.DictReader(io.StringIO(out)))
    assert len(rows) > 5
    assert all(row["authority_code"].isdigit() for row in rows)
    assert [row["authority"] for row in rows] == sorted(row["authority"] for row in rows)
    _, out, _ = ask(*words, "--region", "London")
    there = {row["authority"] for row in csv.DictReader(io.StringIO(out))}
    assert there < {row["authority"] for row in rows}


def test_years_have_a_line_each_and_breaks_are_drawn_between_them(ask: Any) -> None:
    code, out, err = ask("--years", "2011:2018")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert max(map(len, lines)) <= 100
    at = {
        year: next(i for i, line in enumerate(lines) if line.startswith(year))
        for year in ("2012/13", "2013/14", "2015/16", "2016/17")
    }
    drawn = [i for i, line in enumerate(lines) if line.startswith("--- rules changed")]
    assert any(at["2012/13"] < i < at["2013/14"] for i in drawn)
    assert any(at["2015/16"] < i < at["2016/17"] for i in drawn)
    assert "since" not in lines[at["2013/14"]]
    assert "since 2011/12" in lines[at["2012/13"]]
    assert "since 2016/17" in " ".join(lines)


def test_a_year_that_is_not_held_has_its_line_and_its_reason(ask: Any) -> None:
    _, out, _ = ask("--years", "2018:2019")
    assert "2018/19" in out
    assert "not shown: No table held has attainment8" in out


def test_json_of_years_withholds_the_change_with_the_reason(ask: Any) -> None:
    code, out, _ = ask("--years", "2013:2014", "--format", "json")
    assert code == 0
    table = json.loads(out)["table"]
    cell = table["rows"][1][table["columns"].index("change_points")]
    assert cell["value"] is None
    assert cell["withheld"]["code"] == "break"
    assert "approved qualifications" in cell["withheld"]["reason"]


def test_why_says_how_each_year_is_made(ask: Any) -> None:
    code, out, _ = ask("--years", "2013:2014", "--why")
    assert code == 0
    assert "gap.trend.2013" in out
    assert "sha256" in out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--by", "county"), 2, "region, authority"),
        (("--by", "region", "--years", "2013:2014"), 2, "areas too"),
        (("--year", "2013", "--years", "2013:2014"), 2, "one year too"),
        (("--years", "2018:2014"), 2, "2018:2014"),
        (("--years", "2007:2009"), 3, "any of these years"),
        (("--by", "region", "--year", "2030"), 3, "2030"),
    ],
)
def test_what_cannot_be_answered_says_why(ask: Any, words: Any, code: int, said: str) -> None:
    ended, out, err = ask(*words)
    assert (ended, out) == (code, "")
    assert said in " ".join(err.split())
