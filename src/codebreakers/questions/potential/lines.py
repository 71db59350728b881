"""The lines beside a published gain: chance allowed for, luck alone, intake alone, a year later."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.estimates import Estimate
from codebreakers.findings import Finding
from codebreakers.findings.disclosure import About
from codebreakers.findings.words import figure_in_words
from codebreakers.inference.chance import Lasted, by_luck, chance_removed, intake_alone, lasted
from codebreakers.inference.draws import interval
from codebreakers.inference.levels import DRAWS, levels_of, predictions_of
from codebreakers.inference.parts import levels_of_parts
from codebreakers.measures import Measure
from codebreakers.peers.gains import Gains, Preset
from codebreakers.sources import academic_year

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["NOT_SUBTRACTED", "Lines", "lines_of"]

NOT_SUBTRACTED = (
    "These lines do not subtract: variances add, gains do not. Chance's share of the published "
    "figure is what is published less what is left with chance allowed for; the line of luck is a "
    "different world."
)

_OVERLAP = "schools share their peers, so that they are no sample of their own"
_SAID = {
    "chance_removed": (
        "Allowing for chance, it is {figure}: the same rule on what each school's true level may "
        "be."
    ),
    "chance_alone": (
        "By luck alone the rule would find {figure}, were every school truly like its peers."
    ),
    "intake_alone": (
        "Intake alone would give {figure}: the rule on what each school's intake predicts, with "
        "no difference between schools."
    ),
}


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """A rule's gains in other worlds; and what a year left of the benchmark schools' lead.

    Parameters
    ----------
    gains : dict of str to ndarray of float, shape (D, S)
        By the name of the line, in pupils, or in points times pupils.
    test : Lasted or None
        None where no other year of the measure is held.
    seed : int
    """

    gains: dict[str, NDArray[np.float64]]
    test: Lasted | None
    seed: int

    def findings(
        self, inside: NDArray[Any], found: Gains, rule: Preset, about: About, place: str
    ) -> Iterator[Finding]:
        """Yield a finding a line, over the schools asked about."""
        measure = found.summary.measure
        pupils = float(found.summary.pupils[inside].sum())
        counted = measure.unit == "percent"
        base = float(found.base[inside].sum()) if counted else pupils
        for name, drawn in self.gains.items():
            total = np.nansum(drawn[:, inside], axis=1)
            figure = interval(
                total if counted else total / pupils,
                n=round(pupils),
                method=f"{len(drawn):,} draws",
                seed=self.seed,
            )
            said = _in_words(figure, measure, base)
            yield about.say(
                f"potential.{rule.name}.{name}",
                _SAID[name].format(figure=f"{said}{place}"),
                figure,
                unit="pupils" if counted else "points",
                rebuilt=True,
            )
        if self.test is not None and self.test.lead > 0:
            yield _next_year(self.test, rule, measure, about)


def lines_of(
    found: Gains, rule: Preset, *, draws: int, seed: int, authorities: bool = False
) -> Lines:
    """Return the lines beside a rule's published gains.

    Parameters
    ----------
    found : Gains
        As published.
    rule : Preset
    draws : int
        Of the schools' true levels. Each region has a level of its own in them, so that the sums
        over its schools are not drawn towards the country's.
    seed : int
    authorities : bool
        Whether each authority has an effect of its own too, as sums over its schools need.
    """
    people, summary = found.people, found.summary
    if authorities and summary.measure.kind == "proportion":
        drawn = levels_of_parts(people, summary, draws=draws, seed=seed)
    else:
        drawn = levels_of(people, summary, draws=draws, seed=seed, regions=True).draws
    intake = predictions_of(people, summary, draws=max(draws, DRAWS), seed=seed)
    gained = {
        "chance_removed": chance_removed(found, drawn, rule),
        "chance_alone": by_luck(found, intake, rule, seed=seed),
        "intake_alone": intake_alone(found, intake, rule),
    }
    return Lines(gained, lasted(found, rule, seed=seed), seed)


def _in_words(figure: Estimate, measure: Measure, base: float) -> str:
    low, high = figure.low or 0.0, figure.high or 0.0
    if measure.unit != "percent":
        value, first, last = (figure_in_words(x, measure) for x in (figure.value, low, high))
        return f"{value} points each ({first} to {last})"
    more = f", {100 * figure.value / base:.0f}% more" if base > 0 else ""
    return f"{figure.value:,.0f} ({low:,.0f} to {high:,.0f}){more}"


def _next_year(test: Lasted, rule: Preset, measure: Measure, about: About) -> Finding:
    lead, left = (figure_in_words(points, measure) for points in (test.lead, test.left))
    return about.say(
        f"potential.{rule.name}.next_year",
        f"Next year's test: in {academic_year(test.first)} the schools that set the benchmarks "
        f"were {lead} points ahead of their own similar schools; in {academic_year(test.second)} "
        f"{left} were left, {100 * test.left / test.lead:.0f}% ({test.schools:,} schools with "
        "both years).",
        Estimate(
            100 * test.left / test.lead,
            n=test.schools,
            method="benchmark schools chosen in one year, followed to the next",
            no_interval=_OVERLAP,
        ),
        unit="percent",
        counts="schools",
    )
