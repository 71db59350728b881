"""The schools as a peer rule sees them: checked, and on the rule's scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from codebreakers.errors import CannotAnswerError, RequestError
from codebreakers.peers import Bools, Floats, Ints, PeerRule, Texts
from codebreakers.peers.scales import population_sd, rounding
from codebreakers.peers.ties import TieOrder

__all__ = ["Given", "look"]

# No measure of a school is near it, and the squares of distances stay finite below it.
_LARGEST = 1e60


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """Schools in the order they were given, S of them.

    Parameters
    ----------
    names : (S,) array of str
        Their identifiers.
    features : (S, F) array of float
        As given, NaN where missing.
    sds : (F,) array of float
        Standard deviations; NaN where a feature is not matched on, 0 where it is constant.
    points : (S, features matched on) array of float
        The features in standard deviations, weighted; 0 where `complete` is false.
    complete : (S,) array of bool
        Has every feature matched on.
    peers : (S,) array of bool
        Complete, and may be a peer.
    pool : (S,) array of int
        Schools of different pools are never peers.
    ties : TieOrder
        Decides among equally distant schools.
    slack : float
        How far apart two equal distances can come out.
    """

    names: Texts
    features: Floats
    sds: Floats
    points: Floats
    complete: Bools
    peers: Bools
    pool: Ints
    ties: TieOrder
    slack: float


def look(
    rule: PeerRule,
    schools: npt.ArrayLike,
    features: npt.ArrayLike,
    eligible: npt.ArrayLike | None,
    sizes: npt.ArrayLike | None,
    pool: npt.ArrayLike | None,
    seed: int,
) -> Given:
    """Check what `matching.match` was given, and put the features on the rule's scale.

    Raises
    ------
    RequestError
        When arrays do not fit together, or a feature matched on is the same everywhere.
    CannotAnswerError
        When fewer than two schools have the features, and no standard deviations are given.
    """
    names = _names(schools)
    values = _values(rule, features, len(names))
    may = _column("eligible", eligible, len(names), True).astype(np.bool_)
    cohort = _column("sizes", sizes, len(names), np.nan).astype(np.float64)
    _, label = np.unique(_column("pool", pool, len(names), 0), return_inverse=True)
    used = np.array(rule.weights) > 0 if rule.kind != "listed" else np.zeros(values.shape[1], bool)
    complete: Bools = np.logical_not(np.isnan(values[:, used]).any(axis=1))
    peers = complete & may
    sds = _sds(rule, values, peers, used)
    points = _points(rule, values[:, used], sds[used], used)
    points[~complete] = 0.0
    return Given(
        names=names,
        features=values,
        sds=sds,
        points=points,
        complete=complete,
        peers=peers,
        pool=label.astype(np.intp),
        ties=TieOrder.of(names, cohort, seed),
        slack=rounding(float(np.linalg.norm(np.abs(points).max(axis=0)))),
    )


def _names(schools: npt.ArrayLike) -> Texts:
    names = np.asarray(schools).astype(np.str_)
    if names.ndim != 1 or not names.size:
        raise RequestError(f"Schools are one array of identifiers, not of shape {names.shape}.")
    ordered = np.sort(names)
    twice = ordered[1:][ordered[1:] == ordered[:-1]]
    if twice.size:
        raise RequestError(f"School {str(twice[0])!r} is given twice; each may appear once.")
    return names


def _values(rule: PeerRule, features: npt.ArrayLike, schools: int) -> Floats:
    values = np.array(features, dtype=np.float64)
    if values.shape != (schools, len(rule.features)):
        raise RequestError(
            f"The features have shape {values.shape}; {schools} schools and"
            f" {len(rule.features)} features ({', '.join(rule.features)}) make"
            f" {(schools, len(rule.features))}."
        )
    wild = np.argwhere(np.abs(values) > _LARGEST)
    if wild.size:
        row, column = wild[0]
        raise RequestError(
            f"The feature {rule.features[column]!r} of row {row} is {values[row, column]:g}.",
            remedy="Give NaN where a feature is missing.",
        )
    return values


def _column(
    what: str, given: npt.ArrayLike | None, schools: int, default: object
) -> npt.NDArray[Any]:
    column = np.asarray(default if given is None else given)
    if given is not None and column.shape != (schools,):
        raise RequestError(f"The {what} have shape {column.shape}; there are {schools} schools.")
    return np.broadcast_to(column, (schools,))


def _sds(rule: PeerRule, values: Floats, peers: Bools, used: Bools) -> Floats:
    """Return the standard deviations that distances and match quality are measured in."""
    if rule.sds is not None:
        return np.where(used, np.array(rule.sds), np.nan)
    if rule.kind == "listed":
        return np.array([population_sd(column) for column in values[peers].T])
    if peers.sum() < 2:
        raise CannotAnswerError(
            f"Of {len(values)} schools, {peers.sum()} may be peers and have"
            f" {' and '.join(rule.features)}; a standard deviation needs two.",
            remedy="Choose features that are published for this year.",
        )
    sds = np.full(values.shape[1], np.nan)
    for column in np.flatnonzero(used):
        sds[column] = population_sd(values[peers, column])
        if not sds[column] > 0:
            raise RequestError(
                f"The feature {rule.features[column]!r} is {values[peers, column][0]:g} at all"
                f" {peers.sum()} schools, and says nothing about which are alike.",
                remedy="Leave it out, or give it weight 0.",
            )
    return sds


def _points(rule: PeerRule, values: Floats, sds: Floats, used: Bools) -> Floats:
    points: Floats = values * (np.sqrt(np.array(rule.weights)[used]) / sds)
    if (np.abs(points) > _LARGEST).any():
        raise RequestError("A weight is too large, or a standard deviation too small, to be used.")
    return points
