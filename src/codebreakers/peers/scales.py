"""The scales that features are put on: standard deviations and quantile bands."""

from __future__ import annotations

import math

import numpy as np

from codebreakers.peers import Floats, Ints

__all__ = ["population_sd", "quantile_bands", "rounding"]

_EPSILON = float(np.finfo(np.float64).eps)


def rounding(largest: float) -> float:
    """Return how far apart two equal numbers up to `largest` can come out of a few sums."""
    return 8 * _EPSILON * largest


def population_sd(values: Floats) -> float:
    """Return the standard deviation of `values`, dividing by their number.

    Sums are exact (`math.fsum`), so that the order of the values makes no difference, not even in
    the last digit: a distance must not depend on how a file was sorted.

    Parameters
    ----------
    values : (n,) array of float
        NaN is left out.

    Returns
    -------
    float
        0 where all values are equal but for rounding; NaN where there is none.
    """
    known = values[~np.isnan(values)]
    if not known.size:
        return math.nan
    if np.ptp(known) <= rounding(float(np.abs(known).max())):
        return 0.0
    mean = math.fsum(known.tolist()) / known.size
    return math.sqrt(math.fsum(np.square(known - mean).tolist()) / known.size)


def quantile_bands(values: Floats, bands: int, over: Floats | None = None) -> Ints:
    """Return the quantile band of each value, 0 the lowest.

    A band ends at the smallest value that at least its share of the values do not exceed, and
    takes every school with that value, so that bands may differ in size where values are tied.

    Parameters
    ----------
    values : (S,) array of float
        NaN where missing.
    bands : int
        How many bands.
    over : (n,) array of float, optional
        The values the ends are taken from; `values` where not given.

    Returns
    -------
    (S,) array of int
        -1 where the value is missing.
    """
    source = values if over is None else over
    ordered = np.sort(source[~np.isnan(source)])
    # Whole-number arithmetic: 3 / 5 of 5 values is the third, never the fourth by rounding.
    ends = (
        [-(-part * ordered.size // bands) - 1 for part in range(1, bands)] if ordered.size else []
    )
    band = np.searchsorted(ordered[ends], values, side="left")
    return np.where(np.isnan(values), -1, band).astype(np.intp)
