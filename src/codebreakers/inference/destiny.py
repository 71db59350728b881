"""How much of what schools achieve their intake predicts, and what it leaves open."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.inference.levels import Levels

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Destiny", "destiny"]

_HIGH = 0.9


@dataclass(frozen=True, slots=True, eq=False)
class Destiny:
    """On each of D draws.

    Parameters
    ----------
    share : ndarray of float, shape (D,)
        Of the variation between schools, in percent, that intake predicts: on the scale of the
        model, logits for a proportion.
    tenth, ninetieth : ndarray of float, shape (D,)
        The level of a school at the 10th and at the 90th percentile of schools with the same,
        median intake, in the measure's unit.
    """

    share: NDArray[np.float64]
    tenth: NDArray[np.float64]
    ninetieth: NDArray[np.float64]


def destiny(levels: Levels, inside: NDArray[Any]) -> Destiny | None:
    """Return how far intake is destiny among some schools.

    Parameters
    ----------
    levels : Levels
        Of S schools.
    inside : ndarray of bool, shape (S,)
        Which of them are asked about.

    Returns
    -------
    Destiny or None
        None where none of them has a level and its intake.
    """
    who = inside & levels.known & levels.intake.complete
    if not who.any():
        return None
    intake = levels.intake.alone[who]
    predicted = levels.coefficients @ intake.T
    between = levels.taus**2
    # The variance of the predictions, without another pass over all of them.
    apart = intake - intake.mean(axis=0)
    scatter = apart.T @ apart / len(apart)
    explained = np.sum((levels.coefficients @ scatter) * levels.coefficients, axis=1)
    whole = explained + between
    share = np.zeros(len(whole))
    np.divide(100 * explained, whole, out=share, where=whole > 0)
    middle = np.median(predicted, axis=1)
    away = NormalDist().inv_cdf(_HIGH) * levels.taus
    tenth, ninetieth = (levels.in_units(end) for end in (middle - away, middle + away))
    if levels.measure.better == "lower":
        tenth, ninetieth = ninetieth, tenth
    return Destiny(share, tenth, ninetieth)
