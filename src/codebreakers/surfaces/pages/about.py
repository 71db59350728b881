"""Pages that are of no year: how it is done, what is held, who can read it."""

from __future__ import annotations

from codebreakers.questions.data import releases
from codebreakers.store import Store
from codebreakers.surfaces.pages import Link, Page, Section
from codebreakers.surfaces.urls import Address

__all__ = ["accessibility_page", "method_page"]

_METHOD = (
    Section(
        "What is counted",
        prose=(
            (
                "Every figure here is read from the Department for Education's published tables of"
                " schools, or worked out from them. Below each figure, under \u201cWhy?\u201d, "
                "stands what was counted, of whom, and from which file."
            ),
            (
                "What a publisher withheld stays withheld, with the publisher's reason. A figure "
                "that is missing, one that is withheld and one that does not apply are three "
                "things, and none of them is nought."
            ),
        ),
    ),
    Section(
        "How sure it is",
        prose=(
            (
                "A school's cohort of disadvantaged pupils is a small sample of what the school "
                "can do. A model of all schools at once says how far each result may be from the "
                "level behind it, and every count, rank and gap is worked out again on some "
                "thousands of draws of those levels. A range is what 95 in 100 of them lie in."
            ),
            (
                "Choosing the best of similar schools also chooses luck. What luck alone would "
                "have found is shown beside what was found; the two do not subtract."
            ),
        ),
    ),
    Section(
        "Who is similar",
        prose=(
            (
                "Unless a page says otherwise, the 50 schools nearest in the share of "
                "disadvantaged pupils and in the points pupils had at the end of primary school. A"
                " difference between similar schools is not an effect of a school."
            ),
        ),
    ),
)
_ACCESSIBLE = (
    (
        "These pages are meant for everyone: they can be read by keyboard alone, by a screen "
        "reader, at four times their size, on a narrow telephone, and without scripts. They are "
        "built to meet the Web Content Accessibility Guidelines 2.2 at level AA, and a program "
        "tests them for it at every change. A program finds only part of what can be wrong."
    ),
    (
        "Every picture has its text and its table. No colour means anything by itself. Wide tables "
        "scroll inside their frame."
    ),
    (
        "If something here cannot be read, or a figure about a school is wrong, tell whoever runs "
        "this copy, and the project: a mistake is mended for every copy."
    ),
)


def method_page(store: Store, *, made_up: bool) -> Page:
    """Return the page of the method and of every table held."""
    table = releases(store)
    return Page(
        Address(("method",)),
        "Method and data",
        (*_METHOD, Section("The tables held", said=table.findings, table=table)),
        made_up=made_up,
    )


def accessibility_page(*, made_up: bool) -> Page:
    """Return the accessibility statement."""
    return Page(
        Address(("accessibility",)),
        "Accessibility",
        (Section(prose=_ACCESSIBLE, links=(Link("Method and data", Address(("method",))),)),),
        made_up=made_up,
    )
