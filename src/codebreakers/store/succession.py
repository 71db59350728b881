"""What is held about which school followed which, and what can have happened to a school."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["JOINING", "KINDS", "Closing", "Event", "Link", "Numbered", "Records", "felt_in"]

KINDS: dict[str, str] = {
    "conversion": "new URN, same authority and establishment number",
    "re-numbering": "new authority or establishment number",
    "succession": "new URN; whether the number was kept is not known",
    "merger": "merged",
    "split": "divided",
    "closure": "closed; no school is named as following it",
    "other": "another link",
    "ambiguous": "not clear",
}
"""What can happen to a school, and what it is in words."""

JOINING = frozenset({"conversion", "re-numbering", "succession"})
"""What leaves it one school."""

# Examinations are over when schools that open anew on 1 July close: the next year's results are
# the first to feel what happens from then on.
_EXAMINED_BY = "06-30"


@dataclass(frozen=True, slots=True)
class Link:
    """One line of the register.

    Parameters
    ----------
    school, other : str
        URNs; `other` is '' where the line names none.
    kind : str
        What `other` is to `school`, in the register's words.
    date : str
        ISO date; the register's own words where they are no date, '' where it says nothing.
    """

    school: str
    other: str
    kind: str
    date: str = ""


@dataclass(frozen=True, slots=True)
class Numbered:
    """An authority and establishment number that a key stood with.

    Parameters
    ----------
    number : str
        "330/4084".
    first, last : int, optional
        Years of the tables that say so; None where they are of no year.
    """

    number: str
    first: int | None = None
    last: int | None = None


@dataclass(frozen=True, slots=True)
class Closing:
    """That a table says a school had closed.

    Parameters
    ----------
    said : str
        What says it.
    by : int, optional
        Results year by which it had; None where the table is of no year.
    date : str
        ISO date, '' where the table gives none.
    """

    said: str
    by: int | None = None
    date: str = ""


@dataclass(frozen=True, slots=True)
class Records:
    """All that is held about which school is which.

    Parameters
    ----------
    links : tuple of Link
        The register's lines.
    numbers : mapping of str to tuple of Numbered
        By key: a URN, or a number where the table has no URN.
    rolls, results : mapping of str to (int, int)
        First and last year of the censuses, and of the tables of results, that have the key.
    closings : mapping of str to Closing
        By key.
    """

    links: tuple[Link, ...] = ()
    numbers: Mapping[str, tuple[Numbered, ...]] = field(default_factory=dict)
    rolls: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    results: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    closings: Mapping[str, Closing] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to one school, or to several at once.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    before, following : tuple of str
        URNs that there were before, and after. The same on both sides where it is not known who
        came first, or where one URN was given another number.
    date : str
        ISO date as the register has it, '' where it has none, or two of different years.
    after : int, optional
        Newest results year known to be before it; None where not known.
    by : int, optional
        Oldest results year known to have felt it; None where not known.
    said : str
        What the register, or the table that tells it, says.
    unknown : tuple of str
        What is not known about it: whole sentences.
    """

    kind: str
    before: tuple[str, ...]
    following: tuple[str, ...]
    date: str = ""
    after: int | None = None
    by: int | None = None
    said: str = ""
    unknown: tuple[str, ...] = ()

    @property
    def joins(self) -> bool:
        """Whether the school before and the school after are one."""
        return self.kind in JOINING


def felt_in(date: str) -> int:
    """Return the first results year that feels what happens on an ISO date."""
    return int(date[:4]) + (date[5:] >= _EXAMINED_BY)
