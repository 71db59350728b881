"""What is asked of a school's teachers: how each is counted, and where its definition changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.errors import CannotAnswerError, UnknownNameError
from codebreakers.estimates import Estimate

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["OUTCOMES", "Outcome", "outcome_named"]

Roles = Mapping[str, "NDArray[Any]"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One thing about a school's teachers.

    Parameters
    ----------
    name : str
        What it is asked for by.
    title : str
        What people read above its table.
    unit : str
        Of the figure, as columns and findings name it.
    decimals : int
        On a screen.
    amount : str
        How an amount of it is written.
    phrase : str
        What a school has, where ``{0}`` is the amount and ``{1}`` one of `signs`.
    signs : tuple of str
        For more of it and for less: ``higher`` and ``lower``.
    roles : tuple of str
        What it is worked out from, of `measures.staffing.ROLES`.
    weight : str
        The role that schools weigh by, so that a group's figure is that of its schools as one.
    value : callable
        Of the roles.
    years : tuple of int
        First and last results year that it can be worked out for.
    changed : mapping of int to str
        What changed in its definition, by the first year of the new one.
    definition : str
    why_not : str
        Why other years have none.
    """

    name: str
    title: str
    unit: str
    decimals: int
    amount: str
    phrase: str
    signs: tuple[str, str]
    roles: tuple[str, ...]
    weight: str
    value: Callable[[Roles], NDArray[Any]]
    years: tuple[int, int]
    changed: Mapping[int, str]
    definition: str
    why_not: str = ""

    def difference(self, figure: Estimate) -> str:
        """Return a slope in words, with its range: "mean pay is £60 lower (£30 to £90)"."""
        said = self.phrase.format(self.amount.format(abs(figure.value)), self._sign(figure.value))
        if figure.low is None or figure.high is None:
            return f"{said} (no range: {figure.no_interval})"
        if figure.low > 0 or figure.high < 0:
            ends = sorted((abs(figure.low), abs(figure.high)))
            return f"{said} ({' to '.join(self.amount.format(end) for end in ends)})"
        low, high = (
            f"{self.amount.format(abs(end))} {self._sign(end)}" for end in (figure.low, figure.high)
        )
        return f"{said}, which may be chance ({low} to {high})"

    def _sign(self, value: float) -> str:
        return self.signs[value < 0]

    def check(self, year: int) -> None:
        """Raise CannotAnswerError where it cannot be worked out for a year."""
        if not self.years[0] <= year <= self.years[1]:
            first, last = self.years
            raise CannotAnswerError(
                f"{self.title} is not in the tables of {year}. {self.why_not}".strip(),
                available=[str(y) for y in range(first, last + 1)],
                remedy="Ask about one of these years, or about another outcome.",
            )


def _per_hundred(roles: Roles) -> NDArray[Any]:
    return _share(roles["teachers"], roles["pupils"])


def _qualified(roles: Roles) -> NDArray[Any]:
    return _share(_share(roles["pupils"], roles["ratio"]) / 100, roles["teachers"])


def _share(part: NDArray[Any], whole: NDArray[Any]) -> NDArray[Any]:
    """Return percentages, NaN of nothing."""
    found = np.full(part.shape, np.nan)
    np.divide(100 * part, whole, out=found, where=whole > 0)
    return found


_YEARS = (2011, 2018)
_EVERYONE = (
    "all teachers count, part-time ones at the pay of their full time, and not only full-time "
    "qualified ones"
)
OUTCOMES: Mapping[str, Outcome] = {
    one.name: one
    for one in (
        Outcome(
            "salary",
            "Mean pay of teachers",
            "pounds",
            0,
            "£{0:,.0f}",
            "mean pay is {0} {1}",
            ("higher", "lower"),
            ("salary",),
            "teachers",
            lambda roles: roles["salary"],
            _YEARS,
            {2012: "full-time teachers count only if qualified", 2014: _EVERYONE},
            "Mean gross yearly pay of a school's teachers as the workforce census has it: to "
            "2012/13 of full-time qualified teachers, since then of all, at full-time pay.",
        ),
        Outcome(
            "ratio",
            "Pupils to a teacher",
            "pupils per teacher",
            1,
            "{0:.2f}",
            "there are {0} {1} pupils to a teacher",
            ("more", "fewer"),
            ("ratio",),
            "teachers",
            lambda roles: roles["ratio"],
            _YEARS,
            {2014: "divided by all teachers, and to 2012/13 by the qualified ones alone"},
            "Pupils to a teacher as the workforce census has it, both full-time equivalent: to "
            "2012/13 to a qualified teacher, since then to any.",
        ),
        Outcome(
            "teachers",
            "Teachers to 100 pupils",
            "teachers per 100 pupils",
            2,
            "{0:.2f}",
            "there are {0} {1} teachers to 100 pupils",
            ("more", "fewer"),
            ("teachers", "pupils"),
            "pupils",
            _per_hundred,
            _YEARS,
            {},
            "All teachers of the workforce census, full-time equivalent, to 100 pupils on roll in "
            "the school census.",
        ),
        Outcome(
            "qualified",
            "Share of teachers who are qualified",
            "percent",
            1,
            "{0:.2f} points",
            "the share of teachers who are qualified is {0} {1}",
            ("higher", "lower"),
            ("teachers", "pupils", "ratio"),
            "teachers",
            _qualified,
            (2011, 2013),
            {},
            "Worked out: pupils on roll over pupils to a qualified teacher gives qualified "
            "teachers, here as a share of all. The ratio is rounded to a tenth and counts "
            "part-time pupils by their hours, so a school may be a little above 100.",
            "From 2013/14 the published ratio divides by all teachers, so nothing tells how many "
            "are qualified.",
        ),
    )
}
"""What can be asked for, by name."""

_NOWHERE = ("turnover", "vacancies")


def outcome_named(name: str) -> Outcome:
    """Return an outcome by its name.

    Raises
    ------
    CannotAnswerError
        It is in no table.
    UnknownNameError
        There is none of this name.
    """
    if name in _NOWHERE:
        raise CannotAnswerError(
            f"No table that is read here has {name} by school: the workforce tables have numbers "
            "of staff, pupils to a teacher and mean pay.",
            available=list(OUTCOMES),
            remedy="Ask about one of these.",
        )
    if name not in OUTCOMES:
        raise UnknownNameError("outcome", name, [*OUTCOMES, *_NOWHERE])
    return OUTCOMES[name]
