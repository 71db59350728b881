"""Whatever is found at a path: a table comes through cell for cell, or an error says why not."""

from __future__ import annotations

import csv
import io
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from test_workbooks import workbook

from codebreakers.errors import ReleaseError
from codebreakers.store import records
from codebreakers.store.files import PassedOver, TableFile, tables

QUICK = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
FEWER = settings(QUICK, max_examples=60)

VALID = (
    "RECTYPE,URN,SCHNAME,TPUP,PTAC5EM\r\n"
    '1,100000,"St John, The ""Baptist""",58,61%\r\n'
    "1,100001,Caf\u00e9 school,SUPP,NE\r\n"
    '4,,"two\nlines",,\r\n'
).encode()

cell_text = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=8
) | st.text(" ,\t\"'\n\u00e9\u2028\ufeff;x", max_size=6)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as made:
        yield Path(made)


@pytest.fixture(autouse=True, scope="module")
def small_blocks() -> Iterator[None]:
    """Read few bytes at a time, so that every cut between blocks comes about."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(records, "_BLOCK", 7)
        yield


def read(folder: Path, name: str, content: bytes) -> list[TableFile | PassedOver]:
    published = folder / name
    published.write_bytes(content)
    for left in folder.glob("tmp*"):
        left.unlink()
    return list(tables(published, folder))


def survives(folder: Path, name: str, content: bytes) -> None:
    """Read anything: an error of ours, or tables whose every row is full."""
    found: list[TableFile | PassedOver] = []
    with suppress(ReleaseError):
        found = read(folder, name, content)
    for item in found:
        if isinstance(item, TableFile):
            with item.text.open(encoding="utf-8", newline="") as lines:
                rows = list(csv.reader(lines, delimiter=item.separator, strict=True))
            assert len(rows) > 1
            assert {len(row) for row in rows} == {len(item.header)}
            assert tuple(name.strip() for name in rows[0]) == item.header
            assert b"\r" not in item.text.read_bytes()


@st.composite
def written_tables(draw: st.DrawFn) -> tuple[list[list[str]], bytes, str]:
    """Draw a table, the bytes it is published as, and their encoding."""
    width = draw(st.integers(1, 5))
    rows = draw(
        st.lists(st.lists(cell_text, min_size=width, max_size=width), min_size=1, max_size=6)
    )
    table = [[f"c{i}" for i in range(width)], *rows]
    out = io.StringIO()
    separator = draw(st.sampled_from(",\t")) if width > 1 else ","
    quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]))
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    if end == "\r":  # the writer does not quote a cell for another line end than its own
        quoting = csv.QUOTE_ALL
    csv.writer(out, delimiter=separator, quoting=quoting, lineterminator=end).writerows(table)
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "cp1252"]))
    try:
        content = out.getvalue().encode(encoding)
    except UnicodeEncodeError:
        encoding = "utf-8"
        content = out.getvalue().encode()
    return table, content, encoding


@QUICK
@given(written=written_tables())
@example(written=([["c0"], [""]], b'c0\n""\n', "utf-8"))  # blank, and yet a row
@example(written=([["c0"], [" "]], b"c0\n \n", "utf-8"))
@example(written=([["c0", "c1"], [" ", ""]], b"c0\tc1\n \t\n", "utf-8"))  # a row of blanks only
@example(written=([["c0"], ['""']], b'c0\r""""""\r', "utf-8"))
@example(written=([["c0"], ["\ufeff"]], "c0\n\ufeff\n".encode(), "utf-8"))
def test_a_table_comes_through_cell_for_cell(
    folder: Path, written: tuple[list[list[str]], bytes, str]
) -> None:
    table, content, encoding = written
    if encoding == "cp1252":
        try:
            content.decode()
        except UnicodeDecodeError:
            pass
        else:
            assume(content.isascii())  # otherwise it is UTF-8 as well, and is read as that
    (found,) = read(folder, "t.csv", content)
    assert isinstance(found, TableFile)
    with found.text.open(encoding="utf-8", newline="") as lines:
        assert list(csv.reader(lines, delimiter=found.separator, strict=True)) == table
    assert found.encoding == ("utf-8" if encoding == "cp1252" and content.isascii() else encoding)
    assert found.trimmed == 0


@QUICK
@given(content=st.binary(max_size=60) | st.text('",\t\r\n <ab\u00e9', max_size=40).map(str.encode))
@example(content=b'a,"b"\r\r\n"')
@example(content=b"a\n\r")
@example(content=b'"\n",b\n1,2')
@example(content=b"\xef\xbb\xbf\xef\xbb\xbfa,b\n1,2")
@example(content=b'a,b\n1,""x""\n')
@example(content=b'a,,\n1,"\n",')
@pytest.mark.parametrize("name", ["t.csv", "t.zip", "t.xlsx"])
def test_any_bytes_are_a_table_or_an_error(folder: Path, name: str, content: bytes) -> None:
    survives(folder, name, content)


edits = st.lists(
    st.tuples(
        st.integers(0, 10_000),
        st.integers(0, 12),
        st.binary(max_size=3) | st.sampled_from([b'"', b",", b"\n", b"\r", b'""', b"\xff", b"PK"]),
    ),
    min_size=1,
    max_size=4,
)


def edited(content: bytes, changes: list[tuple[int, int, bytes]]) -> bytes:
    for at, cut, put in changes:
        place = at % (len(content) + 1)
        content = content[:place] + put + content[place + cut :]
    return content


@QUICK
@given(changes=edits)
def test_a_damaged_table_is_a_table_or_an_error(
    folder: Path, changes: list[tuple[int, int, bytes]]
) -> None:
    survives(folder, "t.csv", edited(VALID, changes))


@FEWER
@given(changes=edits)
def test_a_damaged_zip_is_read_or_an_error(
    folder: Path, changes: list[tuple[int, int, bytes]]
) -> None:
    inner, outer = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("x.csv", VALID)
    with zipfile.ZipFile(outer, "w") as bundle:
        bundle.writestr("2012-13/x.csv", VALID)
        bundle.writestr("in.zip", inner.getvalue())
    survives(folder, "t.zip", edited(outer.getvalue(), changes))


@FEWER
@given(
    changes=edits,
    part=st.sampled_from(["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml"]),
    whole=st.booleans(),
)
@example(changes=[(0, 0, b"")], part="xl/workbook.xml", whole=True)
def test_a_damaged_workbook_is_read_or_an_error(
    folder: Path, changes: list[tuple[int, int, bytes]], part: str, whole: bool
) -> None:
    book = workbook(folder / "book.xlsx", S=[["URN", "Name"], [100000.0, "x"], [1.5, True]])
    if whole:
        survives(folder, "t.xlsx", edited(book.read_bytes(), changes))
        return
    out = io.BytesIO()
    with zipfile.ZipFile(book) as package, zipfile.ZipFile(out, "w") as damaged:
        for info in package.infolist():
            content = package.read(info)
            damaged.writestr(
                info.filename, edited(content, changes) if info.filename == part else content
            )
    survives(folder, "t.xlsx", out.getvalue())
