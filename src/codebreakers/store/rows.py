"""What each row of a table is about: which school, authority or nation, year and pupils."""

from __future__ import annotations

from collections.abc import Mapping

from codebreakers.errors import RequestError
from codebreakers.sources import Level, results_year
from codebreakers.store.loading import Loaded
from codebreakers.store.quoting import literal

__all__ = ["key_rows", "number_rows", "years_of"]


def years_of(table: Loaded) -> dict[str, int]:
    """Return the results year that each cell of the table's year column means.

    Parameters
    ----------
    table : Loaded
        The table.

    Returns
    -------
    dict of str to int
        Empty where the table has no column of years.

    Raises
    ------
    ReleaseError
        A row that names a school, an authority or a nation has no academic year there.
    """
    cell = table.cells.get(table.layout.year_column)
    if cell is None:
        return {}
    found = table.run(
        f"SELECT {cell}, min(line) AS first FROM raw "  # noqa: S608
        f"WHERE {_level(table)} IS NOT NULL GROUP BY 1 ORDER BY first"
    )
    years = {}
    for said, line in found:
        try:
            years[said] = results_year(said)
        except RequestError as error:
            raise table.error(
                f"column {table.layout.year_column} should hold a year, not {said!r}",
                line=line,
                remedy="An academic year is written 202324, or 2023/24.",
            ) from error
    return years


def key_rows(table: Loaded, year: int, years: Mapping[str, int]) -> None:
    """Make the table ``keyed``: a row's line, level, school, year and group of pupils.

    Parameters
    ----------
    table : Loaded
        The table.
    year : int
        The results year of the whole, where its rows do not say their own.
    years : mapping of str to int
        What the cells of its year column mean; empty where it has none.

    Raises
    ------
    ReleaseError
        No column of it names anything that a row could be about.

    Notes
    -----
    ``school`` is null for a row that is about nothing declared.
    """
    table.run(
        f"CREATE TABLE keyed AS SELECT line, "  # noqa: S608
        f"{_level(table)} AS level, {_key(table)} AS school, "
        f"{_year(table, year, years)} AS year, {_rows_group(table)} AS rows_group FROM raw"
    )


def number_rows(table: Loaded) -> None:
    """Give every kept row its numbers, and make ``placed``, which has a row for each of ``raw``.

    Parameters
    ----------
    table : Loaded
        The table; ``keyed`` holds the rows that are kept.

    Notes
    -----
    A sort is what rows of one level, year and group of pupils have in common; ``sorts`` lists them,
    with a number for each level and year.
    ``placed`` is in the order of ``raw``, so that the two are read side by side; a row that is not
    kept is null there. Schools never met before are added to ``keys``.
    """
    table.write(
        "INSERT INTO keys SELECT (SELECT coalesce(max(id), 0) FROM keys) "
        "+ row_number() OVER (ORDER BY school), school FROM found ANTI JOIN keys USING (school)",
        found="SELECT DISTINCT school FROM keyed",
    )
    table.bring("keys", "FROM keys")
    table.run(
        "CREATE TABLE sorts AS SELECT row_number() OVER "
        "(ORDER BY level, year, rows_group) - 1 AS sort, "
        "dense_rank() OVER (ORDER BY level, year) - 1 AS place, level, year, rows_group "
        "FROM (SELECT DISTINCT level, year, rows_group FROM keyed)"
    )
    table.run(
        "CREATE TABLE placed AS SELECT sorts.sort, sorts.place, keys.id AS key, "
        "keyed.* FROM (SELECT line FROM raw) lines "
        "LEFT JOIN keyed USING (line) LEFT JOIN keys USING (school) "
        "LEFT JOIN sorts USING (level, year, rows_group) ORDER BY lines.line"
    )


def _levels(table: Loaded) -> list[tuple[str, Level]]:
    """Return each level that the table can have, with the SQL that says a row is of it."""
    cells = table.cells
    found = []
    for level in table.layout.levels:
        if not cells.keys() >= set(level.keys) or (level.column and level.column not in cells):
            continue
        tests = [f"{cells[key]} <> ''" for key in level.keys]
        if level.column:
            values = ", ".join(literal(v) for v in level.values)
            tests.append(f"{cells[level.column]} IN ({values})")
        if level.name == "school" and level.keys == ("URN",):
            tests.append(f"regexp_full_match({cells['URN']}, '[0-9]{{5,7}}')")
        found.append((" AND ".join(tests) or "true", level))
    if not found:
        raise table.error(
            "none of its columns names a school, an authority or a nation",
            remedy="The publisher's file has a URN column; was it taken out?",
        )
    return found


def _level(table: Loaded) -> str:
    arms = " ".join(f"WHEN {test} THEN {literal(level.name)}" for test, level in _levels(table))
    return f"CASE {arms} END"


def _key(table: Loaded) -> str:
    arms = " ".join(
        f"WHEN {test} THEN "
        + (
            literal(level.constant)
            if level.constant
            else " || '/' || ".join(table.cells[key] for key in level.keys)
        )
        for test, level in _levels(table)
    )
    return f"CASE {arms} END"


def _year(table: Loaded, year: int, years: Mapping[str, int]) -> str:
    if not years:
        return f"{year}::SMALLINT"
    cell = table.cells[table.layout.year_column]
    arms = " ".join(f"WHEN {literal(said)} THEN {year}" for said, year in years.items())
    return f"(CASE {cell} {arms} END)::SMALLINT"


def _rows_group(table: Loaded) -> str:
    """Return the SQL for the pupils a row of a tidy table counts."""
    melt = table.layout.melt
    if melt is None:
        return "'all'"
    totals = ", ".join(literal(t) for t in (*melt.totals, ""))
    parts = []
    for column in melt.filters:
        if (cell := table.cells.get(column)) is None:
            continue
        arms = " ".join(
            f"WHEN {cell} = {literal(label)} THEN {literal(group)}"
            for label, group in melt.groups.items()
        )
        other = f"{literal(column.lower() + '=')} || lower({cell})"
        parts.append(f"CASE WHEN {cell} IN ({totals}) THEN NULL {arms} ELSE {other} END")
    # Two filters may say the same group ("Disadvantage" and "Disadvantaged"): said once.
    joined = f"list_distinct([{', '.join(parts)}])"
    return f"coalesce(nullif(array_to_string(list_sort({joined}), '-'), ''), 'all')"
