"""Answers as files: the same numbers in each, what is withheld named, nothing hostile alive."""

from __future__ import annotations

import ast
import csv
import json
import zipfile
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pytest
import python_calamine

from codebreakers.errors import RequestError, UnknownNameError
from codebreakers.estimates import REASONS, Estimate, Withheld
from codebreakers.findings import Column, Finding, Provenance, Run, Table
from codebreakers.findings.disclosure import say, tabulate
from codebreakers.questions.codebreakers import breakers
from codebreakers.questions.floor import floor
from codebreakers.questions.gaps import gaps
from codebreakers.store import Store
from codebreakers.store import frames as frames_module
from codebreakers.surfaces.export import SUFFIXES, write, write_table
from codebreakers.surfaces.export.shorthand import MEANINGS, SHORTHAND, shorthand

SRC = Path(__file__).resolve().parent.parent.parent / "src" / "codebreakers"
READ = Provenance(
    *("ks4", "Results", "Department for Education", "Open Government Licence v3.0", 2013),
    *("ks4.csv", "0" * 64, "final", False),
)
RUN = Run("0.1.0", 7, "test.duckdb", (READ,))
HOSTILE = (
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "+1",
    "-1",
    "@x",
    "\u202eloohcS\u200f",
    "S" * 300,
    "two\nlines\r\nand\ttabs",
    '=HYPERLINK("http://x")',
    "http://example.org/",
    'quo"te, comma',
    "\x1b[31mred\x00",
)


def _csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _sheets(path: Path) -> dict[str, list[list[Any]]]:
    book = python_calamine.CalamineWorkbook.from_path(str(path))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def _rows_of(sheet: list[list[Any]]) -> list[dict[str, Any]]:
    """The table of a sheet: its headings are the first row whose second cell holds anything."""
    top = next(i for i, row in enumerate(sheet) if row[1] != "")
    return [dict(zip(sheet[top], row, strict=True)) for row in sheet[top + 1 :]]


@pytest.fixture(scope="module")
def judged(example: Store) -> Table:
    return breakers(example, year=2013, everyone=True)


@pytest.fixture(scope="module")
def below(example: Store) -> Table:
    return floor(example, years=[2013, 2014])


@pytest.fixture
def table() -> Table:
    """A table of every kind of cell."""
    columns = (
        Column("school_urn", "URN"),
        Column("school_name", "School"),
        Column("rate_percent", "Result", 0),
        Column("low", "From", 0),
        Column("high", "To", 0),
        Column("pupils", "Pupils"),
        Column("counted", "Counted"),
        Column("why", "Why"),
    )
    third = 100 / 3
    rows = [
        ("100001", "A", third, 20.1, 50.000000001, 30, True, "words"),
        ("100002", "B", Withheld("SUPP"), None, None, Withheld("NE"), False, ""),
        ("100003", "C", Withheld("NP"), None, None, Withheld("k"), None, Withheld("not-held")),
        ("100004", "D", -1e-7, -0.5, 0.25, 1_000_000, True, "="),
    ]
    finding: Finding = say(
        "x.rate",
        "A third (20% to 50%).",
        Estimate(third, 20.1, 50.0, 0.95, 30, "count"),
        unit="percent",
        year=2013,
        definition="Pupils who passed, 2012/13.",
        caveats=("Mind this.",),
    )
    return tabulate("x", "Which?", columns, rows, findings=[finding], notes=["A note."])


def test_every_reason_has_a_shorthand_and_each_is_one_of_the_departments():
    assert set(REASONS) <= set(SHORTHAND)
    assert set(SHORTHAND.values()) == set(MEANINGS)
    for own in MEANINGS:
        assert SHORTHAND[own] == own


def test_every_code_that_is_given_anywhere_has_a_shorthand():
    given = {
        node.args[0].value
        for path in SRC.rglob("*.py")
        if 'Withheld("' in (text := path.read_text(encoding="utf-8"))
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Withheld" and node.args
        if isinstance(node.args[0], ast.Constant)
    }
    assert len(given) > 8
    assert given <= set(SHORTHAND)


def test_a_code_that_nobody_knows_is_not_available():
    assert shorthand(Withheld("QQ")) == "x"


def test_csv_has_the_departments_columns_and_shorthand(table, tmp_path):
    written = write(table, RUN, tmp_path / "a.csv")
    assert [path.name for path in written] == ["a.csv", "a.meta.csv", "a.guidance.txt"]
    rows = _csv(tmp_path / "a.csv")
    assert list(rows[0])[:13] == [
        "time_period",
        "time_identifier",
        "geographic_level",
        "country_code",
        "country_name",
        "region_code",
        "region_name",
        "old_la_code",
        "new_la_code",
        "la_name",
        "school_urn",
        "school_laestab",
        "school_name",
    ]
    assert rows[0]["time_period"] == "201213"
    assert rows[0]["geographic_level"] == "School"
    assert (rows[0]["country_code"], rows[0]["country_name"]) == ("E92000001", "England")
    assert float(rows[0]["rate_percent"]) == 100 / 3
    assert float(rows[0]["rate_percent_upper_ci"]) == 50.000000001
    assert [row["rate_percent"] for row in rows[1:3]] == ["c", "x"]
    assert [row["rate_percent_lower_ci"] for row in rows] == ["20.1", "z", "z", "-0.5"]
    assert [row["pupils"] for row in rows] == ["30", "z", "low", "1000000"]
    assert [row["why"] for row in rows] == ["words", "z", "x", "'="]
    assert [row["counted"] for row in rows] == ["Yes", "No", "z", "Yes"]
    assert rows[3]["rate_percent"] == "-0.0000001"  # no exponent: the Department's checks refuse it


def test_meta_says_what_each_column_is(table, tmp_path):
    write(table, RUN, tmp_path / "a.csv")
    meta = {row["col_name"]: row for row in _csv(tmp_path / "a.meta.csv")}
    assert list(meta["why"]) == [
        "col_name",
        "col_type",
        "label",
        "indicator_grouping",
        "indicator_unit",
        "indicator_dp",
        "filter_hint",
        "filter_grouping_column",
    ]
    assert {name: row["col_type"] for name, row in meta.items()} == {
        "counted": "Filter",
        "why": "Filter",
        "rate_percent": "Indicator",
        "rate_percent_lower_ci": "Indicator",
        "rate_percent_upper_ci": "Indicator",
        "pupils": "Indicator",
    }
    assert meta["rate_percent"]["indicator_unit"] == "%"
    assert meta["rate_percent_lower_ci"]["label"] == "Result, lower end of range"
    header = list(_csv(tmp_path / "a.csv")[0])
    assert set(meta) == set(header[13:])


def test_guidance_says_what_was_found_the_reasons_and_the_terms(table, tmp_path):
    write(table, RUN, tmp_path / "a.csv")
    said = (tmp_path / "a.guidance.txt").read_text(encoding="utf-8")
    for words in (
        "A third (20% to 50%).",
        "Pupils who passed, 2012/13.",
        "Mind this.",
        "A note.",
        "Open Government Licence",
        "c: too few pupils to publish (1)",
        "seed 7",
    ):
        assert words in said


def test_files_hold_the_numbers_of_the_json(judged, example, tmp_path):
    for suffix in SUFFIXES:
        write_table(judged, tmp_path / f"a{suffix}", store=example, seed=0)
    said = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    names, rows = said["table"]["columns"], said["table"]["rows"]
    tidy = _csv(tmp_path / "a.csv")
    wide = pl.read_parquet(tmp_path / "a.parquet").to_dicts()
    sheet = _rows_of(_sheets(tmp_path / "a.xlsx")["Table 1"])
    assert len(rows) == len(tidy) == len(wide) == len(sheet) == len(judged) > 100
    called = {"low": "level_lower_ci", "high": "level_upper_ci"}
    called |= {"rank_low": "rank_lower_ci", "rank_high": "rank_upper_ci"}
    for row, line, record, cells in zip(rows, tidy, wide, sheet, strict=True):
        for place, (name, cell) in enumerate(zip(names, row, strict=True)):
            if isinstance(cell, dict):
                assert line[called.get(name, name)] == SHORTHAND[cell["withheld"]["code"]]
                assert record[name] is None
                assert record[f"{name}_withheld"] == cell["withheld"]["code"]
            elif isinstance(cell, float):
                assert float(line[called.get(name, name)]) == cell == record[name]
                assert list(cells.values())[place] == pytest.approx(cell, rel=1e-15, abs=0)


def test_places_are_those_of_the_tables(judged, example, tmp_path):
    write_table(judged, tmp_path / "a.csv", store=example)
    for row in _csv(tmp_path / "a.csv"):
        assert row["school_laestab"].startswith(row["old_la_code"])
        assert len(row["school_laestab"]) == 7
        assert (row["country_code"], row["region_code"]) == ("z", "z")
        assert row["EXAMPLE_ENGLAND"] == "made up"


def test_regions_of_england_have_their_codes(tmp_path):
    columns = (Column("region", "Region"), Column("gap_points", "Gap", 1))
    rows = [("London", 17.5), ("Yorkshire and the Humber", 29.1), ("England", 26.0)]
    write(tabulate("gaps", "By region", columns, rows), RUN, tmp_path / "a.csv")
    found = [(row["geographic_level"], row["region_code"]) for row in _csv(tmp_path / "a.csv")]
    assert found == [("Regional", "E12000007"), ("Regional", "E12000003"), ("National", "")]


def test_columns_of_years_become_rows_of_years(below, example, tmp_path):
    write_table(below, tmp_path / "a.csv", store=example)
    rows = _csv(tmp_path / "a.csv")
    assert len(rows) == 2 * len(below)
    names = [column.name for column in below.columns]
    first = dict(zip(names, below.rows[0], strict=True))
    for row, year in zip(rows[:2], (2013, 2014), strict=True):
        assert row["time_period"] == f"{year - 1}{year % 100}"
        assert float(row["result_percent"]) == first[f"result_{year}_percent"]
        assert float(row["probability_lower_ci"]) == first[f"low_probability_{year}"]
        assert row["status"] == first[f"status_{year}"]
    # What is of both years stands once, or a sum over rows would count it twice.
    assert [row["years_below"] for row in rows[:2]] == ["z", str(first["years_below"])]


def _read(name: str, title: str, *ids: str) -> Table:
    """A table laid out to be read, with findings of these ids."""
    findings = [
        say(
            one,
            "Said.",
            Estimate(30.5, 20.0, 40.0, 0.95, 50),
            unit="percent",
            year=2013,
            definition="",
        )
        for one in ids
    ]
    columns = (Column("question", ""), Column("counted", "Counted"))
    return tabulate(name, title, columns, [("How many?", "15 (11-20)")], findings=findings)


def test_a_table_laid_out_to_be_read_is_written_as_its_findings(tmp_path):
    write(_read("national", "ENGLAND", "gap.other", "breakers.count"), RUN, tmp_path / "a.csv")
    rows = _csv(tmp_path / "a.csv")
    assert [row["finding"] for row in rows] == ["gap.other", "breakers.count"]
    for row in rows:
        assert row["geographic_level"] == "National"
        names = ("value", "value_lower_ci", "value_upper_ci", "counted", "unit")
        assert [row[name] for name in names] == ["30.5", "20.0", "40.0", "50", "percent"]


def test_one_school_is_written_at_the_level_of_the_school(judged, example, tmp_path):
    first = dict(zip((c.name for c in judged.columns), judged.rows[0], strict=True))
    title = f"ONE SCHOOL  URN {first['school_urn']}   2012/13 results"
    answer = _read("school", title, "school.rate", "school.england")
    write_table(answer, tmp_path / "a.csv", store=example)
    rows = {row["finding"]: row for row in _csv(tmp_path / "a.csv")}
    assert rows["school.rate"]["geographic_level"] == "School"
    assert rows["school.rate"]["school_urn"] == first["school_urn"]
    assert rows["school.rate"]["la_name"] == first["authority"]
    assert rows["school.england"]["geographic_level"] == "National"
    assert rows["school.england"]["school_urn"] == ""


def test_every_range_is_named_for_a_figure_beside_it(judged, below, example, tmp_path):
    tables = [
        judged,
        below,
        gaps(example, year=2013, by="region"),
        gaps(example, years=[2013, 2014]),
    ]
    for table in tables:
        write_table(table, tmp_path / "a.csv", store=example)
        header = list(_csv(tmp_path / "a.csv")[0])
        ends = [name for name in header if name.endswith(("_lower_ci", "_upper_ci"))]
        assert ends
        without = {name.rsplit("_", 2)[0] for name in ends} - set(header)
        # Ranks of code breakers have a range and no single place.
        assert without <= {"rank"}


def test_hostile_words_stay_words_in_csv(tmp_path):
    rows = [(name, name, 1.0) for name in HOSTILE]
    columns = (Column("school_urn", "URN"), Column("school_name", "=1+1"), Column("rate", "+1", 0))
    write(tabulate("x", "=title\n+1", columns, rows), RUN, tmp_path / "a.csv")
    text = (tmp_path / "a.csv").read_text(encoding="utf-8")
    assert len(text.splitlines()) == len(HOSTILE) + 1
    assert not set(text) & set("\u202e\u200f\x1b\x00\r\t")
    for row in _csv(tmp_path / "a.csv"):
        assert row["school_name"][0] not in "=+-@"
    names = [row["school_name"] for row in _csv(tmp_path / "a.csv")]
    assert names[0] == HOSTILE[0]
    assert names[1] == "'" + HOSTILE[1]
    assert names[6] == "S" * 300
    assert names[7] == "two lines and tabs"
    labels = [row["label"] for row in _csv(tmp_path / "a.meta.csv")]
    assert labels == ["'+1"]


def test_hostile_words_stay_words_in_a_workbook(tmp_path):
    rows = [(name, 1.0) for name in HOSTILE]
    columns = (Column("school_name", "=1+1"), Column("rate", "+1", 0))
    write(tabulate("x", "=title", columns, rows), RUN, tmp_path / "a.xlsx")
    shown = [row[0] for row in _sheets(tmp_path / "a.xlsx")["Table 1"][-len(HOSTILE) :]]
    assert shown[1] == HOSTILE[1]
    assert shown[2] == "+1"
    assert shown[9] == HOSTILE[9]
    with zipfile.ZipFile(tmp_path / "a.xlsx") as book:
        pages = [name for name in book.namelist() if name.startswith("xl/worksheets/")]
        for name in pages:
            page = book.read(name).decode()
            assert "<f>" not in page
            assert "mergeCell" not in page
            assert "http://example.org" not in page


def test_a_workbook_is_accessible(table, tmp_path):
    write(table, RUN, tmp_path / "a.xlsx")
    sheets = _sheets(tmp_path / "a.xlsx")
    assert list(sheets) == ["Cover", "Contents", "Table 1", "Table 2", "Notes"]
    assert sheets["Cover"][0][0] == "Which?"
    assert any("Open Government Licence" in row[0] for row in sheets["Cover"])
    write(table, Run("0.1.0", 7, "", ()), tmp_path / "own.xlsx")
    own = [row[0] for row in _sheets(tmp_path / "own.xlsx")["Cover"]]
    assert "Worked out by codebreakers. Not an official statistic." in own
    assert not any("public sector" in said or "from the store" in said for said in own)
    listed = [row["Sheet"] for row in _rows_of(sheets["Contents"])]
    assert listed == ["Table 1", "Table 2", "Notes"]
    for name in ("Contents", "Table 1", "Table 2", "Notes"):
        rows = _rows_of(sheets[name])
        assert rows
        assert not [cell for row in rows for cell in row.values() if cell == ""]
    shown = _rows_of(sheets["Table 1"])
    assert shown[1]["Result (%)"] == "[c]"
    assert shown[0]["Result, lower end of range"] == 20.1
    notes = {row["Note"]: row["What it says"] for row in _rows_of(sheets["Notes"])}
    assert "too few pupils to publish (1)" in notes["[c]"]
    assert {notes["Note 1"], notes["Note 2"]} == {"Mind this.", "A note."}
    with zipfile.ZipFile(tmp_path / "a.xlsx") as book:
        tables = [name for name in book.namelist() if name.startswith("xl/tables/")]
        assert len(tables) == 4
        assert b"Which?" in book.read("docProps/core.xml")
        assert b"en-GB" in book.read("docProps/custom.xml")
        for name in tables:
            assert b'headerRowCount="0"' not in book.read(name)


def test_a_workbook_of_the_made_up_country_says_so_on_every_table(judged, example, tmp_path):
    write_table(judged, tmp_path / "a.xlsx", store=example)
    sheets = _sheets(tmp_path / "a.xlsx")
    for name in ("Cover", "Table 1", "Table 2"):
        assert any("made-up country" in str(row[0]) for row in sheets[name][:4]), name


def test_words_too_long_for_a_workbook_are_refused_and_nothing_is_left(tmp_path):
    rows = [("A" * 40_000, 1.0)]
    long = tabulate("x", "X", (Column("a", "A"), Column("b", "B", 0)), rows)
    with pytest.raises(RequestError, match="40,000 letters"):
        write(long, RUN, tmp_path / "a.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_parquet_says_what_it_is(judged, example, tmp_path):
    write_table(judged, tmp_path / "a.parquet", store=example, seed=4)
    path = str(tmp_path / "a.parquet")
    with duckdb.connect() as connection:
        about = dict(
            connection.execute(
                "SELECT decode(key), decode(value) FROM parquet_kv_metadata(?)", [path]
            ).fetchall()
        )
        kinds = dict(row[:2] for row in connection.execute(f"DESCRIBE FROM '{path}'").fetchall())
    assert "made-up country" in about["attribution"]
    said = json.loads(about["codebreakers"])
    assert said["run"]["seed"] == 4
    assert [f["id"] for f in said["findings"]] == [f.id for f in judged.findings]
    assert kinds["school_urn"] == "VARCHAR"
    assert kinds["disadvantaged_pupils"] == "BIGINT"
    assert kinds["level"] == "DOUBLE"
    assert kinds["published"] == "BOOLEAN"
    assert set(pl.read_parquet(path)["EXAMPLE_ENGLAND"]) == {"made up"}


def test_a_data_frame_keeps_numbers_apart_from_reasons(table, monkeypatch):
    frame = table.to_frame()
    assert isinstance(frame, pd.DataFrame)
    assert frame["rate_percent"].dtype == "float64"
    assert frame["pupils"].dtype == "Int64"
    assert frame["rate_percent_withheld"].tolist()[1:3] == ["SUPP", "NP"]
    assert frame["pupils"].isna().tolist() == [False, True, True, False]
    monkeypatch.setattr(frames_module, "find_spec", lambda name: name == "polars" or None)
    other = table.to_frame()
    assert isinstance(other, pl.DataFrame)
    assert other["rate_percent"].to_list() == [100 / 3, None, None, -1e-7]
    monkeypatch.setattr(frames_module, "find_spec", lambda _: None)
    with pytest.raises(RequestError, match=r"pip install pandas"):
        table.to_frame()


@pytest.mark.parametrize("name", ["a.ods", "a", "a.duckdb", ".csv"])
def test_an_unknown_kind_of_file_is_refused(table, tmp_path, name):
    with pytest.raises(UnknownNameError) as refused:
        write(table, RUN, tmp_path / name)
    assert refused.value.available == SUFFIXES


def test_nothing_but_an_answer_is_written_over(table, tmp_path):
    folder, store = tmp_path / "a.csv", tmp_path / "b.csv"
    folder.mkdir()
    with duckdb.connect(str(tmp_path / "store.duckdb")) as connection:
        connection.execute("CREATE TABLE t (a INTEGER)")
    (tmp_path / "store.duckdb").rename(store)
    before = store.read_bytes()
    for place, words in ((folder, "is a folder"), (store, "is a store")):
        with pytest.raises(RequestError, match=words):
            write(table, RUN, place)
    assert store.read_bytes() == before
    with pytest.raises(RequestError, match="There is no folder"):
        write(table, RUN, tmp_path / "nowhere" / "a.csv")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "b.csv"]


def test_an_older_answer_is_replaced_and_nothing_else_is_left(table, tmp_path):
    (tmp_path / "a.json").write_text("old", encoding="utf-8")
    write(table, RUN, tmp_path / "a.json")
    assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["table"]["id"] == "x"
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


def test_the_same_answer_is_the_same_bytes(table, tmp_path):
    for suffix in (".csv", ".json"):
        first, second = tmp_path / f"a{suffix}", tmp_path / f"b{suffix}"
        write(table, RUN, first)
        write(table, RUN, second)
        assert first.read_bytes() == second.read_bytes()
