"""A newer store is refused; an older one is made anew from its files, or left as it is."""

from __future__ import annotations

import logging
import shutil
import zipfile
from pathlib import Path

import duckdb
import pytest
from small_tables import HEADER, ROWS, cells, contents, csv_text, stored, written
from test_workbooks import workbook

from codebreakers.errors import StoreError
from codebreakers.store import Store
from codebreakers.store.schema import VERSION

FIRST = csv_text(ROWS[:1])
LINK = ("100001", "100002", "3")
OF_2012 = csv_text(ROWS[1:3])


def stamp(path: Path, *statements: str) -> None:
    """Make a store as another version would have left it."""
    with duckdb.connect(str(path)) as connection:
        for statement in statements:
            connection.execute(statement)


def aged(store: Store) -> None:
    """Make a store an older version's: its tables of values are not what they are now."""
    stamp(
        store.path,
        "UPDATE meta SET version = 0",
        "DROP VIEW results",
        "DROP TABLE cells",
        "ALTER TABLE notes DROP COLUMN rows",
    )


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Hold a file given with its year and revised, a folder of two, and a zip."""
    store = Store(tmp_path / "s.duckdb", wait=1)
    store.ingest(written(tmp_path / "given", FIRST), year=2013)
    store.ingest(written(tmp_path / "given"), year=2013)
    written(tmp_path / "in" / "2011-2012", OF_2012, "a.csv")
    written(tmp_path / "in" / "2010-2011", FIRST, "b.csv")
    store.ingest(tmp_path / "in")
    with zipfile.ZipFile(tmp_path / "t.zip", "w") as bundle:
        bundle.writestr("c.csv", csv_text([LINK], ["URN", "NEIGHBOUR_URN", "DIST"]))
    store.ingest(tmp_path / "t.zip")
    return store


def by_year(store: Store) -> dict[int, tuple[object, ...]]:
    return {
        r.year: (r.layout, r.sha256, r.file, r.path, r.replaced, r.year_from)
        for r in store.releases()
    }


def test_a_newer_store_is_refused_and_left_alone(store: Store, tmp_path: Path) -> None:
    stamp(store.path, f"UPDATE meta SET version = {VERSION + 1}")
    held = store.path.read_bytes()
    for use in (
        Store(store.path).releases,
        lambda: Store(store.path).ingest(tmp_path / "in"),
    ):
        with pytest.raises(StoreError, match="a newer version") as caught:
            use()
        assert caught.value.exit_code == 4
        assert str(VERSION + 1) in caught.value.message
        assert "Upgrade" in caught.value.remedy
    assert store.path.read_bytes() == held


@pytest.mark.parametrize("how", ["read", "write"])
def test_an_older_store_is_made_anew_from_its_files(
    store: Store, tmp_path: Path, how: str, caplog: pytest.LogCaptureFixture
) -> None:
    values, releases = cells(store), by_year(store)
    assert len(releases) == 4
    assert releases[2013][4] != ()
    aged(store)
    written(tmp_path / "in" / "2014-2015", FIRST, "unasked.csv")
    beside = sorted(tmp_path.iterdir())
    again = Store(store.path, wait=1)
    with caplog.at_level(logging.INFO):
        if how == "write":
            file = tmp_path / "given" / "england_ks4.csv"
            assert [one.state for one in again.ingest(file, year=2013)] == ["unchanged"]
        assert by_year(again) == releases
    assert "older version" in caplog.text
    assert cells(again) == values
    assert sorted(tmp_path.iterdir()) == beside


def test_the_file_as_it_was_comes_from_wherever_it_now_is_in_the_folder(
    store: Store, tmp_path: Path
) -> None:
    values = cells(store)
    aged(store)
    (tmp_path / "in" / "2011-2012" / "a.csv").rename(tmp_path / "in" / "2011-2012" / "z.csv")
    assert cells(Store(store.path)) == values


def test_where_files_are_gone_or_changed_the_old_store_stays(store: Store, tmp_path: Path) -> None:
    aged(store)
    (tmp_path / "in" / "2011-2012" / "a.csv").write_bytes(csv_text(ROWS[:2]))
    (tmp_path / "in" / "2010-2011" / "b.csv").unlink()
    (tmp_path / "t.zip").unlink()
    held, beside = store.path.read_bytes(), sorted(tmp_path.iterdir())
    for use in (
        Store(store.path).releases,
        lambda: Store(store.path).ingest(tmp_path / "given", year=2013),
    ):
        with pytest.raises(StoreError) as caught:
            use()
        assert caught.value.exit_code == 4
        for said in ("2011-2012/a.csv", "has changed", "2010-2011/b.csv", "is gone", "t.zip"):
            assert said in caught.value.message
        assert "england_ks4.csv" not in caught.value.message
        assert "Put these files back" in caught.value.remedy
    assert store.path.read_bytes() == held
    assert sorted(tmp_path.iterdir()) == beside


def test_a_file_that_this_version_cannot_read_is_named(store: Store, tmp_path: Path) -> None:
    aged(store)
    file = tmp_path / "given" / "england_ks4.csv"
    file.write_bytes(b"")
    with pytest.raises(StoreError, match=r"england_ks4\.csv .*the file is empty"):
        Store(store.path).releases()


def test_a_workbook_with_other_sheets_is_read_again(tmp_path: Path) -> None:
    book = workbook(tmp_path / "b.xlsx", Cover=[["Title", "Page"]], T=[[*HEADER], [*ROWS[0]]])
    store = Store(tmp_path / "s.duckdb")
    store.ingest(book, year=2013)
    values = cells(store)
    aged(store)
    assert cells(Store(store.path)) == values


def test_an_older_store_without_a_record_of_its_files_is_refused(tmp_path: Path) -> None:
    store = stored(tmp_path / "s.duckdb")
    stamp(store.path, "UPDATE meta SET version = 0", "ALTER TABLE releases DROP COLUMN path")
    held = store.path.read_bytes()
    with pytest.raises(StoreError, match="does not say what it was read from"):
        Store(store.path).releases()
    assert store.path.read_bytes() == held


def test_a_store_made_anew_is_not_made_anew_again(store: Store, tmp_path: Path) -> None:
    aged(store)
    expected = contents(Store(store.path))
    shutil.rmtree(tmp_path / "in")
    assert contents(Store(store.path)) == expected
