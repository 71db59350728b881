"""The command of the teachers' poll: poll."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from codebreakers.errors import RequestError, UnknownNameError
from codebreakers.findings import Table
from codebreakers.inference.weighting import BOUNDS, Bounds
from codebreakers.questions.poll import TEACHERS, poll_claim, poll_school
from codebreakers.questions.poll import poll as poll_question
from codebreakers.questions.poll.questionnaire import read_questionnaire
from codebreakers.surfaces.answering import Answer, answer
from codebreakers.surfaces.options import (
    FormatOption,
    SeedOption,
    StoreOption,
    WhyOption,
    numbers_of,
    store_of,
)
from codebreakers.surfaces.poll_form import FORMS, form
from codebreakers.surfaces.terminal import console, print_lines

__all__ = ["bounds_of", "register"]

_SCHOOL, _OTHER = "One school's staff", "Instead of a poll"


def bounds_of(text: str) -> Bounds | None:
    """Return the bounds that ``0.2:5`` means; None for ``none``.

    Raises
    ------
    RequestError
        They are not two numbers.
    """
    if text.strip().casefold() == "none":
        return None
    ends = numbers_of("--bounds", text.replace(":", ","))
    if len(ends) != 2:
        raise RequestError(f"--bounds has {text!r}.", remedy="Write 0.2:5, or none.")
    return ends[0], ends[1]


def poll(
    responses: Annotated[
        Path | None,
        typer.Argument(help="The answers: a CSV with a row a respondent.", show_default=False),
    ] = None,
    questions: Annotated[
        Path, typer.Option("--questions", help="What was asked, in TOML.", show_default=False)
    ] = TEACHERS,
    margins: Annotated[
        Path | None,
        typer.Option("--margins", help="Known totals: margin,category,total.", show_default=False),
    ] = None,
    by: Annotated[
        str, typer.Option("--by", help="A row for each phase, region, role or school's fifth.")
    ] = "",
    question: Annotated[str, typer.Option("--question", help="One question, by its id.")] = "",
    everyone: Annotated[
        bool, typer.Option("--all", help="With --by, every answer and not only headlines.")
    ] = False,
    year: Annotated[
        int | None, typer.Option("--year", help="When it was held.", show_default=False)
    ] = None,
    bounds: Annotated[
        str, typer.Option("--bounds", help="Least and most weight, or none.")
    ] = f"{BOUNDS[0]:g}:{BOUNDS[1]:g}",
    replicates: Annotated[
        int,
        typer.Option(
            "--replicates", help="Resamples for the ranges; 0 to linearise.", min=0, max=2_000
        ),
    ] = 0,
    example: Annotated[
        bool, typer.Option("--example", help="Example England's poll, whose truth is known.")
    ] = False,
    school: Annotated[str, typer.Option("--school", help="Its URN.", rich_help_panel=_SCHOOL)] = "",
    staff: Annotated[
        int | None,
        typer.Option(
            "--staff",
            help="How many could reply. [default: the store's workforce census]",
            show_default=False,
            min=1,
            rich_help_panel=_SCHOOL,
        ),
    ] = None,
    beside: Annotated[
        Path | None,
        typer.Option(
            "--beside",
            help="A poll to stand beside, with its --margins. [default: the 2014 report's figures]",
            show_default=False,
            rich_help_panel=_SCHOOL,
        ),
    ] = None,
    claim: Annotated[
        bool,
        typer.Option("--claim", help="The report's 26 within its 21.", rich_help_panel=_OTHER),
    ] = False,
    blank: Annotated[
        bool, typer.Option("--form", help="The questions, to print.", rich_help_panel=_OTHER)
    ] = False,
    to: Annotated[
        Path | None,
        typer.Option(
            "--to",
            help="Write the answer to this file instead: .csv, .xlsx, .parquet or .json; "
            "with --form, .md or .html.",
            show_default=False,
            rich_help_panel=_OTHER,
        ),
    ] = None,
    store: StoreOption = None,
    form_: FormatOption = "table",
    seed: SeedOption = 0,
    why: WhyOption = False,
) -> Answer | None:
    """What do teachers say? A poll weighted to known totals; one school's staff; a form.

    Examples: codebreakers poll --example;
    codebreakers poll answers.csv --margins margins.csv --year 2026 --by phase;
    codebreakers poll ours.csv --school 103519 --staff 84 --year 2026;
    codebreakers poll --form --to form.html; codebreakers poll --claim
    """
    if blank:
        _write_form(questions, to)
        return None
    _refuse_both(responses, example=example, school=school, claim=claim)
    held = store_of(store)
    known = held if held.path.exists() or store is not None else None
    if claim:
        table = poll_claim()
    elif school and responses is not None:
        table = poll_school(
            responses,
            school,
            questions=questions,
            store=known,
            staff=staff,
            year=year,
            beside=_pair(beside, margins),
            example=example,
            seed=seed,
        )
    else:
        table = poll_question(
            responses,
            margins,
            questions=questions,
            by=by,
            question=question,
            everyone=everyone,
            store=known,
            year=year,
            bounds=bounds_of(bounds),
            replicates=replicates,
            seed=seed,
        )
    return answer(table, held, seed, form_, why=why, said=_said(table))


def _refuse_both(responses: Path | None, *, example: bool, school: str, claim: bool) -> None:
    """Refuse a request that names nothing to answer from, or two things."""
    if claim:
        return
    if responses is None and school:
        raise RequestError(
            "The answers of the school's staff are not given.",
            remedy="Name them: codebreakers poll ours.csv --school URN.",
        )
    if responses is None and not example:
        raise RequestError(
            "No answers are given.",
            remedy="Name a file of them, or try: codebreakers poll --example.",
        )
    if responses is not None and example and not school:
        raise RequestError(
            f"Both {responses} and Example England's poll are asked for.", remedy="Ask for one."
        )


def _pair(beside: Path | None, margins: Path | None) -> tuple[Path, Path] | None:
    if beside is None:
        return None
    if margins is None:
        raise RequestError(
            f"{beside} cannot be weighted without known totals.", remedy="Name them: --margins."
        )
    return beside, margins


def _said(table: Table) -> list[str]:
    """Return what is said above the rows: answers that stand in the rows alone are left there."""
    if table.id not in ("poll", "poll.school"):
        return [f.id for f in table.findings]
    names = [f.id for f in table.findings if f.id != "poll.design_effect"]
    short = table.id.count(".") + 1
    return [name for name in names if name.endswith(".secondary") or name.count(".") == short]


def _write_form(questions: Path, to: Path | None) -> None:
    asked = read_questionnaire(questions)
    kind = "md" if to is None else to.suffix.removeprefix(".").lower()
    if kind not in FORMS:
        raise UnknownNameError("kind of form", kind, FORMS)
    text = form(asked, kind)
    if to is None:
        sys.stdout.write(text)
        return
    try:
        with to.open("x", encoding="utf-8") as out:
            out.write(text)
    except FileExistsError as error:
        raise RequestError(
            f"There is something at {to} already.", remedy="Name another file: nothing is lost."
        ) from error
    except OSError as error:
        raise RequestError(f"{to} cannot be written: {error.strerror}.") from error
    print_lines(console(stderr=True), [f"Written: {to}"])


def register(app: typer.Typer) -> None:
    """Add this command to the application."""
    app.command()(poll)
