"""Whether the schools held come to what is published of the nation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import narwhals as nw

from codebreakers.measures import GROUPS, Measure, Term
from codebreakers.measures.catalogue import CATALOGUE
from codebreakers.measures.flags import Flag, in_order, of_schools
from codebreakers.measures.national import national
from codebreakers.sources import academic_year
from codebreakers.store import Store
from codebreakers.store.engines import Lazy, Reader

__all__ = ["totals"]

_GROUPS = ("all", "disadvantaged", "other")


@dataclass(frozen=True, slots=True)
class _Asked:
    """One measure, of which both schools and nation may be held."""

    measure: Measure
    year: int
    group: str
    term: Term
    release: int

    @property
    def columns(self) -> tuple[str, ...]:
        """What the weighted mean is worked out from: the result, and the size of the group."""
        return self.term.value, self.term.pupils


def totals(store: Store) -> tuple[Flag, ...]:
    """Return the measures whose schools do not come to the nation's published figure.

    ``national-rate``
        The published rate or score of the schools held, weighted by their pupils, is more than a
        point from the nation's (a tenth of a point for scores published to two decimals, whose
        schools lie within a point or two of each other): ``wrong`` as a figure for the country.
        Only state-funded schools are in the nation's figure; a table that also has independent
        schools with results may differ for that.

    Parameters
    ----------
    store : Store
        Where to read.

    Returns
    -------
    tuple of Flag
    """
    by_table: dict[tuple[int, int], list[_Asked]] = defaultdict(list)
    for asked in _comparable(store):
        by_table[asked.release, asked.year].append(asked)
    return tuple(
        flag
        for (release, year), several in by_table.items()
        for asked, schools in zip(several, _schools(store, release, year, several), strict=True)
        for flag in _compared(store, asked, *schools)
    )


def _comparable(store: Store) -> Iterator[_Asked]:
    """Yield the measures whose results and pupils a table of schools has, and a nation's too."""
    found = store.query(
        lambda reader: (
            reader.frame("holdings")
            .filter(nw.col("level").is_in(["nation", "school"]), nw.col("numbers") > 0)
            .select("level", "release", "year", "measure")
            .unique()
        )
    )
    releases = {release.id: release for release in store.releases()}
    nation: set[tuple[int, str]] = set()
    schools: dict[int, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for level, number, year, column in zip(*found.values(), strict=True):
        if level == "school":
            schools[int(year)][int(number)].add(column)
        else:
            is_table = releases[int(number)].dataset == "national"
            nation.add((int(year), "" if is_table else column))
    for measure in CATALOGUE.values():
        for year in measure.years:
            for group in _GROUPS:
                term = measure.term(year, group)
                if term is None or term.held_in or not {(year, ""), (year, term.value)} & nation:
                    continue
                wanted = {term.value, term.pupils}
                able = [number for number, has in schools[year].items() if wanted <= has]
                if able:
                    best = max(able, key=lambda n: in_order(releases[n], 0))
                    yield _Asked(measure, year, group, term, best)


def _schools(
    store: Store, release: int, year: int, several: list[_Asked]
) -> Iterator[tuple[float, float]]:
    """Yield the weighted mean of each measure over a table's schools, and their pupils."""

    def sums(reader: Reader) -> Lazy:
        columns = sorted({column for asked in several for column in asked.columns})
        cells = of_schools(reader, "results", [release]).filter(
            nw.col("year") == year, nw.col("measure").is_in(columns)
        )
        wide = cells.group_by("school").agg(
            **{
                f"{role}{i}": nw.when(_of(column, asked.term)).then(nw.col("value")).max()
                for i, asked in enumerate(several)
                for role, column in zip(("value", "pupils"), asked.columns, strict=True)
            }
        )
        added = {}
        for i in range(len(several)):
            value, pupils = nw.col(f"value{i}"), nw.col(f"pupils{i}")
            added[f"sum{i}"] = (value * pupils).sum()
            added[f"size{i}"] = nw.when(~value.is_null()).then(pupils).sum()
        return wide.select(**added)

    found = store.query(sums)
    for i in range(len(several)):
        size = float(found[f"size{i}"][0])
        yield (float(found[f"sum{i}"][0]) / size, size) if size > 0 else (0.0, 0.0)


def _of(column: str, term: Term) -> nw.Expr:
    """Return whether a cell is of a term: in a wide table the column says its group itself."""
    named = nw.col("measure") == column
    return named & (nw.col("grp") == term.group) if term.group else named


def _compared(store: Store, asked: _Asked, value: float, pupils: float) -> Iterable[Flag]:
    if pupils == 0:
        # No school has both: nothing is said of the country, and nothing can be.
        return
    measure = asked.measure
    nation = national(store, measure, asked.year, asked.group)
    tolerance = 0.1 if measure.decimals > 1 else 1.0
    difference = value - nation.value
    if nation.source == "schools" or abs(difference) <= tolerance:
        return
    decimals = max(1, measure.decimals)
    said = (
        f"{measure.title[0].upper()}{measure.title[1:]}, {GROUPS[asked.group]}, "
        f"{academic_year(asked.year)}: the schools held come to {value:.{decimals}f}, and the "
        f"{nation.said} says {nation.value:.{decimals}f}: {abs(difference):.{decimals}f} points "
        f"{'more' if difference > 0 else 'less'}. What is found of the schools held is not true "
        "of the country."
    )
    yield Flag(
        "national-rate",
        "wrong",
        (asked.release, *nation.releases),
        asked.year,
        said,
        round(pupils),
        "pupils",
        asked.term.value,
        asked.group,
    )
