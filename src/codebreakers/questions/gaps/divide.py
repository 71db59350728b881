"""The divide between regions, or authorities: who is how far behind where, and how surely."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.estimates import Estimate, Figure, Withheld
from codebreakers.findings import Cell, Column, Finding, Table
from codebreakers.findings.disclosure import About, cite, tabulate
from codebreakers.findings.words import age, definition, figure_in_words, ordinal, per_hundred
from codebreakers.inference.cohorts import SURE
from codebreakers.inference.draws import interval
from codebreakers.inference.extremes import LEAST, Extremes, extremes_of
from codebreakers.inference.intervals import LEVEL
from codebreakers.measures import Measure
from codebreakers.measures.held import resolve
from codebreakers.peers.population import Scope
from codebreakers.questions.gaps.areas import Divide, divide
from codebreakers.questions.gaps.groups import place_of
from codebreakers.questions.gaps.london import london
from codebreakers.sources import academic_year
from codebreakers.store import Store

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["by_area"]

_PLURAL = {"region": "regions", "authority": "authorities"}
_METHOD = "sum over schools, interval of independent pupils"
_CHANCE = (
    "The intervals allow for who happened to be in the cohort, for no more: what a whole cohort "
    "shares counts as the area's."
)
_READ = (
    "Pupils: how many are disadvantaged. Place: by disadvantaged pupils' result, with where it "
    "could be by chance."
)
_BY_SCHOOLS = (
    "How far pupils' scores scatter is not published, so the intervals take schools for draws: "
    "they are wider than chance alone, and the range with chance removed is narrower."
)
_SUBTRACTED = "Other pupils are all pupils less the disadvantaged, of the schools that show both."
_SCHOOLS = (
    "Sums over the mainstream schools held: special schools and schools left out of the tables are "
    "not in them."
)
_AFTER_SEEING = (
    "no interval until chance is allowed for: the two were picked after seeing the figures"
)


@dataclass(frozen=True, slots=True, eq=False)
class _Sure:
    """What chance leaves of the order of areas, and of the range of their gaps."""

    rates: Extremes | None
    gaps: Extremes | None
    seed: int


def by_area(
    store: Store,
    year: int | str | None,
    measure: str | None,
    where: Scope,
    by: str,
    *,
    draws: int,
    seed: int,
) -> Table:
    """Return a row an area: both groups' figures, the gap, and where it stands.

    Parameters
    ----------
    store, year, measure, where, by, draws, seed
        As for ``questions.gaps.gaps``.

    Raises
    ------
    CannotAnswerError
        The tables held do not have both groups by school, or do not say where schools are.
    """
    counted, when = resolve(store, measure, year, "disadvantaged")
    found = divide(store, counted, when, where, by)
    sure = _sure(found, draws, seed)
    releases = store.releases()
    about = About(
        when,
        f"{definition(counted, when, 'disadvantaged')} Beside other pupils, by {by}, of "
        f"{where.describe()}.",
        (
            _SCHOOLS,
            _CHANCE,
            *((_BY_SCHOOLS,) if found.by_schools else ()),
            *((_SUBTRACTED,) if found.subtracted else ()),
            *found.missing,
        ),
        cite(releases, found.releases),
    )
    made_up = any(release.made_up for release in releases)
    everywhere = by == "region" and where.is_everything
    place = place_of(store, where)
    return tabulate(
        "gaps",
        f"How far behind are disadvantaged pupils, {by} by {by}? {place[0].upper()}{place[1:]}, "
        f"{academic_year(when)}",
        _columns(counted, by),
        [_row(found, sure, i) for i in range(len(found.keys))],
        findings=[
            *_ranges(found, sure, about),
            *(london(store, found, about) if everywhere else ()),
            *(_finding(found, sure, i, about) for i in range(len(found.keys))),
        ],
        notes=(_READ, age(when)),
        made_up=made_up,
    )


def _sure(found: Divide, draws: int, seed: int) -> _Sure:
    if not draws:
        return _Sure(None, None, seed)

    def drawn(
        values: NDArray[Any],
        ends: tuple[NDArray[Any], NDArray[Any]],
        expected: NDArray[Any],
        *,
        higher: bool,
    ) -> Extremes | None:
        errors = (ends[1] - ends[0]) / (2 * SURE)
        kept = np.where(found.compared, values, np.nan)
        return extremes_of(kept, errors, expected, draws=draws, seed=seed, higher=higher)

    behind, higher = found.behind, found.measure.better == "higher"
    return _Sure(
        drawn(behind.values, (behind.low, behind.high), found.expected, higher=higher),
        drawn(found.gap, (found.low, found.high), found.expected_gap, higher=not higher),
        seed,
    )


# Findings -------------------------------------------------------------------------------------


def _ranges(found: Divide, sure: _Sure, about: About) -> Iterator[Finding]:
    """Yield how far apart the best and the lowest area are, as published and allowing for chance.

    Of disadvantaged pupils' figures, and of the gaps.
    """
    higher = found.measure.better == "higher"
    of_each = (
        ("range", found.behind.values, sure.rates, higher),
        ("range_of_gaps", found.gap, sure.gaps, not higher),
    )
    if found.compared.sum() < 2:
        return
    for name, values, drawn, up in of_each:
        id_ = f"gap.{found.by}.{name}"
        yield _range(found, values, about, id_, higher=up)
        yield _allowed(found, drawn, sure.seed, about, f"{id_}.chance_removed")


def _range(found: Divide, values: NDArray[Any], about: About, id_: str, *, higher: bool) -> Finding:
    rows = np.flatnonzero(found.compared)
    ordered = rows[np.argsort(values[rows] * (-1 if higher else 1), kind="stable")]
    ends = [float(values[i]) for i in (ordered[0], ordered[-1])]
    first, last = (
        f"{found.names[i]}, {figure_in_words(end, found.measure)}"
        for i, end in zip((ordered[0], ordered[-1]), ends, strict=True)
    )
    what = (
        f"the {found.by} where disadvantaged pupils did best ({first}) and the one where they did "
        f"least well ({last})"
        if id_.endswith(".range")
        else f"the smallest gap of any {found.by} ({first}) and the largest ({last})"
    )
    apart = abs(ends[0] - ends[1])
    return about.say(
        id_,
        f"Between {what} lay {figure_in_words(apart, found.measure)} points in "
        f"{academic_year(found.year)}, as published.",
        Estimate(apart, n=rows.size, method="best less lowest", no_interval=_AFTER_SEEING),
        unit="points",
        counts=_PLURAL[found.by],
    )


def _allowed(found: Divide, drawn: Extremes | None, seed: int, about: About, id_: str) -> Finding:
    if drawn is None:
        why = f"it takes draws, and {LEAST} areas or more whose chance is known"
        return about.say(
            id_, f"Chance is not allowed for: {why}.", Withheld("not-asked", why), unit="points"
        )
    figure = interval(
        drawn.ranges,
        n=drawn.ranks.among,
        method=f"best less lowest on each of {len(drawn.ranges):,} draws",
        seed=seed,
    )
    value, low, high = (
        figure_in_words(x or 0.0, found.measure) for x in (figure.value, figure.low, figure.high)
    )
    return about.say(
        id_,
        f"Allowing for chance, and for picking the two after seeing the figures, it is {value} "
        f"points ({low} to {high}).",
        figure,
        unit="points",
        counts=_PLURAL[found.by],
    )


def _figure(found: Divide, i: int) -> Figure:
    """Return an area's gap, or why it is not shown."""
    pupils = found.behind.pupils[i] + found.ahead.pupils[i]
    if not found.told[i]:
        return Withheld("small")
    low, high = float(found.low[i]), float(found.high[i])
    if np.isnan(low) or np.isnan(high):
        return Estimate(
            float(found.gap[i]),
            n=round(pupils),
            method="sum over schools",
            no_interval="how far pupils' scores scatter is not known, and schools are too few",
        )
    return Estimate(float(found.gap[i]), low, high, LEVEL, n=round(pupils), method=_METHOD)


def _slug(found: Divide, i: int) -> str:
    key = found.keys[i] or "not known"
    return key.casefold().replace(" ", "_")


def _finding(found: Divide, sure: _Sure, i: int, about: About) -> Finding:
    figure, measure = _figure(found, i), found.measure
    where = f"In {found.names[i]}" if found.keys[i] else f"Where the {found.by} is not known"
    when = academic_year(found.year)
    if isinstance(figure, Withheld):
        sentence = f"{where} in {when}: not shown, {figure.reason} of one of the two groups."
    else:
        sentence = f"{where} in {when}, {_both(found, i)}: {_gap(figure, measure)}."
        sentence += _standing(found, sure, i)
    return about.say(f"gap.{found.by}.{_slug(found, i)}", sentence, figure, unit="points")


def _both(found: Divide, i: int) -> str:
    measure = found.measure
    behind, ahead = float(found.behind.values[i]), float(found.ahead.values[i])
    if measure.kind == "proportion":
        return (
            f"{per_hundred(behind)} disadvantaged pupils and {per_hundred(ahead)} other pupils "
            f"{measure.title}"
        )
    first, second = figure_in_words(behind, measure), figure_in_words(ahead, measure)
    return (
        f"the average {measure.title} of disadvantaged pupils was {first} and of other pupils "
        f"{second}"
    )


def _gap(figure: Estimate, measure: Measure) -> str:
    said = f"a gap of {figure_in_words(figure.value, measure)} points"
    if figure.low is None or figure.high is None:
        return said
    low, high = (figure_in_words(end, measure) for end in (figure.low, figure.high))
    return f"{said} ({low} to {high})"


def _standing(found: Divide, sure: _Sure, i: int) -> str:
    if not found.compared[i]:
        return ""
    place = f"{ordinal(_place(found, i))} of {int(found.compared.sum())} {_PLURAL[found.by]}"
    if sure.rates is None:
        return f" For disadvantaged pupils it was {place}, as published."
    low, high = (int(end[i]) for end in (sure.rates.ranks.low, sure.rates.ranks.high))
    could = f"anywhere from {ordinal(low)} to {ordinal(high)}" if low < high else "nothing else"
    return f" For disadvantaged pupils it was {place}, and could be {could}."


def _place(found: Divide, i: int) -> int:
    """Return an area's place among those compared: 1 is the best, equals share the better."""
    sign = 1 if found.measure.better == "higher" else -1
    ahead = sign * found.behind.values[found.compared] > sign * found.behind.values[i]
    return int(ahead.sum()) + 1


# The table ------------------------------------------------------------------------------------


def _columns(measure: Measure, by: str) -> tuple[Column, ...]:
    unit, places = measure.unit, max(1, measure.decimals)
    code = (Column("authority_code", "Code", screen=False),) if by == "authority" else ()
    return (
        Column(by, by.capitalize()),
        *code,
        Column("schools", "Schools"),
        Column("disadvantaged_pupils", "Pupils"),
        Column(f"disadvantaged_{unit}", "Disadv.", places),
        Column("low_disadvantaged", "From", places, screen=False),
        Column("high_disadvantaged", "To", places, screen=False),
        Column("other_pupils", "Other pupils", screen=False),
        Column(f"other_{unit}", "Others", places),
        Column("low_other", "From", places, screen=False),
        Column("high_other", "To", places, screen=False),
        Column("gap_points", "Gap", places),
        Column("low_gap", "From", places),
        Column("high_gap", "To", places),
        Column("rank", "Place"),
        Column("rank_low", "From"),
        Column("rank_high", "To"),
        Column("probability_best", "Best", 2, screen=False),
        Column("probability_lowest", "Lowest", 2, screen=False),
    )


def _row(found: Divide, sure: _Sure, i: int) -> tuple[Cell, ...]:
    behind, ahead = found.behind, found.ahead
    pupils = [round(float(sums.pupils[i])) for sums in (behind, ahead)]
    named: tuple[Cell, ...] = (found.names[i] or "not known",)
    if found.by == "authority":
        named = (*named, found.keys[i])
    schools = round(float(behind.schools[i]))
    if not found.told[i]:
        hidden = Withheld("small")
        sizes = [n if n >= 0 else hidden for n in pupils]
        return (*named, schools, sizes[0], *[hidden] * 3, sizes[1], *[hidden] * 11)
    of_behind, of_ahead = (
        [_known(array[i]) for array in (sums.values, sums.low, sums.high)]
        for sums in (behind, ahead)
    )
    gap = [_known(array[i]) for array in (found.gap, found.low, found.high)]
    return (
        *named,
        schools,
        pupils[0],
        *of_behind,
        pupils[1],
        *of_ahead,
        *gap,
        *_ranked(found, sure, i),
    )


def _known(value: float) -> Cell:
    return Withheld("not-held", "how far chance goes is not known") if np.isnan(value) else value


def _ranked(found: Divide, sure: _Sure, i: int) -> tuple[Cell, ...]:
    if not found.compared[i]:
        return (Withheld("not-held", f"{found.by} not known"),) * 5
    place, drawn = _place(found, i), sure.rates
    if drawn is None:
        return (place, *(Withheld("not-asked"),) * 4)
    return (
        place,
        int(drawn.ranks.low[i]),
        int(drawn.ranks.high[i]),
        float(drawn.best[i]),
        float(drawn.lowest[i]),
    )
