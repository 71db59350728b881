"""The Department's tables beside the results: pupils, staff, absence, destinations, school lists.

These come with the results tables, in the same folder of an academic year, under the names
``census``, ``swf``, ``abs``, ``pupdest`` and ``spine``. Their last rows are about England: in the
column that names the authority or the school stands ``NAT``, and beside it the sector.
"""

from __future__ import annotations

from collections.abc import Iterable

from codebreakers.sources import Column, Layout, Level
from codebreakers.sources.england_columns import columns, named
from codebreakers.sources.england_ks4 import STATE_FUNDED

__all__ = ["LAYOUTS"]

_SCHOOL = Level("school", keys=("URN",))


def _nation(column: str, *, sector: str = "") -> Level:
    """Return the level of the rows marked ``NAT``, whose key is the sector where one is named."""
    keys, constant = ((sector,), "") if sector else ((), STATE_FUNDED)
    return Level("nation", keys=keys, column=column, values=("NAT",), constant=constant)


# --- Pupils -------------------------------------------------------------------------------------

_CENSUS_SEX = (
    *named("pupils", "NORG", "girls"),
    *named("pupils", "NORB", "boys"),
    *named("percent", "PNORG", "girls"),
    *named("percent", "PNORB", "boys"),
)
_CENSUS_LANGUAGE = (
    *named("pupils", "NUMEAL", "eal"),
    *named("percent", "PNUMEAL", "eal"),
    *named("pupils", "NUMENGFL NUMUNCFL"),
    *named("percent", "PNUMENGFL PNUMUNCFL"),
)
# Special needs as they were classed until 2014, and from 2015.
_CENSUS_NEEDS_TO_2014 = (
    *named("pupils", "TOTPUPSENDN TSENSAP TSENA TOTSENST TOTSENAP"),
    *named("percent", "PSENSAP PSENA PTOTSENST PTOTSENAP"),
)
_CENSUS_NEEDS = (
    *named("pupils", "NOR TSENELSE TSENELK"),
    *named("percent", "PSENELSE PSENELK"),
)
_CENSUS_MEALS = (
    *named("pupils", "TOTPUPFSMDN NUMFSM NUMNOFSM"),
    *named("percent", "PNUMFSM PNUMNOFSM"),
)
_CENSUS_MEALS_EVER = (*named("pupils", "NUMFSMEVER"), *named("percent", "PNUMFSMEVER"))


def _census(
    years: tuple[int, ...],
    required: str,
    sector: str,
    *parts: Iterable[Column],
    closed: bool = True,
) -> Layout:
    return Layout(
        name=f"census-{years[0]}",
        dataset="census",
        years=years,
        columns=columns(named("code", "URN LA ESTAB LAESTAB"), *parts),
        required=frozenset({"URN", *required.split()}),
        levels=(_nation("URN", sector=sector), _SCHOOL),
        closed=closed,
    )


_CENSUS = (
    _census(
        (2011,),
        "LAESTAB NUMFTE TOTPUPSENDN NUMFSM",
        "LAESTAB",
        _CENSUS_NEEDS_TO_2014,
        _CENSUS_LANGUAGE,
        _CENSUS_MEALS,
        named("number", "NUMFTE"),
        named("pupils", "TOTPUPEALDN"),
    ),
    _census(
        (2012,),
        "TOTPUPSENDN TOTPUPEALDN NUMFSM NUMFSMEVER",
        "LA",
        _CENSUS_SEX,
        _CENSUS_NEEDS_TO_2014,
        _CENSUS_LANGUAGE,
        _CENSUS_MEALS,
        _CENSUS_MEALS_EVER,
        named("pupils", "TOTPUPEALDN"),
    ),
    _census(
        (2013,),
        "TOTPUPSENDN TOTPUPFSMDN NUMNOFSM NUMFSMEVER",
        "LA",
        _CENSUS_SEX,
        _CENSUS_NEEDS_TO_2014,
        _CENSUS_LANGUAGE,
        _CENSUS_MEALS,
        _CENSUS_MEALS_EVER,
    ),
    _census(
        (2014,),
        "TOTPUPSENDN NUMNOFSM NUMFSMEVER",
        "LA",
        _CENSUS_SEX,
        _CENSUS_NEEDS_TO_2014,
        _CENSUS_LANGUAGE,
        named("pupils", "NUMFSM NUMNOFSM"),
        named("percent", "PNUMFSM PNUMNOFSM"),
        _CENSUS_MEALS_EVER,
    ),
    *(
        # The same columns, but the sector of the national rows moved by one.
        _census(
            years,
            "NOR TSENELSE PNUMFSM NUMFSMEVER",
            sector,
            _CENSUS_SEX,
            _CENSUS_NEEDS,
            _CENSUS_LANGUAGE,
            named("percent", "PNUMFSM"),
            _CENSUS_MEALS_EVER,
        )
        for years, sector in (((2015, 2016), "LA"), ((2017, 2018), "ESTAB"))
    ),
    _census(
        tuple(range(2019, 2026)),
        "NOR TSENELSE NORFSMEVER PNUMFSMEVER",
        "ESTAB",
        _CENSUS_SEX,
        _CENSUS_NEEDS,
        _CENSUS_LANGUAGE,
        named("code", "SCHOOLTYPE"),
        named("pupils", "NUMFSM NORFSMEVER"),
        _CENSUS_MEALS_EVER,
        closed=False,
    ),
)

# --- Staff --------------------------------------------------------------------------------------

_STAFF_CODES = columns(
    named("code", "LA URN"),
    named("number", "NTEA NTEAAS NNONTEA NFTETEA NFTETEAAS NFTENONTEA RATPUPTEA"),
    named("money", "SALARY"),
)
_STAFF_IDS = named("code", "LA NUMBER; ESTABLISHMENT NUMBER; URN", sep=";")
_STAFF_TITLES = named(
    "number",
    "TOTAL NUMBER OF TEACHERS (HEADCOUNT); "
    "TOTAL NUMBER OF TEACHING ASSISTANTS (HEADCOUNT); "
    "TOTAL NUMBER OF TEACHERS (FULL-TIME EQUIVALENT); "
    "TOTAL NUMBER OF TEACHING ASSISTANTS (FULL-TIME EQUIVALENT); "
    "PUPIL:     TEACHER RATIO",
    sep=";",
)
_SUPPORT = "TOTAL NUMBER OF NON CLASSROOM-BASED SCHOOL SUPPORT STAFF"
# Support staff, headcount first, as the column is named in one year and in those after it.
_SUPPORT_CUT = f"{_SUPPORT}, EXCLUD; {_SUPPORT}, EXCLU1"
_SUPPORT_WHOLE = (
    f"{_SUPPORT}, EXCLUDING AUXILIARY STAFF (HEADCOUNT); "
    f"{_SUPPORT}, EXCLUDING AUXILIARY STAFF (FULL-TIME EQUIVALENT)"
)
_SALARY = "MEAN GROSS FTE SALARY OF ALL TEACHERS"


def _staff(year: int, support: str, salary: str) -> Layout:
    return Layout(
        name=f"workforce-{year}",
        dataset="workforce",
        years=(year,),
        columns=columns(
            _STAFF_IDS,
            _STAFF_TITLES,
            named("number", support, sep=";"),
            (Column(salary, "money"),),
        ),
        required=frozenset(
            {"URN", "PUPIL:     TEACHER RATIO", salary, support.split(";")[0].strip()}
        ),
        levels=(_nation("LA NUMBER", sector="ESTABLISHMENT NUMBER"), _SCHOOL),
    )


_WORKFORCE = (
    Layout(
        name="workforce-2011",
        dataset="workforce",
        years=(2011,),
        columns={n: c for n, c in _STAFF_CODES.items() if n != "NFTENONTEA"},
        required=frozenset({"URN", "NTEA", "RATPUPTEA", "SALARY"}),
        levels=(_nation("LA"), _SCHOOL),
    ),
    Layout(
        name="workforce-2012",
        dataset="workforce",
        years=(2012, 2013, 2014, 2015),
        columns=_STAFF_CODES,
        required=frozenset({"URN", "NTEA", "RATPUPTEA", "SALARY", "NFTENONTEA"}),
        levels=(_nation("LA", sector="URN"), _SCHOOL),
    ),
    _staff(2016, _SUPPORT_CUT, _SALARY),
    _staff(2017, _SUPPORT_WHOLE, _SALARY),
    _staff(2018, _SUPPORT_WHOLE, f"{_SALARY} (£S)"),
)

# --- Absence ------------------------------------------------------------------------------------


def _absence(years: tuple[int, ...], persistent: str) -> Layout:
    return Layout(
        name=f"absence-{years[0]}",
        dataset="absence",
        years=years,
        columns=columns(named("code", "LA ESTAB URN"), named("percent", f"PERCTOT {persistent}")),
        required=frozenset({"URN", "PERCTOT", *persistent.split()}),
        levels=(_nation("LA", sector="ESTAB"), _SCHOOL),
    )


_ABSENCE = (
    _absence((2011,), "PERCUA PPERSABS15 PPERSABS20"),
    _absence((2012, 2013, 2014, 2015), "PPERSABS15"),
    # Persistent absence became a tenth of sessions missed in 2015/16.
    _absence((2016, 2017, 2018, 2019), "PPERSABS10"),
)

# --- Destinations -------------------------------------------------------------------------------


def _destinations(years: tuple[int, ...], kinds: str) -> Layout:
    """Return an early layout: each destination as a number and, with PER, as a percentage."""
    return Layout(
        name=f"destinations-{years[0]}",
        dataset="destinations",
        years=years,
        columns=columns(
            named("code", "URN"),
            named("pupils", f"COHORT {kinds}"),
            named("percent", " ".join(f"{kind}PER" for kind in kinds.split())),
        ),
        required=frozenset({"URN", "COHORT", *kinds.split()}),
        levels=(_nation("URN"), _SCHOOL),
    )


def _destinations_by_group(year: int, sixth_form_college: str, earlier: str) -> Layout:
    """Return a later layout, by disadvantage, with the totals of earlier years' leavers."""
    kinds = (
        "APPREN EMPLOYMENT EDUCATION FE SCH_6TH "
        f"{sixth_form_college} OTHER_EDU NOT_SUSTAINED UNKNOWN"
    ).split()
    parts: list[tuple[Column, ...]] = []
    for ending, group in (("", "all"), ("_DIS", "disadvantaged"), ("_NONDIS", "other")):
        pupils = ["COHORT", "OVERALL_DEST", *kinds]
        percents = [f"{kind}PER" for kind in ("OVERALL_DEST", *kinds)]
        before = [f"{ending}_{year}" for year in earlier.split()]
        pupils_before = [f"COHORT{b}" for b in before]
        percents_before = [f"OVERALL_DESTPER{b}" for b in before]
        parts += (
            tuple(Column(f"{p}{ending}", "pupils", group) for p in pupils),
            tuple(Column(f"{p}{ending}", "percent", group) for p in percents),
            tuple(Column(p, "pupils", group) for p in pupils_before),
            tuple(Column(p, "percent", group) for p in percents_before),
        )
    return Layout(
        name=f"destinations-{year}",
        dataset="destinations",
        years=(year,),
        columns=columns(
            named("code", "RECTYPE LEA ESTAB URN ICLOSE NFTYPE"), named("text", "SCHNAME"), *parts
        ),
        required=frozenset({"RECTYPE", "URN", "COHORT", "OVERALL_DEST", sixth_form_college}),
        levels=(
            Level("school", keys=("URN",), column="RECTYPE", values=("1", "2")),
            Level("authority", keys=("LEA",), column="RECTYPE", values=("LA",)),
            Level("nation", column="RECTYPE", values=("NAT",), constant=STATE_FUNDED),
        ),
    )


_DESTINATIONS = (
    _destinations((2012,), "OVERALL FEC OTHERFE SSF SFC APPREN HEI COMBO KNOWN UNKNOWN"),
    _destinations(
        (2013, 2014, 2015),
        "OVERALL FEC INDEP OTHERFE SSF SFC SPI AP_PRU SPECIAL APPREN HE COMBO KNOWN UNKNOWN",
    ),
    _destinations_by_group(2017, "6TH_COL", "16"),
    _destinations_by_group(2018, "SIXTH_COL", "16 17"),
)

# --- School lists -------------------------------------------------------------------------------

_SPINE = (
    Layout(
        name="spine-2011",
        dataset="spine",
        years=tuple(range(2011, 2019)),
        columns=columns(
            named(
                "code",
                "URN LA ESTAB LAESTAB ICLOSE ISNEW MINORGROUP NFTYPE OTHERNFTYPE ISPRIMARY "
                "ISSECONDARY ISPOST16 AGEL AGEH GENDER SFGENDER SIXFGENDER RELDENOM ADMPOL "
                "OTHERURN NEWACFLAG SPONSORCODE RE-BROKERED CO-SPONSORED",
            ),
            named(
                "text",
                "SCHNAME OTHERSCHNAME STREET LOCALITY ADDRESS3 TOWN POSTCODE TELNUM SPONSORNAME",
            ),
            named("date", "OPENDATE CLOSEDATE"),
        ),
        required=frozenset({"URN", "SCHNAME", "MINORGROUP", "NFTYPE", "ICLOSE"}),
        levels=(_SCHOOL,),
    ),
    Layout(
        name="spine-2019",
        dataset="spine",
        years=tuple(range(2018, 2026)),
        columns=columns(
            named(
                "code",
                "URN LA ESTAB LAESTAB SCHSTATUS MINORGROUP SCHOOLTYPE ISPRIMARY ISSECONDARY "
                "ISPOST16 AGELOW AGEHIGH GENDER RELCHAR ADMPOL OFSTEDRATING",
            ),
            named("text", "LANAME SCHNAME STREET LOCALITY ADDRESS3 TOWN POSTCODE"),
            named("date", "OPENDATE CLOSEDATE OFSTEDLASTINSP"),
        ),
        required=frozenset({"URN", "SCHNAME", "MINORGROUP", "SCHOOLTYPE", "SCHSTATUS"}),
        levels=(_SCHOOL,),
        closed=False,
    ),
)

LAYOUTS: tuple[Layout, ...] = (*_CENSUS, *_WORKFORCE, *_ABSENCE, *_DESTINATIONS, *_SPINE)
