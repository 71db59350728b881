"""How many disadvantaged and other pupils have each mean grade of English and mathematics."""

from __future__ import annotations

from dataclasses import dataclass

from codebreakers.measures.scoring import Bucket, EntryMeasure
from codebreakers.measures.scoring.pupils import scored
from codebreakers.sources.england import MADE_UP_COLUMN
from codebreakers.store.pupil_records import PupilRecords

import narwhals as nw  # isort: skip

__all__ = ["ENGLISH_AND_MATHS", "GradeCounts", "grade_counts"]

ENGLISH_AND_MATHS = EntryMeasure(
    "english_and_maths",
    "mean grade of English and mathematics",
    equivalents="none",
    buckets=(
        Bucket("english", ("english", "english_language", "english_literature"), 1),
        Bucket("maths", ("maths",), 1),
    ),
    divide=2,
)
"""The better GCSE of English, and mathematics; one that was not taken counts 0."""

_OTHER, _DISADVANTAGED, _UNKNOWN = 0, 1, 2


@dataclass(frozen=True, slots=True)
class GradeCounts:
    """A year's pupils by their mean grade, before anything is withheld.

    Parameters
    ----------
    year : int
        Results year.
    scores : tuple of int
        Every sum of the two grades that a pupil has, in hundredths of a point, lowest first.
    disadvantaged, others : tuple of int
        Pupils with each.
    unknown : int
        Pupils of whom it is not known whether they are disadvantaged: they are in neither.
    made_up : bool
        Whether it is about Example England.
    """

    year: int
    scores: tuple[int, ...]
    disadvantaged: tuple[int, ...]
    others: tuple[int, ...]
    unknown: int
    made_up: bool = False


def grade_counts(records: PupilRecords, year: int) -> GradeCounts:
    """Count a year's pupils by mean grade and disadvantage.

    Parameters
    ----------
    records : PupilRecords
    year : int
        Results year.

    Raises
    ------
    CannotAnswerError
        An entry is not known, or belongs to nobody: see `scored`.
    """
    pupils = records.table("pupils", year)
    poor = nw.col("disadvantaged")
    which = (
        nw.when(poor.is_null())
        .then(nw.lit(_UNKNOWN, nw.Int64))
        .when(poor)
        .then(nw.lit(_DISADVANTAGED, nw.Int64))
        .otherwise(nw.lit(_OTHER, nw.Int64))
    )
    counted = (
        scored(records, ENGLISH_AND_MATHS, year)
        .select("pupil", "score")
        .join(pupils.select("pupil", which=which), on="pupil", how="inner")
        .group_by("score", "which")
        .agg(pupils=nw.len())
    )
    found = records.arrays(counted)
    columns = (map(int, found[name].tolist()) for name in ("score", "which", "pupils"))
    by = {(score, which): pupils for score, which, pupils in zip(*columns, strict=True)}
    scores = sorted({score for score, which in by if which != _UNKNOWN})
    return GradeCounts(
        year,
        tuple(scores),
        tuple(by.get((score, _DISADVANTAGED), 0) for score in scores),
        tuple(by.get((score, _OTHER), 0) for score in scores),
        sum(pupils for (_, which), pupils in by.items() if which == _UNKNOWN),
        MADE_UP_COLUMN in pupils.columns,
    )
