"""The least the Department expected of a secondary school, year by year: floor and coasting rules.

Declarations with their sources. How many pupils, and how many of them with key stage 2 results, a
school needs for a rule to be applied to it is stated by the Department's guides for its own years;
both are taken to hold for each whole run of years, which is to be confirmed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from codebreakers.errors import UnknownNameError
from codebreakers.measures import Measure, Series

__all__ = [
    "ATYPICAL",
    "COHORT",
    "COVERAGE",
    "LEAST_COVERAGE",
    "NOT_APPLIED",
    "RUNNING",
    "STANDARDS",
    "Condition",
    "Standard",
    "standard_of",
]


@dataclass(frozen=True, slots=True)
class Condition:
    """What has to be so of a school's result for it to be below a standard.

    Parameters
    ----------
    measure : str
        Name of a measure.
    below : float, optional
        What it has to be below; by default the national median of the schools that the standard
        is applied to, that year.
    upper : bool
        Whether it is the upper 95% limit of the result that has to be, and not the result.
    """

    measure: str
    below: float | None = None
    upper: bool = False


@dataclass(frozen=True, slots=True)
class Standard:
    """One rule, for the years it was in force.

    Parameters
    ----------
    name : str
        ``floor`` or ``coasting``.
    years : range
        Results years.
    conditions : tuple of Condition
        A school is below where all of them hold. Empty where no standard is in force.
    fewest : int
        Pupils at the end of key stage 4 that a school needs for the rule to be applied to it.
    source : str
        Where the rule is stated.
    """

    name: str
    years: range
    conditions: tuple[Condition, ...]
    fewest: int
    source: str


_UNENDED = 2100
_TABLES = "Department for Education, school and college performance tables"
_COASTING = "The Coasting Schools (England) Regulations 2017"


def _five_good(percent: float) -> tuple[Condition, ...]:
    return (
        Condition("five_good_gcses", percent),
        Condition("english_progress"),
        Condition("maths_progress"),
    )


def _progress8(score: float) -> tuple[Condition, ...]:
    return Condition("progress8", score), Condition("progress8", 0.0, upper=True)


STANDARDS: tuple[Standard, ...] = (
    Standard(
        "floor",
        range(2011, 2012),
        _five_good(35.0),
        11,
        f"{_TABLES}, statement of intent for 2011; Department for Education, The Importance of "
        "Teaching, 2010",
    ),
    Standard(
        "floor",
        range(2012, 2016),
        _five_good(40.0),
        11,
        f"{_TABLES}, statements of intent for 2012 to 2015; answer of the Minister of State for "
        "Schools on the 312 schools of 2014/15, January 2016",
    ),
    Standard(
        "floor",
        range(2016, 2019),
        _progress8(-0.5),
        6,
        "Department for Education, Progress 8 and Attainment 8: guide for maintained secondary "
        "schools, academies and free schools, 2016 to 2018",
    ),
    Standard(
        "floor",
        range(2019, _UNENDED),
        (),
        0,
        "Department for Education, 2019: floor and coasting standards no longer apply",
    ),
    Standard("coasting", range(2014, 2016), _five_good(60.0), 11, _COASTING),
    Standard("coasting", range(2016, 2019), _progress8(-0.25), 6, _COASTING),
)

RUNNING: Mapping[str, int] = MappingProxyType({"floor": 1, "coasting": 3})
"""Results years running that a school has to be below for the standard to be missed."""

ATYPICAL: frozenset[str] = frozenset(
    [
        "UTC",
        "FUTC",
        "SS",
        "FSS",
        "University Technical College",
        "Studio Schools",
    ]
)
"""Types of school that begin at 14, as the years spell them: university technical colleges and
studio schools. Whether the Department counted them could not be verified."""

NOT_APPLIED: frozenset[str] = frozenset(["LT11", "LT50PC", "LOWCOV"])
"""Publisher's codes of a result that no standard is applied to."""

LEAST_COVERAGE = 50.0
"""Percent of the cohort that has to have key stage 2 results."""

_LATER = (*range(2016, 2020), 2022, 2023)

COHORT = Measure(
    "cohort_pupils",
    "pupils at the end of key stage 4",
    "mean",
    "pupils",
    "higher",
    (Series((*range(2011, 2020), 2022, 2023), "TPUP"),),
    _TABLES,
)


def _coverage(subject: str) -> Measure:
    name = f"COV24{subject}PRG"
    return Measure(
        f"coverage_{subject.lower()}",
        "of pupils have key stage 2 results",
        "mean",
        "percent",
        "higher",
        (
            Series((2011, 2012, 2013, 2015), name),
            Series((2014,), f"{name}_PTQ"),
            Series(_LATER, "P8MEACOV"),
        ),
        _TABLES,
    )


COVERAGE: tuple[Measure, ...] = (_coverage("ENG"), _coverage("MATH"))
"""How much of the cohort has key stage 2 results, in each subject of expected progress."""


def standard_of(name: str, year: int) -> Standard | None:
    """Return the rule of a year; None where none is declared.

    Parameters
    ----------
    name : str
        ``floor`` or ``coasting``.
    year : int
        Results year.

    Raises
    ------
    UnknownNameError
        There is no such standard.
    """
    if name not in RUNNING:
        raise UnknownNameError("standard", name, RUNNING)
    return next((s for s in STANDARDS if s.name == name and year in s.years), None)
