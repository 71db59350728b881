"""What each respondent answered to each question: an answer, none, or not asked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from codebreakers.errors import ReleaseError
from codebreakers.questions.poll.cells import Cells, Column, plain
from codebreakers.questions.poll.questionnaire import Question, Questionnaire

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Answers", "answers_of"]

_SHOWN = 60
_WHOLE = re.compile(r"(\d+)\.0+", re.ASCII)  # a code that a spreadsheet took for a number


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """The answers of n respondents to one question.

    Parameters
    ----------
    question : Question
        With K options.
    chosen : ndarray of bool, shape (n, K)
        Who gave each answer.
    asked : ndarray of bool, shape (n,)
        To whom it was put: to the rest it is not applicable, which is no answer and no nought.
    answered : ndarray of bool, shape (n,)
        Who, being asked, gave any answer.
    stray : int
        Who answered without being asked; their answers are left out.
    """

    question: Question
    chosen: NDArray[np.bool_]
    asked: NDArray[np.bool_]
    answered: NDArray[np.bool_]
    stray: int = 0

    def take(self, rows: NDArray[np.bool_]) -> Answers:
        """Return the answers of some respondents."""
        return Answers(
            self.question, self.chosen[rows], self.asked[rows], self.answered[rows], self.stray
        )


def answers_of(cells: Cells, asked: Questionnaire) -> dict[str, Answers]:
    """Return the answers to every question, by its id.

    Raises
    ------
    UnknownNameError
        A question has no column.
    ReleaseError
        Someone gave an answer that the question does not have.
    """
    found: dict[str, Answers] = {}
    for question in asked.questions:
        chosen = _chosen(cells, cells.column(question.id), question)
        found[question.id] = _routed(question, chosen, found)
    return found


def _routed(
    question: Question, chosen: NDArray[np.bool_], before: Mapping[str, Answers]
) -> Answers:
    any_answer = chosen.any(axis=1)
    put = np.ones(len(chosen), dtype=bool)
    if question.asked_if is not None:
        earlier = before[question.asked_if.question]
        put = earlier.chosen[:, list(question.asked_if.answers)].any(axis=1) & earlier.answered
    return Answers(
        question, chosen & put[:, None], put, any_answer & put, int((any_answer & ~put).sum())
    )


def _chosen(cells: Cells, column: Column, question: Question) -> NDArray[np.bool_]:
    table = np.zeros((len(column.texts), len(question.options)), dtype=bool)
    for row, text in enumerate(column.texts):
        for place in _places(text, question):
            if place is None:
                count = int((column.codes == row).sum())
                raise ReleaseError(
                    cells.file,
                    f"{question.id} has the answer {_short(text)!r} ({count} respondents, first "
                    f"number {int(np.flatnonzero(column.codes == row)[0]) + 1}), which the "
                    "questionnaire does not",
                    available=[f"{o.code} ({o.text})" for o in question.options],
                    remedy="Correct it, or add it to the options or to no_answer.",
                )
            table[row, place] = True
    return table[column.codes]


def _places(text: str, question: Question) -> Iterator[int | None]:
    """Yield the place of each answer that a cell gives; None for one that there is not."""
    many = question.kind == "multiple"
    given = [plain(part) for part in text.split(";")] if many else [text]
    for one in given:
        code = _WHOLE.sub(r"\1", one) if _WHOLE.fullmatch(one) else one
        if not code or code in question.no_answer:
            continue
        folded = code.casefold()
        yield next(
            (
                i
                for i, option in enumerate(question.options)
                if folded in (option.code.casefold(), plain(option.text).casefold())
            ),
            None,
        )


def _short(text: str) -> str:
    shown = "".join(c if c.isprintable() else "\ufffd" for c in text)
    return shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}..."
