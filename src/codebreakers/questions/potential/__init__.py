"""How many more pupils would succeed if schools went part of the way to the best like them?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.errors import CannotAnswerError, RequestError, UnknownNameError
from codebreakers.estimates import Estimate, Figure, Withheld
from codebreakers.findings import Cell, Column, Finding, Table
from codebreakers.findings.disclosure import SMALLEST, About, cite, tabulate
from codebreakers.findings.words import age, definition, figure_in_words
from codebreakers.inference.chance import SUMMED
from codebreakers.inference.draws import quantiles
from codebreakers.measures import GROUPS, Measure
from codebreakers.measures.held import resolve
from codebreakers.peers import PeerRule
from codebreakers.peers.benchmarks import Benchmark
from codebreakers.peers.gains import PRESETS, Gains, Preset
from codebreakers.peers.population import Scope, population
from codebreakers.questions.potential.kept import every_gain, in_other_orders, lines_beside
from codebreakers.questions.potential.lines import NOT_SUBTRACTED, Lines
from codebreakers.sources import academic_year
from codebreakers.store import Store

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["NOT_SUBTRACTED", "potential"]

UNITS = ("school", "authority", "region", "england")
TIE_ORDERS = 20
NO_INTERVAL = "no interval until chance is allowed for"


def potential(
    store: Store,
    measure: str | None = None,
    *,
    year: int | str | None = None,
    preset: str = "disadvantage-2014",
    group: str | None = None,
    peers: PeerRule | None = None,
    benchmark: Benchmark | None = None,
    fraction: float | None = None,
    by: str = "england",
    scope: Scope | None = None,
    seed: int = 0,
    tie_orders: int = TIE_ORDERS,
    draws: int = SUMMED,
    authorities: bool = False,
    progress: Callable[[str], None] | None = None,
) -> Table:
    """Return how many more pupils would succeed, as published and with chance allowed for.

    Parameters
    ----------
    store : Store
        Where to read.
    measure : str, optional
        Name of a measure; by default the one of the year.
    year : int or str, optional
        Results year, or "2012/13"; by default the newest that can answer.
    preset : str
        The rule to begin from: ``disadvantage-2014`` or ``ability-2014``.
    group, peers, benchmark, fraction : optional
        Parts of the rule to replace.
    by : str
        A row for each ``school``, ``authority``, ``region``, or for ``england``.
    scope : Scope, optional
        Which schools to answer for; peers are sought among all.
    seed : int
        Settles ties between equally similar schools.
    tie_orders : int
        Tie orders to report the range over; 0 for none.
    draws : int
        Of the schools' true levels; 0 for the published figures alone.
    authorities : bool
        Whether true levels have an effect of the authority beside that of the region: slower, and
        fairer to sums over an authority.
    progress : callable, optional
        Called with what is being done.

    Returns
    -------
    Table
        Findings ``potential.<preset>.pupils`` and ``.percent`` (of those who succeed now), or
        ``.points`` for a score; they add up exactly over the rows. With draws, beside them
        ``.published``, ``.chance_removed``, ``.chance_alone``, ``.intake_alone`` and, where
        another year is held, ``.next_year``.

    Raises
    ------
    UnknownNameError
        There is no such preset, measure, group or scope.
    RequestError
        The fraction is not between 0 and 1.
    CannotAnswerError
        The tables held cannot answer.
    """
    rule = _rule(preset, group, peers, benchmark, fraction)
    where = scope or Scope()
    if by not in UNITS:
        raise UnknownNameError("unit to answer by", by, UNITS)
    with store.reading():
        counted, when = resolve(store, measure, year, rule.group)
        people = population(store, when)
        summary = people.take(counted, rule.group)
        found = every_gain(people, summary, rule, seed)
        asked = people.within(where)
        inside = asked & ~np.isnan(found.gains)
        lines, unsaid = lines_beside(found, rule, draws, seed, authorities=authorities)
        orders = in_other_orders(found, rule, seed, tie_orders, progress)
        releases = store.releases()
    if not inside.any():
        raise CannotAnswerError(
            f"No school asked about has {counted.name} for {GROUPS[rule.group]} and a group of "
            f"similar schools in {when}."
        )
    about = About(
        when,
        f"{definition(counted, when, rule.group)} {_of_the_rule(rule)} Of {where.describe()}.",
        (*_caveats(found, asked, inside), *unsaid, *people.unknown(where)),
        cite(releases, (summary.release,)),
    )
    return tabulate(
        "potential",
        f"How many more pupils? {academic_year(when)}",
        _columns(by, counted, chance=lines is not None),
        list(_rows(found, inside, by, lines)),
        findings=_findings(found, inside, rule, orders, about, where, lines),
        notes=(age(when), _of_the_rule(rule), *([NOT_SUBTRACTED] if lines else [])),
        made_up=any(r.made_up for r in releases),
    )


def _rule(
    preset: str,
    group: str | None,
    peers: PeerRule | None,
    benchmark: Benchmark | None,
    fraction: float | None,
) -> Preset:
    if preset not in PRESETS:
        raise UnknownNameError("preset", preset, PRESETS)
    given = {"group": group, "peers": peers, "benchmark": benchmark, "fraction": fraction}
    rule = replace(PRESETS[preset], **{k: v for k, v in given.items() if v is not None})  # type: ignore[arg-type]
    if rule.group not in GROUPS:
        raise UnknownNameError("group of pupils", rule.group, GROUPS)
    if not 0 < rule.fraction <= 1:
        raise RequestError(
            f"{rule.fraction} of a gap cannot be closed.",
            remedy="Give a fraction above 0 and at most 1; the report's is 0.5.",
        )
    changed = [k for k, v in given.items() if v is not None]
    return replace(rule, name="custom") if changed else rule


def _of_the_rule(rule: Preset) -> str:
    part = f"{rule.fraction:g} of the gap" if rule.fraction != 0.5 else "half the gap"
    return (
        f"Every school below it closes {part} to {rule.benchmark.describe()}. "
        f"Similar schools: {rule.peers.describe()}"
    )


def _findings(
    found: Gains,
    inside: NDArray[Any],
    rule: Preset,
    orders: NDArray[np.float64],
    about: About,
    scope: Scope,
    lines: Lines | None,
) -> list[Finding]:
    place = "" if scope.is_everything else f" in {scope.describe()}"
    pupils = float(found.summary.pupils[inside].sum())
    total = float(found.gains[inside].sum())
    beside = [] if lines is None else list(lines.findings(inside, found, rule, about, place))
    if found.summary.measure.unit != "percent":
        return [_points(found.summary.measure, total, pupils, rule, about, place), *beside]
    base = float(found.base[inside].sum())
    share = _share(total, base, pupils)
    percent = f", {share.value:.0f}% more" if isinstance(share, Estimate) else ""
    ties = _over_ties(total, orders[:, inside].sum(axis=1).tolist())
    said = (
        f"{total:,.0f} more of {pupils:,.0f} {GROUPS[rule.group].removeprefix('all ')} would "
        f"succeed{place} in {academic_year(about.year)}{percent}, as published (chance is not "
        f"allowed for).{ties}"
    )

    def gained(name: str) -> Finding:
        return about.say(
            f"potential.{rule.name}.{name}",
            said,
            _published(total, pupils),
            unit="pupils",
            rebuilt=True,
        )

    return [
        gained("pupils"),
        about.say(
            f"potential.{rule.name}.percent",
            f"That is {share.value:.1f}% of the {base:,.0f} who succeed now, as published."
            if isinstance(share, Estimate)
            else f"Not known: {share.reason}.",
            share,
            unit="percent",
            rebuilt=True,
        ),
        *([gained("published"), *beside] if beside else ()),
    ]


def _share(total: float, base: float, pupils: float) -> Figure:
    if base > 0:
        return _published(100 * total / base, pupils)
    if pupils < SMALLEST:
        return Withheld("small")
    return Withheld("not-held", "nobody succeeds now, so there is no share of them")


def _published(value: float, pupils: float) -> Estimate:
    return Estimate(value, n=round(pupils), method="published rule", no_interval=NO_INTERVAL)


def _points(
    measure: Measure, total: float, pupils: float, rule: Preset, about: About, place: str
) -> Finding:
    """Say the gain of a score: points for each pupil, never a count of pupils."""
    points = _published(total / pupils, pupils)
    return about.say(
        f"potential.{rule.name}.points",
        f"{GROUPS[rule.group].capitalize()} would gain {figure_in_words(points.value, measure)} "
        f"points each{place} in {academic_year(about.year)}, as published (chance is not allowed "
        "for).",
        points,
        unit="points",
    )


def _over_ties(total: float, spread: list[float]) -> str:
    """Return the range over tie orders in words, or nothing where there is none."""
    low, high = min([total, *spread]), max([total, *spread])
    if round(low) == round(high):
        return ""
    return (
        f" Equally similar schools can be taken in any order: over {len(spread)} orders it is "
        f"{low:,.0f} to {high:,.0f}."
    )


def _caveats(found: Gains, asked: NDArray[Any], inside: NDArray[Any]) -> tuple[str, ...]:
    caveats = [
        (
            "As published: part of every gap is chance, and the best of similar schools are partly "
            "the luckiest."
        )
    ]
    without = int((asked & ~inside).sum())
    if without:
        caveats.append(
            f"{without:,} of {int(asked.sum()):,} schools have no result or no group, and add "
            "nothing."
        )
    flagged = int((found.groups.quality[inside] == "no good match").sum())
    if flagged:
        caveats.append(f"{flagged:,} schools have no good match on what the rule matches on.")
    if found.summary.rebuilt:
        caveats.append("Group sizes are worked out from whole percentages of the cohort.")
    return tuple(caveats)


def _columns(by: str, measure: Measure, *, chance: bool) -> tuple[Column, ...]:
    unit, decimals = measure.unit, measure.decimals
    kind, heading, places = "pupils", "More pupils", 1 if by == "school" else 0
    if unit != "percent":
        kind, heading, places = "points", "Points each", 2
    allowed = (
        Column(f"chance_removed_{kind}", "Allowing for chance", places),
        Column(f"low_{kind}", "From", places),
        Column(f"high_{kind}", "To", places),
    )
    named = {"school": (Column("school_urn", "URN"), Column("school_name", "School"))}.get(
        by, (Column(by, by.capitalize()),)
    )
    return (
        *named,
        Column("pupils", "Pupils"),
        Column(f"rate_{unit}", "Result", decimals),
        Column(
            f"benchmark_{unit}", "Best like it" if by == "school" else "Best like them", decimals
        ),
        Column(f"gain_{kind}", heading, places),
        *(allowed if chance else ()),
    )


def _rows(
    found: Gains, inside: NDArray[Any], by: str, lines: Lines | None
) -> Iterator[tuple[Cell | Figure, ...]]:
    schools, summary = found.people.schools, found.summary
    labels = {
        "school": found.people.keys,
        "england": np.full(len(inside), "England", dtype=object),
        "authority": schools["authority_name"],
        "region": schools["region"],
    }[by]
    names, which = np.unique(labels[inside].astype(str), return_inverse=True)

    def added(values: NDArray[Any]) -> NDArray[Any]:
        return np.bincount(which, weights=values[inside], minlength=len(names))

    pupils = added(summary.pupils)
    rates = added(summary.values * summary.pupils) / pupils
    goals = added(found.benchmarks * summary.pupils) / pupils
    scale = pupils if summary.measure.unit != "percent" else np.ones(len(names))
    gained = added(found.gains) / scale
    allowed = None if lines is None else _allowed(lines, inside, which, scale)
    called = dict(zip(found.people.keys, schools["name"], strict=True))
    sizes = [round(size) for size in pupils.tolist()]
    rows = [
        (
            *((name, str(called[name])) if by == "school" else (name or "not known",)),
            Estimate(size, n=size) if summary.rebuilt else size,
            Estimate(float(rates[i]), n=size),
            float(goals[i]),
            Estimate(float(gained[i]), n=size),
            *(Estimate(float(x), n=size) for x in (() if allowed is None else allowed[:, i])),
        )
        for i, (name, size) in enumerate(zip(names.tolist(), sizes, strict=True))
    ]
    yield from sorted(rows, key=lambda row: str(row[1] if by == "school" else row[0]))


def _allowed(
    lines: Lines, inside: NDArray[Any], which: NDArray[Any], scale: NDArray[Any]
) -> NDArray[np.float64]:
    """Return the mean, low and high of each row's gain with chance allowed for, shape (3, R)."""
    drawn = np.nan_to_num(lines.gains["chance_removed"][:, inside])
    order = np.argsort(which, kind="stable")
    starts = np.searchsorted(which[order], np.arange(len(scale)))
    summed = np.add.reduceat(drawn[:, order], starts, axis=1) / scale
    return np.stack([summed.mean(axis=0), *quantiles(summed)])
