"""The rows of an answer: the whole curve, a row a group, or a row a school."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.estimates import Estimate, Figure, Withheld
from codebreakers.findings import Cell, Column
from codebreakers.inference.draws import Ranks, quantiles
from codebreakers.questions.league.chance import SHOWN, Chance, Sure
from codebreakers.questions.league.groups import grouped
from codebreakers.questions.league.sides import Pair, Side

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["CURVE", "far", "listing"]

CURVE = tuple(range(10, 55, 5))
"""Percentile points of a fall or rise."""

HAIR = 1e-9  # percentile points: ranks that are just so far apart, for all their fractions

_Row = tuple[Cell | Figure, ...]


def far(falls: NDArray[Any], threshold: float) -> NDArray[np.bool_]:
    """Return which schools fall at least so far, shape as given; of rises with a sign turned."""
    found: NDArray[np.bool_] = falls >= threshold - HAIR
    return found


def listing(
    pair: Pair, sure: Sure, inside: NDArray[Any], by: str, threshold: float
) -> tuple[tuple[Column, ...], list[_Row]]:
    """Return the columns and rows of an answer.

    Parameters
    ----------
    pair : Pair
        Of S schools.
    sure : Sure
    inside : ndarray of bool, shape (S,)
        Which of them are asked about.
    by : str
        ``threshold``, ``school``, or one of `groups.GROUPINGS`.
    threshold : float
        What a row a group counts.
    """
    if by == "school":
        return _school_columns(pair, sure), list(_schools(pair, sure, inside))
    chance = sure.chance if sure.chance is not None and sure.chance.knows(inside) else None
    counted = _counted(chance)
    if by == "threshold":
        steps = sorted({*CURVE, threshold})
        curve = [(float(t), *_row(pair, chance, inside, t)) for t in steps]
        return (Column("threshold_points", "At least", 0), *counted), curve
    rows: list[_Row] = [
        (
            name,
            *_row(pair, chance, inside & which, threshold),
            _part(pair, which, inside, threshold),
        )
        for name, which in (*grouped(pair, by), ("all of them", inside))
        if (inside & which).any()
    ]
    of_fallers = Column("of_fallers_percent", "Of all who fall, %", 1)
    return (Column(by, by.capitalize()), *counted, of_fallers), rows


def _counted(chance: Chance | None) -> tuple[Column, ...]:
    room = chance is None
    plain = (
        Column("schools", "Schools"),
        Column("fallers", "Fall", screen=room),
        Column("falling_percent", "Fall, %", 1),
        Column("risers", "Rise", screen=room),
        Column("rising_percent", "Rise, %", 1),
    )
    if chance is None:
        return plain
    return (
        *plain,
        Column("chance_falling_percent", "Fall by chance, %", 1),
        Column("chance_falling_low", "From", 1),
        Column("chance_falling_high", "To", 1),
        Column("chance_rising_percent", "Rise by chance, %", 1, screen=False),
        *(
            Column(f"chance_falling_rho_{rho:g}_percent", f"With {rho:g}, %", 1, screen=False)
            for rho in _others(chance)
        ),
    )


def _others(chance: Chance) -> list[float]:
    return [rho for rho in SHOWN if rho in chance.worlds and rho != chance.correlation]


def _part(pair: Pair, which: NDArray[Any], inside: NDArray[Any], threshold: float) -> Cell:
    """Return the percentage of all that fall so far who are in a group."""
    fallers = far(pair.falls, threshold) & inside
    if not fallers.any():
        return Withheld("not-held", "no school falls so far")
    return 100 * int((fallers & which).sum()) / int(fallers.sum())


def _row(pair: Pair, chance: Chance | None, which: NDArray[Any], threshold: float) -> _Row:
    """Return what a threshold counts among some schools."""
    n = int(which.sum())
    fallers, risers = (far(falls, threshold) for falls in (pair.falls, -pair.falls))
    fallen, risen = int((fallers & which).sum()), int((risers & which).sum())
    row = (n, fallen, 100 * fallen / n, risen, 100 * risen / n)
    if chance is None:
        return row
    if not chance.knows(which):
        return (*row, *[Withheld("not-held")] * (4 + len(_others(chance))))
    drawn = chance.share(which, threshold)
    low, high = quantiles(drawn)
    return (
        *row,
        float(drawn.mean()),
        float(low),
        float(high),
        float(chance.share(which, threshold, rising=True).mean()),
        *(float(chance.share(which, threshold, at=rho).mean()) for rho in _others(chance)),
    )


def _school_columns(pair: Pair, sure: Sure) -> tuple[Column, ...]:
    moved = (
        Column("rank_expected_low", "By chance, from", 1, screen=False),
        Column("rank_expected_high", "To", 1, screen=False),
        Column("move", "Move"),
    )
    return (
        Column("school_urn", "URN"),
        Column("school_name", "School", screen=bool((pair.role("name") != "").any())),
        Column("authority", "Authority", screen=False),
        Column("region", "Region", screen=False),
        *(
            Column(f"{name}_{side.measure.unit}", name.capitalize(), side.measure.decimals, False)
            for name, side in (("old", pair.old), ("new", pair.new))
        ),
        *(
            column
            for name, ranks in (("old", sure.old), ("new", sure.new))
            for column in (
                Column(f"rank_{name}", f"{name.capitalize()} rank", 1),
                Column(f"rank_{name}_low", "From", screen=ranks is not None),
                Column(f"rank_{name}_high", "To", screen=ranks is not None),
                Column(f"rank_{name}_top_probability", "In best fifth", 2, screen=False),
                Column(f"rank_{name}_bottom_probability", "In lowest fifth", 2, screen=False),
            )
        ),
        Column("rank_fall_points", "Fall", 1),
        *(() if sure.chance is None else moved),
    )


def _schools(pair: Pair, sure: Sure, inside: NDArray[Any]) -> Iterator[_Row]:
    """Yield a row a school, in order of name."""
    names, keys = pair.role("name"), pair.people.keys[pair.at_new]
    authority, region = pair.role("authority_name"), pair.role("region")
    results = [_results(pair, side) for side in (pair.old, pair.new)]
    ranks = [
        _ranks(*of)
        for of in zip(
            (pair.old_ranks, pair.new_ranks), (sure.old, sure.new), sure.why_no_rank, strict=True
        )
    ]
    moves = [()] * len(pair) if sure.chance is None else _moves(sure.chance, len(pair))
    chosen = np.flatnonzero(inside)
    for i in chosen[np.argsort(names[chosen], kind="stable")].tolist():
        yield (
            str(keys[i]),
            str(names[i]),
            str(authority[i]),
            str(region[i]),
            *(result[i] for result in results),
            *(cell for rank in ranks for cell in rank[i]),
            float(pair.falls[i]),
            *moves[i],
        )


def _results(pair: Pair, side: Side) -> list[Estimate]:
    at = pair.at_old if side is pair.old else pair.at_new
    return [
        Estimate(value, n=None if np.isnan(n) else round(n))
        for value, n in zip(
            pair.values(side).tolist(), side.summary.pupils[at].tolist(), strict=True
        )
    ]


def _ranks(shown: NDArray[Any], ranks: Ranks | None, why: str) -> list[tuple[Cell, ...]]:
    """Return each school's rank, its interval, and how probable the best and lowest fifth are."""
    unknown = Withheld("not-held", why) if why or ranks is not None else Withheld("not-asked")
    if ranks is None:
        return [(rank, *[unknown] * 4) for rank in shown.tolist()]
    ends = zip(ranks.low.tolist(), ranks.high.tolist(), strict=True)
    fifths = zip(ranks.top.tolist(), ranks.bottom.tolist(), strict=True)
    return [
        (
            rank,
            *(unknown if np.isnan(end) else int(end) for end in between),
            *(unknown if np.isnan(chance) else chance for chance in chances),
        )
        for rank, between, chances in zip(shown.tolist(), ends, fifths, strict=True)
    ]


def _moves(chance: Chance, schools: int) -> list[tuple[Cell, ...]]:
    """Return where chance would put each school, and whether its move is more than that."""
    unknown = Withheld("not-held")
    found: list[tuple[Cell, ...]] = [(unknown, unknown, unknown)] * schools
    expected = chance.expected
    for row, low, high in zip(
        chance.rows.tolist(), expected.low.tolist(), expected.high.tolist(), strict=True
    ):
        said = "fell" if chance.fell[row] else "rose" if chance.rose[row] else "cannot tell"
        found[row] = (low, high, said)
    return found
