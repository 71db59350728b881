"""How far schools are from one another, in a straight line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.peers import Floats
from codebreakers.store.locations import Locations

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["coordinates", "miles_between"]

_EARTH_MILES = 3_958.8  # mean radius


def coordinates(places: Locations, keys: NDArray[Any]) -> Floats:
    """Return where each of S schools is.

    Parameters
    ----------
    places : Locations
    keys : ndarray of str, shape (S,)

    Returns
    -------
    ndarray of float, shape (S, 2)
        Latitude and longitude in degrees; NaN where it is not held.
    """
    found = np.full((len(keys), 2), np.nan)
    if len(places):
        at = np.minimum(np.searchsorted(places.keys, keys), len(places) - 1)
        held = places.keys[at] == keys
        found[held, 0] = places.latitude[at[held]]
        found[held, 1] = places.longitude[at[held]]
    return found


def miles_between(here: Floats, there: Floats) -> Floats:
    """Return great-circle miles between pairs of places, by the haversine formula.

    Parameters
    ----------
    here, there : ndarray of float, shape (..., 2)
        Latitude and longitude in degrees; they are broadcast.

    Returns
    -------
    ndarray of float
        NaN where either place is not known.
    """
    a, b = np.radians(here), np.radians(there)
    half = (
        np.sin((a[..., 0] - b[..., 0]) / 2) ** 2
        + np.cos(a[..., 0]) * np.cos(b[..., 0]) * np.sin((a[..., 1] - b[..., 1]) / 2) ** 2
    )
    apart: Floats = 2 * _EARTH_MILES * np.arcsin(np.sqrt(np.minimum(half, 1.0)))
    return apart
