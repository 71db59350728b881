"""The command that follows one school through its numbers: lineage."""

from __future__ import annotations

from typing import Annotated

import typer

from codebreakers.questions.history import history
from codebreakers.surfaces.answering import Answer, answer
from codebreakers.surfaces.options import FormatOption, StoreOption, WhyOption, store_of

__all__ = ["register"]


def lineage(
    urn: Annotated[
        str,
        typer.Argument(
            help="Any URN the school had, or its authority and establishment number: 330/4084.",
            show_default=False,
        ),
    ],
    store: StoreOption = None,
    form: FormatOption = "table",
    why: WhyOption = False,
) -> Answer:
    """Which schools were this school? Conversions, mergers, splits, new numbers, closure.

    Examples: codebreakers lineage 136501;
    codebreakers lineage 886/5428 --why;
    codebreakers lineage 136501 --format csv
    """
    held = store_of(store)
    return answer(history(held, urn), held, 0, form, why=why)


def register(app: typer.Typer) -> None:
    """Add this command to the application."""
    app.command()(lineage)
