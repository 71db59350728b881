"""The questions of whom to learn from that have a page."""

from __future__ import annotations

from codebreakers.findings import Table
from codebreakers.questions.life import life, life_years
from codebreakers.questions.partners import CAPACITY, WITHIN_MILES, pairing
from codebreakers.store import Store
from codebreakers.surfaces.pages import Choice
from codebreakers.surfaces.pages.asked import number
from codebreakers.surfaces.pages.choices import AUTHORITY, REGION, measure_choice, scope_of
from codebreakers.surfaces.pages.question import Chosen, Question

__all__ = ["LEARNING", "WITHIN"]

WITHIN = Choice(
    "within",
    "At most so many miles away, in a straight line",
    "number",
    default=f"{WITHIN_MILES:g}",
    low=1,
    high=400,
)


def _of_pairing(store: Store, year: int) -> tuple[Choice, ...]:
    return (
        measure_choice(store, year),
        WITHIN,
        Choice(
            "capacity",
            "Schools that each may be paired with",
            "number",
            default=f"{CAPACITY}",
            low=1,
            high=50,
        ),
        REGION,
        AUTHORITY,
    )


def _ask_pairing(store: Store, year: int, given: Chosen) -> Table:
    return pairing(
        store,
        capacity=int(number(given["capacity"])),
        within_miles=number(given["within"]),
        year=year,
        measure=given["measure"] or None,
        scope=scope_of(given),
    )


LEARNING = (
    Question(
        "partners",
        "Schools to talk to",
        "Every school below the best fifth of its similar schools, paired with one of those that "
        "is above England on evidence, as far as there are any near enough.",
        _of_pairing,
        _ask_pairing,
        command=lambda year: f"codebreakers partners --national --year {year}",
    ),
    Question(
        "life",
        "Do they also go on to do well?",
        "Whether disadvantaged pupils of schools that cracked the code also stay in education, "
        "training or work more often than those of similar schools.",
        lambda store, year: (measure_choice(store, year),),
        lambda store, year, given: life(store, year=year, measure=given["measure"] or None),
        held=lambda store, year: year in life_years(store),
    ),
)
