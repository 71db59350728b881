"""What is published of approaches, with a school's own rows beside or instead."""

from __future__ import annotations

from pathlib import Path

from codebreakers.findings import Cell, Column, Table
from codebreakers.findings.disclosure import tabulate
from codebreakers.measures.declared_files import read_toml
from codebreakers.profiles.plan.checked import TOML_EXAMPLE, Field, Where, checked, listed
from codebreakers.sources.approaches import APPROACHES, HEADINGS, Approach

__all__ = ["in_words", "months_said", "read_approaches", "tabled"]

_MOST = 200
_FIELDS = {
    "id": Field(str, most=80, needed=True),
    "title": Field(str, most=200, needed=True),
    "under": Field(str, most=20, needed=True, choices=tuple(HEADINGS)),
    "months": Field(int, least=-60, most=60),
    "cost": Field(str, most=80),
    "security": Field(str, most=80),
    "source": Field(str, most=500, needed=True),
    "edition": Field(str, most=80, needed=True),
}
_NOTES = (
    (
        "Average impact: months of additional progress in a year, on average over studies "
        "elsewhere. It does not say what an approach will do in one school."
    ),
    (
        "Published by the Education Endowment Foundation in its Teaching and Learning Toolkit, but "
        "for rows of the school's own. Its pages carry no date and were read in November 2026; the "
        "two editions rate cost and evidence by different scales."
    ),
)


def read_approaches(path: Path | None) -> tuple[Approach, ...]:
    """Return the approaches we ship, with those of a file in place of the same id or behind.

    Parameters
    ----------
    path : Path, optional
        A file of TOML with ``[[approaches]]``: ``id``, ``title``, ``under``, ``source``,
        ``edition``, and ``months``, ``cost``, ``security`` where they are known.

    Raises
    ------
    RequestError, UnknownNameError
        As for ``plan.answers.read_answers``.
    """
    if path is None:
        return APPROACHES
    where = Where(str(path), "")
    given = read_toml(path, "lists approaches", TOML_EXAMPLE)
    rows = listed(given.pop("approaches", []), where.table("approaches"), _MOST)
    checked(given, {}, where, besides=("approaches",))
    own: dict[str, Approach] = {}
    for number, row in enumerate(rows, start=1):
        one = checked(row, _FIELDS, where.row("approaches", number))
        own[one["id"]] = Approach(
            one["id"],
            one["title"],
            one["under"],
            one.get("months"),
            one.get("cost", ""),
            one.get("security", ""),
            one["source"],
            one["edition"],
        )
    shipped = [own.pop(a.id, a) for a in APPROACHES]
    return (*shipped, *own.values())


def tabled(approaches: tuple[Approach, ...], *, made_up: bool) -> Table:
    """Return the approaches, a row each, under the statement's headings."""
    rows: list[tuple[Cell, ...]] = [
        (
            HEADINGS[a.heading],
            a.title,
            months_said(a),
            a.cost or "not known",
            a.security or "not known",
            f"{a.source} ({a.edition})",
        )
        for heading in HEADINGS
        for a in approaches
        if a.heading == heading
    ]
    return tabulate(
        "plan.evidence",
        "What is published of approaches",
        (
            Column("heading", "Heading"),
            Column("approach", "Approach"),
            Column("months", "Average impact"),
            Column("cost", "Cost"),
            Column("security", "Evidence"),
            Column("source", "Published (edition)"),
        ),
        rows,
        notes=_NOTES,
        made_up=made_up,
    )


def months_said(approach: Approach) -> str:
    """Return an average impact as it is read."""
    if approach.months is None:
        return f"not known: {approach.note}" if approach.note else "not known"
    return f"{approach.months:+d} month{'s' if abs(approach.months) != 1 else ''}"


def in_words(approach: Approach) -> str:
    """Return one approach in a sentence, to stand beside an activity."""
    return (
        f"{approach.title}: average impact {months_said(approach)}, cost "
        f"{approach.cost or 'not known'}, evidence {approach.security or 'not known'} "
        f"({approach.source}, {approach.edition})."
    )
