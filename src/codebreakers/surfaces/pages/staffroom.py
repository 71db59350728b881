"""The questions of the staffroom that have a page."""

from __future__ import annotations

from codebreakers.findings import Table
from codebreakers.profiles.incentive import incentive
from codebreakers.questions.poll import poll
from codebreakers.questions.workforce import OUTCOMES, workforce
from codebreakers.store import Store
from codebreakers.surfaces.pages import Choice
from codebreakers.surfaces.pages.asked import number
from codebreakers.surfaces.pages.question import Chosen, Question

__all__ = ["STAFFROOM"]


def _of_workforce(store: Store, year: int) -> tuple[Choice, ...]:  # noqa: ARG001
    return (
        Choice(
            "outcome",
            "What is looked at",
            options=tuple((name, outcome.title) for name, outcome in OUTCOMES.items()),
            default="salary",
        ),
        Choice(
            "within",
            "Schools compared",
            options=(("", "All of England"), ("region", "Those of the same region")),
        ),
    )


def _of_incentive(store: Store, year: int) -> tuple[Choice, ...]:  # noqa: ARG001
    return (
        Choice("premium", "More pay, %", "range", default="25", low=5, high=100, step=5),
        Choice("teachers", "Teachers who move", "number", default="2000", low=1, high=100_000),
        Choice("years", "Years", "number", default="3", low=1, high=10),
        Choice(
            "by",
            "A row for each",
            options=(("assumption", "Assumption"), ("school", "School of most need")),
            default="assumption",
        ),
    )


def _ask_incentive(store: Store, year: int, given: Chosen) -> Table:
    return incentive(
        store,
        premium=number(given["premium"]) / 100,
        teachers=int(number(given["teachers"])),
        years=int(number(given["years"])),
        year=year,
        by=given["by"],
    )


def _of_poll(store: Store, year: int) -> tuple[Choice, ...]:  # noqa: ARG001
    return (
        Choice(
            "by",
            "Answers of each",
            options=(
                ("", "All teachers"),
                ("phase", "Phase"),
                ("region", "Region"),
                ("role", "Role"),
            ),
        ),
    )


STAFFROOM = (
    Question(
        "workforce",
        "Where teachers go",
        "Teachers and their pay, by how disadvantaged a school's pupils are and by its results.",
        _of_workforce,
        lambda store, year, given: workforce(
            store, year=year, outcome=given["outcome"], within=given["within"]
        ),
        live=True,
    ),
    Question(
        "incentive",
        "What paying teachers to move would cost",
        "The cost and the yield of higher pay for teachers who move to the schools of most need, "
        "and what each assumption does to both.",
        _of_incentive,
        _ask_incentive,
        live=True,
    ),
    Question(
        "poll",
        "What teachers say: an example",
        "A made-up poll of Example England's teachers, as a poll of yours would be answered.",
        _of_poll,
        lambda _store, _year, given: poll(by=given["by"]),
        command=lambda _: "codebreakers poll --example",
    ),
)
