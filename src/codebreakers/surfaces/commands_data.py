"""Commands about the tables themselves: demo, fetch, ingest, releases, checks."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from codebreakers.errors import CodebreakersError, RequestError, SourceError
from codebreakers.profiles.nation import nation
from codebreakers.questions.data import checks as checks_question
from codebreakers.questions.data import releases as releases_question
from codebreakers.questions.data import rows_of
from codebreakers.sources import results_year
from codebreakers.sources.example import write_example
from codebreakers.store import Ingested, Store
from codebreakers.surfaces.answering import Answer, answer
from codebreakers.surfaces.checks_card import print_checks
from codebreakers.surfaces.options import (
    FormatOption,
    QuietOption,
    SeedOption,
    StoreOption,
    WhyOption,
    YearOption,
    run_of,
    store_of,
    year_of,
)
from codebreakers.surfaces.progress import downloading, progress
from codebreakers.surfaces.terminal import console, print_lines, print_table

__all__ = ["register"]

DEMO_STORE = "demo.duckdb"
DEMO_YEAR = 2013


def demo(
    store: Annotated[
        str, typer.Option("--store", help="The store to make; an old one is made anew.")
    ] = DEMO_STORE,
    data: Annotated[
        Path | None,
        typer.Option("--data", help="A folder of the real tables, instead of Example England."),
    ] = None,
    year: YearOption = str(DEMO_YEAR),
    form: FormatOption = "table",
    seed: SeedOption = 2014,
    quiet: QuietOption = False,
) -> None:
    """Make Example England (or read DATA), and answer the national questions.

    Examples: codebreakers demo; codebreakers demo --data ../shared/data
    """
    held = store_of(store)
    if held.path.exists():
        _refuse_to_overwrite(held)
        held.path.unlink()
    with tempfile.TemporaryDirectory(prefix="codebreakers-") as scratch:
        folder = data
        if folder is None:
            folder = Path(scratch) / "example"
            with progress(quiet, "Making Example England") as step:
                write_example(folder, seed=seed, progress=step)
        with progress(quiet, "Reading the tables") as step:
            _complain(held.ingest(folder, progress=step))
    table = nation(held, year=year_of(year), seed=seed)
    there = f" --store {store}"
    made_up = data is None
    school = "oakfield" if made_up else "NAME"
    real = "Real schools: codebreakers fetch 2013-2015 && codebreakers ingest downloads"
    print_table(
        table,
        run_of(held, seed, table),
        form,
        said=(),
        next_commands=(
            f"codebreakers claims{there}            the 2014 report, sentence by sentence",
            f"codebreakers breakers --year {year}{there}",
            f'codebreakers school "{school}"{there}  one school, by name, postcode or URN',
            *([real] if made_up else []),
        ),
    )


def _refuse_to_overwrite(held: Store) -> None:
    """Only a store of codebreakers is made anew: no other file is ever taken away."""
    try:
        held.releases()
    except CodebreakersError as error:
        raise RequestError(
            f"{held.path} is there already and cannot be made anew: {error.message}",
            remedy="Name another file with --store.",
        ) from error


def _complain(ingested: tuple[Ingested, ...]) -> None:
    """Raise for what a folder holds that could not be read, after all that could was."""
    refused = [one for one in ingested if one.state == "refused"]
    if refused:
        more = f" (and {len(refused) - 1} more files)" if len(refused) > 1 else ""
        read = sum(one.state in ("new", "replaced", "unchanged") for one in ingested)
        raise SourceError(
            f"{refused[0].said}{more}",
            remedy=f"The other {read} tables were read. Mend or move these files, and ingest "
            "again: what is held already is not read twice.",
        )


def ingest(
    path: Annotated[Path, typer.Argument(help="A file, a folder or a zip.")],
    store: StoreOption = None,
    year: YearOption = None,
    quiet: QuietOption = False,
) -> None:
    """Read published tables into the store. What each file is, its columns say.

    Examples: codebreakers ingest downloads; codebreakers ingest england_ks4.csv --year 2013
    """
    held = store_of(store)
    with progress(quiet, "Reading") as step:
        ingested = held.ingest(path, year=year_of(year), progress=step)
    if not quiet:
        _print_ingested(held, ingested)
    _complain(ingested)


def _print_ingested(held: Store, ingested: tuple[Ingested, ...]) -> None:
    out = console(stderr=True)
    counts = {
        state: [one for one in ingested if one.state == state]
        for state in ("new", "replaced", "unchanged", "passed over", "refused")
    }
    said = ", ".join(f"{len(found)} {state}" for state, found in counts.items() if found)
    copies = sum(one.copies for one in ingested)
    lines = [f"{held.path}: {said or 'nothing found'}."]
    if copies:
        lines.append(f"{copies:,} exact copies of rows were read once.")
    lines += [f"  refused: {one.said}" for one in counts["refused"]]
    lines += [
        f"  passed over: {one.file} ({one.said})"
        for one in counts["passed over"]
        if "dictionary" not in one.said
    ]
    print_lines(out, [*lines, "Next: codebreakers releases, codebreakers checks"])


def fetch(
    years: Annotated[str, typer.Argument(help="2013, 2013-2015 or 2013,2015.")],
    tables: Annotated[
        str, typer.Option("--tables", help="ks4, census, workforce, absence, ... by commas.")
    ] = "ks4",
    to: Annotated[Path, typer.Option("--to", help="Folder to keep them in.")] = Path("downloads"),
    quiet: QuietOption = False,
) -> None:
    """Download the Department's own files. The only command that uses the network.

    Examples: codebreakers fetch 2013-2015; codebreakers fetch 2014 --tables ks4,census
    """
    # The network's libraries are loaded by the only command that uses them.
    from codebreakers.sources.addresses import TABLES, Wanted, wanted
    from codebreakers.sources.download import fetch as fetch_files

    names = [name.strip() for name in tables.split(",") if name.strip()]
    asked = _years(years)
    published = {
        year for name in names if name in TABLES for year in TABLES[name].years(date.today())
    }
    files = wanted([y for y in asked if y in published] or asked, names)
    unpublished = sorted(set(asked) - published)
    if unpublished and len(unpublished) < len(asked):
        said = ", ".join(str(year) for year in unpublished)
        print_lines(console(stderr=True), [f"Not published for {said}: left out."])
    with downloading(quiet) as moved:

        def shown(one: Wanted, done: int, size: int | None) -> None:
            moved(one.file, done, size)

        fetched = fetch_files(files, to, progress=shown)
    print_lines(
        console(),
        [f"{f.path}  {f.state}, {f.size:,} bytes, sha256 {f.sha256[:12]}" for f in fetched]
        + [f"Next: codebreakers ingest {to}"],
    )


def _years(text: str) -> list[int]:
    """Return the years that 2013, 2013-2015 or 2013,2015 means."""
    years: list[int] = []
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        if (
            dash
            and len(last) == 4
            and last.isdigit()
            and first.isdigit()
            and int(last) > int(first)
        ):
            years += range(int(first), int(last) + 1)
        else:
            years.append(results_year(part))
    return years


def releases(
    store: StoreOption = None,
    form: FormatOption = "table",
    seed: SeedOption = 0,
) -> Answer:
    """What the store holds, and where each file came from.

    Example: codebreakers releases --format csv
    """
    held = store_of(store)
    table = releases_question(held)
    return answer(table, held, seed, form)


def checks(
    store: StoreOption = None,
    year: YearOption = None,
    rows: Annotated[
        str | None,
        typer.Option(
            "--rows", help="List the rows behind one check, by its id.", show_default=False
        ),
    ] = None,
    form: FormatOption = "table",
    seed: SeedOption = 0,
    why: WhyOption = False,
) -> Answer:
    """What is wrong with the tables held? Nothing is mended in silence.

    Examples: codebreakers checks --year 2014;
    codebreakers checks --rows check.copies.ks4-2014 --format csv
    """
    held = store_of(store)
    if rows is not None:
        table = rows_of(held, rows)
        return answer(table, held, seed, form, why=why)
    table = checks_question(held, year=year_of(year))
    return answer(table, held, seed, form, why=why, card=print_checks)


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    for command in (demo, fetch, ingest, releases, checks):
        app.command()(command)
