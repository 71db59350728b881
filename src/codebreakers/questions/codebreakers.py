"""Who has cracked the code? Schools whose disadvantaged pupils beat all pupils nationally."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.errors import RequestError
from codebreakers.estimates import Estimate, Withheld
from codebreakers.findings import Cell, Column, Table
from codebreakers.findings.disclosure import About, cite, tabulate
from codebreakers.findings.words import age, definition, figure_in_words
from codebreakers.inference.intervals import sampling_interval
from codebreakers.measures import Measure, Summary
from codebreakers.measures.catalogue import find
from codebreakers.measures.held import resolve
from codebreakers.measures.national import National, to_beat, total
from codebreakers.peers.population import Population, Scope, population
from codebreakers.sources import academic_year
from codebreakers.store import Store

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Rule", "breakers"]

HIGHLY_DISADVANTAGED = 40.0
COHORTS = (0, 6, 11, 20, 30, 50)
SHARES = (10, 20, 30, 40)
# "One in nine" is 11.1%; these are the shares that round to one in nine.
ONE_IN_NINE = (100 / 9.5, 100 / 8.5)


@dataclass(frozen=True, slots=True)
class Rule:
    """The published rule, with its choices.

    Parameters
    ----------
    national_rate : float, optional
        What a school's disadvantaged pupils have to beat; by default the national figure of all
        pupils that year.
    min_pupils : int
        Fewest disadvantaged pupils a school must have to be judged.
    min_disadvantaged : float
        Lowest share of disadvantaged pupils, in percent.
    selective : str
        ``in`` or ``out``: whether grammar schools are judged.
    """

    national_rate: float | None = None
    min_pupils: int = 0
    min_disadvantaged: float = 0.0
    selective: str = "in"

    def __post_init__(self) -> None:
        if self.selective not in ("in", "out"):
            raise RequestError(
                f"{self.selective!r} is not a way to treat grammar schools.",
                available=("in", "out"),
            )
        if self.national_rate is not None and not np.isfinite(self.national_rate):
            raise RequestError(f"{self.national_rate} is no rate that a school could beat.")
        if self.min_pupils < 0 or not 0 <= self.min_disadvantaged <= 100:
            raise RequestError(
                f"A school cannot have {self.min_pupils} pupils or {self.min_disadvantaged}% "
                "disadvantaged at least.",
                remedy="Give a number of pupils from 0 and a percentage from 0 to 100.",
            )


@dataclass(frozen=True, slots=True)
class _Judged:
    """Everything the rule needs, aligned by school."""

    people: Population
    summary: Summary
    share: NDArray[Any]
    benchmark: National
    above: NDArray[Any]
    judged: NDArray[Any]


def breakers(
    store: Store,
    *,
    year: int | str | None = None,
    measure: str | None = None,
    rule: Rule | None = None,
    scope: Scope | None = None,
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

    Returns
    -------
    Table
        A row a code breaker, in order of name; findings ``breakers.count``, ``breakers.share``,
        ``breakers.judged``, ``breakers.highly_disadvantaged``, one ``breakers.fifth.N`` for each
        fifth of disadvantage, and one ``breakers.choice.*`` for each other choice of definition.

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
        judged = _judge(population(store, when), counted, rule, scope)
        releases = store.releases()
    about = About(
        when,
        _definition(counted, when, judged.benchmark, rule, scope),
        _caveats(judged),
        cite(releases, (judged.summary.release, *judged.benchmark.releases)),
    )
    return tabulate(
        "breakers",
        f"Schools that cracked the code, {academic_year(when)}",
        _columns(counted),
        list(_rows(judged)),
        findings=[
            about.say(id_, sentence, figure, unit=unit, counts="schools")
            for id_, sentence, figure, unit in _said(judged, rule, scope)
        ],
        notes=(
            age(when),
            (
                "In order of name. Result, pupils and share are of disadvantaged pupils, from and "
                "to the 95% interval of the school's own result."
            ),
        ),
        made_up=any(r.made_up for r in releases),
    )


def _judge(people: Population, measure: Measure, rule: Rule, scope: Scope) -> _Judged:
    summary = people.take(measure, "disadvantaged")
    share = people.take(find("disadvantaged_percent"), "all").values
    if rule.national_rate is not None:
        benchmark = National(rule.national_rate, None, "given", "given as --national-rate", ())
    else:
        benchmark = to_beat(people.store, measure, people.year)
    above = _above(summary.values, benchmark.value, measure)
    judged = (
        ~np.isnan(summary.values)
        & people.within(scope)
        & ((summary.pupils >= rule.min_pupils) | (rule.min_pupils == 0))
        & ((share >= rule.min_disadvantaged) | (rule.min_disadvantaged == 0))
    )
    if rule.selective == "out":
        judged &= ~people.selective
    return _Judged(people, summary, share, benchmark, above & judged, judged)


def _above(values: NDArray[Any], benchmark: float, measure: Measure) -> NDArray[Any]:
    with np.errstate(invalid="ignore"):
        beaten = values > benchmark if measure.better == "higher" else values < benchmark
    return np.asarray(beaten, dtype=bool)


def _definition(measure: Measure, year: int, benchmark: National, rule: Rule, scope: Scope) -> str:
    goal = figure_in_words(benchmark.value, measure)
    parts = [
        definition(measure, year, "disadvantaged"),
        (
            f"A school counts when its figure is above {goal}, "
            f"the figure of all pupils in England ({benchmark.said})."
        ),
        f"Grammar schools are {rule.selective}.",
    ]
    if rule.min_pupils:
        parts.append(f"Schools with at least {rule.min_pupils} disadvantaged pupils.")
    if rule.min_disadvantaged:
        parts.append(f"Schools at least {rule.min_disadvantaged:g}% disadvantaged.")
    if not scope.is_everything:
        parts.append(f"Of {scope.describe()}.")
    return " ".join(parts)


def _caveats(judged: _Judged) -> tuple[str, ...]:
    caveats = [
        "As published: chance is not allowed for, and some of these schools are above by luck.",
    ]
    if not judged.people.selective.any():
        caveats.append("The tables held for this year have no grammar schools.")
    if judged.people.left_out:
        left = ", ".join(f"{n:,} {why}" for why, n in judged.people.left_out.items())
        caveats.append(f"Left out: {left}.")
    if judged.benchmark.source == "schools":
        caveats.append(f"The national figure is {judged.benchmark.said}.")
    return tuple(caveats)


def _share(above: NDArray[Any], judged: NDArray[Any]) -> Estimate | Withheld:
    count, n = int(above.sum()), int(judged.sum())
    if n == 0:
        return Withheld("not-held", "no school has a result to judge")
    return Estimate(
        100 * count / n, n=n, method="count", no_interval="no interval until chance is allowed for"
    )


def _said(
    judged: _Judged, rule: Rule, scope: Scope
) -> Iterator[tuple[str, str, Estimate | Withheld, str]]:
    count, n = int(judged.above.sum()), int(judged.judged.sum())
    share = _share(judged.above, judged.judged)
    where, when = scope.describe(), academic_year(judged.people.year)
    if isinstance(share, Withheld):
        yield "breakers.count", f"Not known: {share.reason}.", share, "schools"
        yield "breakers.share", f"Not known: {share.reason}.", share, "percent"
    else:
        yield (
            "breakers.count",
            (
                f"{count:,} of {n:,} {where} ({share.value:.1f}%) cracked the code in {when}, as "
                "published."
            ),
            replace(share, value=count),
            "schools",
        )
        yield (
            "breakers.share",
            f"{share.value:.1f}% of {where} cracked the code in {when}, as published.",
            share,
            "percent",
        )
    yield "breakers.judged", f"{n:,} schools have a result to judge.", Estimate(n, n=n), "schools"
    yield from _by_disadvantage(judged)
    yield from _choices(judged, rule, scope)


def _by_disadvantage(judged: _Judged) -> Iterator[tuple[str, str, Estimate | Withheld, str]]:
    """Say how many are in highly disadvantaged schools, and in each fifth of disadvantage."""
    high = judged.share >= HIGHLY_DISADVANTAGED
    count = int((judged.above & high).sum())
    yield (
        "breakers.highly_disadvantaged",
        (
            f"{count:,} of the {int(judged.above.sum()):,} are at least "
            f"{HIGHLY_DISADVANTAGED:.0f}% disadvantaged, of {int((judged.judged & high).sum()):,} "
            "such schools."
        ),
        Estimate(count, n=int((judged.judged & high).sum())),
        "schools",
    )
    known = ~np.isnan(judged.share) & ~np.isnan(judged.summary.values)
    if not known.any():
        return
    # Fifths of all schools with a result, by rank, so that each has as many schools as it can.
    order = np.argsort(judged.share[known], kind="stable")
    fifth = np.empty(len(order), dtype=int)
    fifth[order] = np.arange(len(order)) * 5 // len(order)
    for number in range(5):
        inside = np.zeros(len(known), dtype=bool)
        inside[np.flatnonzero(known)[fifth == number]] = True
        count, size = int((judged.above & inside).sum()), int((judged.judged & inside).sum())
        which = ("least", "second least", "middle", "second most", "most")[number]
        yield (
            f"breakers.fifth.{number + 1}",
            f"In the {which} disadvantaged fifth of schools: {count:,} of {size:,}.",
            Estimate(count, n=size),
            "schools",
        )


def _choices(
    judged: _Judged, rule: Rule, scope: Scope
) -> Iterator[tuple[str, str, Estimate | Withheld, str]]:
    """Say the share for each other choice of what the report left unstated."""
    fits: list[str] = []
    for id_, words, above, who in _alternatives(judged, rule, scope):
        share = _share(above, who)
        if not isinstance(share, Estimate):
            continue
        if ONE_IN_NINE[0] <= share.value < ONE_IN_NINE[1]:
            fits.append(words)
        yield (
            f"breakers.choice.{id_}",
            f"{int(above.sum()):,} of {int(who.sum()):,} schools ({share.value:.1f}%), {words}.",
            share,
            "percent",
        )
    said = "; ".join(fits) if fits else "none of those tried"
    yield (
        "breakers.one_in_nine",
        f"Choices of definition that give one in nine: {said}.",
        Estimate(len(fits), n=None),
        "choices",
    )


def _alternatives(
    judged: _Judged, rule: Rule, scope: Scope
) -> Iterator[tuple[str, str, NDArray[Any], NDArray[Any]]]:
    """Yield id, words, who is above and who is judged, for each choice the report left open."""
    people, summary = judged.people, judged.summary
    base = ~np.isnan(summary.values) & people.within(scope)
    treatments = ("in", "out") if people.selective.any() else (rule.selective,)
    for name, (rate, at_least, words) in _rates(judged).items():
        above = _above(summary.values, rate, summary.measure)
        if at_least:
            above |= summary.values == rate
        for selective in treatments:
            who = base & ~people.selective if selective == "out" else base
            grammars = f", grammar schools {selective}" if len(treatments) > 1 else ""
            for id_, which, kept in _sizes(judged):
                yield (
                    f"{name}.{selective}.{id_}",
                    f"{words}, {which}{grammars}",
                    above & who & kept,
                    who & kept,
                )


def _rates(judged: _Judged) -> dict[str, tuple[float, bool, str]]:
    """Return what may be meant by the national rate: the figure, whether equal counts, words."""
    benchmark, measure = judged.benchmark, judged.summary.measure
    shown = figure_in_words(benchmark.value, measure)
    rates = {"national": (benchmark.value, False, f"above {shown} ({benchmark.said})")}
    if measure.kind != "progress":
        own = total(judged.people.take(measure, "all")).value
        words = f"above {figure_in_words(own, measure)} (all pupils of the schools held)"
        rates["schools"] = (own, False, words)
    if measure.unit == "percent":
        whole = float(int(benchmark.value))
        rates["whole"] = (whole, True, f"at least {whole:.0f} (its whole percent)")
    return rates


def _sizes(judged: _Judged) -> Iterator[tuple[str, str, NDArray[Any]]]:
    """Yield the schools that each minimum of pupils or of disadvantage leaves."""
    for pupils in COHORTS:
        kept = (judged.summary.pupils >= pupils) | (pupils == 0)
        which = f"at least {pupils} disadvantaged pupils" if pupils else "every school"
        yield str(pupils), which, kept
    for share in SHARES:
        kept = judged.share >= share
        yield f"share{share}", f"schools at least {share}% disadvantaged", kept


def _columns(measure: Measure) -> tuple[Column, ...]:
    unit, decimals = measure.unit, measure.decimals
    return (
        Column("school_urn", "URN"),
        Column("school_name", "School"),
        Column("authority", "Authority"),
        Column("region", "Region", screen=False),
        Column(f"rate_{unit}", "Result", decimals),
        Column(f"low_{unit}", "From", decimals),
        Column(f"high_{unit}", "To", decimals),
        Column("disadvantaged_pupils", "Pupils"),
        Column("disadvantaged_percent", "Their share", 0),
    )


def _rows(judged: _Judged) -> Iterator[tuple[Cell | Estimate, ...]]:
    low, high = sampling_interval(judged.summary)
    schools, summary = judged.people.schools, judged.summary
    chosen = np.flatnonzero(judged.above)
    for i in chosen[np.argsort(schools["name"][chosen].astype(str), kind="stable")]:
        n = None if np.isnan(summary.pupils[i]) else round(float(summary.pupils[i]))
        yield (
            str(schools.keys[i]),
            str(schools["name"][i]),
            str(schools["authority_name"][i]),
            str(schools["region"][i]),
            Estimate(float(summary.values[i]), n=n),
            _known(low[i]),
            _known(high[i]),
            Withheld("not-held") if n is None else Estimate(n, n=n) if summary.rebuilt else n,
            _known(judged.share[i]),
        )


def _known(value: float) -> float | Withheld:
    return Withheld("not-held") if np.isnan(value) else float(value)
