"""Two answers to one question, figure by figure: what is the same, what differs, by how much."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from codebreakers.estimates import Estimate, Withheld
from codebreakers.findings import Cell, Column, Table
from codebreakers.findings.disclosure import say, tabulate
from codebreakers.surfaces.export.saved import Saved

__all__ = ["TOLERANCE", "Change", "Compared", "compared", "tell"]

TOLERANCE = 1e-9
"""Figures this near are the same: sums come out so, whatever machine adds them."""

_PARTS = ("", ", low", ", high", ", n")
_THERE, _NOT_THERE = "there", "not there"
_COLUMNS = (
    Column("question", "Question"),
    Column("figure", "Figure"),
    Column("before", "Before", 4),
    Column("now", "Now", 4),
    Column("difference", "Difference", 4),
)


@dataclass(frozen=True, slots=True)
class Change:
    """One figure that is not what it was.

    Parameters
    ----------
    figure : str
        A finding, or a row and its column.
    before, now : Cell
        ``there`` and ``not there`` of a finding or a row that one answer alone has.
    """

    figure: str
    before: Cell
    now: Cell

    @property
    def by(self) -> float | None:
        """By how much, where both are numbers."""
        if _is_number(self.before) and _is_number(self.now):
            return float(self.now) - float(self.before)  # type: ignore[arg-type]
        return None


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of comparing.

    Parameters
    ----------
    question : str
        As it is asked.
    figures : int
        How many were compared.
    changes : tuple of Change
        Those that differ, findings first.
    """

    question: str
    figures: int
    changes: tuple[Change, ...]


def compared(question: str, before: Saved, now: Saved) -> Compared:
    """Return how two answers to one question differ.

    Parameters
    ----------
    question : str
        What to call it.
    before, now : Saved
        Rows are told by their first columns, as many as it takes to tell them apart.

    Returns
    -------
    Compared
    """
    width = _key_width(before, now)
    first, second = _groups(before, width), _groups(now, width)
    compared, changes = 0, []
    for name in dict.fromkeys((*first, *second)):
        was, is_now = first.get(name), second.get(name)
        if was is None or is_now is None:
            compared += 1
            changes.append(Change(name, *(_THERE if g else _NOT_THERE for g in (was, is_now))))
            continue
        parts = [
            part for part in {**was, **is_now} if (was.get(part), is_now.get(part)) != (None,) * 2
        ]
        compared += len(parts)
        changes += [
            Change(f"{name}{part}", was.get(part), is_now.get(part))
            for part in parts
            if not _same(was.get(part), is_now.get(part))
        ]
    return Compared(question, compared, tuple(changes))


def _groups(answer: Saved, width: int) -> dict[str, dict[str, Cell]]:
    """Return the cells of each finding and of each row, by what tells one from others."""
    found = {name: dict(zip(_PARTS, cells, strict=True)) for name, cells in answer.findings.items()}
    met: Counter[str] = Counter()
    columns = [f": {column}" for column in answer.columns[width:]]
    for row in answer.rows:
        key = ", ".join(str(cell) for cell in row[:width])
        met[key] += 1
        name = f"{key} ({met[key]})" if met[key] > 1 else key
        # A row that is nothing but its key is there, or is not.
        cells: dict[str, Cell] = dict(zip(columns, row[width:], strict=True))
        found[name] = {"": _THERE, **cells}
    return found


def _key_width(*answers: Saved) -> int:
    """Return how many first columns tell the rows of every answer apart."""
    most = max(len(answer.columns) for answer in answers)
    for width in range(1, most):
        if all(len({row[:width] for row in a.rows}) == len(a.rows) for a in answers):
            return width
    return 1


def _same(before: Cell, now: Cell) -> bool:
    if isinstance(before, Withheld) and isinstance(now, Withheld):
        return before.code == now.code
    if _is_number(before) and _is_number(now):
        return math.isclose(before, now, rel_tol=TOLERANCE, abs_tol=TOLERANCE)  # type: ignore[arg-type]
    return before == now and isinstance(before, bool) == isinstance(now, bool)


def _is_number(cell: Cell) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def tell(title: str, found: Sequence[Compared], notes: Sequence[str], *, made_up: bool) -> Table:
    """Return what differs as a table, a row a figure that is not what it was.

    Parameters
    ----------
    title : str
        Of the table.
    found : sequence of Compared
        One a question.
    notes : sequence of str
        What else is to be said.
    made_up : bool
        Whether the answers are about Example England.
    """
    figures = sum(one.figures for one in found)
    changed = sum(len(one.changes) for one in found)
    definition = f"Numbers that differ by less than {TOLERANCE:g} of themselves are the same."
    words = (
        f"{changed:,} of {figures:,} figures differ."
        if changed
        else (f"All {figures:,} figures are the same.")
    )
    finding = say(
        "compare.changed",
        words,
        Estimate(float(changed), n=figures, no_interval="counted"),
        unit="figures",
        year=0,
        definition=definition,
        counts="figures",
    )
    # A question that stands alone is in the title.
    first = 0 if len(found) > 1 else 1
    rows = [
        (one.question, change.figure, change.before, change.now, change.by)[first:]
        for one in found
        for change in one.changes
    ]
    each = [f"{one.question}: {_summed(one)}" for one in found] if len(found) > 1 else []
    return tabulate(
        "compare",
        title,
        _COLUMNS[first:],
        rows,
        findings=[finding],
        notes=[*each, *notes],
        made_up=made_up,
    )


def _summed(one: Compared) -> str:
    if not one.changes:
        return f"the same, all {one.figures:,} figures."
    moved = [(abs(change.by), change.figure) for change in one.changes if change.by is not None]
    most = f"; most, by {max(moved)[0]:.4g}: {max(moved)[1]}" if moved else ""
    return f"{len(one.changes):,} of {one.figures:,} figures differ{most}."
