"""The result of disadvantaged, other and all pupils of one year, in one place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from codebreakers.errors import CannotAnswerError
from codebreakers.estimates import Estimate, Figure, Withheld
from codebreakers.findings import Column, Finding, Table
from codebreakers.findings.disclosure import cite, say, tabulate
from codebreakers.findings.words import age, definition, figure_in_words, per_hundred
from codebreakers.measures import GROUPS, Measure, Summary
from codebreakers.measures.catalogue import DEFAULTS, default_measure, find
from codebreakers.measures.held import resolve, years_held
from codebreakers.measures.national import National, national, rest, tabled_years, total
from codebreakers.peers.population import Population, Scope, population
from codebreakers.sources import academic_year
from codebreakers.store import Store

__all__ = ["Found", "by_group", "figures_of", "place_of"]

Found = Mapping[str, National | CannotAnswerError]

_ORDER = ("disadvantaged", "other", "all")


def by_group(store: Store, year: int | str | None, measure: str | None, where: Scope) -> Table:
    """Return a row a group of pupils, and how far behind the disadvantaged are.

    Parameters
    ----------
    store : Store
        Where to read.
    year : int or str, optional
    measure : str, optional
    where : Scope

    Raises
    ------
    CannotAnswerError
        No table held has any group's result.
    """
    counted, when = _asked(store, measure, year)
    place = place_of(store, where)
    found, missing = figures_of(store, counted, when, where)
    if all(isinstance(f, CannotAnswerError) for f in found.values()):
        raise CannotAnswerError(
            f"No table held has {counted.name} for {when}.",
            available=[str(y) for y in years_held(store, counted, "all")],
            remedy=f"Ask about a year held, or get it: codebreakers fetch {when}.",
        )
    findings = [
        _finding(store, counted, when, group, figure, place) for group, figure in found.items()
    ]
    rows = [
        (GROUPS[group], said.figure, _pupils(f), f.said if isinstance(f, National) else f.message)
        for said, (group, f) in zip(findings, found.items(), strict=True)
    ]
    findings.append(_difference(counted, when, findings, place))
    return tabulate(
        "gaps",
        f"How far behind are disadvantaged pupils? {place[0].upper()}{place[1:]}, "
        f"{academic_year(when)}",
        _columns(counted),
        rows,
        findings=findings,
        notes=(age(when), *missing),
        made_up=any(r.made_up for r in store.releases()),
    )


def place_of(store: Store, where: Scope) -> str:
    """Return where an answer is about: "England", "schools in Leeds"."""
    made_up = any(release.made_up for release in store.releases())
    country = "Example England" if made_up else "England"
    return country if where.is_everything else where.describe()


def figures_of(
    store: Store, measure: Measure, year: int, where: Scope
) -> tuple[Found, tuple[str, ...]]:
    """Return each group's figure, or the error that says why there is none: it is shown.

    Parameters
    ----------
    store : Store
    measure : Measure
    year : int
    where : Scope
        National figures where it leaves nothing out; else sums over its schools.

    Returns
    -------
    dict of str to National or CannotAnswerError
        In the order disadvantaged, other, all.
    tuple of str
        In words, which of the schools listed have no results.

    Raises
    ------
    CannotAnswerError
        Part of the country is asked about, and no table of schools is held for the year.
    UnknownNameError
        The scope names a school or place that is not there.
    """
    if where.is_everything:
        return {group: _looked_up(store, measure, year, group) for group in _ORDER}, ()
    people = population(store, year)
    return _added_up(people, measure, where), people.unknown(where)


def _asked(store: Store, measure: str | None, year: int | str | None) -> tuple[Measure, int]:
    """Return the measure and year; with no year, a newer national table counts too."""
    named = None if measure is None else find(measure)
    newest = None
    if year is None:
        newest = max(
            (
                y
                for candidate in ((named,) if named else map(find, DEFAULTS))
                for y in tabled_years(store, candidate, "disadvantaged")
                if named or default_measure(y) == candidate.name
            ),
            default=None,
        )
    try:
        counted, when = resolve(store, measure, year, "disadvantaged")
    except CannotAnswerError:
        if newest is None:
            raise
        return named or find(default_measure(newest)), newest
    if newest is not None and newest > when:
        return named or find(default_measure(newest)), newest
    return counted, when


def _columns(measure: Measure) -> tuple[Column, ...]:
    return (
        Column("group", "Pupils"),
        Column(f"value_{measure.unit}", "Result", max(1, measure.decimals)),
        Column("pupils", "Number"),
        Column("source", "Read from"),
    )


def _pupils(found: National | CannotAnswerError) -> int | Withheld:
    if isinstance(found, CannotAnswerError) or found.pupils is None:
        return Withheld("not-held")
    return found.pupils


def _looked_up(
    store: Store, measure: Measure, year: int, group: str
) -> National | CannotAnswerError:
    """Return the national figure, or the error that says why there is none: it is shown."""
    try:
        return national(store, measure, year, group)
    except CannotAnswerError as error:
        return error


def _added_up(
    people: Population, measure: Measure, scope: Scope
) -> dict[str, National | CannotAnswerError]:
    """Return each group's figure over the schools of a scope."""
    inside = people.within(scope)
    held: dict[str, Summary] = {}
    found: dict[str, National | CannotAnswerError] = {}
    for group in ("all", "disadvantaged", "other"):
        try:
            if group == "other" and not years_held(people.store, measure, group, (people.year,)):
                figure = rest(held["all"], held["disadvantaged"])
            else:
                summary = people.take(measure, group)
                held[group] = replace(summary, pupils=np.where(inside, summary.pupils, np.nan))
                figure = total(held[group])
            found[group] = replace(figure, said=f"computed from the {scope.describe()} held")
        except CannotAnswerError as error:
            found[group] = error
    return {group: found[group] for group in _ORDER}


def _figure(found: National | CannotAnswerError) -> Figure:
    if isinstance(found, CannotAnswerError):
        return Withheld("not-held", found.message)
    return Estimate(
        found.value,
        n=found.pupils,
        method=found.said,
        no_interval="every pupil in the country is counted, so there is no sample to allow for",
    )


def _finding(
    store: Store,
    measure: Measure,
    year: int,
    group: str,
    found: National | CannotAnswerError,
    place: str,
) -> Finding:
    figure = _figure(found)
    who = GROUPS[group]
    sentence = (
        f"Not known for {who} in {place} in {academic_year(year)}: {figure.reason}"
        if isinstance(figure, Withheld)
        else f"In {place} in {academic_year(year)}, {_said(measure, figure, who)}."
    )
    caveats = []
    used: tuple[int, ...] = ()
    if isinstance(found, National):
        used = found.releases
        if found.source == "schools":
            caveats.append(
                f"{found.said[0].upper()}{found.said[1:]}: special schools and schools left out "
                "of the tables are not in it."
            )
    return say(
        f"gap.{group}",
        sentence,
        figure,
        unit=measure.unit,
        year=year,
        definition=f"{definition(measure, year, group)} Of {place}.",
        caveats=caveats,
        provenance=cite(store.releases(), used),
        rebuilt=isinstance(found, National) and found.source == "schools",
    )


def _said(measure: Measure, figure: Estimate, who: str) -> str:
    if measure.kind == "proportion":
        return f"{per_hundred(figure.value)} {who.removeprefix('all ')} {measure.title}"
    return f"the average {measure.title} of {who} was {figure_in_words(figure.value, measure)}"


def _difference(measure: Measure, year: int, findings: list[Finding], place: str) -> Finding:
    behind, ahead = (finding.figure for finding in findings[:2])
    why = "the figure of one of the two groups is not known, or not shown"
    figure: Figure = Withheld("not-held", why)
    sentence = f"The gap in {place} in {academic_year(year)} is not known: {why}."
    if isinstance(behind, Estimate) and isinstance(ahead, Estimate):
        points = ahead.value - behind.value
        figure = Estimate(points, method="others minus disadvantaged")
        sentence = (
            f"In {place} in {academic_year(year)}, disadvantaged pupils were "
            f"{figure_in_words(abs(points), measure)} points "
            f"{'behind' if points >= 0 else 'ahead of'} other pupils."
        )
    return say(
        "gap.difference",
        sentence,
        figure,
        unit="points",
        year=year,
        definition=f"{definition(measure, year, 'other')}, minus the same for disadvantaged pupils",
        caveats=[c for f in findings[:2] for c in f.caveats][:1],
        provenance=tuple(dict.fromkeys(p for f in findings[:2] for p in f.provenance)),
    )
