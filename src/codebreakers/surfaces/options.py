"""The options that commands share, and what they come to."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Annotated

import typer

from codebreakers.errors import RequestError, UnknownNameError
from codebreakers.peers.benchmarks import Benchmark, best, named, national, percentile, top
from codebreakers.peers.population import Scope
from codebreakers.sources import results_year
from codebreakers.store import Store, open_store
from codebreakers.surfaces.runs import run_of
from codebreakers.surfaces.terminal import FORMATS

__all__ = [
    "AuthorityOption",
    "CompareOption",
    "FormatOption",
    "MeasureOption",
    "QuietOption",
    "RegionOption",
    "SchoolsOption",
    "SeedOption",
    "StoreOption",
    "ToOption",
    "TrustOption",
    "WhyOption",
    "YearOption",
    "benchmark_of",
    "numbers_of",
    "run_of",
    "scope_of",
    "store_of",
    "year_of",
    "years_of",
]

_MOST_YEARS = 30
_ASKING = "What to ask about"
_ANSWER = "How to answer"

StoreOption = Annotated[
    str | None,
    typer.Option(
        "--store",
        help="The store: a file made by ingest. [default: CODEBREAKERS_STORE, codebreakers.duckdb]",
        rich_help_panel=_ANSWER,
        show_default=False,
    ),
]
YearOption = Annotated[
    str | None,
    typer.Option(
        "--year",
        help="Results year: 2013, 2012/13 or 2012-13. [default: the newest that can answer]",
        rich_help_panel=_ASKING,
        show_default=False,
    ),
]
MeasureOption = Annotated[
    str | None,
    typer.Option(
        "--measure",
        help="What is counted: five_good_gcses, attainment8, progress8, basics_94, ... "
        "[default: the measure of the year]",
        rich_help_panel=_ASKING,
        show_default=False,
    ),
]
SchoolsOption = Annotated[
    Path | None,
    typer.Option(
        "--schools",
        help="Only these: a CSV file with a URN column.",
        rich_help_panel=_ASKING,
        show_default=False,
    ),
]
AuthorityOption = Annotated[
    str,
    typer.Option("--authority", help="Only this authority: name or code.", rich_help_panel=_ASKING),
]
TrustOption = Annotated[
    str, typer.Option("--trust", help="Only this trust.", rich_help_panel=_ASKING)
]
RegionOption = Annotated[
    str, typer.Option("--region", help="Only this region.", rich_help_panel=_ASKING)
]


def _known_format(value: str) -> str:
    if value not in FORMATS:
        raise UnknownNameError("format", value, FORMATS)
    return value


FormatOption = Annotated[
    str,
    typer.Option(
        "--format",
        help="table, json or csv.",
        rich_help_panel=_ANSWER,
        callback=_known_format,
    ),
]
ToOption = Annotated[
    Path | None,
    typer.Option(
        "--to",
        help="Write the answer to this file instead: .csv, .xlsx, .parquet or .json.",
        rich_help_panel=_ANSWER,
        show_default=False,
    ),
]
CompareOption = Annotated[
    Path | None,
    typer.Option(
        "--compare-with",
        help="Show what changed since this answer was saved: a .json, or a bundle.",
        rich_help_panel=_ANSWER,
        show_default=False,
    ),
]
SeedOption = Annotated[
    int,
    typer.Option(
        "--seed",
        help="Settles what is drawn by lot, such as ties between equally similar schools.",
        rich_help_panel=_ANSWER,
        min=0,
    ),
]
WhyOption = Annotated[
    bool,
    typer.Option(
        "--why",
        help="Say how each figure is made and from which file.",
        rich_help_panel=_ANSWER,
    ),
]
QuietOption = Annotated[
    bool,
    typer.Option("--quiet", "-q", help="No progress and no hints.", rich_help_panel=_ANSWER),
]


def store_of(path: str | None) -> Store:
    """Return the store that `--store` names."""
    return open_store(path)


def year_of(text: str | None) -> int | None:
    """Return the results year that `--year` means."""
    return None if text is None else results_year(text)


def years_of(text: str | None) -> list[int] | None:
    """Return the years that ``2014:2018``, ``2013/14:2017/18`` or ``2014`` means.

    Raises
    ------
    RequestError
        One of them is no year, the first is after the last, or they are very many.
    """
    if text is None:
        return None
    first, _, last = text.partition(":")
    start = results_year(first)
    stop = results_year(last) if last else start
    if not start <= stop < start + _MOST_YEARS:
        raise RequestError(
            f"{text!r} is no run of years.",
            remedy=f"Give the first and the last, at most {_MOST_YEARS} years: 2014:2018.",
        )
    return list(range(start, stop + 1))


def scope_of(schools: Path | None, authority: str, trust: str, region: str) -> Scope:
    """Return the schools that the four options leave.

    Raises
    ------
    RequestError
        The list of schools cannot be read or names none.
    """
    return Scope(_urns(schools) if schools is not None else (), authority, region, trust)


def _urns(path: Path) -> tuple[str, ...]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise RequestError(
            f"The list of schools {path} cannot be read: {error}.",
            remedy="Give a CSV file in UTF-8 with a column named URN.",
        ) from error
    names = list(rows[0]) if rows else []
    column = next((n for n in names if n and n.strip().casefold() in ("urn", "school_urn")), None)
    if column is None:
        raise UnknownNameError("column", "URN", [n for n in names if n])
    urns = tuple(dict.fromkeys(row[column].strip() for row in rows if (row[column] or "").strip()))
    if not urns:
        raise RequestError(f"The list of schools {path} names none.", remedy="Put URNs in it.")
    return urns


def benchmark_of(text: str) -> Benchmark:
    """Return the benchmark that ``top:0.2``, ``percentile:80``, ``best``, ... means.

    Raises
    ------
    UnknownNameError
        It begins with no kind of benchmark.
    RequestError
        Its number is none, or out of range.
    """
    kind, _, rest = text.partition(":")
    if text.strip().isdigit():
        return named(text.strip())
    if kind == "best":
        return best()
    if kind == "school":
        return named(rest.strip())
    kinds = {"top": top, "percentile": percentile, "national": national}
    if kind not in kinds:
        raise UnknownNameError(
            "benchmark",
            text,
            ("top:0.2", "percentile:80", "best", "national:60.6", "school:103519"),
        )
    return kinds[kind](numbers_of("--benchmark", rest)[0])


def numbers_of(option: str, text: str) -> list[float]:
    """Return the numbers of a list written with commas.

    Raises
    ------
    RequestError
        One of them is no number.
    """
    numbers = []
    for part in text.split(","):
        try:
            numbers.append(float(part))
        except ValueError as error:
            raise RequestError(
                f"{option} has {part.strip()!r} where a number should be.",
                remedy="Write numbers with a point and commas between them: 1,2,0.5.",
            ) from error
    return numbers
