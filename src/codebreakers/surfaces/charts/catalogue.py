"""Which charts there are, and of which answers each is drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from codebreakers.errors import CannotAnswerError, UnknownNameError
from codebreakers.findings import Table
from codebreakers.surfaces.charts import Chart
from codebreakers.surfaces.charts.curves import choices, falls
from codebreakers.surfaces.charts.grid import grid
from codebreakers.surfaces.charts.listings import gaps_by_area, more_pupils, ranks, schools
from codebreakers.surfaces.charts.national import destiny, national
from codebreakers.surfaces.charts.strips import beside, place
from codebreakers.surfaces.charts.years import below_the_floor, trend

__all__ = ["CHARTS", "Kind", "draw", "fitting", "too_long"]


@dataclass(frozen=True, slots=True)
class Kind:
    """One chart.

    Parameters
    ----------
    draw : callable
        Table to `Chart`.
    answers : tuple of str
        Ids of the tables it is drawn of.
    column : str
        How the name of a column begins that the table has, where a table comes in several forms.
    by_row : bool
        Whether it has a line for each row of the table.
    """

    draw: Callable[[Table], Chart]
    answers: tuple[str, ...]
    column: str = ""
    by_row: bool = False

    def fits(self, table: Table) -> bool:
        """Whether it can be drawn of a table."""
        names = (column.name for column in table.columns)
        named = not self.column or any(name.startswith(self.column) for name in names)
        return named and table.id in self.answers


CHARTS: dict[str, Kind] = {
    "national": Kind(national, ("national",)),
    "destiny": Kind(destiny, ("lottery",)),
    "dots": Kind(schools, ("breakers", "compare"), by_row=True),
    "more-pupils": Kind(more_pupils, ("potential",)),
    "gaps-by-area": Kind(gaps_by_area, ("gaps",), "low_disadvantaged"),
    "trend": Kind(trend, ("gaps",), "rules_changed"),
    "falls": Kind(falls, ("league",), "threshold_points"),
    "ranks": Kind(ranks, ("league",), "rank_old", by_row=True),
    "choices": Kind(choices, ("robustness",)),
    "below-the-floor": Kind(below_the_floor, ("floor", "coasting"), "status_"),
    "grid": Kind(grid, ("workforce",), "result_fifth_"),
    "strip": Kind(beside, ("school",)),
    "place": Kind(place, ("school",)),
}
"""Every chart that is drawn of one table; of a map see `maps`."""


def fitting(table: Table) -> tuple[str, ...]:
    """Return the names of the charts that can be drawn of a table."""
    return tuple(name for name, kind in CHARTS.items() if kind.fits(table))


def too_long(name: str, table: Table, most: int) -> str:
    """Return why a chart of a line a row is not to be drawn of more rows than `most`, or ''."""
    if not CHARTS[name].by_row or len(table.rows) <= most:
        return ""
    return f"{len(table.rows):,} schools are too many for a picture with a line each."


def draw(name: str, table: Table) -> Chart:
    """Return a chart of a table.

    Parameters
    ----------
    name : str
        Of `CHARTS`.
    table : Table

    Raises
    ------
    UnknownNameError
        There is no such chart.
    CannotAnswerError
        It is of another answer, or what it shows is not in this one.
    """
    if name not in CHARTS:
        raise UnknownNameError("chart", name, list(CHARTS))
    if not CHARTS[name].fits(table):
        raise CannotAnswerError(
            f"The chart {name!r} cannot be drawn of {table.title!r}.", available=fitting(table)
        )
    return CHARTS[name].draw(table)
