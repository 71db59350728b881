"""Cells become values: a number, or the code that stands instead, or words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from codebreakers.sources import Column
from codebreakers.sources.england import CODES
from codebreakers.store.loading import Loaded
from codebreakers.store.quoting import literal

__all__ = ["number", "write_cells", "write_labels", "write_links"]

LONGEST_CODE = 12
MOST_NEW_CODES = 20

_AT_ONCE = 32  # columns read in one statement: enough to be quick, few enough to plan

# Numbers as publishers write them. A whole part longer than 15 digits is not a figure, and a
# longer exponent than two is not either: neither can be kept as it stands. All else is words:
# "nan", "1e999", "0x1A", "1_000", and 12,5 where a comma is a decimal point.
_PLAIN = r"[+-]?([0-9]{1,15}|[0-9]{0,15}\.[0-9]+)%?"
_DRESSED = (
    r"([+\x{2212}-]?£?|£[+\x{2212}-])([0-9]{1,15}|[0-9]{1,3}(,[0-9]{3}){1,4})?(\.[0-9]*)?"
    r"([eE][+-]?[0-9]{1,2})?%?"
)


def number(cell: str) -> str:
    """Return the SQL for the number a cell holds: null where it holds none.

    Parameters
    ----------
    cell : str
        The SQL for its text, trimmed.
    """
    undressed = cell
    for mark, plain in (("£", ""), ("%", ""), (",", ""), ("\u2212", "-")):
        undressed = f"replace({undressed}, '{mark}', '{plain}')"
    # Codes begin with a letter, and numbers do not: most cells are told apart by that alone.
    return (
        f"CASE WHEN {cell} = '' OR {cell} BETWEEN 'A' AND 'z' THEN NULL "
        f"WHEN regexp_full_match({cell}, '{_PLAIN}') "
        f"THEN TRY_CAST(replace({cell}, '%', '') AS DOUBLE) "
        f"WHEN regexp_full_match({cell}, '{_DRESSED}') THEN TRY_CAST({undressed} AS DOUBLE) END"
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
    start = table.count("SELECT coalesce(max(id), 0) + 1 FROM series")
    for first in range(0, len(columns), _AT_ONCE):
        branches = " UNION ALL ".join(
            f"SELECT ({start + i} + sort * {len(columns)})::INTEGER AS series, key, "  # noqa: S608
            f"{table.cells[column.name]} AS cell "
            "FROM placed POSITIONAL JOIN raw WHERE key IS NOT NULL"
            for i, column in enumerate(columns[first : first + _AT_ONCE], first)
        )
        table.run(
            "INSERT INTO cells SELECT series, key, number, CASE WHEN number IS NOT NULL THEN NULL "  # noqa: S608
            "WHEN cell = '' THEN 'blank' ELSE cell END "
            f"FROM (SELECT *, {number('cell')} AS number FROM ({branches}))"
        )
    _refuse_prose(table, columns, start)
    _write_series(table, release, start, columns)


def _write_series(table: Loaded, release: int, start: int, columns: Sequence[Column]) -> None:
    named = ", ".join(
        f"({i}, {literal(column.name)}, {literal(column.group)})"
        for i, column in enumerate(columns)
    )
    table.run(
        "INSERT INTO series SELECT series, ?, year, level, "  # noqa: S608
        "CASE WHEN grp = 'all' THEN rows_group WHEN rows_group = 'all' THEN grp "
        "ELSE array_to_string(list_sort(list_append(string_split(rows_group, '-'), grp)), '-') "
        "END, measure, numbers, codes, blanks "
        "FROM (SELECT series, count(value) AS numbers, "
        "count(code) FILTER (code <> 'blank') AS codes, "
        "count(*) FILTER (code = 'blank') AS blanks "
        f"FROM cells WHERE series >= {start} GROUP BY series) "
        f"JOIN (VALUES {named}) named(i, measure, grp) ON (series - {start}) % {len(columns)} = i "
        f"JOIN sorts ON (series - {start}) // {len(columns)} = sort ORDER BY series",
        [release],
    )


def _refuse_prose(table: Loaded, columns: Sequence[Column], start: int) -> None:
    """A code is short and there are few of them: prose in a column of numbers is a mistake."""
    found = table.run(
        "SELECT DISTINCT code FROM cells WHERE series >= ? AND code IS NOT NULL", [start]
    )
    codes = [code for (code,) in found if code not in CODES and code != "blank"]
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


def write_labels(table: Loaded, release: int) -> None:
    """Write every cell that is words: names, codes of lists, dates. Blank ones are left out.

    Parameters
    ----------
    table : Loaded
        The table, with ``placed`` beside ``raw``.
    release : int
        The number it has in the store.
    """
    branches = " UNION ALL ".join(
        f"SELECT year, level, school, {literal(column.name)} AS measure, "  # noqa: S608
        f"{table.cells[column.name]} AS cell "
        "FROM placed POSITIONAL JOIN raw WHERE key IS NOT NULL"
        for column in table.columns
        if not column.is_number
    )
    if not branches:
        return
    # A tidy table says the name of a school again for each group of its pupils.
    again = table.layout.melt is not None or table.layout.repeats
    once, ordered = ("DISTINCT", "ORDER BY ALL") if again else ("", "")
    table.run(
        f"INSERT INTO labels SELECT {once} ?, * FROM ({branches}) "  # noqa: S608
        f"WHERE cell <> '' {ordered}",
        [release],
    )


def write_links(table: Loaded, release: int) -> None:
    """Write what each line of a table of links says of its two keys.

    Parameters
    ----------
    table : Loaded
        The table, with ``placed`` beside ``raw``.
    release : int
        The number it has in the store.
    """
    link = table.layout.link
    said = {
        field: f"nullif({table.cells[link[field]]}, '')"
        if link.get(field) in table.cells
        else "NULL::VARCHAR"
        for field in ("other", "kind", "name", "since", "distance", "rank")
    }
    table.run(
        f"INSERT INTO links SELECT ?, school, {said['other']}, {said['kind']}, {said['name']}, "  # noqa: S608
        f"{said['since']}, {number(said['distance'])}, "
        f"TRY_CAST({number(said['rank'])} AS INTEGER) "
        "FROM placed POSITIONAL JOIN raw WHERE key IS NOT NULL",
        [release],
    )
