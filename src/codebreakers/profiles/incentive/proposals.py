"""Proposals that were made, with their own numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["FITS", "PRESETS", "Proposal"]

FITS = 0.05
"""How far apart two mean pays may be, as a share, and still be said to fit."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal as it was published.

    Parameters
    ----------
    title : str
    premium : float
        More pay, as a share of pay.
    teachers, years : int
        `years` is 1 where the proposal names none: its cost is then taken for a year's.
    cost : float
        As published, pounds.
    year : int
        Newest results year whose tables those who made it could have.
    """

    title: str
    premium: float
    teachers: int
    years: int
    cost: float
    year: int

    @property
    def each(self) -> float:
        """What its cost leaves for a teacher and year, pounds."""
        return self.cost / self.teachers / self.years

    @property
    def implied_pay(self) -> float:
        """Mean pay of which that is the premium, pounds."""
        return self.each / self.premium


PRESETS: Mapping[str, Proposal] = {
    "proposal-2015": Proposal("the proposal of 2015", 0.25, 2_000, 1, 20_000_000.0, 2015),
}
"""By name."""
