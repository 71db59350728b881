"""Files of TOML from outside, held to what is declared of them."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from codebreakers.errors import RequestError, UnknownNameError

__all__ = ["TOML_EXAMPLE", "Field", "Where", "checked", "listed"]

TOML_EXAMPLE = 'A text stands in quotes (key = "text"), a long one in three ("""...""").'
_KINDS = {str: "text in quotes", int: "a whole number", float: "a number", list: "a list"}
_HELP = "codebreakers plan SCHOOL --init --to FILE writes a file with every key and what it means."


@dataclass(frozen=True, slots=True)
class Field:
    """What may stand under a key.

    Parameters
    ----------
    kind : type
        ``str``, ``int``, ``float`` (a whole number is one too) or ``list``.
    least, most : float
        Of a number; `most` also of a text's letters and a list's entries.
    needed : bool
    choices : tuple of str
        The texts there may be; any where empty.
    """

    kind: type
    least: float = 0
    most: float = math.inf
    needed: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Where:
    """A place in a file, to be named in a message."""

    file: str
    place: str

    def __str__(self) -> str:
        return f"{self.file}, {self.place}" if self.place else self.file

    def table(self, name: str) -> Where:
        """Return the place of a table."""
        return Where(self.file, f"[{name}]")

    def row(self, name: str, number: int) -> Where:
        """Return the place of one table of a list."""
        return Where(self.file, f"[[{name}]] number {number}")


def checked(
    given: Any, fields: Mapping[str, Field], where: Where, *, besides: Iterable[str] = ()
) -> dict[str, Any]:
    """Return a table's values, each held to its field.

    Parameters
    ----------
    given : mapping
        From outside.
    fields : mapping of str to Field
    where : Where
    besides : iterable of str
        Other keys that a spelling mistake may have meant.

    Raises
    ------
    RequestError
        A value is of the wrong kind or size, or one that is needed is not there.
    UnknownNameError
        A key is none of the declared.
    """
    if not isinstance(given, dict):
        raise RequestError(f"{where} is {_called(given)}, and a table was expected.", remedy=_HELP)
    for key in given:
        if key not in fields:
            raise UnknownNameError(f"key in {where}:", key, (*fields, *besides))
    missing = [key for key, field in fields.items() if field.needed and key not in given]
    if missing:
        raise RequestError(f"{where}: {missing[0]} is missing.", available=fields, remedy=_HELP)
    return {key: _value(value, fields[key], f"{where}: {key}") for key, value in given.items()}


def listed(given: Any, where: Where, most: int) -> list[Any]:
    """Return a list of tables, refusing anything else or too many.

    Raises
    ------
    RequestError
        It is none, or is too long.
    """
    if not isinstance(given, list):
        name = where.place.strip("[]")
        raise RequestError(
            f"{where} is {_called(given)}, and a list of tables was expected.",
            remedy=f"Begin each with [[{name}]].",
        )
    if len(given) > most:
        raise RequestError(f"{where} has {len(given):,} entries, and at most {most} are read.")
    return given


def _value(value: Any, field: Field, where: str) -> Any:
    fits = isinstance(value, int | float) if field.kind is float else isinstance(value, field.kind)
    if not fits or isinstance(value, bool):
        raise RequestError(f"{where} is {_called(value)}, and {_KINDS[field.kind]} was expected.")
    if field.kind is str:
        return _text(value, field, where)
    size = len(value) if field.kind is list else value
    # A number that is none compares with nothing, so it is asked whether it is inside.
    if not field.least <= size <= field.most:
        what = "entries" if field.kind is list else "what may stand there"
        raise RequestError(
            f"{where} is {_called(value)}: {what} is from {field.least:,g} to {field.most:,g}."
        )
    return float(value) if field.kind is float else value


def _text(value: str, field: Field, where: str) -> str:
    if len(value) > field.most:
        raise RequestError(
            f"{where} has {len(value):,} letters, and at most {field.most:,.0f} are read.",
            remedy="Shorten it, or put the rest under another key.",
        )
    text = _seen(value)
    if field.choices and text not in field.choices:
        raise UnknownNameError(f"{where.rpartition(' ')[2]!r} in {where}:", text, field.choices)
    return text


def _seen(text: str) -> str:
    """Return text without characters that nobody sees: what moves a terminal or turns words."""
    lines = text.replace("\r\n", "\n").replace("\t", " ").split("\n")
    kept = ("".join(c for c in line if unicodedata.category(c)[0] != "C") for line in lines)
    return "\n".join(line.strip() for line in kept).strip()


def _called(value: Any) -> str:
    """Return what was met, short enough to be read."""
    words = repr(value) if not isinstance(value, dict | list) else type(value).__name__
    words = {"dict": "a table", "list": "a list"}.get(words, words)
    return words if len(words) <= 60 else f"{words[:57]}..."
