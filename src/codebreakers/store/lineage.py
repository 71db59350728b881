"""One school through its URNs: which rows of different years are the same school's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from codebreakers.errors import UnknownNameError
from codebreakers.store import Store
from codebreakers.store.evidence import read_records
from codebreakers.store.judging import judged
from codebreakers.store.numbering import FAR, Held, holders, number_of
from codebreakers.store.succession import Event, Records

__all__ = ["History", "Lineages", "Since", "lineages", "traced"]

_NEVER = 9999


@dataclass(frozen=True, slots=True)
class History:
    """What is known of one school, and what is not.

    Parameters
    ----------
    urn : str
        The key that was asked about.
    identity : str
        The school's first URN.
    urns : tuple of str
        Every URN it had, first to last.
    keys : tuple of str
        Authority and establishment numbers by which tables without URNs name it.
    events : tuple of Event
        In order of date; those of no known date last.
    unknown : tuple of str
        What is not known about it besides: whole sentences.
    """

    urn: str
    identity: str
    urns: tuple[str, ...]
    keys: tuple[str, ...]
    events: tuple[Event, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Since:
    """What happened to a school after the results of a year.

    Parameters
    ----------
    events : tuple of Event
        Those that did, in order of date.
    undated : tuple of Event
        Those that may have: when they happened is not known well enough.
    """

    events: tuple[Event, ...]
    undated: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Lineages:
    """Every school through its URNs.

    Parameters
    ----------
    has_register : bool
        Whether the register's links are held; without them no URN is known to follow another.
    events : tuple of Event
        Everything that happened to any school.
    known : frozenset of str
        Every key that a table or the register has.
    first : mapping of str to str
        The school's first URN, of each key that is not its own.
    urns, keys : mapping of str to tuple of str
        Of a first URN: all the school's, in order; and the numbers by which it is named.
    held_by : mapping of str to Held
        Who stands with each key that is a number.
    """

    has_register: bool
    events: tuple[Event, ...]
    known: frozenset[str]
    first: Mapping[str, str]
    urns: Mapping[str, tuple[str, ...]]
    keys: Mapping[str, tuple[str, ...]]
    held_by: Mapping[str, Held]
    _of: Mapping[str, tuple[Event, ...]] = field(repr=False)

    def identity(self, urns: Sequence[str]) -> list[str]:
        """Return the school of each key.

        Parameters
        ----------
        urns : sequence of str
            URNs, or numbers where a table has no URN.

        Returns
        -------
        list of str
            The school's first URN, alike for all it had. A key that is followed nowhere, or is
            not known, is its own. Of several schools that merged, and of one that was divided,
            each is itself.
        """
        first = self.first
        return [first.get(urn, urn) for urn in urns]

    def history(self, urn: str) -> History:
        """Return what is known of one school.

        Parameters
        ----------
        urn : str
            Any of its URNs, or a number by which a table names it.

        Returns
        -------
        History

        Raises
        ------
        UnknownNameError
            No table held and no line of the register has it.
        """
        if urn not in self.known:
            raise UnknownNameError("school in any table held, by URN", urn, sorted(self.known))
        identity = self.first.get(urn, urn)
        urns = self.urns.get(identity, (identity,))
        found = {event: None for one in urns for event in self._of.get(one, ())}
        return History(
            urn,
            identity,
            urns,
            self.keys.get(identity, ()),
            tuple(sorted(found, key=_when)),
            tuple(self._unknown(identity, urn)),
        )

    def _unknown(self, identity: str, urn: str) -> Iterator[str]:
        if not self.has_register:
            yield "The register's links are not held, so no other URN of it can be known."
        for key in self.keys.get(identity, ()):
            apart = self.held_by[key].years_apart
            if apart > 1:
                years = "an unknown number of" if apart == FAR else f"{apart}"
                yield (
                    f"It is joined to {key} by the number alone, over {years} years between the "
                    "tables, and numbers are used again."
                )
        if urn in self.held_by and urn not in self.keys.get(identity, ()):
            urns = ", ".join(self.held_by[urn].urns)
            yield (
                f"Its table has no URN, and {urns} stand with its number, which are not one school."
                if urns
                else "Its table has no URN, and no table held has one with its number."
            )

    def events_since(self, urn: str, year: int) -> Since:
        """Return what happened to a school after the results of a year.

        Parameters
        ----------
        urn : str
            Any of its URNs.
        year : int
            Results year.

        Returns
        -------
        Since
            Of all URNs the school has, but not of those it merged or was divided into.

        Raises
        ------
        UnknownNameError
            No table held and no line of the register has it.
        """
        events = self.history(urn).events
        return Since(
            tuple(e for e in events if e.after is not None and e.after >= year),
            tuple(
                e
                for e in events
                if (e.after is None or e.after < year) and (e.by is None or e.by > year)
            ),
        )


def lineages(store: Store) -> Lineages:
    """Return every school through its URNs.

    Parameters
    ----------
    store : Store
        Where to read. What is found is kept, so that asking twice costs nothing.

    Returns
    -------
    Lineages
    """

    def make() -> Lineages:
        has_register = any(release.dataset == "links" for release in store.releases())
        return traced(read_records(store), has_register=has_register)

    return store.kept("lineages", make)


def traced(records: Records, *, has_register: bool = True) -> Lineages:
    """Return every school through its URNs, of what is held about them.

    Parameters
    ----------
    records : Records
        What is held.
    has_register : bool
        Whether the register's links are.

    Returns
    -------
    Lineages
    """
    held_by = holders(records)
    events = judged(records, held_by)
    urns = _chains(events)
    first = {urn: chain[0] for chain in urns.values() for urn in chain[1:]}
    schools = {key: {first.get(urn, urn) for urn in held.urns} for key, held in held_by.items()}
    keys: dict[str, list[str]] = defaultdict(list)
    for key, named in schools.items():
        first[key] = min(named) if len(named) == 1 else number_of(key)
        if len(named) == 1:
            keys[first[key]].append(key)
    of: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        for urn in {*event.before, *event.following}:
            of[urn].append(event)
    return Lineages(
        has_register,
        events,
        frozenset((*_known(records), *first.values())),
        first,
        urns,
        {identity: tuple(named) for identity, named in keys.items()},
        held_by,
        {urn: tuple(its) for urn, its in of.items()},
    )


def _chains(events: Iterable[Event]) -> dict[str, tuple[str, ...]]:
    """Return the URNs of each school that had several, by its first."""
    onward = {e.before[0]: e.following[0] for e in events if e.joins and e.before != e.following}
    chains = {}
    for start in onward.keys() - onward.values():
        chain = [start]
        while chain[-1] in onward:
            chain.append(onward[chain[-1]])
        chains[start] = tuple(chain)
    return chains


def _known(records: Records) -> Iterable[str]:
    for link in records.links:
        yield from (urn for urn in (link.school, link.other) if urn)
    for table in (records.numbers, records.rolls, records.results, records.closings):
        yield from table


def _when(event: Event) -> tuple[int, int, str]:
    """Order by date, as far as it is known."""
    by = event.by or (event.after + 1 if event.after is not None else _NEVER)
    return by, event.after or by, event.date
