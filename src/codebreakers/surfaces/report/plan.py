"""A plan as a document, and as a file: Word, PDF, HTML or JSON, with the same words and figures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from codebreakers.findings import Table
from codebreakers.profiles.plan import Part, Plan
from codebreakers.sources import academic_year
from codebreakers.surfaces.export.whole import refuse, write_one
from codebreakers.surfaces.report import form_of
from codebreakers.surfaces.report.document import Document, head, is_number, strip
from codebreakers.surfaces.report.html import html_of
from codebreakers.surfaces.report.lettering import lettered
from codebreakers.surfaces.report.pdf import pdf_of
from codebreakers.surfaces.report.word import word_of

__all__ = ["PLAN_FORMS", "plan_document", "write_plan"]

PLAN_FORMS = ("docx", "pdf", "html", "json")

_OWN = 5_000  # letters of a school's own text
_PICTURED = "review"
_WORD, _WIDEST = 20, 45  # letters: longer words are broken, and longer texts are not given more


def write_plan(plan: Plan, path: str | Path) -> Path:
    """Write a plan to a file, whole or not at all.

    Parameters
    ----------
    plan : Plan
    path : str or Path
        Where to; the name ends in one of `PLAN_FORMS`.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    UnknownNameError
        The name ends in none of them.
    RequestError
        Its folder is not there, it may not be written, or it is a store.
    """
    target = Path(path)
    form = form_of(target, PLAN_FORMS, "plan")
    refuse(target)
    write_one(target, _rendered(plan, form))
    return target


def _rendered(plan: Plan, form: str) -> bytes:
    if form == "json":
        said = json.dumps(plan.to_dict(), ensure_ascii=False, indent=2, allow_nan=False)
        return f"{said}\n".encode()
    document = plan_document(plan)
    if form == "docx":
        return word_of(document)
    return pdf_of("plan", document) if form == "pdf" else html_of("plan", document).encode()


def plan_document(plan: Plan) -> Document:
    """Return a plan as what a template lays out."""
    page = plan.page
    drawn = strip(page)
    return {
        **head(plan.title, made_up=page.made_up, run=plan.run),
        "name": lettered(page.name),
        "subtitle": f"From results of {academic_year(page.year)}",
        "place": lettered(page.place),
        "urn": page.urn,
        "parts": [_part(part, drawn) for part in plan.parts],
    }


def _part(part: Part, drawn: dict[str, str]) -> dict[str, Any]:
    return {
        "id": part.id,
        "heading": lettered(part.heading),
        "level": part.level,
        "words": [lettered(words, _OWN) for words in part.words],
        "said": [lettered(finding.sentence) for finding in part.said],
        "drawing": drawn if part.id == _PICTURED else None,
        "table": _table(part),
    }


def _table(part: Part) -> dict[str, Any] | None:
    table = part.table
    if table is None:
        return None
    columns = range(len(table.columns))
    return {
        "title": lettered(table.title),
        "columns": [lettered(column.heading) for column in table.columns],
        "numbers": [is_number(table, i) for i in columns],
        "widths": [_width(table, i) for i in columns],
        "rows": [[lettered(table.shown(row, i), _OWN) for i in columns] for row in table.rows],
        "notes": [lettered(note) for note in table.notes],
    }


def _width(table: Table, index: int) -> float:
    """Return how wide a column wants to be: for its words, and for how much it says."""
    cells = [table.columns[index].heading, *(table.shown(row, index) for row in table.rows)]
    longest = max(len(word) for cell in cells for word in cell.split() or [""])
    mean = sum(map(len, cells)) / len(cells)
    return float(max(min(longest, _WORD) + 1, min(mean, _WIDEST)))
