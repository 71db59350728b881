"""The exact nearest schools of every school, however many are tied, in bounded memory.

Schools with the same features share one point, a cell. A tree over the cells finds, for each cell,
the cells around it until they hold enough schools and the distance has changed: then the ties at
the edge are all there, and only then are they decided.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from codebreakers.peers import Bools, Floats, Ints
from codebreakers.peers.ties import TieOrder, settle

__all__ = ["nearest_in_pool"]

# Entries of one working table: large enough for numpy, small enough for a cache.
_ENTRIES = 2**19
# Cells asked for beyond those needed at least, so that most edges are complete at once.
_SPARE = 8
# Fastest of 10 to 128 for ten independent features; makes little difference for fewer.
_LEAF = 64


@dataclass(frozen=True, slots=True, eq=False)
class _Cells:
    """Distinct points, and which of a pool's schools may be peers at each."""

    points: Floats  # (C, F)
    starts: Ints  # (C,) into `held`
    counts: Ints  # (C,)
    held: Ints  # schools that may be peers, in order of cell and of size
    codes: Ints  # cell and size of each of `held` as one rising number
    needed: int  # how many a group can need of one cell


@dataclass(frozen=True, slots=True, eq=False)
class _Around:
    """The cells around some cells, nearest first, as far as the edge of their groups."""

    of: Ints  # (c,) cells
    near: Ints  # (c, m) cells
    distances: Floats  # (c, m), settled
    reached: Bools  # (c, m) whether within the edge


def nearest_in_pool(
    points: Floats, rows: Ints, peers: Bools, size: int, ties: TieOrder, slack: float
) -> Iterator[tuple[Ints, Ints, Floats]]:
    """Yield the nearest schools of part of a pool after another.

    Parameters
    ----------
    points : (n, F) array of float
        Where the pool's schools are, in weighted standard deviations.
    rows : (n,) array of int
        Their numbers among all schools.
    peers : (n,) array of bool
        Which of them may be peers; at least one.
    size : int
        Schools in a group.
    ties : TieOrder
        Decides among equally distant schools.
    slack : float
        As for `settle`.

    Yields
    ------
    rows : (r,) array of int
        Schools, by their numbers among all.
    members : (r, at most size) array of int
        Their peers in order, -1 where there are too few.
    distances : array of float
        Of the same shape.
    """
    distinct, cell = np.unique(points, axis=0, return_inverse=True)
    cells = _filled(distinct, cell[peers], rows[peers], size, ties)
    in_order = np.argsort(cell, kind="stable")
    first = np.searchsorted(cell[in_order], np.arange(len(distinct) + 1))
    for around in _surroundings(cells, slack):
        at = np.diff(first)[around.of]
        owner = np.repeat(np.arange(len(around.of)), at)
        asking = rows[in_order[_runs(first[around.of], at)]]
        step = max(1, _ENTRIES // around.near.shape[1])
        for start in range(0, len(asking), step):
            these = slice(start, start + step)
            for part, others, distances in _tables(
                asking[these], owner[these], around, cells, ties
            ):
                yield part, *ties.closest(part, others, distances, size)


def _filled(points: Floats, cell: Ints, schools: Ints, size: int, ties: TieOrder) -> _Cells:
    codes = cell * len(ties.sizes) + ties.ranks[schools]
    order = np.argsort(codes, kind="stable")
    counts = np.bincount(cell, minlength=len(points))
    # One more than a group, because a school finds itself.
    needed = min(size + 1, len(schools))
    return _Cells(points, np.cumsum(counts) - counts, counts, schools[order], codes[order], needed)


def _surroundings(cells: _Cells, slack: float) -> Iterator[_Around]:
    """Yield every cell once, with all the cells that its schools' groups can come from."""
    from scipy.spatial import cKDTree

    filled = np.flatnonzero(cells.counts)
    tree = cKDTree(cells.points[filled], leafsize=_LEAF)
    asked = min(cells.needed + _SPARE, len(filled))
    waiting = np.arange(len(cells.points))
    while waiting.size:
        unfinished = []
        step = max(1, _ENTRIES // asked)
        for start in range(0, len(waiting), step):
            of = waiting[start : start + step]
            # A range of ranks, unlike a number of them, keeps two dimensions where it is 1.
            found, at = tree.query(cells.points[of], k=np.arange(1, asked + 1), workers=-1)
            near, distances = filled[at], settle(np.asarray(found), slack)
            complete, edge = _edge(cells.counts[near], distances, cells.needed)
            complete |= asked == len(filled)
            yield _Around(
                of[complete],
                near[complete],
                distances[complete],
                distances[complete] <= edge[complete, None],
            )
            unfinished.append(of[~complete])
        waiting = np.concatenate(unfinished)
        asked = min(2 * asked, len(filled))


def _edge(counts: Ints, distances: Floats, needed: int) -> tuple[Bools, Floats]:
    """Return whether the schools at the last distance needed are all there, and that distance."""
    held = np.cumsum(counts, axis=1)
    last = np.argmax(held >= needed, axis=1)
    edge = distances[np.arange(len(last)), last]
    return (held[:, -1] >= needed) & (distances[:, -1] > edge), edge


def _tables(
    asking: Ints, owner: Ints, around: _Around, cells: _Cells, ties: TieOrder
) -> Iterator[tuple[Ints, Ints, Floats]]:
    """Yield schools, everybody who may be in their groups, and how far they are."""
    near, reached = around.near[owner], around.reached[owner]
    starts, lengths = _near_in_size(asking, near, cells, ties)
    lengths *= reached
    widths = lengths.sum(axis=1)
    for part in _portions(widths):
        inside = np.arange(widths[part].max()) < widths[part, None]
        others = np.full(inside.shape, -1, dtype=np.intp)
        distances = np.full(inside.shape, np.inf)
        runs = lengths[part].ravel()
        others[inside] = cells.held[_runs(starts[part].ravel(), runs)]
        distances[inside] = np.repeat(around.distances[owner[part]].ravel(), runs)
        itself = others == asking[part, None]
        others[itself] = -1
        distances[itself] = np.inf
        yield asking[part], others, distances


def _near_in_size(asking: Ints, near: Ints, cells: _Cells, ties: TieOrder) -> tuple[Ints, Ints]:
    """Return where in ``cells.held`` the schools of each cell start that matter, and how many.

    All schools of a cell are equally far, so that those nearest in size are taken first. Of a cell
    with thousands only as many as a group needs can matter on either side of the school's own
    size, and whoever is tied in size with the last of them.
    """
    starts, lengths = cells.starts[near], cells.counts[near]
    sized = ~np.isnan(ties.sizes[asking])
    row, column = np.nonzero(sized[:, None] & (lengths > 2 * cells.needed))
    cell, codes = near[row, column], cells.codes
    own = np.searchsorted(codes, cell * len(ties.sizes) + ties.ranks[asking[row]])
    low = np.maximum(own - cells.needed, cells.starts[cell])
    high = np.minimum(own + cells.needed, cells.starts[cell] + cells.counts[cell]) - 1
    low = np.searchsorted(codes, codes[low], side="left")
    high = np.searchsorted(codes, codes[high], side="right")
    starts[row, column], lengths[row, column] = low, high - low
    return starts, lengths


def _runs(starts: Ints, lengths: Ints) -> Ints:
    """Return ``start, start + 1, ...`` of each length, one after another."""
    before = np.cumsum(lengths) - lengths
    return np.repeat(starts - before, lengths) + np.arange(lengths.sum())


def _portions(widths: Ints) -> Iterator[Ints]:
    """Yield rows, widest first, in portions that fit in one working table."""
    order = np.argsort(-widths, kind="stable")
    start = 0
    while start < len(order):
        stop = start + max(1, _ENTRIES // max(1, int(widths[order[start]])))
        yield order[start:stop]
        start = stop
