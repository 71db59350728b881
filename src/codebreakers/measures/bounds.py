"""Numbers that cannot be: percentages over 100, negative counts, 0 for what is not known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import narwhals as nw

from codebreakers.measures.flags import LAYOUT, Flag, Rows, in_order, of_schools, table_name
from codebreakers.sources import Release
from codebreakers.store import Store
from codebreakers.store.engines import Lazy, Reader

__all__ = ["bounds"]

FEWEST_NUMBERS = 50
ZEROS_MORE = 0.5


@dataclass(frozen=True, slots=True)
class _Column:
    """One column's numbers, counted."""

    release: Release
    year: int
    name: str
    group: str
    numbers: int
    below: int
    above: int
    zeros: int
    parts: int

    @property
    def kind(self) -> str:
        declared = LAYOUT[self.release.layout].columns.get(self.name)
        return declared.kind if declared else ""

    @property
    def zero_share(self) -> float:
        return self.zeros / self.numbers


def bounds(store: Store) -> tuple[Flag, ...]:
    """Return the columns that hold numbers they cannot.

    ``percent-range``
        A percentage under 0 or over 100, by the kind its layout declares.
    ``negative-count``
        Fewer than no pupils.
    ``part-pupils``
        Counts of pupils that are not whole: the publisher counts a pupil of two schools half.
    ``zeros``
        Of at least `FEWEST_NUMBERS` numbers, the share that is 0 is more than half again of all
        than in the table before and in the table after, as far as these are held: figures that
        were not known and were written as 0.

    Parameters
    ----------
    store : Store
        Where to read.

    Returns
    -------
    tuple of Flag
    """
    found = _counted(store)
    flags: list[Flag] = []
    for column in found:
        flags += _impossible(column)
    return (*flags, *_zeros(found))


def _counted(store: Store) -> list[_Column]:
    releases = {r.id: r for r in store.releases() if r.dataset != "truth"}

    def counts(reader: Reader) -> Lazy:
        value = nw.col("value")
        cells = of_schools(reader, "results", releases).filter(~value.is_null())
        return (
            cells.group_by("release", "year", "measure", "grp")
            .agg(
                numbers=nw.len(),
                below=(value < 0).cast(nw.Int64).sum(),
                above=(value > 100).cast(nw.Int64).sum(),
                zeros=(value == 0).cast(nw.Int64).sum(),
                parts=(value != value.floor()).cast(nw.Int64).sum(),
            )
            .sort("release", "year", "measure", "grp")
        )

    found = store.query(counts)
    return [
        _Column(releases[int(release)], int(year), name, group, *map(int, numbers))
        for release, year, name, group, *numbers in zip(*found.values(), strict=True)
    ]


def _impossible(column: _Column) -> Iterable[Flag]:
    value = nw.col("value")
    where = f"{column.name} in the {table_name(column.release)}"
    if column.kind == "percent" and (outside := column.below + column.above):
        yield _flag(
            "percent-range",
            "wrong",
            column,
            outside,
            f"{outside:,} of {column.numbers:,} percentages of {where} are under 0 or over 100.",
            (value < 0) | (value > 100),
        )
    if column.kind == "pupils" and column.below:
        yield _flag(
            "negative-count",
            "wrong",
            column,
            column.below,
            f"{column.below:,} of {column.numbers:,} numbers of pupils of {where} are under 0.",
            value < 0,
        )
    if column.kind == "pupils" and column.parts:
        yield _flag(
            "part-pupils",
            "note",
            column,
            column.parts,
            f"{column.parts:,} of {column.numbers:,} numbers of pupils of {where} are not whole.",
            value != value.floor(),
        )


def _zeros(found: Iterable[_Column]) -> Iterable[Flag]:
    runs: dict[tuple[str, str, str], list[_Column]] = defaultdict(list)
    for column in found:
        if column.numbers >= FEWEST_NUMBERS:
            runs[column.release.dataset, column.name, column.group].append(column)
    for run in runs.values():
        run.sort(key=lambda c: in_order(c.release, c.year))
        for place, column in enumerate(run):
            beside = run[max(place - 1, 0) : place] + run[place + 1 : place + 2]
            most = max((c.zero_share for c in beside), default=1.0)
            if column.zero_share - most > ZEROS_MORE:
                yield _flag(
                    "zeros",
                    "wrong",
                    column,
                    column.zeros,
                    f"{column.zero_share:.0%} of the numbers of {column.name} in the "
                    f"{table_name(column.release)} are 0, and at most {most:.0%} in the tables "
                    "before and after: what was not known was written as 0.",
                    nw.col("value") == 0,
                )


def _flag(
    check: str, severity: str, column: _Column, affected: int, said: str, wrong: nw.Expr
) -> Flag:
    return Flag(
        check,
        severity,
        (column.release.id,),
        column.year,
        said,
        affected,
        "schools",
        column.name,
        column.group,
        _rows(column, wrong),
    )


def _rows(column: _Column, wrong: nw.Expr) -> Rows:
    def rows(reader: Reader) -> Lazy:
        cells = of_schools(reader, "results", [column.release.id]).filter(
            nw.col("year") == column.year,
            nw.col("measure") == column.name,
            nw.col("grp") == column.group,
            wrong,
        )
        return cells.select("school", "value").sort("school")

    return rows
