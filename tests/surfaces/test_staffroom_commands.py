"""codebreakers workforce and codebreakers incentive, in every format and with bad input."""

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
        code = _run([*words, "--store", str(example.path)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return asked


def test_the_grid_is_printed_with_both_slopes_in_100_columns(ask: Any) -> None:
    code, out, err = ask("workforce", "--year", "2013", "--outcome", "ratio")
    assert (code, err) == (0, "")
    words = " ".join(out.split())
    assert "Pupils to a teacher, by disadvantage and result: 2012/13" in words
    assert "fewer pupils to a teacher" in words
    assert "could be joined" in words
    assert "no effect of one thing on another" in words
    assert "Not shown: fewer than 10 schools are in the cell" in words
    assert max(map(len, out.splitlines())) <= 100
    assert "made-up country" in out


def test_over_years_a_line_is_drawn_where_definitions_changed(ask: Any) -> None:
    code, out, err = ask("workforce", "--years", "2011:2018")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert max(map(len, lines)) <= 100
    years = [i for i, line in enumerate(lines) if line[:2] == "20" and "results:" not in line]
    assert [lines[i][:7] for i in years] == [f"{y - 1}/{y % 100}" for y in range(2011, 2019)]
    drawn = [i for i, line in enumerate(lines) if line.startswith("--- definitions changed")]
    assert [lines[min(y for y in years if y > i)][:7] for i in drawn] == [
        "2011/12",
        "2013/14",
        "2015/16",
        "2016/17",
    ]


def test_json_has_the_slopes_and_csv_the_numbers_of_schools(ask: Any) -> None:
    code, out, _ = ask("workforce", "--year", "2013", "--format", "json")
    assert code == 0
    ids = [finding["id"] for finding in json.loads(out)["findings"]]
    assert ids == [
        "workforce.salary.slope",
        "workforce.salary.slope.within_region",
        "workforce.salary.slope.results",
        "workforce.salary.slope.results.within_region",
        "workforce.salary.joined",
    ]
    code, out, _ = ask("workforce", "--year", "2013", "--within", "region", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert code == 0
    assert len(rows) == 6
    for row in rows:
        parts = [int(row[f"result_fifth_{i}_schools"]) for i in range(1, 6)]
        assert sum(parts) == int(row["schools"])


def test_an_incentive_prints_every_assumption_and_its_arithmetic(ask: Any) -> None:
    words = ("--premium", "25%", "--teachers", "500", "--years", "3", "--lever", "travel=5%")
    code, out, err = ask("incentive", *words)
    assert (code, err) == (0, "")
    said = " ".join(out.split())
    assert "25% more pay for 500 teachers, for 3 years, would cost" in said
    assert "500 teachers x £" in said
    for assumption in (
        "Mean pay, £:",
        "On-costs (assumed):",
        "Pay rises a year (assumed):",
        "Posts filled (assumed):",
        "Teachers elsewhere:",
        "Stated intention:",
        "Stated interest:",
        "Of them, who come (assumed):",
        "Lever: travel (yours):",
    ):
        assert assumption in said
    assert "Saying so is not moving" in said
    assert max(map(len, out.splitlines())) <= 100


def test_the_proposal_of_2015_is_held_against_the_tables(ask: Any) -> None:
    code, out, _ = ask("incentive", "--preset", "proposal-2015", "--format", "json")
    assert code == 0
    found = {f["id"]: f for f in json.loads(out)["findings"]}
    assert found["incentive.proposal"]["value"] == 40_000
    assert "£10,000 each a year, which is 25% of £40,000" in found["incentive.proposal"]["sentence"]
    assert found["incentive.cost"]["year"] == 2015


def test_the_schools_of_need_stand_in_order_of_name(ask: Any) -> None:
    code, out, _ = ask("incentive", "--by", "school", "--teachers", "100", "--format", "csv")
    names = [row["name"] for row in csv.DictReader(io.StringIO(out))]
    assert code == 0
    assert len(names) > 2
    assert names == sorted(names)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--premium", "0"), "A premium of 0% cannot be costed"),
        (("--premium", "500%"), "A premium of 500% cannot be costed"),
        (("--premium", "-1"), "A premium of -100% cannot be costed"),
        (("--premium", "nan"), "A premium of nan% cannot be costed"),
        (("--premium", "25"), "may be 25% or 2500%"),
        (("--premium", "much"), "has 'much' where a share should be"),
        (("--teachers", "0"), "is for nobody"),
        (("--teachers", "1000000"), "more than there are"),
        (("--years", "0"), "0 years cannot be costed"),
        (("--on-costs", "101%"), "On-costs of 101%"),
        (("--lever", "pay=5%"), "There is no lever 'pay'"),
        (("--lever", "travel"), "does not say how many it brings"),
        (("--lever", "travel=0%"), "cannot bring 0%"),
        (("--lever", "travel=5%", "--lever", "travel=6%"), "is given twice"),
        (("--lever", "travel=60%", "--lever", "workload=60%"), "together bring 120%"),
        (("--preset", "proposal-2016"), "Did you mean 'proposal-2015'"),
        (("--preset", "proposal-2015", "--years", "2"), "has its own premium"),
        (("--by", "region"), "There is no way of listing 'region'"),
    ],
)
def test_bad_input_gets_a_clear_error(ask: Any, words: tuple[str, ...], said: str) -> None:
    code, out, err = ask("incentive", *words)
    assert (code, out) == (2, "")
    assert said in " ".join(err.split())


def test_what_no_table_has_ends_with_3(ask: Any) -> None:
    code, out, err = ask("workforce", "--outcome", "turnover")
    assert (code, out) == (3, "")
    assert "No table that is read here has turnover" in " ".join(err.split())
    assert "salary, ratio, teachers, qualified" in err
