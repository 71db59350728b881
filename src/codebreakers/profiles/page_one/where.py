"""Block 6: where the school stands out most against similar schools; at most two lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from codebreakers.estimates import Estimate, Figure, Withheld
from codebreakers.findings import Finding
from codebreakers.findings.disclosure import About, cite, say
from codebreakers.profiles.page_one.facets import Facet
from codebreakers.profiles.page_one.year import Year

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["MOST_LINES", "Where", "where"]

MOST_LINES = 2
_FAR = 0.05
"""A line stands out where at most this share of similar schools are as far out, on its side."""

_ENOUGH = 20
"""Similar schools with the figure, fewer than which tell nothing of what is far out."""


@dataclass(frozen=True, slots=True)
class Where:
    """What stands out, and what else was looked at.

    Parameters
    ----------
    lines : tuple of Finding
        What stands out most, at most `MOST_LINES`.
    looked_at : tuple of Finding
        Everything looked at, in the order it is declared.
    words : tuple of str
        What is not shown, and why.
    """

    lines: tuple[Finding, ...]
    looked_at: tuple[Finding, ...]
    words: tuple[str, ...]


def where(found: Year, row: int, about: About) -> Where:
    """Return where a school stands out most against similar schools."""
    rows = found.similar(row)
    told = [(facet, *_told(found, facet, row, rows, about)) for facet in found.facets]
    far = [(abs(place), facet.id) for facet, _, place in told if place]
    chosen = [name for _, name in sorted(far, reverse=True)[:MOST_LINES]]
    by_id = {facet.id: finding for facet, finding, _ in told}
    looked = tuple(finding for _, finding, _ in told)
    words = tuple(_aside(told, chosen))
    return Where(tuple(by_id[name] for name in chosen), looked, words)


def _told(
    found: Year, facet: Facet, row: int, rows: NDArray[np.intp], about: About
) -> tuple[Finding, float | None]:
    """Return what is said of one thing, and how far out it is: 0 within, None where not known."""
    own = _own(facet, row)
    others = facet.values[rows]
    others = others[~np.isnan(others)]
    far: float | None = None
    if isinstance(own, Withheld):
        said = f"{facet.heading}: not shown, {own.reason}."
    elif len(others) < _ENOUGH:
        said = f"{facet.heading}: {_figure(own, facet)}; too few similar schools show it."
    else:
        far = _far_out(own.value, others)
        said = _in_words(facet, own, others)
    finding = say(
        f"page.where.{facet.id}",
        said,
        own,
        unit=facet.unit,
        year=about.year,
        definition=_definition(facet),
        provenance=cite(found.people.store.releases(), (facet.release,)),
    )
    return finding, far if isinstance(finding.figure, Estimate) else None


def _definition(facet: Facet) -> str:
    if facet.unsaid:
        return f"{facet.heading}: {facet.unsaid}."
    kind = "percent" if facet.unit == "percent" else "what"
    return (
        f"{facet.heading}: {kind} {facet.words}. {facet.source.rstrip('.')}. Beside it stands the "
        "mean of similar schools, as published."
    )


def _own(facet: Facet, row: int) -> Figure:
    if facet.unsaid:
        return Withheld("not-held", facet.unsaid)
    value = float(facet.values[row])
    if np.isnan(value):
        return Withheld(str(facet.codes[row]) or "not-held")
    pupils = float(facet.pupils[row])
    n = None if np.isnan(pupils) else round(pupils)
    return Estimate(value, n=n, method="published", no_interval="as published")


def _far_out(value: float, others: NDArray[np.float64]) -> float:
    """Return how many standard deviations out a value is, or 0 where it is among the others."""
    as_low = float((others <= value).mean())
    as_high = float((others >= value).mean())
    if min(as_low, as_high) > _FAR:
        return 0.0
    spread = float(others.std())
    return (value - float(others.mean())) / spread if spread > 0 else 0.0


def _figure(figure: Estimate, facet: Facet) -> str:
    mark = "%" if facet.unit == "percent" else ""
    return f"{figure.value:.{facet.decimals}f}{mark}"


def _in_words(facet: Facet, own: Estimate, others: NDArray[np.float64]) -> str:
    mean = float(others.mean())
    which, count = "higher", int((others < own.value).sum())
    if own.value < mean:
        which, count = "lower", int((others > own.value).sum())
    beside = _figure(Estimate(mean), facet)
    return (
        f"{facet.heading}: {_figure(own, facet)} {facet.words}; {beside} at similar schools. "
        f"That is {which} than at {count} of the {len(others)}."
    )


def _aside(told: list[tuple[Facet, Finding, float | None]], chosen: list[str]) -> Iterator[str]:
    """Say what was looked at and is not shown, and why."""
    seen = [facet for facet, _, far in told if far is not None]
    among = [f.name for f in seen if f.id not in chosen]
    if seen and not chosen:
        yield "Nothing looked at stands out from its similar schools."
    if among:
        most = "which stand out less" if chosen else "where it is among them"
        yield f"Not shown, {most}: {', '.join(among)}."
    reasons: dict[str, list[str]] = {}
    for facet, finding, far in told:
        if isinstance(finding.figure, Withheld):
            reasons.setdefault(finding.figure.reason, []).append(facet.name)
        elif far is None:
            reasons.setdefault("too few similar schools show it", []).append(facet.name)
    for why, names in reasons.items():
        yield f"Not shown, {why}: {', '.join(names)}."
    if seen:
        by_luck = 2 * _FAR * len(seen)
        yield (
            f"Of {len(seen)} figure{'s' if len(seen) != 1 else ''} looked at, luck alone puts "
            f"about {by_luck:.1f} as far out as would be shown."
        )
