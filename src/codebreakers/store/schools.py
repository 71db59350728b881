"""The schools of a year: what each is called, where it is, and of what kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import narwhals as nw

from codebreakers.sources.england import REGIONS
from codebreakers.store import Store
from codebreakers.store.engines import Lazy, Reader, looked_up

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["ROLES", "Schools", "schools_of"]

# What we call it, and what the tables of the years call it, best first.
ROLES: dict[str, tuple[str, ...]] = {
    "name": ("SCHNAME", "SCHOOLNAME", "ESTABLISHMENTNAME", "SCHOOL_NAME"),
    "postcode": ("PCODE", "POSTCODE"),
    "town": ("TOWN",),
    "authority": ("LEA", "LA", "LACODE", "LA (CODE)", "OLD_LA_CODE"),
    "establishment": ("ESTAB", "ESTABCODE", "ESTABLISHMENTNUMBER"),
    "authority_name": ("LEA_NAME", "LA (NAME)", "LA_NAME"),
    "region": ("REGION", "GOR (NAME)", "REGION_NAME"),
    "type": ("NFTYPE", "SCHOOLTYPE", "TYPEOFESTABLISHMENT (NAME)"),
    "admissions": ("ADMPOL", "ADMPOLICY", "ADMISSIONSPOLICY (NAME)"),
    "sex": ("EGENDER", "ENTRYGENDER", "GENDER", "GENDER (NAME)"),
    "religion": ("RELDENOM", "RELIGIOUSCHARACTER (NAME)"),
    "record": ("RECTYPE",),
    "closed": ("ICLOSE", "FLAGCLOSED"),
    "trust": ("TRUSTS (NAME)",),
}
# A table of results says what a school was that year; a list of schools fills what it left out.
_TABLES = ("ks4", "spine", "destinations", "register")


@dataclass(frozen=True, slots=True)
class Schools:
    """The schools of one year, a row each, in order of key.

    Parameters
    ----------
    year : int
        Results year.
    keys : ndarray of str, shape (S,)
        URN, or authority and establishment number where the table has no URN.
    columns : mapping of str to ndarray of str, shape (S,)
        One for each of `ROLES`, '' where no table held says it; ``region`` is one of the nine.
    """

    year: int
    keys: NDArray[Any]
    columns: dict[str, NDArray[Any]]

    def __getitem__(self, role: str) -> NDArray[Any]:
        return self.columns[role]


def schools_of(store: Store, year: int) -> Schools:
    """Return every school with a row in a results table of `year`.

    Parameters
    ----------
    store : Store
        Where to read.
    year : int
        Results year.

    Returns
    -------
    Schools
        Authority names and regions come from the table itself, else from the nearest year's list
        of authorities.
    """
    return store.kept(("schools", year), lambda: _read(store, year))


def _read(store: Store, year: int) -> Schools:
    with store.reading():
        results = [r.id for r in store.releases() if r.dataset == "ks4" and r.year == year]
        wide = store.query(lambda reader: _wide(reader, results, _order(store, year)))
        places = _authorities(store, year)
    columns = {role: wide[role] for role in ROLES}
    for role, named in zip(("authority_name", "region"), places, strict=True):
        columns[role][:] = [
            own or named.get(code, "")
            for own, code in zip(columns[role], columns["authority"], strict=True)
        ]
    columns["region"][:] = [REGIONS.get(name, name) for name in columns["region"]]
    for array in (wide["school"], *columns.values()):
        array.flags.writeable = False
    return Schools(year, wide["school"], columns)


def _order(store: Store, year: int) -> list[int]:
    """Return the releases that may describe the schools of a year, best first."""
    rank = {"final": 0, "revised": 1, "provisional": 2}
    fit = [
        release
        for release in store.releases()
        if release.dataset in _TABLES and (release.year in (year, 0) or release.dataset == "spine")
    ]
    fit.sort(
        key=lambda r: (_TABLES.index(r.dataset), abs(r.year - year), rank.get(r.status, 3), r.id)
    )
    return [release.id for release in fit]


def _wide(reader: Reader, results: list[int], order: list[int]) -> Lazy:
    """Return one row a school of the year's results, a column a role, from the best table."""
    release, label = nw.col("release"), nw.col("measure")
    place = {name: i for names in ROLES.values() for i, name in enumerate(names)}
    role = {name: role for role, names in ROLES.items() for name in names}
    labels = reader.frame("labels").filter(nw.col("level") == "school")
    theirs = labels.filter(release.is_in(results)).select("school").unique()
    rows = (
        labels.filter(release.is_in(order), label.is_in(list(place)))
        .join(theirs, on="school", how="semi")
        .with_columns(
            role=looked_up("measure", role, nw.String),
            rank=looked_up("release", {r: 10 * i for i, r in enumerate(order)}, nw.Int64)
            + looked_up("measure", place, nw.Int64),
        )
    )
    best = rows.group_by("school", "role").agg(rank=nw.col("rank").min())
    chosen = rows.join(best, on=["school", "role", "rank"], how="inner")
    return (
        chosen.group_by("school")
        .agg(**{name: nw.when(nw.col("role") == name).then(nw.col("text")).max() for name in ROLES})
        .sort("school")
    )


def _authorities(store: Store, year: int) -> tuple[dict[str, str], dict[str, str]]:
    """Return the name and the region of each authority code, from the nearest year's list."""
    lists = sorted(
        (r for r in store.releases() if r.dataset == "authorities"),
        key=lambda r: (abs(r.year - year), r.id),
    )
    if not lists:
        return {}, {}
    nearest = lists[0].id
    found = store.query(
        lambda reader: reader.frame("labels").filter(
            nw.col("release") == nearest, nw.col("level") == "authority"
        )
    )
    names: dict[str, str] = {}
    regions: dict[str, str] = {}
    for code, label, text in zip(found["school"], found["measure"], found["text"], strict=True):
        if label == "LA NAME":
            names[code] = text
        elif label == "REGION NAME":
            regions[code] = text
    return names, regions
