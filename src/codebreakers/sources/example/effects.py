"""What is true of the schools of Example England: their effects, and the rates that follow.

The truth of a proportion is the model of the methods page: the passes of a group are binomial, and
the logit of their rate is an intercept of the year, plus the intake (the disadvantaged share and
the key stage 2 points exactly as the tables print them, and selection), plus the region, plus the
authority, plus the school. A school's effect is a part that lasts and a part that is correlated
from year to year. Trusts have no effect of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from codebreakers.sources.example.cohorts import Cohort
from codebreakers.sources.example.figures import (
    ALSO_BASICS,
    ATTAINMENT,
    FIVE,
    GROUP_CORRELATION,
    LASTING,
    MEASURE_OWN,
    NATIONAL,
    PERSISTENCE,
    SPAN,
    Floats,
)
from codebreakers.sources.example.regions import REGIONS
from codebreakers.sources.example.sites import Sites, expit

__all__ = ["Effects", "Truth", "build_effects", "true_rates"]

_SHARE_CENTRE, _SHARE_SD = 0.275, 0.168
_POINTS_CENTRE, _POINTS_SD = 27.8, 1.4
_SPECIAL = -2.5  # what a special school adds to the logit: nothing published says how much


@dataclass(frozen=True, slots=True, eq=False)
class Effects:
    """What schools add at the same intake, for disadvantaged and other pupils, in logits.

    Parameters
    ----------
    area : array of float, shape (2, sites)
        Of the region and the authority.
    lasting : array of float, shape (2, sites)
        Of the school, in every year.
    school : array of float, shape (2, sites, years)
        Of the school in each year of ``SPAN``: `lasting` and what comes and goes.
    own : array of float, shape (sites,)
        Standard normal: what a school adds to measures other than five good GCSEs only.
    academic : array of float, shape (sites,)
        Standard normal: how much it enters pupils for the English Baccalaureate, and how little it
        relies on equivalents.
    """

    area: Floats
    lasting: Floats
    school: Floats
    own: Floats
    academic: Floats

    def total(self, year: int) -> Floats:
        """Return everything beyond intake in a year, shape (2, sites)."""
        total: Floats = self.area + self.school[:, :, SPAN.index(year)]
        return total

    def other_measure(self, year: int) -> Floats:
        """Return the effect on a measure of the same kind, shape (2, sites), of the same spread."""
        sd = np.array([group.school_sd for group in FIVE])[:, None]
        shared = np.sqrt(1 - MEASURE_OWN**2) * self.school[:, :, SPAN.index(year)]
        mixed: Floats = self.area + shared + MEASURE_OWN * sd * self.own
        return mixed


def _pair(rng: np.random.Generator, *shape: int) -> Floats:
    """Draw standard normal pairs that correlate as one school's two groups do."""
    first, second = rng.normal(size=(2, *shape))
    other = GROUP_CORRELATION * first + np.sqrt(1 - GROUP_CORRELATION**2) * second
    return np.stack([first, other])


def build_effects(rng: np.random.Generator, sites: Sites) -> Effects:
    """Draw the effects of every school and year.

    Parameters
    ----------
    rng : numpy.random.Generator
    sites : Sites
    """
    count, years = len(sites), len(SPAN)
    sd = np.array([group.school_sd for group in FIVE])[:, None]
    authority_sd = np.array([group.authority_sd for group in FIVE])[:, None]
    region = np.array([region.effect for region in REGIONS]).T[:, sites.region]
    authority = _pair(rng, len(sites.authorities))[:, sites.authority]
    lasting = np.sqrt(LASTING) * sd * _pair(rng, count)
    passing = np.empty((2, count, years))
    shocks = _pair(rng, count, years)
    passing[:, :, 0] = shocks[:, :, 0]
    for t in range(1, years):
        fresh = np.sqrt(1 - PERSISTENCE**2) * shocks[:, :, t]
        passing[:, :, t] = PERSISTENCE * passing[:, :, t - 1] + fresh
    school = lasting[:, :, None] + np.sqrt(1 - LASTING) * sd[:, :, None] * passing
    area = region + authority_sd * authority
    return Effects(area, lasting, school, rng.normal(size=count), rng.normal(size=count))


Truth = Mapping[str, Floats]
"""The true rates of one year, by measure, each of shape (2, sites): disadvantaged, other pupils.

``five`` : rate of five good GCSEs, between 0 and 1; to 2016.
``intake`` : the same at the same intake, with every effect nil.
``basics`` : rate of grade C or 4 in English and mathematics, from 2016.
``attainment8``, ``progress8`` : mean scores, from 2016.
``destinations`` : rate of those still in education (from 2014, or in work) half a year on; to 2016.

A measure that is not declared for the year is not there.
"""


def _intake_logits(sites: Sites, cohort: Cohort) -> Floats:
    share = (cohort.share - _SHARE_CENTRE) / _SHARE_SD
    points = (cohort.points - _POINTS_CENTRE) / _POINTS_SD
    rows = [
        group.share * share
        + group.points * points
        + group.selective * sites.kinds.selective
        + _SPECIAL * sites.kinds.special
        for group in FIVE
    ]
    return np.stack(rows)


def _to_national(logits: Floats, weights: Floats, targets: tuple[float, float]) -> Floats:
    """Find the intercept of each group at which its pupils' mean rate is the target."""
    low, high = np.full((2, 1), -15.0), np.full((2, 1), 15.0)
    wanted = np.array(targets)[:, None] / 100 * weights.sum(axis=1, keepdims=True)
    for _ in range(50):
        middle = (low + high) / 2
        below = (expit(logits + middle) * weights).sum(axis=1, keepdims=True) < wanted
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    start: Floats = (low + high) / 2
    return start


def _scores(sites: Sites, effects: Effects, cohort: Cohort, year: int) -> tuple[Floats, Floats]:
    """Return true Attainment 8 and Progress 8."""
    figures, share = ATTAINMENT[year], cohort.share
    weights = _weights(sites, cohort)
    per_logit = np.array([group.progress for group in FIVE])[:, None] * figures.scale
    intake = np.stack([0.132 * share, -0.311 * share]) + np.outer((0.025, 0.008), cohort.points)
    intake = (
        intake
        + np.outer((0.35, 0.20), sites.kinds.selective)
        - 1.0 * sites.kinds.special
        - 0.4 * sites.kinds.small
    )
    progress = _centred(
        per_logit * effects.other_measure(year) + intake, weights, NATIONAL["progress8"][year]
    )
    # Disadvantaged pupils begin key stage 4 behind the others of their own school.
    behind = 2.1 - 1.5 * share
    points = cohort.points - 28 + np.stack([-(1 - share) * behind, share * behind])
    expected = figures.slope * points + figures.curve * points**2
    attainment = _centred(expected + 10 * progress, weights, NATIONAL["attainment8"][year])
    return np.clip(attainment, 0.5, 89.5), progress


def _weights(sites: Sites, cohort: Cohort) -> Floats:
    """Return the pupils that national figures count: those of mainstream state schools."""
    weights: Floats = np.where(sites.kinds.mainstream, cohort.pupils, 0).astype(np.float64)
    return weights


def _centred(scores: Floats, weights: Floats, targets: tuple[float, float]) -> Floats:
    """Shift each group's scores so that their pupils' mean is the target."""
    mean = (scores * weights).sum(axis=1) / weights.sum(axis=1)
    shifted: Floats = scores + (np.array(targets) - mean)[:, None]
    return shifted


def true_rates(sites: Sites, effects: Effects, cohort: Cohort, year: int) -> Truth:
    """Work out what is true in a year, given who the pupils are.

    Parameters
    ----------
    sites : Sites
    effects : Effects
    cohort : Cohort
        That year's pupils: rates depend on intake as published, not on an unseen one.
    year : int
        Results year.

    """
    intake = _intake_logits(sites, cohort)
    total, other = effects.total(year), effects.other_measure(year)
    # Leavers of schools with more disadvantaged pupils stay on less, at the same results.
    away = (cohort.share - _SHARE_CENTRE) / _SHARE_SD
    logits = {
        "five": intake + total,
        "basics": intake + other,
        "destinations": 0.6 * intake + 0.45 * other + 0.2 * effects.own - 0.12 * away,
    }
    weights = _weights(sites, cohort)
    truth = {
        measure: expit(level + _to_national(level, weights, NATIONAL[measure][year]))
        for measure, level in logits.items()
        if year in NATIONAL[measure]
    }
    if "five" in truth:
        odds = truth["five"] / (1 - truth["five"])
        truth["intake"] = expit(np.log(odds) - total)
    if year in ALSO_BASICS:
        truth["basics"] = 1 - (1 - truth["five"]) * (1 - np.array(ALSO_BASICS[year])[:, None])
    if year in ATTAINMENT:
        truth["attainment8"], truth["progress8"] = _scores(sites, effects, cohort, year)
    return truth
