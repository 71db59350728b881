"""Where the rules changed: between which years, and which figures, nothing may be subtracted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from codebreakers.measures import Measure
from codebreakers.measures.catalogue import find
from codebreakers.sources import academic_year

__all__ = ["GRADING", "rules_changed"]

_WOLF = (
    "only approved qualifications count, each as one, and a pupil's first entry and not the best"
)
_NINE_TO_ONE = "grades 9 to 1 came in, and points were rescaled"
_CHANGED: Mapping[tuple[str, int], str] = MappingProxyType(
    {
        ("five_good_gcses", 2014): _WOLF,
        ("five_good_gcses_no_equivalents", 2014): _WOLF,
        ("best8_value_added", 2014): _WOLF,
        ("english_progress", 2014): _WOLF,
        ("maths_progress", 2014): _WOLF,
        ("attainment8", 2017): _NINE_TO_ONE,
        ("disadvantaged_percent", 2012): "six years of free school meals count, not one",
        ("disadvantaged_percent", 2015): (
            "pupils adopted from care, or looked after for a day, count as disadvantaged too"
        ),
    }
)

GRADING: Mapping[int, str] = MappingProxyType(
    {
        2020: "examinations were cancelled, and schools gave the grades",
        2021: "examinations were cancelled, and teachers gave the grades",
        2022: "examinations came back, with grades set between those of 2019 and 2021",
        2023: "grades were set near those of 2019 again",
    }
)
"""What changed in a year in how every grade was given."""

_OF_SPLIT = ("disadvantaged", "other")


def rules_changed(
    measure: Measure, year: int, later: Measure, last: int, group: str
) -> Iterator[str]:
    """Yield why a figure may not be subtracted from a later one; nothing where it may.

    Parameters
    ----------
    measure, year : Measure, int
        Of the earlier figure.
    later, last : Measure, int
        Of the later.
    group : str
        Which pupils.
    """
    if measure.name != later.name:
        yield f"{academic_year(last)}: another measure ({later.name})"
    else:
        yield from _of_measure(measure, year, last)
    if group in _OF_SPLIT:
        yield from _of_measure(find("disadvantaged_percent"), year, last)
    if not measure.intake:
        for when, said in GRADING.items():
            if year < when <= last:
                yield f"{academic_year(when)}: {said}"


def _of_measure(measure: Measure, year: int, last: int) -> Iterator[str]:
    for when in measure.breaks:
        if year < when <= last:
            said = _CHANGED.get((measure.name, when), f"see its source ({measure.source})")
            yield f"{academic_year(when)}: {said}"
