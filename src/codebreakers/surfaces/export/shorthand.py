"""What stands in a file where a figure is not shown: the Department's shorthand for each code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType

from codebreakers.estimates import Withheld
from codebreakers.findings import Cell, Table
from codebreakers.surfaces.charts.words import seen

__all__ = ["MEANINGS", "NOT_APPLICABLE", "SHORTHAND", "reasons_of", "shorthand"]

MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        "z": "not applicable",
        "x": "not available",
        "c": "suppressed so that nobody can be told from it",
        "low": "rounds to 0",
        "u": "too unreliable to show",
    }
)
"""The Department's shorthand, in order, and what it means."""

_EMPTY = "there is nothing to give"
NOT_APPLICABLE, _NOT_AVAILABLE = "z", "x"

SHORTHAND: Mapping[str, str] = MappingProxyType(
    {
        # The publishers' own.
        "z": "z",
        "x": "x",
        "c": "c",
        "low": "low",
        "k": "low",
        "u": "u",
        "SUPP": "c",
        "SP": "c",
        "LT11": "c",
        "ABSLOW": "c",
        "NE": "z",
        "NA": "z",
        "N/A": "z",
        "NOTREQ": "z",
        "NEW": "z",
        "LOWCOV": "u",
        "LT50PC": "u",
        "!": "u",
        "NP": "x",
        "NPT": "x",
        "DNS": "x",
        "UNAVAIL": "x",
        ".": "x",
        "blank": "x",
        # Ours.
        "small": "c",
        "few": "c",
        "beside": "c",
        "guarded": "c",
        "no-peers": "z",
        "not-applicable": "z",
        "break": "z",
        "below-minimum": "z",
        "no-partner": "z",
        "same-specification": "z",
        "not-held": "x",
        "no-match": "x",
        "few-years": "x",
        "few-schools": "u",
        "not-asked": "x",
        "no-answer": "x",
        "not-tested": "x",
    }
)
"""Every code of `estimates.REASONS`, and those with a reason of their own, to its shorthand."""


def shorthand(cell: Withheld | None) -> str:
    """Return what stands for a figure that is not shown.

    Parameters
    ----------
    cell : Withheld or None
        None for a cell that has nothing to hold.

    Returns
    -------
    str
        A key of `MEANINGS`. A code that nobody has declared is of a figure that is not available.
    """
    if cell is None:
        return NOT_APPLICABLE
    return SHORTHAND.get(cell.code, _NOT_AVAILABLE)


def reasons_of(table: Table) -> dict[str, dict[str, int]]:
    """Return why cells and findings of a table are not shown, and how many, by shorthand.

    Returns
    -------
    dict of str to dict of str to int
        Only the shorthand that the table needs, in the order of `MEANINGS`; the reasons as they
        are said, the most frequent first.
    """
    cells: list[Cell] = [cell for row in table.rows for cell in row]
    cells += [f.figure for f in table.findings if isinstance(f.figure, Withheld)]
    met: Counter[tuple[str, str]] = Counter(
        (shorthand(cell), seen(cell.reason)) for cell in cells if isinstance(cell, Withheld)
    )
    empty = sum(cell is None or cell == "" for cell in cells)
    met.update({(NOT_APPLICABLE, _EMPTY): empty} if empty else {})
    return {
        key: found
        for key in MEANINGS
        if (found := {reason: n for (k, reason), n in met.most_common() if k == key})
    }
