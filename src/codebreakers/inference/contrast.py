"""How far some schools are from their own similar schools on average, and how surely."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.errors import CannotAnswerError
from codebreakers.inference.slopes import Slopes
from codebreakers.peers import PeerGroups

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Contrast", "contrast"]


@dataclass(frozen=True, slots=True, eq=False)
class Contrast:
    """Some schools beside their own similar schools.

    Parameters
    ----------
    own, similar : float
        Mean of the schools, and mean over them of the mean of each one's similar schools.
    difference : Slopes
        One slope: `own` less `similar`, with what each cluster does to it.
    without : int
        How many of the schools have no result, or none to be set beside.
    """

    own: float
    similar: float
    difference: Slopes
    without: int


def contrast(
    outcome: NDArray[Any],
    some: NDArray[Any],
    beside: NDArray[Any],
    groups: PeerGroups,
    features: NDArray[Any],
    clusters: NDArray[Any],
) -> Contrast:
    """Return how far some schools are from their own similar schools on average.

    Parameters
    ----------
    outcome : ndarray of float, shape (S,)
        NaN where there is none.
    some : ndarray of bool, shape (S,)
        The schools looked at.
    beside : ndarray of bool, shape (S,)
        Who of their similar schools they are set beside.
    groups : PeerGroups
        Who is similar to whom.
    features : ndarray of float, shape (S, F)
        What they were matched on.
    clusters : ndarray of str, shape (S,)
        Schools of one may be alike in what is left.

    Returns
    -------
    Contrast

    Raises
    ------
    CannotAnswerError
        None of the schools has a result and a similar school with one.

    Notes
    -----
    The difference is a sum of results with known weights: 1 / n of each school looked at, and a
    share of -1 / n of each of its similar schools. One school is beside many, which the weights
    add up. Its variance is that sum over residuals, added by cluster and squared (Liang and Zeger
    1986), with the factor G / (G - 1). Residuals are from a regression on the features, their
    squares, and whether a school is one of those looked at.
    """
    known = ~np.isnan(outcome)
    owners = np.repeat(np.arange(len(outcome)), groups.sizes)
    used = (some & known)[owners] & (beside & known)[groups.members]
    counts = np.bincount(owners[used], minlength=len(outcome))
    chosen = some & known & (counts > 0)
    n = int(chosen.sum())
    if not n:
        raise CannotAnswerError(
            "None of these schools has a result and a similar school to set it beside."
        )
    weights = np.bincount(
        groups.members[used], weights=1 / (n * counts[owners[used]]), minlength=len(outcome)
    )
    filled = np.where(known, outcome, 0.0)
    own, similar = float(filled[chosen].mean()), float(weights @ filled)
    at = (chosen | (weights > 0)) & ~np.isnan(features).any(axis=1)
    left = _residuals(filled[at], chosen[at], features[at])
    names, cluster = np.unique(clusters[at], return_inverse=True)
    pull = (chosen[at] / n - weights[at]) * left
    moved = np.bincount(cluster, weights=pull, minlength=len(names))
    influence = (moved * np.sqrt(len(names) / max(1, len(names) - 1)))[None, :]
    slopes = Slopes(np.array([own - similar]), names, influence, n)
    return Contrast(own, similar, slopes, int(some.sum()) - n)


def _residuals(outcome: NDArray[Any], chosen: NDArray[Any], features: NDArray[Any]) -> NDArray[Any]:
    spread = features.std(axis=0)
    scaled = (features - features.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    design = np.column_stack([np.ones(len(outcome)), chosen, scaled, np.square(scaled)])
    fitted: NDArray[Any] = design @ np.linalg.lstsq(design, outcome, rcond=None)[0]
    left: NDArray[Any] = outcome - fitted
    return left
