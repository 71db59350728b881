"""Scores of pupils against a twin that walks through lists, on small records made at random."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
from slow_scoring import Entry, group_of, progress_of, score_of

from codebreakers.measures.scoring.declared import SHIPPED, entry_measure
from codebreakers.measures.scoring.pupils import scored
from codebreakers.measures.scoring.schools import score_year
from codebreakers.sources.grades import GRADES, scale_of_year
from codebreakers.store.pupil_duckdb import DuckDBRecords
from codebreakers.store.pupil_polars import PolarsRecords
from codebreakers.store.pupil_records import PupilRecords

PUPILS = 120
YEARS = (2013, 2018, 2024)
ENGINES = ("duckdb", "expressions", "polars")
MEASURES = [name for name in SHIPPED if not name.startswith("progress8")]
# So few that entries of one pupil overlap, share a subject and a day.
TAKEN = (
    "english",
    "english_language",
    "english_literature",
    "maths",
    "combined_science",
    "biology",
    "physics",
    "chemistry",
    "history",
    "french",
    "art",
    "sport",
    "other",
)

REFORM = """
name = "reform"
title = "A proposed score"
discounting = "best"
equivalents = "by-size"
most_equivalents = 3
[[bucket]]
name = "languages"
subjects = ["french", "english_literature"]
best = 1
weight = 3
[[bucket]]
name = "sciences"
subjects = ["biology", "physics", "combined_science", "french"]
best = 2
full_weight_if_taken = [["biology", "physics"]]
otherwise_weight = 0
[[bucket]]
name = "rest"
subjects = "any"
best = 5
"""

Pupil = tuple[str, int | None, tuple[Entry, ...]]
"""School, prior attainment, entries."""


def drawn(rng: random.Random, year: int) -> Pupil:
    scale, held = scale_of_year(year), []
    for _ in range(rng.choice([0, 3, 6, 9, 12])):
        subject = rng.choice(TAKEN)
        kind = "vocational" if rng.random() < 0.3 else "gcse"
        grade = rng.choice(
            [g.grade for g in GRADES if g.qualification == kind and scale in g.points]
        )
        size = 200 if "-" in grade else rng.choice([50, 100, 100, 100, 200, 400])
        code = rng.choice([subject, subject, "shared"])
        sat = date(year, 6, 1) - timedelta(days=rng.choice([0, 0, 0, 7, 212]))
        held.append(Entry(kind, subject, grade, size, code, sat))
    prior = rng.choice([440, 455, 520] if year < 2021 else [9924, 9925, 11000])
    return rng.choice("ABCDEFGHI"), None if rng.random() < 0.1 else prior, tuple(held)


@pytest.fixture(scope="module")
def made() -> Mapping[int, Mapping[str, Pupil]]:
    rng = random.Random(8)
    return {year: {f"p{at:03d}": drawn(rng, year) for at in range(PUPILS)} for year in YEARS}


def _write(pupils: Mapping[str, Pupil], folder: Path) -> None:
    people = [(name, school, prior) for name, (school, prior, _) in pupils.items()]
    entries = [
        (name, one.qualification, one.subject, one.grade, one.size, one.code, one.sat)
        for name, (_, _, held) in pupils.items()
        for one in held
    ]
    rest = "false disadvantaged, 'F' sex, false eal, 'N' sen, false mobile"
    _copy(people, f"a AS pupil, b AS school, c::INT AS prior_attainment, {rest}", folder / "pupils")
    _copy(
        entries,
        "a AS pupil, b AS qualification, c AS subject, d AS grade, e::INT AS size, "
        "f AS discount_code, g::DATE AS date",
        folder / "entries",
    )


def _copy(rows: Sequence[Sequence[object]], said: str, to: Path) -> None:
    names = "abcdefg"[: len(rows[0])]
    columns = ", ".join(f"unnest(${at}::VARCHAR[]) AS {name}" for at, name in enumerate(names, 1))
    cells = [
        [None if row[at] is None else str(row[at]) for row in rows] for at in range(len(names))
    ]
    to.mkdir(parents=True)
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE made AS SELECT {columns}", cells)
        connection.execute(f"COPY (SELECT {said} FROM made) TO '{to}/a.parquet' (FORMAT parquet)")


@pytest.fixture(scope="module")
def folder(
    made: Mapping[int, Mapping[str, Pupil]], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    base: Path = tmp_path_factory.mktemp("random")
    (base / "reform.toml").write_text(REFORM)
    for year, pupils in made.items():
        _write(pupils, base / "whole" / str(year))
        for table in ("pupils", "entries"):
            (base / table).mkdir(exist_ok=True)
            (base / "whole" / str(year) / table).rename(base / table / f"year={year}")
    return base


def opened(folder: Path, engine: str) -> PupilRecords:
    if engine == "polars":
        return PolarsRecords(folder)
    return DuckDBRecords(folder, expressions=engine == "expressions")


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("year", YEARS)
def test_every_score_is_that_of_the_twin(
    year: int, engine: str, folder: Path, made: Mapping[int, Mapping[str, Pupil]]
) -> None:
    records = opened(folder, engine)
    for name in (*MEASURES, str(folder / "reform.toml")):
        measure = entry_measure(name)
        found = records.arrays(scored(records, measure, year))
        got = dict(zip(found["pupil"].tolist(), map(int, found["score"].tolist()), strict=True))
        twin = {who: score_of(measure, held, year) for who, (_, _, held) in made[year].items()}
        assert got == twin, measure.name
        assert len(set(twin.values())) > 1 or measure.needs


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("year", [2018, 2024])
def test_every_schools_progress_is_that_of_the_twin(
    year: int, engine: str, folder: Path, made: Mapping[int, Mapping[str, Pupil]]
) -> None:
    measure = entry_measure("progress8")
    assert measure.progress is not None
    found = score_year(opened(folder, engine), measure, year)
    known = [
        (school, group_of(prior, year), score_of(measure, held, year))
        for school, prior, held in made[year].values()
        if prior is not None
    ]
    schools, groups, scores = zip(*known, strict=True)
    apart, spread = progress_of(scores, groups, measure.progress.minimum_share)
    sums = dict.fromkeys(sorted(set(schools)), 0)
    for school, value in zip(schools, apart, strict=True):
        sums[school] += value
    assert dict(zip(found.schools, found.totals, strict=True)) == sums
    assert found.pupils == tuple(schools.count(school) for school in sums)
    assert found.sd == pytest.approx(spread / 1000, rel=1e-12)
    assert found.without == len(made[year]) - len(known) > 0
