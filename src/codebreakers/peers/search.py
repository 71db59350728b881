"""Finding one school among many: by URN, by postcode, by name or part of one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codebreakers.errors import RequestError, UnknownNameError, nearest
from codebreakers.peers.population import Population
from codebreakers.sources import academic_year

__all__ = ["find_school"]

_SHOWN = 12


def find_school(people: Population, text: str) -> int:
    """Return the row of the school that a URN, a postcode or part of a name means.

    Raises
    ------
    RequestError
        Several schools fit: they are listed.
    UnknownNameError
        None does: the nearest names are suggested.
    """
    wanted = " ".join(text.split()).casefold()
    if not wanted:
        raise RequestError("No school was named.", remedy="Give a name, a postcode or a URN.")
    schools = people.schools
    names = schools["name"]
    squeezed = wanted.replace(" ", "")
    for fits in _fitting(people, wanted, squeezed):
        if len(fits) == 1:
            return fits[0]
        if fits:
            raise RequestError(
                f"{len(fits)} schools fit {text!r} in {academic_year(people.year)}.",
                available=[_called(people, i) for i in fits[:_SHOWN]],
                remedy="Give the URN of the one you mean.",
            )
    if squeezed.isdigit():
        raise UnknownNameError("school with results that year, by URN", text, schools.keys)
    folded = [str(name).casefold() for name in names]
    close = nearest(wanted, set(folded))
    raise UnknownNameError(
        "school with results that year",
        text,
        [_called(people, folded.index(name)) for name in close] or [str(n) for n in names],
        remedy=f"Did you mean {close[0].title()!r}?" if close else "Give its URN or postcode.",
    )


def _fitting(people: Population, wanted: str, squeezed: str) -> Iterator[list[int]]:
    """Yield the rows that fit by URN, by whole name, by postcode, and by part of a name.

    Each is looked for only when the one before has found nothing: most who ask have the URN.
    """
    schools = people.schools
    yield [i for i, key in enumerate(schools.keys) if key == squeezed]
    names = [str(n).casefold() for n in schools["name"]]
    yield [i for i, name in enumerate(names) if name == wanted]
    codes = (re.sub(r"\s", "", str(p)).casefold() for p in schools["postcode"])
    yield [i for i, code in enumerate(codes) if code == squeezed]
    yield [i for i, name in enumerate(names) if wanted in name]


def _called(people: Population, row: int) -> str:
    schools = people.schools
    place = schools["town"][row] or schools["authority_name"][row]
    return f"{schools.keys[row]} {schools['name'][row]}{f' ({place})' if place else ''}"
