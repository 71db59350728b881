"""Measures made from exam entries: what is declared of one, and its rules in a year.

A measure is a declaration and no procedure: buckets that results fill, or needs that they meet.
Points are whole hundredths, so that every engine gives every pupil the same score.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from codebreakers.errors import CannotAnswerError
from codebreakers.sources.grades import GRADES, scale_of_year

__all__ = ["PASSES", "Bucket", "EntryMeasure", "Need", "Progress", "Rules", "rules_of"]

PASSES: Mapping[str, int] = {"entered": 0, "standard": 1, "strong": 2}
"""What a need may ask of a grade, and the least `Grade.passed` that meets it."""

_REFORM = 2014  # the first year of approved qualifications, each counting once, first entry only
_MOST_EQUIVALENTS = 2


@dataclass(frozen=True, slots=True)
class Bucket:
    """Slots that a pupil's best results fill.

    Parameters
    ----------
    name : str
        Its name.
    subjects : tuple of str
        Who may fill it; empty for any subject. Of named subjects only GCSEs may.
    best : int
        How many slots; an empty one counts 0.
    weight : int
        What each result is multiplied by.
    full_weight_if_taken : tuple of tuple of str
        Sets of subjects: the weight is given to a pupil who took all of one of them, and
        `otherwise_weight` to others. Empty: to all.
    otherwise_weight : int
    """

    name: str
    subjects: tuple[str, ...]
    best: int
    weight: int = 1
    full_weight_if_taken: tuple[tuple[str, ...], ...] = ()
    otherwise_weight: int = 1


@dataclass(frozen=True, slots=True)
class Need:
    """What a pupil needs to have, to count.

    Parameters
    ----------
    name : str
        Its name. Of needs with one name any is enough; of those with different names, all.
    subjects : tuple of str
        In which subjects; empty for any. Of named subjects only GCSEs count.
    at_least : int
        How many GCSEs, or what is held equal to them.
    grade : str
        One of `PASSES`.
    """

    name: str
    subjects: tuple[str, ...]
    at_least: int
    grade: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How scores are held against those of pupils with the same prior attainment.

    Parameters
    ----------
    expected : str or int
        ``cohort``: the mean of the pupils held; ``published``: the national means of the year;
        a results year: the national means of that one.
    divide : int
        What the difference is divided by.
    minimum_share : float
        Share of pupils whose scores are raised to the least that counts, which lies equally many
        standard deviations below the mean of every group; 0 for none.
    minimum_from : int
        First results year of that rule.
    sd : float, optional
        Standard deviation of pupils' progress for the limits; that of the cohort by default.
    """

    expected: str | int = "cohort"
    divide: int = 10
    minimum_share: float = 0.0
    minimum_from: int = 0
    sd: float | None = None


@dataclass(frozen=True, slots=True)
class EntryMeasure:
    """A measure computed from exam entries.

    Parameters
    ----------
    name, title : str
        What it is called; what people read.
    points : str
        ``of-the-year``, or one of `grades.SCALES`.
    points_of : mapping of str to int
        Hundredths of a point of single grades, instead.
    discounting : str
        Which of several entries with one discount code counts: ``best``, ``first``, or
        ``of-the-year`` (the best to 2013, the first from 2014).
    equivalents : str
        What vocational qualifications count as: ``by-size``, ``once`` each, ``none``, or
        ``of-the-year`` (by size to 2013; once, and two at most, from 2014).
    most_equivalents : int, optional
        How many of them may count in all.
    buckets : tuple of Bucket
        Filled in order; what one has used the next may not. Empty for a measure of needs.
    needs : tuple of Need
        What it takes to count; empty for a measure of buckets.
    divide : int
        What the sum of the buckets is divided by.
    progress : Progress, optional
        Where scores are held against prior attainment.
    """

    name: str
    title: str
    points: str = "of-the-year"
    points_of: Mapping[str, int] = field(default_factory=dict)
    discounting: str = "of-the-year"
    equivalents: str = "of-the-year"
    most_equivalents: int | None = None
    buckets: tuple[Bucket, ...] = ()
    needs: tuple[Need, ...] = ()
    divide: int = 1
    progress: Progress | None = None

    @property
    def kind(self) -> str:
        """``proportion``, ``mean`` or ``progress``, as of every measure."""
        return "proportion" if self.needs else "progress" if self.progress else "mean"


@dataclass(frozen=True, slots=True)
class Rules:
    """What a measure does with entries in one results year.

    Parameters
    ----------
    points : mapping of (str, str) to int
        Hundredths of a point, by qualification and grade.
    passed : mapping of (str, str) to int
        As `Grade.passed`.
    first : bool
        Whether the first of several entries counts, and not the best.
    by_size : bool
        Whether a vocational qualification counts as many GCSEs as it is large.
    equivalents : bool
        Whether it counts at all.
    most : int, optional
        How many of them may count.
    """

    points: Mapping[tuple[str, str], int]
    passed: Mapping[tuple[str, str], int]
    first: bool
    by_size: bool
    equivalents: bool
    most: int | None


def rules_of(measure: EntryMeasure, year: int) -> Rules:
    """Return a measure's rules in a results year.

    Parameters
    ----------
    measure : EntryMeasure
    year : int

    Raises
    ------
    CannotAnswerError
        Half of a double award has no points.
    """
    scale = scale_of_year(year) if measure.points == "of-the-year" else measure.points
    held = {
        (grade.qualification, grade.grade): _points(measure, grade.grade, grade.points.get(scale))
        for grade in GRADES
    }
    points = {key: value for key, value in held.items() if value is not None}
    passed = {(grade.qualification, grade.grade): grade.passed for grade in GRADES}
    of_year = measure.equivalents == "of-the-year"
    most = measure.most_equivalents
    if of_year and year >= _REFORM and most is None:
        most = _MOST_EQUIVALENTS
    return Rules(
        points,
        passed,
        measure.discounting == "first"
        or (measure.discounting == "of-the-year" and year >= _REFORM),
        measure.equivalents == "by-size" or (of_year and year < _REFORM),
        measure.equivalents != "none",
        most,
    )


def _points(measure: EntryMeasure, grade: str, usual: int | None) -> int | None:
    """Return what a grade is worth; of a double award given by halves, the mean of the two."""
    given = measure.points_of
    if grade in given:
        return given[grade]
    halves = grade.split("-")
    if len(halves) == 2 and any(half in given for half in halves):
        missing = [half for half in halves if half not in given]
        if missing:
            raise CannotAnswerError(
                f"{measure.name} says what one half of the grade {grade} is worth and not the "
                f"other, {missing[0]}.",
                remedy="Give points to every number, or to the double awards themselves.",
            )
        return (given[halves[0]] + given[halves[1]] + 1) // 2
    return usual
