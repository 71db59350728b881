"""Progress: every rule by a cohort worked out by hand, on DuckDB and on Polars."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from tiny_pupils import Worked, write
from worked_progress import COHORTS, WorkedCohort, write_cohort

from codebreakers.errors import CannotAnswerError
from codebreakers.measures.scoring.declared import entry_measure
from codebreakers.measures.scoring.schools import limits, score_year
from codebreakers.questions.pupils import score
from codebreakers.sources.prior_attainment import published_means
from codebreakers.store.pupil_duckdb import DuckDBRecords
from codebreakers.store.pupil_polars import PolarsRecords
from codebreakers.store.pupil_records import PupilRecords

ENGINES = ["duckdb", "expressions", "polars"]


def opened(folder: Path, engine: str) -> PupilRecords:
    if engine == "polars":
        return PolarsRecords(folder)
    return DuckDBRecords(folder, block=40, expressions=engine == "expressions")


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    made = {cohort.name: tmp_path_factory.mktemp("cohort") for cohort in COHORTS}
    for cohort in COHORTS:
        write_cohort(cohort, made[cohort.name])
    return made


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("cohort", COHORTS, ids=lambda cohort: cohort.name)
def test_a_worked_cohort(cohort: WorkedCohort, engine: str, folders: dict[str, Path]) -> None:
    found = score_year(
        opened(folders[cohort.name], engine), entry_measure(cohort.measure), cohort.year
    )
    assert found.schools == tuple(cohort.schools)
    assert (found.without, found.deviations) == (cohort.without, cohort.deviations)
    rows = zip(found.schools, found.pupils, found.totals, strict=True)
    for school, pupils, total in rows:
        value = total / found.unit / pupils
        assert (pupils, value) == pytest.approx(cohort.schools[school], abs=1e-12)
        low, high = limits(value, found.sd, pupils)
        assert (value - low, high - value) == pytest.approx([cohort.limits[school]] * 2, abs=1e-6)


def test_a_pupil_without_prior_attainment_is_left_out_and_said(folders: dict[str, Path]) -> None:
    table = score(folders[COHORTS[0].name], "progress8")
    (caveat,) = (one for one in table.findings[0].caveats if "without prior attainment" in one)
    assert caveat.startswith("2016/17: Fewer than 10 pupils without prior attainment")


def test_lowest_scores_that_are_raised_are_said(folders: dict[str, Path]) -> None:
    table = score(folders["extreme scores from 2018"], "progress8")
    assert any("more than 1.96 standard deviations" in one for one in table.findings[0].caveats)


@pytest.mark.parametrize(
    ("measure", "year", "prior", "said"),
    [
        ("progress8", 2024, None, "No pupil of 2024 has prior attainment"),
        ("progress8", 2024, 480, "a scaled score in hundredths from 5900 to 12000"),
        ("progress8", 2018, 10000, "a fine level in hundredths from 0 to 600"),
        ("progress8_published", 2019, 480, "is not held for 2019"),
    ],
)
def test_what_no_progress_can_be_made_of(
    measure: str, year: int, prior: int | None, said: str, tmp_path: Path
) -> None:
    write([Worked("one", "maths 5", {}, year, prior)], tmp_path)
    with pytest.raises(CannotAnswerError) as met:
        score_year(DuckDBRecords(tmp_path), entry_measure(measure), year)
    assert said in str(met.value)


def test_means_of_another_scale_are_refused(tmp_path: Path) -> None:
    write([Worked("one", "maths 5", {}, 2018, 480)], tmp_path)
    reform = tmp_path / "reform.toml"
    reform.write_text('name = "reform"\nlike = "progress8"\n[progress]\nexpected = 2024\n')
    with pytest.raises(CannotAnswerError, match="those of 2018 have a fine level"):
        score_year(DuckDBRecords(tmp_path), entry_measure(str(reform)), 2018)


def test_the_published_means_are_of_34_groups_that_rise() -> None:
    for year in (2017, 2024):
        means = published_means(year)
        assert len(means) == 34
        assert list(means) == sorted(means)


def test_limits_are_1_96_standard_errors() -> None:
    assert limits(0.0, 1.41628, 196) == pytest.approx((-0.198279, 0.198279), abs=1e-6)
    assert math.isclose(sum(limits(-0.4, 1.41628, 25)), -0.8)
