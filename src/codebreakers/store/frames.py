"""Columns as a data frame, of whichever library is installed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from typing import Any

from codebreakers.errors import RequestError

__all__ = ["frame"]


def frame(columns: Mapping[str, Sequence[Any]]) -> Any:
    """Return columns as a data frame.

    Parameters
    ----------
    columns : mapping of str to sequence
        Cells of one kind each, None where there is none.

    Returns
    -------
    pandas.DataFrame or polars.DataFrame
        Of pandas where that is installed. Whole numbers some of which are missing stay whole.

    Raises
    ------
    RequestError
        Neither library is installed.
    """
    if find_spec("pandas"):
        import pandas as pd

        return pd.DataFrame(
            {name: pd.Series(list(cells), dtype=_kind(cells)) for name, cells in columns.items()}
        )
    if find_spec("polars"):
        import polars as pl

        return pl.DataFrame(columns, strict=True)
    raise RequestError(
        "There is no library of data frames here.",
        available=("pandas", "polars"),
        remedy="Install one: pip install pandas. Without one: table.to_dict(), or --to FILE.",
    )


def _kind(cells: Sequence[Any]) -> str:
    """Return the kind of pandas that has room for what is missing and changes nothing else."""
    kinds = {bool: "boolean", int: "Int64", float: "float64", str: "str"}
    return kinds[next((type(cell) for cell in cells if cell is not None), str)]
