"""A plan on a terminal: what the tables say, step by step, and what the school has answered."""

from __future__ import annotations

from codebreakers.profiles.plan import Part, Plan
from codebreakers.profiles.plan.statement import BLANK
from codebreakers.surfaces.terminal import console, print_lines, print_rows, wrapped

__all__ = ["print_plan"]

# What a screen has room for: the whole is in a file.
_TABLES = ("priorities", "challenges", "outcomes", "programmes")
_LEFT_OUT = ("about", "overview", "part-a", "part-b", "activity", "evidence", "source")
_STEP = "step-"


def print_plan(plan: Plan) -> None:
    """Print a plan: parts that the school has not begun are left out.

    Parameters
    ----------
    plan : Plan
    """
    out = console()
    print_lines(out, wrapped(plan.title), style="bold")
    if plan.page.made_up:
        print_lines(out, ["Example England: a made-up country."])
    for part in plan.parts:
        if part.id in _LEFT_OUT or _is_blank(part):
            continue
        print_lines(out, [""])
        print_lines(out, wrapped(part.heading), style="bold")
        if part.id.startswith(_STEP):
            _print_step(part)
            continue
        for words in part.words:
            if words != BLANK:
                print_lines(out, wrapped(words, "  "))
        for finding in part.said:
            print_lines(out, wrapped(finding.sentence, "  "))
        if part.table is not None and part.id in _TABLES:
            print_rows(out, part.table)
            for note in part.table.notes:
                print_lines(out, wrapped(note), style="dim")
        elif part.table is not None:
            _print_listed(part)
    print_lines(out, _next(plan))


def _is_blank(part: Part) -> bool:
    return not part.said and part.table is None and all(words == BLANK for words in part.words)


def _print_step(part: Part) -> None:
    """Print each question, what the tables say to it, and the answer."""
    out = console()
    for asked, evidence, answer in part.table.rows if part.table is not None else ():
        print_lines(out, wrapped(str(asked), "  "))
        print_lines(out, wrapped(str(evidence), "      "))
        print_lines(out, wrapped(f"> {answer}", "      "))


def _print_listed(part: Part) -> None:
    """Print a row's cells below one another: they are too long to stand beside."""
    if part.table is None:
        return
    out, headings = console(), [column.heading for column in part.table.columns]
    for first, *others in part.table.rows:
        if len(others) == 1:
            print_lines(out, wrapped(f"{first}: {others[0]}", "  "))
            continue
        print_lines(out, wrapped(str(first), "  "))
        for heading, cell in zip(headings[1:], others, strict=True):
            print_lines(out, wrapped(f"{heading}: {cell}", "      "))


def _next(plan: Plan) -> list[str]:
    urn, year = plan.page.urn, plan.page.year
    if plan.answers is None:
        first = f"codebreakers plan {urn} --year {year} --init --to plan.toml"
        return ["", "Next:", f"  {first}   a file to answer in"]
    first = f"codebreakers plan {urn} --answers {plan.answers.file} --to statement.docx"
    return ["", "Next:", f"  {first}   or .pdf, .html, .json"]
