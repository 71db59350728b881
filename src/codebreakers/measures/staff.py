"""How many teachers a school has, by the workforce census."""

from __future__ import annotations

import narwhals as nw

from codebreakers.store import Store

__all__ = ["teachers_at"]

# What the headcount of teachers is called: to 2015, and from 2016.
_HEADCOUNT = ("NTEA", "TOTAL NUMBER OF TEACHERS (HEADCOUNT)")


def teachers_at(store: Store, school: str) -> tuple[int, int] | None:
    """Return a school's teachers by headcount, and the year they were counted.

    Parameters
    ----------
    store : Store
        Where to read.
    school : str
        URN.

    Returns
    -------
    tuple of int, optional
        Of the newest year held; None where no table held has a number.
    """
    found = store.query(
        lambda reader: (
            reader.frame("results")
            .filter(
                nw.col("measure").is_in(_HEADCOUNT)
                & (nw.col("level") == "school")
                & (nw.col("school") == school)
                & ~nw.col("value").is_null()
            )
            .select("year", "value")
            .sort("year")
        )
    )
    if len(found["year"]) == 0:
        return None
    return int(found["value"][-1]), int(found["year"][-1])
