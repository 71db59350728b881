"""Whatever is ranked, selected or summed, worked out anew on every draw of the true levels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.errors import RequestError
from codebreakers.estimates import Estimate
from codebreakers.inference.intervals import LEVEL
from codebreakers.peers import PeerGroups
from codebreakers.peers.benchmarks import Benchmark, lowest, places, top

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "FIFTH",
    "Ranks",
    "benchmarks_on_draws",
    "blocks",
    "both_ends_on_draws",
    "chance_above",
    "gains_on_draws",
    "interval",
    "quantiles",
    "ranks_on_draws",
    "told_apart",
]

FIFTH = 0.2

_ENTRIES = 1 << 22
"""Numbers of one kind that are worked on at once."""

_CACHED = 1 << 14
"""Numbers that are sorted at once, so that few schools on many draws need few calls."""


def quantiles(
    draws: NDArray[Any], *, level: float = LEVEL
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the ends of the central interval of each column.

    Parameters
    ----------
    draws : ndarray of float, shape (D,) or (D, S)
        NaN in every row of a column that is not known.
    level : float

    Returns
    -------
    low, high : ndarray of float, shape () or (S,)
    """
    tail = (1 - level) / 2
    table = draws.reshape(len(draws), -1)
    low, high = np.empty(table.shape[1]), np.empty(table.shape[1])
    for part in blocks(table.shape[1], len(table)):
        ordered = np.sort(table[:, part].T, axis=1)
        low[part], high[part] = (_at(ordered, place) for place in (tail, 1 - tail))
    return low.reshape(draws.shape[1:]), high.reshape(draws.shape[1:])


def _at(ordered: NDArray[Any], share: float) -> NDArray[np.float64]:
    """Return what lies a share of the way along each row, between its neighbours."""
    place = share * (ordered.shape[1] - 1)
    below = int(place)
    under = ordered[:, below].astype(np.float64)
    over = ordered[:, min(below + 1, ordered.shape[1] - 1)]
    found: NDArray[np.float64] = under + (over - under) * (place - below)
    return found


def interval(draws: NDArray[Any], *, n: int | None, method: str, seed: int) -> Estimate:
    """Return the mean of draws of one figure, with its 95% interval.

    Parameters
    ----------
    draws : ndarray of float, shape (D,)
    n : int, optional
        Pupils or schools behind it.
    method : str
    seed : int
    """
    low, high = quantiles(draws)
    return Estimate(
        float(np.mean(draws, dtype=np.float64)),
        float(low),
        float(high),
        LEVEL,
        n=n,
        method=method,
        seed=seed,
    )


def blocks(length: int, width: int) -> Iterator[slice]:
    """Yield parts of `length` rows of `width` numbers that are small enough to work on."""
    step = max(1, _ENTRIES // max(1, width))
    for start in range(0, length, step):
        yield slice(start, min(length, start + step))


def chance_above(
    draws: NDArray[Any], goal: NDArray[Any] | float, *, higher: bool = True
) -> NDArray[np.float64]:
    """Return the share of draws in which each school is above (or below) a goal.

    Parameters
    ----------
    draws : ndarray of float, shape (D, S)
    goal : float or ndarray of float, shape (S,) or (D, S)
    higher : bool
        Whether more is better.

    Returns
    -------
    ndarray of float, shape (S,)
        NaN where the school or its goal has no draws.
    """
    beaten = (draws > goal) if higher else (draws < goal)
    chance: NDArray[np.float64] = beaten.mean(axis=0)
    unknown = np.isnan(draws[0]) | np.isnan(np.broadcast_to(goal, draws.shape)[0])
    chance[unknown] = np.nan
    return chance


@dataclass(frozen=True, slots=True, eq=False)
class Ranks:
    """Where each school may truly stand among those ranked; NaN for one that is not ranked.

    Parameters
    ----------
    low, high : ndarray of float, shape (S,)
        The interval of its rank; 1 is the best.
    top, bottom : ndarray of float, shape (S,)
        Its probability of being in the best and in the lowest fifth.
    among : int
        Schools ranked.
    """

    low: NDArray[np.float64]
    high: NDArray[np.float64]
    top: NDArray[np.float64]
    bottom: NDArray[np.float64]
    among: int


def ranks_on_draws(draws: NDArray[Any], judged: NDArray[Any], *, higher: bool = True) -> Ranks:
    """Rank schools anew on every draw.

    Parameters
    ----------
    draws : ndarray of float, shape (D, S)
    judged : ndarray of bool, shape (S,)
        Which schools are ranked; one without draws is not.
    higher : bool
        Whether more is better.

    Returns
    -------
    Ranks
    """
    shape = (draws.shape[1],)
    low, high, top, bottom = (np.full(shape, np.nan) for _ in range(4))
    rows = np.flatnonzero(judged & ~np.isnan(draws[0]))
    if not rows.size:
        return Ranks(low, high, top, bottom, 0)
    sign = -1 if higher else 1
    ranks = np.empty((len(draws), rows.size), dtype=np.int32)
    line = np.arange(1, rows.size + 1, dtype=np.int32)
    step = max(1, _CACHED // rows.size)
    for start in range(0, len(draws), step):
        part = slice(start, start + step)
        order = np.argsort(sign * draws[part, rows], axis=1)
        np.put_along_axis(ranks[part], order, line[None], axis=1)
    ends = quantiles(ranks)
    # A rank is a whole number: the interval is widened to those that it touches.
    low[rows], high[rows] = np.floor(ends[0]), np.ceil(ends[1])
    fifth = FIFTH * rows.size
    top[rows] = (ranks <= fifth).mean(axis=0)
    bottom[rows] = (ranks > rows.size - fifth).mean(axis=0)
    return Ranks(low, high, top, bottom, int(rows.size))


def benchmarks_on_draws(
    benchmark: Benchmark, groups: PeerGroups, draws: NDArray[Any], *, higher: bool = True
) -> NDArray[np.float32]:
    """Return every school's benchmark on every draw: its peers are picked anew each time.

    Parameters
    ----------
    benchmark : Benchmark
        `top`, `lowest`, `best` or `percentile` of the peers, `national`, or a `named` school.
    groups : PeerGroups
        Of S schools.
    draws : ndarray of float, shape (D, S)
        NaN in every row for a school without a level: such peers do not count.
    higher : bool
        Whether more is better, as for `benchmark_values`.

    Returns
    -------
    ndarray of float32, shape (D, S)
        NaN where no peer has a level.
    """
    if higher or benchmark.kind in ("national", "named"):
        return _on_draws((benchmark,), groups, draws)[0]
    return -_on_draws((benchmark,), groups, -draws)[0]


def both_ends_on_draws(
    share: float, groups: PeerGroups, draws: NDArray[Any]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the means of the highest and of the lowest share of every school's peers.

    Parameters
    ----------
    share : float
    groups, draws
        As for `benchmarks_on_draws`, which gives each of them at twice the work.

    Returns
    -------
    highest, lowest : ndarray of float32, shape (D, S)
    """
    highest, lowest_ = _on_draws((top(share), lowest(share)), groups, draws)
    return highest, lowest_


def _on_draws(
    rules: Sequence[Benchmark], groups: PeerGroups, draws: NDArray[Any]
) -> list[NDArray[np.float32]]:
    if draws.shape[1:] != (len(groups),):
        raise RequestError(
            f"The draws have shape {draws.shape}; there are {len(groups)} schools.",
        )
    if rules[0].kind == "national":
        return [np.full(draws.shape, rules[0].number, dtype=np.float32)]
    if rules[0].kind == "named":
        row = groups.position(rules[0].school)
        named = np.repeat(draws[:, row, None], len(groups), axis=1).astype(np.float32)
        named[:, row] = np.nan
        return [named]
    known = ~np.isnan(draws[0])
    table = groups.padded()
    table = np.where((table >= 0) & known[table], table, -1)
    counts = np.count_nonzero(table >= 0, axis=1)
    just_best = [rule.kind for rule in rules] == ["best"]
    found = np.full((len(rules), *draws.shape), np.nan, dtype=np.float32)
    # Schools with as many peers go together: their best are in the same places of a sorted row.
    for count in np.unique(counts[counts > 0]):
        rows = np.flatnonzero(counts == count)
        # Peers first, the holes last; a row of a draw is then read straight through.
        members = -np.sort(-table[rows] - 1, axis=1)[:, :count] - 1
        weights = np.stack([_weights(rule, count) for rule in rules]).astype(np.float32)
        values = np.empty(members.shape, dtype=np.float32)
        for d, drawn in enumerate(draws.astype(np.float32, copy=False)):
            np.take(drawn, members, out=values, mode="clip")
            if just_best:
                found[0, d, rows] = values.max(axis=1)
                continue
            values.sort(axis=1)
            found[:, d, rows] = weights @ values.T
    return list(found)


def _weights(rule: Benchmark, count: int) -> NDArray[np.float64]:
    """Return what a benchmark gives each place of so many peers, the lowest first, shape (n,)."""
    weights = np.zeros(count)
    if rule.kind == "best":
        weights[-1] = 1.0
    elif rule.kind == "percentile":
        place = rule.number / 100 * (count - 1)
        below = int(place)
        weights[below] = 1.0 - (place - below)
        weights[min(below + 1, count - 1)] += place - below
    else:
        taken = int(places(rule.number, np.array([count]))[0])
        weights[slice(-taken, None) if rule.kind == "top" else slice(taken)] = 1.0 / taken
    return weights


def gains_on_draws(
    draws: NDArray[Any],
    benchmarks: NDArray[Any],
    pupils: NDArray[Any],
    fraction: float,
    *,
    percent: bool = True,
    higher: bool = True,
) -> NDArray[np.float64]:
    """Return each school's gain on every draw: fraction * max(0, benchmark - level) * pupils.

    Parameters
    ----------
    draws, benchmarks : ndarray of float, shape (D, S)
    pupils : ndarray of float, shape (S,)
    fraction : float
        Of the gap.
    percent : bool
        Whether levels are percentages, so that gains are pupils.
    higher : bool
        Whether more is better.

    Returns
    -------
    ndarray of float, shape (D, S)
        Pupils, or points times pupils; NaN where there is no level or no benchmark.
    """
    gap = np.maximum(0.0, (benchmarks - draws) * (1 if higher else -1))
    gained: NDArray[np.float64] = gap * (fraction * pupils / (100.0 if percent else 1.0))
    return gained


def told_apart(
    draws: NDArray[Any], school: int, others: NDArray[Any], *, level: float = LEVEL
) -> NDArray[np.int64]:
    """Return which other schools' true levels can be told apart from one school's.

    Parameters
    ----------
    draws : ndarray of float, shape (D, S)
    school : int
        Its column.
    others : ndarray of int, shape (M,)
        Columns of the others.
    level : float
        How sure one has to be that one of the two is higher.

    Returns
    -------
    ndarray of int, shape (M,)
        1 where the other is higher, -1 where it is lower, 0 where they cannot be told apart.
    """
    chance = chance_above(draws[:, others], draws[:, school, None])
    tail = (1 - level) / 2
    return (chance >= 1 - tail).astype(np.int64) - (chance <= tail)
