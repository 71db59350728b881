"""The one gate: every finding and table is made here, after small numbers have been looked for.

Published tables pass with the publisher's own suppression and one rule of ours (methods, section
12): below ten pupils no rebuilt count is shown, nor 0% or 100%, nor what a subtraction would give.
Of a poll, nothing is shown of fewer than ten respondents, nor of a group that would tell of one.
The gate shuts where it is not told enough: a table's column that names no unit is held to be of
percentages, an estimate of pupils to be worked out.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from codebreakers.estimates import Estimate, Figure, Withheld
from codebreakers.findings import Cell, Column, Finding, Provenance, Table
from codebreakers.sources import Release
from codebreakers.sources.england import DATASETS

__all__ = [
    "SMALLEST",
    "About",
    "cite",
    "hidden_parts",
    "protect",
    "say",
    "tabulate",
]

SMALLEST = 10
_PERCENT = "percent"
_UNITS = frozenset({_PERCENT, "points", "pupils", "schools"})
# The first word of the columns that tell what a figure was: its limits, its level with chance
# allowed for, and where that stands.
_TELLING = frozenset(
    {"low", "high", "level", "probability", "lasting", "rank", "top", "bottom"}
    | {"respondents", "effective"}
)


def protect(figure: Figure, unit: str, *, rebuilt: bool = False, counts: str = "pupils") -> Figure:
    """Return the figure, or why it is withheld, by the small-cohort rule.

    Parameters
    ----------
    figure : Estimate or Withheld
        The figure.
    unit : str
        Its unit.
    rebuilt : bool
        Whether it is a count worked out from a percentage, or what a subtraction gives.
    counts : str
        What the figure's `n` counts: ``pupils``; ``respondents`` of a poll, of whom nothing is
        shown where they are few; ``records``, pupils whose own records were read, of whom nothing
        is shown either; or ``schools``, of whom few are no secret.

    Returns
    -------
    Estimate or Withheld

    Raises
    ------
    ValueError
        The figure or a limit is not a finite number: what is not known is withheld, with a reason.
    """
    if isinstance(figure, Withheld):
        return figure
    for number in (figure.value, figure.low, figure.high):
        if number is not None:
            _refuse_nothing(number)
    if figure.n is None or figure.n >= SMALLEST:
        return figure
    if counts == "respondents":
        return Withheld("few")
    if counts == "records":
        return Withheld("small")
    if counts != "pupils":
        return figure
    tells_all = unit == _PERCENT and figure.value in (0.0, 100.0)
    if rebuilt or tells_all:
        return Withheld("small")
    return figure


def hidden_parts(respondents: Sequence[int]) -> tuple[Withheld | None, ...]:
    """Return why each part of a poll's respondents is withheld, None where it may be shown.

    Parameters
    ----------
    respondents : sequence of int
        In each part; together they are all who answered, whose figures are shown.

    Returns
    -------
    tuple of Withheld or None
        Fewer than ten are withheld; of a single such part the smallest other one too, or what is
        shown of the rest would tell of it.
    """
    small = [i for i, n in enumerate(respondents) if 0 < n < SMALLEST]
    hidden: list[Withheld | None] = [None] * len(respondents)
    for i in small:
        hidden[i] = Withheld("few")
    others = [i for i, n in enumerate(respondents) if n >= SMALLEST]
    if len(small) == 1 and others:
        hidden[min(others, key=lambda i: respondents[i])] = Withheld("beside")
    return tuple(hidden)


def cite(releases: Iterable[Release], used: Iterable[int]) -> tuple[Provenance, ...]:
    """Return the provenance of the releases with these numbers, in order of number."""
    wanted = set(used)
    return tuple(
        Provenance(
            r.dataset,
            DATASETS[r.dataset].title,
            DATASETS[r.dataset].publisher,
            r.licence,
            r.year,
            r.file,
            r.sha256,
            r.status,
            r.made_up,
        )
        for r in releases
        if r.id in wanted
    )


def say(
    id: str,  # noqa: A002  (the field's name in every answer)
    sentence: str,
    figure: Figure,
    *,
    unit: str,
    year: int,
    definition: str,
    caveats: Sequence[str] = (),
    provenance: Sequence[Provenance] = (),
    rebuilt: bool = False,
    counts: str = "pupils",
) -> Finding:
    """Return a finding, having passed the gate.

    Parameters
    ----------
    id, sentence, unit, year, definition, caveats, provenance
        As for `Finding`. Where the gate withholds the figure the sentence says so instead.
    figure : Estimate or Withheld
        The figure.
    rebuilt, counts
        As for `protect`.

    Returns
    -------
    Finding
    """
    passed = protect(figure, unit, rebuilt=rebuilt, counts=counts)
    if isinstance(passed, Withheld) and isinstance(figure, Estimate):
        sentence = f"Not shown: {passed.reason}."
    return Finding(id, sentence, passed, unit, year, definition, tuple(caveats), tuple(provenance))


@dataclass(frozen=True, slots=True)
class About:
    """What several findings of one answer share; the fields are those of `Finding`."""

    year: int
    definition: str
    caveats: tuple[str, ...] = ()
    provenance: tuple[Provenance, ...] = ()

    def say(
        self,
        id: str,  # noqa: A002
        sentence: str,
        figure: Figure,
        *,
        unit: str,
        rebuilt: bool = False,
        counts: str = "pupils",
    ) -> Finding:
        """Return a finding about this, having passed the gate: see `say`."""
        return say(
            id,
            sentence,
            figure,
            unit=unit,
            year=self.year,
            definition=self.definition,
            caveats=self.caveats,
            provenance=self.provenance,
            rebuilt=rebuilt,
            counts=counts,
        )


def tabulate(
    id: str,  # noqa: A002
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Cell | Figure]],
    *,
    findings: Sequence[Finding] = (),
    notes: Sequence[str] = (),
    made_up: bool = False,
    counts: str = "pupils",
) -> Table:
    """Return a table, every cell having passed the gate.

    Parameters
    ----------
    id, title, columns, findings, notes, made_up
        As for `Table`.
    rows : iterable of sequences
        Cells; an `Estimate` becomes its value if the gate lets it pass, and where it does not the
        row's limits (columns ``low...`` and ``high...``), and its level, probabilities and ranks
        with chance allowed for, do not pass either.
    counts : str
        As for `protect`.

    Returns
    -------
    Table

    Raises
    ------
    ValueError
        A cell is a number that is not finite.
    """
    passed = tuple(_row(row, [column.name for column in columns], counts) for row in rows)
    return Table(id, title, tuple(columns), passed, tuple(findings), tuple(notes), made_up)


def _row(row: Sequence[Cell | Figure], names: Sequence[str], counts: str) -> tuple[Cell, ...]:
    passed = [_cell(cell, name, counts) for cell, name in zip(row, names, strict=True)]
    stopped = [
        shown
        for cell, shown in zip(row, passed, strict=True)
        if isinstance(cell, Estimate) and isinstance(shown, Withheld)
    ]
    if not stopped:
        return tuple(passed)
    return tuple(
        stopped[0] if name.split("_")[0] in _TELLING and shown is not None else shown
        for shown, name in zip(passed, names, strict=True)
    )


def _cell(cell: Cell | Figure, name: str, counts: str) -> Cell:
    if isinstance(cell, Estimate):
        unit = name.rsplit("_", 1)[-1]
        unit = unit if unit in _UNITS else _PERCENT
        passed = protect(cell, unit, rebuilt=unit == "pupils", counts=counts)
        return passed if isinstance(passed, Withheld) else passed.value
    if isinstance(cell, float):
        _refuse_nothing(cell)
    return cell


def _refuse_nothing(value: float) -> None:
    if not math.isfinite(value):
        raise ValueError(f"{value!r} is not a figure: withhold it, with a reason")
