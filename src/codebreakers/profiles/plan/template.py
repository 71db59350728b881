"""The file a school begins with: every key, what it means, and what the tables say beside it."""

from __future__ import annotations

import json
import textwrap
import unicodedata
from collections.abc import Iterator

from codebreakers.findings import Finding
from codebreakers.profiles.plan import Plan
from codebreakers.profiles.plan.answers import VERSION
from codebreakers.profiles.plan.lines import LINES
from codebreakers.profiles.plan.review import evidence_said
from codebreakers.profiles.plan.steps import OURS, STEPS
from codebreakers.sources import academic_year
from codebreakers.sources.approaches import HEADINGS

__all__ = ["template"]

_WIDTH = 96
_OWN_WORDS = {
    "years_covered": "The academic year or years that the plan covers",
    "published": "When this statement was published",
    "reviewed": "When it will be reviewed",
    "authorised_by": "Who authorised it",
    "lead": "Who leads on the pupil premium",
    "governor": "The governor or trustee who leads on it",
    "intent": "Statement of intent: what you want for these pupils, and how the plan serves it",
    "review": "Part B: what last year's activity changed for these pupils, and how you know",
    "further": "Anything else",
}
_LONG = ("intent", "review", "further")


def template(plan: Plan) -> str:
    """Return a file of TOML for a school to answer in.

    Parameters
    ----------
    plan : Plan
        A blank one: what the tables say stands in comments.

    Returns
    -------
    str
        It can be read as it is, by ``read_answers``; whatever stands in it from a table is a
        comment or a quoted text, and never a key.
    """
    return "\n".join(line.rstrip() for line in _lines(plan)) + "\n"


def _lines(plan: Plan) -> Iterator[str]:
    page, known = plan.page, _known(plan)
    when = academic_year(page.year)
    yield from _comment(f"The plan of {page.name}, URN {page.urn}, from results of {when}.")
    if page.made_up:
        yield from _comment("Example England: a made-up country.")
    yield from _comment(
        "Lines that begin with # are to be read, and change nothing. Write between the quotes; "
        'three quotes ("""...""") hold several lines. Then: '
        f"codebreakers plan {page.urn} --answers THIS FILE --to statement.docx"
    )
    yield from ("", f"version = {VERSION}", f"urn = {_quoted(page.urn)}", f"year = {page.year}")
    yield f"measure = {_quoted(page.measure)}"
    yield from _statement()
    yield from _funding(plan)
    yield from _review(known)
    yield from _challenges(plan)
    yield from _targets(plan)
    yield from _activities(plan)


def _known(plan: Plan) -> dict[str, Finding]:
    return {f.id: f for f in (*plan.page.findings, *plan.findings)}


def _statement() -> Iterator[str]:
    yield from ("", "[statement]")
    for key, means in _OWN_WORDS.items():
        yield from _comment(means)
        yield f'{key} = """\n"""' if key in _LONG else f'{key} = ""'


def _funding(plan: Plan) -> Iterator[str]:
    yield from ("", "[funding]")
    for part in plan.parts:
        if part.id == "funding":
            for finding in part.said:
                yield from _comment(finding.sentence)
    yield from _comment(
        "What you were told you would be paid stands before that: take away the # and put it here."
    )
    yield from ("# premium_pounds = 0", "carried_forward_pounds = 0")


def _review(known: dict[str, Finding]) -> Iterator[str]:
    yield from ("", "[answers]")
    yield from _comment(OURS)
    for step in STEPS:
        yield ""
        yield from _comment(f"== {step.heading} ==")
        for question in step.questions:
            yield from _comment(question.asked)
            for said in evidence_said(question, known):
                yield from _comment(f"    {said}")
            yield f'{question.id} = ""'


def _challenges(plan: Plan) -> Iterator[str]:
    yield ""
    yield from _comment(
        "Challenges, numbered from 1 in the order they stand here. The tables say, most pupils "
        "first:"
    )
    for one in plan.priorities:
        if one.is_behind:
            yield from _comment(f"    {one.finding.sentence}")
    yield from ("# [[challenges]]", '# text = ""')


def _targets(plan: Plan) -> Iterator[str]:
    yield ""
    yield from _comment(
        f"Targets: of one of {', '.join(LINES)}; the value in percent, or points of a score. "
        "pupils is how many will be in the cohort, if not as many as this year."
    )
    yield from _comment(f"    {plan.chance.sentence}")
    yield from ("# [[targets]]", '# of = "result"', "# value = 0", '# outcome = ""')


def _activities(plan: Plan) -> Iterator[str]:
    yield ""
    yield from _comment(
        f"What the premium is spent on: under one of {', '.join(HEADINGS)}. approach sets what is "
        f"published of it beside: one of {', '.join(a.id for a in plan.approaches)}."
    )
    yield from ("# [[activities]]", '# under = "teaching"', '# what = ""', '# approach = ""')
    yield from ('# evidence = ""', "# challenges = [1]", "# cost_pounds = 0", "")
    yield from _comment("Programmes bought from somebody last year.")
    yield from ("# [[programmes]]", '# name = ""', '# provider = ""')


def _comment(text: str) -> Iterator[str]:
    """Return text as lines that change nothing: no character in it can end one."""
    seen = "".join(c if unicodedata.category(c)[0] not in "CZ" else " " for c in text)
    indent = " " * (len(seen) - len(seen.lstrip()))
    for line in textwrap.wrap(" ".join(seen.split()), _WIDTH - len(indent)):
        yield f"# {indent}{line}"


def _quoted(text: str) -> str:
    # JSON's quoted texts are TOML's but for surrogates and one control character.
    seen = "".join(c for c in text if unicodedata.category(c)[0] != "C")
    return json.dumps(seen, ensure_ascii=False)
