"""How far behind are disadvantaged pupils in rank? The disadvantage gap index."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from codebreakers.errors import UnknownNameError
from codebreakers.estimates import Estimate, Withheld
from codebreakers.findings import Cell, Column, Finding, Table
from codebreakers.findings.disclosure import SMALLEST, say, tabulate
from codebreakers.inference.rank_gap import rank_gap
from codebreakers.measures.rank_gap import GradeCounts, grade_counts
from codebreakers.sources import academic_year
from codebreakers.store.pupil_duckdb import MEMORY
from codebreakers.store.pupil_engines import open_records

__all__ = ["gap_index"]

_SCALE = 20.0
_HALF = 0.5
_RECORDS = "records"
_METHOD = "DeLong's variance of placements, on the log odds"
_NO_INTERVAL = "the two groups do not overlap at all"
_NOTE = (
    "The index is of everyone in these records: it says where the country stands if they are the "
    "country. It is not worked out school by school, and not put as months of progress."
)
_TOO_NARROW = (
    "The range is as if pupils were drawn one by one: those of one school go together, so it is a "
    "little too narrow."
)
_DEFINITION = (
    "The disadvantage gap index of the Department for Education: all pupils ranked by their mean "
    "grade of English (the better GCSE of language and literature) and mathematics, one not taken "
    "counting 0 and pupils with one mean sharing their middle rank; the mean rank of others less "
    "that of disadvantaged pupils, as a share of all ranks, times 20. That is 20 times (the chance "
    "that one of the others is above one of the disadvantaged, a tie counting half, less a half)."
)


def gap_index(
    folder: str | Path,
    *,
    years: Sequence[int] = (),
    engine: str = "duckdb",
    memory: str = MEMORY,
    progress: Callable[[str], None] | None = None,
) -> Table:
    """Compute the disadvantage gap index of all pupils held, year by year.

    Parameters
    ----------
    folder : str or Path
        Of pupil records.
    years : sequence of int
        Results years; all that are held by default.
    engine : str
        ``duckdb``, ``local[2]``, ``spark://host:7077``.
    memory : str
        The most memory DuckDB takes.
    progress : callable, optional
        Called with each year as it begins.

    Returns
    -------
    Table
        A row a year: from 0, no gap, to 10, every one of the others above every disadvantaged
        pupil; below 0 where disadvantaged pupils are ahead.

    Raises
    ------
    UnknownNameError
        A year is not held, or there is no such engine.
    CannotAnswerError, SourceError
        The records do not hold what it needs, or cannot be read.
    """
    spill = None if "://" in str(folder) else Path(folder) / "scored" / "spill"
    records = open_records(str(folder), engine, memory=memory, spill=spill)
    try:
        held = records.years()
        found = []
        for year in sorted(set(years)) or held:
            if year not in held:
                raise UnknownNameError("year of pupil records", str(year), map(str, held))
            if progress is not None:
                progress(str(year))
            found.append(grade_counts(records, year))
    finally:
        records.close()
    return _table(found)


def _table(found: Sequence[GradeCounts]) -> Table:
    return tabulate(
        "gap-index",
        "Disadvantage gap index, from pupil records",
        [
            Column("results_year", "Results"),
            Column("index_points", "Index", 2),
            Column("low_index", "From", 2),
            Column("high_index", "To", 2),
            Column("disadvantaged_pupils", "Disadvantaged", 0),
            Column("other_pupils", "Others", 0),
            Column("unknown_pupils", "Not known", 0),
        ],
        [_row(year) for year in found],
        findings=[_finding(year) for year in found],
        notes=[_NOTE],
        made_up=any(year.made_up for year in found),
        counts=_RECORDS,
    )


def _figure(year: GradeCounts) -> Estimate | Withheld:
    """Return the index of a year; the smaller group decides whether it may be shown."""
    poor, others = sum(year.disadvantaged), sum(year.others)
    if min(poor, others) < SMALLEST:
        return Withheld("small")
    gap = rank_gap(year.disadvantaged, year.others)
    index = _SCALE * (gap.chance - _HALF)
    if gap.low is None or gap.high is None:
        return Estimate(index, n=poor + others, method=_METHOD, no_interval=_NO_INTERVAL)
    low, high = (_SCALE * (end - _HALF) for end in (gap.low, gap.high))
    return Estimate(index, low, high, gap.level, poor + others, _METHOD)


def _row(year: GradeCounts) -> list[Cell | Estimate]:
    figure = _figure(year)
    groups = sum(year.disadvantaged), sum(year.others), year.unknown
    hidden = any(0 < pupils < SMALLEST for pupils in groups[:2])
    counts: list[Cell | Estimate] = [
        Withheld("small") if hidden or 0 < pupils < SMALLEST else float(pupils) for pupils in groups
    ]
    if isinstance(figure, Withheld):
        return [academic_year(year.year), figure, figure, figure, *counts]
    return [academic_year(year.year), figure, figure.low, figure.high, *counts]


def _finding(year: GradeCounts) -> Finding:
    figure, said = _figure(year), academic_year(year.year)
    sentence = f"{said}: the disadvantage gap index is not shown."
    if isinstance(figure, Estimate):
        between = ""
        if figure.low is not None and figure.high is not None:
            between = f" ({figure.low:.2f} to {figure.high:.2f})"
        chance = figure.value / _SCALE + _HALF
        sentence = (
            f"{said}: the disadvantage gap index is {figure.value:z.2f}{between}. Of one "
            "disadvantaged pupil and one of the others, picked by lot, the other has the better "
            f"English and mathematics in {100 * chance:.0f} of 100 cases, a tie counting half."
        )
    return say(
        f"gap_index.{year.year}",
        sentence,
        figure,
        unit="points",
        year=year.year,
        definition=_DEFINITION,
        caveats=_caveats(year),
        counts=_RECORDS,
    )


def _caveats(year: GradeCounts) -> list[str]:
    said = [_TOO_NARROW]
    if year.unknown:
        many = f"{year.unknown:,}" if year.unknown >= SMALLEST else f"Fewer than {SMALLEST}"
        said.append(
            f"{academic_year(year.year)}: {many} pupils of whom it is not known whether they are "
            "disadvantaged are left out."
        )
    return said
