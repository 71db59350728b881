"""The pupils of each school and year in Example England, before any of them sits an exam."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from codebreakers.sources.example.figures import (
    KS2_DRIFT,
    SHARE_DRIFT,
    SIZE_DRIFT,
    SPAN,
    Floats,
    Ints,
)
from codebreakers.sources.example.sites import Sites, expit

__all__ = ["Cohort", "Cohorts", "build_cohorts"]


@dataclass(frozen=True, slots=True, eq=False)
class Cohort:
    """One year's pupils at the end of key stage 4.

    Parameters
    ----------
    pupils : array of int, shape (2, sites)
        Disadvantaged and other.
    points : array of float, shape (sites,)
        Mean key stage 2 points, to one decimal as published.
    """

    pupils: Ints
    points: Floats

    @property
    def size(self) -> Ints:
        """All pupils, shape (sites,)."""
        total: Ints = self.pupils.sum(axis=0)
        return total

    @property
    def share(self) -> Floats:
        """The disadvantaged share, shape (sites,)."""
        share: Floats = self.pupils[0] / self.size
        return share


@dataclass(frozen=True, slots=True, eq=False)
class Cohorts:
    """Every year's pupils.

    Parameters
    ----------
    pupils : array of int, shape (2, sites, years)
    points : array of float, shape (sites, years)
    """

    pupils: Ints
    points: Floats

    def of(self, year: int) -> Cohort:
        """Return one year's."""
        t = SPAN.index(year)
        return Cohort(self.pupils[:, :, t], self.points[:, t])


def _walk(rng: np.random.Generator, shape: tuple[int, int], step: float, noise: float) -> Floats:
    """Return a random walk over the years, nil in 2014, with noise of its own each year."""
    walk = np.cumsum(step * rng.normal(size=shape), axis=1)
    anchored: Floats = walk - walk[:, [SPAN.index(2014)]] + noise * rng.normal(size=shape)
    return anchored


def build_cohorts(rng: np.random.Generator, sites: Sites, merged: Ints) -> Cohorts:
    """Draw every school's pupils in every year.

    Parameters
    ----------
    rng : numpy.random.Generator
    sites : Sites
    merged : array of int, shape (mergers, 3)
        Site that goes on, site whose pupils it takes, and from which results year.
    """
    shape = (len(sites), len(SPAN))
    # Steps and noise: cohorts, shares and points of 2013, 2014 and 2015 at the same schools.
    size = sites.intake.cohort[:, None] * np.array(SIZE_DRIFT)
    size = size * np.exp(_walk(rng, shape, step=0.068, noise=0.0615))
    for stays, ends, year in merged.tolist():
        size[stays, SPAN.index(year) :] += 0.9 * size[ends, SPAN.index(year) :]
    total = np.maximum(np.round(size), 2).astype(np.int64)
    logit = sites.intake.disadvantage[:, None] + _walk(rng, shape, step=0.05, noise=0.09)
    logit = logit + np.array([SHARE_DRIFT.get(year, 0.0) for year in SPAN])
    disadvantaged = rng.binomial(total, expit(logit))
    # Chance in who is in a cohort is larger where it is smaller.
    noise = np.minimum(0.36 * np.sqrt(180 / total), 1.2)
    points = sites.intake.points[:, None] + np.array(KS2_DRIFT) + noise * rng.normal(size=shape)
    points = np.clip(points, 15.0, 34.5)
    return Cohorts(np.stack([disadvantaged, total - disadvantaged]), np.round(points, 1))
