"""What the moves come to, in sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.errors import CannotAnswerError
from codebreakers.estimates import Estimate, Figure, Withheld
from codebreakers.inference.draws import interval
from codebreakers.inference.moves import slope
from codebreakers.peers.population import Scope
from codebreakers.questions.league.chance import Chance, Sure
from codebreakers.questions.league.groups import feature, fifths, grouped
from codebreakers.questions.league.listing import far
from codebreakers.questions.league.sides import Pair
from codebreakers.sources.report import PUBLISHED

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "Said",
    "against_the_report",
    "followed",
    "is_the_reports",
    "moved",
    "of_chance",
    "of_disadvantage",
    "of_regions",
]

Said = tuple[str, str, Figure, str]
"""Id, sentence, figure, unit."""

NO_INTERVAL = "every school that has both is counted: what chance gives is shown beside it"
REGION = "North East"
_EACH = 10.0  # points of disadvantaged share, that the slope is said for


def moved(pair: Pair, sure: Sure, inside: NDArray[Any], threshold: float, where: str) -> list[Said]:
    """Say how many schools fall, and rise, at least so far."""
    said: list[Said] = []
    for name, way, falls in (("fallers", "lower", pair.falls), ("risers", "higher", -pair.falls)):
        which = far(falls, threshold) & inside
        share = _share(which, inside)
        beside = _beside(sure.chance, inside, threshold, rising=name == "risers")
        sentence = (
            f"{share.value:.1f}% of {share.n:,} {where} ({int(which.sum()):,}) rank {threshold:g} "
            f"or more percentile points {way} by the new measure than by the old{beside}."
        )
        said.append((f"league.{name}.share", sentence, share, "percent"))
    return said


def _beside(
    chance: Chance | None, inside: NDArray[Any], threshold: float, *, rising: bool = False
) -> str:
    """Return what chance gives, to stand behind a share."""
    if chance is None or not chance.knows(inside):
        return ""
    drawn = chance.share(inside, threshold, rising=rising)
    return f"; by chance alone {_spread(_drawn(drawn, chance, inside))}%"


def _share(which: NDArray[Any], inside: NDArray[Any]) -> Estimate:
    n = int(inside.sum())
    return Estimate(
        100 * int((which & inside).sum()) / n,
        n=n,
        method="share of schools",
        no_interval=NO_INTERVAL,
    )


def _drawn(drawn: NDArray[Any], chance: Chance, inside: NDArray[Any]) -> Estimate:
    words = f"{len(drawn):,} worlds in which no school truly moved"
    return interval(drawn, n=int(inside[chance.rows].sum()), method=words, seed=chance.seed)


def _spread(figure: Estimate) -> str:
    return f"{figure.value:.1f} ({figure.low:.1f} to {figure.high:.1f})"


def of_chance(pair: Pair, sure: Sure, inside: NDArray[Any], threshold: float) -> Iterator[Said]:
    """Say what chance alone gives, what is beyond it, and which moves are real."""
    chance = sure.chance
    if chance is None or not chance.knows(inside):
        why = sure.why_not or "none of these schools has the true levels of both"
        sentence = f"What chance alone would move cannot be worked out: {why}."
        yield "league.chance", sentence, Withheld("not-held", why), "percent"
        return
    yield from _worlds(pair, chance, inside, threshold)
    yield _beyond(pair, chance, inside, threshold)
    yield _real(pair, chance, inside, threshold)


def _worlds(pair: Pair, chance: Chance, inside: NDArray[Any], threshold: float) -> Iterator[Said]:
    figure = _drawn(chance.share(inside, threshold), chance, inside)
    who = (
        f"the same pupils sit both, and a school's luck in one correlates {chance.correlation:g} "
        "with its luck in the other"
        if pair.asked.same_cohort
        else "other pupils sit the second"
    )
    sentence = (
        f"Had no school truly moved, {_spread(figure)}% would rank {threshold:g} or more "
        f"percentile points lower by chance ({who})."
    )
    yield "league.chance", sentence, figure, "percent"
    for rho in chance.worlds:
        if rho != chance.correlation:
            other = _drawn(chance.share(inside, threshold, at=rho), chance, inside)
            sentence = f"With a correlation of {rho:g} instead: {_spread(other)}%."
            yield f"league.chance.rho_{round(100 * rho)}", sentence, other, "percent"


def _beyond(pair: Pair, chance: Chance, inside: NDArray[Any], threshold: float) -> Said:
    shown = _share(far(pair.falls, threshold), inside).value
    beyond = _drawn(shown - chance.share(inside, threshold), chance, inside)
    sentence = f"Beyond chance, {_spread(beyond)} of every 100 schools fall so far."
    if beyond.high is not None and beyond.high < 0 and pair.asked.same_cohort:
        sentence += (
            " Fewer fall than chance would take so far: a school's luck in the two goes together "
            f"more closely than {chance.correlation:g}."
        )
    return "league.real", sentence, beyond, "percent"


def _real(pair: Pair, chance: Chance, inside: NDArray[Any], threshold: float) -> Said:
    which = far(pair.falls, threshold) & inside
    real, n = int((which & chance.fell).sum()), int(which.sum())
    by_luck = float(chance.expected.falls[inside[chance.rows]].sum())
    sentence = (
        f"Of the {n:,} that fall so far, {real:,} are lower than chance would put them in 95 of "
        f"100 worlds; had no school truly moved, {by_luck:,.1f} would be."
    )
    method = f"each school judged at 95%; {by_luck:.1f} expected by chance"
    figure = Estimate(real, n=int(inside.sum()), method=method, seed=chance.seed)
    return "league.real.schools", sentence, figure, "schools"


def of_regions(pair: Pair, sure: Sure, inside: NDArray[Any], threshold: float) -> Iterator[Said]:
    """Say both readings of so many of the fallers' region: of its schools, and of all fallers."""
    fallers = far(pair.falls, threshold) & inside
    everyone = int(fallers.sum())
    for name, there in grouped(pair, "region"):
        within = there & inside
        if not within.any() or name == "not known":
            continue
        share, count = _share(fallers, within), int((fallers & within).sum())
        id_ = f"league.fallers.{name.casefold().replace(' ', '_')}"
        sentence = (
            f"{name}: {share.value:.1f}% of its {share.n:,} schools fall so far ({count:,})"
            f"{_beside(sure.chance, within, threshold)}."
        )
        yield id_, sentence, share, "percent"
        if everyone:
            part = _share(within, fallers)
            of_all = 100 * int(within.sum()) / int(inside.sum())
            sentence = (
                f"{name}: {part.value:.1f}% of the {everyone:,} that fall so far, with "
                f"{of_all:.1f}% of all schools."
            )
            yield f"{id_}.of_fallers", sentence, part, "percent"


def of_disadvantage(
    pair: Pair, sure: Sure, inside: NDArray[Any], threshold: float
) -> Iterator[Said]:
    """Say how falls go with the disadvantaged share: its highest fifth, and the slope."""
    ids = ("league.fallers.most_disadvantaged_fifth", "league.slope")
    units = ("percent", "points")
    try:
        found = feature(pair, "fifth")
    except CannotAnswerError as error:
        for id_, unit in zip(ids, units, strict=True):
            yield id_, f"Not known: {error.message}", Withheld("not-held", error.message), unit
        return
    which = fifths(found.values)
    least, most = ((which == number) & inside for number in (0, 4))
    if least.any() and most.any():
        fallers = far(pair.falls, threshold)
        share, other = _share(fallers, most), _share(fallers, least)
        sentence = (
            f"Of the most disadvantaged fifth of schools {share.value:.1f}% fall so far"
            f"{_beside(sure.chance, most, threshold)}; of the least disadvantaged "
            f"{other.value:.1f}%{_beside(sure.chance, least, threshold)}."
        )
        yield ids[0], sentence, share, units[0]
    yield _slope(pair, inside, found.values)


def _slope(pair: Pair, inside: NDArray[Any], share: NDArray[Any]) -> Said:
    known = inside & ~np.isnan(share)
    n = int(known.sum())
    if n < 10 or np.ptp(share[known]) == 0:
        why = f"{n} schools with a disadvantaged share are too few, or too alike, for a slope"
        return "league.slope", f"Not known: {why}.", Withheld("not-held", why), "points"
    value, low, high = (_EACH * end for end in slope(share[known], pair.falls[known]))
    # Said as lower or higher, and so are the ends: one on the other side of 0 is negative.
    words, sign = ("lower", 1) if value >= 0 else ("higher", -1)
    ends = sorted((sign * low, sign * high))
    figure = Estimate(value, low, high, 0.95, n=n, method="least squares, robust errors")
    sentence = (
        f"With each 10 points more of disadvantaged pupils a school ranks {abs(value):.1f} "
        f"percentile points {words} by the new measure than by the old (95% interval "
        f"{ends[0]:.1f} to {ends[1]:.1f})."
    )
    return "league.slope", sentence, figure, "points"


def followed(by_urn: Callable[[], Pair], where: Scope, threshold: float) -> Said:
    """Say what falls where a school that was given another URN is not followed."""
    try:
        alone = by_urn()
        inside = alone.within(where)
    except CannotAnswerError as error:
        why = error.message
        return "league.by_urn", f"Not known: {why}", Withheld("not-held", why), "percent"
    share = _share(far(alone.falls, threshold), inside)
    sentence = (
        f"Were a school one URN alone, {share.value:.1f}% of {share.n:,} would fall so far: one "
        "that was given another, as when it became an academy, would be left out."
    )
    return "league.by_urn", sentence, share, "percent"


def is_the_reports(pair: Pair) -> bool:
    """Return whether the report's figures can be looked for: its old measure, and its region."""
    old, new = pair.old.measure.name, pair.new.measure.name
    return old == "five_good_gcses" != new and REGION in pair.role("region")


def against_the_report(pair: Pair) -> Said:
    """Say whether any threshold gives both of the report's figures, for all schools."""
    there = pair.role("region") == REGION
    everyone = np.ones(len(pair), dtype=bool)
    goals = [PUBLISHED[f"big_fallers{end}"].values[0] for end in ("", "_north_east")]
    steps = np.arange(1, 100)
    falls = [far(pair.falls, float(step)) for step in steps]
    england, region = (
        np.array([_share(which, who).value for which in falls]) for who in (everyone, there)
    )
    part = np.array([100 * which[there].sum() / max(1, which.sum()) for which in falls])
    gives = np.abs(england - goals[0]) <= 0.5  # as the report rounded it
    both = steps[gives & ((np.abs(region - goals[1]) <= 0.5) | (np.abs(part - goals[1]) <= 0.5))]
    first, second = (
        int(np.argmin(np.abs(of - goal))) for of, goal in zip((england, region), goals, strict=True)
    )
    answer = (
        f"At {', '.join(map(str, both))} points both of the report's figures are found"
        if both.size
        else "No threshold gives both of the report's figures"
    )
    sentence = (
        f"{answer} ({goals[0]:g}% of schools; {goals[1]:g}% in the {REGION}). England is nearest "
        f"at {steps[first]} points ({england[first]:.1f}%), where {region[first]:.1f}% of the "
        f"{REGION}'s schools fall, and they are {part[first]:.1f}% of all that fall; the {REGION} "
        f"is nearest at {steps[second]} points ({region[second]:.1f}%), where "
        f"{england[second]:.1f}% of England's fall."
    )
    figure = Estimate(int(both.size), n=None, method="thresholds of 1 to 99 points tried")
    return "league.report", sentence, figure, "thresholds"
