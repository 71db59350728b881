"""A poll, weighted: who answered, what, and how much each respondent counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from codebreakers.errors import ReleaseError, RequestError
from codebreakers.findings import Provenance
from codebreakers.findings.disclosure import About
from codebreakers.inference.raked_shares import Linear
from codebreakers.inference.weighting import Bounds, Weights, rake
from codebreakers.questions.poll.answers import Answers, answers_of
from codebreakers.questions.poll.cells import Cells, Column, read_cells
from codebreakers.questions.poll.margins import place, read_margins
from codebreakers.questions.poll.questionnaire import Questionnaire

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Poll", "read_answers", "source", "weigh", "year_of"]

_MOST_GROUPS, _LONGEST = 60, 80

PANEL = (
    "The range allows for who happened to answer, weighted to the margins; for what sets apart "
    "people who join a panel or answer a poll at all, it cannot."
)


@dataclass(frozen=True, slots=True, eq=False)
class Poll:
    """A weighted poll of n respondents.

    Parameters
    ----------
    asked : Questionnaire
    year : int
        When it was held.
    answers : mapping of str to Answers
        By question.
    columns : mapping of str to Column
        What is known of the respondents: groups, margins, the school's URN.
    estimator : Linear
        Holds the weights.
    provenance : tuple of Provenance
    notes : tuple of str
        What was met in the files, and how the weights came out.
    made_up : bool
    """

    asked: Questionnaire
    year: int
    answers: Mapping[str, Answers]
    columns: Mapping[str, Column]
    estimator: Linear
    provenance: tuple[Provenance, ...]
    notes: tuple[str, ...]
    made_up: bool

    @property
    def about(self) -> About:
        """What its findings share."""
        weights = self.estimator.weights
        named = ", ".join(margin.name for margin in weights.margins)
        bounds = weights.bounds
        within = f", each between {bounds[0]:g} and {bounds[1]:g} times the mean" if bounds else ""
        return About(
            self.year,
            f"{self.asked.title}: a poll of {len(weights.values):,} {self.asked.people} held in "
            f"{self.year}, of those who answered the question. Weighted to known totals of "
            f"{named}{within}.",
            (PANEL,),
            self.provenance,
        )

    @property
    def method(self) -> str:
        """How its shares are estimated, in a few words."""
        number = self.estimator.weights.replicates.shape[1]
        error = f"from {number} raked resamples" if number else "linearised, raking accounted for"
        return f"raked weights; standard error {error}"


def weigh(
    responses: str | Path,
    margins: str | Path,
    asked: Questionnaire,
    *,
    year: int | None,
    bounds: Bounds | None,
    replicates: int,
    seed: int,
) -> Poll:
    """Read a poll's files and weight its respondents: see `questions.poll.poll`."""
    when = year_of(asked, year)
    cells = read_cells(responses)
    known = read_margins(margins)
    kept, notes = _once(cells, asked, known.columns)
    columns = _columns(cells, asked, known.columns)
    placed, there, unplaced = place(known, {n: c.take(kept) for n, c in columns.items()})
    rows = kept.copy()
    rows[kept] = there
    answers = {name: one.take(rows) for name, one in answers_of(cells, asked).items()}
    weights = rake(placed, bounds=bounds, replicates=replicates, seed=seed)
    estimator = Linear(weights)
    return Poll(
        asked,
        when,
        answers,
        {name: column.take(rows) for name, column in columns.items()},
        estimator,
        (source(cells, asked, when),),
        (_of_weights(weights), *notes, *unplaced, *_stray(answers)),
        cells.made_up,
    )


def year_of(asked: Questionnaire, year: int | None) -> int:
    """Return the year a poll was held: as given, or as its questionnaire has it.

    Raises
    ------
    RequestError
        Neither says.
    """
    when = year if year is not None else asked.year
    if when is None:
        raise RequestError(
            "When the poll was held is not said.", remedy="Say it: --year 2026, or in its TOML."
        )
    return when


def read_answers(responses: str | Path, asked: Questionnaire) -> tuple[Cells, dict[str, Answers]]:
    """Return a file of answers that are not weighted, each respondent once."""
    cells = read_cells(responses)
    kept, _ = _once(cells, asked, ())
    return cells, {name: one.take(kept) for name, one in answers_of(cells, asked).items()}


def source(cells: Cells, asked: Questionnaire, year: int) -> Provenance:
    """Return where a poll's figures come from: a file that is read, and not kept."""
    return Provenance(
        dataset="poll",
        title=asked.title,
        publisher="answers given by the user, and not kept",
        licence="not published",
        year=year,
        file=cells.file,
        sha256=cells.sha256,
        status="made up" if cells.made_up else "as given",
        made_up=cells.made_up,
    )


def _of_weights(weights: Weights) -> str:
    low, high, n = weights.values.min(), weights.values.max(), len(weights.values)
    held = ""
    if weights.bounds is not None and weights.at_bounds:
        ends = f"{weights.bounds[0]:g} and {weights.bounds[1]:g}"
        held = f"; {weights.at_bounds:,} stand at the bounds {ends}"
    lost = f" {weights.lost} resamples without some category are left out." if weights.lost else ""
    return (
        f"Weights run from {low:.2g} to {high:.2g} times the mean{held}.{lost} They make {n:,} "
        f"respondents worth about {n / weights.design_effect:,.0f} (Kish's approximation: a design "
        f"effect of {weights.design_effect:.2f})."
    )


def _columns(cells: Cells, asked: Questionnaire, needed: tuple[str, ...]) -> dict[str, Column]:
    """Return what is known of the respondents; a group that the file does not tell is left out."""
    names = [*needed, *(name for name in asked.groups if cells.has(name))]
    if asked.urn and cells.has(asked.urn):
        names.append(asked.urn)
    found = {name: cells.column(name) for name in dict.fromkeys(names)}
    for name, column in found.items():
        if name != asked.urn:
            _refuse_free_text(cells.file, column)
    return found


def _refuse_free_text(file: str, column: Column) -> None:
    """Refuse a column of groups that holds anything but the names of a few."""
    long = next((t for t in column.texts if len(t) > _LONGEST or not t.isprintable()), None)
    if long is not None:
        shown = "".join(c if c.isprintable() else "\ufffd" for c in long[:40])
        raise ReleaseError(
            file,
            f"{column.name} has a cell of {len(long)} characters, which names no group: {shown!r}",
            remedy="Give the column that tells respondents apart, not what they wrote.",
        )
    if len(column.texts) > _MOST_GROUPS:
        raise ReleaseError(
            file,
            f"{column.name} has {len(column.texts):,} different values, and groups are "
            f"{_MOST_GROUPS} at most",
        )


def _once(
    cells: Cells, asked: Questionnaire, needed: tuple[str, ...]
) -> tuple[NDArray[np.bool_], list[str]]:
    """Return which rows to read, so that nobody is read twice; and what there is to say."""
    notes = []
    if cells.blank_rows:
        notes.append(f"{cells.blank_rows:,} rows of the answers are blank and were passed over.")
    kept = np.ones(cells.rows, dtype=bool)
    if not asked.id:
        return kept, notes
    names = cells.column(asked.id)
    first = np.full(len(names.texts), -1)
    first[names.codes[::-1]] = np.arange(cells.rows)[::-1]
    again = (first[names.codes] != np.arange(cells.rows)) & ~names.blank
    if not again.any():
        return kept, notes
    others = [n for n in (*needed, *asked.groups, asked.urn) if n and cells.has(n)]
    for column in map(cells.column, [*others, *(q.id for q in asked.questions)]):
        differ = again & (column.codes != column.codes[first[names.codes]])
        if differ.any():
            name = names.texts[names.codes[np.flatnonzero(differ)[0]]]
            raise ReleaseError(
                cells.file,
                f"{asked.id} {name[:40]!r} is there twice, with another {column.name}",
                remedy="Keep the row that counts.",
            )
    notes.append(f"{int(again.sum()):,} exact copies of respondents were read once.")
    return ~again, notes


def _stray(answers: Mapping[str, Answers]) -> list[str]:
    return [
        f"{one.stray:,} answered {name} without being asked it: those answers are left out."
        for name, one in answers.items()
        if one.stray
    ]
