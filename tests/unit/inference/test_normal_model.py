from __future__ import annotations

import numpy as np
import pytest

from codebreakers.errors import CannotAnswerError, RequestError
from codebreakers.inference import normal, normal_draws
from codebreakers.inference.normal import (
    NormalData,
    NormalFit,
    fit_normal,
    posterior_means_normal,
)
from codebreakers.inference.normal_draws import NormalDraws, draw_levels
from codebreakers.inference.pupil_spread import pupil_sd

SIGMA = 1.26


def plain(values, n, *columns, sigma=SIGMA) -> NormalData:
    values = np.asarray(values, dtype=float)
    design = np.column_stack([np.ones(values.size), *columns])
    names = ["intercept", *(f"x{i}" for i in range(1, design.shape[1]))]
    return NormalData(values, np.asarray(n, dtype=float), design, names, sigma)


def world(rng: np.random.Generator, tau: float, size: int = 200):
    """A world drawn from the model: its data and its true levels."""
    n, x = rng.integers(5, 120, size), rng.normal(size=size)
    truth = 0.1 + 0.3 * x + tau * rng.normal(size=size)
    return plain(truth + SIGMA / np.sqrt(n) * rng.normal(size=size), n, x), truth


def answered(data: NormalData) -> tuple[NormalFit, np.ndarray, NormalDraws]:
    fit = fit_normal(data)
    means = posterior_means_normal(fit, data)
    drawn = draw_levels(fit, data, 2000, np.random.default_rng(1))
    used = np.array([not why for why in fit.left_out])
    assert np.isfinite(fit.coefficients).all()
    assert fit.tau >= 0
    assert (drawn.taus >= 0).all()
    assert drawn.levels.shape == drawn.intake.shape == (2000, data.pupils.size)
    for levels in (means[None, :], drawn.levels, drawn.intake):
        assert np.isfinite(levels[:, used]).all()
        assert np.isnan(levels[:, ~used]).all()
    return fit, means, drawn


def test_one_school_is_what_it_had() -> None:
    fit, means, drawn = answered(plain([-0.4], [40]))
    assert fit.tau == 0
    assert not fit.converged
    assert means[0] == pytest.approx(-0.4)
    # Its own sampling error, whatever tau.
    assert drawn.levels.mean() == pytest.approx(-0.4, abs=0.02)
    assert drawn.levels.std() == pytest.approx(SIGMA / np.sqrt(40), rel=0.05)
    assert drawn.taus.mean() == pytest.approx(10 * SIGMA * np.sqrt(2 / np.pi), rel=0.05)


def test_two_schools_are_answered() -> None:
    fit, means, drawn = answered(plain([-1.0, 1.0], [100, 100]))
    assert fit.converged
    assert fit.tau == pytest.approx(np.sqrt(2 - SIGMA**2 / 100))
    assert -1 < means[0] < 0 < means[1] < 1
    assert np.isfinite(drawn.taus.std())


def test_equal_schools_do_not_differ() -> None:
    fit, means, drawn = answered(plain([0.3] * 30, [50] * 30))
    assert fit.tau == 0
    assert fit.converged
    assert means == pytest.approx(np.full(30, 0.3))
    assert fit.covariance[0, 0] == pytest.approx(SIGMA**2 / 1500)
    assert np.unique(drawn.levels[0]).size == 30


def test_a_school_without_pupils_is_what_others_say_and_is_less_sure() -> None:
    data, _ = world(np.random.default_rng(3), 0.5)
    data.values[0], data.pupils[0] = np.nan, 0
    data.pupils[1] = 1000
    fit, means, drawn = answered(data)
    assert fit.left_out[0] == ""
    assert means[0] == pytest.approx(data.design[0] @ fit.coefficients)
    assert drawn.levels[:, 0].std() == pytest.approx(fit.tau, rel=0.15)
    assert drawn.levels[:, 1].std() == pytest.approx(SIGMA / np.sqrt(1000), rel=0.1)
    rest = plain(data.values[1:], data.pupils[1:], data.design[1:, 1])
    assert fit_normal(rest).tau == pytest.approx(fit.tau)


def test_what_is_not_known_is_left_out_with_a_reason() -> None:
    whole, _ = world(np.random.default_rng(4), 0.5)
    gaps, _ = world(np.random.default_rng(4), 0.5)
    gaps.design[3, 1] = gaps.pupils[5] = gaps.values[7] = np.nan
    fit, _, _ = answered(gaps)
    assert fit.left_out[3] == "x1 is not known"
    assert fit.left_out[5] == "pupils is not known"
    assert fit.left_out[7] == "value is not known"
    assert sum(why != "" for why in fit.left_out) == 3
    keep = [why == "" for why in fit.left_out]
    rest = plain(whole.values[keep], whole.pupils[keep], whole.design[keep, 1])
    assert fit_normal(rest).tau == fit.tau


def test_units_do_not_matter() -> None:
    data, _ = world(np.random.default_rng(6), 0.5)
    rescaled = plain(
        1000 + 66 * data.values, data.pupils, 27 + 0.01 * data.design[:, 1], sigma=66 * SIGMA
    )
    one, other = fit_normal(data), fit_normal(rescaled)
    assert other.tau == pytest.approx(66 * one.tau, rel=1e-8)
    assert other.coefficients[1] == pytest.approx(6600 * one.coefficients[1])
    assert other.covariance[1, 1] == pytest.approx(6600**2 * one.covariance[1, 1])
    means = posterior_means_normal(one, data)
    assert posterior_means_normal(other, rescaled) == pytest.approx(1000 + 66 * means)
    drawn = [
        draw_levels(fit, given, 50, np.random.default_rng(1)).levels
        for fit, given in ((one, data), (other, rescaled))
    ]
    assert drawn[1] == pytest.approx(1000 + 66 * drawn[0], rel=1e-4)


def test_units_of_the_design_do_not_change_the_likelihood() -> None:
    data, _ = world(np.random.default_rng(6), 0.5)
    shifted = plain(data.values, data.pupils, 27 + 0.01 * data.design[:, 1])
    assert fit_normal(shifted).log_likelihood == pytest.approx(fit_normal(data).log_likelihood)


@pytest.mark.parametrize(
    ("value", "n", "sigma", "said"),
    [
        ([0.1], [1.5], 1, "not a number from 0 up"),
        ([0.1], [np.inf], 1, "not a number from 0 up"),
        ([0.1], [-3], 1, "not a number from 0 up"),
        ([0.1], [1e12], 1, "more than 1,000,000 pupils"),
        ([0.1], [0], 1, "a mean score of no pupils"),
        ([np.inf], [9], 1, "a mean score beyond"),
        ([0.1, 0.2], [9], 1, "do not describe the same schools"),
        ([0.1], [9], 0, "cannot be 0"),
        ([0.1], [9], np.nan, "cannot be nan"),
        ([0.1], [9], np.inf, "cannot be inf"),
    ],
)
def test_what_is_not_a_score_is_refused(value, n, sigma, said) -> None:
    with pytest.raises(RequestError, match=said):
        NormalData(value, n, np.ones((1, 1)), ["intercept"], sigma)
    with pytest.raises(RequestError, match="a covariate beyond"):
        NormalData([0.1], [9], [[np.inf]], ["intercept"], 1)


def test_what_cannot_be_answered_says_why() -> None:
    with pytest.raises(CannotAnswerError, match="cannot tell the columns"):
        fit_normal(plain([1, 2, 3], [9, 9, 9], np.full(3, 7.0)))
    with pytest.raises(CannotAnswerError, match="No school"):
        fit_normal(plain([np.nan, np.nan], [9, 0]))
    data = plain([1, 2], [9, 9])
    fit = fit_normal(data)
    with pytest.raises(RequestError, match="0 draws"):
        draw_levels(fit, data, 0, np.random.default_rng(1))
    for answer in (
        lambda other: posterior_means_normal(fit, other),
        lambda other: draw_levels(fit, other, 9, np.random.default_rng(1)),
    ):
        with pytest.raises(RequestError, match="fitted to the columns intercept"):
            answer(plain([1, 2], [9, 9], [0.0, 1.0]))


def test_a_seed_gives_the_same_draws() -> None:
    data, _ = world(np.random.default_rng(7), 0.5)
    fit = fit_normal(data)
    one, same, other = (
        draw_levels(fit, data, 50, np.random.default_rng(s)).levels for s in (1, 1, 2)
    )
    assert (one == same).all()
    assert (one != other).any()


def test_blocks_change_nothing(monkeypatch) -> None:
    data, _ = world(np.random.default_rng(8), 0.5)
    fit = fit_normal(data)
    whole = draw_levels(fit, data, 50, np.random.default_rng(1)).levels
    monkeypatch.setattr(normal, "_BLOCK", 3000)
    monkeypatch.setattr(normal_draws, "_BLOCK", 3000)
    assert draw_levels(fit, data, 50, np.random.default_rng(1)).levels == pytest.approx(whole)
    assert fit_normal(data).tau == pytest.approx(fit.tau)


@pytest.mark.parametrize("tau", [0.1, 0.4, 3.0])
def test_a_world_is_found_as_it_was_made(tau) -> None:
    data, truth = world(np.random.default_rng(10), tau, 3000)
    fit = fit_normal(data)
    assert fit.converged
    error = np.sqrt(np.diag(fit.covariance))
    assert np.abs(fit.coefficients - [0.1, 0.3]) / error == pytest.approx([0, 0], abs=4)
    assert fit.tau == pytest.approx(tau, rel=0.1)
    off = posterior_means_normal(fit, data) - truth
    assert np.mean(off**2) < np.mean((data.values - truth) ** 2)


def test_a_draw_is_its_intake_and_an_effect_of_its_own_tau() -> None:
    data, _ = world(np.random.default_rng(11), 0.4, 400)
    drawn = draw_levels(fit_normal(data), data, 1000, np.random.default_rng(1))
    effects = np.sqrt(np.mean((drawn.levels - drawn.intake) ** 2, axis=1))
    assert np.corrcoef(effects, drawn.taus)[0, 1] > 0.5
    assert np.mean(effects / drawn.taus) == pytest.approx(1, abs=0.02)


def coverage(taus) -> tuple[float, float]:
    """How often 95% intervals hold the truth, overall and in the worst of the worlds."""
    held = []
    for seed, tau in enumerate(taus):
        rng = np.random.default_rng([seed, 2014])
        data, truth = world(rng, tau)
        drawn = draw_levels(fit_normal(data), data, 500, rng).levels
        low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
        held.append(np.mean((low <= truth) & (truth <= high)))
    return float(np.mean(held)), min(held)


@pytest.mark.parametrize("tau", [0.2, 0.5])
def test_intervals_hold_the_truth(tau) -> None:
    overall, worst = coverage([tau] * 25)
    assert 0.93 < overall < 0.97
    assert worst > 0.85


def test_intervals_hold_the_truth_where_schools_do_not_differ() -> None:
    overall, worst = coverage([0.0] * 20)
    assert overall > 0.95
    assert worst > 0.85


def test_intervals_hold_the_truth_over_the_prior_where_schools_hardly_differ() -> None:
    # At any one such tau they may hold it less often (92% at 0.06) or more: what a prior promises
    # is the mean over it.
    overall, _ = coverage(np.linspace(0, 0.25, 40))
    assert 0.93 < overall < 0.97


def test_the_pupils_scatter_is_what_the_limits_were_made_with() -> None:
    n = np.array([160.0, 200.0, 240.0, 30.0, 500.0, np.nan])
    values = np.array([0.1, -0.2, 0.3, 0.0, np.nan, 0.2])
    half = 1.96 * np.array([1.2, 1.3, 1.4, 9.0, 9.0, 9.0]) / np.sqrt(n)
    half[-1] = 0.1
    middle = np.where(np.isnan(values), 0.0, values)
    assert pupil_sd(middle - half, middle + half, n, values) == pytest.approx(1.3)
    with pytest.raises(CannotAnswerError, match="more than 150 pupils"):
        pupil_sd(middle[3:] - half[3:], middle[3:] + half[3:], n[3:], values[3:])
    with pytest.raises(RequestError, match="Row 0 has"):
        pupil_sd(middle + half, middle - half, n, values)
    with pytest.raises(RequestError, match="Row 1 has"):
        pupil_sd(middle - half, middle + half, n, values + np.eye(6)[1])
    with pytest.raises(RequestError, match="same schools"):
        pupil_sd(middle - half, middle + half, n[1:], values)
