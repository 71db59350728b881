"""Commands of the pages: serve, publish."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from codebreakers.errors import RequestError
from codebreakers.sources import academic_year
from codebreakers.surfaces.options import (
    AuthorityOption,
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
    years_of,
)
from codebreakers.surfaces.progress import progress
from codebreakers.surfaces.terminal import console, print_lines

if TYPE_CHECKING:
    from codebreakers.surfaces.publish import Published

__all__ = ["register"]


def serve(
    store: StoreOption = None,
    year: YearOption = None,
    host: Annotated[
        str, typer.Option("--host", help="Address to listen on; others can read it elsewhere.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="Port.", min=1, max=65535)] = 8000,
    seed: SeedOption = 0,
    quiet: QuietOption = False,
) -> None:
    """The same answers in your browser, on this machine alone unless told otherwise.

    Examples: codebreakers serve; codebreakers serve --store demo.duckdb --year 2013 --port 8080
    """
    from codebreakers.surfaces.web.serving import serve as serve_pages

    out = console(stderr=True)
    serve_pages(
        store_of(store),
        host=host,
        port=port,
        year=year_of(year) or 0,
        seed=seed,
        told=lambda words: None if quiet else print_lines(out, [words]),
    )


def publish(
    folder: Annotated[
        Path, typer.Argument(help="Where to: an empty folder, or one published to before.")
    ],
    store: StoreOption = None,
    year: YearOption = None,
    years: Annotated[
        str | None,
        typer.Option("--years", help="Several results years: 2013:2015.", show_default=False),
    ] = None,
    schools: SchoolsOption = None,
    authority: AuthorityOption = "",
    trust: TrustOption = "",
    region: RegionOption = "",
    more: Annotated[
        bool,
        typer.Option(
            "--more",
            help="Also pages of each school's similar schools, whom to talk to, and its plan.",
        ),
    ] = False,
    index: Annotated[
        bool, typer.Option("--index", help="Let search engines list the pages of schools.")
    ] = False,
    report_to: Annotated[
        str,
        typer.Option(
            "--report-to", help="Whom errors are told to: an e-mail address, or a page's address."
        ),
    ] = "",
    comments: Annotated[
        Path | None,
        typer.Option(
            "--comments",
            help="What schools say of their pages: a CSV file with the columns URN and comment.",
            show_default=False,
        ),
    ] = None,
    quiet: QuietOption = False,
) -> None:
    """The same pages as files: they need no server, and work from any folder or address.

    Begun again, it goes on where it stopped and makes only what has changed.

    Examples: codebreakers publish site --year 2013 --report-to heads@example.org;
    codebreakers publish site --authority Birmingham --years 2013:2015 --more
    """
    from codebreakers.surfaces.publish import publish as publish_pages
    from codebreakers.surfaces.publish.replies import comments_of

    if year is not None and years is not None:
        raise RequestError(
            "One year is named, and several too.", remedy="Give --year or --years, not both."
        )
    one = year_of(year)
    asked = years_of(years) if one is None else [one]
    with ExitStack() as bars:
        found = publish_pages(
            store_of(store),
            folder,
            years=None if asked is None else tuple(asked),
            scope=scope_of(schools, authority, trust, region),
            more=more,
            indexed=index,
            report_to=report_to,
            comments=comments_of(comments),
            started=lambda count: bars.enter_context(progress(quiet, "Publishing", count)),
        )
    print_lines(console(), _said(found, everything=asked is not None))


def _said(found: Published, *, everything: bool) -> list[str]:
    when = ", ".join(academic_year(year) for year in found.years)
    newest = "" if everything else ", the newest year that can answer"
    files = (
        f"{found.written:,} files written, {found.unchanged:,} there already, {found.removed:,} "
        "taken away. Every link leads somewhere."
    )
    return [f"{found.pages:,} pages of {when}{newest}: open {found.first}", files, *found.left_out]


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    app.command()(serve)
    app.command()(publish)
