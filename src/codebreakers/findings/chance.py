"""What is said of chance wherever it is allowed for, and where it cannot be."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from codebreakers.errors import CannotAnswerError

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["UNSAID", "allowed_for", "apart_in_words"]

UNSAID = "Chance is not allowed for"

T = TypeVar("T")


def allowed_for(answer: Callable[[], T]) -> tuple[T | None, str]:
    """Return an answer that allows for chance; or none, and the sentence that says why.

    Parameters
    ----------
    answer : callable
        Raises `CannotAnswerError` where the tables held do not let it.
    """
    try:
        return answer(), ""
    except CannotAnswerError as error:
        return None, f"{UNSAID}: {error}"


def apart_in_words(apart: NDArray[Any], school: str, which: str) -> tuple[int, str]:
    """Return how many schools cannot be told apart from one, and that in words.

    Parameters
    ----------
    apart : ndarray of int, shape (M,)
        1 where a school is surely higher, -1 where it is surely lower, else 0.
    school, which : str
        What to call the one, and the others.
    """
    alike, higher, lower = (int((apart == sign).sum()) for sign in (0, 1, -1))
    return alike, (
        f"{alike} of {which} cannot be told apart from {school} at 95%, allowing for chance; "
        f"{higher} {'is' if higher == 1 else 'are'} higher and {lower} lower."
    )
