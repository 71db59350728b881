"""Zips: nested, hostile and broken."""

from __future__ import annotations

import io
import re
import struct
import warnings
import zipfile
from pathlib import Path

import pytest
from test_files import TABLE, given, put, scratch, seen

from codebreakers.errors import ReleaseError
from codebreakers.store import archives
from codebreakers.store.files import Damaged, TableFile, tables

__all__ = ["given", "scratch"]


def packed(*members: tuple[str, bytes], deflated: bool = True) -> bytes:
    out = io.BytesIO()
    method = zipfile.ZIP_DEFLATED if deflated else zipfile.ZIP_STORED
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w", method) as bundle:
        warnings.simplefilter("ignore", UserWarning)  # that a name is there twice
        for name, content in members:
            bundle.writestr(name, content)
    return out.getvalue()


def with_declared_size(content: bytes, size: int) -> bytes:
    """Lie about the size of the one member, in its own entry and in the table of contents."""
    told = bytearray(content)
    entry = told.index(archives._ENTRY)
    told[22:26] = told[entry + 24 : entry + 28] = struct.pack("<I", size)
    return bytes(told)


def test_members_are_tables_in_order_of_names(given: Path, scratch: Path) -> None:
    content = packed(("b.csv", TABLE), ("2012-13/a.csv", TABLE), ("notes.pdf", b"x"), ("d/", b""))
    bundle = put(given / "bundle.zip", content)
    assert seen(bundle, scratch) == [
        ("bundle.zip > 2012-13/a.csv", 2013),
        ("bundle.zip > b.csv", None),
        ("bundle.zip > notes.pdf", "not a table: .pdf"),
    ]
    assert [path.suffix for path in scratch.iterdir()] == [".csv", ".csv"]


def test_hash_and_size_are_of_the_member(given: Path, scratch: Path) -> None:
    loose = put(given / "x.csv")
    bundle = put(given / "bundle.zip", packed(("x.csv", TABLE)))
    (a,), (b,) = tables(loose, scratch), tables(bundle, scratch)
    assert isinstance(a, TableFile)
    assert isinstance(b, TableFile)
    assert (a.sha256, a.size, a.text.read_bytes()) == (b.sha256, b.size, b.text.read_bytes())


def test_hidden_members_are_passed_over(given: Path, scratch: Path) -> None:
    content = packed(("__MACOSX/._x.csv", b"\0"), (".x.csv", b"\0"), ("x.csv", TABLE))
    assert seen(put(given / "b.zip", content), scratch) == [
        ("b.zip > .x.csv", "hidden"),
        ("b.zip > __MACOSX/._x.csv", "hidden"),
        ("b.zip > x.csv", None),
    ]


def nested(depth: int) -> bytes:
    content, name = TABLE, "x.csv"
    for level in range(depth, 0, -1):
        content, name = packed((name, content)), f"{level}.zip"
    return content


def damaged(path: Path, scratch: Path) -> str:
    """What is wrong with the one damaged file among those of a path."""
    (one,) = (found for found in tables(path, scratch) if isinstance(found, Damaged))
    return str(one.error)


def test_zips_may_be_nested_four_deep(given: Path, scratch: Path) -> None:
    name = "1.zip > 2.zip > 3.zip > 4.zip > x.csv"
    assert seen(put(given / "1.zip", nested(4)), scratch) == [(name, None)]
    assert len(list(scratch.iterdir())) == 1  # what was unpacked on the way is gone
    assert re.match(
        r"1\.zip > .* > 5\.zip: .* inside more than 3 others",
        damaged(put(given / "1.zip", nested(5)), scratch),
    )


def test_year_is_taken_from_inner_zips_first(given: Path, scratch: Path) -> None:
    inner = packed(("x.csv", TABLE))
    content = packed(("2012-13.zip", inner), ("x.zip", inner))
    assert seen(put(given / "2014-15.zip", content), scratch) == [
        ("2014-15.zip > 2012-13.zip > x.csv", 2013),
        ("2014-15.zip > x.zip > x.csv", 2015),
    ]


@pytest.mark.parametrize(
    "name", ["../../evil.csv", "/evil.csv", "C:\\evil.csv", "..\\evil.csv", "a/../../evil.csv"]
)
def test_names_that_lead_elsewhere_are_never_written_to(
    given: Path, scratch: Path, name: str
) -> None:
    bundle = put(given / "b.zip", packed((name, TABLE)))
    before = sorted(given.parent.rglob("*"))
    (table,) = tables(bundle, scratch)
    assert isinstance(table, TableFile)
    assert table.text.parent == scratch
    assert sorted(given.parent.rglob("*")) == sorted([*before, table.text])
    assert not Path("/evil.csv").exists()


def test_a_name_may_be_there_twice(given: Path, scratch: Path) -> None:
    content = packed(("x.csv", TABLE), ("x.csv", b"URN,Name\n2,y\n"))
    found = list(tables(put(given / "b.zip", content), scratch))
    assert [item.name for item in found] == ["b.zip > x.csv", "b.zip > x.csv (2)"]
    texts = [item.text.read_bytes() for item in found if isinstance(item, TableFile)]
    assert texts == [TABLE, b"URN,Name\n2,y\n"]


def test_an_empty_zip_is_no_table(given: Path, scratch: Path) -> None:
    bundle = put(given / "b.zip", packed())
    assert seen(given, scratch) == [("b.zip", "empty zip")]
    with pytest.raises(ReleaseError, match=r"^b\.zip: the file holds no table .*empty zip"):
        list(tables(bundle, scratch))


def test_a_zip_without_tables_says_what_it_holds(given: Path, scratch: Path) -> None:
    bundle = put(given / "b.zip", packed(("x.pdf", b"x")))
    with pytest.raises(ReleaseError, match=r"Available: b\.zip > x\.pdf \(not a table: \.pdf\)"):
        list(tables(bundle, scratch))


@pytest.mark.parametrize("kept", [0.2, 0.6, 0.97])
def test_a_cut_off_zip_is_an_error(given: Path, scratch: Path, kept: float) -> None:
    content = packed(("x.csv", TABLE * 1_000), ("y.csv", TABLE))
    with pytest.raises(ReleaseError, match=r"^b\.zip: the zip cannot be read"):
        list(tables(put(given / "b.zip", content[: int(len(content) * kept)]), scratch))


def test_a_damaged_member_is_an_error(given: Path, scratch: Path) -> None:
    content = bytearray(packed(("x.csv", TABLE * 50), deflated=False))
    content[60] ^= 0xFF
    with pytest.raises(
        ReleaseError, match=r"^b\.zip > x\.csv: the file cannot be unpacked: Bad CRC"
    ):
        list(tables(put(given / "b.zip", bytes(content)), scratch))


def test_an_encrypted_member_is_an_error(given: Path, scratch: Path) -> None:
    content = bytearray(packed(("x.csv", TABLE)))
    content[6] |= 1
    content[content.index(archives._ENTRY) + 8] |= 1
    with pytest.raises(ReleaseError, match=r"^b\.zip > x\.csv: .* protected by a password"):
        list(tables(put(given / "b.zip", bytes(content)), scratch))


def test_a_member_packed_out_of_all_proportion_is_refused(given: Path, scratch: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle, bundle.open("x.csv", "w") as x:
        for _ in range(101):
            x.write(bytes(1 << 20))
    with pytest.raises(ReleaseError, match=r"^b\.zip: the zip holds 101 MiB packed into"):
        list(tables(put(given / "b.zip", out.getvalue()), scratch))
    assert not list(scratch.iterdir())


def test_a_member_larger_than_it_says_is_refused(given: Path, scratch: Path) -> None:
    content = with_declared_size(packed(("x.csv", TABLE * 100)), 5)
    with pytest.raises(ReleaseError, match=r"^b\.zip > x\.csv: the file cannot be unpacked"):
        list(tables(put(given / "b.zip", content), scratch))
    assert sum(path.stat().st_size for path in scratch.iterdir()) <= 5


def test_a_member_that_says_it_is_huge_is_refused(given: Path, scratch: Path) -> None:
    content = with_declared_size(packed(("x.csv", TABLE)), (1 << 30) + 1)
    with pytest.raises(ReleaseError, match=r"^b\.zip: the zip holds a file of 1\.0 GiB, x\.csv"):
        list(tables(put(given / "b.zip", content), scratch))


def test_totals_are_counted_over_all_zips_of_a_path(
    given: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = packed(("x.csv", TABLE), ("y.csv", TABLE))
    put(given / "b.zip", packed(("1.zip", inner), ("2.zip", inner)))
    monkeypatch.setattr(archives, "MEMBER_LIMIT", 6)
    assert len(seen(given, scratch)) == 4
    monkeypatch.setattr(archives, "MEMBER_LIMIT", 5)
    assert damaged(given, scratch).startswith("b.zip > 2.zip: the zip holds 6 files")
    monkeypatch.setattr(archives, "MEMBER_LIMIT", 6)
    monkeypatch.setattr(archives, "TOTAL_LIMIT", 2 * len(inner) + 3 * len(TABLE))
    assert damaged(given, scratch).startswith("b.zip > 2.zip: the zip holds 0.0 GiB")


def test_a_crowd_is_refused_before_it_is_listed(
    given: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = put(given / "b.zip", packed(*((f"{i}.pdf", b"") for i in range(10_001))))
    monkeypatch.setattr(zipfile, "ZipFile", None)
    with pytest.raises(ReleaseError, match=r"^b\.zip: the zip holds 10,001 files"):
        list(tables(bundle, scratch))
