"""What the columns of a table are, read from their names: limits, years, units, labels."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from codebreakers.findings import Column

__all__ = ["Limit", "labels", "limits", "unit_of", "year_in"]

_ENDS = {"low": "lower", "high": "upper"}
_UNITS = {"percent": "%", "points": "points", "pupils": "pupils", "schools": "schools"}
_YEAR = re.compile(r"(?P<before>\w+?)_(?P<year>(?:19|20)\d\d)(?P<after>_\w+)?")
# Begins the ids of tables whose low and high are what is assumed, and no range of a figure.
_CHOICES = "incentive"
# Limits that name no figure are those of the level with chance allowed for, where there is one.
_BARE = "level"


@dataclass(frozen=True, slots=True)
class Limit:
    """One end of the range around a figure.

    Parameters
    ----------
    of : str
        The figure's column; where the figure itself has none, what it is.
    end : str
        ``lower`` or ``upper``.
    """

    of: str
    end: str

    @property
    def name(self) -> str:
        """Its name as the Department has it: ``rate_percent_lower_ci``."""
        return f"{self.of}_{self.end}_ci"


def limits(table: str, names: Sequence[str]) -> dict[str, Limit]:
    """Return which columns are ends of ranges, and around which figure.

    Parameters
    ----------
    table : str
        The table's id.
    names : sequence of str
        Names of columns in order. ``low_gap`` and ``rank_low`` are ends of the range around the
        nearest column before them that is called so: ``gap_points``, ``rank``.

    Returns
    -------
    dict of str to Limit
    """
    found: dict[str, Limit] = {}
    if table.startswith(_CHOICES):
        return found
    for place, name in enumerate(names):
        parts = name.split("_")
        at = next((i for i in (0, -1) if parts[i] in _ENDS), None)
        if at is None:
            continue
        end = parts.pop(at)
        found[name] = Limit(_figure(names, place, "_".join(parts)), _ENDS[end])
    return found


def _figure(names: Sequence[str], place: int, stem: str) -> str:
    before = [n for n in names[:place][::-1] if not set(n.split("_")) & _ENDS.keys()]
    if not stem:
        own = _BARE in names and f"low_{_BARE}" not in names
        return _BARE if own else before[0]
    near = (n for n in before if n == stem or n.startswith(f"{stem}_") or n.endswith(f"_{stem}"))
    return next(near, stem)


def year_in(name: str) -> tuple[str, int] | None:
    """Return a column's name without the year in it, and the year: ``result_2014_percent``."""
    found = _YEAR.fullmatch(name)
    return (found["before"] + (found["after"] or ""), int(found["year"])) if found else None


def unit_of(name: str) -> str:
    """Return the unit in a column's name, as people write it; '' where it names none."""
    return _UNITS.get(name.rsplit("_", 1)[-1], "")


def labels(table: str, columns: Sequence[Column]) -> tuple[str, ...]:
    """Return what to write above each column where it has to be understood alone.

    Parameters
    ----------
    table : str
        The table's id.
    columns : sequence of Column
        Their headings may be short, since on a screen they stand beside one another; several may
        be called "From".

    Returns
    -------
    tuple of str
        No two alike, in whatever case.
    """
    ends = limits(table, [column.name for column in columns])
    own = {c.name: _label(c) for c in columns}
    said = []
    for column in columns:
        limit = ends.get(column.name)
        words = own[column.name]
        if limit is not None:
            words = f"{own.get(limit.of) or _words(limit.of)}, {limit.end} end of range"
        said.append(words)
    often = Counter(words.casefold() for words in said)
    return tuple(
        f"{words} ({column.name})" if often[words.casefold()] > 1 else words
        for words, column in zip(said, columns, strict=True)
    )


def _label(column: Column) -> str:
    """Return a heading; where a screen's is cut short or a year, what the name says instead."""
    heading, parts = column.heading.strip(), column.name.split("_")
    if not heading or heading.endswith(".") or heading[0].isdigit():
        words = _words(
            column.name.removesuffix(f"_{parts[-1]}") if unit_of(column.name) else column.name
        )
    else:
        words = heading
    if "probability" in parts and not {"chance", "probability"} & set(words.casefold().split()):
        words = f"{words}, probability"
    return words


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()
