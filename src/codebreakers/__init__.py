"""Find the schools where disadvantaged pupils do what nobody expected, and say how sure it is.

The names below are the whole public interface; each loads its room when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

# One sorted list: the public name, where it lives, and what it is called there.
_HOMES: dict[str, tuple[str, str]] = {
    "Benchmark": ("peers.benchmarks", "Benchmark"),
    "CodebreakersError": ("errors", "CodebreakersError"),
    "Estimate": ("estimates", "Estimate"),
    "Finding": ("findings", "Finding"),
    "Measure": ("measures", "Measure"),
    "PeerRule": ("peers", "PeerRule"),
    "Release": ("sources", "Release"),
    "Rule": ("questions.codebreakers", "Rule"),
    "Scope": ("peers.population", "Scope"),
    "Store": ("store", "Store"),
    "Table": ("findings", "Table"),
    "Withheld": ("estimates", "Withheld"),
    "best": ("peers.benchmarks", "best"),
    "breakers": ("questions.codebreakers", "breakers"),
    "checks": ("questions.data", "checks"),
    "claims": ("profiles.claims", "claims"),
    "compare": ("profiles.compare", "compare"),
    "example_store": ("profiles.example", "example_store"),
    "floor": ("questions.floor", "floor"),
    "gap_index": ("questions.gap_index", "gap_index"),
    "gaps": ("questions.gaps", "gaps"),
    "incentive": ("profiles.incentive", "incentive"),
    "ingest_records": ("store.pupil_ingest", "ingest_records"),
    "league": ("questions.league", "league"),
    "life": ("questions.life", "life"),
    "lineage": ("questions.history", "history"),
    "lottery": ("questions.lottery", "lottery"),
    "match_table": ("peers.tables", "match_table"),
    "named": ("peers.benchmarks", "named"),
    "nation": ("profiles.nation", "nation"),
    "national": ("peers.benchmarks", "national"),
    "national_report": ("profiles.national_report", "national_report"),
    "open_store": ("store", "open_store"),
    "page_one": ("profiles.page_one", "page_one"),
    "pairing": ("questions.partners", "pairing"),
    "partners": ("questions.partners", "partners"),
    "peers": ("profiles.school", "peers"),
    "percentile": ("peers.benchmarks", "percentile"),
    "plan": ("profiles.plan", "plan"),
    "poll": ("questions.poll", "poll"),
    "poll_claim": ("questions.poll", "poll_claim"),
    "poll_school": ("questions.poll", "poll_school"),
    "potential": ("questions.potential", "potential"),
    "read_answers": ("profiles.plan", "read_answers"),
    "read_listed": ("peers.tables", "read_listed"),
    "releases": ("questions.data", "releases"),
    "robustness": ("questions.robustness", "robustness"),
    "school": ("profiles.school", "school"),
    "score": ("questions.pupils", "score"),
    "search": ("questions.search", "search"),
    "top": ("peers.benchmarks", "top"),
    "workforce": ("questions.workforce", "workforce"),
    "write_example": ("sources.example", "write_example"),
    "write_listed": ("peers.tables", "write_listed"),
    "write_plan": ("surfaces.report.plan", "write_plan"),
    "write_report": ("surfaces.report", "write_report"),
    "write_table": ("surfaces.export", "write_table"),
}

__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'codebreakers' has no attribute {name!r}")
    room, own = _HOMES[name]
    found = getattr(import_module(f"{__name__}.{room}"), own)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
