"""The error tree. Every message says what was met, what was available, and what to do next.

::

    CodebreakersError
    ├── RequestError              the request was wrong                    exit 2
    │   └── UnknownNameError      a name nobody has; the nearest is given
    ├── CannotAnswerError         the data cannot answer                   exit 3
    └── SourceError               a source or a store could not be read    exit 4
        ├── ReleaseError          a publisher's file is not what it should be
        │   └── UnknownTableError a table, but none that codebreakers knows
        ├── DownloadError         a publisher's server did not give the file
        └── StoreError            the store is busy, newer, or not a store
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

__all__ = [
    "CannotAnswerError",
    "CodebreakersError",
    "DownloadError",
    "ReleaseError",
    "RequestError",
    "SourceError",
    "StoreError",
    "UnknownNameError",
    "UnknownTableError",
    "nearest",
]

_SHOWN = 12
_LISTED = 40


class CodebreakersError(Exception):
    """Anything codebreakers can say went wrong.

    Parameters
    ----------
    message : str
        What was met, naming the value.
    available : iterable of str, optional
        What could have been given instead.
    remedy : str, optional
        What to do next.
    """

    kind = "error"
    exit_code = 2

    def __init__(self, message: str, *, available: Iterable[str] = (), remedy: str = "") -> None:
        self.message = message
        self.available = tuple(available)
        self.remedy = remedy
        super().__init__(str(self))

    def __str__(self) -> str:
        parts = [self.message]
        if self.available:
            shown = ", ".join(self.available[:_SHOWN])
            more = len(self.available) - _SHOWN
            parts.append(f"Available: {shown}{f' and {more} more' if more > 0 else ''}.")
        if self.remedy:
            parts.append(self.remedy)
        return " ".join(parts)

    def __reduce__(self) -> tuple[object, ...]:
        return _again, (type(self), self.message, self.available, self.remedy)

    def to_dict(self) -> dict[str, object]:
        """Return the error in the form every JSON answer uses."""
        return {
            "error": {
                "kind": self.kind,
                "message": self.message,
                "available": list(self.available),
                "remedy": self.remedy,
            }
        }


def _again(
    cls: type[CodebreakersError], message: str, available: tuple[str, ...], remedy: str
) -> CodebreakersError:
    error = cls.__new__(cls)
    CodebreakersError.__init__(error, message, available=available, remedy=remedy)
    return error


class RequestError(CodebreakersError):
    """The request was wrong: a value out of range, options that do not go together."""

    kind = "request"


class UnknownNameError(RequestError):
    """A name that nobody has: a school, a measure, a column, an option.

    Parameters
    ----------
    what : str
        The kind of thing that was looked for, as a noun ("measure").
    name : str
        The name that was given.
    known : iterable of str
        The names there are.
    remedy : str, optional
        What to do next; by default the nearest known name is suggested.
    """

    kind = "unknown-name"

    def __init__(self, what: str, name: str, known: Iterable[str], *, remedy: str = "") -> None:
        names = tuple(known)
        close = nearest(name, names)
        if close and not remedy:
            remedy = f"Did you mean {close[0]!r}?"
        # A long list would bury the nearest names, and nobody reads its alphabetical beginning.
        others = () if len(names) > _LISTED else (n for n in names if n not in close)
        super().__init__(
            f"There is no {what} {name!r}.", available=(*close, *others), remedy=remedy
        )


class CannotAnswerError(CodebreakersError):
    """The request was right, but the data held cannot answer it."""

    kind = "cannot-answer"
    exit_code = 3


class SourceError(CodebreakersError):
    """A source or a store could not be read."""

    kind = "source"
    exit_code = 4


class ReleaseError(SourceError):
    """A publisher's file is not what it should be.

    Parameters
    ----------
    file : str
        The file, as the user would name it (a member of a zip is ``outer.zip > inner.csv``).
    problem : str
        What was met.
    line : int, optional
        The line it was met on, counted from 1 with the header as line 1.
    available, remedy
        As for every error.
    """

    kind = "release"

    def __init__(
        self,
        file: str,
        problem: str,
        *,
        line: int | None = None,
        available: Iterable[str] = (),
        remedy: str = "",
    ) -> None:
        where = file if line is None else f"{file}, line {line}"
        super().__init__(f"{where}: {problem}", available=available, remedy=remedy)


class UnknownTableError(ReleaseError):
    """A table that can be read, and is laid out like none that codebreakers knows."""

    kind = "unknown-table"


class DownloadError(SourceError):
    """A publisher's server did not give the file."""

    kind = "download"


class StoreError(SourceError):
    """The store is held by another process, written by a newer version, or not a store."""

    kind = "store"


def nearest(name: str, known: Iterable[str], count: int = 3) -> tuple[str, ...]:
    """Return the known names most like `name`, best first.

    Parameters
    ----------
    name : str
        What was asked for.
    known : iterable of str
        What there is.
    count : int
        How many to return at most.

    Returns
    -------
    tuple of str
        Empty where nothing is alike.
    """
    by_fold = {k.casefold(): k for k in known}
    close = get_close_matches(name.casefold(), by_fold, n=count, cutoff=0.5)
    return tuple(by_fold[c] for c in close)
