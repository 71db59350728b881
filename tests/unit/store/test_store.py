"""A store is opened whole, read by many at once, and is what it says it is."""

from __future__ import annotations

import threading
from pathlib import Path

import duckdb
import narwhals as nw
import pytest
from small_tables import ROWS, cells, contents, csv_text, stored, written

from codebreakers.errors import CannotAnswerError, CodebreakersError, RequestError, StoreError
from codebreakers.store import DEFAULT_STORE, STORE_VARIABLE, Store, open_store, opening


def test_the_store_opened_is_the_one_named_or_that_of_the_environment_or_the_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(STORE_VARIABLE, raising=False)
    assert open_store().path == Path(DEFAULT_STORE)
    monkeypatch.setenv(STORE_VARIABLE, "theirs.duckdb")
    assert open_store().path == Path("theirs.duckdb")
    assert open_store("mine.duckdb", wait=3).path == Path("mine.duckdb")
    assert open_store("mine.duckdb", wait=3).wait == 3
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(RequestError, match="no folder"):
        open_store(tmp_path / "nowhere" / "s.duckdb")


def test_there_is_nothing_to_read_where_there_is_no_store(tmp_path: Path) -> None:
    with pytest.raises(CannotAnswerError, match="no store"):
        Store(tmp_path / "s.duckdb").releases()
    assert list(tmp_path.iterdir()) == []


def test_a_query_gives_numbers_with_nan_and_words_with_nothing_for_null(tmp_path: Path) -> None:
    found = stored(tmp_path / "s.duckdb").query(
        lambda reader: (
            reader.frame("results")
            .filter(nw.col("measure") == "PTAC5EM", nw.col("level") == "school")
            .select("school", "value", "code")
            .sort("school")
        )
    )
    assert found["school"].tolist() == ["100001", "100002", "100003"]
    assert found["value"].dtype == float
    assert found["value"][0] == 61
    assert found["value"][1] != found["value"][1]
    assert found["code"].tolist() == ["", "SUPP", "NP"]


def test_queries_inside_reading_share_one_connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = stored(tmp_path / "s.duckdb")
    opened: list[bool] = []
    real = opening._opened

    def counted(*given: object) -> object:
        opened.append(True)
        return real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(opening, "_opened", counted)
    with store.reading():
        store.releases()
        cells(store)
        with store.reading():
            cells(store)
    assert len(opened) == 1
    cells(store)
    assert len(opened) == 2


def test_threads_read_one_store_at_once(tmp_path: Path) -> None:
    store = stored(tmp_path / "s.duckdb")
    expected = contents(store)
    wrong: list[object] = []
    first_has_closed = threading.Event()

    def read(last: bool) -> None:
        try:
            with store.reading():
                if last:
                    first_has_closed.wait(20)
                if contents(store) != expected:
                    wrong.append("other contents")
        except CodebreakersError as error:
            wrong.append(error)
        first_has_closed.set()

    threads = [threading.Thread(target=read, args=(last,)) for last in (True, False, True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert wrong == []


def test_releases_are_read_again_once_another_has_written(tmp_path: Path) -> None:
    store = stored(tmp_path / "s.duckdb")
    assert store.releases() is store.releases()
    Store(store.path).ingest(written(tmp_path / "2011-2012", csv_text(ROWS[:1])))
    assert [r.year for r in store.releases()] == [2012, 2013]


@pytest.mark.parametrize("content", [b"", b"not a store at all " * 500], ids=["empty", "text"])
def test_a_file_that_is_no_store_is_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "s.duckdb"
    path.write_bytes(content)
    file = written(tmp_path / "given")
    for use in (Store(path).releases, lambda: Store(path).ingest(file, year=2013)):
        with pytest.raises(StoreError) as caught:
            use()
        assert caught.value.exit_code == 4
        assert str(path) in caught.value.message
        assert "--store" in caught.value.remedy
    assert path.read_bytes() == content


def test_a_database_of_something_else_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "s.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE theirs AS SELECT 42 AS answer")
    held = path.read_bytes()
    for use in (Store(path).releases, lambda: Store(path).ingest(written(tmp_path), year=2013)):
        with pytest.raises(StoreError, match="not a codebreakers store") as caught:
            use()
        assert caught.value.available == ("table theirs",)
    assert path.read_bytes() == held


def test_a_damaged_store_is_an_error_of_ours(tmp_path: Path) -> None:
    store = stored(tmp_path / "s.duckdb")
    whole = store.path.read_bytes()
    met = []
    for at in range(0, len(whole), 1 << 17):
        torn = Store(tmp_path / f"torn{at}.duckdb")
        torn.path.write_bytes(whole[:at] + b"\xa5" * 4096 + whole[at + 4096 :])
        try:
            contents(torn)
        except StoreError as error:
            met.append(error)
    assert met
    cut = tmp_path / "cut.duckdb"
    cut.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(StoreError):
        contents(Store(cut))


def test_a_store_is_a_file_whatever_it_is_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = written(tmp_path / "given")
    for name in (":memory:", ":memory:named", "md:x"):
        Store(Path(name)).ingest(file, year=2013)
        assert (tmp_path / name).is_file()
        assert len(Store(Path(name)).releases()) == 1


def test_a_store_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreError, match="cannot be made"):
        Store(tmp_path / "file" / "s.duckdb").ingest(written(tmp_path / "given"), year=2013)


@pytest.mark.parametrize("links", [True, False], ids=["links", "no links"])
def test_a_store_that_another_has_just_made_is_not_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    if not links:

        def refuse(made: Path, path: Path) -> None:
            raise PermissionError(1, "the file system has no links")

        monkeypatch.setattr("codebreakers.store.opening.os.link", refuse)
    store = stored(tmp_path / "s.duckdb")
    held = store.path.read_bytes()
    opening._make(store.path)
    assert store.path.read_bytes() == held
    assert sorted(p.name for p in tmp_path.iterdir()) == ["given", "s.duckdb"]


def test_nothing_is_downloaded_behind_anyones_back(tmp_path: Path) -> None:
    store = stored(tmp_path / "s.duckdb")
    for read_only in (True, False):
        with opening.connect(store.path, read_only=read_only) as connection:
            settings = connection.execute(
                "SELECT name, value FROM duckdb_settings() WHERE name LIKE 'auto%extensions'"
            ).fetchall()
        assert sorted(settings) == [
            ("autoinstall_known_extensions", "false"),
            ("autoload_known_extensions", "false"),
        ]
