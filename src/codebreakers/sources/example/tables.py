"""Turning columns of numbers into published tables: text, codes, sums, files.

Columns are formatted whole: each different number is written out once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from codebreakers.sources.example.figures import MADE_UP, MADE_UP_COLUMN, Floats, Ints, Texts

__all__ = ["Cell", "fixed", "money", "percent", "quoted", "spelt", "whole", "write_table"]


def spelt(values: npt.NDArray[np.generic], form: str = "{}") -> Texts:
    """Write each value in a form, each different value once."""
    different, index = np.unique(values, return_inverse=True)
    written = np.array([form.format(value) for value in different.tolist()], dtype=np.str_)
    text: Texts = written[index]
    return text


def half_up(values: Floats, places: int = 0) -> Floats:
    """Round halves upward, as the Department does."""
    scale = 10.0**places
    rounded: Floats = np.floor(values * scale + 0.5 + 1e-9) / scale
    return rounded + 0.0  # never minus nil


def whole(values: Floats | Ints) -> Texts:
    """Write numbers as whole numbers."""
    return spelt(half_up(np.asarray(values, dtype=np.float64)).astype(np.int64))


def fixed(values: Floats, places: int, end: str = "") -> Texts:
    """Write numbers with so many decimals."""
    return spelt(half_up(values, places), f"{{:.{places}f}}{end}")


def percent(part: Floats | Ints, total: Floats | Ints, places: int = 0) -> Texts:
    """Write a share as ``58%``; what stands where the total is nil means nothing."""
    total = np.maximum(np.asarray(total, dtype=np.float64), 1e-12)
    return fixed(100 * np.minimum(part / total, 1.0), places, "%")


def money(values: Floats) -> Texts:
    """Write pounds as ``"£45,884"``, with the quotes that its comma needs."""
    return spelt(half_up(values).astype(np.int64), '"£{:,}"')


def quoted(values: Texts) -> Texts:
    """Put quotes round the values that need them in a table separated by commas."""
    different, index = np.unique(values, return_inverse=True)
    safe = [_quote(value) for value in different.tolist()]
    text: Texts = np.array(safe, dtype=np.str_)[index]
    return text


def _quote(value: str) -> str:
    if any(mark in value for mark in ',"\n\r'):
        return '"' + value.replace('"', '""') + '"'
    return value


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """One column of results, for every school, with what is needed to sum it.

    Parameters
    ----------
    name : str
        The publisher's name.
    top : array of float, shape (schools,)
        Pupils, or the sum of the pupils' scores.
    base : array of float, optional
        Pupils it is a share or a mean of; None for a count.
    places : int
        Decimals of a mean; -1 where it is a percentage.
    code : array of str, optional
        The publisher's code that stands instead of the number; empty where none does.
    levels : str
        Rows that show it: ``4`` authorities, ``5`` all schools, ``7`` state-funded schools.
    """

    name: str
    top: Floats | Ints
    base: Floats | Ints | None = None
    places: int = -1
    code: Texts | None = None
    levels: str = "457"

    def school_text(self, rows: Ints) -> Texts:
        """Write the column for some schools."""
        text = self._text(self.top[rows], None if self.base is None else self.base[rows], 0)
        if self.code is None:
            return text
        code = self.code[rows]
        return np.where(code == "", text, code)

    def sum_text(self, level: str, index: Ints, rows: Ints, groups: int) -> Texts:
        """Write the column summed over groups of schools, percentages to one decimal."""
        if level not in self.levels:
            return np.full(groups, "")
        top = np.bincount(index, self.top[rows], minlength=groups)
        if self.base is None:
            known = np.bincount(index, minlength=groups) > 0
            return np.where(known, self._text(top, None, 1), "")
        base = np.bincount(index, self.base[rows], minlength=groups)
        return np.where(base > 0, self._text(top, base, 1), "")

    def _text(self, top: Floats | Ints, base: Floats | Ints | None, places: int) -> Texts:
        if base is None:
            return whole(top)
        if self.places < 0:
            return percent(top, base, places)
        return fixed(top / np.maximum(base, 1e-12), self.places)


def write_table(
    path: Path,
    header: Sequence[str],
    columns: Sequence[Texts],
    *,
    encoding: str = "cp1252",
) -> None:
    """Write a table and the column that says that it is made up.

    Parameters
    ----------
    path : Path
        The file; its folder is made where it is not there.
    header : sequence of str
        Names of the columns.
    columns : sequence of array of str
        Their cells, already quoted where that is needed.
    encoding : str
        As the Department's file of that kind and year has it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = map(",".join, zip(*(column.tolist() for column in columns), strict=True))
    lines = [",".join(_quote(name) for name in (*header, MADE_UP_COLUMN))]
    lines += [f"{row},{MADE_UP}" for row in rows]
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode(encoding))
