"""Which schools were this school?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from codebreakers.estimates import Estimate, Withheld
from codebreakers.findings import Cell, Column, Finding, Table
from codebreakers.findings.disclosure import About, cite, tabulate
from codebreakers.sources import Release, academic_year
from codebreakers.store import Store
from codebreakers.store.evidence import READ_FROM, names_of
from codebreakers.store.lineage import History, lineages
from codebreakers.store.succession import KINDS, Event

__all__ = ["history"]

_COLUMNS = (
    Column("when", "When"),
    Column("event", "What"),
    Column("before_urns", "Before"),
    Column("before_names", "Called", screen=False),
    Column("following_urns", "After"),
    Column("following_names", "Called"),
    Column("unknown", "Not known"),
    Column("date", "Date", screen=False),
    Column("results_before_year", "After the results of", screen=False),
    Column("results_from_year", "By the results of", screen=False),
    Column("kind", "Kind", screen=False),
    Column("said", "As it is said", screen=False),
)
_DEFINITION = (
    "By the register's links of predecessor and successor URNs, and the authority and "
    "establishment numbers in the tables held. One school that went on as one other is one school: "
    "conversion (same authority and establishment number), re-numbering, or succession (its number "
    "is not known). Schools that merged or were divided are named and are not one school. What the "
    "register leaves open is listed as not clear, and joins nothing."
)
_NO_DATE = Withheld("not-held", "no date is given")
_NO_OTHER = Withheld("z", "no other school is named")


def history(store: Store, urn: str) -> Table:
    """Return what is known of one school through its URNs.

    Parameters
    ----------
    store : Store
        Where to read.
    urn : str
        Any of its URNs; or its authority and establishment number ("330/4084"), by which tables
        without URNs name it.

    Returns
    -------
    Table
        A row an event, in order of date; findings ``lineage.urns``, ``lineage.events`` and
        ``lineage.unclear``.

    Raises
    ------
    UnknownNameError
        No table held and no line of the register has it: the nearest that is known is suggested.
    """
    with store.reading():
        found = lineages(store).history(urn.strip())
        releases = store.releases()
        named = {u for e in found.events for u in (*e.before, *e.following)}
        names = names_of(store, sorted({*found.urns, *named}))
    return tabulate(
        "lineage",
        _title(found, names),
        _COLUMNS,
        [_row(event, names) for event in found.events],
        findings=_findings(found, names, releases),
        made_up=any(release.made_up for release in releases),
    )


def _title(found: History, names: Mapping[str, str]) -> str:
    newest = found.urns[-1]
    called = names.get(newest, "a school that no table held names").upper()
    return f"Which schools were {called}, {_key_kind(newest)} {newest}?"


def _key_kind(key: str) -> str:
    return "authority and establishment number" if "/" in key else "URN"


def _row(event: Event, names: Mapping[str, str]) -> tuple[Cell, ...]:
    return (
        _when(event),
        KINDS[event.kind],
        ", ".join(event.before),
        _called(event.before, names),
        ", ".join(event.following) or _NO_OTHER,
        _called(event.following, names),
        " ".join(event.unknown),
        event.date or _NO_DATE,
        _NO_DATE if event.after is None else event.after,
        _NO_DATE if event.by is None else event.by,
        event.kind,
        event.said,
    )


def _called(urns: Iterable[str], names: Mapping[str, str]) -> Cell:
    said = [names.get(urn, "(not named)") for urn in urns]
    return "; ".join(said) if said else _NO_OTHER


def _when(event: Event) -> str:
    if event.date:
        day = date.fromisoformat(event.date)
        return f"{day.day} {day:%B %Y}"
    after, by = event.after, event.by
    if after is not None and by is not None:
        return f"after the {academic_year(after)} results, by those of {academic_year(by)}"
    if after is not None:
        return f"after the {academic_year(after)} results"
    return "not known" if by is None else f"by the {academic_year(by)} results"


def _findings(
    found: History, names: Mapping[str, str], releases: tuple[Release, ...]
) -> tuple[Finding, ...]:
    used = [r for r in releases if r.dataset in READ_FROM]
    about = About(
        max((r.year for r in releases), default=0),
        _DEFINITION,
        found.unknown,
        cite(releases, (r.id for r in used)),
    )
    clear = [e for e in found.events if e.kind != "ambiguous"]
    unclear = [e for e in found.events if e.kind == "ambiguous"]
    return (
        about.say("lineage.urns", _urns_said(found, names), _count(len(found.urns)), unit="urns"),
        about.say(
            "lineage.events",
            _events_said(clear),
            _count(len(clear)),
            unit="events",
        ),
        about.say("lineage.unclear", _unclear_said(unclear), _count(len(unclear)), unit="events"),
    )


def _count(number: int) -> Estimate:
    return Estimate(number, method="counted in the register and the tables held")


def _urns_said(found: History, names: Mapping[str, str]) -> str:
    said = [f"{urn} ({names.get(urn, 'not named')})" for urn in found.urns]
    numbers = f" Tables without URNs have it as {', '.join(found.keys)}." if found.keys else ""
    if len(said) == 1:
        return f"It is known by one {_key_kind(found.identity)}, {said[0]}.{numbers}"
    return f"One school with {len(said)} URNs: {', then '.join(said)}.{numbers}"


def _events_said(events: list[Event]) -> str:
    if not events:
        return "Nothing is known to have happened to it."
    said = "; ".join(f"{event.kind} ({_when(event)})" for event in events)
    return f"What is known to have happened to it: {said}."


def _unclear_said(unclear: list[Event]) -> str:
    if not unclear:
        return "Nothing in the register about it is unclear."
    said = " ".join(dict.fromkeys(why for event in unclear for why in event.unknown))
    return f"Not clear, and not guessed: {said}"
