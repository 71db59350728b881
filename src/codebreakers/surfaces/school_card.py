"""One school on a terminal: dots with intervals on one axis, then what they come to."""

from __future__ import annotations

import math

from codebreakers.estimates import Estimate
from codebreakers.findings import Finding, Table
from codebreakers.surfaces.terminal import console, print_lines, wrapped

__all__ = ["print_school"]

_LINES = (
    ("True level", "school.level"),
    ("Place", "school.rank"),
    ("", "school.place"),
    ("", "school.alike"),
    ("More pupils", "school.more"),
    ("... published", "school.potential"),
    ("Evidence", "school.grade"),
)
_BEYOND = (("Afterwards", "school.destinations"), ("Inspection", "school.inspection"))
WIDTH = 60
_LABEL = 22


def print_school(table: Table) -> None:
    """Print a school's card.

    Parameters
    ----------
    table : Table
        What ``profiles.school`` returned.
    """
    out = console()
    lines = [table.title]
    if table.made_up:
        lines.append("Example England: a made-up country.")
    lines += ["", *wrapped(table["school.rate"].sentence, "  ")]
    lines += wrapped(table["school.similar"].sentence, "  ")
    lines += ["", *_axis(table), ""]
    held = {f.id: f.sentence for f in table.findings}
    for label, name in _LINES:
        if name in held:
            lines += _labelled(label, held[name])
    years = [f for f in table.findings if f.id.startswith("school.breaker.")]
    for i, finding in enumerate(years):
        lines += _labelled("Code breaker" if i == 0 else "", finding.sentence)
    for label, name in _BEYOND:
        lines += _labelled(label, held[name])
    lines += _partners(table)
    caveats = dict.fromkeys(c for f in table.findings for c in f.caveats)
    lines += ["", *(line for c in caveats for line in wrapped(c, "  "))]
    lines += [line for note in table.notes for line in wrapped(note, "  ")]
    urn = table.title.split("URN ")[1].split()[0]
    lines += [
        "",
        (
            f"Next: codebreakers peers {urn}  |  codebreakers school {urn} --why  |  "
            f"codebreakers plan {urn}"
        ),
    ]
    print_lines(out, lines)


def _partners(table: Table) -> list[str]:
    """Return whom it may talk to: the schools, or why there are none, and a wider search."""
    found = [f for f in table.findings if f.id.startswith("partners.")]
    if not found:
        return []
    lines: list[str] = []
    for i, finding in enumerate(found):
        lines += _labelled("Talk to" if i == 0 else "", finding.sentence)
    if not found[0].value:
        urn = table.title.split("URN ")[1].split()[0]
        wider = f"Wider: codebreakers partners {urn} --year {found[0].year} --within 150"
        lines += _labelled("", wider)
    return lines


def _labelled(label: str, text: str) -> list[str]:
    lines = wrapped(text, width=80)
    return [f"  {(label if i == 0 else ''):<14}{line}" for i, line in enumerate(lines)]


def _axis(table: Table) -> list[str]:
    """Draw each row's result as a dot, its interval as a bar, on one axis."""
    drawn: list[tuple[str, Finding]] = [
        (str(row[0]), table[name])
        for row, name in zip(
            table.rows, ("school.rate", "school.similar", "school.england"), strict=True
        )
    ]
    numbers = [
        number
        for _, finding in drawn
        if isinstance(finding.figure, Estimate)
        for number in (finding.figure.value, finding.figure.low, finding.figure.high)
        if number is not None
    ]
    if not numbers:
        return []
    percent = drawn[0][1].unit == "percent"
    step = 10.0 if percent else _nice_step(min(numbers), max(numbers))
    low = math.floor(min(numbers) / step) * step
    high = max(math.ceil(max(numbers) / step) * step, low + step)
    ticks = [low + step * i for i in range(round((high - low) / step) + 1)]
    mark = "%" if percent else ""
    head = [" "] * (WIDTH + 6)
    for tick in ticks:
        words = f"{tick:g}{mark}"
        head[_place(tick, low, high) : _place(tick, low, high) + len(words)] = words
    lines = [f"  {'':<{_LABEL}}{''.join(head).rstrip()}"]
    for label, finding in drawn:
        figure = finding.figure
        if not isinstance(figure, Estimate):
            lines.append(f"  {label:<{_LABEL}}not shown: {figure.reason}")
            continue
        lines.append(f"  {label:<{_LABEL}}{_bar(figure, ticks, low, high)}  {_said(figure, mark)}")
    return lines


def _nice_step(low: float, high: float) -> float:
    """Return a step of 1, 2 or 5 times a power of ten that makes about six."""
    # One figure alone has no range: its own size gives one.
    rough = (high - low or abs(high) or 1.0) / 6
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * m for m in (1, 2, 5, 10) if power * m >= rough)


def _place(value: float, low: float, high: float) -> int:
    return round((value - low) / (high - low) * (WIDTH - 1))


def _bar(figure: Estimate, ticks: list[float], low: float, high: float) -> str:
    cells = [" "] * WIDTH
    for tick in ticks:
        cells[_place(tick, low, high)] = "."
    if figure.low is not None and figure.high is not None:
        first, last = _place(figure.low, low, high), _place(figure.high, low, high)
        cells[first : last + 1] = "-" * (last - first + 1)
        cells[first] = cells[last] = "|"
    cells[_place(figure.value, low, high)] = "o"
    return "".join(cells)


def _said(figure: Estimate, mark: str) -> str:
    decimals = 0 if mark else 1
    said = f"{figure.value:.{decimals}f}{mark}"
    if figure.low is not None and figure.high is not None:
        said += f" ({figure.low:.{decimals}f} to {figure.high:.{decimals}f})"
    return said
