"""What every school's true level may be: joint draws, by the model that fits the measure."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.errors import CannotAnswerError
from codebreakers.inference.intake import Intake, intake_of
from codebreakers.inference.normal import NormalData, fit_normal
from codebreakers.inference.normal_draws import draw_levels as draw_scores
from codebreakers.inference.posterior import draw_rates
from codebreakers.inference.pupil_spread import pupil_sd
from codebreakers.inference.quadrature import Floats
from codebreakers.inference.shrinkage import BinomialData, fit_binomial
from codebreakers.measures import Measure, Summary
from codebreakers.peers.population import Population

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["DRAWS", "Levels", "draw_levels", "levels_of"]

DRAWS = 2_000
"""Draws, when nobody says how many."""

_MOST_KEPT = 4  # of tens of megabytes each


@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """Joint draws of the true levels of S schools, in the measure's unit.

    Parameters
    ----------
    measure : Measure
    draws : ndarray of float32, shape (D, S)
        NaN where a school has no result.
    reliability : ndarray of float, shape (S,)
        How much of the variation between schools' results at its number of pupils is between
        schools and not between pupils, from 0 to 1.
    intake : Intake
        What was known of the schools beforehand.
    coefficients : ndarray of float, shape (D, P)
        Of the intake's columns, draw by draw.
    taus : ndarray of float, shape (D,)
        How far true levels scatter about what intake predicts: logits for a proportion.
    pupil_sd : float
        Standard deviation of pupils' scores within a school; NaN for a proportion.
    seed : int
    """

    measure: Measure
    draws: NDArray[np.float32]
    reliability: Floats
    intake: Intake
    coefficients: Floats
    taus: Floats
    pupil_sd: float
    seed: int

    @property
    def known(self) -> NDArray[np.bool_]:
        """Which schools have a level, shape (S,)."""
        found: NDArray[np.bool_] = ~np.isnan(self.draws[0])
        return found

    def predicted(self, chosen: slice | NDArray[Any] | None = None) -> NDArray[np.float32]:
        """Return the levels that intake alone gives, with no effect of the school.

        Parameters
        ----------
        chosen : slice or ndarray of int, optional
            Which draws; all by default.

        Returns
        -------
        ndarray of float32, shape (D, S)
            NaN for a school without a level, or without one of the features of its intake.
        """
        some = self.coefficients[slice(None) if chosen is None else chosen]
        found = self.in_units((some @ self.intake.alone.T).astype(np.float32))
        found[:, ~(self.known & self.intake.complete)] = np.nan
        return found

    def in_units(self, modelled: NDArray[Any]) -> NDArray[Any]:
        """Return values of the model's scale, logits for a proportion, in the measure's unit."""
        if self.measure.kind != "proportion":
            return modelled
        rates: NDArray[Any] = 50 + 50 * np.tanh(modelled / 2)
        return rates


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
    newest = people.store.kept("levels", _Newest)
    # The same year may be asked of other schools: those of another year, followed to this one.
    schools = tuple(people.keys.tolist())
    key = (people.year, schools, summary.measure.name, summary.group, draws, seed, regions)
    return newest.get(key, lambda: _drawn(people, summary, draws, seed, regions=regions))


class _Newest:
    """The draws made last."""

    def __init__(self) -> None:
        self._made: dict[object, Levels] = {}

    def get(self, key: object, make: Callable[[], Levels]) -> Levels:
        found = self._made.get(key) or make()
        self._made[key] = found
        for oldest in list(self._made)[:-_MOST_KEPT]:
            self._made.pop(oldest, None)
        return found


def _drawn(people: Population, summary: Summary, draws: int, seed: int, *, regions: bool) -> Levels:
    used = ~np.isnan(summary.values) & (summary.pupils > 0)
    if not used.any():
        raise CannotAnswerError(
            f"No school has {summary.measure.name} in {people.year}, so nothing can be said of "
            "chance."
        )
    intake = intake_of(people, used, regions=regions)
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
        drawn = _rates(summary, intake, pupils, draws, rng)
        rate = drawn.levels.mean(axis=0) / 100
        sampling = 1 / np.maximum(pupils * rate * (1 - rate), np.finfo(np.float64).tiny)
    else:
        values = np.where(used, summary.values, np.nan)
        data = NormalData(values, pupils, intake.design, intake.names, spread)
        found = draw_scores(fit_normal(data), data, draws, rng)
        drawn = _Drawn(found.levels.astype(np.float32), found.coefficients, found.taus)
        sampling = spread**2 / pupils
    between = float(np.mean(drawn.taus**2))
    return Levels(
        summary.measure,
        drawn.levels,
        between / (between + sampling),
        intake,
        drawn.coefficients,
        drawn.taus,
        spread,
        seed,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Drawn:
    """Levels in the measure's unit, with the coefficients and tau of the same draws."""

    levels: NDArray[np.float32]
    coefficients: Floats
    taus: Floats


def _rates(
    summary: Summary,
    intake: Intake,
    pupils: NDArray[Any],
    draws: int,
    rng: np.random.Generator,
) -> _Drawn:
    low, high = (
        np.where(np.isnan(pupils), np.nan, given)
        for given in (summary.successes_low, summary.successes_high)
    )
    data = BinomialData(low, high, pupils, intake.design, intake.names)
    drawn = draw_rates(fit_binomial(data), data, draws, rng)
    rates = np.empty(drawn.rates.shape, dtype=np.float32)
    np.multiply(drawn.rates, 100, out=rates, casting="same_kind")
    return _Drawn(rates, drawn.coefficients, drawn.taus)
