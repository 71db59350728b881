"""The five steps of the 2014 report as a self-review: its headings, our questions, the evidence."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["OURS", "QUESTIONS", "STEPS", "Question", "Step"]

OURS = (
    "The five headings are the 2014 report's. They come from case studies of schools that did well "
    "and are not proved causes. The questions below them are ours."
)
_UNHELD = "No table published says this: only the school can."


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the self-review.

    Parameters
    ----------
    id : str
        Its name in a school's file of answers.
    asked : str
    evidence : tuple of str
        Ids of the findings that are set beside it.
    without : str
        What is said where no finding is declared for it.
    """

    id: str
    asked: str
    evidence: tuple[str, ...] = ()
    without: str = _UNHELD


@dataclass(frozen=True, slots=True)
class Step:
    """One of the report's five steps.

    Parameters
    ----------
    id, heading : str
        Its stable name; the report's heading.
    under : str
        Where the statement has what is done about it.
    questions : tuple of Question
    """

    id: str
    heading: str
    under: str
    questions: tuple[Question, ...]


STEPS: tuple[Step, ...] = (
    Step(
        "premium",
        "Use the pupil premium strategically",
        "all three headings of activity",
        (
            Question(
                "premium_worth",
                "How much is the premium, and for how many pupils is it paid?",
                ("plan.premium",),
            ),
            Question(
                "premium_reach",
                "How many more pupils would have succeeded, had the gap to the best been halved?",
                ("school.more",),
            ),
            Question(
                "premium_change",
                "What was it spent on last year, what did that change, and what will be stopped?",
            ),
        ),
    ),
    Step(
        "expectations",
        "Build a high-expectations culture",
        "Teaching",
        (
            Question(
                "expectations_alike",
                "Is as much reached here as at schools with pupils like ours?",
                ("school.rate", "school.similar", "page.difference"),
            ),
            Question(
                "expectations_start",
                "Which pupils are left behind: those who started low, in the middle or high?",
                ("page.where.low", "page.where.middle", "page.where.high"),
            ),
            Question(
                "expectations_years",
                "Is that one bad year, or the same year after year?",
                ("page.years",),
            ),
            Question(
                "expectations_heard",
                "What would a pupil say is expected of them, and who has asked?",
            ),
        ),
    ),
    Step(
        "teaching",
        "Focus incessantly on teaching",
        "Teaching, and targeted academic support",
        (
            Question(
                "teaching_subjects",
                "Is English or maths further behind similar schools?",
                ("page.where.english", "page.where.maths"),
            ),
            Question(
                "teaching_staff",
                "How many pupils are there to a teacher, beside similar schools?",
                ("plan.ratio",),
            ),
            Question(
                "teaching_best",
                "Who teaches the pupils who are furthest behind, and who learns from the best?",
            ),
        ),
    ),
    Step(
        "parents",
        "Engage parents with tailored strategies",
        "Wider strategies",
        (
            Question(
                "parents_attendance",
                "How much time do pupils miss? (Not published of disadvantaged pupils alone.)",
                ("page.where.attendance",),
            ),
            Question(
                "parents_met",
                "Which parents have we not met this year, and what would suit them?",
            ),
        ),
    ),
    Step(
        "life",
        "Prepare students for life, and not just exams",
        "Wider strategies",
        (
            Question(
                "life_after",
                "How many stayed in education, training or work afterwards?",
                ("page.where.destinations",),
            ),
            Question(
                "life_beyond",
                "What do pupils do here, beyond exams, that others' parents would pay for?",
            ),
        ),
    ),
)
"""In the report's order."""

QUESTIONS: dict[str, Question] = {q.id: q for step in STEPS for q in step.questions}
"""Every question of every step, by id."""
