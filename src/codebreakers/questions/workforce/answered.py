"""One year's answer: the grid, the slopes in words, and which schools they are of."""

from __future__ import annotations

from collections.abc import Iterator

from codebreakers.estimates import Estimate, Withheld
from codebreakers.findings import Cell, Column, Finding, Table
from codebreakers.findings.disclosure import About, cite, tabulate
from codebreakers.findings.words import age, called
from codebreakers.measures.staffing import MEALS_SINCE
from codebreakers.questions.workforce.gradient import (
    FEWEST_SCHOOLS,
    STEP,
    Gradient,
    Grid,
    grid,
    step_in,
)
from codebreakers.questions.workforce.joined import FIFTHS, Joined
from codebreakers.sources import academic_year
from codebreakers.store import Store

__all__ = [
    "MORE_MEALS",
    "NOT_AN_EFFECT",
    "about_of",
    "by_fifths",
    "joined_finding",
    "meals_means",
    "slope_finding",
]

NOT_AN_EFFECT = (
    "A slope is a difference between schools, no effect of one thing on another: experienced "
    "teachers earn more, and why they are where they are is not in these tables."
)
MORE_MEALS = f"{STEP} more of every 100 pupils have had free meals"
_WITHIN = "Beside others of its region: fifths are cut in each region, and a school stands at "


def meals_means(year: int) -> str:
    """Return what share of pupils stands for disadvantage in a year."""
    if year < MEALS_SINCE:
        return "pupils of the whole school claiming free meals that year"
    return "pupils of the whole school with free meals at any time in the last six years"


def about_of(store: Store, fitted: Gradient) -> About:
    """Return what the findings of one year and outcome share."""
    joined = fitted.joined
    schools, outcome = joined.schools, joined.outcome
    year = schools.people.year
    return About(
        year,
        f"{outcome.definition} Free meals: {meals_means(year)}. Results: all pupils, "
        f"{called(schools.measure)}. Schools weigh by their {outcome.weight}; authorities may be "
        f"alike in what is left. {academic_year(year)}, state-funded mainstream schools.",
        (NOT_AN_EFFECT,),
        cite(store.releases(), schools.releases),
    )


def slope_finding(fitted: Gradient, about: About, which: str, *, within: bool) -> Finding:
    """Return one slope as a finding.

    Parameters
    ----------
    fitted : Gradient
    about : About
    which : str
        ``meals`` or ``results``.
    within : bool
        Beside schools of the same region.
    """
    outcome = fitted.joined.outcome
    figure = fitted.slope(which, within=within)
    ends = (
        *((".results",) if which == "results" else ()),
        *((".within_region",) if within else ()),
    )
    return about.say(
        f"workforce.{outcome.name}.slope{''.join(ends)}",
        _sentence(fitted, figure, which, within=within),
        figure,
        unit=outcome.unit if outcome.unit != "percent" else "points",
        counts="schools",
    )


def _sentence(fitted: Gradient, figure: Estimate | Withheld, which: str, *, within: bool) -> str:
    schools, outcome = fitted.joined.schools, fitted.joined.outcome
    when = f"In {academic_year(schools.people.year)}"
    if isinstance(figure, Withheld):
        return f"{when}, what goes with {which} within regions is not known: {figure.reason}."
    among = " among schools of one region," if within else ","
    where = f"{MORE_MEALS} and results are equal"
    if which == "results":
        where = f"{step_in(schools.measure)} and free meals are equal"
    return f"{when}{among} where {where}, {outcome.difference(figure)}."


def joined_finding(joined: Joined, about: About) -> Finding:
    """Return what share of the year's schools is used, and why not the rest."""
    total, used = len(joined.kept), int(joined.kept.sum())
    renumbered = int((joined.schools.renumbered & joined.kept).sum())
    said = f"{used:,} of {total:,} schools with results ({joined.share:.0f}%) could be joined"
    if renumbered:
        said += f", {renumbered:,} of them by their number, under an earlier or later URN"
    left = "; ".join(f"{n:,} {words}" for words, n in joined.reasons())
    return about.say(
        f"workforce.{joined.outcome.name}.joined",
        f"{said}. Left out: {left}." if left else f"{said}.",
        Estimate(joined.share, n=total, method="count"),
        unit="percent",
        counts="schools",
    )


def by_fifths(store: Store, fitted: Gradient, *, within: bool) -> Table:
    """Return the grid of one year, with the slopes.

    Parameters
    ----------
    store : Store
    fitted : Gradient
    within : bool
        Whether the grid is of schools beside others of their region.
    """
    about = about_of(store, fitted)
    schools, outcome = fitted.joined.schools, fitted.joined.outcome
    seen = schools.join(outcome, within=True) if within else fitted.joined
    found = grid(seen, within=within)
    year = schools.people.year
    beside = ", beside schools of the same region" if within else ""
    return tabulate(
        "workforce",
        f"{outcome.title}, by disadvantage and result{beside}: {academic_year(year)}",
        _columns(fitted),
        [_row(found, row) for row in range(FIFTHS + 1)],
        findings=[
            *(
                slope_finding(fitted, about, which, within=w)
                for which in ("meals", "results")
                for w in (False, True)
            ),
            joined_finding(fitted.joined, about),
        ],
        notes=(*_notes(fitted, within=within), age(year)),
        made_up=any(r.made_up for r in store.releases()),
    )


def _notes(fitted: Gradient, *, within: bool) -> Iterator[str]:
    outcome, schools = fitted.joined.outcome, fitted.joined.schools
    yield (
        f"Rows: fifths of schools by {meals_means(schools.people.year)}. Columns: fifths by "
        f"result of all pupils ({called(schools.measure)}). A cell is the figure of its schools as "
        f"one, each weighing by its {outcome.weight}; cells of fewer than {FEWEST_SCHOOLS} schools "
        "are not shown."
    )
    if within:
        yield (
            f"{_WITHIN}England's figure and what it has more or less than its region. The rows' "
            "shares overlap, since regions differ."
        )
    yield (
        "Ranges (95%) let the schools of an authority be alike. Both slopes are from one model: "
        "each is what goes with one when the other is equal."
    )
    if outcome.name == "salary":
        yield (
            "Pay scales are higher in and around London, whose schools are more disadvantaged: the "
            "slope within regions does not have that in it."
        )


def _columns(fitted: Gradient) -> tuple[Column, ...]:
    outcome = fitted.joined.outcome
    unit = outcome.unit.replace(" ", "_")
    headings = ("Lowest", "2nd", "3rd", "4th", "Highest")
    return (
        Column("free_meals_fifth", "Free meals"),
        Column("free_meals_from_percent", "From %", screen=False),
        Column("free_meals_to_percent", "To %", screen=False),
        *(
            Column(f"result_fifth_{i}_{unit}", heading, outcome.decimals)
            for i, heading in enumerate(headings, 1)
        ),
        Column(f"all_{unit}", "All", outcome.decimals),
        Column("schools", "Schools"),
        *(
            Column(f"result_fifth_{i}_schools", f"Schools, {heading}", screen=False)
            for i, heading in enumerate(headings, 1)
        ),
    )


_ROWS = ("fewest", "2nd", "3rd", "4th", "most", "all")


def _row(found: Grid, row: int) -> tuple[Cell, ...]:
    counts = found.schools[row].tolist()
    name, ends = _ROWS[row], (found.low[row], found.high[row])
    none = Withheld("not-held", "no school is in it")
    return (
        f"{name}, {ends[0]:.0f} to {ends[1]:.0f}%" if counts[FIFTHS] else name,
        *(float(end) if counts[FIFTHS] else none for end in ends),
        *(found.figure(row, column) for column in range(FIFTHS + 1)),
        counts[FIFTHS],
        *counts[:FIFTHS],
    )
