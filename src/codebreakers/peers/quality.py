"""How alike a group really is to its school, on the features it was matched on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from codebreakers.peers import Bools, Floats, Ints, PeerGroups, Texts
from codebreakers.peers.scales import quantile_bands

__all__ = ["GOOD", "LOOSE", "POOR", "FlaggedShare", "differences", "flagged_by_fifth", "labels"]

GOOD = "good match"
LOOSE = "loose match"
POOR = "no good match"

_LOOSE_ABOVE = 0.25
_POOR_ABOVE = 0.5
# A difference of exactly a quarter is not more than a quarter, whatever its last digit says.
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class FlaggedShare:
    """How often schools in one fifth of one feature have a group that is not like them.

    Parameters
    ----------
    feature : str
        The feature the fifths are of.
    fifth : int
        1 the lowest to 5 the highest.
    schools : int
        Schools in it whose match could be judged.
    loose, poor : float, optional
        Share of them, 0 to 1, with a loose match and with no good match; None where there are no
        schools.
    """

    feature: str
    fifth: int
    schools: int
    loose: float | None
    poor: float | None


def differences(starts: Ints, members: Ints, features: Floats, sds: Floats) -> Floats:
    """Return each group's mean less its school's own value, in standard deviations.

    Parameters
    ----------
    starts, members : arrays of int
        The groups, as in `PeerGroups`.
    features : (S, F) array of float
        Any features, in their own units; NaN where missing. Peers without one are left out of
        its mean.
    sds : (F,) array of float
        NaN or 0 where a feature is not to be judged.

    Returns
    -------
    (S, F) array of float
        NaN where the school, all of its peers, or the standard deviation has no value.
    """
    known = ~np.isnan(features)
    means = np.full(features.shape, np.nan)
    for column in range(features.shape[1]):
        counts = _group_sums(starts, members, known[:, column].astype(np.float64))
        sums = _group_sums(starts, members, np.where(known, features, 0.0)[:, column])
        np.divide(sums, counts, out=means[:, column], where=counts > 0)
    usable = np.broadcast_to(sds > 0, features.shape)
    gaps = np.full(features.shape, np.nan)
    np.divide(means - features, sds, out=gaps, where=usable)
    return gaps


def labels(differences: Floats) -> Texts:
    """Return what to call each match: the worst of its features decides.

    Parameters
    ----------
    differences : (S, F) array of float
        As from `differences`.

    Returns
    -------
    (S,) array of str
        `POOR` above .5 standard deviations, `LOOSE` above .25, `GOOD`; empty where no feature
        could be judged.
    """
    worst = np.fmax.reduce(np.abs(differences), axis=1, initial=-1.0)
    return np.select(
        [worst > _POOR_ABOVE + _ROUNDING, worst > _LOOSE_ABOVE + _ROUNDING, worst >= 0],
        [POOR, LOOSE, GOOD],
        default="",
    )


def flagged_by_fifth(groups: PeerGroups, features: Floats) -> tuple[FlaggedShare, ...]:
    """Return the share of schools flagged in each fifth of each feature of the rule.

    Parameters
    ----------
    groups : PeerGroups
        Their rule names the features.
    features : (S, F) array of float
        What they were matched on.
    """
    judged = groups.quality != ""
    shares = []
    for column, feature in enumerate(groups.rule.features):
        values = np.where(judged, features[:, column], np.nan)
        band = quantile_bands(values, 5)
        shares += [_flagged(groups, feature, part, band == part) for part in range(5)]
    return tuple(shares)


def _flagged(groups: PeerGroups, feature: str, part: int, inside: Bools) -> FlaggedShare:
    found = groups.quality[inside]
    if not found.size:
        return FlaggedShare(feature, part + 1, 0, None, None)
    loose, poor = (float(np.mean(found == label)) for label in (LOOSE, POOR))
    return FlaggedShare(feature, part + 1, int(found.size), loose, poor)


def _group_sums(starts: Ints, members: Ints, values: Floats) -> Floats:
    sums = np.zeros(len(starts) - 1)
    filled = np.diff(starts) > 0
    if filled.any():
        sums[filled] = np.add.reduceat(values[members], starts[:-1][filled])
    return sums
