"""The normal multilevel model against whole matrices in plain Python, and against R's lme4."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slow_normal import (
    covariance_of_values,
    least_squares,
    moments_of_levels,
    posterior,
    restricted_log_likelihood,
)

from codebreakers.inference.normal import (
    NormalData,
    Results,
    fit_normal,
    posterior_means_normal,
)
from codebreakers.inference.normal_draws import WIDEST, draw_levels
from codebreakers.inference.normal_panel import Panel
from codebreakers.inference.normal_years import NormalYears, fit_normal_years
from codebreakers.inference.normal_years_draws import draw_normal_years
from codebreakers.inference.pupil_spread import pupil_sd
from codebreakers.inference.years_covariance import structure_of

FIGURES = Path(__file__).with_name("lme4_progress_2018.csv")
SIGMA = 1.26
CALENDAR = (2011, 2013, 2014, 2015)


@st.composite
def tables(draw, most=9):
    """A few schools' values and pupils, with an intercept and a slope."""
    size = draw(st.integers(3, most))
    values = draw(st.lists(st.floats(-3, 3), min_size=size, max_size=size))
    pupils = draw(st.lists(st.integers(1, 300), min_size=size, max_size=size))
    # Hundredths, as published: what differs less than rounding is not what is tested.
    return NormalData(
        np.round(values, 2),
        pupils,
        np.column_stack([np.ones(size), np.linspace(-1, 2, size) ** 2]),
        ["one", "x"],
        SIGMA,
    )


def slow_log_likelihood(data, tau):
    spread = covariance_of_values(data.pupils, data.sigma, tau)
    return restricted_log_likelihood(data.values, spread, data.design.tolist())


@settings(max_examples=40, deadline=None)
@given(tables(), st.floats(0, 5))
def test_the_restricted_likelihood_is_that_of_the_error_contrasts(data, tau):
    found = Results.of(data).given(np.array([tau**2]))
    assert found.log_likelihood[0] == pytest.approx(slow_log_likelihood(data, tau), abs=1e-8)


@settings(max_examples=40, deadline=None)
@given(tables(), st.floats(0.01, 5))
def test_its_slope_is_the_slope(data, between):
    results, step = Results.of(data), 1e-5 * between
    above, below = results.given(np.array([between + step, between - step])).log_likelihood
    slope = results.slope(np.array([between]))[0]
    assert slope == pytest.approx((above - below) / (2 * step), rel=1e-5, abs=1e-5)


@settings(max_examples=20, deadline=None)
@given(tables())
def test_no_tau_is_more_likely_than_the_one_found(data):
    fit = fit_normal(data)
    assert fit.converged
    top = slow_log_likelihood(data, fit.tau)
    assert fit.log_likelihood == pytest.approx(top, abs=1e-8)
    for other in (0.0, *np.geomspace(1e-3, 30, 60), 0.99 * fit.tau, 1.01 * fit.tau):
        assert slow_log_likelihood(data, other) <= top + 1e-8


@settings(max_examples=30, deadline=None)
@given(tables())
def test_coefficients_and_levels_are_those_of_whole_matrices(data):
    fit = fit_normal(data)
    spread, design = covariance_of_values(data.pupils, SIGMA, fit.tau), data.design.tolist()
    b, covariance = least_squares(data.values, spread, design)
    assert fit.coefficients == pytest.approx(np.array(b)[:, 0], abs=1e-7)
    assert fit.covariance == pytest.approx(np.array(covariance), rel=1e-6)
    between = np.diag(np.full(data.pupils.size, fit.tau**2)).tolist()
    means, _ = moments_of_levels(data.values, spread, (between, between), design, design)
    assert posterior_means_normal(fit, data) == pytest.approx(means, abs=1e-7)


@pytest.mark.parametrize(
    "values",
    [
        [0.1, -0.4, 0.5, 0.9, -0.2, 0.05, 0.6, -0.9],
        [0.1, 0.12, 0.09, 0.11, 0.1, 0.08, 0.13, 0.1],
        [0.4, -0.3],
    ],
    ids=["apart", "alike", "two schools"],
)
def test_draws_have_the_moments_of_sums_over_tau(values):
    size = len(values)
    pupils = np.array([12, 40, 25, 80, 30, 200, 9, 60])[:size]
    columns = [np.ones(size), np.linspace(-1, 1, size) ** 3][: 1 + (size > 2)]
    data = NormalData(values, pupils, np.column_stack(columns), ["one", "x"][: len(columns)], SIGMA)
    scale = WIDEST * max(np.std(values), SIGMA)
    (mean, sd), means, sds = posterior(values, pupils.tolist(), data.design.tolist(), SIGMA, scale)
    draws = 100_000
    drawn = draw_levels(fit_normal(data), data, draws, np.random.default_rng(1))
    assert drawn.taus.mean() == pytest.approx(mean, abs=5 * sd / np.sqrt(draws) + 1e-3 * sd)
    assert drawn.taus.std() == pytest.approx(sd, rel=0.02)
    error = 5 * np.array(sds) / np.sqrt(draws)
    assert np.abs(drawn.levels.mean(axis=0) - means) == pytest.approx(
        np.zeros(size), abs=error.max()
    )
    assert drawn.levels.std(axis=0) == pytest.approx(sds, rel=0.02)


def panel_of(years, size, seed):
    """Some schools' values in some years: one lacks a year, one has no pupils in one."""
    rng = np.random.default_rng([seed, 2018])
    tables = []
    for t, _ in enumerate(years):
        n = rng.integers(5, 200, size).astype(float)
        values = np.round(rng.normal(size=size) + 0.3 * t, 2)
        values[t] = np.nan
        if t == 1:
            values[0], n[0] = np.nan, 0
        design = np.column_stack([np.ones(size), rng.normal(size=size)])
        sigma = SIGMA + 0.1 * t
        tables.append(
            NormalData(values, n, design[:, : 1 + t % 2], ["one", "x"][: 1 + t % 2], sigma)
        )
    return NormalYears(tuple(years), tuple(tables))


def stacked(data, between):
    """Values that there are, their covariance and design, and that of all levels, as lists."""
    years, size = len(data.years), data.data[0].pupils.size
    widths = [part.design.shape[1] for part in data.data]
    cells = [(s, t) for s in range(size) for t in range(years)]
    met = [(s, t) for s, t in cells if not np.isnan(data.data[t].values[s])]

    def row(s, t):
        before = [0.0] * sum(widths[:t])
        return before + data.data[t].design[s].tolist() + [0.0] * sum(widths[t + 1 :])

    def effects(some, others):
        return [[between[t][u] if s == r else 0.0 for r, u in others] for s, t in some]

    spread = effects(met, met)
    for i, (s, t) in enumerate(met):
        spread[i][i] += data.data[t].sigma ** 2 / data.data[t].pupils[s]
    values = [float(data.data[t].values[s]) for s, t in met]
    designs = [[row(*c) for c in some] for some in (met, cells)]
    return values, spread, (effects(cells, met), effects(cells, cells)), designs


PARAMETERS = {1: [0.4], 2: [0.4, 0.1, 0.3], 3: [0.4, 0.1, 0.3, -0.2, 0.1, 0.5], 4: [0.3, 0.2, 0.7]}


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_several_years_have_the_likelihood_of_whole_matrices(count) -> None:
    years = CALENDAR[:count]
    data = panel_of(years, 7, count)
    panel, structure = Panel.of(data.years, data.data), structure_of(years)
    at = np.array(PARAMETERS[count]) / panel.unit
    if count == 4:
        at[-1] = PARAMETERS[count][-1]
    covariance = structure.covariance(at)
    value, slope, above = panel.restricted(covariance)
    values, spread, _, (design, _) = stacked(data, (panel.unit**2 * covariance).tolist())
    assert value == pytest.approx(restricted_log_likelihood(values, spread, design), abs=1e-8)
    b, _ = least_squares(values, spread, design)
    mine = [
        np.linalg.solve(year.turn, year.plain + panel.unit * part)
        for year, part in zip(panel.results, panel.split(above), strict=True)
    ]
    assert np.concatenate(mine) == pytest.approx(np.array(b)[:, 0], abs=1e-8)
    for t in range(count):
        for u in range(t + 1):
            step = np.zeros((count, count))
            step[t, u] = step[u, t] = 1e-6
            ends = (panel.restricted(covariance + sign * step)[0] for sign in (1, -1))
            rise = (next(ends) - next(ends)) / 2e-6
            assert np.sum(slope * step) / 1e-6 == pytest.approx(rise, rel=1e-4, abs=1e-3)


@pytest.mark.parametrize("count", [2, 3, 4])
def test_no_parameters_are_more_likely_than_those_found(count) -> None:
    data = panel_of(CALENDAR[:count], 12, count)
    fit, panel = fit_normal_years(data), Panel.of(data.years, data.data)
    assert fit.converged

    def height(at):
        away = at - fit.structure.centre
        penalty = 0.5 * fit.structure.precision @ away**2
        return panel.restricted(fit.structure.covariance(at))[0] - penalty

    rng, top = np.random.default_rng(1), height(fit.summit)
    for size in (1e-3, 1e-2, 0.1, 0.3):
        for _ in range(60):
            assert height(fit.summit + size * rng.normal(size=fit.summit.size)) <= top + 1e-7


@pytest.mark.parametrize("count", [1, 2, 4])
def test_draws_of_years_have_the_moments_of_whole_matrices(count) -> None:
    data = panel_of(CALENDAR[:count], 5, count + 10)
    fit = fit_normal_years(data)
    sure = replace(fit, uncertainty=1e-20 * np.eye(fit.summit.size))
    values, spread, effects, (design, designs) = stacked(data, fit.covariance_of_schools.tolist())
    means, covariance = moments_of_levels(values, spread, effects, design, designs)
    drawn = draw_normal_years(sure, data, 20_000, np.random.default_rng(1))
    left_out = np.array([why != "" for why in data.left_out()])
    flat = drawn.reshape(len(drawn), -1)
    assert np.isnan(flat[0]).tolist() == np.repeat(left_out, count).tolist()
    keep, sds = ~np.isnan(flat[0]), np.sqrt(np.diag(covariance))
    assert (flat.mean(axis=0) - means)[keep] / sds[keep] == pytest.approx(
        np.zeros(keep.sum()), abs=5 / np.sqrt(len(drawn))
    )
    scaled = np.cov(flat[:, keep].T) / np.outer(sds[keep], sds[keep])
    expected = np.array(covariance)[np.ix_(keep, keep)] / np.outer(sds[keep], sds[keep])
    assert np.abs(scaled - expected).max() < 0.03


def standardised(values):
    return (values - values.mean()) / values.std()


def number(text):
    try:
        return float(text.removesuffix("%"))
    except ValueError:
        return np.nan


@pytest.fixture(scope="module")
def table(data_dir: Path) -> dict[str, np.ndarray]:
    """Progress 8 and covariates of schools in 2017/18."""
    path = data_dir / "dfe" / "2017-2018" / "england_ks4final.csv"
    if not path.is_file():
        pytest.skip(f"the table of 2017/18 is not at {path}")
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["RECTYPE"] == "1"]
    names = ("P8MEA", "P8PUP", "P8CILOW", "P8CIUPP", "PTFSM6CLA1A", "KS2APS")
    return {name: np.array([number(row[name]) for row in rows]) for name in names}


@pytest.mark.published
@pytest.mark.parametrize("which", ["null", "covariates"])
def test_it_is_what_lme4_finds(table: dict[str, np.ndarray], which: str) -> None:
    with FIGURES.open(encoding="utf-8", newline="") as lines:
        figures = {row["term"]: row for row in csv.DictReader(lines) if row["model"] == which}
    columns = {"null": {}, "covariates": {"share": "PTFSM6CLA1A", "ks2": "KS2APS"}}[which]
    has = ~np.isnan(sum(table[name] for name in ("P8MEA", "P8PUP", *columns.values())))
    design = [np.ones(has.sum()), *(standardised(table[c][has]) for c in columns.values())]
    names = ["intercept", *columns]
    data = NormalData(
        table["P8MEA"][has], table["P8PUP"][has], np.column_stack(design), names, SIGMA
    )
    fit = fit_normal(data)
    assert fit.converged
    assert data.pupils.size == int(figures["schools"]["value"])
    assert fit.tau == pytest.approx(float(figures["tau"]["value"]), abs=2e-6)
    b = [float(figures[name]["value"]) for name in names]
    errors = [float(figures[name]["standard_error"]) for name in names]
    assert fit.coefficients == pytest.approx(b, abs=2e-6)
    assert np.sqrt(np.diag(fit.covariance)) == pytest.approx(errors, abs=2e-6)


@pytest.mark.published
def test_the_limits_of_2018_are_made_with_one_standard_deviation(table) -> None:
    limits = [table[name] for name in ("P8CILOW", "P8CIUPP", "P8PUP", "P8MEA")]
    assert pupil_sd(*limits) == pytest.approx(SIGMA, abs=0.005)
