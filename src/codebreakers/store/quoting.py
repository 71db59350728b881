"""Text as SQL: nothing that was read, and no file's name, is part of a statement's own words."""

from __future__ import annotations

__all__ = ["literal", "quoted"]


def literal(text: str) -> str:
    """Return text as an SQL string.

    Parameters
    ----------
    text : str
        Anything: quotation marks in it are doubled.
    """
    return "'" + text.replace("'", "''") + "'"


def quoted(name: str) -> str:
    """Return a name as an SQL identifier.

    Parameters
    ----------
    name : str
        Anything: quotation marks in it are doubled.
    """
    return '"' + name.replace('"', '""') + '"'
