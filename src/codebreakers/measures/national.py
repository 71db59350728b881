"""The national figure of a measure: from the national table, the nation's row, or the schools."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import narwhals as nw

from codebreakers.errors import CannotAnswerError
from codebreakers.measures import GROUPS, Measure, Summary
from codebreakers.measures.held import years_held
from codebreakers.measures.summarise import summarise
from codebreakers.sources.england import PUBLISHED_NATIONAL_RATES
from codebreakers.sources.england_ks4 import STATE_FUNDED
from codebreakers.store import Store

__all__ = ["National", "national", "rest", "tabled_years", "to_beat", "total"]

_EITHER = {
    "disadvantaged": ("boys-disadvantaged", "disadvantaged-girls"),
    "other": ("boys-other", "girls-other"),
    "all": ("boys-disadvantaged", "disadvantaged-girls", "boys-other", "girls-other"),
}
_TIDY = {group: (group,) for group in ("all", "disadvantaged", "other", "boys", "girls", "eal")}


@dataclass(frozen=True, slots=True)
class _NationalSeries:
    """How a national table spells a measure: sums of `counts` over `pupils`, else `value`."""

    years: range
    parts: Mapping[str, tuple[str, ...]]
    pupils: tuple[str, ...]
    counts: tuple[str, ...] = ()
    value: str = ""


def _sfr05(column: str, pupils: str = "NATDEN") -> _NationalSeries:
    """Return a series of the table of 2012/13, which counts girls and boys apart."""
    return _NationalSeries(
        range(2013, 2014),
        _EITHER,
        tuple(f"{pupils}_{sex}_13" for sex in ("GIRLS", "BOYS")),
        tuple(f"{column}_{sex}_13" for sex in ("GIRLS", "BOYS")),
    )


def _characteristics(value: str, count: str = "", pupils: str = "T_PUPILS") -> _NationalSeries:
    """Return a series of the table by pupil characteristics, 2018/19 to 2023/24."""
    return _NationalSeries(range(2019, 2025), _TIDY, (pupils,), (count,) if count else (), value)


_TABLES: Mapping[str, tuple[_NationalSeries, ...]] = {
    "five_good_gcses": (_sfr05("KS4_LEVEL2_EM"),),
    "five_good_gcses_no_equivalents": (_sfr05("KS4_GLEVEL2EM"),),
    "english_progress": (_sfr05("KS4_PROGENG", "NATDEN_PROGENG"),),
    "maths_progress": (_sfr05("KS4_PROGMAT", "NATDEN_PROGMAT"),),
    "ebacc_entry": (
        _sfr05("KS4_EBACC_E"),
        _characteristics("PT_EBACC_E_PTQ_EE", "T_EBACC_E_PTQ_EE"),
    ),
    "attainment8": (_characteristics("AVG_ATT8"),),
    "progress8": (_characteristics("AVG_P8SCORE", pupils="T_INP8CALC"),),
    "basics_94": (_characteristics("PT_L2BASICS_94", "T_L2BASICS_94"),),
    "basics_95": (_characteristics("PT_L2BASICS_95", "T_L2BASICS_95"),),
    "ebacc_aps": (_characteristics("AVG_EBACCAPS"),),
}


@dataclass(frozen=True, slots=True)
class National:
    """A national figure and where it is from.

    Parameters
    ----------
    value : float
        Rate in percent, or score.
    pupils : int, optional
        Pupils behind it.
    source : str
        ``national table``, ``national row``, ``published`` (declared with its source) or
        ``schools`` (computed from the schools held).
    said : str
        The same in words.
    releases : tuple of int
        The releases it was read from.
    """

    value: float
    pupils: int | None
    source: str
    said: str
    releases: tuple[int, ...]


def national(
    store: Store, measure: Measure, year: int, group: str, *, declared: bool = False
) -> National:
    """Return the national figure of state-funded schools, from the best source held.

    Parameters
    ----------
    store : Store
        Where to read.
    measure : Measure
        What is counted.
    year : int
        Results year.
    group : str
        Which pupils.
    declared : bool
        Whether a published rate that codebreakers carries may stand in where no table held has
        one. Never for made-up schools.

    Returns
    -------
    National

    Raises
    ------
    CannotAnswerError
        Neither a national table nor the schools have it.
    """
    with store.reading():
        found = _from_table(store, measure, year, group) or _from_row(store, measure, year, group)
        if found is not None:
            return found
        rate = PUBLISHED_NATIONAL_RATES.get((measure.name, year))
        if declared and group == "all" and rate is not None and not _made_up(store):
            return National(
                rate, None, "published", f"published for {year}, though not in the tables held", ()
            )
        if group == "other" and not years_held(store, measure, group, (year,)):
            everyone = summarise(store, measure, year, "all")
            return rest(everyone, summarise(store, measure, year, "disadvantaged"))
        return total(summarise(store, measure, year, group))


def tabled_years(store: Store, measure: Measure, group: str) -> tuple[int, ...]:
    """Return the years for which a national table held has a measure of a group, in order."""
    years = sorted({year for series in _TABLES.get(measure.name, ()) for year in series.years})
    return tuple(y for y in years if _from_table(store, measure, y, group) is not None)


def to_beat(store: Store, measure: Measure, year: int) -> National:
    """Return what a school's disadvantaged pupils have to beat: all pupils' national figure.

    A progress score is measured from its centre, which is what all pupils make.
    """
    if measure.kind == "progress":
        return National(measure.centre, None, "centre", "what the score is centred on", ())
    return national(store, measure, year, "all", declared=True)


def rest(everyone: Summary, disadvantaged: Summary) -> National:
    """Return other pupils' figure as what all pupils' leaves, where it is not published.

    Only of schools that show both: where the disadvantaged pupils' result is withheld, what is
    left would be some of them too.

    Raises
    ------
    CannotAnswerError
        Nobody is left.
    """
    whole, part = _sums(everyone), _sums(disadvantaged)
    both = whole.keys() & part.keys()
    others = math.fsum(whole[s][1] - part[s][1] for s in both)
    if others <= 0:
        raise CannotAnswerError(f"The tables held for {everyone.year} count no other pupils.")
    return National(
        math.fsum(whole[s][0] - part[s][0] for s in both) / others,
        round(others),
        "schools",
        f"computed from the {len(both):,} schools held, for want of a national table, as all "
        "pupils less the disadvantaged",
        (everyone.release,),
    )


def total(summary: Summary) -> National:
    """Return the rate or score of all the pupils in a summary together.

    Raises
    ------
    CannotAnswerError
        No school of it has both a value and a number of pupils.
    """
    pairs = [(value, pupils) for value, pupils in _sums(summary).values() if pupils > 0]
    if not pairs:
        raise CannotAnswerError(
            f"No school held has {summary.measure.name} for {GROUPS[summary.group]} in "
            f"{summary.year} with a number of pupils.",
            remedy="Ingest the whole table of that year: codebreakers fetch.",
        )
    pupils = math.fsum(p for _, p in pairs)
    return National(
        math.fsum(v for v, _ in pairs) / pupils,
        round(pupils),
        "schools",
        f"computed from the {len(pairs):,} schools held, for want of a national table",
        (summary.release,),
    )


def _sums(summary: Summary) -> dict[str, tuple[float, float]]:
    """Return value times pupils, and pupils, of each school that shows both; 0 of no pupils."""
    columns = (summary.schools, summary.values.tolist(), summary.pupils.tolist())
    return {
        str(school): (value * pupils if pupils else 0.0, pupils)
        for school, value, pupils in zip(*columns, strict=True)
        if pupils == 0 or (pupils > 0 and not math.isnan(value))
    }


def _made_up(store: Store) -> bool:
    return any(release.made_up for release in store.releases())


def _from_table(store: Store, measure: Measure, year: int, group: str) -> National | None:
    tables = [r.id for r in store.releases() if r.dataset == "national"]
    for series in _TABLES.get(measure.name, ()):
        if year in series.years and group in series.parts and tables:
            found = _read(store, tables, year, series, series.parts[group])
            if found is not None:
                value, pupils, release = found
                return National(value, pupils, "national table", "national table", (release,))
    return None


def _from_row(store: Store, measure: Measure, year: int, group: str) -> National | None:
    term = measure.term(year, group)
    if term is None or term.held_in:
        return None
    rows = sorted(
        (r for r in store.releases() if r.year == year and r.dataset in ("ks4", "destinations")),
        key=lambda r: ("final", "revised", "provisional").index(r.status),
    )
    for release in rows:
        series = _NationalSeries(range(year, year + 1), {}, (term.pupils,), (), term.value)
        found = _read(store, [release.id], year, series, (term.group,) if term.group else ())
        if found is not None:
            value, pupils, _ = found
            return National(
                value,
                pupils,
                "national row",
                f"national row of the {release.status} schools table",
                (release.id,),
            )
    return None


def _read(
    store: Store, releases: list[int], year: int, series: _NationalSeries, parts: tuple[str, ...]
) -> tuple[float, int | None, int] | None:
    """Return value, pupils and release of one national figure, or None where it is not held."""
    cells = [
        (column, value, release)
        for column in (*series.counts, *series.pupils, series.value)
        for release in releases
        for group, value in _nation(store).get((release, year, column), ())
        if not parts or group in parts
    ]
    if not cells:
        return None
    counts = [value for name, value, _ in cells if name in series.counts]
    pupils = [value for name, value, _ in cells if name in series.pupils]
    published = [value for name, value, _ in cells if name == series.value]
    release = cells[0][2]
    size = round(math.fsum(pupils)) if pupils else None
    # A sum of some of its parts would be a figure of somebody else.
    if counts and size and len(counts) == len(pupils) == len(parts):
        return 100 * math.fsum(counts) / size, size, release
    return (published[0], size, release) if published else None


def _nation(store: Store) -> Mapping[tuple[int, int, str], list[tuple[str, float]]]:
    """Return every number about state-funded England: group and value, by release, year, column.

    Read once for a store: many questions ask for one of them.
    """
    return store.kept("nation", lambda: _read_nation(store))


def _read_nation(store: Store) -> Mapping[tuple[int, int, str], list[tuple[str, float]]]:
    groups = sorted({*GROUPS, *(part for parts in _EITHER.values() for part in parts)})
    rows = store.query(
        lambda reader: (
            reader.frame("results")
            .filter(
                nw.col("level") == "nation",
                nw.col("school") == STATE_FUNDED,
                nw.col("grp").is_in(groups),
                ~nw.col("value").is_null(),
            )
            .select("release", "year", "measure", "grp", "value")
        )
    )
    found: dict[tuple[int, int, str], list[tuple[str, float]]] = {}
    for release, year, column, group, value in zip(*rows.values(), strict=True):
        found.setdefault((int(release), int(year), str(column)), []).append(
            (str(group), float(value))
        )
    return found
