"""The words of charts: names made safe and short, figures with their ranges, source lines."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from textwrap import wrap

from codebreakers.errors import CannotAnswerError
from codebreakers.estimates import Figure, Withheld
from codebreakers.findings import Provenance, Table
from codebreakers.sources import academic_year

__all__ = [
    "LONGEST_NAME",
    "lines",
    "listed",
    "plain",
    "said",
    "seen",
    "source_of",
    "subject",
]

LONGEST_NAME = 80
_NAMED = 12
_LETTER = 0.49
"""Of a font's size: what a letter takes on average in the font charts are drawn with."""

_MARKS = {"percent": "%"}
_NOT_OFFICIAL = "Worked out by codebreakers; not an official statistic."


def seen(text: str) -> str:
    """Return text in one line, without characters that nobody sees.

    Those are controls, which no SVG may hold, and marks that turn the words around them.
    """
    kept = (c for c in text if unicodedata.category(c)[0] != "C" or c in "\t\n\r")
    return " ".join("".join(kept).split())


def plain(text: str, most: int = LONGEST_NAME) -> str:
    """Return text as it may stand in a picture: what is `seen` of it, cut where it is long."""
    words = seen(text)
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}…"


def said(figure: Figure, unit: str, decimals: int = 0) -> str:
    """Return a figure with its range, or why it is not shown: ``36% (29 to 44)``."""
    if isinstance(figure, Withheld):
        return f"not shown: {figure.reason.rstrip('.')}"
    words = f"{figure.value:,.{decimals}f}{_MARKS.get(unit, '')}"
    if figure.low is None or figure.high is None:
        return words
    return f"{words} ({figure.low:,.{decimals}f} to {figure.high:,.{decimals}f})"


def listed(parts: Sequence[str]) -> str:
    """Return the first parts in one sentence, and how many more there are."""
    more = len(parts) - _NAMED
    shown = "; ".join(parts[:_NAMED])
    return f"{shown}; and {more:,} more, all in the table." if more > 0 else f"{shown}."


def lines(text: str, width: float, size: float) -> list[str]:
    """Return text in lines that fit a width in pixels at a size of font."""
    return wrap(text, max(8, int(width / (size * _LETTER))))


def subject(table: Table) -> str:
    """Return what the figures of a table are about, in its publisher's words and years."""
    years = sorted({finding.year for finding in table.findings if finding.year})
    if not years:
        return ""
    if len(years) == 1:
        return academic_year(years[0])
    return f"{academic_year(years[0])} to {academic_year(years[-1])}"


def source_of(table: Table, *besides: Provenance) -> str:
    """Return who published what a table was made from, and under which licence.

    Parameters
    ----------
    table : Table
    *besides : Provenance
        What else is drawn.

    Raises
    ------
    CannotAnswerError
        None of its findings says where it is from, so that no chart may be drawn of it.
    """
    cited = dict.fromkeys(p for finding in table.findings for p in finding.provenance)
    if not cited:
        raise CannotAnswerError(
            f"The table {table.title!r} does not say where its figures are from: no chart of it "
            "may be drawn.",
            remedy="Ask the question again on a store with releases.",
        )
    cited |= dict.fromkeys(besides)
    if table.made_up or any(p.made_up for p in cited):
        return (
            "Source: Example England, a made-up country. Its schools and figures are made up. "
            f"{_NOT_OFFICIAL}"
        )
    return f"Source: {'; '.join(_series(cited))}. {_NOT_OFFICIAL}"


def _series(cited: Iterable[Provenance]) -> Iterable[str]:
    """Yield each series once, with its years."""
    years: dict[tuple[str, str, str], set[int]] = {
        (p.publisher, p.title, p.licence): set() for p in cited
    }
    for p in cited:
        years[p.publisher, p.title, p.licence].add(p.year)
    for (publisher, title, licence), of in years.items():
        when = ", ".join(academic_year(year) for year in sorted(of) if year)
        yield f"{publisher}, {title}{f', {when}' if when else ''}, {licence}"
