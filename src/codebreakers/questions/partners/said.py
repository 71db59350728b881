"""What is said of the schools that one school may talk to, and where there are none."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from codebreakers.estimates import Estimate
from codebreakers.findings import Finding
from codebreakers.findings.disclosure import About, cite, say
from codebreakers.findings.words import definition
from codebreakers.inference.grades import grade_words
from codebreakers.questions.partners.better import better_at
from codebreakers.questions.partners.field import Field
from codebreakers.questions.partners.offers import Candidate, Offer
from codebreakers.questions.partners.since import Since

__all__ = ["about_of", "findings_of", "inspected", "named", "now_words", "set_aside", "summed_up"]

_MEANS = (
    "A school to talk to is a similar school of the same phase whose disadvantaged pupils' lasting "
    "level is graded strong or some evidence of being above all pupils in England, that has not "
    "closed, merged, been divided or been given a sponsor since, whose last inspection held found "
    "it good or outstanding, and whose level is above the asking school's. Miles are in a straight "
    "line; where either place is not held, no distance is known and none is asked for."
)


def about_of(field: Field) -> About:
    """Return what the findings of a year share."""
    store, year = field.people.store, field.people.year
    seen = {one.inspection.release for one in field.since.values() if one.inspection is not None}
    links = {r.id for r in store.releases() if r.dataset == "links"}
    return About(
        year,
        f"{definition(field.measure, year, 'disadvantaged')} {_MEANS} Similar: "
        f"{field.rule.describe()}",
        (
            (
                "A school to talk to is one whose results are higher. What it does may or may not "
                "be why, and may not be what another school needs."
            ),
        ),
        cite(store.releases(), {*field.releases, *seen, *(links if field.since else ())}),
    )


def findings_of(offer: Offer, about: About, *, most: int | None = None) -> Iterator[Finding]:
    """Yield the summing up, each school named (the nearest, where `most` is given), those aside.

    Parameters
    ----------
    offer : Offer
    about : About
    most : int, optional
        How many to name; all, in order of name, by default.
    """
    yield summed_up(offer, about)
    chosen = offer.named if most is None else offer.nearest(most)
    if most is None:
        names = offer.field.people.schools["name"]
        chosen = tuple(sorted(chosen, key=lambda one: str(names[one.row])))
    for one in chosen:
        yield named(offer, one, about)
    yield from set_aside(offer, about)


def summed_up(offer: Offer, about: About) -> Finding:
    """Return how many schools one may talk to; where there are none, why, and the nearest miss."""
    if offer.withheld is not None:
        said = f"No school is named: {offer.withheld.reason}."
        return about.say("partners.count", said, offer.withheld, unit="schools", counts="schools")
    count = len(offer.named)
    said = (
        f"{count} school{'s' if count != 1 else ''} to talk to within {offer.within:g} miles, of "
        f"{offer.similar} similar schools."
        if count
        else _refusal(offer)
    )
    figure = Estimate(count, n=offer.similar, method="counted among similar schools")
    return about.say("partners.count", said, figure, unit="schools", counts="schools")


def _refusal(offer: Offer) -> str:
    if not offer.aside:
        return (
            f"None: no evidence that any of its {offer.similar} similar schools is above England."
            f"{_closest(offer)}"
        )
    said = (
        f"None within {offer.within:g} miles on this evidence, of {offer.similar} similar schools."
    )
    far = offer.too_far
    if far is not None:
        return f"{said} The nearest miss is {_called(offer.field, far)}."
    return said + _closest(offer)


def _closest(offer: Offer) -> str:
    """Return which similar school comes nearest to having the evidence, and how near."""
    field, rows = offer.field, offer.field.similar(offer.row)
    evidence = field.evidence
    if evidence is None:
        return ""
    chances = np.where(field.graded[rows], np.nan, evidence.lasting[rows])
    if np.isnan(chances).all():
        return ""
    percent = round(100 * float(np.nanmax(chances)))
    return (
        f" The nearest miss of the others has a chance of {percent}% of being lastingly above, "
        "where 50% is asked for."
    )


def named(offer: Offer, one: Candidate, about: About) -> Finding:
    """Return one school to talk to: where, how alike, how sure, what it did better, inspected."""
    field, evidence = offer.field, offer.field.evidence
    urn, since = str(field.people.keys[one.row]), field.since[one.row]
    years = int(evidence.years[one.row]) if evidence is not None else 0
    grade = str(evidence.grades[one.row]) if evidence is not None else ""
    words = grade_words(grade, one.chance, years)
    said = (
        f"{_called(field, one)}{now_words(field, one.row)}: {_alike(field, offer.row, one.row)}. "
        f"{words.capitalize()}: {_chance(one.chance)} on {years} year{'s' if years != 1 else ''}. "
        f"{_better(offer, one)}{inspected(since)}"
    )
    return say(
        f"partners.{urn}",
        said,
        Estimate(100 * one.chance, n=years, method="draws of the lasting level", seed=field.seed),
        unit="percent",
        year=about.year,
        definition=about.definition,
        caveats=about.caveats,
        provenance=about.provenance,
        counts="years",
    )


def set_aside(offer: Offer, about: About) -> Iterator[Finding]:
    """Yield how many with evidence are set aside, and why."""
    if not offer.aside:
        return
    count = len(offer.aside)
    parts = "; ".join(f"{n} {why}" for why, n in sorted(offer.reasons.items()))
    yield about.say(
        "partners.aside",
        f"{count} met the results test and {'was' if count == 1 else 'were'} set aside: {parts}.",
        Estimate(count, n=count + len(offer.named), method="counted among similar schools"),
        unit="schools",
        counts="schools",
    )


def _called(field: Field, one: Candidate) -> str:
    schools = field.people.schools
    urn, name = str(field.people.keys[one.row]), str(schools["name"][one.row])
    place = str(schools["town"][one.row] or schools["authority_name"][one.row])
    return f"{name} ({place or 'place not held'}, {_miles(one.miles)}, URN {urn})"


def _miles(miles: float | None) -> str:
    if miles is None:
        return "how far is not known"
    return f"{miles:.0f} mile{'s' if round(miles) != 1 else ''}"


def now_words(field: Field, row: int) -> str:
    """Return what the school is called now and what happened to it, where that is something."""
    since, name = field.since[row], str(field.people.schools["name"][row])
    said = list(since.changes)
    if since.name_now and since.name_now.casefold().split() != name.casefold().split():
        said.insert(0, f"now {since.name_now}")
    return f", {', '.join(said)}" if said else ""


def _chance(chance: float) -> str:
    percent = round(100 * chance)
    return f"a chance of {percent}%" if percent < 100 else "a chance of more than 99%"


def _alike(field: Field, row: int, other: int) -> str:
    """Return what the two schools have of each feature they were matched on."""
    return ", ".join(
        f"{_feature(name, theirs)} (here {_feature(name, ours, bare=True)})"
        for name, theirs, ours in zip(
            field.rule.features, field.features[other], field.features[row], strict=True
        )
    )


def _feature(name: str, value: float, *, bare: bool = False) -> str:
    words, _, unit = name.rpartition("_")
    if unit == "percent":
        return f"{value:.0f}%" if bare else f"{value:.0f}% {words.replace('_', ' ')}"
    figure = f"{value:.1f}"
    return figure if bare else f"{figure} KS2 points" if words == "ks2" else f"{figure} {words}"


def _better(offer: Offer, one: Candidate) -> str:
    """Return how much higher its true level is, and what of that was published."""
    said, lead = "", one.lead
    if lead is not None:
        decimals = 0 if offer.field.measure.unit == "percent" else 1
        value, low, high = (
            f"{part or 0.0:.{decimals}f}" for part in (lead.value, lead.low, lead.high)
        )
        said = f"Allowing for chance, {value} points higher ({low} to {high}). "
    published = better_at(offer.field, offer.row, one.row)[:1]
    return said + "".join(f"As published: {words}. " for words in published)


def inspected(since: Since) -> str:
    """Return when the school was inspected last and what was found, as far as is held."""
    seen = since.inspection
    if seen is None or seen.day is None or not seen.outcome:
        return "No inspection is held."
    return f"Inspected {seen.day.day} {seen.day:%B %Y}: {seen.outcome}."
