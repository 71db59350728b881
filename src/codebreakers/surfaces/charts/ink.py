"""What charts are drawn with: four colours, shapes and dashes that say the same, one font."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = [
    "BLUE",
    "CONFIG",
    "FONT",
    "GROUND",
    "INK",
    "LINE_HEIGHT",
    "ORANGE",
    "PALE",
    "PALETTE",
    "PLUM",
    "TEXT_SIZE",
    "TURQUOISE",
    "WIDTH",
    "Series",
]

BLUE, TURQUOISE, PLUM, ORANGE = "#12436D", "#28A197", "#801650", "#F46A25"
PALETTE = (BLUE, TURQUOISE, PLUM, ORANGE)
GROUND = "#FFFFFF"
INK = "#0B0C0C"
"""Words and axes."""

PALE = "#D8DADB"
"""Rulings that only lead the eye: nothing is told by them."""

FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
"""The first is in the renderer, so that pictures are the same on every machine; the others are as
wide as it, so that a browser without it puts the same words in the same room."""

WIDTH = 440
"""Pixels: words are still read when a page shows it on a telephone."""

TEXT_SIZE = 14
LINE_HEIGHT = 19


@dataclass(frozen=True, slots=True)
class Series:
    """One kind of mark: whoever sees no colours tells it by its shape.

    Parameters
    ----------
    name : str
        What is read in the key.
    colour : str
        One of `PALETTE`.
    shape : str
        ``circle``, ``square``, ``diamond`` or ``triangle-up``.
    bar : bool
        Whether its range is a bar, as that of a rank is, and not a line.
    """

    name: str
    colour: str
    shape: str
    bar: bool = False


_AXIS = {
    "labelFont": FONT,
    "titleFont": FONT,
    "labelFontSize": TEXT_SIZE - 1,
    "titleFontSize": TEXT_SIZE - 1,
    "titleFontWeight": "normal",
    "labelColor": INK,
    "titleColor": INK,
    "tickColor": INK,
    "domainColor": INK,
    "gridColor": PALE,
    "labelFlush": True,
    "titlePadding": 8,
}

CONFIG: dict[str, Any] = {
    "aria": False,
    "background": GROUND,
    "font": FONT,
    "padding": 6,
    "view": {"stroke": None},
    "axis": _AXIS,
    "legend": {
        "labelFont": FONT,
        "labelFontSize": TEXT_SIZE - 1,
        "labelColor": INK,
        "labelLimit": WIDTH - 40,
        "symbolSize": 90,
        "symbolOpacity": 1,
        "symbolStrokeWidth": 0,
        "orient": "top",
        "direction": "vertical",
        "columns": 1,
        "title": None,
        "offset": 6,
    },
    "title": {
        "font": FONT,
        "fontSize": TEXT_SIZE,
        "fontWeight": "bold",
        "color": INK,
        "anchor": "start",
        "frame": "group",
        "offset": 8,
    },
    "text": {"font": FONT, "fontSize": TEXT_SIZE, "color": INK},
    "point": {"opacity": 1, "filled": True, "size": 90},
    "tick": {"opacity": 1, "thickness": 2.5},
}
