"""What is found at a path: folders walked, things passed over, names and years."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest
from test_text import cells, in_duckdb

from codebreakers.errors import ReleaseError
from codebreakers.store.files import Damaged, PassedOver, TableFile, tables

TABLE = b"URN,Name\n1,x\n"


@pytest.fixture
def given(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder none of whose own folders is named for a test, or so for a year."""
    folder = tmp_path_factory.mktemp("place") / "given"
    folder.mkdir()
    return folder


@pytest.fixture
def scratch(given: Path) -> Path:
    folder = given.parent / "scratch"
    folder.mkdir()
    return folder


def put(path: Path, content: bytes = TABLE) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def seen(path: Path, scratch: Path) -> list[tuple[str, object]]:
    """Name each thing met, with a table's year or the reason it was passed over."""
    return [
        (item.name, item.year if isinstance(item, TableFile) else item.reason)
        for item in tables(path, scratch)
    ]


def test_one_file_is_named_as_it_is(given: Path, scratch: Path) -> None:
    assert seen(put(given / "x.CSV"), scratch) == [("x.CSV", None)]
    assert seen(put(given / "x.tsv", b"A\tB\n1\t2\n"), scratch) == [("x.tsv", None)]


def test_folder_is_walked_in_order_of_names(given: Path, scratch: Path) -> None:
    for name in ("b.csv", "a/z.csv", "a/b/c.csv", "c/x.csv"):
        put(given / name)
    (given / "empty").mkdir()
    assert seen(given, scratch) == [
        ("a/b/c.csv", None),
        ("a/z.csv", None),
        ("b.csv", None),
        ("c/x.csv", None),
        ("empty", "empty folder"),
    ]


def test_an_empty_folder_is_said_to_be_empty(given: Path, scratch: Path) -> None:
    assert seen(given, scratch) == [("given", "empty folder")]


def test_what_is_not_a_table_is_passed_over(given: Path, scratch: Path) -> None:
    for name in ("a.pdf", "b.txt", "c.docx", "d.md", "e.json", "f.duckdb", "README", "g.xls"):
        put(given / name)
    for name in (".hidden.csv", ".git/x.csv", "__MACOSX/x.csv", "~$open.xlsx"):
        put(given / name)
    reasons = dict(seen(given, scratch))
    assert reasons == {
        "a.pdf": "not a table: .pdf",
        "b.txt": "not a table: .txt",
        "c.docx": "not a table: .docx",
        "d.md": "not a table: .md",
        "e.json": "not a table: .json",
        "f.duckdb": "not a table: .duckdb",
        "README": "not a table: no ending",
        "g.xls": "not read: .xls; save or unpack it as .csv or .xlsx",
        ".hidden.csv": "hidden",
        ".git": "hidden",
        "__MACOSX": "hidden",
        "~$open.xlsx": "hidden",
    }


def test_a_hidden_file_may_be_named(given: Path, scratch: Path) -> None:
    assert seen(put(given / ".x.csv"), scratch) == [(".x.csv", None)]


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.xlsx", "a.zip"])
def test_a_broken_table_in_a_folder_is_named_and_the_others_are_read(
    given: Path, scratch: Path, name: str
) -> None:
    put(given / "2012-2013" / name, b"\x00broken")
    put(given / "2012-2013" / "b.csv")
    first, second = tables(given, scratch)
    assert isinstance(first, Damaged)
    assert str(first.error).startswith(f"2012-2013/{name}")
    assert isinstance(second, TableFile)
    assert second.name == "2012-2013/b.csv"


@pytest.mark.parametrize("name", ["a.pdf", "a", "a.xls", "a.txt"])
def test_one_file_that_is_not_a_table_is_an_error(given: Path, scratch: Path, name: str) -> None:
    with pytest.raises(ReleaseError, match=rf"^{name}: not .*Available: \.csv, \.tsv") as caught:
        list(tables(put(given / name), scratch))
    assert caught.value.exit_code == 4


@pytest.mark.parametrize("name", ["missing", "missing.csv", "nul\0l.csv", "x" * 5_000])
def test_nothing_at_the_path_is_an_error(given: Path, scratch: Path, name: str) -> None:
    with pytest.raises(ReleaseError, match="there is no such file or folder"):
        list(tables(given / name, scratch))


def test_what_is_not_a_file_is_not_opened(given: Path, scratch: Path) -> None:
    os.mkfifo(given / "pipe.csv")  # to open it would wait for a writer
    assert seen(given, scratch) == [("pipe.csv", "neither a file nor a folder")]
    with pytest.raises(ReleaseError, match=r"^pipe\.csv: this is not a file"):
        list(tables(given / "pipe.csv", scratch))


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_what_may_not_be_read_is_an_error(given: Path, scratch: Path) -> None:
    put(given / "x.csv").chmod(0)
    with pytest.raises(ReleaseError, match=r"^x\.csv: this cannot be read: Permission denied"):
        list(tables(given, scratch))


def test_links_are_followed_to_files_inside_only(given: Path, scratch: Path) -> None:
    outside = put(given.parent / "outside" / "secret.csv")
    put(given / ".objects" / "abc")
    put(given / "in" / "x.csv")
    (given / "loop").symlink_to(given)
    (given / "self.csv").symlink_to(given / "self.csv")
    (given / "nowhere.csv").symlink_to(given / "gone.csv")
    (given / "out.csv").symlink_to(outside)
    (given / "out").symlink_to(outside.parent)
    (given / "kept.csv").symlink_to(given / ".objects" / "abc")
    assert seen(given, scratch) == [
        (".objects", "hidden"),
        ("in/x.csv", None),
        ("kept.csv", None),
        ("loop", "a link to a folder, which is read under its own name"),
        ("nowhere.csv", "neither a file nor a folder"),
        ("out", "a link that leads outside the folder"),
        ("out.csv", "a link that leads outside the folder"),
        ("self.csv", "neither a file nor a folder"),
    ]


def test_a_folder_may_be_deeper_than_the_interpreter_recurses(given: Path, scratch: Path) -> None:
    folders = [f"{given}/{'d/' * depth}" for depth in range(1, 1_201)]
    for folder in folders:
        os.mkdir(folder)
    Path(folders[-1], "x.csv").write_bytes(TABLE)
    try:
        assert seen(given, scratch) == [("d/" * 1_200 + "x.csv", None)]
    finally:  # here, as what clears up after the tests does recurse
        Path(folders[-1], "x.csv").unlink()
        for folder in reversed(folders):
            os.rmdir(folder)


def test_names_are_safe_to_show(given: Path, scratch: Path) -> None:
    put(given / "a\x1b[31m\n.csv")
    Path(os.fsdecode(os.fsencode(given) + b"/b\xff.csv")).write_bytes(TABLE)
    names = [name for name, _ in seen(given, scratch)]
    assert names == ["a\ufffd[31m\ufffd.csv", "b\ufffd.csv"]


@pytest.mark.parametrize(
    ("folder", "year"),
    [
        ("2012-2013", 2013),
        ("2012_13", 2013),
        ("2012-13", 2013),
        ("201213", 2013),
        ("20122013", 2013),
        ("2012\u201313", 2013),
        ("england 2012 2013 final", 2013),
        ("performance-tables-2012-2013_v2", 2013),
        ("1999-00", 2000),
        ("2009-2010", 2010),
        ("2012", None),
        ("2012-2014", None),
        ("2012-14", None),
        ("2011-12-05", None),
        ("12012-2013", None),
        ("2012-20134", None),
        ("2012-13 to 2014-15", None),
        ("release", None),
    ],
)
def test_year_of_a_folder(given: Path, scratch: Path, folder: str, year: int | None) -> None:
    put(given / folder / "x.csv")
    assert seen(given, scratch) == [(f"{folder}/x.csv", year)]
    assert seen(given / folder, scratch) == [("x.csv", year)]
    assert seen(given / folder / "x.csv", scratch) == [("x.csv", year)]


def test_year_is_of_the_nearest_name_and_never_of_the_file(given: Path, scratch: Path) -> None:
    put(given / "2012-2013" / "ks4" / "2015-2016.csv")
    put(given / "2012-2013" / "2013-2014" / "x.csv")
    with zipfile.ZipFile(given / "2012-2013" / "tables_2014-15.zip", "w") as bundle:
        bundle.writestr("x.csv", TABLE)
        bundle.writestr("2016-17/2018-19.csv", TABLE)
    put(given / "2019-2020.csv")
    assert seen(given, scratch) == [
        ("2012-2013/2013-2014/x.csv", 2014),
        ("2012-2013/ks4/2015-2016.csv", 2013),
        ("2012-2013/tables_2014-15.zip > 2016-17/2018-19.csv", 2017),
        ("2012-2013/tables_2014-15.zip > x.csv", 2015),
        ("2019-2020.csv", None),
    ]


def test_here_is_the_folder_it_is(
    given: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(given / "2012-2013" / "x.csv")
    monkeypatch.chdir(given / "2012-2013")
    assert seen(Path("."), scratch) == [("x.csv", 2013)]
    assert seen(Path("x.csv"), scratch) == [("x.csv", 2013)]
    assert seen(Path(".."), scratch) == [("2012-2013/x.csv", 2013)]


def test_nothing_is_written_but_to_scratch(given: Path, scratch: Path) -> None:
    put(given / "x.csv")
    put(given / "y.csv")
    before = sorted(given.parent.rglob("*"))
    found = [item for item in tables(given, scratch) if isinstance(item, TableFile)]
    texts = [item.text for item in found]
    assert len(set(texts)) == 2
    assert all(text.parent == scratch for text in texts)
    assert sorted(given.parent.rglob("*")) == sorted([*before, *texts])


@pytest.mark.published
def test_published_folder(data_dir: Path, scratch: Path) -> None:
    found = []
    for item in tables(data_dir / "dfe", scratch):
        if isinstance(item, PassedOver):
            pytest.fail(f"{item.name} passed over: {item.reason}")
        if item.encoding != "xlsx":
            found.append(item)
            assert item.year == int(item.name[5:9])
    by_name = {item.name: item for item in found}
    assert len(found) == len(list((data_dir / "dfe").rglob("*.csv")))
    tab = by_name["2009-2010/england_ks4.csv"]
    assert (tab.separator, len(tab.header), len(cells(tab))) == ("\t", 63, 5_333)
    assert by_name["2013-2014/england_ks4.csv"].encoding == "cp1252"
    assert by_name["2016-2017/england_abs.csv"].encoding == "utf-8-sig"
    returns_only = by_name["2015-2016/ks4_meta.csv"]
    assert (len(returns_only.header), len(cells(returns_only))) == (8, 373)
    short = by_name["2017-2018/england_ks4provisional.csv"]
    assert (short.trimmed, len(short.header), len(cells(short))) == (633, 25, 5_666)
    assert [item.name for item in found if item.trimmed] == [short.name]
    for item in (tab, short, returns_only, by_name["2013-2014/england_ks4.csv"]):
        assert in_duckdb(item) == [tuple(c or None for c in row) for row in cells(item)[1:]]
