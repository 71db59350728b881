"""Known totals of the people polled, and where each respondent stands in them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from codebreakers.errors import ReleaseError, UnknownNameError
from codebreakers.inference.weighting import Margin
from codebreakers.questions.poll.cells import Cells, Column, plain, read_cells

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["CROSS", "Known", "place", "read_margins"]

CROSS = " x "
"""What stands between the columns of a margin, and between the parts of its categories."""

_COLUMNS = ("margin", "category", "total")
_AGREE = 0.01  # margins of one population come to the same total, but for rounding
_FEW = 5


@dataclass(frozen=True, slots=True)
class Known:
    """Known totals: for each margin, how many people are of each category.

    Parameters
    ----------
    file : str
    totals : mapping of str to mapping of str to float
        By margin ("phase x region") and category ("primary x London").
    """

    file: str
    totals: Mapping[str, Mapping[str, float]]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the answers that the margins are about."""
        names = (name for margin in self.totals for name in margin.split(CROSS))
        return tuple(dict.fromkeys(names))


def read_margins(path: str | Path) -> Known:
    """Read known totals from a table with the columns margin, category and total.

    Raises
    ------
    ReleaseError
        It cannot be read; a total is no number; a category is there twice; or the margins come to
        totals of different populations.
    UnknownNameError
        A column is missing.
    """
    cells = read_cells(path)
    margin, category, total = (cells.column(name) for name in _COLUMNS)
    found: dict[str, dict[str, float]] = {}
    for row in range(cells.rows):
        name = CROSS.join(_parts(margin.texts[margin.codes[row]]))
        kind = CROSS.join(_parts(category.texts[category.codes[row]]))
        if not name or not kind:
            raise ReleaseError(cells.file, f"row {row + 1} names no margin or no category")
        own = found.setdefault(name, {})
        if kind.casefold() in map(str.casefold, own):
            raise ReleaseError(cells.file, f"{name} has {kind!r} twice")
        own[kind] = _number(cells, name, kind, total.texts[total.codes[row]])
    _refuse_other_populations(cells, found)
    return Known(cells.file, found)


def _parts(text: str) -> list[str]:
    return [plain(part) for part in text.replace("\u00d7", "x").split(CROSS)]


def _number(cells: Cells, margin: str, category: str, text: str) -> float:
    try:
        value = float(text.replace(",", "").removesuffix("%"))
    except ValueError:
        value = math.nan
    if not 0 <= value < math.inf:
        raise ReleaseError(
            cells.file,
            f"the total of {margin} {category!r} is {text[:40]!r}, which is no number of people",
            remedy="Write a plain number; a spreadsheet's formula has to be saved as its value.",
        )
    return value


def _refuse_other_populations(cells: Cells, found: Mapping[str, Mapping[str, float]]) -> None:
    sums = {name: sum(own.values()) for name, own in found.items()}
    if not min(sums.values()) > 0:
        raise ReleaseError(cells.file, f"{min(sums, key=sums.__getitem__)} comes to nobody")
    least, most = min(sums, key=sums.__getitem__), max(sums, key=sums.__getitem__)
    if sums[most] > (1 + _AGREE) * sums[least]:
        raise ReleaseError(
            cells.file,
            f"{least} comes to {sums[least]:,.10g} and {most} to {sums[most]:,.10g}: they are of "
            "different people",
            remedy="Give totals of one population, or percentages throughout.",
        )


def place(
    known: Known, columns: Mapping[str, Column]
) -> tuple[list[Margin], NDArray[np.bool_], tuple[str, ...]]:
    """Return each respondent's place in every margin.

    Parameters
    ----------
    known : Known
    columns : mapping of str to Column
        Of n respondents.

    Returns
    -------
    margins : list of Margin
        Of those who can be placed in all of them.
    placed : ndarray of bool, shape (n,)
        Who they are: a respondent with a blank in a margin's column is not weighted.
    notes : tuple of str
        How many are left out, and which categories rest on few.

    Raises
    ------
    ReleaseError
        Respondents are of a category that the margins do not have.
    """
    placed = np.logical_and.reduce([~columns[name].blank for name in known.columns])
    notes = []
    if missing := int((~placed).sum()):
        notes.append(
            f"{missing:,} of {len(placed):,} respondents do not say their "
            f"{' or '.join(known.columns)}, and are left out."
        )
    if not placed.any():
        raise ReleaseError(known.file, f"nobody says all of: {', '.join(known.columns)}")
    margins = []
    for name, totals in known.totals.items():
        own = [columns[part].take(placed) for part in name.split(CROSS)]
        margin = _margin(known.file, name, totals, own)
        counts = np.bincount(margin.codes, minlength=len(margin.categories))
        notes += [
            f"Only {count} who answered are of {name} {kind!r}: their weight is unsure."
            for kind, count in zip(margin.categories, counts, strict=True)
            if 0 < count < _FEW
        ]
        margins.append(margin)
    return margins, placed, tuple(notes)


def _margin(file: str, name: str, totals: Mapping[str, float], own: Sequence[Column]) -> Margin:
    which = np.column_stack([column.codes for column in own])
    cells, cell = np.unique(which, axis=0, return_inverse=True)
    folded = [kind.casefold() for kind in totals]
    codes = []
    for row in cells:
        kind = CROSS.join(column.texts[i] for column, i in zip(own, row, strict=True))
        if kind.casefold() not in folded:
            raise UnknownNameError(
                f"{name} in {file}",
                kind[:80],
                totals,
                remedy="Respondents are of it: add it to the margins, or correct the answers.",
            )
        codes.append(folded.index(kind.casefold()))
    shares = np.array(list(totals.values()))
    return Margin(
        name, tuple(totals), shares / shares.sum(), np.array(codes, dtype=np.int64)[cell.ravel()]
    )
