"""Paying teachers to move: what it would cost, whom it might bring, and what that assumes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from codebreakers.errors import RequestError, UnknownNameError

__all__ = [
    "LEVERS",
    "MOST_YEARS",
    "Assumption",
    "Scenario",
    "check_asked",
    "levers_total",
]

LEVERS: Mapping[str, str] = {
    "leadership": "better leadership",
    "workload": "less work",
    "behaviour": "better behaviour",
    "travel": "easier travel",
}
"""What else might bring teachers; by how much, only the one who asks can say."""

MOST_YEARS = 10


@dataclass(frozen=True, slots=True)
class Scenario:
    """Everything that cost and yield are worked out from.

    Parameters
    ----------
    premium : float
        More pay, as a share of pay.
    teachers : int
        Who are paid it.
    years : int
    pay : float
        Mean pay in pounds a year.
    on_costs : float
        What employers pay on top, as a share of the premium.
    pay_rises : float
        By which pay grows each year, as a share.
    filled : float
        Share of the posts that are filled, on average.
    pool : float
        Teachers who might come: those of other schools.
    intention, interest : float
        Shares of them who say they would seek such a post, and whom more pay might interest.
    levers : float
        Share of them whom something else would bring, besides.
    moving : float
        Of those who say so, the share who come.
    """

    premium: float
    teachers: int
    years: int
    pay: float
    on_costs: float
    pay_rises: float
    filled: float
    pool: float
    intention: float
    interest: float
    levers: float = 0.0
    moving: float = 1.0

    @property
    def premiums(self) -> float:
        """What the premium costs in pay alone, pounds over all years."""
        growth = sum((1 + self.pay_rises) ** year for year in range(self.years))
        return self.teachers * self.filled * self.pay * self.premium * growth

    @property
    def cost(self) -> float:
        """What it costs with on-costs, pounds over all years."""
        return self.premiums * (1 + self.on_costs)

    @property
    def bracket(self) -> tuple[float, float]:
        """Teachers who say they would come: by stated intention, and by stated interest."""
        shares = (min(1.0, share + self.levers) for share in (self.intention, self.interest))
        low, high = (self.pool * share * self.moving for share in shares)
        return low, high


@dataclass(frozen=True, slots=True)
class Assumption:
    """One number that a scenario takes, and how far it may be out.

    Parameters
    ----------
    field : str
        Of `Scenario`.
    words : str
        What people read.
    low, high : float
        The least and the most it may be.
    basis : str
        ``tables``, ``poll``, ``assumed`` or ``yours``: where it is from.
    source : str
        In words, why it is what it is.
    share : bool
        Whether it is shown as a percentage, and not as a number.
    others : float
        What of the number is not this one's, and is not shown with it: other levers.
    """

    field: str
    words: str
    low: float
    high: float
    basis: str
    source: str
    share: bool = True
    others: float = 0.0

    def ends(self, scenario: Scenario) -> tuple[Scenario, Scenario]:
        """Return the scenario with this alone at its least, and at its most."""
        low, high = (
            replace(scenario, **{self.field: value})  # type: ignore[arg-type]
            for value in (self.low, self.high)
        )
        return low, high

    def own(self, scenario: Scenario) -> tuple[float, float, float]:
        """Return what is taken, the least and the most, of this alone."""
        taken = float(getattr(scenario, self.field))
        return taken - self.others, self.low - self.others, self.high - self.others

    def shown(self, value: float) -> str:
        """Return a value of it as people write it."""
        return f"{100 * value:.3g}%" if self.share else f"{value:,.0f}"


def check_asked(premium: float, teachers: int, years: int, on_costs: float) -> None:
    """Raise RequestError where a number asked about makes no sense."""
    if not 0 < premium <= 1:
        raise RequestError(
            f"A premium of {100 * premium:g}% cannot be costed.",
            remedy="Give more than 0% and at most 100% of pay: 25%.",
        )
    if teachers < 1:
        raise RequestError(
            f"A premium for {teachers:,} teachers is for nobody.", remedy="Give at least 1."
        )
    if not 1 <= years <= MOST_YEARS:
        raise RequestError(
            f"{years:,} years cannot be costed.", remedy=f"Give from 1 to {MOST_YEARS} years."
        )
    if not 0 <= on_costs <= 1:
        raise RequestError(
            f"On-costs of {100 * on_costs:g}% of pay cannot be.",
            remedy="Give from 0% to 100%: 25%.",
        )


def levers_total(levers: Mapping[str, float]) -> float:
    """Return the share of teachers that other levers bring together.

    Raises
    ------
    UnknownNameError
        A lever is none of `LEVERS`.
    RequestError
        One brings nobody, or all together more than everybody.
    """
    for name, share in levers.items():
        if name not in LEVERS:
            raise UnknownNameError("lever", name, LEVERS)
        if not 0 < share <= 1:
            raise RequestError(
                f"The lever {name} cannot bring {100 * share:g}% of teachers.",
                remedy="Give more than 0% and at most 100%: 5%.",
            )
    total = sum(levers.values())
    if total > 1:
        raise RequestError(
            f"The levers together bring {100 * total:g}% of teachers.",
            remedy="Give at most 100% in all.",
        )
    return total
