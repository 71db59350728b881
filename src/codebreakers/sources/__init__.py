"""What publishers publish: series of tables, how each is laid out, and one file of one.

Declarations only. Nothing here opens a file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from codebreakers.errors import RequestError

__all__ = [
    "Column",
    "Dataset",
    "Kind",
    "Layout",
    "Level",
    "Melt",
    "Release",
    "academic_year",
    "results_year",
]

# "text", "code", "date", "skip", "pupils", "percent", "score", "points", "money", "number"
Kind = str


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a published table.

    Parameters
    ----------
    name : str
        The publisher's name, in capitals: layouts are matched without regard to case.
    kind : str
        ``text`` or ``date`` (kept as it stands), ``code`` (a code list: kept as text); everything
        else is a number, and says of what: ``pupils``, ``percent``, ``score``, ``points``,
        ``money``, ``number``. ``skip`` is read past on purpose: a person's name, most often.
    group : str
        The pupils it counts: ``all``, ``disadvantaged``, ``other``, ``low``, ``middle``, ``high``,
        ``boys``, ``girls``, ``eal``, ``non_mobile``; joined by a hyphen where it is two at once.
    """

    name: str
    kind: Kind = "text"
    group: str = "all"

    @property
    def is_number(self) -> bool:
        """Whether its cells are numbers or reasons, and not text."""
        return self.kind not in ("text", "code", "date", "skip")


@dataclass(frozen=True, slots=True)
class Level:
    """What a row of a table is about, and which columns name it.

    Parameters
    ----------
    name : str
        ``school``, ``authority``, ``nation``, ``trust``, ``area`` (an LSOA), ``type``, ``region``.
    keys : tuple of str
        Columns whose text, joined by a slash, is the row's key. Alternatives for different files
        are separate levels, tried in order; a level whose key columns are absent is passed over.
    column : str
        The column that tells this level from others (``RECTYPE``); empty where all rows are alike.
    values : tuple of str
        What that column holds for this level.
    constant : str
        The key itself, where the level has one row only (``England``).
    """

    name: str
    keys: tuple[str, ...] = ()
    column: str = ""
    values: tuple[str, ...] = ()
    constant: str = ""


@dataclass(frozen=True, slots=True)
class Melt:
    """How a tidy table says which pupils a row counts.

    Parameters
    ----------
    filters : tuple of str
        The columns that hold breakdowns ("breakdown", "sex", "disadvantage").
    totals : tuple of str
        What stands there for everybody ("Total").
    groups : mapping of str to str
        Published label to our group ("Disadvantaged" to "disadvantaged").
    """

    filters: tuple[str, ...]
    totals: tuple[str, ...] = ("Total",)
    groups: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Layout:
    """How one table is laid out in the years it is laid out so.

    Parameters
    ----------
    name : str
        Unique ("ks4-2014", "census-2011").
    dataset : str
        The series it belongs to ("ks4").
    years : tuple of int
        Results years it was used in.
    columns : mapping of str to Column
        Every column it may have, by name in capitals.
    required : frozenset of str
        Columns without which it is not this table.
    levels : tuple of Level
        What its rows are about, tried in order.
    status : str
        ``final``, ``revised`` or ``provisional``; a higher one is preferred.
    melt : Melt, optional
        Where the table is tidy, how its rows say which pupils they count.
    year_column : str
        Column that holds the year ("TIME_PERIOD"), where one does.
    sheet : str
        The sheet of a workbook; any sheet whose header fits where empty.
    repeats : bool
        Whether one key may have several different rows (links, not results).
    closed : bool
        Whether `columns` is the publisher's whole list: then a column not in it is an error (a
        renamed column, most often), and otherwise it is reported as not read.
    link : mapping of str to str
        For a table whose lines join two keys, the columns of the other key and of what is said:
        ``other``, ``kind``, ``name``, ``since``, ``distance``, ``rank``. Empty for all others.
    prefix : str
        Where not empty, any column whose name begins so is a number of this table too.
    """

    name: str
    dataset: str
    years: tuple[int, ...]
    columns: Mapping[str, Column]
    required: frozenset[str]
    levels: tuple[Level, ...]
    status: str = "final"
    melt: Melt | None = None
    year_column: str = ""
    sheet: str = ""
    repeats: bool = False
    closed: bool = True
    link: Mapping[str, str] = field(default_factory=dict)
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Dataset:
    """A publisher's series of tables.

    Parameters
    ----------
    name : str
        Ours ("ks4").
    title : str
        What people read.
    publisher, licence, url : str
        Who published it, on what terms, and where.
    dated : bool
        Whether each file belongs to a results year (the register does not).
    """

    name: str
    title: str
    publisher: str
    licence: str
    url: str
    dated: bool = True


@dataclass(frozen=True, slots=True)
class Release:
    """One file of a dataset, as it was read.

    Parameters
    ----------
    id : int
        Its number in the store.
    dataset, layout, status : str
        What it was recognised as.
    year : int
        Results year; 0 where the dataset has none.
    year_from : str
        Where the year was taken from: ``content``, ``folder``, ``option`` or ``layout``.
    file, path, sha256 : str
        The name it was read under, where it was then, and the hash of its bytes.
    replaced : tuple of str
        Hashes of the releases it replaced, newest first.
    made_up : bool
        Whether it says that it belongs to Example England.
    rows, copies, set_aside : int
        Rows read; exact copies among them, read once; rows that are about nothing declared.
    unread : tuple of str
        Columns of the file that the layout does not declare.
    encoding, separator, licence, url : str
        How it was written, on what terms, and where it comes from.
    """

    id: int
    dataset: str
    layout: str
    year: int
    status: str
    year_from: str
    file: str
    path: str
    sha256: str
    replaced: tuple[str, ...]
    made_up: bool
    rows: int
    copies: int
    set_aside: int
    unread: tuple[str, ...]
    encoding: str
    separator: str
    licence: str
    url: str


def academic_year(year: int) -> str:
    """Return a results year as people write it: 2013 is ``2012/13``."""
    return f"{year - 1}/{year % 100:02d}"


_YEAR = re.compile(r"(?P<first>(19|20)\d\d)(?:[-/_ ]?(?P<last>(19|20)?\d\d))?")


def results_year(text: str | int) -> int:
    """Return the results year that 2013, ``2012-13``, ``2012/13`` or ``2012-2013`` means: 2013.

    Raises
    ------
    RequestError
        It is none of these.
    """
    found = _YEAR.fullmatch(str(text).strip())
    if found:
        first = int(found["first"])
        if found["last"] is None:
            return first
        if int(found["last"]) % 100 == (first + 1) % 100:
            return first + 1
    raise RequestError(
        f"{text!r} is not a results year.",
        remedy="Give the year the exams were sat, 2013, or the academic year, 2012/13.",
    )
