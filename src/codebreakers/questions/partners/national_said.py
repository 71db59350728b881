"""What the pairing of schools comes to, and what asking the nearest alone would."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.estimates import Estimate, Withheld
from codebreakers.findings import Finding
from codebreakers.findings.disclosure import About
from codebreakers.peers.population import Scope
from codebreakers.questions.partners.demand import REASONS, Demand, Pairs
from codebreakers.questions.partners.field import Field
from codebreakers.questions.partners.said import about_of
from codebreakers.sources import academic_year

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["about_pairing", "findings_of_pairing"]

_FLOW = "minimum-cost flow: most pairs, then fewest miles"
_NEAREST = "each school asks its nearest alone, who takes its own nearest"


def about_pairing(field: Field, capacity: int, within: float, scope: Scope) -> About:
    """Return what the findings of a pairing share."""
    about = about_of(field)
    what = (
        f"{about.definition} A school needs one to talk to where its published result is below the "
        "mean of the best fifth of its similar schools and it has no such evidence itself. Pairs "
        "are chosen so that as many schools as can be have one within "
        f"{within:g} miles, none is paired with more than {capacity}, and the miles are then "
        "fewest."
    )
    if not scope.is_everything:
        what += f" Of {scope.describe()}; those they may talk to are sought everywhere."
    return replace(about, definition=what)


def findings_of_pairing(
    demand: Demand, pairs: Pairs, capacity: int, within: float, about: About
) -> Iterator[Finding]:
    """Yield who needs, who may be talked to, who is paired, who is not and why."""
    needed = int(demand.needs.sum())
    yield _needed(demand, needed, about)
    yield from _offered(demand, about)
    yield from _paired(demand, pairs.chosen, needed, about)
    yield from _unmet(demand, pairs, needed, within, about)
    yield _full(demand, pairs, capacity, about)
    yield from _nearest(demand, pairs, needed, about)


def _count(value: int, n: int, method: str = "counted") -> Estimate:
    return Estimate(value, n=n, method=method)


def _needed(demand: Demand, needed: int, about: About) -> Finding:
    judged = int(demand.needs.size)
    said = (
        f"{needed:,} schools were below the best fifth of their similar schools in "
        f"{academic_year(about.year)}, as published, and are not above England on the evidence "
        f"themselves; {demand.graded:,} are."
    )
    if demand.unjudged:
        said += (
            f" {demand.unjudged:,} have no result or no similar schools: nothing is said of them."
        )
    return about.say(
        "pairing.needed", said, _count(needed, judged), unit="schools", counts="schools"
    )


def _offered(demand: Demand, about: About) -> Iterator[Finding]:
    """Say how many schools may be talked to in all, and how many with evidence are set aside."""
    field = demand.field
    graded, fit = int(field.graded.sum()), int(field.may_be_named.sum())
    said = f"{fit:,} of the {graded:,} schools with the evidence may be talked to."
    if field.evidence is not None:
        wrong = float((1 - field.evidence.lasting[field.may_be_named]).sum())
        said += f" Of these {wrong:,.0f} are expected not to be lastingly above England."
    yield about.say("pairing.offered", said, _count(fit, graded), unit="schools", counts="schools")
    reasons = Counter(one.aside for one in field.since.values() if one.aside)
    if reasons:
        parts = "; ".join(f"{n:,} {why}" for why, n in sorted(reasons.items()))
        count = sum(reasons.values())
        yield about.say(
            "pairing.aside",
            f"{count:,} with the evidence are set aside: {parts}.",
            _count(count, graded),
            unit="schools",
            counts="schools",
        )


def _paired(demand: Demand, chosen: NDArray[Any], needed: int, about: About) -> Iterator[Finding]:
    count = len(chosen)
    with_whom = len(np.unique(demand.others[chosen]))
    yield about.say(
        "pairing.paired",
        f"{count:,} of the {needed:,} are paired, with {with_whom:,} schools.",
        _count(count, needed, _FLOW),
        unit="schools",
        counts="schools",
    )
    miles = _mean(demand.miles[chosen], _FLOW)
    yield about.say(
        "pairing.miles",
        f"They are {miles.value:.1f} miles apart on average."
        if isinstance(miles, Estimate)
        else f"No distance: {miles.reason}.",
        miles,
        unit="miles",
        counts="schools",
    )


def _mean(miles: NDArray[Any], method: str) -> Estimate | Withheld:
    if not len(miles):
        return Withheld("no-partner", "no school is paired")
    return Estimate(float(miles.mean()), n=len(miles), method=method)


def _unmet(
    demand: Demand, pairs: Pairs, needed: int, within: float, about: About
) -> Iterator[Finding]:
    unmet = demand.needs.copy()
    unmet[demand.owners[pairs.chosen]] = False
    count = int(unmet.sum())
    yield about.say(
        "pairing.unmet",
        f"{count:,} of the {needed:,} are paired with nobody.",
        _count(count, needed, _FLOW),
        unit="schools",
        counts="schools",
    )
    lacking = np.where(demand.lacking == "", "full", demand.lacking)[unmet]
    for name, words in REASONS.items():
        number = int((lacking == name).sum())
        if number:
            far = f" ({within:g} miles)" if name == "far" else ""
            yield about.say(
                f"pairing.unmet.{name}",
                f"{number:,}: {words}{far}.",
                _count(number, count),
                unit="schools",
                counts="schools",
            )


def _full(demand: Demand, pairs: Pairs, capacity: int, about: About) -> Finding:
    taken = np.bincount(demand.others[pairs.chosen], minlength=1)
    full = int((taken >= capacity).sum())
    return about.say(
        "pairing.full",
        f"{full:,} of the schools talked to are paired with {capacity}, as many as they may.",
        _count(full, int((taken > 0).sum()), _FLOW),
        unit="schools",
        counts="schools",
    )


def _nearest(demand: Demand, pairs: Pairs, needed: int, about: About) -> Iterator[Finding]:
    count, flow = len(pairs.nearest), len(pairs.chosen)
    yield about.say(
        "pairing.nearest.paired",
        f"Had each asked its nearest alone, {count:,} would be paired and {needed - count:,} not: "
        f"{flow - count:,} fewer pairs.",
        _count(count, needed, _NEAREST),
        unit="schools",
        counts="schools",
    )
    miles = _mean(demand.miles[pairs.nearest], _NEAREST)
    yield about.say(
        "pairing.nearest.miles",
        f"Those would be {miles.value:.1f} miles apart on average."
        if isinstance(miles, Estimate)
        else f"No distance: {miles.reason}.",
        miles,
        unit="miles",
        counts="schools",
    )
