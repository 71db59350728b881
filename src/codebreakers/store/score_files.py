"""A file of schools' scores, as `codebreakers score --to FILE.csv` writes it, read back."""

from __future__ import annotations

import csv
import hashlib
import io
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from codebreakers.errors import CannotAnswerError, RequestError, SourceError, UnknownNameError
from codebreakers.estimates import REASONS
from codebreakers.sources import academic_year, results_year
from codebreakers.sources.england import MADE_UP_COLUMN

__all__ = ["ScoreFile", "is_score_file", "read_scores"]

UNITS = {"rate_percent": "percent", "score_points": "points"}
"""Columns that hold the result, and its unit."""

_PLACES = {"name": "school_name", "authority_name": "la_name", "region": "region_name"}
_GROUPS = {"all": "all", "disadvantaged": "disadvantaged", "other": "others"}
_NOT_SAID = ("", "x", "z")
_LARGEST = 64 << 20
_LONGEST = 300
_KEY = re.compile(r"[0-9A-Za-z/-]{1,20}", re.ASCII)
_CODE = re.compile(r"\[?([a-z-]{1,12})\]?", re.ASCII)
_GREATEST = 1e6

Row = tuple[int, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class ScoreFile:
    """One year of a file of scores: S schools in order of key.

    Parameters
    ----------
    file, sha256 : str
        Its name, and what tells its bytes from others.
    year : int
        Results year.
    unit : str
        ``percent`` or ``points``.
    made_up : bool
        Whether it is about Example England.
    keys : tuple of str, length S
        URNs.
    numbers : mapping of str to tuple of float, length S
        ``pupils``, ``values``, ``low``, ``high``; NaN where withheld or not there.
    codes : tuple of str, length S
        '' where there is a value, else the code that stands there.
    places : mapping of str to tuple of str, length S
        ``name``, ``authority_name``, ``region``; '' where the file does not say.
    """

    file: str
    sha256: str
    year: int
    unit: str
    made_up: bool
    keys: tuple[str, ...]
    numbers: Mapping[str, tuple[float, ...]]
    codes: tuple[str, ...]
    places: Mapping[str, tuple[str, ...]]


def is_score_file(text: str) -> bool:
    """Return whether what a measure was named by is a file of scores."""
    return text.casefold().endswith(".csv")


def read_scores(path: Path, year: int | None, group: str) -> ScoreFile:
    """Return one year of the schools of a file.

    Parameters
    ----------
    path : Path
        CSV in UTF-8, as `codebreakers score` writes it.
    year : int, optional
        Results year; by default the newest there.
    group : str
        ``all``, ``disadvantaged`` or ``other``: whose results, where the file has several.

    Raises
    ------
    SourceError
        It cannot be read, or a cell is not what its column should hold.
    UnknownNameError
        A column, the year or the group is not there.
    RequestError
        A school stands there twice.
    """
    data = _bytes(path)
    rows = _rows(path, data)
    header = list(rows[0][1])
    value = next((name for name in UNITS if name in header), None)
    for name in ("time_period", "geographic_level", "school_urn", value or "score_points"):
        if name not in header:
            raise UnknownNameError(f"column of {path}", name, header)
    schools = [row for row in rows if row[1]["geographic_level"] == "School"]
    chosen = _of_year(path, schools, year)
    chosen = _of_group(path, header, chosen, group)
    return _read(path, data, chosen, str(value), MADE_UP_COLUMN in header)


def _bytes(path: Path) -> bytes:
    try:
        if not path.is_file() or path.stat().st_size > _LARGEST:
            raise SourceError(
                f"{path} is not a file of at most {_LARGEST >> 20} MB.",
                remedy="Name one that codebreakers score --to wrote.",
            )
        return path.read_bytes()
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}.") from error


def _rows(path: Path, data: bytes) -> list[Row]:
    """Return every row with its line, by the names of the columns."""
    try:
        reader = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
        header = next(reader, [])
        if len(set(header)) < len(header):
            raise SourceError(f"{path} has two columns of one name.")
        found: list[Row] = []
        for row in reader:
            if len(row) != len(header) or any(len(cell) > _LONGEST for cell in row):
                raise SourceError(
                    f"{path}, line {reader.line_num}: the row has {len(row)} cells and the header "
                    f"{len(header)}, or a cell has over {_LONGEST} characters.",
                    remedy="Write the file again: codebreakers score --to FILE.csv.",
                )
            found.append((reader.line_num, dict(zip(header, row, strict=True))))
    except (UnicodeDecodeError, csv.Error) as error:
        raise SourceError(
            f"{path} cannot be read: {error}.",
            remedy="Give CSV in UTF-8, as codebreakers score --to FILE.csv writes it.",
        ) from error
    if not found:
        raise SourceError(
            f"{path} has no rows.", remedy="Name a file that codebreakers score --to wrote."
        )
    return found


def _of_year(path: Path, rows: Sequence[Row], year: int | None) -> list[Row]:
    years: dict[str, int] = {}
    for line, row in rows:
        said = row["time_period"]
        if said not in years:
            try:
                years[said] = results_year(said)
            except RequestError as error:
                raise SourceError(
                    f"{path}, line {line}: time_period should be a year such as 202324, not "
                    f"{said!r:.60}.",
                ) from error
    if not years:
        raise CannotAnswerError(f"{path} has no row of a school.")
    wanted = max(years.values()) if year is None else year
    if wanted not in years.values():
        held = [academic_year(one) for one in sorted(set(years.values()))]
        raise UnknownNameError(f"year of {path}", academic_year(wanted), held)
    return [row for row in rows if years[row[1]["time_period"]] == wanted]


def _of_group(path: Path, header: Sequence[str], rows: list[Row], group: str) -> list[Row]:
    if "group" not in header:
        if group != "all":
            raise CannotAnswerError(
                f"{path} has all pupils and no groups.",
                remedy="Write it with groups: codebreakers score --by disadvantaged.",
            )
        return rows
    found = [row for row in rows if row[1]["group"] == _GROUPS.get(group)]
    if not found:
        raise UnknownNameError(f"group of {path}", group, sorted({row["group"] for _, row in rows}))
    return found


def _read(path: Path, data: bytes, rows: Sequence[Row], value: str, made_up: bool) -> ScoreFile:
    rows = sorted(rows, key=lambda row: row[1]["school_urn"])
    keys = tuple(_key(path, line, row["school_urn"]) for line, row in rows)
    ((first, times),) = Counter(keys).most_common(1)
    if times > 1:
        raise RequestError(
            f"{path}: the school {first} stands there {times} times.",
            remedy="A file has a school once for each year and group of pupils.",
        )
    columns = {
        "pupils": "size_pupils",
        "values": value,
        "low": f"{value}_lower_ci",
        "high": f"{value}_upper_ci",
    }
    cells = {
        role: [_number(path, line, column, row.get(column, "")) for line, row in rows]
        for role, column in columns.items()
    }
    numbers = {role: tuple(number for number, _ in column) for role, column in cells.items()}
    if any(pupils < 0 or pupils % 1 > 0 for pupils in numbers["pupils"]):
        raise SourceError(f"{path}: size_pupils should hold numbers of pupils.")
    if value == "rate_percent" and any(not 0 <= rate <= 100 for rate in _known(numbers["values"])):
        raise SourceError(f"{path}: rate_percent should hold percentages of 0 to 100.")
    return ScoreFile(
        path.name,
        hashlib.sha256(data).hexdigest(),
        results_year(rows[0][1]["time_period"]),
        UNITS[value],
        made_up,
        keys,
        numbers,
        tuple(code for _, code in cells["values"]),
        {
            role: tuple(_place(row.get(name, "")) for _, row in rows)
            for role, name in _PLACES.items()
        },
    )


def _known(numbers: Sequence[float]) -> list[float]:
    return [number for number in numbers if not math.isnan(number)]


def _place(said: str) -> str:
    return "" if said in _NOT_SAID else said


def _key(path: Path, line: int, said: str) -> str:
    if not _KEY.fullmatch(said):
        raise SourceError(f"{path}, line {line}: school_urn should be a URN, not {said!r:.60}.")
    return said


def _number(path: Path, line: int, column: str, cell: str) -> tuple[float, str]:
    """Return a cell's number, or NaN and the code that stands instead."""
    code = _CODE.fullmatch(cell)
    if not cell or (code is not None and code[1] in REASONS):
        return math.nan, code[1] if code else "blank"
    try:
        number = float(cell)
    except ValueError:
        number = math.nan
    if not -_GREATEST < number < _GREATEST or "_" in cell:
        raise SourceError(
            f"{path}, line {line}: {column} should hold a number or a code, not {cell!r:.60}.",
            remedy="Write the file again: codebreakers score --to FILE.csv.",
        )
    return number, ""
