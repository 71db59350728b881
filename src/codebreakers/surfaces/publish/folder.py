"""A folder of pages: each file written whole, and nothing taken away that is not ours.

What we wrote stands in a ledger beside the pages, a line a page. The line is written before the
files are, so that a file of ours is known for ours wherever a run was stopped. A page of ours that
somebody changed by hand is made anew; a file that we did not write is never touched.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from codebreakers.errors import RequestError

__all__ = ["LEDGER", "Folder"]

LEDGER = "published.jsonl"
"""What has been written: a line a page, with its files, their digests and what it is made from."""

_PART = "published.part"
_HEADER = {"codebreakers": "pages", "ledger": 1}
_ANOTHER = "Name another folder, or an empty one."


class Folder:
    """The files of a publication.

    Attributes
    ----------
    path : Path
    written, unchanged, removed : int
        Files that this run wrote, those that were there already, and those it took away.

    Parameters
    ----------
    path : Path
        Made where it is not there.

    Raises
    ------
    RequestError
        It cannot be written to, or holds files that no publication wrote.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.written = self.unchanged = self.removed = 0
        self._given: dict[str, str] = {}
        self._files: dict[str, dict[str, str]] = {}
        # Every digest that a file of ours may have: of an older run, of one that was stopped.
        self._ours: dict[str, set[str]] = {}
        self._kept: dict[str, None] = {}
        with self._writing():
            path.mkdir(parents=True, exist_ok=True)
            if (path / LEDGER).exists():
                self._read()
            else:
                self._begin()
            self._size = (path / LEDGER).stat().st_size

    def _begin(self) -> None:
        others = sorted(p.name for p in self.path.iterdir() if not self._is_begun(p))
        if others:
            raise RequestError(
                f"{self.path} holds files that are none of these pages, such as {others[0]}.",
                remedy=_ANOTHER,
            )
        self._replace(LEDGER, _line(_HEADER))

    def _is_begun(self, path: Path) -> bool:
        """Whether it is the first file of a run that was stopped there, and nobody else's."""
        plain = path.name == _PART and path.is_file() and not path.is_symlink()
        return plain and _line(_HEADER).startswith(path.read_bytes())

    def _read(self) -> None:
        """Read the ledger; a last line that was cut short is taken away."""
        ledger = self.path / LEDGER
        whole, _, cut = ledger.read_bytes().rpartition(b"\n")
        if cut:
            os.truncate(ledger, len(whole) + 1 if whole else 0)
        try:
            header, *rows = [json.loads(line) for line in whole.split(b"\n") if line]
            if header != _HEADER:
                raise ValueError(f"it begins with {str(header)[:60]}")
            for row in rows:
                self._learn(str(row["page"]), str(row["given"]), dict(row["files"]))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise RequestError(
                f"{ledger} is not a ledger of pages: {error}.", remedy=_ANOTHER
            ) from error

    def _learn(self, page: str, given: str, files: dict[str, str]) -> None:
        for name, digest in files.items():
            parts = PurePosixPath(name).parts
            if not parts or name.startswith("/") or ".." in parts or "\\" in name:
                raise ValueError(f"{name[:60]!r} is no file below it")
            self._ours.setdefault(name, set()).add(digest)
        self._given[page], self._files[page] = given, files

    def keeps(self, page: str, given: str) -> bool:
        """Return whether a page's files are there as they were made from the same; keep them.

        Parameters
        ----------
        page : str
            What the page is called in the ledger.
        given : str
            Digest of all that it is made from.

        Raises
        ------
        RequestError
            A file cannot be read.
        """
        if self._given.get(page) != given:
            return False
        files = self._files[page]
        with self._writing():
            if any(_digest(self.path / name) != digest for name, digest in files.items()):
                return False
        self._kept[page] = None
        self.unchanged += len(files)
        return True

    def put(self, page: str, given: str, files: Mapping[str, bytes]) -> None:
        """Write the files of a page, those that are not there as they should be.

        Parameters
        ----------
        page, given : str
            As for `keeps`.
        files : mapping of str to bytes
            Paths below the folder, and what they hold.

        Raises
        ------
        RequestError
            One cannot be written, somebody else's file stands in its place, or another run writes
            into the same folder.
        """
        digests = {name: hashlib.sha256(body).hexdigest() for name, body in files.items()}
        with self._writing():
            there = {name: _digest(self.path / name) for name in files}
            for name in files:
                self._check(name)
            self._learn(page, given, digests)
            self._note({"page": page, "given": given, "files": digests})
            for name, body in files.items():
                if there[name] == digests[name]:
                    self.unchanged += 1
                else:
                    self._replace(name, body)
                    self.written += 1
        self._kept[page] = None

    def _note(self, row: Mapping[str, object]) -> None:
        line = _line(row)
        self._check_alone()
        with (self.path / LEDGER).open("ab") as file:
            file.write(line)
        self._size += len(line)

    def _check_alone(self) -> None:
        """Nobody else has written in the ledger since we did."""
        if (self.path / LEDGER).stat().st_size != self._size:
            raise RequestError(
                f"Another run writes into {self.path}.",
                remedy="Begin again when it has ended; what is there is kept.",
            )

    def _check(self, name: str) -> None:
        if name not in self._ours and os.path.lexists(self.path / name):
            raise RequestError(
                f"{self.path / name} is there, and no page of ours.",
                remedy="Take it away, or name another folder.",
            )
        inside = self.path.resolve()
        if not (self.path / name).parent.resolve().is_relative_to(inside):
            raise RequestError(f"{self.path / name} leads out of the folder.", remedy=_ANOTHER)

    def finish(self) -> None:
        """Take away files of former runs, as they were written, and write the ledger anew.

        Raises
        ------
        RequestError
            A file cannot be taken away, or another run writes into the same folder.
        """
        kept = {name for page in self._kept for name in self._files[page]}
        with self._writing():
            self._check_alone()
            for name in sorted(self._ours.keys() - kept):
                digest = _digest(self.path / name)
                if digest and digest in self._ours[name]:
                    self._check(name)
                    self._remove(name)
            rows = (
                {"page": page, "given": self._given[page], "files": self._files[page]}
                for page in sorted(self._kept)
            )
            self._replace(LEDGER, _line(_HEADER) + b"".join(_line(row) for row in rows))

    def _remove(self, name: str) -> None:
        (self.path / name).unlink()
        self.removed += 1
        for parent in PurePosixPath(name).parents:
            if parent.parts and not any((self.path / parent).iterdir()):
                (self.path / parent).rmdir()

    def names(self) -> tuple[str, ...]:
        """Return every file of the pages kept, in order."""
        return tuple(sorted({name for page in self._kept for name in self._files[page]}))

    def _replace(self, name: str, body: bytes) -> None:
        part, target = self.path / _PART, self.path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        # Anew each time: what a run that was stopped left there may lead somewhere else by now.
        part.unlink(missing_ok=True)
        with part.open("xb") as file:
            file.write(body)
        part.replace(target)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise RequestError(
                f"The folder {self.path} cannot be written to: {error.strerror or error}.",
                remedy="Name a folder that may be written to, with room in it.",
            ) from error


def _line(row: Mapping[str, object]) -> bytes:
    return json.dumps(row).encode() + b"\n"


def _digest(file: Path) -> str:
    """Return the digest of a file, empty where there is none."""
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else ""
