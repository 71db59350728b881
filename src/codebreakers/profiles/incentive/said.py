"""A scenario in words and rows: every assumption, and what each does to cost and yield."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from codebreakers.estimates import Estimate
from codebreakers.findings import Cell, Column, Finding, Table
from codebreakers.findings.disclosure import About, cite, tabulate
from codebreakers.findings.words import age
from codebreakers.profiles.incentive.proposals import FITS, Proposal
from codebreakers.profiles.incentive.scenario import Assumption, Scenario
from codebreakers.profiles.incentive.taken import Tables, polled
from codebreakers.store import Store

__all__ = ["answered", "findings_of"]

_MARKS = {"tables": "", "poll": "", "assumed": " (assumed)", "yours": " (yours)"}
_SAYING = (
    "Saying so is not moving: nothing here tells how many would come. Interest is what more pay "
    "might do, intention what teachers say they would do: the yield is somewhere between, or below."
)
_TOGETHER = (
    "The range of the cost has every assumption at its least, and at its most; the rows move one "
    "at a time."
)


def answered(
    store: Store,
    tables: Tables,
    scenario: Scenario,
    taken: Sequence[Assumption],
    proposal: Proposal | None,
) -> Table:
    """Return a row an assumption, with what it does to cost and yield."""
    title = (
        f"{_percent(scenario.premium)} more pay for {scenario.teachers:,} teachers who move, "
        f"{_years(scenario.years)}: cost and yield"
    )
    when = tables.schools.people.year
    return tabulate(
        "incentive",
        title,
        _COLUMNS,
        [_row(scenario, one) for one in taken],
        findings=findings_of(store, tables, scenario, taken, proposal),
        notes=(
            *(f"{one.words}{_MARKS[one.basis]}: {one.source}." for one in taken),
            _TOGETHER,
            _SAYING,
            age(when),
        ),
        made_up=any(r.made_up for r in store.releases()),
    )


def findings_of(
    store: Store,
    tables: Tables,
    scenario: Scenario,
    taken: Sequence[Assumption],
    proposal: Proposal | None,
) -> list[Finding]:
    """Return cost, yield and need, and what a proposal's own arithmetic comes to."""
    about = About(
        tables.schools.people.year,
        f"A scenario: {_percent(scenario.premium)} more pay for {scenario.teachers:,} teachers, "
        f"{_years(scenario.years)}. It takes: "
        + "; ".join(f"{one.words} {one.shown(one.own(scenario)[0])}" for one in taken)
        + ".",
        (),
        cite(store.releases(), tables.schools.releases),
    )
    return [
        *_of_cost(about, scenario, taken),
        _of_yield(about, scenario),
        _of_need(about, tables, scenario),
        *([_of_proposal(about, scenario, proposal)] if proposal else []),
    ]


def _of_cost(about: About, scenario: Scenario, taken: Sequence[Assumption]) -> Iterator[Finding]:
    least = most = scenario
    for one in taken:
        least, most = one.ends(least)[0], one.ends(most)[1]
    ends = (least.cost, most.cost)
    yield about.say(
        "incentive.cost",
        f"{_percent(scenario.premium)} more pay for {scenario.teachers:,} teachers, "
        f"{_years(scenario.years)}, would cost {_millions(scenario.cost)} with on-costs of "
        f"{_percent(scenario.on_costs)} ({_millions(ends[0])} to {_millions(ends[1])}).",
        Estimate(scenario.cost, *ends, method="scenario; every assumption at its least and most"),
        unit="pounds",
    )
    sums = (
        f"{scenario.teachers:,} teachers x £{scenario.pay:,.0f} x {_percent(scenario.premium)} x "
        f"{_years(scenario.years)[4:]}"
    )
    yield about.say(
        "incentive.cost.pay",
        f"{sums} = {_millions(scenario.premiums)} in pay alone; x {1 + scenario.on_costs:g} with "
        f"on-costs = {_millions(scenario.cost)}.",
        Estimate(scenario.premiums, method="scenario", no_interval="see incentive.cost"),
        unit="pounds",
    )


def _of_yield(about: About, scenario: Scenario) -> Finding:
    low, high = scenario.bracket
    ends = {name: polled(f"poll_{name}") for name in ("seek_challenge", "salary")}
    lowest = scenario.pool * min(1, ends["seek_challenge"][1] + scenario.levers)
    highest = scenario.pool * min(1, ends["salary"][2] + scenario.levers)
    shares = [f"{_whole(s)} of every 100 ({_whole(a)} to {_whole(b)})" for s, a, b in ends.values()]
    besides = (
        f", and your other levers bring {_percent(scenario.levers)}" if scenario.levers else ""
    )
    one_in = (low / scenario.teachers, high / scenario.teachers)
    needs = (
        f"For {scenario.teachers:,}, one in {one_in[0]:,.0f} to one in {one_in[1]:,.0f} of them "
        "would have to do what they say."
        if one_in[0] >= 1.5
        else f"{scenario.teachers:,} are wanted."
    )
    return about.say(
        "incentive.yield",
        f"Of {scenario.pool:,.0f} teachers of other schools, {shares[0]} say that they would seek "
        f"a more challenging school, and {shares[1]} that more pay might interest them{besides}: "
        f"from {_thousands(low)} to {_thousands(high)} teachers. {needs}",
        Estimate(
            low,
            lowest,
            highest,
            method="stated intention; the range goes from its low end to the high end of stated "
            "interest, each with the poll's 95% interval",
        ),
        unit="teachers",
    )


def _of_need(about: About, tables: Tables, scenario: Scenario) -> Finding:
    count, ranked = int(tables.need.sum()), int(tables.ranked.sum())
    each = scenario.teachers / count if count else 0
    said = (
        f"{count:,} of {ranked:,} schools are in both the most disadvantaged fifth and the lowest "
        f"fifth of results, with {tables.there:,.0f} teachers"
    )
    said += f": {scenario.teachers:,} more are {each:.0f} to a school" if count else ""
    return about.say(
        "incentive.need",
        f"{said}. Who they are: --by school.",
        Estimate(float(count), n=ranked, method="count"),
        unit="schools",
        counts="schools",
    )


def _of_proposal(about: About, scenario: Scenario, proposal: Proposal) -> Finding:
    apart = scenario.pay / proposal.implied_pay - 1
    loaded = proposal.implied_pay / (1 + scenario.on_costs)
    both = (abs(apart) <= FITS, abs(scenario.pay / loaded - 1) <= FITS)
    words = {True: "fits", False: "does not fit"}
    return about.say(
        "incentive.proposal",
        f"{proposal.title[0].upper()}{proposal.title[1:]} was {_millions(proposal.cost)} for "
        f"{proposal.teachers:,} teachers: £{proposal.each:,.0f} each a year, which is "
        f"{_percent(proposal.premium)} of £{proposal.implied_pay:,.0f}. Mean pay in the tables is "
        f"£{scenario.pay:,.0f}, {abs(100 * apart):.0f}% {'more' if apart >= 0 else 'less'}: as pay "
        f"alone it {words[both[0]]}. With on-costs of {_percent(scenario.on_costs)} it would be "
        f"for mean pay of £{loaded:,.0f}, which {words[both[1]]}. Whether the cost was a year's is "
        "not stated: it is taken so.",
        Estimate(proposal.implied_pay, method="arithmetic", no_interval="as published"),
        unit="pounds",
    )


# The rows -------------------------------------------------------------------------------------

_COLUMNS = (
    Column("assumption", "Assumption"),
    Column("basis", "Basis", screen=False),
    Column("taken_words", "Taken"),
    Column("low_words", "Low"),
    Column("high_words", "High"),
    Column("cost_words", "Cost, £ million"),
    Column("yield_low_words", "Teachers if low"),
    Column("yield_high_words", "... if high"),
    Column("taken", "Taken", screen=False),
    Column("low", "Low", screen=False),
    Column("high", "High", screen=False),
    *(
        Column(f"{what}_if_{end}", f"{what} if {end}", screen=False)
        for end in ("low", "high")
        for what in ("cost_pounds", "intention_teachers", "interest_teachers")
    ),
    Column("source", "Source", screen=False),
)


def _row(scenario: Scenario, one: Assumption) -> tuple[Cell, ...]:
    low, high = one.ends(scenario)
    own = one.own(scenario)
    return (
        f"{one.words}{_MARKS[one.basis]}",
        one.basis,
        *(one.shown(value) for value in own),
        _between(low.cost / 1e6, high.cost / 1e6),
        *(f"{a / 1000:,.0f}k to {b / 1000:,.0f}k" for a, b in (low.bracket, high.bracket)),
        *own,
        low.cost,
        *low.bracket,
        high.cost,
        *high.bracket,
        one.source,
    )


def _between(low: float, high: float) -> str:
    return f"{low:,.1f}" if f"{low:.1f}" == f"{high:.1f}" else f"{low:,.1f} to {high:,.1f}"


def _percent(share: float) -> str:
    return f"{100 * share:.3g}%"


def _whole(share: float) -> str:
    return f"{100 * share:.0f}"


def _years(years: int) -> str:
    return f"for {years} year{'s' if years != 1 else ''}"


def _millions(pounds: float) -> str:
    return f"£{pounds / 1e6:,.1f} million"


def _thousands(teachers: float) -> str:
    return f"{round(teachers, -3):,.0f}" if teachers >= 10_000 else f"{teachers:,.0f}"
