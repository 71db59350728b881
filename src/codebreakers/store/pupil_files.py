"""Writes pupil records: a Parquet file for each block, in the folder of its year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb

from codebreakers.errors import RequestError
from codebreakers.sources.england import MADE_UP_COLUMN
from codebreakers.store.quoting import literal, quoted

__all__ = ["PupilWriter"]

_MEMORY = "500MB"
_SEX, _SEN = ("F", "M"), ("N", "K", "E")


class PupilWriter:
    """Writes blocks of made-up pupils, numbers becoming the words they stand for.

    Parameters
    ----------
    folder : Path
        Of the records.
    schools : sequence of str
        URNs, by number.
    subjects, qualifications, grades : sequence of str
        Words, by number.
    """

    def __init__(
        self,
        folder: Path,
        *,
        schools: Sequence[str],
        subjects: Sequence[str],
        qualifications: Sequence[str],
        grades: Sequence[str],
    ) -> None:
        self.folder = folder
        self.connection = duckdb.connect(
            config={
                "memory_limit": _MEMORY,
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
            }
        )
        self.connection.execute("SET enable_progress_bar = false")
        words = {
            "school": schools,
            "subject": subjects,
            "qualification": qualifications,
            "grade": grades,
            "sex": _SEX,
            "sen": _SEN,
        }
        for name, said in words.items():
            self.connection.execute(f"SET VARIABLE {name} = $1::VARCHAR[]", [list(said)])

    def __enter__(self) -> PupilWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.connection.close()

    def write(
        self, year: int, block: int, pupils: Mapping[str, Any], entries: Mapping[str, Any]
    ) -> None:
        """Write one block of a year's pupils and of their entries.

        Parameters
        ----------
        year : int
            Results year.
        block : int
            Its number within the year, from 0.
        pupils, entries : mapping of str to array
            Columns, as `sources.example.pupils.PupilBlock` has them.

        Raises
        ------
        RequestError
            They cannot be written there.
        """
        number = f"'{year}' || lpad(number::VARCHAR, 7, '0') AS pupil"
        of_pupils = (
            f"SELECT {number}, {_word('school')}, disadvantaged = 1 AS disadvantaged, "  # noqa: S608
            "CASE WHEN prior >= 0 THEN prior::INTEGER END AS prior_attainment, "
            f"{_word('sex')}, eal = 1 AS eal, {_word('sen')}, mobile = 1 AS mobile, "
            f"'made up' AS {quoted(MADE_UP_COLUMN)} FROM block"
        )
        of_entries = (
            f"SELECT {number}, {_word('qualification')}, {_word('subject')}, {_word('grade')}, "  # noqa: S608
            "size::INTEGER AS size, 'X' || lpad(subject::VARCHAR, 3, '0') AS discount_code, "
            f"(make_date({year}, 6, 1) + to_months(month::INTEGER))::DATE AS date FROM block"
        )
        for table, columns, query in (
            ("pupils", pupils, of_pupils),
            ("entries", entries, of_entries),
        ):
            self.connection.register("block", dict(columns))
            self._copy(query, self.folder / table / f"year={year}" / f"part-{block:05d}.parquet")
            self.connection.unregister("block")

    def _copy(self, query: str, path: Path) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self.connection.execute(f"COPY ({query}) TO {literal(str(path))} (FORMAT parquet)")
        except (OSError, duckdb.IOException) as error:
            raise RequestError(
                f"{path} cannot be written: {str(error).splitlines()[0]}",
                remedy="Make room, or name a place that can be written to.",
            ) from error


def _word(name: str) -> str:
    return f"getvariable('{name}')[{name} + 1] AS {name}"
