"""Figures of a declared set of tables from pupil records: withheld, rounded, accounted for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from codebreakers.errors import RequestError
from codebreakers.estimates import Withheld
from codebreakers.findings import Column, Table
from codebreakers.findings.disclosure import tabulate
from codebreakers.findings.suppression import Hiding, Path, linked, withhold

__all__ = ["WITHHELD", "Held", "Released", "audit", "released", "to_nearest"]

WITHHELD = "guarded"
"""The one code of everything withheld: to say which count was small would tell of it."""

_GREATEST_ROUNDING = 10
_WHY = {
    "small": "a count of its own is under 10",
    "beside": "a subtraction would tell of another",
    "within": "what it is in is withheld",
}


@dataclass(frozen=True, slots=True)
class Held:
    """What is held of one lowest unit.

    Parameters
    ----------
    pupils, totals : tuple of int
        In each group: pupils, and what their scores come to.
    """

    pupils: tuple[int, ...]
    totals: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Released:
    """One unit of the declared set, lowest or not, all pupils of it or one group.

    Parameters
    ----------
    unit : tuple of str
        By the names from the root to itself.
    group : int, optional
        Which group; None of all pupils.
    pupils, total : int
        As `Held`, before any rounding: they may not be shown where `why` is given.
    why : str
        Why it is withheld, as `Decision` has it; '' where it may be shown.
    """

    unit: Path
    group: int | None
    pupils: int
    total: int
    why: str

    @property
    def hidden(self) -> Withheld | None:
        """What stands in its place where it is withheld."""
        return Withheld(WITHHELD) if self.why else None


def released(units: Mapping[Path, Held]) -> tuple[Released, ...]:
    """Return all figures of a declared set, those of the largest units first.

    Parameters
    ----------
    units : mapping of tuple of str to Held
        The lowest units, each by the names from the root to itself.
    """
    tables = linked(list(units), [held.pupils for held in units.values()])
    totals = linked(list(units), [held.totals for held in units.values()])
    decisions = withhold(tables)
    found = []
    for unit, pupils, sums, decision in zip(
        tables.units, tables.counts, totals.counts, decisions, strict=True
    ):
        all_why = decision.why if decision.hiding == Hiding.ALL else ""
        found.append(Released(unit, None, sum(pupils), sum(sums), all_why))
        if len(pupils) > 1:
            found += [
                Released(unit, group, pupils[group], sums[group], decision.why)
                for group in range(len(pupils))
            ]
    return tuple(sorted(found, key=lambda one: (len(one.unit), one.unit)))


def to_nearest(count: int, rounding: int) -> int:
    """Return a count rounded to the nearest multiple, half upwards; with 0 or 1 as it is.

    Raises
    ------
    RequestError
        The multiple is below 0 or above ten, the least count that is shown.
    """
    if not 0 <= rounding <= _GREATEST_ROUNDING:
        raise RequestError(
            f"Counts cannot be rounded to the nearest {rounding}.",
            remedy=f"Give a number from 1 to {_GREATEST_ROUNDING}; 5 is usual.",
        )
    return (2 * count + rounding) // (2 * rounding) * rounding if rounding > 1 else count


def audit(
    rows: Sequence[tuple[str, str, Released]], groups: Sequence[str], *, made_up: bool = False
) -> Table:
    """Return every figure that is withheld, and why: for the holder, and not for publication.

    Parameters
    ----------
    rows : sequence of (str, str, Released)
        Results year, level, figure.
    groups : sequence of str
        Names of the groups.
    """
    return tabulate(
        "audit",
        "What is withheld and why: not for publication",
        [
            Column("results_year", "Results"),
            Column("level", "Level"),
            Column("unit", "Unit"),
            Column("group", "Pupils"),
            Column("why", "Why"),
        ],
        [
            [year, level, one.unit[-1], "all" if one.group is None else groups[one.group], why]
            for year, level, one in rows
            if (why := _WHY.get(one.why, ""))
        ],
        notes=["Not for publication: to know why each was withheld narrows down what it was."],
        made_up=made_up,
    )
