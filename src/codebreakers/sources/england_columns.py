"""Ways to declare many columns of one kind at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from codebreakers.sources import Column, Kind

__all__ = ["columns", "named"]


def named(kind: Kind, names: str, group: str = "all", sep: str | None = None) -> tuple[Column, ...]:
    """Return columns of one kind and group.

    Parameters
    ----------
    kind : str
        Kind of all of them.
    names : str
        Their names, in capitals.
    group : str
        The pupils all of them count.
    sep : str, optional
        What stands between the names; white space where not given.

    Returns
    -------
    tuple of Column
        In the order given.
    """
    return tuple(Column(name.strip(), kind, group) for name in names.split(sep))


def columns(*parts: Iterable[Column]) -> Mapping[str, Column]:
    """Return declared columns by name.

    Raises
    ------
    ValueError
        If a name is declared twice, which only a mistake in a declaration can cause.
    """
    by_name: dict[str, Column] = {}
    for column in (column for part in parts for column in part):
        if column.name in by_name:
            raise ValueError(f"column {column.name!r} is declared twice")
        by_name[column.name] = column
    return MappingProxyType(by_name)
