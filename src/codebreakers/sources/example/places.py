"""Where the schools of Example England are: its authorities, and which school is in which."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from codebreakers.sources.example.figures import Floats, Ints, Texts
from codebreakers.sources.example.names import authority_names, town_names
from codebreakers.sources.example.regions import REGIONS

__all__ = ["Authorities", "build_authorities", "by_region", "place"]

_TOWNS_EACH = 3
_SCHOOLS_PER_AUTHORITY = 20.7
_MOST = 150


@dataclass(frozen=True, slots=True, eq=False)
class Authorities:
    """The local authorities, as arrays of one length.

    Parameters
    ----------
    code, name, area_code, area_name : array of str
        `area_code` and `area_name` are those of a part of a region.
    region : array of int
        Index into ``REGIONS``.
    district : array of int
        Number within the region, from 0.
    towns : array of str, shape (authorities, 3)
    latitude, longitude : array of float
        In degrees.
    disadvantage : array of float
        Standardised departure from the region's disadvantage.
    """

    code: Texts
    name: Texts
    area_code: Texts
    area_name: Texts
    region: Ints
    district: Ints
    towns: Texts
    latitude: Floats
    longitude: Floats
    disadvantage: Floats

    def __len__(self) -> int:
        return len(self.code)


def by_region(field: str) -> Floats:
    """Return a number of every region, in their order."""
    return np.array([getattr(region, field) for region in REGIONS], dtype=np.float64)


def _apportion(weights: Floats, total: int) -> Ints:
    """Share `total` out by weight, at least one each, largest remainders first."""
    spare = total - len(weights)
    exact = spare * weights / weights.sum()
    whole = np.floor(exact).astype(np.int64)
    order = np.argsort(whole - exact, kind="stable")
    whole[order[: spare - int(whole.sum())]] += 1
    shares: Ints = whole + 1
    return shares


def build_authorities(rng: np.random.Generator, schools: int) -> Authorities:
    """Make the authorities for a number of schools: 150 of them at the full size, nine at least."""
    total = int(np.clip(round(schools / _SCHOOLS_PER_AUTHORITY), len(REGIONS), _MOST))
    counts = _apportion(by_region("authorities"), total)
    region = np.repeat(np.arange(len(REGIONS)), counts)
    district = np.concatenate([np.arange(count) for count in counts])
    towns = town_names(rng, total * _TOWNS_EACH).reshape(total, _TOWNS_EACH)
    parts = [REGIONS[r].areas for r in region]
    area = [p[d * len(p) // counts[r]] for p, d, r in zip(parts, district, region, strict=True)]
    scatter = by_region("scatter")[region]
    return Authorities(
        code=np.arange(501, 501 + total).astype(str),
        name=authority_names(rng, towns),
        area_code=np.array([code for code, _ in area]),
        area_name=np.array([name for _, name in area]),
        region=region,
        district=district,
        towns=towns,
        latitude=by_region("latitude")[region] + scatter * rng.normal(size=total),
        longitude=by_region("longitude")[region] + 1.5 * scatter * rng.normal(size=total),
        disadvantage=rng.normal(size=total),
    )


def place(rng: np.random.Generator, authorities: Authorities, schools: int, others: int) -> Ints:
    """Give each site its authority: regions by their schools, authorities by random sizes.

    Parameters
    ----------
    rng : numpy.random.Generator
    authorities : Authorities
    schools, others : int
        Mainstream schools, which are shared out over regions, and the rest, which are anywhere.

    Returns
    -------
    array of int, shape (schools + others,)
        Mainstream schools first, by authority.
    """
    size = rng.gamma(3.0, size=len(authorities))
    placed = []
    for region, count in enumerate(_apportion(by_region("schools"), schools)):
        members = np.flatnonzero(authorities.region == region)
        weight = size[members] / size[members].sum()
        placed.append(rng.choice(members, size=count, p=weight))
    anywhere = rng.choice(len(size), size=others, p=size / size.sum())
    return np.concatenate([np.sort(np.concatenate(placed)), anywhere])
