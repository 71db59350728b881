"""The command that tries other choices: robustness."""

from __future__ import annotations

from typing import Annotated

import typer

from codebreakers.peers.verdicts import VERDICTS
from codebreakers.questions.robustness import robustness as robustness_question
from codebreakers.surfaces.answering import Answer, answer
from codebreakers.surfaces.curve import print_curve
from codebreakers.surfaces.options import (
    FormatOption,
    MeasureOption,
    QuietOption,
    SeedOption,
    StoreOption,
    WhyOption,
    YearOption,
    store_of,
    year_of,
)
from codebreakers.surfaces.progress import progress

__all__ = ["register"]

_OF_SCHOOLS, _OF_ENGLAND = (
    ", ".join(verdict.name for verdict in VERDICTS.values() if verdict.about == about)
    for about in ("school", "england")
)


def robustness(
    name: Annotated[
        str | None,
        typer.Argument(
            help="A school: name, postcode or URN. England where none is named.",
            show_default=False,
        ),
    ] = None,
    verdict: Annotated[
        str | None,
        typer.Option(
            "--verdict",
            help=f"Of a school: {_OF_SCHOOLS}; of England: {_OF_ENGLAND}. "
            "The first where none is named.",
            show_default=False,
        ),
    ] = None,
    store: StoreOption = None,
    year: YearOption = None,
    measure: MeasureOption = None,
    form: FormatOption = "table",
    seed: SeedOption = 0,
    why: WhyOption = False,
    quiet: QuietOption = False,
) -> Answer:
    """Would the answer be different, had one chosen otherwise? Every reasonable choice is tried.

    Examples: codebreakers robustness 103519 --year 2013;
    codebreakers robustness "oakfield" --verdict best-fifth;
    codebreakers robustness --year 2013 --format csv
    """
    held = store_of(store)
    with progress(quiet, "Trying other choices") as step:
        table = robustness_question(
            held,
            school=name,
            verdict=verdict,
            year=year_of(year),
            measure=measure,
            seed=seed,
            progress=step,
        )
    return answer(table, held, seed, form, why=why, card=print_curve)


def register(app: typer.Typer) -> None:
    """Add this command to the application."""
    app.command()(robustness)
