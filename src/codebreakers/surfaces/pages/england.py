"""The first page: everything the 2014 report asked of a year's tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from codebreakers.findings import Finding
from codebreakers.inference.levels import DRAWS
from codebreakers.profiles.nation import nation
from codebreakers.sources import academic_year
from codebreakers.surfaces.pages import Choice, Form, Link, Page, Section
from codebreakers.surfaces.pages.asked import chosen
from codebreakers.surfaces.pages.declared import QUESTIONS
from codebreakers.surfaces.pages.questions import Asked
from codebreakers.surfaces.urls import Address

__all__ = ["AS_PUBLISHED", "SEARCH", "england_page", "search_form"]

AS_PUBLISHED = {"chance": "no"}
_CHANCE = Choice(
    "chance", "Allow for chance", options=(("yes", "Yes"), ("no", "No")), default="yes"
)
_ALONE = "These figures are as published. How sure they are takes longer to work out."
SEARCH = Choice("q", "Find a school", "text", hint="Its name, town, postcode or URN.")


@dataclass(frozen=True, slots=True)
class _Part:
    """One part of the page: which findings are read there, and what leads on from it."""

    heading: str
    findings: tuple[str, ...]
    questions: tuple[str, ...]


_PARTS = (
    _Part(
        "Who cracked the code",
        (
            "breakers.count",
            "breakers.expected",
            "breakers.expected_wrong",
            "breakers.highly_disadvantaged",
            "breakers.confirmed",
        ),
        ("breakers", "robustness"),
    ),
    _Part(
        "How many more could succeed",
        (
            "potential.disadvantage-2014.pupils",
            "potential.disadvantage-2014.points",
            "potential.disadvantage-2014.chance_removed",
            "potential.disadvantage-2014.chance_alone",
            "potential.disadvantage-2014.next_year",
        ),
        ("potential",),
    ),
    _Part(
        "How different similar schools are",
        (
            "lottery.best_fifth",
            "lottery.best_fifth.chance_removed",
            "lottery.destiny",
        ),
        ("lottery",),
    ),
    _Part(
        "When the measure changes",
        ("league.fallers.share", "league.chance", "league.fallers.most_disadvantaged_fifth"),
        ("league",),
    ),
    _Part("Years below the floor", ("floor.below.count", "floor.run.count"), ("floor",)),
    _Part(
        "The staffroom",
        (
            "poll.lower_expectations",
            "poll.seek_challenge",
            "workforce.salary.slope",
            "workforce.ratio.slope",
            "incentive.cost",
            "incentive.yield",
        ),
        ("workforce", "incentive", "poll"),
    ),
)
_DOORS = (
    "I am a head or a governor: look for your school",
    "I work for a trust or an authority: every school of yours with its range",
    "I write about schools: the 2014 report, sentence by sentence",
    "I do research: method, data and downloads",
)


def search_form(asked: Asked, text: str = "") -> Form:
    """Return the form that finds a school."""
    to = Address(("search",), asked.year)
    return Form(to, (SEARCH,), {SEARCH.name: text}, button="Find")


def england_page(asked: Asked, given: Mapping[str, str]) -> Page:
    """Return the page of a whole country.

    Parameters
    ----------
    asked : Asked
        Of which store and year.
    given : mapping of str to str
        ``chance``: ``no`` for what is published alone, which is quick.
    """
    alone = chosen((_CHANCE,), given)[_CHANCE.name] == "no"
    here = Address((), asked.year)
    table = nation(asked.store, year=asked.year, draws=0 if alone else DRAWS)
    held = {finding.id: finding for finding in table.findings}
    gaps = [held[name] for name in ("gap.disadvantaged", "gap.other", "gap.difference")]
    return Page(
        here.choosing(AS_PUBLISHED) if alone else here,
        f"{asked.country}, {academic_year(asked.year)} results",
        (
            Section(form=search_form(asked), links=_doors(asked)),
            *((Section(prose=(_ALONE,), links=(Link("With ranges", here),)),) if alone else ()),
            Section(
                "How far behind disadvantaged pupils are",
                said=tuple(gaps),
                links=_to(asked, "gaps", "trend"),
            ),
            Section(
                "The report's questions, answered for this year",
                table=table,
                pictured=not alone,
                links=_to(asked, "claims"),
            ),
            *(part for spec in _PARTS if (part := _part(asked, spec, held)) is not None),
            Section("More", links=_to(asked, "checks")),
        ),
        years=asked.years,
        made_up=asked.made_up,
    )


def _part(asked: Asked, part: _Part, held: dict[str, Finding]) -> Section | None:
    said = tuple(held[name] for name in part.findings if name in held)
    if not said:
        return None
    return Section(part.heading, said=said, links=_to(asked, *part.questions))


def _to(asked: Asked, *names: str) -> tuple[Link, ...]:
    known = [QUESTIONS[name] for name in names if name in QUESTIONS]
    return tuple(Link(q.words, Address(("questions", q.name), asked.year), q.what) for q in known)


def _doors(asked: Asked) -> tuple[Link, ...]:
    to = (
        Address(("search",), asked.year),
        Address(("areas",), asked.year),
        Address(("questions", "claims"), asked.year),
        Address(("method",)),
    )
    return tuple(Link(words, where) for words, where in zip(_DOORS, to, strict=True))
