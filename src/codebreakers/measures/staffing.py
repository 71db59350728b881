"""What the workforce and school censuses say of each school: teachers, pay, pupils, meals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import narwhals as nw

from codebreakers.errors import CannotAnswerError
from codebreakers.sources import Release
from codebreakers.store import Store
from codebreakers.store.engines import Lazy, Reader

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["MEALS_SINCE", "ROLES", "Staffing", "staffing", "staffing_years"]

MEALS_SINCE = 2012
"""The first year that counts free meals in the last six years, and not in that year alone."""

ROLES: Mapping[str, tuple[str, ...]] = {
    "teachers": ("NFTETEA", "TOTAL NUMBER OF TEACHERS (FULL-TIME EQUIVALENT)"),
    "ratio": ("RATPUPTEA", "PUPIL:     TEACHER RATIO"),
    "salary": (
        "SALARY",
        "MEAN GROSS FTE SALARY OF ALL TEACHERS",
        "MEAN GROSS FTE SALARY OF ALL TEACHERS (£S)",
    ),
    "pupils": ("TOTPUPSENDN", "NOR"),
    "meals": ("PNUMFSMEVER",),
}
"""What we call it, and what the tables of the years call it."""

_STAFF = ("teachers", "ratio", "salary")
_BEFORE = ("PNUMFSM",)
_RANK = {"final": 0, "revised": 1, "provisional": 2}
_NUMBERS = {
    "authority": ("LA", "LA NUMBER"),
    "establishment": ("ESTAB", "ESTABLISHMENT NUMBER"),
    "both": ("LAESTAB",),
}


@dataclass(frozen=True, slots=True, eq=False)
class Staffing:
    """The staff and the pupils of every school of a year, as two tables have them.

    Parameters
    ----------
    year : int
        Results year.
    schools : ndarray of str, shape (S,)
        URNs, in order.
    values : mapping of str to ndarray of float, shape (S,)
        By role: ``teachers`` (full-time equivalent), ``ratio`` (pupils to a teacher), ``salary``
        (pounds a year), ``pupils`` on roll, ``meals`` (percent of pupils with free school meals at
        any time in the last six years; before `MEALS_SINCE`, that year). NaN where `codes` says
        why.
    codes : mapping of str to ndarray of str, shape (S,)
        '' where there is a value, the publisher's code, or ``not-held`` where the table has no row.
    numbers : ndarray of str, shape (S,)
        Authority and establishment number ("330/4084"); '' where neither table has them.
    releases : tuple of int
        The two releases read.
    """

    year: int
    schools: NDArray[Any]
    values: Mapping[str, NDArray[Any]]
    codes: Mapping[str, NDArray[Any]]
    numbers: NDArray[Any]
    releases: tuple[int, int]

    def has(self, role: str) -> NDArray[Any]:
        """Return which schools have a row in the table that a role is read from, shape (S,)."""
        absent: NDArray[Any] = self.codes[role] == "not-held"
        return ~absent


def staffing_years(store: Store) -> tuple[int, ...]:
    """Return the years of which both tables are held, in order."""
    years = [
        {r.year for r in store.releases() if r.dataset == name} for name in ("workforce", "census")
    ]
    return tuple(sorted(years[0] & years[1]))


def staffing(store: Store, year: int) -> Staffing:
    """Return every school's staff and pupils, from the workforce and the school census.

    Parameters
    ----------
    store : Store
        Where to read.
    year : int
        Results year.

    Raises
    ------
    CannotAnswerError
        One of the two tables is not held.
    """
    return store.kept(("staffing", year), lambda: _read(store, year))


def _read(store: Store, year: int) -> Staffing:
    with store.reading():
        staff, pupils = (_best(store, year, name) for name in ("workforce", "census"))
        found = store.query(lambda reader: _wide(reader, year, staff.id, pupils.id))
        named = store.query(lambda reader: _numbered(reader, (staff.id, pupils.id)))
    for array in (*found.values(), *named.values()):
        array.flags.writeable = False
    number = dict(zip(named["school"], _joined(named), strict=True))
    numbers = found["school"].copy()
    numbers[:] = [number.get(school, "") for school in found["school"]]
    return Staffing(
        year,
        found["school"],
        {role: found[role] for role in ROLES},
        {role: found[f"{role}_code"] for role in ROLES},
        numbers,
        (staff.id, pupils.id),
    )


def _best(store: Store, year: int, dataset: str) -> Release:
    held = [r for r in store.releases() if r.dataset == dataset]
    fit = sorted((r for r in held if r.year == year), key=lambda r: (_RANK[r.status], r.id))
    if not fit:
        what = "workforce" if dataset == "workforce" else "school"
        raise CannotAnswerError(
            f"No {what} census of {year} is held.",
            available=[str(y) for y in staffing_years(store)],
            remedy=f"Ask about a year held, or get it: codebreakers fetch {year}.",
        )
    return fit[0]


def _wide(reader: Reader, year: int, staff: int, pupils: int) -> Lazy:
    """Return one row a school, a column and its code for each role.

    A role of a table in which the school has no row has the code ``not-held``.
    """
    spelled = dict(ROLES) if year >= MEALS_SINCE else {**ROLES, "meals": _BEFORE}
    release, column = nw.col("release"), nw.col("measure")
    value, code = nw.col("value"), nw.col("code")
    rows = reader.frame("results").filter(
        release.is_in([staff, pupils]),
        nw.col("level") == "school",
        column.is_in(sorted({name for names in spelled.values() for name in names})),
    )
    picked: dict[str, nw.Expr] = {}
    for role, names in spelled.items():
        own = column.is_in(list(names)) & (release == (staff if role in _STAFF else pupils))
        picked[role] = nw.when(own).then(value).max()
        picked[f"{role}_code"] = nw.when(own).then(nw.coalesce(code, nw.lit(""))).max()
    wide = rows.group_by("school").agg(**picked)
    absent = {
        f"{role}_code": nw.coalesce(nw.col(f"{role}_code"), nw.lit("not-held")) for role in spelled
    }
    return wide.with_columns(**absent).sort("school")


def _numbered(reader: Reader, releases: tuple[int, int]) -> Lazy:
    label = nw.col("measure")
    names = [name for several in _NUMBERS.values() for name in several]
    return (
        reader.frame("labels")
        .filter(
            nw.col("release").is_in(list(releases)),
            nw.col("level") == "school",
            label.is_in(names),
        )
        .group_by("school")
        .agg(
            **{
                part: nw.when(label.is_in(list(several))).then(nw.col("text")).max()
                for part, several in _NUMBERS.items()
            }
        )
    )


def _joined(named: Mapping[str, NDArray[Any]]) -> list[str]:
    """Return each school's authority and establishment number, '' where one is not there."""
    parts = zip(named["authority"], named["establishment"], named["both"], strict=True)
    return [
        f"{la}/{estab}" if la and estab else f"{both[:3]}/{both[3:]}" if len(both) == 7 else ""
        for la, estab, both in parts
    ]
