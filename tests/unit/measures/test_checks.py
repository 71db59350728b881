"""The checks of columns in time, of Example England, and of how files are written."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import pytest

from codebreakers.errors import UnknownNameError
from codebreakers.measures.belonging import quantities
from codebreakers.measures.checks import CHECKS, flags
from codebreakers.measures.flags import Flag
from codebreakers.sources.england import LAYOUTS
from codebreakers.sources.example import write_example
from codebreakers.store import Store

SCHOOLS = 120
# The years spell five good GCSEs three ways.
FIVE_GOOD = {
    2011: "PTAC5EM",
    2012: "PTAC5EM",
    2013: "PTAC5EM",
    2014: "PTAC5EM_PTQ",
    2015: "PTAC5EM_PTQ_EE",
}
Row = dict[str, str]


def school_rows(year: int, schools: int = SCHOOLS) -> list[Row]:
    """Schools whose figures are each year their own and a little chance."""
    lasting = random.Random(7)
    passing = random.Random(year)
    rows = []
    for i in range(schools):
        able = lasting.gauss(0, 1)
        points = 27 + 1.5 * able + passing.gauss(0, 0.3)
        rate = 55 + 12 * able + passing.gauss(0, 5)
        rows.append(
            {
                "RECTYPE": "1",
                "URN": str(100001 + i),
                "TPUP": str(150 + lasting.randrange(100) + passing.randrange(5)),
                "KS2APS": f"{points:.1f}",
                FIVE_GOOD[year]: f"{min(max(rate, 0), 100):.0f}",
            }
        )
    return rows


def write(path: Path, rows: Sequence[Mapping[str, str]], **how: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding=how.get("encoding", "utf-8"), newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]), delimiter=how.get("separator", ","))
        writer.writeheader()
        writer.writerows(rows)


def shuffled(rows: Iterable[Row], column: str, seed: int = 3) -> list[Row]:
    """The same table, one column of its schools put in another order."""
    rows = list(rows)
    schools = [row for row in rows if row["RECTYPE"] in ("1", "2")]
    values = [row[column] for row in schools]
    random.Random(seed).shuffle(values)
    moved = {id(row): value for row, value in zip(schools, values, strict=True)}
    return [{**row, column: moved.get(id(row), row[column])} for row in rows]


def held(folder: Path) -> Store:
    store = Store(folder / "store.duckdb")
    refused = [one for one in store.ingest(folder) if one.state == "refused"]
    assert not refused, refused
    return store


def run_of(folder: Path, years: Iterable[int], wrong: Mapping[int, str]) -> Store:
    """A store of some years, in some of which one column was shuffled."""
    for year in years:
        rows = school_rows(year)
        if year in wrong:
            rows = shuffled(rows, wrong[year])
        write(folder / f"{year - 1}-{year}" / "england_ks4.csv", rows)
    return held(folder)


def accused(store: Store) -> list[tuple[int, str]]:
    return sorted((flag.year, flag.column) for flag in flags(store, checks=["belonging"]))


@pytest.mark.parametrize("years", [range(2011, 2014), range(2011, 2016), (2012, 2015)])
def test_figures_of_their_own_schools_raise_no_alarm(tmp_path: Path, years: Sequence[int]) -> None:
    assert accused(run_of(tmp_path, years, {})) == []


@pytest.mark.parametrize("year", range(2011, 2016))
def test_one_shuffled_column_is_caught_in_any_year_of_a_run(tmp_path: Path, year: int) -> None:
    store = run_of(tmp_path, range(2011, 2016), {year: "KS2APS"})
    (flag,) = flags(store, checks=["belonging"])
    assert (flag.year, flag.column, flag.severity) == (year, "KS2APS", "wrong")
    assert flag.affected == SCHOOLS
    assert len(flag.examples) == 5


@pytest.mark.parametrize("year", range(2012, 2016))
def test_a_column_is_followed_through_its_names(tmp_path: Path, year: int) -> None:
    store = run_of(tmp_path, range(2012, 2016), {year: FIVE_GOOD[year]})
    assert accused(store) == [(year, FIVE_GOOD[year])]


@pytest.mark.parametrize("year", [2011, 2012, 2013])
def test_three_years_are_enough_to_say_which(tmp_path: Path, year: int) -> None:
    assert accused(run_of(tmp_path, range(2011, 2014), {year: "KS2APS"})) == [(year, "KS2APS")]


@pytest.mark.parametrize("year", [2012, 2013])
def test_of_two_years_the_rest_of_the_table_says_which(tmp_path: Path, year: int) -> None:
    assert accused(run_of(tmp_path, [2012, 2013], {year: "KS2APS"})) == [(year, "KS2APS")]


def test_of_two_years_both_are_to_be_looked_at_where_nothing_says_which(tmp_path: Path) -> None:
    """The shuffled column has no companion that goes with it in either table."""
    for year in (2012, 2013):
        lone = random.Random(11)
        rows = [{**row, "PTEALGRP2": f"{lone.uniform(0, 90):.0f}"} for row in school_rows(year)]
        rows = shuffled(rows, "PTEALGRP2") if year == 2013 else rows
        write(tmp_path / f"{year - 1}-{year}" / "england_ks4.csv", rows)
    found = flags(held(tmp_path), checks=["belonging"])
    assert [(f.year, f.column, f.severity) for f in found] == [
        (2012, "PTEALGRP2", "look"),
        (2013, "PTEALGRP2", "look"),
    ]


def test_two_columns_moved_together_are_both_accused(tmp_path: Path) -> None:
    for year in range(2011, 2015):
        rows = school_rows(year)
        if year == 2013:
            rows = shuffled(shuffled(rows, "KS2APS"), FIVE_GOOD[year])
        write(tmp_path / f"{year - 1}-{year}" / "england_ks4.csv", rows)
    assert accused(held(tmp_path)) == [(2013, "KS2APS"), (2013, "PTAC5EM")]


@pytest.mark.parametrize("schools", [49, 50])
def test_fewer_than_fifty_schools_say_nothing(tmp_path: Path, schools: int) -> None:
    for year in range(2011, 2014):
        rows = school_rows(year, schools)
        rows = shuffled(rows, "KS2APS") if year == 2012 else rows
        write(tmp_path / f"{year - 1}-{year}" / "england_ks4.csv", rows)
    assert bool(accused(held(tmp_path))) == (schools >= 50)


def test_a_constant_column_is_not_accused(tmp_path: Path) -> None:
    for year in range(2011, 2014):
        rows = [{**row, "KS2APS": "27.3"} for row in school_rows(year)]
        write(tmp_path / f"{year - 1}-{year}" / "england_ks4.csv", rows)
    assert accused(held(tmp_path)) == []


@pytest.mark.parametrize("layout", [x for x in LAYOUTS if x.closed], ids=lambda x: x.name)
def test_no_two_columns_of_a_layout_are_one_quantity_of_one_group(layout: object) -> None:
    names = quantities()
    columns = [c for c in layout.columns.values() if c.name in names]  # type: ignore[attr-defined]
    assert len({(names[c.name], c.group) for c in columns}) == len(columns)


# --- Example England ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("example") / "england"
    write_example(folder, seed=5, schools=150, years=(2013, 2014, 2015))
    return folder


def ks4_of(example: Path, year: int) -> tuple[Path, list[Row]]:
    path = next((example / f"{year - 1}-{year}").glob("england_ks4*.csv"))
    with path.open(encoding="cp1252", newline="") as lines:
        return path, list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def store_with(
    example: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[dict[int, str]], Store]:
    """A store of the example's results, with one column of some years shuffled."""

    def make(wrong: dict[int, str]) -> Store:
        folder = tmp_path_factory.mktemp("results")
        for year in (2013, 2014, 2015):
            path, rows = ks4_of(example, year)
            rows = shuffled(rows, wrong[year]) if year in wrong else rows
            write(folder / f"{year - 1}-{year}" / path.name, rows, encoding="cp1252")
        return held(folder)

    return make


def test_example_england_belongs_to_its_schools(
    store_with: Callable[[dict[int, str]], Store],
) -> None:
    assert accused(store_with({})) == []


@pytest.mark.parametrize(
    ("year", "column"),
    [(2013, "KS2APS"), (2014, "KS2APS"), (2015, "KS2APS"), (2014, "PTEALGRP2"), (2014, "TPUP")],
)
def test_a_shuffled_column_of_example_england_is_caught(
    store_with: Callable[[dict[int, str]], Store], year: int, column: str
) -> None:
    assert accused(store_with({year: column})) == [(year, column)]


def test_no_column_of_example_england_is_wrong_or_contradicts_another(
    example: Path, tmp_path: Path
) -> None:
    store = Store(tmp_path / "example.duckdb")
    store.ingest(example)
    # What the country comes to is the business of the tests of Example England itself.
    found = flags(store, checks=CHECKS.keys() - {"national-rate"})
    assert [flag.said for flag in found if flag.severity == "wrong"] == []


# --- Ways of writing ------------------------------------------------------------------------------


def named(found: Iterable[Flag]) -> dict[str, list[int]]:
    years: dict[str, list[int]] = {}
    for flag in found:
        years.setdefault(flag.check, []).append(flag.year)
    return years


def test_ways_of_writing_are_noted(tmp_path: Path) -> None:
    ways = {
        2011: {"encoding": "utf-8"},
        2012: {"encoding": "utf-8-sig"},
        2013: {"encoding": "cp1252"},
        2014: {"separator": "\t"},
    }
    for year, how in ways.items():
        rows = [{**row, "SCHNAME": "Saint Zoë's"} for row in school_rows(year, 3)]
        write(tmp_path / f"{year - 1}-{year}" / "england_ks4.csv", rows, **how)
    found = flags(held(tmp_path), checks=["encoding", "separator", "byte-order-mark"])
    assert named(found) == {"byte-order-mark": [2012], "encoding": [2013], "separator": [2014]}
    assert {flag.severity for flag in found} == {"note"}


def test_a_revised_release_is_noted(tmp_path: Path) -> None:
    path = tmp_path / "2012-2013" / "england_ks4.csv"
    write(path, school_rows(2013, 3))
    store = held(tmp_path)
    assert flags(store, checks=["replaced"]) == ()
    write(path, school_rows(2013, 4))
    store.ingest(path)
    (flag,) = flags(store, checks=["replaced"])
    assert "took the place of 1 earlier release." in flag.said


# --- All together ---------------------------------------------------------------------------------


def test_a_year_is_found_by_its_neighbours_and_named_alone(tmp_path: Path) -> None:
    store = run_of(tmp_path, range(2011, 2014), {2012: "KS2APS"})
    assert {flag.year for flag in flags(store, year=2012)} == {2012}
    assert [f.column for f in flags(store, year=2012, checks=["belonging"])] == ["KS2APS"]
    assert flags(store, year=2013, checks=["belonging"]) == ()


def test_the_gravest_come_first(tmp_path: Path) -> None:
    run_of(tmp_path, range(2011, 2014), {2012: "KS2APS"})
    write(tmp_path / "2013-2014" / "england_ks4.csv", school_rows(2014), encoding="utf-8-sig")
    store = held(tmp_path)
    severities = [flag.severity for flag in flags(store)]
    assert severities == sorted(severities, key=["wrong", "look", "note"].index)
    assert len(set(severities)) == 3


def test_a_check_that_there_is_not_is_said_to_be_unknown(tmp_path: Path) -> None:
    store = run_of(tmp_path, [2013], {})
    with pytest.raises(UnknownNameError, match="belonging"):
        flags(store, checks=["belongs"])


def test_every_flag_is_of_a_check_that_is_named(tmp_path: Path) -> None:
    store = run_of(tmp_path, range(2011, 2014), {2012: "KS2APS"})
    assert {flag.check for flag in flags(store)} <= CHECKS.keys()
