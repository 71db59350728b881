"""What a school is held against: the top share of its peers, a percentile, the best, a number.

The best are the highest, or the lowest of a measure of which less is better.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from codebreakers.errors import CannotAnswerError, RequestError
from codebreakers.peers import Floats, Ints, PeerGroups

__all__ = [
    "Benchmark",
    "benchmark_values",
    "best",
    "lowest",
    "named",
    "national",
    "percentile",
    "places",
    "ranks_within",
    "top",
]


@dataclass(frozen=True, slots=True)
class Benchmark:
    """What a school is held against: made with `top`, `lowest`, `percentile`, and the rest.

    A school's own value is never in its own benchmark.

    Parameters
    ----------
    kind : str
        ``top``, ``lowest``, ``percentile``, ``best``, ``national`` or ``named``.
    number : float
        The share of the peers (0 to 1), the percentile (0 to 100), or the national value; not
        looked at for the others.
    school : str
        The school, for ``named``.
    """

    kind: str
    number: float = 0.0
    school: str = ""

    def describe(self) -> str:
        """Return it in words."""
        return {
            "top": f"the mean of the highest {self.number:.0%} of the peers",
            "lowest": f"the mean of the lowest {self.number:.0%} of the peers",
            "percentile": f"percentile {self.number:g} of the peers",
            "best": "the highest single peer",
            "national": f"the national value, {self.number:g}",
            "named": f"school {self.school}",
        }[self.kind]


def top(share: float) -> Benchmark:
    """Return the mean of the highest `share` (above 0, to 1) of the peers.

    Of n peers with a value, n x share are taken, rounded with halves up, and at least one: the top
    fifth of 50 is 10, of 48 is 10, of 2 is 1.
    """
    return Benchmark("top", _within("share", share, 0, 1, above=True))


def lowest(share: float) -> Benchmark:
    """Return the mean of the lowest `share` (above 0, to 1) of the peers, counted as in `top`."""
    return Benchmark("lowest", _within("share", share, 0, 1, above=True))


def percentile(number: float) -> Benchmark:
    """Return a percentile (0 to 100) of the peers, linear between the two it falls between."""
    return Benchmark("percentile", _within("percentile", number, 0, 100))


def best() -> Benchmark:
    """Return the single highest peer."""
    return Benchmark("best")


def national(value: float) -> Benchmark:
    """Return one value for every school, in the unit of the measure."""
    return Benchmark("national", _within("national value", value, -math.inf, math.inf))


def named(school: str) -> Benchmark:
    """Return the value of one school, for every school but itself."""
    return Benchmark("named", school=school)


def benchmark_values(
    benchmark: Benchmark,
    groups: PeerGroups,
    values: npt.ArrayLike,
    *,
    weights: npt.ArrayLike | None = None,
    higher: bool = True,
) -> Floats:
    """Return every school's benchmark.

    Parameters
    ----------
    benchmark : Benchmark
        What schools are held against.
    groups : PeerGroups
        Their peers; ``national`` and ``named`` do not look at them.
    values : (S,) array of float
        The measure at each school; NaN where withheld. Such peers do not count.
    weights : (S,) array of float, optional
        Pupils, where a mean of peers is to be a mean of their pupils; every school counts once
        where not given. Peers tied at the edge of the share then share the places left.
    higher : bool
        Whether more is better. Where less is, the highest peers are those with the least, and
        percentiles are counted from the most.

    Returns
    -------
    (S,) array of float
        In the unit of `values`; NaN where no peer has a value.

    Raises
    ------
    RequestError
        When arrays do not fit, or weights are given where there is no mean.
    CannotAnswerError
        When the named school has no value.
    """
    measured = _per_school("values", values, groups)
    if weights is not None and benchmark.kind not in ("top", "lowest"):
        raise RequestError(
            f"There is no mean to weight in {benchmark.describe()}.",
            remedy="Leave the weights out.",
        )
    if benchmark.kind == "national":
        return np.full(len(groups), benchmark.number)
    if benchmark.kind == "named":
        return _of_school(benchmark.school, groups, measured)
    if not higher:
        return -benchmark_values(benchmark, groups, -measured, weights=weights)
    if weights is not None:
        signed = measured if benchmark.kind == "top" else -measured
        counted = _per_school("weights", weights, groups)
        found = _weighted_top(benchmark.number, groups, signed, counted)
        return found if benchmark.kind == "top" else -found
    ordered = np.sort(_of_peers(groups, measured), axis=1)
    known = np.count_nonzero(~np.isnan(ordered), axis=1)
    if benchmark.kind in ("top", "lowest"):
        return _share_mean(benchmark, ordered, known)
    place = 100.0 if benchmark.kind == "best" else benchmark.number
    return _at_percentile(place, ordered, known)


def ranks_within(groups: PeerGroups, values: npt.ArrayLike) -> tuple[Floats, Ints]:
    """Return each school's place among itself and its peers.

    Parameters
    ----------
    groups : PeerGroups
        The peers.
    values : (S,) array of float
        The measure; NaN where withheld.

    Returns
    -------
    ranks : (S,) array of float
        1 the highest, ties averaged; NaN where the school or all of its peers have no value.
    among : (S,) array of int
        Schools ranked, itself included; 0 where there is no rank.
    """
    measured = _per_school("values", values, groups)
    peers = _of_peers(groups, measured)
    own = measured[:, None]
    known = np.count_nonzero(~np.isnan(peers), axis=1)
    ranked = ~np.isnan(measured) & (known > 0)
    places = 1 + np.count_nonzero(peers > own, axis=1) + np.count_nonzero(peers == own, axis=1) / 2
    return np.where(ranked, places, np.nan), np.where(ranked, known + 1, 0)


def _within(what: str, number: float, low: float, high: float, *, above: bool = False) -> float:
    fits = low < number <= high if above else low <= number <= high
    if not fits or math.isinf(number):
        least = f"above {low:g}" if above else f"from {low:g}"
        limits = "a finite number" if math.isinf(high) else f"{least} to {high:g}"
        raise RequestError(f"The {what} of a benchmark is {number:g}; it must be {limits}.")
    return float(number)


def _per_school(what: str, given: npt.ArrayLike, groups: PeerGroups) -> Floats:
    array = np.asarray(given, dtype=np.float64)
    if array.shape != (len(groups),):
        raise RequestError(f"The {what} have shape {array.shape}; there are {len(groups)} schools.")
    if np.isinf(array).any():
        raise RequestError(f"The {what} contain an infinite number; give NaN where withheld.")
    return array


def _of_peers(groups: PeerGroups, values: Floats) -> Floats:
    """Return the values of each school's peers, (S, largest group), NaN where there is none."""
    table = groups.padded()
    return np.where(table >= 0, values[table], np.nan)


def _of_school(school: str, groups: PeerGroups, values: Floats) -> Floats:
    row = groups.position(school)
    if np.isnan(values[row]):
        raise CannotAnswerError(
            f"School {school!r} has no value to be a benchmark.",
            remedy="Name another school, or a year in which it has one.",
        )
    found = np.full(len(groups), values[row])
    found[row] = np.nan
    return found


def places(share: float, known: npt.NDArray[Any]) -> Ints:
    """Return how many of the peers known make up a share of them."""
    # 0.29 of 50 is 14.5 and taken as 15, although it is 14.499999999999998 in binary fractions.
    return np.maximum(1, np.floor(known * share + 0.5 + 1e-9)).astype(np.intp)


def _share_mean(benchmark: Benchmark, ordered: Floats, known: Ints) -> Floats:
    """Return the mean of one end of each row, sorted with NaN last."""
    count = places(benchmark.number, known)
    first = known - count if benchmark.kind == "top" else np.zeros_like(known)
    place = np.arange(ordered.shape[1])
    taken = (place >= first[:, None]) & (place < np.minimum(first + count, known)[:, None])
    sums = np.where(taken, ordered, 0.0).sum(axis=1)
    return np.where(known > 0, sums / count, np.nan)


def _at_percentile(number: float, ordered: Floats, known: Ints) -> Floats:
    found = np.full(len(known), np.nan)
    rows = np.flatnonzero(known)
    place = number / 100 * (known[rows] - 1)
    low = np.floor(place).astype(np.intp)
    under = ordered[rows, low]
    over = ordered[rows, np.minimum(low + 1, known[rows] - 1)]
    found[rows] = under + (over - under) * (place - low)
    return found


def _weighted_top(share: float, groups: PeerGroups, values: Floats, weights: Floats) -> Floats:
    """Return the weighted mean of the highest share of each group's peers.

    Peers tied with the last one taken each count for the part of a place that falls to them, so
    that the answer does not depend on which of them happens to come first.
    """
    peers, heavy = _of_peers(groups, values), _of_peers(groups, weights)
    missing = ~np.isnan(peers) & ~(heavy >= 0)
    if missing.any():
        row, column = np.argwhere(missing)[0]
        school = groups.schools[groups.padded()[row, column]]
        raise RequestError(
            f"School {str(school)!r} has a value and the weight {heavy[row, column]:g}.",
            remedy="Give every school with a value a weight of 0 or more.",
        )
    known = np.count_nonzero(~np.isnan(peers), axis=1)
    count = places(share, known)
    ordered = np.sort(-peers, axis=1)
    cut = np.full((len(known), 1), np.nan)
    some = known > 0
    cut[some, 0] = -ordered[some, count[some] - 1]
    left = count - np.count_nonzero(peers > cut, axis=1)
    tied = np.maximum(1, np.count_nonzero(peers == cut, axis=1))
    part = np.where(peers > cut, 1.0, np.where(peers == cut, (left / tied)[:, None], 0.0))
    mass = np.where(part > 0, part * heavy, 0.0)
    total = mass.sum(axis=1)
    sums = np.where(part > 0, mass * peers, 0.0).sum(axis=1)
    found = np.full(len(known), np.nan)
    np.divide(sums, total, out=found, where=total > 0)
    return found
