"""Who is paired with whom: as many schools as can be, and then the fewest miles in all."""

from __future__ import annotations

import numpy as np

from codebreakers.errors import RequestError
from codebreakers.peers import Floats, Ints

__all__ = ["pair_fewest_miles", "pair_with_nearest"]

_PER_MILE = 1_000
"""Costs are whole thousandths of a mile, so that sums are exact and the fewest is the fewest."""


def pair_fewest_miles(owners: Ints, others: Ints, miles: Floats, capacity: int) -> Ints:
    """Pair as many schools as can be, in the fewest miles that so many can be paired in.

    Parameters
    ----------
    owners, others : ndarray of int, shape (E,)
        Who may be paired with whom: each pair once.
    miles : ndarray of float, shape (E,)
        Finite, at least 0.
    capacity : int
        How many schools each of `others` may be paired with.

    Returns
    -------
    ndarray of int
        Which of the E pairs are chosen, in order: of each owner at most one.

    Raises
    ------
    RequestError
        The capacity is below 1.

    Notes
    -----
    A minimum-cost flow from owners to others. It is solved as an assignment: each of `others`
    stands in it as often as it may be paired, and each owner has a place of its own for being
    paired with nobody, which costs more than all pairs together. By the shortest augmenting paths
    of Jonker and Volgenant (1987), for sparse costs.
    """
    _check(capacity)
    if not len(owners):
        return np.empty(0, dtype=np.intp)
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    rows, row = np.unique(owners, return_inverse=True)
    columns, column, asked = np.unique(others, return_inverse=True, return_counts=True)
    places = np.minimum(asked, capacity)
    first = np.cumsum(places) - places
    copies = places[column]
    edge = np.repeat(np.arange(len(owners)), copies)
    copy = np.arange(len(edge)) - np.repeat(np.cumsum(copies) - copies, copies)
    # From 1: a cost of 0 would be no pair. Every owner pays it once, so it changes no choice.
    cost = np.rint(miles * _PER_MILE) + 1
    nobody = float(cost.max()) * (len(rows) + 1)
    lone = np.arange(len(rows))
    seats = int(places.sum())
    table = coo_array(
        (
            np.concatenate([cost[edge], np.full(len(rows), nobody)]),
            (
                np.concatenate([row[edge], lone]),
                np.concatenate([first[column[edge]] + copy, seats + lone]),
            ),
        ),
        shape=(len(rows), seats + len(rows)),
    ).tocsr()
    matched, seat = min_weight_full_bipartite_matching(table)
    paired = seat < seats
    chosen: Ints = matched[paired].astype(np.intp)
    which = np.repeat(np.arange(len(columns)), places)[seat[paired]].astype(np.intp)
    return _edges(row, column, chosen, which, len(columns))


def pair_with_nearest(owners: Ints, others: Ints, miles: Floats, capacity: int) -> Ints:
    """Pair each school with its nearest alone; where too many ask one, its own nearest are taken.

    Parameters, Returns, Raises
    ---------------------------
    As for `pair_fewest_miles`; a school that is not taken asks nobody else.
    """
    _check(capacity)
    order = np.lexsort((others, miles, owners))
    first = np.ones(len(order), dtype=bool)
    first[1:] = owners[order][1:] != owners[order][:-1]
    asked = order[first]
    asked = asked[np.lexsort((owners[asked], miles[asked], others[asked]))]
    who, starts = np.unique(others[asked], return_index=True)
    turn = np.arange(len(asked)) - np.repeat(starts, np.diff([*starts, len(asked)])[: len(who)])
    return np.sort(asked[turn < capacity])


def _check(capacity: int) -> None:
    if capacity < 1:
        raise RequestError(
            f"A school cannot be paired with {capacity} others.",
            remedy="Give a capacity from 1.",
        )


def _edges(row: Ints, column: Ints, matched: Ints, which: Ints, width: int) -> Ints:
    """Return the pairs that join these rows and columns."""
    keys = row * width + column
    order = np.argsort(keys)
    found: Ints = order[np.searchsorted(keys[order], matched * width + which)]
    return np.sort(found)
