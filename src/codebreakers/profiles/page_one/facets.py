"""Where a school differs: low, middle and high starters, subjects, attendance, destinations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.errors import CannotAnswerError
from codebreakers.measures import Measure
from codebreakers.measures.attendance import absence_of
from codebreakers.measures.catalogue import find
from codebreakers.peers.population import Population

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["FACETS", "Facet", "facets_of"]


@dataclass(frozen=True, slots=True)
class _Asked:
    """One thing looked at: the first of `sources` that a table held has.

    Each source is a measure and a group; ``""`` is the measure of the page.
    """

    id: str
    heading: str
    sources: tuple[tuple[str, str], ...]


_THEIRS = "disadvantaged"
FACETS = (
    _Asked("low", "Low starters", (("", "low"),)),
    _Asked("middle", "Middle starters", (("", "middle"),)),
    _Asked("high", "High starters", (("", "high"),)),
    *(
        _Asked(
            subject,
            subject.capitalize(),
            tuple(
                (name, group)
                for group in (_THEIRS, "all")
                for name in (f"{subject}_progress", f"p8_{subject}")
            ),
        )
        for subject in ("english", "maths")
    ),
    _Asked("attendance", "Attendance", (("absence", "all"),)),
    _Asked(
        "destinations",
        "Destinations",
        (("sustained_destinations", _THEIRS), ("sustained_destinations", "all")),
    ),
)
_WHO = {
    "low": "of its pupils of low prior attainment",
    "middle": "of its pupils of middle prior attainment",
    "high": "of its pupils of high prior attainment",
    "disadvantaged": "of its disadvantaged pupils",
    "all": "of its pupils",
}


@dataclass(frozen=True, slots=True, eq=False)
class Facet:
    """One thing looked at, of each of S schools.

    Parameters
    ----------
    id, heading : str
        Its stable name; what people read.
    words : str
        What its figure is, to follow the figure: "of its pupils stayed in education".
    unit : str
        ``percent`` or ``points``.
    decimals : int
    values : ndarray of float, shape (S,)
        NaN where `codes` says why.
    codes : ndarray of str, shape (S,)
    pupils : ndarray of float, shape (S,)
        NaN where not known.
    release : int
        The release it was read from; -1 where none is held.
    source : str
        Who publishes it.
    unsaid : str
        Why nothing can be said of any school; '' where something can.
    """

    id: str
    heading: str
    words: str
    unit: str
    decimals: int
    values: NDArray[Any]
    codes: NDArray[Any]
    pupils: NDArray[Any]
    release: int
    source: str
    unsaid: str = ""

    @property
    def name(self) -> str:
        """Its heading as it stands within a sentence."""
        return self.heading if self.id == "english" else self.heading.lower()


def facets_of(people: Population, measure: Measure) -> tuple[Facet, ...]:
    """Return everything that is looked at, of a year's schools.

    Parameters
    ----------
    people : Population
        S schools.
    measure : Measure
        The measure of the page.
    """
    return tuple(_facet(people, measure, asked) for asked in FACETS)


def _facet(people: Population, measure: Measure, asked: _Asked) -> Facet:
    for name, group in asked.sources:
        if name == "absence":
            found = _absence(people, asked)
        else:
            found = _measured(people, find(name) if name else measure, group, asked)
        if found is not None:
            return found
    nothing = np.full(len(people.keys), np.nan)
    codes = np.full(len(people.keys), "not-held", dtype=object)
    why = "no table held has it for this year"
    return Facet(asked.id, asked.heading, "", "percent", 0, nothing, codes, nothing, -1, "", why)


def _measured(people: Population, measure: Measure, group: str, asked: _Asked) -> Facet | None:
    try:
        summary = people.take(measure, group)
    except CannotAnswerError:
        return None  # the next source is asked; where none is left, that is said
    return Facet(
        asked.id,
        asked.heading,
        " ".join(_in_words(measure, group)),
        measure.unit,
        measure.decimals,
        summary.values,
        summary.codes,
        summary.pupils,
        summary.release,
        measure.source,
    )


def _in_words(measure: Measure, group: str) -> Iterator[str]:
    if measure.unit == "percent":
        yield _WHO[group]
        yield measure.title
    else:
        yield f"is the {measure.title}"
        yield _WHO[group]


def _absence(people: Population, asked: _Asked) -> Facet | None:
    found = absence_of(people.store, people.year)
    if found is None or not len(found.keys):
        return None
    at = {key: i for i, key in enumerate(found.keys)}
    places = np.array([at.get(key, -1) for key in people.keys])
    here = places >= 0
    return Facet(
        asked.id,
        asked.heading,
        "of all possible half days were missed by its pupils",
        "percent",
        1,
        np.where(here, found.values[places], np.nan),
        np.where(here, found.codes[places], "not-held"),
        np.full(len(people.keys), np.nan),
        found.release,
        "Department for Education, absence of the school's pupils of all years together.",
    )
