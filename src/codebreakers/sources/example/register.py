"""The register, code lists, places and inspections of Example England."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from codebreakers.sources.example.figures import Texts
from codebreakers.sources.example.ks4 import type_names
from codebreakers.sources.example.regions import REGIONS
from codebreakers.sources.example.rows import roll, rows_of
from codebreakers.sources.example.tables import fixed, quoted, spelt, whole, write_table
from codebreakers.sources.example.years import World, draw_year

__all__ = ["write_authorities", "write_inspections", "write_places", "write_register"]

_INSPECTED = 2014  # as at 31 December

_TRUST_HEADER = (
    "Group UID",
    "Group ID",
    "Group Name",
    "Companies House Number",
    "Group Type (code)",
    "Group Type",
    "Closed Date",
    "Open date",
    "Incorporated on (open date)",
    "Group Status (code)",
    "Group Status",
    "Group Street",
    "Group Locality",
    "Group Address 3",
    "Group Town",
    "Group County",
    "Group Postcode",
    "Head of Group Title",
    "Head of Group First Name",
    "Head of Group Last Name",
    "UKPRN",
)
_LEADERS = (
    "The effectiveness of leadership and management in embedding ambition and driving improvement"
)
_GOVERNORS = (
    "The effectiveness of the governing body in challenging and supporting the school so that "
    "weaknesses are tackled decisively..."
)
_INSPECTION_HEADER = (
    "Web Link",
    "URN",
    "Laestab",
    "School name",
    "Ofsted Region",
    "Government Office Region",
    "Local Authority",
    "Parliamentary Constituency",
    "Type of school",
    "Postcode",
    "Ofsted Phase",
    "Total pupils",
    "Latest inspection date",
    "Overall effectiveness: how good is the school",
    "Overall effectiveness of the sixth form",
    "Overall effectiveness of the Early Years Foundation stage",
    "Achievement of pupils",
    "How well do learners achieve?",
    "Pupils' behaviour",
    "The quality of teaching",
    _LEADERS,
    _GOVERNORS,
    "Category",
    "Previous inspection date",
    "previous overall effectiveness",
    "Previous category",
)
# Shares of secondary schools judged 1 (outstanding) to 4 (inadequate) at the end of 2014.
_GRADE_SHARES = (0.216, 0.503, 0.225, 0.056)

_TYPES = {
    "AC": "Academy Sponsor Led Mainstream",
    "ACC": "Academy - Converter Mainstream",
    "CY": "Community School",
    "VA": "Voluntary Aided School",
    "VC": "Voluntary Controlled School",
    "FD": "Foundation School",
    "F": "Free School - Mainstream",
    "FUTC": "Free School - UTC",
    "FSS": "Free School - Studio School",
    "UTC": "University Technical College",
    "SS": "Studio School",
    "CYS": "Community Special School",
    "FDS": "Foundation Special School",
    "NMSS": "Non-Maintained Special School",
    "IND": "Other Independent School",
}


def write_register(world: World, folder: Path) -> None:
    """Write which URN came before and after which, the trusts, and the types of school."""
    links = world.history.links
    columns = (links.urn, links.link_urn, quoted(links.link_name), links.kind, links.date)
    header = ("URN", "LinkURN", "LinkName", "LinkType", "LinkEstablishedDate")
    write_table(folder / "links_edubasealldata.csv", header, columns)
    schools = world.history.establishments
    names, first = np.unique(schools.trust[schools.trust != ""], return_index=True)
    several = np.char.find(schools.trust_flag[schools.trust != ""][first], "multi") >= 0
    count = len(names)
    uid = np.arange(90001, 90001 + count).astype(str)
    known = {
        "Group UID": uid,
        "Group ID": np.char.add("TR", uid),
        "Group Name": quoted(names),
        "Group Type (code)": np.where(several, "06", "10"),
        "Group Type": np.where(several, "Multi-academy trust", "Single-academy trust"),
        "Open date": np.full(count, "01/09/2010"),
        "Incorporated on (open date)": np.full(count, "01/09/2010"),
        "Group Status (code)": np.full(count, "OPEN"),
        "Group Status": np.full(count, "Open"),
        "Group County": np.full(count, "Not recorded"),
        "Head of Group Title": np.full(count, "Not recorded"),
    }
    blank = np.full(count, "")
    body = [known.get(name, blank) for name in _TRUST_HEADER]
    write_table(folder / "allgroupsdata.csv", _TRUST_HEADER, body)
    codes, words = np.array(list(_TYPES)), np.array(list(_TYPES.values()))
    write_table(folder / "nftypes_meta.csv", ("NFTYPE", "School Type"), (codes, words))


def write_authorities(world: World, folder: Path) -> None:
    """Write the list of authorities of an academic year."""
    authorities = world.sites.authorities
    write_table(
        folder / "la_and_region_codes_meta.csv",
        ("LEA", "LA Name", "REGION", "REGION NAME"),
        (authorities.code, quoted(authorities.name), authorities.area_code, authorities.area_name),
    )


def write_places(world: World, folder: Path) -> None:
    """Write where every establishment stands. No real neighbourhood's code begins with X."""
    schools, identity = world.history.establishments, world.sites.identity
    site = schools.site
    columns = (
        schools.urn,
        spelt(site + 1, "X{:08d}"),
        fixed(identity.latitude[site], 6),
        fixed(identity.longitude[site], 6),
        fixed(identity.deprivation[site], 3),
    )
    header = ("URN", "LSOA", "LATITUDE", "LONGITUDE", "IDACI")
    write_table(folder / "school_locations.csv", header, columns)


def _dates(rng: np.random.Generator, count: int, first: str, last: str) -> Texts:
    days = np.arange(np.datetime64(first), np.datetime64(last))
    days = days[np.is_busday(days)]
    dates: Texts = rng.choice(days, size=count).astype(str)
    return dates


def _grades(rng: np.random.Generator, world: World) -> Texts:
    """Judge schools on results, which inspectors saw, and on what no table shows."""
    t = world.effects.school[:, :, : _INSPECTED - 2008].mean(axis=(0, 2)) / 0.3
    seen = 0.5 * t + 0.45 * (world.sites.intake.points - 27.8) / 1.4
    seen = seen + 0.9 * rng.normal(size=len(world.sites))
    ranked = np.argsort(np.argsort(-seen, kind="stable"), kind="stable") / len(seen)
    grade: Texts = (np.searchsorted(np.cumsum(_GRADE_SHARES)[:-1], ranked) + 1).astype(str)
    return grade


def _judged(world: World) -> dict[str, Texts]:
    """Return the columns of judgements, shape (sites,)."""
    rng, count = world.rng(_INSPECTED, 14), len(world.sites)
    grade = _grades(rng, world)
    before = np.clip(grade.astype(int) + rng.integers(-1, 2, size=count), 1, 4).astype(str)
    nine = np.full(count, "9")
    failing = np.where(rng.random(count) < 0.75, "SM", "SWK")
    return {
        "Latest inspection date": _dates(rng, count, "2011-09-01", "2014-12-20"),
        "Overall effectiveness: how good is the school": grade,
        "Overall effectiveness of the sixth form": nine,
        "Overall effectiveness of the Early Years Foundation stage": nine,
        "Achievement of pupils": grade,
        "How well do learners achieve?": nine,
        "Pupils' behaviour": grade,
        "The quality of teaching": grade,
        _LEADERS: grade,
        _GOVERNORS: nine,
        "Category": np.where(grade == "4", failing, ""),
        "Previous inspection date": _dates(rng, count, "2007-09-03", "2011-07-15"),
        "previous overall effectiveness": before,
        "Previous category": np.where(before == "4", "NTI", ""),
    }


def write_inspections(world: World, folder: Path) -> None:
    """Write the most recent inspection of each state school open at the end of 2014."""
    year = draw_year(world, _INSPECTED)
    rows = rows_of(year)
    schools, sites = world.history.establishments, world.sites
    here = rows.state & (rows.closed == "0")
    site, chosen = rows.site[here], rows.chosen[here]
    region = np.array([r.name for r in REGIONS])[sites.region[site]]
    known = {
        "Web Link": np.full(len(site), "Example England"),
        "URN": rows.urn[here],
        "Laestab": np.char.add(rows.authority_code[here], rows.number[here]),
        "School name": rows.name[here],
        "Ofsted Region": region,
        "Government Office Region": region,
        "Local Authority": quoted(sites.authorities.name[rows.authority[here]]),
        "Parliamentary Constituency": sites.identity.town[site],
        "Type of school": type_names(schools.kind[chosen], 0),
        "Postcode": sites.identity.postcode[site],
        "Ofsted Phase": np.where(sites.kinds.special[site], "Special", "Secondary"),
        "Total pupils": whole(roll(year)[site]),
    }
    known |= {name: text[site] for name, text in _judged(world).items()}
    body = [known[name] for name in _INSPECTION_HEADER]
    write_table(folder / "management_information.csv", _INSPECTION_HEADER, body)
