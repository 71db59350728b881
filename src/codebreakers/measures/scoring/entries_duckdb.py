"""The same as `entries.results`, in SQL: several times as fast on DuckDB.

A pupil's entries are put into one list, so that DuckDB groups by pupils and not by each of their
discount codes; only lists in which a code may stand twice are looked through for it. Nothing is
said here that the expressions do not say: every worked pupil of the tests is scored by both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from codebreakers.measures.scoring import Rules
from codebreakers.measures.scoring.entries import (
    PASSED,
    POINTS,
    RESULT,
    SIZE,
    SUBJECT,
    VOCATIONAL,
    Part,
)
from codebreakers.store.engines import Lazy
from codebreakers.store.pupil_duckdb import DuckDBRecords

__all__ = ["HELD", "can_hold", "hold", "of_part", "results_in_sql"]

HELD = "held"
"""The table of pupils: ``pupil``, ``entries`` (how many), ``held`` (results that count, the best
first)."""

_GCSE = 100
_VOCATIONAL = "qualification = 'vocational'"
_CODES = Part(1, 4096)
_DAYS = 2**17  # that is what 63 bits leave beside a result and a code: from 1841 to 2199
_AFTER = "DATE '2200-01-01'"
_WORD = 64


def can_hold(records: DuckDBRecords, entries: Lazy, rules: Rules) -> bool:
    """Return whether a result, its code and its day go into one whole number."""
    found = records.query(
        "SELECT count(DISTINCT discount_code) AS codes, "  # noqa: S608
        f"coalesce(min({_AFTER} - date), 0) AS low, coalesce(max({_AFTER} - date), 0) AS high "
        f"FROM ({_native(entries).sql_query()})"
    )
    codes, low, high = (int(values[0]) for values in records.arrays(found).values())
    return rules.equivalents and codes <= _CODES.values and low >= 0 and high < _DAYS


def hold(
    records: DuckDBRecords, entries: Lazy, parts: Iterable[Lazy], rules: Rules, stamp: str
) -> None:
    """Keep every pupil's results that count, unless they are kept already.

    Parameters
    ----------
    records : DuckDBRecords
        Which has the small tables of `entries.words_of`.
    entries : LazyFrame
        Of one results year.
    parts : iterable of LazyFrame
        The same, some pupils at a time.
    rules : Rules
        That `can_hold` these entries.
    stamp : str
        What tells these entries from others.
    """
    codes = records.query(
        "SELECT discount_code, (row_number() OVER (ORDER BY discount_code) - 1)::BIGINT AS code "  # noqa: S608
        f"FROM (SELECT DISTINCT discount_code FROM ({_native(entries).sql_query()}))"
    )

    def lists() -> Iterator[Lazy]:
        records.kept("codes", [codes])
        for part in parts:
            yield records.query(_lists(part, rules))

    shared = (stamp, rules.points, rules.first, rules.by_size)
    records.kept(HELD, lists(), key=repr(shared))


def results_in_sql(records: DuckDBRecords) -> Lazy:
    """Return what is held as `entries.results` returns it.

    A pupil's ``entries`` stand beside the best result, and none beside the others.
    """
    parts = {
        "points": POINTS,
        "size": SIZE,
        "subject": SUBJECT,
        "passed": PASSED,
        "vocational": VOCATIONAL,
    }
    columns = ", ".join(f"{of_part('result', part)} AS {name}" for name, part in parts.items())
    return records.query(
        "SELECT pupil, CASE WHEN place = 1 THEN entries ELSE 0 END AS entries, result, "  # noqa: S608
        f"{columns} FROM (SELECT pupil, entries, unnest({HELD}) AS result, "
        f"generate_subscripts({HELD}, 1) AS place FROM {HELD})"
    )


def of_part(result: str, part: Part) -> str:
    """Return one part of a result, as `Part.of` does: each begins at a bit and has whole bits."""
    return f"(({result} >> {_bits(part.unit)}) & {part.values - 1})"


def _bits(unit: int) -> int:
    return unit.bit_length() - 1


def _lists(entries: Lazy, rules: Rules) -> str:
    """Return the query of pupils with their results, each on top of the number of its code."""
    size = "size"
    if not rules.by_size:
        size = f"CASE WHEN {_VOCATIONAL} THEN least(size, {_GCSE}) ELSE size END"
    worth = (
        f"points * {POINTS.unit} + passed * {PASSED.unit} "
        f"+ ({_VOCATIONAL})::BIGINT * {VOCATIONAL.unit}"
    )
    whole = f"worth + ({size}) * {SIZE.unit} + number * {SUBJECT.unit}"
    if rules.first:
        whole += f" + ({_AFTER} - date) * {RESULT}"
    mine, its = (of_part(name, _CODES) for name in "wv")
    greatest = f"list_max(list_filter(every, lambda w: {mine} = {its}))"
    counting = (
        # As many codes as entries: none stands there twice. Of fewer bits some may.
        f"CASE WHEN bit_count(codes) = len(every) THEN every "
        f"ELSE list_filter(list_distinct(every), lambda v: v = {greatest}) END"
    )
    result = of_part("v", Part(_CODES.values, RESULT))
    return (
        "SELECT pupil, len(every) AS entries, "  # noqa: S608
        f"list_reverse_sort(list_transform({counting}, lambda v: {result})) AS {HELD} "
        f"FROM (SELECT pupil, list(({whole}) * {_CODES.values} + code) AS every, "
        f"bit_or(1::UBIGINT << (code % {_WORD})::UBIGINT) AS codes "
        f"FROM ({_native(entries).sql_query()}) "
        f"JOIN (SELECT qualification, grade, {worth} AS worth FROM grades) "
        "USING (qualification, grade) "
        "JOIN subjects USING (subject) JOIN codes USING (discount_code) GROUP BY pupil)"
    )


def _native(lazy: Lazy) -> Any:
    return lazy.to_native()
