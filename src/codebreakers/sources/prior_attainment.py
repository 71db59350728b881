"""Prior attainment at key stage 2: its scales and groups, and what each scored nationally."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from codebreakers.errors import CannotAnswerError

__all__ = ["PUBLISHED", "SOURCE", "PriorScale", "published_means", "scale_of_prior"]

SOURCE = "Department for Education, key stage 4 ready reckoners of 2016/17 and 2023/24"


@dataclass(frozen=True, slots=True)
class PriorScale:
    """How key stage 2 results were scaled, and the groups they are put into.

    Parameters
    ----------
    name : str
        What it is called.
    low, high : int
        Least and greatest result, in hundredths.
    step : int
        What a pupil's mean of reading and mathematics is rounded to, in hundredths.
    bounds : tuple of int
        Least result of each group, in hundredths, in order; a group ends where the next begins.
    """

    name: str
    low: int
    high: int
    step: int
    bounds: tuple[int, ...]


# Least key stage 2 result of each group, and mean Attainment 8 of its pupils, in hundredths.
_FINE_2017 = (
    (10, 1304),
    (160, 1710),
    (210, 1809),
    (260, 1961),
    (290, 2081),
    (300, 2142),
    (310, 2245),
    (320, 2364),
    (330, 2386),
    (340, 2530),
    (350, 2576),
    (360, 2702),
    (370, 2784),
    (380, 2858),
    (390, 2995),
    (400, 3130),
    (410, 3245),
    (420, 3412),
    (430, 3557),
    (440, 3730),
    (450, 3901),
    (460, 4093),
    (470, 4290),
    (480, 4512),
    (490, 4721),
    (500, 4976),
    (510, 5251),
    (520, 5523),
    (530, 5794),
    (540, 6109),
    (550, 6429),
    (560, 6812),
    (570, 7218),
    (580, 7715),
)
_SCALED_2024 = (
    (5900, 1596),
    (8250, 1663),
    (8650, 1901),
    (8800, 2078),
    (8950, 2200),
    (9100, 2370),
    (9250, 2502),
    (9350, 2642),
    (9450, 2765),
    (9550, 2912),
    (9650, 3024),
    (9750, 3230),
    (9850, 3378),
    (9950, 3546),
    (10050, 3727),
    (10150, 3894),
    (10250, 4102),
    (10350, 4297),
    (10450, 4512),
    (10550, 4745),
    (10650, 4976),
    (10750, 5257),
    (10850, 5530),
    (10950, 5760),
    (11050, 6022),
    (11150, 6286),
    (11250, 6546),
    (11350, 6816),
    (11450, 7060),
    (11550, 7315),
    (11650, 7546),
    (11750, 7726),
    (11850, 7974),
    (11950, 8203),
)

_FINE = PriorScale("fine level", 0, 600, 10, tuple(low for low, _ in _FINE_2017))
_SCALED = PriorScale("scaled score", 5900, 12000, 50, tuple(low for low, _ in _SCALED_2024))
_FIRST_SCALED = 2021  # whose pupils sat key stage 2 in 2016

PUBLISHED: MappingProxyType[int, tuple[int, ...]] = MappingProxyType(
    {
        2017: tuple(mean for _, mean in _FINE_2017),
        2024: tuple(mean for _, mean in _SCALED_2024),
    }
)
"""Mean Attainment 8 of each group in hundredths of a point, by results year."""


def scale_of_prior(year: int) -> PriorScale:
    """Return the scale that the pupils of a results year have from key stage 2.

    Parameters
    ----------
    year : int
        Results year at key stage 4.
    """
    return _SCALED if year >= _FIRST_SCALED else _FINE


def published_means(year: int) -> tuple[int, ...]:
    """Return the published mean Attainment 8 of each group, in hundredths of a point.

    Parameters
    ----------
    year : int
        Results year.

    Raises
    ------
    CannotAnswerError
        None are carried for that year.
    """
    if year not in PUBLISHED:
        raise CannotAnswerError(
            f"The mean Attainment 8 of each prior-attainment group is not held for {year}.",
            available=[str(held) for held in PUBLISHED],
            remedy='Take them from the cohort itself: expected = "cohort".',
        )
    return PUBLISHED[year]
