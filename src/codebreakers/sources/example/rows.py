"""The schools that stand in the tables of one year of Example England."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from codebreakers.sources.example.figures import YEARS, Flags, Ints, Texts
from codebreakers.sources.example.tables import quoted
from codebreakers.sources.example.years import Year

__all__ = ["Rows", "roll", "rows_of"]

_NEW_CODES = {"FUTC": "UTC", "FSS": "SS"}  # renamed in the tables of 2016


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """The establishments that stand in a year's tables, as arrays of one length.

    Parameters
    ----------
    year : Year
    chosen : array of int
        Which establishments, by authority.
    site, authority : array of int
        The site of each, and its authority.
    urn, authority_code, number, name, kind, closed : array of str
        As the year's tables print them, quoted.
    state : array of bool
        Whether each is state-funded.
    """

    year: Year
    chosen: Ints
    site: Ints
    authority: Ints
    urn: Texts
    authority_code: Texts
    number: Texts
    name: Texts
    kind: Texts
    closed: Texts
    state: Flags


def rows_of(year: Year) -> Rows:
    """Find the establishments that have results in a year, by authority."""
    schools, sites = year.world.history.establishments, year.world.sites
    chosen = np.flatnonzero((schools.first <= year.year) & (schools.last >= year.year))
    chosen = chosen[np.argsort(sites.authority[schools.site[chosen]], kind="stable")]
    site = schools.site[chosen]
    authority = sites.authority[site]
    moved = schools.renumbered[chosen] <= year.year
    kind = schools.kind[chosen]
    if year.year >= 2016:
        kind = np.array([_NEW_CODES.get(code, code) for code in kind.tolist()])
    gone = (schools.last[chosen] == year.year) & (year.year < YEARS[-1])
    return Rows(
        year=year,
        chosen=chosen,
        site=site,
        authority=authority,
        urn=schools.urn[chosen],
        authority_code=sites.authorities.code[authority],
        number=np.where(moved, schools.new_number[chosen], schools.number[chosen]),
        name=quoted(schools.name[chosen]),
        kind=kind,
        closed=np.where(gone, "1", "0"),
        state=~sites.kinds.independent[site],
    )


def roll(year: Year) -> Ints:
    """Return pupils of all ages on roll, shape (sites,)."""
    per_pupil = np.where(year.world.sites.identity.sixth_form, 5.9, 4.95)
    noise = np.exp(0.12 * year.world.rng(year.year, 7).normal(size=len(per_pupil)))
    total: Ints = np.round(year.drawn.size * per_pupil * noise).astype(np.int64)
    return np.maximum(total, year.drawn.size)
