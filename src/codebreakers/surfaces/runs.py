"""What a run was: the version, the seed, the store, and every release a figure was read from."""

from __future__ import annotations

from importlib.metadata import version

from codebreakers.findings import Provenance, Run, Table
from codebreakers.store import Store

__all__ = ["run_of"]


def run_of(store: Store | None, seed: int, table: Table) -> Run:
    """Return what this run was, with every release a figure of the answer was read from.

    Pupil records and polls are in no store.
    """
    used: dict[Provenance, None] = {}
    for finding in table.findings:
        used |= dict.fromkeys(finding.provenance)
    return Run(version("codebreakers"), seed, store.path.name if store else "", tuple(used))
