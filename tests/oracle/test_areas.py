"""Schools within authorities against a slow double sum, and R's lme4 on the tables of 2014."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slow_areas import area_moments, slow_log_likelihood

from codebreakers.inference.areas import fit_areas
from codebreakers.inference.areas_effects import add_area_effects
from codebreakers.inference.areas_quadrature import Grouped, integrate_areas
from codebreakers.inference.shrinkage import LOGIT_SPREAD, BinomialData, fit_binomial

FIGURES = Path(__file__).with_name("lme4_areas_2014.csv")
SCHOOLS = [(1, 1, 6), (3, 5, 9), (0, 0, 4), (7, 7, 12), (2, 2, 5)]
AREAS = ["b", "a", "b", "b", "a"]


def small(schools=SCHOOLS) -> BinomialData:
    low, high, n = np.array(schools, dtype=float).T
    design = np.column_stack([np.ones(n.size), np.linspace(-1, 1, n.size)])
    return BinomialData(low, high, n, design, ["intercept", "x"])


def turned(grouped, b, tau, omega):
    return np.append(grouped.turn @ b, [tau, omega])


@settings(max_examples=6, deadline=None)
@given(st.floats(-1.5, 1.5), st.floats(-1, 1), st.floats(0, 0.8), st.floats(0, 0.8))
def test_the_nested_quadrature_is_the_double_integral(intercept, slope, tau, omega):
    data, b = small(), np.array([intercept, slope])
    grouped = Grouped.of(data, AREAS)
    at = turned(grouped, b, tau, omega)
    prior = at[:-2] @ at[:-2] / (2 * LOGIT_SPREAD**2)
    slow = slow_log_likelihood(SCHOOLS, data.design @ b, AREAS, tau, omega)
    assert integrate_areas(grouped, at).value + prior == pytest.approx(slow, abs=2e-6)


@settings(max_examples=40, deadline=None)
@given(st.floats(-2, 2), st.floats(-2, 2), st.floats(0.1, 0.8), st.floats(0.1, 0.8))
def test_the_derivatives_are_the_slopes(intercept, slope, tau, omega):
    grouped = Grouped.of(small(), AREAS)
    at = np.array([intercept, slope, tau, omega])
    found = integrate_areas(grouped, at)
    step = 1e-4
    for i, nudge in enumerate(step * np.eye(4)):
        above, below = integrate_areas(grouped, at + nudge), integrate_areas(grouped, at - nudge)
        assert found.gradient[i] == pytest.approx((above.value - below.value) / 2 / step, abs=2e-5)
        bend = (above.gradient - below.gradient) / 2 / step
        assert -found.information[i] == pytest.approx(bend, abs=2e-4)


@pytest.mark.parametrize(("tau", "omega"), [(0.0, 0.5), (0.4, 0.05), (0.4, 0.2), (0.5, 1.0)])
def test_an_authoritys_effect_is_drawn_from_its_distribution(tau: float, omega: float) -> None:
    data, b = small(), np.array([-0.3, 0.2])
    grouped = Grouped.of(data, AREAS)
    # Draws beside one another have an omega of their own.
    near = np.tile(turned(grouped, b, tau, omega), (1, 20_001, 1))
    near[0, 0, -1] = 5 * omega
    logits = np.zeros((5, 1, 20_001))
    add_area_effects(grouped, logits, near, np.random.default_rng(1))
    for area, first in (("a", 0), ("b", 2)):
        inside = [i for i, name in enumerate(AREAS) if name == area]
        _, mean, sd = area_moments(
            [SCHOOLS[i] for i in inside], (data.design @ b)[inside], tau, omega
        )
        drawn = logits[first, 0, 1:]
        assert (logits[first] == logits[first + 1]).all()
        assert drawn.mean() == pytest.approx(mean, abs=4 * sd / np.sqrt(20_000))
        assert drawn.std() == pytest.approx(sd, rel=0.02)


def standardised(values):
    return (values - values.mean()) / values.std()


@pytest.fixture(scope="module")
def table(data_dir: Path) -> dict[str, np.ndarray]:
    """Counts, covariates and authorities of 2013/14, each different row once."""
    path = data_dir / "dfe" / "2013-2014" / "england_ks4.csv"
    if not path.is_file():
        pytest.skip(f"the table of 2013/14 is not at {path}")
    header, *rows = list(csv.reader(path.read_text(encoding="cp1252").splitlines()))
    rows = [dict(zip(header, row, strict=True)) for row in dict.fromkeys(map(tuple, rows))]
    rows = [row for row in rows if row["RECTYPE"] == "1"]
    names = ("TAC5EMFSM_PTQ", "TFSMCLA", "TPUP", "KS2APS")
    read = {name: np.array([float(row[name] or "nan") for row in rows]) for name in names}
    read["LEA"] = np.array([row["LEA"] for row in rows])
    has = (read["TFSMCLA"] > 0) & ~np.isnan(read["TAC5EMFSM_PTQ"])
    return {name: values[has] for name, values in read.items()}


@pytest.mark.published
@pytest.mark.parametrize("which", ["null", "covariates"])
def test_it_is_what_lme4_finds(table: dict[str, np.ndarray], which: str) -> None:
    with FIGURES.open(encoding="utf-8", newline="") as lines:
        figures = {row["term"]: row for row in csv.DictReader(lines) if row["model"] == which}
    k, n = table["TAC5EMFSM_PTQ"], table["TFSMCLA"]
    columns = {"intercept": np.ones(n.size)}
    if which == "covariates":
        columns["share"] = standardised(n / table["TPUP"])
        columns["ks2"] = standardised(table["KS2APS"])
    data = BinomialData(k, k, n, np.column_stack(list(columns.values())), list(columns))
    fit = fit_areas(data, table["LEA"].tolist())
    assert fit.converged
    assert n.size == int(figures["schools"]["value"])
    # lme4 has two random effects by Laplace's approximation only, which is a little off in tau.
    assert fit.tau == pytest.approx(float(figures["tau"]["value"]), abs=0.005)
    assert fit.omega == pytest.approx(float(figures["omega"]["value"]), abs=0.002)
    b = np.array([float(figures[name]["value"]) for name in fit.names])
    errors = np.array([float(figures[name]["standard_error"]) for name in fit.names])
    assert fit.coefficients == pytest.approx(b, abs=0.003)
    assert np.sqrt(np.diag(fit.covariance))[:-2] == pytest.approx(errors, abs=0.0005)
    assert fit.log_likelihood > fit_binomial(data).log_likelihood + 50
