from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtri

from codebreakers.errors import CannotAnswerError, RequestError
from codebreakers.inference import effects, posterior
from codebreakers.inference.posterior import draw_rates
from codebreakers.inference.quadrature import Counts
from codebreakers.inference.shrinkage import (
    LARGEST_TAU,
    BinomialData,
    BinomialFit,
    fit_binomial,
    posterior_means,
)


def plain(k, n, *columns) -> BinomialData:
    k = np.asarray(k, dtype=float)
    design = np.column_stack([np.ones(k.size), *columns])
    names = ["intercept", *(f"x{i}" for i in range(1, design.shape[1]))]
    return BinomialData(k, k, np.asarray(n, dtype=float), design, names)


def world(rng: np.random.Generator, tau: float, size: int = 200):
    """A world drawn from the model: its data and its true rates."""
    n = rng.integers(5, 120, size)
    x = rng.normal(size=size)
    truth = 1 / (1 + np.exp(-(-0.5 + 0.4 * x + tau * rng.normal(size=size))))
    return plain(rng.binomial(n, truth), n, x), truth


def answered(data: BinomialData) -> tuple[BinomialFit, np.ndarray, np.ndarray]:
    fit = fit_binomial(data)
    means = posterior_means(fit, data)
    drawn = draw_rates(fit, data, 500, np.random.default_rng(1)).rates
    assert drawn.shape == (500, data.pupils.size)
    used = np.array([not why for why in fit.left_out])
    assert np.isfinite(fit.coefficients).all()
    assert 0 <= fit.tau <= LARGEST_TAU
    for rates in (means[None, :], drawn):
        assert ((rates[:, used] >= 0) & (rates[:, used] <= 1)).all()
        assert np.isnan(rates[:, ~used]).all()
    return fit, means, drawn


def test_one_school_is_what_it_had() -> None:
    fit, means, drawn = answered(plain([12], [40]))
    assert fit.tau == 0
    assert means[0] == pytest.approx(0.3, abs=1e-3)
    # Its own sampling error at least: 7 points.
    assert drawn.std() > 0.06


def test_equal_schools_do_not_differ() -> None:
    fit, means, drawn = answered(plain([20] * 30, [50] * 30))
    assert fit.tau == 0
    assert fit.converged
    assert means == pytest.approx(np.full(30, 0.4), abs=1e-4)
    assert np.isnan(fit.covariance[-1]).all()
    assert fit.covariance[0, 0] == pytest.approx(1 / (1500 * 0.24), rel=1e-3)
    assert np.unique(drawn[0]).size == 30


@pytest.mark.parametrize("success", [0, 1])
def test_nobody_or_everybody_succeeding_is_answered(success: int) -> None:
    n = np.array([10, 25, 40])
    _, means, _ = answered(plain(success * n, n))
    assert means == pytest.approx(np.full(3, success), abs=0.01)


def test_schools_all_or_nothing_reach_the_largest_tau_and_say_so() -> None:
    n = np.full(40, 30)
    fit, means, _ = answered(plain(np.repeat([0, 30], 20), n))
    assert fit.tau == LARGEST_TAU
    assert not fit.converged
    assert means[0] < 0.05
    assert means[-1] > 0.95


def test_a_covariate_that_parts_success_from_failure_is_answered() -> None:
    n = np.full(10, 20)
    fit, _, _ = answered(plain(np.repeat([0, 20], 5), n, np.repeat([0.0, 1.0], 5)))
    assert fit.coefficients[1] > 5


def test_a_school_without_pupils_is_what_others_say_and_is_less_sure() -> None:
    data, _ = world(np.random.default_rng(3), 0.5)
    data.successes_low[0] = data.successes_high[0] = data.pupils[0] = 0
    data.pupils[1], data.design[1, 1] = 100, data.design[0, 1]
    fit, means, drawn = answered(data)
    expected = 1 / (1 + np.exp(-data.design[0] @ fit.coefficients))
    assert means[0] == pytest.approx(expected, abs=0.02)
    assert drawn[:, 0].std() > 1.5 * drawn[:, 1].std()


def test_what_is_not_known_is_left_out_with_a_reason() -> None:
    whole, _ = world(np.random.default_rng(4), 0.5)
    gaps, _ = world(np.random.default_rng(4), 0.5)
    gaps.design[3, 1] = gaps.pupils[5] = gaps.successes_high[7] = np.nan
    fit, _, _ = answered(gaps)
    assert fit.left_out[3] == "x1 is not known"
    assert fit.left_out[5] == "pupils is not known"
    assert fit.left_out[7] == "successes is not known"
    assert sum(why != "" for why in fit.left_out) == 3
    keep = [why == "" for why in fit.left_out]
    rest = plain(whole.successes_low[keep], whole.pupils[keep], whole.design[keep, 1])
    assert fit_binomial(rest).tau == fit.tau


def test_a_count_that_could_be_anything_says_nothing() -> None:
    data, _ = world(np.random.default_rng(5), 0.5)
    data.successes_low[0], data.successes_high[0] = 0, data.pupils[0]
    rest = plain(data.successes_low[1:], data.pupils[1:], data.design[1:, 1])
    fit, others = fit_binomial(data), fit_binomial(rest)
    assert fit.tau == pytest.approx(others.tau, abs=1e-5)
    assert fit.log_likelihood == pytest.approx(others.log_likelihood, abs=1e-6)


def test_units_do_not_matter() -> None:
    data, _ = world(np.random.default_rng(6), 0.5)
    shifted = plain(data.successes_low, data.pupils, 27 + 0.01 * data.design[:, 1])
    one, other = fit_binomial(data), fit_binomial(shifted)
    assert other.tau == pytest.approx(one.tau, abs=1e-6)
    assert other.coefficients[1] == pytest.approx(100 * one.coefficients[1], rel=1e-5)
    assert other.covariance[1, 1] == pytest.approx(1e4 * one.covariance[1, 1], rel=1e-4)
    assert posterior_means(other, shifted) == pytest.approx(posterior_means(one, data), abs=1e-6)


@pytest.mark.parametrize(
    ("low", "high", "n", "said"),
    [
        ([1.5], [2], [9], "not whole"),
        ([np.inf], [np.inf], [np.inf], "not whole"),
        ([-1], [2], [9], "fewer than no"),
        ([3], [2], [9], "wrong way round"),
        ([3], [10], [9], "more successes than pupils"),
        ([3], [10], [1e12], "more than 1,000,000 pupils"),
        ([3, 4], [3], [9], "do not describe the same schools"),
    ],
)
def test_what_is_not_a_count_is_refused(low, high, n, said) -> None:
    with pytest.raises(RequestError, match=said):
        BinomialData(low, high, n, np.ones((1, 1)), ["intercept"])


def test_what_cannot_be_answered_says_why() -> None:
    with pytest.raises(CannotAnswerError, match="cannot tell the columns"):
        fit_binomial(plain([1, 2, 3], [9, 9, 9], np.full(3, 7.0)))
    with pytest.raises(CannotAnswerError, match="No school"):
        fit_binomial(plain([np.nan], [9]))
    data = plain([1, 2], [9, 9])
    fit = fit_binomial(data)
    with pytest.raises(RequestError, match="0 draws"):
        draw_rates(fit, data, 0, np.random.default_rng(1))
    with pytest.raises(RequestError, match="fitted to the columns intercept"):
        posterior_means(fit, plain([1, 2], [9, 9], [0.0, 1.0]))


def test_a_seed_gives_the_same_draws() -> None:
    data, _ = world(np.random.default_rng(7), 0.5)
    fit = fit_binomial(data)
    one, same, other = (
        draw_rates(fit, data, 50, np.random.default_rng(s)).rates for s in (1, 1, 2)
    )
    assert (one == same).all()
    assert (one != other).any()


@pytest.mark.parametrize(("size", "centres"), [(30, 100), (200, 24)])
def test_sharing_a_grid_hardly_moves_a_draw(size: int, centres: int, monkeypatch) -> None:
    data, _ = world(np.random.default_rng(8), 0.5, size)
    fit = fit_binomial(data)
    draws = 16 * centres
    monkeypatch.setattr(posterior, "_CELLS", centres * size * effects.GRID)
    shared = draw_rates(fit, data, draws, np.random.default_rng(1)).rates
    monkeypatch.setattr(posterior, "_CELLS", draws * size * effects.GRID)
    own = draw_rates(fit, data, draws, np.random.default_rng(1)).rates
    moved = np.abs(shared - own)
    assert moved.max() > 0
    assert moved.mean() < 0.0005


def moved(of_tau: float, of_logit: float) -> float:
    """How far a grid of their own would move draws whose tau and logits are so far apart."""
    successes, pupils = np.array([0.0, 3, 20, 39]), np.array([12.0, 30, 40, 40])
    away = np.random.default_rng(0).uniform(-1, 1, 400)
    taus, logits = 0.8 + of_tau * away, np.array([[-1.0], [-0.5], [0.2], [1.0]]) + of_logit * away
    drawn = []
    for alike in (taus[None, :], taus[:, None]):
        rates = logits.reshape(4 * len(alike), -1).copy()
        counts = Counts.of(successes, successes, pupils)
        effects.draw_effects(counts, rates, alike, np.random.default_rng(1))
        drawn.append(rates.reshape(4, -1))
    return float(np.abs(drawn[0] - drawn[1]).mean())


@pytest.mark.parametrize(("of_tau", "of_logit"), [(0.1, 0.0), (0.0, 0.1), (0.1, 0.1)])
def test_a_draw_is_moved_by_the_derivatives_of_its_quantile(of_tau: float, of_logit: float) -> None:
    """What is left of second order: four times as much where tau and logits are twice as far."""
    near, far = moved(of_tau, of_logit), moved(2 * of_tau, 2 * of_logit)
    assert 0 < near < 0.0005
    assert 3 < far / near < 5


def coverage(tau: float, worlds: int) -> tuple[float, float]:
    """How often 95% intervals hold the truth, overall and in the worst world."""
    held = []
    for seed in range(worlds):
        rng = np.random.default_rng([seed, 2014])
        data, truth = world(rng, tau)
        low, high = np.quantile(
            draw_rates(fit_binomial(data), data, 400, rng).rates, [0.025, 0.975], 0
        )
        held.append(np.mean((low <= truth) & (truth <= high)))
    return float(np.mean(held)), min(held)


def test_intervals_hold_the_truth() -> None:
    overall, worst = coverage(0.5, 20)
    assert 0.93 < overall < 0.97
    assert worst > 0.85


def test_intervals_hold_the_truth_where_schools_do_not_differ() -> None:
    overall, _ = coverage(0.0, 10)
    assert overall > 0.93


def test_tau_is_drawn_near_nothing_where_schools_do_not_differ() -> None:
    data, _ = world(np.random.default_rng(9), 0.0)
    schools = posterior.Schools.of(data)
    fit = fit_binomial(data)
    rng = np.random.default_rng(1)
    taus, _ = posterior._draw_hyperparameters(schools, fit, 4000, rng)
    assert np.mean(taus < 0.05) > 0.1
    assert 0.02 < taus.mean() < 0.3


@pytest.mark.parametrize("tau", [0.0, 0.3, 3.0])
def test_draws_of_the_effect_follow_their_distribution(tau) -> None:
    counts = Counts.of(*np.array([[0, 3.0], [0, 4.0], [30, 8.0]]))
    middle, taus = np.array([-0.5, 0.2]), np.full(2, tau)
    edges = effects._edges(counts, middle, taus)
    found = effects._Quantiles.of(counts, middle, taus, edges, np.dtype(np.float64))
    normal = np.tile(ndtri((np.arange(20_000) + 0.5) / 20_000), (2, 1))
    drawn = found.at(slice(0, 2), normal, np.zeros_like(normal), np.zeros_like(normal))
    z = np.linspace(-12, 12, 40_001)
    value, _, _ = counts.given(middle[:, None] + tau * z)
    mass = np.exp(value - 0.5 * z**2)
    mass /= mass.sum(axis=1, keepdims=True)
    assert drawn.mean(axis=1) == pytest.approx(mass @ z, abs=1e-3)
    assert (drawn**2).mean(axis=1) == pytest.approx(mass @ z**2, rel=2e-3)
