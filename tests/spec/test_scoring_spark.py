"""The same pupils on Spark, all of a rule in one job, and a whole answer like that of DuckDB.

One session is started and shared. Rules that differ from these in a grade or a threshold alone are
left to the other engines: each takes Spark seconds to plan, however few the pupils.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest
from tiny_pupils import Worked, scores, write
from worked_pupils import PUPILS

from codebreakers.measures.scoring.declared import entry_measure
from codebreakers.profiles.example_pupils import write_pupils
from codebreakers.questions.pupils import score
from codebreakers.store.pupil_engines import open_records
from codebreakers.store.pupil_records import PupilRecords

HAS_JAVA = bool(os.environ.get("JAVA_HOME") or shutil.which("java"))
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("pyspark") is None, reason="pyspark is not installed: make spark"),
    pytest.mark.skipif(not HAS_JAVA, reason="Spark needs Java, which is not installed"),
]

ENGINE = "local[2]"
RULES = {
    *(("attainment8", year) for year in (2016, 2017, 2024)),
    *(("five_good_gcses", year) for year in (2013, 2014, 2024)),
    *(("ebacc_aps", 2024), ("ebacc_entry", 2024), ("five_good_gcses_2014_rules", 2013)),
}
Scored = Callable[[str, int], dict[str, int]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made: Path = tmp_path_factory.mktemp("spark")
    write(PUPILS, made / "worked")
    return made


@pytest.fixture(scope="module")
def records(folder: Path) -> Iterator[PupilRecords]:
    """The worked pupils in a session of ours.

    Of a few rows each, plans cost more to compile than to walk through; the whole answer below is
    compiled as usual.
    """
    with pytest.MonkeyPatch.context() as patch:
        # Java spends twice the time on making fast what is run but once.
        patch.setenv("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
        found = open_records(str(folder / "worked"), ENGINE)
    session = found.session
    session.conf.set("spark.sql.shuffle.partitions", "1")
    session.conf.set("spark.sql.codegen.wholeStage", "false")
    session.conf.set("spark.sql.adaptive.enabled", "false")
    session.conf.set("spark.sql.codegen.factoryMode", "NO_CODEGEN")
    yield found
    found.close()
    session.stop()


@pytest.fixture(scope="module")
def made(records: PupilRecords) -> Scored:
    return cache(lambda measure, year: scores(records, measure, year))


@pytest.mark.parametrize("pupil", PUPILS, ids=lambda pupil: pupil.name)
def test_a_worked_pupil(pupil: Worked, made: Scored) -> None:
    asked = [name for name in pupil.scores if (name, pupil.year) in RULES]
    assert asked
    for name in asked:
        unit = 1 if entry_measure(name).needs else 100
        assert made(name, pupil.year)[pupil.name] == unit * pupil.scores[name], name


def test_a_whole_answer_is_that_of_duckdb(records: PupilRecords, folder: Path) -> None:
    records.session.conf.set("spark.sql.codegen.wholeStage", "true")  # type: ignore[attr-defined]
    write_pupils(folder / "example", pupils=2_000)
    asked = {"measure": "progress8", "by": "disadvantaged"}
    found, twin = (
        score(folder / "example", **asked, engine=engine, keep=folder / engine)
        for engine in (ENGINE, "duckdb")
    )
    assert len(found) > 20
    assert found == twin
