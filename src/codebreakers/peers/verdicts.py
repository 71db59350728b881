"""What may be said of one school, or of England, beside similar schools: yes or no, and by far?"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.errors import RequestError, UnknownNameError
from codebreakers.measures import Measure, Summary
from codebreakers.peers import PeerGroups
from codebreakers.peers.benchmarks import Benchmark, benchmark_values, ranks_within, top
from codebreakers.peers.gains import PRESETS

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["GROUP", "PRESET", "VERDICTS", "Compared", "Verdict", "verdict_of"]

_TESTS = {"above": operator.gt, "at least": operator.ge, "at most": operator.le}
GROUP = "disadvantaged"
PRESET = PRESETS["disadvantage-2014"]
"""The headline that the verdict on England begins from."""


@dataclass(frozen=True, slots=True)
class Compared:
    """The schools of one year, and whom each is held against.

    Parameters
    ----------
    summary : Summary
        Results of S schools.
    known : ndarray of bool, shape (S,)
        Which of them count.
    groups : PeerGroups
        Their peers, all of them known.
    benchmark : Benchmark, optional
        For a verdict that has one.
    """

    summary: Summary
    known: NDArray[Any]
    groups: PeerGroups
    benchmark: Benchmark | None = None

    @property
    def values(self) -> NDArray[np.float64]:
        """Results with more always better, shape (S,); NaN where a school does not count."""
        sign = 1.0 if self.summary.measure.better == "higher" else -1.0
        return np.where(self.known, sign * self.summary.values, np.nan)

    @property
    def gaps(self) -> NDArray[np.float64]:
        """How far each school's benchmark is above it, shape (S,), in the measure's unit."""
        if self.benchmark is None:
            raise ValueError("this verdict was declared to have no benchmark")
        return benchmark_values(self.benchmark, self.groups, self.values) - self.values


@dataclass(frozen=True, slots=True)
class Verdict:
    """One thing that may be said, and when it stands.

    Parameters
    ----------
    name : str
        How it is asked for.
    about : str
        ``school`` or ``england``.
    claim : str
        What is said, with places for ``who`` (a school), ``limit`` and ``counted`` (what a gain
        is of).
    drawn : str
        What the number is.
    shown : str
        How the number is written, with a place for ``value``.
    unit : str
        Of the number: ``points`` or ``percent``.
    limits : mapping of str to float
        The number at which it stands, by the kind of the measure; a kind left out has none.
    needs : str
        What the number has to be to stand: ``above``, ``at least`` or ``at most`` the limit.
    figure : callable
        Given what is compared, the number of every school, shape (S,), or of England, shape ().
    benchmark : bool
        Whether schools are held against a benchmark.
    grammars : str
        How the headline treats grammar schools, as in `specifications.GRAMMARS`.
    """

    name: str
    about: str
    claim: str
    drawn: str
    shown: str
    unit: str
    limits: Mapping[str, float]
    needs: str
    figure: Callable[[Compared], NDArray[np.float64]]
    benchmark: bool
    grammars: str

    def stands(self, value: float, limit: float) -> bool:
        """Return whether it stands at a number."""
        return bool(_TESTS[self.needs](value, limit))

    def limit(self, measure: Measure) -> float:
        """Return the number at which it stands for a measure.

        Raises
        ------
        RequestError
            It means nothing for a measure of this kind.
        """
        if measure.kind not in self.limits:
            raise RequestError(
                f"The verdict {self.name!r} means nothing for {measure.name}, which has no zero "
                "that a percentage could start from.",
                remedy="Choose a rate or a mean score: five_good_gcses, attainment8, ...",
            )
        return self.limits[measure.kind]


def _above_similar(compared: Compared) -> NDArray[np.float64]:
    return compared.values - benchmark_values(top(1), compared.groups, compared.values)


def _place(compared: Compared) -> NDArray[np.float64]:
    ranks, among = ranks_within(compared.groups, compared.values)
    found = np.full(len(ranks), np.nan)
    np.divide(100 * ranks, among, out=found, where=among > 0)
    return found


def _gain(compared: Compared) -> NDArray[np.float64]:
    """Return the gain of England in percent: of the pupils, or points, there are now."""
    pupils, gaps = compared.summary.pupils, compared.gaps
    counted = ~np.isnan(gaps)
    gained = PRESET.fraction * (np.maximum(0.0, gaps) * pupils)[counted].sum()
    now = float((compared.summary.values * pupils)[counted].sum())
    return np.array(100 * gained / now if now > 0 else np.nan)


VERDICTS: Mapping[str, Verdict] = MappingProxyType(
    {
        verdict.name: verdict
        for verdict in (
            Verdict(
                "beats-similar",
                "school",
                "the disadvantaged pupils of {who} did better than those of similar schools did "
                "on average",
                "its result less the mean of its similar schools",
                "{value:+.{decimals}f} points",
                "points",
                {"proportion": 0.0, "mean": 0.0, "progress": 0.0},
                "above",
                _above_similar,
                benchmark=False,
                grammars="apart",
            ),
            Verdict(
                "best-fifth",
                "school",
                "{who} is in the best fifth of itself and its similar schools",
                "its place in 100, if itself and its similar schools were 100 schools (1 is best)",
                "place {value:.0f} in 100",
                "percent",
                {"proportion": 20.0, "mean": 20.0, "progress": 20.0},
                "at most",
                _place,
                benchmark=False,
                grammars="apart",
            ),
            Verdict(
                "room-to-grow",
                "school",
                "the disadvantaged pupils of {who} are {limit:g} points or more below the best of "
                "its similar schools",
                "the best of its similar schools less its result",
                "a gap of {value:.{decimals}f} points",
                "points",
                # Half a grade: in each of ten subjects for Attainment 8, in one for Progress 8.
                {"proportion": 5.0, "mean": 5.0, "progress": 0.5},
                "at least",
                lambda compared: compared.gaps,
                benchmark=True,
                grammars="apart",
            ),
            Verdict(
                "gain",
                "england",
                "closing half the gap to the best of similar schools would give at least "
                "{limit:g}% more {counted}",
                "the gain in percent of that year's figure",
                "{value:.1f}% more",
                "percent",
                {"proportion": 10.0, "mean": 10.0},
                "at least",
                _gain,
                benchmark=True,
                grammars="in",
            ),
        )
    }
)


def verdict_of(name: str | None, *, of_school: bool) -> Verdict:
    """Return the verdict of a name, by default the first about a school or about England.

    Raises
    ------
    UnknownNameError
        There is no such verdict.
    RequestError
        It is about a school and none was named, or about England and one was.
    """
    about = "school" if of_school else "england"
    able = [verdict.name for verdict in VERDICTS.values() if verdict.about == about]
    chosen = able[0] if name is None else name
    if chosen not in VERDICTS:
        raise UnknownNameError("verdict", chosen, VERDICTS)
    if chosen in able:
        return VERDICTS[chosen]
    if of_school:
        raise RequestError(
            f"The verdict {chosen!r} is about England, and a school was named.",
            available=able,
            remedy="Name no school, or choose a verdict about one.",
        )
    raise RequestError(
        f"The verdict {chosen!r} is about one school, and none was named.",
        available=able,
        remedy="Name the school: its name, postcode or URN.",
    )
