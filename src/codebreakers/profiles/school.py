"""Everything known about one school."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.estimates import Estimate, Figure, Withheld
from codebreakers.findings import Cell, Column, Finding, Provenance, Table
from codebreakers.findings.disclosure import About, cite, say, tabulate
from codebreakers.findings.words import age, definition, figure_in_words, ordinal
from codebreakers.inference.intervals import LEVEL, sampling_interval
from codebreakers.inference.levels import DRAWS
from codebreakers.measures import Measure, Summary
from codebreakers.measures.catalogue import find
from codebreakers.measures.held import resolve, years_held
from codebreakers.measures.national import National, to_beat
from codebreakers.peers import PeerGroup, PeerRule
from codebreakers.peers.likeness import SHARE_ONLY, compared, similar_rule
from codebreakers.peers.population import Population, population
from codebreakers.peers.search import find_school
from codebreakers.profiles.beyond import beyond
from codebreakers.profiles.more import more
from codebreakers.profiles.sure import allowing_for_chance
from codebreakers.questions.likeness import similar
from codebreakers.questions.partners import MOST_NAMED, about_of, field_of, findings_of, offer_of
from codebreakers.sources import academic_year
from codebreakers.store import Store

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["peers", "school"]

_COLUMNS = (
    Column("line", ""),
    Column("value", "Result", 0),
    Column("low", "From", 0),
    Column("high", "To", 0),
    Column("pupils", "Pupils"),
)


@dataclass(frozen=True, slots=True)
class _Card:
    """One school among the others of its year."""

    people: Population
    row: int
    measure: Measure
    summary: Summary
    peers: PeerGroup
    rows: NDArray[Any]
    rule: PeerRule


def school(
    store: Store,
    name: str,
    *,
    year: int | None = None,
    measure: str | None = None,
    peers: PeerRule | None = None,
    seed: int = 0,
    draws: int = DRAWS,
) -> Table:
    """Return one school's result beside similar schools and England.

    Parameters
    ----------
    store : Store
        Where to read.
    name : str
        URN, postcode, or name or part of it.
    year : int, optional
        Results year; by default the newest that can answer.
    measure : str, optional
        Name of a measure; by default the one of the year.
    peers : PeerRule, optional
        Who is similar; by default the 50 nearest in disadvantaged share and KS2 points.
    seed : int
        Settles ties, and of the draws.
    draws : int
        Of the schools' true levels, to allow for chance; 0 for what is published alone.

    Returns
    -------
    Table
        Title with its name, place and URN; findings ``school.rate``, ``school.similar``,
        ``school.england``, ``school.rank``, ``school.potential``, ``school.breaker.<year>``,
        ``school.destinations`` and ``school.inspection``; with draws also ``school.more``,
        ``school.level``, ``school.place``, ``school.alike``, ``school.grade``,
        ``partners.count``, at most three ``partners.<URN>`` and ``partners.aside``.

    Raises
    ------
    UnknownNameError, RequestError
        No school fits the name, or several do.
    CannotAnswerError
        The tables held cannot answer.
    """
    with store.reading():
        counted, when = resolve(store, measure, year, "disadvantaged")
        people = population(store, when)
        card = _card(people, find_school(people, name), counted, peers, seed)
        england = to_beat(store, counted, when)
        releases = store.releases()
        provenance = cite(releases, (card.summary.release, *england.releases))
        findings = [
            *_about(card, england, provenance, seed, draws),
            *_over_years(store, card, provenance),
            *beyond(people, card.row, card.rows),
            *_to_talk_to(card, seed, draws),
        ]
    return tabulate(
        "school",
        _title(card),
        _COLUMNS,
        list(_rows(card, england)),
        findings=findings,
        notes=(
            age(when),
            f'"Similar": {card.rule.describe()} A difference is not an effect of the school.',
        ),
        made_up=any(r.made_up for r in releases),
    )


def peers(
    store: Store,
    name: str,
    *,
    year: int | None = None,
    measure: str | None = None,
    rule: PeerRule | None = None,
    seed: int = 0,
) -> Table:
    """Return the schools most like one.

    Parameters
    ----------
    store, name, year, measure, seed
        As for `school`.
    rule : PeerRule, optional
        Who is similar; by default the 50 nearest in disadvantaged share and KS2 points.

    Returns
    -------
    Table
        A row a similar school, most alike first; finding ``peers.quality``.

    Raises
    ------
    UnknownNameError, RequestError
        No school fits the name, or several do.
    CannotAnswerError
        The tables held cannot answer, or the school misses a feature.
    """
    with store.reading():
        _, when = resolve(store, measure, year, "disadvantaged")
        people = population(store, when)
        row = find_school(people, name)
        return similar(
            store,
            row,
            people=people,
            measure=measure,
            rule=rule or similar_rule(people),
            seed=seed,
        )


def _card(
    people: Population, row: int, measure: Measure, peers: PeerRule | None, seed: int
) -> _Card:
    summary = people.take(measure, "disadvantaged")
    rule = peers or similar_rule(people)
    groups = compared(people, summary, rule, seed)
    members = groups.members[groups.starts[row] : groups.starts[row + 1]]
    return _Card(people, row, measure, summary, groups.of(str(people.keys[row])), members, rule)


def _title(card: _Card) -> str:
    schools, row = card.people.schools, card.row
    place = schools["town"][row] or schools["authority_name"][row]
    when = card.people.year
    return (
        f"{str(schools['name'][row]).upper()}  {place}  URN {schools.keys[row]}   "
        f"{academic_year(when)} results: {age(when).split(': ')[1].rstrip('.').upper()}"
    )


def _own(card: _Card) -> Figure:
    row, summary = card.row, card.summary
    if np.isnan(summary.values[row]):
        return Withheld(str(summary.codes[row]))
    low, high = (float(bound[row]) for bound in sampling_interval(summary))
    pupils = summary.pupils[row]
    n = None if np.isnan(pupils) else round(float(pupils))
    value = float(summary.values[row])
    if np.isnan(low) or np.isnan(high):
        return Estimate(value, n=n, no_interval="the tables held give no limits for this score")
    return Estimate(value, low, high, LEVEL, n, "the school's own result; Wilson's interval")


def _similar(card: _Card) -> Figure:
    if len(card.rows) == 0:
        return card.peers.withheld or Withheld("no-match")
    values = card.summary.values[card.rows]
    return Estimate(float(np.nanmean(values)), n=len(values), method="mean of similar schools")


def _rows(card: _Card, england: National) -> Iterator[tuple[Cell | Figure, ...]]:
    own, similar = _own(card), _similar(card)
    ends: tuple[Cell, Cell] = (None, None)
    pupils: Cell = None
    if isinstance(own, Estimate):
        ends, pupils = (own.low, own.high), own.n
    yield "This school", own, *ends, pupils
    yield f"{len(card.rows)} similar", similar, None, None, None
    yield "England, all pupils", england.value, None, None, england.pupils


def _about(
    card: _Card, england: National, provenance: tuple[Provenance, ...], seed: int, draws: int
) -> Iterator[Finding]:
    measure, when = card.measure, card.people.year
    about = About(
        when,
        f"{definition(measure, when, 'disadvantaged')} Similar schools: {card.rule.describe()}",
        _caveats(card),
        provenance,
    )
    own, similar = _own(card), _similar(card)
    yield about.say("school.rate", _own_said(measure, own), own, unit=measure.unit)
    yield about.say(
        "school.similar",
        f"At similar schools, {_shown(similar.value, measure)} on average."
        if isinstance(similar, Estimate)
        else f"No similar schools: {similar.reason}.",
        similar,
        unit=measure.unit,
    )
    yield about.say(
        "school.england",
        f"In England, {_shown(england.value, measure)} of all pupils ({england.said}).",
        Estimate(england.value, n=england.pupils),
        unit=measure.unit,
    )
    yield _rank(card, own, about)
    yield from more(card.people, card.summary, card.row, about, draws=draws, seed=seed)
    yield from allowing_for_chance(
        card.people, card.summary, card.row, card.rows, about, draws=draws, seed=seed
    )


def _shown(value: float, measure: Measure) -> str:
    if measure.unit == "percent":
        return f"{value:.0f}%"
    return figure_in_words(value, measure)


def _own_said(measure: Measure, own: Figure) -> str:
    if isinstance(own, Withheld):
        return f"Its disadvantaged pupils' result is not shown: {own.reason}."
    if measure.kind != "proportion":
        return (
            f"The {measure.title} of its {own.n or ''} disadvantaged pupils was "
            f"{figure_in_words(own.value, measure)}.".replace("  ", " ")
        )
    half = (own.high - own.low) / 2 if own.high is not None and own.low is not None else 0
    return (
        f"{own.value:.0f}% of its {own.n} disadvantaged pupils {measure.title} "
        f"({own.low:.0f} to {own.high:.0f}). Luck alone can move a school this size about "
        f"{half:.0f} points either way."
    )


def _rank(card: _Card, own: Figure, about: About) -> Finding:
    if isinstance(own, Withheld) or len(card.rows) == 0:
        withheld = own if isinstance(own, Withheld) else Withheld("no-match")
        said = f"No place: {withheld.reason}."
        return about.say("school.rank", said, withheld, unit="rank")
    values = card.summary.values[card.rows]
    beaten_by = values > own.value if card.measure.better == "higher" else values < own.value
    # Ties share the mean of their places, as in every rank here.
    place = 1 + float(beaten_by.sum()) + float((values == own.value).sum()) / 2
    return about.say(
        "school.rank",
        f"{ordinal(round(place))} of {len(values) + 1} (itself and similar schools), as published.",
        Estimate(
            place,
            n=len(values) + 1,
            method="rank among similar schools, ties averaged",
            no_interval="no interval until chance is allowed for",
        ),
        unit="rank",
    )


def _caveats(card: _Card) -> tuple[str, ...]:
    caveats = []
    if card.peers.quality and card.peers.quality != "good match":
        kind = card.peers.quality
        caveats.append(f"Its similar schools are {'' if kind.startswith('no ') else 'a '}{kind}.")
    if card.rule == SHARE_ONLY:
        caveats.append(
            "KS2 points are not in this year's tables: schools are matched on disadvantaged share "
            "alone."
        )
    return tuple(caveats)


def _to_talk_to(card: _Card, seed: int, draws: int) -> Iterator[Finding]:
    """Say whom it may talk to, with evidence only: without draws nothing is said."""
    if draws:
        people = card.people
        field = field_of(people.store, card.measure, people.year, draws=draws, seed=seed)
        yield from findings_of(offer_of(field, card.row), about_of(field), most=MOST_NAMED)


def _over_years(store: Store, card: _Card, provenance: tuple[Provenance, ...]) -> Iterator[Finding]:
    """Say for each year held whether the school was above the national figure of all pupils."""
    key, measure = card.people.keys[card.row], card.measure
    for year in years_held(store, measure, "disadvantaged"):
        people = population(store, year)
        row = np.flatnonzero(people.keys == key)
        if len(row) == 0:
            continue
        summary = people.take(measure, "disadvantaged")
        value = float(summary.values[row[0]])
        goal = to_beat(store, measure, year)
        broken = "" if measure.same_series(year, card.people.year) else " (rules changed)"
        pupils = summary.pupils[row[0]]
        withheld = Withheld(str(summary.codes[row[0]]))
        figure: Figure = withheld
        said = f"{academic_year(year)}: not shown, {withheld.reason}."
        if not np.isnan(value):
            figure = Estimate(value, n=None if np.isnan(pupils) else round(float(pupils)))
            above = value > goal.value if measure.better == "higher" else value < goal.value
            said = (
                f"{academic_year(year)}{broken}: {'above' if above else 'not above'}, "
                f"{_shown(value, measure)}; England {_shown(goal.value, measure)}."
            )
        yield say(
            f"school.breaker.{year}",
            said,
            figure,
            unit=measure.unit,
            year=year,
            definition=f"{definition(find(measure.name), year, 'disadvantaged')} Above: higher "
            f"than all pupils in England ({goal.said}).",
            provenance=provenance,
        )
