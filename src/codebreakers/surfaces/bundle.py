"""A bundle: answers with all it takes to ask again, in one zip.

The same run makes the same bytes. A bundle that is read is a file from outside: its names, its
sizes, its JSON and its questions are checked before anything is done with them.
"""

from __future__ import annotations

import json
import platform
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from codebreakers.errors import RequestError, SourceError
from codebreakers.findings import Run, Table
from codebreakers.sources import Release
from codebreakers.store.archives import Archive, Member, Spent
from codebreakers.surfaces.charts.words import seen
from codebreakers.surfaces.export import as_json
from codebreakers.surfaces.export.about import attribution
from codebreakers.surfaces.export.saved import MOST_BYTES, Saved, checked, read_json, read_saved
from codebreakers.surfaces.export.whole import write_whole

__all__ = [
    "LONGEST_LIST",
    "MOST_QUESTIONS",
    "Bundle",
    "Held",
    "Question",
    "plain_word",
    "read_answers",
    "read_bundle",
    "versions",
    "write_bundle",
]

MOST_QUESTIONS = 40
LONGEST_LIST = 1 << 20
"""Bytes of a list of schools, or of weights, that a question is asked with."""
FORM = 1
_MOST_WORDS, _MOST_LETTERS = 100, 1_000
_MOST_TOGETHER = 4 * MOST_BYTES
_MANIFEST, _README = "bundle.json", "README.txt"
_MEMBER = re.compile(
    r"bundle\.json|README\.txt|answers/\d{1,3}-[a-z-]{1,40}\.json|files/\d{1,3}\.(csv|toml)"
)
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the earliest a zip can say: when it was packed changes nothing
_LIBRARIES = ("codebreakers", "duckdb", "narwhals", "numpy", "scipy")
_HASH = re.compile(r"[0-9a-f]{64}")
_HOW = """This is a bundle of codebreakers: questions, their answers, the seed, the versions that
gave them and the hash of every table that was held. To ask again and compare, figure by figure:

  codebreakers replay BUNDLE --store STORE

bundle.json says what was asked, and of what; answers/ holds each answer; files/ holds the lists of
schools that were named.
"""


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a bundle, and its answer.

    Parameters
    ----------
    arguments : tuple of str
        As typed after ``codebreakers``; a list of schools by the name it has in the bundle.
    answer : Saved
        What was answered.
    """

    arguments: tuple[str, ...]
    answer: Saved


@dataclass(frozen=True, slots=True)
class Held:
    """One release that was held.

    Parameters
    ----------
    file, sha256 : str
        The file as it was read.
    cited : bool
        Whether a figure of an answer was read from it.
    """

    file: str
    sha256: str
    cited: bool


@dataclass(frozen=True, slots=True)
class Bundle:
    """What a bundle holds.

    Parameters
    ----------
    questions : tuple of Question
        In the order they were asked.
    versions : mapping of str to str
        Of codebreakers, Python and the libraries that compute.
    releases : tuple of Held
        All that the store held.
    files : mapping of str to bytes
        The lists it was asked with, by name in the bundle.
    """

    questions: tuple[Question, ...]
    versions: Mapping[str, str]
    releases: tuple[Held, ...]
    files: Mapping[str, bytes]


def write_bundle(
    path: Path,
    asked: Sequence[tuple[tuple[str, ...], Table, Run]],
    releases: Sequence[Release],
    files: Mapping[str, bytes],
) -> None:
    """Write a bundle; the same run makes the same bytes.

    Parameters
    ----------
    path : Path
        Where.
    asked : sequence of (tuple of str, Table, Run)
        What was asked, and what was answered.
    releases : sequence of Release
        All that the store holds.
    files : mapping of str to bytes
        As for `Bundle`.

    Raises
    ------
    RequestError
        It cannot be written there, or is larger than what is read again.
    """
    cited = {one.sha256 for _, _, run in asked for one in run.releases}
    answers = {
        f"answers/{i}-{arguments[0]}.json": as_json(table, run).encode()
        for i, (arguments, table, run) in enumerate(asked, 1)
    }
    terms = list(dict.fromkeys(attribution(table, run) for _, table, run in asked))
    manifest = {
        "bundle": FORM,
        "made_up": any(table.made_up for _, table, _ in asked),
        "attribution": terms,
        "versions": versions(),
        "questions": [
            {"arguments": list(arguments), "seed": run.seed, "answer": name}
            for (arguments, _, run), name in zip(asked, answers, strict=True)
        ],
        "releases": [_described(one, cited) for one in releases],
    }
    said = json.dumps(manifest, ensure_ascii=False, indent=2).encode() + b"\n"
    readme = "\n".join([_HOW, *terms, ""]).encode()
    members = {_MANIFEST: said, _README: readme, **answers, **files}
    if max(map(len, members.values())) > MOST_BYTES:
        raise RequestError(
            f"An answer is longer than {MOST_BYTES >> 20} MiB.", remedy="Ask of fewer schools."
        )
    write_whole([(path, lambda part: _pack(part, members))])


def versions() -> dict[str, str]:
    """Return the versions of codebreakers, of Python, and of the libraries that compute."""
    return {"python": platform.python_version()} | {name: version(name) for name in _LIBRARIES}


def _described(one: Release, cited: set[str]) -> dict[str, object]:
    names = ("dataset", "year", "status", "file", "sha256", "licence", "made_up")
    return {name: getattr(one, name) for name in names} | {"cited": one.sha256 in cited}


def _pack(path: Path, members: Mapping[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in members.items():
            info = zipfile.ZipInfo(name, _LONG_AGO)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system, info.external_attr = 3, 0o644 << 16
            out.writestr(info, data)


def read_answers(path: Path) -> tuple[Saved, ...]:
    """Return the answers of a file that was saved before: a bundle, or an answer in JSON.

    Raises
    ------
    SourceError
        It cannot be read, or is neither.
    """
    try:
        with path.open("rb") as held:
            start = held.read(MOST_BYTES + 1)
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}.") from error
    if start.startswith(b"PK"):
        return tuple(question.answer for question in read_bundle(path).questions)
    return (read_saved(path.name, read_json(path.name, start)),)


def read_bundle(path: Path) -> Bundle:
    """Return what a bundle holds.

    Parameters
    ----------
    path : Path
        The zip; nothing in it is unpacked to a place it names.

    Raises
    ------
    SourceError
        It cannot be read, holds what no bundle does, or more than one may.
    """
    if not path.is_file():
        raise SourceError(f"There is no file {path}.", remedy="Name a bundle: codebreakers bundle.")
    data = _members(path)
    try:
        manifest = read_json(_MANIFEST, data[_MANIFEST])
        keys = {"bundle", "made_up", "attribution", "versions", "questions", "releases"}
        said = checked(_MANIFEST, manifest, keys, "the bundle")
        if said["bundle"] != FORM:
            form = seen(str(said["bundle"]))[:20]
            raise SourceError(
                f"{path} is a bundle of form {form}, and this reads {FORM}.",
                remedy="A newer version of codebreakers wrote it: install that.",
            )
        questions = tuple(_question(one, data) for one in said["questions"])
        releases = tuple(_held(one) for one in said["releases"])
        versions = {plain_word(k): plain_word(v) for k, v in said["versions"].items()}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SourceError(
            f"{path} is not a bundle of codebreakers: {seen(str(error))[:200]}."
        ) from error
    if not 1 <= len(questions) <= MOST_QUESTIONS:
        raise SourceError(
            f"{path} asks {len(questions):,} questions; from 1 to {MOST_QUESTIONS} go."
        )
    lists = {name: content for name, content in data.items() if name.startswith("files/")}
    return Bundle(questions, versions, releases, lists)


def _members(path: Path) -> dict[str, bytes]:
    with Archive(path, path.name, Spent(), "bundle") as archive:
        names = [member.name for member in archive.members]
        strange = [seen(name)[:80] for name in names if not _MEMBER.fullmatch(name)]
        if strange:
            raise SourceError(f"{path} holds what no bundle does: {strange[0]!r}.")
        sizes = [member.info.file_size for member in archive.members]
        if max(sizes, default=0) > MOST_BYTES or sum(sizes) > _MOST_TOGETHER:
            raise SourceError(f"{path} holds more than a bundle may: {sum(sizes):,} bytes.")
        return {member.name: _content(archive, member) for member in archive.members}


def _content(archive: Archive, member: Member) -> bytes:
    return b"".join(archive.blocks(member))


def _question(said: Any, data: Mapping[str, bytes]) -> Question:
    one = checked(_MANIFEST, said, {"arguments", "seed", "answer"}, "a question")
    arguments = tuple(map(plain_word, one["arguments"]))
    if not 1 <= len(arguments) <= _MOST_WORDS:
        raise ValueError(f"a question of {len(arguments):,} words")
    name = plain_word(one["answer"])
    return Question(arguments, read_saved(name, read_json(name, data[name])))


def _held(said: Any) -> Held:
    keys = {"dataset", "year", "status", "file", "sha256", "licence", "made_up", "cited"}
    one = checked(_MANIFEST, said, keys, "a release")
    if not _HASH.fullmatch(plain_word(one["sha256"])):
        raise ValueError("a release whose hash is none")
    return Held(plain_word(one["file"]), one["sha256"], one["cited"] is True)


def plain_word(said: Any) -> str:
    """Return one word of a question, checked.

    Raises
    ------
    ValueError
        It is no text, very long, or holds what nobody can see.
    """
    if not isinstance(said, str) or len(said) > _MOST_LETTERS or seen(said) != said:
        raise ValueError(f"{seen(str(said))[:60]!r} where a few plain words should be")
    return said
