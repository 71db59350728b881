"""How a table was read: rows not kept as they stand, marks nobody declared, ways of writing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

import narwhals as nw

from codebreakers.measures.flags import Flag, Rows, table_name
from codebreakers.sources import Release
from codebreakers.sources.england import CODES
from codebreakers.store import Store
from codebreakers.store.engines import Lazy, Reader

__all__ = ["reading"]

_BLANK = "blank"
_SEPARATORS = {",": "commas", "\t": "tabs", ";": "semicolons"}
_NOTES = {
    "copy": ("copies", "are exact copies of an earlier row, and were read once"),
    "set aside": ("set-aside", "are about no school, authority or nation, and were not read"),
    "trimmed": ("trimmed", "end before the last column, and the rest was read as blank"),
}


def reading(store: Store) -> tuple[Flag, ...]:
    """Return what was met in reading the tables.

    ``copies``, ``set-aside``, ``trimmed``
        Rows that were not kept as they stand.
    ``unknown-codes``
        Words where a number should be, which no declaration explains.
    ``unread``
        Columns that no layout declares.
    ``replaced``
        Tables that took the place of an earlier release.
    ``encoding``, ``separator``
        Tables written otherwise than most held; ``byte-order-mark``: those that begin with one.
    ``nation-rows``
        Tables of schools that end in rows about the nation or a sector of it.

    Parameters
    ----------
    store : Store
        Where to read.

    Returns
    -------
    tuple of Flag
    """
    releases = {release.id: release for release in store.releases()}
    return (
        *_not_kept(store, releases),
        *_unknown_codes(store, releases),
        *(flag for release in releases.values() for flag in _of_file(release)),
        *_otherwise(releases.values(), "encoding"),
        *_otherwise(releases.values(), "separator"),
        *_nation_rows(store, releases),
    )


def _not_kept(store: Store, releases: dict[int, Release]) -> Iterable[Flag]:
    found = store.query(
        lambda reader: (
            reader.frame("notes")
            .group_by("release", "kind")
            .agg(rows=nw.col("rows").sum(), lines=nw.col("line").count())
            .sort("release", "kind")
        )
    )
    for number, kind, rows, lines in zip(*found.values(), strict=True):
        release = releases[int(number)]
        check, what = _NOTES[kind]
        said = f"{int(rows):,} of {release.rows:,} rows of the {table_name(release)} {what}."
        listed = _noted(release, kind) if lines == rows else None
        yield _flag(check, "note", release, said, int(rows), "rows", listed)


def _noted(release: Release, kind: str) -> Rows:
    def rows(reader: Reader) -> Lazy:
        notes = reader.frame("notes").filter(
            nw.col("release") == release.id, nw.col("kind") == kind
        )
        return notes.select("school", "line").sort("line")

    return rows


def _unknown_codes(store: Store, releases: dict[int, Release]) -> Iterable[Flag]:
    known = [*sorted(CODES), _BLANK]
    found = store.query(
        lambda reader: (
            reader.frame("results")
            .filter(~nw.col("code").is_null(), ~nw.col("code").is_in(known))
            .group_by("release", "year", "measure", "grp", "code")
            .agg(cells=nw.len())
            .sort("release", "year", "measure", "grp", "code")
        )
    )
    by_column: dict[tuple[int, int, str, str], dict[str, int]] = defaultdict(dict)
    for number, year, column, group, code, cells in zip(*found.values(), strict=True):
        by_column[int(number), int(year), column, group][code] = int(cells)
    for (number, year, column, group), codes in by_column.items():
        release = releases[number]
        total = sum(codes.values())
        said = (
            f"{total:,} cells of {column} in the {table_name(release)} hold "
            f"{', '.join(map(repr, codes))}, which is not a code that is known."
        )
        rows = _coded(release, year, column, group, tuple(codes))
        yield Flag(
            "unknown-codes",
            "look",
            (number,),
            year,
            said,
            total,
            "cells",
            column,
            group,
            rows,
        )


def _coded(release: Release, year: int, column: str, group: str, codes: tuple[str, ...]) -> Rows:
    def rows(reader: Reader) -> Lazy:
        cells = reader.frame("results").filter(
            nw.col("release") == release.id,
            nw.col("year") == year,
            nw.col("measure") == column,
            nw.col("grp") == group,
            nw.col("code").is_in(list(codes)),
        )
        return cells.select("school", "level", "code").sort("school")

    return rows


def _of_file(release: Release) -> Iterable[Flag]:
    name = table_name(release)
    if release.unread:
        several = ", ".join(release.unread)
        said = f"{len(release.unread)} columns of the {name} are not declared: {several}."
        yield _flag("unread", "look", release, said, len(release.unread), "columns")
    if release.replaced:
        times = len(release.replaced)
        said = f"The {name} took the place of {times} earlier release{'s' if times > 1 else ''}."
        yield _flag("replaced", "note", release, said, times, "tables")
    if release.encoding.endswith("-sig"):
        said = f"The {name} begins with a byte-order mark, which is no part of its first column."
        yield _flag("byte-order-mark", "note", release, said, 1, "tables")


def _otherwise(releases: Iterable[Release], what: str) -> Iterable[Flag]:
    """Yield the text tables whose encoding or separator is not that of most of those held."""
    written = {r: getattr(r, what).removesuffix("-sig") for r in releases if r.encoding != "xlsx"}
    ways = Counter(written.values())
    if len(ways) < 2:
        return
    usual = ways.most_common(1)[0][0]
    for release, way in written.items():
        if way != usual:
            said = (
                f"The {what} of the {table_name(release)} is {_SEPARATORS.get(way, way)}, where "
                f"most tables held have {_SEPARATORS.get(usual, usual)}."
            )
            yield _flag(what, "note", release, said, 1, "tables")


def _nation_rows(store: Store, releases: dict[int, Release]) -> Iterable[Flag]:
    """Yield the tables of schools that also have rows about the nation or a sector."""
    found = store.query(
        lambda reader: (
            reader.frame("holdings")
            .filter(nw.col("level").is_in(["nation", "school"]))
            .group_by("release")
            .agg(levels=nw.col("level").n_unique())
            .filter(nw.col("levels") == 2)
            .select("release")
        )
    )
    both = sorted(int(number) for number in found["release"])
    rows = store.query(
        lambda reader: (
            reader.frame("results")
            .filter(nw.col("level") == "nation", nw.col("release").is_in(both))
            .select("release", "school")
            .unique()
            .sort("release", "school")
        )
    )
    keys: dict[int, list[str]] = defaultdict(list)
    for number, key in zip(rows["release"], rows["school"], strict=True):
        keys[int(number)].append(key)
    for number, names in keys.items():
        release = releases[number]
        said = (
            f"The {table_name(release)} has rows that are no school: {', '.join(names)}. They "
            "are kept apart."
        )
        yield _flag("nation-rows", "note", release, said, len(names), "rows")


def _flag(
    check: str,
    severity: str,
    release: Release,
    said: str,
    affected: int,
    unit: str,
    rows: Rows | None = None,
) -> Flag:
    return Flag(check, severity, (release.id,), release.year, said, affected, unit, rows=rows)
