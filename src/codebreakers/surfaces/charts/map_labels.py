"""Where names stand beside a map: at its edges, where nothing is drawn, as near as they can be."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

__all__ = ["Label", "placed"]

_LETTER, _AFTER, _HIGH, _STEP = 6.7, 7.0, 16.0, 6
_EACH = 15  # pixels of distance that a point left uncovered is worth
_Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Label:
    """A name and where it stands, in pixels.

    Parameters
    ----------
    name : str
    x, y : float
        Its outer end, and the middle of its height.
    right : bool
        Whether it ends at `x`, and does not begin there.
    middle : (float, float)
        What it names.
    """

    name: str
    x: float
    y: float
    right: bool
    middle: _Point

    @property
    def near(self) -> float:
        """Its inner end."""
        wide = len(self.name) * _LETTER + _AFTER
        return self.x - wide if self.right else self.x + wide

    def covers(self, point: _Point) -> bool:
        """Whether a point is under it."""
        left, right = sorted((self.x, self.near))
        return left <= point[0] <= right and abs(point[1] - self.y) <= _HIGH / 2 + 2

    def meets(self, other: Label) -> bool:
        """Whether it runs into another."""
        mine, theirs = sorted((self.x, self.near)), sorted((other.x, other.near))
        apart = mine[1] < theirs[0] or theirs[1] < mine[0]
        return not apart and abs(self.y - other.y) < _HIGH


def placed(
    names: Sequence[tuple[str, _Point]],
    points: Sequence[_Point],
    *,
    width: float,
    height: float,
) -> list[Label]:
    """Return a label for each name, over as few points as can be and near what it names.

    Parameters
    ----------
    names : sequence of (str, (float, float))
        With the middle of what each names.
    points : sequence of (float, float)
        What should not be covered.
    width, height : float
        Of the map.
    """
    found: list[Label] = []
    for name, middle in names:
        free = [
            one for one in _tried(name, middle, width, height) if not any(map(one.meets, found))
        ]
        if free:
            found.append(min(free, key=lambda one: _cost(one, points)))
    return found


def _tried(name: str, middle: _Point, width: float, height: float) -> Iterator[Label]:
    for y in range(int(_HIGH / 2), int(height - _HIGH / 2), _STEP):
        yield Label(name, 0.0, float(y), False, middle)
        yield Label(name, width, float(y), True, middle)


def _cost(label: Label, points: Sequence[_Point]) -> float:
    away = math.hypot(label.near - label.middle[0], label.y - label.middle[1])
    return away + _EACH * sum(map(label.covers, points))
