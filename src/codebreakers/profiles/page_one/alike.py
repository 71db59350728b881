"""Block 7: similar schools that are above England on evidence, near enough to talk to."""

from __future__ import annotations

from codebreakers.findings import Finding
from codebreakers.profiles.page_one.year import Year
from codebreakers.questions.partners import MOST_NAMED, about_of, findings_of, offer_of

__all__ = ["to_talk_to"]


def to_talk_to(found: Year, row: int) -> tuple[Finding, ...]:
    """Return at most `MOST_NAMED` schools, nearest first; or one finding that says why none.

    Parameters
    ----------
    found : Year
    row : int
        The school's.

    Returns
    -------
    tuple of Finding
        Those of ``questions.partners``: ``partners.<URN>`` of each school named, or
        ``partners.count`` where there is none; then ``partners.aside`` where schools with evidence
        were set aside.
    """
    offer = offer_of(found.talk, row)
    said = tuple(findings_of(offer, about_of(found.talk), most=MOST_NAMED))
    return said[1:] if offer.named else said
