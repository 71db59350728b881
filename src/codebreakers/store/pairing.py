"""The register's lines, put together by the two schools they are about."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from codebreakers.store.succession import Link, felt_in

__all__ = ["Lines", "Pair", "paired", "told_date"]

# What the register says the other school is: whether it came after, and what happened.
_SAID: dict[str, tuple[bool, str]] = {
    "successor": (True, "followed"),
    "successor - merged": (True, "merged"),
    "successor - amalgamated": (True, "merged"),
    "result of amalgamation": (True, "merged"),
    "successor - split school": (True, "split"),
    "predecessor": (False, "followed"),
    "predecessor - merged": (False, "merged"),
    "predecessor - amalgamated": (False, "merged"),
    "predecessor - split school": (False, "split"),
}
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Pair:
    """All that the register says of one school having followed another.

    Parameters
    ----------
    old, new : str
        URNs.
    changes : frozenset of str
        ``merged`` and ``split``, where a line says so; empty where one only followed the other.
    said : tuple of str
        The register's words, in order.
    dates : tuple of str
        ISO dates, in order.
    years : (int, int), optional
        First results years after the first and the last of them; None where there is no date.
    sides : frozenset of str
        Whose lines say it.
    unknown : tuple of str
        What is not known about it: whole sentences.
    """

    old: str
    new: str
    changes: frozenset[str]
    said: tuple[str, ...]
    dates: tuple[str, ...]
    years: tuple[int, int] | None
    sides: frozenset[str]
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lines:
    """The register's lines: those that say who followed whom, and the rest.

    Parameters
    ----------
    pairs : tuple of Pair
        In order of URN.
    unnamed : tuple of Link
        Lines that name no other school.
    others : tuple of Link
        Lines that say something else.
    """

    pairs: tuple[Pair, ...]
    unnamed: tuple[Link, ...]
    others: tuple[Link, ...]


def paired(links: Iterable[Link]) -> Lines:
    """Put the register's lines together.

    Parameters
    ----------
    links : iterable of Link
        Its lines. Each change stands in it twice, once from either side, or once.

    Returns
    -------
    Lines
    """
    by_pair: dict[tuple[str, str], list[Link]] = defaultdict(list)
    unnamed, others = [], []
    for link in links:
        known = _meaning(link.kind)
        if known is None:
            others.append(link)
        elif not link.other:
            unnamed.append(link)
        elif known[0]:
            by_pair[link.school, link.other].append(link)
        else:
            by_pair[link.other, link.school].append(link)
    pairs = (_pair(old, new, by_pair[old, new]) for old, new in sorted(by_pair))
    return Lines(tuple(pairs), tuple(unnamed), tuple(others))


def _pair(old: str, new: str, lines: list[Link]) -> Pair:
    said = {link.date for link in lines if link.date}
    dates = sorted(date for date in said if told_date(date))
    unknown = [f"The register dates it {date!r}, which is no date." for date in said - set(dates)]
    years = (felt_in(dates[0]), felt_in(dates[-1])) if dates else None
    if years and years[0] != years[1]:
        unknown.append(f"The register dates it both {dates[0]} and {dates[-1]}.")
    return Pair(
        old,
        new,
        frozenset(known[1] for link in lines if (known := _meaning(link.kind))) - {"followed"},
        tuple(sorted({link.kind for link in lines})),
        tuple(dates),
        years,
        frozenset(link.school for link in lines),
        tuple(sorted(unknown)),
    )


def told_date(said: str) -> str:
    """Return a date as the register has it where it is one, '' where it is none."""
    return said if _ISO.fullmatch(said) else ""


@lru_cache(maxsize=64)
def _meaning(kind: str) -> tuple[bool, str] | None:
    return _SAID.get(" ".join(kind.split()).casefold())
