"""Block 7: similar schools that are above England on evidence, near enough to talk to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from codebreakers.estimates import Estimate, Withheld
from codebreakers.findings import Finding
from codebreakers.findings.disclosure import About, cite, say
from codebreakers.inference.evidence import Evidence
from codebreakers.inference.grades import grade_words
from codebreakers.profiles.page_one.gap import NO_CHANCE
from codebreakers.profiles.page_one.who import name_now
from codebreakers.profiles.page_one.year import Year

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["MOST_SCHOOLS", "WITHIN_MILES", "to_talk_to"]

MOST_SCHOOLS = 3
WITHIN_MILES = 75
_GRADED = ("confirmed", "likely")
_WELL_FOUND = ("outstanding", "good")
_EARTH_MILES = 3_958.8  # mean radius
_DEFINITION = (
    "A similar school whose disadvantaged pupils' lasting level is graded strong or some evidence "
    "of being above all pupils in England, that has not closed since and, where its inspection is "
    "held, was found good or outstanding. Miles are in a straight line."
)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A similar school with evidence.

    `miles` is None where either place is not known; `elsewhere` whether it is in another region.
    """

    row: int
    miles: float | None
    elsewhere: bool
    aside: str


def to_talk_to(found: Year, row: int, about: About) -> tuple[Finding, ...]:
    """Return at most `MOST_SCHOOLS` schools, nearest first; or one finding that says why none.

    Parameters
    ----------
    found : Year
    row : int
        The school's.
    about : About

    Returns
    -------
    tuple of Finding
        ``page.talk.<URN>`` each, or ``page.talk``; then ``page.talk.aside`` where schools with
        evidence were set aside.
    """
    evidence, rows = found.evidence, found.similar(row)
    if evidence is None or not len(rows):
        why = NO_CHANCE if evidence is None else Withheld("no-match", "it has no similar schools")
        said = f"No school is named: {why.reason}."
        return (about.say("page.talk", said, why, unit="schools"),)
    candidates = list(_candidates(found, evidence, row, rows))
    fit = sorted((c for c in candidates if not c.aside), key=_nearest)[:MOST_SCHOOLS]
    if fit:
        named = tuple(_named(found, evidence, row, c, about) for c in fit)
    else:
        named = (_refusal(candidates, len(rows), about),)
    return named + tuple(_set_aside(candidates, about))


def _nearest(candidate: _Candidate) -> tuple[bool, float, bool]:
    # Where no distance is known those of its region come first, the most alike of them before the
    # others: sorting keeps their order.
    return candidate.miles is None, candidate.miles or 0.0, candidate.elsewhere


def _candidates(
    found: Year, evidence: Evidence, row: int, rows: NDArray[np.intp]
) -> Iterator[_Candidate]:
    region = found.people.schools["region"]
    with_evidence = rows[np.isin(evidence.grades[rows], _GRADED)]
    for other, miles in zip(with_evidence.tolist(), _miles(found, row, with_evidence), strict=True):
        elsewhere = bool(region[other] != region[row])
        yield _Candidate(other, miles, elsewhere, _why_not(found, other, miles))


def _why_not(found: Year, row: int, miles: float | None) -> str:
    urn = str(found.people.keys[row])
    since = found.lineage.events_since(urn, found.people.year)
    if any(event.kind == "closure" for event in (*since.events, *since.undated)):
        return "closed since"
    seen = found.inspections.get(urn)
    if seen is not None and seen.outcome and seen.outcome not in _WELL_FOUND:
        return f"found to be {seen.outcome} when last inspected"
    return f"further than {WITHIN_MILES} miles" if (miles or 0.0) > WITHIN_MILES else ""


def _miles(found: Year, row: int, others: NDArray[np.intp]) -> list[float | None]:
    places, keys = found.places, found.people.keys
    if not len(places):
        return [None] * len(others)
    wanted = keys[np.concatenate(([row], others))]
    at = np.minimum(np.searchsorted(places.keys, wanted), len(places) - 1)
    known = places.keys[at] == wanted
    north, east = np.radians(places.latitude[at]), np.radians(places.longitude[at])
    half = (
        np.sin((north - north[0]) / 2) ** 2
        + np.cos(north) * np.cos(north[0]) * np.sin((east - east[0]) / 2) ** 2
    )
    miles = 2 * _EARTH_MILES * np.arcsin(np.sqrt(half))
    both = (known & known[0])[1:].tolist()
    return [m if ok else None for m, ok in zip(miles[1:].tolist(), both, strict=True)]


def _named(
    found: Year, evidence: Evidence, row: int, candidate: _Candidate, about: About
) -> Finding:
    other, people = candidate.row, found.people
    urn, name = str(people.keys[other]), str(people.schools["name"][other])
    chance, years = float(evidence.lasting[other]), int(evidence.years[other])
    words = grade_words(str(evidence.grades[other]), chance, years)
    said = (
        f"{name}{_now(found, urn, name)} ({_place(found, other, candidate.miles)}, URN {urn}): "
        f"{_alike(found, row, other)}. {words.capitalize()}: {_chance(chance)} on "
        f"{years} year{'s' if years != 1 else ''}. {_inspected(found, urn)}"
    )
    releases = {found.summary.release, *found.places.releases}
    seen = found.inspections.get(urn)
    return say(
        f"page.talk.{urn}",
        said,
        Estimate(100 * chance, n=years, method="draws of the lasting level", seed=found.seed),
        unit="percent",
        year=about.year,
        definition=_DEFINITION,
        caveats=about.caveats,
        provenance=cite(
            people.store.releases(), releases | ({seen.release} if seen is not None else set())
        ),
        counts="years",
    )


def _chance(chance: float) -> str:
    percent = round(100 * chance)
    return f"a chance of {percent}%" if percent < 100 else "a chance of more than 99%"


def _now(found: Year, urn: str, name: str) -> str:
    last = name_now(found, urn)
    if last is None or last.name.casefold().split() == name.casefold().split():
        return ""
    return f", now {last.name}"


def _place(found: Year, row: int, miles: float | None) -> str:
    schools = found.people.schools
    place = str(schools["town"][row] or schools["authority_name"][row] or "place not held")
    if miles is None:
        return f"{place}, how far is not known"
    return f"{place}, {miles:.0f} mile{'s' if round(miles) != 1 else ''}"


def _alike(found: Year, row: int, other: int) -> str:
    """Return what the two schools have of each feature they were matched on."""
    parts = [
        f"{_feature(name, theirs)} (here {_feature(name, ours, bare=True)})"
        for name, theirs, ours in zip(
            found.rule.features, found.features[other], found.features[row], strict=True
        )
    ]
    return ", ".join(parts)


def _feature(name: str, value: float, *, bare: bool = False) -> str:
    words, _, unit = name.rpartition("_")
    if unit == "percent":
        return f"{value:.0f}%" if bare else f"{value:.0f}% {words.replace('_', ' ')}"
    figure = f"{value:.1f}"
    return figure if bare else f"{figure} KS2 points" if words == "ks2" else f"{figure} {words}"


def _inspected(found: Year, urn: str) -> str:
    seen = found.inspections.get(urn)
    if seen is None or seen.day is None or not seen.outcome:
        return "No inspection is held."
    return f"Inspected {seen.day.day} {seen.day:%B %Y}: {seen.outcome}."


def _refusal(candidates: list[_Candidate], similar: int, about: About) -> Finding:
    far = [c.miles for c in candidates if c.aside.startswith("further") and c.miles is not None]
    said = f"None within {WITHIN_MILES} miles on this evidence, of {similar} similar schools."
    if far:
        said += f" The nearest with evidence is {min(far):.0f} miles away."
    elif not candidates:
        said = f"None: no evidence that any of its {similar} similar schools is above England."
    return about.say(
        "page.talk",
        said,
        Estimate(0, n=similar, method="counted among similar schools"),
        unit="schools",
        counts="schools",
    )


def _set_aside(candidates: list[_Candidate], about: About) -> Iterator[Finding]:
    reasons = Counter(c.aside for c in candidates if c.aside)
    if not reasons:
        return
    count = sum(reasons.values())
    parts = "; ".join(f"{n} {why}" for why, n in sorted(reasons.items()))
    yield about.say(
        "page.talk.aside",
        f"{count} with evidence set aside: {parts}.",
        Estimate(count, n=len(candidates), method="counted among similar schools"),
        unit="schools",
        counts="schools",
    )
