"""What schools spend the pupil premium on, and what the Education Endowment Foundation says of it.

Its Teaching and Learning Toolkit gives each approach an average impact in months of progress, a
cost and how secure the evidence is. A row here holds the three as one page of the Foundation's own
had them together. The pages carry no date: the edition is told from their form. Where its pages
do not agree, or say nothing, the figure is None and shown as not known.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["APPROACHES", "HEADINGS", "Approach"]

HEADINGS = {
    "teaching": "Teaching",
    "targeted": "Targeted academic support",
    "wider": "Wider strategies",
}
"""The statement's three headings of activity."""

_PAGES = "educationendowmentfoundation.org.uk"
_NOW = "since 2021"
_BEFORE = "before 2021"


@dataclass(frozen=True, slots=True)
class Approach:
    """One approach, and what is published of it.

    Parameters
    ----------
    id, title : str
        Its stable name; what people read.
    heading : str
        Of `HEADINGS`: where a statement has it.
    months : int, optional
        Average impact, in months of additional progress in a year; None where not known.
    cost, security : str
        What it costs, and how secure the evidence is, in the publisher's words; '' where not known.
    source : str
        Where it was published.
    edition : str
        Which edition, or when.
    note : str
        Why a figure is not known, where one is not.
    """

    id: str
    title: str
    heading: str
    months: int | None
    cost: str
    security: str
    source: str
    edition: str
    note: str = ""


def _strand(name: str, folder: str = "education-evidence/teaching-learning-toolkit") -> str:
    return f"{_PAGES}/{folder}/{name}"


_OLDER = "evidence-summaries/teaching-learning-toolkit"

APPROACHES: tuple[Approach, ...] = (
    Approach(
        "feedback",
        "Feedback",
        "teaching",
        6,
        "very low",
        "extensive",
        _strand("feedback"),
        _NOW,
    ),
    Approach(
        "metacognition",
        "Metacognition and self-regulation",
        "teaching",
        7,
        "very low",
        "extensive",
        _strand("meta-cognition-and-self-regulation", _OLDER),
        _NOW,
    ),
    Approach(
        "reading_comprehension",
        "Reading comprehension strategies",
        "teaching",
        6,
        "very low",
        "extensive",
        _strand("reading-comprehension-strategies"),
        _NOW,
    ),
    Approach(
        "oral_language",
        "Oral language interventions",
        "teaching",
        6,
        "very low",
        "extensive",
        _strand("oral-language-interventions"),
        _NOW,
    ),
    Approach(
        "one_to_one",
        "One to one tuition",
        "targeted",
        5,
        "high",
        "extensive",
        _strand("one-to-one-tuition", "toolkit"),
        _BEFORE,
    ),
    Approach(
        "small_group",
        "Small group tuition",
        "targeted",
        4,
        "moderate",
        "limited",
        _strand("small-group-tuition", "toolkit"),
        _BEFORE,
    ),
    Approach(
        "peer_tutoring",
        "Peer tutoring",
        "targeted",
        None,
        "very low",
        "extensive",
        _strand("peer-tutoring"),
        _NOW,
        "copies of the page say 5 and 6 months",
    ),
    Approach(
        "parents",
        "Parental engagement",
        "wider",
        4,
        "very low",
        "extensive",
        _strand("parental-engagement"),
        _NOW,
    ),
    Approach(
        "behaviour",
        "Behaviour interventions",
        "wider",
        None,
        "low",
        "limited",
        _strand("behaviour-interventions"),
        _NOW,
        "copies of the page say 3 and 4 months",
    ),
    Approach(
        "mentoring",
        "Mentoring",
        "wider",
        2,
        "moderate",
        "moderate",
        _strand("mentoring"),
        _NOW,
    ),
    Approach(
        "aspiration",
        "Aspiration interventions",
        "wider",
        None,
        "very low",
        "insufficient",
        _strand("aspiration-interventions", _OLDER),
        _NOW,
        "too few studies for the publisher to give one",
    ),
)
"""What could be confirmed on the Foundation's own pages, by heading."""
