"""codebreakers floor: who was below, year after year, in every format."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from codebreakers.errors import RequestError
from codebreakers.store import Store
from codebreakers.surfaces.cli import _run
from codebreakers.surfaces.options import years_of


@pytest.fixture
def ask(example: Store, capsys: pytest.CaptureFixture[str]) -> Any:
    def asked(*words: str) -> tuple[int, str, str]:
        code = _run(["floor", *words, "--store", str(example.path)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return asked


def ids(out: str) -> set[str]:
    return {finding["id"] for finding in json.loads(out)["findings"]}


def test_a_run_is_said_first_and_listed_below(ask: Any) -> None:
    code, out, err = ask("--years", "2014:2018", "--run", "5")
    assert (code, err) == (0, "")
    assert "5 of 5 years could be judged" in " ".join(out.split())
    assert max(map(len, out.splitlines())) <= 100
    assert "made-up country" in out


def test_json_has_every_finding_and_no_published_count_of_a_made_up_country(ask: Any) -> None:
    code, out, _ = ask("--years", "2014:2018", "--run", "5", "--format", "json")
    assert code == 0
    found = ids(out)
    assert {"floor.below.count", "floor.run.count", "floor.judged"} <= found
    assert {f"floor.below.{y}.expected" for y in range(2014, 2019)} <= found
    assert not [name for name in found if name.endswith("published")]
    assert json.loads(out)["run"]["releases"]


def test_csv_has_a_row_a_school_with_every_status(ask: Any) -> None:
    code, out, _ = ask("--years", "2013/14:2016/17", "--all", "--format", "csv")
    assert code == 0
    rows = list(csv.DictReader(io.StringIO(out)))
    said = {row[f"status_{year}"] for row in rows for year in range(2014, 2018)}
    assert said == {"below", "not below", "no standard", "cannot tell"}
    for row in rows:
        unsaid = row["status_2014"] in ("no standard", "cannot tell")
        assert bool(row["why_2014"]) == unsaid


def test_one_year_says_all_that_there_is_to_say_of_it(ask: Any) -> None:
    code, out, _ = ask("--years", "2014")
    assert code == 0
    words = " ".join(out.split())
    for said in ("national median", "expected not to be truly below", "flags as closed"):
        assert said in words


def test_after_says_what_came_after_beside_equally_low_schools(ask: Any) -> None:
    code, out, _ = ask("--years", "2012:2018", "--after", "--format", "json")
    assert code == 0
    assert {f"floor.after.{x}" for x in ("rise", "difference", "became", "luck")} <= ids(out)


def test_after_needs_a_later_year(ask: Any) -> None:
    code, _, err = ask("--years", "2018", "--after")
    assert code == 3
    assert "a later one" in err


def test_coasting_asks_for_three_years_running(ask: Any) -> None:
    code, out, _ = ask("--coasting", "--years", "2014:2018", "--format", "json")
    assert code == 0
    assert "coasting.run.count" in ids(out)


def test_listed_schools_are_all_shown(ask: Any, tmp_path: Path) -> None:
    _, out, _ = ask("--years", "2014", "--all", "--format", "csv")
    urns = [row["school_urn"] for row in csv.DictReader(io.StringIO(out))][:7]
    (tmp_path / "ours.csv").write_text("URN\n" + "\n".join(urns) + "\n", encoding="utf-8")
    code, out, _ = ask(
        "--years", "2014", "--schools", str(tmp_path / "ours.csv"), "--format", "csv"
    )
    assert code == 0
    assert sorted(r["school_urn"] for r in csv.DictReader(io.StringIO(out))) == sorted(urns)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--years", "2018:2014"), 2, "2018:2014"),
        (("--years", "soon"), 2, "soon"),
        (("--years", "2014:2018", "--run", "6"), 2, "run of 6 years"),
        (("--years", "2019"), 3, "no floor standard is in force"),
        (("--years", "2014", "--region", "Atlantis"), 2, "Atlantis"),
    ],
)
def test_what_cannot_be_answered_says_why(ask: Any, words: Any, code: int, said: str) -> None:
    ended, out, err = ask(*words)
    assert (ended, out) == (code, "")
    assert said in err


def test_years_are_written_as_people_write_them() -> None:
    assert years_of("2014:2018") == [2014, 2015, 2016, 2017, 2018]
    assert years_of("2013/14:2014-15") == [2014, 2015]
    assert years_of("2014") == [2014]
    assert years_of(None) is None
    with pytest.raises(RequestError, match="no run of years"):
        years_of("1900:2018")
