"""The first page: everything the 2014 report asked of a year's tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from codebreakers.findings import Finding, Table
from codebreakers.profiles.nation import nation
from codebreakers.questions.gaps import gaps
from codebreakers.sources import academic_year
from codebreakers.surfaces.pages import Choice, Form, Link, Page, Section
from codebreakers.surfaces.pages.asked import chosen
from codebreakers.surfaces.pages.declared import QUESTIONS
from codebreakers.surfaces.pages.questions import Asked
from codebreakers.surfaces.urls import Address

__all__ = ["AT_ONCE", "SEARCH", "england_page", "search_form"]

AT_ONCE = {"show": "first"}
"""What is chosen for the figures that take no time to work out."""
_SHOW = Choice(
    "show",
    "Show",
    options=(("all", "Everything"), ("first", "The first figures")),
    default="all",
)
_COMING = (
    "Everything else about this year takes some seconds to work out for the first time: every "
    "count, rank and gap on thousands of draws of every school's level."
)
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
        ("breakers", "partners", "life", "robustness"),
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
_GAPS = ("gap.disadvantaged", "gap.other", "gap.difference")
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
        ``show``: ``first`` for the figures that take no time.
    """
    first = chosen((_SHOW,), given)[_SHOW.name] == "first"
    here = Address((), asked.year)
    ask = gaps if first else nation
    table = ask(asked.store, year=asked.year)
    held = {finding.id: finding for finding in table.findings}
    rest = (Section(prose=(_COMING,), links=(Link("Show everything", here),)),)
    return Page(
        here.choosing(AT_ONCE) if first else here,
        f"{asked.country}, {academic_year(asked.year)} results",
        (
            Section(form=search_form(asked), links=_doors(asked)),
            Section(
                "How far behind disadvantaged pupils are",
                said=tuple(held[name] for name in _GAPS),
                links=_to(asked, "gaps", "trend"),
            ),
            *(rest if first else _everything(asked, table, held)),
            Section("More", links=_to(asked, "checks")),
        ),
        years=asked.years,
        made_up=asked.made_up,
        answers=(table,),
    )


def _everything(asked: Asked, table: Table, held: dict[str, Finding]) -> tuple[Section, ...]:
    parts = (_part(asked, part, held) for part in _PARTS)
    return (
        Section(
            "The report's questions, answered for this year",
            table=table,
            pictured=True,
            links=_to(asked, "claims"),
        ),
        *(part for part in parts if part is not None),
    )


def _part(asked: Asked, part: _Part, held: dict[str, Finding]) -> Section | None:
    said = tuple(held[name] for name in part.findings if name in held)
    if not said:
        return None
    return Section(part.heading, said=said, links=_to(asked, *part.questions))


def _to(asked: Asked, *names: str) -> tuple[Link, ...]:
    known = [QUESTIONS[name] for name in names if name in QUESTIONS]
    known = [question for question in known if question.held(asked.store, asked.year)]
    return tuple(Link(q.words, Address(("questions", q.name), asked.year), q.what) for q in known)


def _doors(asked: Asked) -> tuple[Link, ...]:
    to = (
        Address(("search",), asked.year),
        Address(("areas",), asked.year),
        Address(("questions", "claims"), asked.year),
        Address(("method",)),
    )
    return tuple(Link(words, where) for words, where in zip(_DOORS, to, strict=True))
