"""Tidy CSV in the Department's open-data form: the rows, what the columns are, what to know."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from pathlib import Path

from codebreakers.estimates import Withheld
from codebreakers.findings import Cell, Run, Table, inert
from codebreakers.store import Store
from codebreakers.surfaces.charts.words import seen
from codebreakers.surfaces.export.about import (
    attribution,
    definitions,
    notes_of,
    origin,
    sources,
)
from codebreakers.surfaces.export.places import Places
from codebreakers.surfaces.export.shorthand import (
    MEANINGS,
    NOT_APPLICABLE,
    reasons_of,
    shorthand,
)
from codebreakers.surfaces.export.tidy import Field, tidied

__all__ = ["csv_files"]

_META = (
    "col_name",
    "col_type",
    "label",
    "indicator_grouping",
    "indicator_unit",
    "indicator_dp",
    "filter_hint",
    "filter_grouping_column",
)
_Writing = tuple[Path, Callable[[Path], None]]


def csv_files(table: Table, run: Run, path: Path, store: Store | None) -> tuple[_Writing, ...]:
    """Return the three files of a tidy CSV, and what writes each.

    Parameters
    ----------
    table : Table
        What is written.
    run : Run
        What made it.
    path : Path
        Of the rows; ``NAME.meta.csv`` and ``NAME.guidance.txt`` stand beside it.
    store : Store, optional
        Where codes of places are looked up.

    Returns
    -------
    tuple of (Path, callable)
    """
    tidy = tidied(table, Places(store, made_up=table.made_up))
    names = [*tidy.places, *(field.name for field in tidy.fields)]
    rows = ([_written(row.get(name), name in tidy.places) for name in names] for row in tidy.rows)
    meta = [_META, *(_described(field) for field in tidy.fields)]
    guidance = "\n".join(_guidance(table, run, tidy.fields)) + "\n"
    return (
        (path, lambda part: _write_rows(part, [names, *rows])),
        (path.with_suffix(".meta.csv"), lambda part: _write_rows(part, meta)),
        (
            path.with_suffix(".guidance.txt"),
            lambda part: _write_text(part, guidance),
        ),
    )


def _write_rows(path: Path, rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows(rows)


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _written(cell: Cell, is_place: bool) -> object:
    """Return a cell as it is written; a row of the country has no region, and says nothing."""
    if isinstance(cell, Withheld):
        return shorthand(cell)
    if isinstance(cell, bool):
        return "Yes" if cell else "No"
    if isinstance(cell, int):
        return cell
    if isinstance(cell, float):
        # The shortest digits that are this number and no other, never with an exponent.
        return format(Decimal(repr(float(cell))), "f")
    words = seen(cell or "")
    return inert(words) if words or is_place else NOT_APPLICABLE


def _described(field: Field) -> list[object]:
    if not field.is_indicator:
        return [field.name, "Filter", inert(seen(field.label)), "", "", "", "", ""]
    label = inert(seen(field.label))
    return [field.name, "Indicator", label, "", field.unit, field.decimals, "", ""]


def _guidance(table: Table, run: Run, fields: Sequence[Field]) -> list[str]:
    """Return what has to be known to read the rows, in plain text."""
    named = [f"{field.name}: {seen(field.label)}" for field in fields]
    stands = [f"{key}: {meaning}" for key, meaning in MEANINGS.items()]
    why = [
        f"{key}: {reason} ({number:,})"
        for key, found in reasons_of(table).items()
        for reason, number in found.items()
    ]
    sections = (
        ("What was found", [seen(f.sentence) for f in table.findings]),
        ("What was counted", definitions(table)),
        ("To bear in mind", notes_of(table)),
        ("Columns", named),
        ("What stands where there is no figure", stands),
        ("Why figures are not shown here, and how many", why),
        ("Read from", sources(run)),
    )
    lines = [seen(table.title), "", attribution(table, run), f"Made by {origin(run)}."]
    for heading, said in sections:
        if said:
            lines += ["", heading, *(f"  {one}" for one in said)]
    return lines
