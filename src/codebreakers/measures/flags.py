"""What a check finds: a flag on a release, with the rows behind it. Nothing is ever put right."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import narwhals as nw

from codebreakers.sources import Layout, Release, academic_year
from codebreakers.sources.england import LAYOUTS
from codebreakers.store import Store
from codebreakers.store.engines import Lazy, Reader

__all__ = [
    "EXAMPLES",
    "LAYOUT",
    "SEVERITIES",
    "Flag",
    "Rows",
    "in_order",
    "of_schools",
    "results_tables",
    "table_name",
]

SEVERITIES: Mapping[str, str] = {
    "wrong": "an answer read from it would mislead",
    "look": "to be looked at before it is relied on",
    "note": "nothing to do; it is said so that it is known",
}
EXAMPLES = 5
LAYOUT: Mapping[str, Layout] = {layout.name: layout for layout in LAYOUTS}
_STATUS = {"provisional": 0, "revised": 1, "final": 2}

# Given a reader, the rows a flag is about: a column ``school`` and whatever shows what is wrong.
Rows = Callable[[Reader], Lazy]


@dataclass(frozen=True, slots=True)
class Flag:
    """One thing that a check found.

    Parameters
    ----------
    check : str
        Which check ("belonging").
    severity : str
        One of `SEVERITIES`.
    releases : tuple of int
        The release it is about, then those it was compared with.
    year : int
        Results year; 0 where the release has none.
    said : str
        What was found, a whole sentence.
    affected : int
        How many of `unit` it is true of.
    unit : str
        ``schools``, ``rows``, ``cells``, ``columns`` or ``tables``.
    column, group : str
        The publisher's column, and the pupils it counts; '' where it is about the whole table.
    rows : callable, optional
        The rows behind it.
    examples : tuple of str
        The first of their keys.
    """

    check: str
    severity: str
    releases: tuple[int, ...]
    year: int
    said: str
    affected: int
    unit: str
    column: str = ""
    group: str = ""
    rows: Rows | None = None
    examples: tuple[str, ...] = ()


def in_order(release: Release, year: int) -> tuple[int, int, int]:
    """Return where a release's rows of `year` stand in time: provisional before final."""
    return year, _STATUS[release.status], release.id


def table_name(release: Release) -> str:
    """Return a release as a sentence names it: ``final ks4 table of 2013/14``."""
    when = f" of {academic_year(release.year)}" if release.year else ""
    return f"{release.status} {release.dataset} table{when}"


def results_tables(store: Store) -> tuple[Release, ...]:
    """Return the releases of school results, in order of time."""
    found = [release for release in store.releases() if release.dataset == "ks4"]
    return tuple(sorted(found, key=lambda r: in_order(r, r.year)))


def of_schools(reader: Reader, table: str, releases: Iterable[int]) -> Lazy:
    """Return a table's rows of schools in some releases."""
    return reader.frame(table).filter(
        nw.col("level") == "school", nw.col("release").is_in(list(releases))
    )
