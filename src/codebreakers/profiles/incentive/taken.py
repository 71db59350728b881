"""What a scenario takes from the tables, from the report's poll, and for want of either."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.errors import RequestError
from codebreakers.inference.intervals import wilson
from codebreakers.profiles.incentive.scenario import LEVERS, Assumption, Scenario
from codebreakers.questions.poll.claim import POLLED
from codebreakers.questions.workforce.gradient import well_joined
from codebreakers.questions.workforce.joined import FIFTHS, Staffed
from codebreakers.questions.workforce.outcomes import OUTCOMES
from codebreakers.sources import academic_year
from codebreakers.sources.report import PUBLISHED

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "DESIGN_EFFECT",
    "ON_COSTS",
    "Tables",
    "assumptions_of",
    "check_pool",
    "polled",
    "tables_of",
]

ON_COSTS = 0.25
DESIGN_EFFECT = 1.5
"""How many times as great a variance a quota poll's weights are taken to give it."""

_ON_COSTS = (0.10, 0.35)
_FILLED = (0.8, 1.0)
_PAY_RISES = (0.0, 0.03)
_MOVING = (0.1, 1.0)
_NEAR = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """What the tables of a year say.

    Parameters
    ----------
    schools : Staffed
        S schools.
    pay : float
        Mean pay of a teacher in pounds, over schools that show it.
    pay_low, pay_high : float
        In the region where it is lowest, and where it is highest.
    need : ndarray of bool, shape (S,)
        In the most disadvantaged fifth and the lowest fifth of results.
    ranked : ndarray of bool, shape (S,)
        Whose disadvantage and results are both known.
    there, pool : float
        Teachers of the schools of need, and of all others, full-time equivalent.
    """

    schools: Staffed
    pay: float
    pay_low: float
    pay_high: float
    need: NDArray[np.bool_]
    ranked: NDArray[np.bool_]
    there: float
    pool: float


def tables_of(schools: Staffed) -> Tables:
    """Return pay, and where the need and the teachers are.

    Raises
    ------
    CannotAnswerError
        Too few schools show the pay of their teachers to stand for all.
    """
    teachers, pay = schools.values["teachers"], schools.values["salary"]
    well_joined(schools, OUTCOMES["salary"])
    paid = ~np.isnan(pay) & (teachers > 0)

    def mean(inside: NDArray[Any]) -> float:
        return float(np.average(pay[inside], weights=teachers[inside]))

    region = schools.people.schools["region"]
    regions = [mean(paid & (region == name)) for name in sorted(set(region[paid].tolist()) - {""})]
    ranked = ~np.isnan(schools.meals) & ~np.isnan(schools.results)
    meals, results = schools.fifths(ranked)
    need = (meals == FIFTHS - 1) & (results == 0)
    overall = mean(paid)
    return Tables(
        schools,
        overall,
        min(regions, default=overall),
        max(regions, default=overall),
        need,
        ranked,
        float(np.nansum(teachers[need])),
        float(np.nansum(teachers[~need])),
    )


def polled(name: str, design_effect: float = DESIGN_EFFECT) -> tuple[float, float, float]:
    """Return a share that the report's poll found, with its interval, as shares of one.

    The interval is Wilson's on the respondents that the design effect leaves, and covers every
    count that rounds to the published percentage.
    """
    percent = PUBLISHED[name].values[0]
    respondents = POLLED / design_effect
    counts = np.array([[percent - 0.5], [percent + 0.5]]) * respondents / 100
    low, high = wilson(counts[0], counts[1], np.array([respondents]))
    return percent / 100, float(low[0]) / 100, float(high[0]) / 100


def assumptions_of(
    tables: Tables, scenario: Scenario, levers: Mapping[str, float]
) -> Iterator[Assumption]:
    """Yield every assumption of a scenario, with how far it may be out."""
    when = academic_year(tables.schools.people.year)
    yield Assumption(
        "pay",
        "Mean pay, £",
        tables.pay_low,
        tables.pay_high,
        "tables",
        f"teachers of mainstream schools with results, {when}; low and high are the regions "
        "where it is lowest and highest",
        share=False,
    )
    yield Assumption(
        "on_costs",
        "On-costs",
        min(_ON_COSTS[0], scenario.on_costs),
        max(_ON_COSTS[1], scenario.on_costs),
        "assumed",
        "employers' national insurance and pension contributions, which no table here has; low is "
        "about national insurance alone",
    )
    yield Assumption(
        "pay_rises", "Pay rises a year", *_PAY_RISES, "assumed", "none; high is as pay may grow"
    )
    yield Assumption("filled", "Posts filled", *_FILLED, "assumed", "every post, in every year")
    yield from _of_poll(tables, scenario)
    total = scenario.levers
    for name, share in levers.items():
        yield Assumption(
            "levers",
            f"Lever: {name}",
            total - share,
            total + share,
            "yours",
            f"{LEVERS[name]} brings {100 * share:g}% of teachers besides; low is none of them, "
            "high twice as many; no source has it",
            others=total - share,
        )


def _of_poll(tables: Tables, scenario: Scenario) -> Iterator[Assumption]:
    yield Assumption(
        "pool",
        "Teachers elsewhere",
        _NEAR * scenario.pool,
        scenario.pool,
        "tables",
        f"of the {int((~tables.need).sum()):,} other mainstream schools with results, full-time "
        "equivalent; low is half of them, for distance, which is assumed",
        share=False,
    )
    how = (
        f"the 2014 report's poll of more than {POLLED:,} teachers, with a design effect of "
        f"{DESIGN_EFFECT:g}, which is assumed"
    )
    for field, name, words in (
        ("intention", "poll_seek_challenge", "Stated intention"),
        ("interest", "poll_salary", "Stated interest"),
    ):
        _, low, high = polled(name)
        yield Assumption(field, words, low, high, "poll", f"{PUBLISHED[name].definition}: {how}")
    yield Assumption(
        "moving",
        "Of them, who come",
        *_MOVING,
        "assumed",
        "all who say so, which is the most it can be; low is one in ten",
    )


def check_pool(teachers: int, tables: Tables) -> None:
    """Raise RequestError where more teachers are asked for than there are elsewhere."""
    if teachers > tables.pool:
        raise RequestError(
            f"{teachers:,} teachers are more than there are: the other schools held have "
            f"{tables.pool:,.0f}.",
            remedy="Ask for fewer.",
        )
