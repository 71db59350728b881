"""Measures of exam entries in plain Python, one pupil and one result at a time: slow, and obvious.

Of the package only what a measure declares is read; what grades are worth is written down again.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from codebreakers.sources.prior_attainment import scale_of_prior
from codebreakers.store.pupil_tables import SUBJECTS

LETTERS = {
    2015: {"A*": 58, "A": 52, "B": 46, "C": 40, "D": 34, "E": 28, "F": 22, "G": 16},
    2016: {"A*": 8, "A": 7, "B": 6, "C": 5, "D": 4, "E": 3, "F": 2, "G": 1},
    2017: {"A*": 8.5, "A": 7, "B": 5.5, "C": 4, "D": 3, "E": 2, "F": 1.5, "G": 1},
}
AWARDS = {"D*": "A*", "D": "A", "M": "B", "P": "C", "L1D": "D", "L1M": "E"}
PASSES = {"entered": 0, "standard": 1, "strong": 2}


@dataclass(frozen=True)
class Entry:
    """One exam entry."""

    qualification: str
    subject: str
    grade: str
    size: int
    code: str
    sat: date


def scale_of(measure, year):
    if measure.points != "of-the-year":
        return int(measure.points)
    return 2016 if year <= 2016 else 2017 if year <= 2018 else 2019


def points_of(measure, year, kind, grade):
    """What a grade is worth, in hundredths of a point for each GCSE it counts as."""
    given = measure.points_of
    if grade in given:
        return given[grade]
    if grade == "U":
        return 0
    scale = scale_of(measure, year)
    letters = LETTERS[min(scale, 2017)]
    if kind == "vocational":
        if grade == "L1P":
            return math.floor(100 * (letters["F"] + letters["G"]) / 2)
        return round(100 * letters[AWARDS[grade]])
    if grade in letters:
        return round(100 * letters[grade])
    if "-" in grade:
        halves = [given.get(half, 100 * int(half)) for half in grade.split("-")]
        return math.floor(Fraction(sum(halves), 2) + Fraction(1, 2))
    return 100 * int(grade)


def passed(kind, grade):
    """0 no pass, 1 a standard pass, 2 a strong one."""
    if grade == "U":
        return 0
    if kind == "vocational":
        return 2 if AWARDS.get(grade, "G") in ("A*", "A", "B", "C") else 0
    if not grade[0].isdigit():
        return 2 if grade in ("A*", "A", "B", "C") else 0
    least = int(grade.split("-")[-1])
    return 2 if least >= 5 else 1 if least == 4 else 0


class Result:
    """An entry, as a measure sees it."""

    def __init__(self, measure, year, entry):
        self.vocational = entry.qualification == "vocational"
        self.subject, self.code, self.sat = entry.subject, entry.code, entry.sat
        self.points = points_of(measure, year, entry.qualification, entry.grade)
        self.passed = passed(entry.qualification, entry.grade)
        self.size = entry.size
        counts_as = measure.equivalents
        by_size = counts_as == "by-size" or (counts_as == "of-the-year" and year < 2014)
        if self.vocational and not by_size:
            self.size = min(self.size, 100)
        self.is_nothing = self.vocational and counts_as == "none"
        if self.is_nothing:
            self.points = self.size = self.passed = 0
        # The better of two: more points, then larger, then later in the list of subjects.
        self.rank = (self.points, self.size, SUBJECTS.index(self.subject), self.passed)
        if self.is_nothing:
            self.rank = (-1,)

    def is_in(self, subjects):
        return not subjects or (self.subject in subjects and not self.vocational)


def counting(measure, year, entries):
    """Of entries that share a discount code the first or the best; of one day, the best."""
    said = measure.discounting
    first = said == "first" or (said == "of-the-year" and year >= 2014)
    found = {}
    for entry in entries:
        one = Result(measure, year, entry)
        other = found.get(one.code)
        if other is None or is_rather(one, other, first):
            found[one.code] = one
    return sorted(found.values(), key=lambda one: (one.rank, one.vocational), reverse=True)


def is_rather(one, other, first):
    if one.is_nothing or other.is_nothing:
        return other.is_nothing
    if first and one.sat != other.sat:
        return one.sat < other.sat
    return (one.rank, one.vocational) > (other.rank, other.vocational)


def most_of(measure, year):
    """How many GCSEs vocational results may come to."""
    most = measure.most_equivalents
    if most is None and measure.equivalents == "of-the-year" and year >= 2014:
        return 2
    return math.inf if most is None else most


def score_of(measure, entries, year):
    """A pupil's score: hundredths of a point before any division, or whether needs are met."""
    results = counting(measure, year, entries)
    most = most_of(measure, year)
    if measure.needs:
        return int(meets(measure, results, most))
    units = []
    for one in results:
        for _ in range(one.size // 100):
            if one.vocational:
                if most <= 0:
                    continue
                most -= 1
            units.append(one)
    total = 0
    for bucket in measure.buckets:
        mine = [one for one in units if one.is_in(bucket.subjects)][: bucket.best]
        for one in mine:
            units.remove(one)
        total += weight(bucket, results) * sum(one.points for one in mine)
    return total


def weight(bucket, results):
    sets = bucket.full_weight_if_taken
    taken = {one.subject for one in results if not one.vocational}
    if not sets or any(set(together) <= taken for together in sets):
        return bucket.weight
    return bucket.otherwise_weight


def meets(measure, results, most):
    found = {}
    for need in measure.needs:
        mine = [
            one for one in results if one.is_in(need.subjects) and one.passed >= PASSES[need.grade]
        ]
        gcses = sum(one.size for one in mine if not one.vocational)
        awards = min(sum(one.size for one in mine if one.vocational), 100 * most)
        found.setdefault(need.name, []).append(gcses + awards >= 100 * need.at_least)
    return all(any(ways) for ways in found.values())


def group_of(prior, year):
    """The number of a prior-attainment group, from 1, the result being rounded half upwards."""
    scale = scale_of_prior(year)
    rounded = math.floor(Fraction(prior, scale.step) + Fraction(1, 2)) * scale.step
    return max(1, sum(rounded >= low for low in scale.bounds))


def spread(values):
    mean = Fraction(sum(values), len(values))
    return math.sqrt(sum((value - mean) ** 2 for value in values) / len(values))


def progress_of(scores, groups, share):
    """Progress in hundredths of a point, and its standard deviation."""
    held = {}
    for group, score in zip(groups, scores, strict=True):
        held.setdefault(group, []).append(score)
    mean = {
        group: math.floor(Fraction(sum(found), len(found)) + Fraction(1, 2))
        for group, found in held.items()
    }
    sds = {group: spread(found) for group, found in held.items()}
    apart = [score - mean[group] for group, score in zip(groups, scores, strict=True)]
    if share:
        far = sorted(
            one / sds[group] for group, one in zip(groups, apart, strict=True) if sds[group]
        )
        # As many as the share says may be raised; the next lowest says how far down scores count.
        deviations = max(0.0, round(-far[math.floor(share * len(far))], 2))
        least = {group: -math.floor(deviations * sd + 0.5) for group, sd in sds.items() if sd}
        apart = [max(one, least.get(group, one)) for group, one in zip(groups, apart, strict=True)]
    return apart, spread(apart)
