"""Budgets of ingest: a year of schools and all that is published, in seconds and in memory.

Each job runs in a process of its own, so that the peak of its memory is its own; it is timed from
after its imports. The rival does with pandas what the store does: read the text, keep every code,
make numbers of the rest, one row a cell. It does not check, and it writes nothing to disk.
"""

from __future__ import annotations

import csv
import os
import random
import statistics
import sys
import tempfile
from pathlib import Path

import pytest
from jobs import measured, timed

from codebreakers.sources import Column
from codebreakers.sources.england import LAYOUTS

COLUMNS = 400
TIMES = 3
GIGABYTE = 10**9
ROOT = Path(__file__).resolve().parent.parent

# How often each code stands in the tables of 2017/18, roughly; the rest are numbers.
CODES = {"SUPP": 0.12, "NE": 0.06, "NP": 0.03, "LOWCOV": 0.02, "": 0.03}


def _cell(column: Column, rng: random.Random) -> str:
    if rng.random() < sum(CODES.values()):
        return rng.choices(list(CODES), list(CODES.values()))[0]
    if column.kind == "percent":
        return f"{rng.randrange(101)}%"
    if column.kind == "pupils":
        return str(rng.randrange(250))
    if column.kind in ("score", "points"):
        return f"{rng.uniform(-2, 80):.2f}"
    return f"{rng.randrange(5000):,}"


def write_table(path: Path, schools: int) -> None:
    """Write a table as the Department lays it out for 2017/18, with 400 of its columns."""
    layout = next(layout for layout in LAYOUTS if layout.name == "ks4-2018")
    named = sorted(layout.columns.values(), key=lambda c: c.name not in layout.required)
    columns, rng = named[:COLUMNS], random.Random(2018)
    drawn = [[_cell(c, rng) for _ in range(512)] for c in columns]
    words = {c.name: [f"{c.name.title()} {n}" for n in range(512)] for c in columns}
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow([c.name for c in columns])
        for school in range(schools):
            row = [cells[rng.getrandbits(9)] for cells in drawn]
            for at, column in enumerate(columns):
                if column.name in ("RECTYPE", "URN"):
                    row[at] = "1" if column.name == "RECTYPE" else str(100_000 + school)
                elif not column.is_number:
                    row[at] = words[column.name][rng.getrandbits(9)]
            writer.writerow(row)


def with_store(path: Path) -> None:
    """Ingest into a new store on disk; say how many rows of results it holds."""
    from codebreakers.store import Store

    def work() -> int:
        with tempfile.TemporaryDirectory() as folder:
            store = Store(Path(folder) / "s.duckdb")
            store.ingest(path, year=None if path.is_dir() else 2018)
            holdings = store.query(lambda reader: reader.frame("holdings"))
        return int(sum(holdings[kind].sum() for kind in ("numbers", "codes", "blanks")))

    timed(work, str)


def with_pandas(path: Path) -> None:
    """Read, type, keep every code and reshape in memory; say how many rows there are."""
    import pandas as pd

    layout = next(layout for layout in LAYOUTS if layout.name == "ks4-2018")

    def work() -> int:
        wide = pd.read_csv(path, dtype=str, keep_default_na=False)
        numbers = [c for c in wide.columns if layout.columns[c].is_number]
        long = wide.melt(id_vars=["RECTYPE", "URN"], value_vars=numbers, value_name="cell")
        bare = long["cell"].str.strip().str.replace("[£%,]", "", regex=True)
        long["value"] = pd.to_numeric(bare, errors="coerce")
        long["code"] = long["cell"].where(long["value"].isna()).replace("", "blank")
        long["grp"] = long["variable"].map({c: layout.columns[c].group for c in numbers})
        return len(long)

    timed(work, str)


@pytest.fixture(params=[(5_000, 2.0), (30_000, 8.0)], ids=["5,000 schools", "30,000 schools"])
def table(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, float]:
    schools, budget = request.param
    write_table(tmp_path / "england_ks4.csv", schools)
    return tmp_path / "england_ks4.csv", budget


def test_a_year_is_read_within_its_budget_and_lighter_than_pandas(
    table: tuple[Path, float],
) -> None:
    path, budget = table
    runs = [
        tuple(measured(__file__, whose, str(path)) for whose in ("store", "pandas"))
        for _ in range(TIMES)
    ]
    seconds, peak = (statistics.median(ours[i] for ours, _ in runs) for i in (0, 1))
    rival, rival_peak = (statistics.median(theirs[i] for _, theirs in runs) for i in (0, 1))
    cells = int(runs[0][0].said[0])
    print(
        f"\n{path.stat().st_size / 1e6:.0f} MB, {cells:,} cells: store {seconds:.2f} s "
        f"{peak / 1e6:.0f} MB; pandas {rival:.2f} s {rival_peak / 1e6:.0f} MB; "
        f"ratio {seconds / rival:.2f} in time, {peak / rival_peak:.2f} in memory"
    )
    assert runs[0][0].said == runs[0][1].said
    assert seconds <= rival
    assert peak <= rival_peak / 2
    assert seconds <= budget


def test_all_that_is_published_is_read_within_its_budget() -> None:
    folder = Path(os.environ.get("CODEBREAKERS_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"the published tables are not at {folder}; set CODEBREAKERS_DATA")
    seconds, peak, (rows,) = measured(__file__, "store", str(folder))
    print(f"\nall tables: {int(rows):,} cells in {seconds:.1f} s, {peak / 1e6:.0f} MB")
    assert int(rows) > 1_000_000
    assert peak <= GIGABYTE
    assert seconds <= 25


if __name__ == "__main__":
    {"store": with_store, "pandas": with_pandas}[sys.argv[1]](Path(sys.argv[2]))
