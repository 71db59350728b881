"""What is published about England's schools: the series, their layouts, regions and codes.

Declarations only. The layouts themselves are in the modules beside this one: results
(``england_ks4``), the tables that come with them (``england_schools``), tidy tables
(``england_tidy``), and registers, code lists and places (``england_places``).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from codebreakers.estimates import PUBLISHED
from codebreakers.sources import (
    Dataset,
    Layout,
    Level,
    england_ks4,
    england_places,
    england_schools,
    england_tidy,
)
from codebreakers.sources.england_columns import columns, named

__all__ = [
    "CODES",
    "DATASETS",
    "LAYOUTS",
    "MADE_UP_COLUMN",
    "NOT_MAINSTREAM",
    "PUBLISHED_NATIONAL_RATES",
    "REGIONS",
    "SCHOOL_TYPES",
]

MADE_UP_COLUMN = "EXAMPLE_ENGLAND"
"""A column any table may have besides its own: its rows are about Example England, made up."""

_OGL3 = "Open Government Licence v3.0"
_DFE = "Department for Education"
_TABLES = "https://www.compare-school-performance.service.gov.uk/download-data"
_STATISTICS = "https://explore-education-statistics.service.gov.uk"
_REGISTER = "https://get-information-schools.service.gov.uk/Downloads"
_OURS = "codebreakers"


def _by_name(*datasets: Dataset) -> Mapping[str, Dataset]:
    return MappingProxyType({dataset.name: dataset for dataset in datasets})


DATASETS: Mapping[str, Dataset] = _by_name(
    Dataset("ks4", "Key Stage 4 results of schools", _DFE, _OGL3, _TABLES),
    Dataset("census", "Pupils in each school (school census)", _DFE, _OGL3, _TABLES),
    Dataset("workforce", "Staff of each school (workforce census)", _DFE, _OGL3, _TABLES),
    Dataset("absence", "Absence in each school", _DFE, _OGL3, _TABLES),
    Dataset("exclusions", "Suspensions from each school", _DFE, _OGL3, _STATISTICS),
    Dataset("destinations", "Where pupils went after Key Stage 4", _DFE, _OGL3, _TABLES),
    Dataset("spine", "List of schools in the performance tables", _DFE, _OGL3, _TABLES),
    Dataset(
        "national",
        "Key Stage 4 results of England",
        _DFE,
        f"{_OGL3} (2012/13: v2.0)",
        _STATISTICS,
    ),
    Dataset("characteristics", "Key Stage 4 results of each authority", _DFE, _OGL3, _STATISTICS),
    Dataset(
        "inspections",
        "Most recent inspection of each school",
        "Ofsted",
        _OGL3,
        "https://www.gov.uk/government/collections/ofsted-inspections-of-maintained-schools",
    ),
    Dataset("register", "Register of schools", _DFE, _OGL3, _REGISTER, dated=False),
    Dataset("links", "Schools before and after schools", _DFE, _OGL3, _REGISTER, dated=False),
    Dataset("trusts", "Register of trusts and groups", _DFE, _OGL3, _REGISTER, dated=False),
    Dataset("trust-links", "Schools of each trust", _DFE, _OGL3, _REGISTER, dated=False),
    Dataset("authorities", "Authorities and regions", _DFE, _OGL3, _TABLES),
    Dataset("types", "Types of school", _DFE, _OGL3, _TABLES, dated=False),
    Dataset("locations", "Where each school is", _DFE, _OGL3, _REGISTER, dated=False),
    Dataset(
        "idaci",
        "Income deprivation affecting children, by neighbourhood, 2015",
        "Department for Communities and Local Government",
        _OGL3,
        "https://www.gov.uk/government/statistics/english-indices-of-deprivation-2015",
        dated=False,
    ),
    Dataset(
        "matched-schools",
        "What the government compares schools on",
        _DFE,
        _OGL3,
        _STATISTICS,
        dated=False,
    ),
    Dataset(
        "neighbours",
        "Similar schools, as the government lists them",
        _DFE,
        _OGL3,
        _STATISTICS,
        dated=False,
    ),
    Dataset("dictionary", "What a table's columns mean", _DFE, _OGL3, _TABLES, dated=False),
    Dataset("truth", "What is true of Example England", _OURS, "MIT", ""),
)

_TRUTH = Layout(
    name="truth",
    dataset="truth",
    years=tuple(range(2000, 2100)),
    columns=columns(named("code", "URN YEAR")),
    required=frozenset({MADE_UP_COLUMN, "URN", "YEAR"}),
    levels=(Level("school", keys=("URN",)),),
    closed=False,
    prefix="TRUE_",
)

LAYOUTS: tuple[Layout, ...] = (
    *england_ks4.LAYOUTS,
    *england_schools.LAYOUTS,
    *england_tidy.LAYOUTS,
    *england_places.LAYOUTS,
    _TRUTH,
)


def _spelt(**spellings: tuple[str, ...]) -> Mapping[str, str]:
    """Return each spelling with the one name it stands for, which is the first of them."""
    return MappingProxyType({s: names[0] for names in spellings.values() for s in names})


# The Department's list of authorities divides regions into parts; each part is its region's.
REGIONS: Mapping[str, str] = _spelt(
    north_east=("North East", "North East A", "North East B"),
    north_west=("North West", "North West A", "North West B", "North West C"),
    yorkshire=(
        "Yorkshire and the Humber",
        "Yorkshire and The Humber",
        "Yorkshire & Humberside",
        "Yorkshire and Humberside",
        "Yorkshire & the Humber",
        "Yorkshire and Humber",
        "North Yorkshire and The Humber",
        "South and West Yorkshire",
    ),
    east_midlands=("East Midlands", "East Midlands A", "East Midlands B"),
    west_midlands=("West Midlands", "West Midlands A", "West Midlands B", "West Midlands C"),
    east=(
        "East of England",
        "Eastern England",
        "Eastern",
        "East",
        "East of England A",
        "East of England B",
    ),
    london=(
        "London",
        "Inner London",
        "Outer London",
        "London Central",
        "London East",
        "London North",
        "London South",
        "London West",
    ),
    south_east=("South East", "South East A", "South East B", "South East C", "South East D"),
    south_west=("South West", "South West A", "South West B"),
)

# State-funded mainstream schools, as people call them, and as the years abbreviate or write them.
SCHOOL_TYPES: Mapping[str, str] = _spelt(
    community=("Community school", "CY", "Community School"),
    aided=("Voluntary aided school", "VA", "Voluntary Aided School"),
    controlled=("Voluntary controlled school", "VC", "Voluntary Controlled School"),
    foundation=("Foundation school", "FD", "Foundation School"),
    technology=("City technology college", "CTC", "City Technology College"),
    sponsored=(
        "Sponsored academy",
        "AC",
        "Academy Sponsor Led",
        "Academy Sponsor Led Mainstream",
        "Academy sponsor led mainstream",
    ),
    converter=(
        "Converter academy",
        "ACC",
        "Academy Converter",
        "Academy - Converter Mainstream",
        "Academy - Converter mainstream",
    ),
    free=("Free school", "F", "Free Schools", "Free School - Mainstream"),
    technical=(
        "University technical college",
        "UTC",
        "FUTC",
        "University Technical College",
        "Free School??- UTC",
    ),
    studio=("Studio school", "SS", "FSS", "Studio Schools", "Free School ?? Studio School"),
)

# Types of school, as the years abbreviate them, that are not state-funded mainstream schools:
# independent schools, special schools and alternative provision.
NOT_MAINSTREAM: frozenset[str] = frozenset(
    [
        "IND",
        "INDSS",
        "INDOSS",
        "INDSPEC",
        "MODFC",
        "NMSS",
        "CYS",
        "FDS",
        "ACSS",
        "ACS",
        "ACCS",
        "FS",
        "FSP",
        "PRU",
        "APA",
        "APC",
        "APF",
        "AAP",
        "AC1619",
        "ACC1619",
        "F1619",
        "CGS",
        "NMS",
        # In words, as the 2015/16 extract has them beside mainstream schools.
        "Community Special School",
        "Foundation Special School",
        "Academy  - Converter Special School",
        "Academy  - Sponsor Led Special School",
    ]
)

CODES: frozenset[str] = frozenset(PUBLISHED)
"""What publishers print where a number is not given."""

# National percentage of all pupils in state-funded schools with five good GCSEs, for years whose
# national rows are not among the tables held. Source: the Department's statistical releases of
# GCSE and equivalent results for 2013/14 and 2014/15, as stated in the methods (section 3).
PUBLISHED_NATIONAL_RATES: Mapping[tuple[str, int], float] = MappingProxyType(
    {("five_good_gcses", 2014): 56.6, ("five_good_gcses", 2015): 57.1}
)
