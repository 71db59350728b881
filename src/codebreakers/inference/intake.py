"""What is known of a school before its results: the columns that its intake predicts with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.inference.quadrature import Floats
from codebreakers.peers.likeness import feature_values, similar_rule
from codebreakers.peers.population import Population

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["KNOTS", "Intake", "intake_from", "intake_of", "natural_spline"]

KNOTS = (0.05, 0.35, 0.65, 0.95)
"""Where the spline's knots stand, as shares of the schools: F. E. Harrell (2001), table 2.3."""

_IN = "in "  # begins the names of the regions' columns
_APART = 1e-6


@dataclass(frozen=True, slots=True)
class Intake:
    """The design of a model of schools' results.

    Parameters
    ----------
    names : tuple of str, length P
        Its columns, the intercept among them.
    design : ndarray of float, shape (S, P)
        Never NaN: where a feature is not published the others' mean stands. Such a school has a
        level, drawn towards schools of middling intake, and nothing is said of its intake.
    complete : ndarray of bool, shape (S,)
        Which schools have every feature, so that what their intake predicts can be said.
    features : tuple of str
        What was used of intake.
    alone : ndarray of float, shape (S, P)
        The design of schools that differ in their intake alone: all in a mean region.
    """

    names: tuple[str, ...]
    design: Floats
    complete: NDArray[np.bool_]
    features: tuple[str, ...]
    alone: Floats


def intake_of(people: Population, used: NDArray[Any], *, regions: bool = False) -> Intake:
    """Return the design for a population: splines of disadvantaged share and of KS2 points.

    Parameters
    ----------
    people : Population
        S schools.
    used : ndarray of bool, shape (S,)
        Which of them have a result: what they cannot tell apart is left out.
    regions : bool
        Whether each region has an intercept of its own, as any sum below England needs.

    Returns
    -------
    Intake
        With KS2 points where the year's tables have them.
    """
    features = similar_rule(people).features
    named = people.schools["region"].astype(str) if regions else None
    values = feature_values(people, features)
    return intake_from(features, values, used, selective=people.selective, regions=named)


def intake_from(
    features: tuple[str, ...],
    values: Floats,
    used: NDArray[Any],
    *,
    selective: NDArray[Any],
    regions: NDArray[Any] | None = None,
) -> Intake:
    """Return the design for schools whose features are given.

    Parameters
    ----------
    features : tuple of str, length F
        Each is bent by a spline.
    values : ndarray of float, shape (S, F)
        NaN where not published.
    used : ndarray of bool, shape (S,)
    selective : ndarray of bool, shape (S,)
        Which schools choose their pupils by ability: a step that no smooth line of points takes.
    regions : ndarray of str, shape (S,), optional
        Each with an intercept of its own where given.

    Returns
    -------
    Intake
    """
    columns: dict[str, Floats] = {"intercept": np.ones(len(values))}
    for name, given in zip(features, values.T, strict=True):
        missing = np.isnan(given)
        known = ~missing & used
        if not known.any():
            continue
        filled = np.where(missing, given[known].mean(), given)
        columns |= _bent(name, filled, known)
    columns["selective"] = selective * 1.0
    if regions is not None:
        there = np.unique(regions)
        columns |= {f"{_IN}{r or 'no region'}": (regions == r) * 1.0 for r in there}
    kept = _told_apart(columns, used)
    design = np.column_stack(list(kept.values()))
    within = np.array([name.startswith(_IN) for name in kept])
    alone = np.where(within, design[used].mean(axis=0), design)
    complete = np.all(~np.isnan(values), axis=1)
    return Intake(tuple(kept), design, complete, features, alone)


def natural_spline(values: Floats, knots: Floats) -> Floats:
    """Return a cubic spline's columns that are straight lines beyond the outer knots.

    Parameters
    ----------
    values : ndarray of float, shape (S,)
    knots : ndarray of float, shape (K,)
        Rising.

    Returns
    -------
    ndarray of float, shape (S, K - 1)
        The values themselves, then K - 2 columns that bend.

    Notes
    -----
    C. J. Stone and C.-Y. Koo (1985), in the units of the values.
    """
    *inner, before, last = knots.tolist()

    def cubed(knot: float) -> Floats:
        return np.maximum(values - knot, 0.0) ** 3

    columns = [values]
    for knot in inner:
        straight = (cubed(before) * (last - knot) - cubed(last) * (before - knot)) / (last - before)
        columns.append((cubed(knot) - straight) / (last - knots[0]) ** 2)
    return np.column_stack(columns)


def _bent(name: str, values: Floats, known: NDArray[np.bool_]) -> dict[str, Floats]:
    knots = np.quantile(values[known], KNOTS)
    if (np.diff(knots) <= 0).any():
        return {name: values}
    bends = natural_spline(values, knots).T
    return {name if i == 0 else f"{name} bend {i}": column for i, column in enumerate(bends)}


def _told_apart(columns: dict[str, Floats], used: NDArray[np.bool_]) -> dict[str, Floats]:
    """Return the columns that the schools used tell apart, earlier ones first."""
    kept: dict[str, Floats] = {}
    basis = np.empty((int(used.sum()), 0))
    for name, column in columns.items():
        left = column[used]
        size = float(np.linalg.norm(left))
        for _ in range(2):  # twice, because once leaves a trace of what was taken away
            left = left - basis @ (basis.T @ left)
        rest = float(np.linalg.norm(left))
        if size > 0 and rest > _APART * size:
            kept[name] = column
            basis = np.column_stack([basis, left / rest])
    return kept
