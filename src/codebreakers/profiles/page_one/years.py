"""Block 5: one good or bad year? Three years, with the break drawn where the rules changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from codebreakers.estimates import Estimate, Figure, Withheld
from codebreakers.findings import Cell, Column, Finding, Table
from codebreakers.findings.disclosure import About, cite, say, tabulate
from codebreakers.findings.words import definition
from codebreakers.inference.intervals import LEVEL, sampling_interval
from codebreakers.measures import Summary
from codebreakers.measures.held import years_held
from codebreakers.measures.national import to_beat
from codebreakers.peers.population import population
from codebreakers.profiles.page_one.gap import shown
from codebreakers.profiles.page_one.year import Year
from codebreakers.sources import academic_year

if TYPE_CHECKING:
    from numpy.typing import NDArray

    _Limits = tuple[NDArray[np.float64], NDArray[np.float64]]

__all__ = ["MOST_YEARS", "three_years"]

MOST_YEARS = 3


def _years_of(found: Year) -> tuple[int, ...]:
    """Return the three years held that are nearest, the earlier of two as near first."""
    asked = found.people.year
    held = years_held(found.people.store, found.measure, "disadvantaged")
    return tuple(sorted(sorted(held, key=lambda y: (abs(y - asked), y))[:MOST_YEARS]))


def three_years(found: Year, urn: str, about: About, *, made_up: bool) -> Table:
    """Return a row a year: the school beside all pupils in England; finding ``page.years``.

    Parameters
    ----------
    found : Year
    urn : str
        The school's. Results under another URN are not taken for its own.
    about : About
    made_up : bool
    """
    years = _years_of(found)
    told = [_year(found, urn, year) for year in years]
    goals = [to_beat(found.people.store, found.measure, year).value for year in years]
    return tabulate(
        "page.years",
        "One good or bad year?",
        (
            Column("year", "Year"),
            Column(f"rate_{found.measure.unit}", "This school", found.measure.decimals),
            Column("low", "From", found.measure.decimals),
            Column("high", "To", found.measure.decimals),
            Column("england", "England, all pupils", found.measure.decimals),
            Column("rules_changed", "Rules changed before it"),
        ),
        [
            (academic_year(year), finding.figure, *_ends(finding.figure), goal, _broken(found, i))
            for i, (year, finding, goal) in enumerate(zip(years, told, goals, strict=True))
        ],
        findings=(_verdict(found, told, goals, about), *told),
        notes=tuple(_notes(found, years)),
        made_up=made_up,
    )


def _broken(found: Year, place: int) -> bool:
    years = _years_of(found)
    return place > 0 and not found.measure.same_series(years[place - 1], years[place])


def _ends(figure: Figure) -> tuple[Cell, Cell]:
    return (figure.low, figure.high) if isinstance(figure, Estimate) else (None, None)


def _year(found: Year, urn: str, year: int) -> Finding:
    figure = _figure(found, urn, year)
    measure = found.measure
    goal = to_beat(found.people.store, measure, year)
    mark = "%" if measure.unit == "percent" else ""
    england = f"England {shown(goal.value, measure)}{mark}"
    if isinstance(figure, Withheld):
        said = f"{academic_year(year)}: not shown, {figure.reason}; {england}."
    else:
        ends = ""
        if figure.low is not None and figure.high is not None:
            ends = f" ({shown(figure.low, measure)} to {shown(figure.high, measure)})"
        said = f"{academic_year(year)}: {shown(figure.value, measure)}{mark}{ends}; {england}."
    return say(
        f"page.year.{year}",
        said,
        figure,
        unit=measure.unit,
        year=year,
        definition=f"{definition(measure, year, 'disadvantaged')} England: all pupils "
        f"({goal.said}).",
        provenance=cite(
            found.people.store.releases(), (_of_all(found, year)[0].release, *goal.releases)
        ),
    )


def _figure(found: Year, urn: str, year: int) -> Figure:
    people = population(found.people.store, year)
    row = int(np.searchsorted(people.keys, urn))
    if row == len(people.keys) or people.keys[row] != urn:
        return Withheld("not-held", "it is not in that year's results under this URN")
    summary, limits = _of_all(found, year)
    value = float(summary.values[row])
    if np.isnan(value):
        return Withheld(str(summary.codes[row]))
    pupils = summary.pupils[row]
    n = None if np.isnan(pupils) else round(float(pupils))
    low, high = (float(end[row]) for end in limits)
    if np.isnan(low) or np.isnan(high):
        return Estimate(value, n=n, no_interval="the tables held give no limits for this score")
    return Estimate(value, low, high, LEVEL, n, "the school's own result; Wilson's interval")


def _of_all(found: Year, year: int) -> tuple[Summary, _Limits]:
    """Return all schools' results of a year and their limits: many pages read them."""
    store, measure = found.people.store, found.measure

    def made() -> tuple[Summary, _Limits]:
        summary = population(store, year).take(measure, "disadvantaged")
        return summary, sampling_interval(summary)

    return store.kept(("limits of pages", measure.name, year), made)


def _verdict(found: Year, told: list[Finding], goals: list[float], about: About) -> Finding:
    """Return in one line whether it was one year only, as published."""
    sign = 1 if found.measure.better == "higher" else -1
    above = [
        sign * f.figure.value > sign * goal
        for f, goal in zip(told, goals, strict=True)
        if isinstance(f.figure, Estimate)
    ]
    count, judged = sum(above), len(above)
    if judged < 2:
        figure: Figure = Withheld("few-years")
        said = "No year can be judged."
        if judged:
            said = "One year alone cannot show whether it was a good or a bad one."
        return about.say("page.years", said, figure, unit="years", counts="years")
    if count == judged:
        said = f"Above all pupils in England in each of {judged} years: more than one good year."
    elif count == 0:
        said = f"Not above all pupils in England in any of {judged} years: not one year only."
    else:
        said = f"Above all pupils in England in {count} of {judged} years: they differ."
    return about.say(
        "page.years",
        said,
        Estimate(count, n=judged, method="counted", no_interval="as published"),
        unit="years",
        counts="years",
    )


def _notes(found: Year, years: tuple[int, ...]) -> Iterator[str]:
    breaks = [academic_year(y) for i, y in enumerate(years) if _broken(found, i)]
    if breaks:
        yield (
            f"The rules changed with {' and '.join(breaks)}, so figures on the two sides of the "
            "line are not compared; each is beside England's of its own year."
        )
