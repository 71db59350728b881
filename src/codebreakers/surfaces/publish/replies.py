"""What a school may say back: where an error is told of, and the school's own words."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, urlsplit

from codebreakers.errors import RequestError, UnknownNameError
from codebreakers.surfaces.charts.words import seen
from codebreakers.surfaces.pages import Contact, Page, Section

__all__ = ["LONGEST", "comments_of", "contact_of", "replies"]

LONGEST = 2_000
"""Letters of a school's comment."""

_MAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_NOBODY = (
    "Tell whoever published these pages: a mistake is mended, and a school's own words are put "
    "here."
)
_SOMEBODY = "A mistake is mended, and a school's own words are put here."
_NO_COMMENT = "The school has sent no comment."


def contact_of(text: str) -> Contact | None:
    """Return whom errors are told to: an e-mail address or the address of a page; None for "".

    Raises
    ------
    RequestError
        It is neither.
    """
    given = text.strip()
    if not given:
        return None
    mail = given.removeprefix("mailto:")
    if len(given) <= 200 and _MAIL.fullmatch(mail):
        return Contact(f"Write to {mail}", f"mailto:{quote(mail, safe='@')}")
    parts = urlsplit(given)
    plain = given.isascii() and given.isprintable() and not set(given) & set(' "<>\\')
    if len(given) <= 200 and plain and parts.scheme in ("http", "https") and parts.hostname:
        return Contact(f"Tell us at {parts.hostname}", given)
    raise RequestError(
        f"{given[:60]!r} is nowhere to report an error to.",
        remedy="Give an e-mail address, or the address of a page: https://example.org/report.",
    )


def comments_of(path: Path | None) -> dict[str, str]:
    """Return what schools said of their pages, by URN.

    Parameters
    ----------
    path : Path, optional
        A CSV file in UTF-8 with the columns URN and comment.

    Raises
    ------
    RequestError
        It cannot be read, a comment is too long, or a school has two.
    UnknownNameError
        It has not these columns.
    """
    if path is None:
        return {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            read = csv.DictReader(file)
            columns = {str(name).strip().casefold(): name for name in read.fieldnames or ()}
            rows = list(read)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise RequestError(
            f"The comments in {path} cannot be read: {error}.",
            remedy="Give a CSV file in UTF-8 with the columns URN and comment.",
        ) from error
    for column in ("urn", "comment"):
        if column not in columns:
            raise UnknownNameError("column", column, list(columns))
    found: dict[str, str] = {}
    for row in rows:
        urn, comment = (str(row[columns[name]] or "").strip() for name in ("urn", "comment"))
        if urn and comment:
            _check(urn, comment, found)
            found[urn] = comment
    return found


def _check(urn: str, comment: str, found: Mapping[str, str]) -> None:
    if urn in found:
        raise RequestError(
            f"There are two comments of {urn[:20]!r}.", remedy="Put them into one row."
        )
    if len(comment) > LONGEST:
        raise RequestError(
            f"The comment of {urn[:20]!r} has {len(comment):,} letters.",
            remedy=f"At most {LONGEST:,} fit its page.",
        )


def replies(page: Page, contact: Contact | None, comment: str) -> tuple[Section, ...]:
    """Return the parts of a school's page that are the school's.

    Parameters
    ----------
    page : Page
    contact : Contact, optional
        Whom errors are told to.
    comment : str
        The school's; empty where it has sent none.
    """
    lines = (seen(line) for line in comment.splitlines())
    said = tuple(line for line in lines if line)
    asked = contact
    if contact is not None and contact.href.startswith("mailto:"):
        about = f"{page.title} ({page.address.place[1]}, {page.address.year})"
        asked = Contact(contact.words, f"{contact.href}?subject={quote(about)}")
    return (
        Section("What the school says", prose=said or (_NO_COMMENT,)),
        Section(
            "Is something wrong here?",
            prose=(_NOBODY if contact is None else _SOMEBODY,),
            contact=asked,
        ),
    )
