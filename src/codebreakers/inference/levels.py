"""What every school's true level may be: joint draws, by the model that fits the measure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.errors import CannotAnswerError
from codebreakers.inference.intake import Intake, intake_of
from codebreakers.inference.normal import fit_normal
from codebreakers.inference.normal_draws import draw_levels as draw_scores
from codebreakers.inference.posterior import draw_coefficients, draw_rates
from codebreakers.inference.predictions import Predictions
from codebreakers.inference.pupil_spread import pupil_sd
from codebreakers.inference.quadrature import Floats
from codebreakers.inference.results import rates_of, scores_of
from codebreakers.inference.shrinkage import fit_binomial
from codebreakers.measures import Summary
from codebreakers.peers.population import Population
from codebreakers.store.newest import Newest

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["DRAWS", "Levels", "draw_levels", "expected_of", "levels_of", "predictions_of"]

DRAWS = 2_000
"""Draws, when nobody says how many."""

_MOST_KEPT = 4  # of tens of megabytes each


@dataclass(frozen=True, slots=True, eq=False)
class Levels(Predictions):
    """Joint draws of the true levels of S schools, in the measure's unit, with their predictions.

    Parameters
    ----------
    draws : ndarray of float32, shape (D, S)
        NaN where a school has no result.
    reliability : ndarray of float, shape (S,)
        How much of the variation between schools' results at its number of pupils is between
        schools and not between pupils, from 0 to 1.
    taus : ndarray of float, shape (D,)
        How far true levels scatter about what intake predicts: logits for a proportion.
    seed : int
    """

    draws: NDArray[np.float32]
    reliability: Floats
    taus: Floats
    seed: int


def levels_of(
    people: Population,
    summary: Summary,
    *,
    draws: int = DRAWS,
    seed: int = 0,
    regions: bool = False,
) -> Levels:
    """Return draws of the true levels of a population's schools.

    Parameters
    ----------
    people : Population
        S schools.
    summary : Summary
        Their results, in the same order.
    draws : int
        How many.
    seed : int
        Of the one generator of this call.
    regions : bool
        Whether each region has a level of its own, which sums below England need.

    Returns
    -------
    Levels
        The newest are kept with the store, so that asking again costs nothing.

    Raises
    ------
    CannotAnswerError
        No school has a result, or there is no model for the measure.
    """
    key = _key(people, summary, draws, seed, regions=regions)
    return people.store.kept("levels", _newest).get(
        key, lambda: _drawn(people, summary, draws, seed, regions=regions)
    )


def predictions_of(
    people: Population, summary: Summary, *, draws: int = DRAWS, seed: int = 0
) -> Predictions:
    """Return what intake alone predicts: what `levels_of` says of it, without drawing levels.

    Parameters
    ----------
    people, summary, draws, seed
        As for `levels_of`.

    Raises
    ------
    CannotAnswerError
        No school has a result, or there is no model for the measure.
    """
    kept = people.store.kept("levels", _newest)
    drawn = kept.made(_key(people, summary, draws, seed, regions=False))
    if drawn is not None or summary.measure.kind != "proportion":
        return drawn or levels_of(people, summary, draws=draws, seed=seed)
    used, intake = _used(people, summary, regions=False)
    data = rates_of(summary, intake, used)
    coefficients = draw_coefficients(fit_binomial(data), data, draws, np.random.default_rng(seed))
    return Predictions(summary.measure, used, intake, coefficients, math.nan)


def expected_of(people: Population, summary: Summary) -> NDArray[np.float64]:
    """Return the rate that intake alone gives each school, at the likeliest coefficients.

    Parameters
    ----------
    people : Population
        S schools.
    summary : Summary
        Their results, of a proportion.

    Returns
    -------
    ndarray of float, shape (S,)
        In percent, of every school: one with a feature missing is of middling intake.

    Raises
    ------
    CannotAnswerError
        No school has a result.
    """
    used, intake = _used(people, summary, regions=False)
    fit = fit_binomial(rates_of(summary, intake, used))
    rates: NDArray[np.float64] = 50 + 50 * np.tanh(intake.design @ fit.coefficients / 2)
    return rates


def _key(
    people: Population, summary: Summary, draws: int, seed: int, *, regions: bool
) -> tuple[object, ...]:
    # The same year may be asked of other schools: those of another year, followed to this one.
    schools = tuple(people.keys.tolist())
    return people.year, schools, summary.measure.name, summary.group, draws, seed, regions


def _newest() -> Newest[Levels]:
    return Newest(_MOST_KEPT)


def _used(
    people: Population, summary: Summary, *, regions: bool
) -> tuple[NDArray[np.bool_], Intake]:
    """Return which schools have a result, and the intake of all."""
    used = ~np.isnan(summary.values) & (summary.pupils > 0)
    if not used.any():
        raise CannotAnswerError(
            f"No school has {summary.measure.name} in {people.year}, so nothing can be said of "
            "chance."
        )
    return used, intake_of(people, used, regions=regions)


def _drawn(people: Population, summary: Summary, draws: int, seed: int, *, regions: bool) -> Levels:
    used, intake = _used(people, summary, regions=regions)
    spread = math.nan
    if summary.measure.kind != "proportion":
        # One national figure, from the limits of all pupils: their schools are large enough.
        all_ = people.take(summary.measure, "all")
        spread = pupil_sd(all_.limits_low, all_.limits_high, all_.pupils, all_.values)
    return draw_levels(summary, intake, used, draws=draws, seed=seed, spread=spread)


def draw_levels(
    summary: Summary,
    intake: Intake,
    used: NDArray[Any],
    *,
    draws: int,
    seed: int,
    spread: float = math.nan,
) -> Levels:
    """Return draws of the true levels of schools whose results and intake are given.

    Parameters
    ----------
    summary : Summary
        Results of S schools.
    intake : Intake
        Of the same schools.
    used : ndarray of bool, shape (S,)
        Which of them have a result.
    draws, seed : int
    spread : float
        Standard deviation of pupils' scores within a school, where the measure is no proportion.

    Returns
    -------
    Levels
    """
    rng = np.random.default_rng(seed)
    pupils = np.where(used, summary.pupils, np.nan)
    if summary.measure.kind == "proportion":
        counts = rates_of(summary, intake, used)
        rates = draw_rates(fit_binomial(counts), counts, draws, rng)
        coefficients, taus, levels = rates.coefficients, rates.taus, rates.rates
        rate = levels.mean(axis=0, dtype=np.float64)
        sampling = 1 / np.maximum(pupils * rate * (1 - rate), np.finfo(np.float64).tiny)
        levels *= 100
    else:
        means = scores_of(summary, intake, used, spread)
        scores = draw_scores(fit_normal(means), means, draws, rng)
        coefficients, taus = scores.coefficients, scores.taus
        levels = scores.levels.astype(np.float32)
        sampling = spread**2 / pupils
    between = float(np.mean(taus**2))
    return Levels(
        measure=summary.measure,
        known=~np.isnan(levels[0]),
        intake=intake,
        coefficients=coefficients,
        pupil_sd=spread,
        draws=levels,
        reliability=between / (between + sampling),
        taus=taus,
        seed=seed,
    )
