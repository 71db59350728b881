"""Peers on any table: a CSV in, groups out, and lists of neighbours written and read back."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from codebreakers.errors import ReleaseError, UnknownNameError
from codebreakers.estimates import REASONS
from codebreakers.peers import Listing, PeerGroups, PeerRule
from codebreakers.peers.matching import match

__all__ = ["LIST_COLUMNS", "match_table", "read_listed", "to_rows", "write_listed"]

LIST_COLUMNS = ("URN", "NeighbourURN", "Dist", "Rank")

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?%?", re.ASCII)
_CODES = frozenset(REASONS) | {""}


@dataclass(frozen=True, slots=True)
class _Table:
    file: str
    columns: tuple[str, ...]
    rows: tuple[tuple[int, list[str]], ...]  # with the line each was met on

    def place(self, name: str) -> int:
        if name not in self.columns:
            raise UnknownNameError(f"column in {self.file}", name, self.columns)
        return self.columns.index(name)


def match_table(
    path: str | Path,
    identifier: str,
    features: Sequence[str],
    *,
    weights: Sequence[float] | None = None,
    sds: Sequence[float] | None = None,
    size: int = 50,
    cohort: str | None = None,
    seed: int = 0,
) -> PeerGroups:
    """Return the nearest rows of every row of a CSV.

    Parameters
    ----------
    path : path
        A comma-separated file with one header, UTF-8 or cp1252.
    identifier : str
        The column that names each row.
    features : sequence of str
        The columns rows are to be alike in: numbers, or percentages as ``58%``. A row in which
        one is blank or a publisher's code (``SUPP``, ``NA``, ``z``) has no group.
    weights, sds, size, seed
        As for `PeerRule.nearest` and `matching.match`.
    cohort : str, optional
        The column that decides ties: the nearest in it come first.

    Returns
    -------
    PeerGroups

    Raises
    ------
    RequestError
        When a column is not there, or the rule cannot be used.
    ReleaseError
        When the file cannot be read: a row of another length, a cell that is no number, one
        identifier twice.
    """
    rule = PeerRule.nearest(features, size=size, weights=weights, sds=sds)
    table = _read(path)
    names = _identifiers(table, identifier)
    values = np.column_stack([_numbers(table, name) for name in rule.features])
    sizes = None if cohort is None else _numbers(table, cohort)
    return match(rule, names, values, sizes=sizes, seed=seed)


def to_rows(groups: PeerGroups) -> Iterator[Listing]:
    """Yield (school, neighbour, distance, rank) for every pair, rank 1 the nearest."""
    for row, school in enumerate(groups.schools.tolist()):
        part = slice(groups.starts[row], groups.starts[row + 1])
        neighbours = groups.schools[groups.members[part]].tolist()
        distances = groups.distances[part].tolist()
        for rank, (neighbour, distance) in enumerate(zip(neighbours, distances, strict=True), 1):
            yield school, neighbour, distance, rank


def write_listed(groups: PeerGroups, path: str | Path) -> None:
    """Write the groups as a list of neighbours that `read_listed` reads back exactly."""
    with Path(path).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(LIST_COLUMNS)
        writer.writerows(to_rows(groups))


def read_listed(path: str | Path, features: Sequence[str] = ()) -> PeerRule:
    """Return the rule that an imported list of neighbours makes.

    Parameters
    ----------
    path : path
        A CSV with the columns URN, NeighbourURN, Dist and Rank; capitals and underscores make no
        difference (``neighbour_urn``), and other columns are passed over.
    features : sequence of str
        As for `PeerRule.listed`.

    Raises
    ------
    UnknownNameError
        When a column is not there.
    ReleaseError
        When the file cannot be read, or a distance or rank is not a number.
    RequestError
        When it cannot be a list of neighbours: a school that is its own neighbour, a pair twice,
        ranks that do not follow the distances.
    """
    table = _read(path)
    folded = tuple(map(_fold, table.columns))
    _check_header(table.file, folded)
    for name in LIST_COLUMNS:
        if _fold(name) not in folded:
            raise UnknownNameError(f"column in {table.file}", name, table.columns)
    places = [folded.index(_fold(name)) for name in LIST_COLUMNS]
    return PeerRule.listed(_listings(table, places), features)


def _listings(table: _Table, places: list[int]) -> Iterator[Listing]:
    for line, cells in table.rows:
        school, neighbour, distance, rank = (cells[place].strip() for place in places)
        if not school or not neighbour:
            raise ReleaseError(table.file, "a school without its identifier", line=line)
        apart = _number(table, line, "Dist", distance)
        place = _number(table, line, "Rank", rank)
        if math.isnan(apart) or math.isnan(place) or place != int(place):
            problem = f"the distance {distance!r} with the rank {rank!r}"
            raise ReleaseError(
                table.file, problem, line=line, remedy="A rank is a whole number from 1."
            )
        yield school, neighbour, apart, int(place)


def _identifiers(table: _Table, column: str) -> list[str]:
    place = table.place(column)
    seen: dict[str, int] = {}
    for line, cells in table.rows:
        name = cells[place].strip()
        if not name:
            raise ReleaseError(table.file, f"{column} is blank", line=line)
        if name in seen:
            problem = f"{column} {name!r} was already on line {seen[name]}"
            remedy = "Keep one row for each school."
            raise ReleaseError(table.file, problem, line=line, remedy=remedy)
        seen[name] = line
    return list(seen)


def _numbers(table: _Table, column: str) -> list[float]:
    place = table.place(column)
    return [_number(table, line, column, cells[place].strip()) for line, cells in table.rows]


def _number(table: _Table, line: int, column: str, cell: str) -> float:
    """Return the number in a cell, NaN for a blank or a publisher's code."""
    if _NUMBER.fullmatch(cell):
        number = float(cell.removesuffix("%"))
        if math.isfinite(number):
            return number
    elif cell in _CODES:
        return math.nan
    problem = f"{column} is {cell!r}, which is neither a number nor a publisher's code"
    remedy = "Leave the cell blank where the figure is missing."
    raise ReleaseError(table.file, problem, line=line, remedy=remedy)


def _read(path: str | Path) -> _Table:
    file = str(path)
    reader = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    try:
        lines = [(reader.line_num, cells) for cells in reader if cells]
    except csv.Error as error:
        raise ReleaseError(file, f"not a CSV: {error}", line=reader.line_num) from error
    if len(lines) < 2:
        raise ReleaseError(file, "there are no rows under a header")
    header = tuple(name.strip() for name in lines[0][1])
    _check_header(file, header)
    for line, cells in lines[1:]:
        if len(cells) != len(header):
            problem = f"{len(cells)} cells under {len(header)} columns"
            raise ReleaseError(file, problem, line=line)
    return _Table(file, header, tuple(lines[1:]))


def _check_header(file: str, header: tuple[str, ...]) -> None:
    seen = set()
    for name in header:
        if name and name in seen:
            raise ReleaseError(file, f"two columns are called {name!r}", line=1)
        seen.add(name)


def _text(path: str | Path) -> str:
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise ReleaseError(str(path), f"cannot be read: {error.strerror}") from error
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError as error:
            failed = error
    raise ReleaseError(
        str(path),
        f"byte {failed.start} is neither UTF-8 nor cp1252",
        remedy="Save it as UTF-8.",
    )


def _fold(name: str) -> str:
    return name.casefold().replace("_", "")
