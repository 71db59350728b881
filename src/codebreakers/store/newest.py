"""The few things made last: kept with a store where each is too large for many to be kept."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

__all__ = ["Newest"]

Made = TypeVar("Made")


class Newest(Generic[Made]):
    """What was asked for last, so that asking again costs nothing.

    Parameters
    ----------
    most : int
        How many are kept.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._made: dict[Hashable, Made] = {}

    def made(self, key: Hashable) -> Made | None:
        """Return what was made for a key, or None where it is not kept."""
        return self._made.get(key)

    def get(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return what was made for a key; make it where it is not kept.

        Parameters
        ----------
        key : hashable
            Says all that the result depends on, besides what the store holds.
        make : callable
            What it returns is shared: nobody may change it.
        """
        found = self._made.get(key)
        if found is None:
            found = make()
        self._made[key] = found
        for oldest in list(self._made)[: -self._most]:
            self._made.pop(oldest, None)
        return found
