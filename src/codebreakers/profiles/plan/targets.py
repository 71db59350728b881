"""What a target asks for beyond what chance alone could give a school of this size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from codebreakers.estimates import Estimate, Figure, Withheld
from codebreakers.findings import Cell, Column, Finding, Table
from codebreakers.findings.disclosure import cite, say, tabulate
from codebreakers.findings.words import definition
from codebreakers.inference.next_year import NextYear
from codebreakers.profiles.page_one.year import Year
from codebreakers.profiles.plan.answers import Target
from codebreakers.profiles.plan.lines import LINES, Line, shown, unchanged

__all__ = ["NARROWEST", "TARGETED", "WITHIN", "range_of", "tabled", "targets"]

WITHIN = "Within what chance alone could give"
"""How the sentence of such a target begins."""

TARGETED = "plan.target."
NARROWEST = (
    "The range is of a school whose true level stays as it is. Real levels move from year to year, "
    "so it is the narrowest that it could be."
)


def range_of(found: Year, row: int, line: Line | None) -> Finding:
    """Return ``plan.chance.<line>``: what next year's result could be with nothing changed."""
    id_ = "result" if line is None else line.id
    now, pupils = _now(line, row)
    drawn = None if line is None or pupils is None else unchanged(line, row, pupils, np.nan)
    if drawn is None or line is None or isinstance(now, Withheld):
        figure: Figure = now if isinstance(now, Withheld) else _unsaid(line)
        reason = figure.reason if isinstance(figure, Withheld) else ""
        said = f"{LINES[id_]}: what chance alone could give next year is not known, {reason}."
    else:
        figure = _estimate(drawn, now.value)
        said = (
            f"{line.heading}: with nothing changed, chance alone could give from "
            f"{line.shown(drawn.low)} to {line.shown(drawn.high)} next year (95 years of 100, "
            f"{drawn.pupils} pupils)."
        )
    return _say(f"plan.chance.{id_}", said, figure, line, found)


def targets(
    found: Year, row: int, lines: dict[str, Line | None], wanted: Sequence[Target]
) -> tuple[Finding, ...]:
    """Return a finding each target, with the range that chance alone could give.

    Parameters
    ----------
    found : Year
    row : int
        The school's.
    lines : mapping of str to Line
    wanted : sequence of Target

    Returns
    -------
    tuple of Finding
        ``plan.target.<number>``. The figure is the target; its range is what an unchanged school
        could get. The sentence of one within that begins with `WITHIN`.
    """
    return tuple(
        _target(found, row, lines[one.of], one, number) for number, one in enumerate(wanted, 1)
    )


def _target(found: Year, row: int, line: Line | None, one: Target, number: int) -> Finding:
    now, counted = _now(line, row)
    pupils = one.pupils or counted
    drawn = None if line is None or not pupils else unchanged(line, row, pupils, one.value)
    if line is None or drawn is None or isinstance(now, Withheld):
        figure: Figure = now if isinstance(now, Withheld) else _unsaid(line)
        why = figure.reason if isinstance(figure, Withheld) else ""
        said = (
            f"{LINES[one.of]}: {one.value:g} is the target; whether chance alone could give that "
            f"cannot be said: {why}."
        )
    else:
        figure = _estimate(drawn, one.value)
        said = "".join(_judged(line, drawn, one, now.value))
    return _say(f"{TARGETED}{number}", said, figure, line, found)


def _judged(line: Line, drawn: NextYear, one: Target, now: float) -> Iterator[str]:
    wanted, low, high = (line.shown(x) for x in (one.value, drawn.low, drawn.high))
    if one.value > drawn.high:
        yield f"Beyond chance alone: {wanted} for {line.name}, now {line.shown(now)}. "
        yield f"With nothing changed a cohort of {drawn.pupils} would get {low} to {high}: "
        yield "reaching it would be more than luck."
        return
    yield f"{WITHIN}: {wanted} for {line.name}, now {line.shown(now)}. "
    yield f"With nothing changed a cohort of {drawn.pupils} would get {low} to {high}, and reach "
    yield f"{wanted} in {_in_hundred(drawn.reached)} of 100 years. "
    yield f"A target above {high} would show more."


def _in_hundred(chance: float) -> str:
    years = round(100 * chance)
    return "about 99" if years >= 99 else "fewer than 1" if years < 1 else f"about {years}"


def tabled(made: Sequence[Finding], wanted: Sequence[Target], *, made_up: bool) -> Table:
    """Return the statement's table of intended outcomes."""
    rows: list[tuple[Cell | Figure, ...]] = [
        (
            one.outcome or LINES[one.of],
            f"{LINES[one.of]}: {shown(one.value, finding.unit)}",
            finding.sentence,
        )
        for one, finding in zip(wanted, made, strict=True)
    ]
    return tabulate(
        "plan.outcomes",
        "Intended outcomes",
        (
            Column("outcome", "Intended outcome"),
            Column("criteria", "Success criteria"),
            Column("chance", "Beside what chance alone could give"),
        ),
        rows,
        findings=tuple(made),
        notes=(NARROWEST,) if rows else (),
        made_up=made_up,
    )


def _now(line: Line | None, row: int) -> tuple[Figure, int | None]:
    if line is None:
        return Withheld("not-held", "no table held has it for this year"), None
    value, pupils = float(line.summary.values[row]), float(line.summary.pupils[row])
    if np.isnan(value):
        return Withheld(str(line.summary.codes[row]) or "not-held"), None
    return Estimate(value), None if np.isnan(pupils) else round(pupils)


def _unsaid(line: Line | None) -> Withheld:
    why = "this year's tables do not let chance be allowed for"
    return Withheld("not-tested", why if line is not None else "")


def _estimate(drawn: NextYear, value: float) -> Estimate:
    method = "what a school of this size and level could get by chance alone"
    return Estimate(value, drawn.low, drawn.high, drawn.level, drawn.pupils, method)


def _say(id_: str, said: str, figure: Figure, line: Line | None, found: Year) -> Finding:
    year = found.people.year
    return say(
        id_,
        said,
        figure,
        unit="percent" if line is None else line.measure.unit,
        year=year,
        definition=(
            "No table held has it."
            if line is None
            else f"{definition(line.measure, year, line.summary.group)} The range: binomial (of a "
            "score: normal), at each draw of the school's true level."
        ),
        caveats=(NARROWEST,),
        provenance=cite(
            found.people.store.releases(), () if line is None else (line.summary.release,)
        ),
        rebuilt=True,
    )
