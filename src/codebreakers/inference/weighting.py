"""Survey weights: raked to known totals, within bounds, and what that costs.

Weights are fitted by ``svy`` (iterative proportional fitting, alternated with trimming where there
are bounds), which appears nowhere else; whether margins and bounds hold is checked here, and not
taken on trust. Replicates are drawn and fitted here: ``svy`` stops where a resample leaves a
category empty, and does not say whether its replicates meet the margins.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from codebreakers.errors import CannotAnswerError, RequestError

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["BOUNDS", "Bounds", "Margin", "Weights", "rake"]

Bounds = tuple[float, float]

BOUNDS: Bounds = (0.2, 5.0)
"""How far a weight may be from the mean weight, where nobody says."""

_MET = 1e-9  # relative: how near margins and bounds have to be met
_SWEEPS, _CYCLES = 2_000, 500
_MOST_LOST = 0.05  # replicates that may be lost to an empty category


@dataclass(frozen=True, slots=True, eq=False)
class Margin:
    """One known distribution of the people polled, and where each respondent stands in it.

    Parameters
    ----------
    name : str
        "sex", "phase x region".
    categories : tuple of str
        C of them.
    shares : ndarray of float, shape (C,)
        Of everyone; they come to 1.
    codes : ndarray of int, shape (n,)
        Each respondent's category.
    """

    name: str
    categories: tuple[str, ...]
    shares: NDArray[np.float64]
    codes: NDArray[np.int64]

    def totals(self, weights: NDArray[Any]) -> NDArray[np.float64]:
        """Return what weights, shape (n,), come to in each category, shape (C,)."""
        found: NDArray[np.float64] = np.bincount(
            self.codes, weights.astype(np.float64), minlength=len(self.categories)
        ).astype(np.float64)
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """The weight of each respondent, and how it was come by.

    Parameters
    ----------
    values : ndarray of float, shape (n,)
        Their mean is 1.
    margins : tuple of Margin
        What they meet, each to one part in a thousand million.
    bounds : tuple of float, optional
        Least and most, against the mean; None where there were none.
    at_bounds : int
        Weights that stand at one of them.
    replicates : ndarray of float, shape (n, R)
        Weights of R resamples, each raked; R is 0 where none were asked for.
    lost : int
        Resamples left out, because nobody in them was of some category.
    """

    values: NDArray[np.float64]
    margins: tuple[Margin, ...]
    bounds: Bounds | None
    at_bounds: int
    replicates: NDArray[np.float64]
    lost: int = 0

    @property
    def design_effect(self) -> float:
        """Kish's factor: about how many times wider variances are than of as many, unweighted.

        It is approximate: it knows the weights and not the answers. L. Kish (1965), "Survey
        Sampling".
        """
        return float(len(self.values) / effective(self.values))


def effective(weights: NDArray[Any]) -> float:
    """Return how many unweighted respondents weights are worth, by Kish's factor; 0 of nobody."""
    squares = float((weights**2).sum())
    return float(weights.sum()) ** 2 / squares if squares else 0.0


def rake(
    margins: Sequence[Margin],
    *,
    bounds: Bounds | None = BOUNDS,
    replicates: int = 0,
    seed: int = 0,
) -> Weights:
    """Return weights that meet every margin, and stay within bounds.

    Parameters
    ----------
    margins : sequence of Margin
        Of the same n respondents.
    bounds : tuple of float, optional
        Least and most, against the mean weight; None for none.
    replicates : int
        Bootstrap resamples of respondents, each raked to the margins. Resamples are not bounded,
        so that their spread is an upper bound where bounds bite.
    seed : int
        Of the resamples.

    Returns
    -------
    Weights

    Raises
    ------
    RequestError
        No margin is given, or the bounds leave no room.
    CannotAnswerError
        The margins cannot be met: the message says which, how far off, and what to do. Or the
        extra ``poll`` is not installed.
    """
    if not margins:
        raise RequestError("No margin is given.", remedy="Weighting needs one at least.")
    if bounds is not None and not 0 <= bounds[0] < 1 < bounds[1]:
        raise RequestError(
            f"The bounds {bounds[0]:g} and {bounds[1]:g} leave no room for the mean weight.",
            remedy="Weights are against a mean of 1: give 0.2 and 5, say.",
        )
    for margin in margins:
        _refuse_impossible(margin, bounds)
    values = _fitted(margins, bounds)
    _refuse_unmet(margins, values, bounds)
    at_bounds = 0
    if bounds is not None:
        near = np.isclose(values[:, None], bounds, rtol=1e-6, atol=0)
        at_bounds = int(near.any(axis=1).sum())
    drawn = _replicates(margins, replicates, np.random.default_rng(seed))
    if replicates and drawn.shape[1] < (1 - _MOST_LOST) * replicates:
        lost = replicates - drawn.shape[1]
        raise CannotAnswerError(
            f"{lost} of {replicates} resamples have nobody in some category of the margins.",
            remedy="Join the smallest categories, or do without replicates.",
        )
    return Weights(
        values, tuple(margins), bounds, at_bounds, drawn, lost=replicates - drawn.shape[1]
    )


def _refuse_impossible(margin: Margin, bounds: Bounds | None) -> None:
    """Refuse a category with people and no respondent, or that its respondents cannot stand for."""
    people = len(margin.codes)
    found = np.bincount(margin.codes, minlength=len(margin.categories))
    low, high = bounds or (0.0, np.inf)
    for name, share, count in zip(margin.categories, margin.shares, found, strict=True):
        if count == 0 and share > 0:
            raise CannotAnswerError(
                f"Nobody who answered is of {margin.name} {name!r}, who are {share:.1%} of all.",
                remedy="Join it with another category, in the margins and in the answers.",
            )
        if share == 0 and count > 0:
            raise CannotAnswerError(
                f"{count} who answered are of {margin.name} {name!r}, who are none of all.",
                remedy="Correct the margins, or the answers.",
            )
        if count and not low <= share * people / count <= high:
            raise CannotAnswerError(
                f"{margin.name} {name!r} is {share:.1%} of all and {count / people:.1%} of those "
                f"who answered: each would need a weight of {share * people / count:.2g}, and the "
                f"bounds are {low:g} to {high:g}.",
                remedy="Widen the bounds, or join it with another category.",
            )


def _fitted(margins: Sequence[Margin], bounds: Bounds | None) -> NDArray[np.float64]:
    """Return the weights that ``svy`` comes to, whether or not they meet anything."""
    try:
        # An extra, and half a second: loaded by those who weight, when they do.
        import polars
        import svy
    except ModuleNotFoundError as error:
        raise CannotAnswerError(
            "Weighting a poll needs the package svy, which is not installed.",
            remedy="Install the extra: pip install 'codebreakers[poll]'.",
        ) from error

    columns = {f"margin{i}": margin.codes for i, margin in enumerate(margins)}
    frame = polars.DataFrame({"base": np.ones(len(margins[0].codes)), **columns})
    # What nobody is of has no respondent to weight: svy would refuse the category.
    shares: Any = {
        f"margin{i}": {code: share for code, share in enumerate(margin.shares.tolist()) if share}
        for i, margin in enumerate(margins)
    }
    trimming = None
    if bounds is not None:
        trimming = svy.TrimConfig(lower=bounds[0], upper=bounds[1], max_iter=_CYCLES)
    raked = svy.Sample(frame, svy.Design(wgt="base")).weighting.rake(
        shares=shares,
        wgt_name="raked",
        tol=_MET / 10,
        max_iter=_SWEEPS,
        on_nonconvergence="ignore",
        trimming=trimming,
    )
    fitted: Any = raked.data
    found: NDArray[np.float64] = fitted["raked"].to_numpy().astype(np.float64)
    return found


def _refuse_unmet(
    margins: Sequence[Margin], weights: NDArray[np.float64], bounds: Bounds | None
) -> None:
    """Refuse weights that miss a margin or a bound, naming the furthest."""
    people = len(weights)
    misses = [
        (abs(total / people - share) / share, margin.name, name, total / people, share)
        for margin in margins
        for name, total, share in zip(
            margin.categories, margin.totals(weights), margin.shares, strict=True
        )
        if share > 0
    ]
    far, margin_name, category, got, share = max(misses)
    if far > _MET:
        raise CannotAnswerError(
            f"The margins cannot be met together: {margin_name} {category!r} comes to {got:.2%} "
            f"and should be {share:.2%}.",
            remedy="Widen the bounds, or join small categories: two margins may ask for what no "
            "respondent is.",
        )
    low, high = bounds or (0.0, np.inf)
    if weights.min() < low * (1 - _MET) or weights.max() > high * (1 + _MET):
        raise CannotAnswerError(
            f"The margins are met only with weights from {weights.min():.2g} to "
            f"{weights.max():.2g} times the mean; the bounds are {low:g} to {high:g}.",
            remedy="Widen the bounds, or join small categories.",
        )


def _replicates(
    margins: Sequence[Margin], number: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Return raked weights of resamples, shape (n, R); those without some category are left out.

    J. N. K. Rao and C. F. J. Wu (1988): n - 1 of n are drawn again, with return. A factor of raking
    is one for all respondents alike in every margin, so it is found on those cells.
    """
    people = len(margins[0].codes)
    which = np.column_stack([margin.codes for margin in margins])
    cells, cell = np.unique(which, axis=0, return_inverse=True)
    wanted = [(margin.shares * people, cells[:, i]) for i, margin in enumerate(margins)]
    found = np.empty((number, people))
    kept = 0
    for drawn in _resamples(people, number, rng):
        start = np.bincount(cell, drawn, minlength=len(cells)).astype(np.float64)
        factors = _factors(start, wanted)
        if factors is not None:
            np.multiply(drawn, factors[cell], out=found[kept])
            kept += 1
    return found[:kept].T


def _resamples(people: int, number: int, rng: np.random.Generator) -> Iterator[NDArray[np.float64]]:
    for _ in range(number):
        times = np.bincount(rng.integers(0, people, people - 1), minlength=people)
        yield times.astype(np.float64) * (people / (people - 1))


def _factors(
    start: NDArray[np.float64], wanted: Sequence[tuple[NDArray[np.float64], NDArray[np.int64]]]
) -> NDArray[np.float64] | None:
    """Return what the weights of each cell are raked by; None where the margins cannot be met."""
    factors = np.ones(len(start))
    for _ in range(_SWEEPS):
        furthest = 0.0
        for totals, codes in wanted:
            got = np.bincount(codes, start * factors, minlength=len(totals))
            asked = totals > 0
            if not (got[asked] > 0).all():
                return None
            change = np.divide(totals, got, out=np.ones(len(totals)), where=asked)
            furthest = max(furthest, float(np.abs(change - 1).max()))
            factors = factors * change[codes]
        if furthest < _MET:
            return factors
    return None
