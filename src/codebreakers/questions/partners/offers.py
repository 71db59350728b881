"""Which schools one school may talk to, and why others with evidence are set aside."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.errors import RequestError
from codebreakers.estimates import Estimate, Withheld
from codebreakers.inference.draws import interval
from codebreakers.peers.miles import miles_between
from codebreakers.questions.partners.field import Field

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["MOST_NAMED", "WITHIN_MILES", "Candidate", "Offer", "miles_asked", "offer_of"]

WITHIN_MILES = 75.0
MOST_NAMED = 3
"""Schools named where a school is spoken of as a whole."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A similar school.

    Parameters
    ----------
    row : int
        In the field.
    distance : float
        How alike: standard deviations apart on what schools are matched on.
    miles : float, optional
        None where either place is not held.
    chance : float
        That its lasting level is above all pupils in England, 0 to 1.
    lead : Estimate, optional
        How much higher its true level is than the asking school's, in points; None where that one
        has no result.
    aside : str
        Why it is not offered; '' where it is.
    wider : bool
        Whether it is set aside for its distance alone, so that a wider search would find it.
    """

    row: int
    distance: float
    miles: float | None
    chance: float
    lead: Estimate | None
    aside: str
    wider: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """Who one school may talk to.

    Parameters
    ----------
    field : Field
    row : int
        The school's.
    within : float
        Miles.
    named : tuple of Candidate
        Those it may talk to, most alike first.
    aside : tuple of Candidate
        Those with evidence that are set aside.
    similar : int
        How many similar schools were looked at.
    withheld : Withheld, optional
        Why nobody could be looked for; None where somebody could.
    """

    field: Field
    row: int
    within: float
    named: tuple[Candidate, ...] = ()
    aside: tuple[Candidate, ...] = ()
    similar: int = 0
    withheld: Withheld | None = None

    @property
    def reasons(self) -> Counter[str]:
        """Why those with evidence are set aside: how many for each reason."""
        return Counter(one.aside for one in self.aside)

    @property
    def too_far(self) -> Candidate | None:
        """The nearest of those that a wider search would find."""
        far = [one for one in self.aside if one.wider]
        return min(far, key=lambda one: one.miles or 0.0, default=None)

    def nearest(self, most: int) -> tuple[Candidate, ...]:
        """Return at most so many of those named: the nearest, then those of unknown place.

        Among the latter those of the school's own region come first.
        """
        region = self.field.people.schools["region"]

        def order(one: Candidate) -> tuple[bool, float, bool]:
            elsewhere = bool(region[one.row] != region[self.row])
            return one.miles is None, one.miles or 0.0, one.miles is None and elsewhere

        return tuple(sorted(self.named, key=order)[:most])


def miles_asked(within: float) -> float:
    """Return how far is asked for.

    Raises
    ------
    RequestError
        It is no distance.
    """
    if not 0 < within < math.inf:
        raise RequestError(f"{within:g} miles is no distance.", remedy="Give miles above 0.")
    return within


def offer_of(field: Field, row: int, *, within: float = WITHIN_MILES) -> Offer:
    """Return who one school may talk to.

    Parameters
    ----------
    field : Field
    row : int
        The school's.
    within : float
        Miles in a straight line.

    Returns
    -------
    Offer
    """
    evidence, rows = field.evidence, field.similar(row)
    if evidence is None:
        return Offer(
            field, row, within, withheld=Withheld("not-tested", field.unsaid.removesuffix("."))
        )
    if not len(rows):
        why = Withheld("no-match", "it has no similar schools")
        return Offer(field, row, within, withheld=why)
    graded = np.flatnonzero(field.graded[rows])
    starts = field.groups.starts
    apart = field.groups.distances[starts[row] : starts[row + 1]][graded]
    miles = miles_between(field.places[row], field.places[rows[graded]])
    found = [
        _candidate(field, row, other, float(distance), float(far), within)
        for other, distance, far in zip(rows[graded].tolist(), apart, miles, strict=True)
    ]
    named = tuple(one for one in found if not one.aside)
    return Offer(field, row, within, named, tuple(one for one in found if one.aside), len(rows))


def _candidate(
    field: Field, row: int, other: int, distance: float, miles: float, within: float
) -> Candidate:
    lead = _lead(field, row, other)
    unfit = _unfit(field, row, other, lead)
    far = miles > within
    return Candidate(
        other,
        distance,
        None if np.isnan(miles) else miles,
        float(field.evidence.lasting[other]) if field.evidence is not None else np.nan,
        lead,
        f"further than {within:g} miles" if far else unfit,
        wider=far and not unfit,
    )


def _unfit(field: Field, row: int, other: int, lead: Estimate | None) -> str:
    if reason := field.since[other].aside:
        return reason
    if field.from_14[row] != field.from_14[other]:
        return "of another phase (pupils come at 14)"
    if lead is not None and lead.value <= 0:
        return "not above this school itself"
    return ""


def _lead(field: Field, row: int, other: int) -> Estimate | None:
    levels = field.levels
    if levels is None or not levels.known[row]:
        return None
    sign = 1 if field.measure.better == "higher" else -1
    apart: NDArray[Any] = sign * (
        levels.draws[:, other].astype(np.float64) - levels.draws[:, row].astype(np.float64)
    )
    pupils = field.summary.pupils[other]
    return interval(
        apart,
        n=None if np.isnan(pupils) else round(float(pupils)),
        method=f"{len(apart):,} draws of both true levels",
        seed=field.seed,
    )
