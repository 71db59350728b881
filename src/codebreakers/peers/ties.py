"""Which of two equally distant schools comes first, the same on every machine and in any order.

Shares in whole percent put hundreds of schools at exactly one distance from another, and who is
taken then decides the answer. Ties go to the school nearest in size, and then by lot. The lot is
a hash of the seed and both schools' numbers, so that it favours neither low numbers nor early rows.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from codebreakers.errors import RequestError
from codebreakers.peers import Floats, Ints, Texts

__all__ = ["TieOrder", "settle"]

Keys = npt.NDArray[np.uint64]

_LARGEST = np.uint64(2**64 - 1)
_RELATIVE = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class TieOrder:
    """The order of schools that a distance does not tell apart.

    Parameters
    ----------
    sizes : (S,) array of float
        Pupils in each cohort; NaN where not known.
    ranks : (S,) array of int
        The rank of each size, 0 the smallest; not known comes last.
    keys : (S,) array of uint64
        A hash of each school's number.
    alone : (S,) array of uint64
        A hash of the seed and each school: its lot where schools stand in one line.
    """

    sizes: Floats
    ranks: Ints
    keys: Keys
    alone: Keys

    @classmethod
    def of(cls, schools: Texts, sizes: Floats, seed: int) -> TieOrder:
        """Return the order that `seed` gives.

        Raises
        ------
        RequestError
            When the seed is not a whole number from 0 to 2^64 - 1.
        """
        if (
            isinstance(seed, bool)
            or not isinstance(seed, int | np.integer)
            or not 0 <= seed < 2**64
        ):
            raise RequestError(
                f"The seed is {seed!r}; it must be a whole number from 0 to 2^64 - 1."
            )
        digests = [hashlib.blake2b(s.encode(), digest_size=8).digest() for s in schools.tolist()]
        keys = np.frombuffer(b"".join(digests), dtype="<u8").astype(np.uint64)
        ranks = np.unique(sizes, return_inverse=True)[1]
        start = _scramble(np.array([seed], dtype=np.uint64))
        return cls(sizes, ranks, keys, _scramble(keys + start))

    def lots(self, rows: Ints, others: Ints) -> Keys:
        """Return the lot of each of `others` as drawn by each of `rows`, by broadcasting."""
        return _scramble(self.alone[rows] + self.keys[others])

    def closest(
        self, rows: Ints, others: Ints, distances: Floats, count: int
    ) -> tuple[Ints, Floats]:
        """Return the first `count` others of each row, in order.

        Parameters
        ----------
        rows : (r,) array of int
            The schools whose groups are chosen.
        others : (r, w) array of int
            Who may be in them; -1 where there is nobody.
        distances : (r, w) array of float
            Settled distances (`settle`): equal where they count as equal; infinite at nobody.
        count : int
            How many to take.

        Returns
        -------
        others : (r, min(w, count)) array of int
            In order of distance, difference in size, lot; -1 at the end where there are too few.
        distances : array of float
            Of the same shape.
        """
        owners = rows[:, None]
        gaps = np.abs(self.sizes[owners] - self.sizes[others])
        np.copyto(gaps, np.inf, where=np.isnan(gaps))
        lots = self.lots(owners, others)
        parts = (others, distances, gaps, lots)
        if others.shape[1] > count:
            chosen = _lowest(distances, gaps, lots, count)
            others, distances, gaps, lots = (
                np.take_along_axis(part, chosen, axis=1) for part in parts
            )
        order = np.lexsort((lots, gaps, distances), axis=1)
        return (
            np.take_along_axis(others, order, axis=1),
            np.take_along_axis(distances, order, axis=1),
        )


def settle(distances: Floats, slack: float) -> Floats:
    """Return distances with those that differ only by rounding made equal, to the least of them.

    30 less 20 is 20 less 10, but 27.7 less 27.4 is not 27.4 less 27.1 in binary fractions, and
    a tie lost to rounding would be decided by the rounding. A distance starts a new level when it
    is more than a billionth of itself plus `slack` above the one before it. Levels are found by
    such gaps, not by rounding to a grid, because two equal distances may lie either side of a grid
    line.

    Parameters
    ----------
    distances : (..., m) array of float
        Rising along the last axis.
    slack : float
        What the rounding of the features themselves can amount to.
    """
    steps = distances[..., 1:] - distances[..., :-1] > _RELATIVE * distances[..., 1:] + slack
    first = np.zeros(distances.shape, dtype=np.intp)
    first[..., 1:] = np.where(steps, np.arange(1, distances.shape[-1]), 0)
    return np.take_along_axis(distances, np.maximum.accumulate(first, axis=-1), axis=-1)


def _lowest(distances: Floats, gaps: Floats, lots: Keys, count: int) -> Ints:
    """Return the columns of the `count` lowest of each row by three keys, in no order.

    Each key is looked at only where the one before it has not decided. This is a selection,
    where a sort of hundreds of tied schools would take ten times as long.
    """
    undecided = np.ones(distances.shape, dtype=np.bool_)
    key: npt.NDArray[np.float64 | np.uint64] = distances
    for following, taken, left in ((gaps, -np.inf, np.inf), (lots, np.uint64(0), _LARGEST)):
        cut = np.partition(key, count - 1, axis=1)[:, count - 1 : count]
        undecided &= key == cut
        key = np.where(undecided, following, np.where(key < cut, taken, left))
    return np.argpartition(key, count - 1, axis=1)[:, :count]


def _scramble(numbers: Keys) -> Keys:
    """Return 64 bits that look unrelated to those given: the finishing step of splitmix64."""
    mixed = numbers + np.uint64(0x9E3779B97F4A7C15)
    mixed ^= mixed >> np.uint64(30)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(27)
    mixed *= np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    return mixed
