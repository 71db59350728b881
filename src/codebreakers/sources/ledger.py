"""What was fetched into a folder: `downloads.json`, and the lock that keeps two fetches apart."""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import IO, TypeVar

from codebreakers.errors import DownloadError

__all__ = [
    "LOG",
    "Earlier",
    "Ledger",
    "Record",
    "Version",
    "held",
    "is_plain",
    "read",
    "settle",
    "write",
]

LOG = "downloads.json"
LOCK = ".downloads.lock"
VERSION = 1
PATIENCE = 600.0  # seconds to wait while another fetch works in the same folder

_PLAIN = re.compile(r"(?!.{200})([A-Za-z0-9][A-Za-z0-9_-]*/)*[A-Za-z0-9][A-Za-z0-9_-]*\.[a-z]+")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Earlier:
    """Bytes that were published before: their hash, and when they were fetched (ISO, UTC)."""

    sha256: str
    when: str


@dataclass(frozen=True, slots=True)
class Record:
    """One file that was fetched.

    Parameters
    ----------
    path : str
        Where it lies, from the folder.
    url : str
        Where it came from.
    sha256, size : str, int
        Of its bytes.
    when : str
        When these bytes were fetched (ISO, UTC).
    etag, last_modified : str
        How the server knows this version; empty where it does not say.
    earlier : tuple of Earlier
        Versions it replaced, newest first.
    """

    path: str
    url: str
    sha256: str
    size: int
    when: str
    etag: str = ""
    last_modified: str = ""
    earlier: tuple[Earlier, ...] = ()


@dataclass(frozen=True, slots=True)
class Version:
    """What tells one version of the bytes at an address from another.

    Parameters
    ----------
    url, etag, last_modified : str
        As for `Record`.
    whole_only : bool
        Whether it came compressed, so that its bytes cannot be counted on from here.
    """

    url: str
    etag: str = ""
    last_modified: str = ""
    whole_only: bool = False

    @property
    def validator(self) -> str:
        """What the rest may be asked for by; empty where nothing makes sure it is the same file."""
        if self.whole_only:
            return ""
        weak = self.etag.startswith("W/")
        return self.last_modified if weak or not self.etag else self.etag


@dataclass(frozen=True, slots=True)
class Ledger:
    """The log: what was fetched and what was begun, by the name it was wanted under."""

    files: dict[str, Record] = field(default_factory=dict)
    unfinished: dict[str, Version] = field(default_factory=dict)


def is_plain(name: str) -> bool:
    """Whether `name` is a file below a folder on every system: no way up, no hidden part."""
    return _PLAIN.fullmatch(name) is not None


def read(folder: Path) -> Ledger:
    """Return the log of `folder`; an empty one where nothing was fetched yet.

    Raises
    ------
    DownloadError
        Where the file is not such a log, or was written by a newer version.
    """
    path = folder / LOG
    if not path.exists():
        return Ledger()
    try:
        log = json.loads(path.read_text("utf-8"))
        if log["version"] != VERSION:
            raise ValueError(f"version {log['version']!r}")
        return Ledger(
            {name: _record(given) for name, given in log["files"].items()},
            {name: _made(Version, given) for name, given in log["unfinished"].items()},
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as fault:
        raise DownloadError(
            f"{path} is not a log of downloads that this version can read ({fault!r}).",
            remedy="Move it away and fetch again: every file is then fetched anew.",
        ) from fault


def _record(given: dict[str, object]) -> Record:
    earlier = given["earlier"]
    if not isinstance(earlier, list):
        raise TypeError("earlier is not a list")
    made = _made(Record, {**given, "earlier": tuple(_made(Earlier, one) for one in earlier)})
    if not is_plain(made.path):
        raise ValueError(f"path is {made.path!r}")
    return made


def _made(kind: type[T], given: dict[str, object]) -> T:
    types = {"size": int, "earlier": tuple, "whole_only": bool}
    made = kind(**given)
    for one in fields(made):  # type: ignore[arg-type]  # every kind here is a dataclass
        value = getattr(made, one.name)
        if type(value) is not types.get(one.name, str):
            raise TypeError(f"{one.name} is {value!r}")
    return made


def write(folder: Path, ledger: Ledger) -> None:
    """Write the log whole or not at all; the folder's lock must be held."""
    new = folder / f".{LOG}.new"
    with new.open("w", encoding="utf-8") as file:
        json.dump({"version": VERSION, **asdict(ledger)}, file, indent=1, sort_keys=True)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    settle(new, folder / LOG)


def settle(new: Path, path: Path) -> None:
    """Put a finished file in its place in one step that a power cut cannot halve."""
    new.replace(path)
    if sys.platform != "win32":  # where a folder cannot be opened, and need not be
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold `folder` alone; the lock ends with the process, however it ends.

    Raises
    ------
    DownloadError
        Where another fetch has held it for `PATIENCE` seconds.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / LOCK
    deadline = time.monotonic() + PATIENCE
    with path.open("ab") as file:
        while not _locked(file):
            if time.monotonic() > deadline:
                raise DownloadError(
                    f"Another fetch has held {folder} for {PATIENCE:.0f} seconds.",
                    remedy="Wait for it, end it, or fetch into another folder.",
                )
            time.sleep(0.05)
        yield


if sys.platform == "win32":
    import msvcrt

    def _locked(file: IO[bytes]) -> bool:
        file.seek(0)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        return True
else:
    import fcntl

    def _locked(file: IO[bytes]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
