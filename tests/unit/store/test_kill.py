"""An ingest that is killed leaves the store as it was, and usable."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from small_tables import contents, csv_text, stored, written

from codebreakers.sources.england import LAYOUTS
from codebreakers.store import Store

ROWS = 1_000

# Says what it is about to do, and stops short of the end until it is told to go on.
INGEST = """
import sys
from pathlib import Path
from codebreakers.store import Store, canonical, loading, opening

pass_on, record, real_put = loading.pass_on, canonical.record, opening._put

def say(what):
    print(what, flush=True)

def saying(found, connection, statement):
    say(" ".join(statement.split()[:3]))
    pass_on(found, connection, statement)

def stopping(*given):
    record(*given)
    say("recorded")
    sys.stdin.readline()

def put(made, path):
    say("made")
    real_put(made, path)

loading.pass_on, canonical.record, opening._put = saying, stopping, put
Store(Path(sys.argv[1])).ingest(sys.argv[2], year=int(sys.argv[3]))
say("ended")
"""


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a table of 1,000 schools and every column of 2017/18: half a million cells."""
    layout = next(layout for layout in LAYOUTS if layout.name == "ks4-2018")
    names = list(layout.columns)
    rows = [
        ["1" if n == "RECTYPE" else str(100_000 + i) if n == "URN" else f"{i % 89}" for n in names]
        for i in range(ROWS)
    ]
    return written(tmp_path_factory.mktemp("large"), csv_text(rows, names))


def killed_at(store: Path, file: Path, moment: str, year: int = 2018) -> None:
    """Ingest in another process, and kill it as soon as it says that it has come to a moment."""
    with subprocess.Popen(
        [sys.executable, "-c", INGEST, str(store), str(file), str(year)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        # What is killed cannot clear up after itself: its scratch files go with the test's own.
        env=os.environ | {"TMPDIR": str(store.parent)},
    ) as child:
        assert child.stdout is not None
        said = []
        for line in child.stdout:
            said.append(line.strip())
            if said[-1] in (moment, "recorded"):
                break
        child.kill()
    assert said[-1] == moment, said
    assert child.returncode == -signal.SIGKILL


MOMENTS = [
    "INSERT INTO cells",
    "INSERT INTO series",
    "INSERT INTO words",
    "recorded",
]


def test_a_killed_ingest_leaves_the_store_as_it_was_and_usable(tmp_path: Path, large: Path) -> None:
    store = stored(tmp_path / "s.duckdb")
    before = contents(store)
    for moment in MOMENTS:
        killed_at(store.path, large, moment)
        assert contents(store) == before, moment
    killed_at(store.path, written(tmp_path / "r", csv_text(), "r.csv"), "recorded", year=2012)
    assert contents(store) == before
    (one,) = store.ingest(large, year=2018)
    assert (one.state, one.rows) == ("new", ROWS)
    assert [r.year for r in store.releases()] == [2013, 2018]


def test_a_killed_replacement_leaves_what_was_to_be_replaced(tmp_path: Path, large: Path) -> None:
    store = Store(tmp_path / "s.duckdb")
    store.ingest(large, year=2018)
    (before,) = store.releases()
    revised = written(tmp_path / "revised", large.read_bytes().replace(b'"17"', b'"18"'))
    killed_at(store.path, revised, "recorded")
    assert store.releases() == (before,)
    (one,) = store.ingest(revised, year=2018)
    assert one.state == "replaced"
    assert store.releases()[0].replaced == (before.sha256,)


@pytest.mark.parametrize("moment", ["made", "INSERT INTO cells"])
def test_a_new_store_whose_first_ingest_is_killed_is_usable(
    tmp_path: Path, large: Path, moment: str
) -> None:
    store = Store(tmp_path / "s.duckdb")
    killed_at(store.path, large, moment)
    if store.path.exists():
        assert store.releases() == ()
    assert [one.state for one in store.ingest(large, year=2018)] == ["new"]
    assert [r.rows for r in store.releases()] == [ROWS]
