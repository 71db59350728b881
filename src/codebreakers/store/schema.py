"""The tables a store holds, declared once, and the version they are.

A cell of a published table that is a number has a value and no code; a cell that is not has a code
(the publisher's, exactly, or ``blank``) and no value. What is read is long: one row of ``results``
a cell. What is kept is the same, with each column, each school and each code said once and then
numbered, which takes a quarter of the room and a third of the time.
"""

from __future__ import annotations

from codebreakers.estimates import PUBLISHED
from codebreakers.store.quoting import literal

__all__ = ["BLANK", "FRAMES", "NUMBER", "PARTS", "TABLES", "VERSION", "VIEWS", "create_statements"]

VERSION = 3

NUMBER, BLANK = 0, 1
"""What a cell has for a code where it is a number, and where it was left blank."""

TABLES: dict[str, dict[str, str]] = {
    "meta": {"version": "INTEGER"},
    "releases": {
        "id": "INTEGER",
        "dataset": "VARCHAR",
        "layout": "VARCHAR",
        "year": "SMALLINT",
        "status": "VARCHAR",
        "year_from": "VARCHAR",
        "file": "VARCHAR",
        "path": "VARCHAR",
        "sha256": "VARCHAR",
        "replaced": "VARCHAR",  # one hash a line, newest first
        "made_up": "BOOLEAN",
        "rows": "INTEGER",
        "copies": "INTEGER",
        "set_aside": "INTEGER",
        "unread": "VARCHAR",  # one column a line
        "encoding": "VARCHAR",
        "separator": "VARCHAR",
        "licence": "VARCHAR",
        "url": "VARCHAR",
    },
    # One column of a release, for one year, level and group of pupils; and how much it holds, so
    # that nobody scans cells to find out.
    "series": {
        "id": "INTEGER",
        "release": "INTEGER",
        "year": "SMALLINT",
        "level": "VARCHAR",
        "grp": "VARCHAR",
        "measure": "VARCHAR",
        "numbers": "INTEGER",
        "codes": "INTEGER",
        "blanks": "INTEGER",
    },
    # What rows are about: a school, an authority, a nation; by the publisher's own key.
    "keys": {"id": "INTEGER", "school": "VARCHAR"},
    # What stands where a number is not given, numbered from `BLANK` on.
    "codes": {"id": "SMALLINT", "code": "VARCHAR"},
    # One row a cell that is a number or should have been one.
    "cells": {"series": "INTEGER", "key": "INTEGER", "value": "DOUBLE", "code": "SMALLINT"},
    # One column of words of a release, for one year and level.
    "headings": {
        "id": "INTEGER",
        "release": "INTEGER",
        "year": "SMALLINT",
        "level": "VARCHAR",
        "measure": "VARCHAR",
    },
    # One row a cell that is words: names, types, postcodes, dates.
    "words": {"heading": "INTEGER", "key": "INTEGER", "text": "VARCHAR"},
    # One row a line that says something of two keys at once: a successor, a neighbour.
    "links": {
        "release": "INTEGER",
        "school": "VARCHAR",
        "other": "VARCHAR",
        "kind": "VARCHAR",
        "name": "VARCHAR",
        "since": "VARCHAR",
        "distance": "DOUBLE",
        "rank": "INTEGER",
    },
    # Rows of a release that were read and not kept as they stand, with the reason; `rows` is how
    # many a note is about.
    "notes": {
        "release": "INTEGER",
        "kind": "VARCHAR",
        "school": "VARCHAR",
        "line": "INTEGER",
        "rows": "INTEGER",
        "said": "VARCHAR",
    },
}

VIEWS: dict[str, str] = {
    "results": (
        "SELECT s.release, s.year, s.level, k.school, s.grp, s.measure, c.value, d.code "
        "FROM cells c JOIN series s ON c.series = s.id JOIN keys k ON c.key = k.id "
        "LEFT JOIN codes d ON c.code = d.id"
    ),
    "labels": (
        "SELECT h.release, h.year, h.level, k.school, h.measure, w.text "
        "FROM words w JOIN headings h ON w.heading = h.id JOIN keys k ON w.key = k.id"
    ),
    "holdings": ("SELECT release, year, level, grp, measure, numbers, codes, blanks FROM series"),
}

FRAMES = ("meta", "releases", "results", "labels", "links", "holdings", "notes")
"""What a reader may ask for, and a warehouse holds."""

PARTS = ("series", "headings", "links", "notes")
"""The tables whose rows say which release they belong to."""


def create_statements() -> tuple[str, ...]:
    """Return the SQL that makes every table and view, and numbers the codes known, in order."""
    known = ", ".join(f"({i}, {literal(c)})" for i, c in enumerate(("blank", *PUBLISHED), BLANK))
    return (
        *(
            f"CREATE TABLE {table} ({', '.join(f'{c} {t}' for c, t in columns.items())})"
            for table, columns in TABLES.items()
        ),
        *(f"CREATE VIEW {view} AS {select}" for view, select in VIEWS.items()),
        f"INSERT INTO codes VALUES {known}",  # noqa: S608
    )
