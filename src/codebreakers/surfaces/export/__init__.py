"""Answers as files: tidy CSV, Parquet, accessible workbooks, JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from codebreakers.errors import UnknownNameError
from codebreakers.findings import Run, Table
from codebreakers.findings.typed import typed
from codebreakers.store import Store
from codebreakers.store.parquet import write_parquet
from codebreakers.surfaces.export.about import attribution, origin
from codebreakers.surfaces.export.csv_files import csv_files
from codebreakers.surfaces.export.whole import write_whole
from codebreakers.surfaces.export.workbook import write_workbook
from codebreakers.surfaces.runs import run_of

__all__ = ["SUFFIXES", "as_json", "form_of", "write", "write_table"]

Writing = tuple[Path, Callable[[Path], None]]


def write(
    table: Table, run: Run, path: str | Path, *, store: Store | None = None
) -> tuple[Path, ...]:
    """Write an answer to a file of the kind its name ends in.

    Parameters
    ----------
    table : Table
        The answer.
    run : Run
        What made it.
    path : str or Path
        ``.csv``: tidy rows in the Department's open-data form, with ``.meta.csv`` and
        ``.guidance.txt`` beside them. ``.parquet``: the rows, typed. ``.xlsx``: a workbook by the
        government's guidance on accessible spreadsheets. ``.json``: findings, rows and run.
    store : Store, optional
        Where the codes of authorities and establishments are looked up, for ``.csv``.

    Returns
    -------
    tuple of Path
        The files written, each whole; older ones of these names are replaced.

    Raises
    ------
    UnknownNameError
        The name ends in something else.
    RequestError
        It cannot be written there: no folder, a folder, a store.
    """
    place = Path(path)
    return write_whole(_KINDS[form_of(place)](table, run, place, store))


def write_table(
    table: Table, path: str | Path, *, store: Store | None = None, seed: int = 0
) -> tuple[Path, ...]:
    """Write an answer that Python holds to a file of the kind its name ends in.

    Parameters
    ----------
    table : Table
        The answer.
    path : str or Path
        ``.csv``, ``.xlsx``, ``.parquet`` or ``.json``: see `write`.
    store : Store, optional
        What it was read from, unless that was pupil records or a poll; the file names it.
    seed : int
        What the question was asked with; the file names it.

    Returns
    -------
    tuple of Path
        The files written, each whole; older ones of these names are replaced.

    Raises
    ------
    UnknownNameError
        The name ends in something else.
    RequestError
        It cannot be written there: no folder, a folder, a store.
    """
    return write(table, run_of(store, seed, table), path, store=store)


def form_of(path: Path) -> str:
    """Return what a file's name ends in, one of `SUFFIXES`.

    Raises
    ------
    UnknownNameError
        It ends in something else.
    """
    suffix = path.suffix.casefold()
    if suffix not in _KINDS:
        raise UnknownNameError(
            "kind of file",
            path.suffix or path.name,
            SUFFIXES,
            remedy="End the name in one of these.",
        )
    return suffix


def as_json(table: Table, run: Run) -> str:
    """Return an answer as JSON text: what ``--format json`` prints."""
    return json.dumps(table.to_json(run), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _json(table: Table, run: Run, path: Path, store: Store | None) -> tuple[Writing, ...]:  # noqa: ARG001
    text = as_json(table, run)
    return ((path, lambda part: _write_text(part, text)),)


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _parquet(table: Table, run: Run, path: Path, store: Store | None) -> tuple[Writing, ...]:  # noqa: ARG001
    columns = typed(table)
    said = table.to_json(run) | {"table": {"id": table.id, "notes": list(table.notes)}}
    about = {
        "title": table.title,
        "attribution": attribution(table, run),
        "made_by": origin(run),
        "codebreakers": json.dumps(said, ensure_ascii=False, allow_nan=False),
    }
    return ((path, lambda part: write_parquet(part, columns, about)),)


def _xlsx(table: Table, run: Run, path: Path, store: Store | None) -> tuple[Writing, ...]:  # noqa: ARG001
    return ((path, lambda part: write_workbook(table, run, part)),)


_KINDS: Mapping[str, Callable[[Table, Run, Path, Store | None], tuple[Writing, ...]]] = (
    MappingProxyType({".csv": csv_files, ".xlsx": _xlsx, ".parquet": _parquet, ".json": _json})
)
SUFFIXES = tuple(_KINDS)
"""What the name of a file may end in."""
