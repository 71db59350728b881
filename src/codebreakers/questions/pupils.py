"""What do the pupil records say? Any measure of exam entries, school by school."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from codebreakers.estimates import Estimate
from codebreakers.findings import Cell, Column, Finding, Table
from codebreakers.findings.disclosure import SMALLEST, say, tabulate
from codebreakers.findings.records import Held, Released, audit, released, to_nearest
from codebreakers.inference.intervals import LEVEL, wilson
from codebreakers.measures.scoring import EntryMeasure
from codebreakers.measures.scoring.declared import entry_measure
from codebreakers.measures.scoring.groups import DISADVANTAGED, OTHERS, check_by
from codebreakers.measures.scoring.schools import ScoredYear, limits
from codebreakers.measures.scoring.years import score_years
from codebreakers.sources import academic_year
from codebreakers.sources.grades import SOURCE as POINTS_SOURCE
from codebreakers.sources.prior_attainment import SOURCE as PRIOR_SOURCE
from codebreakers.store.pupil_areas import Areas, read_areas
from codebreakers.store.pupil_duckdb import MEMORY
from codebreakers.store.pupil_engines import open_records

__all__ = ["KEPT", "release", "score"]

KEPT = "scored"
"""Folder beside the records in which finished years are kept."""

_RECORDS = "records"
_DECIMALS = {"proportion": 1, "mean": 1, "progress": 2}
_EVERYONE = "every pupil held is counted, so none was drawn by chance"

_ENGLAND = "all held"
_PUPILS = "all pupils"
_OF_GROUP = {DISADVANTAGED: "disadvantaged pupils", OTHERS: "other pupils"}

Row = list[Cell | Estimate]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is shown of the years scored: by which groups and areas, and how rounded."""

    measure: EntryMeasure
    groups: tuple[str, ...]
    areas: Areas | None
    rounding: int

    @property
    def levels(self) -> tuple[str, ...]:
        """What the units of the declared set are, from all of them to a school."""
        return (_ENGLAND, *(self.areas.levels if self.areas else ()), "school")

    @property
    def is_plain(self) -> bool:
        """Whether a row is a school and nothing else."""
        return not self.groups and self.areas is None


def score(
    folder: str | Path,
    measure: str = "attainment8",
    *,
    years: Sequence[int] = (),
    by: str = "",
    areas: str | Path | None = None,
    rounding: int = 0,
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
    by : str
        ``disadvantaged`` to have disadvantaged and other pupils apart. Pupils of whom that is not
        known are then left out of everything, and counted.
    areas : str or Path, optional
        CSV file with a line a school: ``school`` and ``authority``, ``region`` or both. Their
        figures are then shown too.
    rounding : int
        Round every count of pupils to the nearest multiple of this, work percentages out from the
        rounded counts, and give scores with no more decimals than are shown; 0 for not at all.
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
        A row a school and year; with `by` or `areas` a row also for each group, each area and all
        that is held. The rows of a year are one declared set: what is withheld in it cannot be
        worked out from the rest of it (`findings.suppression`).

    Raises
    ------
    RequestError, UnknownNameError
        The measure, the engine, the grouping or the rounding is not one.
    CannotAnswerError
        The records do not hold what it needs.
    SourceError
        They cannot be read. Finished years are kept.
    """
    return release(
        folder,
        measure,
        years=years,
        by=by,
        areas=areas,
        rounding=rounding,
        engine=engine,
        memory=memory,
        keep=keep,
        progress=progress,
    )[0]


def release(
    folder: str | Path,
    measure: str = "attainment8",
    *,
    years: Sequence[int] = (),
    by: str = "",
    areas: str | Path | None = None,
    rounding: int = 0,
    engine: str = "duckdb",
    memory: str = MEMORY,
    keep: str | Path | None = None,
    progress: Callable[[str], None] | None = None,
) -> tuple[Table, Table]:
    """Compute a measure as `score` does, with an account of what is withheld and why.

    Parameters
    ----------
    folder, measure, years, by, areas, rounding, engine, memory, keep, progress
        As for `score`.

    Returns
    -------
    answer, audit : Table
        The audit is for the holder of the records, and not for publication.
    """
    declared = entry_measure(measure)
    to_nearest(0, rounding)
    groups = (DISADVANTAGED, OTHERS) if check_by(by) else ()
    where = read_areas(Path(areas)) if areas is not None else None
    place = Path(keep) if keep is not None else None
    if place is None and "://" not in str(folder):
        place = Path(folder) / KEPT
    spill = None if place is None else place / "spill"
    records = open_records(str(folder), engine, memory=memory, spill=spill)
    try:
        found = score_years(records, declared, years=years, by=by, keep=place, progress=progress)
    finally:
        records.close()
    asked = _Asked(declared, groups, where, rounding)
    shown = [(year, _released(asked, year)) for year in found]
    return _table(asked, shown), _audit(asked, shown)


Shown = Sequence[tuple[ScoredYear, tuple[Released, ...]]]


def _released(asked: _Asked, year: ScoredYear) -> tuple[Released, ...]:
    """Return a year's declared set: every school, and all that it is in."""
    groups = asked.groups or (_PUPILS,)
    pupils = {school: [0] * len(groups) for school in year.schools}
    totals = {school: [0] * len(groups) for school in year.schools}
    of_cell = [groups.index(group) for group in year.groups] or [0] * len(year.schools)
    for school, group, n, total in zip(
        year.schools, of_cell, year.pupils, year.totals, strict=True
    ):
        pupils[school][group], totals[school][group] = n, total
    if asked.areas is not None:
        asked.areas.check(list(pupils))
    within = asked.areas.of_school if asked.areas is not None else {}
    return released(
        {
            (_ENGLAND, *within.get(school, ()), school): Held(tuple(n), tuple(totals[school]))
            for school, n in pupils.items()
        }
    )


def _audit(asked: _Asked, shown: Shown) -> Table:
    return audit(
        [
            (academic_year(year.year), asked.levels[len(one.unit) - 1], one)
            for year, figures in shown
            for one in figures
        ],
        asked.groups,
        made_up=any(year.made_up for year, _ in shown),
    )


def _table(asked: _Asked, shown: Shown) -> Table:
    measure, decimals = asked.measure, _DECIMALS[asked.measure.kind]
    name = "rate_percent" if measure.needs else "score_points"
    end = "rate" if measure.needs else "score"
    which = [Column("school_urn", "URN"), Column("results_year", "Results")]
    if not asked.is_plain:
        which = [Column("results_year", "Results"), Column("level", "Level")]
        # On a screen one column says where; files have one for each kind of place.
        which += [Column("place", "Where")]
        which += [Column(name, name.title(), screen=False) for name in asked.levels[1:-1]]
        which += [Column("school_urn", "URN", screen=False), Column("group", "Pupils who are")]
    return tabulate(
        "pupils",
        f"{measure.title[:1].upper()}{measure.title[1:]}, from pupil records",
        [
            *which,
            Column("size_pupils", "Pupils", 0),
            Column(name, "Percent" if measure.needs else "Points", decimals),
            Column(f"low_{end}", "From", decimals),
            Column(f"high_{end}", "To", decimals),
        ],
        [row for year, figures in shown for row in _rows(asked, year, figures)],
        findings=[one for year, figures in shown for one in _findings(asked, year, figures)],
        notes=_notes(asked, shown),
        made_up=any(year.made_up for year, _ in shown),
        counts=_RECORDS,
    )


def _rows(asked: _Asked, year: ScoredYear, figures: Sequence[Released]) -> Iterator[Row]:
    said = academic_year(year.year)
    for one, figure in zip(figures, _estimates(asked, year, figures), strict=True):
        level = asked.levels[len(one.unit) - 1]
        if asked.is_plain and level != "school":
            continue
        group = "all" if one.group is None else asked.groups[one.group]
        row: Row = [one.unit[-1], said]
        if not asked.is_plain:
            inside = one.unit[1:]
            places = [*inside, *[""] * (len(asked.levels) - 1 - len(inside))]
            row = [said, level, one.unit[-1], *places, group]
        if one.hidden is not None:
            yield [*row, *[one.hidden] * 4]
            continue
        size = float(to_nearest(one.pupils, asked.rounding))
        yield [*row, Estimate(size, n=one.pupils), figure, figure.low, figure.high]


def _estimates(asked: _Asked, year: ScoredYear, figures: Sequence[Released]) -> list[Estimate]:
    """Return every figure with its range, those that may not be shown too."""
    pupils = [to_nearest(one.pupils, asked.rounding) for one in figures]
    if asked.measure.needs:
        totals = [to_nearest(one.total, asked.rounding) for one in figures]
        successes, n = np.array(totals, float), np.array(pupils, float)
        low, high = wilson(successes, successes, n)
        rates = 100 * successes / np.maximum(n, 1)
        columns = (column.tolist() for column in (rates, low, high))
        return [
            Estimate(rate, least, most, LEVEL, size)
            for rate, least, most, size in zip(*columns, pupils, strict=True)
        ]
    decimals = _DECIMALS[asked.measure.kind]
    found = []
    for one, size in zip(figures, pupils, strict=True):
        value = one.total / (year.unit * max(one.pupils, 1))
        value = round(value, decimals) if asked.rounding else value
        found.append(Estimate(value, *limits(value, year.sd, max(size, 1)), LEVEL, size))
    return found


def _findings(asked: _Asked, year: ScoredYear, figures: Sequence[Released]) -> Iterator[Finding]:
    """Return what is said of all that is held, and of each group in it."""
    whole = [one for one in figures if len(one.unit) == 1]
    for one, figure in zip(whole, _estimates(asked, year, whole), strict=True):
        group = "" if one.group is None else asked.groups[one.group]
        yield say(
            f"pupils.{year.year}{f'.{group}' if group else ''}",
            _sentence(asked, year, one, figure),
            one.hidden
            or Estimate(
                figure.value, n=figure.n, method="mean of all pupils", no_interval=_EVERYONE
            ),
            unit="percent" if asked.measure.needs else "points",
            year=year.year,
            definition=_definition(asked.measure),
            caveats=_caveats(asked.measure, year),
            counts=_RECORDS,
        )


def _sentence(asked: _Asked, year: ScoredYear, one: Released, figure: Estimate) -> str:
    said, measure = academic_year(year.year), asked.measure
    if one.hidden is not None:
        return f"{said}: not shown, since a count under {SMALLEST} could be worked out."
    who = "pupils" if one.group is None else _OF_GROUP[asked.groups[one.group]]
    of = f"the {figure.n:,} {who} of {len(set(year.schools)):,} schools in these records"
    if measure.needs:
        return f"{said}: {figure.value:.1f}% of {of} {measure.title}."
    decimals = _DECIMALS[measure.kind]
    return f"{said}: {measure.title} {figure.value:z.{decimals}f} on average over {of}."


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
    if year.unknown:
        many = f"{year.unknown:,}" if year.unknown >= SMALLEST else f"Fewer than {SMALLEST}"
        said.append(
            f"{academic_year(year.year)}: {many} pupils of whom it is not known whether they are "
            "disadvantaged are left out."
        )
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


def _notes(asked: _Asked, shown: Shown) -> list[str]:
    notes = [
        "Limits: Wilson's, of pupils drawn independently."
        if asked.measure.needs
        else f"Limits: 1.96 standard errors, the standard deviation of pupils being "
        f"{', '.join(f'{y.sd:.3f} in {academic_year(y.year)}' for y, _ in shown[-3:])}."
    ]
    if asked.rounding:
        notes.append(
            f"Counts are rounded to the nearest {asked.rounding}, and percentages worked out from "
            "rounded counts: rows need not add up."
        )
    figures = [one for _, found in shown for one in found]
    hidden = sum(one.hidden is not None for one in figures)
    if hidden:
        notes.append(
            f"Withheld: {hidden:,} of {len(figures):,} figures, of fewer than {SMALLEST} pupils or "
            "that would tell of them. Nothing withheld can be worked out from the rest of these "
            "rows; from other tables of the same pupils it might."
        )
    return notes
