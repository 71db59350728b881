"""Which of many things are each before the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

__all__ = ["circles"]


def circles(steps: Iterable[tuple[str, str]]) -> tuple[frozenset[str], ...]:
    """Return the sets of things that can each be reached from each other in it.

    Parameters
    ----------
    steps : iterable of (str, str)
        From one to the next.

    Returns
    -------
    tuple of frozenset
        Largest sets, each of two or more, or of one that leads to itself. Kosaraju's method: the
        time is in proportion to the steps, however they lie.
    """
    listed = list(steps)
    # Most are never in a circle: nothing leads to them, or they lead to nothing.
    both = {one for one, _ in listed} & {other for _, other in listed}
    onward: dict[str, list[str]] = defaultdict(list)
    back: dict[str, list[str]] = defaultdict(list)
    own = set()
    for one, other in listed:
        if one not in both or other not in both:
            continue
        onward[one].append(other)
        back[other].append(one)
        if one == other:
            own.add(one)
    finished: list[str] = []
    seen: set[str] = set()
    for start in list(onward):
        finished += _reached(start, onward, seen)
    found = []
    seen = set()
    for start in reversed(finished):
        circle = frozenset(_reached(start, back, seen))
        if len(circle) > 1 or circle & own:
            found.append(circle)
    return tuple(found)


def _reached(start: str, onward: Mapping[str, Sequence[str]], seen: set[str]) -> list[str]:
    """Return what can be reached and was not seen, each after all that it leads to; mark it."""
    if start in seen:
        return []
    seen.add(start)
    finished = []
    path: list[tuple[str, Iterator[str]]] = [(start, iter(onward.get(start, ())))]
    while path:
        at, left = path[-1]
        step = next((other for other in left if other not in seen), None)
        if step is None:
            finished.append(at)
            path.pop()
        else:
            seen.add(step)
            path.append((step, iter(onward.get(step, ()))))
    return finished
