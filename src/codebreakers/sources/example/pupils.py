"""Pupils of Example England, entry by entry, such that the truth about them is known.

A pupil's Attainment 8 is drawn first, with exactly the published mean of the pupil's prior-
attainment group, and then taken apart into grades that come to it: by the rules of slots, of
discounting and of double awards. What schools add and disadvantage takes away is nil in every
group, so that the group's mean is the published one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from codebreakers.sources.example.figures import Flags, Floats, Ints, Texts
from codebreakers.sources.example.sites import expit
from codebreakers.sources.grades import GRADES, scale_of_year
from codebreakers.sources.prior_attainment import PUBLISHED, scale_of_prior

__all__ = ["CODES", "SUBJECT_WORDS", "Country", "PupilBlock", "build_country", "draw_block"]

PUPILS_A_SCHOOL = 180
FIRST_URN = 900_001
_EFFECT_SD, _MOST_EFFECT = 2.5, 5.0  # points of Attainment 8
_DISADVANTAGE = 4.0  # points that disadvantaged pupils are behind others of one school and group
_CONCENTRATION = 11.0  # of scores within a group: a standard deviation of 13 points at the middle
_MISSING = 0.02  # pupils whose key stage 2 results are not known
_DOUBLE = 0.6  # pupils with combined science
_VOCATIONAL = 0.4
_RESIT = 0.15
_SINGLES = 6

SUBJECT_WORDS: tuple[str, ...] = (
    *("english_language", "english_literature", "maths", "combined_science"),
    *("biology", "chemistry", "core_science", "additional_science", "history", "geography"),
    *("french", "german", "spanish", "religious_studies", "art", "drama", "music"),
    *("design_technology", "business", "ict", "physical_education", "food", "statistics"),
    *("sport", "health", "travel"),
)
_AT = {word: at for at, word in enumerate(SUBJECT_WORDS)}
# What each of the last four slots may be taken with; the fourth of them also with an award.
_CHOICES = tuple(
    np.array([_AT[word] for word in words])
    for words in (
        ("history", "geography"),
        ("french", "german", "spanish", "religious_studies"),
        ("art", "drama", "music", "design_technology"),
        ("business", "ict", "physical_education", "food"),
    )
)
_AWARDS = np.array([_AT[word] for word in ("sport", "health", "travel")])

Draw = np.random.Generator
Columns = Mapping[str, Floats | Ints | Texts]


@dataclass(frozen=True, slots=True)
class Codes:
    """Words that stand in the blocks by their number."""

    qualification: tuple[str, ...]
    grade: tuple[str, ...]


_GRADE_WORDS = tuple(dict.fromkeys(grade.grade for grade in GRADES))
CODES = Codes(("gcse", "vocational"), _GRADE_WORDS)


@dataclass(frozen=True, slots=True, eq=False)
class Country:
    """The schools that the pupils go to, and what is true of them.

    Parameters
    ----------
    seed : int
    urn : array of str, shape (S,)
    weight : array of float, shape (S,)
        Share of the country's pupils.
    groups : array of float, shape (S, G)
        Share of each school's pupils in each prior-attainment group.
    disadvantaged : array of float, shape (S,)
        Share of each school's pupils, in every group.
    added : array of float, shape (S, G)
        What a school adds to a pupil's Attainment 8, in points; over all schools nil in a group.
    """

    seed: int
    urn: Texts
    weight: Floats
    groups: Floats
    disadvantaged: Floats
    added: Floats

    def true_progress(self, year: int) -> Floats:
        """Return each school's true Progress 8 in a year, shape (S,)."""
        truth: Floats = _stretch(year) * (self.groups * self.added).sum(axis=1) / 10
        return truth

    def true_means(self, year: int) -> Floats:
        """Return the true mean Attainment 8 of each prior-attainment group, shape (G,)."""
        published = PUBLISHED[2024 if scale_of_prior(year) == scale_of_prior(2024) else 2017]
        return _stretch(year) * np.array(published) / 100


@dataclass(frozen=True, slots=True)
class PupilBlock:
    """Some pupils and their entries, words by their numbers.

    Parameters
    ----------
    pupils : mapping of str to array, each of shape (N,)
        ``number`` (within the year), ``school``, ``disadvantaged``, ``prior`` (-1 where it is not
        known), ``sex``, ``eal``, ``sen``, ``mobile``.
    entries : mapping of str to array, each of shape (E,)
        ``number``, ``qualification``, ``subject``, ``grade``, ``size``, ``month`` (-7 for the
        November before, 0 for June).
    """

    pupils: Columns
    entries: Columns


def _top(year: int) -> int:
    """Return the highest grade of a year, in points."""
    return 9 if year >= 2017 else 8


def _stretch(year: int) -> float:
    """Return what the points of the published means, of 9, are multiplied by in a year."""
    return _top(year) / 9


def build_country(seed: int, pupils: int) -> Country:
    """Make the schools for so many pupils a year.

    Parameters
    ----------
    seed : int
        Of everything drawn.
    pupils : int
        Pupils a year; a school has about 180.
    """
    rng = np.random.default_rng([seed, 0])
    count = max(2, round(pupils / PUPILS_A_SCHOOL))
    size = rng.gamma(9.0, 1.0, count)
    weight = size / size.sum()
    intake = rng.normal(0.0, 0.5, count)
    steps = np.linspace(-2.2, 1.4, len(PUBLISHED[2024]))
    log_share = -0.5 * (steps - intake[:, None]) ** 2
    groups = np.exp(log_share)
    groups /= groups.sum(axis=1, keepdims=True)
    effect = np.clip(rng.normal(0.0, _EFFECT_SD, count), -_MOST_EFFECT, _MOST_EFFECT)
    met = weight[:, None] * groups
    usual = (met * effect[:, None]).sum(axis=0) / met.sum(axis=0)
    return Country(
        seed,
        np.array([str(FIRST_URN + at) for at in range(count)]),
        weight,
        groups,
        expit(-1.1 - 0.8 * intake),
        effect[:, None] - usual,
    )


def draw_block(country: Country, year: int, first: int, count: int) -> PupilBlock:
    """Draw some of a year's pupils.

    Parameters
    ----------
    country : Country
    year : int
        Results year.
    first : int
        Number of the first of them within the year.
    count : int
        How many.

    Notes
    -----
    The same country, year, first and count give the same pupils.
    """
    rng = np.random.default_rng([country.seed, year, first])
    school = rng.choice(len(country.weight), count, p=country.weight)
    up_to = np.cumsum(country.groups, axis=1)[school]
    group = np.minimum((up_to < rng.random(count)[:, None]).sum(axis=1), up_to.shape[1] - 1)
    share = country.disadvantaged[school]
    poor = rng.random(count) < share
    mean = country.true_means(year)[group] + _stretch(year) * (
        country.added[school, group] - _DISADVANTAGE * (poor - share)
    )
    most = 10.0 * _top(year)
    rate = mean / most
    drawn = most * rng.beta(_CONCENTRATION * rate, _CONCENTRATION * (1 - rate))
    score = np.floor(drawn + rng.random(count)).astype(np.int64)  # its mean is that of the drawn
    pupils = {
        "number": first + np.arange(count),
        "school": school,
        "disadvantaged": poor.astype(np.int64),
        "prior": _prior(rng, group, year),
        "sex": rng.integers(0, 2, count),
        "eal": (rng.random(count) < 0.17).astype(np.int64),
        "sen": rng.choice(3, count, p=[0.83, 0.13, 0.04]),
        "mobile": (rng.random(count) < 0.04).astype(np.int64),
    }
    return PupilBlock(pupils, _entries(rng, score, year, first))


def _prior(rng: Draw, group: Ints, year: int) -> Ints:
    """Return a result at key stage 2 within each pupil's group, in hundredths."""
    scale = scale_of_prior(year)
    low = np.array(scale.bounds)
    high = np.append(low[1:] - scale.step, scale.high)
    steps = (high - low) // scale.step + 1
    found = low[group] + scale.step * np.floor(rng.random(len(group)) * steps[group]).astype(int)
    return np.where(rng.random(len(group)) < _MISSING, -1, found)


@dataclass(frozen=True, slots=True)
class _Slots:
    """Grades in points that come to a score: English and maths twice, six others once."""

    english: Ints
    maths: Ints
    singles: Ints


def _slots(rng: Draw, score: Ints, top: int, double: Flags) -> _Slots:
    """Take scores apart. The first two singles of a double award stay at most one apart."""
    count = len(score)
    even, left = score // 10, score % 10
    english, maths = even.copy(), even.copy()
    for slot, coin in ((english, 0.5), (maths, 0.5)):
        more = ((left >= 2) & (rng.random(count) < coin)) | (left > _SINGLES)
        slot += more
        left = left - 2 * more
    order = rng.random((count, _SINGLES)).argsort(axis=1).argsort(axis=1)
    singles = even[:, None] + (order < left[:, None])
    _exchange(rng, english, maths, top)
    for one in range(0, _SINGLES, 2):
        held = double if one == 0 else np.zeros(count, dtype=bool)
        _exchange(rng, singles[:, one], singles[:, one + 1], top, held)
    return _Slots(english, maths, singles)


def _exchange(rng: Draw, one: Ints, other: Ints, top: int, held: Flags | None = None) -> None:
    """Move up to two points between two slots, in place; their sum stays."""
    moved = rng.integers(-2, 3, len(one))
    moved = np.minimum(moved, np.minimum(top - one, other))
    moved = np.maximum(moved, -np.minimum(one, top - other))
    if held is not None:
        moved = np.where(held, 0, moved)
    one += moved
    other -= moved


def _words_by_points(year: int) -> Callable[[int, Ints], Ints]:
    """Return what finds a grade by its qualification and points; -1 where none has them."""
    scale = scale_of_year(year)
    tables = []
    for kind in CODES.qualification:
        found = np.full(_top(year) + 1, -1)
        for grade in reversed(GRADES):  # so that a number stands before a letter
            points = grade.points.get(scale, -1)
            if grade.qualification == kind and points % 100 == 0 and "-" not in grade.grade:
                found[points // 100] = _GRADE_WORDS.index(grade.grade)
        tables.append(found)
    return lambda kind, points: tables[kind][points]


def _entries(rng: Draw, score: Ints, year: int, first: int) -> Columns:
    count, top = len(score), _top(year)
    word = _words_by_points(year)
    double = (rng.random(count) < _DOUBLE) & (year >= 2017)
    slots = _slots(rng, score, top, double)
    singles = slots.singles
    low, high = singles[:, :2].min(axis=1), singles[:, :2].max(axis=1)
    is_double = double & ((low > 0) | (high == 0))
    rows = _Rows(first)
    # What has no slot is no better than what has one.
    spare = np.minimum(slots.english, singles.min(axis=1))
    language = rng.random(count) < 0.6
    everyone = np.ones(count, dtype=bool)
    for subject, is_better in (("english_language", language), ("english_literature", ~language)):
        grade = word(0, np.where(is_better, slots.english, spare))
        rows.add(everyone, _AT[subject], grade)
    _maths(rng, rows, slots.maths, word, year)
    rows.add(is_double, _AT["combined_science"], _pair(high, low), size=200)
    rows.add(is_double, _AT["statistics"], word(0, spare))
    separate = rng.random(count) < (0.5 if year < 2017 else 1.0)
    for at, (science, general) in enumerate(
        (("biology", "core_science"), ("chemistry", "additional_science"))
    ):
        taken_in = np.where(separate, _AT[science], _AT[general])
        rows.add(~is_double, taken_in, word(0, singles[:, at]))
    for at, choices in enumerate(_CHOICES, 2):
        taken_in = choices[rng.integers(0, len(choices), count)]
        award = word(1, singles[:, at])
        taken = (at == _SINGLES - 1) & (rng.random(count) < _VOCATIONAL) & (award >= 0)
        rows.add(~taken, taken_in, word(0, singles[:, at]))
        award_in = _AWARDS[rng.integers(0, len(_AWARDS), count)]
        rows.add(taken, award_in, award, qualification=1)
    return rows.columns()


def _maths(
    rng: Draw, rows: _Rows, points: Ints, word: Callable[[int, Ints], Ints], year: int
) -> None:
    """Add mathematics; some sat it twice, and the other entry does not count by the year's rule."""
    twice = rng.random(len(points)) < _RESIT
    other = np.minimum(points + 1, _top(year)) if year >= 2014 else np.maximum(points - 1, 0)
    everyone = np.ones(len(points), dtype=bool)
    rows.add(everyone, _AT["maths"], word(0, points), month=np.where(twice, -7, 0))
    rows.add(twice, _AT["maths"], word(0, other))


def _pair(high: Ints, low: Ints) -> Ints:
    """Return the number of a double award's grade; ungraded where both halves are 0."""
    found = np.full((10, 10), _GRADE_WORDS.index("U"))
    for at, grade in enumerate(_GRADE_WORDS):
        if "-" in grade:
            one, other = map(int, grade.split("-"))
            found[one, other] = at
    return found[high, low]


class _Rows:
    """Entries of a block, put together."""

    def __init__(self, first: int) -> None:
        self.first = first
        self.parts: list[dict[str, Ints]] = []

    def add(
        self,
        who: Flags,
        subject: int | Ints,
        grade: Ints,
        *,
        qualification: int = 0,
        size: int = 100,
        month: Ints | None = None,
    ) -> None:
        """Add one entry for each of some pupils."""
        at = np.flatnonzero(who)
        self.parts.append(
            {
                "number": self.first + at,
                "qualification": np.full(len(at), qualification),
                "subject": np.broadcast_to(subject, len(who))[at],
                "grade": grade[at],
                "size": np.full(len(at), size),
                "month": np.zeros(len(at), dtype=np.int64) if month is None else month[at],
            }
        )

    def columns(self) -> Columns:
        """Return all entries, those of one pupil together."""
        whole = {
            name: np.concatenate([part[name] for part in self.parts]) for name in self.parts[0]
        }
        order = np.argsort(whole["number"], kind="stable")
        return {name: column[order] for name, column in whole.items()}
