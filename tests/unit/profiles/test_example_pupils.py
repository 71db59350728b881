"""Made-up pupil records: what they were drawn from is what the measures find in them."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import numpy as np
import pytest

from codebreakers.errors import CodebreakersError
from codebreakers.measures.scoring.declared import entry_measure
from codebreakers.measures.scoring.schools import limits, score_year
from codebreakers.profiles.example_pupils import write_pupils
from codebreakers.sources.prior_attainment import published_means
from codebreakers.store.pupil_duckdb import DuckDBRecords


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("made") / "records"
    write_pupils(folder, pupils=60_000, years=[2017, 2024])
    return folder


@pytest.mark.parametrize("year", [2017, 2024])
def test_means_of_prior_attainment_groups_are_the_published_ones(records: Path, year: int) -> None:
    """To chance: 34 groups of 300 pupils and more, whose differences are 1 standard error."""
    engine = DuckDBRecords(records)
    found = score_year(engine, entry_measure("progress8"), year)
    rows = engine.connection.execute(
        "SELECT prior_group, count(*), avg(score), stddev_samp(score) FROM grouped "
        "GROUP BY prior_group ORDER BY prior_group"
    ).fetchall()
    groups, pupils, means, spreads = (np.array(column, float) for column in zip(*rows, strict=True))
    published = np.array(published_means(year), float)
    assert groups.tolist() == list(range(1, 35))
    assert [found.expected[str(g)] for g in range(1, 35)] == np.floor(means + 0.5).tolist()
    apart = (means - published) / (spreads / np.sqrt(pupils))
    assert np.abs(apart).max() < 4
    assert 0.4 < np.mean(apart**2) < 1.9


def test_limits_around_schools_hold_their_true_progress(records: Path) -> None:
    """One standard deviation serves all schools, as published ones do: 95 of 100, about."""
    found = score_year(DuckDBRecords(records), entry_measure("progress8"), 2024)
    with (records / "truth" / "schools.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["year"] == "2024"]
    truth = {row["URN"]: float(row["true_progress8"]) for row in rows}
    held = []
    for school, pupils, total in zip(found.schools, found.pupils, found.totals, strict=True):
        low, high = limits(total / (found.unit * pupils), found.sd, pupils)
        held.append(low <= truth[school] <= high)
    assert len(held) > 300
    assert 0.91 < np.mean(held) < 0.99


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    marks = []
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        write_pupils(tmp_path / name, pupils=500, years=[2024], seed=seed)
        files = sorted(path for path in (tmp_path / name).rglob("*") if path.is_file())
        marks.append([hashlib.sha256(path.read_bytes()).hexdigest() for path in files])
    assert marks[0] == marks[1] != marks[2]


def test_what_cannot_be_made_is_refused_and_nothing_is_left(tmp_path: Path) -> None:
    for asked in ({"pupils": 0}, {"years": [1999]}, {"years": []}):
        with pytest.raises(CodebreakersError):
            write_pupils(tmp_path / "records", **asked)
    assert not list(tmp_path.iterdir())
