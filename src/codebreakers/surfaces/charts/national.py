"""National figures as published beside what is left of them when chance is allowed for."""

from __future__ import annotations

from collections import defaultdict

from codebreakers.errors import CannotAnswerError
from codebreakers.estimates import Estimate
from codebreakers.findings import Finding, Table
from codebreakers.profiles.nation import LINES
from codebreakers.surfaces.charts import Chart
from codebreakers.surfaces.charts.cells import held
from codebreakers.surfaces.charts.ink import BLUE, PLUM, TURQUOISE, Series
from codebreakers.surfaces.charts.layers import panels
from codebreakers.surfaces.charts.made import made
from codebreakers.surfaces.charts.rows import Axis, Row, dotted
from codebreakers.surfaces.charts.words import listed, said, subject

__all__ = ["AS_PUBLISHED", "CHANCE", "destiny", "national"]

AS_PUBLISHED = Series("as published", BLUE, "square")
CHANCE = Series("allowing for chance, with its 95% range", PLUM, "circle")

_DRAWN = ("schools", "pupils", "percent", "points")


def national(table: Table) -> Chart:
    """Return a year's national figures, each counted as in 2014 and allowing for chance.

    Parameters
    ----------
    table : Table
        What ``profiles.nation`` returned, with draws.

    Raises
    ------
    CannotAnswerError
        No figure of the table allows for chance.
    """
    found = held(table)
    by_unit: dict[str, list[tuple[str, Finding | None, Finding]]] = defaultdict(list)
    above = ""
    for line in LINES:
        above = above if line.words.startswith("  ") else line.words
        sure = found.get(line.chance)
        if sure is None or not isinstance(sure.figure, Estimate) or sure.unit not in _DRAWN:
            continue
        words = line.score if sure.unit == "points" and line.score else line.words
        name = f"{above}{words.replace('  ...', ',')}" if words.startswith("  ...") else words
        # What intake predicts is of variation between schools, and stands on an axis of its own.
        if words and line.chance != "lottery.destiny":
            by_unit[sure.unit].append((name, found.get(line.finding), sure))
    if not by_unit:
        raise CannotAnswerError(
            "No figure of this table allows for chance, so there is nothing to set beside.",
            remedy="Ask for it with draws.",
        )
    drawn = [
        dotted(
            [_row(*of) for of in by_unit[unit]],
            Axis(_AXES[unit], whole=unit in ("schools", "pupils")),
        )
        for unit in _DRAWN
        if unit in by_unit
    ]
    parts = [_in_words(*of) for unit in _DRAWN for of in by_unit.get(unit, [])]
    return made(
        "national",
        "What was counted, and what is left allowing for chance",
        panels(drawn),
        f"{subject(table)}. {listed(parts)}",
        table,
        notes=("Figures as published have no range: the rule counted whatever chance gave.",),
    )


_AXES = {
    "schools": "Schools",
    "pupils": "Pupils",
    "percent": "Percent of disadvantaged pupils",
    "points": "Points",
}


def _row(name: str, counted: Finding | None, sure: Finding) -> Row:
    published = () if counted is None else ((AS_PUBLISHED, counted.figure),)
    decimals = 0 if sure.unit in ("schools", "pupils") else 1
    name = f"… {name.rpartition(', ')[2]}" if counted is None else name
    return Row(name, (*published, (CHANCE, sure.figure)), said(sure.figure, sure.unit, decimals))


def _in_words(name: str, counted: Finding | None, sure: Finding) -> str:
    decimals = 0 if sure.unit in ("schools", "pupils") else 1
    words = said(sure.figure, sure.unit, decimals)
    if counted is None:
        return f"{name}: {words}"
    return (
        f"{name}: {said(counted.figure, counted.unit, decimals)} as published, {words} allowing "
        "for chance"
    )


_INTAKE = Series("intake predicts, with its 95% range", TURQUOISE, "diamond")


def destiny(table: Table) -> Chart:
    """Return how much of the variation between schools their intake predicts.

    Parameters
    ----------
    table : Table
        Any that has the finding ``lottery.destiny``: of ``questions.lottery`` or of
        ``profiles.nation``, with draws.

    Raises
    ------
    CannotAnswerError
        It has no such finding, or it is withheld.
    """
    found = held(table).get("lottery.destiny")
    if found is None or not isinstance(found.figure, Estimate):
        raise CannotAnswerError(
            "This table does not say how much intake predicts.",
            remedy="Ask for it with draws: codebreakers lottery.",
        )
    words = said(found.figure, "percent", 0)
    row = Row("Predicted by intake", ((_INTAKE, found.figure),), words)
    axis = Axis("Percent of the variation between schools", low=0, high=100)
    return made(
        "destiny",
        "How much of schools' results their intake predicts",
        dotted([row], axis),
        found.sentence,
        table,
        notes=("What is left of 100 is not in schools' intake. It is not all theirs to change.",),
    )
