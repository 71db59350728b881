"""Pupil records on Spark, on this machine or on a cluster. Spark reads them and never writes."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import narwhals as nw

from codebreakers.errors import CannotAnswerError, RequestError, SourceError
from codebreakers.store.engines import Arrays, Lazy, spark_arrays
from codebreakers.store.pupil_records import Block, check_columns, stamp_of, years_of

__all__ = ["SparkRecords"]

_SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
}


def _session(master: str) -> Any:
    """Return a session of Spark; what else is to be set, Spark's own configuration says."""
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise RequestError(
            f"The engine {master} needs Spark, which is not installed.",
            remedy="Install it: pip install 'codebreakers[spark]'. It also needs Java 17.",
        ) from error
    # It says so when it is first used; nothing here goes through pandas.
    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
    builder = SparkSession.builder.appName("codebreakers").master(master)
    for name, value in _SETTINGS.items():
        builder = builder.config(name, value)
    if master.startswith("local"):
        # On one machine, hundreds of small parts cost more than they save.
        builder = builder.config("spark.sql.shuffle.partitions", "4")
        quiet = Path(__file__).with_name("spark_log4j2.properties").as_uri()
        builder = builder.config(
            "spark.driver.extraJavaOptions", f"-Dlog4j2.configurationFile={quiet}"
        )
    try:
        session = builder.getOrCreate()
    except Exception as error:  # Java's own, of a hundred kinds
        raise SourceError(
            f"Spark cannot be started at {master}: {_first(error)}",
            remedy="Look whether Java 17 is there, and whether the cluster can be reached.",
        ) from error
    session.sparkContext.setLogLevel("ERROR")
    return session


class SparkRecords:
    """Pupil records on Spark.

    Parameters
    ----------
    folder : str
        Of the records: a path, or an address that Spark can read (``s3a://``, ``hdfs://``).
    master : str
        ``local[2]``, ``spark://host:7077``.
    """

    def __init__(self, folder: str, master: str) -> None:
        self.folder = folder.rstrip("/")
        self.session = _session(master)
        self._kept: dict[str, tuple[str, Any]] = {}
        self._tables: dict[tuple[str, int, str], Lazy] = {}

    def years(self) -> tuple[int, ...]:
        """Return the results years held, in order."""
        if self._is_local:
            return years_of(Path(self.folder))
        with self._reading():
            rows = self.session.read.parquet(f"{self.folder}/pupils").select("year").distinct()
        found = sorted(int(year) for year in self.arrays(_lazy(rows))["year"].tolist())
        if not found:
            raise CannotAnswerError(f"{self.folder} holds no pupil records.")
        return tuple(found)

    @property
    def _is_local(self) -> bool:
        return "://" not in self.folder

    def table(self, name: str, year: int) -> Lazy:
        """Return one year of a table as a lazy frame, its columns having been checked."""
        # Spark runs a job to see what columns there are: once is enough.
        key = name, year, self.stamp(year)
        if key not in self._tables:
            with self._reading():
                native = self.session.read.parquet(f"{self.folder}/{name}/year={year}")
            self._tables[key] = check_columns(_lazy(native), name, f"{name} of {year}")
        return self._tables[key]

    def blocks(self, year: int) -> Sequence[Block]:  # noqa: ARG002
        """Return one block of everybody: Spark divides the work itself."""
        return [(None, None)]

    def small(self, name: str, columns: Mapping[str, Sequence[str] | Sequence[int]]) -> Lazy:  # noqa: ARG002
        """Return a small table of words and whole numbers that was declared."""
        kinds = {
            key: "string" if any(isinstance(cell, str) for cell in cells) else "bigint"
            for key, cells in columns.items()
        }
        native = self.session.createDataFrame(
            list(zip(*columns.values(), strict=True)),
            schema=", ".join(f"{key} {kind}" for key, kind in kinds.items()),
        )
        return _lazy(native)

    def kept(self, name: str, parts: Iterable[Lazy], key: str = "") -> Lazy:
        """Keep what a lazy frame gives when it is first run.

        What is kept under the name and the same key already stays as it is.
        """
        before = self._kept.get(name)
        if before is None or not key or before[0] != key:
            (part,) = parts
            if before is not None:
                before[1].unpersist()
            self._kept[name] = key, part.to_native().cache()
        return _lazy(self._kept[name][1])

    def arrays(self, lazy: Lazy) -> Arrays:
        """Run a lazy frame and return its columns as numpy arrays."""
        with self._reading():
            return spark_arrays(lazy)

    def stamp(self, year: int) -> str:
        """Return what tells the year's files from others; of an address only its name."""
        return stamp_of(Path(self.folder), year) if self._is_local else self.folder

    def close(self) -> None:
        """Let go of what was kept; the session is Spark's own, and others may use it."""
        for _, frame in self._kept.values():
            frame.unpersist()
        self._kept.clear()

    @contextmanager
    def _reading(self) -> Iterator[None]:
        from pyspark.errors import PySparkException

        try:
            yield
        except PySparkException as error:
            raise SourceError(
                f"Spark cannot read the records on: {_first(error)}",
                remedy="Years that were finished are kept: mend it, and ask again.",
            ) from error


def _lazy(native: Any) -> Lazy:
    found: Lazy = nw.from_native(native)
    return found


def _first(error: Exception) -> str:
    return str(error).strip().splitlines()[0]
