"""Which schools a table of results itself says had closed by the time it was made."""

from __future__ import annotations

from collections.abc import Iterable

import narwhals as nw

from codebreakers.store import Store
from codebreakers.store.schools import ROLES

__all__ = ["flagged_closed"]

_CLOSED = "1"


def flagged_closed(store: Store, releases: Iterable[int]) -> frozenset[str] | None:
    """Return the schools that tables of results themselves flag as closed.

    Lists of schools code their flags otherwise, and may be of another year: they are not asked.

    Parameters
    ----------
    store : Store
        Where to read.
    releases : iterable of int
        The tables of results.

    Returns
    -------
    frozenset of str, or None
        Their keys; None where none of the tables has the flag.
    """
    wanted = list(releases)
    found = store.query(
        lambda reader: (
            reader.frame("labels")
            .filter(
                nw.col("release").is_in(wanted),
                nw.col("level") == "school",
                nw.col("measure").is_in(list(ROLES["closed"])),
            )
            .select("school", "text")
            .unique()
        )
    )
    flags = list(zip(found["school"], found["text"], strict=True))
    if not flags:
        return None
    return frozenset(str(school) for school, flag in flags if flag == _CLOSED)
