"""Exam entries become results that count: points, sizes, and one of those that overlap.

A result is held as one whole number whose parts, from the greatest: how early it was sat (where
the first entry counts), points, size, subject, pass, and whether it is vocational. The greatest of
those with one discount code is then the one that counts, on every engine alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from codebreakers.measures.scoring import Rules
from codebreakers.store.engines import Lazy
from codebreakers.store.pupil_records import PupilRecords
from codebreakers.store.pupil_tables import SUBJECTS

import narwhals as nw  # isort: skip

__all__ = [
    "PASSED",
    "POINTS",
    "RESULT",
    "SIZE",
    "SUBJECT",
    "VOCATIONAL",
    "Part",
    "is_in",
    "results",
    "words_of",
]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a result's whole number: where it stands in it, and how many values it has."""

    unit: int
    values: int

    def of(self, column: str) -> nw.Expr:
        """Return this part of a column of results."""
        # The remainder first: on Spark a division passes through floating point, which holds
        # a remainder exactly and might not hold the whole.
        return (nw.col(column) % (self.unit * self.values)) // self.unit


VOCATIONAL = Part(1, 2)
PASSED = Part(2, 4)
SUBJECT = Part(8, 128)
SIZE = Part(8 * 128, 1024)
POINTS = Part(8 * 128 * 1024, 16384)
RESULT = POINTS.unit * POINTS.values
"""Results are below this; above it stands how early they were sat."""

_LAST_DAY = 99_99_99_99
_GCSE = 100


def is_in(subjects: Sequence[str]) -> nw.Expr:
    """Return whether a result is a GCSE in one of these subjects; anything, where none is named."""
    if not subjects:
        return nw.col("size") >= 0
    numbers = [SUBJECTS.index(subject) for subject in subjects]
    return nw.col("subject").is_in(numbers) & (nw.col("vocational") == 0)


def words_of(records: PupilRecords, rules: Rules) -> tuple[Lazy, Lazy]:
    """Return small tables of what each grade and each subject is, to join entries to."""
    grades: dict[str, list[str] | list[int]] = {
        "qualification": [qualification for qualification, _ in rules.points],
        "grade": [grade for _, grade in rules.points],
        "points": list(rules.points.values()),
        "passed": [rules.passed[key] for key in rules.points],
    }
    subjects: dict[str, list[str] | list[int]] = {
        "subject": list(SUBJECTS),
        "number": list(range(len(SUBJECTS))),
    }
    return records.small("grades", grades), records.small("subjects", subjects)


def results(entries: Lazy, words: tuple[Lazy, Lazy], rules: Rules) -> Lazy:
    """Return the results that count, one a row.

    Parameters
    ----------
    entries : LazyFrame
        Of one results year, or of some of its pupils.
    words : tuple of LazyFrame
        As `words_of` gives them.
    rules : Rules

    Returns
    -------
    LazyFrame
        ``pupil``; ``entries``, of which it is the one that counts; ``result``, the whole number;
        ``points`` (hundredths), ``size`` (hundredths of a GCSE that it counts as), ``subject``
        (its number), ``passed``, ``vocational`` (0 or 1).
    """
    grades, subjects = words
    vocational = nw.col("qualification") == "vocational"
    size = nw.col("size").cast(nw.Int64)
    if not rules.by_size:
        size = nw.when(vocational & (size > _GCSE)).then(nw.lit(_GCSE, nw.Int64)).otherwise(size)
    whole = (
        nw.col("points") * POINTS.unit
        + size * SIZE.unit
        + nw.col("number") * SUBJECT.unit
        + nw.col("passed") * PASSED.unit
        + nw.when(vocational).then(nw.lit(1, nw.Int64)).otherwise(nw.lit(0, nw.Int64))
    )
    if rules.first:
        whole = whole + (_LAST_DAY - _day()) * RESULT
    if not rules.equivalents:
        # Below every other, of no size and no points: it gives way to what overlaps with it.
        whole = nw.when(vocational).then(nw.lit(1, nw.Int64)).otherwise(whole)
    counting = (
        entries.join(grades, on=["qualification", "grade"], how="inner")
        .join(subjects, on="subject", how="inner")
        .select("pupil", "discount_code", whole=whole)
        .group_by("pupil", "discount_code")
        .agg(nw.col("whole").max(), entries=nw.len())
        .select("pupil", "entries", result=nw.col("whole") % RESULT)
    )
    return counting.select(
        "pupil",
        "entries",
        "result",
        points=POINTS.of("result"),
        size=SIZE.of("result"),
        subject=SUBJECT.of("result"),
        passed=PASSED.of("result"),
        vocational=VOCATIONAL.of("result"),
    )


def _day() -> nw.Expr:
    """Return a date as a whole number that is greater the later it is."""
    part = nw.col("date").dt
    year, month, day = (each.cast(nw.Int64) for each in (part.year(), part.month(), part.day()))
    return year * 10_000 + month * 100 + day
