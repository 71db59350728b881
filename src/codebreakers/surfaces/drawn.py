"""Pages as HTML: one template, the same for the server and for static files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from codebreakers.errors import CannotAnswerError
from codebreakers.findings import Cell, Run, Table
from codebreakers.sources import academic_year
from codebreakers.surfaces import urls
from codebreakers.surfaces.pages import Link, Page, Section
from codebreakers.surfaces.urls import Address

__all__ = ["HERE", "Place", "draw", "rows_of"]

HERE = Path(__file__).resolve().parent

# Lines of a chart that a reader scrolls past; the rows below it say the same of longer lists.
_MOST_ROWS = 60

_WAYS = (
    ("Method and data", Address(("method",))),
    ("Accessibility", Address(("accessibility",))),
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page will stand: how its links and its files are spelled.

    Parameters
    ----------
    link : callable
        Address to what stands in ``href``; to nothing where there is no such page.
    asset : callable
        Name of a file beside the pages to what stands in ``src``.
    scripts : tuple of str
        Files that run.
    policy : str
        What a browser may do with the page, where no server says it.
    """

    link: Callable[[Address], str]
    asset: Callable[[str], str]
    scripts: tuple[str, ...] = ()
    policy: str = ""


SERVED = Place(urls.served, urls.asset, ("htmx.js",))


def draw(page: Page, run: Run, place: Place = SERVED) -> str:
    """Return a page as HTML.

    Parameters
    ----------
    page : Page
    run : Run
        What is said of it at the foot.
    place : Place
        Where it will stand; by default on a server.
    """
    return (
        _environment()
        .get_template("page.html")
        .render(
            page=page,
            run=run,
            link=place.link,
            asset=place.asset,
            scripts=place.scripts,
            policy=place.policy,
            first=page.crumbs[0].to if page.crumbs else Address((), page.address.year),
            ways=[Link(words, to) for words, to in _WAYS],
            cell=lambda table, row, index: _cell(table, row, index, place.link, page.address.year),
            pictures=_pictures,
        )
    )


@dataclass(frozen=True, slots=True)
class _Picture:
    """One chart among the words of a page."""

    title: str = ""
    svg: str = ""
    alternative: str = ""
    source: str = ""


def rows_of(page: Page) -> str:
    """Return the rows of a page's last table as CSV.

    Raises
    ------
    CannotAnswerError
        It has no table.
    """
    shown = [s.table for s in page.sections if s.table is not None]
    if not shown:
        raise CannotAnswerError(f"{page.title!r} has no rows to take away.")
    return shown[-1].to_csv()


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "academic_year": academic_year,
        "shown_columns": lambda table: [i for i, c in enumerate(table.columns) if c.screen],
        "numeric_columns": _numeric_columns,
    }
    return environment


def _numeric_columns(table: Table) -> frozenset[int]:
    return frozenset(
        index
        for index in range(len(table.columns))
        if any(
            isinstance(row[index], int | float) and not isinstance(row[index], bool)
            for row in table.rows
        )
    )


def _cell(
    table: Table,
    row: tuple[Cell, ...],
    index: int,
    link: Callable[[Address], str],
    year: int,
) -> str | Markup:
    """Return a cell; a school's number leads to its page."""
    words = table.shown(row, index)
    name = table.columns[index].name
    if name.endswith("urn") and words.isdigit() and year:
        to = link(Address(("schools", words), year))
        if to:
            return Markup('<a class="govuk-link" href="{}">{}</a>').format(to, words)
    return words


def _pictures(section: Section) -> list[_Picture]:
    """Return every chart that a section's table can be drawn as, or why one is not."""
    if section.table is None or not section.pictured:
        return []
    # The libraries that draw are heavy, and not every page has a chart.
    from codebreakers.surfaces.charts.catalogue import draw as drawn
    from codebreakers.surfaces.charts.catalogue import fitting, too_long
    from codebreakers.surfaces.charts.maps import school_map
    from codebreakers.surfaces.charts.rendering import svg

    table, places = section.table, section.places
    drawings = [
        partial(drawn, name, table)
        for name in fitting(table)
        if not too_long(name, table, _MOST_ROWS)
    ]
    if places is not None:
        drawings.append(partial(school_map, table, places.schools, places.cited))
    found = []
    for drawing in drawings:
        try:
            chart = drawing()
        except CannotAnswerError as error:
            found.append(_Picture(alternative=f"There is no picture of this: {error.message}"))
            continue
        # What stands in it has been made safe where it was drawn.
        inside = Markup(svg(chart, caption=False))  # noqa: S704
        words = (chart.alternative, *chart.notes)
        found.append(_Picture(chart.title, inside, " ".join(words), chart.source))
    return found
