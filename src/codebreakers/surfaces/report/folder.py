"""A folder of schools' reports: begun again where it stopped, and nothing made twice."""

from __future__ import annotations

import hashlib
import json
import os
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path

import numpy as np

from codebreakers.errors import RequestError
from codebreakers.measures.held import resolve
from codebreakers.peers.population import Scope, population
from codebreakers.profiles.page_one import page_one
from codebreakers.store import Store
from codebreakers.surfaces.report import write_report

__all__ = ["LEDGER", "Written", "write_reports"]

LEDGER = "reports.jsonl"
"""What has been made, a line a report: its file, what it was made from, and what came out."""

_TEMPLATES = Path(__file__).resolve().parent / "templates"


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a folder of reports.

    Parameters
    ----------
    made, unchanged : int
        Reports written, and those that were there already.
    unknown : tuple of str
        In words, which of the schools listed have no results.
    """

    made: int
    unchanged: int
    unknown: tuple[str, ...]


def write_reports(
    store: Store,
    folder: Path,
    scope: Scope,
    *,
    form: str,
    year: int | None = None,
    measure: str | None = None,
    seed: int = 0,
    started: Callable[[int], Callable[[str], None]] | None = None,
) -> Written:
    """Write a report for each school that a scope takes in.

    Parameters
    ----------
    store : Store
        Where to read.
    folder : Path
        Where to; made where it is not there.
    scope : Scope
        Which schools.
    form : str
        ``pdf`` or ``html``.
    year, measure, seed
        As for ``page_one``.
    started : callable, optional
        Called with how many there will be; returns what is called with each school's name.

    Returns
    -------
    Written

    Raises
    ------
    UnknownNameError
        The scope names what is not there.
    RequestError
        The folder cannot be written to.
    """
    with store.reading():
        counted, when = resolve(store, measure, year, "disadvantaged")
        people = population(store, when)
        rows = np.flatnonzero(people.within(scope))
        _make(folder)
        given = _given(store, counted.name, when, form, seed)
        done = _ledger(folder / LEDGER)
        step = None if started is None else started(len(rows))
        made = 0
        for row in rows:
            urn, name = str(people.keys[row]), str(people.schools["name"][row])
            if step is not None:
                step(name)
            file = folder / f"{_slug(urn, name)}-{when}.{form}"
            if done.get(file.name) == (given, _digest(file)):
                continue
            page = page_one(store, urn, year=when, measure=counted.name, seed=seed)
            write_report(page, file)
            _note(folder / LEDGER, file.name, given, _digest(file))
            made += 1
    return Written(made, len(rows) - made, people.unknown(scope))


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RequestError(
            f"The folder {folder} cannot be made: {error.strerror or error}.",
            remedy="Name a folder that may be written to.",
        ) from error


def _slug(urn: str, name: str) -> str:
    """Return what a file is called: letters, digits and hyphens only, whatever the name holds."""
    plain = unicodedata.normalize("NFKD", f"{urn} {name}").encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.casefold()).strip("-")[:80]


def _given(store: Store, measure: str, year: int, form: str, seed: int) -> str:
    """Return what a report is made from, apart from the school: another digest, another report."""
    look = [path.read_bytes() for path in sorted(_TEMPLATES.iterdir()) if path.is_file()]
    said = [
        version("codebreakers"),
        measure,
        str(year),
        form,
        str(seed),
        # A report says how old its results are.
        str(date.today().year),
        *(release.sha256 for release in store.releases()),
    ]
    return hashlib.sha256("\n".join(said).encode() + b"".join(look)).hexdigest()


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else ""


def _ledger(path: Path) -> dict[str, tuple[str, str]]:
    """Return what each file was made from, and its digest.

    A last line that was cut short is taken away: its report is made anew.
    """
    if not path.is_file():
        return {}
    whole, _, cut = path.read_bytes().rpartition(b"\n")
    if cut:
        os.truncate(path, len(whole) + 1 if whole else 0)
    try:
        rows = [json.loads(line) for line in whole.split(b"\n") if line]
        return {row["file"]: (row["given"], row["sha256"]) for row in rows}
    except (ValueError, KeyError, TypeError) as error:
        raise RequestError(
            f"{path} is not a list of reports: {error}.",
            remedy="Name another folder, or take that file away: every report is then made anew.",
        ) from error


def _note(path: Path, file: str, given: str, digest: str) -> None:
    line = json.dumps({"file": file, "given": given, "sha256": digest})
    with path.open("a", encoding="utf-8") as ledger:
        ledger.write(f"{line}\n")
