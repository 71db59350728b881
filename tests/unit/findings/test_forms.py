"""The forms a finding or a table is given in: dictionaries, JSON, CSV, a page."""

from __future__ import annotations

import csv
import io
import json

import pandas as pd
import pytest

from codebreakers.errors import UnknownNameError
from codebreakers.estimates import Estimate, Withheld
from codebreakers.findings import Column, Run
from codebreakers.findings.disclosure import say, tabulate
from codebreakers.findings.words import age, figure_in_words, ordinal, per_hundred
from codebreakers.measures.catalogue import find

RUN = Run("0.1.0", 0, "england.duckdb", ())
COLUMNS = (
    Column("school_name", "School"),
    Column("rate_percent", "Result", 0),
    Column("disadvantaged_pupils", "Pupils"),
)


def finding(figure, unit="percent"):
    return say("rate", "So it is.", figure, unit=unit, year=2013, definition="of whom")


def table(*rows, **options):
    return tabulate("rates", "Rates", COLUMNS, rows, **options)


@pytest.fixture
def two():
    return table(("A & B", Estimate(61.5, n=40), 1234), ("C", Withheld("SUPP"), Withheld("NE")))


def test_a_finding_in_json_has_its_figure_and_its_limits_at_full_precision():
    said = finding(Estimate(100 / 3, 20.0, 50.0, 0.95, 30, "count")).to_dict()
    assert (said["value"], said["low"], said["high"]) == (100 / 3, 20.0, 50.0)
    assert (said["level"], said["n"], said["method"], said["unit"]) == (
        0.95,
        30,
        "count",
        "percent",
    )
    assert "withheld" not in said
    assert json.loads(json.dumps(said)) == said


def test_why_there_is_no_interval_is_said_where_there_is_none():
    said = finding(Estimate(50.0, n=30, no_interval="everybody is counted")).to_dict()
    assert (said["low"], said["high"]) == (None, None)
    assert said["no_interval"] == "everybody is counted"


def test_what_is_withheld_is_null_in_json_with_its_code_and_reason():
    said = finding(Withheld("SUPP")).to_dict()
    assert said["value"] is None
    assert said["withheld"] == {"code": "SUPP", "reason": "too few pupils to publish"}
    assert (said["low"], said["high"], said["level"], said["n"]) == (None, None, None, None)


def test_a_code_nobody_knows_is_given_as_it_was_printed():
    assert Withheld("QQ").reason == "the publisher printed 'QQ' instead"


def test_a_table_in_json_has_findings_rows_and_the_run(two):
    said = two.to_json(RUN)
    assert said["table"] == {
        "id": two.id,
        "title": two.title,
        "notes": [],
        "made_up": False,
        "columns": ["school_name", "rate_percent", "disadvantaged_pupils"],
        "rows": [
            ["A & B", 61.5, 1234],
            [
                "C",
                {
                    "value": None,
                    "withheld": {"code": "SUPP", "reason": "too few pupils to publish"},
                },
                {
                    "value": None,
                    "withheld": {"code": "NE", "reason": "the school entered no pupils"},
                },
            ],
        ],
    }
    assert said["run"] == {
        "id": RUN.id,
        "version": "0.1.0",
        "seed": 0,
        "store": "england.duckdb",
        "releases": [],
    }
    assert json.loads(json.dumps(said)) == said


def test_a_table_becomes_a_data_frame_that_keeps_the_codes(two):
    frame = pd.DataFrame(two.to_dict())
    assert list(frame.columns) == ["school_name", "rate_percent", "disadvantaged_pupils"]
    assert frame["rate_percent"].tolist() == [61.5, "SUPP"]
    assert frame["disadvantaged_pupils"].tolist() == [1234, "NE"]
    assert not frame.isna().any(axis=None)


def test_csv_has_a_header_and_the_codes(two):
    assert list(csv.reader(io.StringIO(two.to_csv()))) == [
        ["school_name", "rate_percent", "disadvantaged_pupils"],
        ["A & B", "61.5", "1234"],
        ["C", "SUPP", "NE"],
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\n", "\r", "\r\n"])
def test_csv_has_nothing_that_a_spreadsheet_would_run(start):
    rows = list(csv.reader(io.StringIO(table((f"{start}1+1", -2.5, 3)).to_csv(), newline="")))
    assert rows[1] == ["'" + start.replace("\r\n", "\n").replace("\r", "\n") + "1+1", "-2.5", "3"]


def test_csv_keeps_a_cell_of_several_lines_one_cell():
    text = table(("A\r=1+1\r\nB", 61.5, 40)).to_csv()
    assert "\r" not in text
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows[1] == ["A\n=1+1\nB", "61.5", "40"]


def test_csv_of_made_up_schools_says_so_in_every_row():
    rows = list(csv.reader(io.StringIO(table(("A", 1.0, 2), made_up=True).to_csv())))
    assert [row[-1] for row in rows] == ["EXAMPLE_ENGLAND", "made up"]


def test_a_page_has_no_markup_of_a_schools_name_in_it():
    page = table(("<script>alert(1)</script>", 61.5, 1234))._repr_html_()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "<td>62</td>" in page  # a school's rate is whole on a screen
    assert "1,234" in page
    assert "<b>" not in finding(Estimate(1.0))._repr_html_()


def test_a_screen_says_why_a_cell_is_not_shown(two):
    assert two.shown(two.rows[1], 1) == "not shown: too few pupils to publish"
    assert two.shown((None, True, "x"), 0) == ""
    assert [two.shown((None, flag, "x"), 1) for flag in (True, False)] == ["yes", "no"]


def test_findings_and_columns_are_asked_for_by_name():
    one = finding(Estimate(50.0))
    held = table(("A", 1.0, 2), findings=[one])
    assert held["rate"] is one
    assert held.column("disadvantaged_pupils") == (2,)
    with pytest.raises(UnknownNameError, match="Did you mean 'rate'"):
        held["rates"]
    with pytest.raises(UnknownNameError, match="no column 'rate'"):
        held.column("rate")


def test_the_first_rows_keep_everything_else(two):
    head = two.head(1)
    assert (len(head), head.columns, head.findings) == (1, two.columns, two.findings)


def test_words() -> None:
    from datetime import date

    assert [ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 102, 111)] == [
        *("1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "102nd", "111th")
    ]
    assert per_hundred(40.9) == "41 of every 100"
    assert age(2013, today=date(2026, 6, 1)) == "2012/13 results: 13 years old."
    assert age(2025, today=date(2026, 6, 1)) == "2024/25 results: 1 year old."
    assert age(2026, today=date(2026, 6, 1)) == "2025/26 results: this year's."
    assert figure_in_words(60.58, find("five_good_gcses")) == "60.6"
    assert figure_in_words(-0.026, find("progress8")) == "-0.03"
