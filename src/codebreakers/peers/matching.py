"""Choosing every school's group by a rule: nearest, ranked, bands, listed."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from codebreakers.errors import CannotAnswerError
from codebreakers.peers import NO_PEERS, Floats, Ints, PeerGroups, PeerRule, Texts, quality
from codebreakers.peers.given import Given, look
from codebreakers.peers.neighbours import nearest_in_pool
from codebreakers.peers.scales import quantile_bands
from codebreakers.peers.ties import settle

__all__ = ["match"]

# Where nobody is: a distance that sorts last, and is still finite.
_FAR = float(np.finfo(np.float64).max)

_Chosen = tuple[Ints, Floats]  # members (S, w) with -1 for nobody, and their distances


def match(
    rule: PeerRule,
    schools: npt.ArrayLike,
    features: npt.ArrayLike,
    *,
    eligible: npt.ArrayLike | None = None,
    sizes: npt.ArrayLike | None = None,
    pool: npt.ArrayLike | None = None,
    seed: int = 0,
) -> PeerGroups:
    """Return the group of every school under a rule.

    A school without one of the features matched on has no group (`no-match`), and is nobody's
    peer. The result does not depend on the order of the rows.

    Parameters
    ----------
    rule : PeerRule
        Who is like whom.
    schools : (S,) array of str
        Their identifiers, each once.
    features : (S, F) array of float
        The rule's features in its order; NaN where missing.
    eligible : (S,) array of bool, optional
        Which schools may be peers. The others still have a group, of those that may. Standard
        deviations and band ends are taken from the eligible.
    sizes : (S,) array of float, optional
        Pupils in each cohort, which decide ties; NaN where not known.
    pool : (S,) array of int or str, optional
        Only schools of one pool may be each other's peers (selective and non-selective).
    seed : int
        Decides what ties are left.

    Returns
    -------
    PeerGroups

    Raises
    ------
    RequestError
        When arrays do not fit together, or a feature matched on is the same everywhere.
    CannotAnswerError
        When fewer than two schools have the features, or none is in the imported list.
    """
    seen = look(rule, schools, features, eligible, sizes, pool, seed)
    if rule.kind == "listed":
        return _listed(rule, seen)
    members, distances = _METHODS[rule.kind](rule, seen)
    inside = members >= 0
    reasons = np.where(seen.complete, np.where(inside.any(axis=1), "", NO_PEERS), "no-match")
    counts = inside.sum(axis=1)
    return _groups(rule, seen, counts, members[inside], distances[inside], reasons)


def _nearest(rule: PeerRule, seen: Given) -> _Chosen:
    return _nearest_within(seen, seen.pool, rule.size)


def _bands(rule: PeerRule, seen: Given) -> _Chosen:
    """Return everybody in one's band: the nearest of a pool that is the band, without limit."""
    values = np.where(seen.complete, seen.features[:, 0], np.nan)
    band = quantile_bands(values, rule.band_count, over=values[seen.peers])
    return _nearest_within(seen, seen.pool * rule.band_count + band, len(seen.names))


def _nearest_within(seen: Given, pool: Ints, size: int) -> _Chosen:
    labels, found = np.unique(pool[seen.peers], return_counts=True)
    shape = (len(seen.names), min(size, int(found.max(initial=0))))
    members, distances = np.full(shape, -1, dtype=np.intp), np.full(shape, np.inf)
    for label in labels:
        rows = np.flatnonzero(seen.complete & (pool == label))
        near = nearest_in_pool(
            seen.points[rows], rows, seen.peers[rows], shape[1], seen.ties, seen.slack
        )
        for part, others, apart in near:
            members[part, : others.shape[1]] = others
            distances[part, : others.shape[1]] = apart
    return members, distances


def _ranked(rule: PeerRule, seen: Given) -> _Chosen:
    width = rule.above + rule.below
    shape = (len(seen.names), width)
    members, distances = np.full(shape, -1, dtype=np.intp), np.full(shape, np.inf)
    for label in np.unique(seen.pool[seen.peers]):
        rows = np.flatnonzero(seen.complete & (seen.pool == label))
        others = _window(rows, rule, seen)
        apart = np.abs(seen.points[rows] - seen.points[others, 0])
        apart[others < 0] = _FAR
        order = np.argsort(apart, axis=1)
        others, apart = (np.take_along_axis(part, order, axis=1) for part in (others, apart))
        apart = settle(apart, seen.slack)
        members[rows], distances[rows] = seen.ties.closest(rows, others, apart, width)
    return members, distances


def _window(rows: Ints, rule: PeerRule, seen: Given) -> Ints:
    """Return the schools above and below each of one pool's `rows`; -1 where there are too few.

    The line is in order of value, then of cohort, then of lot. A school that may not be a peer
    stands in it where its value puts it, and is passed over.
    """
    ties = seen.ties
    order = np.lexsort((ties.alone[rows], ties.sizes[rows], seen.features[rows, 0]))
    line = rows[order]
    member = seen.peers[line]
    candidates = line[member]
    before: Ints = np.cumsum(member) - member
    others = len(candidates) - member
    width = rule.above + rule.below
    first = np.clip(before - rule.below, 0, np.maximum(others - width, 0))
    place = first[:, None] + np.arange(width)
    exists = place < others[:, None]
    place += member[:, None] & (place >= before[:, None])
    found = np.where(exists, candidates[np.minimum(place, len(candidates) - 1)], -1)
    window = np.empty_like(found)
    window[order] = found
    return window


def _listed(rule: PeerRule, seen: Given) -> PeerGroups:
    """Return the groups as imported, less peers that are not held or may not be peers."""
    named = np.array([pair[:2] for pair in rule.pairs], dtype=np.str_)
    apart = np.array([pair[2] for pair in rule.pairs], dtype=np.float64)
    rank = np.array([pair[3] for pair in rule.pairs], dtype=np.int64)
    row = {name: number for number, name in enumerate(seen.names.tolist())}
    owner, other = (
        np.array([row.get(name, -1) for name in column.tolist()], dtype=np.intp)
        for column in named.T
    )
    held = (owner >= 0) & (other >= 0)
    unknown = np.unique(np.concatenate([named[owner < 0, 0], named[other < 0, 1]]))
    if not held.any():
        raise CannotAnswerError(
            f"None of the pairs of the imported list is among the {len(row):,} schools held.",
            available=seen.names[:12].tolist(),
            remedy="Check that the list and the tables use the same identifiers.",
        )
    kept = held & seen.peers[other] & (seen.pool[owner] == seen.pool[other])
    lots = seen.ties.lots(owner, other)
    order = np.lexsort((lots, rank, owner))
    order = order[kept[order]]
    counts = np.bincount(owner[order], minlength=len(row))
    on_list = np.bincount(owner[owner >= 0], minlength=len(row)) > 0
    reasons = np.where(counts > 0, "", np.where(on_list, NO_PEERS, "not-held"))
    return _groups(rule, seen, counts, other[order], apart[order], reasons, tuple(unknown.tolist()))


def _groups(
    rule: PeerRule,
    seen: Given,
    counts: Ints,
    members: Ints,
    distances: Floats,
    reasons: Texts,
    unknown: tuple[str, ...] = (),
) -> PeerGroups:
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.intp)
    gap = quality.differences(starts, members, seen.features, seen.sds)
    return PeerGroups(
        rule=rule,
        schools=seen.names,
        starts=starts,
        members=members,
        distances=distances,
        reasons=reasons,
        quality=quality.labels(gap),
        differences=gap,
        unknown=unknown,
    )


_METHODS = {"nearest": _nearest, "ranked": _ranked, "bands": _bands}
