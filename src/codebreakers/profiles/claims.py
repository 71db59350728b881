"""The 2014 report, statement by statement: what it said, what we get, and a verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from codebreakers.errors import CannotAnswerError
from codebreakers.estimates import Estimate, Withheld
from codebreakers.findings import Cell, Column, Finding, Table
from codebreakers.findings.disclosure import say, tabulate
from codebreakers.findings.words import age
from codebreakers.measures.catalogue import find
from codebreakers.measures.held import years_held
from codebreakers.peers.gains import PRESETS
from codebreakers.profiles.statements import (
    CANNOT_TEST,
    CLAIMS,
    FLOOR_YEARS,
    NEAR,
    NEARLY,
    NOT_REPRODUCED,
    REPRODUCED,
    VERDICTS,
    Answers,
    Claim,
)
from codebreakers.questions.codebreakers import breakers
from codebreakers.questions.floor import below_in
from codebreakers.questions.gaps import gaps
from codebreakers.questions.league import league, new_measure
from codebreakers.questions.lottery import lottery
from codebreakers.questions.potential import potential
from codebreakers.sources import academic_year
from codebreakers.sources.report import PublishedFigure
from codebreakers.store import Store

__all__ = ["claims", "verdict"]

REPORT_YEAR = 2013
MEASURE = "five_good_gcses"
# The report's ability rule was recovered on these results: those held of its own year have no
# grammar schools.
ABILITY_YEAR = 2014
# The nearest year held with value added: the report's own needs Progress 8, which no table has.
LEAGUE_YEAR = 2014

_COLUMNS = (
    Column("claim", "Claim"),
    Column("statement", "It said"),
    Column("said", "Figure"),
    Column("we_get", "As published we get"),
    Column("results_year", "Results"),
    Column("verdict", "Verdict"),
    Column("why", "Why, and what moves it"),
)
_NO_FIGURE = Withheld("not-held")
_MADE_UP = "Example England is made up: it says nothing about the report."


@dataclass(frozen=True, slots=True)
class _Judged:
    """What became of one claim."""

    claim: Claim
    verdict: str
    why: str
    shown: Cell = _NO_FIGURE
    year: int | None = None
    used: tuple[Finding, ...] = ()


def claims(store: Store, *, year: int | None = None) -> Table:
    """Go through the 2014 report, statement by statement.

    Parameters
    ----------
    store : Store
        Where to read.
    year : int, optional
        Results year of our figures; by default the report's, 2013, or the nearest held. A
        statement about one year is never judged by the results of another: those are shown
        beside it.

    Returns
    -------
    Table
        A row a statement; findings ``claims.<verdict>``, the number of statements with each
        verdict, and every finding compared with a statement.

    Raises
    ------
    CannotAnswerError
        There is no store. What a store does not hold is said in its statement's row instead.
    """
    with store.reading():
        made_up = any(release.made_up for release in store.releases())
        when = REPORT_YEAR if made_up else _nearest(store) if year is None else year
        answers = {} if made_up else _ask(store, when)
    judged = [
        _Judged(claim, CANNOT_TEST, _MADE_UP, Withheld("not-asked"))
        if made_up
        else _judge(claim, answers)
        for claim in CLAIMS
    ]
    used = list(dict.fromkeys(finding for one in judged for finding in one.used))
    return tabulate(
        "claims",
        f"{'EXAMPLE ENGLAND: ' if made_up else ''}The 2014 report, statement by statement",
        _COLUMNS,
        [_row(one) for one in judged],
        findings=[*_counts(judged, when, used), *used],
        notes=_notes(when, made_up=made_up),
        made_up=made_up,
    )


def _nearest(store: Store) -> int:
    """Return the results year held nearest the report's; the earlier of two, whose rules are its.

    With none held it is the report's own, and every question then says what is missing.
    """
    held = years_held(store, find(MEASURE), "disadvantaged")
    return min(held, key=lambda y: (abs(y - REPORT_YEAR), y), default=REPORT_YEAR)


def _ask(store: Store, year: int) -> Answers:
    """Return each question's answer, or the error that says why there is none: it is shown."""

    def gain(preset: str, when: int) -> Callable[[], Table]:
        return lambda: potential(store, MEASURE, year=when, preset=preset, tie_orders=0, draws=0)

    def floor(when: int) -> Callable[[], Table]:
        return lambda: tabulate("floor", "", (), (), findings=below_in(store, when))

    asked: dict[str, Callable[[], Table]] = {
        "gaps": lambda: gaps(store, year=year, measure=MEASURE),
        "breakers": lambda: breakers(store, year=year, measure=MEASURE, draws=0),
        "lottery": lambda: lottery(store, year=year, measure=MEASURE, draws=0),
        "lottery, on share": lambda: lottery(
            store,
            year=year,
            measure=MEASURE,
            peers=PRESETS["disadvantage-2014"].peers,
            draws=0,
        ),
        "disadvantage-2014": gain("disadvantage-2014", year),
        "ability-2014": gain("ability-2014", year),
        "ability-2014, on 2014": gain("ability-2014", ABILITY_YEAR),
        "league": lambda: league(
            store,
            year=LEAGUE_YEAR,
            old=MEASURE,
            new=new_measure(LEAGUE_YEAR),
            draws=0,
        ),
        **{f"floor, {when}": floor(when) for when in FLOOR_YEARS},
    }
    return {name: _answer(ask) for name, ask in asked.items()}


def _answer(ask: Callable[[], Table]) -> Table | CannotAnswerError:
    try:
        return ask()
    except CannotAnswerError as error:
        return error


def _judge(claim: Claim, answers: Answers) -> _Judged:
    if not claim.question:
        why = f"{claim.untested} {claim.moves(answers)}".strip()
        return _Judged(claim, claim.verdict, why)
    table = answers[claim.question]
    if isinstance(table, CannotAnswerError):
        return _Judged(claim, CANNOT_TEST, table.message)
    used = tuple(table[name] for name in claim.findings)
    figures = [claim.counted(finding.figure) for finding in used]
    got = [figure.value for figure in figures if isinstance(figure, Estimate)]
    if len(got) < len(figures):
        reasons = [figure.reason for figure in figures if isinstance(figure, Withheld)]
        return _Judged(claim, CANNOT_TEST, f"Not shown: {reasons[0]}.", used=used)
    said, when = claim.figure, used[0].year
    if when == said.year:
        found = verdict(said, got)
        why = f"{_how_far(said, got, found)} {claim.moves(answers)}".strip()
    else:
        found = CANNOT_TEST
        why = (
            f"It is about {academic_year(said.year)} results; ours beside it are of "
            f"{academic_year(when)}."
        )
    shown = " / ".join(_in_figures(value, said) for value in got)
    return _Judged(claim, found, why, shown, when, used)


def verdict(said: PublishedFigure, got: Sequence[float]) -> str:
    """Return whether our figures are those published.

    Parameters
    ----------
    said : PublishedFigure
        What was published.
    got : sequence of float
        Ours, one for each of its values, in its unit.

    Returns
    -------
    str
        ``reproduced``, ``near`` or ``not reproduced``, as `VERDICTS` says; of several values, the
        verdict of the furthest.
    """
    pairs = list(zip(got, said.values, said.low, said.high, strict=True))
    if all(
        low <= ours <= high or round(ours, said.decimals) == value
        for ours, value, low, high in pairs
    ):
        return REPRODUCED
    near = all(abs(ours - value) <= NEAR * abs(value) for ours, value, _, _ in pairs)
    return NEARLY if near else NOT_REPRODUCED


def _how_far(said: PublishedFigure, got: Sequence[float], found: str) -> str:
    """Say how far our figures are from those published, where they are not those."""
    if found == REPRODUCED:
        return ""
    far = " and ".join(
        f"{abs(ours / value - 1):.0%} {'above' if ours > value else 'below'}"
        for ours, value in zip(got, said.values, strict=True)
    )
    return f"{far} what was published."


def _in_figures(value: float, said: PublishedFigure) -> str:
    return f"{value:,.1f}" if said.unit.startswith("percent") else f"{value:,.0f}"


def _row(one: _Judged) -> tuple[Cell, ...]:
    said = one.claim.figure
    return (
        said.id,
        one.claim.statement.format(*said.numbers),
        said.said,
        one.shown,
        None if one.year is None else academic_year(one.year),
        one.verdict,
        one.why,
    )


def _counts(judged: Sequence[_Judged], when: int, used: Sequence[Finding]) -> list[Finding]:
    numbers = Counter(one.verdict for one in judged)
    provenance = tuple(dict.fromkeys(p for finding in used for p in finding.provenance))
    return [
        say(
            f"claims.{name.replace(' ', '_')}",
            f"{numbers[name]} of {len(judged)} statements: {name}.",
            Estimate(numbers[name], n=len(judged), method="count"),
            unit="statements",
            year=when,
            definition=f"{name.capitalize()}: {meaning}.",
            provenance=provenance,
        )
        for name, meaning in VERDICTS.items()
    ]


def _notes(when: int, *, made_up: bool) -> tuple[str, ...]:
    meanings = "; ".join(f"{name}: {meaning}" for name, meaning in VERDICTS.items())
    verdicts = f"{meanings[0].upper()}{meanings[1:]}."
    if made_up:
        return (_MADE_UP, verdicts)
    whose = "" if when == REPORT_YEAR else f" (the report's are of {academic_year(REPORT_YEAR)})"
    return (
        f"Our figures: {academic_year(when)} results{whose}. {age(when)}",
        "Chance is not allowed for in these figures.",
        verdicts,
    )
