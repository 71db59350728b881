"""Which cells of linked tables from pupil records are withheld, so that none can be worked out.

The declared set: units in a tree (schools in authorities in regions in a country), each with a
count of pupils for each of some groups and their total. Of a unit all is shown, or its groups are
withheld and its total shown, or all is withheld. What subtraction leaves of those withheld is a
count too, and held to the same rule.

Notes
-----
Why nothing can be worked out. Take the units withheld below one that is shown: their counts of a
group add up to a known number, of `smallest` or more, and so do the totals that are withheld among
them, which are of two units at least. These are the margins of a table whose rows are units (those
whose totals are withheld being one row) and whose columns are groups, and of it nothing else is
known: a unit that is withheld has nothing shown below it. A cell of such a table may be anything
between two numbers at least as far apart as the least of its row, its column, the other rows and
the other columns. Each of these is `smallest` or more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from codebreakers.findings.disclosure import SMALLEST

__all__ = ["Decision", "Hiding", "Linked", "linked", "withhold"]

Path = tuple[str, ...]


class Hiding(IntEnum):
    """How much of a unit is withheld; each more than the one before."""

    SHOWN = 0
    GROUPS = 1
    ALL = 2


@dataclass(frozen=True, slots=True)
class Linked:
    """One declared set of tables.

    Parameters
    ----------
    units : tuple of tuple of str
        Each unit by the names from the root to itself; a unit stands after the one it is in.
    parents : tuple of int or None
        Place of the unit that each is in; None of a root.
    counts : tuple of tuple of int
        Pupils of each unit in each group; together they are all its pupils.
    """

    units: tuple[Path, ...]
    parents: tuple[int | None, ...]
    counts: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """What is withheld of a unit.

    Parameters
    ----------
    hiding : Hiding
        How much.
    why : str
        ``small``: one of its own counts is; ``beside``: another's could be worked out from it;
        ``within``: what it is in is withheld; '' where all is shown.
    """

    hiding: Hiding
    why: str = ""


def linked(paths: Sequence[Path], counts: Sequence[Sequence[int]]) -> Linked:
    """Return the declared set of these units and of all that they are in.

    Parameters
    ----------
    paths : sequence of tuple of str
        Of each lowest unit: the names from the root to itself (``("England", "London",
        "Camden", "100049")``).
    counts : sequence of sequence of int
        Pupils of each in each group.

    Raises
    ------
    ValueError
        A unit stands there twice, or is in itself what others are in.
    """
    at: dict[Path, int] = {}
    parents: list[int | None] = []
    sums: list[list[int]] = []
    for path, own in zip(paths, counts, strict=True):
        for depth in range(1, len(path) + 1):
            part = path[:depth]
            if part not in at:
                at[part] = len(parents)
                parents.append(at[part[:-1]] if depth > 1 else None)
                sums.append([0] * len(own))
            unit = at[part]
            sums[unit] = [a + b for a, b in zip(sums[unit], own, strict=True)]
    within = {parent for parent in parents if parent is not None}
    if len(set(paths)) != len(paths) or any(at[path] in within for path in paths):
        raise ValueError("a unit is declared twice, or others are in it")
    return Linked(tuple(at), tuple(parents), tuple(map(tuple, sums)))


def withhold(tables: Linked, *, smallest: int = SMALLEST) -> tuple[Decision, ...]:
    """Return what is withheld of each unit of a declared set.

    Parameters
    ----------
    tables : Linked
    smallest : int
        The least count that may be shown, or be left by a subtraction.

    Returns
    -------
    tuple of Decision
        In the order of the units. What is withheld beside small counts is the least that is
        found by going from the lowest units up and taking the smallest unit each time: seldom
        much more than is needed, and not proved to be the least there is.
    """
    choosing = _Choosing(tables, smallest)
    for unit in reversed(range(len(tables.units))):
        choosing.settle(unit)
    return tuple(
        Decision(hiding, why) for hiding, why in zip(choosing.hiding, choosing.why, strict=True)
    )


class _Choosing:
    """The units with what is withheld of each so far."""

    def __init__(self, tables: Linked, smallest: int) -> None:
        self.counts, self.smallest = tables.counts, smallest
        self.totals = [sum(counts) for counts in tables.counts]
        self.children: list[list[int]] = [[] for _ in tables.units]
        for unit, parent in enumerate(tables.parents):
            if parent is not None:
                self.children[parent].append(unit)
        self.hiding = [self._small(unit) for unit in range(len(tables.units))]
        self.why = ["small" if hiding else "" for hiding in self.hiding]

    def _small(self, unit: int) -> Hiding:
        if self.totals[unit] < self.smallest:
            return Hiding.ALL
        return Hiding.GROUPS if min(self.counts[unit]) < self.smallest else Hiding.SHOWN

    def settle(self, unit: int) -> None:
        """Withhold so much in a unit that nothing of it can be worked out from its own figures."""
        for child in self.children[unit]:
            self._hide(child, self.hiding[unit], "within")
        for hiding in (Hiding.ALL, Hiding.GROUPS):
            self._protect(unit, hiding)

    def _protect(self, unit: int, hiding: Hiding) -> None:
        """Withhold more of a unit's children while its own figure tells of those withheld."""
        if self.hiding[unit] >= hiding:
            return
        hidden = [child for child in self.children[unit] if self.hiding[child] >= hiding]
        others = sorted(
            (child for child in self.children[unit] if self.hiding[child] < hiding),
            key=lambda child: self.totals[child],
            reverse=True,
        )
        while hidden and not self._enough(hidden, hiding):
            if not others:
                self._hide(unit, hiding, "beside")
                return
            hidden.append(others.pop())
            self._hide(hidden[-1], hiding, "beside")

    def _enough(self, hidden: Sequence[int], hiding: Hiding) -> bool:
        """Whether what a subtraction gives of all that is hidden tells of none of them."""
        if hiding == Hiding.ALL:
            sums = [sum(self.totals[unit] for unit in hidden)]
        else:
            sums = [sum(column) for column in zip(*(self.counts[u] for u in hidden), strict=True)]
        return len(hidden) > 1 and min(sums) >= self.smallest

    def _hide(self, unit: int, hiding: Hiding, why: str) -> None:
        if self.hiding[unit] >= hiding:
            return
        self.hiding[unit] = hiding
        self.why[unit] = self.why[unit] or why
        for child in self.children[unit]:
            self._hide(child, hiding, "within")
