"""The measures we ship, declared from the Department's data dictionaries of each year.

A new measure is one declaration in `rates`, `scores` or `intakes` and one case in ``tests/spec``.
"""

from __future__ import annotations

from codebreakers.errors import UnknownNameError
from codebreakers.measures import Measure
from codebreakers.measures.intakes import INTAKES
from codebreakers.measures.rates import RATES
from codebreakers.measures.scores import SCORES

__all__ = ["CATALOGUE", "DEFAULTS", "default_measure", "find"]

CATALOGUE: dict[str, Measure] = {measure.name: measure for measure in (*RATES, *SCORES, *INTAKES)}


def find(name: str) -> Measure:
    """Return a measure by its name.

    Raises
    ------
    UnknownNameError
        No measure has this name; the nearest is suggested.
    """
    if name not in CATALOGUE:
        raise UnknownNameError("measure", name, CATALOGUE)
    return CATALOGUE[name]


DEFAULTS = ("five_good_gcses", "attainment8")


def default_measure(year: int) -> str:
    """Return the measure a year is asked about when none is named."""
    return DEFAULTS[0] if year <= 2015 else DEFAULTS[1]
