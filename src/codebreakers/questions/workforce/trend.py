"""The slopes over years: a row a year, breaks marked, and nothing subtracted across one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from codebreakers.errors import CannotAnswerError
from codebreakers.estimates import Estimate, Figure, Withheld
from codebreakers.findings import Cell, Column, Finding, Table
from codebreakers.findings.disclosure import say, tabulate
from codebreakers.findings.words import age
from codebreakers.inference.slopes import Slopes
from codebreakers.measures.breaks import rules_changed
from codebreakers.measures.catalogue import default_measure, find
from codebreakers.measures.staffing import MEALS_SINCE, staffing_years
from codebreakers.questions.workforce.answered import (
    MORE_MEALS,
    NOT_AN_EFFECT,
    about_of,
    joined_finding,
)
from codebreakers.questions.workforce.gradient import STEP, Gradient, gradient
from codebreakers.questions.workforce.joined import staffed
from codebreakers.questions.workforce.outcomes import Outcome
from codebreakers.sources import academic_year
from codebreakers.store import Store

__all__ = ["SLOPES", "by_year"]

_RENAMED = {
    2016: "columns renamed in full words; the dictionary defines them as before",
    2017: "pay written with a pound sign; defined as before",
}
_ALONE = "weighted least squares on free meals, authorities as clusters"
_SINCE = "the later year less the earlier, the same authorities in both"

_WHERE = {
    "alone": f", where {MORE_MEALS}",
    "meals": f", where {MORE_MEALS} and results are equal",
    "meals_within_region": (
        f" among schools of one region, where {MORE_MEALS} and results are equal"
    ),
    "results": f", where results are {STEP} points higher and free meals are equal",
}
_SPOKEN = {
    "alone": "of free meals alone",
    "meals": "of free meals at equal results",
    "meals_within_region": "of free meals at equal results within regions",
}

SLOPES = {
    "alone": "Meals alone",
    "meals": "Equal results",
    "meals_within_region": "... in region",
    "results": "Of results",
}
"""The slopes that each year has, and what stands above them."""


@dataclass(frozen=True, slots=True)
class _Year:
    """One year: its slopes, or why there are none; and what changed since the year before."""

    year: int
    found: Gradient | None
    why: str
    changed: tuple[str, ...]
    renamed: str

    def slope(self, name: str) -> Figure:
        if self.found is None:
            return Withheld("not-held", self.why)
        if name == "alone":
            return self.found.alone.estimate(0, _ALONE)
        return self.found.slope(name.split("_")[0], within=name.endswith("region"))


def by_year(store: Store, years: Sequence[int], outcome: Outcome) -> Table:
    """Return a row a year: slopes of free meals alone, at equal results, and of results.

    Parameters
    ----------
    store : Store
    years : sequence of int
        Results years, in order.
    outcome : Outcome

    Raises
    ------
    CannotAnswerError
        None of the years has a slope.
    """
    found = list(_years(store, years, outcome))
    if not any(year.found for year in found):
        raise CannotAnswerError(
            f"None of these years has a slope: {found[-1].why}",
            available=[str(y) for y in staffing_years(store)],
            remedy="Ask about years held: codebreakers releases says which.",
        )
    span = academic_year(years[0])
    span += f" to {academic_year(years[-1])}" if len(years) > 1 else ""
    return tabulate(
        "workforce",
        f"{outcome.title}, by disadvantage and result: {span}",
        _columns(outcome),
        list(_rows(found, outcome)),
        findings=[
            *(finding for year in found for finding in _of_year(store, year)),
            *_of_changes(store, found, outcome),
        ],
        notes=(
            (
                f"In {outcome.unit}, for {STEP} points more: Meals alone, of pupils with free "
                "meals, whatever the results; Equal results, at equal results; in region, beside "
                "schools of the same region; Of results, at equal free meals."
            ),
            (
                "Where a definition changed, both sides are counted differently: nothing is "
                "subtracted across it. A change has a range that knows of the authorities in both."
            ),
            age(years[-1]),
        ),
        made_up=any(r.made_up for r in store.releases()),
    )


def _years(store: Store, years: Sequence[int], outcome: Outcome) -> Iterator[_Year]:
    before: int | None = None
    for year in years:
        try:
            found, why = gradient(staffed(store, year), outcome), ""
        except CannotAnswerError as error:
            found, why = None, error.message
        if before is None:
            yield _Year(year, found, why, (), "")
        else:
            changed = (*_staff_changed(outcome, before, year), *_results_changed(before, year))
            renamed = [said for when, said in _RENAMED.items() if before < when <= year]
            yield _Year(year, found, why, changed, "; ".join(renamed))
        before = year


def _staff_changed(outcome: Outcome, first: int, last: int) -> Iterator[str]:
    """Yield how the outcome, or who has free meals, came to be counted otherwise."""
    meals = {MEALS_SINCE: "six years of free meals count, not one"}
    for changed in (outcome.changed, meals):
        for when, said in sorted(changed.items()):
            if first < when <= last:
                yield f"{academic_year(when)}: {said}"


def _results_changed(first: int, last: int) -> Iterator[str]:
    then, now = (find(default_measure(year)) for year in (first, last))
    yield from rules_changed(then, first, now, last, "all")


def _change(first: _Year, last: _Year, name: str, outcome: Outcome) -> Figure:
    """Return how far a slope went, withheld with what changed where something did."""
    changed = [*_staff_changed(outcome, first.year, last.year)]
    if name != "alone":
        changed += _results_changed(first.year, last.year)
    if changed:
        return Withheld("break", f"rules changed: {'; '.join(changed)}")
    then, now = (_fitted(year, name) for year in (first, last))
    if isinstance(then, Withheld):
        return then
    if isinstance(now, Withheld):
        return now
    return now.since(then, int(name == "results"), _SINCE)


def _fitted(year: _Year, name: str) -> Slopes | Withheld:
    if year.found is None:
        return Withheld("not-held", year.why)
    if name == "alone":
        return year.found.alone
    return year.found.within if name.endswith("region") else year.found.both


# Findings -------------------------------------------------------------------------------------


def _of_year(store: Store, year: _Year) -> Iterator[Finding]:
    if year.found is None:
        return
    about = about_of(store, year.found)
    outcome = year.found.joined.outcome
    for name, where in _WHERE.items():
        figure = year.slope(name)
        said = (
            f"In {academic_year(year.year)}{where}, {outcome.difference(figure)}."
            if isinstance(figure, Estimate)
            else f"In {academic_year(year.year)} it is not known: {figure.reason}."
        )
        yield about.say(
            f"workforce.{outcome.name}.slope.{year.year}.{name}",
            said,
            figure,
            unit=_unit(outcome),
            counts="schools",
        )
    joined = joined_finding(year.found.joined, about)
    yield about.say(
        f"{joined.id}.{year.year}", joined.sentence, joined.figure, unit="percent", counts="schools"
    )


def _of_changes(store: Store, found: Sequence[_Year], outcome: Outcome) -> Iterator[Finding]:
    for name in ("alone", "meals", "meals_within_region"):
        for first, last in _stretches(found, name, outcome):
            figure = _change(first, last, name, outcome)
            if first.found is None or last.found is None or isinstance(figure, Withheld):
                continue
            about = about_of(store, last.found)
            then, now = (year.slope(name) for year in (first, last))
            if isinstance(then, Withheld) or isinstance(now, Withheld):
                continue
            span = f"{academic_year(first.year)} to {academic_year(last.year)}"
            sources = (*about_of(store, first.found).provenance, *about.provenance)
            yield say(
                f"workforce.{outcome.name}.change.{first.year}-{last.year}.{name}",
                f"From {span} the slope {_SPOKEN[name]} went from "
                f"{_moved(figure, then.value, now.value, outcome)}. No definition "
                "changed in between; part of it may be other schools.",
                figure,
                unit=_unit(outcome),
                year=last.year,
                definition=f"{about.definition} Less the same of {academic_year(first.year)}.",
                caveats=(NOT_AN_EFFECT,),
                provenance=sources,
                counts="schools",
            )


def _stretches(
    found: Sequence[_Year], name: str, outcome: Outcome
) -> Iterator[tuple[_Year, _Year]]:
    """Yield the first and last year of each run of two or more with nothing changed."""
    run: list[_Year] = []
    for year in found:
        if isinstance(_fitted(year, name), Withheld):
            continue
        if run and isinstance(_change(run[0], year, name, outcome), Withheld):
            if len(run) > 1:
                yield run[0], run[-1]
            run = []
        run.append(year)
    if len(run) > 1:
        yield run[0], run[-1]


def _moved(figure: Estimate, then: float, now: float, outcome: Outcome) -> str:
    """Return in words how far a slope went: more and less are of the slope, with its sign."""

    def apart(value: float) -> str:
        return f"{outcome.amount.format(abs(value))} {'less' if value < 0 else 'more'}"

    said = f"{_signed(then, outcome)} to {_signed(now, outcome)}, {apart(figure.value)}"
    if figure.low is None or figure.high is None:
        return said
    chance = ", which may be chance" if figure.low <= 0 <= figure.high else ""
    return f"{said} ({apart(figure.low)} to {apart(figure.high)}){chance}"


def _signed(value: float, outcome: Outcome) -> str:
    return f"{'-' if value < 0 else '+'}{outcome.amount.format(abs(value))}"


def _unit(outcome: Outcome) -> str:
    return "points" if outcome.unit == "percent" else outcome.unit


# The table ------------------------------------------------------------------------------------


def _columns(outcome: Outcome) -> tuple[Column, ...]:
    decimals = outcome.decimals + (outcome.name != "salary")
    return (
        Column("year", "Year", screen=False),
        Column("results", "Results"),
        Column("measure", "Result measure", screen=False),
        Column("schools", "Schools"),
        Column("joined_percent", "Joined %", 0),
        *(
            Column(f"{end}slope_{name}", heading if not end else words, decimals, screen=not end)
            for name, heading in SLOPES.items()
            for end, words in (("", ""), ("low_", "From"), ("high_", "To"))
        ),
        Column("since", "Since", screen=False),
        *(
            Column(f"{end}change_{name}", f"{heading}: change{words}", decimals, screen=False)
            for name, heading in SLOPES.items()
            for end, words in (("", ""), ("low_", ", from"), ("high_", ", to"))
        ),
        Column("rules_changed", "Rules changed since the row above", screen=False),
        Column("renamed", "Columns renamed since the row above", screen=False),
    )


def _rows(found: Sequence[_Year], outcome: Outcome) -> Iterator[tuple[Cell, ...]]:
    before: _Year | None = None
    for year in found:
        yield (
            year.year,
            academic_year(year.year),
            default_measure(year.year),
            *_of_joined(year),
            *(cell for name in SLOPES for cell in _ends(year.slope(name))),
            *_since(before, year, outcome),
            "; ".join(year.changed),
            year.renamed,
        )
        before = year if year.found is not None else before


def _of_joined(year: _Year) -> tuple[Cell, Cell]:
    if year.found is None:
        return Withheld("not-held", year.why), Withheld("not-held", year.why)
    joined = year.found.joined
    return int(joined.kept.sum()), joined.share


def _since(before: _Year | None, year: _Year, outcome: Outcome) -> Iterator[Cell]:
    if before is None or year.found is None:
        yield from (None,) * (1 + 3 * len(SLOPES))
        return
    yield academic_year(before.year)
    for name in SLOPES:
        yield from _ends(_change(before, year, name, outcome))


def _ends(figure: Figure) -> tuple[Cell, Cell, Cell]:
    if isinstance(figure, Withheld):
        return figure, figure, figure
    none = Withheld("not-held", figure.no_interval)
    low, high = (none if end is None else end for end in (figure.low, figure.high))
    return figure.value, low, high
