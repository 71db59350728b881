"""The choices an answer about similar schools rests on, and every set of them that is tried."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from itertools import product
from types import MappingProxyType
from typing import Any

import numpy as np

from codebreakers.peers import PeerGroups, PeerRule
from codebreakers.peers.benchmarks import Benchmark, best, percentile, top
from codebreakers.sources import academic_year

__all__ = [
    "BENCHMARKS",
    "CHOICES",
    "GRAMMARS",
    "LIKENESSES",
    "MIN_PUPILS",
    "SIZES",
    "WEIGHTS",
    "Choice",
    "Specification",
    "differing",
    "nearest_of",
    "specifications",
]

_SHARE, _KS2 = "disadvantaged_percent", "ks2_points"

LIKENESSES: Mapping[str, PeerRule] = MappingProxyType(
    {
        "nearest in disadvantaged share": PeerRule.nearest([_SHARE]),
        "nearest in KS2 points": PeerRule.nearest([_KS2]),
        "nearest in share and KS2 points": PeerRule.nearest([_SHARE, _KS2]),
        "27 above and 27 below in KS2 points": PeerRule.ranked(_KS2, 27, 27),
        "the same tenth of disadvantaged share": PeerRule.bands(_SHARE, 10),
    }
)
"""Who may be meant by similar. Size and weights are choices of their own where a rule has them."""
SIZES: tuple[int, ...] = (20, 30, 50, 75, 100)
WEIGHTS: Mapping[str, tuple[float, float]] = MappingProxyType(
    {"1:1": (1.0, 1.0), "1:2": (1.0, 2.0), "2:1": (2.0, 1.0)}
)
GRAMMARS: tuple[str, ...] = ("apart", "in")
MIN_PUPILS: tuple[int, ...] = (0, 10, 20, 30)
BENCHMARKS: Mapping[str, Benchmark] = MappingProxyType(
    {
        "best fifth": top(0.2),
        "best tenth": top(0.1),
        "80th percentile": percentile(80),
        "best school": best(),
    }
)


@dataclass(frozen=True, slots=True)
class Specification:
    """One set of choices. None stands where a choice does not arise.

    Parameters
    ----------
    year : int
        Results year.
    peers : str
        One of `LIKENESSES`.
    k : int, optional
        Schools in a group, for a rule of the nearest.
    weights : str, optional
        One of `WEIGHTS`, share to KS2 points, for a rule of both.
    grammars : str
        ``apart``: grammar schools are compared only with one another; ``in``: with every school.
    benchmark : str, optional
        One of `BENCHMARKS`, for a verdict that has one.
    min_pupils : int
        Schools with fewer disadvantaged pupils are left out; 0 leaves none out.
    """

    year: int
    peers: str
    k: int | None
    weights: str | None
    grammars: str
    benchmark: str | None
    min_pupils: int

    @property
    def rule(self) -> PeerRule:
        """The peer rule that `peers`, `k` and `weights` make."""
        rule = LIKENESSES[self.peers]
        if self.k is not None:
            rule = replace(rule, size=self.k)
        return rule if self.weights is None else replace(rule, weights=WEIGHTS[self.weights])

    @property
    def matched(self) -> Specification:
        """The specification whose groups hold this one's: as many schools as are ever asked for."""
        return replace(self, k=None if self.k is None else max(SIZES), benchmark=None)

    def describe(self) -> str:
        """Return all its choices in words."""
        chosen = ((choice, getattr(self, name)) for name, choice in CHOICES.items())
        return "; ".join(choice.words(value) for choice, value in chosen if value is not None)


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to be chosen.

    Parameters
    ----------
    heading, short : str
        What people read above it, and above a narrow column.
    words : callable
        Returns one of its options in words.
    brings : tuple of str
        Choices that arise only under some of its options.
    """

    heading: str
    short: str
    words: Callable[[Any], str]
    brings: tuple[str, ...] = ()


CHOICES: Mapping[str, Choice] = MappingProxyType(
    {
        "year": Choice("Year", "Year", lambda year: f"{academic_year(year)} results"),
        "peers": Choice("Similar schools", "Similar", str, brings=("k", "weights")),
        "k": Choice("How many", "k", "{} similar schools".format),
        "weights": Choice("Weights", "Weights", "share and KS2 points weighted {}".format),
        "grammars": Choice("Grammar schools", "Grammars", "grammar schools {}".format),
        "benchmark": Choice("Benchmark", "Benchmark", "held against the {}".format),
        "min_pupils": Choice(
            "Fewest pupils",
            "Fewest",
            lambda n: f"at least {n} disadvantaged pupils" if n else "schools of any size",
        ),
    }
)
"""The choices by the name of their field, in the order they are said in."""


def specifications(years: Iterable[int], *, benchmarks: bool) -> tuple[Specification, ...]:
    """Return every set of choices for some years, those of one matching next to one another.

    Parameters
    ----------
    years : iterable of int
        Results years.
    benchmarks : bool
        Whether what is asked has a benchmark.

    Returns
    -------
    tuple of Specification
    """
    against = tuple(BENCHMARKS) if benchmarks else (None,)
    return tuple(
        Specification(year, peers, k, weights, grammars, benchmark, least)
        for year, grammars, least in product(years, GRAMMARS, MIN_PUPILS)
        for peers, weights, k in _rules()
        for benchmark in against
    )


def _rules() -> Iterator[tuple[str, str | None, int | None]]:
    for peers, rule in LIKENESSES.items():
        weights = WEIGHTS if len(rule.features) > 1 else (None,)
        yield from product((peers,), weights, SIZES if rule.kind == "nearest" else (None,))


def differing(one: Specification, other: Specification) -> tuple[str, ...]:
    """Return the choices two specifications make differently, where both make them."""
    names = (field.name for field in fields(Specification))
    pairs = ((name, getattr(one, name), getattr(other, name)) for name in names)
    return tuple(name for name, a, b in pairs if a != b and None not in (a, b))


def nearest_of(groups: PeerGroups, size: int) -> PeerGroups:
    """Return groups of the nearest, cut to their first schools.

    Members are in order of likeness, so that the 20 nearest are the first 20 of the 100 nearest.

    Parameters
    ----------
    groups : PeerGroups
        Of a rule of the nearest.
    size : int
        Schools to keep in each.

    Returns
    -------
    PeerGroups
        Without match quality, which was of the larger groups.
    """
    places = np.arange(len(groups.members)) - np.repeat(groups.starts[:-1], groups.sizes)
    kept = places < size
    return replace(
        groups,
        rule=replace(groups.rule, size=size),
        starts=np.concatenate([[0], np.cumsum(np.minimum(groups.sizes, size))]).astype(np.intp),
        members=groups.members[kept],
        distances=groups.distances[kept],
        quality=np.full(len(groups), ""),
        differences=np.full(groups.differences.shape, np.nan),
    )
