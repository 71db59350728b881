"""What the report left unstated: the count by disadvantage, and by each choice of definition."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.estimates import Estimate, Withheld
from codebreakers.findings.words import figure_in_words
from codebreakers.measures.national import total
from codebreakers.peers.population import Scope
from codebreakers.questions.codebreakers.judged import Judged, Rule, above

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "COHORTS",
    "HIGHLY_DISADVANTAGED",
    "SHARES",
    "Said",
    "by_disadvantage",
    "choices",
    "share_of",
]

HIGHLY_DISADVANTAGED = 40.0
COHORTS = (0, 6, 11, 20, 30, 50)
SHARES = (10, 20, 30, 40)
# "One in nine" is 11.1%; these are the shares that round to one in nine.
ONE_IN_NINE = (100 / 9.5, 100 / 8.5)

Said = tuple[str, str, Estimate | Withheld, str]
"""Id, sentence, figure and unit of a finding to be."""


def share_of(counted: NDArray[Any], judged: NDArray[Any]) -> Estimate | Withheld:
    """Return how many of every 100 schools judged are counted."""
    count, n = int(counted.sum()), int(judged.sum())
    if n == 0:
        return Withheld("not-held", "no school has a result to judge")
    return Estimate(
        100 * count / n, n=n, method="count", no_interval="no interval until chance is allowed for"
    )


def by_disadvantage(judged: Judged) -> Iterator[Said]:
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


def choices(judged: Judged, rule: Rule, scope: Scope) -> Iterator[Said]:
    """Say the share for each other choice of what the report left unstated."""
    fits: list[str] = []
    for id_, words, counted, who in _alternatives(judged, rule, scope):
        share = share_of(counted, who)
        if not isinstance(share, Estimate):
            continue
        if ONE_IN_NINE[0] <= share.value < ONE_IN_NINE[1]:
            fits.append(words)
        yield (
            f"breakers.choice.{id_}",
            f"{int(counted.sum()):,} of {int(who.sum()):,} schools ({share.value:.1f}%), {words}.",
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
    judged: Judged, rule: Rule, scope: Scope
) -> Iterator[tuple[str, str, NDArray[Any], NDArray[Any]]]:
    """Yield id, words, who is above and who is judged, for each choice the report left open."""
    people, summary = judged.people, judged.summary
    base = ~np.isnan(summary.values) & people.within(scope)
    treatments = ("in", "out") if people.selective.any() else (rule.selective,)
    for name, (rate, at_least, words) in _rates(judged).items():
        counted = above(summary.values, rate, summary.measure)
        if at_least:
            counted |= summary.values == rate
        for selective in treatments:
            who = base & ~people.selective if selective == "out" else base
            grammars = f", grammar schools {selective}" if len(treatments) > 1 else ""
            for id_, which, kept in _sizes(judged):
                yield (
                    f"{name}.{selective}.{id_}",
                    f"{words}, {which}{grammars}",
                    counted & who & kept,
                    who & kept,
                )


def _rates(judged: Judged) -> dict[str, tuple[float, bool, str]]:
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


def _sizes(judged: Judged) -> Iterator[tuple[str, str, NDArray[Any]]]:
    """Yield the schools that each minimum of pupils or of disadvantage leaves."""
    for pupils in COHORTS:
        kept = (judged.summary.pupils >= pupils) | (pupils == 0)
        which = f"at least {pupils} disadvantaged pupils" if pupils else "every school"
        yield str(pupils), which, kept
    for share in SHARES:
        kept = judged.share >= share
        yield f"share{share}", f"schools at least {share}% disadvantaged", kept
