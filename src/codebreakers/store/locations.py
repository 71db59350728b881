"""Where each school is: coordinates as the register of schools gives them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import narwhals as nw

from codebreakers.store import Store
from codebreakers.store.engines import Lazy, Reader

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Locations", "locations"]

_LATITUDE, _LONGITUDE = "LATITUDE", "LONGITUDE"


@dataclass(frozen=True, slots=True, eq=False)
class Locations:
    """The schools whose place is held, N of them, in order of key.

    Parameters
    ----------
    keys : ndarray of str, shape (N,)
        URNs.
    latitude, longitude : ndarray of float, shape (N,)
        Degrees, longitude west of Greenwich below zero.
    releases : tuple of int
        The release they were read from.
    """

    keys: NDArray[Any]
    latitude: NDArray[Any]
    longitude: NDArray[Any]
    releases: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.keys)


def locations(store: Store) -> Locations:
    """Return where each school is, of those whose coordinates are held.

    Parameters
    ----------
    store : Store
        Where to read.

    Returns
    -------
    Locations
        No schools where no table of coordinates is held. The register is undated: a school that
        has moved since is where it is now.
    """
    return store.kept("locations", lambda: _read(store))


def _read(store: Store) -> Locations:
    newest = [r.id for r in store.releases() if r.dataset == "locations"][-1:]
    found = store.query(lambda reader: _placed(reader, newest))
    for array in found.values():
        array.flags.writeable = False
    return Locations(found["school"], found["latitude"], found["longitude"], tuple(newest))


def _placed(reader: Reader, releases: list[int]) -> Lazy:
    """Return a row a school that has both coordinates."""
    named = nw.col("measure")
    rows = reader.frame("results").filter(
        nw.col("level") == "school",
        nw.col("release").is_in(releases),
        named.is_in([_LATITUDE, _LONGITUDE]),
    )
    wide = rows.group_by("school").agg(
        latitude=nw.when(named == _LATITUDE).then(nw.col("value")).max(),
        longitude=nw.when(named == _LONGITUDE).then(nw.col("value")).max(),
    )
    return wide.filter(~nw.col("latitude").is_null(), ~nw.col("longitude").is_null()).sort("school")
