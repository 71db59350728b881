"""A document as HTML: one file that stands alone, without a script or a request to anywhere."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from codebreakers.surfaces.report.document import Document

if TYPE_CHECKING:
    from jinja2 import Template

__all__ = ["html_of"]

_TEMPLATES = Path(__file__).resolve().parent / "templates"


def html_of(name: str, document: Document) -> str:
    """Return a document as HTML.

    Parameters
    ----------
    name : str
        Of the template: ``school`` or ``national``.
    document : mapping
        What it lays out; its words are escaped.
    """
    return _template(name).render(**document)


@cache
def _template(name: str) -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # What stands in a drawing has been made safe where it was drawn.
    environment.filters["drawn"] = lambda svg: Markup(svg)  # noqa: S704
    return environment.get_template(f"{name}.html")
