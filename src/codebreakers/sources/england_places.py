"""The register of schools and of trusts, places, code lists, inspections: what schools are.

Also the Department's data dictionaries, which stand beside its tables and are passed over.
"""

from __future__ import annotations

from codebreakers.sources import Layout, Level
from codebreakers.sources.england_columns import columns, named

__all__ = ["LAYOUTS"]

_SCHOOL = Level("school", keys=("URN",))

# --- The register -------------------------------------------------------------------------------

# The columns of the daily extract that say what a school is. It has more than a hundred others,
# which are reported as not read. Names of people are read past on purpose.
_REGISTER = (
    *named("code", "URN ESTABLISHMENTNUMBER UKPRN STATUTORYLOWAGE STATUTORYHIGHAGE"),
    *named(
        "code",
        "LA (CODE); TYPEOFESTABLISHMENT (CODE); ESTABLISHMENTTYPEGROUP (CODE); "
        "ESTABLISHMENTSTATUS (CODE); PHASEOFEDUCATION (CODE); GENDER (CODE); "
        "ADMISSIONSPOLICY (CODE); TRUSTS (CODE); GOR (CODE); URBANRURAL (CODE); LSOA (CODE); "
        "MSOA (CODE)",
        sep=";",
    ),
    *named(
        "text",
        "LA (NAME); TYPEOFESTABLISHMENT (NAME); ESTABLISHMENTTYPEGROUP (NAME); "
        "ESTABLISHMENTSTATUS (NAME); REASONESTABLISHMENTOPENED (NAME); "
        "REASONESTABLISHMENTCLOSED (NAME); PHASEOFEDUCATION (NAME); GENDER (NAME); "
        "RELIGIOUSCHARACTER (NAME); ADMISSIONSPOLICY (NAME); OFFICIALSIXTHFORM (NAME); "
        "TRUSTSCHOOLFLAG (NAME); TRUSTS (NAME); SCHOOLSPONSORS (NAME); FEDERATIONS (NAME); "
        "GOR (NAME); DISTRICTADMINISTRATIVE (NAME); PARLIAMENTARYCONSTITUENCY (NAME); "
        "URBANRURAL (NAME); OFSTEDRATING (NAME)",
        sep=";",
    ),
    *named("text", "ESTABLISHMENTNAME STREET LOCALITY ADDRESS3 TOWN POSTCODE SCHOOLWEBSITE"),
    *named("date", "OPENDATE CLOSEDATE CENSUSDATE OFSTEDLASTINSP LASTCHANGEDDATE"),
    *named("pupils", "NUMBEROFPUPILS SCHOOLCAPACITY"),
    *named("pupils", "NUMBEROFBOYS", "boys"),
    *named("pupils", "NUMBEROFGIRLS", "girls"),
    *named("percent", "PERCENTAGEFSM"),
    *named("number", "EASTING NORTHING"),
    *named(
        "skip",
        "HEADTITLE (NAME); HEADFIRSTNAME; HEADLASTNAME; HEADPREFERREDJOBTITLE; TELEPHONENUM",
        sep=";",
    ),
)
_REGISTER_REQUIRED = frozenset(
    {
        "URN",
        "ESTABLISHMENTNAME",
        "ESTABLISHMENTNUMBER",
        "LA (CODE)",
        "ESTABLISHMENTSTATUS (NAME)",
        "TYPEOFESTABLISHMENT (NAME)",
    }
)

_REGISTERS = (
    Layout(
        name="register",
        dataset="register",
        years=(),
        columns=columns(_REGISTER),
        required=_REGISTER_REQUIRED,
        levels=(_SCHOOL,),
        closed=False,
    ),
    Layout(
        name="register-links",
        dataset="links",
        years=(),
        columns=columns(
            named("code", "URN LINKURN"),
            named("text", "LINKNAME LINKTYPE"),
            named("date", "LINKESTABLISHEDDATE"),
        ),
        required=frozenset({"URN", "LINKURN", "LINKTYPE"}),
        levels=(_SCHOOL,),
        repeats=True,
        link={
            "other": "LINKURN",
            "kind": "LINKTYPE",
            "name": "LINKNAME",
            "since": "LINKESTABLISHEDDATE",
        },
    ),
    Layout(
        name="trust-links",
        dataset="trust-links",
        years=(),
        columns=columns(
            _REGISTER,
            named(
                "code",
                "LINKED UID; GROUP UID; GROUP ID; GROUP TYPE (CODE); GROUP STATUS (CODE); "
                "COMPANIES HOUSE NUMBER",
                sep=";",
            ),
            named("text", "GROUP NAME; GROUP TYPE; GROUP STATUS", sep=";"),
            named("date", "JOINED DATE", sep=";"),
        ),
        required=frozenset({"URN", "LINKED UID"}),
        levels=(_SCHOOL,),
        repeats=True,
        link={
            "other": "LINKED UID",
            "kind": "GROUP TYPE",
            "name": "GROUP NAME",
            "since": "JOINED DATE",
        },
        closed=False,
    ),
    Layout(
        name="trusts",
        dataset="trusts",
        years=(),
        columns=columns(
            named(
                "code",
                "GROUP UID; GROUP ID; COMPANIES HOUSE NUMBER; GROUP TYPE (CODE); "
                "GROUP STATUS (CODE); UKPRN",
                sep=";",
            ),
            named(
                "text",
                "GROUP NAME; GROUP TYPE; GROUP STATUS; GROUP STREET; GROUP LOCALITY; "
                "GROUP ADDRESS 3; GROUP TOWN; GROUP COUNTY; GROUP POSTCODE",
                sep=";",
            ),
            named("date", "CLOSED DATE; OPEN DATE; INCORPORATED ON (OPEN DATE)", sep=";"),
            named(
                "skip",
                "HEAD OF GROUP TITLE; HEAD OF GROUP FIRST NAME; HEAD OF GROUP LAST NAME",
                sep=";",
            ),
        ),
        required=frozenset({"GROUP UID", "GROUP NAME", "GROUP TYPE", "GROUP STATUS"}),
        levels=(Level("trust", keys=("GROUP UID",)),),
        closed=False,
    ),
)

# --- Code lists ---------------------------------------------------------------------------------

_CODE_LISTS = (
    Layout(
        name="authorities",
        dataset="authorities",
        # Authorities are merged and renumbered: each year's list is kept beside the others.
        years=tuple(range(2011, 2026)),
        columns=columns(
            named("code", "LEA REGION"), named("text", "LA NAME; REGION NAME", sep=";")
        ),
        required=frozenset({"LEA", "LA NAME", "REGION", "REGION NAME"}),
        levels=(Level("authority", keys=("LEA",)),),
    ),
    Layout(
        name="types",
        dataset="types",
        years=(),
        columns=columns(named("code", "NFTYPE"), named("text", "SCHOOL TYPE", sep=";")),
        required=frozenset({"NFTYPE", "SCHOOL TYPE"}),
        levels=(Level("type", keys=("NFTYPE",)),),
    ),
)

# --- Places -------------------------------------------------------------------------------------

_IDACI_RANK = "INCOME DEPRIVATION AFFECTING CHILDREN INDEX (IDACI) RANK (WHERE 1 IS MOST DEPRIVED)"
_PLACES = (
    Layout(
        name="idaci-2015",
        dataset="idaci",
        years=(),
        columns=columns(
            named(
                "code",
                "LSOA CODE (2011); LOCAL AUTHORITY DISTRICT CODE (2013)",
                sep=";",
            ),
            named("text", "LSOA NAME (2011); LOCAL AUTHORITY DISTRICT NAME (2013)", sep=";"),
            named(
                "number",
                "INDEX OF MULTIPLE DEPRIVATION (IMD) RANK (WHERE 1 IS MOST DEPRIVED); "
                "INDEX OF MULTIPLE DEPRIVATION (IMD) DECILE "
                "(WHERE 1 IS MOST DEPRIVED 10% OF LSOAS); "
                f"{_IDACI_RANK}; "
                "INCOME DEPRIVATION AFFECTING CHILDREN INDEX (IDACI) DECILE "
                "(WHERE 1 IS MOST DEPRIVED 10% OF LSOAS); "
                "INCOME DEPRIVATION AFFECTING OLDER PEOPLE (IDAOPI) RANK "
                "(WHERE 1 IS MOST DEPRIVED); "
                "INCOME DEPRIVATION AFFECTING OLDER PEOPLE (IDAOPI) DECILE "
                "(WHERE 1 IS MOST DEPRIVED 10% OF LSOAS)",
                sep=";",
            ),
        ),
        required=frozenset({"LSOA CODE (2011)", _IDACI_RANK}),
        levels=(Level("area", keys=("LSOA CODE (2011)",)),),
    ),
    Layout(
        name="locations",
        dataset="locations",
        years=(),
        columns=columns(
            named("code", "URN LSOA"),
            named("number", "LATITUDE LONGITUDE IDACI"),
        ),
        required=frozenset({"URN", "LATITUDE", "LONGITUDE"}),
        levels=(_SCHOOL,),
    ),
)

# --- Inspections --------------------------------------------------------------------------------

_INSPECTIONS = Layout(
    name="inspections-2015",
    dataset="inspections",
    # The most recent inspection of each school at 31 December 2014, in the academic year 2014/15.
    years=(2015,),
    columns=columns(
        named(
            "code",
            "URN; LAESTAB; OVERALL EFFECTIVENESS: HOW GOOD IS THE SCHOOL; "
            "OVERALL EFFECTIVENESS OF THE SIXTH FORM; "
            "OVERALL EFFECTIVENESS OF THE EARLY YEARS FOUNDATION STAGE; ACHIEVEMENT OF PUPILS; "
            "HOW WELL DO LEARNERS ACHIEVE?; PUPILS' BEHAVIOUR; THE QUALITY OF TEACHING; "
            "THE EFFECTIVENESS OF LEADERSHIP AND MANAGEMENT IN EMBEDDING AMBITION AND DRIVING "
            "IMPROVEMENT; "
            "THE EFFECTIVENESS OF THE GOVERNING BODY IN CHALLENGING AND SUPPORTING THE SCHOOL SO "
            "THAT WEAKNESSES ARE TACKLED DECISIVELY...; "
            "CATEGORY; PREVIOUS OVERALL EFFECTIVENESS; PREVIOUS CATEGORY",
            sep=";",
        ),
        named(
            "text",
            "WEB LINK; SCHOOL NAME; OFSTED REGION; GOVERNMENT OFFICE REGION; LOCAL AUTHORITY; "
            "PARLIAMENTARY CONSTITUENCY; TYPE OF SCHOOL; POSTCODE; OFSTED PHASE",
            sep=";",
        ),
        named("pupils", "TOTAL PUPILS", sep=";"),
        named("date", "LATEST INSPECTION DATE; PREVIOUS INSPECTION DATE", sep=";"),
    ),
    required=frozenset(
        {"URN", "LATEST INSPECTION DATE", "OVERALL EFFECTIVENESS: HOW GOOD IS THE SCHOOL"}
    ),
    levels=(_SCHOOL,),
    sheet="Provider Level Data",
)

# --- Dictionaries -------------------------------------------------------------------------------


def _dictionary(name: str, required: str) -> Layout:
    """Return a list of another table's columns: known for what it is, and holding no rows."""
    return Layout(
        name=f"dictionary-{name}",
        dataset="dictionary",
        years=(),
        columns=columns(named("text", required, sep=";")),
        required=frozenset(part.strip() for part in required.split(";")),
        levels=(),
        closed=False,
    )


_DICTIONARIES = (
    _dictionary("variables", "VARIABLE; LABEL"),
    _dictionary("fields", "COLUMN; FIELD NAME; DESCRIPTION"),
    _dictionary("metafile", "METAFILE HEADING; METAFILE DESCRIPTION"),
    _dictionary("tidy", "COL_NAME; COL_TYPE; LABEL"),
)

LAYOUTS: tuple[Layout, ...] = (
    *_REGISTERS,
    *_CODE_LISTS,
    *_PLACES,
    _INSPECTIONS,
    *_DICTIONARIES,
)
