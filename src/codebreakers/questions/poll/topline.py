"""What everybody said: one row an answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from codebreakers.estimates import Estimate, Figure, Withheld
from codebreakers.findings import Cell, Column, Finding
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

__all__ = ["findings_of", "sentence", "topline_columns", "topline_rows"]


def topline_columns(*, truth: bool) -> tuple[Column, ...]:
    """Return the columns of the table."""
    known = (Column("truth_percent", "The truth", 1),) if truth else ()
    return (
        Column("question_id", "Question", screen=False),
        Column("question", "Question"),
        Column("answer_id", "Answer", screen=False),
        Column("answer", "Answer"),
        Column("share_percent", "Of 100", 0),
        Column("low_percent", "From", 0),
        Column("high_percent", "To", 0),
        *known,
        Column("respondents", "Answered"),
        Column("effective_respondents", "Worth"),
        Column("no_answer", "No answer", screen=False),
        Column("not_applicable", "Not asked", screen=False),
    )


def topline_rows(poll: Poll, truth: Mapping[str, float]) -> Iterator[tuple[Cell | Figure, ...]]:
    """Yield a row for each line of each question."""
    for question in poll.asked.questions:
        answers, lines = poll.answers[question.id], lines_of(question)
        found = poll.estimator.shares(chosen(answers, lines), answers.answered)
        everyone = np.ones(len(answers.asked), dtype=bool)
        shown = figures(found, nobody(answers, everyone), poll.method)
        silent = int((answers.asked & ~answers.answered).sum())
        for line, figure in zip(lines, shown, strict=True):
            limits = _limits(figure)
            yield (
                question.id,
                question.label,
                line.id,
                line.text,
                figure,
                *limits,
                *((truth.get(line.id, Withheld("not-held")),) if truth else ()),
                found.respondents,
                round(found.effective),
                silent,
                int((~answers.asked).sum()),
            )


def _limits(figure: Figure) -> tuple[Cell, Cell]:
    if isinstance(figure, Withheld):
        return figure, figure
    return figure.low, figure.high


def findings_of(poll: Poll) -> Iterator[Finding]:
    """Yield who answered, and each headline, or each answer where a question has none."""
    about, weights = poll.about, poll.estimator.weights
    people, n = poll.asked.people, len(weights.values)
    yield about.say(
        "poll.respondents",
        f"{n:,} {people} answered. Weighted, they are worth about {n / weights.design_effect:,.0f} "
        "(Kish's approximation).",
        Estimate(n, n=n, method="counted", no_interval="every respondent is counted"),
        unit=people,
        counts="respondents",
    )
    yield about.say(
        "poll.design_effect",
        f"Weighting makes variances about {weights.design_effect:.2f} times what they would be "
        "(Kish's approximation).",
        Estimate(
            weights.design_effect,
            n=n,
            method="Kish's factor, approximate",
            no_interval="it is a property of these weights",
        ),
        unit="ratio",
        counts="respondents",
    )
    for question in poll.asked.questions:
        answers, lines = poll.answers[question.id], lines_of(question)
        found = poll.estimator.shares(chosen(answers, lines), answers.answered)
        why = nobody(answers, np.ones(len(answers.asked), dtype=bool))
        for line, figure in zip(lines, figures(found, why, poll.method), strict=True):
            if line.headline or not question.headline:
                yield about.say(
                    f"poll.{line.id}",
                    sentence(question, line, figure, people),
                    figure,
                    unit="percent",
                    counts="respondents",
                )


def sentence(question: Question, line: Line, figure: Figure, people: str) -> str:
    """Say a share with its range, of these people."""
    if isinstance(figure, Withheld):
        return f"{question.label}: not shown, {figure.reason}."
    share = f"{figure.value:.0f} of every 100 {people} ({shown_whole(figure)})"
    if line.headline:
        return f"{share} {question.says}."
    asked = " who were asked" if question.asked_if is not None else ""
    return f"{question.label}: {share}{asked} said {line.text!r}."
