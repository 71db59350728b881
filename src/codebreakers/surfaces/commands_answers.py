"""Commands that answer a question: national, breakers, potential, lottery, claims, school."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from codebreakers.peers.gains import PRESETS
from codebreakers.profiles.claims import claims as claims_profile
from codebreakers.profiles.nation import nation
from codebreakers.profiles.school import school as school_profile
from codebreakers.questions.codebreakers import Rule
from codebreakers.questions.codebreakers import breakers as breakers_question
from codebreakers.questions.lottery import lottery as lottery_question
from codebreakers.questions.poll import poll as poll_question
from codebreakers.questions.potential import TIE_ORDERS
from codebreakers.questions.potential import potential as potential_question
from codebreakers.surfaces.answering import Answer, answer
from codebreakers.surfaces.claims_card import print_claims
from codebreakers.surfaces.options import (
    AuthorityOption,
    FormatOption,
    MeasureOption,
    QuietOption,
    RegionOption,
    SchoolsOption,
    SeedOption,
    StoreOption,
    TrustOption,
    WhyOption,
    YearOption,
    benchmark_of,
    scope_of,
    store_of,
    year_of,
)
from codebreakers.surfaces.progress import progress
from codebreakers.surfaces.school_card import print_school

__all__ = ["register"]

NEXT = (
    "codebreakers claims                   the 2014 report, sentence by sentence",
    "codebreakers breakers                 the schools that cracked the code",
    'codebreakers school "NAME"            one school, by name, postcode or URN',
)


def national(
    store: StoreOption = None,
    year: YearOption = None,
    measure: MeasureOption = None,
    poll: Annotated[
        Path | None,
        typer.Option("--poll", help="A poll's answers, with --margins.", show_default=False),
    ] = None,
    margins: Annotated[
        Path | None,
        typer.Option("--margins", help="The poll's known totals.", show_default=False),
    ] = None,
    polled: Annotated[
        int | None,
        typer.Option("--polled", help="The year the poll was held.", show_default=False),
    ] = None,
    form: FormatOption = "table",
    seed: SeedOption = 0,
    why: WhyOption = False,
) -> Answer:
    """Everything the 2014 report asked of a year's tables, and of a poll where one is named.

    Examples: codebreakers national --year 2013;
    codebreakers national --year 2013 --format json;
    codebreakers national --poll answers.csv --margins margins.csv --polled 2026
    """
    held = store_of(store)
    said = None if poll is None else poll_question(poll, margins, year=polled)
    table = nation(held, year=year_of(year), measure=measure, seed=seed, poll=said)
    shown = None if why else ()
    return answer(table, held, seed, form, why=why, said=shown, next_commands=NEXT)


def breakers(
    store: StoreOption = None,
    year: YearOption = None,
    measure: MeasureOption = None,
    national_rate: Annotated[
        float | None,
        typer.Option(
            "--national-rate",
            help="What to beat. [default: all pupils in England that year]",
            show_default=False,
        ),
    ] = None,
    min_pupils: Annotated[
        int, typer.Option("--min-pupils", help="Fewest disadvantaged pupils.", min=0)
    ] = 0,
    min_disadvantaged: Annotated[
        float,
        typer.Option("--min-disadvantaged", help="Lowest % disadvantaged.", min=0, max=100),
    ] = 0.0,
    selective: Annotated[
        str, typer.Option("--selective", help="Grammar schools: in or out.")
    ] = "in",
    definition: Annotated[
        str,
        typer.Option(
            "--definition",
            help="To beat: national (all pupils) or intake (5 points above what it predicts).",
        ),
    ] = "national",
    everyone: Annotated[
        bool, typer.Option("--all", help="A row for every school judged, counted or not.")
    ] = False,
    schools: SchoolsOption = None,
    authority: AuthorityOption = "",
    trust: TrustOption = "",
    region: RegionOption = "",
    form: FormatOption = "table",
    seed: SeedOption = 0,
    why: WhyOption = False,
) -> Answer:
    """Schools that cracked the code: their disadvantaged pupils beat all pupils nationally.

    Examples: codebreakers breakers --year 2013 --min-disadvantaged 40;
    codebreakers breakers --authority Birmingham --format csv
    """
    held = store_of(store)
    table = breakers_question(
        held,
        year=year_of(year),
        measure=measure,
        rule=Rule(national_rate, min_pupils, min_disadvantaged, selective, definition),
        scope=scope_of(schools, authority, trust, region),
        everyone=everyone,
        seed=seed,
    )
    said = [f.id for f in table.findings if "choice" not in f.id and f.id != "breakers.share"]
    return answer(table, held, seed, form, why=why, said=said)


def potential(
    store: StoreOption = None,
    year: YearOption = None,
    measure: MeasureOption = None,
    preset: Annotated[
        str, typer.Option("--preset", help=f"The report's rules: {', '.join(PRESETS)}.")
    ] = "disadvantage-2014",
    group: Annotated[
        str | None,
        typer.Option(
            "--group",
            help="Whose gain: all, disadvantaged, other, low, ... [default: the preset's]",
            show_default=False,
        ),
    ] = None,
    benchmark: Annotated[
        str | None,
        typer.Option(
            "--benchmark",
            help="top:0.2, percentile:80, best, national:60.6 or a school's URN. "
            "[default: the preset's]",
            show_default=False,
        ),
    ] = None,
    fraction: Annotated[
        float | None,
        typer.Option(
            "--fraction", help="How much of the gap is closed. [default: 0.5]", show_default=False
        ),
    ] = None,
    by: Annotated[
        str, typer.Option("--by", help="A row for each school, authority, region or england.")
    ] = "region",
    authorities: Annotated[
        bool,
        typer.Option(
            "--authority-effects", help="Let true levels differ by authority too (slower)."
        ),
    ] = False,
    schools: SchoolsOption = None,
    authority: AuthorityOption = "",
    trust: TrustOption = "",
    region: RegionOption = "",
    form: FormatOption = "table",
    seed: SeedOption = 0,
    why: WhyOption = False,
    quiet: QuietOption = False,
) -> Answer:
    """How many more pupils would succeed if schools went part of the way to the best like them?

    Examples: codebreakers potential --year 2013;
    codebreakers potential --year 2014 --preset ability-2014 --by authority --format csv
    """
    held = store_of(store)
    with progress(quiet, "Matching schools", TIE_ORDERS) as step:
        table = potential_question(
            held,
            measure,
            year=year_of(year),
            preset=preset,
            group=group,
            benchmark=None if benchmark is None else benchmark_of(benchmark),
            fraction=fraction,
            by=by,
            scope=scope_of(schools, authority, trust, region),
            seed=seed,
            authorities=authorities,
            progress=step,
        )
    said = [f.id for f in table.findings if not f.id.endswith(".published")]
    return answer(table, held, seed, form, why=why, said=said)


def lottery(
    store: StoreOption = None,
    year: YearOption = None,
    measure: MeasureOption = None,
    group: Annotated[str, typer.Option("--group", help="Which pupils.")] = "disadvantaged",
    schools: SchoolsOption = None,
    authority: AuthorityOption = "",
    trust: TrustOption = "",
    region: RegionOption = "",
    form: FormatOption = "table",
    seed: SeedOption = 0,
    why: WhyOption = False,
) -> Answer:
    """How different are similar schools? The best and the lowest fifth of them.

    Example: codebreakers lottery --year 2013
    """
    held = store_of(store)
    table = lottery_question(
        held,
        year=year_of(year),
        measure=measure,
        group=group,
        scope=scope_of(schools, authority, trust, region),
        seed=seed,
    )
    return answer(table, held, seed, form, why=why)


def claims(
    store: StoreOption = None,
    year: YearOption = None,
    form: FormatOption = "table",
    seed: SeedOption = 0,
    why: WhyOption = False,
) -> Answer:
    """The 2014 report, sentence by sentence: what it said, what we get, and a verdict.

    Example: codebreakers claims --year 2013
    """
    held = store_of(store)
    table = claims_profile(held, year=year_of(year))
    return answer(table, held, seed, form, why=why, card=print_claims)


def school(
    name: Annotated[str, typer.Argument(help="Name, postcode or URN.")],
    store: StoreOption = None,
    year: YearOption = None,
    measure: MeasureOption = None,
    form: FormatOption = "table",
    seed: SeedOption = 0,
    why: WhyOption = False,
) -> Answer:
    """One school: its result beside similar schools and England, and how sure that is.

    Examples: codebreakers school 103519 --year 2013; codebreakers school "oakfield"
    """
    held = store_of(store)
    table = school_profile(held, name, year=year_of(year), measure=measure, seed=seed)
    return answer(table, held, seed, form, why=why, card=print_school)


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    for command in (national, breakers, potential, lottery, claims, school):
        app.command()(command)
    app.command("more-pupils", hidden=True)(potential)
