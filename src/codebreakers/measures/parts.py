"""Numbers that contradict one another: a part larger than its whole, a rate its count denies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import narwhals as nw

from codebreakers.measures import Measure, Term
from codebreakers.measures.catalogue import CATALOGUE
from codebreakers.measures.flags import LAYOUT, Flag, Rows, of_schools, table_name
from codebreakers.sources import Release
from codebreakers.store import Store
from codebreakers.store.engines import Lazy, Reader

__all__ = ["parts"]

# Where every number of pupils is a part of one column's.
_WHOLES = {"destinations": "COHORT"}
# A pupil counted in two schools is half a pupil in each: two groups may be out by one.
_PUPILS_OUT = 1
FEWEST_NUMBERS = 50
_ROUNDED_TO = (10, 5)
_MOST = 0.95


@dataclass(frozen=True, slots=True, order=True)
class _Cell:
    """A column, and the group its rows are of."""

    column: str
    group: str


@dataclass(frozen=True, slots=True, order=True)
class _Relation:
    """What should hold between the cells of one school.

    Parameters
    ----------
    check : str
        ``over-whole``: the first is no more than the second. ``not-the-sum``: the first two come
        to the third. ``rate``: the first is 100 times the second over the third.
    cells : tuple of _Cell
        What it holds between.
    decimals : int
        Decimals of a rate.
    slack : tuple of float
        Pupils by which rounding may have moved each cell; empty where none is rounded.
    """

    check: str
    cells: tuple[_Cell, ...]
    decimals: int = 0
    slack: tuple[float, ...] = ()

    @property
    def broken(self) -> nw.Expr:
        """Whether it does not hold; null where a cell of the school has no number."""
        first, second, *third = (nw.col(_alias(cell)) for cell in self.cells)
        slack = self.slack or (0.0,) * len(self.cells)
        if self.check == "over-whole":
            return first - second > sum(slack)
        if self.check == "not-the-sum":
            return (first + second - third[0]).abs() > _PUPILS_OUT + sum(slack)
        # Either way of rounding a half is right.
        half = 0.5 * 10.0**-self.decimals + 1e-9
        # In pupils, so that nothing is divided by a group of none.
        allowed = half * third[0] + 100 * slack[1] + first * slack[2]
        return (100 * second - first * third[0]).abs() > allowed


def parts(store: Store) -> tuple[Flag, ...]:
    """Return where a table contradicts itself, school by school.

    ``over-whole``
        A group larger than its cohort, or successes more than their group: ``wrong``.
    ``not-the-sum``
        Disadvantaged and other pupils come to more or less than the cohort, by more than one:
        ``look``.
    ``rate``
        A percentage that its published count and group size do not round to: ``look``.
    ``rounded``
        Numbers of pupils of which, but for noughts, 19 in 20 are multiples of 5 or of 10, over at
        least `FEWEST_NUMBERS` of them: a rate worked out from them is not the one published, which
        was worked out before rounding. The other rules here allow for what rounding may have done:
        ``look``.

    Parameters
    ----------
    store : Store
        Where to read.

    Returns
    -------
    tuple of Flag
    """
    tables = [r for r in store.releases() if r.dataset in ("ks4", "destinations")]
    flags: list[Flag] = []
    for release, steps in zip(tables, _steps(store, tables), strict=True):
        flags += [*_rounded(release, steps), *_contradictions(store, release, steps)]
    return tuple(flags)


# --- What is rounded ----------------------------------------------------------------------------


def _steps(store: Store, tables: list[Release]) -> list[dict[_Cell, int]]:
    """Return, for each table, what each of its columns of numbers of pupils is rounded to."""
    value = nw.col("value")

    def counts_of(reader: Reader) -> Lazy:
        cells = of_schools(reader, "results", [release.id for release in tables])
        return (
            cells.filter(value != 0)
            .group_by("release", "measure", "grp")
            .agg(
                numbers=nw.len(),
                **{f"of_{n}": (value % n == 0).cast(nw.Int64).sum() for n in _ROUNDED_TO},
            )
        )

    found = store.query(counts_of)
    steps: dict[int, dict[_Cell, int]] = {release.id: {} for release in tables}
    layouts = {release.id: LAYOUT[release.layout] for release in tables}
    for release, column, group, numbers, *counts in zip(*found.values(), strict=True):
        declared = layouts[int(release)].columns.get(column)
        if declared is None or declared.kind != "pupils" or numbers < FEWEST_NUMBERS:
            continue
        multiples_of = zip(_ROUNDED_TO, counts, strict=True)
        step = next((n for n, count in multiples_of if count >= _MOST * numbers), 1)
        steps[int(release)][_Cell(column, group)] = step
    return [steps[release.id] for release in tables]


def _rounded(release: Release, steps: Mapping[_Cell, int]) -> Iterable[Flag]:
    rounded = sorted({cell.column for cell, step in steps.items() if step > 1})
    if rounded:
        said = (
            f"The {table_name(release)} has {len(rounded)} of {len(steps)} columns of numbers of "
            f"pupils in fives or tens ({', '.join(rounded)}): a rate worked out from them is "
            "not the one published."
        )
        yield Flag("rounded", "look", (release.id,), release.year, said, len(rounded), "columns")


# --- What should hold ---------------------------------------------------------------------------


def _relations(release: Release, held: frozenset[_Cell]) -> list[_Relation]:
    """Return what should hold between the columns that a release has."""
    asked = (*_of_terms(release), *_of_groups(release), *_of_wholes(release))
    return sorted({r for r in asked if held.issuperset(r.cells)})


def _terms(release: Release) -> Iterator[tuple[Measure, Term]]:
    columns = LAYOUT[release.layout].columns
    for measure in CATALOGUE.values():
        for group in measure.groups(release.year):
            term = measure.term(release.year, group)
            if term is not None and not term.held_in and term.value in columns:
                yield measure, term


def _cell(release: Release, term: Term, column: str) -> _Cell | None:
    """Return where a term's column stands: a wide table's column says its group itself."""
    declared = LAYOUT[release.layout].columns.get(column)
    return _Cell(column, term.group or declared.group) if declared else None


def _of_terms(release: Release) -> Iterator[_Relation]:
    for measure, term in _terms(release):
        value, count, pupils = (
            _cell(release, term, column) for column in (term.value, term.count, term.pupils)
        )
        if count is None or pupils is None:
            continue
        yield _Relation("over-whole", (count, pupils))
        if value is not None and measure.kind == "proportion":
            yield _Relation("rate", (value, count, pupils), measure.decimals)


def _of_groups(release: Release) -> Iterator[_Relation]:
    for measure in CATALOGUE.values():
        sizes: dict[str, _Cell] = {}
        for group in measure.groups(release.year):
            term = measure.term(release.year, group)
            cell = term and _cell(release, term, term.pupils)
            if cell:
                sizes[group] = cell
        everyone = sizes.pop("all", None)
        if everyone is None:
            continue
        for cell in sizes.values():
            if cell != everyone:
                yield _Relation("over-whole", (cell, everyone))
        if "disadvantaged" in sizes and "other" in sizes:
            yield _Relation("not-the-sum", (sizes["disadvantaged"], sizes["other"], everyone))


def _of_wholes(release: Release) -> Iterator[_Relation]:
    whole = _WHOLES.get(release.dataset)
    counts = [c for c in LAYOUT[release.layout].columns.values() if c.kind == "pupils"]
    if whole is None:
        return
    wholes = {c.group: c.name for c in reversed(counts) if c.name.startswith(whole)}
    for column in counts:
        # COHORT_16 is of an earlier year's leavers.
        if not column.name.startswith(whole) and column.group in wholes:
            part = _Cell(column.name, column.group)
            yield _Relation("over-whole", (part, _Cell(wholes[column.group], column.group)))


# --- Whether it does ----------------------------------------------------------------------------


def _alias(cell: _Cell) -> str:
    return f"{cell.column}|{cell.group}"


def _slack(step: int) -> float:
    """Return how far rounding to a step moves a number at most; not at all where it is 1."""
    return step / 2 if step > 1 else 0.0


def _held(store: Store, release: Release) -> frozenset[_Cell]:
    found = store.query(
        lambda reader: (
            of_schools(reader, "holdings", [release.id])
            .filter(nw.col("numbers") > 0, nw.col("year") == release.year)
            .select("measure", "grp")
        )
    )
    return frozenset(map(_Cell, found["measure"], found["grp"]))


def _wide(reader: Reader, release: Release, cells: Iterable[_Cell]) -> Lazy:
    """Return one row a school, a column for each cell."""
    wanted = sorted(set(cells))
    rows = of_schools(reader, "results", [release.id]).filter(
        nw.col("year") == release.year,
        nw.col("measure").is_in(sorted({cell.column for cell in wanted})),
    )
    picked = {
        _alias(cell): nw.when((nw.col("measure") == cell.column) & (nw.col("grp") == cell.group))
        .then(nw.col("value"))
        .max()
        for cell in wanted
    }
    return rows.group_by("school").agg(**picked)


def _contradictions(store: Store, release: Release, steps: Mapping[_Cell, int]) -> Iterable[Flag]:
    relations = [
        replace(relation, slack=tuple(_slack(steps.get(cell, 1)) for cell in relation.cells))
        for relation in _relations(release, _held(store, release))
    ]
    if not relations:
        return
    cells = [cell for relation in relations for cell in relation.cells]
    counts: dict[str, nw.Expr] = {}
    for i, relation in enumerate(relations):
        broken = relation.broken
        counts |= {f"known{i}": broken.count(), f"broken{i}": broken.cast(nw.Int64).sum()}
    found = store.query(lambda reader: _wide(reader, release, cells).select(**counts))
    for i, relation in enumerate(relations):
        known = int(found[f"known{i}"][0])
        broken_at = int(found[f"broken{i}"][0]) if known else 0
        if broken_at:
            yield _flag(release, relation, broken_at, known)


def _flag(release: Release, relation: _Relation, broken: int, known: int) -> Flag:
    names = [cell.column for cell in relation.cells]
    share = f"{broken:,} of {known:,} schools ({broken / known:.1%})"
    where = f"in the {table_name(release)}"
    said = {
        "over-whole": f"{names[0]} is more than {names[1]} at {share} {where}.",
        "not-the-sum": f"{names[0]} and {names[1]} do not come to {names[-1]} at {share} {where}.",
        "rate": f"{names[0]} is not what {names[1]} of {names[-1]} rounds to at {share} {where}.",
    }
    return Flag(
        relation.check,
        "wrong" if relation.check == "over-whole" else "look",
        (release.id,),
        release.year,
        said[relation.check],
        broken,
        "schools",
        relation.cells[0].column,
        relation.cells[0].group,
        _rows(release, relation),
    )


_SHOWN = {
    "over-whole": ("part", "whole"),
    "not-the-sum": ("disadvantaged", "other", "all"),
    "rate": ("published_percent", "count", "pupils"),
}


def _rows(release: Release, relation: _Relation) -> Rows:
    def rows(reader: Reader) -> Lazy:
        wide = _wide(reader, release, relation.cells).filter(relation.broken)
        shown = zip(_SHOWN[relation.check], relation.cells, strict=True)
        return wide.select("school", **{name: nw.col(_alias(c)) for name, c in shown}).sort(
            "school"
        )

    return rows
