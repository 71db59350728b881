"""Tidy tables: one row a school (or area, or nation), year and breakdown of pupils.

The Department's school results have been published so since 2023/24, and its national tables for
longer. The lists of columns here are those its own services are known to read; the tables have
more, which are reported as not read. One earlier national table, wide by sex, is here too.
"""

from __future__ import annotations

from collections.abc import Iterable

from codebreakers.sources import Column, Layout, Level, Melt
from codebreakers.sources.england_columns import columns, named
from codebreakers.sources.england_ks4 import ENGLAND, STATE_FUNDED

__all__ = ["LAYOUTS"]

# What the breakdowns of these tables call the pupils counted.
_GROUPS = {
    "Boys": "boys",
    "Male": "boys",
    "Girls": "girls",
    "Female": "girls",
    "Disadvantaged": "disadvantaged",
    "Disadvantaged all other": "other",
    "Not disadvantaged": "other",
    "Not known to be disadvantaged": "other",
    "Other than English": "eal",
    "Known or believed to be other than English": "eal",
    "Non mobile": "non_mobile",
}

_TIME = named("code", "TIME_PERIOD TIME_IDENTIFIER VERSION")
_PLACE = (
    *named(
        "code",
        "GEOGRAPHIC_LEVEL COUNTRY_CODE REGION_CODE OLD_LA_CODE NEW_LA_CODE SCHOOL_URN "
        "SCHOOL_LAESTAB",
    ),
    *named("text", "COUNTRY_NAME REGION_NAME LA_NAME SCHOOL_NAME"),
)
# Alternatives: a table names its schools by one or the other.
_SCHOOL = (
    Level("school", keys=("SCHOOL_URN",)),
    Level("school", keys=("SCHOOL_LAESTAB",)),
)
_AREAS = (
    Level(
        "authority",
        keys=("OLD_LA_CODE",),
        column="GEOGRAPHIC_LEVEL",
        values=("Local authority",),
    ),
    Level("region", keys=("REGION_NAME",), column="GEOGRAPHIC_LEVEL", values=("Regional",)),
    Level("nation", column="GEOGRAPHIC_LEVEL", values=("National",), constant=STATE_FUNDED),
)
# How tables until 2023/24 name the headline measures, and how they do since.
_MEASURES_TO_2024 = (
    *named("pupils", "T_PUPILS T_L2BASICS_94 T_L2BASICS_95"),
    *named("percent", "PT_L2BASICS_94 PT_L2BASICS_95"),
    *named("score", "AVG_ATT8"),
    *named("points", "AVG_P8SCORE"),
)
_MEASURES = (
    *named("pupils", "PUPIL_COUNT ENGMATH_94_TOTAL ENGMATH_95_TOTAL"),
    *named("percent", "ENGMATH_94_PERCENT ENGMATH_95_PERCENT"),
    *named("score", "ATTAINMENT8_AVERAGE"),
)


def _tidy(
    name: str,
    dataset: str,
    years: Iterable[int],
    required: str,
    *parts: Iterable[Column],
    levels: tuple[Level, ...] = _SCHOOL,
    filters: str = "",
    totals: tuple[str, ...] = ("Total",),
    status: str = "final",
) -> Layout:
    breakdowns = tuple(filters.split())
    return Layout(
        name=name,
        dataset=dataset,
        years=tuple(years),
        columns=columns(_TIME, _PLACE, named("code", filters), *parts),
        required=frozenset(required.split()),
        levels=levels,
        status=status,
        melt=Melt(breakdowns, totals, _GROUPS) if breakdowns else None,
        year_column="TIME_PERIOD",
        closed=False,
    )


_RESULTS = (
    _tidy(
        "ks4-2024",
        "ks4",
        (2024,),
        "SCHOOL_URN BREAKDOWN AVG_ATT8 PT_L2BASICS_94",
        _MEASURES_TO_2024,
        filters="BREAKDOWN",
    ),
    _tidy(
        "ks4-2025-provisional",
        "ks4",
        (2025,),
        "SCHOOL_URN BREAKDOWN ATTAINMENT8_AVERAGE",
        _MEASURES,
        filters="BREAKDOWN",
        status="provisional",
    ),
)

_CHARACTERISTICS = (
    _tidy(
        "authorities-2024",
        "characteristics",
        (2023, 2024),
        "GEOGRAPHIC_LEVEL OLD_LA_CODE BREAKDOWN DISADVANTAGE FIRST_LANGUAGE SEX AVG_ATT8",
        _MEASURES_TO_2024,
        named("code", "BREAKDOWN"),
        levels=_AREAS,
        filters="DISADVANTAGE FIRST_LANGUAGE SEX",
        status="revised",
    ),
    _tidy(
        "authorities-2025",
        "characteristics",
        (2025,),
        "GEOGRAPHIC_LEVEL OLD_LA_CODE BREAKDOWN_TOPIC DISADVANTAGE_STATUS FIRST_LANGUAGE SEX "
        "MOBILITY ATTAINMENT8_AVERAGE",
        _MEASURES,
        named("code", "BREAKDOWN_TOPIC"),
        levels=_AREAS,
        filters="DISADVANTAGE_STATUS FIRST_LANGUAGE MOBILITY SEX",
        status="provisional",
    ),
    _tidy(
        "national-2024",
        "national",
        range(2019, 2025),
        "TIME_PERIOD ESTABLISHMENT_TYPE_GROUP DISADVANTAGE FIRST_LANGUAGE SEX ETHNICITY_MAJOR "
        "AVG_ATT8",
        _MEASURES_TO_2024,
        named("code", "ESTABLISHMENT_TYPE_GROUP BREAKDOWN"),
        named("number", "T_SCHOOLS"),
        named(
            "pupils",
            "T_ENTBASICS T_EBACC_E_PTQ_EE T_EBACC_95 T_EBACC_94 T_INP8CALC",
        ),
        named("percent", "PT_ENTBASICS PT_EBACC_E_PTQ_EE PT_EBACC_95 PT_EBACC_94"),
        named("score", "T_ATT8 T_EBACCAPS AVG_EBACCAPS"),
        named("points", "T_P8SCORE P8SCORE_CI_LOW P8SCORE_CI_UPP"),
        levels=(
            Level(
                "nation",
                column="ESTABLISHMENT_TYPE_GROUP",
                values=("All state-funded",),
                constant=STATE_FUNDED,
            ),
            Level(
                "nation",
                column="ESTABLISHMENT_TYPE_GROUP",
                values=("All schools",),
                constant=ENGLAND,
            ),
            Level("nation", keys=("ESTABLISHMENT_TYPE_GROUP",)),
        ),
        filters="DISADVANTAGE FIRST_LANGUAGE SEX ETHNICITY_MAJOR ETHNICITY_MINOR "
        "FREE_SCHOOL_MEALS SEN_PROVISION SEN_STATUS SEN_PRIMARY_NEED ADMISSION_TYPE "
        "RELIGIOUS_DENOMINATION",
        status="revised",
    ),
)

# The first release of the year is for the leavers of 2020/21, found in 2021/22.
_OTHERS = (
    _tidy(
        "destinations-2023",
        "destinations",
        range(2020, 2026),
        # A row holds numbers of pupils or percentages, and says which: percentages are read.
        "SCHOOL_LAESTAB BREAKDOWN DATA_TYPE OVERALL EDUCATION APPREN ALL_WORK",
        named("percent", "OVERALL EDUCATION APPREN ALL_WORK"),
        filters="BREAKDOWN DATA_TYPE",
        totals=("Total", "Percentage"),
    ),
    _tidy(
        "workforce-2025",
        "workforce",
        range(2011, 2026),
        "SCHOOL_URN PUPIL_TO_QUAL_TEACHER_RATIO PUPILS_FTE",
        named("number", "PUPIL_TO_QUAL_TEACHER_RATIO PUPILS_FTE"),
    ),
    _tidy(
        "absence-2024",
        "absence",
        range(2017, 2026),
        "SCHOOL_URN SESS_OVERALL_PERCENT",
        named(
            "percent",
            "ENROLMENTS_PA_10_EXACT_PERCENT SESS_AUTHORISED_PERCENT SESS_OVERALL_PERCENT "
            "SESS_UNAUTHORISED_PERCENT",
        ),
    ),
    _tidy(
        "exclusions-2024",
        "exclusions",
        range(2017, 2026),
        "SCHOOL_URN SUSP_RATE",
        named("percent", "SUSP_RATE"),
    ),
)

# --- The government's own comparison of schools ---------------------------------------------------

_URN = (Level("school", keys=("URN",)),)
_COMPARISON = (
    Layout(
        name="matched-schools",
        dataset="matched-schools",
        years=(),
        columns=columns(
            named("code", "URN"),
            named("score", "ATT8SCR KS2_MRP"),
            named("number", "IDACI_PUPILS POLAR4QUINTILE_PUPILS"),
            named("pupils", "NUMBER_OF_PUPILS"),
            named("percent", "P_STABILITY PERCENT_SCH_SUPPORT PERCENT_STATEMENT_OR_EHP"),
            named("percent", "PERCENT_EAL", "eal"),
            named("percent", "PP_PERC", "disadvantaged"),
        ),
        required=frozenset({"URN", "KS2_MRP", "PP_PERC", "IDACI_PUPILS"}),
        levels=_URN,
        closed=False,
    ),
    Layout(
        name="neighbours",
        dataset="neighbours",
        years=(),
        columns=columns(named("code", "URN NEIGHBOUR_URN"), named("number", "DIST RANK")),
        required=frozenset({"URN", "NEIGHBOUR_URN"}),
        levels=_URN,
        repeats=True,
        link={"other": "NEIGHBOUR_URN", "distance": "DIST", "rank": "RANK"},
        closed=False,
    ),
)

# --- Disadvantaged and other pupils in 2012/13 ----------------------------------------------------

_SFR05_PUPILS = named(
    "pupils",
    "NATDEN KS4_LEVEL2 KS4_LEVEL2_EM KS4_LEVEL1 KS4_LEVEL1_EM KS4_L2BASICS KS4_LEVEL2MFL "
    "KS4_GLEVEL2EM KS4_EBACC_E KS4_EBACC NATDEN_PROGENG KS4_PROGENG NATDEN_PROGMAT KS4_PROGMAT",
)
_SFR05 = Layout(
    name="national-2013",
    dataset="national",
    years=(2013,),
    columns=columns(
        named("code", "CHARACTERISTIC_CATEGORY"),
        *(
            [Column(f"{c.name}_{sex.upper()}_13", c.kind, sex) for c in _SFR05_PUPILS]
            for sex in ("girls", "boys")
        ),
    ),
    required=frozenset({"CHARACTERISTIC_CATEGORY", "NATDEN_GIRLS_13", "NATDEN_BOYS_13"}),
    levels=(Level("nation", constant=STATE_FUNDED),),
    melt=Melt(("CHARACTERISTIC_CATEGORY",), ("Total", "All pupils"), _GROUPS),
)

LAYOUTS: tuple[Layout, ...] = (
    *_RESULTS,
    *_CHARACTERISTICS,
    *_OTHERS,
    *_COMPARISON,
    _SFR05,
)
