"""The command of what is printed and kept: report."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from codebreakers.errors import RequestError, UnknownNameError
from codebreakers.profiles.national_report import CHAPTERS, NationalReport, national_report
from codebreakers.profiles.page_one import PageOne, page_one
from codebreakers.surfaces.options import (
    AuthorityOption,
    MeasureOption,
    QuietOption,
    RegionOption,
    SchoolsOption,
    SeedOption,
    StoreOption,
    TrustOption,
    YearOption,
    scope_of,
    store_of,
    year_of,
)
from codebreakers.surfaces.progress import progress
from codebreakers.surfaces.report import FORMS, form_of, write_report
from codebreakers.surfaces.report.folder import Written, write_reports
from codebreakers.surfaces.terminal import console, print_lines

__all__ = ["register"]


def _known_form(value: str) -> str:
    if value not in FORMS:
        raise UnknownNameError("form of a report", value, FORMS)
    return value


def report(
    to: Annotated[
        Path, typer.Option("--to", help="The file, .pdf or .html; for many schools a folder.")
    ],
    school: Annotated[
        str, typer.Argument(help="One school: name, postcode or URN. Without it, all England.")
    ] = "",
    store: StoreOption = None,
    year: YearOption = None,
    measure: MeasureOption = None,
    schools: SchoolsOption = None,
    authority: AuthorityOption = "",
    trust: TrustOption = "",
    region: RegionOption = "",
    form: Annotated[
        str,
        typer.Option("--as", help="Of a folder's files: pdf or html.", callback=_known_form),
    ] = "pdf",
    seed: SeedOption = 0,
    quiet: QuietOption = False,
) -> None:
    """A report to print and keep: one school's, a folder of them, or all England.

    Examples: codebreakers report moseley --year 2013 --to moseley.pdf;
    codebreakers report --year 2013 --to national.html;
    codebreakers report --authority Birmingham --year 2013 --to birmingham/
    """
    held, scope = store_of(store), scope_of(schools, authority, trust, region)
    if school and not scope.is_everything:
        raise RequestError(
            "One school is named, and a list of schools too.",
            remedy="Name the school, or the authority, trust, region or list.",
        )
    when = year_of(year)
    if not scope.is_everything:
        _refuse_file(to)
        with ExitStack() as bars:
            written = write_reports(
                held,
                to,
                scope,
                form=form,
                year=when,
                measure=measure,
                seed=seed,
                started=lambda count: bars.enter_context(progress(quiet, "Writing", count)),
            )
        print_lines(console(), _said(written, to))
        return
    form_of(to)
    with progress(quiet, "Writing", None if school else CHAPTERS) as step:
        what: PageOne | NationalReport
        if school:
            step(school)
            what = page_one(held, school, year=when, measure=measure, seed=seed)
        else:
            what = national_report(held, year=when, measure=measure, seed=seed, progress=step)
        path = write_report(what, to)
    print_lines(console(), [f"Written: {path}"])


def _refuse_file(folder: Path) -> None:
    if folder.suffix.lstrip(".").casefold() in FORMS:
        raise RequestError(
            f"{folder} is named as a file, and many reports are asked for.",
            remedy="Name a folder: --to reports (and --as html for pages).",
        )


def _said(written: Written, folder: Path) -> list[str]:
    said = f"{written.made} written to {folder}, {written.unchanged} there already and unchanged."
    return [said, *written.unknown]


def register(app: typer.Typer) -> None:
    """Add this command to the application."""
    app.command()(report)
