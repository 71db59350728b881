"""What became of the schools of Example England: conversions, mergers, closures, new numbers.

An establishment is one URN of a site. A site has one, or two where it became an academy or took
another school in. Changes take effect on 1 September, between one year's results and the next.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from codebreakers.sources.example.effects import Effects
from codebreakers.sources.example.figures import YEARS, Flags, Floats, Ints, Texts
from codebreakers.sources.example.names import academy_names, trust_names
from codebreakers.sources.example.sites import Sites

__all__ = ["Establishments", "History", "Links", "build_history"]

FIRST_URN = 900001
_FIRST, _LAST = YEARS[0], YEARS[-1]

# Share of schools whose first results as an academy are of each year of YEARS; those of the first
# year were academies already. From the types in the tables of 2013, 2014 and 2018.
_CONVERTERS = (0.08, 0.17, 0.10, 0.045, 0.03, 0.02, 0.02, 0.02)
_SPONSORED = (0.085, 0.03, 0.025, 0.02, 0.015, 0.012, 0.01, 0.01)
_NEW = (0.10, 0.05, 0.10, 0.15, 0.15, 0.15, 0.15, 0.15)
_CLOSURES, _MERGERS, _RENUMBERED = 0.006, 0.008, 0.005

# The first number of each type within an authority.
_NUMBERS = {
    "CY": 4000,
    "VC": 4000,
    "ACC": 4000,
    "F": 4000,
    "FUTC": 4000,
    "FSS": 4000,
    "VA": 4600,
    "FD": 5400,
    "IND": 6000,
    "AC": 6700,
    "CYS": 7000,
    "FDS": 7000,
    "NMSS": 7000,
}
_RENUMBER, _MERGED = 4300, 4150


@dataclass(frozen=True, slots=True, eq=False)
class Establishments:
    """Every URN there ever is, as arrays of one length.

    Parameters
    ----------
    site : array of int
    urn, number, name, kind : array of str
        `number` is the establishment number within the authority, `kind` the NFTYPE code as it
        was until 2015.
    first, last : array of int
        Results years it stands in the tables.
    renumbered : array of int
        Results year from which `new_number` stands for `number`; beyond ``YEARS`` where none.
    new_number : array of str
    trust, trust_flag : array of str
        The trust it belongs to in 2014, and how the register says so; empty where none.
    """

    site: Ints
    urn: Texts
    number: Texts
    name: Texts
    kind: Texts
    first: Ints
    last: Ints
    renumbered: Ints
    new_number: Texts
    trust: Texts
    trust_flag: Texts

    def __len__(self) -> int:
        return len(self.site)


@dataclass(frozen=True, slots=True, eq=False)
class Links:
    """Which URN came before and after which, as arrays of one length.

    Parameters
    ----------
    urn, link_urn, link_name, kind : array of str
        As in the register: `kind` says what `link_urn` is to `urn`.
    date : array of str
        "01-09-2012".
    """

    urn: Texts
    link_urn: Texts
    link_name: Texts
    kind: Texts
    date: Texts


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """The establishments, the links between them, and which sites took others in.

    Parameters
    ----------
    establishments : Establishments
    links : Links
    merged : array of int, shape (mergers, 3)
        Site that goes on, site that ends, first results year of the merged school.
    """

    establishments: Establishments
    links: Links
    merged: Ints


@dataclass(frozen=True, slots=True, eq=False)
class _Events:
    """What happens to each site, as arrays of shape (sites,); years beyond YEARS mean never."""

    kind: Texts  # at first
    first: Ints
    last: Ints
    change: Ints  # first results year of the second establishment
    second: Texts  # its type; "merged" where it is a merger's
    moved: Flags  # whether the second has a new number
    merged: Ints


def _strength(rng: np.random.Generator, sites: Sites, effects: Effects) -> Floats:
    """Order schools as academies were made: the strong converted, the weak were given sponsors."""
    points = (sites.intake.points - 27.8) / 1.4
    school = effects.school.mean(axis=(0, 2)) / 0.3
    strength: Floats = 0.6 * points + 0.5 * school + rng.gumbel(size=len(sites))
    return strength


def _endings(
    rng: np.random.Generator, sites: Sites, free: Flags, strength: Floats
) -> tuple[Ints, Ints]:
    """Choose closures (site, last year) and mergers (goes on, ends, first year of the merged)."""
    count = int(free.sum())
    closing = max(1, round(_CLOSURES * count))
    weakest = np.argsort(np.where(free, strength, np.inf), kind="stable")[:closing]
    closures = np.column_stack([weakest, rng.integers(_FIRST + 1, _LAST, size=closing)])
    left = free.copy()
    left[weakest] = False
    order = rng.permutation(np.flatnonzero(left))
    order = order[np.argsort(sites.authority[order], kind="stable")]
    # Neighbours in this order share an authority; every second of them may begin a pair.
    pairs = np.column_stack([order[0:-1:2], order[1::2]])
    pairs = pairs[sites.authority[pairs[:, 0]] == sites.authority[pairs[:, 1]]]
    pairs = rng.permutation(pairs)[: max(1, round(_MERGERS * count))]
    years = rng.integers(_FIRST + 2, _LAST, size=len(pairs))
    return closures, np.column_stack([pairs, years])


def _academies(strength: Floats, free: Flags, never: int) -> tuple[Ints, Flags]:
    """Return the first results year of each school as an academy, and whether it has a sponsor."""
    order = np.flatnonzero(free)[np.argsort(-strength[free], kind="stable")]
    year = np.full(len(free), never)
    sponsored = np.zeros(len(free), dtype=np.bool_)
    for shares, ranked in ((_CONVERTERS, order), (_SPONSORED, order[::-1])):
        bounds = np.round(np.cumsum(shares) * len(order)).astype(int)
        years = np.repeat(np.array(YEARS), np.diff(bounds, prepend=0))
        year[ranked[: len(years)]] = years
        sponsored[ranked[: len(years)]] = ranked is not order
    return year, sponsored


def _first_kinds(rng: np.random.Generator, sites: Sites) -> Texts:
    faith = np.isin(sites.identity.faith, ("Roman Catholic", "Church of England"))
    draw = rng.random(len(sites))
    kind = np.where(draw < 0.62, "CY", np.where(draw < 0.95, "FD", "VC"))
    new = np.where(draw < 0.5, "F", np.where(draw < 0.75, "FUTC", "FSS"))
    special = np.where(draw < 0.85, "CYS", np.where(draw < 0.95, "FDS", "NMSS"))
    rules = (
        (faith & (draw < 0.9), "VA"),
        (sites.kinds.small, new),
        (sites.kinds.special, special),
        (sites.kinds.independent, "IND"),
    )
    for which, named in rules:
        kind = np.where(which, named, kind)
    kind[sites.oakfield] = "CY"
    return kind


def _events(rng: np.random.Generator, sites: Sites, effects: Effects) -> _Events:
    count, never = len(sites), _LAST + 1
    strength = _strength(rng, sites, effects)
    free = sites.kinds.mainstream & ~sites.kinds.small
    free[sites.oakfield] = False
    closures, merged = _endings(rng, sites, free & ~sites.kinds.selective, strength)
    free[np.concatenate([closures[:, 0], merged[:, 0], merged[:, 1]])] = False
    change, sponsored = _academies(strength, free, never)
    kind = _first_kinds(rng, sites)
    academy = np.where(sponsored, "AC", "ACC")
    kind = np.where(change == _FIRST, academy, kind)
    change = np.where(change == _FIRST, never, change)
    second = np.where(change < never, academy, "").astype("<U6")
    change[merged[:, 0]], second[merged[:, 0]] = merged[:, 2], "merged"
    new = rng.choice(np.array(YEARS), size=count, p=_NEW)
    last = np.full(count, _LAST)
    last[closures[:, 0]] = closures[:, 1]
    last[merged[:, 1]] = merged[:, 2] - 1
    return _Events(
        kind=kind,
        first=np.where(sites.kinds.small, new, _FIRST),
        last=last,
        change=change,
        second=second,
        moved=(second == "merged") | (sponsored & (rng.random(count) < 0.4)),
        merged=merged,
    )


def _numbers(sites: Sites, kind: Texts) -> tuple[Ints, Ints]:
    """Return each site's establishment number, and its place within its authority."""
    order = np.argsort(sites.authority, kind="stable")
    counts = np.bincount(sites.authority, minlength=len(sites.authorities))
    starts = np.cumsum(counts) - counts
    place = np.empty(len(sites), dtype=np.int64)
    place[order] = np.arange(len(sites)) - starts[sites.authority[order]]
    base = np.array([_NUMBERS[k] for k in kind.tolist()])
    return base + place, place


def _establishments(rng: np.random.Generator, sites: Sites, events: _Events) -> Establishments:
    number, place = _numbers(sites, events.kind)
    again = np.flatnonzero(events.change <= _LAST)
    again = again[np.argsort(events.change[again], kind="stable")]
    merging = events.second[again] == "merged"
    moved = np.where(merging, _MERGED, _NUMBERS["AC"]) + place[again]
    site = np.concatenate([np.arange(len(sites)), again])
    renames = ~merging & (rng.random(len(again)) < 0.6)
    names = sites.identity.name[again]
    kinds = np.where(merging, events.kind[again], events.second[again])
    still = np.minimum(events.last, events.change - 1)
    renumbered = np.full(len(site), _LAST + 1)
    steady = np.flatnonzero((events.change > _LAST) & sites.kinds.mainstream)
    chosen = rng.choice(steady, size=max(1, round(_RENUMBERED * len(sites))), replace=False)
    chosen = chosen[chosen != sites.oakfield]
    renumbered[chosen] = rng.integers(_FIRST + 1, _LAST + 1, size=len(chosen))
    kind = np.concatenate([events.kind, kinds])
    trust, flag = _trusts(rng, kind, np.concatenate([sites.identity.name, names]))
    return Establishments(
        site=site,
        urn=np.arange(FIRST_URN, FIRST_URN + len(site)).astype(str),
        number=np.concatenate([number, np.where(events.moved[again], moved, number[again])]).astype(
            str
        ),
        name=np.concatenate([sites.identity.name, np.where(renames, academy_names(names), names)]),
        kind=kind,
        first=np.concatenate([events.first, events.change[again]]),
        last=np.concatenate([still, events.last[again]]),
        renumbered=renumbered,
        new_number=(_RENUMBER + place[site]).astype(str),
        trust=trust,
        trust_flag=flag,
    )


def _trusts(rng: np.random.Generator, kind: Texts, names: Texts) -> tuple[Texts, Texts]:
    """Put a third of academies in trusts of several schools, and each other in one of its own."""
    academy = np.isin(kind, ("AC", "ACC", "F", "FUTC", "FSS"))
    several = academy & (rng.random(len(kind)) < np.where(kind == "ACC", 0.24, 0.55))
    shared = trust_names(rng, max(1, int(several.sum()) // 3))
    weight = 1 / (np.arange(len(shared)) + 3)
    drawn = rng.choice(shared, size=len(kind), p=weight / weight.sum())
    own = np.char.add(names, " Trust")
    trust = np.where(several, drawn, np.where(academy, own, ""))
    flag = np.where(several, "Linked to a multi-academy trust", "")
    flag = np.where(academy & ~several, "Linked to a trust/single academy trust", flag)
    return trust, flag


def _links(events: _Events, schools: Establishments, sites: int) -> Links:
    """Write each change both ways, as the register does."""
    after = np.arange(sites, len(schools))
    site = schools.site[after]
    merged_from = events.merged[:, 1]
    into = {int(s): int(a) for s, a in zip(site, after, strict=True)}
    taken = np.array([into[int(s)] for s in events.merged[:, 0]], dtype=np.int64)
    old, new = np.concatenate([site, merged_from]), np.concatenate([after, taken])
    mark = np.where(np.isin(new, taken), " - merged", "")
    years = schools.first[new] - 1
    date = np.char.add("01-09-", years.astype(str))
    kinds = [np.char.add(word, mark) for word in ("Successor", "Predecessor")]
    return Links(
        urn=np.concatenate([schools.urn[old], schools.urn[new]]),
        link_urn=np.concatenate([schools.urn[new], schools.urn[old]]),
        link_name=np.concatenate([schools.name[new], schools.name[old]]),
        kind=np.concatenate(kinds),
        date=np.concatenate([date, date]),
    )


def build_history(rng: np.random.Generator, sites: Sites, effects: Effects) -> History:
    """Decide what becomes of every school.

    Parameters
    ----------
    rng : numpy.random.Generator
    sites : Sites
    effects : Effects
        Strong schools tend to convert, weak ones to be given sponsors or to close.
    """
    events = _events(rng, sites, effects)
    schools = _establishments(rng, sites, events)
    return History(schools, _links(events, schools, len(sites)), events.merged)
