"""What moved since an earlier plan, and whether that is more than chance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from codebreakers.errors import CannotAnswerError, RequestError
from codebreakers.estimates import Estimate, Figure, Withheld
from codebreakers.findings import Finding
from codebreakers.findings.disclosure import cite, say
from codebreakers.findings.words import definition
from codebreakers.inference.next_year import NextYear
from codebreakers.measures.held import resolve
from codebreakers.peers.population import population
from codebreakers.profiles.page_one.year import Year
from codebreakers.profiles.plan.answers import Answers, Target
from codebreakers.profiles.plan.lines import DRAWN, LINES, Line, line_of, unchanged
from codebreakers.sources import academic_year

__all__ = ["moved"]

_NOT_HELD = "Its target is not held against that."


@dataclass(frozen=True, slots=True, eq=False)
class _Before:
    """A line of the earlier plan's year, and the school's row in it."""

    line: Line
    row: int


def moved(
    found: Year, row: int, lines: dict[str, Line | None], last: Answers
) -> tuple[Finding, ...]:
    """Return what moved in every line that the earlier plan set a target for, and in the result.

    Parameters
    ----------
    found : Year
        This year's.
    row : int
        The school's.
    lines : mapping of str to Line
        This year's.
    last : Answers
        The earlier plan.

    Returns
    -------
    tuple of Finding
        ``plan.moved.<line>`` each. The figure is what moved, in points; the sentence says whether
        it is more than a school whose true level stayed as it was could get by chance, and whether
        the target was met.

    Raises
    ------
    RequestError
        The earlier plan is of another school, or not of an earlier year.
    """
    urn = str(found.people.keys[row])
    known = found.lineage.history(urn).urns
    if last.urn not in known:
        raise RequestError(
            f"{last.file} is the plan of the school with URN {last.urn}, and this is {urn}.",
            available=known,
            remedy="Name the earlier plan of this school.",
        )
    if last.year >= found.people.year:
        raise RequestError(
            f"{last.file} was made from results of {academic_year(last.year)}, which are not "
            f"before {academic_year(found.people.year)}.",
            remedy="Name the plan of an earlier year after --last.",
        )
    wanted = {one.of: one for one in last.targets}
    ids = dict.fromkeys(("result", *wanted))
    return tuple(_moved(found, row, lines[id_], last, wanted.get(id_), id_) for id_ in ids)


def _before(found: Year, last: Answers, id_: str) -> _Before | str:
    """Return the line of the earlier year, or why there is none."""
    store = found.people.store
    try:
        measure, year = resolve(store, last.measure or None, last.year, "disadvantaged")
        people = population(store, year)
    except CannotAnswerError:
        return f"results of {academic_year(last.year)} are not held"
    at = np.flatnonzero(people.keys == last.urn)
    if not len(at):
        return f"the results of {academic_year(last.year)} do not have the school"
    line = line_of(people, measure, id_, draws=DRAWN, seed=found.seed)
    if line is None:
        return f"no table held has it for {academic_year(last.year)}"
    return _Before(line, int(at[0]))


def _moved(
    found: Year, row: int, line: Line | None, last: Answers, target: Target | None, id_: str
) -> Finding:
    before = _before(found, last, id_)
    figure, said = _compared(id_, line, row, before, found, last)
    if target is not None and line is not None:
        # A target of other rules, or of a year that is not held, is held against nothing.
        comparable = isinstance(figure, Estimate)
        held = "".join(_target(line, row, target)) if comparable else _NOT_HELD
        said = f"{said} {held}".strip()
    releases = {x.summary.release for x in (line, _line(before)) if x is not None}
    year = found.people.year
    return say(
        f"plan.moved.{id_}",
        said,
        figure,
        unit="points",
        year=year,
        definition=(
            f"{LINES[id_]}: no table held has it."
            if line is None
            else f"{definition(line.measure, year, line.summary.group)} Less what it was in "
            f"{academic_year(last.year)}. The range: what this year's pupils would get, were the "
            "school's true level still that of the earlier year."
        ),
        provenance=cite(found.people.store.releases(), releases),
        rebuilt=True,
    )


def _line(before: _Before | str) -> Line | None:
    return None if isinstance(before, str) else before.line


def _compared(
    id_: str, line: Line | None, row: int, before: _Before | str, found: Year, last: Answers
) -> tuple[Figure, str]:
    heading = LINES[id_]
    if line is None:
        return _unsaid("no table held has it for this year", heading)
    if isinstance(before, str):
        return _unsaid(before, heading)
    then = float(before.line.summary.values[before.row])
    now, pupils = float(line.summary.values[row]), float(line.summary.pupils[row])
    if np.isnan(now) or np.isnan(then):
        summary, at = (line.summary, row) if np.isnan(now) else (before.line.summary, before.row)
        withheld = Withheld(str(summary.codes[at]) or "not-held")
        return withheld, f"{heading}: what moved is not known, {withheld.reason}."
    seen = (
        f"{heading}: {line.shown(then)} in {academic_year(last.year)}, {line.shown(now)} in "
        f"{academic_year(found.people.year)}"
    )
    if not _same(line, before.line, last.year, found.people.year):
        withheld = Withheld("break")
        return withheld, f"{seen}. Not compared: {withheld.reason}, or another thing is counted."
    count = 0 if np.isnan(pupils) else round(pupils)
    drawn = unchanged(before.line, before.row, count, np.nan)
    if drawn is None:
        return _unsaid("chance cannot be allowed for in the earlier year's tables", heading)
    figure = Estimate(
        now - then, drawn.low - then, drawn.high - then, drawn.level, count, "this year less then"
    )
    return figure, f"{seen}. {_verdict(now, drawn, line)}"


def _same(line: Line, before: Line, then: int, now: int) -> bool:
    """Whether the two years count the same thing, of the same pupils."""
    same = line.measure.name == before.measure.name and line.summary.group == before.summary.group
    return same and line.measure.same_series(then, now)


def _verdict(now: float, drawn: NextYear, line: Line) -> str:
    ends = f"{line.shown(drawn.low)} to {line.shown(drawn.high)}"
    if drawn.low <= now <= drawn.high:
        return f"No more than chance could give a school whose level stayed ({ends})."
    which = "higher" if now > drawn.high else "lower"
    return f"More than chance: {which} than the {ends} of a school whose level stayed."


def _target(line: Line, row: int, target: Target) -> Iterator[str]:
    value = float(line.summary.values[row])
    if not np.isnan(value):
        met = "met" if value >= target.value - 1e-9 else "not met"
        yield f"The target of {line.shown(target.value)} was {met}."


def _unsaid(why: str, heading: str) -> tuple[Figure, str]:
    return Withheld("not-held", why), f"{heading}: what moved is not known, {why}."
