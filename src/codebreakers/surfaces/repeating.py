"""A question as words, made ready to be asked: only questions are, and no file but a named list.

What is asked may come from a bundle that somebody else made. It cannot run what is no question,
name a store, write a file, or read one that the bundle does not hold.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import typer

from codebreakers.errors import RequestError, UnknownNameError
from codebreakers.surfaces.answering import Answer, Asked, is_answering
from codebreakers.surfaces.bundle import LONGEST_LIST, plain_word

__all__ = ["LISTS", "Asking", "keep_lists", "prepare", "put_lists"]

LISTS: Mapping[str, str] = MappingProxyType({"schools": ".csv", "listed": ".csv", "new": ".toml"})
"""The options that may name a file, and how its name ends in a bundle: lists and weights."""

_SET_FOR_ALL = frozenset({"store", "to", "compare_with"})
_NOT_IN_A_BUNDLE = frozenset({"replay"})


@dataclass(frozen=True, slots=True)
class Asking:
    """A question that can be asked.

    Parameters
    ----------
    arguments : tuple of str
        As typed after ``codebreakers``.
    command, context : object
        What was made of them.
    """

    arguments: tuple[str, ...]
    command: Any
    context: Any

    @property
    def said(self) -> str:
        """The question as it is typed."""
        return shlex.join(self.arguments)

    def answer(self) -> Answer:
        """Return the answer.

        Raises
        ------
        RequestError
            It has none that could be kept.
        """
        with self.context:
            asked = self.command.invoke(self.context)
        if not isinstance(asked, Asked):
            raise RequestError(f"{self.said!r} gives no table with findings to keep.")
        return asked.answer


def prepare(context: typer.Context, arguments: tuple[str, ...], store: Path) -> Asking:
    """Return a question made ready.

    Parameters
    ----------
    context : typer.Context
        Of the command that asks: it knows every command.
    arguments : tuple of str
        As typed after ``codebreakers``.
    store : Path
        What to ask.

    Raises
    ------
    UnknownNameError
        The first of them is no question.
    RequestError
        They name a store or a file to write, or ask for help.
    """
    root: Any = context.find_root()
    commands = root.command.commands
    questions = {
        name: one
        for name, one in commands.items()
        if is_answering(one.callback) and name not in _NOT_IN_A_BUNDLE
    }
    verb, *rest = arguments or ("",)
    if verb not in questions:
        known = [name for name, one in questions.items() if not one.hidden]
        raise UnknownNameError("question", verb, known)
    try:
        made = questions[verb].make_context(verb, rest, parent=root)
    except typer.Exit as stop:
        raise RequestError(f"{shlex.join(arguments)!r} is no question.") from stop
    named = sorted(name for name, _ in _typed(made) if name in _SET_FOR_ALL)
    if named:
        option = named[0].replace("_", "-")
        raise RequestError(
            f"{shlex.join(arguments)!r} has a --{option} of its own.",
            remedy="Say it once, outside the question.",
        )
    made.params["store"] = str(store)
    return Asking(arguments, questions[verb], made)


def _typed(made: Any) -> Iterator[tuple[str, Any]]:
    """Yield the options that were typed, and not left as they are."""
    for name, value in made.params.items():
        if made.get_parameter_source(name).name == "COMMANDLINE":
            yield name, value


def _files(one: Asking) -> Iterator[tuple[str, str]]:
    """Yield the options that name a file, and the file.

    Raises
    ------
    RequestError
        One of them names a file that is no list.
    """
    for name, value in _typed(one.context):
        several = value if isinstance(value, list | tuple) else [value]
        read = [v for v in several if isinstance(v, Path) or (isinstance(v, str) and _is_file(v))]
        if read and name not in LISTS:
            raise RequestError(
                f"{one.said!r} reads a file, {str(read[0])[:80]!r}: a bundle keeps lists alone.",
                available=[f"--{option}" for option in LISTS],
            )
        if read:
            yield name, str(value)


def _is_file(text: str) -> bool:
    """Whether words name a file: weights, or anything that is there."""
    return text.casefold().endswith(".toml") or ("\0" not in text and Path(text).is_file())


def keep_lists(one: Asking, files: dict[str, bytes]) -> Asking:
    """Return a question that names its lists as a bundle does, and put them among the files.

    Parameters
    ----------
    one : Asking
        The question.
    files : dict of str to bytes
        What the bundle holds; added to.

    Raises
    ------
    RequestError
        A list cannot be read or is very long, or a word could not be read again.
    """
    words = list(one.arguments)
    for option, path in _files(one):
        try:
            with Path(path).open("rb") as held:
                content = held.read(LONGEST_LIST + 1)
        except OSError as error:
            raise RequestError(f"The list {path} cannot be read: {error.strerror}.") from error
        if len(content) > LONGEST_LIST:
            raise RequestError(f"The list {path} is longer than {LONGEST_LIST:,} bytes.")
        name = f"files/{len(files) + 1}{LISTS[option]}"
        files[name] = content
        flag = f"--{option}"
        words = [
            name
            if word == path and before == flag
            else word.replace(f"{flag}={path}", f"{flag}={name}")
            for before, word in zip(["", *words], words, strict=False)
        ]
    try:
        return replace(one, arguments=tuple(map(plain_word, words)))
    except ValueError as error:
        raise RequestError(f"{one.said!r} cannot be kept: {error}.") from error


def put_lists(one: Asking, files: Mapping[str, bytes], folder: Path) -> None:
    """Give a question the lists that a bundle holds.

    Parameters
    ----------
    one : Asking
        The question; it names them as the bundle does.
    files : mapping of str to bytes
        What the bundle holds.
    folder : Path
        Where to put them.

    Raises
    ------
    RequestError
        It names a file that the bundle does not hold.
    """
    for option, name in _files(one):
        if name not in files:
            raise RequestError(
                f"{one.said!r} reads a file that the bundle does not hold: {name[:80]!r}."
            )
        place = folder / name.replace("/", "-")
        place.write_bytes(files[name])
        one.context.params[option] = type(one.context.params[option])(place)
