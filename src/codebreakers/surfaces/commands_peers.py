"""The command that matches: schools of the store, or the rows of any table."""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import Annotated

import typer

from codebreakers.errors import RequestError
from codebreakers.peers import PeerRule
from codebreakers.peers.likeness import SIMILAR
from codebreakers.peers.tables import LIST_COLUMNS, match_table, read_listed, to_rows
from codebreakers.profiles.school import peers as similar_schools
from codebreakers.surfaces.answering import Answer, answer
from codebreakers.surfaces.options import (
    FormatOption,
    MeasureOption,
    SeedOption,
    StoreOption,
    WhyOption,
    YearOption,
    numbers_of,
    store_of,
    year_of,
)

__all__ = ["register"]


def peers(
    name: Annotated[
        str | None, typer.Argument(help="A school: name, postcode or URN.", show_default=False)
    ] = None,
    table: Annotated[
        Path | None,
        typer.Option("--table", help="Match the rows of this CSV instead.", show_default=False),
    ] = None,
    id_column: Annotated[
        str, typer.Option("--id", help="With --table: the column that names each row.")
    ] = "URN",
    features: Annotated[
        str | None,
        typer.Option(
            "--features",
            help="What they are to be alike in, by commas. "
            "[default: disadvantaged_percent,ks2_points]",
            show_default=False,
        ),
    ] = None,
    weights: Annotated[
        str | None, typer.Option("--weights", help="How much each counts. [default: 1 each]")
    ] = None,
    sds: Annotated[
        str | None,
        typer.Option("--sd", help="Standard deviation of each. [default: taken from the rows]"),
    ] = None,
    cohort: Annotated[
        str | None,
        typer.Option("--cohort", help="With --table: a column of sizes, which settles ties."),
    ] = None,
    size: Annotated[int, typer.Option("--size", help="How many.", min=1)] = 50,
    listed: Annotated[
        Path | None,
        typer.Option("--listed", help="Take peers from this list: URN,NeighbourURN,Dist,Rank."),
    ] = None,
    store: StoreOption = None,
    year: YearOption = None,
    measure: MeasureOption = None,
    form: FormatOption = "table",
    seed: SeedOption = 0,
    why: WhyOption = False,
) -> Answer | None:
    """Similar schools; or the nearest rows of any table.

    Examples: codebreakers peers 103519 --year 2013;
    codebreakers peers --table features.csv --id URN --features a,b,c --weights 1,2,1
    --sd 14.2,1.0,6.8 --size 50 --format csv
    """
    rule = _rule(features, weights, sds, size, listed)
    if table is not None:
        if name is not None or listed is not None:
            raise RequestError("--table matches every row of a table: name no school and no list.")
        if features is None:
            raise RequestError(
                "--table needs --features: the columns to be alike in.",
                remedy="For example: --features a,b,c.",
            )
        _print_matched(table, id_column, rule, cohort, form, seed)
        return None
    if name is None:
        raise RequestError(
            "Name a school, or match a table with --table.", remedy="See: codebreakers peers --help"
        )
    held = store_of(store)
    found = similar_schools(held, name, year=year_of(year), measure=measure, rule=rule, seed=seed)
    return answer(found, held, seed, form, why=why)


def _rule(
    features: str | None, weights: str | None, sds: str | None, size: int, listed: Path | None
) -> PeerRule:
    names = [f.strip() for f in features.split(",")] if features else list(SIMILAR.features)
    if listed is not None:
        return read_listed(listed, names)
    return PeerRule.nearest(
        names,
        size=size,
        weights=numbers_of("--weights", weights) if weights else None,
        sds=numbers_of("--sd", sds) if sds else None,
    )


def _print_matched(
    path: Path, id_column: str, rule: PeerRule, cohort: str | None, form: str, seed: int
) -> None:
    groups = match_table(
        path,
        id_column,
        rule.features,
        weights=rule.weights,
        sds=rule.sds,
        size=rule.size,
        cohort=cohort,
        seed=seed,
    )
    if form == "json":
        raise RequestError("A matched table is printed as CSV.", remedy="Add --format csv.")
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(LIST_COLUMNS)
    writer.writerows(to_rows(groups))
    without = [str(s) for s, why in zip(groups.schools, groups.reasons, strict=True) if why]
    if without:
        sys.stderr.write(
            f"{len(without)} rows have no group, because a feature is missing: "
            f"{', '.join(without[:5])}{', ...' if len(without) > 5 else ''}\n"
        )


def register(app: typer.Typer) -> None:
    """Add this command to the application."""
    app.command()(peers)
    app.command("similar", hidden=True)(peers)
