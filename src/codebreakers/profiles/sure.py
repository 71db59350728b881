"""What a school's result says about the school, with chance allowed for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.estimates import Estimate
from codebreakers.findings import Finding
from codebreakers.findings.chance import allowed_for, apart_in_words
from codebreakers.findings.disclosure import About
from codebreakers.findings.words import figure_in_words
from codebreakers.inference.above_england import above_england
from codebreakers.inference.draws import interval, ranks_on_draws, told_apart
from codebreakers.inference.grades import grade_words
from codebreakers.inference.intervals import LEVEL
from codebreakers.inference.levels import Levels
from codebreakers.measures import Measure, Summary
from codebreakers.peers.population import Population

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["allowing_for_chance"]


def allowing_for_chance(
    people: Population,
    summary: Summary,
    row: int,
    similar: NDArray[Any],
    about: About,
    *,
    draws: int,
    seed: int,
) -> Iterator[Finding]:
    """Yield a school's true level, its place, who cannot be told apart from it, and its grade.

    Parameters
    ----------
    people : Population
    summary : Summary
        Results of its schools.
    row : int
        The school's.
    similar : ndarray of int, shape (M,)
        Rows of its similar schools.
    about : About
        What the findings share.
    draws, seed : int

    Yields
    ------
    Finding
        ``school.level``, ``school.place``, ``school.alike`` and ``school.grade``; none where the
        school has no result or the measure no model.
    """
    if np.isnan(summary.values[row]) or not draws:
        return
    # Its own result stands without it; why there is no model the questions about chance say.
    told, _ = allowed_for(lambda: above_england(people, summary, draws=draws, seed=seed))
    if told is None or not told[0].known[row]:
        return
    levels, found = told
    yield _level(levels, summary, row, about)
    if len(similar):
        yield _place(levels, row, similar, about)
        yield _alike(levels, row, similar, about)
    given, chance, count = str(found.grades[row]), float(found.lasting[row]), int(found.years[row])
    yield about.say(
        "school.grade",
        f"{grade_words(given, chance, count).capitalize()}: the chance that its lasting level is "
        f"above all pupils in England is {100 * chance:.0f}%, judged on {count} "
        f"year{'s' if count != 1 else ''}.",
        Estimate(100 * chance, n=count, method="draws of the lasting level", seed=seed),
        unit="percent",
        counts="years",
    )


def _shown(value: float, measure: Measure) -> str:
    return f"{value:.0f}" if measure.unit == "percent" else figure_in_words(value, measure)


def _level(levels: Levels, summary: Summary, row: int, about: About) -> Finding:
    measure, pupils = levels.measure, round(float(summary.pupils[row]))
    figure = interval(
        levels.draws[:, row],
        n=pupils,
        method="shrinkage: a multilevel model of all schools",
        seed=levels.seed,
    )
    value, low, high = (
        _shown(x, measure) for x in (figure.value, figure.low or 0.0, figure.high or 0.0)
    )
    mark = "%" if measure.unit == "percent" else ""
    return about.say(
        "school.level",
        f"Allowing for chance, its true level is about {value}{mark} ({low} to {high}): of what "
        f"sets the results of schools with {pupils} pupils apart, {levels.reliability[row]:.0%} "
        "is between schools.",
        figure,
        unit=measure.unit,
        rebuilt=True,
    )


def _place(levels: Levels, row: int, similar: NDArray[Any], about: About) -> Finding:
    ranked = np.zeros(levels.draws.shape[1], dtype=bool)
    ranked[[row, *similar]] = True
    ranks = ranks_on_draws(levels.draws, ranked, higher=levels.measure.better == "higher")
    low, high = int(ranks.low[row]), int(ranks.high[row])
    return about.say(
        "school.place",
        f"Its true place among the {ranks.among} is from {low} to {high}; the chance that it is "
        f"in the best fifth is {ranks.top[row]:.0%}, in the lowest fifth {ranks.bottom[row]:.0%}.",
        Estimate(
            (low + high) / 2,
            low,
            high,
            LEVEL,
            n=ranks.among,
            method="ranked anew on every draw",
            seed=levels.seed,
        ),
        unit="rank",
        counts="schools",
    )


def _alike(levels: Levels, row: int, similar: NDArray[Any], about: About) -> Finding:
    alike, said = apart_in_words(
        told_apart(levels.draws, row, similar), "it", f"its {len(similar)} similar schools"
    )
    return about.say(
        "school.alike",
        said,
        Estimate(alike, n=len(similar), method="draws of the true levels", seed=levels.seed),
        unit="schools",
        counts="schools",
    )
