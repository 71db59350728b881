"""Columns as one Parquet file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from codebreakers.errors import RequestError
from codebreakers.store.quoting import literal, quoted

__all__ = ["write_parquet"]

_KINDS: dict[type, str] = {bool: "BOOLEAN", int: "BIGINT", float: "DOUBLE", str: "VARCHAR"}


def write_parquet(
    path: Path, columns: Mapping[str, Sequence[Any]], about: Mapping[str, str]
) -> None:
    """Write columns as a Parquet file.

    Parameters
    ----------
    path : Path
        Where; what is there is overwritten.
    columns : mapping of str to sequence
        Cells of one kind each (truth values, whole numbers, numbers, words), None where there is
        none; all of one length. Where a column has no cell at all it is one of words.
    about : mapping of str to str
        What the file says of itself, by key.

    Raises
    ------
    RequestError
        It cannot be written there.
    """
    kinds = {name: _kind(cells) for name, cells in columns.items()}
    select = ", ".join(
        f"unnest(${i}::{kind}[]) AS {quoted(name)}"
        for i, (name, kind) in enumerate(kinds.items(), 1)
    )
    said = ", ".join(f"{quoted(key)}: {literal(text)}" for key, text in about.items())
    target = literal(str(path.absolute()))
    settings: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    with duckdb.connect(config=settings) as connection:
        connection.execute(
            f"CREATE TABLE rows AS SELECT {select}", [list(c) for c in columns.values()]
        )
        try:
            connection.execute(f"COPY rows TO {target} (FORMAT parquet, KV_METADATA {{{said}}})")
        except (OSError, duckdb.IOException) as error:
            raise RequestError(
                f"{path} cannot be written: {str(error).splitlines()[0]}",
                remedy="Name a place that can be written to.",
            ) from error


def _kind(cells: Sequence[Any]) -> str:
    return _KINDS[next((type(cell) for cell in cells if cell is not None), str)]
