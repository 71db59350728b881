"""The same as `slots.filled`, in SQL: several times as fast on DuckDB.

A pupil's list of results is divided into one for each bucket, which spares DuckDB the windows that
the expressions come to. Nothing is said here that the expressions do not say: every worked pupil
of the tests is scored by both.
"""

from __future__ import annotations

from collections.abc import Iterable

from codebreakers.measures.scoring import EntryMeasure, Rules
from codebreakers.measures.scoring.entries import POINTS, SIZE, SUBJECT, VOCATIONAL
from codebreakers.measures.scoring.entries_duckdb import HELD, of_part
from codebreakers.measures.scoring.slots import rounds_of, subjects_of_weights, weighted
from codebreakers.store.engines import Lazy
from codebreakers.store.pupil_duckdb import DuckDBRecords
from codebreakers.store.pupil_tables import SUBJECTS

__all__ = ["can_fill", "filled_in_sql"]

_GCSE = 100
_NOWHERE = 99


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


def filled_in_sql(records: DuckDBRecords, measure: EntryMeasure, most_units: int) -> Lazy:
    """Return each pupil's score, as `slots.filled` does.

    Parameters
    ----------
    records : DuckDBRecords
        Which has what `entries_duckdb.hold` keeps.
    measure : EntryMeasure
        That `can_fill` covers.
    most_units : int
        The greatest size of an entry, in whole GCSEs.
    """
    subjects = subjects_of_weights(measure)
    # Of all results: one that is too small for a slot was taken nevertheless.
    taken = "".join(
        f", (len(list_filter({HELD}, lambda v: {_is_in([subject])})) > 0)::BIGINT AS {subject}"
        for subject in subjects
    )
    names = "".join(f", {subject}" for subject in subjects)
    return weighted(
        records.query(
            f"WITH slots AS (SELECT pupil, entries{taken}, {_slots(most_units)} AS {HELD} "  # noqa: S608
            f"FROM {HELD}), "
            f"placed AS (SELECT pupil, entries{names}, {_placed(measure)} FROM slots) "
            f"SELECT pupil, entries{names}, {_sums(measure)} FROM placed"
        ),
        measure,
    )


def _is_in(subjects: Iterable[str]) -> str:
    """Return whether a result is a GCSE in one of these subjects, of which each has a bit."""
    bits = sum(1 << SUBJECTS.index(subject) for subject in subjects)
    return f"({bits} >> {of_part('v', SUBJECT)}) & 1 = 1 AND {of_part('v', VOCATIONAL)} = 0"


def _slots(most_units: int) -> str:
    """Return a pupil's results as a list, the best first, each once for each slot it can fill."""
    units = f"{of_part('v', SIZE)} // {_GCSE}"
    if most_units <= 1:
        return f"list_filter({HELD}, lambda v: {units} = 1)"
    fills = " ".join(
        f"WHEN {slots} THEN [{', '.join('v' * slots)}]" for slots in range(1, most_units + 1)
    )
    return f"flatten(list_transform({HELD}, lambda v: CASE {units} {fills} ELSE [] END))"


def _placed(measure: EntryMeasure) -> str:
    """Return a list of the results of each bucket, and of those that none of the first has."""
    first = rounds_of(measure.buckets)[0]
    wanted = {at: _is_in(bucket.subjects) if bucket.subjects else "true" for at, bucket in first}
    named = {subject for _, bucket in first for subject in bucket.subjects}
    wanted[_NOWHERE] = f"NOT ({_is_in(named)})" if all(b.subjects for _, b in first) else "false"
    return ", ".join(
        f"list_filter({HELD}, lambda v: {mine}) AS {_list(at)}" for at, mine in wanted.items()
    )


def _sums(measure: EntryMeasure) -> str:
    """Return what each bucket comes to: the best of its list, then the best of all that is left."""
    rounds = rounds_of(measure.buckets)
    sums = [_best(_list(at), bucket.best, at) for at, bucket in rounds[0]]
    if len(rounds) == 2:
        ((at, bucket),) = rounds[1]
        # Of each list only as many as there are slots can be among the best of all.
        tails = [(_NOWHERE, 0), *((first, other.best) for first, other in rounds[0])]
        left = ", ".join(f"{_list(of)}[{used + 1}:{used + bucket.best}]" for of, used in tails)
        sums.append(_best(f"list_reverse_sort(list_concat({left}))", bucket.best, at))
    return ", ".join(sums)


def _list(at: int) -> str:
    return f"list_{at}"


def _best(results: str, best: int, at: int) -> str:
    points = f"list_sum(list_transform({results}[:{best}], lambda v: {of_part('v', POINTS)}))"
    if best == 1:
        points = of_part(f"{results}[1]", POINTS)
    return f"coalesce({points}, 0)::BIGINT AS bucket_{at}"
