from __future__ import annotations

import numpy as np
import pytest

from codebreakers.errors import CannotAnswerError, RequestError
from codebreakers.inference import areas_draws
from codebreakers.inference.areas import AreasFit, climb_areas, fit_areas
from codebreakers.inference.areas_draws import AreasDraws, draw_areas
from codebreakers.inference.areas_quadrature import Grouped
from codebreakers.inference.posterior import draw_rates
from codebreakers.inference.shrinkage import LARGEST_TAU, BinomialData, fit_binomial

DRAWS = 100


def plain(k, n, *columns) -> BinomialData:
    k = np.asarray(k, dtype=float)
    design = np.column_stack([np.ones(k.size), *columns])
    names = ["intercept", *(f"x{i}" for i in range(1, design.shape[1]))]
    return BinomialData(k, k, np.asarray(n, dtype=float), design, names)


def world(rng: np.random.Generator, tau: float, omega: float, size: int = 300, areas: int = 30):
    """A world drawn from the model: its data, its authorities and its true rates."""
    n, x = rng.integers(5, 90, size), rng.normal(size=size)
    area = rng.integers(0, areas, size)
    effect = omega * rng.normal(size=areas)[area] + tau * rng.normal(size=size)
    truth = 1 / (1 + np.exp(-(-0.5 + 0.4 * x + effect)))
    return plain(rng.binomial(n, truth), n, x), [f"a{i:03}" for i in area], truth


def answered(data: BinomialData, areas: list[str]) -> tuple[AreasFit, AreasDraws]:
    fit = fit_areas(data, areas)
    drawn = draw_areas(fit, data, areas, DRAWS, np.random.default_rng(1))
    used = np.array([not why for why in fit.left_out])
    assert np.isfinite(fit.coefficients).all()
    assert 0 <= min(fit.tau, fit.omega) <= max(fit.tau, fit.omega) <= LARGEST_TAU
    assert drawn.taus.shape == drawn.omegas.shape == (DRAWS,)
    for rates in (drawn.rates, drawn.intake):
        assert rates.shape == (DRAWS, data.pupils.size)
        assert ((rates[:, used] >= 0) & (rates[:, used] <= 1)).all()
        assert np.isnan(rates[:, ~used]).all()
    return fit, drawn


def test_tau_and_omega_are_found_again() -> None:
    found = []
    for seed in range(3):
        data, areas, _ = world(np.random.default_rng([seed, 7]), 0.45, 0.2, 1500, 100)
        fit = fit_areas(data, areas)
        assert fit.converged
        error = np.sqrt(np.diag(fit.covariance))
        assert abs(fit.tau - 0.45) < 3 * error[-2] < 0.06
        assert abs(fit.omega - 0.2) < 3 * error[-1] < 0.1
        found.append((fit.tau, fit.omega))
    assert np.mean(found, axis=0) == pytest.approx([0.45, 0.2], abs=0.025)


def test_without_differences_between_authorities_it_is_the_model_without_them() -> None:
    data, _, _ = world(np.random.default_rng(3), 0.5, 0.0)
    # Authorities as alike as can be: schools dealt out by their order.
    order = np.argsort(np.argsort(data.successes_low / data.pupils - 0.1 * data.design[:, 1]))
    areas = [f"a{i % 20}" for i in order]
    fit, without = fit_areas(data, areas), fit_binomial(data)
    assert fit.omega == 0
    assert fit.converged
    assert fit.tau == pytest.approx(without.tau, abs=1e-5)
    assert fit.coefficients == pytest.approx(without.coefficients, abs=1e-5)
    assert fit.log_likelihood == pytest.approx(without.log_likelihood, abs=1e-5)
    assert fit.covariance[:-1, :-1] == pytest.approx(without.covariance, rel=1e-3)
    assert np.isnan(fit.covariance[-1]).all()


@pytest.mark.parametrize("area", ["same", "each its own", "unknown"])
def test_where_authorities_tell_nothing_it_is_the_model_without_them(area: str) -> None:
    data, _, _ = world(np.random.default_rng(4), 0.5, 0.0, 60)
    areas = {"same": ["a"] * 60, "each its own": [str(i) for i in range(60)], "unknown": [""] * 60}
    fit, drawn = answered(data, areas[area])
    assert fit.omega == 0
    assert (drawn.omegas == 0).all()
    without = fit_binomial(data)
    assert fit.tau == pytest.approx(without.tau, abs=1e-5)
    other = draw_rates(without, data, DRAWS, np.random.default_rng(2))
    assert drawn.rates.mean(axis=0) == pytest.approx(other.rates.mean(axis=0), abs=0.04)
    assert drawn.rates.std(axis=0).mean() == pytest.approx(other.rates.std(axis=0).mean(), rel=0.05)


def test_one_school_is_what_it_had() -> None:
    fit, drawn = answered(plain([12], [40]), ["a"])
    assert fit.tau == fit.omega == 0
    assert drawn.rates.mean() == pytest.approx(0.3, abs=0.03)
    assert drawn.rates.std() > 0.06


@pytest.mark.parametrize("success", [0, 1])
def test_nobody_or_everybody_succeeding_is_answered(success: int) -> None:
    n = np.array([10, 25, 40, 30])
    _, drawn = answered(plain(success * n, n), ["a", "a", "b", "b"])
    assert drawn.rates.mean(axis=0) == pytest.approx(np.full(4, success), abs=0.05)


def test_authorities_all_or_nothing_reach_the_largest_omega_and_say_so() -> None:
    n = np.full(16, 30)
    fit, drawn = answered(plain(np.repeat([0, 30], 8), n), [f"a{i // 4}" for i in range(16)])
    assert fit.omega == LARGEST_TAU
    assert not fit.converged
    assert drawn.rates[:, 0].mean() < 0.05
    assert drawn.rates[:, -1].mean() > 0.95


def test_an_unsure_omega_is_drawn_widely() -> None:
    data, areas, _ = world(np.random.default_rng(5), 0.4, 0.3, 60, 3)
    _, drawn = answered(data, areas)
    low, high = np.quantile(drawn.omegas, [0.05, 0.95])
    assert high > 4 * low
    assert drawn.omegas.max() > 1


def test_what_is_not_known_is_left_out_with_a_reason() -> None:
    data, areas, _ = world(np.random.default_rng(6), 0.5, 0.2, 100, 10)
    data.design[3, 1] = data.pupils[5] = data.successes_high[7] = np.nan
    fit, drawn = answered(data, areas)
    assert fit.left_out[3] == "x1 is not known"
    assert fit.left_out[5] == "pupils is not known"
    assert fit.left_out[7] == "successes is not known"
    keep = [i for i, why in enumerate(fit.left_out) if not why]
    rest = plain(data.successes_low[keep], data.pupils[keep], data.design[keep, 1])
    kept = [areas[i] for i in keep]
    alone, others = answered(rest, kept)
    assert (alone.tau, alone.omega) == pytest.approx((fit.tau, fit.omega), abs=1e-9)
    assert others.rates == pytest.approx(drawn.rates[:, keep], abs=1e-9)


def test_schools_of_no_known_authority_do_not_share_one() -> None:
    data, areas, _ = world(np.random.default_rng(7), 0.3, 0.5, 100, 10)
    unknown = [name if i % 3 else "" for i, name in enumerate(areas)]
    own = [name or f"of its own {i}" for i, name in enumerate(unknown)]
    fit, same = fit_areas(data, unknown), fit_areas(data, own)
    assert (fit.tau, fit.omega) == pytest.approx((same.tau, same.omega), abs=1e-6)
    assert "" not in fit.areas
    assert len(fit.areas) == len({name for name in unknown if name})


def test_the_order_of_schools_does_not_matter() -> None:
    data, areas, _ = world(np.random.default_rng(8), 0.5, 0.2, 100, 10)
    turn = np.random.default_rng(1).permutation(100)
    moved = plain(data.successes_low[turn], data.pupils[turn], data.design[turn, 1])
    one, other = fit_areas(data, areas), fit_areas(moved, [areas[i] for i in turn])
    assert (one.tau, one.omega) == pytest.approx((other.tau, other.omega), abs=1e-5)
    first = draw_areas(one, data, areas, 400, np.random.default_rng(1)).rates
    second = draw_areas(other, moved, [areas[i] for i in turn], 400, np.random.default_rng(1)).rates
    assert first.mean(axis=0)[turn] == pytest.approx(second.mean(axis=0), abs=0.03)


def test_what_cannot_be_answered_says_why() -> None:
    data = plain([1, 2, 3], [9, 9, 9])
    areas = ["a", "a", "b"]
    with pytest.raises(RequestError, match="2 authorities were given for 3 schools"):
        fit_areas(data, areas[:2])
    with pytest.raises(RequestError, match="as a string"):
        fit_areas(data, ["a", None, "b"])
    with pytest.raises(CannotAnswerError, match="No school"):
        fit_areas(plain([np.nan], [9]), ["a"])
    fit = fit_areas(data, areas)
    rng = np.random.default_rng(1)
    with pytest.raises(RequestError, match="0 draws"):
        draw_areas(fit, data, areas, 0, rng)
    with pytest.raises(RequestError, match="fitted to the columns intercept and 2"):
        draw_areas(fit, data, ["a", "c", "d"], 1, rng)
    with pytest.raises(RequestError, match="not to intercept, x1"):
        draw_areas(fit, plain([1, 2, 3], [9, 9, 9], [0.0, 1.0, 3.0]), areas, 1, rng)


def test_a_seed_gives_the_same_draws() -> None:
    data, areas, _ = world(np.random.default_rng(9), 0.5, 0.2, 60, 8)
    fit = fit_areas(data, areas)
    one, same, other = (
        draw_areas(fit, data, areas, 50, np.random.default_rng(s)).rates for s in (1, 1, 2)
    )
    assert (one == same).all()
    assert (one != other).any()


def test_sharing_the_costly_parts_hardly_moves_a_draw(monkeypatch) -> None:
    data, areas, _ = world(np.random.default_rng(10), 0.4, 0.2, 200, 20)
    fit = fit_areas(data, areas)
    draws, neighbours = 80, areas_draws._neighbours
    monkeypatch.setattr(areas_draws, "_neighbours", lambda drawn, _: neighbours(drawn, 8))
    monkeypatch.setattr(areas_draws, "_WORK", 0)
    shared = draw_areas(fit, data, areas, draws, np.random.default_rng(1)).rates
    monkeypatch.setattr(areas_draws, "_CENTRES", draws)
    own = draw_areas(fit, data, areas, draws, np.random.default_rng(1)).rates
    moved = np.abs(shared - own)
    assert moved.max() > 0
    assert moved.mean() < 0.0005


@pytest.mark.proof
def test_tau_and_omega_are_drawn_from_their_posterior() -> None:
    data, areas, _ = world(np.random.default_rng(11), 0.4, 0.15, 120, 12)
    fit, grouped = fit_areas(data, areas), Grouped.of(data, areas)
    drawn = areas_draws._draw_hyperparameters(grouped, fit, 20_000, np.random.default_rng(1))
    taus, omegas = np.linspace(0.1, 0.7, 9), np.linspace(0.0, 0.8, 17)
    start = np.append(grouped.turn @ fit.coefficients, [0.0, 0.0])
    table = np.empty((taus.size, omegas.size))
    for i, tau in enumerate(taus):
        for j, omega in enumerate(omegas):
            start[-2:] = tau, omega
            summit = climb_areas(grouped, start, (False, False))
            _, log_determinant = np.linalg.slogdet(summit.marginal.information[:-2, :-2])
            table[i, j] = summit.marginal.value - 0.5 * log_determinant
    mass = np.exp(table - table.max())
    # The trapezium rule: half as much at the ends.
    mass[:, [0, -1]] /= 2
    mass /= mass.sum()
    mean = mass.sum(axis=0) @ omegas
    spread = np.sqrt(mass.sum(axis=0) @ (omegas - mean) ** 2)
    assert drawn[:, -1].mean() == pytest.approx(mean, abs=0.03 * spread)
    assert drawn[:, -1].std() == pytest.approx(spread, rel=0.03)
    assert drawn[:, -2].mean() == pytest.approx(mass.sum(axis=1) @ taus, abs=0.002)


@pytest.mark.proof
def test_intervals_hold_the_truth_of_schools_and_of_sums(monkeypatch) -> None:
    # Few centres, as where there are thousands of schools.
    monkeypatch.setattr(areas_draws, "_WORK", 0)
    held: dict[str, list[float]] = {"school": [], "authority": [], "region": [], "England": []}
    for seed in range(10):
        rng = np.random.default_rng([seed, 2014])
        data, areas, truth = world(rng, 0.45, 0.2, 200, 20)
        rates = draw_areas(fit_areas(data, areas), data, areas, 300, rng).rates
        number = np.array([int(name[1:]) for name in areas])
        levels = {"authority": number, "region": number // 5, "England": 0 * number}
        sums = {"school": np.eye(truth.size)}
        for level, label in levels.items():
            inside = np.equal.outer(np.unique(label), label) * data.pupils
            sums[level] = inside / inside.sum(axis=1, keepdims=True)
        for level, weights in sums.items():
            low, high = np.quantile(rates @ weights.T, [0.025, 0.975], axis=0)
            held[level] += list((low <= weights @ truth) & (weights @ truth <= high))
    assert 0.93 < np.mean(held["school"]) < 0.97
    assert 0.93 < np.mean(held["authority"]) < 0.97
    # 40 regions and 10 countries: 3 standard errors of so few.
    assert np.mean(held["region"]) > 0.95 - 3 * np.sqrt(0.05 * 0.95 / 40)
    assert np.mean(held["England"]) > 0.95 - 3 * np.sqrt(0.05 * 0.95 / 10)
