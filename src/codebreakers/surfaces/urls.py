"""Every address of the pages, spelled in one place.

An address is a place and the choices made there, so that it can be sent to somebody else and says
the same. The place comes first (``/2013/schools/103519``), the other choices stand behind it
(``?measure=attainment8``). The same address is a file of the static pages.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from posixpath import relpath
from urllib.parse import quote, urlencode

from codebreakers.errors import RequestError

__all__ = ["FORMS", "Address", "asset", "filed", "served"]

FORMS = ("html", "json", "csv")
"""A page to read, its twin for programs, its rows for a spreadsheet."""

_PART = re.compile(r"[\w.~ -]{1,120}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a page is.

    Parameters
    ----------
    place : tuple of str
        Its parts in order, () for the first page: ``("schools", "103519")``.
    year : int
        Results year; 0 for a page that is of no year.
    choices : tuple of (str, str)
        Every other choice, in order of name.
    form : str
        One of `FORMS`.

    Raises
    ------
    RequestError
        The form is unknown, or a part could not stand in an address.
    """

    place: tuple[str, ...] = ()
    year: int = 0
    choices: tuple[tuple[str, str], ...] = ()
    form: str = "html"

    def __post_init__(self) -> None:
        if self.form not in FORMS:
            raise RequestError(f"{self.form!r} is no form of a page.", available=FORMS)
        for part in self.place:
            if not _PART.fullmatch(part) or part.startswith("."):
                raise RequestError(f"{part[:40]!r} cannot be part of an address.")
        object.__setattr__(self, "choices", tuple(sorted(self.choices)))

    def to(self, form: str) -> Address:
        """Return the same page in another form."""
        return replace(self, form=form)

    def of_year(self, year: int) -> Address:
        """Return the same page of another year."""
        return replace(self, year=year)

    def choosing(self, choices: Mapping[str, str]) -> Address:
        """Return the same page with these choices besides; an empty one is taken away."""
        every = dict(self.choices) | dict(choices)
        return replace(self, choices=tuple((k, v) for k, v in every.items() if v != ""))


def served(address: Address) -> str:
    """Return the address as a server is asked for it."""
    path = "/" + "/".join(quote(part) for part in _parts(address))
    if address.form != "html":
        path = ("/england" if path == "/" else path) + f".{address.form}"
    return f"{path}?{urlencode(address.choices)}" if address.choices else path


def filed(address: Address, seen_from: Address | None = None) -> str:
    """Return the address as a file below the folder of the static pages.

    Parameters
    ----------
    address : Address
        What is linked to; a file has no other choices than its place and year.
    seen_from : Address, optional
        The page the link stands on: the path is then relative to it.

    Raises
    ------
    RequestError
        The address holds choices.
    """
    if address.choices:
        raise RequestError(f"{served(address)} is no file: its choices need a server.")
    parts = _parts(address)
    if address.form == "html":
        path = "/".join((*parts, "index.html"))
    else:
        path = "/".join(parts or ("england",)) + f".{address.form}"
    if seen_from is None:
        return path
    here = filed(seen_from.to("html"))
    return relpath(path, here.rpartition("/")[0] or ".")


def asset(name: str, seen_from: Address | None = None) -> str:
    """Return where a file beside the pages is: from the root, or relative to a static page."""
    path = f"static/{name}"
    if seen_from is None:
        return f"/{path}"
    return relpath(path, filed(seen_from.to("html")).rpartition("/")[0] or ".")


def _parts(address: Address) -> tuple[str, ...]:
    return (*((str(address.year),) if address.year else ()), *address.place)
