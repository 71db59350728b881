"""A specification curve on a terminal: all sets of choices in order, then what turns the answer."""

from __future__ import annotations

from dataclasses import dataclass

from codebreakers.findings import Finding, Table
from codebreakers.surfaces.terminal import console, print_lines, wrapped

__all__ = ["drawn", "print_curve"]

WIDTH = 80
HEIGHT = 12
_LABEL = 9
_BAR = 20
_SAID = {f"robustness.{name}" for name in ("default", "stands", "stands_in_year", "one_change")}


@dataclass(frozen=True, slots=True)
class Marks:
    """What a curve is drawn with: shape tells everything, colour nothing.

    Parameters
    ----------
    stands, falls : str
        A set of choices in which the verdict stands, and one in which it does not.
    line, usual : str
        The number at which it stands; where the usual choices are.
    """

    stands: str
    falls: str
    line: str
    usual: str


BLOCKS = Marks("█", "░", "─", "▲")
ASCII = Marks("#", ":", "-", "^")


@dataclass(frozen=True, slots=True)
class _Column:
    value: float
    stands: bool
    usual: bool


def print_curve(table: Table) -> None:
    """Print what ``questions.robustness`` returned.

    Parameters
    ----------
    table : Table
        The specifications in order of their number.
    """
    out = console()
    out.width = min(out.width, WIDTH)
    marks = ASCII if out.options.ascii_only else BLOCKS
    lines = wrapped(table.title, width=WIDTH)
    if table.made_up:
        lines.append("Example England: a made-up country.")
    for finding in table.findings:
        if finding.id in _SAID:
            lines += ["", *wrapped(finding.sentence, "  ", width=WIDTH)]
    lines += ["", *drawn(table, marks), ""]
    for name in ("lowest", "median", "highest"):
        lines += wrapped(table[f"robustness.{name}"].sentence, "  ", width=WIDTH)
    lines += ["", *_by_choice(table, marks)]
    lines += ["", *wrapped(table["robustness.unanswered"].sentence, "  ", width=WIDTH)]
    for caveat in dict.fromkeys(c for f in table.findings for c in f.caveats):
        lines += wrapped(caveat, "  ", width=WIDTH)
    lines += [line for note in table.notes for line in wrapped(note, "  ", width=WIDTH)]
    lines += ["", "Every set of choices: --format csv. How each figure is made: --why"]
    print_lines(out, lines)


def drawn(table: Table, marks: Marks = BLOCKS) -> list[str]:
    """Return the curve as lines of at most `WIDTH` characters.

    Parameters
    ----------
    table : Table
        As for `print_curve`.
    marks : Marks
        What to draw with.

    Returns
    -------
    list of str
        Each column of the drawing is one or several sets of choices, at the middle one's number;
        it reaches from the number at which the verdict stands to there.
    """
    limit = table["robustness.limit"].value or 0.0
    columns, each = _columns(table, WIDTH - _LABEL - 2)
    values = [limit, *(column.value for column in columns)]
    low, high = min(values), max(values)
    span = high - low or 1.0
    level = round((limit - low) / span * (HEIGHT - 1))
    lines = []
    for row in reversed(range(HEIGHT)):
        cells = [_cell(column, row, level, low, span, marks) for column in columns]
        labels = {HEIGHT - 1: f"{high:.1f}", 0: f"{low:.1f}", level: f"{limit:g}"}
        lines.append(f"{labels.get(row, ''):>{_LABEL}} {''.join(cells)}".rstrip())
    pointer = "".join(marks.usual if column.usual else " " for column in columns)
    lines.append(f"{'':>{_LABEL}} {pointer}".rstrip())
    said = "one set of choices" if each == 1 else f"about {each:.0f} sets of choices"
    key = (
        f"Each column is {said}, in order, at the middle one. {marks.stands} it stands, "
        f"{marks.falls} it does not, {marks.usual} the usual choices. "
        f"{table['robustness.limit'].sentence}"
    )
    return [*lines, *wrapped(key, "  ", width=WIDTH)]


def _columns(table: Table, most: int) -> tuple[list[_Column], float]:
    """Return the columns of the drawing, and how many sets of choices each one is."""
    figures = next(c.name for c in table.columns if c.name.startswith("figure_"))
    rows = [
        (float(value), bool(stands), bool(usual))
        for value, stands, usual in zip(
            table.column(figures), table.column("stands"), table.column("default"), strict=True
        )
        if isinstance(value, int | float)
    ]
    count = min(len(rows), most)
    wide = max(1, most // len(rows))
    columns = []
    for i in range(count):
        here = rows[i * len(rows) // count : (i + 1) * len(rows) // count]
        value, stands, _ = here[len(here) // 2]
        usual = any(row[2] for row in here)
        columns += [_Column(value, stands, usual and j == wide // 2) for j in range(wide)]
    return columns, len(rows) / count


def _cell(column: _Column, row: int, level: int, low: float, span: float, marks: Marks) -> str:
    top = round((column.value - low) / span * (HEIGHT - 1))
    if min(top, level) <= row <= max(top, level) and (row != level or top == level):
        return marks.stands if column.stands else marks.falls
    return marks.line if row == level else " "


def _by_choice(table: Table, marks: Marks) -> list[str]:
    """Return what each choice does, and a bar for each option of those that turn the answer."""
    lines = ["How often it stands under each option that can be compared with another:"]
    turns = False
    for finding in table.findings:
        if not finding.id.startswith("robustness.by."):
            continue
        if finding.id.count(".") == 2:
            turns = bool(finding.value)
            lines += ["", *wrapped(finding.sentence, width=WIDTH)]
        elif turns:
            lines.append(f"  {_bar(finding, marks)}  {finding.sentence}")
    return lines if len(lines) > 1 else []


def _bar(finding: Finding, marks: Marks) -> str:
    filled = round((finding.value or 0.0) / 100 * _BAR)
    return marks.stands * filled + marks.falls * (_BAR - filled)
