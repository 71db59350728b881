"""The gap over years: a row a year, breaks marked, and nothing subtracted across one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from codebreakers.errors import CannotAnswerError
from codebreakers.estimates import Estimate, Figure, Withheld
from codebreakers.findings import Cell, Column, Finding, Provenance, Table
from codebreakers.findings.disclosure import cite, say, tabulate
from codebreakers.findings.words import age, definition, figure_in_words
from codebreakers.measures import Measure
from codebreakers.measures.catalogue import find
from codebreakers.measures.held import years_held
from codebreakers.peers.population import Scope
from codebreakers.questions.gaps.groups import place_of
from codebreakers.questions.gaps.years import Year, change, stretches, years_of
from codebreakers.sources import academic_year, results_year
from codebreakers.store import Store

__all__ = ["by_year"]

_GROUPS = ("disadvantaged", "other", "all")
_NOT_SUBTRACTED = (
    "Where rules changed, the years on both sides are counted differently: nothing is subtracted "
    "across it."
)
_CHANCE = (
    "A range (95%) allows for who happened to be in each cohort, for no more; none is given for "
    "scores, whose scatter among pupils is not in these tables."
)
_SCHOOLS = (
    "Sums over the schools held: they may be other schools in another year, and part of a change "
    "may be theirs."
)


def by_year(store: Store, years: Iterable[int | str], measure: str | None, where: Scope) -> Table:
    """Return a row a year: each group's figure, the gap, and how far it went since the year before.

    Parameters
    ----------
    store, years, measure, where
        As for ``questions.gaps.gaps``.

    Raises
    ------
    CannotAnswerError
        Nothing is held of any of the years.
    """
    asked = sorted({results_year(year) for year in years})
    found, missing = years_of(store, asked, measure, where)
    if not any(year.sources for year in found):
        names = dict.fromkeys(year.measure.name for year in found)
        held = {y for name in names for y in years_held(store, find(name), "disadvantaged")}
        raise CannotAnswerError(
            f"No table held has {' or '.join(names)} of disadvantaged or other pupils in any of "
            "these years.",
            available=[str(y) for y in sorted(held)],
            remedy="Ask about years held, or get them: codebreakers fetch.",
        )
    place = place_of(store, where)
    releases = store.releases()
    sources = {year.year: cite(releases, year.releases) for year in found}
    span = academic_year(asked[0])
    if len(asked) > 1:
        span += f" to {academic_year(asked[-1])}"
    summed = any("schools" in source for year in found for source in year.sources)
    return tabulate(
        "gaps",
        f"How far behind are disadvantaged pupils? {place[0].upper()}{place[1:]}, {span}",
        _columns(),
        [_row(year, found) for year in found],
        findings=[
            *(_of_year(year, place, sources[year.year]) for year in found),
            *(_of_stretch(run, place, sources) for run in stretches(found)),
        ],
        notes=(
            _NOT_SUBTRACTED,
            _CHANCE,
            *((_SCHOOLS,) if summed else ()),
            *missing,
            age(asked[-1]),
        ),
        made_up=any(release.made_up for release in releases),
    )


# Findings -------------------------------------------------------------------------------------


def _of_year(year: Year, place: str, sources: tuple[Provenance, ...]) -> Finding:
    gap, when = year.gap, academic_year(year.year)
    if isinstance(gap, Withheld):
        sentence = f"The gap in {place} in {when} is not known: {gap.reason.rstrip('.')}."
    else:
        way = "behind" if gap.value >= 0 else "ahead of"
        sentence = (
            f"In {place} in {when}, disadvantaged pupils were {_points(gap, year.measure)} points "
            f"{way} other pupils{_range(gap, year.measure)}: {_both(year)}."
        )
    return say(
        f"gap.trend.{year.year}",
        sentence,
        gap,
        unit="points",
        year=year.year,
        definition=_definition(year),
        caveats=year.broken,
        provenance=sources,
    )


def _definition(year: Year) -> str:
    said = definition(year.measure, year.year, "other")
    return f"{said.rstrip('.')}, minus the same for disadvantaged pupils."


def _both(year: Year) -> str:
    behind, ahead = (
        figure_in_words(figure.value, year.measure)
        for figure in (year.figure("disadvantaged"), year.figure("other"))
        if isinstance(figure, Estimate)
    )
    if year.measure.kind == "proportion":
        return f"{behind}% against {ahead}% {year.measure.title}"
    return f"{behind} against {ahead}, {_counted(year.measure)}"


def _counted(measure: Measure) -> str:
    """Return what was counted, in words."""
    if measure.kind == "proportion":
        return f"in the percentage who {measure.title}"
    return f"in the average {measure.title}"


def _points(figure: Estimate, measure: Measure) -> str:
    return figure_in_words(abs(figure.value), measure)


def _range(figure: Estimate, measure: Measure) -> str:
    if figure.low is None or figure.high is None:
        return ""
    low, high = (figure_in_words(end, measure) for end in (figure.low, figure.high))
    return f" ({low} to {high})"


def _of_stretch(
    run: Sequence[Year], place: str, sources: dict[int, tuple[Provenance, ...]]
) -> Finding:
    first, last = run[0], run[-1]
    figure, measure = change(first, last), last.measure
    span = f"from {academic_year(first.year)} to {academic_year(last.year)}"
    if isinstance(figure, Withheld):
        sentence = f"How the gap in {place} changed {span} is not known: {figure.reason}."
    else:
        way = "grew" if figure.value >= 0 else "narrowed"
        how = (
            f"{way} by {_points(figure, measure)} points"
            if float(_points(figure, measure)) > 0
            else "did not change"
        )
        sentence = (
            f"The gap in {place} {how} {span}{_range(figure, measure)}, {_counted(measure)}: no "
            "rule changed in between."
        )
    between = [s for year in run for s in sources[year.year]]
    return say(
        f"gap.trend.change.{first.year}-{last.year}",
        sentence,
        figure,
        unit="points",
        year=last.year,
        definition=f"{_definition(last)} Less the same of {academic_year(first.year)}.",
        provenance=tuple(dict.fromkeys(between)),
    )


# The table ------------------------------------------------------------------------------------


def _columns() -> tuple[Column, ...]:
    return (
        Column("year", "Year", screen=False),
        Column("results", "Results"),
        Column("measure", "Measure"),
        Column("unit", "Unit", screen=False),
        Column("disadvantaged", "Disadv.", 1),
        Column("other", "Others", 1),
        Column("all", "All", 1),
        Column("disadvantaged_pupils", "Pupils", screen=False),
        Column("gap_points", "Gap", 1),
        Column("low_gap", "From", 1),
        Column("high_gap", "To", 1),
        Column("since", "Since"),
        Column("change_points", "Change", 1),
        Column("low_change", "From", 1, screen=False),
        Column("high_change", "To", 1, screen=False),
        Column("change_disadvantaged_points", "Change of disadv.", 1, screen=False),
        Column("rules_changed", "Rules changed since the row above", screen=False),
        Column("source", "Read from", screen=False),
    )


def _row(year: Year, found: Sequence[Year]) -> tuple[Cell, ...]:
    figures = [year.figure(group) for group in _GROUPS]
    pupils = figures[0].n if isinstance(figures[0], Estimate) else None
    earlier = [y for y in found if y.year < year.year and isinstance(y.gap, Estimate)]
    return (
        year.year,
        academic_year(year.year),
        year.measure.name,
        year.measure.unit,
        *(_cell(figure) for figure in figures),
        Withheld("not-held") if pupils is None else pupils,
        *_ends(year.gap),
        *_since(year, earlier[-1] if earlier else None),
        "; ".join(year.broken),
        " and ".join(dict.fromkeys(year.sources)) or Withheld("not-held", _why(year)),
    )


def _why(year: Year) -> str:
    gap = year.gap
    return year.why or (gap.reason if isinstance(gap, Withheld) else "")


def _since(year: Year, before: Year | None) -> Iterator[Cell]:
    """Yield the year compared with, and how far the gap and the disadvantaged's figure went."""
    if before is None or not isinstance(year.gap, Estimate):
        yield from (None,) * 5
        return
    yield academic_year(before.year)
    yield from _ends(change(before, year))
    yield _cell(change(before, year, "disadvantaged"))


def _cell(figure: Figure) -> Cell:
    return figure if isinstance(figure, Withheld) else figure.value


def _ends(figure: Figure) -> Iterator[Cell]:
    if isinstance(figure, Withheld):
        yield from (figure,) * 3
        return
    yield figure.value
    for end in (figure.low, figure.high):
        yield Withheld("not-held", figure.no_interval) if end is None else end
