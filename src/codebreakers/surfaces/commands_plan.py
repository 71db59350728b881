"""The command of what a school does next: plan."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from codebreakers.errors import RequestError, UnknownNameError
from codebreakers.profiles.plan import Plan, read_answers
from codebreakers.profiles.plan import plan as plan_profile
from codebreakers.profiles.plan.template import template
from codebreakers.surfaces.export.whole import refuse, write_one
from codebreakers.surfaces.options import (
    MeasureOption,
    SeedOption,
    StoreOption,
    YearOption,
    store_of,
    year_of,
)
from codebreakers.surfaces.plan_card import print_plan
from codebreakers.surfaces.report import form_of
from codebreakers.surfaces.report.plan import PLAN_FORMS, write_plan
from codebreakers.surfaces.terminal import console, print_lines, wrapped

__all__ = ["register"]

_FILES = "Files"
_TEMPLATE = ".toml"
_FORMATS = ("table", "json")  # a plan is many tables, so there is no CSV of it


def _known_format(value: str) -> str:
    if value not in _FORMATS:
        raise UnknownNameError("format of a plan", value, _FORMATS)
    return value


def plan(
    name: Annotated[str, typer.Argument(help="A school: name, postcode or URN.")],
    init: Annotated[
        bool,
        typer.Option(
            "--init", help="Write a file to answer in, with what the tables say beside it."
        ),
    ] = False,
    answers: Annotated[
        Path | None,
        typer.Option(
            "--answers", help="The school's answers.", rich_help_panel=_FILES, show_default=False
        ),
    ] = None,
    last: Annotated[
        Path | None,
        typer.Option(
            "--last",
            help="The answers of an earlier year: what moved since is said.",
            rich_help_panel=_FILES,
            show_default=False,
        ),
    ] = None,
    evidence: Annotated[
        Path | None,
        typer.Option(
            "--evidence",
            help="A file of approaches of your own.",
            rich_help_panel=_FILES,
            show_default=False,
        ),
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option(
            "--to",
            help="Write it to this file: .docx, .pdf, .html or .json; with --init, .toml.",
            rich_help_panel=_FILES,
            show_default=False,
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="With --init: write over a file that is there.")
    ] = False,
    store: StoreOption = None,
    year: YearOption = None,
    measure: MeasureOption = None,
    form: Annotated[
        str, typer.Option("--format", help="table or json.", callback=_known_format)
    ] = "table",
    seed: SeedOption = 0,
) -> None:
    """What should this school do next? The five steps as a self-review, and a statement.

    Examples: codebreakers plan 103519 --year 2013 --init --to plan.toml;
    codebreakers plan 103519 --answers plan.toml --to statement.docx;
    codebreakers plan 103519 --answers next.toml --last plan.toml --to statement.pdf
    """
    _refuse_together(init, answers or last, to, force=force, form=form)
    if to is not None and not init:
        form_of(to, PLAN_FORMS, "plan")
    made = plan_profile(
        store_of(store),
        name,
        year=year_of(year),
        measure=measure,
        answers=None if answers is None else read_answers(answers),
        last=None if last is None else read_answers(last),
        evidence=evidence,
        seed=seed,
    )
    _warn(made)
    if to is None:
        _show(made, form)
        return
    written = _begin(made, to, force=force) if init else write_plan(made, to)
    print_lines(console(), [f"Written: {written}"])


def _refuse_together(
    init: bool, given: Path | None, to: Path | None, *, force: bool, form: str
) -> None:
    if to is not None and form != "table":
        raise RequestError(
            "--format and --to do not go together: the name of the file says what is written.",
            remedy="Leave out --format.",
        )
    if force and not init:
        raise RequestError("--force is of --init, which alone never writes over a file.")
    if not init:
        return
    if given is not None:
        raise RequestError(
            "--init begins a plan, and --answers or --last names one.",
            remedy="Leave out --init, or the others.",
        )
    if to is None or to.suffix.casefold() != _TEMPLATE:
        raise RequestError(
            "--init writes a file of TOML: where to was not said.",
            remedy="Name it: --init --to plan.toml.",
        )


def _begin(made: Plan, to: Path, *, force: bool) -> Path:
    refuse(to)
    if to.exists() and not force:
        raise RequestError(
            f"{to} is there already, and may hold your answers.",
            remedy="Name another file, or write over it: --force.",
        )
    write_one(to, template(made).encode())
    return to


def _warn(made: Plan) -> None:
    for sentence in made.warnings:
        print_lines(console(stderr=True), wrapped(f"Note: {sentence}"))


def _show(made: Plan, form: str) -> None:
    if form == "json":
        json.dump(made.to_dict(), sys.stdout, ensure_ascii=False, indent=2, allow_nan=False)
        sys.stdout.write("\n")
        return
    print_plan(made)


def register(app: typer.Typer) -> None:
    """Add this command to the application."""
    app.command()(plan)
