"""One process writes or several read; who comes second waits, or is told who holds the store."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest
from small_tables import ROWS, csv_text, stored, written

from codebreakers.errors import StoreError
from codebreakers.store import Store, opening

BRIEFLY = 0.3  # seconds to wait for what will not come
LONG = 60.0  # seconds to wait for what will come soon
HOLD = """
import sys
from pathlib import Path
from typing import Any
from codebreakers.store.opening import connect
with connect(Path(sys.argv[1]), read_only=sys.argv[2] == "read"):
    print("held", flush=True)
    sys.stdin.readline()
"""


@contextmanager
def held_by_another(path: Path, how: str) -> Iterator[subprocess.Popen[str]]:
    """Have another process open the store, to read or to write, until its input ends."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path), how],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as holder:
        try:
            assert holder.stdout is not None
            assert holder.stdout.readline() == "held\n"
            yield holder
        finally:
            holder.kill()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = stored(tmp_path / "s.duckdb")
    made.wait = BRIEFLY
    return made


def uses(store: Store) -> dict[str, Callable[[], object]]:
    file = written(store.path.parent / "2011-2012", csv_text(ROWS[:1]))
    return {"read": store.releases, "write": lambda: store.ingest(file)}


@pytest.mark.parametrize(
    ("theirs", "ours"), [("write", "write"), ("write", "read"), ("read", "write")]
)
def test_who_waits_in_vain_is_told_which_process_holds_the_store(
    store: Store, theirs: str, ours: str
) -> None:
    use = uses(store)[ours]
    with held_by_another(store.path, theirs) as holder:
        began = time.monotonic()
        with pytest.raises(StoreError) as caught:
            use()
        assert time.monotonic() - began >= BRIEFLY
        assert f"(PID {holder.pid})" in caught.value.message
        assert str(store.path) in caught.value.message
        assert caught.value.exit_code == 4
        assert caught.value.remedy
    assert [r.year for r in store.releases()] == [2013]


@pytest.mark.parametrize(
    ("theirs", "ours"), [("write", "write"), ("write", "read"), ("read", "write")]
)
def test_who_waits_goes_on_when_the_other_ends(
    store: Store, theirs: str, ours: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.wait = LONG
    use = uses(store)[ours]
    waited = threading.Event()
    sleep = time.sleep

    def noticed(seconds: float) -> None:
        waited.set()
        sleep(seconds)

    monkeypatch.setattr("codebreakers.store.opening.time.sleep", noticed)
    results: list[object] = []
    with held_by_another(store.path, theirs) as holder:
        thread = threading.Thread(target=lambda: results.append(use()))
        thread.start()
        assert waited.wait(LONG)
        assert results == []
        holder.communicate("\n", timeout=LONG)
        thread.join(LONG)
    assert len(results) == 1
    assert len(store.releases()) == (2 if ours == "write" else 1)


def test_readers_do_not_keep_one_another_out(store: Store) -> None:
    with held_by_another(store.path, "read"):
        assert len(store.releases()) == 1


def test_a_thread_that_reads_keeps_a_writer_of_its_own_process_waiting(store: Store) -> None:
    with store.reading(), pytest.raises(StoreError) as caught:
        uses(Store(store.path, wait=BRIEFLY))["write"]()
    assert f"this process (PID {os.getpid()})" in caught.value.message
    assert len(store.releases()) == 1


def test_threads_that_write_do_so_one_after_the_other(store: Store) -> None:
    folders = [store.path.parent / year for year in ("2010-2011", "2011-2012")]
    files = [written(folder, csv_text(ROWS[:1])) for folder in folders]
    found: list[object] = []

    def write(file: Path) -> None:
        found.extend(Store(store.path, wait=LONG).ingest(file))

    threads = [threading.Thread(target=write, args=(file,)) for file in files]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONG)
    assert len(found) == 2
    assert sorted(r.year for r in store.releases()) == [2011, 2012, 2013]
    assert sorted(r.id for r in store.releases()) == [1, 2, 3]


def test_a_writer_of_another_thread_is_told_of_its_own_process(store: Store) -> None:
    told: list[StoreError] = []

    def write() -> None:
        try:
            uses(store)["write"]()
        except StoreError as error:
            told.append(error)

    with opening.connect(store.path, read_only=False):
        thread = threading.Thread(target=write)
        thread.start()
        thread.join(LONG)
    assert f"this process (PID {os.getpid()})" in told[0].message


def test_a_store_taken_away_while_another_waits_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second writer opens the file that the first, refused, is about to take away."""
    path = tmp_path / "s.duckdb"
    file = written(tmp_path / "2012-2013")
    connect = duckdb.connect
    taken: list[Path] = []

    def taken_away(name: str, **given: Any) -> duckdb.DuckDBPyConnection:
        connection = connect(name, **given)
        if name == str(path) and not taken:
            taken.append(path)
            path.unlink()
        return connection

    monkeypatch.setattr("codebreakers.store.opening.duckdb.connect", taken_away)
    assert [one.state for one in Store(path).ingest(file)] == ["new"]
    assert taken
    assert len(Store(path).releases()) == 1


def test_a_new_store_that_was_given_nothing_leaves_nothing_behind(tmp_path: Path) -> None:
    written(tmp_path / "in", b"To whom it may concern", "readme.txt")
    store = Store(tmp_path / "s.duckdb")
    assert [one.state for one in store.ingest(tmp_path / "in")] == ["passed over"]
    assert [p.name for p in tmp_path.iterdir()] == ["in"]
