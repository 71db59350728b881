"""Commands of the pages: serve."""

from __future__ import annotations

from typing import Annotated

import typer

from codebreakers.surfaces.options import (
    QuietOption,
    SeedOption,
    StoreOption,
    YearOption,
    store_of,
    year_of,
)
from codebreakers.surfaces.terminal import console, print_lines

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


def register(app: typer.Typer) -> None:
    """Add this command to the application."""
    app.command()(serve)
