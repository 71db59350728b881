"""What parts of the respondents said: each part, and each against the rest.

A part is never tested against the whole, of which it is a part. Probabilities are adjusted by
Holm's rule for all the headlines that one table compares, and apart from them for all its other
answers; a difference is put in words only where it exists.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from codebreakers.errors import CannotAnswerError
from codebreakers.estimates import Estimate, Figure, Withheld
from codebreakers.findings import Cell, Finding
from codebreakers.findings import Column as Heading
from codebreakers.findings.disclosure import SMALLEST, hidden_parts
from codebreakers.inference.holm import holm
from codebreakers.inference.intervals import LEVEL
from codebreakers.inference.raked_shares import (
    Differences,
    Shares,
    difference_limits,
    p_values,
)
from codebreakers.questions.poll.answers import Answers
from codebreakers.questions.poll.cells import Column
from codebreakers.questions.poll.lines import (
    Line,
    chosen,
    figures,
    lines_of,
    nobody,
    shown_whole,
)
from codebreakers.questions.poll.questionnaire import Question
from codebreakers.questions.poll.weighted import Poll

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Compared", "compare", "compared_columns", "compared_row", "of_differences", "secondary"]

CHANCE = 1 - LEVEL
_UNTOLD = "cannot be told from chance"


@dataclass(frozen=True, slots=True)
class Compared:
    """One line of one question in one part of the respondents.

    Parameters
    ----------
    question : Question
    line : Line
    group : str
        The part.
    share : Estimate or Withheld
        In percent.
    effective : int
    difference : Estimate or Withheld
        The part less the rest, in points.
    likely : float
        How likely so great a difference is by chance, by itself; NaN where it is not tested.
    adjusted : float
        The same, adjusted for every comparison of the table.
    mirrored : bool
        Whether another row is the same comparison, seen from the other side.
    """

    question: Question
    line: Line
    group: str
    share: Figure
    effective: int
    difference: Figure
    likely: float
    adjusted: float = float("nan")
    mirrored: bool = False

    @property
    def exists(self) -> bool:
        """Whether the difference is more than chance would give."""
        return self.adjusted < CHANCE


def compare(
    poll: Poll, column: Column, *, questions: Sequence[Question], everyone: bool
) -> list[Compared]:
    """Return every part of the respondents, for every line.

    Parameters
    ----------
    poll : Poll
    column : Column
        What tells its respondents apart; a blank is in no part, nor in the rest.
    questions : sequence of Question
    everyone : bool
        Every answer, and not only headlines.

    Raises
    ------
    CannotAnswerError
        All respondents are of one part.
    """
    known = [i for i, text in enumerate(column.texts) if text and (column.codes == i).any()]
    if len(known) < 2:
        raise CannotAnswerError(
            f"The respondents are not told apart by {column.name}: there is "
            f"{'one value' if known else 'no value'} of it."
        )
    ordered = known if column.name == "fifth" else sorted(known, key=lambda i: column.texts[i])
    rows = [
        row
        for question in questions
        for row in _of_question(poll, question, column, ordered, everyone=everyone)
    ]
    return _adjusted(rows)


def _adjusted(rows: list[Compared]) -> list[Compared]:
    """Return the rows with Holm's probabilities: a comparison seen from both sides is one."""
    likely = np.array([np.nan if row.mirrored else row.likely for row in rows])
    headline = np.array([row.line.headline for row in rows])
    first, second = (holm(np.where(headline == own, likely, np.nan)) for own in (True, False))
    found = np.where(headline, first, second).tolist()
    by_line = {row.line.id: p for row, p in zip(rows, found, strict=True) if not row.mirrored}
    return [
        replace(row, adjusted=by_line[row.line.id] if row.mirrored else p)
        for row, p in zip(rows, found, strict=True)
    ]


def _of_question(
    poll: Poll, question: Question, column: Column, groups: Sequence[int], *, everyone: bool
) -> Iterator[Compared]:
    answers = poll.answers[question.id]
    lines = tuple(
        line for line in lines_of(question) if everyone or line.headline or not question.headline
    )
    said = chosen(answers, lines)
    base = answers.answered & ~column.blank
    parts = [poll.estimator.shares(said, base & (column.codes == i)) for i in groups]
    counts = [part.respondents for part in parts]
    hidden = hidden_parts(counts)
    found = []
    for place, (i, part, why) in enumerate(zip(groups, parts, hidden, strict=True)):
        inside = column.codes == i
        rest = poll.estimator.shares(said, base & ~inside)
        shown = _shown(poll, answers, part, inside, why)
        apart = poll.estimator.less(part, rest)
        smaller = min(part.respondents, rest.respondents)
        differences, likely = _apart(poll, apart, smaller, why)
        mirrored = len(groups) == 2 and place == 1
        found.append(
            [
                Compared(
                    question,
                    line,
                    column.texts[i],
                    shown[k],
                    round(part.effective),
                    differences[k],
                    likely[k],
                    mirrored=mirrored,
                )
                for k, line in enumerate(lines)
            ]
        )
    for of_line in zip(*found, strict=True):
        yield from of_line


def _shown(
    poll: Poll, answers: Answers, part: Shares, inside: NDArray[np.bool_], why: Withheld | None
) -> Sequence[Figure]:
    if why is not None and part.respondents:
        return [why] * len(part.values)
    return figures(part, nobody(answers, inside), poll.method)


def _apart(
    poll: Poll, apart: Differences, smaller: int, why: Withheld | None
) -> tuple[Sequence[Figure], Sequence[float]]:
    """Return the differences in points, and how likely each is; none where a side is small."""
    if why is not None or smaller < SMALLEST:
        reason = why or Withheld("few")
        return [reason] * len(apart.values), [float("nan")] * len(apart.values)
    low, high = difference_limits(apart, smaller)
    found = [
        Estimate(100 * value, 100 * least, 100 * most, LEVEL, smaller, poll.method)
        for value, least, most in zip(
            apart.values.tolist(), low.tolist(), high.tolist(), strict=True
        )
    ]
    return found, p_values(apart, smaller).tolist()


def compared_columns(by: str) -> tuple[Heading, ...]:
    """Return the columns of the table."""
    return (
        Heading("question_id", "Question", screen=False),
        Heading("question", "Question"),
        Heading("answer_id", "Answer", screen=False),
        Heading("answer", "Answer"),
        Heading(by, by.capitalize()),
        Heading("share_percent", "Of 100", 0),
        Heading("low_percent", "From", 0),
        Heading("high_percent", "To", 0),
        Heading("respondents", "Answered"),
        Heading("effective_respondents", "Worth", screen=False),
        Heading("difference_points", "Less rest", 0),
        Heading("low_difference_points", "From", 0, screen=False),
        Heading("high_difference_points", "To", 0, screen=False),
        Heading("probability", "By chance", 3, screen=False),
        Heading("differs", "Differs"),
    )


def compared_row(row: Compared) -> tuple[Cell | Figure, ...]:
    """Return a part as cells."""
    share, apart = row.share, row.difference
    limits: tuple[Cell, ...] = (
        (share.low, share.high, share.n) if isinstance(share, Estimate) else (share,) * 3
    )
    ends: tuple[Cell, ...] = (
        (apart.low, apart.high, row.adjusted, row.exists)
        if isinstance(apart, Estimate) and not np.isnan(row.adjusted)
        else (Withheld("not-tested") if isinstance(apart, Estimate) else apart,) * 4
    )
    return (
        row.question.id,
        row.question.label,
        row.line.id,
        row.line.text,
        row.group,
        share,
        *limits,
        row.effective if isinstance(share, Estimate) else share,
        apart,
        *ends,
    )


def of_differences(poll: Poll, rows: Sequence[Compared], by: str) -> Iterator[Finding]:
    """Yield how many comparisons differ, and each that does."""
    tested = [row for row in rows if not row.mirrored and not np.isnan(row.adjusted)]
    differing = [row for row in rows if row.exists]
    once = [row for row in differing if not row.mirrored]
    about = poll.about
    yield about.say(
        f"poll.{by}.differences",
        f"{len(once)} of {len(tested)} comparisons of a {by} with the rest show a difference that "
        "chance would not give (Holm's rule)."
        if once
        else f"No {by} can be told from the rest: of {len(tested)} comparisons none shows a "
        "difference that chance would not give (Holm's rule).",
        Estimate(len(once), n=len(tested), method="Holm", no_interval="a count of tests"),
        unit="comparisons",
        counts="comparisons",
    )
    for row in differing:
        yield about.say(
            f"poll.{row.line.id}.{by}.{_slug(row.group)}",
            _said(row, f"{poll.asked.people} ({by}: {row.group})", f"other {poll.asked.people}"),
            row.share,
            unit="percent",
            counts="respondents",
        )


def secondary(poll: Poll) -> Iterator[Finding]:
    """Yield each headline among secondary teachers, tested against all who are not."""
    column = poll.columns.get("phase")
    if column is None or "secondary" not in (text.casefold() for text in column.texts):
        return
    rows = compare(
        poll,
        _two(column),
        questions=[q for q in poll.asked.questions if q.headline],
        everyone=False,
    )
    people = poll.asked.people
    for row in rows:
        if row.group == "secondary":
            yield poll.about.say(
                f"poll.{row.line.id}.secondary",
                _said(row, f"secondary {people}", f"other {people}"),
                row.share,
                unit="percent",
                counts="respondents",
            )


def _two(column: Column) -> Column:
    """Return the phases as two: secondary, and every other."""
    which = [0 if t.casefold() == "secondary" else 1 if t else 2 for t in column.texts]
    return Column(column.name, ("secondary", "the rest", ""), np.array(which)[column.codes])


def _said(row: Compared, who: str, rest: str) -> str:
    """Say a part's share, and how it differs from the rest only where it does."""
    if isinstance(row.share, Withheld):
        return f"Of {who}, not shown: {row.share.reason}."
    start = f"{row.share.value:.0f} of every 100 {who} ({shown_whole(row.share)})"
    says = row.question.says if row.line.headline else f"said {row.line.text!r}"
    if not row.exists or isinstance(row.difference, Withheld):
        return f"{start} {says}; that they differ from {rest} {_UNTOLD}."
    apart = row.difference
    # Seen from the side on which the difference is above nought.
    ends = sorted((abs(apart.low or 0), abs(apart.high or 0)))
    more = "more" if apart.value > 0 else "fewer"
    return (
        f"{start} {says}: {abs(apart.value):.0f} {more} of every 100 than of {rest} "
        f"({ends[0]:.0f} to {ends[1]:.0f})."
    )


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", text.casefold()).strip("_")
