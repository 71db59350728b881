"""What a plan may set a target for: the page's result, and the facets counted of pupils."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from codebreakers.errors import CannotAnswerError
from codebreakers.findings.chance import allowed_for
from codebreakers.inference.levels import Levels, levels_of
from codebreakers.inference.next_year import NextYear, next_rate, next_score
from codebreakers.measures import Measure, Summary
from codebreakers.measures.catalogue import find
from codebreakers.peers.population import Population
from codebreakers.profiles.page_one.facets import FACETS
from codebreakers.profiles.page_one.year import Year
from codebreakers.store.newest import Newest

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["DRAWN", "LINES", "Line", "facet_lines", "line_of", "result_of", "shown", "unchanged"]

DRAWN = 500
"""Draws of each line's levels: a range of a plan needs no more."""

_MOST_KEPT = 2  # of tens of megabytes each

_Allowed = tuple[Levels | None, str]
_RESULT = ("result", "Disadvantaged pupils", (("", "disadvantaged"),))
_WHOSE = {
    "low": "low starters",
    "middle": "middle starters",
    "high": "high starters",
    "disadvantaged": "disadvantaged pupils",
    "all": "pupils",
}
_COUNTED = (
    _RESULT,
    *((f.id, f.heading, f.sources) for f in FACETS if f.sources[0][0] != "absence"),
)

LINES: dict[str, str] = {id_: heading for id_, heading, _ in _COUNTED}
"""Headings by id, in the order they are looked at."""

_SOURCES = {id_: sources for id_, _, sources in _COUNTED}


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One line of a year, of every school.

    Parameters
    ----------
    id, heading : str
    summary : Summary
        Results of S schools.
    levels : Levels, optional
        Their true levels; None where chance cannot be allowed for, and then `unsaid` says why.
    unsaid : str
    """

    id: str
    heading: str
    summary: Summary
    levels: Levels | None
    unsaid: str

    @property
    def measure(self) -> Measure:
        """What is counted."""
        return self.summary.measure

    @property
    def whose(self) -> str:
        """Of whom: "low starters"."""
        return _WHOSE[self.summary.group]

    @property
    def name(self) -> str:
        """Its heading as it stands within a sentence."""
        return self.heading if self.id == "english" else self.heading.lower()

    def shown(self, value: float) -> str:
        """Return one of its figures as it is read."""
        return shown(value, self.measure.unit)

    def drawn(self, row: int) -> NDArray[Any] | None:
        """Return draws of a school's true level, None where there are none."""
        if self.levels is None or not self.levels.known[row]:
            return None
        return self.levels.draws[:, row]


def shown(value: float, unit: str) -> str:
    """Return a figure of a line as it is read: a whole percentage, or points to two decimals."""
    return f"{value:.0f}%" if unit == "percent" else f"{value:z.2f}"


def result_of(found: Year) -> Line:
    """Return the page's own result, with the very levels that the page speaks of."""
    id_ = _RESULT[0]
    return Line(id_, LINES[id_], found.summary, found.levels, found.unsaid)


def facet_lines(
    people: Population, measure: Measure, draws: int, seed: int
) -> dict[str, Line | None]:
    """Return every line but the page's own result: of all schools, and kept for the next one.

    Parameters
    ----------
    people, measure, draws, seed
        As for `line_of`.
    """
    key = people.year, measure.name, draws, seed
    return people.store.kept("lines of plans", _newest).get(
        key,
        lambda: {
            id_: line_of(people, measure, id_, draws=draws, seed=seed)
            for id_ in LINES
            if id_ != _RESULT[0]
        },
    )


def _newest() -> Newest[dict[str, Line | None]]:
    return Newest(_MOST_KEPT)


def line_of(
    people: Population, measure: Measure, id_: str, *, draws: int, seed: int
) -> Line | None:
    """Return one line, or None where no table held has it for the year.

    Parameters
    ----------
    people : Population
        S schools.
    measure : Measure
        The page's.
    id_ : str
        Of `LINES`.
    draws : int
        Of the true levels; 0 to leave chance out.
    seed : int
    """
    for name, group in _SOURCES[id_]:
        try:
            summary = people.take(find(name) if name else measure, group)
        except CannotAnswerError:
            continue  # the next source is asked; where none is left, that is said
        return Line(id_, LINES[id_], summary, *_levels(people, summary, draws, seed))
    return None


def _levels(people: Population, summary: Summary, draws: int, seed: int) -> _Allowed:
    if not draws:
        return None, "Chance is not allowed for: it was not asked for."
    return allowed_for(lambda: levels_of(people, summary, draws=draws, seed=seed))


def unchanged(line: Line, row: int, pupils: int, target: float) -> NextYear | None:
    """Return what the school could get next year at the level it has; None where not known.

    Parameters
    ----------
    line : Line
    row : int
        The school's.
    pupils : int
        In next year's cohort.
    target : float
        NaN for none.
    """
    drawn = line.drawn(row)
    if drawn is None or line.levels is None or pupils < 1:
        return None
    if line.measure.kind == "proportion":
        return next_rate(drawn, pupils, target=target)
    return next_score(drawn, pupils, line.levels.pupil_sd, target=target)
