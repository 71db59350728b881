"""Where a school is behind similar schools, and how many pupils each gap is about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.estimates import Estimate, Figure, Withheld
from codebreakers.findings import Cell, Column, Finding, Table
from codebreakers.findings.disclosure import cite, protect, say, tabulate
from codebreakers.findings.words import definition
from codebreakers.inference.draws import interval
from codebreakers.profiles.page_one.year import Year
from codebreakers.profiles.plan.lines import LINES, Line, shown

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Priority", "priorities", "tabled"]

_SURE = "more than luck explains"
_LUCK = "luck alone could explain it"
_PUBLISHED = "behind, as published"
_NOT_BEHIND = "not behind"
_NOT_PUBLISHED = "not behind, as published"
_NOTES = (
    (
        "Pupils more: how many more of the school's would have reached it, had its level been that "
        "of similar schools, allowing for chance in both; the range is of 95%. A pupil can be in "
        "several lines: they do not add up."
    ),
    "Attendance is not among them: what is published of it counts half days, and no pupils.",
)


@dataclass(frozen=True, slots=True)
class Priority:
    """One line of a school beside similar schools.

    Parameters
    ----------
    line, heading : str
        Of ``plan.lines.LINES``.
    unit : str
        Of its figures: ``percent`` or ``points``.
    own, similar : Estimate or Withheld
        As published.
    finding : Finding
        ``plan.priority.<line>``: how many pupils the gap is about, or points each for a score.
    verdict : str
        Whether it is behind, and whether luck alone could explain that.
    """

    line: str
    heading: str
    unit: str
    own: Figure
    similar: Figure
    finding: Finding
    verdict: str

    @property
    def is_behind(self) -> bool:
        """Whether the school is behind, by luck or not."""
        return self.verdict in (_SURE, _LUCK, _PUBLISHED)


def priorities(found: Year, row: int, lines: dict[str, Line | None]) -> tuple[Priority, ...]:
    """Return every line, those behind by most pupils first; what is not known comes last.

    Parameters
    ----------
    found : Year
    row : int
        The school's.
    lines : mapping of str to Line
        By id; None where no table held has it.
    """
    made = [_priority(found, row, id_, line) for id_, line in lines.items()]
    order = {_SURE: 0, _LUCK: 1, _PUBLISHED: 2, _NOT_BEHIND: 3, _NOT_PUBLISHED: 4}

    def place(one: Priority) -> tuple[int, float]:
        pupils = one.finding.unit == "pupils"
        size = one.finding.value or 0.0
        return order.get(one.verdict, len(order)), -size if pupils else 0.0

    return tuple(sorted(made, key=place))


def tabled(found: tuple[Priority, ...], *, made_up: bool) -> Table:
    """Return the lines as a table, with their findings."""
    return tabulate(
        "plan.priorities",
        "Where the school is behind similar schools",
        (
            Column("line", "Who, or what"),
            Column("own", "This school"),
            Column("similar", "Similar schools"),
            Column("counted", "Pupils counted", screen=False),
            Column("more_pupils", "Pupils more", 0),
            Column("low_pupils", "From", 0),
            Column("high_pupils", "To", 0),
            Column("verdict", "So"),
        ),
        [_row(one) for one in found],
        findings=tuple(one.finding for one in found),
        notes=_NOTES,
        made_up=made_up,
    )


def _row(one: Priority) -> tuple[Cell | Figure, ...]:
    figure = one.finding.figure
    counted: Cell = one.own.n if isinstance(one.own, Estimate) else None
    # Points are no pupils: they stand in words, as "0.3 points each".
    ends: tuple[Cell | Figure, ...] = (None, None, None)
    if isinstance(figure, Withheld) and isinstance(one.own, Estimate):
        ends = (figure, None, None)
    elif isinstance(figure, Estimate) and one.finding.unit == "pupils":
        ends = (figure, figure.low, figure.high)
    if isinstance(one.own, Withheld):  # why is said once
        return one.heading, one.own, None, counted, *ends, "not known"
    cells = (_cell(figure, one) for figure in (one.own, one.similar))
    return one.heading, *cells, counted, *ends, one.verdict


def _cell(figure: Figure, one: Priority) -> Cell:
    """Return a figure in words, for lines have different units, having passed the gate."""
    passed = protect(figure, one.unit)
    return passed if isinstance(passed, Withheld) else shown(passed.value, one.unit)


def _priority(found: Year, row: int, id_: str, line: Line | None) -> Priority:
    if line is None:
        own: Figure = Withheld("not-held", "no table held has it for this year")
        similar: Figure = own
    else:
        own, similar = _published(line, row), _mean(line, found.similar(row))
    gap = _gap(found, row, line, own)
    unit = "percent" if line is None else line.measure.unit
    verdict = _verdict(gap, 0 if unit == "percent" else 1)
    if isinstance(gap, Withheld) and line is not None:
        verdict = _as_published(line, own, similar) or verdict
    finding = say(
        f"plan.priority.{id_}",
        _said(LINES[id_], line, own, similar, gap, verdict),
        gap,
        unit="pupils" if unit == "percent" else "points",
        year=found.people.year,
        definition=_definition(line, id_, found.people.year),
        caveats=("A difference from similar schools is not an effect of the school.",),
        provenance=cite(
            found.people.store.releases(), () if line is None else (line.summary.release,)
        ),
        rebuilt=True,
    )
    if isinstance(finding.figure, Withheld) and isinstance(gap, Estimate):
        verdict = "not said of so few pupils"
    return Priority(id_, LINES[id_], unit, own, similar, finding, verdict)


def _published(line: Line, row: int) -> Figure:
    value, pupils = float(line.summary.values[row]), float(line.summary.pupils[row])
    if np.isnan(value):
        return Withheld(str(line.summary.codes[row]) or "not-held")
    n = None if np.isnan(pupils) else round(pupils)
    return Estimate(value, n=n, method="published", no_interval="as published")


def _mean(line: Line, rows: NDArray[Any]) -> Figure:
    values = line.summary.values[rows]
    values = values[~np.isnan(values)]
    if not len(values):
        return Withheld("no-match")
    return Estimate(float(values.mean()), n=len(values), method="mean of similar schools")


def _gap(found: Year, row: int, line: Line | None, own: Figure) -> Figure:
    """Return the pupils, or the points each, that similar schools' level would add."""
    if line is None or isinstance(own, Withheld):
        return own if isinstance(own, Withheld) else Withheld("not-held")
    drawn, rows = line.drawn(row), found.similar(row)
    if drawn is None or line.levels is None:
        return Withheld("not-tested", "this year's tables do not let chance be allowed for")
    others = [i for i in rows if line.levels.known[i]]
    if not others:
        return Withheld("no-match")
    sign = 1 if line.measure.better == "higher" else -1
    apart = sign * (line.levels.draws[:, others].mean(axis=1) - drawn)
    pupils = float(line.summary.pupils[row])
    scale = pupils / 100 if line.measure.unit == "percent" else 1.0
    return interval(
        apart * scale,
        n=round(pupils),
        method="draws of the true levels: the mean of similar schools' less its own",
        seed=found.seed,
    )


def _as_published(line: Line, own: Figure, similar: Figure) -> str:
    """Return what the figures as published come to, '' where one is not known."""
    if isinstance(own, Withheld) or isinstance(similar, Withheld):
        return ""
    sign = 1 if line.measure.better == "higher" else -1
    decimals = 0 if line.measure.unit == "percent" else 2
    apart = sign * (round(similar.value, decimals) - round(own.value, decimals))
    return _PUBLISHED if apart > 0 else _NOT_PUBLISHED


def _verdict(gap: Figure, decimals: int) -> str:
    """Return what the gap comes to, from the figures as they are shown."""
    if isinstance(gap, Withheld):
        return f"not known: {gap.reason}"
    if round(gap.value, decimals) <= 0:
        return _NOT_BEHIND
    return _SURE if round(gap.low or 0.0, decimals) > 0 else _LUCK


def _said(
    heading: str, line: Line | None, own: Figure, similar: Figure, gap: Figure, verdict: str
) -> str:
    if isinstance(own, Withheld) or line is None:
        reason = own.reason if isinstance(own, Withheld) else ""
        return f"{heading}: not shown, {reason}."
    first = f"{heading}: {line.shown(own.value)}"
    if isinstance(similar, Estimate):
        first += f" here, {line.shown(similar.value)} at similar schools"
    if isinstance(gap, Withheld):
        return f"{first}; how much of that is chance is not known: {gap.reason}."
    return f"{first}. {''.join(_pupils(line, gap))}: {verdict}."


def _pupils(line: Line, gap: Estimate) -> Iterator[str]:
    """Say how many pupils the gap is about, with its range, each end on its side."""
    if line.measure.unit != "percent":
        yield (
            f"At their level each would have had {gap.value:+.1f} points "
            f"({gap.low:+.1f} to {gap.high:+.1f})"
        )
        return
    low, high = round(gap.low or 0.0), round(gap.high or 0.0)
    yield f"At their level {abs(gap.value):.0f} {'more' if gap.value > 0 else 'fewer'} of its "
    yield f"{gap.n} {line.whose} would have reached it ("
    if low < 0 < high:
        yield f"from {-low} fewer to {high} more)"
    else:
        near, far = sorted((abs(low), abs(high)))
        yield f"{near} to {far})"


def _definition(line: Line | None, id_: str, year: int) -> str:
    if line is None:
        return f"{LINES[id_]}: no table held has it for this year."
    return (
        f"{definition(line.measure, year, line.summary.group)} The gap is that between the "
        "school's true level and the mean of similar schools', times the pupils counted."
    )
