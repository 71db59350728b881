"""Several years' counts of the same schools, checked."""

from __future__ import annotations

from dataclasses import dataclass

from codebreakers.inference.given import never_known, one_table_a_year
from codebreakers.inference.shrinkage import BinomialData

__all__ = ["MOST_YEARS", "YearsData"]

MOST_YEARS = 6
"""More dimensions than this are not integrated over."""


@dataclass(frozen=True, slots=True)
class YearsData:
    """The counts of the same S schools in T years, and what is known beforehand in each.

    Parameters
    ----------
    years : tuple of int, length T
        Results years, rising.
    data : tuple of BinomialData, length T
        One a year; NaN where a school has no results that year. Columns may differ by year.

    Raises
    ------
    RequestError
        If the years are not rising, too many, or not as many as the tables; or if the tables are
        not of equally many schools.
    """

    years: tuple[int, ...]
    data: tuple[BinomialData, ...]

    def __post_init__(self) -> None:
        sizes = [part.pupils.size for part in self.data]
        one_table_a_year(self.years, sizes, MOST_YEARS)

    def left_out(self) -> tuple[str, ...]:
        """Return for each school why none of its years can be used, or ''."""
        return never_known(self.years, [part.left_out() for part in self.data])
