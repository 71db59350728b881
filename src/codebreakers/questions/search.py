"""Which school is meant?"""

from __future__ import annotations

from codebreakers.errors import RequestError
from codebreakers.findings import Column, Table
from codebreakers.findings.disclosure import tabulate
from codebreakers.findings.words import age
from codebreakers.measures.held import resolve
from codebreakers.peers.population import population
from codebreakers.peers.spelling import near
from codebreakers.sources import academic_year
from codebreakers.store import Store

__all__ = ["search"]

MOST = 100
_NONE = "None fits. Try one word of its name, its town, or its postcode."
_COLUMNS = (
    Column("school_urn", "URN"),
    Column("school_name", "School"),
    Column("town", "Town"),
    Column("authority", "Authority"),
    Column("postcode", "Postcode"),
)


def search(store: Store, text: str, *, year: int | str | None = None, count: int = 20) -> Table:
    """Return the schools that a name, town, postcode or URN nearly fits.

    Parameters
    ----------
    store : Store
        Where to look.
    text : str
        What was typed; mistakes in it are forgiven.
    year : int or str, optional
        Results year; by default the newest that can answer.
    count : int
        How many schools at most, from 1 to `MOST`.

    Returns
    -------
    Table
        A row a school, the likeliest first; without rows where none fits.

    Raises
    ------
    RequestError
        Nothing was typed, or `count` is out of range.
    """
    if not text.strip():
        raise RequestError(
            "Nothing was typed.", remedy="Give part of a name, a town, a postcode or a URN."
        )
    if not 1 <= count <= MOST:
        raise RequestError(f"{count} is no number of schools to list: 1 to {MOST}.")
    with store.reading():
        _, when = resolve(store, None, year, "disadvantaged")
        people = population(store, when)
        rows = near(people, text, count)
        made_up = any(r.made_up for r in store.releases())
        note = age(when) if len(rows) else _NONE
    schools = people.schools
    shown = " ".join(text.split())[:80]
    return tabulate(
        "search",
        f"Schools with results in {academic_year(when)} that fit {shown!r}",
        _COLUMNS,
        [
            (
                str(schools.keys[i]),
                *(str(schools[r][i]) for r in ("name", "town", "authority_name", "postcode")),
            )
            for i in rows
        ],
        notes=(note,),
        made_up=made_up,
    )
