"""A year's pupils become sums of schools: the last step that an engine does."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from codebreakers.measures.scoring import EntryMeasure
from codebreakers.measures.scoring.groups import UNKNOWN, with_group
from codebreakers.measures.scoring.progress import Cohort, cohort_of, counts_of, grouped, spread
from codebreakers.measures.scoring.pupils import scored
from codebreakers.sources.england import MADE_UP_COLUMN
from codebreakers.store.engines import Lazy
from codebreakers.store.pupil_records import PupilRecords

import narwhals as nw  # isort: skip

__all__ = ["ScoredYear", "limits", "progressed", "score_year"]

_Z = 1.96  # of a published limit

_NO_LEAST = -(10**9)


@dataclass(frozen=True, slots=True)
class ScoredYear:
    """One year of one measure: sums a school, before anything is withheld.

    Parameters
    ----------
    measure : str
        Its name.
    year : int
        Results year.
    schools : tuple of str
        In order.
    pupils : tuple of int
        Pupils of each with a score.
    totals : tuple of int
        Sum of their scores, in the unit that `unit` of makes one point; pupils who meet the needs.
    unit : int
        What a total is divided by, besides the pupils.
    sd : float
        Standard deviation of all pupils, in points.
    without : int
        Pupils without prior attainment, who have no progress.
    expected : dict of str to int
        What each prior-attainment group was held against, in hundredths of a point.
    deviations : float, optional
        How many standard deviations below it the least score lies that counts.
    made_up : bool
        Whether it is about Example England.
    groups : tuple of str
        Of pupils, where they were put into groups: a school then stands there once for each.
    unknown : int
        Pupils with a score who are in no group since that is not known: they are left out.
    """

    measure: str
    year: int
    schools: tuple[str, ...]
    pupils: tuple[int, ...]
    totals: tuple[int, ...]
    unit: int
    sd: float
    without: int = 0
    expected: dict[str, int] = field(default_factory=dict)
    deviations: float | None = None
    made_up: bool = False
    groups: tuple[str, ...] = ()
    unknown: int = 0


def score_year(records: PupilRecords, measure: EntryMeasure, year: int, by: str = "") -> ScoredYear:
    """Score a year's pupils and sum them by school.

    Parameters
    ----------
    records : PupilRecords
    measure : EntryMeasure
    year : int
        Results year.
    by : str
        ``disadvantaged`` to sum each school's disadvantaged and other pupils apart.

    Raises
    ------
    CannotAnswerError
        The records do not hold what the measure needs.
    SourceError
        They cannot be read.
    """
    kept = scored(records, measure, year)
    cohort, rows, everyone = None, kept.with_columns(value=nw.col("score")), None
    if measure.progress is not None:
        everyone = int(records.arrays(kept.select(pupils=nw.len()))["pupils"][0])
        known = grouped(records, kept, year)
        cohort = cohort_of(counts_of(records, known), measure.progress, measure, year)
        rows = progressed(records, known, cohort)
    sums = _sums(records, with_group(records, rows, year) if by else rows, by)
    pupils = sum(sums.pupils) + sums.unknown
    unit = _unit(measure)
    return ScoredYear(
        measure=measure.name,
        year=year,
        schools=sums.schools,
        pupils=sums.pupils,
        totals=sums.totals,
        unit=unit,
        sd=cohort.sd if cohort else spread(sum(sums.pupils), sum(sums.totals), sums.squares) / unit,
        without=everyone - pupils if everyone is not None else 0,
        expected={str(group): mean for group, mean in (cohort.expected if cohort else {}).items()},
        deviations=cohort.deviations if cohort else None,
        made_up=MADE_UP_COLUMN in records.table("pupils", year).columns,
        groups=sums.groups,
        unknown=sums.unknown,
    )


def limits(score: float, sd: float, pupils: int) -> tuple[float, float]:
    """Return the limits between which a school's score lies in 19 years of 20.

    Parameters
    ----------
    score : float
        Mean of its pupils.
    sd : float
        Standard deviation of all pupils, in the same points.
    pupils : int
        Of the school.

    Notes
    -----
    As the Department publishes them for Progress 8: 1.96 standard errors either way.
    """
    half = _Z * sd / math.sqrt(pupils)
    return score - half, score + half


def progressed(records: PupilRecords, grouped_pupils: Lazy, cohort: Cohort) -> Lazy:
    """Return pupils with their progress as ``value``: hundredths of a point, before any division.

    Parameters
    ----------
    records : PupilRecords
    grouped_pupils : LazyFrame
        With ``score`` and ``prior_group``.
    cohort : Cohort
    """
    groups = list(cohort.expected)
    table = {
        "prior_group": groups,
        "expected": [cohort.expected[group] for group in groups],
        "least": [cohort.least.get(group, _NO_LEAST) for group in groups],
    }
    rows = grouped_pupils.join(records.small("groups", table), on="prior_group", how="inner")
    apart, least = nw.col("score") - nw.col("expected"), nw.col("least")
    return rows.with_columns(value=nw.when(apart < least).then(least).otherwise(apart))


def _unit(measure: EntryMeasure) -> int:
    if measure.needs:
        return 1
    return 100 * measure.divide * (measure.progress.divide if measure.progress else 1)


@dataclass(frozen=True, slots=True)
class _Sums:
    schools: tuple[str, ...]
    pupils: tuple[int, ...]
    totals: tuple[int, ...]
    squares: int
    groups: tuple[str, ...]
    unknown: int


def _sums(records: PupilRecords, rows: Lazy, by: str) -> _Sums:
    keys = ["school", "group"] if by else ["school"]
    value = nw.col("value").cast(nw.Int64)
    found = records.arrays(
        rows.group_by(*keys)
        .agg(pupils=nw.len(), total=value.sum(), squares=(value * value).sum())
        .sort(*keys)
    )
    groups = found["group"].tolist() if by else []
    known = [at for at in range(len(found["school"])) if not by or groups[at] != UNKNOWN]
    whole = {
        name: [int(found[name][at]) for at in known] for name in ("pupils", "total", "squares")
    }
    pupils = tuple(whole["pupils"])
    return _Sums(
        tuple(found["school"][known].tolist()),
        pupils,
        tuple(whole["total"]),
        sum(whole["squares"]),
        tuple(groups[at] for at in known) if by else (),
        int(found["pupils"].sum()) - sum(pupils),
    )
