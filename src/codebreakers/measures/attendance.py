"""How much of their time the pupils of each school missed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import narwhals as nw

from codebreakers.store import Store

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Absence", "absence_of"]

# Overall absence: half days missed, of every hundred possible.
_COLUMN = "PERCTOT"


@dataclass(frozen=True, slots=True, eq=False)
class Absence:
    """Half days missed in each of N schools, in order of key.

    Parameters
    ----------
    keys : ndarray of str, shape (N,)
        URNs.
    values : ndarray of float, shape (N,)
        Percent of possible half days; NaN where `codes` says why.
    codes : ndarray of str, shape (N,)
        '' where there is a value, else the publisher's code.
    release : int
        The release they were read from.
    """

    keys: NDArray[Any]
    values: NDArray[Any]
    codes: NDArray[Any]
    release: int


def absence_of(store: Store, year: int) -> Absence | None:
    """Return absence in each school in a year.

    Parameters
    ----------
    store : Store
        Where to read.
    year : int
        Results year: the year that ended with those exams.

    Returns
    -------
    Absence, optional
        Of all pupils: it is not published of disadvantaged ones. None where no table of that year
        is held.
    """
    held = [r.id for r in store.releases() if r.dataset == "absence" and r.year == year]
    if not held:
        return None
    found = store.query(
        lambda reader: (
            reader.frame("results")
            .filter(
                nw.col("release") == held[-1],
                nw.col("year") == year,
                nw.col("level") == "school",
                nw.col("measure") == _COLUMN,
            )
            .select("school", "value", "code")
            .sort("school")
        )
    )
    return Absence(found["school"], found["value"], found["code"], held[-1])
