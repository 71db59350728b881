"""A year's results with what is known of the intake, as the models take them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from codebreakers.inference.intake import Intake
from codebreakers.inference.normal import NormalData
from codebreakers.inference.shrinkage import BinomialData
from codebreakers.measures import Summary

__all__ = ["rates_of", "scores_of"]


def rates_of(summary: Summary, intake: Intake, used: NDArray[np.bool_]) -> BinomialData:
    """Return the counts of a proportion; the schools not used have none.

    Parameters
    ----------
    summary : Summary
        Of S schools.
    intake : Intake
        Of the same schools.
    used : ndarray of bool, shape (S,)
    """
    low, high, pupils = _only(used, summary.successes_low, summary.successes_high, summary.pupils)
    return BinomialData(low, high, pupils, intake.design, intake.names)


def scores_of(
    summary: Summary, intake: Intake, used: NDArray[np.bool_], spread: float
) -> NormalData:
    """Return the means of a score, whose pupils scatter by `spread` within a school."""
    values, pupils = _only(used, summary.values, summary.pupils)
    return NormalData(values, pupils, intake.design, intake.names, spread)


def _only(used: NDArray[np.bool_], *given: NDArray[Any]) -> list[NDArray[np.float64]]:
    return [np.where(used, values, np.nan) for values in given]
