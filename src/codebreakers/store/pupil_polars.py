"""Pupil records on Polars, which holds all of a year in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import narwhals as nw

from codebreakers.store.engines import Arrays, Lazy, polars_arrays, polars_kept
from codebreakers.store.pupil_records import Block, check_columns, files_of, stamp_of, years_of

__all__ = ["PolarsRecords"]


class PolarsRecords:
    """Pupil records on Polars, which holds all of a year in memory: for tests and small folders.

    Parameters
    ----------
    folder : Path
        Of the records.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def years(self) -> tuple[int, ...]:
        """Return the results years held, in order."""
        return years_of(self.folder)

    def table(self, name: str, year: int) -> Lazy:
        """Return one year of a table as a lazy frame, its columns having been checked."""
        import polars as pl

        files = files_of(self.folder, name, year)
        native = pl.scan_parquet(files, glob=False, hive_partitioning=False)
        return check_columns(nw.from_native(native), name, f"{name} of {year}")

    def blocks(self, year: int) -> Sequence[Block]:  # noqa: ARG002
        """Return one block of everybody."""
        return [(None, None)]

    def small(self, name: str, columns: Mapping[str, Sequence[str] | Sequence[int]]) -> Lazy:  # noqa: ARG002
        """Return a small table of words and whole numbers that was declared."""
        import polars as pl

        return nw.from_native(pl.LazyFrame(dict(columns)))

    def kept(self, name: str, parts: Iterable[Lazy], key: str = "") -> Lazy:  # noqa: ARG002
        """Run lazy frames one after another, and keep what they give; nothing from before."""
        (part,) = parts
        return polars_kept(part)

    def arrays(self, lazy: Lazy) -> Arrays:
        """Run a lazy frame and return its columns as numpy arrays."""
        return polars_arrays(lazy)

    def stamp(self, year: int) -> str:
        """Return what tells the year's files from others."""
        return stamp_of(self.folder, year)

    def close(self) -> None:
        """Let go of nothing: Polars holds nothing open."""
