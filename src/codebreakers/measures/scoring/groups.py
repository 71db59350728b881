"""Scored pupils by whether they are disadvantaged."""

from __future__ import annotations

from codebreakers.errors import UnknownNameError
from codebreakers.store.engines import Lazy
from codebreakers.store.pupil_records import PupilRecords

import narwhals as nw  # isort: skip

__all__ = ["BY", "DISADVANTAGED", "OTHERS", "UNKNOWN", "check_by", "with_group"]

BY = ("disadvantaged",)
"""What pupils may be put into groups by."""

DISADVANTAGED, OTHERS, UNKNOWN = "disadvantaged", "others", ""


def check_by(by: str) -> str:
    """Return what pupils are put into groups by, '' for not at all.

    Raises
    ------
    UnknownNameError
        It is none of `BY`.
    """
    if by and by not in BY:
        raise UnknownNameError("group of pupils", by, BY)
    return by


def with_group(records: PupilRecords, rows: Lazy, year: int) -> Lazy:
    """Return pupils with a ``group``: `DISADVANTAGED`, `OTHERS`, or `UNKNOWN`.

    Parameters
    ----------
    records : PupilRecords
    rows : LazyFrame
        With ``pupil``.
    year : int
        Results year.
    """
    poor = nw.col("disadvantaged")
    group = (
        nw.when(poor.is_null())
        .then(nw.lit(UNKNOWN))
        .when(poor)
        .then(nw.lit(DISADVANTAGED))
        .otherwise(nw.lit(OTHERS))
    )
    groups = records.table("pupils", year).select("pupil", group=group)
    return rows.join(groups, on="pupil", how="inner")
