"""Files are written whole or not at all, and never over what is not an answer."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from codebreakers.errors import RequestError

__all__ = ["refuse", "write_one", "write_whole"]

_ANOTHER = "Name another file."
_DATABASE = b"DUCK"  # stands in a DuckDB file from its ninth byte


def refuse(path: Path) -> None:
    """Refuse a place where no file can be, or that holds what must not be lost.

    Raises
    ------
    RequestError
        Its folder is not there; it is a folder, a device, or a store.
    """
    if not path.absolute().parent.is_dir():
        raise RequestError(
            f"There is no folder {path.absolute().parent} for the file {path.name!r}.",
            remedy="Make the folder first, or name another file.",
        )
    if path.is_dir():
        raise RequestError(f"{path} is a folder, not a file.", remedy=_ANOTHER)
    if not path.exists():
        return
    if not path.is_file():
        raise RequestError(f"{path} is not a file that can be written anew.", remedy=_ANOTHER)
    try:
        with path.open("rb") as held:
            start = held.read(12)
    except OSError as error:
        raise RequestError(
            f"{path} cannot be written: {error.strerror}.", remedy=_ANOTHER
        ) from error
    if start[8:12] == _DATABASE:
        raise RequestError(f"{path} is a store: it is never written over.", remedy=_ANOTHER)


def write_whole(files: Sequence[tuple[Path, Callable[[Path], None]]]) -> tuple[Path, ...]:
    """Write files of one folder beside where they belong, then put all of them there.

    Parameters
    ----------
    files : sequence of (Path, callable)
        Where each belongs, and what writes it to the path it is given. An older file of that name
        is replaced.

    Returns
    -------
    tuple of Path
        Where they are.

    Raises
    ------
    RequestError
        One cannot be written: then none has been.
    """
    places = [path for path, _ in files]
    for path in places:
        refuse(path)
    try:
        # A folder of its own, which nobody else can have put a link in.
        with tempfile.TemporaryDirectory(
            dir=places[0].absolute().parent, prefix=".codebreakers-"
        ) as folder:
            begun = [Path(folder) / path.name for path in places]
            for part, (_, write) in zip(begun, files, strict=True):
                write(part)
            for part, path in zip(begun, places, strict=True):
                part.replace(path)
    except OSError as error:
        raise RequestError(
            f"{places[0]} cannot be written: {error.strerror or error}.",
            remedy="Name a place that can be written to.",
        ) from error
    return tuple(places)


def write_one(path: Path, content: bytes) -> None:
    """Write one file, whole or not at all.

    Raises
    ------
    RequestError
        It cannot be written.
    """

    def write(part: Path) -> None:
        part.write_bytes(content)

    write_whole([(path, write)])
