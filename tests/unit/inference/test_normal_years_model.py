from __future__ import annotations

import tracemalloc
from dataclasses import replace

import numpy as np
import pytest

from codebreakers.errors import CannotAnswerError, RequestError
from codebreakers.inference import normal_years_draws
from codebreakers.inference.normal import NormalData, fit_normal
from codebreakers.inference.normal_draws import draw_levels
from codebreakers.inference.normal_panel import inverted
from codebreakers.inference.normal_years import NormalYears, NormalYearsFit, fit_normal_years
from codebreakers.inference.normal_years_draws import draw_normal_years

SIGMA = 1.26
ALIKE = np.array([[1.0, 0.8, 0.65], [0.8, 1.0, 0.79], [0.65, 0.79, 1.0]])
CALENDAR = (2010, 2011, 2013, 2014)
APART = np.abs(np.subtract.outer(CALENDAR, CALENDAR))


def world(seed, covariance, size, *, missing=0.0, years=None):
    """A world drawn from the model: its data, and its true levels, shape (S, T)."""
    rng = np.random.default_rng([seed, 2018])
    values, vectors = np.linalg.eigh(covariance)
    root = vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T
    effects = rng.normal(size=(size, len(root))) @ root
    tables, truth = [], []
    for t, effect in enumerate(effects.T):
        n, x = rng.integers(5, 120, size).astype(float), rng.normal(size=size)
        levels = 0.1 * t + 0.3 * x + effect
        met = levels + SIGMA / np.sqrt(n) * rng.normal(size=size)
        met[rng.random(size) < missing] = np.nan
        design = np.column_stack([np.ones(size), x])
        tables.append(NormalData(met, n, design, ["one", "x"], SIGMA))
        truth.append(levels)
    chosen = years or tuple(2016 + t for t in range(len(root)))
    return NormalYears(chosen, tuple(tables)), np.array(truth).T


def plain(values, n, years=None) -> NormalYears:
    """Values and pupils, shape (T, S) each, with an intercept a year."""
    one = np.ones((len(values[0]), 1))
    tables = tuple(NormalData(y, k, one, ["one"], SIGMA) for y, k in zip(values, n, strict=True))
    return NormalYears(years or tuple(range(2016, 2016 + len(values))), tables)


def correlations(fit: NormalYearsFit) -> np.ndarray:
    spreads = np.sqrt(np.diag(fit.covariance_of_schools))
    return fit.covariance_of_schools / np.outer(spreads, spreads)


def test_one_year_is_the_model_of_one_year() -> None:
    data, _ = world(1, np.array([[0.16]]), 300)
    fit, alone = fit_normal_years(data), fit_normal(data.data[0])
    assert fit.converged
    assert np.sqrt(fit.covariance_of_schools[0, 0]) == pytest.approx(alone.tau, abs=1e-5)
    assert fit.coefficients[0] == pytest.approx(alone.coefficients, abs=1e-6)
    assert fit.log_likelihood == pytest.approx(alone.log_likelihood, abs=1e-6)
    rng = np.random.default_rng(1)
    levels = draw_normal_years(fit, data, 4000, rng)[:, :, 0]
    other = draw_levels(alone, data.data[0], 4000, rng).levels
    assert levels.mean(axis=0) == pytest.approx(other.mean(axis=0), abs=0.03)
    assert np.mean(levels.std(axis=0) / other.std(axis=0)) == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("seed", [1, 2])
def test_three_years_are_found_as_they_were_made(seed) -> None:
    fit = fit_normal_years(world(seed, 0.16 * ALIKE, 3000, missing=0.1)[0])
    assert fit.converged
    assert np.diag(fit.covariance_of_schools) == pytest.approx(np.full(3, 0.16), abs=0.02)
    assert correlations(fit) == pytest.approx(ALIKE, abs=0.05)
    assert [b.tolist() for b in fit.coefficients] == [
        pytest.approx([0.1 * t, 0.3], abs=0.04) for t in range(3)
    ]


def test_what_lasts_and_what_fades_are_found_as_they_were_made() -> None:
    made = 0.08 + 0.12 * 0.5**APART
    data, _ = world(1, made, 3000, years=CALENDAR, missing=0.2)
    fit = fit_normal_years(data)
    assert fit.converged
    assert fit.covariance_of_schools == pytest.approx(made, abs=0.02)
    # Two gaps of one year of the calendar are alike; one of two years is less.
    assert fit.covariance_of_schools[0, 1] == fit.covariance_of_schools[2, 3]
    assert fit.covariance_of_schools[1, 2] < fit.covariance_of_schools[0, 1]


@pytest.mark.parametrize("years", [1, 2, 5])
def test_many_small_matrices_are_inverted_at_once(years) -> None:
    rng = np.random.default_rng(years)
    parts = rng.normal(size=(6, 3, years, years + 2))
    matrices = parts @ np.swapaxes(parts, 2, 3)
    inverses, logs = inverted(np.moveaxis(matrices, (2, 3), (0, 1)).copy())
    assert np.moveaxis(inverses, (0, 1), (2, 3)) == pytest.approx(np.linalg.inv(matrices), rel=1e-6)
    assert logs == pytest.approx(np.linalg.slogdet(matrices)[1])


def coverage(covariance, size, worlds, years=None):
    """How often 95% intervals hold the truth of levels and of their means over the years."""
    held, lasting = [], []
    for seed in range(worlds):
        data, truth = world(seed, covariance, size, missing=0.15, years=years)
        drawn = draw_normal_years(fit_normal_years(data), data, 500, np.random.default_rng(seed))
        met = ~np.isnan(drawn[0])
        low, high = np.quantile(drawn[:, met], [0.025, 0.975], axis=0)
        held.append(np.mean((low <= truth[met]) & (truth[met] <= high)))
        whole = met.all(axis=1)
        low, high = np.quantile(drawn[:, whole].mean(axis=2), [0.025, 0.975], axis=0)
        mean = truth[whole].mean(axis=1)
        lasting.append(np.mean((low <= mean) & (mean <= high)))
    return np.mean(held), np.mean(lasting)


@pytest.mark.parametrize(
    ("covariance", "years"),
    [(0.16 * ALIKE, None), (0.08 + 0.08 * 0.5**APART, CALENDAR)],
    ids=["three years", "four years"],
)
@pytest.mark.proof
def test_intervals_hold_the_truth(covariance, years) -> None:
    levels, lasting = coverage(covariance, 150, 8, years)
    assert 0.93 < levels < 0.97
    assert 0.93 < lasting < 0.97


@pytest.mark.parametrize("spread", [0.0, 0.16])
def test_intervals_hold_the_truth_where_the_covariance_is_singular(spread) -> None:
    levels, lasting = coverage(np.full((2, 2), spread), 80, 8)
    assert levels > 0.93
    assert lasting > 0.93


NOT_MET = [np.nan, np.nan]
DEGENERATE = {
    "one school": ([[0.3], [-0.2], [0.1]], [[40], [40], [30]]),
    "one school, four years": ([[0.3], [-0.2], [0.1], [0.2]], [[40], [40], [30], [30]]),
    "two schools": ([[0.3, -0.3], [0.5, -0.4]], [[40, 50], [40, 60]]),
    "all equal": ([[0.2] * 30] * 3, [[50] * 30] * 3),
    "far apart": ([[-40.0] * 9 + [40.0] * 9] * 2, [[30] * 18] * 2),
    "opposites": ([[-4.0] * 9 + [4.0] * 9, [4.0] * 9 + [-4.0] * 9], [[30] * 18] * 2),
    "a single year": ([[0.3, -0.3, 0.1]], [[40, 50, 60]]),
    "a year of one school": ([[0.3, -0.3, 0.1], [0.2, *NOT_MET]], [[40, 50, 60]] * 2),
}


@pytest.mark.parametrize("name", DEGENERATE)
def test_whatever_the_values_there_is_an_answer(name) -> None:
    data = plain(*DEGENERATE[name])
    fit = fit_normal_years(data)
    levels = draw_normal_years(fit, data, 50, np.random.default_rng(1))
    assert fit.converged
    assert np.isfinite(levels).all()
    assert np.isfinite(fit.covariance_of_schools).all()
    assert np.linalg.eigvalsh(fit.uncertainty).min() > 0


def test_equal_schools_do_not_differ() -> None:
    fit = fit_normal_years(plain([[0.2] * 30] * 2, [[50] * 30] * 2))
    assert fit.covariance_of_schools == pytest.approx(np.zeros((2, 2)), abs=1e-5)
    assert np.concatenate(fit.coefficients) == pytest.approx(np.full(2, 0.2))


def test_a_year_without_results_is_what_the_other_years_say() -> None:
    data, _ = world(3, 0.16 * ALIKE, 250)
    first, second, third = data.data
    first.values[:2], first.pupils[:2] = [1.5, -1.5], 90
    second.values[:3], second.pupils[:2] = np.nan, [0, 40]
    second.design[:3, 1] = [0, 0, np.nan]
    third.values[:2] = np.nan
    for part in data.data:
        part.pupils[3] = np.nan
        part.values[4], part.pupils[4] = np.nan, 0
    fit = fit_normal_years(data)
    assert fit.left_out[3] == "; ".join(f"{y}: pupils is not known" for y in data.years)
    assert [s for s, why in enumerate(fit.left_out) if why] == [3]
    levels = draw_normal_years(fit, data, 2000, np.random.default_rng(1))
    assert np.isnan(levels[:, 3]).all()
    assert np.isnan(levels[:, 2, 1]).all()
    assert np.isfinite(levels[:, 2, [0, 2]]).all()
    assert np.isfinite(np.delete(levels, [2, 3], axis=1)).all()
    assert levels[:, 0, 1].mean() > levels[:, 1, 1].mean() + 0.5
    assert levels[:, 0, 1].std() > levels[:, 5:, 1].std(axis=0).mean()
    # Nothing is known of a school without pupils but its covariates.
    alone = [x.design[4] @ b for x, b in zip(data.data, fit.coefficients, strict=True)]
    assert levels[:, 4].mean(axis=0) == pytest.approx(alone, abs=0.06)
    spreads = np.sqrt(np.diag(fit.covariance_of_schools))
    assert levels[:, 4].std(axis=0) == pytest.approx(spreads, rel=0.1)


def test_a_school_without_results_changes_nothing() -> None:
    data, _ = world(4, 0.16 * ALIKE[:2, :2], 200)
    wider = tuple(
        NormalData(
            np.append(part.values, np.nan),
            np.append(part.pupils, 30),
            np.vstack([part.design, [[1.0, 0.0]]]),
            part.names,
            part.sigma,
        )
        for part in data.data
    )
    fit, same = fit_normal_years(data), fit_normal_years(NormalYears(data.years, wider))
    assert same.log_likelihood == pytest.approx(fit.log_likelihood, abs=1e-9)
    assert same.covariance_of_schools == pytest.approx(fit.covariance_of_schools, abs=1e-9)
    assert same.left_out[-1] != ""


def test_years_may_have_columns_of_their_own() -> None:
    data, _ = world(5, 0.16 * ALIKE[:2, :2], 200)
    second = data.data[1]
    bare = NormalData(second.values, second.pupils, np.ones((200, 1)), ["one"], SIGMA)
    fit = fit_normal_years(NormalYears(data.years, (data.data[0], bare)))
    assert fit.names == (("one", "x"), ("one",))
    assert [b.size for b in fit.coefficients] == [2, 1]
    with pytest.raises(RequestError, match="2017 by one, not to 2016 by one, x; 2017 by one, x"):
        draw_normal_years(fit, data, 10, np.random.default_rng(1))


def test_units_do_not_matter() -> None:
    data, _ = world(6, 0.16 * ALIKE[:2, :2], 150)
    rescaled = NormalYears(
        data.years,
        tuple(
            NormalData(
                1000 + 66 * part.values,
                part.pupils,
                np.column_stack([part.design[:, 0], 27 + 0.01 * part.design[:, 1]]),
                part.names,
                66 * part.sigma,
            )
            for part in data.data
        ),
    )
    one, other = fit_normal_years(data), fit_normal_years(rescaled)
    assert other.covariance_of_schools == pytest.approx(66**2 * one.covariance_of_schools, rel=1e-5)
    assert other.coefficients[0][1] == pytest.approx(6600 * one.coefficients[0][1], rel=1e-5)
    means = [
        draw_normal_years(fit, of, 400, np.random.default_rng(1)).mean(axis=0)
        for fit, of in ((one, data), (other, rescaled))
    ]
    assert (means[1] - 1000) / 66 == pytest.approx(means[0], abs=0.05)


def test_a_seed_gives_the_same_draws() -> None:
    data, _ = world(7, 0.16 * ALIKE[:2, :2], 50)
    fit = fit_normal_years(data)
    one, same, other = (
        draw_normal_years(fit, data, 37, np.random.default_rng(s)) for s in (1, 1, 2)
    )
    assert one.shape == (37, 50, 2)
    assert (one == same).all()
    assert (one != other).any()


def test_draws_are_as_unsure_of_the_covariance_as_the_fit_is() -> None:
    data, _ = world(10, np.array([[0.16]]), 12)
    data.data[0].values[0], data.data[0].pupils[0] = np.nan, 0
    fit = fit_normal_years(data)
    sure = replace(fit, uncertainty=1e-20 * np.eye(1))
    spreads = [
        draw_normal_years(of, data, 40_000, np.random.default_rng(1))[:, 0, 0].var()
        for of in (fit, sure)
    ]
    assert spreads[0] - spreads[1] == pytest.approx(fit.unit**2 * fit.uncertainty[0, 0], rel=0.3)


def test_blocks_do_not_change_the_distribution(monkeypatch) -> None:
    data, _ = world(9, 0.16 * ALIKE[:2, :2], 40)
    fit = fit_normal_years(data)
    whole = draw_normal_years(fit, data, 2000, np.random.default_rng(1))
    monkeypatch.setattr(normal_years_draws, "_BLOCK", 40 * 4 * 7)
    parts = draw_normal_years(fit, data, 2000, np.random.default_rng(1))
    assert parts.mean(axis=0) == pytest.approx(whole.mean(axis=0), abs=0.03)
    assert np.mean(parts.std(axis=0) / whole.std(axis=0)) == pytest.approx(1, abs=0.02)


def test_memory_does_not_grow_with_draws() -> None:
    data, _ = world(8, 0.16 * ALIKE[:2, :2], 300)
    fit = fit_normal_years(data)
    beyond = []
    for draws in (500, 2000):
        tracemalloc.start()
        size = draw_normal_years(fit, data, draws, np.random.default_rng(1)).nbytes
        beyond.append(tracemalloc.get_traced_memory()[1] - size)
        tracemalloc.stop()
    assert max(beyond) < 50e6
    assert beyond[1] < 1.3 * beyond[0]


def test_what_does_not_go_together_is_refused() -> None:
    data = plain([[1, 2], [3, 4]], [[9, 9], [9, 9]])
    part, fit = data.data[0], fit_normal_years(data)
    with pytest.raises(RequestError, match="do not rise"):
        NormalYears((2017, 2017), data.data)
    with pytest.raises(RequestError, match="3 years and 2 tables"):
        NormalYears((2016, 2017, 2018), data.data)
    with pytest.raises(RequestError, match="13 years and 13 tables"):
        NormalYears(tuple(range(2006, 2019)), (part,) * 13)
    with pytest.raises(RequestError, match="0 years"):
        NormalYears((), ())
    with pytest.raises(RequestError, match="of 2, 3 schools"):
        NormalYears((2016, 2017), (part, plain([[1, 2, 3]], [[9, 9, 9]]).data[0]))
    with pytest.raises(RequestError, match="0 draws"):
        draw_normal_years(fit, data, 0, np.random.default_rng(1))
    with pytest.raises(CannotAnswerError, match="2017: No school has"):
        fit_normal_years(plain([[1, 2], NOT_MET], [[9, 9], [9, 9]]))
