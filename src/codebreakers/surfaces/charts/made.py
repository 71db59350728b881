"""From a drawing of Altair's to a chart with all that has to stand with it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from codebreakers.findings import Provenance, Table
from codebreakers.surfaces.charts import Chart
from codebreakers.surfaces.charts.ink import CONFIG, TEXT_SIZE, WIDTH
from codebreakers.surfaces.charts.words import lines, seen, source_of

if TYPE_CHECKING:
    import altair as alt

__all__ = ["made"]


def made(
    id: str,  # noqa: A002  (the field's name)
    title: str,
    drawn: alt.LayerChart | alt.VConcatChart | alt.Chart,
    alternative: str,
    table: Table,
    notes: Sequence[str] = (),
    besides: Sequence[Provenance] = (),
) -> Chart:
    """Return a chart whose specification stands alone: its look, its title and its data within.

    Parameters
    ----------
    id, title, alternative, table, notes
        As for `Chart`.
    drawn : altair chart
        The drawing.
    besides : sequence of Provenance
        What else is drawn than the table.

    Raises
    ------
    CannotAnswerError
        The table does not say where its figures are from.
    """
    # Held against the schema in the tests: here that would take longer than drawing does.
    plain = json.dumps(drawn.to_dict(validate=False), allow_nan=False)
    spec: dict[str, Any] = json.loads(plain)
    spec["config"] = CONFIG
    spec["title"] = lines(title, WIDTH, TEXT_SIZE + 1)
    spec["description"] = seen(alternative)
    return Chart(
        id, title, alternative, table, source_of(table, *besides), spec, notes=tuple(notes)
    )
