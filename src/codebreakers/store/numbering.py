"""Authority and establishment numbers: which URNs stand with each, and which changed theirs."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from codebreakers.store.succession import Event, Numbered, Records

__all__ = ["FAR", "Held", "holders", "number_of", "renumbered"]

_AS_KEY = re.compile(r"(\d{3})/?(\d{4})")
FAR = 9999
"""Years apart of tables of which one is of no year."""


@dataclass(frozen=True, slots=True)
class Held:
    """Who stands with a number.

    Parameters
    ----------
    urns : tuple of str
        Those of the nearest year; empty where no table held has a URN with it.
    years_apart : int
        Between the table that has the number alone and theirs; `FAR` where one is of no year.
    """

    urns: tuple[str, ...]
    years_apart: int


def number_of(key: str) -> str:
    """Return the authority and establishment number that a key is; '' where it is a URN.

    Parameters
    ----------
    key : str
        "330/4084" or "3304084".
    """
    found = _AS_KEY.fullmatch(key)
    return f"{found[1]}/{found[2]}" if found else ""


def holders(records: Records) -> Mapping[str, Held]:
    """Return the URNs that stand with each number by which a table without URNs names a school.

    Parameters
    ----------
    records : Records
        What is held.

    Returns
    -------
    mapping of str to Held
        By key. Of the year nearest to the table's, since numbers are used again.
    """
    with_number: dict[str, list[tuple[str, Numbered]]] = defaultdict(list)
    for key, numbers in records.numbers.items():
        if not number_of(key):
            for one in numbers:
                with_number[one.number].append((key, one))
    keys = {*records.numbers, *records.rolls, *records.results}
    found = {}
    for key in sorted(key for key in keys if number_of(key)):
        span = records.results.get(key) or records.rolls.get(key)
        apart = {urn: _years_apart(one, span) for urn, one in with_number[number_of(key)]}
        nearest = min(apart.values(), default=FAR)
        urns = sorted(urn for urn, years in apart.items() if years == nearest)
        found[key] = Held(tuple(urns), nearest)
    return found


def _years_apart(one: Numbered, span: tuple[int, int] | None) -> int:
    if one.first is None or one.last is None or span is None:
        return FAR
    return max(one.first - span[1], span[0] - one.last, 0)


def renumbered(records: Records) -> Iterator[Event]:
    """Report each URN that the tables have with one number and later with another.

    Parameters
    ----------
    records : Records
        What is held.

    Yields
    ------
    Event
        With the URN on both sides. A year's tables come out over two years, so that both numbers
        may stand in the last of the old.
    """
    for urn, numbers in records.numbers.items():
        dated = sorted((n.first, n.last, n.number) for n in numbers if n.first and n.last)
        for (begun, last, old), (first, ended, new) in pairwise(dated):
            both = last == first
            if last < first or (both and (begun < first or last < ended)):
                said = f"{old} in tables until {last}, {new} from {first}"
                yield Event("re-numbering", (urn,), (urn,), "", last - both, first + both, said)
            else:
                why = "It stands with both numbers in tables of the same years."
                yield Event("ambiguous", (urn,), (urn,), said=f"{old}, {new}", unknown=(why,))
