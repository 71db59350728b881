"""A page without a server: no form that nobody would answer, no link that leads nowhere."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import replace

from codebreakers.surfaces import urls
from codebreakers.surfaces.drawn import Place
from codebreakers.surfaces.pages import Page, Section
from codebreakers.surfaces.urls import Address

__all__ = ["POLICY", "SEARCH_SCRIPT", "place_of", "still", "twins_of"]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'"
)
"""What a browser may do with a page; who may frame it only a server can say."""

SEARCH_SCRIPT = "search.js"
_SEARCH = ("search",)
_TYPED = (
    "These pages are files and hold the answer to the usual choices. For others, ask codebreakers "
    "itself; with --help it says what may be chosen:"
)


def still(page: Page, published: Container[Address]) -> Page:
    """Return a page with what works without a server.

    Parameters
    ----------
    page : Page
        As a server has it.
    published : container of Address
        The pages there will be.

    Returns
    -------
    Page
        A form but that of the search is the command that gives the answer; a link to a page that
        is not published, a part that is empty without it, and years to choose from where there is
        one, are left out.
    """
    sections = (_still(section, published) for section in page.sections)
    years = tuple(y for y in page.years if page.address.of_year(y) in published)
    return replace(
        page,
        sections=tuple(s for s in sections if s is not None),
        years=years if len(years) > 1 else (),
    )


def _still(section: Section, published: Container[Address]) -> Section | None:
    form, prose, command = section.form, section.prose, section.command
    if form is not None and form.to.place != _SEARCH:
        prose = (*prose, _TYPED) if form.command else prose
        command, form = form.command, None
    links = tuple(link for link in section.links if link.to in published)
    if not (prose or section.said or section.table is not None or links or form):
        return None
    return replace(section, form=form, prose=prose, command=command, links=links)


def place_of(page: Page, published: Container[Address]) -> Place:
    """Return where a page stands among the others: every link is relative to it."""
    here = page.address
    twins = set(twins_of(page))

    def link(to: Address) -> str:
        if to.form != "html":
            return urls.filed(to, here) if to in twins else ""
        return urls.filed(to, here) if to in published else ""

    scripts = (SEARCH_SCRIPT,) if here.place == _SEARCH else ()
    return Place(link, lambda name: urls.asset(name, here), scripts, POLICY)


def twins_of(page: Page) -> Iterator[Address]:
    """Yield the addresses of a page's twins: of its findings, and of its rows."""
    if page.tables:
        yield page.address.to("json")
    if any(section.table is not None for section in page.sections):
        yield page.address.to("csv")
