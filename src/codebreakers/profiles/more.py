"""How many more of a school's pupils would succeed: as published, and allowing for chance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from codebreakers.estimates import Estimate, Withheld
from codebreakers.findings import Finding
from codebreakers.findings.chance import allowed_for
from codebreakers.findings.disclosure import About
from codebreakers.findings.words import figure_in_words
from codebreakers.inference.chance import SUMMED, chance_removed
from codebreakers.inference.draws import quantiles
from codebreakers.inference.intervals import LEVEL
from codebreakers.inference.levels import levels_of
from codebreakers.measures import Measure, Summary
from codebreakers.peers.gains import PRESETS, Gains, gains
from codebreakers.peers.population import Population

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["NO_CHANCE", "more"]

NO_CHANCE = Withheld("not-tested", "this year's tables do not let chance be allowed for")
"""Why is said in full where the answer says what it cannot tell."""

_RULE = PRESETS["disadvantage-2014"]


@dataclass(frozen=True, slots=True, eq=False)
class _More:
    """How many more pupils of each of S schools, with chance allowed for: NaN where not known.

    Parameters
    ----------
    values, low, high : ndarray of float, shape (S,)
        Pupils, or points times pupils for a score.
    draws : int
        How many they were worked out on.
    """

    values: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    draws: int


def more(
    people: Population, summary: Summary, row: int, about: About, *, draws: int, seed: int
) -> Iterator[Finding]:
    """Yield how many more would succeed as published, then with chance allowed for.

    Parameters
    ----------
    people : Population
        S schools.
    summary : Summary
        Their results; of the disadvantaged.
    row : int
        The school's.
    about : About
    draws : int
        Of the schools' true levels; 0 to leave chance out.
    seed : int

    Yields
    ------
    Finding
        ``school.potential``; with draws also ``school.more``. Where the gate withholds the second
        the first is withheld too, for the same reason.
    """
    published = _published(people, summary, row, about, seed)
    yield published
    if draws:
        yield _sure(people, summary, row, published, about, draws, seed)


def _gains(people: Population, summary: Summary, seed: int) -> Gains:
    key = ("gains of cards", people.year, summary.measure.name, seed)
    return people.store.kept(key, lambda: gains(people, summary, _RULE, seed=seed))


def _published(people: Population, summary: Summary, row: int, about: About, seed: int) -> Finding:
    gain = float(_gains(people, summary, seed).gains[row])
    if np.isnan(gain):
        withheld = Withheld("no-match", "it has no result or no group of similar schools")
        said = f"How many more pupils is not known: {withheld.reason}."
        return about.say("school.potential", said, withheld, unit="pupils")
    unit = _unit(summary.measure)
    pupils = float(summary.pupils[row])
    value = gain if unit == "pupils" else gain / pupils
    figure = Estimate(
        value,
        n=round(pupils),
        method="published rule",
        no_interval="no interval until chance is allowed for",
    )
    shown = f"{value:.0f} of its {pupils:.0f} disadvantaged pupils more would succeed"
    if unit == "points":
        shown = f"Its disadvantaged pupils would gain {value:.1f} points each"
    return about.say(
        "school.potential",
        f"{shown}, if half the gap to the best fifth of schools with a similar share of "
        "disadvantaged pupils closed, counted as in 2014.",
        figure,
        unit=unit,
        rebuilt=True,
    )


def _sure(
    people: Population,
    summary: Summary,
    row: int,
    published: Finding,
    about: About,
    draws: int,
    seed: int,
) -> Finding:
    unit = _unit(summary.measure)
    if isinstance(published.figure, Withheld):
        said = f"How many more is not shown: {published.figure.reason}."
        return about.say("school.more", said, published.figure, unit=unit)
    found, _ = allowed_for(lambda: _drawn(people, summary, draws, seed))
    if found is None or np.isnan(found.values[row]):
        said = f"How many more, allowing for chance, is not shown: {NO_CHANCE.reason}."
        return about.say("school.more", said, NO_CHANCE, unit=unit)
    pupils = float(summary.pupils[row])
    scale = 1.0 if unit == "pupils" else pupils
    value, low, high = (float(x[row]) / scale for x in (found.values, found.low, found.high))
    figure = Estimate(
        value,
        low,
        high,
        LEVEL,
        n=round(pupils),
        method=f"the rule of 2014 on {found.draws} draws of every school's true level",
        seed=seed,
    )
    said = _said(figure, pupils, summary.measure)
    return about.say("school.more", said, figure, unit=unit, rebuilt=True)


def _unit(measure: Measure) -> str:
    return "pupils" if measure.unit == "percent" else "points"


def _drawn(people: Population, summary: Summary, draws: int, seed: int) -> _More:
    key = ("gains of cards on draws", people.year, summary.measure.name, draws, seed)
    return people.store.kept(key, lambda: _on_draws(people, summary, draws, seed))


def _on_draws(people: Population, summary: Summary, draws: int, seed: int) -> _More:
    """Return gains by the 2014 rule on the draws that its national sum is worked out on."""
    count = min(draws, SUMMED)
    levels = levels_of(people, summary, draws=count, seed=seed, regions=True)
    drawn = chance_removed(_gains(people, summary, seed), levels.draws, _RULE)
    known = ~np.isnan(drawn[0])
    values = np.full(len(known), np.nan)
    values[known] = drawn[:, known].mean(axis=0)
    low, high = (np.where(known, end, np.nan) for end in quantiles(drawn))
    return _More(values, low, high, count)


def _said(figure: Estimate, pupils: float, measure: Measure) -> str:
    low, high = figure.low or 0.0, figure.high or 0.0
    if measure.unit != "percent":
        value, first, last = (figure_in_words(x, measure) for x in (figure.value, low, high))
        return (
            f"About {value} points more for each of them ({first} to {last}), if half the gap to "
            "the best closed."
        )
    if round(high) == 0:
        return f"About 0 of {pupils:.0f}: it is already where the best of schools like it are."
    return (
        f"About {figure.value:.0f} of {pupils:.0f} more would succeed ({low:.0f} to {high:.0f}), "
        "if half the gap to the best closed."
    )
