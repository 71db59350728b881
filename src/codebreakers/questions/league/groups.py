"""The schools of a pair, by what they are and by who their pupils are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.errors import CannotAnswerError, UnknownNameError
from codebreakers.measures.catalogue import find
from codebreakers.peers.population import Population
from codebreakers.questions.league.sides import Pair
from codebreakers.sources.england import SCHOOL_TYPES

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["FIFTHS", "GROUPINGS", "Feature", "feature", "fifths", "grouped"]

FIFTHS = ("lowest", "second lowest", "middle", "second highest", "highest")

_ROLES = {"region": "region", "authority": "authority_name", "type": "type"}


@dataclass(frozen=True, slots=True, eq=False)
class Feature:
    """A number that the tables say of each school of a pair.

    Parameters
    ----------
    values : ndarray of float, shape (S,)
        NaN where not published.
    year : int
        Of the table it was read from.
    """

    values: NDArray[np.float64]
    year: int


def _one(name: str) -> Callable[[Population], NDArray[Any]]:
    def read(people: Population) -> NDArray[Any]:
        return people.take(find(name), "all").values

    return read


def _equivalents(people: Population) -> NDArray[Any]:
    """Return how many points of five good GCSEs rest on equivalents."""
    with_, without = (
        people.take(find(name), "all").values
        for name in ("five_good_gcses", "five_good_gcses_no_equivalents")
    )
    return np.asarray(with_ - without)


_FEATURES: Mapping[str, tuple[str, Callable[[Population], NDArray[Any]]]] = {
    "fifth": ("disadvantaged share", _one("disadvantaged_percent")),
    "prior": ("key stage 2 points", _one("ks2_points")),
    "equivalents": ("reliance on equivalents", _equivalents),
}
GROUPINGS = (*_ROLES, *_FEATURES)


def feature(pair: Pair, by: str) -> Feature:
    """Return a feature of the year of the new measure or, where not held, of the old.

    Raises
    ------
    CannotAnswerError
        Neither year's tables have it.
    """
    read = _FEATURES[by][1]
    try:
        return Feature(read(pair.new.people)[pair.at_new], pair.asked.year)
    except CannotAnswerError:
        if pair.asked.same_cohort:
            raise
    return Feature(read(pair.old.people)[pair.at_old], pair.asked.old_year)


def fifths(values: NDArray[Any]) -> NDArray[np.int64]:
    """Return which fifth each school is in by rank, 0 the lowest; -1 where nothing is known.

    Schools of one value may part at a border, so that each fifth has as many as it can.
    """
    known = np.flatnonzero(~np.isnan(values))
    found = np.full(len(values), -1)
    order = known[np.argsort(values[known], kind="stable")]
    found[order] = np.arange(order.size) * 5 // max(1, order.size)
    return found


def _written(named: NDArray[Any]) -> NDArray[Any]:
    """Return names with types of school in words, shape (S,)."""
    spellings, at = np.unique(named, return_inverse=True)
    return np.array([SCHOOL_TYPES.get(str(name), str(name)) for name in spellings])[at]


def grouped(pair: Pair, by: str) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Yield each group's name and which of the S schools are in it.

    Raises
    ------
    UnknownNameError
        `by` is no way of grouping.
    CannotAnswerError
        No table held says it.
    """
    if by in _ROLES:
        named = _written(pair.role(_ROLES[by]))
        for name in np.unique(named):
            yield str(name) or "not known", named == name
    elif by in _FEATURES:
        which = fifths(feature(pair, by).values)
        for number, name in enumerate(FIFTHS):
            yield f"{name} fifth by {_FEATURES[by][0]}", which == number
        if (which < 0).any():
            yield "not known", which < 0
    else:
        raise UnknownNameError("grouping", by, GROUPINGS)
