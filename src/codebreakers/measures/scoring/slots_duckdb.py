"""The same as `entries.results` and `slots.filled`, in SQL: several times as fast on DuckDB.

A pupil's results are put into a list for each bucket and sorted there, which spares DuckDB the
windows that the expressions come to. Nothing is said here that the expressions do not say: every
worked pupil of the tests is scored by both.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from codebreakers.measures.scoring import EntryMeasure, Rules
from codebreakers.measures.scoring.entries import (
    LAST_DAY,
    PASSED,
    POINTS,
    RESULT,
    SIZE,
    SUBJECT,
    VOCATIONAL,
    Part,
)
from codebreakers.measures.scoring.slots import rounds_of, subjects_of_weights, weighted
from codebreakers.store.engines import Lazy
from codebreakers.store.pupil_duckdb import DuckDBRecords
from codebreakers.store.pupil_tables import SUBJECTS

__all__ = ["can_fill", "filled_in_sql"]

_GCSE = 100
_NOWHERE = 99
_VOCATIONAL = "qualification = 'vocational'"


def can_fill(measure: EntryMeasure, rules: Rules) -> bool:
    """Return whether the SQL covers a measure: buckets apart, then at most one of any subject."""
    rounds = rounds_of(measure.buckets)
    last = [bucket for _, bucket in rounds[-1]] if rounds else []
    return (
        rules.most is None
        and rules.equivalents
        and bool(rounds)
        and (len(rounds) == 1 or (len(rounds) == 2 and not last[0].subjects))
    )


def filled_in_sql(
    records: DuckDBRecords, entries: Lazy, measure: EntryMeasure, rules: Rules, most_units: int
) -> Lazy:
    """Return each pupil's score, as `slots.filled` does.

    Parameters
    ----------
    records : DuckDBRecords
        Which has the small tables of `entries.words_of`.
    entries : LazyFrame
        Of one results year, or of some of its pupils.
    measure : EntryMeasure
        That `can_fill` covers.
    rules : Rules
    most_units : int
        The greatest size of an entry, in whole GCSEs.
    """
    places = [_NOWHERE, *(at for at, _ in rounds_of(measure.buckets)[0])]
    lists = ", ".join(f"{_gathered(at, most_units)} AS {_list(at)}" for at in places)
    taken = "".join(
        f", coalesce(max(({_is_in([subject])})::BIGINT), 0) AS {subject}"
        for subject in subjects_of_weights(measure)
    )
    names = "".join(f", {subject}" for subject in subjects_of_weights(measure))
    return weighted(
        records.query(
            f"WITH counting AS ({_counting(entries, rules)}), "  # noqa: S608
            f"placed AS (SELECT *, {_placed(measure)} AS place FROM counting), "
            f"gathered AS (SELECT pupil, sum(entries)::BIGINT AS entries, {lists}{taken} "
            "FROM placed GROUP BY pupil) "
            f"SELECT pupil, entries{names}, {_sums(measure)} FROM gathered"
        ),
        measure,
    )


def _counting(entries: Lazy, rules: Rules) -> str:
    """Return the query of the results that count, as `entries.results` does."""
    size = "size"
    if not rules.by_size:
        size = f"CASE WHEN {_VOCATIONAL} THEN least(size, {_GCSE}) ELSE size END"
    whole = (
        f"points * {POINTS.unit} + ({size}) * {SIZE.unit} + number * {SUBJECT.unit} "
        f"+ passed * {PASSED.unit} + ({_VOCATIONAL})::BIGINT * {VOCATIONAL.unit}"
    )
    if rules.first:
        day = "year(date) * 10000 + month(date) * 100 + day(date)"
        whole += f" + ({LAST_DAY} - ({day})) * {RESULT}"
    return (
        f"SELECT pupil, entries, {_part(POINTS)} AS points, {_part(SIZE)} // {_GCSE} AS units, "  # noqa: S608
        f"{_part(SUBJECT)} AS subject, {_part(VOCATIONAL)} AS vocational FROM ("
        f"SELECT pupil, count(*) AS entries, max({whole}) AS whole "
        f"FROM ({_native(entries).sql_query()}) JOIN grades USING (qualification, grade) "
        "JOIN subjects USING (subject) GROUP BY pupil, discount_code)"
    )


def _native(lazy: Lazy) -> Any:
    return lazy.to_native()


def _part(part: Part) -> str:
    return f"(whole % {part.unit * part.values}) // {part.unit}"


def _is_in(subjects: Sequence[str]) -> str:
    numbers = ", ".join(str(SUBJECTS.index(subject)) for subject in subjects)
    return f"subject IN ({numbers}) AND vocational = 0"


def _placed(measure: EntryMeasure) -> str:
    """Return the number of the bucket a result is first put into."""
    cases = " ".join(
        f"WHEN {_is_in(bucket.subjects)} THEN {at}" if bucket.subjects else f"WHEN true THEN {at}"
        for at, bucket in rounds_of(measure.buckets)[0]
    )
    return f"CASE {cases} ELSE {_NOWHERE} END"


def _gathered(at: int, most_units: int) -> str:
    """Return a bucket's list of points, the best first, once for each slot a result can fill."""
    lists = ", ".join(
        f"list(points) FILTER (place = {at} AND units >= {units})"
        for units in range(1, max(1, most_units) + 1)
    )
    return f"list_reverse_sort(list_concat({lists}))"


def _sums(measure: EntryMeasure) -> str:
    """Return what each bucket comes to: the best of its list, then the best of all that is left."""
    rounds = rounds_of(measure.buckets)
    sums = [_best(_list(at), bucket.best, at) for at, bucket in rounds[0]]
    if len(rounds) == 2:
        ((at, bucket),) = rounds[1]
        left = ", ".join(f"{_list(first)}[{other.best + 1}:]" for first, other in rounds[0])
        every = f"list_concat({_list(_NOWHERE)}, {left})"
        sums.append(_best(f"list_reverse_sort({every})", bucket.best, at))
    return ", ".join(sums)


def _list(at: int) -> str:
    return f"list_{at}"


def _best(points: str, best: int, at: int) -> str:
    return f"coalesce(list_sum({points}[:{best}]), 0)::BIGINT AS bucket_{at}"
