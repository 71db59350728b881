"""The pupil premium: pounds for each disadvantaged pupil of a secondary school, by financial year.

A rate is here only where something published says it; any other year's is not known. The premium
was paid for pupils with free school meals that year at first, and from 2012-13 for those with free
meals at any time in the last six years. Pupils looked after or adopted, and service children, are
paid for at other rates, which are left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

__all__ = ["RATES", "PremiumRate", "financial_year"]


@dataclass(frozen=True, slots=True)
class PremiumRate:
    """What a secondary school was paid for each pupil with free meals in the last six years.

    Parameters
    ----------
    begins : int
        The year in whose April the financial year begins.
    pounds : int
        For a pupil and year.
    source : str
        Where it was published.
    """

    begins: int
    pounds: int
    source: str


RATES: Mapping[int, PremiumRate] = MappingProxyType(
    {
        rate.begins: rate
        for rate in (
            PremiumRate(
                2012,
                623,
                "Education Endowment Foundation, Teaching and Learning Toolkit relaunched, 2013",
            ),
            PremiumRate(
                2013,
                900,
                "announced: Education Endowment Foundation, Teaching and Learning Toolkit "
                "relaunched, 2013",
            ),
            PremiumRate(
                2014, 935, "National Association of Head Teachers, guidance on the premium, 2014"
            ),
            PremiumRate(
                2015, 935, "Education Endowment Foundation, About the Toolkits, on 2015-16"
            ),
            PremiumRate(2016, 935, "Rossett School, Harrogate, pupil premium 2015-16 and 2016-17"),
            PremiumRate(2017, 935, "Lexia UK, funding for schools, on 2017"),
            PremiumRate(2018, 935, "The Howard School, Kent, pupil premium strategy 2018-19"),
            PremiumRate(2019, 935, "House of Commons, oral answer, 20 January 2020"),
            PremiumRate(2020, 955, "House of Commons, written answer 20541, 30 June 2021"),
            PremiumRate(2021, 955, "House of Commons, written answer 20541, 30 June 2021"),
            PremiumRate(
                2022,
                985,
                "the Department's rates of 2022 to 2023, as Sandwell Community School prints them",
            ),
            PremiumRate(
                2023,
                1_035,
                "the Department's rates of 2023 to 2024, as Seaton Sluice First School prints them",
            ),
            PremiumRate(2024, 1_050, "House of Commons, written answer 23390, 30 April 2024"),
        )
    }
)
"""Rates by the year in whose April the financial year begins."""


def financial_year(begins: int) -> str:
    """Return a financial year as it is written: ``2013-14``."""
    return f"{begins}-{(begins + 1) % 100:02d}"
