"""A chart: one specification for a page, a picture, a report and a file.

Nothing that draws is imported with this package: the libraries come with the first chart made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from codebreakers.findings import Table
from codebreakers.surfaces.charts.words import seen

__all__ = ["LONGEST_TITLE", "Chart", "Drawing"]

LONGEST_TITLE = 10
"""Words of a title."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is inside an SVG, already safe to stand in a page.

    Parameters
    ----------
    markup : str
        Elements that lie from (0, 0) to (width, height).
    width, height : float
        In pixels.
    """

    markup: str
    width: float
    height: float


@dataclass(frozen=True, slots=True, eq=False)
class Chart:
    """One chart, and all that has to stand with it.

    Parameters
    ----------
    id : str
        Its stable name.
    title : str
        What it shows, in ten words or fewer.
    alternative : str
        What it says to who cannot see it: the main figures with their ranges.
    table : Table
        The figures it is drawn from.
    source : str
        Who published them, when and under which licence; that they are made up, where they are.
    spec : mapping, optional
        Vega-Lite.
    drawing : Drawing, optional
        The drawing itself, where it comes from a template and not from a specification.
    notes : tuple of str
        What is not drawn and why, what marks mean.

    Raises
    ------
    ValueError
        The title is too long, something that has to stand with a chart is missing, or there is
        nothing or too much to draw from.
    """

    id: str
    title: str
    alternative: str
    table: Table
    source: str
    spec: Mapping[str, Any] | None = None
    drawing: Drawing | None = None
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        # Names are in them that came from outside.
        for name in ("title", "alternative", "source"):
            object.__setattr__(self, name, seen(getattr(self, name)))
        object.__setattr__(self, "notes", tuple(map(seen, self.notes)))
        if len(self.title.split()) > LONGEST_TITLE:
            raise ValueError(f"the title {self.title!r} has more than {LONGEST_TITLE} words")
        for name in ("id", "title", "alternative", "source"):
            if not getattr(self, name):
                raise ValueError(f"a chart without {name}")
        if (self.spec is None) == (self.drawing is None):
            raise ValueError("a chart has a specification or a drawing, one of the two")
