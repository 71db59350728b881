"""From what is known to a document: words, rows and drawings, without a figure of its own."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

from codebreakers.errors import CannotAnswerError
from codebreakers.estimates import Estimate
from codebreakers.findings import Finding, Run, Table
from codebreakers.profiles.national_report import Chapter, NationalReport
from codebreakers.profiles.page_one import Block, PageOne
from codebreakers.sources import academic_year
from codebreakers.surfaces.charts import Chart
from codebreakers.surfaces.charts.catalogue import draw, fitting, too_long
from codebreakers.surfaces.charts.rendering import svg
from codebreakers.surfaces.charts.strips import beside
from codebreakers.surfaces.report.lettering import lettered

__all__ = [
    "Document",
    "drawing",
    "head",
    "is_number",
    "national_document",
    "school_document",
    "strip",
]

Document = Mapping[str, Any]
"""What a template lays out: texts, lists and mappings of them, and nothing that is run."""

_NAME = 80
_CELL = 700
# What says again what another finding of the page says, with the same definition.
_REPEATED = ("page.ask.", "page.answer", "school.breaker.")
_MOST_ROWS = 20  # of a chart: what a page has room for
LANGUAGE = ("en", "GB")
_CAUTIONS = (
    (
        "What is counted as published, what is left with chance allowed for, and what luck alone "
        "would find do not subtract from one another."
    ),
    (
        "A difference from similar schools is not an effect of the school: what these tables leave "
        "out is in it too."
    ),
)


def school_document(page: PageOne) -> Document:
    """Return a school's report: its page one, then how each figure of it was made."""
    made = {block.id: _block(block) for block in page.blocks}
    mark = "%" if page.unit == "percent" else ""
    made["years"]["rows"] = _years(page.block("years").table, mark)
    made["ask"]["rows"] = _rows(page.block("ask").table)
    return {
        **head(page.title, made_up=page.made_up, run=page.run),
        "name": lettered(page.name, _NAME),
        "subtitle": f"Disadvantaged pupils' results, {academic_year(page.year)}",
        "place": lettered(page.place, _NAME),
        "urn": page.urn,
        "year": academic_year(page.year),
        "blocks": made,
        "strip": strip(page),
        "behind": _behind(f for f in page.findings if not f.id.startswith(_REPEATED)),
    }


def national_document(report: NationalReport) -> Document:
    """Return a year of England in chapters, each with its words, drawings and rows."""
    return {
        **head(report.title, made_up=report.made_up, run=report.run),
        "notes": [lettered(note) for note in report.notes],
        "short": [
            {"heading": asked, "said": [lettered(finding.sentence) for finding in said]}
            for asked, said in report.in_short
        ],
        "cautions": _CAUTIONS,
        "chapters": [_chapter(chapter) for chapter in report.chapters],
    }


def head(title: str, *, made_up: bool, run: Run) -> dict[str, Any]:
    """Return what every document begins and ends with."""
    return {
        "title": lettered(title, 2 * _NAME),
        "language": LANGUAGE,
        "made_up": made_up,
        "run": {"id": run.id, "version": run.version, "seed": run.seed},
        "sources": [
            {
                "said": lettered(f"{p.publisher}, {p.title}{_when(p.year)}, {p.licence}"),
                "file": lettered(f"{p.file} ({p.status}, sha256 {p.sha256[:12]})"),
            }
            for p in run.releases
        ],
    }


def _when(year: int) -> str:
    return f", {academic_year(year)}" if year else ""


def _block(block: Block) -> dict[str, Any]:
    return {
        "number": block.number,
        "heading": block.heading,
        "said": [lettered(finding.sentence) for finding in block.said],
        "words": [lettered(words) for words in block.words],
    }


def _years(table: Table | None, mark: str) -> list[dict[str, Any]]:
    """Return a row a year: its words, and whether the rules changed before it."""
    rows = []
    for cells in _rows(table):
        year, rate, low, high, england, broken = cells
        own = f"{rate}{mark} ({low} to {high})" if low else rate
        rows.append({"cells": [year, own, f"{england}{mark}"], "broken": broken == "yes"})
    return rows


def _rows(table: Table | None) -> list[list[str]]:
    """Return the cells of every row as they are read."""
    if table is None:
        return []
    return [[lettered(table.shown(row, i), _CELL) for i in range(len(row))] for row in table.rows]


def strip(page: PageOne) -> dict[str, str]:
    """Return the four dots; what its line means is said where it has one."""
    drawn = drawing(beside(page.school, page.england))
    figure = page.school["school.rate"].figure
    ranged = isinstance(figure, Estimate) and figure.low is not None
    return drawn if ranged else {**drawn, "notes": ""}


def drawing(chart: Chart) -> dict[str, str]:
    """Return a chart as a document has it: its title, SVG, alternative and notes."""
    return {
        "title": chart.title,
        "svg": svg(chart, caption=False),
        "alternative": lettered(chart.alternative),
        "notes": lettered(" ".join(chart.notes)),
    }


def _behind(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Return each definition once, with every sentence that it is of, and what would change it."""
    by_definition: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for finding in findings:
        said = by_definition.setdefault((finding.definition, finding.caveats), [])
        if finding.sentence not in said:
            said.append(finding.sentence)
    return [
        {
            "definition": lettered(definition),
            "caveats": [lettered(caveat) for caveat in caveats],
            "said": [lettered(sentence) for sentence in said],
        }
        for (definition, caveats), said in by_definition.items()
    ]


def _chapter(chapter: Chapter) -> dict[str, Any]:
    return {
        "heading": chapter.heading,
        "words": [lettered(words) for words in chapter.words],
        "said": [lettered(said) for said in dict.fromkeys(f.sentence for f in chapter.said)],
        "caveats": [lettered(c) for c in dict.fromkeys(c for f in chapter.said for c in f.caveats)],
        "tables": [_table(table, listed=chapter.listed) for table in chapter.tables],
    }


def _table(table: Table, *, listed: bool) -> dict[str, Any]:
    shown = [i for i, column in enumerate(table.columns) if column.screen]
    drawings, unsaid = _drawings(table)
    return {
        "title": lettered(table.title),
        "drawings": drawings,
        "columns": [lettered(table.columns[i].heading, _CELL) for i in shown] if listed else [],
        "numbers": [is_number(table, i) for i in shown],
        "widths": [_width(table, i) for i in shown],
        "rows": [[lettered(table.shown(row, i), _CELL) for i in shown] for row in table.rows]
        if listed
        else [],
        "notes": [lettered(note) for note in (*table.notes, *unsaid)],
    }


def is_number(table: Table, index: int) -> bool:
    """Return whether a column holds numbers."""
    return any(
        isinstance(row[index], int | float) and not isinstance(row[index], bool)
        for row in table.rows
    )


def _width(table: Table, index: int) -> float:
    """Return how wide a column wants to be: for its longest word, and for how much it says."""
    cells = [table.columns[index].heading, *(table.shown(row, index) for row in table.rows)]
    longest = max(len(word) for cell in cells for word in re.split(r"[\s-]", cell))
    mean = sum(map(len, cells)) / len(cells)
    return float(max(longest, 2.5 * math.sqrt(mean), 3))


def _drawings(table: Table) -> tuple[list[dict[str, str]], list[str]]:
    """Return every chart that a table can be drawn as, and why one of them is not there."""
    drawings, unsaid = [], []
    for name in fitting(table):
        if why := too_long(name, table, _MOST_ROWS):
            unsaid.append(why)
            continue
        try:
            drawings.append(drawing(draw(name, table)))
        except CannotAnswerError as error:
            unsaid.append(f"There is no picture of this: {error.message}")
    return drawings, unsaid
