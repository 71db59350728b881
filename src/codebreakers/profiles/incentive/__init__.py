"""What would paying teachers to move cost, and whom might it bring?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from codebreakers.errors import RequestError, UnknownNameError
from codebreakers.findings import Finding, Table
from codebreakers.profiles.incentive.need import listed
from codebreakers.profiles.incentive.proposals import PRESETS, Proposal
from codebreakers.profiles.incentive.said import answered, findings_of
from codebreakers.profiles.incentive.scenario import (
    LEVERS,
    Scenario,
    check_asked,
    levers_total,
)
from codebreakers.profiles.incentive.taken import (
    ON_COSTS,
    Tables,
    assumptions_of,
    check_pool,
    polled,
    tables_of,
)
from codebreakers.questions.workforce import newest_year
from codebreakers.questions.workforce.joined import staffed
from codebreakers.sources import results_year
from codebreakers.store import Store

__all__ = ["LEVERS", "PRESETS", "incentive", "incentive_in"]

_PREMIUM, _TEACHERS, _YEARS = 0.25, 2_000, 1
_WAYS = ("assumption", "school")


@dataclass(frozen=True, slots=True)
class _Asked:
    """The numbers of a scenario that the one who asks decides."""

    premium: float
    teachers: int
    years: int
    on_costs: float
    levers: Mapping[str, float]


def incentive(
    store: Store,
    *,
    premium: float | None = None,
    teachers: int | None = None,
    years: int | None = None,
    preset: str = "",
    levers: Mapping[str, float] | None = None,
    on_costs: float = ON_COSTS,
    year: int | str | None = None,
    by: str = "assumption",
) -> Table:
    """Return what more pay for teachers who move would cost and might yield.

    Parameters
    ----------
    store : Store
        Where to read pay, teachers and need.
    premium : float, optional
        More pay as a share of pay, 0.25 for a quarter, which is the default.
    teachers, years : int, optional
        How many are paid it, by default 2,000, and for how long, by default one year.
    preset : str
        A proposal that was made, with its own numbers: ``proposal-2015``.
    levers : mapping of str to float, optional
        Of `LEVERS`, the share of teachers that each would bring besides: the asker's own guess.
    on_costs : float
        What employers pay on top, as a share of the premium.
    year : int or str, optional
        Results year of the tables; by default the newest that can answer, for a proposal the
        newest that those who made it could have.
    by : str
        ``assumption``, or ``school`` for the schools of need.

    Returns
    -------
    Table
        A row an assumption, with cost and yield at its least and at its most; or a row a school
        in the most disadvantaged fifth and the lowest fifth of results, in order of name. Findings
        ``incentive.cost``, ``incentive.cost.pay``, ``incentive.yield``, ``incentive.need`` and,
        of a proposal, ``incentive.proposal``.

    Raises
    ------
    RequestError
        A number asked about makes no sense, or a proposal is asked for with other numbers.
    UnknownNameError
        There is no such proposal, lever or way of listing.
    CannotAnswerError
        The tables held do not have teachers, pay and results of one year.
    """
    if by not in _WAYS:
        raise UnknownNameError("way of listing", by, _WAYS)
    proposal = _proposal(preset, premium, teachers, years)
    asked = _Asked(
        _PREMIUM if premium is None else premium,
        _TEACHERS if teachers is None else teachers,
        _YEARS if years is None else years,
        on_costs,
        dict(levers or {}),
    )
    if proposal is not None:
        asked = _of_proposal(proposal, on_costs, asked.levers)
    check_asked(asked.premium, asked.teachers, asked.years, asked.on_costs)
    with store.reading():
        if year is None:
            when = newest_year(store, "salary", until=proposal.year if proposal else None)
        else:
            when = results_year(year)
        tables = tables_of(staffed(store, when))
        scenario = _scenario(asked, tables)
        if by == "school":
            return listed(store, tables)
        taken = tuple(assumptions_of(tables, scenario, asked.levers))
        return answered(store, tables, scenario, taken, proposal)


def incentive_in(store: Store, year: int) -> tuple[Finding, ...]:
    """Return cost and yield of the proposal of 2015, for the national answer.

    Parameters
    ----------
    store : Store
    year : int
        Results year of the tables.

    Raises
    ------
    CannotAnswerError
        The tables held do not have teachers, pay and results of that year.
    """
    asked = _of_proposal(PRESETS["proposal-2015"], ON_COSTS, {})
    tables = tables_of(staffed(store, year))
    scenario = _scenario(asked, tables)
    taken = tuple(assumptions_of(tables, scenario, {}))
    wanted = ("incentive.cost", "incentive.yield")
    return tuple(f for f in findings_of(store, tables, scenario, taken, None) if f.id in wanted)


def _proposal(
    preset: str, premium: float | None, teachers: int | None, years: int | None
) -> Proposal | None:
    if not preset:
        return None
    if preset not in PRESETS:
        raise UnknownNameError("proposal", preset, PRESETS)
    if (premium, teachers, years) != (None, None, None):
        raise RequestError(
            f"The proposal {preset} has its own premium, teachers and years, and others are given.",
            remedy="Leave out the proposal, or the numbers.",
        )
    return PRESETS[preset]


def _of_proposal(proposal: Proposal, on_costs: float, levers: Mapping[str, float]) -> _Asked:
    return _Asked(proposal.premium, proposal.teachers, proposal.years, on_costs, levers)


def _scenario(asked: _Asked, tables: Tables) -> Scenario:
    check_pool(asked.teachers, tables)
    return Scenario(
        premium=asked.premium,
        teachers=asked.teachers,
        years=asked.years,
        pay=tables.pay,
        on_costs=asked.on_costs,
        pay_rises=0.0,
        filled=1.0,
        pool=tables.pool,
        intention=polled("poll_seek_challenge")[0],
        interest=polled("poll_salary")[0],
        levers=levers_total(asked.levers),
    )
