"""Cells that are words become rows: names, types, postcodes, dates; and links of two keys."""

from __future__ import annotations

from codebreakers.store.cells import number
from codebreakers.store.loading import Loaded
from codebreakers.store.quoting import literal
from codebreakers.store.reading import read_columns

__all__ = ["write_links", "write_words"]


def write_words(table: Loaded, release: int) -> None:
    """Write every cell of the columns of words, and their headings. Blank ones are left out.

    Parameters
    ----------
    table : Loaded
        The table, with ``placed`` beside ``raw``.
    release : int
        The number it has in the store.
    """
    columns = [column for column in table.columns if not column.is_number]
    if not columns:
        return
    start = table.next_id("headings")
    named = ", ".join(f"({i}, {literal(column.name)})" for i, column in enumerate(columns))
    table.write(
        f"INSERT INTO headings SELECT {start} + place * {len(columns)} + i, {release}, year, "  # noqa: S608
        f"level, measure FROM found CROSS JOIN (VALUES {named}) named(i, measure) ORDER BY 1",
        found="SELECT DISTINCT place, year, level FROM sorts",
    )
    # A tidy table says the name of a school again for each group of its pupils.
    again = table.layout.melt is not None or table.layout.repeats
    once, ordered = ("DISTINCT", "ORDER BY ALL") if again else ("", "")
    table.write(
        "INSERT INTO words FROM found",
        f"SELECT {once} {start} + place * {len(columns)} + i, key, "  # noqa: S608
        f"trim(cell) AS text FROM ({read_columns(table, columns)}) WHERE text <> '' {ordered}",
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
    table.write(
        "INSERT INTO links FROM found",
        f"SELECT {release}, school, {said['other']}, {said['kind']}, {said['name']}, "  # noqa: S608
        f"{said['since']}, {number(said['distance'])}, "
        f"TRY_CAST({number(said['rank'])} AS INTEGER) "
        "FROM placed POSITIONAL JOIN raw WHERE key IS NOT NULL",
    )
