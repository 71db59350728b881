"""Reports to keep and to print: one school's page one, or a year of England, as PDF or HTML.

A report is first a document: plain words, rows and drawings. The templates only lay it out, so
that the two forms say the same, and nothing in a name is ever markup.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from codebreakers.errors import UnknownNameError
from codebreakers.profiles.national_report import NationalReport
from codebreakers.profiles.page_one import PageOne
from codebreakers.surfaces.export.whole import refuse, write_one
from codebreakers.surfaces.report.document import Document, national_document, school_document
from codebreakers.surfaces.report.html import html_of
from codebreakers.surfaces.report.pdf import pdf_of

__all__ = ["FORMS", "form_of", "rendered", "write_report"]

FORMS = ("pdf", "html")


def write_report(what: PageOne | NationalReport, path: str | Path) -> Path:
    """Write a report to a file, whole or not at all.

    Parameters
    ----------
    what : PageOne or NationalReport
        What ``page_one`` or ``national_report`` returned.
    path : str or Path
        Where to; the name ends in ``.pdf`` or ``.html``.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    UnknownNameError
        The name ends in neither.
    RequestError
        Its folder is not there, it may not be written, or it is a store.
    """
    target = Path(path)
    form = form_of(target)
    refuse(target)
    write_one(target, rendered(what, form))
    return target


def form_of(path: Path, forms: Sequence[str] = FORMS, what: str = "report") -> str:
    """Return the form that a file's name asks for.

    Parameters
    ----------
    path : Path
    forms : sequence of str
        The endings that there are.
    what : str
        What is to be written, for messages.

    Raises
    ------
    UnknownNameError
        It asks for none of `forms`.
    """
    form = path.suffix.lstrip(".").casefold()
    if form not in forms:
        raise UnknownNameError(f"form of a {what}", path.suffix or path.name, forms)
    return form


def rendered(what: PageOne | NationalReport, form: str) -> bytes:
    """Return a report as the bytes of a file, the same for the same report.

    Parameters
    ----------
    what : PageOne or NationalReport
    form : str
        One of `FORMS`.
    """
    document: Document
    if isinstance(what, PageOne):
        name, document = "school", school_document(what)
    else:
        name, document = "national", national_document(what)
    if form == "pdf":
        return pdf_of(name, document)
    return html_of(name, document).encode()
