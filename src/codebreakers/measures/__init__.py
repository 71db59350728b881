"""What is counted: a measure, the published columns it is read from, and its sums per school."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from codebreakers.errors import UnknownNameError

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["GROUPS", "Measure", "Series", "Summary", "Term"]

# What each group of pupils is called when it is talked about.
GROUPS: dict[str, str] = {
    "all": "all pupils",
    "disadvantaged": "disadvantaged pupils",
    "other": "other pupils",
    "low": "pupils with low prior attainment",
    "middle": "pupils with middle prior attainment",
    "high": "pupils with high prior attainment",
    "boys": "boys",
    "girls": "girls",
    "eal": "pupils with English as an additional language",
    "non_mobile": "pupils who had been at the school for two years",
}


@dataclass(frozen=True, slots=True)
class Term:
    """The published columns of one measure for one year and group.

    Parameters
    ----------
    value : str
        Column of the rate or score as published.
    count : str
        Column of the pupils who reached it; preferred where it is published.
    pupils : str
        Column of the group's size.
    share : str
        Column of the group's share of the cohort in percent, from which its size is worked out
        (to the nearest pupil) where no count is published.
    cohort : str
        Column of the cohort that `share` is of.
    low, high : str
        Columns of published limits.
    group : str
        The group as it stands in a tidy table; empty for a wide one, whose column says it.
    held_in : int
        Results year of the table that holds it, where that is a later one; 0 otherwise.
    """

    value: str
    count: str = ""
    pupils: str = ""
    share: str = ""
    cohort: str = ""
    low: str = ""
    high: str = ""
    group: str = ""
    held_in: int = 0


@dataclass(frozen=True, slots=True)
class Series:
    """How a measure's columns are spelled over a run of years.

    Parameters
    ----------
    years : sequence of int
        Results years.
    value, count, low, high : str
        Column names with ``{g}`` where the group's mark stands.
    marks : mapping of str to str
        Group to mark.
    pupils, shares : mapping of str to str
        Group to the column of its size, and of its share of the cohort.
    counted : tuple of str
        Groups whose `count` is published.
    tidy : bool
        Whether the table is tidy, so that rows and not columns say the group.
    held_in : int
        As for `Term`.
    """

    years: Sequence[int]
    value: str
    count: str = ""
    low: str = ""
    high: str = ""
    marks: Mapping[str, str] = field(default_factory=lambda: {"all": ""})
    pupils: Mapping[str, str] = field(default_factory=dict)
    shares: Mapping[str, str] = field(default_factory=dict)
    counted: tuple[str, ...] = ()
    tidy: bool = False
    held_in: int = 0

    def term(self, group: str) -> Term | None:
        """Return the columns for one group, or None where it is not published."""
        if group not in self.marks:
            return None
        mark = self.marks[group]
        return Term(
            value=self.value.format(g=mark),
            count=self.count.format(g=mark) if group in self.counted else "",
            pupils=self.pupils.get(group, ""),
            share=self.shares.get(group, ""),
            cohort=self.pupils.get("all", ""),
            low=self.low.format(g=mark),
            high=self.high.format(g=mark),
            group=group if self.tidy else "",
            held_in=self.held_in,
        )


@dataclass(frozen=True, slots=True)
class Measure:
    """Something counted for a school's pupils in a year.

    Parameters
    ----------
    name : str
        Ours ("five_good_gcses").
    title : str
        What people read, to follow a number: "got five good GCSEs with English and maths".
    kind : str
        ``proportion`` of pupils (percent), ``mean`` score, ``progress`` score centred on `centre`.
    unit : str
        ``percent`` or ``points``.
    better : str
        ``higher`` or ``lower``.
    series : tuple of Series
        Where it is published.
    breaks : tuple of int
        First year of each new definition: levels are never differenced across one.
    source : str
        Who publishes it, and what changed when.
    centre : float
        What a progress score is centred on.
    decimals : int
        Decimals the publisher rounds the rate or score to.
    intake : bool
        Whether it describes who the pupils are and not what they did.
    construct : str
        What it measures, where other measures measure it too: ``attainment`` or ``progress``.
        Empty where it is the only one, so that a school may differ in it and in nothing else.
    """

    name: str
    title: str
    kind: str
    unit: str
    better: str
    series: tuple[Series, ...]
    source: str
    breaks: tuple[int, ...] = ()
    centre: float = 0.0
    decimals: int = 0
    intake: bool = False
    construct: str = ""

    @property
    def years(self) -> tuple[int, ...]:
        """Results years it is published for, in order."""
        return tuple(sorted({year for series in self.series for year in series.years}))

    def groups(self, year: int) -> tuple[str, ...]:
        """Return the groups it is published for in a year."""
        return tuple(
            group for series in self.series if year in series.years for group in series.marks
        )

    def term(self, year: int, group: str) -> Term | None:
        """Return its columns for a year and group, or None where it is not published.

        Raises
        ------
        UnknownNameError
            `group` is no group of pupils.
        """
        if group not in GROUPS:
            raise UnknownNameError("group of pupils", group, GROUPS)
        for series in self.series:
            if year in series.years and (term := series.term(group)) is not None:
                return term
        return None

    def same_construct(self, other: Measure) -> bool:
        """Return whether two measures are of one thing, so that ranks differ by chance alone."""
        return self.name == other.name or (self.construct == other.construct != "")

    def same_series(self, first: int, second: int) -> bool:
        """Return whether two years can be compared: no break lies between them."""
        return not any(min(first, second) < b <= max(first, second) for b in self.breaks)


@dataclass(frozen=True, slots=True)
class Summary:
    """Sums per school of one measure, year and group, from one release. Not an estimate.

    Parameters
    ----------
    measure, year, group : str, int, str
        What was summed.
    release : int
        The release it was read from.
    schools : ndarray of str, shape (S,)
        Keys, in order.
    pupils : ndarray of float, shape (S,)
        Pupils in the group; NaN where not published.
    successes_low, successes_high : ndarray of float, shape (S,)
        Fewest and most pupils with the outcome that fit what is published; equal where the count
        is published; NaN for scores.
    values : ndarray of float, shape (S,)
        Rate in percent (from the count where published) or score; NaN where `codes` says why.
    limits_low, limits_high : ndarray of float, shape (S,)
        Published limits; NaN where there are none.
    codes : ndarray of str, shape (S,)
        '' where there is a value, else the publisher's code or ours.
    rebuilt : bool
        Whether group sizes were worked out from shares.
    """

    measure: Measure
    year: int
    group: str
    release: int
    schools: NDArray[Any]
    pupils: NDArray[Any]
    successes_low: NDArray[Any]
    successes_high: NDArray[Any]
    values: NDArray[Any]
    limits_low: NDArray[Any]
    limits_high: NDArray[Any]
    codes: NDArray[Any]
    rebuilt: bool = False
