"""True levels for sums below England: each region its own level, each authority an effect."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from codebreakers.errors import CannotAnswerError
from codebreakers.inference.areas import fit_areas
from codebreakers.inference.areas_draws import draw_areas
from codebreakers.inference.intake import intake_of
from codebreakers.inference.results import rates_of
from codebreakers.measures import Summary
from codebreakers.peers.population import Population

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["levels_of_parts"]


def levels_of_parts(
    people: Population, summary: Summary, *, draws: int, seed: int
) -> NDArray[np.float32]:
    """Return draws of true levels that no part of England is drawn towards the whole in.

    Parameters
    ----------
    people : Population
        S schools.
    summary : Summary
        Their results, of a proportion.
    draws, seed : int

    Returns
    -------
    ndarray of float32, shape (D, S)
        In percent; NaN where a school has no result.

    Raises
    ------
    CannotAnswerError
        The measure is no proportion, or no school has a result.
    """
    used = ~np.isnan(summary.values) & (summary.pupils > 0)
    if summary.measure.kind != "proportion" or not used.any():
        raise CannotAnswerError(
            f"There is no model of areas for {summary.measure.name} in {people.year}."
        )
    intake = intake_of(people, used, regions=True)
    data = rates_of(summary, intake, used)
    areas = people.schools["authority_name"].astype(str).tolist()
    fit = fit_areas(data, areas)
    drawn = draw_areas(fit, data, areas, draws, np.random.default_rng(seed))
    return (100 * drawn.rates).astype(np.float32)
