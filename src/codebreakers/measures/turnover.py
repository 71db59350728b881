"""Schools that come and go between tables: closed, merged, re-numbered, or left out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import combinations, pairwise

import narwhals as nw

from codebreakers.measures.flags import (
    EXAMPLES,
    Flag,
    Rows,
    of_schools,
    results_tables,
    table_name,
)
from codebreakers.sources import Release, academic_year
from codebreakers.store import Store
from codebreakers.store.engines import Lazy, Reader, looked_up

__all__ = ["turnover"]

_AUTHORITY = ("LEA", "LA", "LACODE")
_ESTABLISHMENT = ("ESTAB", "ESTABCODE")
_SUCCESSOR = r"^(Successor|Result of Amalgamation)"

# What became of a school that is gone, as the tables and the register of schools say it.
_BECAME = {
    "renumbered": "stand under another key with the same authority and establishment number",
    "merged": "were merged into another school, by the register",
    "succeeded": "were succeeded by another school, by the register",
    "untraced": "have no successor that is in it",
}


def turnover(store: Store) -> tuple[Flag, ...]:
    """Return where the schools of one year's results are not those of another's.

    ``same-schools``
        Tables of different years with exactly the same schools. No year's schools are those of
        another, so each holds only the schools that were there throughout: ``wrong``, because what
        is found of survivors is not true of all.
    ``vanished``
        Schools of one year that the next year held has not, by what became of them, and how many
        are new. One step of the register's links is followed.
    ``renumbered``
        Schools that the next year's table has under another key: the same authority and
        establishment number, or merged into or succeeded by a school that is in it.
    ``several-numbers``
        One key with more than one authority and establishment number over the tables held.

    Parameters
    ----------
    store : Store
        Where to read.

    Returns
    -------
    tuple of Flag
    """
    results = results_tables(store)
    years = sorted({release.year for release in results})
    return (
        *_same_schools(store, results),
        *_vanished(store, results, list(pairwise(years))),
        *_several_numbers(store, results),
    )


def _same_schools(store: Store, results: Iterable[Release]) -> Iterable[Flag]:
    releases = {release.id: release for release in results}

    def overlaps(reader: Reader) -> Lazy:
        keys = _keys(reader, releases, "release")
        other = keys.select("school", other="release")
        both = keys.join(other, on="school", how="inner")
        return both.group_by("release", "other").agg(schools=nw.len())

    found = store.query(overlaps)
    shared = {(int(a), int(b)): int(n) for a, b, n in zip(*found.values(), strict=True)}
    same: dict[int, list[int]] = defaultdict(list)
    for a, b in combinations(releases, 2):
        sizes = {shared[a, a], shared[b, b], shared.get((a, b), 0)}
        if releases[a].year != releases[b].year and len(sizes) == 1:
            same[a].append(b)
            same[b].append(a)
    for number, others in same.items():
        release = releases[number]
        said = (
            f"The {shared[number, number]:,} schools of the {table_name(release)} are exactly "
            f"those of {' and '.join(f'the {table_name(releases[o])}' for o in others)}: only "
            "schools with results in every one of these years are in it."
        )
        yield Flag(
            "same-schools",
            "wrong",
            (number, *others),
            release.year,
            said,
            shared[number, number],
            "schools",
        )


def _keys(reader: Reader, releases: Iterable[int], by: str) -> Lazy:
    """Return the schools of each release, or of each year."""
    return of_schools(reader, "results", releases).select(by, "school").unique()


def _numbers(reader: Reader, results: Iterable[int]) -> Lazy:
    """Return the authority and establishment numbers of the schools of results."""
    theirs = of_schools(reader, "results", results).select("school").unique()
    labels = reader.frame("labels").filter(
        nw.col("level") == "school", nw.col("measure").is_in([*_AUTHORITY, *_ESTABLISHMENT])
    )
    labels = labels.join(theirs, on="school", how="semi")
    at = ("release", "year", "school")
    authority = labels.filter(nw.col("measure").is_in(list(_AUTHORITY)))
    establishment = labels.filter(nw.col("measure").is_in(list(_ESTABLISHMENT)))
    both = authority.select(*at, authority="text").join(
        establishment.select(*at, establishment="text"), on=list(at), how="inner"
    )
    number = nw.concat_str([nw.col("authority"), nw.col("establishment")], separator="/")
    return both.select("school", establishment=number).unique()


def _fates(reader: Reader, results: list[int], following: dict[int, int]) -> Lazy:
    """Return the schools of each year that the next has not, and what became of each."""
    keys = _keys(reader, results, "year")
    there = keys.select(following="year", heir="school")
    step = keys.with_columns(following=looked_up("year", following, nw.Int64))
    gone = step.filter(~nw.col("following").is_null()).join(
        there, left_on=["following", "school"], right_on=["following", "heir"], how="anti"
    )
    traced = gone.join(
        _same_number(gone, there, _numbers(reader, results)), on=["year", "school"], how="left"
    ).join(_successors(gone, there, keys, reader.frame("links")), on=["year", "school"], how="left")
    return traced.select(
        "year",
        "school",
        heir=nw.coalesce("same_number", "successor"),
        became=nw.when(~nw.col("same_number").is_null())
        .then(nw.lit("renumbered"))
        .when(nw.col("took_in") == 1)
        .then(nw.lit("merged"))
        .when(~nw.col("successor").is_null())
        .then(nw.lit("succeeded"))
        .otherwise(nw.lit("untraced")),
    )


def _same_number(gone: Lazy, there: Lazy, numbers: Lazy) -> Lazy:
    """Return the school of the next year with the authority and establishment number of each."""
    heirs = numbers.select("establishment", heir="school")
    found = gone.join(numbers, on="school", how="inner").join(
        heirs, on="establishment", how="inner"
    )
    found = found.join(there, on=["following", "heir"], how="semi")
    return found.group_by("year", "school").agg(same_number=nw.col("heir").min())


def _successors(gone: Lazy, there: Lazy, keys: Lazy, links: Lazy) -> Lazy:
    """Return each one's successor by the register, and whether that took in more than one."""
    onward = links.filter(nw.col("kind").str.contains(_SUCCESSOR)).select("school", heir="other")
    found = gone.join(onward, on="school", how="inner").join(
        there, on=["following", "heir"], how="semi"
    )
    found = found.group_by("year", "school").agg(successor=nw.col("heir").min())
    stood = keys.select("year", successor="school", stood=nw.lit(1))
    shared = found.group_by("year", "successor").agg(sharing=nw.len())
    both = found.join(stood, on=["year", "successor"], how="left").join(
        shared, on=["year", "successor"], how="left"
    )
    took_in = (nw.col("stood") == 1) | (nw.col("sharing") > 1)
    return both.select("year", "school", "successor", took_in=nw.when(took_in).then(nw.lit(1)))


def _vanished(
    store: Store, results: Iterable[Release], steps: list[tuple[int, int]]
) -> Iterable[Flag]:
    if not steps:
        return
    numbers = [release.id for release in results]
    following = dict(steps)
    fates = store.query(lambda reader: _fates(reader, numbers, following).sort("year", "school"))
    gone: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for year, school, became in zip(
        fates["year"].tolist(), fates["school"], fates["became"], strict=True
    ):
        gone[int(year)].append((school, became))
    held = store.query(
        lambda reader: _keys(reader, numbers, "year").group_by("year").agg(schools=nw.len())
    )
    sizes = {int(year): int(n) for year, n in zip(*held.values(), strict=True)}
    for step in steps:
        about = tuple(release.id for release in results if release.year in step)
        rows = _gone(numbers, following, step[0])
        yield from _step(step, about, sizes, gone[step[0]], rows)


def _step(
    step: tuple[int, int],
    about: tuple[int, ...],
    sizes: dict[int, int],
    gone: list[tuple[str, str]],
    rows: Rows,
) -> Iterable[Flag]:
    year, following = step
    fates = Counter(became for _, became in gone)
    new = sizes[following] - (sizes[year] - len(gone))
    if gone or new:
        said = (
            f"{len(gone):,} of the {sizes[year]:,} schools with results in {academic_year(year)} "
            f"are not in the tables of {academic_year(following)}, the next held, and {new:,} of "
            f"its {sizes[following]:,} are new."
        )
        if gone:
            parts = [f"{fates[fate]:,} {what}" for fate, what in _BECAME.items() if fates[fate]]
            said = f"{said} Of those gone, {'; '.join(parts)}."
        first = tuple(school for school, _ in gone[:EXAMPLES])
        yield Flag(
            "vanished", "look", about, year, said, len(gone), "schools", rows=rows, examples=first
        )
    traced = [school for school, became in gone if became != "untraced"]
    if traced:
        said = (
            f"{len(traced):,} schools of {academic_year(year)} have another key in "
            f"{academic_year(following)}: {fates['renumbered']:,} with the same authority and "
            f"establishment number, {fates['merged']:,} merged, {fates['succeeded']:,} succeeded "
            "by another."
        )
        first, rows = tuple(traced[:EXAMPLES]), _traced(rows)
        yield Flag(
            "renumbered", "look", about, year, said, len(traced), "schools", "", "", rows, first
        )


def _gone(results: list[int], following: dict[int, int], year: int) -> Rows:
    def rows(reader: Reader) -> Lazy:
        fates = _fates(reader, results, following).filter(nw.col("year") == year)
        return fates.select("school", "became", "heir").sort("school")

    return rows


def _traced(gone: Rows) -> Rows:
    return lambda reader: gone(reader).filter(~nw.col("heir").is_null()).sort("school")


def _several_numbers(store: Store, results: Iterable[Release]) -> Iterable[Flag]:
    numbers = [release.id for release in results]

    def several(reader: Reader) -> Lazy:
        by_school = (
            _numbers(reader, numbers)
            .group_by("school")
            .agg(
                numbers=nw.len(),
                first=nw.col("establishment").min(),
                last=nw.col("establishment").max(),
            )
        )
        return by_school.filter(nw.col("numbers") > 1).sort("school")

    schools = store.query(several)["school"]
    if len(schools):
        said = (
            f"{len(schools):,} schools have more than one authority and establishment number in "
            "the tables held: they were re-numbered, or their authority was divided."
        )
        yield Flag(
            "several-numbers",
            "note",
            tuple(numbers),
            0,
            said,
            len(schools),
            "schools",
            rows=lambda reader: several(reader).select("school", "first", "last"),
            examples=tuple(schools[:EXAMPLES]),
        )
