"""One school's staff, asked the same: their answers beside those of all teachers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from codebreakers.errors import CannotAnswerError, RequestError
from codebreakers.estimates import Estimate, Figure, Withheld
from codebreakers.findings import Cell, Column, Finding, Table
from codebreakers.findings.disclosure import SMALLEST, About, tabulate
from codebreakers.inference.intervals import LEVEL, wilson
from codebreakers.measures.staff import teachers_at
from codebreakers.questions.poll.answers import Answers
from codebreakers.questions.poll.lines import Line, chosen, lines_of, nobody, shown_whole
from codebreakers.questions.poll.questionnaire import Question, Questionnaire
from codebreakers.questions.poll.topline import findings_of
from codebreakers.questions.poll.weighted import Poll, read_answers, source, year_of
from codebreakers.sources import academic_year
from codebreakers.sources.report import PUBLISHED
from codebreakers.store import Store

__all__ = ["National", "beside_poll", "beside_report", "pulse"]


@dataclass(frozen=True, slots=True)
class National:
    """What all teachers said, to stand beside a school: figures by line, and whose they are."""

    figures: Mapping[str, Figure]
    whose: str


def beside_poll(poll: Poll) -> National:
    """Return the answers of a weighted poll, to stand beside a school's."""
    figures = {f.id.removeprefix("poll."): f.figure for f in findings_of(poll)}
    made_up = "Example England's poll" if poll.made_up else f"the poll of {poll.year}"
    return National(figures, made_up)


def beside_report(asked: Questionnaire) -> National:
    """Return what the 2014 report published, where the questionnaire asks it again."""
    figures: dict[str, Figure] = {}
    for question in asked.questions:
        if question.report in PUBLISHED:
            said = PUBLISHED[question.report]
            figures[question.id] = Estimate(
                said.values[0],
                method=f"published in {said.year}",
                no_interval="the report gave none",
            )
    return National(figures, "the 2014 report's poll, in words of its own")


def pulse(
    responses: str | Path,
    school: str,
    asked: Questionnaire,
    national: National,
    *,
    store: Store | None,
    staff: int | None,
    year: int | None,
) -> Table:
    """Return one school's answers, with the margin of so many of its staff.

    See `questions.poll.poll_school`.
    """
    when = year_of(asked, year)
    cells, answers = read_answers(responses, asked)
    replies = int(np.logical_or.reduce([a.answered for a in answers.values()]).sum())
    if replies < SMALLEST:
        raise CannotAnswerError(
            f"{replies} of the school's staff replied; with fewer than {SMALLEST} it could be told "
            "who said what.",
            remedy="Ask more of them.",
        )
    size, counted = _staff(store, school, staff, replies)
    about = About(
        when,
        f"{asked.title}: {replies} of {size} {asked.people} of school {school} ({counted}), each "
        "counted once. The range allows for those who did not reply being like those who did.",
        ("Nothing here says what those who did not reply would have said.",),
        (source(cells, asked, when),),
    )
    rows = [
        (question, line, figure)
        for question in asked.questions
        for line, figure in _figures(answers[question.id], size, replies)
        if line.headline or not question.headline
    ]
    return tabulate(
        "poll.school",
        f"What the {asked.people} of school {school} say: {replies} of {size} replied",
        _COLUMNS,
        [_row(question, line, figure, national) for question, line, figure in rows],
        findings=list(_findings(about, rows, asked.people)),
        notes=(f"Beside it: {national.whose}.", f"{size} {asked.people}: {counted}."),
        made_up=cells.made_up,
        counts="respondents",
    )


_COLUMNS = (
    Column("question_id", "Question", screen=False),
    Column("question", "Question"),
    Column("answer_id", "Answer", screen=False),
    Column("answer", "Answer"),
    Column("share_percent", "Here, of 100", 0),
    Column("low_percent", "From", 0),
    Column("high_percent", "To", 0),
    Column("respondents", "Answered"),
    Column("national_percent", "All, of 100", 0),
    Column("national_low_percent", "From", 0),
    Column("national_high_percent", "To", 0),
)


def _staff(store: Store | None, school: str, staff: int | None, replies: int) -> tuple[int, str]:
    """Return how many could reply, and by whose count."""
    found = (staff, "as given") if staff is not None else None
    if found is None and store is not None and store.path.exists():
        counted = teachers_at(store, school)
        if counted is not None:
            found = counted[0], f"the workforce census of {academic_year(counted[1])}"
    if found is None:
        raise RequestError(
            f"How many could have replied at school {school} is in no workforce table held.",
            remedy="Say it: --staff 84; or name a store with the workforce table.",
        )
    if replies > found[0]:
        raise RequestError(
            f"{replies} replied, and {found[0]} could have ({found[1]}).",
            remedy="Say how many could reply: --staff.",
        )
    return found


def _figures(answers: Answers, size: int, replies: int) -> Iterator[tuple[Line, Figure]]:
    """Yield each line's share of those who answered, with a margin for a part of so many staff."""
    lines = lines_of(answers.question)
    n = int(answers.answered.sum())
    if not n:
        why = nobody(answers, np.ones(len(answers.asked), dtype=bool))
        yield from ((line, why) for line in lines)
        return
    # Of a question put to some, as many of those who did not reply would have been asked it.
    could = max(n, round(size * float(answers.asked.sum()) / replies))
    for line, column in zip(lines, chosen(answers, lines).T, strict=True):
        yield line, _of_so_many(int(column.sum()), n, could)


def _of_so_many(said: int, n: int, could: int) -> Estimate:
    """Return a share of n of so many: Wilson's range, of as many as a draw without return is worth.

    With everybody's answer there is nothing left to be unsure of.
    """
    value = 100 * said / n
    method = "share of replies; finite population"
    if n == could:
        return Estimate(value, value, value, LEVEL, n, method)
    worth = np.array([n * (could - 1) / (could - n)])
    low, high = wilson(worth * said / n, worth * said / n, worth)
    return Estimate(value, float(low[0]), float(high[0]), LEVEL, n, method)


def _row(
    question: Question, line: Line, figure: Figure, national: National
) -> tuple[Cell | Figure, ...]:
    limits: tuple[Cell, ...] = (
        (figure.low, figure.high, figure.n) if isinstance(figure, Estimate) else (figure,) * 3
    )
    beside = national.figures.get(line.id, Withheld("not-held", f"not asked in {national.whose}"))
    ends: tuple[Cell, ...] = (
        (beside.low, beside.high) if isinstance(beside, Estimate) else (None, None)
    )
    words = (question.id, question.label, line.id, line.text)
    return (*words, figure, *limits, beside, *ends)


def _findings(
    about: About, rows: list[tuple[Question, Line, Figure]], people: str
) -> Iterator[Finding]:
    for question, line, figure in rows:
        if isinstance(figure, Estimate):
            share = f"{figure.value:.0f} of every 100 {people} here ({shown_whole(figure)})"
            asked = " who were asked" if question.asked_if is not None else ""
            says = question.says if line.headline else f"said {line.text!r}"
            said = f"{share}{asked} {says}."
        else:
            said = f"{question.label}: not shown, {figure.reason}."
        yield about.say(
            f"poll.school.{line.id}", said, figure, unit="percent", counts="respondents"
        )
