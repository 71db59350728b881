"""A store of Example England: a made-up country, in two lines."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from codebreakers.errors import RequestError
from codebreakers.sources.example import write_example
from codebreakers.store import Store, open_store

__all__ = ["example_store"]


def example_store(
    path: str | Path = "example.duckdb",
    *,
    seed: int = 2014,
    schools: int = 3100,
    progress: Callable[[str], None] | None = None,
) -> Store:
    """Make Example England and read it into a new store.

    Parameters
    ----------
    path : str or Path
        The store to make.
    seed : int
        Of everything made up: the same seed gives the same country.
    schools : int
        About how many schools.
    progress : callable, optional
        Called with what is being done.

    Returns
    -------
    Store

    Raises
    ------
    RequestError
        There is something at `path` already.
    """
    store = open_store(path)
    if store.path.exists():
        raise RequestError(
            f"There is something at {store.path} already.",
            remedy="Name another path, or open it with open_store.",
        )
    with tempfile.TemporaryDirectory(prefix="codebreakers-") as scratch:
        folder = Path(scratch) / "example"
        write_example(folder, seed=seed, schools=schools, progress=progress)
        store.ingest(folder, progress=progress)
    return store
