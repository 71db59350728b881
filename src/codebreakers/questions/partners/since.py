"""What became of a school since a year's results: looked at before it is named to others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from codebreakers.sources.england import SCHOOL_TYPES
from codebreakers.store.inspections import Inspection
from codebreakers.store.lineage import Lineages
from codebreakers.store.standings import Standing
from codebreakers.store.succession import JOINING, Event

__all__ = ["Since", "since_of"]

_WELL_FOUND = ("outstanding", "good", "")
_SPONSORED = SCHOOL_TYPES["AC"]


@dataclass(frozen=True, slots=True)
class Since:
    """What is known of a school after a year's results.

    Parameters
    ----------
    aside : str
        Why it is not named to others; '' where nothing speaks against it.
    inspection : Inspection, optional
        The last one held, under any of its URNs; None where none is.
    urn_now : str
        Its last URN.
    name_now : str
        What the last table of results that has it calls it; '' where no later one does.
    changes : tuple of str
        What happened to it that leaves it one school, in words.
    """

    aside: str
    inspection: Inspection | None
    urn_now: str
    name_now: str
    changes: tuple[str, ...]


def since_of(
    urn: str,
    year: int,
    kind: str,
    register: Lineages,
    stood: Mapping[str, Standing],
    seen: Mapping[str, Inspection],
) -> Since:
    """Return what is known of a school after a year's results.

    Parameters
    ----------
    urn : str
        Its key in the tables of the year.
    year : int
        Results year.
    kind : str
        Its type in the tables of the year, as they spell it.
    register, stood, seen
        Every school through its URNs, where each stands last, and when it was inspected.

    Returns
    -------
    Since
        A school is set aside that closed, merged into another or was divided, was given a sponsor,
        or whose last inspection found it less than good.
    """
    urns = register.history(urn).urns
    since = register.events_since(urn, year)
    events = (*since.events, *since.undated)
    last = max((stood[key] for key in urns if key in stood), key=lambda one: one.year, default=None)
    inspected = [seen[key] for key in urns if key in seen]
    inspection = max(inspected, key=lambda one: (one.day or date.min, one.outcome), default=None)
    aside = _gone(events, urns) or _inspected(inspection) or _sponsored(kind, last, year)
    name_now = last.name if last is not None and last.year > year else ""
    return Since(aside, inspection, urns[-1], name_now, tuple(_changes(events, urn)))


def _gone(events: tuple[Event, ...], urns: tuple[str, ...]) -> str:
    for event in events:
        if event.kind == "closure":
            return "closed since"
        # A school that another was merged into goes on as itself.
        leaves = any(u in event.before for u in urns) and not any(
            u in event.following for u in urns
        )
        if leaves and event.kind == "merger":
            return "merged into another since"
        if leaves and event.kind == "split":
            return "divided since"
    return ""


def _inspected(inspection: Inspection | None) -> str:
    if inspection is None or inspection.outcome in _WELL_FOUND:
        return ""
    return f"on inspection outcome ({inspection.outcome})"


def _sponsored(kind: str, last: Standing | None, year: int) -> str:
    if last is None or last.year <= year or not last.type or not kind:
        return ""
    then, now = (SCHOOL_TYPES.get(one, one) for one in (kind, last.type))
    return "given a sponsor since" if now == _SPONSORED != then else ""


def _changes(events: tuple[Event, ...], urn: str) -> list[str]:
    """Return, in words, what happened to it that leaves it one school."""
    changes = []
    for event in events:
        others = [u for u in event.following if u != urn]
        if event.kind in JOINING and others:
            when = f"since {event.date[:4]}" if event.date else "since then"
            changes.append(f"{when} URN {others[-1]}")
        elif event.kind == "ambiguous":
            changes.append("the register links it to another school, and how is not clear")
    return changes
