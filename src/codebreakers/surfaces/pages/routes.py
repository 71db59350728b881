"""Which page stands at which address."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from codebreakers.errors import UnknownNameError
from codebreakers.measures.catalogue import DEFAULTS, default_measure, find
from codebreakers.measures.held import years_held
from codebreakers.store import Store
from codebreakers.surfaces.pages import Page
from codebreakers.surfaces.pages.about import accessibility_page, method_page
from codebreakers.surfaces.pages.areas import KINDS, area_page, areas_page
from codebreakers.surfaces.pages.declared import QUESTIONS
from codebreakers.surfaces.pages.england import england_page
from codebreakers.surfaces.pages.plan import plan_page
from codebreakers.surfaces.pages.questions import Asked, question_page
from codebreakers.surfaces.pages.schools import (
    compare_page,
    partners_page,
    school_page,
    search_page,
    similar_page,
)
from codebreakers.surfaces.urls import Address

__all__ = ["PATTERNS", "held_years", "page_at"]

Given = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Pattern:
    """One kind of page: the parts of its place, ``*`` for what differs, and what makes it."""

    place: tuple[str, ...]
    make: Callable[[Asked, tuple[str, ...], Given], Page]
    of_year: bool = True

    def fits(self, place: tuple[str, ...]) -> bool:
        return len(place) == len(self.place) and all(
            own in ("*", met) for own, met in zip(self.place, place, strict=True)
        )


PATTERNS: tuple[_Pattern, ...] = (
    _Pattern((), lambda asked, _, given: england_page(asked, given)),
    *(
        _Pattern(("questions", name), lambda asked, place, given: _question(asked, place, given))
        for name in QUESTIONS
    ),
    _Pattern(("schools", "*"), lambda asked, place, given: school_page(asked, place[1], given)),
    _Pattern(
        ("schools", "*", "similar"),
        lambda asked, place, given: similar_page(asked, place[1], given),
    ),
    _Pattern(
        ("schools", "*", "partners"),
        lambda asked, place, given: partners_page(asked, place[1], given),
    ),
    _Pattern(
        ("schools", "*", "plan"),
        lambda asked, place, given: plan_page(asked, place[1], given),
    ),
    _Pattern(("search",), lambda asked, _, given: search_page(asked, given)),
    _Pattern(("compare",), lambda asked, _, given: compare_page(asked, given)),
    _Pattern(("areas",), lambda asked, _, given: areas_page(asked, given)),
    *(
        _Pattern(
            (kind, "*"), lambda asked, place, given: area_page(asked, place[0], place[1], given)
        )
        for kind in KINDS
    ),
    _Pattern(
        ("method",),
        lambda asked, _, __: method_page(asked.store, made_up=asked.made_up),
        of_year=False,
    ),
    _Pattern(
        ("accessibility",),
        lambda asked, _, __: accessibility_page(made_up=asked.made_up),
        of_year=False,
    ),
)


def _question(asked: Asked, place: tuple[str, ...], given: Given) -> Page:
    return question_page(asked, place[1], given)


def held_years(store: Store) -> tuple[int, ...]:
    """Return the years that have results of disadvantaged pupils, in order."""
    return tuple(
        sorted(
            year
            for name in DEFAULTS
            for year in years_held(store, find(name), "disadvantaged")
            if default_measure(year) == name
        )
    )


def page_at(store: Store, address: Address) -> Page:
    """Return the page at an address.

    Parameters
    ----------
    store : Store
        Where to read.
    address : Address
        Its form is not looked at.

    Raises
    ------
    UnknownNameError
        No page is there, or no results of its year are held.
    CodebreakersError
        Whatever the page's questions say.
    """
    with store.reading():
        years = held_years(store)
        made_up = any(release.made_up for release in store.releases())
        asked = Asked(store, address.year, years, made_up)
        for pattern in PATTERNS:
            if pattern.fits(address.place) and pattern.of_year == bool(address.year):
                if pattern.of_year and address.year not in years:
                    raise UnknownNameError("year of results", str(address.year), map(str, years))
                return pattern.make(asked, address.place, dict(address.choices))
    known = sorted({p.place[0] for p in PATTERNS if p.place})
    raise UnknownNameError("page", "/".join(address.place) or "/", known)
