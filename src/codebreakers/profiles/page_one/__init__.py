"""Page one for governors: ten blocks about one school, the same for a page, a PDF and JSON."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version

from codebreakers.findings import Finding, Run, Table
from codebreakers.findings.disclosure import About
from codebreakers.findings.words import age, disadvantaged_means
from codebreakers.inference.levels import DRAWS
from codebreakers.measures.held import resolve
from codebreakers.peers.population import population
from codebreakers.peers.search import find_school
from codebreakers.profiles.page_one.alike import to_talk_to
from codebreakers.profiles.page_one.ask import questions
from codebreakers.profiles.page_one.gap import answer, difference, more
from codebreakers.profiles.page_one.limits import HOW_MORE, OURS, limits, sources_said
from codebreakers.profiles.page_one.where import where
from codebreakers.profiles.page_one.who import pupils_counted, status_since
from codebreakers.profiles.page_one.year import Year, year_of
from codebreakers.profiles.page_one.years import three_years
from codebreakers.profiles.school import school
from codebreakers.sources import academic_year
from codebreakers.store import Store

__all__ = ["Block", "PageOne", "page_one"]


@dataclass(frozen=True, slots=True)
class Block:
    """One of the ten blocks of a page.

    Parameters
    ----------
    number : int
        From 1 to 10.
    id, heading : str
        Its stable name; what people read above it.
    said : tuple of Finding
        Findings whose sentences are read, in order.
    words : tuple of str
        What is read besides: words that hold no figure of a pupil.
    beside : tuple of Finding
        Findings that are drawn, or stand behind it, and are not read out.
    table : Table, optional
        Its rows, where it has some.
    """

    number: int
    id: str
    heading: str
    said: tuple[Finding, ...] = ()
    words: tuple[str, ...] = ()
    beside: tuple[Finding, ...] = ()
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class PageOne:
    """What a head or governor reads about one school.

    Parameters
    ----------
    urn, name, place : str
        The school, as the tables of the year have it.
    year : int
        Results year.
    measure : str
        Name of the measure.
    unit : str
        Its unit: ``percent`` or ``points``.
    made_up : bool
        Whether it is about Example England.
    blocks : tuple of Block
        Ten, in order.
    school : Table
        What ``profiles.school`` says of it.
    england : Table, optional
        England's groups of pupils; None where no table held has them.
    run : Run
        What the run was.
    """

    urn: str
    name: str
    place: str
    year: int
    measure: str
    unit: str
    made_up: bool
    blocks: tuple[Block, ...]
    school: Table
    england: Table | None
    run: Run

    @property
    def title(self) -> str:
        """Its name, and which results it is about."""
        return f"{self.name}: disadvantaged pupils' results, {academic_year(self.year)}"

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding of its blocks, then the others of the school's, once each by id."""
        found: dict[str, Finding] = {}
        for block in self.blocks:
            rows = block.table.findings if block.table is not None else ()
            for finding in (*block.said, *block.beside, *rows):
                found.setdefault(finding.id, finding)
        for finding in self.school.findings:
            found.setdefault(finding.id, finding)
        return tuple(found.values())

    def block(self, id: str) -> Block:  # noqa: A002  (the field's name)
        """Return a block by its id."""
        return next(block for block in self.blocks if block.id == id)

    def to_dict(self) -> dict[str, object]:
        """Return the form every JSON answer has, with the blocks as they stand on the page."""
        return {
            "school": {"urn": self.urn, "name": self.name, "place": self.place},
            "year": self.year,
            "measure": self.measure,
            "made_up": self.made_up,
            "blocks": [
                {
                    "number": block.number,
                    "id": block.id,
                    "heading": block.heading,
                    "said": [finding.id for finding in block.said],
                    "words": list(block.words),
                    "beside": [finding.id for finding in block.beside],
                    "table": block.table.to_json(self.run)["table"] if block.table else None,
                }
                for block in self.blocks
            ],
            "findings": [finding.to_dict() for finding in self.findings],
            "run": self.run.to_dict(),
        }


def page_one(
    store: Store,
    name: str,
    *,
    year: int | None = None,
    measure: str | None = None,
    seed: int = 0,
    draws: int = DRAWS,
) -> PageOne:
    """Return what a head or governor reads about one school.

    Parameters
    ----------
    store : Store
        Where to read; what all pages of a year share is kept with it.
    name : str
        URN, postcode, or name or part of it.
    year : int, optional
        Results year; by default the newest that can answer.
    measure : str, optional
        Name of a measure; by default the one of the year.
    seed : int
        Settles ties, and of the draws.
    draws : int
        Of the schools' true levels, to allow for chance; 0 for what is published alone.

    Returns
    -------
    PageOne
        Of a school with results missing, suppressed or new, a page that says what cannot be said.

    Raises
    ------
    UnknownNameError, RequestError
        No school fits the name, or several do.
    CannotAnswerError
        The tables held cannot answer for the year.
    """
    with store.reading():
        counted, when = resolve(store, measure, year, "disadvantaged")
        people = population(store, when)
        row = find_school(people, name)
        urn = str(people.keys[row])
        table = school(store, urn, year=when, measure=counted.name, seed=seed, draws=draws)
        found = year_of(store, counted, when, draws=draws, seed=seed)
        blocks = _blocks(found, row, table)
        run = _run(store, blocks, seed)
    schools = people.schools
    return PageOne(
        urn,
        str(schools["name"][row]),
        str(schools["town"][row] or schools["authority_name"][row]),
        when,
        counted.name,
        counted.unit,
        table.made_up,
        (*blocks, Block(10, "source", "Where this is from", words=_sources(run))),
        table,
        found.england,
        run,
    )


def _run(store: Store, blocks: tuple[Block, ...], seed: int) -> Run:
    """Return what the run was, with every release that a figure of the page was read from."""
    tables = [block.table for block in blocks if block.table is not None]
    said = [f for block in blocks for f in (*block.said, *block.beside)]
    said += [f for table in tables for f in table.findings]
    used = dict.fromkeys(p for finding in said for p in finding.provenance)
    return Run(version("codebreakers"), seed, store.path.name, tuple(used))


def _sources(run: Run) -> tuple[str, ...]:
    return tuple(sources_said(run.releases, run))


def _blocks(found: Year, row: int, table: Table) -> tuple[Block, ...]:
    """Return the first nine blocks: the tenth says where they are from."""
    urn, name = str(found.people.keys[row]), str(found.people.schools["name"][row])
    rate = table["school.rate"]
    about = About(found.people.year, rate.definition, rate.caveats, rate.provenance)
    apart = difference(found, row, about)
    lines = where(found, row, about)
    years = three_years(found, urn, about, made_up=table.made_up)
    gains = more(table)
    first = Block(
        1,
        "who",
        "Whose results these are",
        (pupils_counted(found, row, about), status_since(found, urn, name, about)),
        (age(about.year), *_meant(found)),
    )
    blocks = [
        first,
        Block(2, "answer", "The answer", (answer(found, table, apart, about),)),
        Block(3, "beside", "Beside others", (apart,), beside=_dots(found, table)),
        Block(4, "more", "How many more", gains, (HOW_MORE,) if _is_known(gains[0]) else ()),
        Block(5, "years", "One good or bad year?", years.findings[:1], years.notes, table=years),
        Block(6, "where", "Where it stands out", lines.lines, lines.words, lines.looked_at),
        Block(7, "talk", "Schools to talk to", to_talk_to(found, row)),
    ]
    places = {f"page.where.{facet.id}": facet.decimals for facet in found.facets}
    asked = questions(_shown(blocks), found.measure, places, made_up=table.made_up)
    blocks.append(Block(8, "ask", asked.title, asked.findings, (OURS,), table=asked))
    blocks.append(
        Block(9, "limits", "What this cannot tell you", words=tuple(limits(found, about)))
    )
    return tuple(blocks)


def _meant(found: Year) -> tuple[str, str]:
    """Return what the page's words mean."""
    measure, who = found.measure, disadvantaged_means(found.people.year)
    counted = f"The score is the {measure.title}."
    if measure.unit == "percent":
        counted = f'"Succeeded" means: {measure.title}.'
    return counted, f'"Disadvantaged" means: {who}.'


def _is_known(finding: Finding) -> bool:
    return finding.value is not None


def _shown(blocks: list[Block]) -> dict[str, Finding]:
    """Return what is shown so far: what was looked at and set aside is not."""
    return {
        f.id: f
        for block in blocks
        for f in (*block.said, *(block.beside if block.id == "beside" else ()))
    }


def _dots(found: Year, table: Table) -> tuple[Finding, ...]:
    """Return the four figures on one axis."""
    others = () if found.england is None else (found.england["gap.other"],)
    return (table["school.rate"], table["school.similar"], *others, table["school.england"])
