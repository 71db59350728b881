"""Which engine goes through pupil records: DuckDB on this machine, or Spark."""

from __future__ import annotations

import re
from pathlib import Path

from codebreakers.errors import RequestError, UnknownNameError
from codebreakers.store.pupil_duckdb import MEMORY, DuckDBRecords
from codebreakers.store.pupil_records import PupilRecords

__all__ = ["ENGINES", "open_records"]

ENGINES = ("duckdb", "local[2]", "spark://HOST:7077")
"""Examples of what an engine may be called."""

_SPARK = re.compile(r"local(\[(\d{1,4}|\*)\])?|(spark|k8s)://\S+|yarn")


def open_records(
    folder: str, engine: str = "duckdb", *, memory: str = MEMORY, spill: Path | None = None
) -> PupilRecords:
    """Open pupil records on an engine.

    Parameters
    ----------
    folder : str
        Of the records; for Spark also an address that it can read.
    engine : str
        ``duckdb``, or a master of Spark: ``local[2]``, ``spark://host:7077``.
    memory : str
        The most memory DuckDB takes ("4GB").
    spill : Path, optional
        Folder where DuckDB puts what does not fit.

    Raises
    ------
    UnknownNameError
        There is no such engine.
    RequestError
        The memory is no amount, DuckDB was given an address, or Spark is not installed.
    """
    if engine == "duckdb":
        if "://" in folder:
            raise RequestError(
                f"DuckDB reads folders of this machine, and {folder} is an address.",
                remedy="Name a folder, or an engine of Spark with --engine.",
            )
        if not re.fullmatch(r"\d{1,6}(\.\d{1,3})? ?[MGT]i?B", memory):
            raise RequestError(
                f"{memory!r} is no amount of memory.", remedy="Write it as 4GB or 800MB."
            )
        return DuckDBRecords(Path(folder), memory=memory, spill=spill)
    if not _SPARK.fullmatch(engine):
        raise UnknownNameError("engine", engine, ENGINES)
    from codebreakers.store.pupil_spark import SparkRecords

    return SparkRecords(folder, engine)
