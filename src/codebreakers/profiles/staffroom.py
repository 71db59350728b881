"""What the national answer says of teachers: where they are, and what moving them would cost."""

from __future__ import annotations

from codebreakers.errors import CannotAnswerError, RequestError
from codebreakers.findings import Finding
from codebreakers.profiles.incentive import incentive_in
from codebreakers.questions.workforce import workforce_in
from codebreakers.store import Store

__all__ = ["LINES", "staff_in"]

LINES = (
    ("workforce.salary.slope", "More pay where 10 in 100 more have free meals, £"),
    ("workforce.salary.slope.within_region", "  ... among schools of one region, £"),
    ("workforce.ratio.slope", "Pupils to a teacher where 10 in 100 more have"),
    ("workforce.ratio.slope.within_region", "  ... among schools of one region"),
    ("incentive.cost", "Cost of 25% more pay for 2,000 teachers, a year, £"),
    ("incentive.yield", "  ... teachers elsewhere who say they would come"),
)
"""The findings that it shows in rows, and what stands before each."""


def staff_in(store: Store, year: int) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
    """Return what is said of a year's teachers, or notes of why nothing is.

    Parameters
    ----------
    store : Store
    year : int
        Results year.

    Returns
    -------
    findings : tuple of Finding
    notes : tuple of str
    """
    findings: list[Finding] = []
    notes: list[str] = []
    for ask, what in ((workforce_in, "Where teachers are"), (incentive_in, "What a premium costs")):
        try:
            findings += ask(store, year)
        except (CannotAnswerError, RequestError) as error:
            notes.append(f"{what} is not said: {error.message}")
    return tuple(findings), tuple(notes)
