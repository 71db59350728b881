"""Everything the 2014 report asked of a year's tables, in one call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from codebreakers.errors import CannotAnswerError, RequestError
from codebreakers.estimates import Withheld
from codebreakers.findings import Cell, Column, Finding, Table
from codebreakers.findings.chance import UNSAID
from codebreakers.findings.disclosure import tabulate
from codebreakers.findings.words import age
from codebreakers.inference.chance import SUMMED
from codebreakers.inference.levels import DRAWS
from codebreakers.measures import Measure, Summary
from codebreakers.measures.catalogue import find
from codebreakers.measures.held import resolve
from codebreakers.measures.truth import true_values
from codebreakers.peers.gains import PRESETS, gains
from codebreakers.peers.likeness import group, similar_rule
from codebreakers.peers.population import Population, population
from codebreakers.profiles.staffroom import LINES as STAFFROOM
from codebreakers.profiles.staffroom import staff_in
from codebreakers.questions.codebreakers import HIGHLY_DISADVANTAGED, breakers
from codebreakers.questions.floor import below_in
from codebreakers.questions.gaps import gaps
from codebreakers.questions.league import league, new_measure
from codebreakers.questions.lottery import best_and_lowest, lottery
from codebreakers.questions.poll import poll_in
from codebreakers.questions.potential import NOT_SUBTRACTED, potential
from codebreakers.sources import academic_year
from codebreakers.sources.report import PUBLISHED
from codebreakers.store import Store

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["LINES", "nation"]


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of the national table: the finding it shows, the one that allows for chance.

    And which of the report's own figures stands beside it; `score` are the words where the measure
    is a score, of which nobody succeeds or fails.
    """

    finding: str
    words: str
    claim: str = ""
    part: int = 0
    chance: str = ""
    score: str = ""


_SHARE, _ABILITY = "potential.disadvantage-2014", "potential.ability-2014"
LINES: tuple[_Line, ...] = (
    _Line(
        "gap.disadvantaged",
        "Disadvantaged pupils who succeed, of every 100",
        "disadvantaged_rate",
        score="Disadvantaged pupils, on average",
    ),
    _Line(
        "gap.other",
        "Other pupils who succeed, of every 100",
        "other_rate",
        score="Other pupils, on average",
    ),
    _Line(
        "gap.all",
        "All pupils who succeed, of every 100",
        "all_rate",
        score="All pupils, on average",
    ),
    _Line("breakers.count", "Schools that cracked the code", chance="breakers.expected"),
    _Line("breakers.share", "  ... of every 100 schools", "code_breaker_share"),
    _Line("breakers.highly_disadvantaged", "  ... with 40%+ disadvantaged pupils"),
    _Line("breakers.confirmed", "  ... with strong evidence of it"),
    _Line(
        f"{_SHARE}.pupils",
        "More disadvantaged pupils, if half the gap closed",
        "half_gap_disadvantage",
        chance=f"{_SHARE}.chance_removed",
    ),
    _Line(
        f"{_SHARE}.percent",
        "  ... of every 100 who succeed now",
        "half_gap_disadvantage_percent",
    ),
    _Line("", "  ... found by luck alone", chance=f"{_SHARE}.chance_alone"),
    _Line("", "  ... given by intake alone", chance=f"{_SHARE}.intake_alone"),
    _Line(f"{_SHARE}.next_year", "  ... lead of the best left a year later, %"),
    _Line(
        f"{_SHARE}.points",
        "",
        score="Points more each of them, if half the gap closed",
        chance=f"{_SHARE}.chance_removed",
    ),
    _Line(
        f"{_ABILITY}.pupils",
        "More pupils, by ability intake",
        "half_gap_ability",
        chance=f"{_ABILITY}.chance_removed",
    ),
    _Line(
        f"{_ABILITY}.percent",
        "  ... of every 100 who succeed now",
        "half_gap_ability_percent",
    ),
    _Line(
        f"{_ABILITY}.points",
        "",
        score="Points more for each pupil, by ability intake",
        chance=f"{_ABILITY}.chance_removed",
    ),
    _Line(
        "lottery.best_fifth",
        "Best fifth of similar schools, of every 100",
        "similar_best_worst",
        score="Best fifth of similar schools, on average",
        chance="lottery.best_fifth.chance_removed",
    ),
    _Line(
        "lottery.lowest_fifth",
        "Lowest fifth of similar schools, of every 100",
        "similar_best_worst",
        score="Lowest fifth of similar schools, on average",
        part=1,
        chance="lottery.lowest_fifth.chance_removed",
    ),
    _Line("lottery.ratio", "  ... times as many", chance="lottery.ratio.chance_removed"),
    _Line("", "Of variation between schools, % that intake predicts", chance="lottery.destiny"),
    _Line("floor.below.count", "Schools below the floor standard"),
    *(
        _Line(f"poll.{name}", words, f"poll_{name.replace('.', '_')}", chance=f"poll.{name}")
        for name, words in (
            ("lower_expectations", "Teachers whose colleagues expect less, of every 100"),
            ("lower_expectations.secondary", "  ... of every 100 secondary teachers"),
            ("seek_challenge", "Teachers who would seek a more challenging school"),
            ("pressure_deterrent", "  ... whom its pressure would put off"),
            ("salary", "  ... whom more pay might draw"),
        )
    ),
    *(_Line("", words, chance=name) for name, words in STAFFROOM),
)


def nation(
    store: Store,
    *,
    year: int | None = None,
    measure: str | None = None,
    seed: int = 0,
    draws: int = DRAWS,
    poll: Table | None = None,
) -> Table:
    """Answer the national questions for one year.

    Parameters
    ----------
    store : Store
        Where to read.
    year : int, optional
        Results year; by default the newest that can answer.
    measure : str, optional
        Name of a measure; by default the one of the year.
    seed : int
        Settles ties between equally similar schools, and of the draws.
    draws : int
        Of the schools' true levels, to allow for chance; 0 for the published figures alone.
    poll : Table, optional
        What teachers say, as `codebreakers.poll` answers it: a store holds no poll. For Example
        England its own poll by default.

    Returns
    -------
    Table
        Every national finding; a row for each of the report's figures, beside what the report
        said of 2013 or, for Example England, beside the truth.

    Raises
    ------
    CannotAnswerError
        No table held has the disadvantaged pupils' result.
    """
    with store.reading():
        counted, when = resolve(store, measure, year, "disadvantaged")
        tables = _answers(store, counted, when, draws=draws, seed=seed)
        moves, unsaid = _moves(store, counted, when)
        tables += moves
        below, untold = _below(store, when)
        staff, unstaffed = staff_in(store, when)
        made_up = tables[0].made_up
        # A poll is weighted in a second or two: too long for what is wanted at once.
        told, true_of, unasked = poll_in(made_up and bool(draws), poll)
        findings = [*(f for table in tables for f in table.findings), *below, *staff, *told]
        beside = _truth(store, counted, when, seed) if made_up else _report(when, counted.name)
    heading = "The truth" if made_up else "The report said"
    return tabulate(
        "national",
        f"{'EXAMPLE ENGLAND' if made_up else 'ENGLAND'}, {when} results ({academic_year(when)}): "
        f"{counted.title}",
        (
            Column("question", ""),
            Column("counted", "Counted as in 2014", 1),
            Column("chance", "Allowing for chance"),
            Column("beside", heading),
        ),
        list(_rows(findings, {**beside, **true_of}, counted)),
        findings=findings,
        notes=(age(when), *_of_chance(findings, draws), *unsaid, *untold, *unstaffed, *unasked),
        made_up=made_up,
    )


def _answers(store: Store, counted: Measure, year: int, *, draws: int, seed: int) -> list[Table]:
    """Return the answers to the report's questions, each by the measure of the year."""
    name = counted.name
    return [
        gaps(store, year=year, measure=name),
        breakers(store, year=year, measure=name, draws=draws, seed=seed),
        *(
            potential(
                store,
                name,
                year=year,
                preset=preset,
                seed=seed,
                tie_orders=0,
                draws=min(draws, SUMMED),
            )
            for preset in PRESETS
        ),
        lottery(store, year=year, measure=name, seed=seed, draws=draws),
    ]


def _moves(store: Store, counted: Measure, year: int) -> tuple[list[Table], tuple[str, ...]]:
    """Return who moves from the year's measure to what its pupils gained, or why nobody can say."""
    try:
        new = new_measure(year)
        return [league(store, year=year, old=counted.name, new=new, draws=0)], ()
    except (CannotAnswerError, RequestError) as error:
        return [], (f"Who moves when the measure changes is not said: {error.message}",)


def _below(store: Store, year: int) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
    """Return how many schools were below the floor that year, or why nobody can say."""
    try:
        return below_in(store, year), ()
    except CannotAnswerError as error:
        return (), (error.message,)


def _of_chance(findings: list[Finding], draws: int) -> tuple[str, ...]:
    """Return what has to be said of chance: how the lines go together, or why there are none."""
    if not draws:
        return (f"{UNSAID}.",)
    if any(f.id.endswith(".chance_removed") for f in findings):
        return (NOT_SUBTRACTED,)
    return tuple(dict.fromkeys(c for f in findings for c in f.caveats if c.startswith(UNSAID)))


def _rows(
    findings: list[Finding], beside: Mapping[str, str], measure: Measure
) -> list[tuple[Cell, ...]]:
    by_id = {f.id: f for f in findings}
    rows: list[tuple[Cell, ...]] = []
    for line in LINES:
        counted, sure = by_id.get(line.finding), by_id.get(line.chance)
        said = line.words if measure.unit == "percent" or not line.score else line.score
        if said and (counted is not None or sure is not None):
            cells = (_shown(counted), _with_range(sure), beside.get(line.finding, ""))
            rows.append((said, *cells))
    return rows


def _shown(found: Finding | None) -> Cell:
    if found is None:
        return None
    if isinstance(found.figure, Withheld):
        return found.figure
    return round(found.figure.value) if found.unit in ("schools", "pupils") else found.figure.value


def _with_range(found: Finding | None) -> Cell:
    """Return a figure that allows for chance with its range, in words."""
    if found is None:
        return ""
    if isinstance(found.figure, Withheld):
        return found.figure
    figure, decimals = found.figure, _DECIMALS.get(found.unit, 1)
    if figure.low is None or figure.high is None:
        return f"{figure.value:,.{decimals}f}"
    value, low, high = (f"{x:,.{decimals}f}" for x in (figure.value, figure.low, figure.high))
    return f"{value} ({low}{' to ' if figure.low < 0 else '-'}{high})"


def _report(year: int, measure: str) -> dict[str, str]:
    """Return what the report said beside each line: of 2013 and its measure only."""
    if year != 2013 or measure != "five_good_gcses":
        return {}
    return {line.finding: PUBLISHED[line.claim].numbers[line.part] for line in LINES if line.claim}


def _truth(store: Store, counted: Measure, year: int, seed: int) -> dict[str, str]:
    """Return the same rules applied to what is true of each made-up school."""
    people = population(store, year)
    rates = {
        group: _true_rates(store, people, year, column)
        for group, column in _TRUE_COLUMNS.get(counted.name, {}).items()
    }
    if not rates:
        return {}
    summaries = {g: people.take(counted, g) for g in rates}
    sums = {
        g: (rates[g] * s.pupils)[~np.isnan(rates[g]) & (s.pupils > 0)].sum()
        / s.pupils[~np.isnan(rates[g]) & (s.pupils > 0)].sum()
        for g, s in summaries.items()
    }
    share = people.take(find("disadvantaged_percent"), "all").values
    judged = ~np.isnan(summaries["disadvantaged"].values)
    above = judged & (rates["disadvantaged"] > sums["all"])
    said = {f"gap.{g}": f"{value:.1f}" for g, value in sums.items()}
    said["breakers.count"] = f"{int(above.sum()):,}"
    said["breakers.share"] = f"{100 * above.sum() / judged.sum():.1f}"
    said["breakers.highly_disadvantaged"] = (
        f"{int((above & (share >= HIGHLY_DISADVANTAGED)).sum()):,}"
    )
    return said | _true_gains(people, summaries, rates, seed)


def _true_rates(store: Store, people: Population, year: int, column: str) -> NDArray[np.float64]:
    """Return what is true of each school of the population; NaN where it has no results."""
    schools, values = true_values(store, year, column)
    places = np.minimum(np.searchsorted(schools, people.keys), len(schools) - 1)
    return np.where(schools[places] == people.keys, values[places], np.nan)


def _true_gains(
    people: Population,
    summaries: Mapping[str, Summary],
    rates: Mapping[str, NDArray[np.float64]],
    seed: int,
) -> dict[str, str]:
    """Return gains and ends by the published rules, had every school shown its true rate."""
    said: dict[str, str] = {}
    for name, rule in PRESETS.items():
        shown = summaries[rule.group]
        true = replace(shown, values=np.where(np.isnan(shown.values), np.nan, rates[rule.group]))
        found = gains(people, true, rule, seed=seed)
        inside = ~np.isnan(found.gains)
        total = float(found.gains[inside].sum())
        if shown.measure.unit == "percent":
            said[f"potential.{name}.pupils"] = f"{total:,.0f}"
            said[f"potential.{name}.percent"] = f"{100 * total / found.base[inside].sum():.1f}"
    shown = summaries["disadvantaged"]
    values = np.where(np.isnan(shown.values), np.nan, rates["disadvantaged"])
    groups = group(people, similar_rule(people), eligible=~np.isnan(values), apart=True, seed=seed)
    ends = best_and_lowest(groups, values)
    means = {end: float(np.nanmean(found)) for end, found in ends.items()}
    said |= {f"lottery.{end}": f"{value:.1f}" for end, value in means.items()}
    said["lottery.ratio"] = f"{means['best_fifth'] / means['lowest_fifth']:.1f}"
    return said


_DECIMALS = {"pupils per teacher": 2} | dict.fromkeys(
    ("schools", "pupils", "teachers", "pounds"), 0
)
_TRUE_COLUMNS: Mapping[str, Mapping[str, str]] = {
    "five_good_gcses": {
        "disadvantaged": "TRUE_FIVE_GOOD_DISADVANTAGED",
        "other": "TRUE_FIVE_GOOD_OTHER",
        "all": "TRUE_FIVE_GOOD_ALL",
    },
    "attainment8": {
        "disadvantaged": "TRUE_ATT8_DISADVANTAGED",
        "other": "TRUE_ATT8_OTHER",
        "all": "TRUE_ATT8_ALL",
    },
}
