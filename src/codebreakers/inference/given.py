"""What every model asks of what it is given, and the words it refuses it in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from codebreakers.errors import RequestError

__all__ = [
    "at_least_one",
    "first_unknown",
    "never_known",
    "one_table_a_year",
    "same_columns",
    "same_years",
]


def at_least_one(draws: int) -> None:
    """Refuse no draws, and fewer.

    Raises
    ------
    RequestError
    """
    if draws < 1:
        raise RequestError(f"{draws} draws were asked for.", remedy="Ask for 1 or more.")


def same_columns(fitted: Sequence[str], given: Sequence[str]) -> None:
    """Refuse data whose columns are not those a model was fitted to.

    Raises
    ------
    RequestError
    """
    if tuple(given) != tuple(fitted):
        raise RequestError(
            f"The model was fitted to the columns {', '.join(fitted)}, not to {', '.join(given)}.",
            remedy="Give the columns of the fit, in its order.",
        )


def first_unknown(columns: Mapping[str, NDArray[Any]]) -> tuple[str, ...]:
    """Return for each school the first thing that is not known of it, or ''.

    Parameters
    ----------
    columns : mapping of str to ndarray of float, shape (S,)
        By what to call them; NaN where not known.
    """
    said: NDArray[Any] = np.full(len(next(iter(columns.values()))), "", dtype=object)
    for name, values in columns.items():
        said[np.isnan(values) & (said == "")] = f"{name} is not known"
    return tuple(said)


def one_table_a_year(years: Sequence[int], tables: Sequence[int], most: int) -> None:
    """Refuse years that do not rise or are too many, or tables that are not theirs.

    Parameters
    ----------
    years : sequence of int
    tables : sequence of int
        How many schools each table is of.
    most : int
        Years.

    Raises
    ------
    RequestError
    """
    if not 1 <= len(years) <= most or len(tables) != len(years):
        raise RequestError(
            f"{len(years)} years and {len(tables)} tables were given.",
            remedy=f"Give from 1 to {most} years, and one table for each.",
        )
    if list(years) != sorted(set(years)):
        raise RequestError(
            f"The years {', '.join(map(str, years))} do not rise.",
            remedy="Give each year once, the earliest first.",
        )
    if len(set(tables)) > 1:
        raise RequestError(
            f"The tables are of {', '.join(map(str, tables))} schools.",
            remedy="Give every year the same schools in the same order, with NaN where a"
            " school has no results.",
        )


def never_known(years: Sequence[int], reasons: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Return for each school why none of its years can be used, or ''.

    Parameters
    ----------
    years : sequence of int, length T
    reasons : sequence of sequence of str, shape (T, S)
        Why a school cannot be used in a year, or ''.
    """
    return tuple(
        "; ".join(f"{year}: {why}" for year, why in zip(years, said, strict=True))
        if all(said)
        else ""
        for said in zip(*reasons, strict=True)
    )


def same_years(
    fitted: tuple[Sequence[int], Sequence[Sequence[str]]],
    given: tuple[Sequence[int], Sequence[Sequence[str]]],
) -> None:
    """Refuse years, or columns of a year, that are not those a model was fitted to.

    Raises
    ------
    RequestError
    """

    def words(years: Sequence[int], names: Sequence[Sequence[str]]) -> str:
        return "; ".join(f"{y} by {', '.join(of)}" for y, of in zip(years, names, strict=True))

    if words(*given) != words(*fitted):
        raise RequestError(
            f"The model was fitted to {words(*fitted)}, not to {words(*given)}.",
            remedy="Give the years and columns of the fit, in its order.",
        )
