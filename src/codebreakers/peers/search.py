"""Finding one school among many: by URN, by postcode, by name or part of one."""

from __future__ import annotations

import re

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
    names = [str(n).casefold() for n in schools["name"]]
    codes = [re.sub(r"\s", "", str(p)).casefold() for p in schools["postcode"]]
    squeezed = wanted.replace(" ", "")
    for fits in (
        [i for i, key in enumerate(schools.keys) if key == squeezed],
        [i for i, name in enumerate(names) if name == wanted],
        [i for i, code in enumerate(codes) if code == squeezed],
        [i for i, name in enumerate(names) if wanted in name],
    ):
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
    close = nearest(wanted, set(names))
    raise UnknownNameError(
        "school with results that year",
        text,
        [_called(people, names.index(name)) for name in close] or [str(n) for n in schools["name"]],
        remedy=f"Did you mean {close[0].title()!r}?" if close else "Give its URN or postcode.",
    )


def _called(people: Population, row: int) -> str:
    schools = people.schools
    place = schools["town"][row] or schools["authority_name"][row]
    return f"{schools.keys[row]} {schools['name'][row]}{f' ({place})' if place else ''}"
