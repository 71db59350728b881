"""What chance alone would do to the ranks, or why that cannot be worked out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.errors import CannotAnswerError
from codebreakers.findings.words import called
from codebreakers.inference.chance import SUMMED
from codebreakers.inference.draws import Ranks, ranks_on_draws
from codebreakers.inference.levels import Levels, draw_levels, levels_of
from codebreakers.inference.moves import (
    Expected,
    Scatter,
    average_ranks,
    by_chance,
    expected_ranks,
    percentile_ranks,
)
from codebreakers.questions.league.sides import Pair, Side

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["SHOWN", "Chance", "Sure", "how_sure"]

SHOWN = (0.0, 0.5, 0.9)
"""Correlations shown besides the one chosen, since nothing published says which is right."""


@dataclass(frozen=True, slots=True, eq=False)
class Chance:
    """Worlds in which no school truly moved, and which schools moved further than they allow.

    Parameters
    ----------
    rows : ndarray of int, shape (K,)
        The pair's schools that chance could be worked out for.
    correlation : float
        Between a school's luck in the two results, as chosen; 0 for different pupils.
    worlds : mapping of float to ndarray of float, shape (D, K)
        How far each falls, by the correlation.
    expected : Expected
        Of the same K schools.
    fell, rose : ndarray of bool, shape (S,)
        Which schools stand lower (higher) than before, and than chance would put them in 95 of
        100 worlds.
    seed : int
    """

    rows: NDArray[Any]
    correlation: float
    worlds: Mapping[float, NDArray[np.float32]]
    expected: Expected
    fell: NDArray[np.bool_]
    rose: NDArray[np.bool_]
    seed: int

    def share(
        self, inside: NDArray[Any], threshold: float, *, rising: bool = False, at: float = -1.0
    ) -> NDArray[np.float64]:
        """Return the percentage of some schools that fall so far, world by world, shape (D,).

        Parameters
        ----------
        inside : ndarray of bool, shape (S,)
        threshold : float
        rising : bool
            Whether rises are asked about.
        at : float
            Of the correlations; the one chosen by default.
        """
        falls = self.worlds[self.correlation if at < 0 else at][:, inside[self.rows]]
        far = (falls <= -threshold) if rising else (falls >= threshold)
        found: NDArray[np.float64] = 100 * far.mean(axis=1)
        return found

    def knows(self, inside: NDArray[Any]) -> bool:
        """Return whether chance is worked out for any of some schools."""
        return bool(inside[self.rows].any())


@dataclass(frozen=True, slots=True, eq=False)
class Sure:
    """What can be said of chance.

    Parameters
    ----------
    chance : Chance or None
    why_not : str
        Why there is none.
    old, new : Ranks or None
        Where each school may truly stand by either measure; None where not asked or not known.
    why_no_rank : tuple of str
        Why not, by the old and by the new.
    """

    chance: Chance | None
    why_not: str
    old: Ranks | None = None
    new: Ranks | None = None
    why_no_rank: tuple[str, str] = ("", "")


def how_sure(
    pair: Pair, threshold: float, correlation: float, *, draws: int, seed: int, ranked: bool
) -> Sure:
    """Return what chance does to the ranks of a pair's schools.

    Parameters
    ----------
    pair : Pair
    threshold : float
        Of a fall that is asked about.
    correlation : float
        Between a school's luck in both results where the same pupils sit them.
    draws : int
        Of true levels; 0 for none.
    seed : int
    ranked : bool
        Whether the interval of every school's rank is wanted.
    """
    same = pair.old.measure.same_construct(pair.new.measure)
    reasons = []
    if not same:
        reasons.append(
            f"the {called(pair.old.measure)} and the {called(pair.new.measure)} measure different "
            "things, so a school's ranks differ without its having moved"
        )
    if not draws and same:
        return Sure(None, "no draws were asked for")
    if not draws or not (same or ranked):
        reasons += [why for why in map(_unpublished, (pair.old, pair.new)) if why]
        return Sure(None, "; ".join(reasons))
    levels, unsaid = zip(*(_levels(s, draws, seed) for s in (pair.old, pair.new)), strict=True)
    reasons += dict.fromkeys(why for why in unsaid if why)
    chance = None
    if same and levels[0] is not None and levels[1] is not None:
        chance = _chance(pair, levels[0], levels[1], threshold, correlation, seed)
        if chance is None:
            reasons.append("no school has the true levels of both")
    ranks = [
        None if of is None or not ranked else _ranks(of, at)
        for of, at in zip(levels, (pair.at_old, pair.at_new), strict=True)
    ]
    return Sure(chance, "; ".join(reasons), ranks[0], ranks[1], unsaid)


def _unpublished(side: Side) -> str:
    """Return why nothing can be said of a side's chance, where its own columns say so."""
    name, summary = f"the {called(side.measure)}", side.summary
    if not (summary.pupils > 0).any():
        return f"how many pupils are behind {name} in {summary.year} is not published"
    if summary.measure.kind == "proportion" or side.pupil_sd is not None:
        return ""
    if side.scores is not None:
        return (
            f"the limits around {name} are missing, or are not all of one standard deviation of "
            "pupils' scores"
        )
    if side.is_proposed:
        return (
            f"how far pupils' scores in {name} scatter is not published, since no table says how "
            "the parts of one pupil's score go together (a TOML file may say it as pupil_sd)"
        )
    # One figure for every group of pupils, from the limits of all of them.
    limits = side.people.take(summary.measure, "all").limits_low
    if np.isnan(limits).all():
        return (
            f"no limits are published around {name} in {summary.year}, and no pupils' standard "
            "deviation, so how far pupils' scores scatter is not known"
        )
    return ""


def _levels(side: Side, draws: int, seed: int) -> tuple[Levels | None, str]:
    """Return draws of true levels, or why there are none."""
    unpublished = _unpublished(side)
    if unpublished:
        return None, unpublished
    summary, spread = side.summary, side.pupil_sd
    try:
        if spread is None and side.scores is None:
            return levels_of(side.people, summary, draws=draws, seed=seed), ""
        used = ~np.isnan(summary.values) & (summary.pupils > 0)
        scatter = math.nan if spread is None else spread
        intake = side.intake(used)
        return draw_levels(summary, intake, used, draws=draws, seed=seed, spread=scatter), ""
    except CannotAnswerError as error:
        return None, error.message.rstrip(".")


def _ranks(levels: Levels, at: NDArray[Any]) -> Ranks:
    of = levels.draws[:, at]
    return ranks_on_draws(
        of, np.ones(len(at), dtype=bool), higher=levels.measure.better == "higher"
    )


def _chance(
    pair: Pair, old: Levels, new: Levels, threshold: float, chosen: float, seed: int
) -> Chance | None:
    known = old.known[pair.at_old] & new.known[pair.at_new]
    rows = np.flatnonzero(known)
    if rows.size < 2:
        return None
    first, second = (
        Scatter(of.draws[:, at[rows]], side.summary.pupils[at[rows]], of.pupil_sd)
        for of, side, at in ((old, pair.old, pair.at_old), (new, pair.new, pair.at_new))
    )
    correlation = chosen if pair.asked.same_cohort else 0.0
    shown = {correlation, *SHOWN} if pair.asked.same_cohort else {correlation}
    draws = min(SUMMED, len(old.draws))
    worlds = {
        rho: by_chance(first, second, correlation=rho, draws=draws, seed=seed)
        for rho in sorted(shown)
    }
    results = [pair.values(side)[rows] for side in (pair.old, pair.new)]
    expected = expected_ranks(
        first, second, results[0], correlation=correlation, threshold=threshold, seed=seed
    )
    before, after = (percentile_ranks(average_ranks(v), rows.size) for v in results)
    fell, rose = np.zeros((2, len(pair)), dtype=bool)
    fell[rows] = (after > before) & (after > expected.high)
    rose[rows] = (after < before) & (after < expected.low)
    return Chance(rows, correlation, worlds, expected, fell, rose, seed)
