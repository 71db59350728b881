"""Which authority and region each school of the pupil records is in: a CSV file of the holder's."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from codebreakers.errors import CannotAnswerError, RequestError, SourceError, UnknownNameError

__all__ = ["LEVELS", "Areas", "read_areas"]

LEVELS = ("region", "authority")
"""Columns that say where a school is, from the largest area; a file has one of them or both."""

_SCHOOL = ("school", "urn", "school_urn")
_LARGEST = 32 << 20
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class Areas:
    """Where schools are.

    Parameters
    ----------
    levels : tuple of str
        Those of `LEVELS` that are known.
    of_school : mapping of str to tuple of str
        Names of each school's areas, in the order of the levels.
    """

    levels: tuple[str, ...]
    of_school: Mapping[str, tuple[str, ...]]

    def check(self, schools: Sequence[str]) -> None:
        """Look whether all these schools are there.

        Raises
        ------
        CannotAnswerError
            Some are not.
        """
        missing = sorted(set(schools) - self.of_school.keys())
        if missing:
            raise CannotAnswerError(
                f"The list of areas does not have {len(missing):,} of the schools: "
                f"{', '.join(missing[:5])}{', ...' if len(missing) > 5 else ''}.",
                remedy="Add a line for each: what is not in an area cannot be left out of it.",
            )


def read_areas(path: Path) -> Areas:
    """Return where schools are, from a CSV file with columns school, authority and region.

    Parameters
    ----------
    path : Path

    Raises
    ------
    SourceError
        It cannot be read.
    UnknownNameError
        A column is missing.
    RequestError
        A school stands there twice, or an authority in two regions.
    """
    try:
        if not path.is_file() or path.stat().st_size > _LARGEST:
            raise SourceError(f"{path} is not a file of at most {_LARGEST >> 20} MB.")
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [[cell.strip() for cell in row] for row in csv.reader(file) if any(row)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SourceError(
            f"{path} cannot be read: {error}.", remedy="Give CSV in UTF-8."
        ) from error
    header = [name.casefold() for name in rows[0]] if rows else []
    school = next((header.index(name) for name in _SCHOOL if name in header), None)
    levels = tuple(level for level in LEVELS if level in header)
    if school is None or not levels:
        raise UnknownNameError("column", "authority" if school is not None else "school", header)
    found: dict[str, tuple[str, ...]] = {}
    within: dict[str, tuple[str, ...]] = {}
    for line, row in enumerate(rows[1:], 2):
        if len(row) != len(header) or not all(0 < len(cell) <= _LONGEST for cell in row):
            raise SourceError(f"{path}, line {line}: a cell is blank, missing or too long.")
        names = tuple(row[header.index(level)] for level in levels)
        if (
            found.setdefault(row[school], names) != names
            or within.setdefault(names[-1], names) != names
        ):
            raise RequestError(
                f"{path}, line {line}: {row[school]} or {names[-1]} is in two places.",
                remedy="A school is in one authority, and an authority in one region.",
            )
    return Areas(levels, found)
