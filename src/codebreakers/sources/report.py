"""What the 2014 report, and the Department after it, published: every figure with its source.

The report is "Cracking the code: how schools can improve social mobility", Social Mobility and
Child Poverty Commission, 2014. Its annex is not public: where a rule had to be recovered from the
figure it gives, or a definition is not known, `PublishedFigure.status` says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

__all__ = ["LONDON", "PUBLISHED", "PublishedFigure"]


@dataclass(frozen=True, slots=True)
class PublishedFigure:
    """One published figure, or several published as one.

    Parameters
    ----------
    id : str
        Its name here.
    values : tuple of float
        The figure as published; two where two were published together.
    unit : str
        Of the values.
    year : int
        Results year it is about; for the poll, the year it was held.
    population, definition : str
        Of whom, or of which schools; what was counted, as far as anything public says.
    source : str
        Where it was published.
    status : str
        How sure the definition is.
    low, high : tuple of float, optional
        For each value, the least and the most that the source's own words allow; by default the
        value itself.
    decimals : int, optional
        What the source rounded to; -3 is to the nearest thousand.
    """

    id: str
    values: tuple[float, ...]
    unit: str
    year: int
    population: str
    definition: str
    source: str
    status: str
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()
    decimals: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "low", self.low or self.values)
        object.__setattr__(self, "high", self.high or self.values)

    @property
    def numbers(self) -> tuple[str, ...]:
        """Each value as it was published: ``14,000``."""
        return tuple(f"{value:,.{max(0, self.decimals)}f}" for value in self.values)

    @property
    def said(self) -> str:
        """The figure for a table's cell: ``14,000``, ``60 / 25``."""
        return " / ".join(self.numbers)


_REPORT = "Cracking the code"
_SFR05 = "SFR05/2014"
_SCHOOLS = "English secondary schools"
_STATE_FUNDED = "pupils in state-funded schools, England"


_RATES = (
    PublishedFigure(
        "disadvantaged_rate",
        (40.9,),
        unit="percent",
        year=2013,
        population=_STATE_FUNDED,
        definition="disadvantaged pupils (free school meals in the last six years, or looked "
        "after) with five GCSEs or equivalents at A* to C including English and mathematics: "
        "63,026 of 154,087",
        source=_SFR05,
        status="exact",
        decimals=1,
    ),
    PublishedFigure(
        "other_rate",
        (67.8,),
        unit="percent",
        year=2013,
        population=_STATE_FUNDED,
        definition="all other pupils, same measure: 283,079 of 417,247",
        source=_SFR05,
        status="exact",
        decimals=1,
    ),
    PublishedFigure(
        "all_rate",
        (60.6,),
        unit="percent",
        year=2013,
        population=_STATE_FUNDED,
        definition="all pupils, same measure: 346,105 of 571,334",
        source=_SFR05,
        status="exact",
        decimals=1,
    ),
    PublishedFigure(
        "disadvantaged_passes",
        (61_000,),
        unit="pupils",
        year=2013,
        population="England",
        definition="disadvantaged pupils with the same measure, as the Commission rounded them; "
        "which schools are in it is not stated",
        source="Cracking the code press release",
        status="published",
        decimals=-3,
    ),
)

_SIMILAR = (
    PublishedFigure(
        "code_breaker_share",
        (11.1,),
        low=(10,),
        high=(12,),
        unit="percent of schools",
        year=2013,
        population=_SCHOOLS,
        definition="one in nine: the rate of the school's disadvantaged pupils is above the "
        "national rate of all pupils; whether grammar schools count, the fewest pupils a school "
        "may have and which national rate is meant are not stated",
        source=_REPORT,
        status="definition ambiguous",
        decimals=1,
    ),
    PublishedFigure(
        "half_gap_disadvantage",
        (14_000,),
        low=(14_000,),
        high=(14_500,),
        unit="pupils",
        year=2013,
        population=_SCHOOLS,
        definition="every school closes half its gap to the top fifth of schools with a similar "
        "concentration of disadvantage; recovered as: the 50 schools nearest in disadvantaged "
        "share, the mean of the top fifth of them, half the gap where there is one, times the "
        "school's disadvantaged pupils",
        source=_REPORT,
        status="rule recovered",
        decimals=-3,
    ),
    PublishedFigure(
        "half_gap_disadvantage_percent",
        (23,),
        low=(23,),
        high=(25,),
        unit="percent",
        year=2013,
        population=_SCHOOLS,
        definition="14,000 of 61,000 is 23.0%; the press release says almost 25%, the press 25%",
        source=_REPORT,
        status="rounded upward by the source",
    ),
    PublishedFigure(
        "similar_best_worst",
        (60, 25),
        unit="percent",
        year=2013,
        population=_SCHOOLS,
        definition="mean of the best fifth and of the lowest fifth of similar schools; that is "
        "2.4 times, though the press release says 3 times",
        source=_REPORT,
        status="rule recovered",
    ),
    PublishedFigure(
        "half_gap_ability",
        (60_000,),
        low=(58_000,),
        high=(65_000,),
        unit="pupils",
        year=2013,
        population=_SCHOOLS,
        definition="every school closes half its gap to the single best school with a similar "
        "Key Stage 2 intake, all pupils; recovered as: the school and the 54 nearest in Key "
        "Stage 2 average points, and the best of them",
        source=_REPORT,
        status="rule recovered on another year",
        decimals=-3,
    ),
    PublishedFigure(
        "half_gap_ability_percent",
        (19,),
        low=(19,),
        high=(20,),
        unit="percent",
        year=2013,
        population=_SCHOOLS,
        definition="the same, of those who succeed now",
        source=_REPORT,
        status="rule recovered on another year",
    ),
)

_FALLERS = tuple(
    PublishedFigure(
        name,
        (percent,),
        unit="percent of schools",
        year=2013,
        population=population,
        definition="schools that fall far down the league table when ranked by the measures of "
        "2016 (Attainment 8, Progress 8) and not by five good GCSEs including English and "
        "mathematics; nothing public says how far is far",
        source=_REPORT,
        status="threshold unknown",
    )
    for name, percent, population in (
        ("big_fallers", 8, _SCHOOLS),
        ("big_fallers_north_east", 20, "North East"),
    )
)

_POLL = tuple(
    PublishedFigure(
        f"poll_{name}",
        (percent,),
        unit="percent of teachers",
        year=2014,
        population=population,
        definition=definition,
        source=_REPORT,
        status="published",
    )
    for name, percent, population, definition in (
        (
            "lower_expectations",
            21,
            "teachers in England, more than 1,100 polled",
            "agreed that colleagues at their school expect less of disadvantaged students",
        ),
        (
            "lower_expectations_secondary",
            26,
            "secondary teachers",
            "agreed that colleagues at their school expect less of disadvantaged students",
        ),
        (
            "seek_challenge",
            15,
            "teachers",
            "would actively seek a post in a school more challenging than their own",
        ),
        (
            "pressure_deterrent",
            53,
            "teachers",
            "would be deterred by the pressure of a weaker school, but for mitigating factors",
        ),
        (
            "salary",
            63,
            "teachers",
            "might be more interested in a post in a weaker school for a higher salary",
        ),
    )
)

_FLOOR = tuple(
    PublishedFigure(
        f"floor_{year}",
        (schools,),
        unit="schools",
        year=year,
        population="England",
        definition=f"schools below the floor standard{share}",
        source="press counts",
        status="indicative",
    )
    for year, schools, share in (
        (2012, 195, ""),
        (2013, 154, ""),
        (2014, 330, ""),
        (2015, 312, ""),
        (2016, 282, " (9.3%)"),
        (2017, 365, " (12%)"),
    )
)

_DEPARTMENT = (
    PublishedFigure(
        "gap_index_ks4_2022",
        (3.84,),
        unit="index",
        year=2022,
        population="England",
        definition="disadvantage gap index at the end of Key Stage 4",
        source="DfE key stage 4 performance",
        status="published",
        decimals=2,
    ),
    PublishedFigure(
        "gap_index_ks4_2023",
        (3.95,),
        unit="index",
        year=2023,
        population="England",
        definition="disadvantage gap index at the end of Key Stage 4, first release",
        source="DfE key stage 4 performance",
        status="published",
        decimals=2,
    ),
    PublishedFigure(
        "p8_sd_2024",
        (1.41628,),
        unit="Progress 8 points",
        year=2024,
        population="England",
        definition="standard deviation of pupils' Progress 8, from which a school's confidence "
        "interval is made: score +- 1.96 * sd / sqrt(pupils)",
        source="DfE KS4 ready reckoner",
        status="published",
        decimals=5,
    ),
)

PUBLISHED: Mapping[str, PublishedFigure] = MappingProxyType(
    {figure.id: figure for figure in (*_RATES, *_SIMILAR, *_FALLERS, *_POLL, *_FLOOR, *_DEPARTMENT)}
)
"""Every published figure by its id, in the order of the reference table."""

LONDON = PublishedFigure(
    "london_ratio",
    (38,),
    unit="percent more likely",
    year=2013,
    population="disadvantaged pupils in London, against those in the rest of England",
    definition="five good GCSEs; which schools were counted is not stated",
    source=_REPORT,
    status="quoted at second hand",
)
"""Shown beside ours and never judged: its page was not at hand, so it is not in `PUBLISHED`."""
