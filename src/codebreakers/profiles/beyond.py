"""Beyond one school's results: where its pupils went afterwards, and what inspectors found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.errors import CannotAnswerError
from codebreakers.estimates import Estimate, Figure, Withheld
from codebreakers.findings import Finding
from codebreakers.findings.disclosure import cite, say
from codebreakers.findings.words import definition
from codebreakers.measures import Summary
from codebreakers.measures.catalogue import find
from codebreakers.peers.population import Population
from codebreakers.sources import academic_year
from codebreakers.store.inspections import Inspection, inspections
from codebreakers.store.lineage import lineages

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["beyond"]

_DESTINATIONS = find("sustained_destinations")
_WHOSE = {"disadvantaged": "disadvantaged pupils", "all": "pupils"}


def beyond(people: Population, row: int, rows: NDArray[Any]) -> Iterator[Finding]:
    """Yield ``school.destinations`` and ``school.inspection``.

    Parameters
    ----------
    people : Population
        S schools.
    row : int
        The school's.
    rows : ndarray of int
        Those of its similar schools.
    """
    yield _destinations(people, row, rows)
    yield _inspection(people, row)


def _destinations(people: Population, row: int, rows: NDArray[Any]) -> Finding:
    summary = _taken(people)
    group = "all" if summary is None else summary.group
    figure, said = _figure(summary, row)
    if isinstance(figure, Estimate) and summary is not None:
        others = summary.values[rows]
        others = others[~np.isnan(others)]
        beside = f"; {others.mean():.0f}% at {len(others)} similar schools" if len(others) else ""
        said = f"{figure.value:.0f}% of its {_WHOSE[group]} {_DESTINATIONS.title}{beside}."
    return say(
        "school.destinations",
        said,
        figure,
        unit="percent",
        year=people.year,
        definition=f"{definition(_DESTINATIONS, people.year, group)} In the table of "
        f"{academic_year(people.year)}, which is of pupils who had left before.",
        provenance=cite(people.store.releases(), () if summary is None else (summary.release,)),
    )


def _taken(people: Population) -> Summary | None:
    """Return where disadvantaged pupils went; all of them where no table tells them apart."""
    for group in ("disadvantaged", "all"):
        try:
            return people.take(_DESTINATIONS, group)
        except CannotAnswerError:
            continue  # the wider group is asked; where neither is held, that is said
    return None


def _figure(summary: Summary | None, row: int) -> tuple[Figure, str]:
    unsaid = Withheld("not-held", "no table held has it for this year")
    if summary is not None:
        value, pupils = float(summary.values[row]), float(summary.pupils[row])
        if not np.isnan(value):
            n = None if np.isnan(pupils) else round(pupils)
            return Estimate(value, n=n, method="published", no_interval="as published"), ""
        unsaid = Withheld(str(summary.codes[row]) or "not-held")
    return unsaid, f"Where its pupils went is not shown: {unsaid.reason}."


def _inspection(people: Population, row: int) -> Finding:
    urns = lineages(people.store).history(str(people.keys[row])).urns
    held = inspections(people.store)
    seen = [held[urn] for urn in urns if urn in held]
    last = max(seen, key=lambda one: (one.day or date.min, one.outcome), default=None)
    figure: Figure = Withheld("not-held")
    said = "No inspection of it is held."
    if last is not None and last.day is not None and last.outcome:
        figure = Estimate(float(last.day.year), method="the date in the inspectorate's table")
        said = f"Inspected {last.day.day} {last.day:%B %Y}: {last.outcome}."
    return say(
        "school.inspection",
        said,
        figure,
        unit="year",
        year=people.year,
        definition="The school's most recent inspection in the newest table held, under any of "
        "its URNs: its date, and overall effectiveness.",
        provenance=cite(people.store.releases(), _release(last)),
        counts="inspections",
    )


def _release(last: Inspection | None) -> tuple[int, ...]:
    return () if last is None else (last.release,)
