"""The lines of a question: its headline, where it has one, and each of its answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from codebreakers.estimates import Estimate, Figure, Withheld
from codebreakers.inference.intervals import LEVEL
from codebreakers.inference.raked_shares import Shares, share_limits
from codebreakers.questions.poll.answers import Answers
from codebreakers.questions.poll.questionnaire import Question

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Line", "chosen", "figures", "lines_of", "nobody", "shown_whole"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line: what it is called in ids and to people, and the answers it counts, by place."""

    id: str
    text: str
    places: tuple[int, ...]
    headline: bool


def lines_of(question: Question) -> tuple[Line, ...]:
    """Return the lines of a question, L of them, its headline first."""
    own = [
        Line(f"{question.id}.{option.code}", option.text, (i,), headline=False)
        for i, option in enumerate(question.options)
    ]
    if not question.headline:
        return tuple(own)
    top = Line(question.id, question.together, question.headline, headline=True)
    if len(question.headline) == 1:
        del own[question.headline[0]]
    return (top, *own)


def chosen(answers: Answers, lines: tuple[Line, ...]) -> NDArray[np.bool_]:
    """Return who gave an answer of each line, shape (n, L)."""
    return np.column_stack([answers.chosen[:, list(line.places)].any(axis=1) for line in lines])


def nobody(answers: Answers, part: NDArray[np.bool_]) -> Withheld:
    """Return why a part in which nobody answered has no figure: not asked, or silent."""
    asked = bool((answers.asked & part).any())
    return Withheld("no-answer" if asked else "not-applicable")


def figures(found: Shares, why: Withheld, method: str) -> list[Figure]:
    """Return each share in percent with its interval; `why` where nobody answered."""
    if not found.respondents:
        return [why] * len(found.values)
    low, high = share_limits(found)
    return [
        Estimate(
            100 * float(value),
            100 * float(least),
            100 * float(most),
            LEVEL,
            found.respondents,
            method,
        )
        for value, least, most in zip(found.values, low, high, strict=True)
    ]


def shown_whole(figure: Estimate) -> str:
    """Return a share and its range as people say it: ``21 of every 100 ... (18 to 24)``."""
    return f"{figure.low:.0f} to {figure.high:.0f}"
