"""Which table of results was the last to have each school, and what it calls it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import narwhals as nw

from codebreakers.store import Store
from codebreakers.store.schools import ROLES

__all__ = ["Standing", "standings"]


@dataclass(frozen=True, slots=True)
class Standing:
    """A school in the last table of results that has it.

    Parameters
    ----------
    year : int
        Results year of that table.
    name : str
        What it is called there.
    type : str
        What kind of school it is there, as that year's tables spell it; '' where they do not say.
    """

    year: int
    name: str
    type: str = ""


def standings(store: Store) -> Mapping[str, Standing]:
    """Return where each school stands last, by its key in the tables of results.

    Parameters
    ----------
    store : Store
        Where to read.

    Returns
    -------
    mapping of str to Standing
    """
    return store.kept("standings", lambda: _read(store))


def _read(store: Store) -> Mapping[str, Standing]:
    tables = [r.id for r in store.releases() if r.dataset == "ks4"]
    names = _newest(store, tables, "name")
    types = _newest(store, tables, "type")
    return {
        key: Standing(year, name, types[key][1] if types.get(key, (0, ""))[0] == year else "")
        for key, (year, name) in names.items()
    }


def _newest(store: Store, tables: list[int], role: str) -> dict[str, tuple[int, str]]:
    """Return the newest year that says a role of each school, and what it says."""
    found = store.query(
        lambda reader: (
            reader.frame("labels")
            .filter(
                nw.col("release").is_in(tables),
                nw.col("level") == "school",
                nw.col("measure").is_in(list(ROLES[role])),
            )
            .select("school", "year", "text")
            .sort("year", "text")
        )
    )
    columns = (found["school"].tolist(), found["year"].tolist(), found["text"].tolist())
    return {str(key): (int(year), str(text)) for key, year, text in zip(*columns, strict=True)}
