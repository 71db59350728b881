"""The plan in the shape of the Department's pupil premium strategy statement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from codebreakers.estimates import Estimate
from codebreakers.findings import Cell, Column, Finding, Table
from codebreakers.findings.disclosure import tabulate
from codebreakers.findings.words import age
from codebreakers.profiles.page_one import PageOne
from codebreakers.profiles.plan.answers import Answers
from codebreakers.profiles.plan.budget import Budget, activities, pounds
from codebreakers.profiles.plan.evidence import tabled as evidence_table
from codebreakers.profiles.plan.parts import Part
from codebreakers.profiles.plan.premium import Money
from codebreakers.profiles.plan.priorities import Priority
from codebreakers.profiles.plan.priorities import tabled as priority_table
from codebreakers.profiles.plan.targets import tabled as target_table
from codebreakers.sources import academic_year
from codebreakers.sources.approaches import HEADINGS, Approach

__all__ = ["BLANK", "Made", "statement"]

BLANK = "To be filled in by the school."
_UNDER = {
    "teaching": "Teaching (for example, training, recruitment and retention)",
    "targeted": "Targeted academic support (for example, tutoring, one to one support)",
    "wider": "Wider strategies (for example, attendance, behaviour, wellbeing)",
}
_DRAFT = (
    "Drafted in the shape of the Department for Education's pupil premium strategy statement. The "
    "figures are worked out from published tables; everything else is the school's. It is not an "
    "official document, and what is published each year must be on the Department's own form."
)


@dataclass(frozen=True, slots=True)
class Made:
    """What a statement is put together from."""

    page: PageOne
    answers: Answers | None
    money: Money
    budget: Budget
    approaches: tuple[Approach, ...]
    priorities: tuple[Priority, ...]
    chance: Finding
    targets: tuple[Finding, ...]
    moved: tuple[Finding, ...]

    def own(self, key: str) -> tuple[str, ...]:
        """Return what the school says under a key of its statement, a paragraph each."""
        text = "" if self.answers is None else self.answers.statement.get(key, "")
        return tuple(p for p in text.split("\n\n") if p) or (BLANK,)


def statement(made: Made) -> Iterator[Part]:
    """Yield the statement's parts, in order."""
    yield Part("about", "About this statement", words=(_DRAFT, age(made.page.year)))
    yield _overview(made)
    yield _funding(made)
    yield from _part_a(made)
    yield from _part_b(made)
    yield Part("further", "Further information", words=made.own("further"))
    yield Part("talk", "Schools to talk to", said=made.page.block("talk").said)


def _details(made: Made, id_: str, title: str, rows: Mapping[str, str], second: str) -> Table:
    return tabulate(
        id_,
        title,
        (Column("detail", "Detail"), Column("data", second)),
        [(detail, data) for detail, data in rows.items()],
        made_up=made.page.made_up,
    )


def _overview(made: Made) -> Part:
    money = made.money
    rows = {
        "School name": f"{made.page.name}, URN {made.page.urn}",
        "Number of pupils in school": _figure(money.roll, "{:,.0f}"),
        "Proportion (%) of pupil premium eligible pupils": _figure(
            money.share, "{:.0f}% of those counted for meals"
        ),
        "Academic year or years that our plan covers": made.own("years_covered")[0],
        "Date this statement was published": made.own("published")[0],
        "Date on which it will be reviewed": made.own("reviewed")[0],
        "Statement authorised by": made.own("authorised_by")[0],
        "Pupil premium lead": made.own("lead")[0],
        "Governor or trustee lead": made.own("governor")[0],
    }
    return Part(
        "overview",
        "School overview",
        table=_details(made, "plan.overview", "School overview", rows, "Data"),
        beside=(money.roll, money.share),
    )


def _funding(made: Made) -> Part:
    found = made.budget
    known = "Not known" if found.premium is None else pounds(found.premium)
    total = "Not known" if found.total is None else pounds(found.total)
    rows = {
        "Pupil premium funding allocation this academic year": known,
        "Pupil premium funding carried forward from previous years": pounds(found.carried),
        "Total budget for this academic year": total,
    }
    return Part(
        "funding",
        "Funding overview",
        words=(found.said,),
        said=(made.money.premium,),
        table=_details(made, "plan.funding", "Funding overview", rows, "Amount"),
        beside=(made.money.paid_for,),
    )


def _figure(finding: Finding, form: str) -> str:
    figure = finding.figure
    if isinstance(figure, Estimate):
        return form.format(figure.value)
    return f"Not known: {figure.reason}"


def _part_a(made: Made) -> Iterator[Part]:
    yield Part("part-a", "Part A: Pupil premium strategy plan")
    yield Part("intent", "Statement of intent", 2, made.own("intent"))
    yield _challenges(made)
    behind = tuple(one.finding for one in made.priorities if one.is_behind)
    yield Part(
        "priorities",
        "Where the tables say that pupils are left behind",
        2,
        said=behind[:3],
        table=priority_table(made.priorities, made_up=made.page.made_up),
    )
    wanted = () if made.answers is None else made.answers.targets
    yield Part(
        "outcomes",
        "Intended outcomes",
        2,
        words=() if wanted else (BLANK,),
        said=(made.chance,),
        table=target_table(made.targets, wanted, made_up=made.page.made_up) if wanted else None,
    )
    yield Part("activity", "Activity in this academic year", 2)
    for heading in HEADINGS:
        yield _activity(made, heading)
    yield _total(made)


def _total(made: Made) -> Part:
    if made.answers is None:
        return Part("total", "Total budgeted cost", 2, (BLANK,))
    spent, total = made.budget.spent, made.budget.total
    left = "What there is to spend is not known, so it is not held against that."
    if total is not None:
        left = f"Of {pounds(total)}, {pounds(total - spent)} is not yet budgeted."
    return Part("total", f"Total budgeted cost: {pounds(spent)}", 2, (left,))


def _challenges(made: Made) -> Part:
    texts = () if made.answers is None else made.answers.challenges
    rows: list[tuple[Cell, ...]] = [
        (f"{number}", text) for number, text in enumerate(texts, start=1)
    ]
    table = tabulate(
        "plan.challenges",
        "Challenges",
        (Column("number", "Challenge number"), Column("challenge", "Detail of challenge")),
        rows,
        made_up=made.page.made_up,
    )
    words = () if rows else (BLANK,)
    return Part("challenges", "Challenges", 2, words, table=table if rows else None)


def _activity(made: Made, heading: str) -> Part:
    table = activities(made.answers, made.approaches, heading, made_up=made.page.made_up)
    own = () if made.answers is None else made.answers.activities
    spent = pounds(sum(a.cost_pounds for a in own if a.under == heading))
    return Part(
        heading,
        _UNDER[heading],
        3,
        (f"Budgeted cost: {spent}",) if len(table) else (BLANK,),
        table=table if len(table) else None,
    )


def _part_b(made: Made) -> Iterator[Part]:
    school, page = made.page.school, made.page
    shown = [school["school.rate"], school["school.similar"]]
    shown += [f for id_ in ("beside", "years") for f in page.block(id_).said]
    when = academic_year(page.year)
    yield Part("part-b", "Part B: Review of outcomes in the previous academic year")
    yield Part(
        "review",
        "Outcomes for disadvantaged pupils",
        2,
        words=(f"Results of {when}.", *made.own("review")),
        said=tuple(shown),
    )
    if made.moved:
        yield Part("moved", "What moved since the plan before, beside chance", 2, said=made.moved)
    bought = () if made.answers is None else made.answers.programmes
    table = tabulate(
        "plan.programmes",
        "Externally provided programmes",
        (Column("programme", "Programme"), Column("provider", "Provider")),
        [(one.name, one.provider) for one in bought],
        made_up=page.made_up,
    )
    yield Part(
        "programmes",
        "Externally provided programmes",
        2,
        () if bought else (BLANK,),
        table=table if bought else None,
    )


def evidence_part(made: Made) -> Part:
    """Return the table of approaches, which stands behind the statement."""
    return Part(
        "evidence",
        "What is published of approaches",
        table=evidence_table(made.approaches, made_up=made.page.made_up),
    )
