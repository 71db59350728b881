"""Block 8: five questions for the head, one a step, each beginning with a number of the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from codebreakers.estimates import Estimate
from codebreakers.findings import Column, Finding, Table
from codebreakers.findings.disclosure import say, tabulate
from codebreakers.findings.words import figure_in_words
from codebreakers.measures import Measure

__all__ = ["STEPS", "Step", "questions"]


@dataclass(frozen=True, slots=True)
class Step:
    """One of the report's five steps, and what may be asked about it.

    Parameters
    ----------
    id, heading : str
        Its stable name; the report's heading, shortened.
    asked : tuple of (str, str)
        Id of a finding of the page, and the question that begins with its number (``{n}``): the
        first that is shown is asked.
    """

    id: str
    heading: str
    asked: tuple[tuple[str, str], ...]


_ENGLAND = "school.england"
STEPS: tuple[Step, ...] = (
    Step(
        "premium",
        "Use the pupil premium strategically",
        (
            (
                "page.pupils",
                "{n} disadvantaged pupils: what was spent on each, and what did it change?",
            ),
            (_ENGLAND, "{n} for all pupils in England: what do we spend to reach it, and why?"),
        ),
    ),
    Step(
        "expectations",
        "Expect much of everyone",
        (
            ("school.similar", "{n} at similar schools: do we expect more than that here?"),
            ("gap.other", "{n} for England's other pupils: do we expect less of ours?"),
            (_ENGLAND, "{n} for all pupils in England: do we expect less of ours?"),
        ),
    ),
    Step(
        "teaching",
        "Never let go of teaching",
        (
            ("page.where.english", "{n} in English: where is teaching strongest, and who learns?"),
            ("page.where.maths", "{n} in maths: where is teaching strongest, and who learns?"),
            ("school.rate", "{n} here: in which classes is it higher, and who learns from them?"),
            (_ENGLAND, "{n} for all pupils in England: which of our classes do as well?"),
        ),
    ),
    Step(
        "parents",
        "Work with parents",
        (
            ("page.where.attendance", "{n} of half days missed: what do parents say keeps them?"),
            ("school.more", "{n} more might succeed: do their parents know, and know how to help?"),
            ("gap.other", "{n} for England's other pupils: what would our parents say of that?"),
            (_ENGLAND, "{n} for all pupils in England: what would our parents say of that?"),
        ),
    ),
    Step(
        "life",
        "Prepare for life, not just exams",
        (
            ("page.where.destinations", "{n} stayed on: where did each of the others go?"),
            ("page.pupils", "{n} disadvantaged pupils left us: do we know where each is now?"),
            ("gap.other", "{n} for England's other pupils: what else will ours need after school?"),
            (_ENGLAND, "{n} for all pupils in England: what else will ours need after school?"),
        ),
    ),
)


def questions(
    shown: Mapping[str, Finding], measure: Measure, decimals: Mapping[str, int], *, made_up: bool
) -> Table:
    """Return one question a step, a row each.

    Parameters
    ----------
    shown : mapping of str to Finding
        What is shown on the page, by id: a number that is not may not be asked about.
    measure : Measure
        The page's.
    decimals : mapping of str to int
        Of the findings that are not shown as the measure is, by id.
    made_up : bool

    Returns
    -------
    Table
        Findings ``page.ask.<step>``, with the figure each begins with.
    """
    asked = [_question(step, shown, measure, decimals) for step in STEPS]
    return tabulate(
        "page.ask",
        "Five questions for your head",
        (Column("step", "Step"), Column("question", "Question")),
        [(step.heading, finding.sentence) for step, finding in zip(STEPS, asked, strict=True)],
        findings=asked,
        made_up=made_up,
    )


def _question(
    step: Step, shown: Mapping[str, Finding], measure: Measure, decimals: Mapping[str, int]
) -> Finding:
    for name, words in step.asked:
        source = shown.get(name)
        if source is not None and isinstance(source.figure, Estimate) and _some(source):
            return say(
                f"page.ask.{step.id}",
                words.format(n=_number(source, source.figure, measure, decimals)),
                source.figure,
                unit=source.unit,
                year=source.year,
                definition=f"{source.definition} The question is ours, the step the report's.",
                caveats=source.caveats,
                provenance=source.provenance,
                counts="",
            )
    raise LookupError(f"no number of the page can begin a question about {step.id}")


def _some(source: Finding) -> bool:
    """Whether there is somebody to ask about."""
    return source.unit != "pupils" or round(source.value or 0) > 0


def _number(
    source: Finding, figure: Estimate, measure: Measure, decimals: Mapping[str, int]
) -> str:
    """Return the number exactly as it stands elsewhere on the page."""
    if source.unit in ("percent", "pupils"):
        mark = "%" if source.unit == "percent" else ""
        return f"{figure.value:.{decimals.get(source.id, 0)}f}{mark}"
    if source.id in decimals:
        return f"{figure.value:.{decimals[source.id]}f}"
    words = figure_in_words(figure.value, measure)
    return f"{words} points" if source.id == "school.more" else words
