"""Do they also go on to do well? Code breakers' pupils after school, beside similar schools'."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from codebreakers.errors import CannotAnswerError
from codebreakers.estimates import Estimate
from codebreakers.findings import Cell, Column, Finding, Table
from codebreakers.findings.chance import allowed_for
from codebreakers.findings.disclosure import About, cite, tabulate
from codebreakers.findings.words import age, disadvantaged_means
from codebreakers.inference.above_england import above_england
from codebreakers.inference.contrast import Contrast, contrast
from codebreakers.inference.evidence import Evidence
from codebreakers.inference.levels import DRAWS
from codebreakers.measures import Measure, Summary
from codebreakers.measures.catalogue import find
from codebreakers.measures.held import resolve, years_held
from codebreakers.peers import PeerRule
from codebreakers.peers.likeness import compared, feature_values, similar_rule
from codebreakers.peers.population import Population, population
from codebreakers.sources import academic_year
from codebreakers.store import Store

__all__ = ["LEFT_BEFORE", "life", "life_years"]

LEFT_BEFORE = 2
"""Years between the results of pupils and the table of where they went."""

_OUTCOME = "sustained_destinations"
_COLUMNS = (
    Column("line", "Schools"),
    Column("schools", "How many"),
    Column("rate_percent", "Stayed on", 1),
    Column("similar_percent", "At similar schools", 1),
    Column("difference_points", "Difference", 1),
    Column("low_points", "From", 1),
    Column("high_points", "To", 1),
    Column("without", "No figure", screen=False),
)
# Whose grades count, by line.
_LINES = {
    "some": ("Strong or some evidence", ("confirmed", "likely")),
    "confirmed": ("Strong evidence", ("confirmed",)),
    "one_off": ("One year only", ("one-off",)),
}
_METHOD = "mean difference from own similar schools; interval by authority"


@dataclass(frozen=True, slots=True, eq=False)
class _Line:
    id: str
    words: str
    found: Contrast
    figure: Estimate


def life(
    store: Store,
    *,
    year: int | str | None = None,
    measure: str | None = None,
    draws: int = DRAWS,
    seed: int = 0,
) -> Table:
    """Return whether disadvantaged pupils of code breakers also stay on after school.

    Parameters
    ----------
    store : Store
        Where to read.
    year : int or str, optional
        Results year of the pupils; by default the newest whose destinations are held.
    measure : str, optional
        By which schools are code breakers; by default the measure of the year.
    draws : int
        Of the schools' true levels.
    seed : int
        Settles ties, and of the draws.

    Returns
    -------
    Table
        A row a grade of evidence; a finding each: ``life.some``, ``life.confirmed``,
        ``life.one_off``; a grade that no school with a figure has is left out.

    Raises
    ------
    CannotAnswerError
        No table held says where disadvantaged pupils of the year went.
    UnknownNameError
        No measure has this name.
    """
    with store.reading():
        people, summary, evidence = _judged(store, measure, year, draws, seed)
        when, rule = people.year, similar_rule(people)
        after = replace(people, year=when + LEFT_BEFORE).take(find(_OUTCOME), "disadvantaged")
        lines = list(_lines(people, summary, after, evidence, rule, seed))
        releases = store.releases()
    about = About(
        when,
        _definition(summary.measure, when, rule),
        _caveats(rule),
        cite(releases, (summary.release, after.release)),
    )
    return tabulate(
        "life",
        f"Do they also go on to do well? Pupils of {academic_year(when)}",
        _COLUMNS,
        list(_rows(lines)),
        findings=list(_findings(lines, about)),
        notes=(age(when),),
        made_up=any(r.made_up for r in releases),
        counts="schools",
    )


def life_years(store: Store) -> tuple[int, ...]:
    """Return the results years whose disadvantaged pupils' destinations are held, in order."""
    held = years_held(store, find(_OUTCOME), "disadvantaged")
    return tuple(year - LEFT_BEFORE for year in held)


def _judged(
    store: Store, measure: str | None, year: int | str | None, draws: int, seed: int
) -> tuple[Population, Summary, Evidence]:
    """Return the year's schools and how sure each is: of the newest year where none is given."""
    unsaid = ""
    for counted, when in _years(store, measure, year):
        people = population(store, when)
        summary = people.take(counted, "disadvantaged")
        told, unsaid = allowed_for(partial(above_england, people, summary, draws=draws, seed=seed))
        if told is not None:
            return people, summary, told[1]
    raise CannotAnswerError(
        unsaid or "No year is held with both results and destinations of disadvantaged pupils.",
        remedy="codebreakers fetch 2015 2017 gets the pupils of 2014/15 and where they went.",
    )


def _years(
    store: Store, measure: str | None, year: int | str | None
) -> Iterator[tuple[Measure, int]]:
    """Yield the measure and the years that may be asked about, the newest first."""
    held = life_years(store)
    if year is None:
        for one in reversed(held):
            counted, when = resolve(store, measure, one, "disadvantaged")
            if when in years_held(store, counted, "disadvantaged"):
                yield counted, when
        return
    counted, when = resolve(store, measure, year, "disadvantaged")
    if when not in held:
        raise CannotAnswerError(
            f"Where the disadvantaged pupils of {academic_year(when)} went is not held.",
            available=[str(y) for y in held],
            remedy="Tables of destinations tell disadvantaged pupils apart from that of 2016/17 "
            f"on, of pupils who left {LEFT_BEFORE} years before.",
        )
    yield counted, when


def _caveats(rule: PeerRule) -> tuple[str, ...]:
    said = (
        "A difference is not an effect of the school: what similar schools leave free, such as the "
        "places nearby and who chooses the school, differs too."
    )
    if "ks2_points" in rule.features:
        return (said,)
    return (
        said,
        (
            "KS2 points are not in this year's tables: schools are matched on disadvantaged share "
            "alone, and part of the difference may be of pupils who came with more."
        ),
    )


def _definition(measure: Measure, year: int, rule: PeerRule) -> str:
    return (
        f"{find(_OUTCOME).title.capitalize()}: disadvantaged pupils "
        f"({disadvantaged_means(year)}) of {academic_year(year)}, in the table of "
        f"{academic_year(year + LEFT_BEFORE)}. Each school counts once. Graded by whether their "
        f"lasting level is above all pupils in England in: {measure.title}. Each is set beside its "
        f"own similar schools that have no such evidence. Similar: {rule.describe()}"
    )


def _lines(
    people: Population,
    summary: Summary,
    after: Summary,
    evidence: Evidence,
    rule: PeerRule,
    seed: int,
) -> Iterator[_Line]:
    groups = compared(people, summary, rule, seed)
    features = feature_values(people, rule.features)
    others = np.isin(evidence.grades, ("not", "one-off"))
    outcome = np.where(after.pupils > 0, after.values, np.nan)
    clusters = people.schools["authority"].astype(str)
    for id_, (words, grades) in _LINES.items():
        some = np.isin(evidence.grades, grades)
        if not (some & ~np.isnan(outcome)).any():
            continue
        found = contrast(outcome, some, others & ~some, groups, features, clusters)
        yield _Line(id_, words, found, found.difference.estimate(0, _METHOD))


def _rows(lines: list[_Line]) -> Iterator[tuple[Cell | Estimate, ...]]:
    for line in lines:
        figure, found = line.figure, line.found
        yield (
            line.words,
            figure.n,
            Estimate(found.own, n=figure.n),
            Estimate(found.similar, n=figure.n),
            figure,
            figure.low,
            figure.high,
            found.without,
        )


def _findings(lines: list[_Line], about: About) -> Iterator[Finding]:
    title = find(_OUTCOME).title
    for line in lines:
        figure, found = line.figure, line.found
        ends = "" if figure.low is None else f" ({figure.low:.1f} to {figure.high:.1f})"
        without = f" {found.without} have no figure." if found.without else ""
        yield about.say(
            f"life.{line.id}",
            f"{line.words}: {found.own:.1f}% of disadvantaged pupils {title} at {figure.n} such "
            f"schools, {found.similar:.1f}% at schools similar to each: a difference of "
            f"{figure.value:+.1f} points{ends}, {_verdict(figure)}.{without}",
            figure,
            unit="points",
            counts="schools",
        )


def _verdict(figure: Estimate) -> str:
    if figure.low is None or figure.high is None:
        return f"with no interval: {figure.no_interval}"
    if figure.low > 0:
        return "more than chance alone would give"
    if figure.high < 0:
        return "fewer than chance alone would give"
    return "no more than chance could give"
