"""What the school has to spend, what it plans to spend, and whether the one covers the other."""

from __future__ import annotations

from dataclasses import dataclass

from codebreakers.errors import RequestError, UnknownNameError
from codebreakers.estimates import Estimate
from codebreakers.findings import Cell, Column, Table
from codebreakers.findings.disclosure import tabulate
from codebreakers.profiles.plan.answers import Answers
from codebreakers.profiles.plan.evidence import in_words
from codebreakers.profiles.plan.premium import Money
from codebreakers.sources.approaches import HEADINGS, Approach

__all__ = ["Budget", "activities", "budget_of", "pounds"]


@dataclass(frozen=True, slots=True)
class Budget:
    """What there is to spend.

    Parameters
    ----------
    premium : float, optional
        Pounds; None where neither the school nor the tables say.
    carried : float
        From earlier years.
    own : bool
        Whether the school gave the premium itself.
    spent : float
        What its activities cost together.
    """

    premium: float | None
    carried: float
    own: bool
    spent: float

    @property
    def total(self) -> float | None:
        """What there is in all; None where the premium is not known."""
        return None if self.premium is None else self.premium + self.carried

    @property
    def said(self) -> str:
        """Where the premium is from."""
        if self.premium is None:
            return "Not known: give premium_pounds in [funding]."
        return "As the school was told." if self.own else "Worked out from the census and the rate."


def budget_of(money: Money, answers: Answers | None) -> Budget:
    """Return what there is to spend, having checked that no more is planned.

    Parameters
    ----------
    money : Money
        What the tables say.
    answers : Answers, optional

    Raises
    ------
    RequestError
        The activities cost more than there is.
    """
    worked_out = money.premium.figure
    held = worked_out.value if isinstance(worked_out, Estimate) else None
    if answers is None:
        return Budget(held, 0.0, own=False, spent=0.0)
    own = answers.premium_pounds
    premium = held if own is None else own
    found = Budget(
        premium, answers.carried_forward_pounds, own is not None, answers.budgeted_pounds
    )
    if found.total is not None and found.spent > found.total + 0.005:
        over = found.spent - found.total
        where = "given in the file" if found.own else "worked out from the census and the rate"
        raise RequestError(
            f"{answers.file}: the activities cost {pounds(found.spent)}, which is {pounds(over)} "
            f"more than the {pounds(found.total)} there is: a premium of "
            f"{pounds(found.premium or 0.0)} ({where}) and {pounds(found.carried)} carried "
            "forward.",
            remedy="Lower a cost_pounds in [[activities]]"
            + ("." if found.own else ", or give premium_pounds in [funding] what you were told."),
        )
    return found


def pounds(amount: float) -> str:
    """Return an amount as it is read: whole pounds, pence where there are some."""
    return f"£{amount:,.0f}" if abs(amount - round(amount)) < 0.005 else f"£{amount:,.2f}"


def activities(
    answers: Answers | None, approaches: tuple[Approach, ...], heading: str, *, made_up: bool
) -> Table:
    """Return one heading's activities as the statement has them.

    Raises
    ------
    UnknownNameError
        An activity names an approach that is not there.
    """
    by_id = {approach.id: approach for approach in approaches}
    chosen = [] if answers is None else [a for a in answers.activities if a.under == heading]
    rows: list[tuple[Cell, ...]] = []
    for activity in chosen:
        if activity.approach and activity.approach not in by_id:
            where = f"approach in [[activities]] of {answers.file if answers else ''}:"
            raise UnknownNameError(where, activity.approach, by_id)
        known = [in_words(by_id[activity.approach])] if activity.approach else []
        numbers = ", ".join(map(str, activity.challenges))
        said = " ".join((*([activity.evidence] if activity.evidence else []), *known))
        rows.append(
            (activity.what, said or "None given.", numbers or "none", pounds(activity.cost_pounds))
        )
    return tabulate(
        f"plan.{heading}",
        HEADINGS[heading],
        (
            Column("activity", "Activity"),
            Column("evidence", "Evidence that supports this approach"),
            Column("challenges", "Challenge number(s) addressed"),
            Column("cost", "Budgeted cost"),
        ),
        rows,
        made_up=made_up,
    )
