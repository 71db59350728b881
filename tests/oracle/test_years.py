"""The model of several years against a slow sum over two years' logits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slow_years import chance_below, slow_log_likelihood, slow_posterior

from codebreakers.inference.quadrature import Counts
from codebreakers.inference.shrinkage import BinomialData
from codebreakers.inference.years import fit_years
from codebreakers.inference.years_data import YearsData
from codebreakers.inference.years_draws import draw_years
from codebreakers.inference.years_quadrature import FINE, integrate_years

SPREADS, CORRELATION = (0.5, 0.6), 0.77


@st.composite
def count(draw):
    """(fewest, most, pupils) of a small school, or a year that it lacks."""
    if draw(st.integers(0, 5)) == 0:
        return None
    pupils = draw(st.integers(0, 30))
    low = draw(st.integers(0, pupils))
    return low, draw(st.integers(low, min(pupils, low + 3))), pupils


def arrays(schools):
    """One Counts a year; a year that is lacking has no pupils."""
    return tuple(
        Counts.of(*np.array([c or (0, 0, 0) for c in year], dtype=float).T)
        for year in zip(*schools, strict=True)
    )


def covariance(spreads, correlation):
    alike = np.array([[1.0, correlation], [correlation, 1.0]])
    return alike * np.outer(spreads, spreads)


@settings(max_examples=12, deadline=None)
@given(
    st.tuples(count(), count()),
    st.tuples(st.floats(-2, 2), st.floats(-2, 2)),
    st.tuples(st.floats(0.1, 1), st.floats(0.1, 1)),
    st.floats(-0.9, 0.99),
)
def test_the_quadrature_is_the_integral(counts, middles, spreads, correlation):
    root = np.linalg.cholesky(covariance(spreads, correlation))
    found = integrate_years(arrays([counts]), np.array([middles]), root, np.zeros((1, 2)), FINE[2])
    slow = slow_log_likelihood(counts, middles, spreads, correlation)
    assert found.value == pytest.approx(slow, abs=1e-4)


SCHOOLS = [
    ((3, 3, 20), (12, 12, 25)),
    ((0, 0, 30), (1, 1, 30)),
    ((8, 8, 8), (30, 30, 30)),
    ((0, 0, 6), None),
    ((60, 62, 150), (100, 103, 160)),
    ((0, 0, 200), (0, 0, 180)),
]


@pytest.mark.parametrize("years", [2, 3, 4])
def test_the_derivatives_are_the_slopes(years) -> None:
    rng = np.random.default_rng(years)
    n = rng.integers(1, 40, (years, 5)).astype(float)
    k = np.floor(n * rng.random(n.shape))
    counts = tuple(Counts.of(low, low, pupils) for low, pupils in zip(k, n, strict=True))
    middle, root = rng.normal(size=(5, years)), np.tril(rng.normal(size=(years, years))) * 0.4

    def value(middle, spread):
        lower = np.linalg.cholesky(spread)
        return integrate_years(counts, middle, lower, np.zeros_like(middle), 9)

    spread, step = root @ root.T + 0.01 * np.eye(years), 1e-4
    found = value(middle, spread)
    for t in range(years):
        aside = np.zeros((5, years))
        aside[2, t] = step
        slope = (value(middle + aside, spread).value - value(middle - aside, spread).value) / step
        assert found.slope[2, t] == pytest.approx(slope / 2, abs=2e-3)
        for u in range(t + 1):
            wider = np.zeros((years, years))
            wider[t, u] = wider[u, t] = step / 10
            change = value(middle, spread + wider).value - value(middle, spread - wider).value
            # Both elements of a covariance move, or the one on the diagonal.
            by_spread = 0.5 * np.sum(found.bend.sum(axis=0) * wider) / (step / 10)
            assert by_spread == pytest.approx(change / (step / 5), abs=2e-2)


@pytest.fixture(scope="module")
def drawn():
    """Draws of the schools given one known set of figures, every draw the same."""
    years = []
    for year in zip(*SCHOOLS, strict=True):
        bounds = np.array([c or (np.nan,) * 3 for c in year]).T
        years.append(BinomialData(*bounds, np.ones((len(SCHOOLS), 1)), ["intercept"]))
    data = YearsData((2013, 2014), tuple(years))
    fit = fit_years(data)
    values, vectors = np.linalg.eigh(covariance(SPREADS, CORRELATION))
    root = vectors * np.sqrt(values) @ vectors.T
    at = np.array([-0.4, 0.1, root[0, 0], root[0, 1], root[1, 1]])
    turns = (np.eye(1), np.eye(1))
    known = replace(fit, turns=turns, summit=at, uncertainty=1e-20 * np.eye(5))
    return draw_years(known, data, 20_000, np.random.default_rng(2014))


@pytest.mark.parametrize("school", range(len(SCHOOLS)))
@pytest.mark.parametrize("year", [0, 1])
def test_draws_follow_the_slow_posterior(drawn, school, year) -> None:
    mean, reached = slow_posterior(SCHOOLS[school], (-0.4, 0.1), SPREADS, CORRELATION, year)
    logits = drawn[:, school, year]
    assert logits.mean() == pytest.approx(mean, abs=0.02 * logits.std())
    for tail in (0.025, 0.5, 0.975):
        met = chance_below(reached, np.quantile(logits, tail))
        assert met == pytest.approx(tail, abs=0.004 if tail != 0.5 else 0.012)
