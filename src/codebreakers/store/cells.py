"""Cells become values: a number, or the code that stands instead, or words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from codebreakers.sources import Column
from codebreakers.sources.england import CODES
from codebreakers.store.loading import Loaded
from codebreakers.store.quoting import literal
from codebreakers.store.reading import read_columns
from codebreakers.store.schema import BLANK, NUMBER

__all__ = ["number", "write_cells"]

LONGEST_CODE = 12
MOST_NEW_CODES = 20

_AT_ONCE = 32  # columns read in one statement: few to plan, and each series stays together
_CODE = "coalesce(nullif(trim(cell), ''), 'blank')"  # of a cell that holds no number
_NEW = -1  # stands for a code that has no number yet

# Numbers as publishers write them. A whole part longer than 15 digits is not a figure, and a
# longer exponent than two is not either: neither can be kept as it stands. All else is words:
# "nan", "1e999", "0x1A", "1_000", and 12,5 where a comma is a decimal point.
_PLAIN = r"[+-]?[0-9]{0,15}(?:\.[0-9]+)?%?"
_DRESSED = (
    r"([+\x{2212}-]?£?|£[+\x{2212}-])([0-9]{1,15}|[0-9]{1,3}(,[0-9]{3}){1,4})?(\.[0-9]*)?"
    r"([eE][+-]?[0-9]{1,2})?%?"
)


def number(cell: str) -> str:
    """Return the SQL for the number a cell holds: null where it holds none.

    Parameters
    ----------
    cell : str
        The SQL for its text, trimmed or not, null where it is blank.
    """
    undressed = trimmed = f"trim({cell})"
    for mark, plain in (("£", ""), ("%", ""), (",", ""), ("\u2212", "-")):
        undressed = f"replace({undressed}, '{mark}', '{plain}')"
    # Codes begin with a letter, and numbers do not: most cells are told apart by that alone. Most
    # numbers are plain, and few cells have blanks around them, so that few need to be trimmed.
    return (
        f"CASE WHEN {cell} BETWEEN 'A' AND 'z' THEN NULL "
        f"WHEN regexp_full_match({cell}, '{_PLAIN}') "
        f"THEN TRY_CAST(replace({cell}, '%', '') AS DOUBLE) "
        f"WHEN regexp_full_match({trimmed}, '{_DRESSED}') THEN TRY_CAST({undressed} AS DOUBLE) END"
    )


def write_cells(table: Loaded, release: int) -> None:
    """Write every cell of the columns of numbers, and the series they belong to.

    Parameters
    ----------
    table : Loaded
        The table, with ``placed`` beside ``raw``.
    release : int
        The number it has in the store.

    Raises
    ------
    ReleaseError
        A column of numbers holds prose.
    """
    columns = [column for column in table.columns if column.is_number]
    if not columns:
        return
    start = table.next_id("series")
    known = [code for (code,) in table.ask("SELECT code FROM codes ORDER BY id")]
    _insert(table, columns, start, known)
    met = table.ask("SELECT DISTINCT code FROM counted ORDER BY code")
    new = _new_codes(table, columns, known) if (_NEW,) in met else []
    _refuse_prose(table, columns, [*(known[i - 1] for (i,) in met if i > 0), *new])
    if new:
        numbered = ", ".join(f"({i}, {literal(c)})" for i, c in enumerate(new, len(known) + 1))
        table.ask(f"INSERT INTO codes VALUES {numbered}")  # noqa: S608
        table.ask(f"DELETE FROM cells WHERE series >= {start}")  # noqa: S608
        _insert(table, columns, start, [*known, *new])
    _write_series(table, release, start, columns)


def _insert(table: Loaded, columns: Sequence[Column], start: int, known: Sequence[str]) -> None:
    """Write every cell, and make ``counted`` in the store for a while: how many a series and code.

    A code that is not among those known is written as `_NEW`.
    """
    listed = f"[{', '.join(map(literal, known))}]"
    table.write_all(
        "INSERT INTO cells FROM found",
        (
            f"SELECT ({start} + i + sort * {len(columns)})::INTEGER, key, number, "  # noqa: S608
            f"(CASE WHEN number IS NULL THEN coalesce(list_position({listed}, {_CODE}), {_NEW}) "
            f"ELSE {NUMBER} END)::SMALLINT FROM (SELECT *, {number('cell')} AS number "
            f"FROM ({read_columns(table, columns[first : first + _AT_ONCE], first)}))"
            for first in range(0, len(columns), _AT_ONCE)
        ),
    )
    table.ask(
        "CREATE OR REPLACE TEMP TABLE counted AS SELECT series, code, count(*) AS cells "  # noqa: S608
        f"FROM cells WHERE series >= {start} GROUP BY ALL"
    )


def _new_codes(table: Loaded, columns: Sequence[Column], known: Sequence[str]) -> list[str]:
    """Return what stands for a number and is not known, in alphabetical order."""
    listed = ", ".join(map(literal, known))
    met: set[str] = set()
    for first in range(0, len(columns), _AT_ONCE):
        rows = read_columns(table, columns[first : first + _AT_ONCE], first)
        found = table.run(
            f"SELECT DISTINCT {_CODE} AS code FROM ({rows}) "  # noqa: S608
            f"WHERE {number('cell')} IS NULL AND code NOT IN ({listed})"
        )
        met.update(code for (code,) in found)
    return sorted(met)


def _write_series(table: Loaded, release: int, start: int, columns: Sequence[Column]) -> None:
    named = ", ".join(
        f"({i}, {literal(column.name)}, {literal(column.group)})"
        for i, column in enumerate(columns)
    )
    table.write(
        f"INSERT INTO series SELECT series, {release}, year, level, "  # noqa: S608
        "CASE WHEN grp = 'all' THEN rows_group WHEN rows_group = 'all' THEN grp "
        "ELSE array_to_string(list_sort(list_append(string_split(rows_group, '-'), grp)), '-') "
        "END, measure, numbers, codes, blanks "
        f"FROM (SELECT series, coalesce(sum(cells) FILTER (code = {NUMBER}), 0) AS numbers, "
        f"coalesce(sum(cells) FILTER (code = {BLANK}), 0) AS blanks, "
        "sum(cells) - numbers - blanks AS codes FROM counted GROUP BY series) "
        f"JOIN (VALUES {named}) named(i, measure, grp) ON (series - {start}) % {len(columns)} = i "
        f"JOIN found ON (series - {start}) // {len(columns)} = sort ORDER BY series",
        found="FROM sorts",
    )


def _refuse_prose(table: Loaded, columns: Sequence[Column], met: Sequence[str]) -> None:
    """A code is short and there are few of them: prose in a column of numbers is a mistake."""
    codes = [code for code in met if code not in CODES and code != "blank"]
    prose = [code for code in codes if len(code) > LONGEST_CODE]
    if not prose and len(codes) <= MOST_NEW_CODES:
        return
    line, name, cell = min(_where(table, columns, prose or codes))
    raise table.error(
        f"column {name} should hold a number or a publisher's code, not {_shortened(cell)!r}",
        line=line,
        available=sorted(CODES),
        remedy="Is a separator missing on this line, or a column out of place?",
    )


def _where(
    table: Loaded, columns: Sequence[Column], met: Sequence[str]
) -> Iterable[tuple[int, str, str]]:
    """Return the first line on which each column has one of the cells met."""
    listed = ", ".join(map(literal, met))
    for column in columns:
        cell = table.cells[column.name]
        first = table.run(
            f"SELECT raw.line, {cell} "  # noqa: S608
            "FROM placed POSITIONAL JOIN raw "
            f"WHERE key IS NOT NULL AND {cell} IN ({listed}) ORDER BY raw.line LIMIT 1"
        )
        yield from ((line, column.name, said) for line, said in first)


def _shortened(cell: str, length: int = 60) -> str:
    return cell if len(cell) <= length else f"{cell[:length]}..."
