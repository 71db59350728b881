"""Rows that are not kept as they stand: what is about nothing, and what is said twice."""

from __future__ import annotations

from codebreakers.store.loading import Loaded

__all__ = ["read_once", "set_aside"]


def set_aside(table: Loaded, release: int) -> int:
    """Note and drop the rows of ``keyed`` that name nothing: a footnote, a total.

    Parameters
    ----------
    table : Loaded
        The table.
    release : int
        The number it will have in the store.

    Returns
    -------
    int
        How many there were.
    """
    table.write(
        "INSERT INTO notes FROM found",
        f"SELECT {release}, 'set aside', '', line, 1, "  # noqa: S608
        "'names no school, authority or nation' FROM keyed WHERE school IS NULL ORDER BY line",
    )
    count = table.count("SELECT count(*) FROM keyed WHERE school IS NULL")
    table.run("DELETE FROM keyed WHERE school IS NULL")
    return count


def read_once(table: Loaded, release: int) -> int:
    """Note and drop exact copies of an earlier row.

    Parameters
    ----------
    table : Loaded
        The table.
    release : int
        The number it will have in the store.

    Returns
    -------
    int
        How many rows were copies.

    Raises
    ------
    ReleaseError
        Two different rows are about the same school, year and pupils; both lines are named.
    """
    alike = "level, school, year, rows_group"
    table.run(
        f"CREATE TABLE twice AS SELECT line, school, "  # noqa: S608
        f"min(line) OVER (PARTITION BY {alike}) AS first, "
        f"count(*) OVER (PARTITION BY {alike}) AS times FROM keyed QUALIFY times > 1"
    )
    if table.count("SELECT count(*) FROM twice") == 0:
        return 0
    table.run(
        "CREATE TABLE contents AS SELECT line, first, school, "  # noqa: S608
        f"[{', '.join(table.cells.values())}] AS content "
        "FROM twice JOIN raw USING (line)"
    )
    if not table.layout.repeats:
        _refuse_conflict(table)
    return _drop_copies(table, release)


def _refuse_conflict(table: Loaded) -> None:
    conflicts = table.run(
        "SELECT b.school, a.line, b.line FROM contents a JOIN contents b ON b.first = a.line "
        "WHERE a.content <> b.content ORDER BY b.line LIMIT 1"
    )
    for school, first, line in conflicts:
        raise table.error(
            f"{school} has two different rows, this one and line {first}",
            line=line,
            remedy="Take out the one that is wrong, or ask the publisher; neither is guessed.",
        )


def _drop_copies(table: Loaded, release: int) -> int:
    table.run(
        "CREATE TABLE copies AS SELECT line, school FROM contents "
        "QUALIFY row_number() OVER (PARTITION BY first, content ORDER BY line) > 1"
    )
    table.write(
        "INSERT INTO notes FROM found",
        f"SELECT {release}, 'copy', school, line, 1, "  # noqa: S608
        "'an exact copy of an earlier row, read once' FROM copies ORDER BY line",
    )
    table.run("DELETE FROM keyed WHERE line IN (SELECT line FROM copies)")
    return table.count("SELECT count(*) FROM copies")
