"""How many are truly above, how many of a list are wrong, and how many have which grade."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.estimates import Estimate, Withheld
from codebreakers.inference.draws import interval
from codebreakers.inference.grades import ENOUGH_YEARS, GRADES
from codebreakers.measures import Measure
from codebreakers.questions.codebreakers.choices import Said
from codebreakers.questions.codebreakers.judged import Chance, Judged, margin_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["allowing_for_chance"]


def allowing_for_chance(judged: Judged) -> Iterator[Said]:
    """Yield what chance makes of the count and of the list."""
    chance = judged.chance
    if chance is None or not (judged.judged & chance.levels.known).any():
        return
    yield _expected(judged, chance)
    yield _wrong(judged, chance)
    yield from _grades(judged, chance)
    yield _beyond_intake(judged, chance)


def _truly(chance: Chance, goal: NDArray[Any] | float, who: NDArray[Any]) -> NDArray[Any]:
    """Return on each draw how many of some schools, given by their rows, are above a goal."""
    levels = chance.levels
    draws = levels.draws[:, who]
    beaten = draws > goal if levels.measure.better == "higher" else draws < goal
    counts: NDArray[Any] = np.count_nonzero(beaten, axis=1)
    return counts


def _estimate(counts: NDArray[Any], judged: Judged, chance: Chance) -> Estimate:
    return interval(
        counts,
        n=int(judged.judged.sum()),
        method=f"{len(counts):,} draws of the true levels",
        seed=chance.levels.seed,
    )


def _spread(figure: Estimate) -> str:
    return f"{figure.value:,.0f} ({figure.low:,.0f} to {figure.high:,.0f})"


def _expected(judged: Judged, chance: Chance) -> Said:
    who = np.flatnonzero(judged.judged)
    goal = chance.goal.on_draws(chance.levels, judged.people.year, schools=who)
    figure = _estimate(_truly(chance, goal, who), judged, chance)
    return (
        "breakers.expected",
        (
            f"Allowing for chance, {_spread(figure)} are expected to be truly above, where "
            f"{int(judged.above.sum()):,} were counted."
        ),
        figure,
        "schools",
    )


def _wrong(judged: Judged, chance: Chance) -> Said:
    listed = judged.above & ~np.isnan(chance.evidence.above)
    wrong = float((1 - chance.evidence.above[listed]).sum())
    return (
        "breakers.expected_wrong",
        f"Of the {int(listed.sum()):,} counted, {wrong:,.0f} are expected not to be truly above.",
        Estimate(
            wrong, n=int(listed.sum()), method="sum of 1 - probability", seed=chance.levels.seed
        ),
        "schools",
    )


def _grades(judged: Judged, chance: Chance) -> Iterator[Said]:
    found = chance.evidence
    years = ", ".join(str(year) for year in found.judged)
    for name, words in GRADES.items():
        who = judged.judged & (found.grades == name)
        count = int(who.sum())
        figure: Estimate | Withheld = Estimate(
            count, n=int(judged.judged.sum()), method=f"lasting level over {years}"
        )
        said = f"{words.capitalize()}: {count:,} schools."
        if name == "confirmed" and len(found.judged) < ENOUGH_YEARS:
            figure = Withheld(
                "few-years",
                f"strong evidence needs {ENOUGH_YEARS} years of results; those held: {years}",
            )
            said = f"Not known: {figure.reason}."
        elif name in ("confirmed", "likely"):
            wrong = float((1 - found.lasting[who]).sum())
            said = f"{said[:-1]}, of which {wrong:,.1f} are expected to be wrong."
        yield f"breakers.{name.replace(' ', '_').replace('-', '_')}", said, figure, "schools"


def _beyond_intake(judged: Judged, chance: Chance) -> Said:
    """Say the second definition beside the first: above what the school's own intake predicts."""
    levels = chance.levels
    measure: Measure = levels.measure
    sign = 1 if measure.better == "higher" else -1
    who = np.flatnonzero(judged.judged & levels.known & levels.intake.complete)
    margin = margin_of(measure)
    goal = levels.predicted(schools=who) + sign * margin
    figure = _estimate(_truly(chance, goal, who), judged, chance)
    return (
        "breakers.beyond_intake",
        (
            f"Allowing for chance, {_spread(figure)} are at least {margin:g} points above what "
            "their intake predicts."
        ),
        figure,
        "schools",
    )
