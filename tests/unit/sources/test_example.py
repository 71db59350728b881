"""Example England says what it is, adds up, and has the layouts of the published tables."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from example_country import (
    YEARS,
    decode,
    disadvantaged,
    five_good,
    ks4_path,
    links,
    numbers,
    read,
    schools_of,
    tree,
)

from codebreakers.errors import RequestError
from codebreakers.sources.england import LAYOUTS, MADE_UP_COLUMN
from codebreakers.sources.example import write_example

REGISTER_COLUMNS = {
    "TRUSTSCHOOLFLAG (NAME)",
    "TRUSTS (NAME)",
    "TYPEOFESTABLISHMENT (NAME)",
    "LEA_NAME",
    "REGION",
    "ESTABLISHMENTGROUP",
}


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("example") / "england"
    write_example(folder, schools=400)
    return folder


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_example(tmp_path / name, schools=60, seed=7, years=(2013, 2017))
    assert tree(tmp_path / "one") == tree(tmp_path / "two")


def test_another_seed_gives_another_country(tmp_path: Path) -> None:
    for seed in (1, 2):
        write_example(tmp_path / str(seed), schools=60, seed=seed, years=(2013,))
    first, second = tree(tmp_path / "1"), tree(tmp_path / "2")
    assert first.keys() == second.keys()
    same = {name for name in first if first[name] == second[name]}
    assert same == {"gias/nftypes_meta.csv"}


def test_a_year_is_the_same_whichever_others_are_written(country: Path, tmp_path: Path) -> None:
    write_example(tmp_path / "alone", schools=400, years=(2014,))
    whole = tree(country)
    assert all(whole[name] == content for name, content in tree(tmp_path / "alone").items())


def test_the_folder_may_be_there_if_it_is_empty(tmp_path: Path) -> None:
    write_example(tmp_path, schools=30, years=(2011,))
    assert (tmp_path / "2010-2011" / "england_ks4.csv").is_file()


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("keep me")
    with pytest.raises(RequestError, match="not empty"):
        write_example(tmp_path, schools=60)
    assert tree(tmp_path) == {"mine.csv": b"keep me"}


def test_it_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    def stop(year: str) -> None:
        if year == "2012/13":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_example(tmp_path / "england", schools=30, progress=stop)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"schools": 3}, "3 schools"),
        ({"schools": 90_000}, "90000 schools"),
        ({"seed": -1}, "-1"),
        ({"years": (2013, 2030)}, "2030"),
        ({"years": ()}, "No year"),
    ],
)
def test_a_wrong_request_is_refused(tmp_path: Path, wrong: dict[str, object], said: str) -> None:
    with pytest.raises(RequestError, match=said):
        write_example(tmp_path / "england", **wrong)  # type: ignore[arg-type]


def test_years_are_told_as_they_are_written(tmp_path: Path) -> None:
    told: list[str] = []
    write_example(tmp_path / "england", schools=30, years=(2014, 2013), progress=told.append)
    assert told == ["2012/13", "2013/14"]


def test_every_row_of_every_file_says_that_it_is_made_up(country: Path) -> None:
    paths = list(country.rglob("*.csv"))
    assert len(paths) == len(tree(country))
    for path in paths:
        header, *rows = csv.reader(decode(path).splitlines())
        assert header[-1] == MADE_UP_COLUMN
        assert {row[-1] for row in rows} == {"made up"}, path
        assert {len(row) for row in rows} == {len(header)}, path


def test_every_header_is_one_that_a_publisher_has(country: Path) -> None:
    for path in country.rglob("*.csv"):
        header = {name.upper() for name in next(csv.reader(decode(path).splitlines()))}
        fits = [
            layout
            for layout in LAYOUTS
            if layout.required <= header
            and (layout.prefix or header - {MADE_UP_COLUMN} <= layout.columns.keys())
        ]
        assert fits, path


@pytest.mark.published
@pytest.mark.parametrize("year", YEARS)
def test_results_have_the_columns_of_the_years_dictionary(
    country: Path, data_dir: Path, year: int
) -> None:
    path = data_dir / "dfe" / f"{year - 1}-{year}" / "ks4_meta.csv"
    cells = csv.reader(decode(path).splitlines())
    known = {row[1].strip().upper() for row in cells if len(row) > 1}
    header = next(csv.reader(decode(ks4_path(country, year)).splitlines()))
    assert len(header) == len(set(header))
    extra = {name.upper() for name in header} - known - {MADE_UP_COLUMN}
    assert extra == (REGISTER_COLUMNS if year == 2014 else set())


@pytest.mark.published
@pytest.mark.parametrize("name", ["census", "swf", "abs", "pupdest", "ks4-pupdest"])
def test_other_tables_have_the_headers_of_the_published_ones(
    country: Path, data_dir: Path, name: str
) -> None:
    compared = 0
    for path in sorted(country.glob(f"*/england_{name}.csv")):
        real = data_dir / "dfe" / path.parent.name / path.name
        if real.exists():
            published = next(csv.reader(decode(real).splitlines()))
            written = next(csv.reader(decode(path).splitlines()))
            assert written == [*published, MADE_UP_COLUMN], path
            compared += 1
    assert compared >= 2


@pytest.mark.parametrize("year", YEARS)
def test_groups_add_up_to_the_cohort(country: Path, year: int) -> None:
    rows = [row for row in schools_of(country, year) if row["NFTYPE"] != "IND"]
    word, _ = disadvantaged(year)
    size = numbers(rows, "TPUP")
    assert (numbers(rows, f"T{word}") + numbers(rows, f"TNOT{word}") == size).all()
    assert (numbers(rows, "BPUP") + numbers(rows, "GPUP") == size).all()
    bands = sum(numbers(rows, f"TPRIOR{band}") for band in ("LO", "AV", "HI"))
    assert (bands <= size).all()
    assert (bands > 0.9 * size).mean() > 0.8
    share = np.floor(100 * numbers(rows, f"T{word}") / size + 0.5)
    assert (numbers(rows, f"PT{word}") == share).all()


@pytest.mark.parametrize("year", range(2011, 2016))
def test_rates_are_their_counts_and_no_count_is_above_its_pupils(country: Path, year: int) -> None:
    rows, end = schools_of(country, year), five_good(year)
    size_word, word = disadvantaged(year)
    passed = numbers(rows, f"TAC5EM{word}{end}")
    rates, size = numbers(rows, f"PTAC5EM{word}{end}"), numbers(rows, f"T{size_word}")
    shown = ~np.isnan(passed)
    assert shown.sum() > 300
    assert (np.isnan(passed) == np.isnan(rates)).all()
    assert (passed[shown] <= size[shown]).all()
    assert (rates[shown] == np.floor(100 * passed[shown] / size[shown] + 0.5)).all()
    other = numbers(rows, f"TAC5EMN{word}{end}")
    both = shown & ~np.isnan(other)
    every = np.floor(100 * (passed + other)[both] / numbers(rows, "TPUP")[both] + 0.5)
    assert (numbers(rows, f"PTAC5EM{end}")[both] == every).all()


@pytest.mark.parametrize("year", range(2011, 2016))
def test_small_groups_are_suppressed_and_cannot_be_worked_out(country: Path, year: int) -> None:
    size_word, word = disadvantaged(year)
    end, few = five_good(year), 0
    for row in schools_of(country, year):
        if row["NFTYPE"] == "IND":
            assert row[f"TAC5EM{word}{end}"] == "NA"
            assert row[f"PT24ENGPRG{end}"] == "NP"
            continue
        pupils = int(row[f"T{size_word}"])
        if 0 < pupils < 6:
            few += 1
            assert row[f"TAC5EM{word}{end}"] in ("SUPP", "NE")
            assert row[f"TAC5EMN{word}{end}"] in ("SUPP", "NE", "NA")
    assert few > 5


def test_every_code_of_the_real_tables_is_met(country: Path) -> None:
    cells = {cell for row in schools_of(country, 2014) for cell in row.values()}
    assert {"SUPP", "NE", "NA", "NP", "LOWCOV"} <= cells


def test_authorities_and_the_nation_are_the_sums_of_their_schools(country: Path) -> None:
    rows = read(ks4_path(country, 2013))
    state = [row for row in rows if row["RECTYPE"] in "12" and row["NFTYPE"] != "IND"]
    nation = next(row for row in rows if row["RECTYPE"] == "7")
    assert int(nation["TPUP"]) == sum(int(row["TPUP"]) for row in state)
    everyone = next(row for row in rows if row["RECTYPE"] == "5")
    assert int(everyone["TPUP"]) > int(nation["TPUP"])
    assert everyone["TFSMCLA"] == ""
    for row in rows:
        if row["RECTYPE"] == "4":
            own = [int(r["TFSMCLA"]) for r in state if r["LEA"] == row["LEA"]]
            assert row["TFSMCLA"] == (str(sum(own)) if own else "")


def test_one_school_is_called_oakfield_and_is_there_every_year(country: Path) -> None:
    found = [
        {row["URN"] for row in schools_of(country, year) if "Oakfield" in row["SCHNAME"]}
        for year in YEARS
    ]
    assert all(urns == found[0] for urns in found)
    assert len(found[0]) == 1


def test_no_number_is_a_real_ones(country: Path) -> None:
    for row in schools_of(country, 2018):
        assert int(row["URN"]) > 900_000
        assert 501 <= int(row["LEA"]) <= 650
        assert row["PCODE"].startswith("Q")


def test_schools_have_one_row_a_year_and_one_number_each(country: Path) -> None:
    for year in YEARS:
        rows = schools_of(country, year)
        assert len({row["URN"] for row in rows}) == len(rows)
        assert len({(row["LEA"], row["ESTAB"]) for row in rows}) == len(rows)


def test_links_join_schools_of_the_tables_both_ways(country: Path) -> None:
    years: dict[str, list[int]] = {}
    for year in YEARS:
        for row in schools_of(country, year):
            years.setdefault(row["URN"], []).append(year)
    pairs = {(link["URN"], link["LinkURN"]) for link in links(country)}
    assert all((b, a) in pairs for a, b in pairs)
    kinds = {link["LinkType"] for link in links(country)}
    assert kinds == {
        *("Successor", "Predecessor", "Successor - merged", "Predecessor - merged"),
    }
    for link in links(country):
        since = int(link["LinkEstablishedDate"][-4:])
        if link["LinkType"].startswith("Successor"):
            assert years[link["LinkURN"]][0] == since + 1
            assert years.get(link["URN"], [since])[-1] == since


def test_conversions_keep_their_number_and_some_sponsored_schools_do_not(country: Path) -> None:
    number = {
        row["URN"]: (row["LEA"], row["ESTAB"], row["NFTYPE"])
        for year in YEARS
        for row in schools_of(country, year)
    }
    kept: dict[str, list[bool]] = {"ACC": [], "AC": []}
    for link in links(country):
        if link["LinkType"] == "Successor":
            before, after = number[link["URN"]], number[link["LinkURN"]]
            assert before[0] == after[0]
            kept[after[2]].append(before[1] == after[1])
    assert np.mean(kept["ACC"]) > 0.95
    assert 0.3 < np.mean(kept["AC"]) < 0.9


def test_some_schools_close_and_some_open(country: Path) -> None:
    first, last = (
        {row["URN"] for row in schools_of(country, year)} for year in (YEARS[0], YEARS[-1])
    )
    followed = {link["URN"] for link in links(country) if link["LinkType"].startswith("Succ")}
    came = {link["URN"] for link in links(country) if link["LinkType"].startswith("Pred")}
    assert first - last - followed
    assert last - first - came


def test_trusts_stand_in_the_table_of_2014_and_in_their_register(country: Path) -> None:
    rows = [row for row in schools_of(country, 2014) if row["Trusts (name)"]]
    names = {row["Group Name"]: row for row in read(country / "gias" / "allgroupsdata.csv")}
    assert {row["Trusts (name)"] for row in rows} <= names.keys()
    several = [row for row in rows if "multi" in row["TrustSchoolFlag (name)"]]
    assert 0.2 < len(several) / len(rows) < 0.5
    kinds = {names[row["Trusts (name)"]]["Group Type"] for row in several}
    assert kinds == {"Multi-academy trust"}


def test_every_school_has_a_place(country: Path) -> None:
    places = {row["URN"]: row for row in read(country / "places" / "school_locations.csv")}
    for year in YEARS:
        assert {row["URN"] for row in schools_of(country, year)} <= places.keys()
    latitudes = numbers(list(places.values()), "LATITUDE")
    assert 49 < latitudes.min() < latitudes.max() < 57


def test_a_country_of_thirty_schools_has_everything(tmp_path: Path) -> None:
    write_example(tmp_path / "small", schools=30, seed=3)
    rows = schools_of(tmp_path / "small", 2014)
    assert {row["RECTYPE"] for row in rows} == {"1", "2"}
    assert "IND" in {row["NFTYPE"] for row in rows}
    names = {name.split("/")[-1] for name in tree(tmp_path / "small")}
    assert {"truth.csv", "management_information.csv", "england_ks4-pupdest.csv"} <= names


def test_the_largest_country_there_can_be_has_a_number_for_every_school(tmp_path: Path) -> None:
    write_example(tmp_path / "large", schools=5000, years=(2018,))
    rows = schools_of(tmp_path / "large", 2018)
    assert len(rows) > 4800
    assert len({(row["LEA"], row["ESTAB"]) for row in rows}) == len(rows)
