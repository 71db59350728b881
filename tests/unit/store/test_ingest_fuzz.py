"""Whatever a table has become on its way: it is read cell for cell, or refused and undone."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st
from small_tables import HEADER, ROWS, csv_text, frame, written

from codebreakers.errors import CodebreakersError, SourceError
from codebreakers.sources.england import LAYOUTS
from codebreakers.store import Store
from codebreakers.store.ingest import ingest
from codebreakers.store.opening import connect

QUICK = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
BY_NAME = {layout.name: layout for layout in LAYOUTS}
KNOWN = [layout.name for layout in LAYOUTS if layout.dataset != "dictionary"]
DECLARED = BY_NAME["ks4-2013"].columns
SCHOOLS = ROWS[:3]

Table = list[list[str]]

TRICKY = [
    *("", " ", "SUPP", "NE", "0", "-0.26", "58%", "£45,884", "1,234", " 12 ", "12,5", "1_000"),
    *("nan", "inf", "1e999", "0x1A", "\u0661\u0662", "'; DROP TABLE cells; --", '"', "\\"),
    *("100001", "100002", "9" * 20, "1\n2", "\t", "\u00a0", "\x1f", "blank", "z" * 12),
]
cells = st.one_of(
    st.sampled_from(TRICKY),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=14),
    st.floats(allow_nan=False, allow_infinity=False).map(str),
)


def with_cell(table: Table, row: int, column: int, cell: str) -> None:
    line = table[1 + row % (len(table) - 1)]
    line[column % len(line)] = cell


def without_column(table: Table, column: int) -> None:
    for line in table:
        del line[column % len(line)]


def column_twice(table: Table, column: int) -> None:
    for line in table:
        line.append(line[column % len(line)])


def row_twice(table: Table, row: int) -> None:
    table.append(list(table[1 + row % (len(table) - 1)]))


def renamed(table: Table, column: int, name: str) -> None:
    table[0][column % len(table[0])] = name


places = st.integers(0, 20)
changes = st.lists(
    st.one_of(
        st.tuples(st.just(with_cell), places, places, cells),
        st.tuples(st.just(with_cell), places, places, cells),
        st.tuples(st.just(without_column), places),
        st.tuples(st.just(column_twice), places),
        st.tuples(st.just(row_twice), places),
        st.tuples(st.just(renamed), places, st.sampled_from([*HEADER, "ptac5em ", "X", "", '"'])),
    ),
    max_size=4,
)


def mutated(done: Sequence[tuple[object, ...]]) -> Table:
    table = [list(row) for row in (HEADER, *SCHOOLS)]
    for change, *given_to in done:
        if len(table[0]) > 1:
            change(table, *given_to)  # type: ignore[operator]
    return table


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as made:
        yield Path(made)


@pytest.fixture(scope="module")
def store(folder: Path) -> Store:
    store = Store(folder / "s.duckdb")
    store.ingest(written(folder / "2011-2012", csv_text(ROWS[:1])))
    return store


def read(store: Store, folder: Path, content: bytes) -> bool:
    """Ingest anything; say whether it was read. What is held of another year is as it was."""
    before = {r.year: (r.id, r.sha256, r.replaced) for r in store.releases()}
    file = written(folder / "given", content)
    error = None
    try:
        (one,) = store.ingest(file, year=2013)
    except CodebreakersError as met:
        error = met
    event("refused" if error else "read")
    if error is not None:
        assert isinstance(error, SourceError)
        assert error.exit_code == 4
        assert error.message.startswith("england_ks4.csv")
        assert {r.year: (r.id, r.sha256, r.replaced) for r in store.releases()} == before
        return False
    assert one.state in ("new", "replaced", "unchanged")
    assert {r.year for r in store.releases()} == {2012, 2013}
    return True


def plain(cell: str) -> float | None:
    """Return the number that a cell plainly is: the obvious way, in plain Python."""
    text = cell.strip(" ")
    if text.count("%") <= 1 and text.endswith("%"):
        text = text[:-1]
    whole, _, part = text.removeprefix("-").partition(".")
    digits = set("0123456789")
    if whole and set(whole + part) <= digits and len(whole) <= 15:
        return float(text)
    return None


@QUICK
@given(done=changes)
@example(done=[(with_cell, 0, 5, "1_000"), (with_cell, 1, 5, "1e999")])
@example(done=[(with_cell, 0, 5, "12,5"), (with_cell, 1, 6, "\u0661\u0662")])
@example(done=[(row_twice, 0), (with_cell, 3, 4, "\x1f")])
@example(done=[(with_cell, 0, 4, "\x1f"), (with_cell, 0, 2, "")])
@example(done=[(with_cell, 0, 5, "blank")])
@example(done=[(renamed, 6, ""), (with_cell, 0, 6, "")])
def test_a_changed_table_is_read_cell_for_cell_or_refused(
    store: Store, folder: Path, done: list[tuple[object, ...]]
) -> None:
    table = mutated(done)
    if not read(store, folder, csv_text(table[1:], table[0])):
        return
    header = [name.strip().upper() for name in table[0]]
    (release,) = (r for r in store.releases() if r.year == 2013)
    aside = {int(n["line"]) for n in frame(store, "notes") if n["release"] == release.id}
    held = {
        (r["school"], r["measure"]): r
        for r in frame(store, "results")
        if r["release"] == release.id
    }
    met = 0
    for line, row in enumerate(table[1:], start=2):
        said = dict(zip(header, row, strict=True))
        if line in aside:
            continue
        for name, cell in said.items():
            if name in DECLARED and DECLARED[name].is_number:
                met += 1
                found = held[said["URN"].strip(), name]
                number = plain(cell)
                if number is not None:
                    assert (found["value"], found["code"]) == (number, "")
                elif np.isnan(found["value"]):
                    assert found["code"].strip() == (cell.strip() or found["code"].strip())
                    assert found["code"]
                else:
                    assert any(digit in cell for digit in "0123456789")
                    assert found["code"] == ""
    assert met == len(held)


@QUICK
@given(
    edits=st.lists(
        st.tuples(
            st.integers(0, 2_000),
            st.integers(0, 12),
            st.binary(max_size=3) | st.sampled_from([b'"', b",", b"\n", b"\r", b'""', b"\xff"]),
        ),
        max_size=4,
    ),
    length=st.integers(0, 400),
)
@example(edits=[], length=0)
@example(edits=[(0, 0, b"\xef\xbb\xbf")], length=400)
def test_damaged_bytes_are_read_or_refused(
    store: Store, folder: Path, edits: list[tuple[int, int, bytes]], length: int
) -> None:
    content = csv_text(SCHOOLS)
    for at, cut, put in edits:
        place = at % (len(content) + 1)
        content = content[:place] + put + content[place + cut :]
    read(store, folder, content[: max(0, len(content) - length) if length < 100 else None])


@QUICK
@given(name=st.sampled_from(KNOWN), data=st.data())
def test_any_table_that_is_known_is_read_or_refused_whatever_its_cells_hold(
    folder: Path, name: str, data: st.DataObject
) -> None:
    layout = BY_NAME[name]
    names = sorted(layout.required)
    keys = st.sampled_from(["100001", "202324", "England", "School", "National", "1", "4", "Total"])
    rows = data.draw(
        st.lists(
            st.lists(cells | keys, min_size=len(names), max_size=len(names)),
            min_size=1,
            max_size=4,
        )
    )
    path = folder / "any.duckdb"
    path.unlink(missing_ok=True)
    file = written(folder / "any", csv_text(rows, names))
    with connect(path, read_only=False) as connection:
        try:
            (one,) = ingest(connection, file, year=max(layout.years, default=None))
        except SourceError:
            event("refused")
            held: list[tuple[int]] = []
        else:
            assert one.state == "new"
            event("read")
            held = [(1,)]
        assert connection.execute("SELECT id FROM releases").fetchall() == held
