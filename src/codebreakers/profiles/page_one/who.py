"""Block 1: whose results these are, how many pupils, and what became of the school since."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np

from codebreakers.estimates import Estimate, Figure, Withheld
from codebreakers.findings import Finding, Provenance
from codebreakers.findings.disclosure import About, cite, say
from codebreakers.measures.catalogue import find
from codebreakers.profiles.page_one.year import Year
from codebreakers.sources import academic_year
from codebreakers.store.standings import Standing
from codebreakers.store.succession import Event

__all__ = ["name_now", "pupils_counted", "status_since"]

_HAPPENED = {
    "conversion": "it went on under a new URN",
    "re-numbering": "it was given a new number",
    "succession": "it went on under a new URN",
    "merger": "it merged with another school",
    "split": "it was divided",
    "closure": "it closed",
    "other": "the register links it to another school",
    "ambiguous": "the register links it to another school, and how is not clear",
}


def pupils_counted(found: Year, row: int, about: About) -> Finding:
    """Return how many of the school's pupils the page is about."""
    pupils = float(found.summary.pupils[row])
    cohort = float(found.people.take(find("disadvantaged_percent"), "all").pupils[row])
    if np.isnan(pupils):
        withheld = Withheld(str(found.summary.codes[row]) or "not-held")
        said = f"How many pupils are counted is not known: {withheld.reason}."
        return about.say("page.pupils", said, withheld, unit="pupils")
    whole = "" if np.isnan(cohort) else f" of its {cohort:.0f}"
    return about.say(
        "page.pupils",
        f"{pupils:.0f} disadvantaged pupils are counted,{whole} who took their exams that year.",
        Estimate(pupils, n=round(pupils), method="published"),
        unit="pupils",
        rebuilt=found.summary.rebuilt,
    )


def name_now(found: Year, urn: str) -> Standing | None:
    """Return where the school stands last, under any of its URNs."""
    history = found.lineage.history(urn)
    last = [found.standings[key] for key in history.urns if key in found.standings]
    return max(last, key=lambda s: s.year, default=None)


def status_since(found: Year, urn: str, name: str, about: About) -> Finding:
    """Return what became of the school after these results, as far as the tables held say."""
    since = found.lineage.events_since(urn, found.people.year)
    said = [
        *(f"Since: {_HAPPENED[e.kind]}{_after(e, urn)}{_when(e)}." for e in since.events),
        *(
            f"Perhaps since: {_HAPPENED[e.kind]}{_after(e, urn)} (no date is given)."
            for e in since.undated
        ),
        *_last_seen(found, urn, name),
    ]
    figure: Figure = Estimate(
        len(since.events), method="counted in the register and the tables held"
    )
    if not found.lineage.has_register:
        said.append("The register's links are not held, so a change of URN cannot be known.")
    return say(
        "page.since",
        " ".join(said),
        figure,
        unit="events",
        year=about.year,
        definition="By the register's links of URNs, and the tables of results held.",
        provenance=_read_from(found, urn),
        counts="events",
    )


def _read_from(found: Year, urn: str) -> tuple[Provenance, ...]:
    """Return the register's links, and the last table of results that has the school."""
    releases = found.people.store.releases()
    last = name_now(found, urn)
    return cite(
        releases,
        (
            r.id
            for r in releases
            if r.dataset == "links"
            or (r.dataset == "ks4" and last is not None and r.year == last.year)
        ),
    )


def _after(event: Event, urn: str) -> str:
    others = [u for u in event.following if u != urn and u not in event.before]
    return f" ({', '.join(others)})" if others else ""


def _when(event: Event) -> str:
    if event.date:
        day = date.fromisoformat(event.date)
        return f" on {day.day} {day:%B %Y}"
    if event.by is not None:
        return f" by the results of {academic_year(event.by)}"
    return ""


def _last_seen(found: Year, urn: str, name: str) -> Iterator[str]:
    """Say in which later table the school stands, and under which name."""
    year = found.people.year
    newest = max((s.year for s in found.standings.values()), default=year)
    last = name_now(found, urn)
    if newest <= year:
        yield "No later results are held."
    elif last is None or last.year <= year:
        yield f"No later table held has it (the newest is of {academic_year(newest)})."
    elif _folded(last.name) != _folded(name):
        yield f"In the {academic_year(last.year)} results it is called {last.name}."
    else:
        yield f"It is in the {academic_year(last.year)} results under the same name."


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()
