"""What a reader chose: from the words of an address, checked before anything is asked."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from codebreakers.errors import RequestError, UnknownNameError
from codebreakers.surfaces.pages import Choice

__all__ = ["LONGEST", "chosen", "number"]

LONGEST = 200
"""Letters of one choice: more is no name of a school, a region or a measure."""


def chosen(choices: Sequence[Choice], given: Mapping[str, str]) -> dict[str, str]:
    """Return every choice's value: the one given, or its default.

    Parameters
    ----------
    choices : sequence of Choice
        What may be chosen.
    given : mapping of str to str
        From the address.

    Raises
    ------
    UnknownNameError
        Something is given that cannot be chosen, or an option that there is not.
    RequestError
        A number that is none or out of range; words that are too long.
    """
    known = {choice.name: choice for choice in choices}
    for name in given:
        if name not in known:
            raise UnknownNameError("choice", name[:LONGEST], list(known))
    return {choice.name: _value(choice, given.get(choice.name, "").strip()) for choice in choices}


def number(words: str) -> float:
    """Return the number that words are.

    Raises
    ------
    RequestError
        They are none.
    """
    try:
        found = float(words)
    except ValueError as error:
        raise RequestError(f"{words[:40]!r} is no number.") from error
    if not math.isfinite(found):
        raise RequestError(f"{words!r} is no number that anything can be compared with.")
    return found


def _value(choice: Choice, words: str) -> str:
    if not words:
        return choice.default
    if len(words) > LONGEST or not words.isprintable():
        raise RequestError(
            f"{choice.label!r} was given {words[:40]!r}..., which is too long or holds signs that "
            "cannot be printed.",
            remedy=f"Give at most {LONGEST} letters.",
        )
    if choice.kind == "select" and words not in dict(choice.options):
        raise UnknownNameError(choice.label, words, [value for value, _ in choice.options])
    if choice.kind in ("number", "range") and not choice.low <= number(words) <= choice.high:
        raise RequestError(
            f"{choice.label!r} was given {words}.",
            remedy=f"Give a number from {choice.low:g} to {choice.high:g}.",
        )
    return words
