"""What every file says of itself: what it shows, of whom, from what, and on what terms."""

from __future__ import annotations

from codebreakers.findings import Provenance, Run, Table
from codebreakers.surfaces.charts.words import seen

__all__ = ["MADE_UP", "attribution", "definitions", "notes_of", "origin", "sources"]

MADE_UP = "Example England is a made-up country: no school and no pupil in it exists."
_OURS = "Worked out by codebreakers. Not an official statistic."


def attribution(table: Table, run: Run) -> str:
    """Return whose data are shown and on what terms; that they are made up where they are."""
    if table.made_up:
        return f"{MADE_UP} {_OURS}"
    terms = sorted({(one.publisher, one.licence) for one in run.releases if not one.made_up})
    if not terms:  # of somebody's own records or poll, whose terms are theirs to say
        return _OURS
    said = "; ".join(f"{seen(publisher)}, {seen(licence)}" for publisher, licence in terms)
    return f"Contains public sector information: {said}. {_OURS}"


def origin(run: Run) -> str:
    """Return what made the answer, so that it can be made again."""
    read = f", from the store {seen(run.store)}" if run.store else ""
    return f"codebreakers {run.version}, seed {run.seed}{read}"


def sources(run: Run) -> tuple[str, ...]:
    """Return a line for each release that a figure was read from."""
    return tuple(_source(one) for one in run.releases)


def _source(one: Provenance) -> str:
    read = f"{one.file} ({one.status}, sha256 {one.sha256})"
    return seen(f"{one.title}, {one.publisher}, {one.licence}: {read}")


def definitions(table: Table) -> tuple[str, ...]:
    """Return what was counted, each said once."""
    return tuple(dict.fromkeys(seen(f.definition) for f in table.findings if f.definition))


def notes_of(table: Table) -> tuple[str, ...]:
    """Return the caveats of a table's findings and its own notes, each said once."""
    caveats = [caveat for finding in table.findings for caveat in finding.caveats]
    return tuple(dict.fromkeys(seen(note) for note in (*caveats, *table.notes)))
