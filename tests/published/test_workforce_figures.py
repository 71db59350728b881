"""Where teachers go, on the published tables: against R, against the tables read anew."""

from __future__ import annotations

import csv
import statistics
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from codebreakers.errors import CannotAnswerError
from codebreakers.inference.slopes import slopes
from codebreakers.profiles.incentive import incentive
from codebreakers.questions.workforce import workforce
from codebreakers.store import Store

pytestmark = pytest.mark.published

R = Path(__file__).resolve().parent.parent / "oracle" / "lm_workforce.csv"
COLUMNS = {
    2013: ("england_ks4.csv", "PTAC5EM", "SALARY", "RATPUPTEA", "NFTETEA", "cp1252"),
    2018: (
        "england_ks4final.csv",
        "ATT8SCR",
        "Mean Gross FTE Salary of All Teachers (£s)",
        "Pupil:     Teacher Ratio",
        "Total Number of Teachers (Full-Time Equivalent)",
        "utf-8-sig",
    ),
}
BEGINS = (
    "East Midlands",
    "East of England",
    "London",
    "North East",
    "North West",
    "South East",
    "South West",
    "West Midlands",
)


def rows(path: Path, encoding: str = "utf-8-sig") -> list[dict[str, str]]:
    with path.open(encoding=encoding, newline="") as lines:
        return list(csv.DictReader(lines))


def number(text: str | None) -> float:
    try:
        return float((text or "").strip("%£").replace(",", ""))
    except ValueError:
        return float("nan")


@pytest.fixture(scope="module")
def read(data_dir: Path):
    """Authority, region, meals, result, teachers, pay and ratio by URN, of the files themselves."""
    lists = rows(data_dir / "dfe" / "2015-2016" / "la_and_region_codes_meta.csv")
    named = {r["LEA"].strip(): r["REGION NAME"].strip() for r in lists}
    region = {
        code: next((b for b in BEGINS if name.startswith(b)), "Yorkshire")
        for code, name in named.items()
    }

    def of(year: int) -> dict[str, tuple]:
        table, result, pay, ratio, teachers, encoding = COLUMNS[year]
        folder = data_dir / "dfe" / f"{year - 1}-{year}"
        staff = {r["URN"]: r for r in rows(folder / "england_swf.csv", encoding)}
        census = {r["URN"]: r for r in rows(folder / "england_census.csv", encoding)}
        found = {}
        for r in rows(folder / table, encoding if year == 2013 else "utf-8-sig"):
            if r["RECTYPE"] != "1" or r["URN"] not in staff or r["URN"] not in census:
                continue
            own = staff[r["URN"]]
            found[r["URN"]] = (
                r["LEA"],
                region.get(r["LEA"], ""),
                number(census[r["URN"]]["PNUMFSMEVER"]),
                number(r[result]),
                *(number(own[name]) for name in (teachers, pay, ratio)),
            )
        return found

    return of


@pytest.mark.parametrize("year", [2013, 2018])
def test_slopes_are_those_of_rs_lm_and_its_clustered_sandwich(read, year: int) -> None:
    expected = [r for r in rows(R) if int(r["year"]) == year]
    assert len(expected) == 8
    schools = list(read(year).values())
    values = np.array([s[2:] for s in schools])
    names = np.array([s[:2] for s in schools])
    for line in expected:
        outcome = values[:, 3 if line["outcome"] == "salary" else 4]
        kept = ~np.isnan(values[:, :3]).any(axis=1) & ~np.isnan(outcome)
        kept &= (values[:, 2] > 0) & (names[:, 1] != "")
        within = names[kept, 1] if line["within"] == "region" else None
        found = slopes(
            outcome[kept], values[kept, :2] / 10, values[kept, 2], names[kept, 0], within
        )
        assert (found.schools, len(found.clusters)) == (
            int(line["schools"]),
            int(line["authorities"]),
        )
        figure = found.estimate(("meals", "result").index(line["term"]), "")
        assert figure.value == pytest.approx(float(line["slope"]), abs=2e-6)
        reach = figure.high - figure.value
        assert reach == pytest.approx(float(line["reach"]), abs=2e-6)


@pytest.mark.parametrize(
    ("year", "outcome", "everywhere", "within", "share"),
    [
        (2013, "salary", (646, 436, 855), (133, 7, 260), 96.0),
        (2018, "salary", (567, 286, 848), (9, -143, 160), 90.6),
        (2013, "ratio", (-0.448, -0.535, -0.361), (-0.421, -0.511, -0.331), 97.2),
        (2018, "ratio", (-0.538, -0.625, -0.450), (-0.449, -0.538, -0.360), 91.2),
    ],
)
def test_the_gradient_in_england_and_within_regions(
    england: Store, year: int, outcome: str, everywhere: tuple, within: tuple, share: float
) -> None:
    answer = workforce(england, year=year, outcome=outcome)
    digits = 0.51 if outcome == "salary" else 0.00051
    for ending, figures in (("", everywhere), (".within_region", within)):
        figure = answer[f"workforce.{outcome}.slope{ending}"].figure
        assert (figure.value, figure.low, figure.high) == pytest.approx(figures, abs=digits)
    assert answer[f"workforce.{outcome}.joined"].value == pytest.approx(share, abs=0.05)


def test_the_schools_joined_by_urn_are_those_of_the_files(england: Store, read) -> None:
    """2,339 have all four figures under their own URN; 136 more by their number."""
    found = workforce(england, year=2013)["workforce.salary.joined"]
    own = [s for s in read(2013).values() if not np.isnan(s[2:6]).any()]
    assert len(own) == 2_339
    assert found.sentence.startswith(f"{len(own) + 136:,} of 2,577 schools")
    assert "136 of them by their number" in found.sentence


def test_from_2014_the_ratio_divides_by_all_teachers_and_before_by_qualified(
    data_dir: Path,
) -> None:
    """Pupils over the ratio is as many teachers as are counted; before, fewer."""
    implied = defaultdict(list)
    for year, pupils in ((2012, "TOTPUPSENDN"), (2013, "TOTPUPSENDN"), (2014, "TOTPUPSENDN")):
        folder = data_dir / "dfe" / f"{year - 1}-{year}"
        census = {
            r["URN"]: number(r[pupils]) for r in rows(folder / "england_census.csv", "cp1252")
        }
        for r in rows(folder / "england_swf.csv", "cp1252"):
            teachers, ratio = number(r["NFTETEA"]), number(r["RATPUPTEA"])
            on_roll = census.get(r["URN"], 0)
            if on_roll > 700 and teachers > 0 and ratio > 0:
                implied[year].append(100 * on_roll / ratio / teachers)
    tenth = {year: statistics.quantiles(shares, n=10)[0] for year, shares in implied.items()}
    assert tenth[2012] < 95
    assert tenth[2013] < 95
    assert tenth[2014] > 99.5


def test_secondary_schools_are_not_in_the_workforce_table_of_2015(england: Store) -> None:
    for ask in (workforce, incentive):
        with pytest.raises(CannotAnswerError, match=r"Only 83 of the 2,577 schools"):
            ask(england, year=2015)


def test_the_proposal_of_2015_fits_as_pay_and_not_with_on_costs(england: Store) -> None:
    answer = incentive(england, preset="proposal-2015")
    found = answer["incentive.proposal"]
    assert found.year == 2014
    assert "Mean pay in the tables is £38,500, 4% less: as pay alone it fits" in found.sentence
    assert "£32,000, which does not fit" in found.sentence
    assert answer["incentive.cost.pay"].value == pytest.approx(19.25e6, abs=5e3)
    need = incentive(england, preset="proposal-2015", by="school")
    assert len(need) == answer["incentive.need"].value == 275
