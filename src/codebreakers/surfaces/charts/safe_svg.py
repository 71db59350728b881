"""An SVG taken apart and put together from what may stand in a page, and nothing else.

A page whose policy is ``default-src 'none'; style-src 'self'`` runs no scripts, loads nothing and
takes no style from attributes: only shapes and words with presentation attributes are let through,
and whatever else a renderer should draw one day is an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

from codebreakers.surfaces.charts import Drawing

__all__ = ["drawing_of"]

_SVG = "{http://www.w3.org/2000/svg}"
_ELEMENTS = frozenset({"g", "line", "path", "rect", "text", "tspan"})
_KEPT = frozenset(
    (
        *("d", "dx", "dy", "fill", "font-size", "font-style", "font-weight", "height", "opacity"),
        *("stroke", "stroke-dasharray", "stroke-dashoffset", "stroke-linecap", "stroke-linejoin"),
        *("stroke-miterlimit", "stroke-width", "text-anchor", "transform", "width"),
        *("x", "x1", "x2", "y", "y1", "y2"),
    )
)
# What a renderer says to programs or of mice; the font is said once, for the whole picture.
_LEFT = re.compile(r"aria-.*|class|cursor|display|font-family|pointer-events|role")
_REFERS = re.compile(r"url\(|javascript:|https?:|data:", re.IGNORECASE)
_LONG = re.compile(r"-?\d+\.\d{3,}")
_EMPTY = frozenset({"", "M0,0h0v0h0Z"})


def drawing_of(svg: str) -> Drawing:
    """Return what is inside an SVG.

    Parameters
    ----------
    svg : str
        As a renderer made it.

    Returns
    -------
    Drawing

    Raises
    ------
    ValueError
        It holds an element or an attribute that may not stand in a page.
    """
    # The renderer's own text, in which what came from outside is already escaped.
    root = ElementTree.fromstring(svg)  # noqa: S314
    width, height = (float(root.get(name, "0")) for name in ("width", "height"))
    inside = "".join(part for child in root for part in _written(child))
    return Drawing(inside, width, height)


def _written(element: ElementTree.Element) -> Iterator[str]:
    """Yield an element as text; nothing where nobody would see it."""
    name = element.tag.removeprefix(_SVG)
    if name not in _ELEMENTS:
        raise ValueError(f"the renderer drew <{name}>, which may not stand in a page")
    if element.get("display") == "none" or (name == "path" and element.get("d", "") in _EMPTY):
        return
    within = [escape(element.text or "")] if name in ("text", "tspan") else []
    for child in element:
        within += _written(child)
        within += [escape(child.tail or "")] if name in ("text", "tspan") else []
    if name == "g" and not within:
        return
    yield (
        f"<{name}{_attributes(element)}>{''.join(within)}</{name}>"
        if within
        else (f"<{name}{_attributes(element)}/>")
    )


def _says_nothing(element: ElementTree.Element, name: str, value: str) -> bool:
    """Return whether an attribute changes nothing: a renderer's groups never draw lines."""
    unlined = name.startswith("stroke-") and element.tag != f"{_SVG}g" and not element.get("stroke")
    return unlined or (name, value) == ("opacity", "1")


def _attributes(element: ElementTree.Element) -> str:
    kept = []
    for name, value in element.attrib.items():
        if _LEFT.fullmatch(name) or _says_nothing(element, name, value):
            continue
        if name not in _KEPT or _REFERS.search(value):
            raise ValueError(f"the renderer drew {name}={value[:40]!r}, which may not be in a page")
        # Hundredths of a pixel: nobody sees less, and the last digits differ between machines.
        short = _LONG.sub(lambda found: f"{float(found[0]):.2f}".rstrip("0").rstrip("."), value)
        kept.append(f" {name}={quoteattr(short)}")
    return "".join(kept)
