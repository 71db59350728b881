"""The schools of Example England: what kind each is, who goes to it, and what it is called.

A site is a school through all its URNs. Everything here stays the same over the years.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from codebreakers.sources.example.figures import POINTS_PER_SHARE, Flags, Floats, Ints, Texts
from codebreakers.sources.example.names import postcodes, school_names
from codebreakers.sources.example.places import Authorities, build_authorities, by_region, place

__all__ = ["Identity", "Intake", "Kinds", "Sites", "build_sites", "expit"]

_SMALL_SHARE = 0.055  # free schools, studio schools and university technical colleges by 2018


def expit(x: Floats) -> Floats:
    """Return the rate of a logit."""
    rate: Floats = 1 / (1 + np.exp(-x))
    return rate


@dataclass(frozen=True, slots=True, eq=False)
class Kinds:
    """What each school is, as arrays of bool of shape (sites,).

    `mainstream`, `special` and `independent` divide the schools; `selective` are grammar schools;
    `small` are those of the new kinds: free and studio schools, university technical colleges.
    """

    mainstream: Flags
    special: Flags
    independent: Flags
    selective: Flags
    small: Flags


@dataclass(frozen=True, slots=True, eq=False)
class Intake:
    """Who goes to each school, as arrays of float of shape (sites,).

    Parameters
    ----------
    cohort
        Pupils at the end of key stage 4 in 2014.
    disadvantage
        Logit of the share of disadvantaged pupils.
    points
        Key stage 2 points of the cohort of 2014.
    eal, girls, coverage
        Shares: English as an additional language, girls, matched to key stage 2 results.
    """

    cohort: Floats
    disadvantage: Floats
    points: Floats
    eal: Floats
    girls: Floats
    coverage: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Identity:
    """What each school is called and where it stands, as arrays of shape (sites,)."""

    name: Texts
    town: Texts
    postcode: Texts
    sex: Texts
    faith: Texts
    sixth_form: Flags
    latitude: Floats
    longitude: Floats
    deprivation: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Sites:
    """The schools of the country.

    Parameters
    ----------
    authorities : Authorities
    authority, region : array of int, shape (sites,)
        Indices into `authorities` and ``REGIONS``.
    kinds : Kinds
    intake : Intake
    identity : Identity
    oakfield : int
        The school of that name: the mixed comprehensive whose cohort is nearest the median.
    """

    authorities: Authorities
    authority: Ints
    region: Ints
    kinds: Kinds
    intake: Intake
    identity: Identity
    oakfield: int

    def __len__(self) -> int:
        return len(self.authority)


def _kinds(rng: np.random.Generator, region: Ints, authority: Ints, counts: Ints) -> Kinds:
    index = np.arange(len(region))
    mainstream = index < counts[0]
    special = ~mainstream & (index < counts[0] + counts[1])
    selective = _selective(rng, region, authority, mainstream)
    small = mainstream & ~selective & (rng.random(len(region)) < _SMALL_SHARE)
    return Kinds(mainstream, special, ~mainstream & ~special, selective, small)


def _selective(rng: np.random.Generator, region: Ints, authority: Ints, mainstream: Flags) -> Flags:
    """Choose each region's grammar schools, nine in ten of them in a quarter of its authorities."""
    selective = np.zeros(len(region), dtype=np.bool_)
    keeps = rng.random(int(authority.max()) + 1) < 0.25
    shares = by_region("grammars") / by_region("schools")
    for index, share in enumerate(shares.tolist()):
        members = np.flatnonzero(mainstream & (region == index))
        weight = np.where(keeps[authority[members]], 27.0, 1.0)
        count = round(share * len(members))
        selective[rng.choice(members, size=count, replace=False, p=weight / weight.sum())] = True
    return selective


def _intake(
    rng: np.random.Generator, authorities: Authorities, authority: Ints, kinds: Kinds, sex: Texts
) -> Intake:
    region, count = authorities.region[authority], len(authority)
    # Authorities account for 31% of the variance of the logit share within regions.
    departure = 0.56 * authorities.disadvantage[authority] + 0.83 * rng.normal(size=count)
    disadvantage = by_region("disadvantage")[region] + by_region("spread")[region] * departure
    grammar = rng.normal(-2.85, 0.55, size=count)
    disadvantage = np.where(kinds.selective, grammar, disadvantage)
    eal = by_region("eal")[region] + by_region("eal_spread")[region] * (
        0.3 * departure + 0.954 * rng.normal(size=count)
    )
    coverage = np.clip(rng.beta(30, 1.4, size=count), 0.3, 1.0)
    # A few schools take in most of their pupils after key stage 2, from elsewhere.
    elsewhere = kinds.special | (rng.random(count) < 0.003)
    girls = np.clip(rng.normal(0.49, 0.03, size=count), 0.2, 0.8)
    girls = np.where(sex == "GIRLS", 1.0, np.where(sex == "BOYS", 0.0, girls))
    return Intake(
        cohort=_cohorts(rng, kinds, disadvantage),
        disadvantage=disadvantage,
        points=_points(rng, region, disadvantage, kinds),
        eal=expit(eal),
        girls=girls,
        coverage=np.where(elsewhere, rng.uniform(0.3, 0.8, size=count), coverage),
    )


def _points(rng: np.random.Generator, region: Ints, disadvantage: Floats, kinds: Kinds) -> Floats:
    share, count = expit(disadvantage), len(region)
    linear, square = POINTS_PER_SHARE
    points = by_region("points")[region] + linear * share + square * share**2
    points = points + rng.normal(0, 0.65, size=count)
    points = np.where(kinds.selective, rng.normal(32.0, 0.55, size=count), points)
    return np.where(kinds.special, rng.normal(19.0, 2.0, size=count), points)


def _cohorts(rng: np.random.Generator, kinds: Kinds, disadvantage: Floats) -> Floats:
    count = len(disadvantage)
    # Schools with more disadvantaged pupils are a little smaller.
    sizes = rng.gamma(10.5, 17.4, size=count) * np.exp(-0.11 * (disadvantage + 1.1))
    rules = (
        (kinds.small, rng.gamma(5.0, 12.5, size=count)),
        (kinds.selective, rng.normal(141, 31, size=count)),
        (kinds.special, rng.gamma(2.5, 4.5, size=count)),
        (kinds.independent, rng.gamma(2.0, 25.0, size=count)),
    )
    for which, size in rules:
        sizes = np.where(which, size, sizes)
    return np.maximum(sizes, 4.0)


def _sexes(rng: np.random.Generator, selective: Flags) -> Texts:
    draw = rng.random(len(selective))
    girls, boys = np.where(selective, 0.37, 0.05), np.where(selective, 0.72, 0.08)
    return np.where(draw < girls, "GIRLS", np.where(draw < boys, "BOYS", "MIXED"))


def _faiths(rng: np.random.Generator, kinds: Kinds) -> Texts:
    faiths = np.array(["Roman Catholic", "Church of England", "Christian", ""])
    drawn = rng.choice(faiths, size=len(kinds.mainstream), p=(0.107, 0.06, 0.016, 0.817))
    return np.where(kinds.mainstream & ~kinds.selective & ~kinds.small, drawn, "")


def _endings(rng: np.random.Generator, kinds: Kinds, sex: Texts, faith: Texts) -> Texts:
    usual = ("School", "High School", "Community School", "College", "Comprehensive School")
    ending = rng.choice(np.array(usual), size=len(sex), p=(0.3, 0.25, 0.25, 0.12, 0.08))
    rules = (
        (sex == "GIRLS", "Girls' School"),
        (sex == "BOYS", "Boys' School"),
        (faith == "Roman Catholic", "Catholic School"),
        (faith == "Church of England", "Church of England School"),
        (kinds.selective, "Grammar School"),
        (kinds.small, "Free School"),
        (kinds.special, "Special School"),
        (kinds.independent, "Hall"),
    )
    for which, called in rules:
        ending = np.where(which, called, ending)
    return ending


def _identity(
    rng: np.random.Generator,
    authorities: Authorities,
    authority: Ints,
    kinds: Kinds,
    sex: Texts,
    disadvantage: Floats,
    oakfield: int,
) -> Identity:
    count = len(authority)
    towns = authorities.towns[authority, rng.integers(authorities.towns.shape[1], size=count)]
    faith = _faiths(rng, kinds)
    endings = _endings(rng, kinds, sex, faith)
    saints = np.isin(faith, ("Roman Catholic", "Church of England"))
    scatter = by_region("scatter")[authorities.region[authority]] * 0.3
    # The neighbourhood a school stands in is only something like where its pupils live.
    around = -1.75 + 0.62 * (disadvantage + 1.1) + 0.62 * rng.normal(size=count)
    return Identity(
        name=school_names(rng, towns, endings, saints, oakfield),
        town=towns,
        postcode=postcodes(rng, authorities.region[authority], authorities.district[authority]),
        sex=sex,
        faith=faith,
        sixth_form=(rng.random(count) < 0.62) | kinds.selective,
        latitude=authorities.latitude[authority] + scatter * rng.normal(size=count),
        longitude=authorities.longitude[authority] + 1.5 * scatter * rng.normal(size=count),
        deprivation=expit(around),
    )


def build_sites(rng: np.random.Generator, schools: int) -> Sites:
    """Make the schools of a country.

    Parameters
    ----------
    rng : numpy.random.Generator
    schools : int
        Mainstream state schools. One special school is added for every 60 and one independent
        school for every 40, and two of each at least.

    Returns
    -------
    Sites
        Mainstream schools first, by authority.
    """
    counts = np.array([schools, max(2, schools // 60), max(2, schools // 40)])
    authorities = build_authorities(rng, schools)
    authority = place(rng, authorities, schools, int(counts[1:].sum()))
    region = authorities.region[authority]
    kinds = _kinds(rng, region, authority, counts)
    sex = _sexes(rng, kinds.selective)
    intake = _intake(rng, authorities, authority, kinds, sex)
    usual = kinds.mainstream & ~kinds.selective & ~kinds.small & (sex == "MIXED")
    distance = np.abs(intake.cohort - np.median(intake.cohort[usual]))
    oakfield = int(np.argmin(np.where(usual, distance, np.inf)))
    identity = _identity(rng, authorities, authority, kinds, sex, intake.disadvantage, oakfield)
    return Sites(authorities, authority, region, kinds, intake, identity, oakfield)
