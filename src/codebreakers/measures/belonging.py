"""Columns that do not belong to their schools: what was handed on against the wrong rows."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median

import narwhals as nw

from codebreakers.measures.catalogue import CATALOGUE
from codebreakers.measures.flags import (
    LAYOUT,
    Flag,
    Rows,
    in_order,
    of_schools,
    results_tables,
    table_name,
)
from codebreakers.sources import Release
from codebreakers.store import Store
from codebreakers.store.engines import Lazy, Reader, looked_up

__all__ = ["FEWEST_SCHOOLS", "belonging", "quantities"]

FEWEST_SCHOOLS = 50
WEAK = 0.3
STRONG = 0.8
FALL = 0.5
_TABLES = ("ks4", "census", "workforce", "absence", "destinations")
_ROLES = ("value", "count", "pupils", "share", "low", "high")
_KEYS = ("release", "year", "grp", "measure")


@dataclass(frozen=True, slots=True)
class _Node:
    """One column of one release and year."""

    release: Release
    year: int
    column: str
    group: str
    schools: int

    def rows(self, reader: Reader) -> Lazy:
        """Return its numbers, a row a school."""
        return of_schools(reader, "results", [self.release.id]).filter(
            nw.col("year") == self.year,
            nw.col("measure") == self.column,
            nw.col("grp") == self.group,
            ~nw.col("value").is_null(),
        )


_Pair = tuple[_Node, _Node]


def quantities() -> dict[str, str]:
    """Return the name of the quantity behind each column that the catalogue reads.

    The years spell one quantity differently (``PTAC5EM``, ``PTAC5EM_PTQ``): here they meet. A
    column that the catalogue does not read is a quantity of its own name.
    """
    found: dict[str, str] = {}
    for measure in CATALOGUE.values():
        for year in measure.years:
            for group in measure.groups(year):
                term = measure.term(year, group)
                if term is None or term.held_in:
                    continue
                for role in _ROLES:
                    if column := getattr(term, role):
                        found.setdefault(column, f"{measure.name}.{role}")
    return found


def belonging(store: Store) -> tuple[Flag, ...]:
    """Return the columns whose numbers are not those of the schools they stand beside.

    A school's intake and results this year are like its own last year. For each quantity, the
    correlation between every two tables that hold it is taken over the schools in both (at least
    `FEWEST_SCHOOLS`, and neither column constant).

    *A run of three tables or more.* A column is accused where its best correlation with any other
    table is at least 0.5 below what the other tables have with those next to them in time (the
    median). A column under 0.3 whose neighbours are over 0.8 with each other is such a one, and so
    is a noisier one at nought where they are over 0.5. A neighbour of the accused goes with its
    other neighbours, and so is not accused; the first and the last of a run are judged as the rest.

    *Two tables only.* Both are accused where the correlation is under 0.3 and the median over the
    columns of the same two tables is over 0.8. Where one of them has lost its place within its
    table, by the next rule, it is that one alone.

    *Within the table.* Then the column's strongest correlation with another column of the table it
    is compared with is looked for in its own table: a column that was put against the wrong
    schools has lost it. ``wrong`` where it is under 0.3 there, and under 0.3 with every other
    table; else ``look``: either several columns were moved together, or what is counted changed.

    Parameters
    ----------
    store : Store
        Where to read. Tables of results, and the pupils, staff, absence and destinations of the
        schools in them.

    Returns
    -------
    tuple of Flag
    """
    releases = {r.id: r for r in store.releases() if r.dataset in _TABLES}
    if not releases:
        return ()
    theirs = [r.id for r in results_tables(store)]
    tracks = _correlations(store, releases, theirs)
    between = _typical(tracks)
    found: list[_Accused] = []
    for pairs in tracks:
        found += _a_run(pairs) if len(pairs) > 1 else _one_pair(pairs, between)
    return tuple(flag for accused in found for flag in _heard(store, accused))


# --- Correlations -------------------------------------------------------------------------------


def _nodes(reader: Reader, releases: Mapping[int, Release]) -> Lazy:
    """Return each column of each release, with its quantity's number and its place in time."""
    order = {
        release.id: place
        for place, release in enumerate(
            sorted(releases.values(), key=lambda r: in_order(r, r.year))
        )
    }
    dataset = {release.id: release.dataset for release in releases.values()}
    quantity = nw.coalesce(looked_up("measure", quantities(), nw.String), nw.col("measure"))
    held = of_schools(reader, "holdings", releases).filter(nw.col("numbers") >= FEWEST_SCHOOLS)
    named = held.with_columns(
        name=nw.concat_str(
            [looked_up("release", dataset, nw.String), quantity, nw.col("grp")], separator="|"
        ),
        time=nw.col("year").cast(nw.Int64) * len(order) + looked_up("release", order, nw.Int64),
    )
    numbered = named.with_columns(track=nw.col("name").rank("dense").cast(nw.Int64))
    return numbered.select(
        *_KEYS, "numbers", "track", place=nw.col("time").rank("dense").over("track").cast(nw.Int64)
    )


def _correlations(
    store: Store, releases: Mapping[int, Release], theirs: list[int]
) -> list[dict[_Pair, float]]:
    """Return, for each quantity, the correlation of every two of its years."""

    def sums(reader: Reader) -> Lazy:
        cells = of_schools(reader, "results", releases).filter(~nw.col("value").is_null())
        schools = of_schools(reader, "results", theirs).select("school").unique()
        cells = cells.join(schools, on="school", how="semi")
        nodes = _nodes(reader, releases).drop("numbers")
        cells = cells.join(nodes, on=list(_KEYS), how="inner")
        before = cells.select("track", "school", "place", x="value")
        after = cells.select("track", "school", later="place", y="value")
        both = before.join(after, on=["track", "school"], how="inner")
        both = both.filter(nw.col("place") < nw.col("later"))
        return both.group_by("track", "place", "later").agg(**_sums())

    known = store.query(lambda reader: _nodes(reader, releases))
    nodes = {
        (int(track), int(place)): _Node(releases[int(release)], int(year), column, group, int(n))
        for release, year, group, column, n, track, place in zip(*known.values(), strict=True)
    }
    found = store.query(sums)
    tracks: dict[int, dict[_Pair, float]] = defaultdict(dict)
    for track, place, later, *parts in zip(*found.values(), strict=True):
        r = _correlation(*map(float, parts))
        if r is not None:
            pair = nodes[int(track), int(place)], nodes[int(track), int(later)]
            tracks[int(track)][pair] = r
    return [tracks[track] for track in sorted(tracks)]


def _sums() -> dict[str, nw.Expr]:
    x, y = nw.col("x"), nw.col("y")
    return {
        "n": nw.len(),
        "sx": x.sum(),
        "sy": y.sum(),
        "xx": (x * x).sum(),
        "yy": (y * y).sum(),
        "xy": (x * y).sum(),
    }


def _correlation(n: float, x: float, y: float, xx: float, yy: float, xy: float) -> float | None:
    """Return a correlation from its sums; None for few schools or a column that is constant."""
    spread = xx - x * x / n, yy - y * y / n
    # Sums lose about 12 of 16 digits before a spread this small would be mistaken for one.
    if n < FEWEST_SCHOOLS or spread[0] <= 1e-9 * xx or spread[1] <= 1e-9 * yy:
        return None
    return (xy - x * y / n) / math.sqrt(spread[0] * spread[1])


def _typical(tracks: Iterable[Mapping[_Pair, float]]) -> dict[tuple[object, ...], float]:
    """Return the median correlation of the columns of every two tables."""
    found: dict[tuple[object, ...], list[float]] = defaultdict(list)
    for pairs in tracks:
        for pair, r in pairs.items():
            found[_tables(pair)].append(r)
    return {tables: median(rs) for tables, rs in found.items()}


def _tables(pair: _Pair) -> tuple[object, ...]:
    return tuple((node.release.id, node.year) for node in pair)


# --- Judgement ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Accused:
    """A column unlike itself in other tables.

    Parameters
    ----------
    node, other : _Node
        It, and the table it is least unlike.
    best, usual : float
        Its correlation with that table, and what would be expected.
    alone : bool
        Whether it is known to be this one of the two.
    """

    node: _Node
    other: _Node
    best: float
    usual: float
    alone: bool


def _a_run(pairs: Mapping[_Pair, float]) -> Iterable[_Accused]:
    """Yield the tables in which a quantity is unlike that of all others, which are alike."""
    for node in dict.fromkeys(node for pair in pairs for node in pair):
        own = {pair: r for pair, r in pairs.items() if node in pair}
        others = {pair: r for pair, r in pairs.items() if node not in pair}
        if not others:
            continue
        closest = max(own, key=lambda pair: own[pair])
        usual = median(_next_to_each_other(others))
        if usual - own[closest] >= FALL:
            other = closest[0] if closest[1] == node else closest[1]
            yield _Accused(node, other, own[closest], usual, alone=True)


def _next_to_each_other(pairs: Mapping[_Pair, float]) -> list[float]:
    """Return the correlation of each table with the next of those it can be compared with."""
    following: dict[_Node, _Pair] = {}
    for pair in sorted(pairs, key=lambda p: in_order(p[1].release, p[1].year)):
        following.setdefault(pair[0], pair)
    return [pairs[pair] for pair in following.values()]


def _one_pair(
    pairs: Mapping[_Pair, float], between: Mapping[tuple[object, ...], float]
) -> Iterable[_Accused]:
    for (first, second), r in pairs.items():
        typical = between[_tables((first, second))]
        if r < WEAK and typical > STRONG:
            yield _Accused(first, second, r, typical, alone=False)
            yield _Accused(second, first, r, typical, alone=False)


def _heard(store: Store, accused: _Accused) -> Iterable[Flag]:
    """Yield the flag, having looked for the column's place in its own table."""
    node, other = accused.node, accused.other
    partner, there, here = _partner(store, node, other)
    lost = bool(partner) and abs(here) < WEAK
    if not lost and not accused.alone and _has_lost(store, other, node):
        return
    said = (
        f"{node.column} in the {table_name(node.release)} does not go with its schools: its "
        f"correlation with {other.column} in the {table_name(other.release)} is "
        f"{accused.best:.2f}, where {accused.usual:.2f} is usual."
    )
    if lost:
        said = (
            f"{said} Within the table, its correlation with {partner} is {here:.2f}, and was "
            f"{there:.2f} there."
        )
    elif partner:
        said = (
            f"{said} It still goes with {partner} in its own table ({here:.2f}): either both were "
            "moved, or what is counted changed."
        )
    else:
        said = f"{said} No other column of the table can say whether it stands in its place."
    sure = accused.best < WEAK and (lost or (accused.alone and not partner))
    yield Flag(
        "belonging",
        "wrong" if sure else "look",
        (node.release.id, other.release.id),
        node.year,
        said,
        # All of them: nothing says which rows still stand right.
        node.schools,
        "schools",
        node.column,
        node.group,
        _furthest(node, other),
    )


def _has_lost(store: Store, node: _Node, other: _Node) -> bool:
    partner, _, here = _partner(store, node, other)
    return bool(partner) and abs(here) < WEAK


def _partner(store: Store, node: _Node, other: _Node) -> tuple[str, float, float]:
    """Return what the column goes with in the other table, and how well there and in its own.

    The name is empty where nothing in both tables goes with it by 0.5 or more in the other.
    """
    quantity = quantities()
    here = _within(store, node, other, quantity)
    there = _within(store, other, node, quantity)
    shared = sorted(here.keys() & there.keys(), key=lambda key: -abs(there[key][1]))
    if not shared or abs(there[shared[0]][1]) < FALL:
        return "", 0.0, 0.0
    best = shared[0]
    return here[best][0], there[best][1], here[best][1]


def _within(
    store: Store, node: _Node, other: _Node, quantity: Mapping[str, str]
) -> dict[tuple[str, str], tuple[str, float]]:
    """Return the other columns of a table, by quantity, and the column's correlation with each.

    Over the schools that both tables have, as between the tables.
    """

    def sums(reader: Reader) -> Lazy:
        rest = of_schools(reader, "results", [node.release.id]).filter(
            nw.col("year") == node.year, ~nw.col("value").is_null()
        )
        rest = rest.filter((nw.col("measure") != node.column) | (nw.col("grp") != node.group))
        shared = other.rows(reader).select("school")
        own = node.rows(reader).select("school", x="value").join(shared, on="school", how="semi")
        both = rest.select("school", "measure", "grp", y="value").join(
            own, on="school", how="inner"
        )
        return both.group_by("measure", "grp").agg(**_sums())

    found = store.query(sums)
    within = {}
    for column, group, *parts in zip(*found.values(), strict=True):
        r = _correlation(*map(float, parts))
        if r is not None:
            within[quantity.get(column, column), group] = column, r
    return within


def _furthest(node: _Node, other: _Node) -> Rows:
    """Return the schools' numbers in both years, those that moved the most first.

    Percentages of 0 and 100 are left out: of few pupils they tell what each of them did.
    """

    def shown(of: _Node) -> nw.Expr:
        value = nw.col("value")
        column = LAYOUT[of.release.layout].columns[of.column]
        return (value != 0) & (value != 100) if column.kind == "percent" else ~value.is_null()

    def rows(reader: Reader) -> Lazy:
        own = node.rows(reader).filter(shown(node)).select("school", "value")
        before = other.rows(reader).filter(shown(other)).select("school", other_year="value")
        both = own.join(before, on="school", how="inner")
        moved = (nw.col("value") - nw.col("other_year")).abs()
        return both.with_columns(moved=moved).sort("moved", "school", descending=[True, False])

    return rows
