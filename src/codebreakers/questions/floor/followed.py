"""The same schools over several years, through every URN they had, and runs of years below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.questions.floor.judged import BELOW, CANNOT_TELL, NOT_BELOW, Judged, Unjudged
from codebreakers.sources import academic_year
from codebreakers.store.lineage import Lineages

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Followed", "Run", "follow", "run_of"]

_TWICE = "two rows of the table have its results, under two URNs"


@dataclass(frozen=True, slots=True, eq=False)
class Followed:
    """N schools over Y years.

    Parameters
    ----------
    years : tuple of Judged or Unjudged, length Y
        In order.
    schools : ndarray of str, shape (N,)
        Each school's first URN, in order.
    rows : ndarray of int, shape (Y, N)
        Its row among that year's schools; -1 where it has none.
    status, why : ndarray of str, shape (Y, N)
    lineages : Lineages, optional
        What joined them; None where each key is a school of its own.
    """

    years: tuple[Judged | Unjudged, ...]
    schools: NDArray[Any]
    rows: NDArray[np.int64]
    status: NDArray[Any]
    why: NDArray[Any]
    lineages: Lineages | None

    @property
    def able(self) -> tuple[Judged, ...]:
        """The years in which schools can be found below."""
        return tuple(y for y in self.years if isinstance(y, Judged) and not y.missing)

    def at(self, year: int) -> int:
        """Return where a year stands among the years."""
        return [y.year for y in self.years].index(year)

    def of(self, year: int, values: NDArray[Any], absent: Any) -> NDArray[Any]:
        """Return a year's values in the order of `schools`, and `absent` where it has none."""
        rows = self.rows[self.at(year)]
        found: NDArray[Any] = np.where(rows >= 0, values[rows], absent)
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """Who was below year after year.

    Parameters
    ----------
    years : tuple of int
        Of the run.
    able : tuple of int
        Those in which schools can be found below.
    without : tuple of int
        Those with no standard in force.
    below, told : ndarray of int, shape (N,)
        In how many years each school was below, and in how many it can be told.
    whole : ndarray of bool, shape (N,)
        Below in each year in which schools can be found below.
    partly : ndarray of bool, shape (N,)
        Below in each year that it can be told of, which are two at least and not all of those.
    """

    years: tuple[int, ...]
    able: tuple[int, ...]
    without: tuple[int, ...]
    below: NDArray[np.int64]
    told: NDArray[np.int64]
    whole: NDArray[np.bool_]
    partly: NDArray[np.bool_]


def follow(years: Sequence[Judged | Unjudged], lineages: Lineages | None) -> Followed:
    """Join the schools of several years.

    Parameters
    ----------
    years : sequence of Judged or Unjudged
        In order.
    lineages : Lineages, optional
        Which keys are one school's; none but equal ones where not given.
    """
    names = [_identities(year, lineages) for year in years]
    schools = np.unique(np.concatenate(names)) if names else np.zeros(0, dtype=object)
    shape = (len(years), len(schools))
    rows = np.full(shape, -1, dtype=np.int64)
    status, why = np.full(shape, "", dtype=object), np.full(shape, "", dtype=object)
    for y, (year, own) in enumerate(zip(years, names, strict=True)):
        if isinstance(year, Unjudged):
            status[y], why[y] = year.status, year.why
            continue
        place, told = np.searchsorted(schools, own), year.is_told()
        # A school may stand under two URNs, of which one has its results: that one is last.
        for row in (np.flatnonzero(~told), np.flatnonzero(told)):
            rows[y, place[row]] = row
        there = rows[y] >= 0
        status[y] = np.where(there, year.status[rows[y]], CANNOT_TELL)
        absent = f"not in the tables of {academic_year(year.year)}"
        why[y] = np.where(there, year.why[rows[y]], absent)
        twice = np.bincount(place[told], minlength=len(schools)) > 1
        status[y, twice], why[y, twice] = CANNOT_TELL, _TWICE
    return Followed(tuple(years), schools, rows, status, why, lineages)


def _identities(year: Judged | Unjudged, lineages: Lineages | None) -> NDArray[Any]:
    if isinstance(year, Unjudged):
        return np.zeros(0, dtype=object)
    keys = [str(key) for key in year.people.keys]
    return np.array(keys if lineages is None else lineages.identity(keys), dtype=object)


def run_of(followed: Followed, length: int) -> Run:
    """Return who was below in the last `length` of the years.

    Parameters
    ----------
    followed : Followed
    length : int
        At most as many as there are.
    """
    years = [year.year for year in followed.years[-length:]]
    able = tuple(year.year for year in followed.able if year.year in years)
    here = followed.status[-length:]
    without = [
        year.year
        for year in followed.years[-length:]
        if isinstance(year, Unjudged) and year.status != CANNOT_TELL
    ]
    below = (here == BELOW).sum(axis=0)
    spared = (here == NOT_BELOW).sum(axis=0)
    always = spared == 0
    return Run(
        years=tuple(years),
        able=able,
        without=tuple(without),
        below=below,
        told=below + spared,
        whole=always & (below == len(able)) & (len(able) > 1),
        partly=always & (below > 1) & (below < len(able)),
    )
