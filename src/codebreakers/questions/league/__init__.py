"""Who moves when the measure changes?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext

from codebreakers.errors import RequestError, UnknownNameError
from codebreakers.findings import Provenance, Table
from codebreakers.findings.disclosure import About, cite, tabulate
from codebreakers.findings.words import age, called, definition
from codebreakers.inference.levels import DRAWS
from codebreakers.measures import GROUPS
from codebreakers.peers.population import Scope
from codebreakers.questions.league.chance import Sure, how_sure
from codebreakers.questions.league.groups import GROUPINGS
from codebreakers.questions.league.listing import listing
from codebreakers.questions.league.said import (
    Said,
    against_the_report,
    followed,
    is_the_reports,
    moved,
    of_chance,
    of_disadvantage,
    of_regions,
)
from codebreakers.questions.league.scored import left_out, source_of
from codebreakers.questions.league.sides import Pair, Side, asked, new_measure, pair_of
from codebreakers.sources import academic_year
from codebreakers.store import Store

__all__ = ["CORRELATION", "ROWS", "THRESHOLD", "league", "new_measure"]

THRESHOLD = 25.0
"""Percentile points: a fall of a quarter of the table."""

CORRELATION = 0.75
"""Between a school's luck in two results of the same pupils; it is published nowhere."""

ROWS = ("threshold", "school", *GROUPINGS)


def league(
    store: Store,
    *,
    year: int | str | None = None,
    old: str | None = None,
    new: str | None = None,
    old_year: int | str | None = None,
    threshold: float = THRESHOLD,
    by: str | None = None,
    group: str = "all",
    correlation: float = CORRELATION,
    by_urn: bool = False,
    scope: Scope | None = None,
    draws: int = DRAWS,
    seed: int = 0,
) -> Table:
    """Return how far schools fall and rise when ranked by another measure.

    Parameters
    ----------
    store : Store
        Where to read.
    year : int or str, optional
        Results year of the new measure, or "2015/16"; by default the newest that can answer.
    old : str, optional
        The measure ranked by before; by default the one of its year.
    new : str, optional
        The measure ranked by after; by default value added to 2015 and Progress 8 from 2016. Either
        may be a sum of weights and measures ("0.4*p8_english + 0.6*p8_maths"), the path of a TOML
        file of weights, or that of a CSV file of scores of pupil records. Where both are such files
        no store need be there.
    old_year : int or str, optional
        Results year of the old measure; by default that of the new, so that the same pupils sit
        both.
    threshold : float
        Percentile points of a fall or rise that is counted.
    by : str, optional
        A row for each ``threshold``, ``school``, ``region``, ``authority``, ``type``, or ``fifth``
        of disadvantage, ``prior`` attainment or reliance on ``equivalents``; by default thresholds
        for every school, and schools where some are asked about.
    group : str
        Which pupils.
    correlation : float
        Between a school's luck in two results of the same pupils, from 0 to 1.
    by_urn : bool
        Whether a school of two years is one URN alone, as published comparisons count it; by
        default a school is followed when it was given another.
    scope : Scope, optional
        Which schools to answer for. All that have both measures are ranked.
    draws : int
        Of the schools' true levels, to allow for chance; 0 for the published ranks alone.
    seed : int
        Of the draws.

    Returns
    -------
    Table
        Findings ``league.fallers.share``, ``league.risers.share``, ``league.chance``, one
        ``league.fallers.<region>`` a region and its ``.of_fallers``,
        ``league.fallers.most_disadvantaged_fifth``, ``league.slope``; ``league.real`` and
        ``league.real.schools`` where chance can be worked out.

    Raises
    ------
    RequestError
        A number is out of range, or a measure cannot be ranked by.
    UnknownNameError
        No measure, grouping, school or place has that name.
    CannotAnswerError
        No table held has both measures.
    """
    where = scope or Scope()
    rows = by or ("threshold" if where.is_everything else "school")
    _check(threshold, correlation, rows)
    with store.reading() if store.path.exists() else nullcontext():
        what = asked(store, year, old, new, old_year, group)
        pair = pair_of(store, what, by_urn=by_urn)
        inside = pair.within(where)
        provenance = _sources(store, pair)
        made_up = any(one.made_up for one in provenance)
        sure = how_sure(
            pair, threshold, correlation, draws=draws, seed=seed, ranked=rows == "school"
        )
        columns, listed = listing(pair, sure, inside, rows, threshold)
        said = [
            *moved(pair, sure, inside, threshold, where.describe()),
            *of_chance(pair, sure, inside, threshold),
            *of_regions(pair, sure, inside, threshold),
            *of_disadvantage(pair, sure, inside, threshold),
            *_compared(store, pair, where, threshold, made_up=made_up),
        ]
    caveats = (*_caveats(pair, sure), *pair.people.unknown(where))
    about = About(what.year, _definition(pair), caveats, provenance)
    return tabulate(
        "league",
        f"Who moves when the measure changes? {_words(pair.old)}, then {_words(pair.new)}",
        columns,
        listed,
        findings=[
            about.say(id_, sentence, figure, unit=unit, counts="schools")
            for id_, sentence, figure, unit in said
        ],
        notes=(age(what.year),),
        made_up=made_up,
    )


def _sources(store: Store, pair: Pair) -> tuple[Provenance, ...]:
    files = (side.scores for side in (pair.old, pair.new))
    releases = (*pair.old.releases, *pair.new.releases)
    return (
        *(cite(store.releases(), releases) if releases else ()),
        *dict.fromkeys(source_of(scores) for scores in files if scores is not None),
    )


def _compared(
    store: Store, pair: Pair, where: Scope, threshold: float, *, made_up: bool
) -> Iterator[Said]:
    """Yield what is found without following schools, and what the report found."""
    if pair.followed:
        yield followed(lambda: pair_of(store, pair.asked, by_urn=True), where, threshold)
    if where.is_everything and not made_up and is_the_reports(pair):
        yield against_the_report(pair)


def _check(threshold: float, correlation: float, rows: str) -> None:
    if not 0 < threshold <= 100:
        raise RequestError(
            f"A threshold of {threshold:g} percentile points is not possible.",
            remedy="Choose one above 0 and at most 100.",
        )
    if not 0 <= correlation <= 1:
        raise RequestError(
            f"A correlation of {correlation:g} is not possible.", remedy="Choose one of 0 to 1."
        )
    if rows not in ROWS:
        raise UnknownNameError("grouping", rows, ROWS)


def _words(side: Side) -> str:
    return f"{called(side.measure)}, {academic_year(side.people.year)}"


def _definition(pair: Pair) -> str:
    group = pair.asked.group
    ranked = (
        f"Ranks among the {len(pair):,} schools that have both, 1 the best, ties averaged; "
        "percentile rank is 100 (rank - 1) / (schools - 1), and a fall is the new less the old."
    )
    parts = (
        f"Old: {definition(pair.old.measure, pair.asked.old_year, group)}.",
        f"New: {definition(pair.new.measure, pair.asked.year, group)}.",
        ranked,
    )
    return " ".join(part.replace("..", ".") for part in parts)


def _caveats(pair: Pair, sure: Sure) -> tuple[str, ...]:
    caveats = []
    if not pair.old.measure.same_construct(pair.new.measure):
        caveats.append(
            "The two measure different things: a school's rank differs, and that is not a real "
            "fall or rise."
        )
    if sure.chance is not None:
        caveats.append(
            "Chance is independent pupils: what a whole cohort shares counts as a school's move."
        )
    if sure.chance is not None and len(sure.chance.rows) < len(pair):
        caveats.append(
            f"Chance is worked out for the {len(sure.chance.rows):,} of {len(pair):,} schools "
            "whose pupils' number is published."
        )
    for side, why in zip((pair.old, pair.new), sure.why_no_rank, strict=True):
        if why:
            caveats.append(f"Ranks by the {called(side.measure)} have no interval: {why}.")
    if not pair.asked.same_cohort:
        years = f"from {pair.asked.old_year} to {pair.asked.year}"
        caveats.append(
            f"Schools are followed {years} through their URNs; those that merged or were divided "
            "are not here."
            if pair.followed
            else f"Schools are followed {years} by URN: one that was given another is not here."
        )
    for side in (pair.old, pair.new):
        if side.scores is not None:
            caveats += left_out(side.scores, side.people)
    if pair.old.people.left_out or pair.new.people.left_out:
        caveats.append("Special, independent and other schools are left out.")
    who = GROUPS[pair.asked.group]
    return (*caveats, *(() if who == GROUPS["all"] else (f"Of {who}.",)))
