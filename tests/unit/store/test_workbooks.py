"""Workbooks: which sheets hold a table, how cells are written, and what is refused."""

from __future__ import annotations

import csv
import datetime as dt
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from test_files import given, put, scratch, seen

from codebreakers.errors import ReleaseError
from codebreakers.store import archives
from codebreakers.store.files import TableFile, tables

__all__ = ["given", "scratch"]

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
DAY_STYLE, HOUR_STYLE = 1, 2

Cell = str | float | bool | dt.date | None


def cell(place: str, value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, dt.date):
        days = (dt.datetime(value.year, value.month, value.day) - dt.datetime(1899, 12, 30)).days
        return f'<c r="{place}" s="{DAY_STYLE}"><v>{days}</v></c>'
    if isinstance(value, str):
        return (
            f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
        )
    return f'<c r="{place}"><v>{value!r}</v></c>'


def rows_xml(rows: list[list[Cell]]) -> str:
    return "".join(
        f'<row r="{i}">{"".join(cell(f"{chr(65 + j)}{i}", v) for j, v in enumerate(row))}</row>'
        for i, row in enumerate(rows, 1)
    )


def workbook(path: Path, **sheets: str | list[list[Cell]]) -> Path:
    listed = "".join(
        f'<sheet name="{name}" sheetId="{i}" r:id="rId{i}"/>' for i, name in enumerate(sheets, 1)
    )
    related = "".join(
        f'<Relationship Id="rId{i}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{i}.xml"/>'
        for i, _ in enumerate(sheets, 1)
    )
    styles = (
        f'<styleSheet xmlns="{MAIN}"><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14"/>'
        f'<xf numFmtId="22"/></cellXfs></styleSheet>'
    )
    related += f'<Relationship Id="rId99" Type="{OFFICE}/styles" Target="styles.xml"/>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" '
            f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        package.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>',
        )
        package.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{PACKAGE}">{related}</Relationships>',
        )
        package.writestr("xl/styles.xml", styles)
        for i, content in enumerate(sheets.values(), 1):
            xml = content if isinstance(content, str) else rows_xml(content)
            package.writestr(
                f"xl/worksheets/sheet{i}.xml",
                f'<worksheet xmlns="{MAIN}"><sheetData>{xml}</sheetData></worksheet>',
            )
    return path


def read(path: Path, scratch: Path) -> list[tuple[str, list[list[str]]]]:
    found = []
    for item in tables(path, scratch):
        if isinstance(item, TableFile):
            with item.text.open(encoding="utf-8", newline="") as lines:
                found.append((item.name, list(csv.reader(lines, strict=True))))
    return found


def test_cells_are_written_as_a_table_of_text_has_them(given: Path, scratch: Path) -> None:
    book = workbook(
        given / "b.xlsx",
        S=[
            [" URN ", "Name", "Score", "Date", "Open"],
            [100000.0, 'a, "b"\nc', 0.1, dt.date(2014, 12, 31), True],
            [100001.0, " x ", -3.0, None, False],
            [None, None, None, None, None],
            [1e300, "", 2.5e-7, dt.date(2015, 1, 1), None],
        ],
    )
    ((name, rows),) = read(book, scratch)
    assert name == "b.xlsx > S"
    assert rows == [
        ["URN", "Name", "Score", "Date", "Open"],
        ["100000", 'a, "b"\nc', "0.1", "2014-12-31", "TRUE"],
        ["100001", " x ", "-3", "", "FALSE"],
        ["1e+300", "", "2.5e-07", "2015-01-01", ""],
    ]


def test_a_time_of_day_is_kept(given: Path, scratch: Path) -> None:
    xml = rows_xml([["URN", "When"]]) + (
        f'<row r="2"><c r="A2"><v>1</v></c><c r="B2" s="{HOUR_STYLE}"><v>42004.5</v></c></row>'
    )
    ((_, rows),) = read(workbook(given / "b.xlsx", S=xml), scratch)
    assert rows[1] == ["1", "2014-12-31T12:00:00"]


def test_what_is_said_of_a_sheet(given: Path, scratch: Path) -> None:
    book = workbook(
        given / "b.xlsx", First=[["A", "B"], [1.0, 2.0]], Second=[["C", "D"], ["x", "y"]]
    )
    first, second = tables(book, scratch)
    assert isinstance(first, TableFile)
    assert isinstance(second, TableFile)
    assert (first.name, second.name) == ("b.xlsx > First", "b.xlsx > Second")
    assert first.header == ("A", "B")
    assert first.sha256 == second.sha256
    assert first.size == book.stat().st_size
    assert (first.separator, first.encoding) == (",", "xlsx")


def test_the_header_may_stand_below_a_title(given: Path, scratch: Path) -> None:
    rows: list[list[Cell]] = [
        ["A title"],
        [],
        ["Contact", "me"],
        ["URN", "Name", "N"],
        ["1", "x", 2.0],
    ]
    ((_, found),) = read(workbook(given / "b.xlsx", S=rows), scratch)
    assert found == [["URN", "Name", "N"], ["1", "x", "2"]]
    late: list[list[Cell]] = [["note"]] * 20 + [["URN", "Name"], ["1", "x"]]
    with pytest.raises(ReleaseError, match="no header in its first 20 rows"):
        read(workbook(given / "b.xlsx", S=late), scratch)


def test_unnamed_columns_are_kept_where_they_hold_something(given: Path, scratch: Path) -> None:
    rows: list[list[Cell]] = [
        [None, "URN", None, "Name"],
        [None, 1.0, "*", "x"],
        [None, 2.0, None, "y"],
    ]
    ((_, found),) = read(workbook(given / "b.xlsx", S=rows), scratch)
    assert found == [["URN", "", "Name"], ["1", "*", "x"], ["2", "", "y"]]


def test_sheets_without_a_table_are_passed_over(given: Path, scratch: Path) -> None:
    book = workbook(
        given / "b.xlsx",
        Cover=[["A title"], ["words"]],
        Empty=[],
        Bare=[["URN", "Name"]],
        Twice=[["N", "n"], [1.0, 2.0]],
        Table=[["URN", "Name"], [1.0, "x"]],
    )
    assert seen(book, scratch) == [
        ("b.xlsx > Cover", "no header in its first 20 rows"),
        ("b.xlsx > Empty", "no header in its first 20 rows"),
        ("b.xlsx > Bare", "no rows below its header"),
        ("b.xlsx > Twice", "the header uses a name for more than one column: N, n"),
        ("b.xlsx > Table", None),
    ]


def test_a_workbook_may_be_in_a_zip(given: Path, scratch: Path) -> None:
    book = workbook(given / "b.xlsx", S=[["A", "B"], [1.0, 2.0]])
    with zipfile.ZipFile(given / "2012-13.zip", "w") as bundle:
        bundle.write(book, "in/b.xlsx")
    assert seen(given / "2012-13.zip", scratch) == [("2012-13.zip > in/b.xlsx > S", 2013)]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the workbook cannot be read"),
        (b"URN,Name\n1,x\n", "the workbook cannot be read"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
            "protected by a password, or is an old",
        ),
    ],
)
def test_what_is_no_workbook_is_an_error(
    given: Path, scratch: Path, content: bytes, said: str
) -> None:
    with pytest.raises(ReleaseError, match=rf"^b\.xlsx: .*{said}"):
        read(put(given / "b.xlsx", content), scratch)


def test_a_zip_that_is_no_workbook_is_an_error(given: Path, scratch: Path) -> None:
    with zipfile.ZipFile(given / "b.xlsx", "w") as package:
        package.writestr("x.csv", "URN,Name\n1,x\n")
    with pytest.raises(ReleaseError, match=r"^b\.xlsx: the workbook cannot be read"):
        read(given / "b.xlsx", scratch)


def test_a_cut_off_workbook_is_an_error(given: Path, scratch: Path) -> None:
    content = workbook(given / "b.xlsx", S=[["A", "B"], [1.0, 2.0]]).read_bytes()
    for kept in range(0, len(content), 97):
        with pytest.raises(ReleaseError, match=r"^b\.xlsx"):
            read(put(given / "b.xlsx", content[:kept]), scratch)


FAR_APART = [
    '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
    "<row r='1048576'><c  r = 'xfd1048576' ><v>1</v></c></row>",
    '<row r="1048576"><c s=">" r="XFD1048576"><v>1</v></c></row>',
    '<row r="2"><c r="XFD2"><v>1</v></c></row><row r="1048576"><c><v>1</v></c></row>',
    '<row r="2"><c r="XFD000000000001048576"><v>1</v></c></row>',
]


@pytest.mark.parametrize("xml", FAR_APART)
def test_cells_too_far_apart_are_refused_unopened(given: Path, scratch: Path, xml: str) -> None:
    # Held as a full rectangle these two cells would take 550 GB, which ends the process.
    book = workbook(given / "b.xlsx", S=rows_xml([["URN", "Name"]]) + xml)
    with pytest.raises(ReleaseError, match=r"^b\.xlsx: xl/worksheets/sheet1.xml has cells so far"):
        read(book, scratch)


def test_formatting_far_away_is_no_harm(given: Path, scratch: Path) -> None:
    far = '<row r="1048576" ht="9"/><row r="9"><c r="XFD9" s="1"/></row>'
    book = workbook(given / "b.xlsx", S=rows_xml([["URN", "Name"], ["1", "x"]]) + far)
    assert [name for name, _ in read(book, scratch)] == ["b.xlsx > S"]


def test_a_workbook_that_unpacks_to_too_much_is_refused(
    given: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = workbook(given / "b.xlsx", S=[["A", "B"], [1.0, "x" * 30_000]])
    monkeypatch.setattr(archives, "RATIO_FROM", 20_000)
    monkeypatch.setattr(archives, "RATIO_LIMIT", 20)
    with pytest.raises(ReleaseError, match=r"^b\.xlsx: the workbook holds 0 MiB packed into"):
        read(book, scratch)


def test_the_reader_is_loaded_when_a_workbook_is_read() -> None:
    told = "import sys, codebreakers.store.files; print('python_calamine' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert run.stdout == "False\n"


@pytest.mark.published
@pytest.mark.parametrize(
    ("file", "sheet", "columns", "rows", "first"),
    [
        ("dfe/2015-2016/england_spine.xlsx", "Sheet1", 34, 25_854, ["100307", "204"]),
        ("dfe/2017-2018/england_spine.xlsx", "england", 31, 26_078, ["100000", "201"]),
        (
            "ofsted/management_information_2014-12-31.xlsx",
            "Provider Level Data",
            26,
            21_005,
            ["Ofsted School Webpage", "102136"],
        ),
        (
            "places/idaci_2015_by_lsoa.xlsx",
            "ID2015 IDACI & IDAOPI",
            10,
            32_844,
            ["E01031349", "Adur 001A"],
        ),
    ],
)
def test_published_workbooks(
    data_dir: Path, scratch: Path, file: str, sheet: str, columns: int, rows: int, first: list[str]
) -> None:
    path = data_dir / file
    began = time.process_time()
    found = dict(read(path, scratch))
    assert time.process_time() - began < 4  # 0.9 to 2 s of two quiet cores
    table = found[f"{path.name} > {sheet}"]
    assert len(table) == rows + 1
    assert {len(row) for row in table} == {columns}
    assert table[1][:2] == first
