"""Parts of tables: which schools, columns and codes of a publication are not there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import narwhals as nw

from codebreakers.measures.flags import LAYOUT, Flag, of_schools, results_tables, table_name
from codebreakers.sources import Release, academic_year
from codebreakers.store import Store

__all__ = ["extracts"]

FEW_COLUMNS = 0.5
_CODED = ("ks4", "census", "workforce", "absence", "destinations")


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of school, and the words of each column that say it is one.

    Parameters
    ----------
    name : str
        What it is called.
    words : mapping of str to tuple of str
        For each column that can say it, what it holds, or words that stand in what it holds.
    """

    name: str
    words: Mapping[str, tuple[str, ...]]

    def told_by(self, column: str, text: str) -> bool:
        told = text.casefold()
        # A code is the whole cell, a name of a type has the word somewhere in it.
        whole = not column.endswith("(NAME)")
        return any(told == w if whole else w in told for w in self.words[column])


_SPECIAL = ("cys", "fds", "nmss", "acss", "acs", "accs", "fs", "fsp", "indss", "indspec", "modfc")
_INDEPENDENT = ("ind", "indss", "indoss", "indspec")
_SELECTIVE = ("sel", "selective")
_KINDS = (
    _Kind(
        "special schools",
        {
            "RECTYPE": ("2",),
            "NFTYPE": _SPECIAL,
            "SCHOOLTYPE": _SPECIAL,
            "TYPEOFESTABLISHMENT (NAME)": ("special",),
        },
    ),
    _Kind(
        "independent schools",
        {
            "NFTYPE": _INDEPENDENT,
            "SCHOOLTYPE": _INDEPENDENT,
            "TYPEOFESTABLISHMENT (NAME)": ("independent",),
        },
    ),
    _Kind(
        "grammar schools",
        {"ADMPOL": _SELECTIVE, "ADMPOLICY": _SELECTIVE, "ADMPOL_2017": _SELECTIVE},
    ),
)


def extracts(store: Store) -> tuple[Flag, ...]:
    """Return what a publication has and the table held of it has not.

    ``kinds-absent``
        A results table tells a kind of school apart and has none of it.
    ``no-nation``
        A results table without the rows about England: a part of the one published.
    ``columns-absent``
        Columns of numbers of the layout that a results table has not; ``look`` where it has less
        than half. Only where the layout is the publisher's whole list.
    ``no-gaps``
        A results table without one code or blank: schools without every figure were left out.
    ``blank-codes``
        A table with blanks and not one code, though the publisher says why a figure is not there:
        too few pupils and not applicable can no longer be told apart.
    ``blank-column``
        A column with not one number or code.

    Parameters
    ----------
    store : Store
        Where to read.

    Returns
    -------
    tuple of Flag
    """
    results = results_tables(store)
    return (
        *_kinds_absent(store, results),
        *_no_nation(store, results),
        *_cells(store),
    )


def _kinds_absent(store: Store, results: Iterable[Release]) -> Iterable[Flag]:
    releases = {release.id: release for release in results}
    columns = sorted({column for kind in _KINDS for column in kind.words})
    found = store.query(
        lambda reader: (
            of_schools(reader, "labels", releases)
            .filter(nw.col("measure").is_in(columns))
            .select("release", "measure", "text")
            .unique()
        )
    )
    held: dict[int, set[tuple[str, str]]] = defaultdict(set)
    for number, column, text in zip(*found.values(), strict=True):
        held[int(number)].add((column, text))
    for number, cells in sorted(held.items()):
        absent = []
        for kind in _KINDS:
            able = [(column, text) for column, text in cells if column in kind.words]
            if able and not any(kind.told_by(*cell) for cell in able):
                absent.append(kind.name)
        if absent:
            release = releases[number]
            said = f"The {table_name(release)} has no {' and no '.join(absent)}."
            yield _flag("kinds-absent", "look", release, said, len(absent), "kinds of school")


def _no_nation(store: Store, results: Iterable[Release]) -> Iterable[Flag]:
    found = store.query(
        lambda reader: (
            reader.frame("holdings").filter(nw.col("level") == "nation").select("release").unique()
        )
    )
    with_nation = {int(number) for number in found["release"]}
    for release in results:
        levels = LAYOUT[release.layout].levels
        if release.id not in with_nation and any(level.name == "nation" for level in levels):
            said = (
                f"The {table_name(release)} has no row about England, which the published table "
                "has: it is a part of it, and the country cannot be read from it."
            )
            yield _flag("no-nation", "look", release, said, 1, "tables")


def _cells(store: Store) -> Iterable[Flag]:
    """Yield what is to be said of a table's numbers, codes and blanks, column by column."""
    releases = {r.id: r for r in store.releases() if r.dataset in _CODED}
    found = store.query(
        lambda reader: (
            of_schools(reader, "holdings", releases)
            .group_by("release", "measure")
            .agg(*(nw.col(name).sum() for name in ("numbers", "codes", "blanks")))
            .sort("release", "measure")
        )
    )
    tables: dict[int, dict[str, tuple[int, int, int]]] = defaultdict(dict)
    for number, column, *counts in zip(*found.values(), strict=True):
        numbers, codes, blanks = map(int, counts)
        tables[int(number)][column] = numbers, codes, blanks
    for number, columns in tables.items():
        release = releases[number]
        yield from _codes(release, columns)
        if release.dataset == "ks4":
            yield from _columns_absent(release, set(columns))


def _codes(release: Release, columns: Mapping[str, tuple[int, int, int]]) -> Iterable[Flag]:
    numbers, codes, blanks = (sum(counts) for counts in zip(*columns.values(), strict=True))
    name = table_name(release)
    if release.dataset == "ks4" and not codes and not blanks:
        said = (
            f"Not one of the {numbers:,} cells of the {name} is a code or blank: only schools "
            "with every figure are in it."
        )
        yield _flag("no-gaps", "look", release, said, numbers, "cells")
    if blanks and not codes:
        said = (
            f"The {name} has {blanks:,} blank cells and not one of the publisher's codes: why a "
            "figure is not there is lost."
        )
        yield _flag("blank-codes", "look", release, said, blanks, "cells")
    for column, (n, c, b) in columns.items():
        if b and not n and not c:
            said = f"{column} in the {name} is blank at all {b:,} schools."
            yield _flag("blank-column", "look", release, said, b, "cells", column)


def _columns_absent(release: Release, held: set[str]) -> Iterable[Flag]:
    layout = LAYOUT[release.layout]
    declared = [column.name for column in layout.columns.values() if column.is_number]
    absent = [name for name in declared if name not in held]
    if layout.closed and absent:
        share = 1 - len(absent) / len(declared)
        said = (
            f"The {table_name(release)} has {len(declared) - len(absent):,} of the "
            f"{len(declared):,} columns of numbers in the publisher's list for "
            f"{academic_year(release.year)} ({share:.0%}). It lacks {', '.join(absent[:5])}"
            f"{' and more' if len(absent) > 5 else ''}."
        )
        severity = "look" if share < FEW_COLUMNS else "note"
        yield _flag("columns-absent", severity, release, said, len(absent), "columns")


def _flag(
    check: str,
    severity: str,
    release: Release,
    said: str,
    affected: int,
    unit: str,
    column: str = "",
) -> Flag:
    return Flag(check, severity, (release.id,), release.year, said, affected, unit, column)
