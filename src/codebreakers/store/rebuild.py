"""A store that an older version wrote is made anew from the files it was read from.

It is never altered in place: what is made anew stands beside it and takes its place when it is
whole. Where a file is gone, or is not what it was, the old store stays as it is.
"""

from __future__ import annotations

import logging
import tempfile
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from codebreakers.errors import ReleaseError, StoreError
from codebreakers.store.files import TableFile, tables
from codebreakers.store.ingest import store_table
from codebreakers.store.opening import WAIT_SECONDS, connect, is_older, settle

__all__ = ["rebuild"]

_LOG = logging.getLogger(__name__)
_NAMED = 5  # files an error shows at most


@dataclass(frozen=True, slots=True)
class _Recorded:
    """What an older store says of one release: enough to read it again."""

    file: str
    path: str
    sha256: str
    year: int
    year_from: str
    replaced: str

    @property
    def asked_year(self) -> int | None:
        return self.year if self.year_from == "option" else None


def rebuild(path: Path, *, wait: float = WAIT_SECONDS) -> None:
    """Make a store of an older version anew, from the files it was read from.

    Parameters
    ----------
    path : Path
        The store's DuckDB file.
    wait : float
        Seconds to go on trying while another process holds it.

    Raises
    ------
    StoreError
        A file it was read from is gone or has changed, or another process holds the store. The
        store is as it was.

    Notes
    -----
    Files beside the recorded ones, in a folder that was read, are not read: what is held stays
    what it was.
    """
    with connect(path, read_only=False, wait=wait) as old:
        if not is_older(old, path):
            return  # another process has made it anew in the meantime
        recorded = _recorded(old, path)
        _LOG.info("%s is of an older version: reading its %d files again", path, len(recorded))
        folder = path.absolute().parent
        with tempfile.TemporaryDirectory(prefix=f".{path.name}.", dir=folder) as beside:
            anew = Path(beside) / path.name
            _read_again(anew, path, recorded)
            settle(old)
            anew.replace(path)


def _recorded(old: duckdb.DuckDBPyConnection, path: Path) -> list[_Recorded]:
    try:
        rows = old.execute(
            "SELECT file, path, sha256, year, year_from, replaced FROM releases ORDER BY id"
        ).fetchall()
    except duckdb.Error as error:
        raise StoreError(
            f"{path} was written by an older version of codebreakers, and does not say what it "
            "was read from.",
            remedy="Ingest the files again into a new store.",
        ) from error
    return [_Recorded(*row) for row in rows]


def _read_again(anew: Path, path: Path, recorded: Sequence[_Recorded]) -> None:
    """Read every recorded release into a new store, or raise for those that cannot be."""
    by_path: dict[str, list[_Recorded]] = defaultdict(list)
    for release in recorded:
        by_path[release.path].append(release)
    problems: list[str] = []
    with connect(anew, read_only=False) as connection:
        for given, wanted in by_path.items():
            problems += _read_path(connection, Path(given), wanted)
        for release in recorded:
            connection.execute(
                "UPDATE releases SET replaced = ? WHERE sha256 = ? AND year = ?",
                [release.replaced, release.sha256, release.year],
            )
    if problems:
        more = len(problems) - _NAMED
        raise StoreError(
            f"{path} was written by an older version of codebreakers and has to be made anew, but "
            f"{'; '.join(problems[:_NAMED])}{f'; and {more} more' if more > 0 else ''}.",
            remedy="Put these files back, or ingest the files you have into a new store.",
        )


def _read_path(
    connection: duckdb.DuckDBPyConnection, path: Path, wanted: Sequence[_Recorded]
) -> list[str]:
    """Read what is wanted of one path; say what could not be."""
    years: dict[str, set[int | None]] = defaultdict(set)
    for release in wanted:
        years[release.sha256].add(release.asked_year)
    read: Counter[str] = Counter()
    said: dict[str, str] = {}
    with tempfile.TemporaryDirectory(prefix="codebreakers-") as scratch:
        try:
            for found in tables(path, Path(scratch)):
                said.setdefault(found.name, "has changed")
                if not isinstance(found, TableFile):
                    continue
                for asked in years[found.sha256]:
                    try:
                        ingested = store_table(connection, path, found, asked)
                        read[found.sha256] += ingested.state in ("new", "replaced")
                    except ReleaseError as error:
                        said[found.name] = f"cannot be read any more: {error.message}"
                found.text.unlink()
        except ReleaseError as error:
            said[path.name] = f"cannot be read any more: {error.message}"
    times = Counter(release.sha256 for release in wanted)
    return [
        f"{release.file} ({release.path}) {said.get(release.file, 'is gone')}"
        for release in wanted
        if read[release.sha256] < times[release.sha256]
    ]
