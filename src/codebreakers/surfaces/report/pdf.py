"""A document as PDF: tagged (PDF/UA-1), with a title, a language, and fonts of its own."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Final

from codebreakers.errors import RequestError
from codebreakers.surfaces.report.document import Document

__all__ = ["STANDARD", "pdf_of"]

STANDARD: Final = "ua-1"
_TEMPLATES = Path(__file__).resolve().parent / "templates"
# When a document is said to have been made: the same report is then the same file.
_TIMESTAMP = 0


@cache
def _template(name: str) -> bytes:
    return b"".join((_TEMPLATES / f"{part}.typ").read_bytes() for part in ("lettering", name))


def pdf_of(name: str, document: Document) -> bytes:
    """Return a document as PDF.

    Parameters
    ----------
    name : str
        Of the template: ``school`` or ``national``.
    document : mapping
        What it lays out. It is handed over as data: nothing in it is markup.

    Raises
    ------
    RequestError
        It cannot be laid out.
    """
    import typst

    try:
        return bytes(
            typst.compile(
                _template(name),
                sys_inputs={"document": json.dumps(document)},
                format="pdf",
                pdf_standards=[STANDARD],
                ignore_system_fonts=True,
                timestamp=_TIMESTAMP,
            )
        )
    except typst.TypstError as error:
        raise RequestError(
            f"The report cannot be laid out as PDF: {error.message}.",
            remedy="Ask for it as HTML, and report this.",
        ) from error
