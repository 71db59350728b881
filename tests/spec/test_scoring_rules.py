"""What exam entries come to: every rule by a pupil worked out by hand, on DuckDB and on Polars."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from tiny_pupils import Worked, scores, write
from worked_pupils import PUPILS

from codebreakers.measures.scoring.declared import entry_measure
from codebreakers.store.pupil_duckdb import DuckDBRecords
from codebreakers.store.pupil_polars import PolarsRecords
from codebreakers.store.pupil_records import PupilRecords

Scored = Callable[[str, int], dict[str, int]]


@pytest.fixture(scope="module", params=["duckdb", "expressions", "polars"])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Scored:
    """The scores of all pupils of a year by a measure, once for each engine."""
    folder: Path = tmp_path_factory.mktemp("worked")
    write(PUPILS, folder)
    # Blocks of a few pupils, so that what is kept is put together from several.
    engine: PupilRecords = PolarsRecords(folder)
    if request.param != "polars":
        engine = DuckDBRecords(folder, block=20, expressions=request.param == "expressions")
    return cache(lambda measure, year: scores(engine, measure, year))


@pytest.mark.parametrize("pupil", PUPILS, ids=lambda pupil: pupil.name)
def test_a_worked_pupil(pupil: Worked, made: Scored) -> None:
    for name, points in pupil.scores.items():
        unit = 1 if entry_measure(name).needs else 100
        assert made(name, pupil.year)[pupil.name] == unit * points, name
