"""Every published file is known for what it is; every column of every dictionary is declared."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from codebreakers.sources.england import CODES, LAYOUTS, REGIONS
from codebreakers.store.recognise import Recognition, recognise

pytestmark = pytest.mark.published

BY_NAME = {layout.name: layout for layout in LAYOUTS}

# Folder, file, layout, results year, where the year is from.
FILES = [
    ("dfe/2009-2010", "england_ks4.csv", "ks4-2010", 2010),
    ("dfe/2012-2013", "england_ks4.csv", "ks4-2013", 2013),
    ("dfe/2013-2014", "england_ks4.csv", "ks4-2014", 2014),
    ("dfe/2014-2015", "england_ks4.csv", "ks4-2015", 2015),
    ("dfe/2015-2016", "england_ks4final.csv", "ks4-2016", 2016),
    ("dfe/2016-2017", "england_ks4provisional.csv", "ks4-2017-provisional", 2017),
    ("dfe/2017-2018", "england_ks4provisional.csv", "ks4-2018-provisional", 2018),
    ("dfe/2017-2018", "england_ks4final.csv", "ks4-2018", 2018),
    ("dfe/2010-2011", "england_census.csv", "census-2011", 2011),
    ("dfe/2011-2012", "england_census.csv", "census-2012", 2012),
    ("dfe/2012-2013", "england_census.csv", "census-2013", 2013),
    ("dfe/2013-2014", "england_census.csv", "census-2014", 2014),
    ("dfe/2014-2015", "england_census.csv", "census-2015", 2015),
    ("dfe/2015-2016", "england_census.csv", "census-2015", 2016),
    ("dfe/2016-2017", "england_census.csv", "census-2017", 2017),
    ("dfe/2017-2018", "england_census.csv", "census-2017", 2018),
    ("dfe/2010-2011", "england_swf.csv", "workforce-2011", 2011),
    ("dfe/2011-2012", "england_swf.csv", "workforce-2012", 2012),
    ("dfe/2012-2013", "england_swf.csv", "workforce-2012", 2013),
    ("dfe/2013-2014", "england_swf.csv", "workforce-2012", 2014),
    ("dfe/2014-2015", "england_swf.csv", "workforce-2012", 2015),
    ("dfe/2015-2016", "england_swf.csv", "workforce-2016", 2016),
    ("dfe/2016-2017", "england_swf.csv", "workforce-2017", 2017),
    ("dfe/2017-2018", "england_swf.csv", "workforce-2018", 2018),
    ("dfe/2010-2011", "england_abs.csv", "absence-2011", 2011),
    ("dfe/2011-2012", "england_abs.csv", "absence-2012", 2012),
    ("dfe/2012-2013", "england_abs.csv", "absence-2012", 2013),
    ("dfe/2013-2014", "england_abs.csv", "absence-2012", 2014),
    ("dfe/2016-2017", "england_abs.csv", "absence-2016", 2017),
    ("dfe/2017-2018", "england_abs.csv", "absence-2016", 2018),
    ("dfe/2011-2012", "england_pupdest.csv", "destinations-2012", 2012),
    ("dfe/2012-2013", "england_pupdest.csv", "destinations-2013", 2013),
    ("dfe/2013-2014", "england_pupdest.csv", "destinations-2013", 2014),
    ("dfe/2014-2015", "england_pupdest.csv", "destinations-2013", 2015),
    ("dfe/2016-2017", "england_ks4-pupdest.csv", "destinations-2017", 2017),
    ("dfe/2017-2018", "england_ks4-pupdest.csv", "destinations-2018", 2018),
    ("dfe/2015-2016", "england_spine.xlsx", "spine-2011", 2016),
    ("dfe/2017-2018", "england_spine.xlsx", "spine-2011", 2018),
    ("dfe/2015-2016", "la_and_region_codes_meta.csv", "authorities", 2016),
    ("dfe/2016-2017", "la_and_region_codes_meta.csv", "authorities", 2017),
    ("dfe/2017-2018", "la_and_region_codes_meta.csv", "authorities", 2018),
    ("dfe/2015-2016", "nftypes_meta.csv", "types", 0),
    ("gias", "links_edubasealldata.csv", "register-links", 0),
    ("gias", "allgroupsdata.csv", "trusts", 0),
    ("places", "school_locations.csv", "locations", 0),
    ("places", "idaci_2015_by_lsoa.xlsx", "idaci-2015", 0),
    ("ofsted", "management_information_2014-12-31.xlsx", "inspections-2015", 2015),
    ("national", "sfr05_2014_attainment_by_disadvantage.csv", "national-2013", 2013),
    ("national", "202324_national_char_data_revised.csv", "national-2024", 0),
]
CODE_LISTS = ("la_and_region_codes_meta.csv", "nftypes_meta.csv")


def decoded(path: Path) -> str:
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def rows_of(path: Path, sheet: str = "") -> list[list[str]]:
    """The rows of a table, the header first, as text."""
    if path.suffix == ".xlsx":
        book = CalamineWorkbook.from_path(path)
        names = [sheet] if sheet else book.sheet_names
        sheets = (book.get_sheet_by_name(name).to_python() for name in names)
        return [[str(cell) for cell in row] for row in next(rows for rows in sheets if rows)]
    text = decoded(path)
    separator = "\t" if "\t" in text.split("\n", 1)[0] else ","
    return [row for row in csv.reader(io.StringIO(text), delimiter=separator) if row]


def year_of(path: Path) -> int | None:
    folder = re.fullmatch(r"\d{4}-(\d{4})", path.parent.name)
    return int(folder[1]) if folder else None


def recognised(path: Path, header: list[str]) -> Recognition:
    return recognise(path.name, header, folder_year=year_of(path), asked_year=None)


@pytest.mark.parametrize(("folder", "file", "layout", "year"), FILES)
def test_a_published_file_is_known(
    data_dir: Path, folder: str, file: str, layout: str, year: int
) -> None:
    path = data_dir / folder / file
    found = recognised(path, rows_of(path, BY_NAME[layout].sheet)[0])
    assert (found.layout.name, found.year) == (layout, year)
    assert found.unread == ()
    assert not found.made_up


def test_no_published_file_is_left_out(data_dir: Path) -> None:
    tables = {
        f"{path.parent.relative_to(data_dir).as_posix()}/{path.name}"
        for path in data_dir.rglob("*.*")
        if path.suffix in (".csv", ".xlsx")
        and (path.name in CODE_LISTS or not re.search(r"[_.]meta\.csv$", path.name))
    }
    assert tables == {f"{folder}/{file}" for folder, file, *_ in FILES}


def test_dictionaries_are_known_for_dictionaries(data_dir: Path) -> None:
    dictionaries = [p for p in data_dir.rglob("*meta.csv") if p.name not in CODE_LISTS]
    assert len(dictionaries) > 40
    for path in dictionaries:
        found = recognised(path, rows_of(path)[0])
        assert (found.layout.dataset, found.year) == ("dictionary", 0), path


@pytest.mark.parametrize(
    ("name", "layout"),
    [("ks4_meta.csv", "ks4-{}"), ("ks4provisional_meta.csv", "ks4-{}-provisional")],
)
def test_every_column_of_every_dictionary_is_declared_for_its_year(
    data_dir: Path, name: str, layout: str
) -> None:
    every: set[str] = set()
    paths = sorted(data_dir.glob(f"dfe/*/{name}"))
    assert paths
    for path in paths:
        header, *rows = rows_of(path)
        at = header.index("Metafile heading")
        published = {row[at].strip().upper() for row in rows if len(row) > at and row[at].strip()}
        declared = BY_NAME[layout.format(year_of(path))].columns.keys()
        assert published <= declared, path
        added = {c for c in declared - published if c != "SCHNAME"}
        assert name != "ks4_meta.csv" or len(added) <= 6, (path, added)
        every |= published
    assert name != "ks4_meta.csv" or len(every) == 1707


def test_an_extract_of_one_year_is_not_taken_for_a_year_it_does_not_fit(data_dir: Path) -> None:
    path = data_dir / "dfe/2017-2018/england_ks4final.csv"
    found = recognise("x", rows_of(path)[0], folder_year=None, asked_year=None)
    assert (found.layout.name, found.year_from) == ("ks4-2018", "layout")


def numbers_of(path: Path, layout: str) -> Iterator[tuple[str, set[str]]]:
    """The cells of each column of numbers, blanks left out."""
    header, *rows = rows_of(path, BY_NAME[layout].sheet)
    for at, name in enumerate(header):
        column = BY_NAME[layout].columns[name.strip().upper()]
        if column.is_number:
            yield name, {row[at].strip() for row in rows if len(row) > at} - {""}


@pytest.mark.slow
@pytest.mark.parametrize(("folder", "file", "layout", "year"), FILES)
def test_what_is_not_a_number_is_a_code_we_know(
    data_dir: Path, folder: str, file: str, layout: str, year: int
) -> None:
    number = re.compile(r"-?£?[\d,]*\.?\d+(E-?\d+)?%?", re.IGNORECASE)
    for name, cells in numbers_of(data_dir / folder / file, layout):
        strange = {cell for cell in cells if not number.fullmatch(cell)} - CODES
        assert not strange, (name, sorted(strange)[:5])


def test_every_region_published_is_one_of_the_nine(data_dir: Path) -> None:
    for file, name in (
        ("dfe/2013-2014/england_ks4.csv", "REGION"),
        ("dfe/2015-2016/la_and_region_codes_meta.csv", "REGION NAME"),
        ("dfe/2016-2017/la_and_region_codes_meta.csv", "REGION NAME"),
        ("dfe/2017-2018/la_and_region_codes_meta.csv", "REGION NAME"),
        ("ofsted/management_information_2014-12-31.xlsx", "Government Office Region"),
    ):
        sheet = BY_NAME["inspections-2015"].sheet if file.startswith("ofsted") else ""
        header, *rows = rows_of(data_dir / file, sheet)
        regions = {row[header.index(name)] for row in rows} - {""}
        assert len(regions) >= 9
        assert regions <= REGIONS.keys(), file


def test_every_kind_of_row_of_a_results_table_is_of_a_level(data_dir: Path) -> None:
    for folder, file, name, _ in FILES:
        layout = BY_NAME[name]
        if layout.levels and layout.levels[0].column == "RECTYPE":
            header, *rows = rows_of(data_dir / folder / file)
            at = [column.upper() for column in header].index("RECTYPE")
            values = {value for level in layout.levels for value in level.values}
            assert {row[at] for row in rows} <= values, file
