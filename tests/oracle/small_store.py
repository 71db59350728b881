"""A store of a few schools, written straight to Parquet: what ingesting their table would give."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path

import polars as pl

from codebreakers.sources import Release
from codebreakers.store import Store
from codebreakers.store.schema import FRAMES, VERSION

YEAR = 2012
TEXT, WHOLE, FLAG = pl.String, pl.Int32, pl.Boolean
ROW = {"release": WHOLE, "year": WHOLE, "level": TEXT}
KINDS = {
    "meta": {"version": WHOLE},
    "results": {
        **ROW,
        "school": TEXT,
        "grp": TEXT,
        "measure": TEXT,
        "value": pl.Float64,
        "code": TEXT,
    },
    "labels": {**ROW, "school": TEXT, "measure": TEXT, "text": TEXT},
    "holdings": {
        **ROW,
        "grp": TEXT,
        "measure": TEXT,
        "numbers": WHOLE,
        "codes": WHOLE,
        "blanks": WHOLE,
    },
    "releases": {
        field.name: {"int": WHOLE, "bool": FLAG}.get(str(field.type), TEXT)
        for field in fields(Release)
    },
}
EMPTY = {TEXT: "", WHOLE: 0, FLAG: False}
NUMBERS = {
    "cohort": "TPUP",
    "disadvantaged": "TFSMCLA",
    "others": "TNOTFSMCLA",
    "points": "KS2APS",
    "count": "TAC5EMFSM",
    "percent": "PTAC5EMFSM",
    "percent_all": "PTAC5EM",
    "percent_other": "PTAC5EMNFSM",
}


@dataclass(frozen=True)
class Made:
    """One school's row; a number that is not published is a code."""

    urn: str
    cohort: int | str
    disadvantaged: int | str
    others: int | str
    points: float | str
    count: int | str
    percent: int | str
    percent_all: int | str
    percent_other: int | str
    selective: bool
    special: bool
    authority: str
    region: str

    def number(self, name):
        cell = getattr(self, name)
        return None if isinstance(cell, str) else cell


def hold(folder: Path, schools: Iterable[Made]) -> Store:
    """Write the tables of the schools' store into a folder and open it with Polars."""
    return hold_years(folder, {YEAR: schools})


def hold_years(folder: Path, years: Mapping[int, Iterable[Made]]) -> Store:
    """Write a table a year, each a release; 2011 to 2013 spell their columns alike."""
    numbered = dict(enumerate(((y, list(schools)) for y, schools in years.items()), start=1))
    results = [
        (id_, year, "school", s.urn, "all", column, s.number(name), code(getattr(s, name)))
        for id_, (year, schools) in numbered.items()
        for s in schools
        for name, column in NUMBERS.items()
    ]
    labels = [
        (id_, year, "school", s.urn, column, text)
        for id_, (year, schools) in numbered.items()
        for s in schools
        for column, text in (
            ("SCHNAME", f"School {s.urn}"),
            ("RECTYPE", "2" if s.special else "1"),
            ("ADMPOL", "SEL" if s.selective else "COMP"),
            ("LEA_NAME", s.authority),
            ("REGION", s.region),
        )
    ]
    numbers = Counter((row[0], row[5]) for row in results if row[6] is not None)
    holdings = [
        (id_, year, "school", "all", name, numbers[id_, name], 0, 0)
        for id_, (year, _) in numbered.items()
        for name in NUMBERS.values()
    ]
    releases = [
        tuple(release(id_, year).get(n, EMPTY[kind]) for n, kind in KINDS["releases"].items())
        for id_, (year, _) in numbered.items()
    ]
    written = {
        "meta": [(VERSION,)],
        "results": results,
        "labels": labels,
        "holdings": holdings,
        "releases": releases,
    }
    for name in FRAMES:
        frame = pl.DataFrame(written.get(name, []), schema=KINDS.get(name, ROW), orient="row")
        frame.write_parquet(folder / f"{name}.parquet")
    return Store(folder)


def release(number: int, year: int) -> dict[str, object]:
    layout = f"ks4-{year}"
    return {"id": number, "dataset": "ks4", "layout": layout, "year": year, "status": "final"}


def code(cell: object) -> str | None:
    return cell if isinstance(cell, str) else None
