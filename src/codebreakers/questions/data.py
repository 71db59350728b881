"""What do we hold, and what is wrong with it?"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from codebreakers.errors import CannotAnswerError, UnknownNameError
from codebreakers.estimates import Estimate, Figure
from codebreakers.findings import Cell, Column, Finding, Table
from codebreakers.findings.disclosure import cite, say, tabulate
from codebreakers.measures.checks import CHECKS, flags
from codebreakers.measures.flags import SEVERITIES, Flag
from codebreakers.sources import Release, academic_year
from codebreakers.sources.england import DATASETS
from codebreakers.store import Store

__all__ = ["checks", "releases", "rows_of"]

_NOTHING_DONE = (
    "Nothing is put right: each number is kept as published, and the finding stands beside it."
)

# By which rule each check finds what it finds.
_RULES: Mapping[str, str] = {
    "belonging": "correlation of a column with itself in other years, school by school, at least "
    "0.5 below that of the other years with each other; at least 50 schools",
    "percent-range": "percentages under 0 or over 100",
    "negative-count": "numbers of pupils under 0",
    "part-pupils": "numbers of pupils that are not whole",
    "zeros": "share of numbers that are 0, more than 50 points above the tables before and after",
    "over-whole": "a part larger than its whole, school by school",
    "not-the-sum": "disadvantaged and other pupils more than one away from the cohort",
    "rate": "a percentage that is not what its published count and group size round to",
    "rounded": "numbers of pupils, 19 in 20 of them multiples of 5 or 10; at least 50 numbers",
    "national-rate": "rate of all pupils of the schools held, more than a point from the published "
    "figure (0.1 for scores published to two decimals)",
    "same-schools": "exactly the same schools in tables of different years",
    "vanished": "schools with a row in one year's results and none in the next year's held",
    "renumbered": "schools under another key in the next year's results held: by authority and "
    "establishment number, or by one step of the register's links",
    "several-numbers": "one key with several authority and establishment numbers",
    "kinds-absent": "kinds of school that the table could tell apart and has none of",
    "no-nation": "no row about England, which the published table has",
    "columns-absent": "columns of numbers on the publisher's list that are not in the table",
    "no-gaps": "not one code or blank in a table of results",
    "blank-codes": "blanks, and not one of the publisher's codes",
    "blank-column": "columns with neither number nor code",
    "copies": "rows that repeat another to the letter",
    "set-aside": "rows that name no school, authority or nation",
    "trimmed": "rows whose last cells the publisher left out, because they were blank",
    "unknown-codes": "words where a number should be that are no known code",
    "unread": "columns that no layout declares",
    "replaced": "releases that took the place of an earlier one",
    "encoding": "text tables not in the encoding most are in",
    "separator": "text tables without the separator most have",
    "byte-order-mark": "text tables that begin with a byte-order mark",
    "nation-rows": "tables of schools with rows about the nation or a sector",
}

_HELD = (
    Column("dataset", "Table"),
    Column("year", "Year"),
    Column("status", "Status"),
    Column("rows", "Rows"),
    Column("copies", "Copies"),
    Column("set_aside", "Set aside"),
    Column("file", "File"),
    Column("layout", "Read as"),
    Column("year_from", "Year taken from"),
    Column("encoding", "Encoding"),
    Column("sha256", "SHA-256"),
    Column("licence", "Licence"),
)
_FOUND = (
    Column("severity", "How bad"),
    Column("check", "Check"),
    Column("dataset", "Table"),
    Column("year", "Year"),
    Column("column", "Column"),
    Column("affected", "How many"),
    Column("unit", "Of what"),
    Column("found", "What was found"),
    Column("example", "For example"),
    Column("id", "To list them"),
)
_HEADINGS = {
    "school": "School",
    "value": "Here",
    "other_year": "In the other year",
    "moved": "Difference",
    "part": "Part",
    "whole": "Whole",
    "disadvantaged": "Disadvantaged",
    "other": "Other",
    "all": "All",
    "published_percent": "Published %",
    "count": "Count",
    "pupils": "Pupils",
    "became": "What became of it",
    "heir": "Other key",
    "first": "One number",
    "last": "Another",
    "line": "Line",
    "level": "Row is of",
    "code": "Code",
}


def releases(store: Store) -> Table:
    """Return every table held, and how each was read.

    Parameters
    ----------
    store : Store
        Where to look.

    Returns
    -------
    Table
        A row a release; finding ``releases.held``.

    Raises
    ------
    CannotAnswerError
        There is no store.
    """
    held = store.releases()
    rows = [
        (
            DATASETS[r.dataset].title,
            _when(r.year),
            r.status,
            r.rows,
            r.copies,
            r.set_aside,
            r.file,
            r.layout,
            r.year_from,
            r.encoding,
            r.sha256,
            r.licence,
        )
        for r in held
    ]
    years = sorted({r.year for r in held if r.year})
    span = f", {_when(years[0])} to {_when(years[-1])}" if years else ""
    found = say(
        "releases.held",
        f"{len(held):,} tables of {len({r.dataset for r in held}):,} kinds are held{span}.",
        Estimate(len(held), method="counted"),
        unit="tables",
        year=years[-1] if years else 0,
        definition="Files recognised and read, each counted once however often it was read",
        provenance=cite(held, [r.id for r in held]),
    )
    return tabulate(
        "releases", "What do we hold?", _HELD, rows, findings=[found], made_up=_made_up(held)
    )


def checks(store: Store, *, year: int | None = None) -> Table:
    """Return what is wrong with the tables held, or should be known of them.

    Parameters
    ----------
    store : Store
        Where to look.
    year : int, optional
        Results year of what is found; by default every year held.

    Returns
    -------
    Table
        A row a thing found, the gravest first; findings ``checks.wrong``, ``checks.look`` and
        ``checks.note`` count them, and each is a finding ``check.<what>.<table>[.<column>]``.

    Raises
    ------
    CannotAnswerError
        There is no store, or nothing of that year is held.
    """
    held = _held(store, year)
    found = _named(held, flags(store, year=year))
    title = "What is wrong with what we hold?"
    return tabulate(
        "checks",
        f"{title} {_when(year)}" if year else title,
        _FOUND,
        [_row(held, name, flag) for name, flag in found.items()],
        findings=[
            *_counts(found, year),
            *(_finding(held, name, flag) for name, flag in found.items()),
        ],
        notes=(_NOTHING_DONE,),
        made_up=_made_up(held),
    )


def rows_of(store: Store, check: str) -> Table:
    """Return every row behind one finding of `checks`.

    Parameters
    ----------
    store : Store
        Where to look.
    check : str
        Its id (``check.rate.ks4-2014.ptac5emfsm-ptq``).

    Returns
    -------
    Table
        A row a school, with the numbers that are in question; its finding is that of `checks`.

    Raises
    ------
    UnknownNameError
        Nothing of that id is found in this store.
    CannotAnswerError
        It is about a whole table, and not about some of its rows.
    """
    held = _held(store, None)
    # A name that is not of this form is no check's, and is said to be unknown.
    kind = f"{check}..".split(".")[1]
    found = _named(held, flags(store, checks=[kind] if kind in CHECKS else CHECKS))
    if check not in found:
        raise UnknownNameError("check", check, found)
    flag = found[check]
    if flag.rows is None:
        raise CannotAnswerError(
            f"{check} is about the whole table: {flag.said}",
            available=[name for name, other in found.items() if other.rows is not None],
            remedy="Ask for the rows of one that is about some of them.",
        )
    columns = store.query(flag.rows)
    return tabulate(
        "check-rows",
        flag.said,
        [
            Column(name, _HEADINGS[name], 1 if name == "published_percent" else None)
            for name in columns
        ],
        _cells(columns),
        findings=[_finding(held, check, flag)],
        notes=(_NOTHING_DONE,),
        made_up=_made_up(held),
    )


def _held(store: Store, year: int | None) -> dict[int, Release]:
    held = store.releases()
    years = sorted({r.year for r in held if r.year})
    if year is not None and year not in years:
        raise CannotAnswerError(
            f"No table of {_when(year)} is held.",
            available=map(str, years),
            remedy=f"Choose one of these years, or get it: codebreakers fetch {year}.",
        )
    return {release.id: release for release in held}


def _made_up(held: Mapping[int, Release] | Sequence[Release]) -> bool:
    return any(r.made_up for r in (held.values() if isinstance(held, Mapping) else held))


def _when(year: int) -> str:
    return academic_year(year) if year else ""


# --- Names --------------------------------------------------------------------------------------


def _named(held: Mapping[int, Release], found: Sequence[Flag]) -> dict[str, Flag]:
    """Return what was found by name: the check, the table, and the column where there is one."""
    return {_name(held, flag): flag for flag in found}


def _name(held: Mapping[int, Release], flag: Flag) -> str:
    release = held[flag.releases[0]]
    table = release.dataset
    if flag.year:
        table = f"{table}-{flag.year}"
    if release.status != "final":
        table = f"{table}-{release.status}"
    alike = [
        r
        for r in held.values()
        if (r.dataset, r.status, r.year) == (release.dataset, release.status, release.year)
    ]
    if len(alike) > 1:
        table = f"{table}-{release.layout}"
    parts = ["check", flag.check, table]
    if flag.column:
        parts.append(re.sub(r"[^a-z0-9]+", "-", flag.column.casefold()).strip("-"))
    if flag.group not in ("", "all"):
        parts.append(flag.group)
    return ".".join(parts)


# --- Findings and rows --------------------------------------------------------------------------


def _finding(held: Mapping[int, Release], name: str, flag: Flag) -> Finding:
    caveats = [f"{flag.severity}: {SEVERITIES[flag.severity]}."]
    if flag.examples:
        caveats.append(f"For example {', '.join(flag.examples)}.")
    return say(
        name,
        flag.said,
        Estimate(flag.affected, method="counted in the tables held"),
        unit=flag.unit,
        year=flag.year,
        definition=f"{_RULES[flag.check][0].upper()}{_RULES[flag.check][1:]}.",
        caveats=[*caveats, _NOTHING_DONE],
        provenance=cite(held.values(), flag.releases),
    )


def _row(held: Mapping[int, Release], name: str, flag: Flag) -> tuple[Cell, ...]:
    return (
        flag.severity,
        flag.check,
        held[flag.releases[0]].dataset,
        _when(flag.year),
        flag.column,
        flag.affected,
        flag.unit,
        flag.said,
        ", ".join(flag.examples),
        name if flag.rows else "",
    )


def _counts(found: Mapping[str, Flag], year: int | None) -> list[Finding]:
    times = Counter(flag.severity for flag in found.values())
    when = f" about {_when(year)}" if year else ""
    said = {
        "wrong": f"{times['wrong']:,} things found{when} would mislead an answer.",
        "look": f"{times['look']:,} things found{when} should be looked at.",
        "note": f"{times['note']:,} things{when} are noted.",
    }
    return [
        say(
            f"checks.{severity}",
            said[severity],
            Estimate(times[severity], method="counted"),
            unit="findings",
            year=year or 0,
            definition=f"What the checks found, of the kind: {meaning}.",
        )
        for severity, meaning in SEVERITIES.items()
    ]


def _cells(columns: Mapping[str, Any]) -> list[list[Cell | Figure]]:
    """Return the rows: a published percentage goes with its pupils, so that the gate can judge."""
    pupils = columns.get("pupils")
    listed: list[list[Cell | Figure]] = []
    for name, column in columns.items():
        cells: list[Cell | Figure] = [_number(cell) for cell in column.tolist()]
        if name == "published_percent" and pupils is not None:
            cells = [
                Estimate(value, n=int(n))
                for value, n in zip(column.tolist(), pupils.tolist(), strict=True)
            ]
        listed.append(cells)
    return [list(row) for row in zip(*listed, strict=True)]


def _number(cell: str | float) -> Cell:
    if isinstance(cell, float):
        if math.isnan(cell):
            return None
        return int(cell) if cell.is_integer() else cell
    return cell
