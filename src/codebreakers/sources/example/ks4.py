"""The key stage 4 table of a year, whole: schools, authorities and the nation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from codebreakers.sources.example.figures import Texts
from codebreakers.sources.example.five import baccalaureate, basics, five_good
from codebreakers.sources.example.regions import REGIONS
from codebreakers.sources.example.results import BANDS
from codebreakers.sources.example.rows import Rows, roll
from codebreakers.sources.example.scores import scores
from codebreakers.sources.example.tables import Cell, quoted, whole, write_table
from codebreakers.sources.example.years import Year

__all__ = ["type_names", "write_ks4"]

_STATE = "47"
_TYPE_NAMES = {
    "CY": ("Community School", "LA maintained schools"),
    "VA": ("Voluntary Aided School", "LA maintained schools"),
    "VC": ("Voluntary Controlled School", "LA maintained schools"),
    "FD": ("Foundation School", "LA maintained schools"),
    "AC": ("Academy Sponsor Led", "Academies"),
    "ACC": ("Academy Converter", "Academies"),
    "F": ("Free Schools", "Free Schools"),
    "FUTC": ("University Technical College", "Free Schools"),
    "FSS": ("Studio Schools", "Free Schools"),
    "CYS": ("Community Special School", "LA maintained schools"),
    "FDS": ("Foundation Special School", "LA maintained schools"),
    "NMSS": ("Non-Maintained Special School", "Special schools"),
    "IND": ("Other Independent School", "Independent schools"),
}


def type_names(kind: Texts, part: int) -> Texts:
    """Return what types are called in words, and (part 1) the group of types each is in."""
    return np.array([_TYPE_NAMES[k][part] for k in kind.tolist()])


def _intake(year: Year) -> Iterator[Cell]:
    """Yield the columns that say who the pupils are."""
    drawn, known = year.drawn, year.codes.intake()
    size, matched = drawn.size, drawn.matched.sum(axis=0)
    total = roll(year)
    girls = np.round(total * year.girls.inside / size).astype(np.int64)
    yield Cell("TOTPUPS", total)
    yield Cell("NUMBOYS", total - girls)
    yield Cell("NUMGIRLS", girls)
    yield Cell("TPUP", size)
    for word, pupils in (("B", year.girls.outside), ("G", year.girls.inside)):
        yield Cell(f"{word}PUP", pupils)
        if year.year > 2011:
            yield Cell(f"P{word}PUP", pupils, size)
    yield Cell("KS2APS", year.cohort.points * matched, matched, 1, _points_codes(year), _STATE)
    for band, pupils in zip(BANDS, drawn.bands, strict=False):
        yield Cell(f"TPRIOR{band}", pupils, code=known, levels=_STATE)
        yield Cell(f"PTPRIOR{band}", pupils, matched, code=known, levels=_STATE)
    end = "FSMCLA" if year.year < 2015 else "FSM6CLA1A"
    for word, pupils in zip(("", "NOT"), drawn.pupils, strict=True):
        yield Cell(f"T{word}{end}", pupils, code=known, levels=_STATE)
        yield Cell(f"PT{word}{end}", pupils, size, code=known, levels=_STATE)
    yield Cell("TEALGRP2", year.eal.inside, code=known, levels=_STATE)
    yield Cell("PTEALGRP2", year.eal.inside, size, code=known, levels=_STATE)


def _points_codes(year: Year) -> Texts:
    matched = year.drawn.matched.sum(axis=0)
    few = np.where(matched == 0, "NA", np.where(matched < 6, "SUPP", ""))
    return np.where(year.world.sites.kinds.independent, "NA", few)


def _names(rows: Rows) -> dict[str, Texts]:
    """Return the columns that say which school a row is about."""
    year, site = rows.year.year, rows.site
    sites = rows.year.world.sites
    kinds, identity, count = sites.kinds, sites.identity, len(site)
    policy = np.where(kinds.selective, "SEL", np.where(kinds.mainstream, "COMP", "NA"))
    # Schools beside grammar schools call themselves modern in some places.
    grammars = np.bincount(sites.authority, kinds.selective, minlength=len(sites.authorities))
    beside = kinds.mainstream & ~kinds.selective & (grammars[sites.authority] >= 2)
    policy = np.where(beside & (np.arange(len(sites)) % 3 == 0), "MOD", policy)
    policy[sites.oakfield] = "COMP"
    order = np.argsort(np.argsort(rows.name, kind="stable"), kind="stable")
    columns = {
        "RECTYPE": np.where(kinds.special[site], "2", "1"),
        "ALPHAIND": whole(order + 1),
        "LEA": rows.authority_code,
        "ESTAB": rows.number,
        "URN": rows.urn,
        "SCHNAME": rows.name,
        "TOWN": identity.town[site],
        "PCODE": identity.postcode[site],
        "CONTFLAG": np.full(count, "0"),
        "ICLOSE": rows.closed,
        "NFTYPE": rows.kind,
        "RELDENOM": identity.faith[site],
        "ADMPOL": policy[site],
        "EGENDER": identity.sex[site],
        "FEEDER": np.full(count, "0"),
        "TABKS2": np.full(count, "0"),
        "TAB1618": np.where(identity.sixth_form[site], "1", "0"),
    }
    later = ("TOWN", "PCODE", "RELDENOM", "ADMPOL", "EGENDER")
    return {name: text for name, text in columns.items() if year > 2011 or name not in later}


def _register(rows: Rows) -> dict[str, Texts]:
    """Return what the table of 2013/14 has besides: names from the register, and trusts."""
    schools, sites = rows.year.world.history.establishments, rows.year.world.sites
    kind = schools.kind[rows.chosen]
    flag = schools.trust_flag[rows.chosen]
    return {
        "TrustSchoolFlag (name)": np.where(flag == "", "Not applicable", flag),
        "Trusts (name)": quoted(schools.trust[rows.chosen]),
        "TypeOfEstablishment (name)": type_names(kind, 0),
        "LEA_NAME": quoted(sites.authorities.name[rows.authority]),
        "REGION": np.array([region.name for region in REGIONS])[sites.region[rows.site]],
        "EstablishmentGroup": type_names(kind, 1),
    }


def _sums(rows: Rows, cells: list[Cell]) -> list[Texts]:
    """Write the rows of authorities, of all schools and of state-funded schools."""
    authorities = len(rows.year.world.sites.authorities)
    state = rows.state
    at, index = rows.site[state], rows.authority[state]
    none, all_none = np.zeros(len(at), np.int64), np.zeros(len(rows.site), np.int64)
    return [
        np.concatenate(
            [
                cell.sum_text("4", index, at, authorities),
                cell.sum_text("5", all_none, rows.site, 1),
                cell.sum_text("7", none, at, 1),
            ]
        )
        for cell in cells
    ]


def write_ks4(rows: Rows, folder: Path) -> None:
    """Write the key stage 4 table of a year.

    Parameters
    ----------
    rows : Rows
    folder : Path
        The folder of the academic year.
    """
    year = rows.year
    cells = [*_intake(year)]
    if year.year <= 2016:
        cells += five_good(year)
    cells += [*basics(year), *baccalaureate(year)]
    if year.year >= 2016:
        cells += scores(year)
    names, besides = _names(rows), _register(rows) if year.year == 2014 else {}
    authorities = year.world.sites.authorities
    below = {
        "RECTYPE": np.append(np.full(len(authorities), "4"), ["5", "7"]),
        "LEA": np.append(authorities.code, ["", ""]),
    }
    if besides:
        regions = np.array([region.name for region in REGIONS])
        below["LEA_NAME"] = np.append(quoted(authorities.name), ["", ""])
        below["REGION"] = np.append(regions[authorities.region], ["", ""])
    blank = np.full(len(authorities) + 2, "")
    columns = [np.append(text, below.get(name, blank)) for name, text in names.items()]
    for cell, sums in zip(cells, _sums(rows, cells), strict=True):
        columns.append(np.append(cell.school_text(rows.site), sums))
    columns += [np.append(text, below.get(name, blank)) for name, text in besides.items()]
    header = [*names, *(cell.name for cell in cells), *besides]
    file = "england_ks4.csv" if year.year < 2016 else "england_ks4final.csv"
    encoding = "cp1252" if year.year < 2017 else "utf-8-sig"
    write_table(folder / file, header, columns, encoding=encoding)
