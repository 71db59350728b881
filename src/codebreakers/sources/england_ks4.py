"""The Department's Key Stage 4 tables of schools, 2009/10 to 2022/23: one wide row a school.

The columns of each year come from ``ks4_columns.csv``, which ``scripts/ks4_columns.py`` makes from
the Department's own yearly dictionaries. 2009/10 had no dictionary of this form and is declared
from its header.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from importlib.resources import files

from codebreakers.sources import Column, Layout, Level
from codebreakers.sources.england_columns import columns, named

__all__ = ["ENGLAND", "LAYOUTS", "STATE_FUNDED"]

ENGLAND = "England (all schools)"
STATE_FUNDED = "England (state-funded schools)"

_FINAL = (*range(2011, 2020), 2023)
_PROVISIONAL = (2016, 2017, 2018)
# The table of 2021/22 was published, but its dictionary is not held: it may have any column of the
# years on either side, and what it has besides is reported as not read.
_UNDOCUMENTED = {2022: (2019, 2023)}

# Columns that have been added to tables handed on by others, from the register of schools.
_ADDED = columns(
    named(
        "text",
        "TRUSTSCHOOLFLAG (NAME); TRUSTS (NAME); TYPEOFESTABLISHMENT (NAME); LEA_NAME; REGION; "
        "ESTABLISHMENTGROUP",
        sep=";",
    )
)
# The dictionary of the provisional table of 2016 leaves out the school's name.
_PROVISIONAL_ADDED = columns(named("text", "SCHNAME"))


def _levels(school: tuple[str, ...], authority: str) -> tuple[Level, ...]:
    return (
        Level("school", keys=school, column="RECTYPE", values=("1", "2")),
        Level("authority", keys=(authority,), column="RECTYPE", values=("4",)),
        Level("nation", column="RECTYPE", values=("5",), constant=ENGLAND),
        Level("nation", column="RECTYPE", values=("7",), constant=STATE_FUNDED),
    )


def _years(spans: str) -> Iterator[str]:
    """Yield each year of ``2011-2013;2015;2016p``; a provisional year keeps its ``p``."""
    for span in spans.split(";"):
        mark = "p" if span.endswith("p") else ""
        first, _, last = span.removesuffix("p").partition("-")
        for year in range(int(first), int(last or first) + 1):
            yield f"{year}{mark}"


def _declared() -> Mapping[str, dict[str, Column]]:
    """Return the columns of each year, by name; a provisional year is ``2016p``."""
    by_year: dict[str, dict[str, Column]] = {}
    text = files("codebreakers.sources").joinpath("ks4_columns.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        column = Column(row["column"], row["kind"], row["group"])
        for year in _years(row["years"]):
            by_year.setdefault(year, {})[column.name] = column
    return by_year


def _final(year: int, declared: dict[str, Column], *, closed: bool) -> Layout:
    return Layout(
        name=f"ks4-{year}",
        dataset="ks4",
        years=(year,),
        columns={**_ADDED, **declared},
        required=frozenset({"RECTYPE", "URN", "TPUP"}),
        levels=_levels(("URN",), "LEA"),
        closed=closed,
    )


def _provisional(year: int, declared: dict[str, Column]) -> Layout:
    """Return a provisional layout: whole, so that a part of a final table is never taken for it."""
    return Layout(
        name=f"ks4-{year}-provisional",
        dataset="ks4",
        years=(year,),
        columns={**_PROVISIONAL_ADDED, **declared},
        required=frozenset(declared),
        levels=_levels(("URN",), "LEA"),
        status="provisional",
    )


_LAYOUT_2010 = Layout(
    name="ks4-2010",
    dataset="ks4",
    years=(2010,),
    columns=columns(
        named(
            "code",
            "RECTYPE ALPHAIND LACODE ESTABCODE FLAGCONT FLAGCLOSED SCHOOLTYPE ADMPOLICY "
            "ENTRYGENDER FEEDERSCHOOL FLAGKS2 FLAGKS5 FLAGCONF FLAGABS",
        ),
        named(
            "text",
            "SCHOOLNAME ADDRESS1 ADDRESS2 ADDRESS3 TOWN POSTCODE TELNUM SPECIALISMS AGERANGE",
        ),
        named("pupils", "TOTPUP TOTSENSSAP TOTSENSA KS4TOTPUP KS4TOTSENSSAP KS4TOTSENSA"),
        named(
            "percent",
            "PSENSSAP PSENSA KS4PSENSSAP KS4PSENSA P5ACINCLEM P5AC P2ACSCIENCE PLEV2ENGMATH P5AG "
            "PLEV1ENGMATH PANYQUAL PMFLLEV2 PMFLLEV1 CVACOV PKS4AGE15 PKS4AGELT15 P5ACINCLEM07 "
            "P5ACINCLEM08 P5ACINCLEM09 P5ACINCLEM10 PABSTOT PABSUA PABSPA PPROGENG PROGENGCOV "
            "PPROGMATH PROGMATHCOV PENGBACC PACEMGCSE",
        ),
        named("score", "AVETOTPTS CVAMEA CVALCONF CVAUCONF"),
        named("number", "CVAAVEQUALS"),
    ),
    required=frozenset({"RECTYPE", "LACODE", "ESTABCODE", "KS4TOTPUP", "P5ACINCLEM"}),
    levels=_levels(("LACODE", "ESTABCODE"), "LACODE"),
)


def _layouts() -> Iterator[Layout]:
    declared = _declared()
    yield _LAYOUT_2010
    for year in _FINAL:
        yield _final(year, declared[f"{year}"], closed=True)
    for year, beside in _UNDOCUMENTED.items():
        both = {name: c for other in beside for name, c in declared[f"{other}"].items()}
        yield _final(year, both, closed=False)
    for year in _PROVISIONAL:
        yield _provisional(year, declared[f"{year}p"])


LAYOUTS: tuple[Layout, ...] = tuple(_layouts())
