"""One recognised table becomes canonical rows, its release and its notes."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import duckdb

from codebreakers.sources import Release
from codebreakers.sources.england import DATASETS
from codebreakers.store.cells import write_cells
from codebreakers.store.copies import read_once, set_aside
from codebreakers.store.files import TableFile
from codebreakers.store.loading import Loaded, loaded
from codebreakers.store.quoting import literal
from codebreakers.store.recognise import Recognition, recognise
from codebreakers.store.releases import Held, held, record, refuse_mixing, remove
from codebreakers.store.rows import key_rows, number_rows, years_of
from codebreakers.store.words import write_links, write_words

__all__ = ["Outcome", "write"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What writing one table came to; the fields are those of ``Ingested``."""

    state: str
    year: int
    rows: int = 0
    copies: int = 0
    set_aside: int = 0
    said: str = ""


def write(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    file: TableFile,
    recognition: Recognition,
    asked_year: int | None,
) -> Outcome:
    """Write one table; the caller begins a transaction, and commits or rolls back.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        A writer's connection, in a transaction.
    path : Path
        What the user gave: the file, or the folder or zip it is in.
    file : TableFile
        The table, as text.
    recognition : Recognition
        What it is, by its columns.
    asked_year : int, optional
        The results year the user gave.

    Returns
    -------
    Outcome

    Raises
    ------
    ReleaseError
        One key has two different rows, a row has no year, a column of numbers holds prose, or the
        table does not belong in this store.
    """
    if _is_held(held(connection, file, recognition), file):
        return _unchanged(recognition)
    with loaded(connection, file, recognition.layout) as table:
        return _written(table, path, file, recognition, asked_year)


def _written(
    table: Loaded, path: Path, file: TableFile, recognition: Recognition, asked_year: int | None
) -> Outcome:
    years = years_of(table)
    recognition = _dated(file, recognition, asked_year, years)
    if _is_held(before := held(table.store, file, recognition), file):
        return _unchanged(recognition)
    refuse_mixing(table.store, file, recognition)
    key_rows(table, recognition.year, years)
    release = table.next_id("releases")
    dropped = set_aside(table, release)
    copies = read_once(table, release)
    _write_values(table, release)
    said = _note_trimmed(table, release, file.trimmed)
    if before is not None:
        remove(table.store, before.id)
    rows = table.count("SELECT count(*) FROM raw")
    replaced = () if before is None else (before.sha256, *before.replaced)
    record(
        table.store,
        _release(release, path, file, recognition, replaced, (rows, copies, dropped)),
    )
    state = "new" if before is None else "replaced"
    return Outcome(state, recognition.year, rows, copies, dropped, said)


def _is_held(before: Held | None, file: TableFile) -> bool:
    return before is not None and before.sha256 == file.sha256


def _unchanged(recognition: Recognition) -> Outcome:
    return Outcome("unchanged", recognition.year, said="these bytes are already held")


def _dated(
    file: TableFile, recognition: Recognition, asked_year: int | None, years: dict[str, int]
) -> Recognition:
    """Recognise a table again where its rows all give one year."""
    different = set(years.values())
    if len(different) != 1:
        return recognition
    return recognise(
        file.name,
        file.header,
        folder_year=file.year,
        asked_year=asked_year,
        content_year=different.pop(),
    )


def _write_values(table: Loaded, release: int) -> None:
    if table.count("SELECT count(*) FROM keyed") == 0:
        raise table.error("no row of it names a school, an authority or a nation")
    number_rows(table)
    write_cells(table, release)
    if table.layout.link:
        write_links(table, release)
    else:
        write_words(table, release)


def _note_trimmed(table: Loaded, release: int, trimmed: int) -> str:
    """Note how many rows the publisher ended early, leaving out the blank cells at their ends."""
    if not trimmed:
        return ""
    said = "rows ended before the last column, and the cells left out were read as blank"
    table.ask(
        f"INSERT INTO notes VALUES ({release}, 'trimmed', '', NULL, {trimmed}, {literal(said)})"  # noqa: S608
    )
    return f"{trimmed:,} {said}"


def _release(
    number: int,
    path: Path,
    file: TableFile,
    recognition: Recognition,
    replaced: tuple[str, ...],
    counts: tuple[int, int, int],
) -> Release:
    dataset = DATASETS[recognition.layout.dataset]
    rows, copies, dropped = counts
    return Release(
        id=number,
        dataset=dataset.name,
        layout=recognition.layout.name,
        year=recognition.year,
        status=recognition.layout.status,
        year_from=recognition.year_from,
        file=file.name,
        path=os.path.abspath(path),  # not its target: a folder's own name may say the year
        sha256=file.sha256,
        replaced=replaced,
        made_up=recognition.made_up,
        rows=rows,
        copies=copies,
        set_aside=dropped,
        unread=recognition.unread,
        encoding=file.encoding,
        separator=file.separator,
        licence=dataset.licence,
        url=dataset.url,
    )
