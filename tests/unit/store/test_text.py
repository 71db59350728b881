"""Published text tables: every way one may be written, and every way one may be damaged."""

from __future__ import annotations

import csv
import hashlib
import time
import tracemalloc
from pathlib import Path

import duckdb
import pytest

from codebreakers.errors import ReleaseError
from codebreakers.store import records
from codebreakers.store.files import TableFile, tables


def read(folder: Path, content: bytes, name: str = "t.csv") -> TableFile:
    published = folder / name
    published.write_bytes(content)
    scratch = folder / "scratch"
    scratch.mkdir(exist_ok=True)
    (table,) = tables(published, scratch)
    assert isinstance(table, TableFile)
    return table


def cells(table: TableFile) -> list[list[str]]:
    with table.text.open(encoding="utf-8", newline="") as lines:
        return list(csv.reader(lines, delimiter=table.separator, strict=True))


def in_duckdb(table: TableFile) -> list[tuple[str | None, ...]]:
    """Read the text as strictly as an engine can be told to."""
    columns = {f"c{i}": "VARCHAR" for i in range(len(table.header))}
    relation = duckdb.connect().read_csv(
        str(table.text),
        header=True,
        sep=table.separator,
        all_varchar=True,
        auto_detect=False,
        columns=columns,
        strict_mode=True,
        null_padding=False,
        quotechar='"',
        escapechar='"',
        max_line_size=2 * records.LINE_LIMIT,
        lineterminator="\\n",
    )
    return relation.fetchall()


def test_plain_table(tmp_path: Path) -> None:
    content = b"URN, Name ,TPUP\n100000,A school,7\n100001,,NE\n"
    table = read(tmp_path, content)
    assert table.header == ("URN", "Name", "TPUP")
    assert cells(table) == [
        ["URN", "Name", "TPUP"],
        ["100000", "A school", "7"],
        ["100001", "", "NE"],
    ]
    assert table.sha256 == hashlib.sha256(content).hexdigest()
    assert table.size == len(content)
    assert (table.separator, table.encoding, table.trimmed) == (",", "utf-8", 0)
    assert in_duckdb(table) == [("100000", "A school", "7"), ("100001", None, "NE")]


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("URN,Name\n1,Caf\u00e9\n".encode(), "utf-8"),
        ("URN,Name\n1,Caf\u00e9\n".encode("utf-8-sig"), "utf-8-sig"),
        ("URN,Name\n1,Caf\u00e9\n".encode("cp1252"), "cp1252"),
    ],
)
def test_encodings(tmp_path: Path, content: bytes, encoding: str) -> None:
    table = read(tmp_path, content)
    assert table.encoding == encoding
    assert table.header == ("URN", "Name")
    assert cells(table)[1] == ["1", "Caf\u00e9"]
    assert table.sha256 == hashlib.sha256(content).hexdigest()
    assert table.size == len(content)


def test_encoding_is_of_the_whole_file(tmp_path: Path) -> None:
    # The first block would do as UTF-8; a byte of the last shows that it is Windows-1252.
    early = "Â£".encode("cp1252")  # also UTF-8, of a pound sign
    content = b"URN,Name\n1," + early + b"\n" + b"2,plain\n" * 200_000 + b"3,\xe9\n"
    table = read(tmp_path, content)
    rows = cells(table)
    assert table.encoding == "cp1252"
    assert rows[1] == ["1", "Â£"]
    assert rows[-1] == ["3", "\u00e9"]


def test_byte_in_no_encoding_names_line_and_byte(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match=r"t\.csv, line 3: the byte 0x81 is neither"):
        read(tmp_path, b"URN,Name\n1,\xe9\n2,\x81\n")


def test_byte_order_mark_that_lies_names_line(tmp_path: Path) -> None:
    with pytest.raises(
        ReleaseError, match=r"line 2: the byte 0xE9 is not UTF-8, as its byte-order"
    ):
        read(tmp_path, b"\xef\xbb\xbfURN,Name\n1,Caf\xe9\n")


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf16_is_refused_with_a_remedy(tmp_path: Path, codec: str) -> None:
    with pytest.raises(ReleaseError, match=r"UTF-16, not UTF-8 Save it as CSV UTF-8"):
        read(tmp_path, "\ufeffURN,Name\n1,x\n".encode(codec))


def test_separator_is_taken_from_the_header_outside_quotes(tmp_path: Path) -> None:
    assert read(tmp_path, b"URN\tName\n1\ta,b\n").separator == "\t"
    assert read(tmp_path, b'"a\tb\tc",d\n1,2\n').separator == ","
    assert cells(read(tmp_path, b"URN\tName\n1\ta,b\n"))[1] == ["1", "a,b"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_line_ends(tmp_path: Path, end: str, last: bool) -> None:
    text = end.join(["URN,Name", "1,x", "2,y"]) + (end if last else "")
    table = read(tmp_path, text.encode())
    assert table.text.read_bytes() == b"URN,Name\n1,x\n2,y\n"


def test_mixed_line_ends_and_lines_in_cells(tmp_path: Path) -> None:
    table = read(tmp_path, b'URN,Name\r\n1,"a\r\nb\rc"\r2,"d\n\n""e"""\n')
    assert b"\r" not in table.text.read_bytes()
    assert cells(table)[1:] == [["1", "a\nb\nc"], ["2", 'd\n\n"e"']]
    assert in_duckdb(table) == [("1", "a\nb\nc"), ("2", 'd\n\n"e"')]


@pytest.mark.parametrize("size", range(1, 12))
def test_every_cut_between_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(records, "_BLOCK", size)
    table = read(tmp_path, b'URN,N\r\n1,"a\r\n,b"\r\n\r\n2,"""\xc3\xa9"""\r\n3,')
    assert cells(table)[1:] == [["1", "a\n,b"], ["2", '"\u00e9"'], ["3", ""]]


def test_blank_lines_are_not_rows(tmp_path: Path) -> None:
    table = read(tmp_path, b"\n  \n\nURN,Name\n\n1,x\n   \n2,y\n\n\n")
    assert table.text.read_bytes() == b"URN,Name\n1,x\n2,y\n"
    assert cells(read(tmp_path, b"URN\n\n1\n\n\n2\n")) == [["URN"], ["1"], ["2"]]


def test_columns_without_name_or_value_are_left_out(tmp_path: Path) -> None:
    table = read(tmp_path, b'URN,Name,,\n1,"x, y",,\n2,z, ,""\n')
    assert table.header == ("URN", "Name")
    assert cells(table)[1:] == [["1", "x, y"], ["2", "z"]]
    table = read(tmp_path, b"URN,Name,,\n1,x,,note\n2,z,,\n")
    assert table.header == ("URN", "Name", "")
    assert cells(table)[1:] == [["1", "x", "note"], ["2", "z", ""]]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (b"\n \r\n\n", "nothing but blanks"),
        (b"\xef\xbb\xbf", "nothing but blanks"),
        (b"URN,Name\n", "line 1: the table has a header and no rows"),
        (b"URN,Name\n\n\n", "line 1: the table has a header and no rows"),
        (b"URN,Name\n1,a\x00b\n", r"line 2: the file is binary"),
        (b"\x89PNG\r\n\x1a\nrest", "a PNG picture"),
        (b"\x7fELF\x02\x01", "a program"),
        (b"\x1f\x8b\x08\x00rest", "compressed by gzip"),
        (b"%PDF-1.4\n1,2\n", "a PDF document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", r"an old \.xls workbook"),
        (b"PK\x03\x04rest", "a zip or a workbook"),
        (b"\n  <!DOCTYPE html><p>Not found</p>", "a web page"),
        (b"\xef\xbb\xbf<html>", "a web page"),
        (b'URN,Name\n1,x\n2,"cut off', "line 3: a quotation mark is opened and not closed"),
        (b'URN,Name\n1,x\n2,"cut\noff\n', "line 3: a quotation mark is opened and not closed"),
        (b'URN,Name\n1,x "y" z\n', "line 2: a quotation mark stands inside a cell"),
        (b'URN,Name\n1,x\n2,"y" z\n', "line 3: a quotation mark stands inside a cell"),
        (b'URN,"Na"me\n1,x\n', "line 1: a quotation mark stands inside a cell"),
        (b"URN,Name,urn\n1,x,2\n", "line 1: .* more than one column: URN, urn"),
        (b",,\n1,2,3\n", "line 1: the header names no column"),
        (b",".join(b"c%d" % i for i in range(2001)) + b"\n1\n", "2,001 columns, more than 2,000"),
        (b"URN,Name\n1,x,y\n2,z\n", "line 2: the row has 3 cells and the header 2"),
        (b'URN,Name\n1,"a\nb"\n2,z,\n', "line 4: the row has 3 cells and the header 2"),
        (b"A,B,C\n1,2,3\n4,5\n6,7,8\n", "line 3: the row has 2 cells and the header 3"),
        (b"A,B,C\n1,2,3\n4,5", r"line 3: the row has 2 cells and the header 3 The file is cut off"),
        (b"A,B\n1,2\nSource: census\n", "line 3: the row has 1 cell and the header 2 Remove notes"),
    ],
)
def test_damage_is_named(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(ReleaseError, match=said) as caught:
        read(tmp_path, content)
    assert caught.value.message.startswith("t.csv")
    assert caught.value.remedy
    assert caught.value.exit_code == 4


def test_rows_that_leave_out_blanks_at_their_end(tmp_path: Path) -> None:
    rows = b"".join(b"%d,x,7\n" % i if i % 3 else b"%d,x\n" % i for i in range(60))
    table = read(tmp_path, b"URN,Name,TPUP\n" + rows)
    assert table.trimmed == 20
    assert cells(table)[1:4] == [["0", "x", ""], ["1", "x", "7"], ["2", "x", "7"]]
    # Not so where the writer also writes blanks at the end of a row, nor where short rows are few.
    with pytest.raises(ReleaseError, match="line 2: the row has 2 cells"):
        read(tmp_path, b"URN,Name,TPUP\n" + rows + b"60,x,\n")
    with pytest.raises(ReleaseError, match="line 2: the row has 2 cells"):
        read(tmp_path, b"URN,Name,TPUP\n" + rows + b"61,x,7\n" * 2_000)


def test_one_long_line_fails_fast_in_little_memory(tmp_path: Path) -> None:
    published = tmp_path / "t.csv"
    with published.open("wb") as out:
        out.write(b"URN,Name\n")
        for _ in range(200):
            out.write(b"x" * (1 << 20))
    tracemalloc.start()
    began = time.process_time()
    with pytest.raises(ReleaseError, match="line 2: the line is longer than 1 MiB"):
        list(tables(published, tmp_path))
    spent = time.process_time() - began
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert spent < 1
    assert peak < 16 << 20


def test_memory_does_not_grow_with_the_table(tmp_path: Path) -> None:
    published = tmp_path / "t.csv"
    published.write_bytes(b"URN,Name\n" + b'1,"x\xe9"\n' * 200_000)
    tracemalloc.start()
    (table,) = tables(published, tmp_path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert isinstance(table, TableFile)
    assert table.encoding == "cp1252"
    assert peak < 32 << 20


def test_line_limit_is_exact(tmp_path: Path) -> None:
    longest = b"x" * (records.LINE_LIMIT - len("1,\n"))
    for before in (b"", b"0,y\n" * 100_000):
        table = read(tmp_path, b"URN,Name\n" + before + b"1," + longest + b"\n2,z\n")
        assert len(table.text.read_bytes().splitlines()[-2]) == records.LINE_LIMIT - 1
        with pytest.raises(ReleaseError, match="is longer than 1 MiB"):
            read(tmp_path, b"URN,Name\n" + before + b"1,x" + longest + b"\n2,z\n")


def test_quotation_mark_left_open_far_from_the_end(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match=r"line 3: a quotation mark is opened and not .* 1 MiB"):
        read(tmp_path, b'URN,Name\n1,x\n2,"y\n' + b"3,z\n" * 600_000)


def test_file_over_a_gibibyte_is_refused_unread(tmp_path: Path) -> None:
    published = tmp_path / "t.csv"
    with published.open("wb") as out:
        out.truncate(records.FILE_LIMIT + 1)
    began = time.process_time()
    with pytest.raises(ReleaseError, match="more than 1 GiB"):
        list(tables(published, tmp_path))
    assert time.process_time() - began < 0.5


def test_duckdb_reads_strictly_what_was_cleaned(tmp_path: Path) -> None:
    odd = [
        "",
        " ",
        "a,b",
        'say "x"',
        "two\nlines",
        "\u00e9",
        "\u2028",
        "#",
        "\\",
        "NULL",
        "\t",
        "'",
    ]
    content = "URN,Name,Again\n" + "".join(
        f'{i},"{cell.replace(chr(34), chr(34) * 2)}",z\n' for i, cell in enumerate(odd)
    )
    table = read(tmp_path, content.encode())
    assert in_duckdb(table) == [(str(i), cell or None, "z") for i, cell in enumerate(odd)]


@pytest.mark.parametrize("row", [b"3,x", b"3,x,y,z", b"3,x,y,"])
def test_rows_duckdb_would_let_pass_are_refused_here(tmp_path: Path, row: bytes) -> None:
    # Strict as it is told to be, the engine lets one separator too many pass at the end of a row.
    with pytest.raises(ReleaseError, match=r"t\.csv, line 4: the row has"):
        read(tmp_path, b"A,B,C\n1,2,3\n2,3,4\n" + row + b"\n4,5,6\n")


@pytest.mark.slow
@pytest.mark.parametrize("name", [b"A school", b'"St John, The ""Baptist"""'])
def test_a_national_table_passes_quickly(tmp_path: Path, name: bytes) -> None:
    row = b"100000," + name + b",5.25%" * 398 + b"\n"
    header = b",".join(b"C%d" % i for i in range(400)) + b"\n"
    content = header + row * 25_000
    began = time.process_time()
    table = read(tmp_path, content)
    assert time.process_time() - began < 1.8  # 0.5 to 0.9 s of two quiet cores
    assert table.text.stat().st_size == len(content)
