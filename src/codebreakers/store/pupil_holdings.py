"""Files in which somebody holds pupil records: which table each is, of which year, and its columns.

A file is of pupils or of entries by the name of its folder or its own (``pupils/2024.csv``,
``entries_2024.parquet``); of the year that a column says, and otherwise its folder or its name.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import duckdb

from codebreakers.errors import CannotAnswerError, RequestError, SourceError, UnknownNameError
from codebreakers.sources.england import MADE_UP_COLUMN
from codebreakers.store.pupil_tables import PUPIL_TABLES
from codebreakers.store.quoting import literal, quoted

__all__ = ["LONGEST_LINE", "NAMES", "YEAR", "HolderFile", "holder_files"]

YEAR = "year"
LONGEST_LINE = 1 << 20
"""Bytes that a line of CSV may have."""

NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "year": ("results_year", "academic_year"),
        "pupil": ("pupil_id", "pupil_reference", "upn"),
        "school": ("urn", "school_urn"),
        "disadvantaged": ("disadvantage", "is_disadvantaged"),
        "prior_attainment": ("prior", "ks2_prior_attainment"),
        "sex": ("gender",),
        "eal": ("english_additional_language",),
        "sen": ("sen_provision",),
        "mobile": ("mobility",),
        "qualification": ("qualification_type",),
        "subject": ("subject_name",),
        "grade": ("result",),
        "size": ("gcse_size",),
        "discount_code": ("discount", "discountcode"),
        "date": ("exam_date", "series_date", "award_date"),
    }
)
"""Other names that a column may have: blanks and hyphens are underlines, capitals are small."""

_KINDS = (".csv", ".tsv", ".txt", ".parquet")
_MOST_FILES = 10_000
_YEARS = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_MAGIC = b"PAR1"
_PATTERNS = frozenset("*?[")


@dataclass(frozen=True, slots=True)
class HolderFile:
    """One file of the holder's.

    Parameters
    ----------
    path : Path
    table : str
        ``pupils`` or ``entries``.
    year : int, optional
        Results year; None where a column says it row by row.
    header : tuple of str
        Its columns as it spells them.
    columns : mapping of str to int
        Where in the header each column of ours stands, and ``year`` where it is there.
    separator : str
        Between the cells of a line; '' of Parquet.
    """

    path: Path
    table: str
    year: int | None
    header: tuple[str, ...]
    columns: Mapping[str, int]
    separator: str

    @property
    def made_up(self) -> bool:
        """Whether it says that it is about Example England."""
        return MADE_UP_COLUMN in self.header

    def query(self) -> str:
        """Return the query of its rows as text: ``row``, then its columns by our names.

        The header is row 1 of a CSV file.
        """
        if self.separator:
            spec = ", ".join(f"'c{at}': 'VARCHAR'" for at in range(len(self.header)))
            source = (
                f"read_csv({literal(str(self.path))}, auto_detect=false, header=true, "
                f"delim={literal(self.separator)}, quote='\"', escape='\"', columns={{{spec}}}, "
                "strict_mode=true, null_padding=false, allow_quoted_nulls=true, "
                f"max_line_size={LONGEST_LINE}, buffer_size={8 * LONGEST_LINE})"
            )
            cells = {name: f"c{at}" for name, at in self.columns.items()}
        else:
            source = f"read_parquet({literal(str(self.path))}, hive_partitioning=false)"
            cells = {
                name: f"CAST({quoted(self.header[at])} AS VARCHAR)"
                for name, at in self.columns.items()
            }
        known = ", ".join(
            f"nullif(trim({cells[name]}), '') AS {name}"
            if name in cells
            else f"NULL::VARCHAR AS {name}"
            for name in (YEAR, *(column.name for column in PUPIL_TABLES[self.table].columns))
        )
        first = 2 if self.separator else 1
        return f"SELECT row_number() OVER () + {first - 1} AS row, {known} FROM {source}"  # noqa: S608


def holder_files(folder: Path) -> tuple[HolderFile, ...]:
    """Return the files of pupil records in a folder and the folders in it, in order.

    Parameters
    ----------
    folder : Path

    Raises
    ------
    CannotAnswerError
        It holds none of pupils, or none of entries.
    SourceError
        A file cannot be read, or lacks a column.
    RequestError
        There is no such folder, or a file's name cannot be used.
    """
    if not folder.is_dir():
        raise RequestError(f"{folder} is no folder.", remedy="Name the folder with the records.")
    found = []
    for path in sorted(folder.rglob("*")):
        table = _table_of(path.relative_to(folder))
        if table is not None and path.suffix.casefold() in _KINDS and path.is_file():
            found.append(_holder_file(path, path.relative_to(folder), table))
        if len(found) > _MOST_FILES:
            raise RequestError(
                f"{folder} holds more than {_MOST_FILES:,} files.", remedy="Join some of them."
            )
    for table in PUPIL_TABLES:
        if not any(file.table == table for file in found):
            raise CannotAnswerError(
                f"{folder} holds no file of {table}.",
                available=sorted(part.name for part in folder.glob("*"))[:12],
                remedy=f"Name files {table}_2024.csv or {table}/2024.csv (or .parquet).",
            )
    return tuple(found)


def _table_of(inside: Path) -> str | None:
    """Return which table a file is: by its own name, and otherwise by its nearest folder's."""
    for part in reversed(inside.parts):
        for table in PUPIL_TABLES:
            if part.casefold().startswith(table):
                return table
    return None


def _holder_file(path: Path, inside: Path, table: str) -> HolderFile:
    if _PATTERNS & set(str(path)):
        raise RequestError(
            f"The name of {path} has one of {' '.join(sorted(_PATTERNS))} in it.",
            remedy="Give the file or its folder another name.",
        )
    if path.suffix.casefold() == ".parquet":
        header, separator = _parquet_header(path), ""
    else:
        header, separator = _csv_header(path)
    columns = _columns_of(path, table, header)
    years = [found[-1] for part in inside.parts if (found := _YEARS.findall(part))]
    if YEAR in columns:
        return HolderFile(path, table, None, header, columns, separator)
    if not years:
        raise SourceError(
            f"{path} does not say its year.",
            remedy="Give it a column year, or name the file or its folder for it: "
            f"{table}_2024{path.suffix}.",
        )
    return HolderFile(path, table, int(years[-1]), header, columns, separator)


def _csv_header(path: Path) -> tuple[tuple[str, ...], str]:
    try:
        with path.open("rb") as file:
            line = file.readline(LONGEST_LINE)
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}.") from error
    try:
        text = line.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise SourceError(f"{path} is not in UTF-8.", remedy="Save it as UTF-8.") from error
    if not text.strip() or len(line) == LONGEST_LINE or "\x00" in text:
        raise SourceError(
            f"{path} does not begin with the names of columns.", remedy="Give it a header line."
        )
    separator = max(",\t", key=text.count)
    return tuple(next(csv.reader([text], delimiter=separator))), separator


def _parquet_header(path: Path) -> tuple[str, ...]:
    broken = SourceError(
        f"{path} is not a whole Parquet file: it was cut short, or is something else.",
        remedy="Write it again. Years that were finished are kept.",
    )
    try:
        with path.open("rb") as file:
            head = file.read(len(_MAGIC))
            file.seek(max(0, path.stat().st_size - len(_MAGIC)))
            if head != _MAGIC or file.read() != _MAGIC:
                raise broken
        with duckdb.connect() as connection:
            query = (
                f"SELECT name FROM parquet_schema({literal(str(path))}) WHERE num_children IS NULL"  # noqa: S608
            )
            return tuple(name for (name,) in connection.execute(query).fetchall())
    except (OSError, duckdb.Error) as error:
        raise broken from error


def _columns_of(path: Path, table: str, header: tuple[str, ...]) -> dict[str, int]:
    spelled = [re.sub(r"[\s-]+", "_", name.strip()).casefold() for name in header]
    declared = PUPIL_TABLES[table].columns
    found: dict[str, int] = {}
    for name in (YEAR, *(column.name for column in declared)):
        places = [at for at, word in enumerate(spelled) if word in (name, *NAMES[name])]
        if len(places) > 1:
            raise SourceError(
                f"{path} has {len(places)} columns for {name}: "
                f"{', '.join(header[at] for at in places)}.",
                remedy="Leave one of them.",
            )
        if places:
            found[name] = places[0]
    for column in declared:
        if column.required and column.name not in found:
            error = UnknownNameError("column", column.name, header)
            raise SourceError(
                f"{path} has no column {column.name}: {column.says}.",
                available=[name for name in header if name],
                remedy=error.remedy or f"Other names it may have: {', '.join(NAMES[column.name])}.",
            )
    return found
