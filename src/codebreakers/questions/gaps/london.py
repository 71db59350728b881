"""London beside the rest of England, as the 2014 report is quoted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from codebreakers.errors import CannotAnswerError
from codebreakers.estimates import Estimate
from codebreakers.findings import Finding
from codebreakers.findings.disclosure import About
from codebreakers.findings.words import per_hundred
from codebreakers.inference.cohorts import ratio_interval
from codebreakers.inference.intervals import LEVEL
from codebreakers.measures.national import national
from codebreakers.questions.gaps.areas import Divide
from codebreakers.sources import academic_year
from codebreakers.sources.report import LONDON
from codebreakers.store import Store

__all__ = ["london"]

_LONDON = "London"


def london(store: Store, found: Divide, about: About) -> Iterator[Finding]:
    """Yield how many times as likely disadvantaged pupils in London are to have the outcome.

    Nothing for a score, of which nobody has it or not; nor where London or the rest has no pupil
    who does, or too few to be shown.

    Parameters
    ----------
    store : Store
    found : Divide
        Of every region.
    about : About
        What the other findings of the answer share.
    """
    behind = found.behind
    here = [i for i, name in enumerate(found.keys) if name == _LONDON and found.compared[i]]
    rest = [i for i, name in enumerate(found.keys) if name != _LONDON and found.compared[i]]
    if found.measure.kind != "proportion" or not here or not rest:
        return
    rates, sizes = [], []
    for areas in (here, rest, here + rest):
        pupils = float(behind.pupils[areas].sum())
        rates.append(float(behind.values[areas] @ behind.pupils[areas]) / pupils)
        sizes.append(pupils)
    if min(rates) <= 0:
        return
    low, high = ratio_interval(rates[0], sizes[0], rates[1], sizes[1])
    ratio, whole = rates[0] / rates[1], rates[0] / rates[2]
    yield replace(about, caveats=(*about.caveats, *_caveats(store, found, whole, sizes[2]))).say(
        "gap.london.ratio",
        f"In {academic_year(found.year)} disadvantaged pupils in London were {_more(ratio)} "
        f"({100 * (low - 1):.0f} to {100 * (high - 1):.0f}) to succeed than in the rest of "
        f"England: {per_hundred(rates[0])} against {per_hundred(rates[1])}.",
        Estimate(
            ratio,
            low,
            high,
            LEVEL,
            n=round(sizes[2]),
            method="ratio of two rates of independent pupils",
        ),
        unit="ratio",
    )


def _more(ratio: float) -> str:
    return f"{100 * abs(ratio - 1):.0f}% {'more' if ratio >= 1 else 'less'} likely"


def _caveats(store: Store, found: Divide, whole: float, pupils: float) -> Iterator[str]:
    """Yield what moves the figure, and for the report's year and measure what it is quoted with."""
    yield f"Disadvantaged pupils in London were {_more(whole)} than in all of England, London too."
    if any(release.made_up for release in store.releases()):
        return
    try:
        nation = national(store, found.measure, found.year, "disadvantaged")
    except CannotAnswerError:
        return
    if nation.source != "schools" and nation.pupils:
        yield (
            f"The schools held have {pupils:,.0f} of the {nation.pupils:,} disadvantaged pupils of "
            f"the {nation.said}."
        )
    if (found.year, found.measure.name) == (LONDON.year, "five_good_gcses"):
        yield (
            f"The 2014 report is quoted with {LONDON.said}% more likely than in the rest of "
            "England. Which schools it counted is not stated; those held are not all of them."
        )
