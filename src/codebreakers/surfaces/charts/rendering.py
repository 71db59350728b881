"""A chart as SVG, PNG and PDF: no network, no browser, and the same on every machine."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from codebreakers.surfaces.charts import Chart, Drawing
from codebreakers.surfaces.charts.ink import CONFIG, FONT, GROUND, INK, LINE_HEIGHT, TEXT_SIZE
from codebreakers.surfaces.charts.safe_svg import drawing_of
from codebreakers.surfaces.charts.words import lines

__all__ = ["pdf", "png", "svg"]

_SMALL = 12
_EDGE = 6


def svg(chart: Chart, *, caption: bool = True, name: str = "") -> str:
    """Return a chart as SVG that may stand in a page with a strict policy.

    Parameters
    ----------
    chart : Chart
    caption : bool
        Whether its title, notes and source are drawn too, as a file on its own needs; a page
        writes them as text around it.
    name : str
        What its ids begin with; by default its own id and a digest of what it shows, so that
        several stand on one page.

    Returns
    -------
    str
        One ``<svg role="img">`` with a title and a description, no styles, no scripts and no
        references.
    """
    drawing = chart.drawing or _drawn(chart)
    above = list(_title(chart, drawing.width)) if caption else []
    below = list(_foot(chart, drawing.width)) if caption else []
    top = len(above) * LINE_HEIGHT + 2 * _EDGE if above else 0
    foot = len(below) * (_SMALL + 4) + 2 * _EDGE if below else 0
    height = top + drawing.height + foot
    own = name or f"{chart.id}-{_digest(chart, drawing)}"
    size = f"{drawing.width:g} {height:g}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{drawing.width:g}" height="{height:g}" '
        f'viewBox="0 0 {size}" role="img" '
        f"aria-labelledby={quoteattr(f'{own}-title {own}-desc')} font-family={quoteattr(FONT)}>"
        f"<title id={quoteattr(f'{own}-title')}>{escape(chart.title)}</title>"
        f"<desc id={quoteattr(f'{own}-desc')}>{escape(chart.alternative)}</desc>"
        f'<rect width="{drawing.width:g}" height="{height:g}" fill="{GROUND}"/>'
        f"{_lines(above, _EDGE + LINE_HEIGHT - 4, LINE_HEIGHT, TEXT_SIZE + 2, bold=True)}"
        f'<g transform="translate(0,{top:g})">{drawing.markup}</g>'
        f"{_lines(below, top + drawing.height + _EDGE + _SMALL, _SMALL + 4, _SMALL)}"
        "</svg>"
    )


def png(chart: Chart, scale: float = 2, *, caption: bool = True) -> bytes:
    """Return a chart as a PNG.

    Parameters
    ----------
    chart : Chart
    scale : float
        Pixels of the picture for each of the drawing's.
    caption : bool
        As for `svg`.
    """
    import vl_convert

    return vl_convert.svg_to_png(svg(chart, caption=caption), scale=scale)


def pdf(chart: Chart, *, caption: bool = True) -> bytes:
    """Return a chart as a PDF of one page, with the font in it.

    Parameters
    ----------
    chart : Chart
    caption : bool
        As for `svg`.
    """
    import vl_convert

    return vl_convert.svg_to_pdf(svg(chart, caption=caption))


def _drawn(chart: Chart) -> Drawing:
    import vl_convert

    spec = {key: value for key, value in (chart.spec or {}).items() if key != "title"}
    # No address is allowed, so that nothing is ever fetched.
    return drawing_of(vl_convert.vegalite_to_svg(spec, config=CONFIG, allowed_base_urls=[]))


def _digest(chart: Chart, drawing: Drawing) -> str:
    shown = json.dumps([chart.title, chart.alternative, drawing.markup])
    return hashlib.sha256(shown.encode()).hexdigest()[:8]


def _title(chart: Chart, width: float) -> Iterator[str]:
    yield from lines(chart.title, width - 2 * _EDGE, TEXT_SIZE + 3)


def _foot(chart: Chart, width: float) -> Iterator[str]:
    for note in (*chart.notes, chart.source):
        yield from lines(note, width - 2 * _EDGE, _SMALL)


def _lines(words: list[str], top: float, step: int, size: int, *, bold: bool = False) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return "".join(
        f'<text x="{_EDGE}" y="{top + number * step:g}" font-size="{size}"{weight} fill="{INK}">'
        f"{escape(line)}</text>"
        for number, line in enumerate(words)
    )
