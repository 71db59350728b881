"""Up to four schools beside one another."""

from __future__ import annotations

from collections.abc import Sequence

from codebreakers.errors import RequestError
from codebreakers.estimates import Estimate, Figure, Withheld
from codebreakers.findings import Cell, Column, Finding, Table
from codebreakers.findings.disclosure import say, tabulate
from codebreakers.inference.levels import DRAWS
from codebreakers.profiles.school import school
from codebreakers.store import Store

__all__ = ["MOST", "compare"]

MOST = 4
_COLUMNS = (
    Column("school_urn", "URN"),
    Column("school", "School"),
    Column("rate", "Result", 0),
    Column("low", "From", 0),
    Column("high", "To", 0),
    Column("pupils", "Pupils"),
    Column("level", "Level", 0),
    Column("low_level", "From", 0),
    Column("high_level", "To", 0),
    Column("similar", "Similar", 0),
    Column("grade", "Above England?"),
)


def compare(
    store: Store,
    names: Sequence[str],
    *,
    year: int | None = None,
    measure: str | None = None,
    seed: int = 0,
    draws: int = DRAWS,
) -> Table:
    """Return schools beside one another, each with its range.

    Parameters
    ----------
    store : Store
        Where to read.
    names : sequence of str
        From two to `MOST` schools: URN, postcode, or name or part of it.
    year, measure, seed, draws
        As for ``school``.

    Returns
    -------
    Table
        A row a school, in order of name; every finding of each is named by its URN
        (``103519.school.rate``).

    Raises
    ------
    RequestError
        Fewer than two schools are named, or more than `MOST`, or one twice.
    UnknownNameError, CannotAnswerError
        As for ``school``.
    """
    asked = [name for name in (n.strip() for n in names) if name]
    if not 2 <= len(asked) <= MOST:
        raise RequestError(
            f"{len(asked)} school{'s were' if len(asked) != 1 else ' was'} named.",
            remedy=f"Name from two to {MOST}.",
        )
    with store.reading():
        found = [
            school(store, name, year=year, measure=measure, seed=seed, draws=draws)
            for name in asked
        ]
    ordered = sorted(found, key=lambda table: table.title)
    urns = [table.title.split("URN ")[1].split()[0] for table in ordered]
    if len(set(urns)) < len(urns):
        raise RequestError(f"One school is named twice: {', '.join(urns)}.")
    return tabulate(
        "compare",
        "Schools beside one another",
        _COLUMNS,
        [_row(urn, table) for urn, table in zip(urns, ordered, strict=True)],
        findings=[
            _of(urn, finding)
            for urn, table in zip(urns, ordered, strict=True)
            for finding in table.findings
        ],
        notes=(
            *dict.fromkeys(note for table in ordered for note in table.notes),
            (
                "Result: as published. Level: what is behind it, allowing for chance. Where the "
                "ranges of two levels overlap, these tables do not tell the two schools apart."
            ),
        ),
        made_up=ordered[0].made_up,
    )


def _row(urn: str, table: Table) -> list[Cell | Figure]:
    held = {finding.id: finding for finding in table.findings}
    rate, level = held["school.rate"].figure, _figure(held, "school.level")
    return [
        urn,
        table.title.partition("  ")[0],
        rate,
        *_ends(rate),
        rate.n if isinstance(rate, Estimate) else None,
        level,
        *_ends(level),
        _figure(held, "school.similar"),
        _grade(held),
    ]


def _grade(held: dict[str, Finding]) -> Cell:
    """Return the words of its grade; what they mean its finding says."""
    if "school.grade" not in held:
        return Withheld("not-held")
    return held["school.grade"].sentence.partition(":")[0]


def _figure(held: dict[str, Finding], name: str) -> Figure:
    # A measure without a model has no true level; that is said once, where it is asked about.
    return held[name].figure if name in held else Withheld("not-held")


def _ends(figure: Figure) -> tuple[Cell, Cell]:
    if isinstance(figure, Withheld):
        return figure, figure
    return figure.low, figure.high


def _of(urn: str, finding: Finding) -> Finding:
    return say(
        f"{urn}.{finding.id}",
        finding.sentence,
        finding.figure,
        unit=finding.unit,
        year=finding.year,
        definition=finding.definition,
        caveats=finding.caveats,
        provenance=finding.provenance,
    )
