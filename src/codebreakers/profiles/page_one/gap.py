"""Blocks 2 and 4: the answer in a sentence, and how many more pupils."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.estimates import Estimate, Withheld
from codebreakers.findings import Finding, Table
from codebreakers.findings.disclosure import About
from codebreakers.findings.words import figure_in_words
from codebreakers.inference.draws import interval
from codebreakers.measures import Measure
from codebreakers.profiles.more import NO_CHANCE
from codebreakers.profiles.page_one.year import Year

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["MOST_WORDS", "answer", "difference", "more", "shown"]

MOST_WORDS = 30
"""Of the answer."""


def shown(value: float, measure: Measure) -> str:
    """Return a figure as the page shows it: rates whole, scores at the decimals published."""
    return f"{value:.0f}" if measure.unit == "percent" else figure_in_words(value, measure)


def difference(found: Year, row: int, about: About) -> Finding:
    """Return how far the school is from similar schools, allowing for chance in both."""
    levels, rows = found.levels, found.similar(row)
    if levels is None:
        withheld = NO_CHANCE
    elif not levels.known[row]:
        withheld = Withheld(str(found.summary.codes[row]) or "not-held")
    elif not len(rows):
        withheld = Withheld("no-match")
    else:
        return _told(levels.draws[:, row], levels.draws[:, rows], found, row, about)
    said = f"How far it is from similar schools is not shown: {withheld.reason}."
    return about.say("page.difference", said, withheld, unit="points")


def _told(own: NDArray[Any], others: NDArray[Any], found: Year, row: int, about: About) -> Finding:
    measure, sign = found.measure, 1 if found.measure.better == "higher" else -1
    apart = sign * (own - np.nanmean(others, axis=1))
    figure = interval(
        apart,
        n=round(float(found.summary.pupils[row])),
        method="draws of the true levels: its own less the mean of similar schools'",
        seed=found.seed,
    )
    sure = "more than luck explains" if _surely(figure) else "luck alone could explain it"
    return about.say(
        "page.difference",
        f"Allowing for chance it is {_apart(figure.value, measure)} similar schools "
        f"({_range(figure, measure)}): {sure}.",
        figure,
        unit="points",
        rebuilt=True,
    )


def _apart(points: float, measure: Measure) -> str:
    return f"{shown(abs(points), measure)} points {'above' if points > 0 else 'below'}"


def _range(figure: Estimate, measure: Measure) -> str:
    """Return both ends, each on its side: "1 to 13", or "from 13 points below to 1 above"."""
    low, high = figure.low or 0.0, figure.high or 0.0
    if low < 0 < high:
        first, last = shown(-low, measure), shown(high, measure)
        return f"from {first} below to {last} above"
    near, far = sorted((abs(low), abs(high)))
    return f"{shown(near, measure)} to {shown(far, measure)}"


def _surely(figure: Estimate) -> bool:
    return (figure.low or 0.0) > 0 or (figure.high or 0.0) < 0


def answer(found: Year, table: Table, apart: Finding, about: About) -> Finding:
    """Return the answer in at most `MOST_WORDS` words, with its range."""
    own, similar = table["school.rate"].figure, table["school.similar"].figure
    measure = found.measure
    if isinstance(own, Withheld):
        said = f"What its disadvantaged pupils achieved is not shown: {own.reason}."
        return about.say("page.answer", said, own, unit=measure.unit)
    value = shown(own.value, measure)
    ends = ""
    if own.low is not None and own.high is not None:
        ends = f" ({shown(own.low, measure)} to {shown(own.high, measure)})"
    first = f"{value} of every 100 disadvantaged pupils here succeeded{ends}"
    if measure.unit != "percent":
        first = f"Its disadvantaged pupils scored {value}{ends}"
    if isinstance(similar, Withheld):
        said = f"{first}. There are no similar schools to hold that against."
    else:
        said = f"{first}, and {shown(similar.value, measure)} at similar schools"
        said += _verdict(apart, measure)
    return about.say("page.answer", said, own, unit=measure.unit)


def _verdict(apart: Finding, measure: Measure) -> str:
    if not isinstance(apart.figure, Estimate):
        return "; how much of that is luck cannot be said."
    if not _surely(apart.figure):
        return ": luck alone could make such a difference."
    more, fewer = ("more", "fewer") if measure.unit == "percent" else ("higher", "lower")
    which = more if apart.figure.value > 0 else fewer
    return f": {which} than expected for a similar intake, and not by luck alone."


def more(table: Table) -> tuple[Finding, ...]:
    """Return how many more would succeed with chance allowed for, then as published."""
    published = table["school.potential"]
    sure = next((f for f in table.findings if f.id == "school.more"), None)
    if sure is None:
        return (published,)
    # Where the gate withholds both it is for one reason, said once.
    withheld = isinstance(published.figure, Withheld)
    return (sure,) if withheld else (sure, published)
