"""What is worked out of every school, whichever of them are asked about: kept with the store."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from codebreakers.findings.chance import allowed_for
from codebreakers.measures import Summary
from codebreakers.peers.gains import Gains, Preset, gains
from codebreakers.peers.population import Population
from codebreakers.questions.potential.lines import Lines, lines_of
from codebreakers.store.newest import Newest

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["every_gain", "in_other_orders", "lines_beside"]

_GAINS_KEPT = 8  # of a few megabytes each
_LINES_KEPT = 2  # of tens of megabytes each


def every_gain(people: Population, summary: Summary, rule: Preset, seed: int) -> Gains:
    """Return what each school would gain, as published."""
    kept = people.store.kept("gains", lambda: Newest[Gains](_GAINS_KEPT))
    return kept.get(
        _of_all(people, summary, rule, seed), lambda: gains(people, summary, rule, seed=seed)
    )


def in_other_orders(
    found: Gains,
    rule: Preset,
    seed: int,
    count: int,
    progress: Callable[[str], None] | None,
) -> NDArray[np.float64]:
    """Return the gains of S schools in other orders of equally similar ones, shape (count, S)."""

    def made() -> NDArray[np.float64]:
        orders = np.empty((count, len(found.gains)))
        for order in range(count):
            if progress is not None:
                progress(f"tie order {order + 1}")
            anew = gains(found.people, found.summary, rule, seed=seed + 1 + order)
            orders[order] = anew.gains
        return orders

    def newest() -> Newest[NDArray[np.float64]]:
        return Newest(_GAINS_KEPT)

    kept = found.people.store.kept("gains in other orders", newest)
    return kept.get((*_of_all(found.people, found.summary, rule, seed), count), made)


def lines_beside(
    found: Gains, rule: Preset, draws: int, seed: int, *, authorities: bool
) -> tuple[Lines | None, tuple[str, ...]]:
    """Return the lines beside the published figure, or why there are none."""
    if not draws:
        return None, ()
    kept = found.people.store.kept("lines of gains", lambda: Newest[Lines](_LINES_KEPT))
    lines, unsaid = allowed_for(
        lambda: kept.get(
            (*_of_all(found.people, found.summary, rule, seed), draws, authorities),
            lambda: lines_of(found, rule, draws=draws, seed=seed, authorities=authorities),
        )
    )
    return lines, (unsaid,) if unsaid else ()


def _of_all(people: Population, summary: Summary, rule: Preset, seed: int) -> tuple[object, ...]:
    """Return all that gains depend on; which schools are asked about is not in it."""
    return people.year, summary.measure.name, rule, seed
