"""Where the pupils of Example England went after key stage 4."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from codebreakers.sources.example.effects import true_rates
from codebreakers.sources.example.figures import Floats, Ints, Texts
from codebreakers.sources.example.rows import Rows
from codebreakers.sources.example.tables import percent, whole, write_table
from codebreakers.sources.example.years import World

__all__ = ["destination_years", "write_destinations"]

_LATER = 2  # years from the exams to the table
_EARLY = {
    2012: "FEC OTHERFE SSF SFC APPREN HEI COMBO",
    **dict.fromkeys(
        (2013, 2014, 2015), "FEC INDEP OTHERFE SSF SFC SPI AP_PRU SPECIAL APPREN HE COMBO"
    ),
}
_SHARES = {
    "FEC": 0.36,
    "OTHERFE": 0.04,
    "SSF": 0.445,
    "SFC": 0.14,
    "INDEP": 0.003,
    "SPI": 0.001,
    "AP_PRU": 0.001,
    "SPECIAL": 0.002,
    "HEI": 0.0003,
    "HE": 0.0003,
    "COMBO": 0.002,
}  # of those who stayed in education, 2013/14
_APPRENTICES = 0.05  # counted among the rest as well


def destination_years() -> tuple[int, ...]:
    """Return the years in which a table of destinations was published."""
    return (*_EARLY, 2017, 2018)


def _leavers(world: World, year: int) -> tuple[Ints, Ints]:
    """Draw pupils, and those who stayed in education or work, both of shape (2, sites)."""
    cohort = world.cohorts.of(year - _LATER)
    truth = true_rates(world.sites, world.effects, cohort, year - _LATER)
    return cohort.pupils, world.rng(year, 12).binomial(cohort.pupils, truth["destinations"])


def _kinds(rng: np.random.Generator, names: list[str], stayed: Ints, sixth: Floats) -> Ints:
    """Divide those who stayed over kinds of destination, shape (kinds, sites)."""
    shares = np.array([_SHARES[name] for name in names])
    table = np.repeat(shares[None, :], len(stayed), axis=0)
    if "SSF" in names:
        table[:, names.index("SSF")] *= sixth
    table /= table.sum(axis=1, keepdims=True)
    divided: Ints = rng.multinomial(stayed, table).T
    return divided


def _nearest_five(n: Ints) -> Ints:
    rounded: Ints = np.round(n / 5).astype(np.int64) * 5
    return rounded


def _write_early(rows: Rows, folder: Path) -> None:
    """Write a table of 2012 to 2015: counts to the nearest five, one or two suppressed."""
    world, year, state = rows.year.world, rows.year.year, rows.state
    pupils, stayed = _leavers(world, year)
    site = rows.site[state]
    size, total = pupils.sum(axis=0)[site], stayed.sum(axis=0)[site]
    rng = world.rng(year, 13)
    sixth = np.where(world.sites.identity.sixth_form[site], 1.3, 0.15)
    names = _EARLY[year].split()
    inside = [name for name in names if name != "APPREN"]
    counts = dict(zip(inside, _kinds(rng, inside, total, sixth), strict=True))
    counts["APPREN"] = rng.binomial(total, _APPRENTICES)
    left = size - total
    counts["KNOWN"] = rng.binomial(left, 0.6)
    counts["UNKNOWN"] = left - counts["KNOWN"]
    order = ["OVERALL", *names, "KNOWN", "UNKNOWN"]
    counts["OVERALL"] = total
    header = ["URN", "COHORT", *order, *(f"{name}PER" for name in order)]
    small = size < 6
    few = {name: small | ((n > 0) & (n < 3)) for name, n in counts.items()}
    body = [np.append(rows.urn[state], "NAT")]
    body.append(_ended(np.where(small, "SUPP", whole(_nearest_five(size))), size.sum()))
    for name in order:
        shown = np.where(few[name], "SUPP", whole(_nearest_five(counts[name])))
        body.append(_ended(shown, counts[name].sum()))
    for name in order:
        shown = np.where(few[name], "SUPP", percent(counts[name], size))
        body.append(np.append(shown, f"{100 * counts[name].sum() / size.sum():.0f}%"))
    write_table(folder / "england_pupdest.csv", header, body)


def _ended(text: Texts, total: float) -> Texts:
    """Add the national total, to the nearest ten."""
    return np.append(text, str(round(total / 10) * 10))


def _group(rng: np.random.Generator, size: Ints, stayed: Ints, sixth: Floats) -> dict[str, Ints]:
    """Return a group's leavers by kind of destination."""
    learning = rng.binomial(stayed, 0.925)
    apprentices = rng.binomial(stayed - learning, 0.57)
    inside = ["FEC", "SSF", "SFC", "COMBO"]
    kinds = _kinds(rng, inside, learning, sixth)
    lost = size - stayed
    unknown = rng.binomial(lost, 0.17)
    return {
        "OVERALL_DEST": stayed,
        "APPREN": apprentices,
        "EMPLOYMENT": stayed - learning - apprentices,
        "EDUCATION": learning,
        "FE": kinds[0],
        "SCH_6TH": kinds[1],
        "SIXTH_COL": kinds[2],
        "OTHER_EDU": kinds[3],
        "NOT_SUSTAINED": lost - unknown,
        "UNKNOWN": unknown,
    }


def _block(
    end: str, size: Ints, counts: dict[str, Ints], index: Ints, groups: int
) -> Iterator[tuple[str, Texts]]:
    """Yield a group's columns: schools, authorities, and the nation last."""

    def ends(n: Ints) -> Ints:
        sums = np.bincount(index, n, minlength=groups).astype(np.int64)
        return np.append(sums, n.sum())

    small = size < 6
    yield f"COHORT{end}", np.append(np.where(small, "SUPP", whole(size)), whole(ends(size)))
    for name, n in counts.items():
        hidden = small | ((n > 0) & (n < 3))
        text = np.append(np.where(hidden, "SUPP", whole(n)), whole(ends(n)))
        yield f"{name}{end}", text
    for name, n in counts.items():
        hidden = small | ((n > 0) & (n < 3))
        shown = np.where(hidden, "SUPP", percent(n, size))
        yield f"{name}PER{end}", np.append(shown, percent(ends(n), ends(size)))


def _write_late(rows: Rows, folder: Path) -> None:
    """Write a table of 2017 or 2018, by disadvantage, with the totals of earlier leavers."""
    world, year, state = rows.year.world, rows.year.year, rows.state
    site, authority = rows.site[state], rows.authority[state]
    authorities = world.sites.authorities
    sixth = np.where(world.sites.identity.sixth_form[site], 1.3, 0.15)
    rng = world.rng(year, 13)
    pupils, stayed = (found[:, site] for found in _leavers(world, year))
    by_group = [_group(rng, n, k, sixth) for n, k in zip(pupils, stayed, strict=True)]
    every = {name: by_group[0][name] + by_group[1][name] for name in by_group[0]}
    below = len(authorities) + 1
    blank = np.full(below, "")
    columns = {
        "RECTYPE": np.append(
            np.where(world.sites.kinds.special[site], "2", "1"), ["LA"] * (below - 1) + ["NAT"]
        ),
        "LEA": np.concatenate([rows.authority_code[state], authorities.code, [""]]),
        "ESTAB": np.append(rows.number[state], blank),
        "URN": np.append(rows.urn[state], blank),
        "ICLOSE": np.append(rows.closed[state], blank),
        "SCHNAME": np.append(rows.name[state], blank),
        "NFTYPE": np.append(rows.kind[state], blank),
    }
    blocks = (("", pupils.sum(axis=0), every), ("_DIS", pupils[0], by_group[0]))
    for end, size, counts in (*blocks, ("_NONDIS", pupils[1], by_group[1])):
        columns |= dict(_block(end, size, counts, authority, below - 1))
    for before in range(year - 1, 2015, -1):
        columns |= dict(_earlier(world, before, site, authority, below - 1))
    header = [_spelt_then(name, year) for name in columns]
    file = folder / "england_ks4-pupdest.csv"
    write_table(file, header, list(columns.values()), encoding="utf-8-sig")


def _earlier(
    world: World, year: int, site: Ints, authority: Ints, groups: int
) -> Iterator[tuple[str, Texts]]:
    """Yield the cohort and the total of an earlier year's leavers."""
    pupils, stayed = (found[:, site] for found in _leavers(world, year))
    sizes = (("", pupils.sum(axis=0), stayed.sum(axis=0)), ("_DIS", pupils[0], stayed[0]))
    for end, size, n in (*sizes, ("_NONDIS", pupils[1], stayed[1])):
        mark = f"{end}_{year - 2000}"
        block = dict(_block(mark, size, {"OVERALL_DEST": n}, authority, groups))
        yield f"COHORT{mark}", block[f"COHORT{mark}"]
        yield f"OVERALL_DESTPER{mark}", block[f"OVERALL_DESTPER{mark}"]


def _spelt_then(name: str, year: int) -> str:
    return name.replace("SIXTH_COL", "6TH_COL") if year == 2017 else name


def write_destinations(rows: Rows, folder: Path) -> None:
    """Write a year's table of destinations, of the pupils of two years before.

    Parameters
    ----------
    rows : Rows
        Schools as they stand in the year of the table.
    folder : Path
        The folder of the academic year.
    """
    write = _write_early if rows.year.year < 2016 else _write_late
    write(rows, folder)
