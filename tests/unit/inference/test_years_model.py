from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from codebreakers.errors import CannotAnswerError, RequestError
from codebreakers.inference import years_draws
from codebreakers.inference.lasting import lasting_levels
from codebreakers.inference.posterior import draw_rates
from codebreakers.inference.shrinkage import BinomialData, fit_binomial
from codebreakers.inference.years import YearsFit, fit_years
from codebreakers.inference.years_covariance import structure_of
from codebreakers.inference.years_data import YearsData
from codebreakers.inference.years_draws import draw_years

ALIKE = np.array([[1.0, 0.8, 0.65], [0.8, 1.0, 0.79], [0.65, 0.79, 1.0]])
CALENDAR = (2010, 2011, 2013, 2014)
APART = np.abs(np.subtract.outer(CALENDAR, CALENDAR))


def world(seed, covariance, size, *, missing=0.0, years=None, pupils=(5, 80)):
    """A world drawn from the model: its data, and its true logits, shape (S, T)."""
    rng = np.random.default_rng([seed, 2014])
    values, vectors = np.linalg.eigh(covariance)
    root = vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T
    effects = rng.normal(size=(size, len(root))) @ root
    tables, truth = [], []
    for t, effect in enumerate(effects.T):
        n, x = rng.integers(*pupils, size).astype(float), rng.normal(size=size)
        logits = -0.5 + 0.4 * x + 0.1 * t + effect
        k = rng.binomial(n.astype(int), 1 / (1 + np.exp(-logits))).astype(float)
        n[rng.random(size) < missing] = np.nan
        k[np.isnan(n)] = np.nan
        tables.append(BinomialData(k, k, n, np.column_stack([np.ones(size), x]), ["one", "x"]))
        truth.append(logits)
    return YearsData(years or tuple(2013 + np.arange(len(root))), tuple(tables)), np.array(truth).T


def plain(k, n, years=None) -> YearsData:
    """Successes and pupils, shape (T, S) each, with an intercept a year."""
    k, n = np.array(k, dtype=float), np.array(n, dtype=float)
    one = np.ones((k.shape[1], 1))
    tables = tuple(BinomialData(a, a, b, one, ["one"]) for a, b in zip(k, n, strict=True))
    return YearsData(years or tuple(range(2013, 2013 + len(k))), tables)


def correlations(fit: YearsFit) -> np.ndarray:
    spreads = np.sqrt(np.diag(fit.covariance_of_schools))
    return fit.covariance_of_schools / np.outer(spreads, spreads)


def test_one_year_is_the_model_of_one_year() -> None:
    data, _ = world(1, np.array([[0.25]]), 200)
    fit, alone = fit_years(data), fit_binomial(data.data[0])
    assert fit.converged
    assert np.sqrt(fit.covariance_of_schools[0, 0]) == pytest.approx(alone.tau, abs=1e-3)
    assert fit.coefficients[0] == pytest.approx(alone.coefficients, abs=1e-3)
    assert fit.log_likelihood == pytest.approx(alone.log_likelihood, abs=1e-3)
    rng = np.random.default_rng(1)
    logits = draw_years(fit, data, 3000, rng)[:, :, 0]
    rates = draw_rates(alone, data.data[0], 3000, rng).rates
    other = np.log(rates / (1 - rates))
    apart = np.abs(logits.mean(axis=0) - other.mean(axis=0))
    assert apart.mean() < 0.015
    assert apart.max() < 0.06
    assert np.mean(logits.std(axis=0) / other.std(axis=0)) == pytest.approx(1, abs=0.02)


@pytest.mark.parametrize("seed", [1, 2])
def test_three_years_are_found_as_they_were_made(seed) -> None:
    fit = fit_years(world(seed, 0.25 * ALIKE, 1500)[0])
    assert fit.converged
    assert np.diag(fit.covariance_of_schools) == pytest.approx(np.full(3, 0.25), abs=0.04)
    assert correlations(fit) == pytest.approx(ALIKE, abs=0.07)
    assert [b.tolist() for b in fit.coefficients] == [
        pytest.approx([-0.5 + 0.1 * t, 0.4], abs=0.06) for t in range(3)
    ]


def test_what_lasts_and_what_fades_are_found_as_they_were_made() -> None:
    made = 0.12 + 0.18 * 0.5**APART
    data, _ = world(1, made, 800, years=CALENDAR, missing=0.2)
    fit = fit_years(data)
    assert fit.converged
    assert fit.covariance_of_schools == pytest.approx(made, abs=0.05)
    assert correlations(fit) == pytest.approx(made / made[0, 0], abs=0.1)
    # Two gaps of one year of the calendar are alike; one of two years is less.
    assert fit.covariance_of_schools[0, 1] == fit.covariance_of_schools[2, 3]
    assert fit.covariance_of_schools[1, 2] < fit.covariance_of_schools[0, 1]


@pytest.mark.parametrize("years", [(2013,), (2013, 2014, 2015), CALENDAR])
def test_the_covariance_changes_with_its_parameters_as_it_says(years) -> None:
    structure = structure_of(years)
    parameters = np.random.default_rng(1).normal(size=structure.precision.size)
    root = structure.root(parameters)
    assert root @ root == pytest.approx(structure.covariance(parameters), abs=1e-12)
    for slope, aside in zip(
        structure.slopes(parameters), 1e-6 * np.eye(parameters.size), strict=True
    ):
        above, below = (structure.covariance(parameters + s * aside) for s in (1, -1))
        assert slope == pytest.approx((above - below) / 2e-6, abs=1e-8)
    spreads = np.full(len(years), 0.5)
    start = structure.covariance(structure.start(spreads))
    assert np.diag(start) == pytest.approx(spreads**2)


@pytest.mark.parametrize("end", [0.0, np.pi / 2])
def test_years_may_have_nothing_or_all_in_common(end) -> None:
    structure = structure_of(CALENDAR)
    parameters = np.array([0.3, 0.4, end])
    expected = 0.09 + 0.16 * (np.eye(4) if end == 0 else np.ones((4, 4)))
    assert structure.covariance(parameters) == pytest.approx(expected)
    assert np.isfinite(structure.slopes(parameters)).all()
    assert structure.root(parameters) @ structure.root(parameters) == pytest.approx(expected)


def coverage(covariance, size, worlds, **how):
    """How often 95% intervals hold the truth of levels and of lasting levels."""
    held, lasting = [], []
    for seed in range(worlds):
        data, truth = world(seed, covariance, size, missing=0.15, **how)
        logits = draw_years(fit_years(data), data, 1000, np.random.default_rng(seed))
        years = truth.shape[1]
        low, high = np.quantile(logits, [0.025, 0.975], axis=0)
        drawn = ~np.isnan(logits[0])
        held.append(((low <= truth) & (truth <= high))[drawn].mean())
        levels = lasting_levels(logits, np.full(years, 40.0), drawn)
        mean = truth.mean(axis=1) - np.log(40 / 60)
        low, high = np.quantile(levels[:, drawn[:, 0]], [0.025, 0.975], axis=0)
        lasting.append(np.mean((low <= mean[drawn[:, 0]]) & (mean[drawn[:, 0]] <= high)))
    return np.mean(held), np.mean(lasting)


@pytest.mark.proof
def test_intervals_hold_the_truth() -> None:
    levels, lasting = coverage(0.25 * ALIKE, 100, 10)
    assert 0.93 < levels < 0.97
    assert 0.93 < lasting < 0.97


@pytest.mark.parametrize("spread", [0.0, 0.25])
def test_intervals_hold_the_truth_where_the_covariance_is_singular(spread) -> None:
    levels, lasting = coverage(np.full((2, 2), spread), 60, 4)
    assert levels > 0.92
    assert lasting > 0.92


DEGENERATE = {
    "one school": ([[12], [15], [9]], [[40], [40], [30]]),
    "one school, four years": ([[12], [15], [9], [3]], [[40], [40], [30], [30]]),
    "all equal": ([[20] * 30] * 3, [[50] * 30] * 3),
    "nobody": ([[0] * 10] * 3, [[20] * 10] * 3),
    "everybody": ([[20] * 10] * 4, [[20] * 10] * 4),
    "all or nothing": ([[0] * 9 + [30] * 9] * 2, [[30] * 18] * 2),
    "opposites": ([[0] * 9 + [30] * 9, [30] * 9 + [0] * 9], [[30] * 18] * 2),
    "no pupils": ([[0, 0], [0, 0]], [[0, 0], [0, 0]]),
}


@pytest.mark.parametrize("name", DEGENERATE)
def test_whatever_the_counts_there_is_an_answer(name) -> None:
    data = plain(*DEGENERATE[name])
    fit = fit_years(data)
    logits = draw_years(fit, data, 50, np.random.default_rng(1))
    assert np.isfinite(logits).all()
    assert np.isfinite(fit.covariance_of_schools).all()
    assert np.linalg.eigvalsh(fit.uncertainty).min() > 0
    # Schools that are all or nothing differ by more than is integrated well.
    assert fit.converged or name in ("all or nothing", "opposites")


def test_equal_schools_do_not_differ() -> None:
    fit = fit_years(plain([[20] * 30] * 2, [[50] * 30] * 2))
    assert fit.covariance_of_schools == pytest.approx(np.zeros((2, 2)), abs=1e-4)
    assert np.concatenate(fit.coefficients) == pytest.approx(np.full(2, np.log(20 / 30)), abs=1e-3)


def test_a_year_without_results_is_what_the_other_years_say() -> None:
    data, _ = world(3, 0.25 * ALIKE, 250)
    second = data.data[1]
    data.data[0].successes_low[:2] = data.data[0].successes_high[:2] = [0, 90]
    data.data[0].pupils[:2] = 90
    second.pupils[:3] = np.nan
    second.design[:3, 1] = [0, 0, np.nan]
    data.data[2].successes_low[:2] = np.nan
    for part in data.data:
        part.pupils[3] = np.nan
    fit = fit_years(data)
    assert fit.left_out[:3] == ("", "", "")
    assert fit.left_out[3] == "; ".join(f"{y}: pupils is not known" for y in (2013, 2014, 2015))
    logits = draw_years(fit, data, 500, np.random.default_rng(1))
    assert np.isnan(logits[:, 3]).all()
    assert np.isnan(logits[:, 2, 1]).all()
    assert np.isfinite(logits[:, 2, [0, 2]]).all()
    assert np.isfinite(np.delete(logits, [2, 3], axis=1)).all()
    # One succeeded wholly in the year before, the other failed.
    assert logits[:, 0, 1].mean() + 0.5 < logits[:, 1, 1].mean()
    assert logits[:, 0, 1].std() > logits[:, 4:, 1].std(axis=0).mean()


def test_a_year_without_results_changes_nothing_for_those_who_have_it() -> None:
    data, _ = world(4, 0.25 * ALIKE[:2, :2], 200)
    extra = plain([[np.nan], [np.nan]], [[np.nan], [np.nan]])
    wider = []
    for part, more in zip(data.data, extra.data, strict=True):
        arrays = [
            np.append(getattr(part, a), getattr(more, a)) for a in ("successes_low", "pupils")
        ]
        design = np.vstack([part.design, [[1.0, 0.0]]])
        wider.append(BinomialData(arrays[0], arrays[0], arrays[1], design, part.names))
    fit, same = fit_years(data), fit_years(YearsData(data.years, tuple(wider)))
    assert same.log_likelihood == pytest.approx(fit.log_likelihood, abs=1e-9)
    assert same.covariance_of_schools == pytest.approx(fit.covariance_of_schools, abs=1e-9)
    assert same.left_out[-1] != ""


def test_years_may_have_columns_of_their_own() -> None:
    data, _ = world(5, 0.25 * ALIKE[:2, :2], 200)
    k, n = data.data[1].successes_low, data.data[1].pupils
    bare = BinomialData(k, k, n, np.ones((200, 1)), ["one"])
    fit = fit_years(YearsData(data.years, (data.data[0], bare)))
    assert fit.names == (("one", "x"), ("one",))
    assert [b.size for b in fit.coefficients] == [2, 1]
    with pytest.raises(RequestError, match="2014 by one, not to 2013 by one, x; 2014 by one, x"):
        draw_years(fit, data, 10, np.random.default_rng(1))


def test_units_do_not_matter() -> None:
    data, _ = world(6, 0.25 * ALIKE[:2, :2], 150)
    tables = []
    for part in data.data:
        design = np.column_stack([part.design[:, 0], 27 + 0.01 * part.design[:, 1]])
        k, n = part.successes_low, part.pupils
        tables.append(BinomialData(k, k, n, design, part.names))
    shifted = YearsData(data.years, tuple(tables))
    one, other = fit_years(data), fit_years(shifted)
    assert other.covariance_of_schools == pytest.approx(one.covariance_of_schools, abs=1e-5)
    assert other.coefficients[0][1] == pytest.approx(100 * one.coefficients[0][1], rel=1e-4)
    means = [
        draw_years(fit, of, 400, np.random.default_rng(1)).mean(axis=0)
        for fit, of in ((one, data), (other, shifted))
    ]
    assert np.abs(means[0] - means[1]).max() < 0.1


def test_a_seed_gives_the_same_draws() -> None:
    data, _ = world(7, 0.25 * ALIKE[:2, :2], 50)
    fit = fit_years(data)
    one, same, other = (draw_years(fit, data, 37, np.random.default_rng(s)) for s in (1, 1, 2))
    assert one.shape == (37, 50, 2)
    assert (one == same).all()
    assert (one != other).any()


def test_sharing_modes_does_not_change_the_distribution(monkeypatch) -> None:
    data, _ = world(9, 0.25 * ALIKE[:2, :2], 40)
    fit = fit_years(data)
    own = draw_years(fit, data, 1500, np.random.default_rng(1))
    monkeypatch.setattr(years_draws, "_MODES", 4 * 40)
    shared = draw_years(fit, data, 1500, np.random.default_rng(1))
    assert np.abs(own - shared).max() > 0
    assert shared.mean(axis=0) == pytest.approx(own.mean(axis=0), abs=0.04)
    assert np.mean(shared.std(axis=0) / own.std(axis=0)) == pytest.approx(1, abs=0.01)


def test_memory_does_not_grow_with_draws() -> None:
    data, _ = world(8, 0.25 * ALIKE[:2, :2], 300)
    fit = fit_years(data)
    beyond = []
    for draws in (200, 800):
        tracemalloc.start()
        size = draw_years(fit, data, draws, np.random.default_rng(1)).nbytes
        beyond.append(tracemalloc.get_traced_memory()[1] - size)
        tracemalloc.stop()
    assert max(beyond) < 100e6
    assert beyond[1] < 1.3 * beyond[0]


def test_what_does_not_go_together_is_refused() -> None:
    data = plain([[1, 2], [3, 4]], [[9, 9], [9, 9]])
    part, fit = data.data[0], fit_years(data)
    with pytest.raises(RequestError, match="do not rise"):
        YearsData((2014, 2014), data.data)
    with pytest.raises(RequestError, match="3 years and 2 tables"):
        YearsData((2013, 2014, 2015), data.data)
    with pytest.raises(RequestError, match="7 years and 7 tables"):
        YearsData(tuple(range(2010, 2017)), (part,) * 7)
    with pytest.raises(RequestError, match="0 years"):
        YearsData((), ())
    with pytest.raises(RequestError, match="of 2, 3 schools"):
        YearsData((2013, 2014), (part, plain([[1, 2, 3]], [[9, 9, 9]]).data[0]))
    with pytest.raises(RequestError, match="0 draws"):
        draw_years(fit, data, 0, np.random.default_rng(1))
    with pytest.raises(CannotAnswerError, match="2014: No school has"):
        fit_years(plain([[1, 2], [np.nan, np.nan]], [[9, 9], [9, 9]]))


def test_the_lasting_level_is_the_mean_over_the_years_judged() -> None:
    logits = np.arange(12.0).reshape(2, 3, 2)
    logits[:, 2, 1] = np.nan
    judged = np.array([[True, True], [False, True], [True, False]])
    levels = lasting_levels(logits, np.array([50.0, 75.0]), judged)
    third = np.log(3)
    assert levels[0] == pytest.approx([(0 + 1 - third) / 2, 3 - third, 4])
    by_draw = lasting_levels(logits, np.array([[50.0, 75.0], [50.0, 50.0]]), judged)
    assert by_draw[0] == pytest.approx(levels[0])
    assert by_draw[1] == pytest.approx([6.5, 9, 10])
    nobody = lasting_levels(logits, np.array([50.0, 75.0]), ~judged)
    assert np.isnan(nobody[:, [0, 2]]).all()
    assert nobody[0, 1] == 2


@pytest.mark.parametrize("benchmarks", [[0.0, 50.0], [50.0, 100.0], [50.0, np.nan]])
def test_a_benchmark_without_a_logit_is_refused(benchmarks) -> None:
    with pytest.raises(RequestError, match="has no logit"):
        lasting_levels(np.zeros((2, 3, 2)), np.array(benchmarks), np.ones((3, 2), dtype=bool))


def test_benchmarks_of_another_shape_are_refused() -> None:
    with pytest.raises(RequestError, match="do not go with"):
        lasting_levels(np.zeros((2, 3, 2)), np.full(3, 50.0), np.ones((3, 2), dtype=bool))
    with pytest.raises(RequestError, match="years judged of shape"):
        lasting_levels(np.zeros((2, 3, 2)), np.full(2, 50.0), np.ones((2, 3), dtype=bool))
