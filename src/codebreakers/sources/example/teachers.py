"""The teachers of Example England: who they are, and what each would answer.

Secondary teachers are those of its schools, as its workforce census of 2012/13 counts them. Its
primary schools are made up here: they stand in no results table. What decides whether a teacher
answers a poll is a product of factors of phase and region, age, sex and grade, so that weights to
these margins can undo it; what they answer depends on the same and on the school's disadvantage.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from codebreakers.sources.example.figures import Floats, Ints, Texts
from codebreakers.sources.example.regions import REGIONS
from codebreakers.sources.example.rows import rows_of
from codebreakers.sources.example.sites import expit
from codebreakers.sources.example.surroundings import staff_of
from codebreakers.sources.example.years import build_world, draw_year

__all__ = ["AGES", "GRADES", "LIKERT", "PHASES", "ROLES", "SEXES", "Teachers", "teachers_of"]

YEAR = 2013

PHASES = ("primary", "secondary")
SEXES = ("female", "male")
AGES = ("under 30", "30 to 39", "40 to 49", "50 and over")
GRADES = ("classroom", "leadership")
ROLES = ("class teacher", "middle leader", "senior leader")

_PRIMARY_PER_SECONDARY = 1.03  # teachers
_PRIMARY_SIZE = 11  # teachers in a primary school
_FIRST_PRIMARY_URN = 950001
_FEMALE = (0.86, 0.63)
_AGED = ((0.27, 0.30, 0.23, 0.20), (0.23, 0.31, 0.24, 0.22))
_LEADS = (0.15, 0.10)
_MIDDLE = 0.33

# Logs of how much readier to answer: by age, by sex, by grade.
_READY_AGE = (0.35, 0.1, -0.1, -0.4)
_READY_SEX = (0.08, -0.08)
_READY_GRADE = (0.0, 0.3)
_READY_PLACE_SD = 0.3

# Logits of the two answers that agree, in the questions answered on a scale of five: at rest, and
# what is added for secondary, under 30, leadership, and for each unit of disadvantaged share.
LIKERT: Mapping[str, tuple[float, float, float, float, float]] = {
    "lower_expectations": (-1.74, 0.62, 0.25, -0.35, 0.9),
    "seek_challenge": (-1.95, 0.20, 0.35, 0.45, 0.8),
    "pressure_deterrent": (0.25, -0.10, -0.25, -0.30, -0.4),
}
_STEPS = (-1.5, 0.0, 0.9, 2.4)  # from each answer on the scale to the next, on the logit scale
_PAY = (0.45, 0.10, 0.45, -0.25, 0.0)
_UNSURE = 0.35  # of those whom more pay would not interest
_AGAIN = (0.62, 0.48, 0.57, 0.22, 0.33)  # each of the answers to what would make up for it
_PERCENTS = 101  # disadvantaged shares from 0 to 100
_AGAIN_YOUNG = (-0.2, 0.1, 0.2, 0.5, 0.6)  # what being under 30 adds, on the logit scale


@dataclass(frozen=True, slots=True, eq=False)
class Teachers:
    """All teachers, as arrays of shape (N,).

    Parameters
    ----------
    phase, region, sex, age, grade, role : array of int
        Indices into the tuples of this module and ``REGIONS``.
    urn : array of str
        Of the school.
    ready : array of float
        Logarithm of how ready to answer.
    kind : array of int
        Teachers who are alike in all that decides an answer are of one kind.
    counts : array of int, shape (kinds,)
        How many are of each kind.
    answers : mapping of str to array of float, shape (kinds, K)
        By question, how likely each answer is: to ``look_again`` each by itself, of those who are
        asked.
    """

    phase: Ints
    region: Ints
    sex: Ints
    age: Ints
    grade: Ints
    role: Ints
    urn: Texts
    ready: Floats
    kind: Ints
    counts: Ints
    answers: Mapping[str, Floats]

    def __len__(self) -> int:
        return len(self.phase)

    def truth(self, question: str, places: tuple[int, ...], phase: int | None = None) -> float:
        """Return the share, in percent, who would give one of these answers.

        Of a question that is put to some, among those.
        """
        weights = self.counts.astype(np.float64)
        if phase is not None:
            weights[_known()[:, 1] != phase] = 0.0
        if question == "look_again":
            weights = weights * self.answers["pressure_deterrent"][:, :2].sum(axis=1)
        likely = self.answers[question][:, list(places)].sum(axis=1)
        return float(100 * np.average(likely, weights=weights))


@lru_cache(maxsize=2)
def teachers_of(seed: int, schools: int) -> Teachers:
    """Return every teacher of Example England in 2012/13: the same seed gives the same."""
    world = build_world(seed, schools)
    rows = rows_of(draw_year(world, YEAR))
    staff, _, _ = staff_of(rows)
    mainstream = world.sites.kinds.mainstream[rows.site]
    heads = staff["NTEA"][mainstream].astype(np.int64)
    rng = world.rng(YEAR, 20)
    region = world.sites.region[rows.site][mainstream]
    share = np.clip(rows.year.cohort.share[rows.site][mainstream], 0, 1)
    urn = rows.urn[mainstream]
    second = np.repeat(np.arange(len(heads)), heads)
    primary_urn, primary_region, primary_share = _primaries(rng, region, share, heads)
    first = np.repeat(np.arange(len(primary_urn)), _PRIMARY_SIZE)
    phase = np.repeat((0, 1), (len(first), len(second)))
    return _people(
        rng,
        phase,
        np.concatenate([primary_region[first], region[second]]),
        np.concatenate([primary_share[first], share[second]]),
        np.concatenate([primary_urn[first], urn[second]]),
    )


def _primaries(
    rng: np.random.Generator, region: Ints, share: Floats, heads: Ints
) -> tuple[Texts, Ints, Floats]:
    """Return the URN, region and disadvantaged share of each primary school."""
    wanted = np.bincount(region, heads, minlength=len(REGIONS)) * _PRIMARY_PER_SECONDARY
    counts = np.maximum(1, np.round(wanted / _PRIMARY_SIZE)).astype(np.int64)
    where = np.repeat(np.arange(len(REGIONS)), counts)
    mean = np.bincount(region, share, minlength=len(REGIONS)) / np.maximum(
        1, np.bincount(region, minlength=len(REGIONS))
    )
    own = np.clip(mean[where] + 0.15 * rng.normal(size=len(where)), 0.01, 0.9)
    urn = np.arange(_FIRST_PRIMARY_URN, _FIRST_PRIMARY_URN + len(where)).astype(np.str_)
    return urn, where, own


def _people(
    rng: np.random.Generator, phase: Ints, region: Ints, share: Floats, urn: Texts
) -> Teachers:
    n = len(phase)
    sex = (rng.random(n) >= np.take(_FEMALE, phase)).astype(np.int64)
    edges = np.cumsum(_AGED, axis=1)[phase]
    age = (rng.random(n)[:, None] > edges).sum(axis=1).clip(0, len(AGES) - 1)
    leads = np.take(_LEADS, phase) * np.take((0.2, 0.9, 1.4, 1.5), age)
    grade = (rng.random(n) < leads).astype(np.int64)
    middle = (rng.random(n) < _MIDDLE) & (age > 0)
    role = np.where(grade == 1, 2, middle.astype(np.int64))
    place = _READY_PLACE_SD * rng.normal(size=(len(PHASES), len(REGIONS)))
    ready = (
        place[phase, region]
        + np.take(_READY_AGE, age)
        + np.take(_READY_SEX, sex)
        + np.take(_READY_GRADE, grade)
    )
    percent = np.round(100 * share).astype(np.int64)
    kind = ((phase * 2 + (age == 0)) * 2 + grade) * _PERCENTS + percent
    counts = np.bincount(kind, minlength=8 * _PERCENTS)
    answers = _answers(_known())
    return Teachers(phase, region, sex, age, grade, role, urn, ready, kind, counts, answers)


def _known() -> Floats:
    """Return what is known of each kind: 1, secondary, under 30, leadership, share over 0.27."""
    phase, young, grade, percent = np.indices((2, 2, 2, _PERCENTS)).reshape(4, -1)
    return np.column_stack([np.ones(len(phase)), phase, young, grade, percent / 100 - 0.27])


def _answers(known: Floats) -> dict[str, Floats]:
    """Return how likely each answer to each question is, from what is known of each kind."""
    found: dict[str, Floats] = {}
    for question, effects in LIKERT.items():
        level = known @ np.array(effects)
        up_to = expit(level[:, None] + np.array(_STEPS))
        ends = np.column_stack([np.zeros(len(level)), up_to, np.ones(len(level))])
        found[question] = np.diff(ends, axis=1)
    yes = expit(known @ np.array(_PAY))
    found["salary"] = np.column_stack([yes, (1 - yes) * (1 - _UNSURE), (1 - yes) * _UNSURE])
    rest = np.log(np.divide(_AGAIN, 1 - np.array(_AGAIN)))
    each = expit(rest + known[:, [2]] * np.array(_AGAIN_YOUNG))
    found["look_again"] = np.column_stack([each, np.prod(1 - each, axis=1)])
    return found
