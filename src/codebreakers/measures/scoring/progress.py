"""Progress: scores against those of pupils with the same prior attainment.

All of it is worked out from how many pupils of each group have each score, in whole numbers, so
that it is the same on every engine.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from codebreakers.errors import CannotAnswerError
from codebreakers.measures.scoring import EntryMeasure, Progress
from codebreakers.sources.prior_attainment import PriorScale, published_means, scale_of_prior
from codebreakers.store.engines import Lazy
from codebreakers.store.pupil_records import PupilRecords

import narwhals as nw  # isort: skip

__all__ = ["Cohort", "Counts", "cohort_of", "counts_of", "grouped", "spread"]

Counts = Mapping[tuple[int, int], int]
"""Pupils by prior-attainment group (from 1) and score."""


@dataclass(frozen=True, slots=True)
class Cohort:
    """What pupils of each prior-attainment group are held against.

    Parameters
    ----------
    expected : mapping of int to int
        Score by group, in hundredths of a point.
    least : mapping of int to int
        The least difference from it that counts, by group; empty without that rule.
    deviations : float, optional
        How many standard deviations below the mean of its group that is.
    sd : float
        Standard deviation of all pupils' progress, in its own points.
    """

    expected: Mapping[int, int]
    least: Mapping[int, int]
    deviations: float | None
    sd: float


def _groups_of(scale: PriorScale) -> dict[str, list[int]]:
    """Return the group, from 1, of every result on a scale, rounded to its step."""
    rounded = range(_rounded(scale, scale.low), _rounded(scale, scale.high) + 1, scale.step)
    return {
        "rounded": list(rounded),
        "prior_group": [max(1, bisect_right(scale.bounds, result)) for result in rounded],
    }


def _rounded(scale: PriorScale, prior: int) -> int:
    return (prior + scale.step // 2) // scale.step * scale.step


def grouped(records: PupilRecords, scored: Lazy, year: int) -> Lazy:
    """Return scored pupils whose prior attainment is known, with their ``prior_group``.

    Raises
    ------
    CannotAnswerError
        Prior attainment is on another scale than that of the year.
    """
    scale = scale_of_prior(year)
    prior = nw.col("prior_attainment")
    known = scored.filter(~prior.is_null())
    ends = records.arrays(known.select(low=prior.min(), high=prior.max(), pupils=nw.len()))
    if int(ends["pupils"][0]) == 0:
        raise CannotAnswerError(
            f"No pupil of {year} has prior attainment, so none has progress.",
            remedy="Ask for attainment8, or add prior_attainment to the pupils.",
        )
    low, high = int(ends["low"][0]), int(ends["high"][0])
    if low < scale.low or high > scale.high:
        raise CannotAnswerError(
            f"Prior attainment of {year} goes from {low} to {high}, and a {scale.name} in "
            f"hundredths from {scale.low} to {scale.high}.",
            remedy=f"Give the mean of reading and mathematics as a {scale.name}, times 100.",
        )
    step = scale.step
    rounded = known.with_columns(rounded=(prior + step // 2) // step * step)  # half upwards
    groups = records.small("prior_groups", _groups_of(scale))
    return records.kept("grouped", [rounded.join(groups, on="rounded", how="inner")])


def counts_of(records: PupilRecords, rows: Lazy) -> Counts:
    """Return how many pupils of each group have each score."""
    found = records.arrays(rows.group_by("prior_group", "score").agg(pupils=nw.len()))
    columns = (found[name].tolist() for name in ("prior_group", "score", "pupils"))
    return {(int(g), int(s)): int(n) for g, s, n in zip(*columns, strict=True)}


def cohort_of(counts: Counts, progress: Progress, measure: EntryMeasure, year: int) -> Cohort:
    """Return what a year's pupils are held against.

    Parameters
    ----------
    counts : mapping
        As `counts_of` gives them.
    progress : Progress
    measure : EntryMeasure
    year : int

    Raises
    ------
    CannotAnswerError
        Published means are asked for, and none are held.
    """
    groups = sorted({group for group, _ in counts})
    means = {group: _mean(counts, group) for group in groups}
    expected = means
    if progress.expected != "cohort":
        asked = year if progress.expected == "published" else int(progress.expected)
        _same_scale(asked, year)
        expected = {g: m * measure.divide for g, m in enumerate(published_means(asked), 1)}
    least: dict[int, int] = {}
    deviations = None
    if progress.minimum_share and year >= progress.minimum_from:
        spread = {group: _spread(counts, group) for group in groups}
        deviations = _deviations(counts, expected, spread, progress.minimum_share)
        least = {
            group: -_half_up(deviations * spread[group]) for group in groups if spread[group] > 0
        }
    sd = progress.sd
    if sd is None:
        sd = _sd_of_progress(counts, expected, least) / (100 * measure.divide * progress.divide)
    return Cohort(expected, least, deviations, sd)


def _same_scale(asked: int, year: int) -> None:
    if scale_of_prior(asked) != scale_of_prior(year):
        raise CannotAnswerError(
            f"The published means of {asked} are of pupils with a {scale_of_prior(asked).name}, "
            f"and those of {year} have a {scale_of_prior(year).name}.",
            remedy='Take the means from the cohort: expected = "cohort".',
        )


def _of_group(counts: Counts, group: int) -> list[tuple[int, int]]:
    return [(score, pupils) for (g, score), pupils in counts.items() if g == group]


def _mean(counts: Counts, group: int) -> int:
    """Return a group's mean in hundredths of a point, half upwards, as it would be published."""
    found = _of_group(counts, group)
    total, pupils = sum(s * n for s, n in found), sum(n for _, n in found)
    return (2 * total + pupils) // (2 * pupils)


def _spread(counts: Counts, group: int) -> float:
    """Return the standard deviation of a group's scores, in hundredths of a point."""
    return _spread_of(_of_group(counts, group))


def _spread_of(found: Sequence[tuple[int, int]]) -> float:
    pupils = sum(n for _, n in found)
    return spread(pupils, sum(s * n for s, n in found), sum(s * s * n for s, n in found))


def spread(pupils: int, total: int, squares: int) -> float:
    """Return the standard deviation of whole numbers from their count, sum and sum of squares.

    Nothing is lost between great and small: all but the last division is of whole numbers.
    """
    return math.sqrt((pupils * squares - total * total) / pupils**2)


def _deviations(
    counts: Counts, expected: Mapping[int, int], spread: Mapping[int, float], share: float
) -> float:
    """Return how many standard deviations below the mean the lowest share of pupils lies."""
    apart = sorted(
        ((score - expected[group]) / spread[group], pupils)
        for (group, score), pupils in counts.items()
        if spread[group] > 0
    )
    left = share * sum(pupils for _, pupils in apart)
    for at, pupils in apart:
        left -= pupils
        if left < 0:
            return max(0.0, round(-at, 2))
    return 0.0


def _half_up(value: float) -> int:
    return math.floor(value + 0.5)


def _sd_of_progress(counts: Counts, expected: Mapping[int, int], least: Mapping[int, int]) -> float:
    found: list[tuple[int, int]] = []
    for (group, score), pupils in counts.items():
        difference = score - expected[group]
        found.append((max(difference, least.get(group, difference)), pupils))
    return _spread_of(found)
