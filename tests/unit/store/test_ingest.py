"""A file is one release or a clear error, and what was held is then as it was."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from small_tables import HEADER, ROWS, cells, contents, csv_text, stored, written
from test_workbooks import Cell, workbook

from codebreakers.errors import (
    ReleaseError,
    RequestError,
    SourceError,
    StoreError,
)
from codebreakers.sources.england import MADE_UP_COLUMN
from codebreakers.store import Store, releases

REVISED = csv_text([("1", "201", "4000", "100001", "Ash School", "101", "62%", "30", "41%")])
THIRD = csv_text([("1", "201", "4000", "100001", "Ash School", "102", "63%", "30", "42%")])


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return stored(tmp_path / "s.duckdb")


def test_a_file_is_one_release_with_its_provenance(store: Store, tmp_path: Path) -> None:
    (release,) = store.releases()
    assert (release.id, release.dataset, release.layout) == (1, "ks4", "ks4-2013")
    assert (release.year, release.year_from, release.status) == (2013, "option", "final")
    assert release.file == "england_ks4.csv"
    assert release.path == str(tmp_path / "given" / "england_ks4.csv")
    assert release.sha256 == sha256(csv_text())
    assert (release.replaced, release.made_up, release.unread) == ((), False, ())
    assert (release.rows, release.copies, release.set_aside) == (5, 0, 0)
    assert (release.encoding, release.separator) == ("utf-8", ",")
    assert release.licence.startswith("Open Government Licence")


@pytest.mark.parametrize("name", ["england_ks4.csv", "anything else.csv"])
def test_the_same_bytes_twice_are_one_release(store: Store, tmp_path: Path, name: str) -> None:
    before = contents(store)
    (one,) = store.ingest(written(tmp_path / "again", name=name), year=2013)
    assert (one.file, one.state, one.dataset, one.year) == (name, "unchanged", "ks4", 2013)
    assert contents(store) == before


def test_the_same_bytes_in_a_zip_are_the_same_release(store: Store, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "t.zip", "w") as bundle:
        bundle.writestr("2012-2013/x.csv", csv_text())
    (one,) = store.ingest(tmp_path / "t.zip")
    assert one.state == "unchanged"
    assert len(store.releases()) == 1


def test_a_revision_replaces_and_every_hash_stays(store: Store, tmp_path: Path) -> None:
    (one,) = store.ingest(written(tmp_path / "2", REVISED), year=2013)
    assert one.state == "replaced"
    (release,) = store.releases()
    assert release.sha256 == sha256(REVISED)
    assert release.replaced == (sha256(csv_text()),)
    assert cells(store) == {
        ("100001", "TPUP"): 101,
        ("100001", "PTAC5EM"): 62,
        ("100001", "TFSMCLA"): 30,
        ("100001", "PTAC5EMFSM"): 41,
    }
    store.ingest(written(tmp_path / "3", THIRD), year=2013)
    (release,) = store.releases()
    assert release.replaced == (sha256(REVISED), sha256(csv_text()))
    numbers = {
        row[0] for name in ("results", "labels", "holdings") for row in contents(store)[name]
    }
    assert len(numbers) == 1


def test_another_year_is_another_release(store: Store, tmp_path: Path) -> None:
    (one,) = store.ingest(written(tmp_path / "2011-2012", REVISED))
    assert (one.state, one.year) == ("new", 2012)
    assert [(r.year, r.year_from) for r in store.releases()] == [
        (2012, "folder"),
        (2013, "option"),
    ]


def test_each_release_is_a_transaction_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path / "in" / "2011-2012", REVISED, "a.csv")
    written(tmp_path / "in" / "2012-2013", csv_text(), "b.csv")
    record = releases.record

    def failing(connection: object, release: object) -> None:
        record(connection, release)  # type: ignore[arg-type]
        if release.year == 2013:  # type: ignore[attr-defined]
            raise KeyboardInterrupt

    monkeypatch.setattr("codebreakers.store.canonical.record", failing)
    store = Store(tmp_path / "s.duckdb")
    with pytest.raises(KeyboardInterrupt):
        store.ingest(tmp_path / "in")
    (release,) = store.releases()
    assert release.year == 2012
    assert {row[1] for row in contents(store)["results"]} == {"np.float64(2012.0)"}


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("SELECT 'not a figure'::INTEGER", ReleaseError),
        ("COPY releases TO '/nowhere/not a figure'", SourceError),
    ],
)
def test_what_the_engine_cannot_take_is_an_error_and_undone(
    store: Store,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    statement: str,
    kind: type[SourceError],
) -> None:
    before = contents(store)

    def failing(connection: duckdb.DuckDBPyConnection, release: object) -> None:
        connection.execute(statement)

    monkeypatch.setattr("codebreakers.store.canonical.record", failing)
    with pytest.raises(SourceError, match=r"england_ks4\.csv: .*not a figure") as caught:
        store.ingest(written(tmp_path / "2", REVISED), year=2013)
    assert type(caught.value) is kind
    assert caught.value.exit_code == 4
    assert contents(store) == before


def renamed(content: bytes) -> bytes:
    return content.replace(b"PTAC5EM", b"PTAC5EMX", 1)


BROKEN: dict[str, tuple[Callable[[bytes], bytes], str, str]] = {
    "empty": (lambda _: b"", "", "empty"),
    "only a header": (lambda c: c.split(b"\n")[0], ", line 1", "no rows"),
    "cut off in a row": (lambda c: c[:-8], ", line 6", "8 cells"),
    "cut off in a cell": (lambda c: c[:-3], ", line 6", "quotation mark"),
    "binary": (lambda c: c[:200] + b"\0\1\2" + c[200:], ", line 3", "binary"),
    "a picture": (lambda c: b"\x89PNG\r\n" + c, "", "PNG"),
    "UTF-16": (lambda c: c.decode().encode("utf-16"), "", "UTF-16"),
    "wrongly encoded": (lambda c: c.replace(b"Beech", b"\xe9\x81"), ", line 3", "Windows-1252"),
    "not a table of ours": (lambda c: c.replace(b"RECTYPE", b"KIND"), ", line 1", "KIND"),
    "a column renamed": (renamed, ", line 1", "'PTAC5EMX' may be 'PTAC5EM' renamed"),
    "a column twice": (lambda c: c.replace(b"TFSMCLA", b"tpup"), "", "tpup"),
    "a cell too many": (lambda c: c.replace(b'"SUPP"', b'"SUPP",""'), ", line 3", "cells"),
    "two rows of one school": (
        lambda c: c.replace(b"100002", b"100001"),
        ", line 3",
        "this one and line 2",
    ),
    "prose": (lambda c: c.replace(b"SUPP", b"suppressed, sorry"), ", line 3", "PTAC5EM"),
    "a web page": (lambda c: b"<!DOCTYPE html><p>" + c, "", "web page"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_file_is_one_clear_error_and_changes_nothing(
    store: Store, tmp_path: Path, what: str
) -> None:
    damage, line, said = BROKEN[what]
    file = written(tmp_path / "broken", damage(csv_text()))
    held, files = store.path.read_bytes(), sorted(store.path.parent.iterdir())
    with pytest.raises(ReleaseError) as caught:
        store.ingest(file, year=2013)
    assert caught.value.exit_code == 4
    assert caught.value.message.startswith(f"england_ks4.csv{line}")
    assert said in str(caught.value)
    assert caught.value.remedy or caught.value.available
    assert store.path.read_bytes() == held
    assert sorted(store.path.parent.iterdir()) == files

    new = Store(tmp_path / "new.duckdb")
    with pytest.raises(ReleaseError):
        new.ingest(file, year=2013)
    assert sorted(store.path.parent.iterdir()) == files


def test_prose_found_late_leaves_the_contents_as_they_were(store: Store, tmp_path: Path) -> None:
    before = contents(store)
    rows = [(*ROWS[0][:3], str(110_000 + i), *ROWS[0][4:]) for i in range(5_000)]
    rows.append((*ROWS[0][:8], "prose where a number belongs"))
    with pytest.raises(ReleaseError, match="line 5002"):
        store.ingest(written(tmp_path / "late", csv_text(rows)), year=2013)
    assert contents(store) == before


def test_the_broken_file_of_a_folder_is_refused_and_the_others_read(tmp_path: Path) -> None:
    written(tmp_path / "in" / "2011-2012", REVISED, "a.csv")
    written(tmp_path / "in" / "2012-2013", csv_text()[:-22], "b.csv")
    written(tmp_path / "in", b"To whom it may concern", "readme.txt")
    store = Store(tmp_path / "s.duckdb")
    begun: list[str] = []
    found = {one.file: one for one in store.ingest(tmp_path / "in", progress=begun.append)}
    assert {name: one.state for name, one in found.items()} == {
        "2011-2012/a.csv": "new",
        "2012-2013/b.csv": "refused",
        "readme.txt": "passed over",
    }
    assert found["2012-2013/b.csv"].said.startswith("2012-2013/b.csv, line 6")
    assert begun == [*found]
    assert [r.year for r in store.releases()] == [2012]


def test_made_up_and_real_schools_are_never_mixed(store: Store, tmp_path: Path) -> None:
    made_up = csv_text([(*row, "1") for row in ROWS], [*HEADER, MADE_UP_COLUMN])
    before = contents(store)
    with pytest.raises(ReleaseError, match="made up") as caught:
        store.ingest(written(tmp_path / "2011-2012", made_up))
    assert "--store" in caught.value.remedy
    assert contents(store) == before

    other = Store(tmp_path / "other.duckdb")
    other.ingest(written(tmp_path / "2011-2012", made_up))
    assert [r.made_up for r in other.releases()] == [True]
    with pytest.raises(ReleaseError, match="these are real schools"):
        other.ingest(written(tmp_path / "2012-2013"))


def test_two_sheets_of_one_table_and_year_are_not_guessed_between(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [[*HEADER], [*ROWS[0]]]
    other: list[list[Cell]] = [[*HEADER], [*ROWS[1]]]
    book = workbook(tmp_path / "both.xlsx", First=rows, Second=other, Notes=[["see", "over"]])
    store = Store(tmp_path / "s.duckdb")
    found = store.ingest(book, year=2013)
    assert [one.state for one in found] == ["new", "refused", "passed over"]
    assert "'First'" in found[1].said
    assert {school for school, _ in cells(store)} == {"100001"}
    again = store.ingest(book, year=2013)
    assert [one.state for one in again] == ["unchanged", "refused", "passed over"]


def test_a_workbook_whose_table_is_broken_says_what_is_wrong_with_the_table(
    tmp_path: Path,
) -> None:
    twice: list[list[Cell]] = [[*HEADER], [*ROWS[0]], [*ROWS[0][:5], "7", *ROWS[0][6:]]]
    book = workbook(tmp_path / "b.xlsx", Cover=[["Title", "Page"], ["a", "b"]], Table=twice)
    with pytest.raises(ReleaseError, match=r"b\.xlsx > Table.*two different rows"):
        Store(tmp_path / "s.duckdb").ingest(book, year=2013)


def test_a_path_or_year_that_cannot_be_is_a_wrong_request(store: Store, tmp_path: Path) -> None:
    for path, year in ((tmp_path / "nowhere", 2013), (tmp_path / "given", 13)):
        with pytest.raises(RequestError) as caught:
            store.ingest(path, year=year)
        assert caught.value.exit_code == 2
    assert not Store(tmp_path / "new.duckdb").path.exists()


@pytest.mark.parametrize(
    "name",
    [
        'it\'s "quoted"; DROP TABLE x --',
        "with spaces",
        "caf\u00e9 \u5b66\u6821",
        "[a-z]*{x}",
        "%s $1",
    ],
)
def test_hostile_names_of_folders_and_files_are_only_names(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    file = written(folder / "2012-2013", name=f"{name}.csv")
    store = Store(folder / f"{name}.duckdb")
    (one,) = store.ingest(folder / "2012-2013")
    assert (one.state, one.file) == ("new", f"{name}.csv")
    (release,) = store.releases()
    assert (release.file, release.path) == (f"{name}.csv", str(file.parent))
    assert cells(store)["100001", "PTAC5EM"] == 61


@pytest.mark.parametrize("name", ["a?b/s.duckdb", "s?.duckdb"])
def test_a_name_that_the_engine_cannot_keep_to_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "in" / name
    path.parent.mkdir(parents=True)
    file = written(tmp_path / "given")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(StoreError, match="question mark"):
        Store(path).ingest(file, year=2013)
    assert sorted(tmp_path.rglob("*")) == before
