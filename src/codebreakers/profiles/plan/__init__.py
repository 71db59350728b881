"""What should this school do next? The five steps, and the statement a school publishes."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from codebreakers.errors import RequestError
from codebreakers.findings import Finding, Run
from codebreakers.inference.levels import DRAWS
from codebreakers.measures.catalogue import find
from codebreakers.profiles.page_one import PageOne, page_one
from codebreakers.profiles.page_one.limits import sources_said
from codebreakers.profiles.page_one.year import Year, year_of
from codebreakers.profiles.plan.answers import Answers, read_answers
from codebreakers.profiles.plan.budget import Budget, budget_of
from codebreakers.profiles.plan.evidence import read_approaches
from codebreakers.profiles.plan.lines import DRAWN, Line, facet_lines, result_of
from codebreakers.profiles.plan.moved import moved
from codebreakers.profiles.plan.parts import Part
from codebreakers.profiles.plan.premium import money_of, ratio_of
from codebreakers.profiles.plan.priorities import Priority, priorities
from codebreakers.profiles.plan.review import review
from codebreakers.profiles.plan.statement import Made, evidence_part, statement
from codebreakers.profiles.plan.targets import WITHIN, range_of, targets
from codebreakers.sources import academic_year
from codebreakers.sources.approaches import Approach
from codebreakers.store import Store

__all__ = ["Answers", "Part", "Plan", "plan", "read_answers"]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a school might do next, and the statement it may publish.

    Parameters
    ----------
    page : PageOne
        What is known of the school.
    answers : Answers, optional
        The school's own; None for a blank self-review.
    parts : tuple of Part
        In order.
    priorities : tuple of Priority
        Lines of its results, those behind by most pupils first.
    chance : Finding
        What its result could be next year with nothing changed.
    budget : Budget
    targets, moved : tuple of Finding
        What each target asks for beside chance; what moved since the plan before.
    approaches : tuple of Approach
        What is published of what may be done.
    run : Run
    """

    page: PageOne
    answers: Answers | None
    parts: tuple[Part, ...]
    priorities: tuple[Priority, ...]
    chance: Finding
    budget: Budget
    targets: tuple[Finding, ...]
    moved: tuple[Finding, ...]
    approaches: tuple[Approach, ...]
    run: Run

    @property
    def title(self) -> str:
        """Whose statement it is, and of which results."""
        when = academic_year(self.page.year)
        return f"Pupil premium strategy statement: {self.page.name}, from results of {when}"

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding of its parts, once each by id."""
        found: dict[str, Finding] = {}
        for part in self.parts:
            rows = part.table.findings if part.table is not None else ()
            for finding in (*part.said, *part.beside, *rows):
                found.setdefault(finding.id, finding)
        return tuple(found.values())

    @property
    def warnings(self) -> tuple[str, ...]:
        """What whoever set the targets should know: those that chance alone could give."""
        return tuple(f.sentence for f in self.targets if f.sentence.startswith(WITHIN))

    def to_dict(self) -> dict[str, object]:
        """Return the form every JSON answer has, with the parts as they stand in the statement."""
        page = self.page
        return {
            "title": self.title,
            "school": {"urn": page.urn, "name": page.name, "place": page.place},
            "year": page.year,
            "measure": page.measure,
            "made_up": page.made_up,
            "parts": [
                {
                    "id": part.id,
                    "heading": part.heading,
                    "level": part.level,
                    "words": list(part.words),
                    "said": [finding.id for finding in part.said],
                    "table": part.table.to_json(self.run)["table"] if part.table else None,
                }
                for part in self.parts
            ],
            "findings": [finding.to_dict() for finding in self.findings],
            "run": self.run.to_dict(),
        }


def plan(
    store: Store,
    name: str,
    *,
    year: int | None = None,
    measure: str | None = None,
    answers: Answers | None = None,
    last: Answers | None = None,
    evidence: Path | None = None,
    draws: int = DRAWS,
    seed: int = 0,
) -> Plan:
    """Return what a school might do next: a self-review, priorities, targets beside chance.

    Parameters
    ----------
    store : Store
        Where to read.
    name : str
        URN, postcode, or name or part of it.
    year : int, optional
        Results year; by default that of `answers`, else the newest that can answer.
    measure : str, optional
        Name of a measure; by default that of `answers`, else the one of the year.
    answers : Answers, optional
        The school's own, as ``read_answers`` returns them.
    last : Answers, optional
        Those of an earlier plan: what moved since is said.
    evidence : Path, optional
        A file of approaches of the school's own.
    draws : int
        Of the schools' true levels; 0 for what is published alone.
    seed : int
        Settles ties, and of the draws.

    Returns
    -------
    Plan
        Of a school with results missing, suppressed or new, one that says what cannot be said.

    Raises
    ------
    UnknownNameError, RequestError
        No school fits the name, or several do; the answers are of another school or year, or spend
        more than there is.
    CannotAnswerError
        The tables held cannot answer for the year.
    """
    approaches = read_approaches(evidence)
    if answers is not None:
        year, measure = _agreed(answers, year), measure or answers.measure or None
    with store.reading():
        page = page_one(store, name, year=year, measure=measure, seed=seed, draws=draws)
        if answers is not None and answers.urn != page.urn:
            raise RequestError(
                f"{answers.file} is the plan of the school with URN {answers.urn}, and "
                f"{page.name} has {page.urn}.",
                remedy="Name the school whose plan it is, or the file of this school.",
            )
        found = year_of(store, find(page.measure), page.year, draws=draws, seed=seed)
        return _made(found, page, approaches, answers, last, min(draws, DRAWN))


def _agreed(answers: Answers, year: int | None) -> int:
    if year is not None and year != answers.year:
        raise RequestError(
            f"{answers.file} was made from results of {academic_year(answers.year)}, and "
            f"{academic_year(year)} is asked for.",
            remedy=f"Leave out --year, or begin a plan of {year} with --init.",
        )
    return answers.year


def _made(
    found: Year,
    page: PageOne,
    approaches: tuple[Approach, ...],
    answers: Answers | None,
    last: Answers | None,
    draws: int,
) -> Plan:
    row = int(found.people.keys.tolist().index(page.urn))
    lines = _lines(found, draws)
    money, ratio = money_of(found, page.urn), ratio_of(found, page.urn, found.similar(row).tolist())
    made = Made(
        page,
        answers,
        money,
        budget_of(money, answers),
        approaches,
        priorities(found, row, lines),
        range_of(found, row, lines["result"]),
        () if answers is None else targets(found, row, lines, answers.targets),
        () if last is None else moved(found, row, lines, last),
    )
    known = {f.id: f for f in (*page.findings, *money.findings, ratio)}
    parts = (
        *statement(made),
        *review(known, answers, made_up=page.made_up),
        evidence_part(made),
        Part("limits", "What this cannot tell you", words=page.block("limits").words),
    )
    run = _run(found, parts)
    source = Part("source", "Where this is from", words=tuple(sources_said(run.releases, run)))
    return Plan(
        page,
        answers,
        (*parts, source),
        made.priorities,
        made.chance,
        made.budget,
        made.targets,
        made.moved,
        approaches,
        run,
    )


def _lines(found: Year, draws: int) -> dict[str, Line | None]:
    result = result_of(found)
    return {result.id: result, **facet_lines(found.people, found.measure, draws, found.seed)}


def _run(found: Year, parts: tuple[Part, ...]) -> Run:
    """Return what the run was, with every release that a figure of the plan was read from."""
    tables = [part.table for part in parts if part.table is not None]
    said = [f for part in parts for f in (*part.said, *part.beside)]
    said += [f for table in tables for f in table.findings]
    used = dict.fromkeys(p for finding in said for p in finding.provenance)
    return Run(version("codebreakers"), found.seed, found.people.store.path.name, tuple(used))
