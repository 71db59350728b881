"""One verdict under other choices: the grid, what is held beside what, the drawing, the command."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from codebreakers.errors import CannotAnswerError, RequestError, UnknownNameError
from codebreakers.estimates import Withheld
from codebreakers.findings import Table
from codebreakers.measures.catalogue import find
from codebreakers.peers.likeness import group
from codebreakers.peers.population import population
from codebreakers.peers.specifications import (
    CHOICES,
    MIN_PUPILS,
    SIZES,
    WEIGHTS,
    differing,
    nearest_of,
    specifications,
)
from codebreakers.peers.trials import headline
from codebreakers.peers.turning import turnings
from codebreakers.peers.verdicts import VERDICTS, verdict_of
from codebreakers.profiles.school import school as school_profile
from codebreakers.questions.potential import potential
from codebreakers.questions.robustness import robustness
from codebreakers.sources.example import write_example
from codebreakers.store import Store
from codebreakers.surfaces.cli import _run
from codebreakers.surfaces.curve import ASCII, BLOCKS, WIDTH, drawn

YEAR, YEARS = 2013, (2013, 2014)
RULES = 3 * len(WEIGHTS) * len(SIZES) // len(WEIGHTS) + (len(WEIGHTS) - 1) * len(SIZES) + 2


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of two years of a small Example England."""
    folder = tmp_path_factory.mktemp("example") / "made"
    write_example(folder, schools=100, years=YEARS)
    return folder


def held(folder: Path, *years: int) -> Store:
    store = Store(folder.parent / f"{len(years)}.duckdb")
    for year in years:
        store.ingest(folder / f"{year - 1}-{year}" / "england_ks4.csv")
    return store


@pytest.fixture(scope="module")
def store(made: Path) -> Store:
    return held(made, *YEARS)


@pytest.fixture(scope="module")
def one_year(made: Path) -> Store:
    return held(made, YEAR)


@pytest.fixture(scope="module")
def chosen(store: Store) -> str:
    """A school with a result and more than thirty disadvantaged pupils in every year."""
    measure = find("five_good_gcses")
    found = []
    for year in YEARS:
        people = population(store, year)
        summary = people.take(measure, "disadvantaged")
        fine = ~np.isnan(summary.values) & (summary.pupils > 30) & ~people.selective
        found.append(set(people.keys[fine].tolist()))
    return str(min(set.intersection(*found)))


@pytest.fixture(scope="module")
def of_school(store: Store, chosen: str) -> Table:
    return robustness(store, school=chosen, year=YEAR)


@pytest.fixture(scope="module")
def of_england(one_year: Store) -> Table:
    return robustness(one_year, year=YEAR)


def rows_of(table: Table) -> list[dict[str, Any]]:
    names = [column.name for column in table.columns]
    return [dict(zip(names, row, strict=True)) for row in table.rows]


def answered(table: Table, figure: str) -> list[dict[str, Any]]:
    return [row for row in rows_of(table) if not isinstance(row[figure], Withheld)]


# The grid --------------------------------------------------------------------------------------


def test_every_combination_of_choices_is_there_once() -> None:
    for benchmarks, factor in ((False, 1), (True, 4)):
        tried = specifications((2013, 2014), benchmarks=benchmarks)
        assert len(set(tried)) == len(tried) == 2 * 2 * len(MIN_PUPILS) * RULES * factor


def test_more_than_two_hundred_for_one_year() -> None:
    assert len(specifications((2013,), benchmarks=False)) >= 200


def test_specifications_of_one_matching_stand_together() -> None:
    tried = specifications((2013, 2014), benchmarks=True)
    runs = [
        a for a, b in zip(tried, (*tried[1:], None), strict=True) if not b or a.matched != b.matched
    ]
    assert len({one.matched for one in runs}) == len(runs)


def test_a_choice_that_does_not_arise_differs_from_nothing(store: Store) -> None:
    one = headline(VERDICTS["room-to-grow"], population(store, 2014))
    bands = replace(one, peers="the same tenth of disadvantaged share", k=None, weights=None)
    assert differing(one, bands) == ("peers",)
    assert differing(one, replace(one, k=20, year=2013)) == ("year", "k")
    assert differing(one, one) == ()


@pytest.mark.parametrize("size", [1, 30])
def test_the_nearest_few_are_the_first_of_the_nearest_many(store: Store, size: int) -> None:
    people = population(store, YEAR)
    for one in {one.matched for one in specifications((YEAR,), benchmarks=False)}:
        if one.k is None or one.min_pupils or one.grammars == "in":
            continue
        cut = nearest_of(group(people, one.rule, apart=True, seed=3), size)
        direct = group(people, replace(one.rule, size=size), apart=True, seed=3)
        assert cut.starts.tolist() == direct.starts.tolist()
        assert cut.members.tolist() == direct.members.tolist()
        assert cut.distances == pytest.approx(direct.distances)
        assert cut.rule == direct.rule


# The answer ------------------------------------------------------------------------------------


def test_the_usual_choices_give_the_schools_own_page(
    store: Store, one_year: Store, chosen: str, of_school: Table
) -> None:
    card = school_profile(store, chosen, year=YEAR)
    gap = card["school.rate"].value - card["school.similar"].value
    assert of_school["robustness.default"].value == pytest.approx(gap)
    rank = card["school.rank"].figure
    place = robustness(one_year, school=chosen, year=YEAR, verdict="best-fifth")
    assert place["robustness.default"].value == pytest.approx(100 * rank.value / rank.n)


def test_the_usual_choices_give_the_national_gain(store: Store, of_england: Table) -> None:
    said = potential(store, year=YEAR, draws=0, tie_orders=0)
    percent = said["potential.disadvantage-2014.percent"].value
    assert of_england["robustness.default"].value == pytest.approx(percent)


def test_rows_are_in_order_of_the_number_and_none_is_lost(
    of_school: Table, of_england: Table
) -> None:
    for table, figure, benchmarks in (
        (of_school, "figure_points", False),
        (of_england, "figure_percent", True),
    ):
        values = [row[figure] for row in answered(table, figure)]
        assert values == sorted(values)
        assert [row[figure] for row in rows_of(table)[: len(values)]] == values
        years = {row["year"] for row in rows_of(table)}
        assert len(table) == len(specifications(range(len(years)), benchmarks=benchmarks))
        numbers = sorted(row["specification"] for row in rows_of(table))
        assert numbers == list(range(1, len(table) + 1))
        assert sum(row["default"] for row in rows_of(table)) == 1


def test_how_often_it_stands_is_counted_from_the_rows(of_school: Table) -> None:
    rows = answered(of_school, "figure_points")
    stands = [row["stands"] for row in rows]
    assert stands == [row["figure_points"] > 0 for row in rows]
    assert of_school["robustness.stands"].value == pytest.approx(100 * sum(stands) / len(stands))
    assert of_school["robustness.stands"].figure.n == len(rows)
    own = [row["stands"] for row in rows if row["year"] == "2012/13"]
    assert of_school["robustness.stands_in_year"].value == pytest.approx(100 * sum(own) / len(own))
    values = [row["figure_points"] for row in rows]
    assert of_school["robustness.lowest"].value == values[0]
    assert of_school["robustness.highest"].value == values[-1]
    assert of_school["robustness.median"].value == pytest.approx(float(np.median(values)))
    usual = next(row for row in rows if row["default"])
    assert of_school["robustness.default"].value == usual["figure_points"]


def test_what_cannot_be_answered_is_counted_with_its_reason(of_school: Table) -> None:
    withheld = [
        r["figure_points"] for r in rows_of(of_school) if isinstance(r["figure_points"], Withheld)
    ]
    said = of_school["robustness.unanswered"]
    assert said.value == len(withheld)
    assert len(withheld) + len(answered(of_school, "figure_points")) == len(of_school)
    for reason in {one.reason for one in withheld}:
        count = sum(one.reason == reason for one in withheld)
        assert f"{count:,}, {reason}" in said.sentence
    assert all(
        r["stands"] is None for r in rows_of(of_school) if isinstance(r["figure_points"], Withheld)
    )


def test_one_change_at_a_time_is_counted_from_the_rows(of_school: Table) -> None:
    rows = answered(of_school, "figure_points")
    usual = next(row for row in rows if row["default"])
    names = [name for name in CHOICES if name != "benchmark"]

    def apart(row: dict[str, Any]) -> int:
        pairs = ((row[name], usual[name]) for name in names)
        return sum(a != b and None not in (a, b) for a, b in pairs)

    near = [row for row in rows if apart(row) == 1]
    said = of_school["robustness.one_change"]
    assert said.figure.n == len(near) > 0
    assert said.value == sum(row["stands"] != usual["stands"] for row in near)


def test_no_figure_has_a_p_value_or_an_interval(of_england: Table) -> None:
    for finding in of_england.findings:
        assert (finding.figure.low, finding.figure.high) == (None, None)
        assert "no sample" in finding.caveats[0]
    assert "p-value" not in json.dumps([f.to_dict() for f in of_england.findings])


def test_a_school_of_few_pupils_is_not_compared(one_year: Store) -> None:
    people = population(one_year, YEAR)
    summary = people.take(find("five_good_gcses"), "disadvantaged")
    few = people.keys[~np.isnan(summary.values) & (summary.pupils < 10)]
    with pytest.raises(CannotAnswerError, match="fewer than 10 disadvantaged pupils in 2012/13"):
        robustness(one_year, school=str(few[0]), year=YEAR)


def test_a_verdict_goes_with_what_is_asked(store: Store, chosen: str) -> None:
    assert verdict_of(None, of_school=True).name == "beats-similar"
    assert verdict_of(None, of_school=False).name == "gain"
    with pytest.raises(UnknownNameError, match="room-to-grow"):
        robustness(store, school=chosen, verdict="room-to-go")
    with pytest.raises(RequestError, match="about one school"):
        robustness(store, verdict="best-fifth")
    with pytest.raises(RequestError, match="about England"):
        robustness(store, school=chosen, verdict="gain")
    with pytest.raises(RequestError, match="no zero"):
        VERDICTS["gain"].limit(find("progress8"))
    with pytest.raises(UnknownNameError, match="URN"):
        robustness(store, school="999999", year=YEAR)


def test_verdicts_stand_on_the_right_side_of_their_limit() -> None:
    sides = {"beats-similar": (0.0, False), "best-fifth": (20.0, True), "room-to-grow": (5.0, True)}
    for name, (limit, at_limit) in {**sides, "gain": (10.0, True)}.items():
        verdict = VERDICTS[name]
        assert verdict.limit(find("five_good_gcses")) == limit
        assert verdict.stands(limit, limit) is at_limit
        assert verdict.stands(limit - 1, limit) is (name == "best-fifth")
        assert verdict.stands(limit + 1, limit) is (name != "best-fifth")


# Which choice turns it -------------------------------------------------------------------------


def test_a_choice_alone_is_held_beside_itself_alone() -> None:
    tried = specifications((2013, 2014), benchmarks=False)
    found = {t.choice: t for t in turnings({o: (float(o.year), o.year == 2014) for o in tried})}
    assert found["year"].share == 100
    assert found["year"].moved == 1
    assert found["year"].options == {2013: (0, len(tried) // 2), 2014: (len(tried) // 2,) * 2}
    assert all(t.turned == 0 == t.moved for name, t in found.items() if name != "year")


def test_a_choice_without_a_pair_says_nothing() -> None:
    """Grammar schools differ only together with the year: nothing tells which of them it was."""
    tried = specifications((2013, 2014), benchmarks=False)
    kept = {o: (1.0, True) for o in tried if (o.year == 2013) == (o.grammars == "apart")}
    assert {t.choice for t in turnings(kept)} == {"peers", "k", "weights", "min_pupils"}


# The drawing and the command --------------------------------------------------------------------


@pytest.mark.parametrize("marks", [BLOCKS, ASCII])
def test_the_curve_fits_and_says_where_the_usual_choices_are(
    of_school: Table, of_england: Table, marks: Any
) -> None:
    for table in (of_school, of_england):
        lines = drawn(table, marks)
        assert max(len(line) for line in lines) <= WIDTH
        pointer = lines[12]
        assert pointer.strip(f" {marks.usual}") == ""
        assert pointer.count(marks.usual) == 1
        stood = [row["stands"] for row in rows_of(table) if row["stands"] is not None]
        if all(stood):
            assert marks.falls not in "".join(lines[:12])
    if marks is ASCII:
        assert "".join(drawn(of_school, ASCII)).isascii()


def test_every_column_is_as_high_as_its_middle_number(of_school: Table) -> None:
    few = of_school.head(7)
    lines = drawn(few)[:12]
    values = [row["figure_points"] for row in rows_of(few)]
    wide = (WIDTH - 11) // 7
    limit = of_school["robustness.limit"].value
    low, high = min(limit, *values), max(limit, *values)
    level = round((limit - low) / (high - low) * 11)
    for i, value in enumerate(values):
        column = [line.ljust(WIDTH)[10 + i * wide] for line in reversed(lines)]
        filled = [row for row, mark in enumerate(column) if mark in (BLOCKS.stands, BLOCKS.falls)]
        top = round((value - low) / (high - low) * 11)
        assert top in filled
        assert level not in filled or top == level


@pytest.fixture
def ask(one_year: Store, capsys: pytest.CaptureFixture[str]) -> Any:
    def asked(*words: str) -> tuple[int, str, str]:
        code = _run(["robustness", *words, "--store", str(one_year.path)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return asked


def test_the_command_draws_and_tells(ask: Any, of_england: Table) -> None:
    code, out, err = ask("--year", "2013")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert max(len(line) for line in lines) <= 100
    assert "made-up country" in out
    assert all(line in lines for line in drawn(of_england))
    for name in ("stands", "default", "lowest", "highest", "unanswered"):
        assert of_england[f"robustness.{name}"].sentence in " ".join(out.split())
    code, out, _ = ask("--year", "2013", "--format", "json")
    answer = json.loads(out)
    assert {f["id"] for f in answer["findings"]} == {f.id for f in of_england.findings}
    assert len(answer["table"]["rows"]) == len(of_england)


def test_a_wrong_request_has_its_exit_code(ask: Any) -> None:
    assert ask("--verdict", "best-fifth")[0] == 2
    assert ask("--year", "2031")[0] == 3
