"""Rows become sums per school, year and group: the engine border.

The expressions are written once, in narwhals; every engine gives the same counts and sums. Nothing
to the right of this room sees a row.
"""

from __future__ import annotations

from codebreakers.errors import CannotAnswerError
from codebreakers.measures import GROUPS, Measure, Summary, Term
from codebreakers.measures.held import Held, holder
from codebreakers.store import Store
from codebreakers.store.engines import Lazy, Reader

import narwhals as nw  # isort: skip

__all__ = ["summarise"]

_ROLES = ("value", "count", "pupils", "share", "cohort", "low", "high")


def summarise(
    store: Store, measure: Measure, year: int, group: str, *, status: str = ""
) -> Summary:
    """Sum one measure per school for a year and group, from the best release that has it.

    Parameters
    ----------
    store : Store
        Where to read.
    measure : Measure
        What to sum.
    year : int
        Results year.
    group : str
        One of ``measures.GROUPS``.
    status : str
        ``final``, ``revised`` or ``provisional``, to read from such a release alone.

    Returns
    -------
    Summary
        Every school of the release, with a value or the code that stands instead.

    Raises
    ------
    CannotAnswerError
        The measure is not published for that year and group, or no release held has it.
    """
    term = measure.term(year, group)
    if term is None:
        raise CannotAnswerError(
            f"{measure.name} is not published for {GROUPS[group]} in {year}.",
            available=[str(y) for y in measure.years if measure.term(y, group) is not None],
            remedy="Choose one of these years, another group, or another measure.",
        )
    key = ("summary", measure.name, year, group, status)
    return store.kept(key, lambda: _read(store, measure, year, group, term, status))


def _read(
    store: Store, measure: Measure, year: int, group: str, term: Term, status: str
) -> Summary:
    with store.reading():
        held = holder(store, measure, term, year, group, status=status)
        columns = store.query(lambda reader: _sums(reader, measure, term, held))
    for array in columns.values():
        array.flags.writeable = False
    return Summary(
        measure,
        year,
        group,
        held.release,
        columns["school"],
        columns["pupils"],
        columns["successes_low"],
        columns["successes_high"],
        columns["value"],
        columns["low"],
        columns["high"],
        columns["code"],
        rebuilt=held.rebuilt,
    )


def _sums(reader: Reader, measure: Measure, term: Term, held: Held) -> Lazy:
    """Return one row a school: rate or score, successes, pupils, and the code where none."""
    wide = _wide(reader, term, held)
    pupils = nw.col("pupils")
    if held.rebuilt:
        # Half a pupil is rounded up, as the publisher rounds.
        pupils = (nw.col("share") * nw.col("cohort") / 100 + 0.5).floor()
    wide = wide.with_columns(pupils=pupils)
    if measure.kind == "proportion":
        wide = _successes(wide, measure.decimals, counted=held.counted)
    else:
        nothing = nw.lit(None, dtype=nw.Float64)
        wide = wide.with_columns(successes_low=nothing, successes_high=nothing)
    code = nw.when(nw.col("value").is_null()).then(
        nw.coalesce(nw.col("value_code"), nw.lit("not-held"))
    )
    return wide.select(
        "school", "pupils", "successes_low", "successes_high", "value", "low", "high", code=code
    ).sort("school")


def _wide(reader: Reader, term: Term, held: Held) -> Lazy:
    """Return one row a school, a column for each role of the term."""
    column, value, code = nw.col("measure"), nw.col("value"), nw.col("code")
    names = sorted({getattr(term, role) for role in _ROLES if getattr(term, role)})
    rows = reader.frame("results").filter(
        nw.col("release") == held.release,
        nw.col("year") == held.year,
        nw.col("level") == "school",
        column.is_in(names),
    )
    if term.group:
        rows = rows.filter(nw.col("grp") == term.group)
    # A role without a column has the name "", which no row has: it comes out null.
    picked = {role: nw.when(column == getattr(term, role)).then(value).max() for role in _ROLES}
    return rows.group_by("school").agg(
        **picked, value_code=nw.when(column == term.value).then(code).max()
    )


def _successes(wide: Lazy, decimals: int, *, counted: bool) -> Lazy:
    """Return successes that fit what is published, and the rate from the count where there is one.

    A percentage rounded half up to `decimals` leaves every count k with
    ``percent - half <= 100 k / n < percent + half``. Where no count does, the percentage is of
    another number of pupils than is published, and the counts on either side are taken.
    """
    half = 0.5 * 10.0**-decimals
    # A hair's breadth, so that a bound that falls on a whole pupil is that pupil.
    hair = 1e-9
    percent, pupils = nw.col("value"), nw.col("pupils")
    # In steps, for an expression that names another holds the whole of it each time.
    wide = wide.with_columns(
        first=((percent - half) * pupils / 100 - hair).ceil(),
        last=((percent + half) * pupils / 100 - hair).ceil() - 1,
    )
    first, last = nw.col("first"), nw.col("last")
    wide = wide.with_columns(
        fewest=nw.when(first <= last).then(first).otherwise(last),
        most=nw.when(first <= last).then(last).otherwise(first),
    )
    fewest, most = nw.col("fewest"), nw.col("most")
    wide = wide.with_columns(
        successes_low=nw.when(fewest < 0).then(0.0).otherwise(fewest),
        successes_high=nw.when(most > pupils).then(pupils).otherwise(most),
    )
    if not counted:
        return wide
    count = nw.col("count")
    has_count = ~count.is_null() & (pupils > 0)
    return wide.with_columns(
        successes_low=nw.when(has_count).then(count).otherwise(nw.col("successes_low")),
        successes_high=nw.when(has_count).then(count).otherwise(nw.col("successes_high")),
        value=nw.when(has_count).then(100 * count / pupils).otherwise(percent),
    )
