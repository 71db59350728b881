"""Who has been below the floor for five years?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from codebreakers.errors import CannotAnswerError
from codebreakers.estimates import Withheld
from codebreakers.findings import Finding, Table
from codebreakers.findings.disclosure import cite, tabulate
from codebreakers.findings.words import age
from codebreakers.inference.levels import DRAWS
from codebreakers.peers.population import Scope
from codebreakers.questions.floor.after import after as came_after
from codebreakers.questions.floor.after_said import after_columns, after_rows, of_after
from codebreakers.questions.floor.answered import Answer
from codebreakers.questions.floor.asked import SPAN, Years, length_of, within, years_of
from codebreakers.questions.floor.followed import Run, follow, run_of
from codebreakers.questions.floor.judged import Unjudged, judge
from codebreakers.questions.floor.said import Told, in_one_name, of_year
from codebreakers.sources import academic_year
from codebreakers.store import Store
from codebreakers.store.lineage import lineages

__all__ = ["SPAN", "below_in", "floor"]


def floor(
    store: Store,
    *,
    years: Years | None = None,
    run: int | None = None,
    standard: str = "floor",
    after: bool = False,
    everyone: bool = False,
    scope: Scope | None = None,
    draws: int = DRAWS,
    seed: int = 0,
) -> Table:
    """Return which schools were below the floor, or coasting, year by year.

    Parameters
    ----------
    store : Store
        Where to read.
    years : iterable of int or str, optional
        Results years; by default the five up to the newest held that has a standard.
    run : int, optional
        Only schools below in every year that could be judged of the last so many. By default three
        for coasting, whose rule asks for them, where so many years are asked about.
    standard : str
        ``floor`` or ``coasting``.
    after : bool
        Whether to say what came after instead: the change since the first year that could be
        judged, beside equally low schools.
    everyone : bool
        A row for every school, and not only for those below; so it is where schools are listed.
    scope : Scope, optional
        Which schools to answer for, in any of the years. Medians are always national.
    draws : int
        Of the schools' true levels, to allow for chance; 0 to leave that out.
    seed : int
        Of the draws.

    Returns
    -------
    Table
        A row a school, or with `after` a row a comparison. Findings ``floor.judged``;
        ``floor.below.<year>.count``, with ``.without_utc_and_studio``, ``.without_closed``,
        ``.expected`` and ``.expected_wrong``, and for the whole country ``.published``; the newest
        count also as ``floor.below.count``; with a run ``floor.run.count`` and ``.fewer``; with
        `after` ``floor.after.rise``, ``.difference``, ``.became`` and ``.luck``. Of coasting,
        ``coasting`` stands for ``floor``.

    Raises
    ------
    RequestError
        A year is none, or the run is longer than the years or not of years running.
    UnknownNameError
        There is no such standard, school or place.
    CannotAnswerError
        None of the years can be judged.
    """
    where = scope or Scope()
    with store.reading():
        asked = years_of(store, standard, years)
        length = length_of(standard, run, asked)
        followed = follow([judge(store, standard, year) for year in asked], lineages(store))
        found = run_of(followed, length) if length else None
        inside = within(followed, where)
        answer = Answer(store, standard, followed, inside, where, found, draws, seed)
        findings = answer.findings()
        if after:
            compared = came_after(followed, inside, answer.chances, everywhere=where.is_everything)
            findings += of_after(compared, answer.about, answer.place)
            shown, listed = after_columns(), list(after_rows(compared))
        else:
            shown, listed = answer.listing(everyone=everyone)
        made_up = any(r.made_up for r in store.releases())
    return tabulate(
        standard,
        _title(standard, asked, found),
        shown,
        listed,
        findings=findings,
        notes=(age(asked[-1]), *answer.notes()),
        made_up=made_up,
    )


def below_in(store: Store, year: int) -> tuple[Finding, ...]:
    """Return how many schools were below the floor in one year: published figures alone.

    Parameters
    ----------
    store : Store
        Where to read.
    year : int
        Results year.

    Returns
    -------
    tuple of Finding
        ``floor.below.count`` and what stands beside it; ``floor.run.count`` says how to ask.

    Raises
    ------
    CannotAnswerError
        No school can be found below: the message says why.
    """
    with store.reading():
        judged = judge(store, "floor", year)
        why = judged.why if isinstance(judged, Unjudged) else judged.missing
        if why or isinstance(judged, Unjudged):
            raise CannotAnswerError(
                f"Who was below the floor in {academic_year(year)} cannot be told: {why}."
            )
        everyone = np.ones(len(judged.status), dtype=bool)
        told = Told(judged, everyone, None, cite(store.releases(), judged.releases))
        asked = f"codebreakers floor --years {year - SPAN + 1}:{year} --run {SPAN}"
        why = f"schools are followed through the register for it: {asked}"
        run = told.about.say(
            "floor.run.count", f"Not asked for: {why}.", Withheld("not-asked", why), unit="schools"
        )
        return (*in_one_name(of_year(told)), run)


def _title(standard: str, years: Sequence[int], run: Run | None) -> str:
    span = academic_year(years[0])
    if len(years) > 1:
        span += f" to {academic_year(years[-1])}"
    what = "below the floor" if standard == "floor" else "coasting"
    length = "" if run is None else f" {len(run.years)} years running"
    return f"Who was {what}{length}? {span}"
