"""Does a pupil have what a measure needs: five passes, English and mathematics among them?"""

from __future__ import annotations

from functools import reduce

from codebreakers.measures.scoring import PASSES, EntryMeasure, Need, Rules
from codebreakers.measures.scoring.entries import is_in
from codebreakers.store.engines import Lazy

import narwhals as nw  # isort: skip

__all__ = ["met"]

_GCSE = 100
_NOTHING = nw.lit(0, nw.Int64)


def met(results: Lazy, measure: EntryMeasure, rules: Rules) -> Lazy:
    """Return who meets every need.

    Parameters
    ----------
    results : LazyFrame
        As `entries.results` gives them.
    measure : EntryMeasure
        Of needs.
    rules : Rules

    Returns
    -------
    LazyFrame
        ``pupil``; ``entries``; ``score``, 1 for a pupil who does and 0 for one who does not.
    """
    sums: dict[str, nw.Expr] = {}
    for number, need in enumerate(measure.needs):
        counts = is_in(need.subjects) & (nw.col("passed") >= PASSES[need.grade])
        vocational = nw.col("vocational") == 1
        sums[f"gcse_{number}"] = _size(counts & ~vocational)
        sums[f"vocational_{number}"] = _size(counts & vocational)
    sums["entries"] = nw.col("entries").sum()
    pupils = results.group_by("pupil").agg(**sums)
    names = dict.fromkeys(need.name for need in measure.needs)
    every = reduce(lambda a, b: a & b, (_any_of(name, measure, rules) for name in names))
    return pupils.select(
        "pupil", "entries", score=nw.when(every).then(nw.lit(1, nw.Int64)).otherwise(_NOTHING)
    )


def _size(counts: nw.Expr) -> nw.Expr:
    return nw.when(counts).then(nw.col("size")).otherwise(_NOTHING).sum()


def _any_of(name: str, measure: EntryMeasure, rules: Rules) -> nw.Expr:
    """Return whether any of the needs of one name is met."""
    found = [
        _one(number, need, rules) for number, need in enumerate(measure.needs) if need.name == name
    ]
    return reduce(lambda a, b: a | b, found)


def _one(number: int, need: Need, rules: Rules) -> nw.Expr:
    vocational = nw.col(f"vocational_{number}").cast(nw.Int64)
    if rules.most is not None:
        most = rules.most * _GCSE
        vocational = nw.when(vocational > most).then(nw.lit(most, nw.Int64)).otherwise(vocational)
    return nw.col(f"gcse_{number}").cast(nw.Int64) + vocational >= need.at_least * _GCSE
