"""Columns of a loaded table, one below the other."""

from __future__ import annotations

from collections.abc import Sequence

from codebreakers.sources import Column
from codebreakers.store.loading import Loaded

__all__ = ["read_columns"]


def read_columns(table: Loaded, columns: Sequence[Column], first: int = 0) -> str:
    """Return the SQL for the cells of some columns, of the rows that are kept.

    Parameters
    ----------
    table : Loaded
        The table, with ``placed`` beside ``raw``.
    columns : sequence of Column
        Which of its columns.
    first : int
        The number of the first; the others follow.

    Returns
    -------
    str
        A query for ``i``, the column's number, ``key``, ``sort`` and ``place`` of its row, and
        ``cell``, the text as it was written.

    Notes
    -----
    The table is read once for all the columns. To read it once for each, and put these one below
    the other with UNION ALL, takes longer to plan than to do.
    """
    arms = " ".join(f"WHEN {i} THEN {table.written[c.name]}" for i, c in enumerate(columns, first))
    return (
        f"SELECT i, key, sort, place, CASE i {arms} END AS cell "  # noqa: S608
        f"FROM (SELECT range::INTEGER AS i FROM range({first}, {first + len(columns)})) "
        "CROSS JOIN (FROM placed POSITIONAL JOIN raw) WHERE key IS NOT NULL"
    )
