"""One verdict under every set of choices: each kind of group is matched once and used again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.errors import CannotAnswerError, RequestError
from codebreakers.estimates import Estimate, Figure, Withheld
from codebreakers.measures import Measure, Summary
from codebreakers.peers import PeerGroups
from codebreakers.peers.likeness import group as grouped
from codebreakers.peers.likeness import similar_rule
from codebreakers.peers.population import Population, population
from codebreakers.peers.specifications import (
    BENCHMARKS,
    Specification,
    nearest_of,
    specifications,
)
from codebreakers.peers.verdicts import GROUP, PRESET, Compared, Verdict
from codebreakers.sources import academic_year
from codebreakers.store import Store

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Asked", "Trial", "headline", "trials"]

# Two numbers that are equal but for the last digits of their sums are equal.
_DECIMALS = 9


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked, of whom.

    Parameters
    ----------
    store : Store
        Where to read.
    verdict : Verdict
        What is said.
    measure : Measure
        Of which result.
    key : str, optional
        The school it is said of; None for England.
    seed : int
        Settles ties.
    """

    store: Store
    verdict: Verdict
    measure: Measure
    key: str | None
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of a verdict under one specification.

    Parameters
    ----------
    specification : Specification
        The choices.
    figure : Estimate or Withheld
        The number the verdict is judged by, its `n` the pupils behind it; or why there is none.
    """

    specification: Specification
    figure: Figure


@dataclass(frozen=True, slots=True)
class _Year:
    people: Population
    summary: Summary
    row: int | None


def headline(verdict: Verdict, people: Population) -> Specification:
    """Return the choices the other commands make for a year when nobody says otherwise."""
    of_school = verdict.about == "school"
    rule = similar_rule(people) if of_school else PRESET.peers
    against = next(name for name, one in BENCHMARKS.items() if one == PRESET.benchmark)
    return next(
        one
        for one in specifications((people.year,), benchmarks=verdict.benchmark)
        if one.rule == rule
        and one.grammars == verdict.grammars
        and one.min_pupils == 0
        and one.benchmark in (None, against)
    )


def trials(
    asked: Asked, years: Sequence[int], progress: Callable[[str], None] | None = None
) -> list[Trial]:
    """Return what becomes of a verdict under every specification, in their order.

    Parameters
    ----------
    asked : Asked
        What is asked.
    years : sequence of int
        Results years.
    progress : callable, optional
        Called with each kind of group as it is matched.

    Returns
    -------
    list of Trial
        One for each specification, also for those that cannot be answered.
    """
    found: list[Trial] = []
    for year in years:
        tried = specifications((year,), benchmarks=asked.verdict.benchmark)
        ready = _ready(asked, year)
        if isinstance(ready, Withheld):
            found += [Trial(one, ready) for one in tried]
            continue
        for matched, alike in groupby(tried, key=lambda one: one.matched):
            found += _alike(asked, ready, matched, tuple(alike), progress)
    return found


def _ready(asked: Asked, year: int) -> _Year | Withheld:
    """Return a year's schools and results, or why the whole year cannot be answered."""
    try:
        people = population(asked.store, year)
        summary = people.take(asked.measure, GROUP)
    except CannotAnswerError as error:
        return Withheld("not-held", _reason(error))
    if asked.key is None:
        return _Year(people, summary, None)
    rows = np.flatnonzero(people.keys == asked.key)
    if not rows.size:
        return Withheld("not-held", f"no school with URN {asked.key} in {academic_year(year)}")
    row = int(rows[0])
    if np.isnan(summary.values[row]):
        withheld = Withheld(str(summary.codes[row]))
        return Withheld(withheld.code, f"its result in {academic_year(year)}: {withheld.reason}")
    return _Year(people, summary, row)


def _alike(
    asked: Asked,
    ready: _Year,
    matched: Specification,
    alike: tuple[Specification, ...],
    progress: Callable[[str], None] | None,
) -> Iterator[Trial]:
    """Yield the trials of all specifications whose groups are in one matching."""
    least, year = matched.min_pupils, academic_year(matched.year)
    widest: PeerGroups | Withheld
    known = ~np.isnan(ready.summary.values)
    if least or ready.row is None:
        known &= ready.summary.pupils >= max(least, 1)
    if matched.grammars != asked.verdict.grammars and not ready.people.selective.any():
        reason = f"no grammar schools in the tables of {year}: apart or in is the same"
        widest = Withheld("same-specification", reason)
    elif ready.row is not None and not known[ready.row]:
        reason = f"not known to have {least} disadvantaged pupils in {year}"
        widest = Withheld("below-minimum", reason)
    else:
        if progress is not None:
            progress(f"{year}, {matched.peers}")
        widest = _match(ready, matched, known, asked.seed)
    for k, same in groupby(alike, key=lambda one: one.k):
        if isinstance(widest, Withheld):
            yield from (Trial(one, widest) for one in same)
            continue
        groups = widest if k is None else nearest_of(widest, k)
        for one in same:
            yield Trial(one, _figure(asked.verdict, ready, known, groups, one))


def _match(
    ready: _Year, matched: Specification, known: NDArray[Any], seed: int
) -> PeerGroups | Withheld:
    try:
        return grouped(
            ready.people,
            matched.rule,
            eligible=known,
            apart=matched.grammars == "apart",
            seed=seed,
        )
    except (CannotAnswerError, RequestError) as error:
        # A feature is missing from the tables, or alike in all schools left.
        return Withheld("no-match", _reason(error))


def _figure(
    verdict: Verdict,
    ready: _Year,
    known: NDArray[Any],
    groups: PeerGroups,
    one: Specification,
) -> Figure:
    against = None if one.benchmark is None else BENCHMARKS[one.benchmark]
    found = verdict.figure(Compared(ready.summary, known, groups, against))
    if ready.row is None:
        value, pupils = float(found), float(ready.summary.pupils[known].sum())
    else:
        value, pupils = float(found[ready.row]), float(ready.summary.pupils[ready.row])
    if not np.isnan(value):
        n = None if np.isnan(pupils) else round(pupils)
        return Estimate(round(value, _DECIMALS), n=n, method=verdict.drawn)
    nobody = None if ready.row is None else groups.of(str(ready.people.keys[ready.row])).withheld
    return nobody or Withheld("no-peers")


def _reason(error: CannotAnswerError | RequestError) -> str:
    return error.message[0].lower() + error.message[1:].rstrip(".")
