"""What is wrong with this release? Every check, one after another; nothing is ever put right."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from codebreakers.errors import UnknownNameError
from codebreakers.measures.belonging import belonging
from codebreakers.measures.bounds import bounds
from codebreakers.measures.extracts import extracts
from codebreakers.measures.flags import EXAMPLES, SEVERITIES, Flag
from codebreakers.measures.parts import parts
from codebreakers.measures.reading import reading
from codebreakers.measures.totals import totals
from codebreakers.measures.turnover import turnover
from codebreakers.store import Store

__all__ = ["CHECKS", "flags"]

_Check = Callable[[Store], tuple[Flag, ...]]


def _by_name(checks: Mapping[_Check, str]) -> Mapping[str, _Check]:
    return MappingProxyType(
        {name: check for check, names in checks.items() for name in names.split()}
    )


CHECKS: Mapping[str, _Check] = _by_name(
    {
        belonging: "belonging",
        bounds: "percent-range negative-count part-pupils zeros",
        parts: "over-whole not-the-sum rate rounded",
        totals: "national-rate",
        turnover: "same-schools vanished renumbered several-numbers",
        extracts: "kinds-absent no-nation columns-absent no-gaps blank-codes blank-column",
        reading: "copies set-aside trimmed unknown-codes unread replaced encoding separator "
        "byte-order-mark nation-rows",
    }
)
"""What is looked for, and what looks: each says in its docstring by which rule."""


def flags(
    store: Store, *, year: int | None = None, checks: Iterable[str] = CHECKS
) -> tuple[Flag, ...]:
    """Return everything the checks find, the gravest first.

    Parameters
    ----------
    store : Store
        Where to read.
    year : int, optional
        Results year of what is found; by default all. Other years are read all the same: a column
        is judged by its neighbours in time.
    checks : iterable of str
        Names in `CHECKS`; by default all.

    Returns
    -------
    tuple of Flag

    Raises
    ------
    UnknownNameError
        There is no such check.
    """
    names = frozenset(checks)
    if unknown := sorted(names - CHECKS.keys()):
        raise UnknownNameError("check", unknown[0], CHECKS)
    return store.kept(("flags", year, names), lambda: _flags(store, year, names))


def _flags(store: Store, year: int | None, names: frozenset[str]) -> tuple[Flag, ...]:
    grave = list(SEVERITIES)
    wanted = dict.fromkeys(check for name, check in CHECKS.items() if name in names)
    with store.reading():
        found = [
            _with_examples(store, flag)
            for check in wanted
            for flag in check(store)
            if flag.check in names and (year is None or flag.year == year)
        ]
    return tuple(sorted(found, key=lambda f: (grave.index(f.severity), f.year, f.check)))


def _with_examples(store: Store, flag: Flag) -> Flag:
    rows = flag.rows
    if rows is None or flag.examples:
        return flag
    first = store.query(lambda reader: rows(reader).head(EXAMPLES))
    # A row that names no school is known by its line.
    keys = (
        f"line {line:.0f}" if not school and line else school
        for school, line in zip(
            first["school"], first.get("line", [0] * len(first["school"])), strict=True
        )
    )
    return replace(flag, examples=tuple(keys))
