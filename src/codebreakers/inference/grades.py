"""How strong the evidence is that a school's lasting level is above a goal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["ENOUGH_YEARS", "GRADES", "SURE", "grade", "grade_words"]

SURE = 0.9
LIKELY = 0.5
ENOUGH_YEARS = 3

GRADES = {
    "confirmed": "strong evidence",
    "likely": "some evidence",
    "one-off": "one year only",
    "not": "not above",
    "cannot say": "cannot say",
}
"""The grades, and what people read."""


def grade(chance: NDArray[Any], years: NDArray[Any], ever: NDArray[Any]) -> NDArray[np.str_]:
    """Return each school's grade.

    Parameters
    ----------
    chance : ndarray of float, shape (S,)
        Probability that the lasting level is above the goal; NaN where it cannot be said.
    years : ndarray of int, shape (S,)
        Years judged.
    ever : ndarray of bool, shape (S,)
        Whether the published result was above in one of them.

    Returns
    -------
    ndarray of str, shape (S,)
        Of `GRADES`.
    """
    found = np.where(ever, "one-off", "not").astype("U10")
    found[chance >= LIKELY] = "likely"
    found[(chance >= SURE) & (years >= ENOUGH_YEARS)] = "confirmed"
    found[np.isnan(chance) | (years == 0)] = "cannot say"
    return found


def grade_words(given: str, chance: float, years: int) -> str:
    """Return a grade as people read it, and why it is no higher where years are what is short."""
    if given == "likely" and chance >= SURE and years < ENOUGH_YEARS:
        return f"{GRADES[given]}; too few years"
    return GRADES[given]
