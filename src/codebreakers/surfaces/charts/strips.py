"""One school's strips: plain SVG from a template, for there are thousands of schools to a year."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from codebreakers.errors import RequestError
from codebreakers.estimates import Estimate, Figure, Withheld
from codebreakers.findings import Finding, Table
from codebreakers.findings.words import ordinal
from codebreakers.sources import academic_year
from codebreakers.surfaces.charts import Chart, Drawing
from codebreakers.surfaces.charts.cells import held, number
from codebreakers.surfaces.charts.ink import (
    BLUE,
    GROUND,
    INK,
    ORANGE,
    PALE,
    PLUM,
    TURQUOISE,
    WIDTH,
    Series,
)
from codebreakers.surfaces.charts.words import plain, said, source_of

if TYPE_CHECKING:
    from jinja2 import Template

__all__ = ["beside", "place"]

_TEMPLATE = Path(__file__).resolve().parent.parent / "templates" / "strip.svg"
_LEFT, _RIGHT = 10.0, WIDTH - 10.0
_TOP, _ROW, _BELOW = 16, 46, 46
_LETTER = 7.2
_SHAPES = {
    "circle": "M5.5,0A5.5,5.5,0,1,1,-5.5,0A5.5,5.5,0,1,1,5.5,0",
    "square": "M-5,-5h10v10h-10Z",
    "diamond": "M0,-7L7,0L0,7L-7,0Z",
    "triangle-up": "M-6,5L0,-6L6,5Z",
}

_OURS = Series("This school", BLUE, "circle")
_ALIKE = Series("Similar schools", TURQUOISE, "square")
_OTHERS = Series("England, other pupils", PLUM, "diamond")
_ALL = Series("England, all pupils", ORANGE, "triangle-up")
_RANK = Series("This school", BLUE, "circle", bar=True)


@dataclass(frozen=True, slots=True)
class _Scale:
    """An axis from `low` to `high` in equal steps."""

    low: float
    high: float
    step: float

    def x(self, value: float) -> float:
        """Return where a value stands, in pixels."""
        part = (value - self.low) / (self.high - self.low)
        return round(_LEFT + part * (_RIGHT - _LEFT), 1)

    @property
    def values(self) -> list[float]:
        """The values that are written."""
        count = math.floor((self.high - self.low) / self.step + 1e-9)
        return [self.low + self.step * i for i in range(count + 1)]


def beside(school: Table, england: Table | None = None, similar: Table | None = None) -> Chart:
    """Return a school's result with its range, similar schools' and England's on one axis.

    Parameters
    ----------
    school : Table
        What ``profiles.school`` returned.
    england : Table, optional
        What ``questions.gaps`` returned for the same year and measure: England's other pupils.
    similar : Table, optional
        What ``profiles.peers`` returned for the school: each similar school as a tick.

    Raises
    ------
    RequestError
        The tables are of different years.
    """
    found = held(school)
    own = found["school.rate"]
    lines = [
        (_OURS, "This school, disadvantaged", own),
        (_ALIKE, "Similar schools, disadvantaged", found["school.similar"]),
        (_OTHERS, "England, other pupils", _of_others(england, own)),
        (_ALL, "England, all pupils", found["school.england"]),
    ]
    shown = [(series, name, finding) for series, name, finding in lines if finding is not None]
    others = _rates(similar)
    unit, places = own.unit, 0 if own.unit == "percent" else 1
    scale = _stepped([*_numbers([f.figure for _, _, f in shown]), *others])
    rows = [
        _row(
            i,
            series,
            name,
            finding.figure,
            said(finding.figure, unit, places),
            scale,
            others if series is _ALIKE else (),
        )
        for i, (series, name, finding) in enumerate(shown)
    ]
    axis = "Percent of pupils" if unit == "percent" else "Points"
    parts = [f"{name}: {said(finding.figure, unit, places)}" for _, name, finding in shown]
    return Chart(
        "beside",
        "This school beside similar schools and England",
        f"{_of(own, school)}. {'; '.join(parts)}.",
        school,
        source_of(school),
        drawing=_drawn(rows, scale, axis, percent=unit == "percent"),
        notes=(
            "The line at this school's result is its 95% range: what luck alone may move.",
            *(("Each tick is a similar school.",) if others else ()),
        ),
    )


def place(school: Table) -> Chart:
    """Return a school's place among similar schools: a bar from its lowest to its highest.

    Parameters
    ----------
    school : Table
        What ``profiles.school`` returned.
    """
    found = held(school)
    published = found["school.rank"]
    true = found.get("school.place", published)
    figure: Figure = published.figure
    among = published.figure.n if isinstance(published.figure, Estimate) else None
    if isinstance(published.figure, Estimate) and isinstance(true.figure, Estimate):
        figure = Estimate(published.figure.value, true.figure.low, true.figure.high)
    most = float(among or 2)
    scale = _Scale(1.0, most, max(1.0, math.ceil((most - 1) / 5)))
    rows = [_row(0, _RANK, "This school", figure, _ranked(figure), scale, ())]
    title = "This school's place among similar schools"
    sentences = dict.fromkeys((published.sentence, true.sentence))
    return Chart(
        "place",
        title,
        f"{_of(published, school)}. {' '.join(sentences)}",
        school,
        source_of(school),
        drawing=_drawn(rows, scale, f"Place of {most:.0f}, 1 the highest" if among else "Place"),
        notes=("The dot is as published; the bar is where it may truly be (95%).",)
        if isinstance(figure, Estimate) and figure.low is not None
        else (),
    )


def _of(finding: Finding, table: Table) -> str:
    """Return the school's name as the table has it, and its results year."""
    return f"{plain(table.title.partition('  ')[0])}, {academic_year(finding.year)}"


def _of_others(england: Table | None, own: Finding) -> Finding | None:
    if england is None:
        return None
    other = england["gap.other"]
    if (other.year, other.unit) != (own.year, own.unit):
        raise RequestError(
            f"The school's result is of {own.year} in {own.unit}, England's of {other.year} in "
            f"{other.unit}.",
            remedy="Ask both of the same year and measure.",
        )
    return other


def _rates(similar: Table | None) -> tuple[float, ...]:
    if similar is None:
        return ()
    name = next(c.name for c in similar.columns if c.name.startswith("rate_"))
    return tuple(x for cell in similar.column(name) if (x := number(cell)) is not None)


def _numbers(figures: Sequence[Figure]) -> list[float]:
    return [
        x
        for figure in figures
        if isinstance(figure, Estimate)
        for x in (figure.value, figure.low, figure.high)
        if x is not None
    ]


def _stepped(numbers: Sequence[float]) -> _Scale:
    """Return an axis of about six steps of 1, 2 or 5 times a power of ten around numbers."""
    low, high = (min(numbers), max(numbers)) if numbers else (0.0, 1.0)
    rough = (high - low or abs(high) or 1.0) / 6
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * m for m in (1, 2, 5, 10) if power * m >= rough)
    first = math.floor(low / step) * step
    return _Scale(first, max(math.ceil(high / step) * step, first + step), step)


def _ranked(figure: Figure) -> str:
    if isinstance(figure, Withheld):
        return said(figure, "")
    if figure.low is None or figure.high is None:
        return f"{ordinal(round(figure.value))}, no range"
    return f"from {ordinal(round(figure.low))} to {ordinal(round(figure.high))}"


def _row(
    place: int,
    series: Series,
    name: str,
    figure: Figure,
    words: str,
    scale: _Scale,
    others: Sequence[float],
) -> dict[str, object]:
    """Return what the template draws of one figure; of one withheld its reason, and no mark."""
    of = (figure.value, figure.low, figure.high) if isinstance(figure, Estimate) else [None] * 3
    value, low, high = (None if end is None else scale.x(end) for end in of)
    room = int((_RIGHT - _LEFT) / _LETTER)
    return {
        "y": _TOP + place * _ROW,
        "name": name,
        "words": words if isinstance(figure, Estimate) else "",
        "reason": "" if isinstance(figure, Estimate) else plain(words, room),
        "colour": series.colour,
        "bar": series.bar,
        "shape": _SHAPES[series.shape],
        "x": value,
        "low": low if high is not None else None,
        "high": high,
        "others": sorted(scale.x(x) for x in others),
    }


def _drawn(
    rows: Sequence[dict[str, object]], scale: _Scale, axis: str, *, percent: bool = False
) -> Drawing:
    foot = _TOP + len(rows) * _ROW - 12
    mark = "%" if percent else ""
    ticks = [
        {"x": scale.x(value), "words": f"{value:g}{mark}", "anchor": _anchor(scale.x(value))}
        for value in scale.values
    ]
    markup = _template().render(
        rows=rows,
        ticks=ticks,
        axis=axis,
        foot=foot,
        left=_LEFT,
        right=_RIGHT,
        ink=INK,
        pale=PALE,
        ground=GROUND,
    )
    return Drawing(markup, float(WIDTH), float(foot + _BELOW))


def _anchor(x: float) -> str:
    """Return which end of its words a tick at an edge has: they stay inside."""
    if x <= _LEFT + 4:
        return "start"
    return "end" if x >= _RIGHT - 4 else "middle"


@lru_cache(maxsize=1)
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(_TEMPLATE.read_text(encoding="utf-8"))
