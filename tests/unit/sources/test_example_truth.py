"""What Example England publishes is drawn from the truth that stands beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from example_country import YEARS, disadvantaged, five_good, links, numbers, schools_of, truth_of

from codebreakers.sources.example import write_example


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("example") / "england"
    write_example(folder, schools=400)
    return folder


def true_rates(country: Path, year: int, name: str) -> Iterator[float]:
    return (float(row[name]) for row in truth_of(country, year).values())


@pytest.mark.parametrize("year", YEARS)
def test_truth_stands_for_each_mainstream_school_of_the_year(country: Path, year: int) -> None:
    mainstream = {
        row["URN"]
        for row in schools_of(country, year)
        if row["RECTYPE"] == "1" and row["NFTYPE"] != "IND"
    }
    truth = truth_of(country, year)
    assert truth.keys() == mainstream
    assert {row["YEAR"] for row in truth.values()} == {str(year)}
    rates = [n for n in next(iter(truth.values())) if "FIVE" in n or "BASICS" in n or "RATE" in n]
    assert rates
    for name in rates:
        assert all(0 < rate < 100 for rate in true_rates(country, year, name))


def test_the_effect_is_what_lies_between_the_rate_and_intakes(country: Path) -> None:
    rows = list(truth_of(country, 2013).values())
    rate, intake = (
        numbers(rows, name) / 100 for name in ("TRUE_FIVE_GOOD_DISADVANTAGED", "TRUE_INTAKE_RATE")
    )
    between = np.log(rate / (1 - rate)) - np.log(intake / (1 - intake))
    assert between == pytest.approx(numbers(rows, "TRUE_EFFECT_DISADVANTAGED"), abs=1e-9)


def test_what_lasts_is_the_same_every_year_and_through_conversion(country: Path) -> None:
    by_year = [truth_of(country, year) for year in YEARS]
    lasting: dict[str, set[str]] = {}
    for rows in by_year:
        for urn, row in rows.items():
            lasting.setdefault(urn, set()).add(row["TRUE_LASTING"])
    assert all(len(values) == 1 for values in lasting.values())
    for link in links(country):
        if link["LinkType"] == "Successor":
            assert lasting[link["URN"]] == lasting[link["LinkURN"]]


def departures(
    country: Path, year: int, size: str, passed: str, true: str
) -> npt.NDArray[np.float64]:
    """Return how far each count is from its truth, in binomial standard errors."""
    rows, truth = schools_of(country, year), truth_of(country, year)
    rows = [row for row in rows if row["URN"] in truth]
    n, k = numbers(rows, size), numbers(rows, passed)
    p = np.array([float(truth[row["URN"]][true]) for row in rows]) / 100
    known = ~np.isnan(k) & (n * p * (1 - p) > 5)
    away = (k - n * p) / np.sqrt(n * p * (1 - p))
    found: npt.NDArray[np.float64] = away[known]
    return found


@pytest.mark.parametrize("year", range(2011, 2016))
@pytest.mark.parametrize("group", ["DISADVANTAGED", "OTHER"])
def test_counts_are_binomial_about_the_truth(country: Path, year: int, group: str) -> None:
    size, word = disadvantaged(year)
    mark, no = ("", "") if group == "DISADVANTAGED" else ("NOT", "N")
    away = departures(
        country,
        year,
        f"T{mark}{size}",
        f"TAC5EM{no}{word}{five_good(year)}",
        f"TRUE_FIVE_GOOD_{group}",
    )
    # Over N schools the mean is 0 and the mean square 1, with errors 1/sqrt(N) and sqrt(2/N); four
    # of them, in ten cases, are met by chance once in a thousand seeds. The seed is fixed.
    assert len(away) > 150
    assert abs(away.mean()) < 4 / np.sqrt(len(away))
    assert abs((away**2).mean() - 1) < 4 * np.sqrt(2 / len(away))


@pytest.mark.parametrize(
    ("column", "pupils", "true", "sd"),
    [
        ("ATT8SCR_FSM6CLA1A", "TFSM6CLA1A", "TRUE_ATT8_DISADVANTAGED", 12.6),
        ("ATT8SCR_NFSM6CLA1A", "TNOTFSM6CLA1A", "TRUE_ATT8_OTHER", 12.6),
        ("P8MEA_FSM6CLA1A", "P8PUP_FSM6CLA1A", "TRUE_P8_DISADVANTAGED", 1.26),
        ("P8MEA_NFSM6CLA1A", "P8PUP_NFSM6CLA1A", "TRUE_P8_OTHER", 1.26),
    ],
)
def test_scores_are_normal_about_the_truth(
    country: Path, column: str, pupils: str, true: str, sd: float
) -> None:
    truth = truth_of(country, 2017)
    rows = [row for row in schools_of(country, 2017) if row["URN"] in truth]
    seen, n = numbers(rows, column), numbers(rows, pupils)
    right = np.array([float(truth[row["URN"]][true]) for row in rows])
    away = (seen - right) * np.sqrt(n) / sd
    away = away[~np.isnan(away)]
    assert abs(away.mean()) < 4 / np.sqrt(len(away))
    assert abs((away**2).mean() - 1) < 4 * np.sqrt(2 / len(away))


def test_limits_of_progress_stand_about_it(country: Path) -> None:
    rows = schools_of(country, 2018)
    low, middle, high = (numbers(rows, name) for name in ("P8CILOW", "P8MEA", "P8CIUPP"))
    half = 1.96 * 1.26 / np.sqrt(numbers(rows, "P8PUP"))
    shown = ~np.isnan(middle)
    assert low[shown] == pytest.approx((middle - half)[shown], abs=0.011)
    assert high[shown] == pytest.approx((middle + half)[shown], abs=0.011)


def test_parts_of_attainment_8_add_up(country: Path) -> None:
    rows = schools_of(country, 2016)
    parts = sum(numbers(rows, f"ATT8SCR{part}") for part in ("ENG", "MAT", "EBAC", "OPEN"))
    shown = ~np.isnan(parts)
    assert parts[shown] == pytest.approx(numbers(rows, "ATT8SCR")[shown], abs=0.26)
