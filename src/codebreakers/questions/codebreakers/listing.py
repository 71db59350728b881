"""The list of schools: what each shows, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.estimates import Estimate, Withheld
from codebreakers.findings import Cell, Column
from codebreakers.inference.draws import quantiles
from codebreakers.inference.grades import grade_words
from codebreakers.inference.intervals import sampling_interval
from codebreakers.questions.codebreakers.judged import Chance, Judged

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["columns", "rows"]


def columns(judged: Judged) -> tuple[Column, ...]:
    """Return the columns of the list; `rate`, `low` and `high` are in the measure's unit."""
    decimals = judged.summary.measure.decimals
    sure = (
        Column("level", "Allowing for chance", decimals, screen=False),
        Column("probability", "Chance above", 2),
        Column("lasting_probability", "Lastingly", 2, screen=False),
        Column("years_judged", "Years", screen=False),
        Column("rank_low", "Rank from", screen=False),
        Column("rank_high", "To", screen=False),
        Column("top_fifth_probability", "Best fifth", 2, screen=False),
        Column("bottom_fifth_probability", "Lowest fifth", 2, screen=False),
        Column("reliability", "Reliability", 2, screen=False),
        Column("grade", "Grade", screen=False),
        Column("evidence", "Evidence"),
    )
    return (
        Column("school_urn", "URN"),
        Column("school_name", "School"),
        Column("authority", "Authority", screen=judged.chance is None),
        Column("region", "Region", screen=False),
        Column("rate", "Result", decimals),
        Column("low", "From", decimals),
        Column("high", "To", decimals),
        Column("published", "Counted", screen=False),
        *(() if judged.chance is None else sure),
        Column("disadvantaged_pupils", "Pupils"),
        Column("disadvantaged_percent", "Their share", 0),
    )


def rows(judged: Judged, *, everyone: bool) -> Iterator[tuple[Cell | Estimate, ...]]:
    """Yield a row a code breaker, or a row every school judged, in order of name."""
    schools, summary, chance = judged.people.schools, judged.summary, judged.chance
    chosen = np.flatnonzero(judged.judged if everyone else judged.above)
    if chance is None:
        low, high = sampling_interval(summary)
        beside: dict[int, tuple[Cell, ...]] = {}
    else:
        draws = chance.levels.draws[:, chosen]
        low, high = (np.full(len(summary.values), np.nan) for _ in range(2))
        low[chosen], high[chosen] = quantiles(draws)
        beside = dict(_sure(chance, chosen, draws.mean(axis=0, dtype=np.float64)))
    for i in chosen[np.argsort(schools["name"][chosen].astype(str), kind="stable")].tolist():
        n = None if np.isnan(summary.pupils[i]) else round(float(summary.pupils[i]))
        yield (
            str(schools.keys[i]),
            str(schools["name"][i]),
            str(schools["authority_name"][i]),
            str(schools["region"][i]),
            Estimate(float(summary.values[i]), n=n),
            _known(low[i]),
            _known(high[i]),
            bool(judged.above[i]),
            *beside.get(i, ()),
            Withheld("not-held") if n is None else Estimate(n, n=n) if summary.rebuilt else n,
            _known(judged.share[i]),
        )


def _sure(
    chance: Chance, chosen: NDArray[Any], means: NDArray[Any]
) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    """Yield the row of each school chosen, and how sure its place is."""
    found, ranks, levels = chance.evidence, chance.ranks, chance.levels
    for i, mean in zip(chosen.tolist(), means, strict=True):
        given, lasting, years = str(found.grades[i]), float(found.lasting[i]), int(found.years[i])
        yield (
            i,
            (
                _known(mean),
                _known(found.above[i]),
                _known(lasting),
                years,
                *map(_whole, (ranks.low[i], ranks.high[i])),
                *map(_known, (ranks.top[i], ranks.bottom[i])),
                _known(levels.reliability[i]),
                given,
                grade_words(given, lasting, years),
            ),
        )


def _known(value: float) -> float | Withheld:
    return Withheld("not-held") if np.isnan(value) else float(value)


def _whole(value: float) -> int | Withheld:
    return Withheld("not-held") if np.isnan(value) else int(value)
