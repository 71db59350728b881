"""A gap over years on a terminal: a line a year, and a line drawn where rules changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from rich.text import Text

from codebreakers.estimates import Withheld
from codebreakers.findings import Cell, Table
from codebreakers.surfaces.terminal import WIDTH, console, print_lines, wrapped

__all__ = ["drawn_line", "print_trend", "print_years"]

_WIDTHS = {
    "results": 9,
    "measure": 17,
    "disadvantaged": 15,
    "other": 8,
    "all": 7,
    "gap_points": 8,
    "gap_range": 15,
    "change_points": 21,
}
_HEADINGS = ("Results", "Measure", "Disadvantaged", "Others", "All", "Gap", "95% range", "Change")
_WORDS = ("results", "measure")


def print_trend(table: Table) -> None:
    """Print what ``questions.gaps`` returned for several years.

    Parameters
    ----------
    table : Table
        A row a year.
    """
    print_years(
        table,
        _line(dict(zip(_WIDTHS, _HEADINGS, strict=True))),
        _year,
        "How each figure is made, and from which file: add --why",
    )


def print_years(
    table: Table, heading: str, drawn: Callable[[dict[str, Cell]], Iterable[str]], further: str
) -> None:
    """Print an answer over years: what changed, a heading, each year's lines, the notes.

    Parameters
    ----------
    table : Table
        A row a year.
    heading : str
    drawn : callable
        Returns the lines of a row, given its cells by the names of their columns.
    further : str
        What a reader may ask next.
    """
    out = console()
    out.print(Text(table.title, style="bold"))
    if table.made_up:
        out.print("Example England: a made-up country.")
    for finding in table.findings:
        if ".change." in finding.id:
            print_lines(out, wrapped(finding.sentence, "  "))
    out.print()
    print_lines(out, [heading], style="bold")
    names = [column.name for column in table.columns]
    for row in table.rows:
        print_lines(out, drawn(dict(zip(names, row, strict=True))))
    out.print()
    for note in table.notes:
        print_lines(out, wrapped(note), style="dim")
    out.print(Text(further, style="dim"))


def _year(row: dict[str, Cell]) -> Iterator[str]:
    """Yield the lines of one year: what changed before it, its figures, or why there are none."""
    if row["rules_changed"]:
        yield from drawn_line(f"rules changed: {row['rules_changed']}")
    cells = {name: str(row[name]) for name in _WORDS}
    cells |= {name: _number(row[name]) for name in ("disadvantaged", "other", "all", "gap_points")}
    low, high = row["low_gap"], row["high_gap"]
    if isinstance(low, float) and isinstance(high, float):
        cells["gap_range"] = f"{low:.1f} to {high:.1f}"
    change = row["change_points"]
    if isinstance(change, float):
        cells["change_points"] = f"{change:+.1f} since {row['since']}"
    yield _line(cells)
    unsaid = row["gap_points"]
    if isinstance(unsaid, Withheld):
        yield from wrapped(f"not shown: {unsaid.reason}", " " * _WIDTHS["results"])


def drawn_line(words: str) -> Iterator[str]:
    """Yield words with a line drawn before the first and after the last."""
    *above, last = wrapped(words, "--- ")
    yield from above
    yield f"{last} ".ljust(WIDTH, "-")


def _number(cell: Cell) -> str:
    return f"{cell:.1f}" if isinstance(cell, float) else "-"


def _line(cells: dict[str, str]) -> str:
    shown = [
        f"{cells.get(name, ''):<{width}}" if name in _WORDS else f"{cells.get(name, ''):>{width}}"
        for name, width in _WIDTHS.items()
    ]
    return "".join(shown).rstrip()
