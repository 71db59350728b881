"""The binomial multilevel model against a slow sum, and against R's lme4 on the tables of 2014."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slow_shrinkage import slow_log_likelihood, slow_rate

from codebreakers.inference.quadrature import Counts, find_modes, integrate, mean_rates
from codebreakers.inference.shrinkage import (
    LARGEST_TAU,
    BinomialData,
    fit_binomial,
    posterior_means,
)

FIGURES = Path(__file__).with_name("lme4_2014.csv")
# Up to here 25 points are right to a millionth, even for a school with hardly any pupils, for whom
# they are at their worst. Real tables have a tau of about 0.5.
ACCURATE = 1.2
# The worst of some thousand small schools: up to here a thousandth of a log likelihood each, at
# LARGEST_TAU 0.042, and 0.016 of a rate (where 0 to 3 of 20 pupils is all that is known).
NEAR = 2.0
NAMES = {"null": ["intercept"], "covariates": ["intercept", "share", "ks2"]}


@st.composite
def schools(draw):
    """(fewest, most, pupils) of a few small schools."""
    made = []
    for _ in range(draw(st.integers(1, 4))):
        pupils = draw(st.integers(0, 20))
        low = draw(st.integers(0, pupils))
        made.append((low, draw(st.integers(low, min(pupils, low + 3))), pupils))
    return made


def arrays(made):
    low, high, pupils = np.array(made, dtype=float).T
    return Counts.of(low, high, pupils)


def compared(made, b, tau, within, rates_within):
    design = np.column_stack([np.ones(len(made)), np.linspace(-1, 1, len(made))])
    found = integrate(arrays(made), design, np.array(b), tau)
    middles = design @ np.array(b)
    assert found.value == pytest.approx(slow_log_likelihood(made, middles, tau), abs=within)
    slow = [slow_rate(school, m, tau) for school, m in zip(made, middles, strict=True)]
    rates = mean_rates(arrays(made), middles, tau)
    assert rates == pytest.approx(np.array(slow), abs=rates_within)


@settings(max_examples=40, deadline=None)
@given(schools(), st.floats(-3, 3), st.floats(-2, 2), st.floats(0, ACCURATE))
def test_the_quadrature_is_the_integral(made, intercept, slope, tau):
    compared(made, [intercept, slope], tau, 1e-6, 1e-6)


@settings(max_examples=40, deadline=None)
@given(schools(), st.floats(-3, 3), st.floats(-2, 2), st.floats(ACCURATE, NEAR))
def test_the_quadrature_stays_near_where_schools_differ_beyond_any_real_table(
    made, intercept, slope, tau
):
    compared(made, [intercept, slope], tau, 0.0015 * len(made), 5e-4)


@settings(max_examples=40, deadline=None)
@given(schools(), st.floats(-3, 3), st.floats(-2, 2), st.floats(NEAR, LARGEST_TAU))
def test_the_quadrature_is_no_further_off_than_known_at_the_largest_tau_tried(
    made, intercept, slope, tau
):
    compared(made, [intercept, slope], tau, 0.05 * len(made), 0.02)


@settings(max_examples=50, deadline=None)
@given(schools(), st.floats(-2, 2), st.floats(-2, 2), st.floats(0.1, ACCURATE))
def test_the_derivatives_are_the_slopes(made, intercept, slope, tau):
    counts = arrays(made)
    design = np.column_stack([np.ones(len(made)), np.linspace(-1, 1, len(made))])
    at = np.array([intercept, slope, tau])
    found = integrate(counts, design, at[:-1], tau)
    step = 1e-4
    for i, nudge in enumerate(step * np.eye(3)):
        up, down = at + nudge, at - nudge
        above = integrate(counts, design, up[:-1], up[-1])
        below = integrate(counts, design, down[:-1], down[-1])
        assert found.gradient[i] == pytest.approx((above.value - below.value) / 2 / step, abs=1e-5)
        bend = (above.gradient - below.gradient) / 2 / step
        assert -found.information[i] == pytest.approx(bend, abs=1e-4)


def standardised(values):
    return (values - values.mean()) / values.std()


@pytest.fixture(scope="module")
def table(data_dir: Path) -> dict[str, np.ndarray]:
    """Counts and covariates of 2013/14, each different row once."""
    path = data_dir / "dfe" / "2013-2014" / "england_ks4.csv"
    if not path.is_file():
        pytest.skip(f"the table of 2013/14 is not at {path}")
    header, *rows = list(csv.reader(path.read_text(encoding="cp1252").splitlines()))
    rows = [dict(zip(header, row, strict=True)) for row in dict.fromkeys(map(tuple, rows))]
    rows = [row for row in rows if row["RECTYPE"] == "1"]
    names = ("TAC5EMFSM_PTQ", "TFSMCLA", "TPUP", "KS2APS")
    read = {name: np.array([float(row[name] or "nan") for row in rows]) for name in names}
    has = (read["TFSMCLA"] > 0) & ~np.isnan(read["TAC5EMFSM_PTQ"])
    return {name: values[has] for name, values in read.items()}


def model(table: dict[str, np.ndarray], which: str) -> BinomialData:
    k, n = table["TAC5EMFSM_PTQ"], table["TFSMCLA"]
    design = [np.ones(n.size)]
    if which == "covariates":
        design += [standardised(n / table["TPUP"]), standardised(table["KS2APS"])]
    return BinomialData(k, k, n, np.column_stack(design), NAMES[which])


@pytest.mark.published
@pytest.mark.parametrize("which", ["null", "covariates"])
def test_it_is_what_lme4_finds(table: dict[str, np.ndarray], which: str) -> None:
    with FIGURES.open(encoding="utf-8", newline="") as lines:
        figures = {row["term"]: row for row in csv.DictReader(lines) if row["model"] == which}
    data = model(table, which)
    fit = fit_binomial(data)
    assert fit.converged
    assert len(data.pupils) == int(figures["schools"]["value"])
    tau = float(figures["tau"]["value"])
    b = np.array([float(figures[name]["value"]) for name in fit.names])
    errors = np.array([float(figures[name]["standard_error"]) for name in fit.names])
    assert fit.tau == pytest.approx(tau, abs=1e-4)
    assert fit.coefficients == pytest.approx(b, abs=1e-4)
    assert np.sqrt(np.diag(fit.covariance))[:-1] == pytest.approx(errors, abs=1e-4)
    # Every hundredth school, integrated slowly at lme4's own figures.
    rates = 100 * posterior_means(fit, data)
    for s in range(0, len(rates), 100):
        k, n = int(data.successes_low[s]), int(data.pupils[s])
        slow = slow_rate((k, k, n), float(data.design[s] @ b), tau)
        assert rates[s] == pytest.approx(100 * slow, abs=0.02)


@pytest.mark.parametrize("middle", [-6.0, -3.28, 0.0, 3.28, 6.0])
def test_the_mode_of_a_school_that_all_fail_where_most_should_succeed_is_found(middle):
    """Newton's steps go to and fro between both ends of such a school's bracket."""
    counts = arrays([(0, 0, 149), (1, 1, 160), (150, 150, 150), (139, 140, 140)])
    middles, tau = np.full(4, middle), np.full(4, 0.4391821718)
    found = find_modes(counts, middles, tau)
    slope = counts.given((middles + tau * found.centre)[:, None])[1][:, 0]
    assert tau * slope == pytest.approx(found.centre, abs=1e-5)
