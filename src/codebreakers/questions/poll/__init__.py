"""What do teachers say?"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from codebreakers.errors import CannotAnswerError, RequestError, UnknownNameError
from codebreakers.findings import Finding, Table
from codebreakers.findings.disclosure import tabulate
from codebreakers.inference.weighting import BOUNDS, Bounds
from codebreakers.questions.poll.claim import claim as poll_claim
from codebreakers.questions.poll.compared import (
    compare,
    compared_columns,
    compared_row,
    of_differences,
    secondary,
)
from codebreakers.questions.poll.example import example_poll
from codebreakers.questions.poll.pulse import beside_poll, beside_report, pulse
from codebreakers.questions.poll.questionnaire import TEACHERS, read_questionnaire
from codebreakers.questions.poll.schools import FIFTH, fifth_of
from codebreakers.questions.poll.topline import findings_of, topline_columns, topline_rows
from codebreakers.questions.poll.weighted import Poll, weigh
from codebreakers.store import Store

__all__ = ["TEACHERS", "poll", "poll_claim", "poll_in", "poll_school"]

_KISH = "Worth: as many unweighted respondents, by Kish's approximation."
_HOLM = (
    "Less rest: the part less all others, in points, and never less the whole. Differs: by Holm's "
    "rule, for all headlines compared here, and apart from them for all other answers."
)


def poll(
    responses: str | Path | None = None,
    margins: str | Path | None = None,
    *,
    questions: str | Path = TEACHERS,
    by: str = "",
    question: str = "",
    everyone: bool = False,
    store: Store | None = None,
    year: int | None = None,
    bounds: Bounds | None = BOUNDS,
    replicates: int = 0,
    seed: int = 0,
) -> Table:
    """Return what the people polled say, weighted to known totals.

    Parameters
    ----------
    responses : str or Path, optional
        The answers: a row a respondent. By default the poll of Example England's teachers.
    margins : str or Path, optional
        Known totals: the columns margin ("phase x region"), category ("primary x London"), total.
    questions : str or Path
        What was asked, in TOML; by default five questions to teachers.
    by : str, optional
        A row for each ``phase``, ``region``, ``role`` or other group of the questionnaire, or
        ``fifth`` of disadvantage of the respondent's school.
    question : str, optional
        One question only, by its id.
    everyone : bool
        With `by`, every answer and not only headlines.
    store : Store, optional
        Where schools are looked up for ``fifth``.
    year : int, optional
        When the poll was held, where the questionnaire does not say.
    bounds : tuple of float, optional
        Least and most weight against the mean; None for none.
    replicates : int
        Resamples for the standard errors; 0 to linearise.
    seed : int
        Of the resamples, and of the example's respondents.

    Returns
    -------
    Table
        A row an answer, or with `by` an answer and a group. Findings ``poll.respondents``,
        ``poll.design_effect``, ``poll.<question>`` (``poll.<question>.<code>`` where no answers
        are counted together), ``poll.<question>.secondary`` tested against all others; with `by`
        ``poll.<by>.differences`` and each difference there is,
        ``poll.<question>.<by>.<group>``.

    Raises
    ------
    RequestError
        Answers are given without margins, or the year is not said.
    UnknownNameError
        There is no such question, group or column.
    ReleaseError
        A file cannot be read, or says what cannot be: the message says where.
    CannotAnswerError
        The margins cannot be met, or the extra ``poll`` is not installed.
    """
    asked, truth = _weighted(
        responses, margins, questions, year=year, bounds=bounds, replicates=replicates, seed=seed
    )
    if question and question not in [q.id for q in asked.asked.questions]:
        raise UnknownNameError("question", question, [q.id for q in asked.asked.questions])
    if by:
        return _by(asked, by, question, store, everyone=everyone)
    rows = [row for row in topline_rows(asked, truth) if question in ("", row[0])]
    return tabulate(
        "poll",
        _title(asked),
        topline_columns(truth=bool(truth)),
        rows,
        findings=[f for f in _findings(asked) if not question or question in f.id.split(".")],
        notes=(*asked.notes, _KISH),
        made_up=asked.made_up,
        counts="respondents",
    )


def poll_school(
    responses: str | Path,
    school: str,
    *,
    questions: str | Path = TEACHERS,
    store: Store | None = None,
    staff: int | None = None,
    year: int | None = None,
    beside: tuple[str | Path, str | Path] | None = None,
    example: bool = False,
    seed: int = 0,
) -> Table:
    """Return what one school's staff say, beside all teachers.

    Parameters
    ----------
    responses : str or Path
        The school's answers, a row a reply.
    school : str
        URN.
    questions : str or Path
        What was asked, in TOML.
    store : Store, optional
        Where the workforce census is looked up.
    staff : int, optional
        How many could reply; by default the school's teachers in the newest workforce census held.
    year : int, optional
        When they were asked, where the questionnaire does not say.
    beside : tuple of path, optional
        Answers and margins of a poll to stand beside; by default what the 2014 report published.
    example : bool
        Beside Example England's poll instead.
    seed : int
        Of the example's respondents.

    Returns
    -------
    Table
        A row a headline; findings ``poll.school.<question>``.

    Raises
    ------
    CannotAnswerError
        Fewer than ten replied.
    RequestError
        How many could reply is not known, or fewer than did.
    """
    asked = read_questionnaire(questions)
    national = beside_report(asked)
    if example or beside is not None:
        answers, margins = beside or (None, None)
        all_teachers, _ = _weighted(
            answers, margins, questions, year=year, bounds=BOUNDS, replicates=0, seed=seed
        )
        national = beside_poll(all_teachers)
    return pulse(responses, school, asked, national, store=store, staff=staff, year=year)


def poll_in(
    made_up: bool, given: Table | None
) -> tuple[tuple[Finding, ...], Mapping[str, str], tuple[str, ...]]:
    """Return what teachers say, for the national answer: answers are never kept in a store.

    Parameters
    ----------
    made_up : bool
        Whether the answer is about Example England, whose poll is made at once.
    given : Table, optional
        A poll that was answered.

    Returns
    -------
    findings : tuple of Finding
        ``poll.<question>`` and ``poll.<question>.secondary``.
    truth : mapping of str to str
        What is true of Example England, by finding.
    notes : tuple of str
        Why nothing is said, where nothing is.
    """
    if given is not None:
        return given.findings, {}, ()
    if not made_up:
        how = "codebreakers national --poll answers.csv --margins margins.csv"
        return (), {}, (f"What teachers say needs a poll's answers: {how}.",)
    try:
        asked, truth = example_poll()
    except CannotAnswerError as error:
        return (), {}, (f"What teachers say is not said: {error}",)
    return (
        tuple(_findings(asked)),
        {f"poll.{name}": f"{value:.1f}" for name, value in truth.items()},
        (),
    )


def _weighted(
    responses: str | Path | None,
    margins: str | Path | None,
    questions: str | Path,
    *,
    year: int | None,
    bounds: Bounds | None,
    replicates: int,
    seed: int,
) -> tuple[Poll, dict[str, float]]:
    if responses is None:
        return example_poll(seed=seed, bounds=bounds, replicates=replicates)
    if margins is None:
        raise RequestError(
            "Known totals are not given: without them nobody can say how much each answer counts.",
            remedy="Name them with --margins: a CSV with the columns margin, category, total.",
        )
    asked = read_questionnaire(questions)
    found = weigh(
        responses, margins, asked, year=year, bounds=bounds, replicates=replicates, seed=seed
    )
    return found, {}


def _by(asked: Poll, by: str, question: str, store: Store | None, *, everyone: bool) -> Table:
    known = tuple(name for name in asked.asked.groups if name in asked.columns)
    notes: tuple[str, ...] = ()
    if by == FIFTH:
        column, notes = fifth_of(asked, store)
    elif by in known:
        column = asked.columns[by]
        if column.blank.any():
            notes = (f"{int(column.blank.sum()):,} do not say their {by}: in no part, nor a rest.",)
    else:
        raise UnknownNameError("grouping", by, (*known, FIFTH))
    wanted = [q for q in asked.asked.questions if question in ("", q.id)]
    rows = compare(asked, column, questions=wanted, everyone=everyone)
    return tabulate(
        f"poll.{by}",
        f"{_title(asked)}, by {by}",
        compared_columns(by),
        [compared_row(row) for row in rows],
        findings=list(of_differences(asked, rows, by)),
        notes=(*notes, _HOLM, *asked.notes),
        made_up=asked.made_up,
        counts="respondents",
    )


def _findings(asked: Poll) -> list[Finding]:
    return [*findings_of(asked), *secondary(asked)]


def _title(asked: Poll) -> str:
    return f"{asked.asked.title}, {asked.year}"
