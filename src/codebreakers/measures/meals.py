"""How many pupils of a school the premium is paid for, by the school census."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import narwhals as nw

from codebreakers.store import Store

__all__ = ["EVER", "ROLL", "SHARE", "CensusRow", "census_row"]

EVER = "NUMFSMEVER"
"""Pupils with free school meals at any time in the last six years."""

SHARE = "PNUMFSMEVER"
"""Those of every hundred pupils counted for meals."""

ROLL = ("TOTPUPSENDN", "NOR")
"""All pupils, as the tables of the years call them."""

_RANK = {"final": 0, "revised": 1, "provisional": 2}


@dataclass(frozen=True, slots=True)
class CensusRow:
    """What the school census of a year says of one school.

    Parameters
    ----------
    release : int
        The release it was read from.
    values : mapping of str to float
        By column, where there is a number.
    codes : mapping of str to str
        By column, the publisher's code where there is none.
    """

    release: int
    values: Mapping[str, float]
    codes: Mapping[str, str]

    @property
    def is_there(self) -> bool:
        """Whether the census has the school."""
        return bool(self.values or self.codes)


def census_row(store: Store, school: str, year: int) -> CensusRow | None:
    """Return one school's pupils and meals in a year's census.

    Parameters
    ----------
    store : Store
        Where to read.
    school : str
        URN.
    year : int
        Results year.

    Returns
    -------
    CensusRow, optional
        Empty where the census has no row of the school; None where none of the year is held.
    """
    held = [r for r in store.releases() if r.dataset == "census" and r.year == year]
    if not held:
        return None
    release = min(held, key=lambda r: (_RANK[r.status], r.id)).id
    found = store.query(
        lambda reader: (
            reader.frame("results")
            .filter(
                nw.col("release") == release,
                nw.col("level") == "school",
                nw.col("school") == school,
                nw.col("measure").is_in([EVER, SHARE, *ROLL]),
            )
            .select("measure", "value", "code")
            .sort("measure")
        )
    )
    rows = list(zip(found["measure"], found["value"], found["code"], strict=True))
    return CensusRow(
        release,
        {str(name): float(value) for name, value, code in rows if not code},
        {str(name): str(code) for name, _, code in rows if code},
    )
