"""What the tables held say about which school is which, read once."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

import narwhals as nw

from codebreakers.sources import academic_year
from codebreakers.store import Store
from codebreakers.store.engines import Lazy, Reader
from codebreakers.store.numbering import number_of
from codebreakers.store.schools import ROLES
from codebreakers.store.succession import Closing, Link, Numbered, Records

__all__ = ["READ_FROM", "names_of", "read_records"]

_WITH_NUMBERS = ("ks4", "census", "spine", "register")
READ_FROM = ("links", *_WITH_NUMBERS)
"""The datasets that say anything of which school is which."""

# The columns that say a school had closed, and how, by the tables they stand in.
_CLOSED: tuple[tuple[str, str, str], ...] = (
    ("register", "ESTABLISHMENTSTATUS (NAME)", "Closed"),
    ("spine", "ICLOSE", "2"),
    ("ks4", "ICLOSE", "1"),
    ("ks4", "FLAGCLOSED", "1"),
)
# The columns that hold an authority's number and, within it, an establishment's; and both at once.
_TWO_COLUMNS = (
    ROLES["authority"],
    ROLES["establishment"],
)
_ONE_COLUMN = ("LAESTAB", "SCHOOL_LAESTAB")
_CLOSED_ON = "CLOSEDATE"
# Dates as publishers write them, each to year, month and day.
_DATES = (
    (re.compile(r"(\d{4})-?(\d{2})-?(\d{2})"), (1, 2, 3)),
    (re.compile(r"(\d{2})[-/](\d{2})[-/](\d{4})"), (3, 2, 1)),
)


def read_records(store: Store) -> Records:
    """Return all that a store holds about which school is which.

    Parameters
    ----------
    store : Store
        Where to read.

    Returns
    -------
    Records
    """
    releases = store.releases()
    by_dataset: dict[str, list[int]] = defaultdict(list)
    for release in releases:
        by_dataset[release.dataset].append(release.id)
    with store.reading():
        return Records(
            _links(store, by_dataset["links"]),
            _numbers(store, [n for name in _WITH_NUMBERS for n in by_dataset[name]]),
            _spans(store, by_dataset["census"]),
            _spans(store, by_dataset["ks4"]),
            _closings(store, {release.id: release.dataset for release in releases}),
        )


def _iso(said: str) -> str:
    """Return a date in ISO form; as it was said, where it is none."""
    for form, (year, month, day) in _DATES:
        found = form.fullmatch(said)
        if found:
            written = f"{found[year]}-{found[month]}-{found[day]}"
            try:
                date.fromisoformat(written)
            except ValueError:
                return said
            return written
    return said


def _links(store: Store, releases: list[int]) -> tuple[Link, ...]:
    if not releases:
        return ()
    found = store.query(
        lambda reader: (
            reader.frame("links")
            .filter(nw.col("release").is_in(releases))
            .select("school", "other", "kind", "since")
            .unique()
            .sort("school", "other", "kind", "since")
        )
    )
    columns = (found[name].tolist() for name in ("school", "other", "kind", "since"))
    return tuple(
        Link(school, other, kind, _iso(since))
        for school, other, kind, since in zip(*columns, strict=True)
    )


def _of_schools(reader: Reader) -> Lazy:
    return reader.frame("labels").filter(nw.col("level") == "school")


def _numbers(store: Store, releases: list[int]) -> dict[str, tuple[Numbered, ...]]:
    """Return the numbers each key stood with, and in which years' tables."""
    kept: dict[tuple[str, str], list[int]] = defaultdict(list)

    def said_in(columns: Callable[[Lazy], Lazy], reader: Reader) -> Lazy:
        labels = _of_schools(reader).filter(nw.col("release").is_in(releases))
        return _first_and_last(columns(labels), "school", "said")

    for columns in (_in_two_columns, _in_one_column):
        found = store.query(partial(said_in, columns))
        rows = (found[name].tolist() for name in ("school", "said", "first", "last"))
        for school, said, first, last in zip(*rows, strict=True):
            number = number_of(said)
            if number:
                kept[school, number] += [int(year) for year in (first, last) if year == year]
    by_school: dict[str, list[Numbered]] = defaultdict(list)
    for (school, number), years in kept.items():
        by_school[school].append(
            Numbered(number, min(years, default=None), max(years, default=None))
        )
    return {school: tuple(numbers) for school, numbers in by_school.items()}


def _in_two_columns(labels: Lazy) -> Lazy:
    """Return the numbers of tables with a column of authorities and one of establishments."""
    at = ["release", "year", "school"]
    authority, establishment = (
        labels.filter(nw.col("measure").is_in(list(names))).select(*at, part="text")
        for names in _TWO_COLUMNS
    )
    both = authority.join(establishment, on=at, how="inner", suffix="_within")
    said = nw.concat_str([nw.col("part"), nw.col("part_within")], separator="/")
    return both.select("year", "school", said=said)


def _in_one_column(labels: Lazy) -> Lazy:
    """Return the numbers of tables that have both in one column."""
    rows = labels.filter(nw.col("measure").is_in(list(_ONE_COLUMN)))
    return rows.select("year", "school", said="text")


def _first_and_last(rows: Lazy, *by: str) -> Lazy:
    """Return the first and last year of each: null where all its tables are of no year."""
    year = nw.when(nw.col("year") > 0).then(nw.col("year"))
    return (
        rows.with_columns(dated=year)
        .group_by(*by)
        .agg(first=nw.col("dated").min(), last=nw.col("dated").max())
        .sort(*by)
    )


def _spans(store: Store, releases: list[int]) -> dict[str, tuple[int, int]]:
    """Return the first and last year that some releases have each key."""
    if not releases:
        return {}
    found = store.query(
        lambda reader: _first_and_last(
            _of_schools(reader).filter(nw.col("release").is_in(releases)), "school"
        )
    )
    columns = (found[name].tolist() for name in ("school", "first", "last"))
    return {
        school: (int(first), int(last))
        for school, first, last in zip(*columns, strict=True)
        if first == first
    }


def _closings(store: Store, datasets: dict[int, str]) -> dict[str, Closing]:
    """Return each school that a table says had closed: with its date, from the first that does."""
    names = {name for _, name, _ in _CLOSED}
    codes = {code for _, _, code in _CLOSED}
    marked = store.query(
        lambda reader: _of_schools(reader).filter(
            nw.col("measure").is_in(list(names)), nw.col("text").is_in(list(codes))
        )
    )
    dates = _closing_dates(store, datasets)
    found: dict[str, Closing] = {}
    columns = (marked[name].tolist() for name in ("school", "release", "year", "measure", "text"))
    for school, release, year, measure, text in sorted(zip(*columns, strict=True)):
        dataset = datasets[int(release)]
        if (dataset, measure, text) not in _CLOSED:
            continue
        said = f"{measure} is {text} in the {dataset} table"
        said = f"{said} of {academic_year(int(year))}" if year else said
        one = Closing(said, int(year) + 1 if year else None, dates.get((release, school), ""))
        found[school] = min(found.get(school, one), one, key=_trust)
    return found


def _trust(closing: Closing) -> tuple[bool, int]:
    """Order what says the date before what does not, and then the first year."""
    return not closing.date, closing.by or 9999


def _closing_dates(store: Store, datasets: dict[int, str]) -> dict[tuple[float, str], str]:
    trusted = [number for number, name in datasets.items() if name in ("register", "spine")]
    if not trusted:
        return {}
    found = store.query(
        lambda reader: _of_schools(reader).filter(
            nw.col("measure") == _CLOSED_ON, nw.col("release").is_in(trusted)
        )
    )
    columns = (found[name].tolist() for name in ("release", "school", "text"))
    return {(release, school): _iso(text) for release, school, text in zip(*columns, strict=True)}


def names_of(store: Store, keys: Sequence[str]) -> dict[str, str]:
    """Return what schools are called: by the newest table that names each, else by the register.

    Parameters
    ----------
    store : Store
        Where to read.
    keys : sequence of str
        URNs, or numbers where a table has no URN.

    Returns
    -------
    dict of str to str
        Of those that any table names.
    """
    wanted = list(keys)
    with store.reading():
        linked = store.query(
            lambda reader: (
                reader.frame("links")
                .filter(nw.col("other").is_in(wanted), ~nw.col("name").is_null())
                .group_by("other")
                .agg(name=nw.col("name").max())
            )
        )
        tabled = store.query(
            lambda reader: (
                _of_schools(reader)
                .filter(
                    nw.col("school").is_in(wanted), nw.col("measure").is_in(list(ROLES["name"]))
                )
                .select("school", "year", "text")
                .sort("year", "text")
            )
        )
    names = dict(zip(linked["other"].tolist(), linked["name"].tolist(), strict=True))
    names |= dict(zip(tabled["school"].tolist(), tabled["text"].tolist(), strict=True))
    return names
