"""An answer that was saved before, read as what it is: a file from outside."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from codebreakers.errors import SourceError
from codebreakers.estimates import Withheld
from codebreakers.findings import Cell
from codebreakers.surfaces.charts.words import seen

__all__ = ["MOST_BYTES", "Saved", "checked", "read_json", "read_saved"]

MOST_BYTES = 64 << 20
"""The longest file that is read."""

_ANSWER = {"findings", "table", "run"}
_TABLE = {"id", "title", "notes", "made_up", "columns", "rows"}
_FINDING = {
    "id",
    "sentence",
    "value",
    "withheld",
    "low",
    "high",
    "level",
    "n",
    "method",
    "no_interval",
    "unit",
    "year",
    "definition",
    "caveats",
    "provenance",
}
_RUN = {"id", "version", "seed", "store", "releases"}
_PARTS = ("value", "low", "high", "n")
_MOST_LETTERS = 10_000


@dataclass(frozen=True, slots=True)
class Saved:
    """What an answer in JSON says, in one form whether it was saved or has just been made.

    Parameters
    ----------
    id, title : str
        Of its table.
    columns : tuple of str
        Names of the columns of its rows.
    rows : tuple of tuple
        Cells.
    findings : dict of str to tuple
        By a finding's id: its value and the ends of its range, and how many it was found from.
    version : str
        Of codebreakers.
    seed : int
        Of everything random.
    releases : dict of str to str
        The file of each release by its hash.
    """

    id: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    findings: dict[str, tuple[Cell, ...]]
    version: str
    seed: int
    releases: dict[str, str]


def read_json(name: str, data: bytes) -> Any:
    """Return what JSON says.

    Parameters
    ----------
    name : str
        What to call the file.
    data : bytes
        Its contents.

    Raises
    ------
    SourceError
        It is longer than `MOST_BYTES`, or no JSON.
    """
    if len(data) > MOST_BYTES:
        raise SourceError(f"{name} is longer than {MOST_BYTES >> 20} MiB: it is no answer.")
    try:
        return json.loads(data.decode("utf-8-sig"), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise SourceError(
            f"{name} is not JSON: {seen(str(error))[:200]}.",
            remedy="Give a file that --to NAME.json or --format json wrote.",
        ) from error


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is not a number")


def checked(name: str, said: Any, keys: set[str], what: str) -> Mapping[str, Any]:
    """Return an object of JSON that has no keys but these.

    Raises
    ------
    SourceError
        It is no object, or has another key.
    """
    if not isinstance(said, dict):
        raise SourceError(f"{name}: {what} is not an object.")
    strange = sorted(said.keys() - keys)
    if strange:
        raise SourceError(
            f"{name}: {what} has a key that nobody knows, {seen(strange[0])[:60]!r}.",
            remedy="A newer version of codebreakers may have written it, or somebody else.",
        )
    return said


def read_saved(name: str, said: Any) -> Saved:
    """Return an answer that JSON says.

    Parameters
    ----------
    name : str
        What to call the file.
    said : object
        What `read_json` returned, or ``Table.to_json``.

    Raises
    ------
    SourceError
        It is no answer of codebreakers.
    """
    answer = checked(name, said, _ANSWER, "the answer")
    try:
        table = checked(name, answer["table"], _TABLE, "the table")
        run = checked(name, answer["run"], _RUN, "the run")
        columns = tuple(map(_words, table["columns"]))
        return Saved(
            _words(table["id"]),
            _words(table["title"]),
            columns,
            tuple(_row(row, len(columns)) for row in table["rows"]),
            dict(_finding(name, one) for one in answer["findings"]),
            _words(run["version"]),
            _whole(run["seed"]),
            {_words(one["sha256"]): _words(one["file"]) for one in run["releases"]},
        )
    except (KeyError, TypeError, ValueError) as error:
        raise SourceError(
            f"{name} is not an answer of codebreakers: {seen(str(error))[:200]}.",
            remedy="Give a file that --to NAME.json or --format json wrote.",
        ) from error


def _row(row: Any, width: int) -> tuple[Cell, ...]:
    if not isinstance(row, list) or len(row) != width:
        raise TypeError(f"a row has not the {width} cells of the columns")
    return tuple(map(_cell, row))


def _finding(name: str, said: Any) -> tuple[str, tuple[Cell, ...]]:
    one = checked(name, said, _FINDING, "a finding")
    cells = tuple(_cell(one[part]) for part in _PARTS)
    if "withheld" in one:
        cells = (_withheld(one["withheld"]), *cells[1:])
    return _words(one["id"]), cells


def _cell(said: Any) -> Cell:
    """Return one cell; what is withheld stands as an object."""
    if isinstance(said, dict):
        return _withheld(said["withheld"])
    if isinstance(said, float) and not math.isfinite(said):
        raise ValueError("a number without end")
    if said is None or isinstance(said, bool | float):
        return said
    return _whole(said) if isinstance(said, int) else _words(said)


def _withheld(said: Any) -> Withheld:
    return Withheld(_words(said["code"]), _words(said["reason"]))


def _words(said: Any) -> str:
    if not isinstance(said, str):
        raise TypeError(f"{type(said).__name__} where words should be")
    # What is printed later is nothing that a terminal would obey.
    return seen(said[:_MOST_LETTERS])


def _whole(said: Any) -> int:
    if not isinstance(said, int) or isinstance(said, bool) or abs(said) > 1 << 62:
        raise ValueError("no whole number of a sensible size")
    return said
