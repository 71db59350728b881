"""Who has cracked the code? Schools whose disadvantaged pupils beat all pupils nationally."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from codebreakers.estimates import Estimate, Withheld
from codebreakers.findings import Table
from codebreakers.findings.disclosure import About, cite, tabulate
from codebreakers.findings.words import age, definition, figure_in_words
from codebreakers.inference.levels import DRAWS
from codebreakers.measures import Measure
from codebreakers.measures.held import resolve
from codebreakers.peers.population import Scope, population
from codebreakers.questions.codebreakers.choices import (
    COHORTS,
    HIGHLY_DISADVANTAGED,
    SHARES,
    Said,
    by_disadvantage,
    choices,
    share_of,
)
from codebreakers.questions.codebreakers.judged import Judged, Rule, judge, margin_of
from codebreakers.questions.codebreakers.listing import columns, rows
from codebreakers.questions.codebreakers.sure import allowing_for_chance
from codebreakers.sources import academic_year
from codebreakers.store import Store

__all__ = ["COHORTS", "HIGHLY_DISADVANTAGED", "SHARES", "Rule", "breakers"]


def breakers(
    store: Store,
    *,
    year: int | str | None = None,
    measure: str | None = None,
    rule: Rule | None = None,
    scope: Scope | None = None,
    everyone: bool = False,
    draws: int = DRAWS,
    seed: int = 0,
) -> Table:
    """Return the schools whose disadvantaged pupils beat the national figure of all pupils.

    Parameters
    ----------
    store : Store
        Where to read.
    year : int or str, optional
        Results year, or "2012/13"; by default the newest that can answer.
    measure : str, optional
        Name of a measure; by default the one of the year.
    rule : Rule, optional
        The choices of the rule; the published ones by default.
    scope : Scope, optional
        Which schools to answer for; every school by default.
    everyone : bool
        Whether every school judged has a row, and not the code breakers alone.
    draws : int
        Of the schools' true levels, to allow for chance; 0 for the published rule alone.
    seed : int
        Of the draws.

    Returns
    -------
    Table
        A row a code breaker, in order of name; findings ``breakers.count``, ``breakers.share``,
        ``breakers.judged``, ``breakers.highly_disadvantaged``, one ``breakers.fifth.N`` for each
        fifth of disadvantage, and one ``breakers.choice.*`` for each other choice of definition.
        With draws also ``breakers.expected``, ``breakers.expected_wrong``,
        ``breakers.beyond_intake`` and one finding a grade (``breakers.confirmed``, ...).

    Raises
    ------
    CannotAnswerError
        No table held has the disadvantaged pupils' result.
    UnknownNameError
        The measure or the scope names what is not there.
    """
    rule = rule or Rule()
    scope = scope or Scope()
    with store.reading():
        counted, when = resolve(store, measure, year, "disadvantaged")
        people = population(store, when)
        judged = judge(people, counted, rule, scope, draws=draws, seed=seed)
        releases = store.releases()
    about = About(
        when,
        _definition(counted, when, judged, rule, scope),
        _caveats(judged),
        cite(releases, (judged.summary.release, *judged.benchmark.releases)),
    )
    return tabulate(
        "breakers",
        f"Schools that cracked the code, {academic_year(when)}",
        columns(judged),
        list(rows(judged, everyone=everyone)),
        findings=[
            about.say(id_, sentence, figure, unit=unit, counts="schools")
            for id_, sentence, figure, unit in _said(judged, rule, scope)
        ],
        notes=(
            age(when),
            (
                "In order of name. Result, pupils and share are of disadvantaged pupils, from and "
                "to the 95% interval of the school's "
                f"{'own result' if judged.chance is None else 'true level, allowing for chance'}."
            ),
        ),
        made_up=any(r.made_up for r in releases),
    )


def _definition(measure: Measure, year: int, judged: Judged, rule: Rule, scope: Scope) -> str:
    benchmark = judged.benchmark
    goal = (
        f"above {figure_in_words(benchmark.value, measure)}, the figure of all pupils in England "
        f"({benchmark.said})"
    )
    if rule.definition == "intake" and judged.chance is not None:
        used = " and ".join(f.replace("_", " ") for f in judged.chance.levels.intake.features)
        goal = f"{margin_of(measure):g} points or more above what its intake predicts ({used})"
    parts = [
        definition(measure, year, "disadvantaged"),
        f"A school counts when its figure is {goal}.",
        f"Grammar schools are {rule.selective}.",
    ]
    if rule.min_pupils:
        parts.append(f"Schools with at least {rule.min_pupils} disadvantaged pupils.")
    if rule.min_disadvantaged:
        parts.append(f"Schools at least {rule.min_disadvantaged:g}% disadvantaged.")
    if not scope.is_everything:
        parts.append(f"Of {scope.describe()}.")
    return " ".join(parts)


def _caveats(judged: Judged) -> tuple[str, ...]:
    caveats = [
        "As published: some of these schools are above by luck, and as many may be below by it.",
    ]
    if judged.unsaid:
        caveats.append(judged.unsaid)
    if judged.chance is not None:
        caveats += [
            (
                "Chance is what would differ were every pupil's result drawn independently; what a "
                "whole cohort shares in a year counts as the school's."
            ),
            (
                "Intake is the whole school's: the disadvantaged pupils' own prior attainment is "
                "not published."
            ),
        ]
    if not judged.people.selective.any():
        caveats.append("The tables held for this year have no grammar schools.")
    if judged.people.left_out:
        left = ", ".join(f"{n:,} {why}" for why, n in judged.people.left_out.items())
        caveats.append(f"Left out: {left}.")
    if judged.benchmark.source == "schools":
        caveats.append(f"The national figure is {judged.benchmark.said}.")
    return tuple(caveats)


def _said(judged: Judged, rule: Rule, scope: Scope) -> Iterator[Said]:
    count, n = int(judged.above.sum()), int(judged.judged.sum())
    share = share_of(judged.above, judged.judged)
    where, when = scope.describe(), academic_year(judged.people.year)
    did = "cracked the code"
    if rule.definition == "intake":
        margin = margin_of(judged.summary.measure)
        did = f"were {margin:g} points or more above what their intake predicts"
    if isinstance(share, Withheld):
        yield "breakers.count", f"Not known: {share.reason}.", share, "schools"
        yield "breakers.share", f"Not known: {share.reason}.", share, "percent"
    else:
        yield (
            "breakers.count",
            (f"{count:,} of {n:,} {where} ({share.value:.1f}%) {did} in {when}, as published."),
            replace(share, value=count),
            "schools",
        )
        yield (
            "breakers.share",
            f"{share.value:.1f}% of {where} {did} in {when}, as published.",
            share,
            "percent",
        )
    yield "breakers.judged", f"{n:,} schools have a result to judge.", Estimate(n, n=n), "schools"
    yield from allowing_for_chance(judged)
    yield from by_disadvantage(judged)
    if rule.definition == "national":
        yield from choices(judged, rule, scope)
