"""Results fill the slots of a measure, the best first; each result once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from codebreakers.measures.scoring import Bucket, EntryMeasure, Rules
from codebreakers.measures.scoring.entries import is_in
from codebreakers.store.engines import Lazy

import narwhals as nw  # isort: skip

__all__ = ["filled", "rounds_of", "subjects_of_weights", "weighted"]

_GCSE = 100
_NOTHING = nw.lit(0, nw.Int64)
_NO_BUCKET = -1

Numbered = tuple[int, Bucket]


def rounds_of(buckets: Sequence[Bucket]) -> list[list[Numbered]]:
    """Return numbered buckets in rounds: those of one share no subject, so none has to wait."""
    rounds: list[list[Numbered]] = []
    for number, bucket in enumerate(buckets):
        if rounds and all(_apart(bucket, other) for _, other in rounds[-1]):
            rounds[-1].append((number, bucket))
        else:
            rounds.append([(number, bucket)])
    return rounds


def _apart(one: Bucket, other: Bucket) -> bool:
    return bool(one.subjects and other.subjects) and not {*one.subjects} & {*other.subjects}


def filled(results: Lazy, measure: EntryMeasure, rules: Rules) -> Lazy:
    """Return each pupil's score.

    Parameters
    ----------
    results : LazyFrame
        As `entries.results` gives them.
    measure : EntryMeasure
        Of buckets.
    rules : Rules

    Returns
    -------
    LazyFrame
        ``pupil``; ``entries``; ``score``, hundredths of a point before `EntryMeasure.divide`.
    """
    rows = results.with_columns(
        rest=nw.col("size") // _GCSE,
        # The best first. Two that are alike in this are alike in all that counts.
        order=-nw.col("result"),
    )
    if rules.most is not None:
        rows = _capped(rows, rules.most)
    for numbered in rounds_of(measure.buckets):
        rows = _one_round(rows, numbered)
    sums = {f"bucket_{i}": nw.col(f"got_{i}").sum() for i in range(len(measure.buckets))}
    taken = {
        subject: nw.when(is_in((subject,))).then(nw.lit(1, nw.Int64)).otherwise(_NOTHING).max()
        for subject in subjects_of_weights(measure)
    }
    sums["entries"] = nw.col("entries").sum()
    return weighted(rows.group_by("pupil").agg(**sums, **taken), measure)


def subjects_of_weights(measure: EntryMeasure) -> list[str]:
    """Return the subjects on which a weight depends, in order."""
    sets = (together for bucket in measure.buckets for together in bucket.full_weight_if_taken)
    return sorted({subject for together in sets for subject in together})


def weighted(pupils: Lazy, measure: EntryMeasure) -> Lazy:
    """Return pupils' scores from what each bucket came to.

    Parameters
    ----------
    pupils : LazyFrame
        ``pupil``; ``entries``; ``bucket_0``, ``bucket_1``, ...; by its name,
        whether each subject on which a weight depends was taken (0 or 1).
    measure : EntryMeasure

    Returns
    -------
    LazyFrame
        ``pupil``, ``entries``, ``score``.
    """
    score = _NOTHING
    for number, bucket in enumerate(measure.buckets):
        got = nw.col(f"bucket_{number}").cast(nw.Int64)
        full = [
            reduce(lambda a, b: a & b, (nw.col(subject) == 1 for subject in together))
            for together in bucket.full_weight_if_taken
        ]
        if full:
            any_of = reduce(lambda a, b: a | b, full)
            score = score + nw.when(any_of).then(got * bucket.weight).otherwise(
                got * bucket.otherwise_weight
            )
        else:
            score = score + got * bucket.weight
    return pupils.select("pupil", "entries", score=score)


def _one_round(rows: Lazy, numbered: Sequence[Numbered]) -> Lazy:
    """Fill the slots of buckets that share no subject; ``rest`` is what each result has left."""
    at, best = nw.lit(_NO_BUCKET, nw.Int64), _NOTHING
    for number, bucket in numbered:
        mine = is_in(bucket.subjects)
        at = nw.when(mine).then(nw.lit(number, nw.Int64)).otherwise(at)
        best = nw.when(mine).then(nw.lit(bucket.best, nw.Int64)).otherwise(best)
    rest, used = nw.col("rest"), nw.col("used")
    rows = rows.with_columns(at=at, best=best)
    rows = rows.with_columns(sofar=rest.cum_sum().over("pupil", "at", order_by="order"))
    rows = rows.with_columns(used=_within(nw.col("best") - nw.col("sofar") + rest, rest))
    got = {
        f"got_{number}": nw.when(nw.col("at") == number)
        .then(nw.col("points") * used)
        .otherwise(_NOTHING)
        for number, _ in numbered
    }
    return rows.with_columns(rest=rest - used, **got)


def _capped(rows: Lazy, most: int) -> Lazy:
    """Leave each pupil the best so many vocational results."""
    rest, vocational = nw.col("rest"), nw.col("vocational") == 1
    rows = rows.with_columns(sofar=rest.cum_sum().over("pupil", "vocational", order_by="order"))
    left = _within(most - nw.col("sofar") + rest, rest)
    return rows.with_columns(rest=nw.when(vocational).then(left).otherwise(rest))


def _within(wanted: nw.Expr, most: nw.Expr) -> nw.Expr:
    """Return what is wanted, no less than 0 and no more than there is."""
    return nw.when(wanted <= 0).then(_NOTHING).when(wanted > most).then(most).otherwise(wanted)
