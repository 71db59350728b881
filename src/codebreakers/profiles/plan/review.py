"""The self-review: each step's questions, what the tables say, and what the school answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from codebreakers.findings import Cell, Column, Finding
from codebreakers.findings.disclosure import tabulate
from codebreakers.profiles.plan.answers import Answers
from codebreakers.profiles.plan.parts import Part
from codebreakers.profiles.plan.steps import OURS, STEPS, Question, Step

__all__ = ["evidence_said", "review"]

_NO_ANSWER = "Not yet answered."


def review(
    known: Mapping[str, Finding], answers: Answers | None, *, made_up: bool
) -> Iterator[Part]:
    """Yield the self-review, a part each step.

    Parameters
    ----------
    known : mapping of str to Finding
        Everything that is said of the school, by id.
    answers : Answers, optional
    made_up : bool
    """
    yield Part("steps", "Self-review: the five steps", words=(OURS,))
    for step in STEPS:
        yield _step(step, known, answers, made_up=made_up)


def _step(
    step: Step, known: Mapping[str, Finding], answers: Answers | None, *, made_up: bool
) -> Part:
    given = {} if answers is None else answers.answers
    rows: list[tuple[Cell, ...]] = [
        (
            question.asked,
            " ".join(evidence_said(question, known)),
            given.get(question.id, _NO_ANSWER),
        )
        for question in step.questions
    ]
    ids = dict.fromkeys(id_ for question in step.questions for id_ in question.evidence)
    table = tabulate(
        f"plan.step.{step.id}",
        step.heading,
        (
            Column("question", "Question"),
            Column("evidence", "What the tables say"),
            Column("answer", "What the school says"),
        ),
        rows,
        findings=tuple(known[id_] for id_ in ids if id_ in known),
        made_up=made_up,
    )
    return Part(
        f"step-{step.id}",
        step.heading,
        2,
        (f"What is done about it stands under: {step.under}.",),
        table=table,
    )


def evidence_said(question: Question, known: Mapping[str, Finding]) -> tuple[str, ...]:
    """Return what the tables say to a question, a sentence each finding.

    What is not shown says why: missing, suppressed and not applicable are three things.
    """
    said = tuple(known[id_].sentence for id_ in question.evidence if id_ in known)
    return said or (question.without if not question.evidence else "Not worked out.",)
