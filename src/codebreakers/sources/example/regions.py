"""The nine regions of Example England: the real ones, as their schools were in 2013/14.

Every figure is a moment of the Department's table of 2013/14, of its workforce census of that year,
or of the regions' places; ``scripts/calibrate_example.py`` measures the same moments on both
countries.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["REGIONS", "Region"]


@dataclass(frozen=True, slots=True)
class Region:
    """One region, and how its schools differ from the rest.

    Parameters
    ----------
    name : str
        As the tables of 2013/14 print it.
    areas : tuple of (str, str)
        Codes and names of its parts in the Department's list of authorities.
    authorities : int
        How many of the 150.
    schools : int
        Mainstream schools in 2013/14: a weight.
    disadvantage, spread : float
        Mean and standard deviation between its schools of the logit of the disadvantaged share.
    points : float
        Key stage 2 points at a disadvantaged share of nil.
    grammars : int
        Selective schools in 2013/14.
    eal, eal_spread : float
        Mean and standard deviation of the logit of the share with English as an additional
        language.
    effect : tuple of float
        What the region adds to the logit of five good GCSEs at the same intake, for disadvantaged
        and for other pupils.
    salary, ratio : float
        Teachers' mean salary in 2013/14, in pounds; pupils per teacher.
    latitude, longitude, scatter : float
        Where its authorities lie, in degrees.
    """

    name: str
    areas: tuple[tuple[str, str], ...]
    authorities: int
    schools: int
    disadvantage: float
    spread: float
    points: float
    grammars: int
    eal: float
    eal_spread: float
    effect: tuple[float, float]
    salary: float
    ratio: float
    latitude: float
    longitude: float
    scatter: float


REGIONS: tuple[Region, ...] = (
    Region(
        name="North East",
        areas=(
            ("1", "North East A"),
            ("3", "North East B"),
        ),
        authorities=12,
        schools=160,
        disadvantage=-0.73,
        spread=0.75,
        points=30.39,
        grammars=1,
        eal=-3.9,
        eal_spread=1.45,
        effect=(-0.19, -0.05),
        salary=38113,
        ratio=14.6,
        latitude=54.84,
        longitude=-1.5,
        scatter=0.2,
    ),
    Region(
        name="North West",
        areas=(
            ("6", "North West A"),
            ("7", "North West B"),
            ("9", "North West C"),
        ),
        authorities=23,
        schools=466,
        disadvantage=-0.93,
        spread=0.9,
        points=30.12,
        grammars=19,
        eal=-3.5,
        eal_spread=1.855,
        effect=(-0.18, -0.1),
        salary=38194,
        ratio=15.0,
        latitude=53.6,
        longitude=-2.58,
        scatter=0.3,
    ),
    Region(
        name="Yorkshire & Humberside",
        areas=(
            ("10", "North Yorkshire and The Humber"),
            ("12", "South and West Yorkshire"),
        ),
        authorities=15,
        schools=319,
        disadvantage=-1.0,
        spread=0.77,
        points=29.67,
        grammars=6,
        eal=-3.5,
        eal_spread=1.85,
        effect=(-0.13, -0.03),
        salary=37394,
        ratio=15.2,
        latitude=53.74,
        longitude=-1.28,
        scatter=0.35,
    ),
    Region(
        name="East Midlands",
        areas=(
            ("14", "East Midlands A"),
            ("16", "East Midlands B"),
        ),
        authorities=9,
        schools=270,
        disadvantage=-1.16,
        spread=0.68,
        points=29.63,
        grammars=13,
        eal=-3.9,
        eal_spread=1.855,
        effect=(-0.15, -0.16),
        salary=37670,
        ratio=15.2,
        latitude=52.89,
        longitude=-1.04,
        scatter=0.35,
    ),
    Region(
        name="West Midlands",
        areas=(
            ("20", "West Midlands A"),
            ("22", "West Midlands B"),
            ("24", "West Midlands C"),
        ),
        authorities=14,
        schools=389,
        disadvantage=-0.89,
        spread=0.93,
        points=29.85,
        grammars=18,
        eal=-2.9,
        eal_spread=1.85,
        effect=(-0.05, -0.03),
        salary=37942,
        ratio=15.0,
        latitude=52.53,
        longitude=-2.01,
        scatter=0.28,
    ),
    Region(
        name="Eastern England",
        areas=(
            ("25", "East of England A"),
            ("27", "East of England B"),
        ),
        authorities=11,
        schools=358,
        disadvantage=-1.37,
        spread=0.72,
        points=29.52,
        grammars=10,
        eal=-3.1,
        eal_spread=1.2,
        effect=(-0.06, -0.01),
        salary=37609,
        ratio=14.9,
        latitude=52.03,
        longitude=0.35,
        scatter=0.45,
    ),
    Region(
        name="London",
        areas=(
            ("31", "London Central"),
            ("32", "London East"),
            ("33", "London North"),
            ("34", "London South"),
            ("35", "London West"),
        ),
        authorities=32,
        schools=474,
        disadvantage=-0.45,
        spread=0.98,
        points=30.34,
        grammars=19,
        eal=-0.42,
        eal_spread=1.2,
        effect=(0.36, 0.25),
        salary=41741,
        ratio=14.5,
        latitude=51.51,
        longitude=-0.11,
        scatter=0.14,
    ),
    Region(
        name="South East",
        areas=(
            ("36", "South East A"),
            ("37", "South East B"),
            ("38", "South East C"),
            ("39", "South East D"),
        ),
        authorities=19,
        schools=499,
        disadvantage=-1.42,
        spread=0.69,
        points=29.32,
        grammars=52,
        eal=-2.9,
        eal_spread=1.2,
        effect=(-0.08, 0.0),
        salary=39067,
        ratio=15.0,
        latitude=51.25,
        longitude=-0.5,
        scatter=0.5,
    ),
    Region(
        name="South West",
        areas=(
            ("43", "South West A"),
            ("45", "South West B"),
        ),
        authorities=15,
        schools=322,
        disadvantage=-1.37,
        spread=0.66,
        points=29.45,
        grammars=20,
        eal=-3.7,
        eal_spread=1.2,
        effect=(-0.15, -0.09),
        salary=37452,
        ratio=15.1,
        latitude=51.08,
        longitude=-2.92,
        scatter=0.6,
    ),
)
