"""Commands that say which school is meant, and set schools beside one another: find, compare."""

from __future__ import annotations

from typing import Annotated

import typer

from codebreakers.profiles.compare import compare as compare_profile
from codebreakers.questions.search import MOST
from codebreakers.questions.search import search as search_question
from codebreakers.surfaces.answering import Answer, answer
from codebreakers.surfaces.options import (
    FormatOption,
    MeasureOption,
    SeedOption,
    StoreOption,
    WhyOption,
    YearOption,
    store_of,
    year_of,
)

__all__ = ["register"]


def find(
    text: Annotated[str, typer.Argument(help="Name, town, postcode or URN, or some of it.")],
    store: StoreOption = None,
    year: YearOption = None,
    count: Annotated[
        int, typer.Option("--count", help="How many schools at most.", min=1, max=MOST)
    ] = 20,
    form: FormatOption = "table",
) -> Answer:
    """Schools that a name nearly fits: misspelt ones are forgiven.

    Examples: codebreakers find "mosely birmingham"; codebreakers find B13 --year 2013
    """
    held = store_of(store)
    table = search_question(held, text, year=year_of(year), count=count)
    return answer(table, held, 0, form)


def compare(
    names: Annotated[list[str], typer.Argument(help="Two to four schools: URN or name.")],
    store: StoreOption = None,
    year: YearOption = None,
    measure: MeasureOption = None,
    form: FormatOption = "table",
    seed: SeedOption = 0,
    why: WhyOption = False,
) -> Answer:
    """Up to four schools beside one another, each with its range.

    Example: codebreakers compare 103519 103520 --year 2013
    """
    held = store_of(store)
    table = compare_profile(held, names, year=year_of(year), measure=measure, seed=seed)
    said = None if why else ()
    return answer(table, held, seed, form, why=why, said=said)


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    for command in (find, compare):
        app.command()(command)
