"""One year's figures, and what may be said from one year to another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.errors import CannotAnswerError, UnknownNameError
from codebreakers.estimates import Estimate, Figure, Withheld
from codebreakers.findings.disclosure import protect
from codebreakers.inference.cohorts import Sums, added, difference
from codebreakers.inference.intervals import LEVEL
from codebreakers.measures import Measure
from codebreakers.measures.breaks import rules_changed
from codebreakers.measures.catalogue import default_measure, find
from codebreakers.measures.national import National
from codebreakers.peers.population import Scope
from codebreakers.questions.gaps.groups import Found, figures_of
from codebreakers.sources import academic_year
from codebreakers.store import Store

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Year", "change", "stretches", "years_of"]

_SCATTER = "how far pupils' scores scatter is not in the tables"
_SOURCES = {
    "national table": "the national table",
    "national row": "the nation's row of a table of schools",
    "schools": "sums over the schools held",
}


@dataclass(frozen=True, slots=True)
class Year:
    """One year's figures.

    Parameters
    ----------
    year : int
    measure : Measure
    found : mapping of str to National or CannotAnswerError
        Each group's figure; empty where nothing is held.
    why : str
        Why nothing is held, where nothing is.
    broken : tuple of str
        What changed since the year before it among those asked about.
    """

    year: int
    measure: Measure
    found: Found
    why: str = ""
    broken: tuple[str, ...] = ()

    def figure(self, group: str) -> Figure:
        """Return a group's figure as it may be shown."""
        found = self.found.get(group)
        if not isinstance(found, National):
            return Withheld("not-held", self.why if found is None else found.message)
        sums = _alone(self.measure, found.value, found.pupils)
        figure = _with_ends(found.value, sums.low, sums.high, found.pupils, found.said)
        return protect(figure, self.measure.unit, rebuilt=found.source == "schools")

    @property
    def gap(self) -> Figure:
        """Others less disadvantaged, as it may be shown."""
        behind, ahead = self.figure("disadvantaged"), self.figure("other")
        return _less(ahead, behind, "others less disadvantaged")

    @property
    def sources(self) -> tuple[str, ...]:
        """Where the figures of the two groups are from, in words."""
        pair = (self.found.get(group) for group in ("disadvantaged", "other"))
        return tuple(_SOURCES[found.source] for found in pair if isinstance(found, National))

    @property
    def releases(self) -> tuple[int, ...]:
        """The releases they were read from."""
        held = [found for found in self.found.values() if isinstance(found, National)]
        return tuple(sorted({number for found in held for number in found.releases}))


def _alone(measure: Measure, value: float, pupils: int | None) -> Sums:
    """Return one figure with the interval that its number of pupils allows, A = 1."""
    size = np.nan if pupils is None else float(pupils)
    return added(measure, np.array([value]), np.array([size]), np.zeros(1, dtype=np.int64), 1)


def _with_ends(
    value: float, low: NDArray[Any], high: NDArray[Any], n: int | None, method: str
) -> Estimate:
    plain = Estimate(value, n=n, method=method)
    if np.isnan(low[0]) or np.isnan(high[0]):
        return replace(plain, no_interval=_SCATTER)
    return replace(plain, low=float(low[0]), high=float(high[0]), level=LEVEL)


def _less(of: Figure, less: Figure, method: str) -> Figure:
    """Return one figure less another, of other pupils, or why that is not shown."""
    if isinstance(of, Withheld) or isinstance(less, Withheld):
        return of if isinstance(of, Withheld) else less
    low, high = difference(_ends(of), _ends(less))
    n = None if of.n is None or less.n is None else of.n + less.n
    return _with_ends(of.value - less.value, low, high, n, method)


def _ends(figure: Estimate) -> Sums:
    value, low, high = (
        np.array([np.nan if x is None else x]) for x in (figure.value, figure.low, figure.high)
    )
    return Sums(value, value, value, low, high)


def years_of(
    store: Store, asked: Iterable[int], measure: str | None, where: Scope
) -> tuple[tuple[Year, ...], tuple[str, ...]]:
    """Return each year's figures, in order, and which of the schools listed a year does not have.

    Parameters
    ----------
    store : Store
    asked : iterable of int
        Results years.
    measure : str, optional
        By default that of each year.
    where : Scope

    Raises
    ------
    UnknownNameError
        No measure has the name; or in no year the scope's school or place is there.
    """
    found: list[Year] = []
    missing: dict[str, None] = {}
    unknown: list[UnknownNameError] = []
    for year in sorted(set(asked)):
        counted = find(measure or default_measure(year))
        try:
            figures, absent = figures_of(store, counted, year, where)
        except (CannotAnswerError, UnknownNameError) as error:
            unknown += [error] if isinstance(error, UnknownNameError) else []
            found.append(Year(year, counted, {}, error.message))
            continue
        missing |= dict.fromkeys(absent)
        found.append(Year(year, counted, figures))
    if unknown and len(unknown) == len(found):
        raise unknown[0]
    return tuple(_broken(found)), tuple(missing)


def _broken(found: Sequence[Year]) -> Iterator[Year]:
    """Yield the years, each with what changed since the one before it."""
    held: Year | None = None
    for before, this in zip([None, *found], found, strict=False):
        changed = [] if before is None else list(_rules(before, this))
        if held is not None:
            changed += _moved(held, this)
        yield replace(this, broken=tuple(changed))
        held = this if this.sources else held


def _rules(first: Year, last: Year) -> Iterator[str]:
    return rules_changed(first.measure, first.year, last.measure, last.year, "disadvantaged")


def _moved(first: Year, last: Year) -> list[str]:
    """Return, in words, that figures of two years are read from tables of another kind."""
    if not last.sources or first.sources == last.sources:
        return []
    now, then = (" and ".join(dict.fromkeys(year.sources)) for year in (last, first))
    return [f"{academic_year(last.year)}: read from {now}, and before from {then}"]


def change(first: Year, last: Year, group: str = "") -> Figure:
    """Return how far a group's figure, or the gap, went from one year to a later one.

    Parameters
    ----------
    first, last : Year
    group : str
        Whose; the gap where none is named.

    Returns
    -------
    Estimate or Withheld
        Withheld with what changed where a rule or the kind of table did.
    """
    changed = [*_rules(first, last), *_moved(first, last)]
    if changed:
        return Withheld("break", f"rules changed: {'; '.join(changed)}")
    then, now = ((y.figure(group) if group else y.gap) for y in (first, last))
    return _less(now, then, "the later year less the earlier")


def stretches(years: Sequence[Year]) -> Iterator[tuple[Year, ...]]:
    """Yield runs of two years or more with a gap each, between whose ends nothing changed."""
    run: list[Year] = []
    for year in years:
        if not isinstance(year.gap, Estimate):
            continue
        if run and isinstance(change(run[0], year), Withheld):
            if len(run) > 1:
                yield tuple(run)
            run = []
        run.append(year)
    if len(run) > 1:
        yield tuple(run)
