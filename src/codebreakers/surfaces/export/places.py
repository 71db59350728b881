"""Where a row is, in the Department's codes: country, region, authority, school."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType

from codebreakers.findings import Table
from codebreakers.sources.england import REGIONS
from codebreakers.store import Store
from codebreakers.store.schools import Schools, schools_of
from codebreakers.surfaces.export.shorthand import NOT_APPLICABLE

__all__ = ["AUTHORITY", "LEVELS", "NATIONAL", "REGIONAL", "SCHOOL", "Places", "level_of"]

NATIONAL, REGIONAL, AUTHORITY, SCHOOL = "National", "Regional", "Local authority", "School"

LEVELS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        NATIONAL: ("country_code", "country_name"),
        REGIONAL: ("region_code", "region_name"),
        AUTHORITY: ("old_la_code", "new_la_code", "la_name"),
        SCHOOL: ("school_urn", "school_laestab", "school_name"),
    }
)
"""Geographic levels from the whole to the part, and the columns that name each."""

_NOT_HELD = "x"
_COUNTRY = ("E92000001", "England")
_MADE_UP = (NOT_APPLICABLE, "Example England (made up)")
_REGION_CODES = {
    "North East": "E12000001",
    "North West": "E12000002",
    "Yorkshire and the Humber": "E12000003",
    "East Midlands": "E12000004",
    "West Midlands": "E12000005",
    "East of England": "E12000006",
    "London": "E12000007",
    "South East": "E12000008",
    "South West": "E12000009",
}
# What our tables call what the Department's codes name.
_CALLED = {
    "region_name": "region",
    "old_la_code": "authority_code",
    "la_name": "authority",
    "school_urn": "school_urn",
    "school_name": "school_name",
}
_URN = re.compile(r"\bURN (\d{6})\b")


def level_of(table: Table) -> tuple[str, dict[str, str], str]:
    """Return what the rows of a table are about.

    Parameters
    ----------
    table : Table
        The table.

    Returns
    -------
    level : str
        One of `LEVELS`.
    called : dict of str to str
        The Department's name of each column that names a place, and the table's own.
    urn : str
        The one school that the whole table is about, where its title says so.
    """
    names = {column.name for column in table.columns}
    called = {theirs: ours for theirs, ours in _CALLED.items() if ours in names}
    if "school_urn" in called and "school" in names:
        called.setdefault("school_name", "school")
    about = _URN.search(table.title)
    if "school_urn" in called or about:
        return SCHOOL, called, about[1] if about and "school_urn" not in called else ""
    at = (AUTHORITY, "la_name"), (REGIONAL, "region_name")
    return next((level for level, name in at if name in called), NATIONAL), called, ""


class Places:
    """The codes of places, looked up in the store that an answer was read from.

    Parameters
    ----------
    store : Store or None
        Where nothing can be looked up, codes that the table itself does not hold are not available.
    made_up : bool
        Whether they are in Example England, which has no codes.
    """

    def __init__(self, store: Store | None, *, made_up: bool) -> None:
        self._store = store
        self._made_up = made_up
        self._years: dict[int, _Year] = {}

    def cells(self, level: str, known: Mapping[str, str], year: int) -> dict[str, str]:
        """Return the cells that say where a row is.

        Parameters
        ----------
        level : str
            What the row is about.
        known : mapping of str to str
            What the table says of it, by the Department's names.
        year : int
            Results year; 0 where there is none.

        Returns
        -------
        dict of str to str
            For every level down to the row's own; ``x`` where a code is not held.
        """
        order = list(LEVELS)
        names = [name for one in order[: order.index(level) + 1] for name in LEVELS[one]]
        held = {name: text for name, text in known.items() if text}
        if level in (AUTHORITY, SCHOOL) and year and self._store is not None:
            held = self._of(self._store, year).looked_up(level, held) | held
        country = _MADE_UP if self._made_up else _COUNTRY
        held |= dict(zip(LEVELS[NATIONAL], country, strict=True))
        region = REGIONS.get(held.get("region_name", ""), "")
        held["region_code"] = NOT_APPLICABLE if self._made_up else _REGION_CODES.get(region, "")
        return {name: held.get(name) or _NOT_HELD for name in names}

    def _of(self, store: Store, year: int) -> _Year:
        if year not in self._years:
            self._years[year] = _Year(schools_of(store, year))
        return self._years[year]


class _Year:
    """The schools of one year, by key and by authority."""

    def __init__(self, schools: Schools) -> None:
        self._schools = schools

    @cached_property
    def _by_key(self) -> dict[str, int]:
        return {str(key): i for i, key in enumerate(self._schools.keys)}

    @cached_property
    def _by_authority(self) -> dict[str, int]:
        """Return one school of each authority, by its name and by its code."""
        names = ("authority_name", "authority")
        return {
            str(text): i for name in names for i, text in enumerate(self._schools[name]) if text
        }

    def looked_up(self, level: str, known: Mapping[str, str]) -> dict[str, str]:
        """Return what is known of a place by its URN, or by its authority's code or name."""
        if level == SCHOOL:
            at = self._by_key.get(known.get("school_urn", ""))
        else:
            code = known.get("old_la_code") or known.get("la_name", "")
            at = self._by_authority.get(code)
        if at is None:
            return {}
        one = {role: str(self._schools[role][at]) for role in self._schools.columns}
        found = {
            "region_name": one["region"],
            "old_la_code": one["authority"],
            "la_name": one["authority_name"],
        }
        if level == SCHOOL:
            found["school_name"] = one["name"]
            if one["authority"] and one["establishment"]:
                found["school_laestab"] = one["authority"] + one["establishment"]
        return found
