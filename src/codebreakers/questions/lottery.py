"""How different are similar schools?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.errors import CannotAnswerError
from codebreakers.estimates import Estimate
from codebreakers.findings import Cell, Column, Finding, Table
from codebreakers.findings.chance import allowed_for
from codebreakers.findings.disclosure import About, cite, tabulate
from codebreakers.findings.words import age, definition, figure_in_words
from codebreakers.inference.chance import SUMMED
from codebreakers.inference.destiny import Destiny, destiny
from codebreakers.inference.draws import both_ends_on_draws, interval
from codebreakers.inference.levels import DRAWS, Levels, levels_of
from codebreakers.measures import GROUPS, Measure, Summary
from codebreakers.measures.held import resolve
from codebreakers.peers import PeerGroups, PeerRule
from codebreakers.peers.benchmarks import benchmark_values, lowest, top
from codebreakers.peers.likeness import group as grouped
from codebreakers.peers.likeness import similar_rule
from codebreakers.peers.population import Population, Scope, population
from codebreakers.sources import academic_year
from codebreakers.store import Store

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["best_and_lowest", "lottery"]

FIFTH = 0.2
AS_PUBLISHED = "As published: in small schools luck alone sets the best and the lowest apart."
NO_INTERVAL = "no interval until chance is allowed for"


def best_and_lowest(groups: PeerGroups, values: NDArray[Any]) -> dict[str, NDArray[np.float64]]:
    """Return the means of the best and of the lowest fifth of each school's peers.

    Parameters
    ----------
    groups : PeerGroups
        Of S schools.
    values : ndarray of float, shape (S,)
        Their figures; NaN where withheld.

    Returns
    -------
    dict of str to ndarray
        ``best_fifth`` and ``lowest_fifth``, shape (S,).
    """
    return {
        "best_fifth": benchmark_values(top(FIFTH), groups, values),
        "lowest_fifth": benchmark_values(lowest(FIFTH), groups, values),
    }


def lottery(
    store: Store,
    *,
    year: int | str | None = None,
    measure: str | None = None,
    group: str = "disadvantaged",
    peers: PeerRule | None = None,
    scope: Scope | None = None,
    seed: int = 0,
    draws: int = DRAWS,
) -> Table:
    """Return the best and the lowest fifth of each school's similar schools, on average.

    Parameters
    ----------
    store : Store
        Where to read.
    year : int or str, optional
        Results year, or "2012/13"; by default the newest that can answer.
    measure : str, optional
        Name of a measure; by default the one of the year.
    group : str
        Which pupils.
    peers : PeerRule, optional
        Who is similar; by default the 50 nearest in disadvantaged share and KS2 points, or in
        share alone for a year whose tables leave KS2 points out.
    scope : Scope, optional
        Whose similar schools; every school's by default.
    seed : int
        Settles ties, and of the draws.
    draws : int
        Of the schools' true levels, to allow for chance; 0 for the published figures alone.

    Returns
    -------
    Table
        A row a region; findings ``lottery.best_fifth``, ``lottery.lowest_fifth`` and
        ``lottery.ratio``; with draws, each also with ``.chance_removed``, and
        ``lottery.destiny``, ``lottery.tenth`` and ``lottery.ninetieth``.

    Raises
    ------
    CannotAnswerError
        The tables held cannot answer.
    """
    with store.reading():
        counted, when = resolve(store, measure, year, group)
        people = population(store, when)
        rule = peers or similar_rule(people)
        summary = people.take(counted, group)
        groups = grouped(people, rule, eligible=~np.isnan(summary.values), apart=True, seed=seed)
        where = scope or Scope()
        inside = people.within(where)
        releases = store.releases()
        levels, unsaid = _levels(people, summary, draws, seed)
    ends = best_and_lowest(groups, summary.values)
    inside &= ~np.isnan(ends["best_fifth"])
    if not inside.any():
        raise CannotAnswerError(
            f"No school asked about has similar schools with {counted.name} in {when}."
        )
    about = About(
        when,
        _definition(counted, when, group, rule, where),
        (AS_PUBLISHED, *unsaid, *people.unknown(where)),
        cite(releases, (summary.release,)),
    )
    return tabulate(
        "lottery",
        f"How different are similar schools? {academic_year(when)}",
        _columns(counted),
        list(_by_region(people, ends, inside)),
        findings=[
            *_findings(counted, group, ends, inside, about, where),
            *(() if levels is None else _allowed(levels, groups, inside, about, GROUPS[group])),
        ],
        notes=(age(when), rule.describe()),
        made_up=any(r.made_up for r in releases),
    )


def _definition(measure: Measure, year: int, group: str, rule: PeerRule, scope: Scope) -> str:
    return (
        f"{definition(measure, year, group)} For each school, the mean over its similar schools "
        f"({rule.describe()}) of the fifth with the highest and of the fifth with the lowest "
        f"figure; then the mean over {scope.describe()}."
    )


def _findings(
    measure: Measure,
    group: str,
    ends: dict[str, NDArray[np.float64]],
    inside: NDArray[Any],
    about: About,
    scope: Scope,
) -> Iterator[Finding]:
    everywhere = scope.is_everything
    similar = "similar schools" if everywhere else f"schools similar to {scope.describe()}"
    n, when, who = int(inside.sum()), academic_year(about.year), GROUPS[group]
    means = {name: float(values[inside].mean()) for name, values in ends.items()}
    unit = "%" if measure.unit == "percent" else " points"
    for name, value in means.items():
        yield about.say(
            f"lottery.{name}",
            f"In the {name.split('_')[0]} fifth of {similar} the figure for {who} was "
            f"{figure_in_words(value, measure)}{unit} in {when}, as published.",
            Estimate(value, n=n, method="mean over schools", no_interval=NO_INTERVAL),
            unit=measure.unit,
            counts="schools",
        )
    high, low = means["best_fifth"], means["lowest_fifth"]
    # A progress score has no zero that a ratio could start from.
    if low > 0 and measure.kind != "progress":
        yield about.say(
            "lottery.ratio",
            f"{who.capitalize()} did {high / low:.1f} times as well in the best fifth of "
            f"{similar} as in the lowest in {when}, as published.",
            Estimate(high / low, n=n, method="ratio of means", no_interval=NO_INTERVAL),
            unit="ratio",
            counts="schools",
        )


def _levels(
    people: Population, summary: Summary, draws: int, seed: int
) -> tuple[Levels | None, tuple[str, ...]]:
    """Return draws of the schools' true levels, or why there are none."""
    if not draws:
        return None, ()
    levels, unsaid = allowed_for(lambda: levels_of(people, summary, draws=draws, seed=seed))
    return levels, (unsaid,) if unsaid else ()


def _allowed(
    levels: Levels, groups: PeerGroups, inside: NDArray[Any], about: About, who: str
) -> Iterator[Finding]:
    """Say the same with chance allowed for, and how far intake is destiny."""
    measure, n = levels.measure, int(inside.sum())
    some = levels.draws[:SUMMED]
    ends = both_ends_on_draws(FIFTH, groups, some)
    means = {
        name: np.nanmean(end[:, inside], axis=1)
        for name, end in zip(("best_fifth", "lowest_fifth"), ends, strict=True)
    }
    figures = {name: (drawn, measure.unit) for name, drawn in means.items()}
    if measure.kind != "progress" and (means["lowest_fifth"] > 0).all():
        figures["ratio"] = (means["best_fifth"] / means["lowest_fifth"], "ratio")
    for name, (drawn, unit) in figures.items():
        figure = interval(drawn, n=n, method=f"{len(drawn):,} draws", seed=levels.seed)
        of = "the best over the lowest" if name == "ratio" else f"the {name.split('_')[0]} fifth"
        yield about.say(
            f"lottery.{name}.chance_removed",
            f"Allowing for chance, {of} is {_spread(figure, max(1, measure.decimals))}, for {who}.",
            figure,
            unit=unit,
            counts="schools",
        )
    found = destiny(levels, inside)
    if found is not None:
        yield from _destiny(found, levels, about, n)


def _spread(figure: Estimate, decimals: int) -> str:
    ends = (figure.value, figure.low or 0.0, figure.high or 0.0)
    value, low, high = (f"{end:.{decimals}f}" for end in ends)
    return f"{value} ({low} to {high})"


_SAID = {
    "destiny": (
        "Intake ({used}) predicts {figure} of every 100 parts of the variation between schools' "
        "true levels; the rest is not in their intake."
    ),
    "tenth": (
        "Of schools with the same, middling intake, one at the 10th percentile of true level is "
        "at {figure}."
    ),
    "ninetieth": (
        "Of schools with the same, middling intake, one at the 90th percentile of true level is "
        "at {figure}."
    ),
}


def _destiny(found: Destiny, levels: Levels, about: About, n: int) -> Iterator[Finding]:
    measure = levels.measure
    used = " and ".join(name.replace("_", " ") for name in levels.intake.features)
    for name, drawn in (
        ("destiny", found.share),
        ("tenth", found.tenth),
        ("ninetieth", found.ninetieth),
    ):
        unit, decimals = measure.unit, max(1, measure.decimals)
        if name == "destiny":
            unit, decimals = "percent", 1
        figure = interval(drawn, n=n, method=f"{len(drawn):,} draws", seed=levels.seed)
        yield about.say(
            f"lottery.{name}",
            _SAID[name].format(used=used, figure=_spread(figure, decimals)),
            figure,
            unit=unit,
            counts="schools",
        )


def _columns(measure: Measure) -> tuple[Column, ...]:
    unit, decimals = measure.unit, measure.decimals
    return (
        Column("region", "Region"),
        Column("schools", "Schools"),
        Column(f"best_fifth_{unit}", "Best fifth", decimals),
        Column(f"lowest_fifth_{unit}", "Lowest fifth", decimals),
    )


def _by_region(
    people: Population, ends: dict[str, NDArray[np.float64]], inside: NDArray[Any]
) -> Iterator[tuple[Cell, ...]]:
    regions = people.schools["region"].astype(str)
    for region in np.unique(regions[inside]):
        here = inside & (regions == region)
        yield (
            str(region) or "not known",
            int(here.sum()),
            *(float(values[here].mean()) for values in ends.values()),
        )
