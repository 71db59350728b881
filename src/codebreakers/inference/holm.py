"""Probabilities adjusted for how many comparisons were made at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["holm"]


def holm(likely: NDArray[Any]) -> NDArray[np.float64]:
    """Return probabilities adjusted for how many were looked at; NaN is not looked at.

    Parameters
    ----------
    likely : ndarray of float, shape (T,)
        Of each comparison, by itself.

    Returns
    -------
    ndarray of float, shape (T,)
        S. Holm (1979), "A simple sequentially rejective multiple test procedure".
    """
    adjusted = np.full(len(likely), np.nan)
    known = np.flatnonzero(~np.isnan(likely))
    order = known[np.argsort(likely[known], kind="stable")]
    steps = likely[order] * np.arange(order.size, 0, -1)
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(steps))
    return adjusted
