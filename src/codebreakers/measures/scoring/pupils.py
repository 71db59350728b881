"""A year's pupils, each with a score: the last table that has a row for a pupil."""

from __future__ import annotations

from collections.abc import Iterator

from codebreakers.errors import CannotAnswerError
from codebreakers.measures.scoring import EntryMeasure, Rules, rules_of
from codebreakers.measures.scoring.entries import results, words_of
from codebreakers.measures.scoring.entries_duckdb import can_hold, hold, results_in_sql
from codebreakers.measures.scoring.needs import met
from codebreakers.measures.scoring.slots import filled
from codebreakers.measures.scoring.slots_duckdb import can_fill, filled_in_sql
from codebreakers.store.engines import Lazy
from codebreakers.store.pupil_duckdb import DuckDBRecords
from codebreakers.store.pupil_records import Block, PupilRecords
from codebreakers.store.pupil_tables import ENTRIES, SUBJECTS

import narwhals as nw  # isort: skip

__all__ = ["scored"]

_MOST_NAMED = 5
_GCSE = 100


def scored(records: PupilRecords, measure: EntryMeasure, year: int) -> Lazy:
    """Return a year's pupils with their scores, worked out and kept.

    Parameters
    ----------
    records : PupilRecords
    measure : EntryMeasure
    year : int
        Results year.

    Returns
    -------
    LazyFrame
        ``pupil``, ``school``, ``prior_attainment`` and ``score``: whole hundredths of a point
        before `EntryMeasure.divide`, or 0 and 1 for a measure of needs. A pupil without entries
        scores 0.

    Raises
    ------
    CannotAnswerError
        An entry has a grade, subject or size that does not exist, or belongs to no pupil; a pupil
        stands there twice. Nothing of that kind is passed over.
    """
    rules = rules_of(measure, year)
    entries, pupils = records.table("entries", year), records.table("pupils", year)
    stamp = f"{year} {records.stamp(year)}"
    total, largest = _check_entries(records, entries, rules, year, stamp)
    words = words_of(records, rules)

    def parts() -> Iterator[Lazy]:
        if (
            isinstance(records, DuckDBRecords)
            and not records.expressions
            and can_hold(records, entries, rules)
        ):
            some = (_within(entries, block) for block in records.blocks(year))
            hold(records, entries, some, rules, stamp)
            yield _joined(pupils, _in_sql(records, measure, rules, largest))
            return
        for block in records.blocks(year):
            counting = results(_within(entries, block), words, rules)
            yield _joined(_within(pupils, block), _scores(counting, measure, rules))

    # Progress 8 is of the scores that Attainment 8 is: asked for both, an engine scores once.
    key = repr((stamp, rules, measure.buckets, measure.needs))
    kept = records.kept("scored", parts(), key=key)
    _check_pupils(records, kept, total, year)
    return kept


def _in_sql(records: DuckDBRecords, measure: EntryMeasure, rules: Rules, largest: int) -> Lazy:
    if can_fill(measure, rules):
        return filled_in_sql(records, measure, largest // _GCSE)
    return _scores(results_in_sql(records), measure, rules)


def _scores(counting: Lazy, measure: EntryMeasure, rules: Rules) -> Lazy:
    return (met if measure.needs else filled)(counting, measure, rules)


def _within(rows: Lazy, block: Block) -> Lazy:
    first, beyond = block
    if first is not None:
        rows = rows.filter(nw.col("pupil") >= first)
    if beyond is not None:
        rows = rows.filter(nw.col("pupil") < beyond)
    return rows


def _joined(pupils: Lazy, scores: Lazy) -> Lazy:
    """Return every pupil with a score; those without entries have none of either."""
    nothing = nw.lit(0, nw.Int64)
    return (
        pupils.select("pupil", "school", "prior_attainment")
        .join(scores, on="pupil", how="left")
        .select(
            "pupil",
            "school",
            nw.col("prior_attainment").cast(nw.Int64),
            nw.coalesce(nw.col("score"), nothing).cast(nw.Int64).alias("score"),
            nw.coalesce(nw.col("entries").cast(nw.Int64), nothing).alias("entries"),
        )
    )


def _check_entries(
    records: PupilRecords, entries: Lazy, rules: Rules, year: int, stamp: str
) -> tuple[int, int]:
    """Return how many entries there are and the size of the largest.

    Each of them has a grade and a subject that exist, or none is counted.
    """
    kinds = entries.group_by("qualification", "subject", "grade").agg(
        entries=nw.len(),
        smallest=nw.col("size").min(),
        largest=nw.col("size").max(),
        sizes=nw.col("size").count(),
        dates=nw.col("date").count(),
        codes=nw.col("discount_code").count(),
        pupils=nw.col("pupil").count(),
    )
    held = records.kept("kinds", [kinds], key=stamp)
    met_with = {name: values.tolist() for name, values in records.arrays(held).items()}
    size = next(column for column in ENTRIES.columns if column.name == "size")
    unknown: list[str] = []
    for at, count in enumerate(met_with["entries"]):
        kind, subject, grade = (met_with[k][at] for k in ("qualification", "subject", "grade"))
        said = f"{int(count):,} entries"
        if (kind, grade) not in rules.points:
            unknown.append(f"{said} of grade {grade!r} in {kind!r}")
        if subject not in SUBJECTS:
            unknown.append(f"{said} in the subject {subject!r}")
        if min(met_with[k][at] for k in ("sizes", "dates", "codes", "pupils")) < count:
            unknown.append(f"some of {said} in {subject} without pupil, size, code or date")
        elif not size.low <= met_with["smallest"][at] <= met_with["largest"][at] <= size.high:
            unknown.append(f"some of {said} in {subject} of size {met_with['largest'][at]:g}")
    if unknown:
        more = f" and {len(unknown) - _MOST_NAMED} more" if len(unknown) > _MOST_NAMED else ""
        raise CannotAnswerError(
            f"What is not known in the entries of {year}: "
            f"{'; '.join(unknown[:_MOST_NAMED])}{more}. None is counted as 0.",
            available=sorted({grade for _, grade in rules.points}),
            remedy="Mend these entries, or take them out.",
        )
    return int(sum(met_with["entries"])), int(max(met_with["largest"], default=0))


def _check_pupils(records: PupilRecords, kept: Lazy, total: int, year: int) -> None:
    found = records.arrays(
        kept.select(
            rows=nw.len(),
            pupils=nw.col("pupil").n_unique(),
            schools=nw.col("school").count(),
            entries=nw.col("entries").sum(),
        )
    )
    rows, pupils, schools, entries = (
        int(found[name][0]) for name in ("rows", "pupils", "schools", "entries")
    )
    if rows != pupils:
        raise CannotAnswerError(
            f"{rows - pupils:,} rows of the pupils of {year} are about a pupil who has one "
            "already.",
            remedy="Leave one row a pupil and year.",
        )
    if schools != rows:
        raise CannotAnswerError(
            f"{rows - schools:,} pupils of {year} have no school.", remedy="Give each a URN."
        )
    if entries != total:
        raise CannotAnswerError(
            f"{total - entries:,} entries of {year} belong to nobody among its pupils.",
            remedy="Add these pupils, or take the entries out.",
        )
