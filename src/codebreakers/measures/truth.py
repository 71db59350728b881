"""What is true of Example England: kept beside its tables, and never there for real schools."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals as nw

from codebreakers.errors import CannotAnswerError
from codebreakers.store import Store

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["true_values"]


def true_values(store: Store, year: int, column: str) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return one true quantity of every made-up school.

    Parameters
    ----------
    store : Store
        A store of Example England.
    year : int
        Results year.
    column : str
        ``TRUE_...``, as ``sources.example`` documents.

    Returns
    -------
    schools, values : ndarray, shape (S,)
        Keys in order, and what is true of them.

    Raises
    ------
    CannotAnswerError
        The store holds no truth for that year: its schools are real.
    """
    found = store.query(
        lambda reader: (
            reader.frame("results")
            .filter(
                nw.col("measure") == column, nw.col("year") == year, nw.col("level") == "school"
            )
            .select("school", "value")
            .sort("school")
        )
    )
    if len(found["school"]) == 0:
        raise CannotAnswerError(
            f"The truth about {year} is not known: {column} is kept for Example England only.",
            remedy="codebreakers demo makes Example England.",
        )
    return found["school"], found["value"]
