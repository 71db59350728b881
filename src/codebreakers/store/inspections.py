"""When each school was last inspected, and what was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import narwhals as nw

from codebreakers.store import Store

__all__ = ["OUTCOMES", "Inspection", "inspections"]

OUTCOMES = {"1": "outstanding", "2": "good", "3": "requires improvement", "4": "inadequate"}
"""Overall effectiveness, as the inspectorate numbers and names it."""

_WHEN = "LATEST INSPECTION DATE"
_FOUND = "OVERALL EFFECTIVENESS: HOW GOOD IS THE SCHOOL"


@dataclass(frozen=True, slots=True)
class Inspection:
    """A school's most recent inspection in the newest table held.

    Parameters
    ----------
    day : date, optional
        None where the table gives no date.
    outcome : str
        One of the names of `OUTCOMES`; '' where the table gives none of them.
    release : int
        The release it was read from.
    """

    day: date | None
    outcome: str
    release: int


def inspections(store: Store) -> Mapping[str, Inspection]:
    """Return the most recent inspection of each school, by URN.

    Parameters
    ----------
    store : Store
        Where to read.

    Returns
    -------
    mapping of str to Inspection
        Empty where no table of inspections is held.
    """
    return store.kept("inspections", lambda: _read(store))


def _read(store: Store) -> Mapping[str, Inspection]:
    newest = [r.id for r in store.releases() if r.dataset == "inspections"][-1:]
    found = store.query(
        lambda reader: (
            reader.frame("labels")
            .filter(
                nw.col("release").is_in(newest),
                nw.col("level") == "school",
                nw.col("measure").is_in([_WHEN, _FOUND]),
            )
            .select("school", "measure", "text")
        )
    )
    said: dict[str, dict[str, str]] = {}
    for school, column, text in zip(found["school"], found["measure"], found["text"], strict=True):
        said.setdefault(str(school), {})[str(column)] = str(text)
    return {
        urn: Inspection(_day(of.get(_WHEN, "")), OUTCOMES.get(of.get(_FOUND, ""), ""), newest[0])
        for urn, of in said.items()
    }


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None  # words where a date should be: the table gives none
