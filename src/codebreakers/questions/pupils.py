"""What do the pupil records say? Any measure of exam entries, school by school."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from codebreakers.estimates import Estimate, Withheld
from codebreakers.findings import Cell, Column, Finding, Table
from codebreakers.findings.disclosure import SMALLEST, hidden_schools, say, tabulate
from codebreakers.inference.intervals import LEVEL, wilson
from codebreakers.measures.scoring import EntryMeasure
from codebreakers.measures.scoring.declared import entry_measure
from codebreakers.measures.scoring.schools import ScoredYear, limits
from codebreakers.measures.scoring.years import score_years
from codebreakers.sources import academic_year
from codebreakers.sources.grades import SOURCE as POINTS_SOURCE
from codebreakers.sources.prior_attainment import SOURCE as PRIOR_SOURCE
from codebreakers.store.pupil_duckdb import MEMORY
from codebreakers.store.pupil_engines import open_records

__all__ = ["KEPT", "score"]

KEPT = "scored"
"""Folder beside the records in which finished years are kept."""

_RECORDS = "records"
_DECIMALS = {"proportion": 1, "mean": 1, "progress": 2}
_EVERYONE = "every pupil held is counted, so none was drawn by chance"

Row = list[Cell | Estimate]


def score(
    folder: str | Path,
    measure: str = "attainment8",
    *,
    years: Sequence[int] = (),
    engine: str = "duckdb",
    memory: str = MEMORY,
    keep: str | Path | None = None,
    progress: Callable[[str], None] | None = None,
) -> Table:
    """Compute a measure of every school from pupils' exam entries.

    Parameters
    ----------
    folder : str or Path
        Of pupil records: ``pupils/year=2024/*.parquet`` and ``entries/year=2024/*.parquet``.
    measure : str
        One of `declared.SHIPPED`, or a TOML file that declares one.
    years : sequence of int
        Results years; all that are held by default.
    engine : str
        ``duckdb``, ``local[2]``, ``spark://host:7077``.
    memory : str
        The most memory DuckDB takes.
    keep : str or Path, optional
        Folder where finished years are kept; by default ``scored`` in the folder of the records.
    progress : callable, optional
        Called with each year as it begins.

    Returns
    -------
    Table
        A row a school and year. Schools with fewer than ten pupils are withheld, and where that
        is one school another, which would tell of it.

    Raises
    ------
    RequestError, UnknownNameError
        The measure or the engine is not one.
    CannotAnswerError
        The records do not hold what it needs.
    SourceError
        They cannot be read. Finished years are kept.
    """
    declared = entry_measure(measure)
    place = Path(keep) if keep is not None else None
    if place is None and "://" not in str(folder):
        place = Path(folder) / KEPT
    spill = None if place is None else place / "spill"
    records = open_records(str(folder), engine, memory=memory, spill=spill)
    try:
        found = score_years(records, declared, years=years, keep=place, progress=progress)
    finally:
        records.close()
    return _table(declared, found)


def _table(measure: EntryMeasure, found: Sequence[ScoredYear]) -> Table:
    decimals = _DECIMALS[measure.kind]
    name = "rate_percent" if measure.needs else "score_points"
    end = "rate" if measure.needs else "score"
    return tabulate(
        "pupils",
        f"{measure.title[:1].upper()}{measure.title[1:]}, from pupil records",
        [
            Column("school_urn", "URN"),
            Column("results_year", "Results"),
            Column("size_pupils", "Pupils", 0),
            Column(name, "Percent" if measure.needs else "Points", decimals),
            Column(f"low_{end}", "From", decimals),
            Column(f"high_{end}", "To", decimals),
        ],
        [row for year in found for row in _rows(measure, year)],
        findings=[_national(measure, year) for year in found],
        notes=_notes(measure, found),
        made_up=any(year.made_up for year in found),
        counts=_RECORDS,
    )


def _rows(measure: EntryMeasure, year: ScoredYear) -> Iterator[Row]:
    hidden = hidden_schools(year.pupils)
    low, high = _limits(measure, year)
    for at, school in enumerate(year.schools):
        why, pupils = hidden[at], year.pupils[at]
        if why is not None:
            yield [school, academic_year(year.year), why, why, why, why]
            continue
        value = _value(measure, year.totals[at], pupils, year.unit)
        ends = low[at], high[at]
        yield [
            school,
            academic_year(year.year),
            Estimate(float(pupils), n=pupils),
            Estimate(value, *ends, LEVEL, pupils),
            *ends,
        ]


def _value(measure: EntryMeasure, total: int, pupils: int, unit: int) -> float:
    return (100.0 if measure.needs else 1.0) * total / (unit * pupils)


def _limits(measure: EntryMeasure, year: ScoredYear) -> tuple[list[float], list[float]]:
    """Return the ends of each school's range."""
    if measure.needs:
        successes, pupils = np.array(year.totals, float), np.array(year.pupils, float)
        low, high = wilson(successes, successes, pupils)
        return low.tolist(), high.tolist()
    ends = [
        limits(_value(measure, total, pupils, year.unit), year.sd, pupils)
        for total, pupils in zip(year.totals, year.pupils, strict=True)
    ]
    return [low for low, _ in ends], [high for _, high in ends]


def _national(measure: EntryMeasure, year: ScoredYear) -> Finding:
    pupils, schools = sum(year.pupils), len(year.schools)
    value = _value(measure, sum(year.totals), pupils, year.unit)
    of = f"the {pupils:,} pupils of {schools:,} schools in these records"
    if measure.needs:
        sentence = f"{academic_year(year.year)}: {value:.1f}% of {of} {measure.title}."
    else:
        decimals = _DECIMALS[measure.kind]
        sentence = (
            f"{academic_year(year.year)}: {measure.title} {value:z.{decimals}f} "
            f"on average over {of}."
        )
    return say(
        f"pupils.{year.year}",
        sentence,
        Estimate(value, n=pupils, method="mean of all pupils", no_interval=_EVERYONE),
        unit="percent" if measure.needs else "points",
        year=year.year,
        definition=_definition(measure),
        caveats=_caveats(measure, year),
        counts=_RECORDS,
    )


def _definition(measure: EntryMeasure) -> str:
    said = [
        f"{measure.title}, worked out from each pupil's exam entries",
        f"points {measure.points}{' with some of its own' if measure.points_of else ''}",
        f"of overlapping entries: {measure.discounting}",
        f"vocational qualifications: {measure.equivalents}",
    ]
    if measure.progress:
        expected = measure.progress.expected
        said.append(
            "held against the mean of pupils with the same prior attainment: "
            f"{'of these records' if expected == 'cohort' else f'{expected} ({PRIOR_SOURCE})'}"
        )
    return f"{'; '.join(said)}. {POINTS_SOURCE}"


def _caveats(measure: EntryMeasure, year: ScoredYear) -> list[str]:
    said = []
    if measure.progress:
        if measure.progress.expected == "cohort":
            said.append(
                "Progress is held against the pupils in these records: of a part of the country it "
                "says how its schools differ, and not where they stand nationally."
            )
        if year.without:
            many = f"{year.without:,}" if year.without >= SMALLEST else f"Fewer than {SMALLEST}"
            said.append(
                f"{academic_year(year.year)}: {many} pupils without prior attainment have no "
                "progress and are left out."
            )
        if year.deviations is not None:
            said.append(
                f"{academic_year(year.year)}: scores more than {year.deviations:.2f} standard "
                "deviations below the mean of their group are raised to that."
            )
    return said


def _notes(measure: EntryMeasure, found: Sequence[ScoredYear]) -> list[str]:
    notes = [
        "Limits: Wilson's, of pupils drawn independently."
        if measure.needs
        else f"Limits: 1.96 standard errors, the standard deviation of pupils being "
        f"{', '.join(f'{year.sd:.3f} in {academic_year(year.year)}' for year in found[-3:])}."
    ]
    hidden = [why for year in found for why in hidden_schools(year.pupils) if why is not None]
    if hidden:
        notes.append(_hidden(hidden))
    return notes


def _hidden(hidden: Sequence[Withheld]) -> str:
    small = sum(why.code == "small" for why in hidden)
    return (
        f"Withheld: {small:,} results of fewer than {SMALLEST} pupils, and {len(hidden) - small:,} "
        "that would tell of one of them."
    )
