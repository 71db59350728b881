"""The schools, a row each, with what every year says of them and what became of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.estimates import Estimate, Withheld
from codebreakers.findings import Cell, Column
from codebreakers.questions.floor.chance import Chance
from codebreakers.questions.floor.followed import Followed, Run
from codebreakers.questions.floor.judged import BELOW, NOT_BELOW, Judged
from codebreakers.sources import academic_year
from codebreakers.store.succession import KINDS, Event

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["columns", "rows", "since_in_words"]

_NARROW = 3
"""Years that leave a terminal room for what became of a school."""

_Row = tuple[Cell | Estimate, ...]


def columns(followed: Followed, chances: Mapping[int, Chance], run: Run | None) -> list[Column]:
    """Return the columns of the list.

    Parameters
    ----------
    followed : Followed
    chances : mapping of int to Chance
        By year, where chance is allowed for.
    run : Run, optional
    """
    few = len(followed.years) <= _NARROW
    found = [
        Column("school_urn", "URN"),
        Column("school_name", "School"),
        Column("name_then", "Name then", screen=False),
        Column("authority", "Authority", screen=len(followed.years) == 1),
        Column("region", "Region", screen=False),
        Column("utc_or_studio", "UTC or studio school", screen=False),
    ]
    for year in followed.years:
        found.append(Column(f"status_{year.year}", academic_year(year.year), screen=few))
        found.append(Column(f"why_{year.year}", "Why", screen=False))
        if isinstance(year, Judged) and year.leading is not None:
            measure = year.leading.measure
            name = f"result_{year.year}_{measure.unit}"
            found.append(Column(name, "Result", measure.decimals, screen=few))
        if year.year in chances:
            found.append(Column(f"probability_{year.year}", "Chance", 2, screen=few))
            if chances[year.year].several:
                found.append(Column(f"low_probability_{year.year}", "From", 2, screen=False))
                found.append(Column(f"high_probability_{year.year}", "To", 2, screen=False))
    found += [
        Column("below_in", "Below in", screen=not few),
        Column("judged", "Judged", screen=not few),
        Column("years_below", "Years below", screen=False),
        Column("years_judged", "Years judged", screen=False),
    ]
    if run is not None and chances:
        found.append(Column("low_probability_run", "Chance of all, from", 2, screen=not few))
        found.append(Column("high_probability_run", "To", 2, screen=not few))
    return [*found, Column("since", "Since", screen=few)]


def rows(
    followed: Followed, chances: Mapping[int, Chance], run: Run | None, chosen: NDArray[Any]
) -> list[_Row]:
    """Return a row for each of some schools, in order of name.

    Parameters
    ----------
    followed, chances, run
        As for `columns`.
    chosen : ndarray of bool, shape (N,)
        Which schools.
    """
    who = _who(followed)
    each = [list(_of_year(followed, y, chances)) for y in range(len(followed.years))]
    at = slice(-len(run.years), None) if run is not None else slice(None)
    years = [year.year for year in followed.years[at]]
    below = followed.status[at] == BELOW
    told = below | (followed.status[at] == NOT_BELOW)
    together = _together(followed, chances, run)
    order = np.flatnonzero(chosen)
    order = order[np.argsort([str(who[i][1]) for i in order], kind="stable")]
    return [
        (
            *who[i],
            *(cell for year in each for cell in year[i]),
            ", ".join(str(y) for y, so in zip(years, below[:, i], strict=True) if so),
            f"{int(told[:, i].sum())} of {len(years)}",
            int(below[:, i].sum()),
            int(told[:, i].sum()),
            *(() if together is None else map(_known, together[:, i])),
            since_in_words(followed, i),
        )
        for i in order.tolist()
    ]


def _who(followed: Followed) -> list[tuple[Cell, ...]]:
    """Return what each school is called: now, and when first it was below where that differs."""
    size = len(followed.schools)
    told = {role: np.full(size, "", dtype=object) for role in ("name", "authority_name", "region")}
    urn, then = followed.schools.copy(), np.full(size, "", dtype=object)
    atypical = np.zeros(size, dtype=bool)
    for y, year in enumerate(followed.years):
        if not isinstance(year, Judged):
            continue
        row, people = followed.rows[y], year.people
        there = row >= 0
        urn[there] = people.keys[row[there]]
        atypical[there] = year.atypical[row[there]]
        for role, texts in told.items():
            named = there & (people.schools[role][row] != "")
            texts[named] = people.schools[role][row[named]]
        first = (followed.status[y] == BELOW) & (then == "")
        then[first] = people.schools["name"][row[first]]
    then[then == told["name"]] = ""
    return list(
        zip(
            *(
                array.tolist()
                for array in (urn, told["name"], then, told["authority_name"], told["region"])
            ),
            atypical.tolist(),
            strict=True,
        )
    )


def _of_year(
    followed: Followed, y: int, chances: Mapping[int, Chance]
) -> Iterator[tuple[Cell | Estimate, ...]]:
    """Yield what a year says of each school."""
    year, row = followed.years[y], followed.rows[y]
    told: list[list[Cell | Estimate]] = [followed.status[y].tolist(), followed.why[y].tolist()]
    if isinstance(year, Judged):
        if year.leading is not None:
            told.append(_results(year, row))
        chance = chances.get(year.year)
        if chance is not None:
            shown = [chance.probability]
            if chance.several:
                shown += [chance.low, chance.high]
            told += [[_known(v) for v in np.where(row >= 0, p[row], np.nan)] for p in shown]
    yield from zip(*told, strict=True)


def _results(year: Judged, row: NDArray[Any]) -> list[Cell | Estimate]:
    leading = year.leading
    if leading is None:
        return []
    values = np.where(row >= 0, leading.values[row], np.nan).tolist()
    pupils = np.where(row >= 0, leading.pupils[row], np.nan).tolist()
    codes = np.where(row >= 0, leading.codes[row], "not-held").tolist()
    return [
        Withheld(str(code) or "not-held")
        if np.isnan(value)
        else Estimate(value, n=None if np.isnan(n) else round(n))
        for value, n, code in zip(values, pupils, codes, strict=True)
    ]


def _together(
    followed: Followed, chances: Mapping[int, Chance], run: Run | None
) -> NDArray[np.float64] | None:
    """Return how probable it is that a school was truly below in each year that it is told of.

    Shape (2, N): were its years independent, and the most that it can be. What lasts of a school
    from year to year puts it between the two.
    """
    if run is None or not chances:
        return None
    low, high = np.ones((2, len(followed.schools)))
    for year in run.able:
        if year in chances:
            here = followed.of(year, chances[year].probability, np.nan)
            told = np.isin(followed.status[followed.at(year)], (BELOW, NOT_BELOW))
            low = np.where(told, low * here, low)
            high = np.where(told, np.minimum(high, here), high)
    return np.array([low, high])


def since_in_words(followed: Followed, school: int) -> str:
    """Return what became of a school after it was first below, or after the first year.

    Parameters
    ----------
    followed : Followed
    school : int
        Its place among the schools.
    """
    if followed.lineages is None:
        return ""
    below = np.flatnonzero(followed.status[:, school] == BELOW)
    year = followed.years[int(below[0]) if len(below) else 0].year
    since = followed.lineages.events_since(str(followed.schools[school]), year)
    said = [_event(event) for event in since.events]
    said += [f"perhaps since: {_event(event)}" for event in since.undated]
    return "; ".join(dict.fromkeys(said))


def _event(event: Event) -> str:
    words = KINDS[event.kind]
    if not event.date:
        return words
    return f"{words} ({event.date})"


def _known(value: float) -> float | Withheld:
    return Withheld("not-held") if np.isnan(value) else float(value)
