"""A year of England in chapters: every national question, with its tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version

from codebreakers.errors import CannotAnswerError, RequestError
from codebreakers.findings import Finding, Run, Table
from codebreakers.findings.words import age
from codebreakers.inference.chance import SUMMED
from codebreakers.inference.levels import DRAWS
from codebreakers.measures.held import resolve
from codebreakers.profiles.claims import claims
from codebreakers.profiles.nation import nation
from codebreakers.questions.codebreakers import breakers
from codebreakers.questions.floor import floor
from codebreakers.questions.gaps import gaps
from codebreakers.questions.league import league, new_measure
from codebreakers.questions.lottery import lottery
from codebreakers.questions.potential import potential
from codebreakers.sources import academic_year
from codebreakers.store import Store

__all__ = ["CHAPTERS", "Chapter", "NationalReport", "national_report"]


CHAPTERS = 8
"""How many there are."""

_MORE = "potential.disadvantage-2014"
_SHORT = (
    ("How far behind?", ("gap.disadvantaged", "gap.other", "gap.london.ratio")),
    ("Who cracked the code?", ("breakers.count", "breakers.expected")),
    (
        "How many more pupils, if each school closed half its gap to the best of similar schools?",
        (f"{_MORE}.published", f"{_MORE}.chance_removed", f"{_MORE}.chance_alone"),
    ),
    (
        "How different are similar schools?",
        ("lottery.best_fifth.chance_removed", "lottery.lowest_fifth.chance_removed"),
    ),
    ("Who moves when the measure changes?", ("league.fallers.share",)),
    ("Who is below the floor?", ("floor.below.count",)),
)


@dataclass(frozen=True, slots=True)
class Chapter:
    """One chapter.

    Parameters
    ----------
    id, heading : str
        Its stable name; what people read above it.
    tables : tuple of Table
        Its answers, in order.
    listed : bool
        Whether the rows of its tables are shown: lists of many schools are not, and are counted.
    words : tuple of str
        Why there is nothing to show, where there is not.
    read : tuple of str
        How the ids of the findings begin that are read: the others are in the rows.
    """

    id: str
    heading: str
    tables: tuple[Table, ...] = ()
    listed: bool = True
    words: tuple[str, ...] = ()
    read: tuple[str, ...] = ("",)

    @property
    def said(self) -> tuple[Finding, ...]:
        """The findings whose sentences are read."""
        return tuple(f for f in self.findings if f.id.startswith(self.read))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What its answers say, once each."""
        return tuple(dict.fromkeys(f for table in self.tables for f in table.findings))


@dataclass(frozen=True, slots=True)
class NationalReport:
    """A year of England.

    Parameters
    ----------
    title : str
    year : int
        Results year.
    measure : str
        Name of the measure.
    made_up : bool
        Whether it is about Example England.
    notes : tuple of str
        What stands below the title.
    chapters : tuple of Chapter
    run : Run
        What the run was.
    """

    title: str
    year: int
    measure: str
    made_up: bool
    notes: tuple[str, ...]
    chapters: tuple[Chapter, ...]
    run: Run

    @property
    def in_short(self) -> tuple[tuple[str, tuple[Finding, ...]], ...]:
        """What page one says: a question, and the findings that answer it, where there are any."""
        known: dict[str, Finding] = {}
        for chapter in self.chapters:
            for finding in chapter.findings:
                known.setdefault(finding.id, finding)
        found = (
            (asked, tuple(known[name] for name in names if name in known))
            for asked, names in _SHORT
        )
        return tuple((asked, said) for asked, said in found if said)


def national_report(
    store: Store,
    *,
    year: int | None = None,
    measure: str | None = None,
    seed: int = 0,
    draws: int = DRAWS,
    progress: Callable[[str], None] | None = None,
) -> NationalReport:
    """Answer every national question for one year, in chapters.

    Parameters
    ----------
    store : Store
        Where to read.
    year : int, optional
        Results year; by default the newest that can answer.
    measure : str, optional
        Name of a measure; by default the one of the year.
    seed : int
        Settles ties, and of the draws.
    draws : int
        Of the schools' true levels, to allow for chance; 0 for the published figures alone.
    progress : callable, optional
        Called with each chapter's heading as it is begun.

    Returns
    -------
    NationalReport
        A question that the tables held cannot answer has a chapter that says so.

    Raises
    ------
    CannotAnswerError
        No table held has the disadvantaged pupils' result.
    """
    with store.reading():
        counted, when = resolve(store, measure, year, "disadvantaged")
        chapters = []
        for asked in _asked(store, counted.name, when, seed, draws):
            if progress is not None:
                progress(asked.heading)
            chapters.append(_chapter(asked))
        made_up = any(release.made_up for release in store.releases())
    used = dict.fromkeys(p for c in chapters for f in c.findings for p in f.provenance)
    country = "Example England" if made_up else "England"
    return NationalReport(
        f"Disadvantaged pupils' results in {country}, {academic_year(when)}",
        when,
        counted.name,
        made_up,
        (age(when), f"What is counted: {counted.title}."),
        tuple(chapters),
        Run(version("codebreakers"), seed, store.path.name, tuple(used)),
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """One chapter before it is answered: what it asks, and what of the answer is read."""

    id: str
    heading: str
    ask: Callable[[], Table]
    read: tuple[str, ...] = ("",)
    listed: bool = True


_GAPS = ("gap.region.range", "gap.london")
_LEAGUE = tuple(
    f"league.{name}"
    for name in ("fallers.share", "risers", "chance", "fallers.most", "slope", "report")
)
_BREAKERS = tuple(
    f"breakers.{name}"
    for name in ("count", "expected", "confirmed", "likely", "one_off", "highly", "beyond", "fifth")
)


def _asked(store: Store, name: str, year: int, seed: int, draws: int) -> tuple[_Asked, ...]:
    """Return what each chapter asks."""

    def asking(ask: Callable[..., Table], **choices: object) -> Callable[[], Table]:
        given = {"year": year, "measure": name, "seed": seed, "draws": draws, **choices}
        return lambda: ask(store, **given)

    def falls() -> Table:
        return league(store, year=year, old=name, new=new_measure(year), by="region", seed=seed)

    def below() -> Table:
        return floor(store, years=[year], seed=seed)

    more = asking(potential, by="region", tie_orders=0, draws=min(draws, SUMMED))
    return (
        _Asked("nation", "England at a glance", asking(nation), ("gap.difference",)),
        _Asked("gap", "How far behind, by region", asking(gaps, by="region"), _GAPS),
        _Asked("more", "How many more pupils, by region", more),
        _Asked("lottery", "How different are similar schools?", asking(lottery)),
        _Asked("league", "Who moves when the measure changes?", falls, _LEAGUE),
        # Only how many: a list of schools below is for who asks for it.
        _Asked("floor", "Below the floor", below, listed=False),
        _Asked(
            "claims", "The 2014 report, sentence by sentence", lambda: claims(store), ("claims.",)
        ),
        _Asked("breakers", "Schools that cracked the code", asking(breakers), _BREAKERS),
    )


def _chapter(asked: _Asked) -> Chapter:
    try:
        table = asked.ask()
    except (CannotAnswerError, RequestError) as error:
        said = (f"Not answered: {error.message}",)
        return Chapter(asked.id, asked.heading, listed=asked.listed, words=said)
    return Chapter(asked.id, asked.heading, (table,), asked.listed, (), asked.read)
