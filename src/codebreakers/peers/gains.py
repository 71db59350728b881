"""What each school would gain by going part of the way to a benchmark of its peers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.measures import Summary
from codebreakers.peers import PeerGroups, PeerRule
from codebreakers.peers.benchmarks import Benchmark, benchmark_values, best, top
from codebreakers.peers.likeness import group as grouped
from codebreakers.peers.population import Population

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["PRESETS", "Gains", "Preset", "gains"]

# Gains are kept to a millionth of a pupil as binary fractions, so that any order of adding them,
# by authority, by region or all at once, gives the same sum exactly.
_GRAIN = 2.0**20


@dataclass(frozen=True, slots=True)
class Preset:
    """A whole rule of the 2014 report.

    Parameters
    ----------
    name : str
        How it is asked for.
    group : str
        Whose gain is counted.
    peers : PeerRule
        Who is like whom.
    benchmark : Benchmark
        What each school is measured against.
    fraction : float
        How much of the gap is closed.
    """

    name: str
    group: str
    peers: PeerRule
    benchmark: Benchmark
    fraction: float = 0.5


PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        preset.name: preset
        for preset in (
            Preset(
                "disadvantage-2014",
                "disadvantaged",
                PeerRule.nearest(["disadvantaged_percent"], size=50),
                top(0.2),
            ),
            Preset(
                "ability-2014",
                "all",
                PeerRule.nearest(["ks2_points"], size=54),
                best(),
            ),
        )
    }
)


@dataclass(frozen=True, slots=True)
class Gains:
    """Each school's benchmark and gain under a rule; NaN where it has none.

    Parameters
    ----------
    people, summary, groups
        The S schools, their own results, and who is like whom.
    benchmarks : ndarray of float, shape (S,)
        In the measure's unit.
    gains : ndarray of float, shape (S,)
        Pupils, or points times pupils for a score.
    base : ndarray of float, shape (S,)
        Pupils who succeed now.
    """

    people: Population
    summary: Summary
    groups: PeerGroups
    benchmarks: NDArray[Any]
    gains: NDArray[Any]
    base: NDArray[Any]


def gains(people: Population, summary: Summary, rule: Preset, *, seed: int = 0) -> Gains:
    """Return what each school would gain: fraction * max(0, benchmark - own) * pupils.

    Parameters
    ----------
    people : Population
        S schools.
    summary : Summary
        Their results, in the same order.
    rule : Preset
        The rule.
    seed : int
        Settles ties.

    Returns
    -------
    Gains
    """
    measure = summary.measure
    known = ~np.isnan(summary.values) & (summary.pupils > 0)
    groups = grouped(people, rule.peers, eligible=known, seed=seed)
    values = np.where(known, summary.values, np.nan)
    higher = measure.better == "higher"
    benchmarks = benchmark_values(rule.benchmark, groups, values, higher=higher)
    gap = np.maximum(0.0, benchmarks - values if higher else values - benchmarks)
    per_pupil = 100.0 if measure.unit == "percent" else 1.0
    gained = rule.fraction * gap * summary.pupils / per_pupil
    return Gains(
        people,
        summary,
        groups,
        benchmarks,
        np.round(gained * _GRAIN) / _GRAIN,
        np.where(np.isnan(gained), np.nan, values * summary.pupils / per_pupil),
    )
