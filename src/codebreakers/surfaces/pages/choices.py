"""The choices that several questions share."""

from __future__ import annotations

from collections.abc import Mapping

from codebreakers.measures.catalogue import CATALOGUE
from codebreakers.measures.held import years_held
from codebreakers.peers.population import Scope
from codebreakers.sources.england import REGIONS
from codebreakers.store import Store
from codebreakers.surfaces.pages import Choice

__all__ = ["AUTHORITY", "REGION", "measure_choice", "measures_of", "scope_of"]

REGION = Choice(
    "region",
    "Region",
    options=(("", "All of England"), *((name, name) for name in dict.fromkeys(REGIONS.values()))),
)
AUTHORITY = Choice("authority", "Local authority", "text", hint="Its name or its number.")


def measures_of(store: Store, year: int, group: str = "disadvantaged") -> tuple[str, ...]:
    """Return the measures of results that schools have in a year, by name."""
    return tuple(
        name
        for name, measure in CATALOGUE.items()
        if not measure.intake and year in years_held(store, measure, group, (year,))
    )


def measure_choice(
    store: Store, year: int, name: str = "measure", label: str = "Measure", first: str = ""
) -> Choice:
    """Return the choice of a measure that schools have in a year."""
    held = [(n, CATALOGUE[n].title) for n in measures_of(store, year)]
    return Choice(name, label, options=(("", first or "The measure of the year"), *held))


def scope_of(chosen: Mapping[str, str]) -> Scope:
    """Return the schools that region and authority leave."""
    return Scope((), chosen.get("authority", ""), chosen.get("region", ""), "")
