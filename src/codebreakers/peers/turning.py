"""Which choice turns an answer: sets of choices that differ in one thing are held side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from codebreakers.peers.specifications import CHOICES, Specification

__all__ = ["Turning", "turnings"]

Option = int | str


@dataclass(frozen=True, slots=True)
class Turning:
    """What making one choice otherwise does, all others being the same.

    Parameters
    ----------
    choice : str
        One of `specifications.CHOICES`.
    pairs : int
        Pairs of specifications that differ in this choice alone, and in what it brings with it.
    turned : int
        Pairs of them in which the verdict stands in one and not in the other.
    moved : float
        How far apart their numbers are, on average over the pairs.
    options : mapping of int or str to tuple of int
        For each option: in how many of the specifications that have such a pair the verdict
        stands, and how many they are.
    """

    choice: str
    pairs: int
    turned: int
    moved: float
    options: Mapping[Option, tuple[int, int]]

    @property
    def share(self) -> float:
        """The pairs turned, in percent."""
        return 100 * self.turned / self.pairs


def turnings(answers: Mapping[Specification, tuple[float, bool]]) -> tuple[Turning, ...]:
    """Return what each choice does to an answer, those that turn it most often first.

    Parameters
    ----------
    answers : mapping of Specification to tuple of float and bool
        The number and whether the verdict stands, for those that can be answered.

    Returns
    -------
    tuple of Turning
        None for a choice of which no two options can be compared.
    """
    found = [one for name in CHOICES if (one := _turning(answers, name)) is not None]
    return tuple(sorted(found, key=lambda one: (-one.share, -one.moved)))


def _turning(answers: Mapping[Specification, tuple[float, bool]], name: str) -> Turning | None:
    # For each set of the other choices, the answers under each option of this one.
    others = [other for other in CHOICES if other not in (name, *CHOICES[name].brings)]
    sets: dict[tuple[Option, ...], dict[Option, list[tuple[float, bool]]]] = defaultdict(dict)
    for one, answer in answers.items():
        option = getattr(one, name)
        if option is not None:
            beside = sets[tuple(getattr(one, other) for other in others)]
            beside.setdefault(option, []).append(answer)
    pairs = turned = 0
    moved = 0.0
    options: dict[Option, tuple[int, int]] = {}
    for beside in sets.values():
        if len(beside) < 2:
            continue
        held = {option: np.array(answers) for option, answers in beside.items()}
        for first, second in combinations(held.values(), 2):
            apart = np.abs(first[:, None] - second[None, :])
            pairs += apart[..., 0].size
            moved += float(apart[..., 0].sum())
            turned += int(apart[..., 1].sum())
        for option, both in held.items():
            count, n = options.get(option, (0, 0))
            options[option] = count + int(both[:, 1].sum()), n + len(both)
    return Turning(name, pairs, turned, moved / pairs, options) if pairs else None
