"""The commands of the staffroom: where teachers go, and what paying them to move would do."""

from __future__ import annotations

from typing import Annotated

import typer

from codebreakers.errors import RequestError
from codebreakers.profiles.incentive import incentive as incentive_profile
from codebreakers.questions.workforce import workforce as workforce_question
from codebreakers.surfaces.answering import Answer, answer
from codebreakers.surfaces.options import (
    FormatOption,
    StoreOption,
    WhyOption,
    YearOption,
    store_of,
    year_of,
    years_of,
)
from codebreakers.surfaces.workforce_card import print_slopes

__all__ = ["register"]


def workforce(
    store: StoreOption = None,
    year: YearOption = None,
    outcome: Annotated[
        str,
        typer.Option(
            "--outcome",
            help="salary (mean pay), ratio (pupils to a teacher), teachers (to 100 pupils) or "
            "qualified (share of teachers).",
        ),
    ] = "salary",
    within: Annotated[
        str,
        typer.Option("--within", help="region: schools beside others of their region."),
    ] = "",
    years: Annotated[
        str | None,
        typer.Option(
            "--years", help="A row for each of these results years: 2011:2018.", show_default=False
        ),
    ] = None,
    form: FormatOption = "table",
    why: WhyOption = False,
) -> Answer:
    """Where do teachers go? Pay and numbers by disadvantage and by result.

    Examples: codebreakers workforce --year 2013;
    codebreakers workforce --year 2013 --outcome ratio --within region;
    codebreakers workforce --years 2011:2018 --format csv
    """
    held = store_of(store)
    table = workforce_question(
        held, year=year_of(year), outcome=outcome, within=within, years=years_of(years)
    )
    card = print_slopes if years is not None else None
    return answer(table, held, 0, form, why=why, card=card)


def incentive(
    store: StoreOption = None,
    premium: Annotated[
        str | None,
        typer.Option(
            "--premium", help="More pay: 25%, or 0.25. [default: 25%]", show_default=False
        ),
    ] = None,
    teachers: Annotated[
        int | None,
        typer.Option("--teachers", help="How many move. [default: 2000]", show_default=False),
    ] = None,
    years: Annotated[
        int | None,
        typer.Option("--years", help="For so many years. [default: 1]", show_default=False),
    ] = None,
    preset: Annotated[
        str, typer.Option("--preset", help="A proposal with its own numbers: proposal-2015.")
    ] = "",
    lever: Annotated[
        list[str] | None,
        typer.Option(
            "--lever",
            help="What else brings teachers, by your own guess: leadership=5%, workload=, "
            "behaviour=, travel=. May be given several times.",
            show_default=False,
        ),
    ] = None,
    on_costs: Annotated[
        str, typer.Option("--on-costs", help="What employers pay on top of the premium.")
    ] = "25%",
    year: YearOption = None,
    by: Annotated[
        str, typer.Option("--by", help="assumption, or school: which schools are in need.")
    ] = "assumption",
    form: FormatOption = "table",
    why: WhyOption = False,
) -> Answer:
    """What would paying teachers to move cost, and whom might it bring?

    Examples: codebreakers incentive --premium 25% --teachers 2000 --years 3;
    codebreakers incentive --preset proposal-2015;
    codebreakers incentive --lever leadership=5% --lever travel=2%;
    codebreakers incentive --by school --format csv
    """
    held = store_of(store)
    table = incentive_profile(
        held,
        premium=None if premium is None else _share("--premium", premium),
        teachers=teachers,
        years=years,
        preset=preset,
        levers=_levers(lever or []),
        on_costs=_share("--on-costs", on_costs),
        year=year_of(year),
        by=by,
    )
    return answer(table, held, 0, form, why=why)


def _share(option: str, text: str) -> float:
    """Return the share that ``25%`` or ``0.25`` means; ``25`` could be either.

    Raises
    ------
    RequestError
        It is no share, or may be meant in two ways.
    """
    written = text.strip()
    try:
        number = float(written.removesuffix("%"))
    except ValueError as error:
        raise RequestError(
            f"{option} has {text!r} where a share should be.",
            remedy="Write it as 25% or 0.25.",
        ) from error
    if written.endswith("%"):
        return number / 100
    if number > 1:
        raise RequestError(
            f"{option} is {text!r}, which may be {number:g}% or {100 * number:g}%.",
            remedy=f"Write {number:g}%, if that is meant.",
        )
    return number


def _levers(texts: list[str]) -> dict[str, float]:
    found: dict[str, float] = {}
    for text in texts:
        name, sign, share = text.partition("=")
        name = name.strip().casefold()
        if not sign:
            raise RequestError(
                f"The lever {text!r} does not say how many it brings.",
                remedy="Write it as leadership=5%.",
            )
        if name in found:
            raise RequestError(f"The lever {name} is given twice.", remedy="Give it once.")
        found[name] = _share(f"--lever {name}", share)
    return found


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    app.command()(workforce)
    app.command()(incentive)
