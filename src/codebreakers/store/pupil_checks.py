"""Text of pupil records as what it stands for, and why a row that is wrong is not taken in.

Everything is a query over all rows at once. A row has the first reason that applies to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from codebreakers.sources.grades import GRADES, scale_of_year
from codebreakers.sources.prior_attainment import scale_of_prior
from codebreakers.store.pupil_tables import PUPIL_TABLES, PupilColumn
from codebreakers.store.quoting import literal

__all__ = ["CONFLICT", "NOBODY", "PUPIL_REJECTED", "TWICE", "canonical", "year_in"]

TWICE = "said twice: the first is kept"
CONFLICT = "two different rows with one key: neither is kept"
NOBODY = "its pupil is not among the pupils"
PUPIL_REJECTED = "its pupil was rejected"

EARLIEST = 6
"""Years before the results year's September from which an entry may be."""

LONGEST = 64
_MOST_GCSES = 6  # of an entry: a size up to this is of GCSEs, and above it of hundredths
_YES, _NO = ("1", "y", "yes", "true", "t"), ("0", "n", "no", "false", "f")
_DATES = ("%Y-%m-%d", "%d/%m/%Y", "%Y-%m-%d %H:%M:%S")

# Other words for those declared, by column; in small letters.
_WORDS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "sex": {"female": "F", "male": "M"},
        "sen": {"none": "N", "support": "K", "sen support": "K", "plan": "E", "ehcp": "E"},
    }
)


def year_in(text: str) -> str:
    """Return the SQL of the results year that text means, null where it means none."""
    return (
        f"CASE WHEN regexp_full_match({text}, '(19|20)[0-9]{{2}}') THEN CAST({text} AS INTEGER) "
        f"WHEN regexp_full_match({text}, '(19|20)[0-9]{{2}}[/-]([0-9]{{2}})?[0-9]{{2}}') "
        f"AND CAST(right({text}, 2) AS INTEGER) = (CAST(left({text}, 4) AS INTEGER) + 1) % 100 "
        f"THEN CAST(left({text}, 4) AS INTEGER) + 1 END"
    )


def canonical(table: str, year: int, rows: str) -> str:
    """Return the query of rows as what they stand for, each with ``reason`` if it is rejected.

    Parameters
    ----------
    table : str
        ``pupils`` or ``entries``.
    year : int
        Results year.
    rows : str
        A query with ``place`` and the table's columns as text, null where blank.
    """
    columns = PUPIL_TABLES[table].columns
    cells = ", ".join(f"{_value(column, year)} AS {column.name}" for column in columns)
    texts = ", ".join(f"{column.name} AS text_{column.name}" for column in columns)
    problems = [*(found for column in columns for found in _problems(column, year))]
    if table == "entries":
        problems += _of_grades(year)
    cases = " ".join(f"WHEN {wrong} THEN {literal(reason)}" for wrong, reason in problems)
    return (
        f"SELECT place, {', '.join(column.name for column in columns)}, "  # noqa: S608
        f"CASE {cases} END AS reason FROM (SELECT place, {cells}, {texts} FROM ({rows}))"
    )


def _value(column: PupilColumn, year: int) -> str:
    """Return the SQL of what a column's text stands for, null where it stands for nothing."""
    name = column.name
    if column.allowed:
        words = {word.casefold(): word for word in column.allowed} | dict(_WORDS.get(name, {}))
        cases = " ".join(f"WHEN {literal(k)} THEN {literal(v)}" for k, v in words.items())
        return f"CASE lower({name}) {cases} END"
    if column.kind == "flag":
        return (
            f"CASE WHEN lower({name}) IN {_list(_YES)} THEN true "
            f"WHEN lower({name}) IN {_list(_NO)} THEN false END"
        )
    if column.kind == "date":
        return f"CAST(try_strptime({name}, [{', '.join(map(literal, _DATES))}]) AS DATE)"
    if column.kind == "whole":
        return _hundredths(name, year)
    return f"upper({name})" if name == "grade" else name


def _hundredths(name: str, year: int) -> str:
    """Return the SQL of hundredths, of a number that is in units or in hundredths already.

    A fine level or scaled score of key stage 2, and a size of so many GCSEs, cannot be as great
    as any in hundredths that there is.
    """
    most = _MOST_GCSES if name == "size" else scale_of_prior(year).high // 100
    number = f"TRY_CAST({name} AS DECIMAL(12, 4))"
    return (
        f"CASE WHEN {number} <= {most} THEN CAST(floor({number} * 100 + 0.5) AS INTEGER) "
        f"WHEN {number} < 1000000 THEN CAST(floor({number} + 0.5) AS INTEGER) END"
    )


def _problems(column: PupilColumn, year: int) -> list[tuple[str, str]]:
    """Return what may be wrong with a column: the SQL of when it is, and the reason given."""
    name = column.name
    text = f"text_{name}"
    found = [
        (f"length({text}) > {LONGEST}", f"{name}: over {LONGEST} characters"),
        (f"regexp_matches({text}, '[[:cntrl:]]') OR contains({text}, chr(0))", f"{name}: no text"),
    ]
    if column.required:
        found.append((f"{text} IS NULL", f"{name}: blank"))
    said = {"flag": "neither yes nor no", "date": "no date", "whole": "no number"}
    unknown = said.get(column.kind, "not known")
    if column.allowed or column.kind != "text":
        found.append((f"{text} IS NOT NULL AND {name} IS NULL", f"{name}: {unknown}"))
    if column.kind == "whole":
        low, high, of = column.low, column.high, "out of range"
        if name == "prior_attainment":
            scale = scale_of_prior(year)
            low, high, of = scale.low, scale.high, "off the scale of its year"
        found.append((f"{name} NOT BETWEEN {low} AND {high}", f"{name}: {of}"))
    if column.kind == "date":
        found += [
            (f"{name} > DATE '{year}-08-31'", "date: after the August of its results year"),
            (
                f"{name} < DATE '{year - EARLIEST}-09-01'",
                f"date: over {EARLIEST} years before its results",
            ),
        ]
    return found


def _of_grades(year: int) -> list[tuple[str, str]]:
    scale = scale_of_year(year)
    every = [f"{grade.qualification} {grade.grade}" for grade in GRADES]
    awarded = [f"{g.qualification} {g.grade}" for g in GRADES if scale in g.points]
    met = "qualification || ' ' || grade"
    return [
        (f"{met} NOT IN {_list(every)}", "grade: there is none such in that qualification"),
        (f"{met} NOT IN {_list(awarded)}", "grade: has no points on the scale of its year"),
    ]


def _list(words: Sequence[str]) -> str:
    return f"({', '.join(map(literal, words))})"
