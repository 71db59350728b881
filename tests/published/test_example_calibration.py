"""Example England is like England: the same moments, computed by the same code, on both."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from python_calamine import CalamineWorkbook

from codebreakers.sources.example import write_example

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.published, pytest.mark.slow]

Moments = dict[str, float]


def load_script() -> ModuleType:
    path = ROOT / "scripts" / "calibrate_example.py"
    spec = importlib.util.spec_from_file_location("calibrate_example", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("example") / "england"
    write_example(folder)
    return folder


@pytest.fixture(scope="module")
def both(example: Path, data_dir: Path) -> tuple[Moments, Moments]:
    moments = load_script().moments
    return moments(data_dir / "dfe"), moments(example)


def near(both: tuple[Moments, Moments], names: tuple[str, ...], within: float) -> None:
    real, made = both
    away = {name: (real[name], made[name]) for name in names}
    assert {n: pair for n, pair in away.items() if abs(pair[0] - pair[1]) > within} == {}


QUANTILES = tuple(f"q{q:02d}" for q in (5, 25, 50, 75, 95))


def test_cohorts_are_as_large(both: tuple[Moments, Moments]) -> None:
    """Within a tenth: enough for sampling errors of the right size, which go by the root."""
    real, made = both
    for name in (f"cohort.{q}" for q in ("mean", "sd", *QUANTILES)):
        assert made[name] == pytest.approx(real[name], rel=0.10), name


def test_intake_is_spread_as_widely(both: tuple[Moments, Moments]) -> None:
    """Shares within two points at every quantile, key stage 2 points within 0.4 (a quarter sd)."""
    near(both, tuple(f"share.{q}" for q in ("mean", "sd", *QUANTILES)), 2.0)
    near(both, tuple(f"ks2.{q}" for q in ("mean", "sd", *QUANTILES)), 0.4)
    near(both, ("prior.LO", "prior.AV", "prior.HI"), 1.5)
    near(both, ("eal.q25", "eal.q50", "eal.q75"), 3.0)
    near(both, ("eal.mean",), 2.0)


def test_intake_hangs_together_as_closely(both: tuple[Moments, Moments]) -> None:
    """Correlations within .05; the second is weak and its own error is .02 in each country."""
    near(both, ("share~ks2", "ks2.2013-2014", "share.2013-2014"), 0.05)
    near(both, ("cohort~share",), 0.10)
    near(both, ("cohort.2013-2014.sd",), 0.01)


def test_results_of_2014_are_as_high_and_as_far_apart(both: tuple[Moments, Moments]) -> None:
    """National rates within a point, their spread between schools within two."""
    near(both, ("disadvantaged.rate", "other.rate", "five.national"), 1.0)
    near(both, ("five.LO", "five.AV", "five.HI"), 1.5)
    near(both, ("disadvantaged.sd", "other.sd", "five.sd"), 2.0)
    near(both, ("english.national", "maths.national", "ebacc.national"), 2.0)
    near(both, ("value.national", "value.sd"), 3.0)
    near(both, tuple(f"five_2013.{q}" for q in ("mean", *QUANTILES)), 4.0)


def test_intake_predicts_as_much_and_schools_add_as_much(both: tuple[Moments, Moments]) -> None:
    """Logit coefficients within .06, about two standard errors of the real ones; tau within .04."""
    for group in ("disadvantaged", "other"):
        near(both, tuple(f"{group}.logit.{x}" for x in ("share", "ks2", "london")), 0.06)
        near(both, (f"{group}.logit.intercept",), 0.06)
        near(both, (f"{group}.tau", f"{group}.authority_sd"), 0.04)


def test_results_last_as_long(both: tuple[Moments, Moments]) -> None:
    """Correlations between years within .05, observed and once chance is taken out."""
    for kind in ("raw", "given_intake"):
        for pair in ("2013-2014", "2014-2015", "2013-2015"):
            near(both, (f"five.{kind}.{pair}", f"five.{kind}.{pair}.lasting"), 0.05)


def test_as_many_schools_crack_the_code(both: tuple[Moments, Moments]) -> None:
    """Within two points: about one in ten comprehensives in 2013, one in eight schools in 2014."""
    near(both, ("breakers_2013", "disadvantaged.above_all"), 2.0)
    assert 9 < both[1]["breakers_2013"] < 12


def test_attainment_and_progress_are_spread_as_widely(both: tuple[Moments, Moments]) -> None:
    """Middle half within a point of Attainment 8 and .05 of Progress 8; tails within three, .1."""
    for year in (2016, 2018):
        near(both, tuple(f"ATT8SCR_{year}.{q}" for q in ("mean", "q25", "q50", "q75")), 1.0)
        near(both, tuple(f"ATT8SCR_{year}.{q}" for q in ("q05", "q95")), 3.0)
        near(both, tuple(f"P8MEA_{year}.{q}" for q in ("mean", "q25", "q50", "q75")), 0.05)
        near(both, tuple(f"P8MEA_{year}.{q}" for q in ("q05", "q95")), 0.12)
    near(both, ("ATT8SCR_2016.disadvantaged",), 1.0)
    near(both, ("P8MEA_2016.disadvantaged", "P8MEA_2016.disadvantaged.sd"), 0.05)
    near(both, ("ATT8SCR_2016~ks2", "ATT8SCR_2018~ks2", "P8MEA_2016~ks2"), 0.05)
    near(both, ("ATT8SCR.2016-2018", "P8MEA.2016-2018"), 0.05)
    near(both, ("P8_pupil_sd_2018",), 0.02)
    # One number a school: the same schools are not good at everything, in either country.
    near(both, ("five_2015~P8_2016.given_ks2",), 0.10)


def test_staff_absence_meals_and_destinations_are_alike(both: tuple[Moments, Moments]) -> None:
    """Means within a twentieth, quantiles within a tenth, relation to disadvantage within .12."""
    real, made = both
    for name in ("SALARY", "RATPUPTEA", "PERCTOT", "PPERSABS15", "PNUMFSM", "OVERALLPER"):
        assert made[f"{name}.mean"] == pytest.approx(real[f"{name}.mean"], rel=0.05), name
        for q in ("q25", "q50", "q75", "q95"):
            assert made[f"{name}.{q}"] == pytest.approx(real[f"{name}.{q}"], rel=0.10), (name, q)
        near(both, (f"{name}~share",), 0.12)
    near(both, ("OVERALL_DESTPER.mean", "OVERALL_DESTPER_DIS.mean"), 1.5)
    near(both, ("SALARY.london",), 400.0)


def test_the_gap_of_2013_is_41_against_68(example: Path) -> None:
    script = load_script()
    sheet = script.Sheet.read(example / "2012-2013" / "england_ks4.csv")
    nation = sheet.where(lambda row: row["RECTYPE"] == "7")
    assert nation.number("PTAC5EMFSM")[0] == pytest.approx(40.9, abs=0.5)
    assert nation.number("PTAC5EMNFSM")[0] == pytest.approx(67.8, abs=0.5)
    assert nation.number("PTAC5EM")[0] == pytest.approx(60.6, abs=0.8)


def test_no_town_or_authority_is_a_real_one(example: Path, data_dir: Path) -> None:
    book = CalamineWorkbook.from_path(data_dir / "dfe" / "2017-2018" / "england_spine.xlsx")
    header, *rows = book.get_sheet_by_index(0).to_python()
    places = [header.index(name) for name in ("TOWN", "LOCALITY", "ADDRESS3")]
    real = {str(row[at]).strip().casefold() for row in rows for at in places}
    codes = load_script().Sheet.read(
        data_dir / "dfe" / "2017-2018" / "la_and_region_codes_meta.csv"
    )
    real |= {name.casefold() for name in codes.text("LA NAME").tolist()}
    script = load_script()
    schools = script.Sheet.read(example / "2017-2018" / "england_ks4final.csv")
    listed = script.Sheet.read(example / "2017-2018" / "la_and_region_codes_meta.csv")
    made = {*schools.text("TOWN").tolist(), *listed.text("LA NAME").tolist()} - {""}
    assert len(made) > 300
    assert {name for name in made if name.casefold() in real} == set()
    numbers = np.isin(listed.text("LEA"), codes.text("LEA"))
    assert not numbers.any()
