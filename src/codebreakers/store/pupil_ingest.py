"""Takes pupil records in from files of the holder's, a year at a time, each whole or not at all.

Rows that are wrong are not taken in, and never dropped in silence: they are written beside with
the reason, the file and the row.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

import duckdb

from codebreakers.errors import RequestError, SourceError
from codebreakers.sources.england import MADE_UP_COLUMN
from codebreakers.store.pupil_checks import (
    CONFLICT,
    NOBODY,
    PUPIL_REJECTED,
    TWICE,
    canonical,
    year_in,
)
from codebreakers.store.pupil_holdings import HolderFile, holder_files
from codebreakers.store.pupil_tables import ENTRIES, PUPIL_TABLES, PUPILS, PupilTable
from codebreakers.store.quoting import literal, quoted

__all__ = ["MEMORY", "MOST_REJECTED", "RecordsYear", "ingest_records"]

MEMORY = "1GB"
MOST_REJECTED = 0.05
"""Share of a table's rows above which a year is not taken in, unless that is accepted."""

_FILE = 1 << 40  # a row's place is its file's number times this, and its row in it
_NO_YEAR = "year: none, or no results year"
_LIVE = r"'^[=+\-@\t\n]'"  # what a spreadsheet would run


@dataclass(frozen=True, slots=True)
class RecordsYear:
    """What became of one year of the records.

    Parameters
    ----------
    year : int, optional
        Results year; None of the rows that say none.
    state : str
        ``new``, ``replaced``, ``kept`` (it was there) or ``refused``.
    read : mapping of str to int
        Rows by table.
    rejected : mapping of str to mapping of str to int
        Rows not taken in, by table and reason.
    """

    year: int | None
    state: str
    read: Mapping[str, int] = field(default_factory=dict)
    rejected: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def share(self, table: str) -> float:
        """Return the share of a table's rows that were rejected."""
        return sum(self.rejected[table].values()) / self.read[table] if self.read[table] else 0.0


def ingest_records(
    folder: str | Path,
    to: str | Path,
    *,
    replace: bool = False,
    accept: bool = False,
    memory: str = MEMORY,
    progress: Callable[[str], None] | None = None,
) -> tuple[RecordsYear, ...]:
    """Take in the pupil records of a folder.

    Parameters
    ----------
    folder : str or Path
        With CSV or Parquet files of pupils and of entries: see `holder_files`.
    to : str or Path
        Where ``pupils/year=2024``, ``entries/year=2024`` and ``rejects/year=2024`` are made.
    replace : bool
        Whether years that are there are written anew; otherwise they are kept as they are.
    accept : bool
        Whether a year is taken in however many rows are rejected.
    memory : str
        The most memory DuckDB takes ("1GB"); what does not fit is put in `to` meanwhile.
    progress : callable, optional
        Called with each year as it begins.

    Raises
    ------
    RequestError
        A folder or a file's name cannot be used, or a year is there by half.
    CannotAnswerError, SourceError
        The files cannot be read, or nothing more can be written. Finished years are kept.
    """
    folder, to = Path(folder), Path(to)
    files = holder_files(folder)
    if to.resolve().is_relative_to(folder.resolve()):
        raise RequestError(
            f"{to} is in {folder}, whose files are read.", remedy="Name another folder with --to."
        )
    found = []
    try:
        to.mkdir(parents=True, exist_ok=True)
        with (
            tempfile.TemporaryDirectory(prefix=".unfinished-", dir=to) as scratch,
            _Stage(files, Path(scratch), memory) as stage,
        ):
            for year in stage.years():
                if progress is not None:
                    progress(str(year or "rows without a year"))
                found.append(_one(stage, year, to, replace=replace, accept=accept))
    except OSError as error:
        raise SourceError(
            f"The records cannot be written at {to}: {error.strerror or error}.",
            remedy="Make room, and ask again: years that were finished are kept.",
        ) from error
    return tuple(found)


def _one(stage: _Stage, year: int | None, to: Path, *, replace: bool, accept: bool) -> RecordsYear:
    there = [table for table in PUPIL_TABLES if (to / table / f"year={year}").exists()]
    if there and not replace:
        if len(there) < len(PUPIL_TABLES):
            raise RequestError(
                f"{to} holds {there[0]} of {year} and nothing else of that year.",
                remedy="Write it anew with --replace, or name another folder.",
            )
        return RecordsYear(year, "kept")
    stage.read(year)
    counts = {table: stage.counts(table) for table in PUPIL_TABLES}
    read = {table: sum(by_reason.values()) for table, by_reason in counts.items()}
    rejected = {
        table: {reason: n for reason, n in by_reason.items() if reason}
        for table, by_reason in counts.items()
    }
    done = RecordsYear(year, "replaced" if there else "new", read, rejected)
    _put_rejects(stage, year, to, rejected)
    too_many = any(done.share(table) > MOST_REJECTED for table in PUPIL_TABLES)
    if year is None or (too_many and not accept) or not counts["pupils"].get(""):
        return RecordsYear(year, "refused", read, rejected)
    # Pupils last: a year with pupils is finished.
    made = {table: stage.write(table, year) for table in ("entries", "pupils")}
    for table, new in made.items():
        target = to / table / new.name
        target.parent.mkdir(exist_ok=True)
        if target.exists():
            target.rename(stage.scratch / f"old-{table}-{year}")
        new.rename(target)
    return done


def _put_rejects(
    stage: _Stage, year: int | None, to: Path, rejected: Mapping[str, Mapping[str, int]]
) -> None:
    """Write rejected rows beside the records, in place of those of an earlier run."""
    folder = to / "rejects" / f"year={'unknown' if year is None else year}"
    for table, reasons in rejected.items():
        target = folder / f"{table}.csv"
        if reasons:
            written = stage.write_rejects(table)
            folder.mkdir(parents=True, exist_ok=True)
            written.replace(target)
        else:
            target.unlink(missing_ok=True)


class _Stage:
    """One year's rows with what they stand for and why some are rejected, on disk meanwhile."""

    def __init__(self, files: Sequence[HolderFile], scratch: Path, memory: str) -> None:
        self.files, self.scratch = files, scratch
        with _saying("The stage"):
            self.connection = duckdb.connect(
                str(scratch / "stage.duckdb"),
                config={
                    "memory_limit": memory,
                    "temp_directory": str(scratch / "spill"),
                    "autoinstall_known_extensions": False,
                    "autoload_known_extensions": False,
                },
            )
        self.connection.execute("SET enable_progress_bar = false")
        self._year: int | None = None

    def __enter__(self) -> _Stage:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.connection.close()

    def years(self) -> list[int | None]:
        """Return the years that the files hold, in order; None last, where rows say none."""
        found: set[int | None] = {file.year for file in self.files if file.year is not None}
        for file in self.files:
            if file.year is None:
                rows = self._run(
                    f"SELECT DISTINCT {year_in('year')} FROM ({file.query()})",  # noqa: S608
                    file,
                )
                found |= {None if year is None else int(str(year)) for (year,) in rows}
        return sorted(found, key=lambda year: (year is None, year or 0))

    def read(self, year: int | None) -> None:
        """Read one year of every file, and look what is wrong with it."""
        self._year = year
        for table in PUPIL_TABLES.values():
            empty = ", ".join(f"NULL::VARCHAR AS {column.name}" for column in table.columns)
            nothing = canonical(
                table.name, year or 0, f"SELECT 0::BIGINT AS place, {empty} WHERE false"
            )
            self._run(f"CREATE OR REPLACE TABLE {table.name} AS {nothing}")
            for file in self._of(table.name):
                rows = canonical(table.name, year or 0, self._rows(file))
                self._run(f"INSERT INTO {table.name} {rows}", file)
            if year is None:
                self._run(f"UPDATE {table.name} SET reason = {literal(_NO_YEAR)}")  # noqa: S608
        self._reject_repeated(PUPILS)
        self._reject_without_pupil()
        self._reject_repeated(ENTRIES)

    def counts(self, table: str) -> dict[str, int]:
        """Return how many rows were rejected for each reason; '' for those that were not."""
        rows = self._run(
            f"SELECT coalesce(reason, ''), count(*) FROM {table} GROUP BY 1 ORDER BY 2 DESC, 1"  # noqa: S608
        )
        return {str(reason): int(str(rows)) for reason, rows in rows}

    def write(self, table: str, year: int) -> Path:
        """Write the rows that are right into a folder named for the year, and return it."""
        folder = self.scratch / table / f"year={year}"
        folder.mkdir(parents=True)
        made_up = any(file.made_up for file in self.files) and table == PUPILS.name
        mark = f", 'made up' AS {quoted(MADE_UP_COLUMN)}" if made_up else ""
        names = ", ".join(column.name for column in PUPIL_TABLES[table].columns)
        self._run(
            f"COPY (SELECT {names}{mark} FROM {table} WHERE reason IS NULL ORDER BY pupil) "  # noqa: S608
            f"TO {literal(str(folder / 'part-00000.parquet'))} (FORMAT parquet)"
        )
        return folder

    def write_rejects(self, table: str) -> Path:
        """Write the rows that were rejected as they were read, and return the file."""
        names = [column.name for column in PUPIL_TABLES[table].columns]
        path = self.scratch / f"{table}.csv"
        rows = " UNION ALL ".join(
            f"SELECT place, {literal(file.path.name)} AS file, year, {', '.join(names)} "  # noqa: S608
            f"FROM ({self._rows(file)})"
            for file in self._of(table)
        )
        shown = ", ".join(f"{_inert(f'r.{name}')} AS {name}" for name in ("file", "year", *names))
        self._run(
            f"COPY (SELECT t.reason, r.place % {_FILE} AS row, {shown} FROM ({rows}) r "  # noqa: S608
            f"JOIN {table} t USING (place) WHERE t.reason IS NOT NULL ORDER BY r.place) "
            f"TO {literal(str(path))} (FORMAT csv, HEADER)"
        )
        return path

    def _of(self, table: str) -> list[HolderFile]:
        """Return the files that may hold rows of the year."""
        return [
            file for file in self.files if file.table == table and file.year in (None, self._year)
        ]

    def _rows(self, file: HolderFile) -> str:
        """Return the query of a file's rows of the year as text, each with its place."""
        place = f"{self.files.index(file) * _FILE} + row AS place"
        rows = f"SELECT {place}, * EXCLUDE (row) FROM ({file.query()})"  # noqa: S608
        if file.year is not None:
            return rows
        asked = "IS NULL" if self._year is None else f"= {self._year}"
        return f"{rows} WHERE ({year_in('year')}) {asked}"

    def _reject_repeated(self, table: PupilTable) -> None:
        """Reject rows that share a key: all but the first where they are alike, and else all."""
        key, name = ", ".join(table.key), table.name
        content = ", ".join(column.name for column in table.columns)
        same = " AND ".join(f"t.{column} = alike.{column}" for column in table.key)
        self._run(
            "CREATE OR REPLACE TABLE alike AS "  # noqa: S608
            f"SELECT {key}, count(DISTINCT row({content})) AS contents, min(place) AS first "
            f"FROM {name} WHERE reason IS NULL AND ({key}) IN (SELECT ({key}) FROM {name} "
            f"WHERE reason IS NULL GROUP BY {key} HAVING count(*) > 1) GROUP BY {key}"
        )
        self._run(
            f"UPDATE {name} t SET reason = CASE WHEN contents > 1 THEN {literal(CONFLICT)} "  # noqa: S608
            f"ELSE {literal(TWICE)} END FROM alike "
            f"WHERE {same} AND t.reason IS NULL AND (contents > 1 OR t.place <> alike.first)"
        )

    def _reject_without_pupil(self) -> None:
        self._run(
            "CREATE OR REPLACE TABLE known AS SELECT pupil, bool_or(reason IS NULL) AS kept "
            "FROM pupils WHERE pupil IS NOT NULL GROUP BY pupil"
        )
        self._run(
            f"UPDATE entries e SET reason = {literal(PUPIL_REJECTED)} FROM known "  # noqa: S608
            "WHERE e.pupil = known.pupil AND NOT kept AND e.reason IS NULL"
        )
        self._run(
            f"UPDATE entries SET reason = {literal(NOBODY)} WHERE reason IS NULL "  # noqa: S608
            "AND pupil NOT IN (SELECT pupil FROM known)"
        )

    def _run(self, sql: str, file: HolderFile | None = None) -> list[tuple[object, ...]]:
        with _saying(str(file.path) if file else "The stage"):
            return self.connection.execute(sql).fetchall()


def _inert(cell: str) -> str:
    """Return the SQL of a cell that a spreadsheet will not run as a formula."""
    plain = f"replace(replace(CAST({cell} AS VARCHAR), chr(13), ' '), chr(0), ' ')"
    return f"CASE WHEN regexp_matches({plain}, {_LIVE}) THEN '''' || {plain} ELSE {plain} END"


@contextmanager
def _saying(what: str) -> Iterator[None]:
    """Say what the engine met, and never a row itself: it is about a pupil."""
    try:
        yield
    except duckdb.Error as error:
        lines = [line for line in str(error).splitlines() if not line.startswith("Original Line")]
        said = " ".join(line[:200] for line in lines[:2])
        full = any(words in said for words in ("No space left", "File too large", "offload"))
        memory = isinstance(error, duckdb.OutOfMemoryException)
        remedy = "Write or mend that file"
        if full or memory:
            remedy = "Make room on the disk" if full else "Give more with --memory"
        raise SourceError(
            f"{'The disk is full' if full else f'{what} cannot be read'}: {said}",
            remedy=f"{remedy}, and ask again: years that were finished are kept.",
        ) from error
