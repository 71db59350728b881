"""Commands that keep a run and repeat it: bundle, replay."""

from __future__ import annotations

import shlex
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from codebreakers.errors import CodebreakersError, RequestError
from codebreakers.estimates import Withheld
from codebreakers.surfaces.answering import Answer, answer
from codebreakers.surfaces.bundle import (
    MOST_QUESTIONS,
    Bundle,
    Held,
    Question,
    read_bundle,
    versions,
    write_bundle,
)
from codebreakers.surfaces.export.differences import Change, Compared, compared, tell
from codebreakers.surfaces.export.saved import read_saved
from codebreakers.surfaces.export.whole import refuse
from codebreakers.surfaces.options import FormatOption, QuietOption, StoreOption, store_of
from codebreakers.surfaces.progress import progress
from codebreakers.surfaces.repeating import Asking, keep_lists, prepare, put_lists
from codebreakers.surfaces.terminal import console, print_lines

__all__ = ["register"]

CANNOT_REPEAT = 3


def bundle(
    context: typer.Context,
    questions: Annotated[
        list[str], typer.Argument(help='What to ask, each in quotes: "breakers --year 2013".')
    ],
    to: Annotated[Path, typer.Option("--to", help="The bundle: a .zip.", show_default=False)],
    store: StoreOption = None,
    quiet: QuietOption = False,
) -> None:
    """Ask, and keep all it takes to ask again: answers, seed, versions, hashes of every table.

    Example: codebreakers bundle "national --year 2013" "breakers --year 2013" --to run.zip
    """
    if to.suffix.casefold() != ".zip":
        raise RequestError(f"{to} is no name for a bundle.", remedy="End it in .zip.")
    if len(questions) > MOST_QUESTIONS:
        raise RequestError(
            f"{len(questions):,} questions are asked.", remedy=f"At most {MOST_QUESTIONS} go."
        )
    refuse(to)
    held = store_of(store)
    files: dict[str, bytes] = {}
    asked = []
    prepared = [keep_lists(prepare(context, _typed(text), held.path), files) for text in questions]
    with progress(quiet, "Asking", len(prepared)) as step:
        for one in prepared:
            step(one.said)
            found = one.answer()
            asked.append((one.arguments, found.table, found.run))
    write_bundle(to, asked, held.releases(), files)
    print_lines(console(stderr=True), [f"Written: {to}", f"To repeat it: codebreakers replay {to}"])


def _typed(text: str) -> tuple[str, ...]:
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise RequestError(
            f"{text!r} cannot be read: {error}.", remedy="Close its quotes."
        ) from error
    return tuple(words[1:] if words[:1] == ["codebreakers"] else words)


def replay(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(help="A bundle.", show_default=False)],
    store: StoreOption = None,
    form: FormatOption = "table",
    quiet: QuietOption = False,
) -> Answer:
    """Ask again what a bundle asked, and compare figure by figure.

    Exit code 0 where all is the same, 3 where it is not.

    Example: codebreakers replay run.zip --store england.duckdb
    """
    kept = read_bundle(path)
    held = store_of(store)
    there = {release.sha256 for release in held.releases()}
    # Every question is checked before the first is asked.
    prepared = [prepare(context, one.arguments, held.path) for one in kept.questions]
    found = []
    with (
        tempfile.TemporaryDirectory(prefix="codebreakers-") as folder,
        progress(quiet, "Asking", len(prepared)) as step,
    ):
        for one in prepared:
            put_lists(one, kept.files, Path(folder))
        for question, one in zip(kept.questions, prepared, strict=True):
            step(one.said)
            found.append(_repeated(question, one))
    lost = [one for one in kept.releases if one.sha256 not in there]
    differs = any(one.changes for one in found) or any(one.cited for one in lost)
    table = tell(
        f"{path.name}, asked again: {'NOT the same' if differs else 'the same'}",
        found,
        [*_lost(lost), *_versions(kept)],
        made_up=any(release.made_up for release in held.releases()),
    )
    shown = answer(table, held, 0, form)
    return replace(shown, exit_code=CANNOT_REPEAT if differs else 0)


def _repeated(question: Question, one: Asking) -> Compared:
    """Return how the answer of now differs; that there is none is a difference."""
    try:
        found = one.answer()
    except CodebreakersError as error:
        gone = Change("answer", "answered", Withheld("not-held", error.message))
        return Compared(one.said, 1, (gone,))
    now = read_saved("this answer", found.table.to_json(found.run))
    return compared(one.said, question.answer, now)


def _lost(lost: Sequence[Held]) -> list[str]:
    """Return a line for each release that figures were read from, and one for all others."""
    cited = [one for one in lost if one.cited]
    said = [f"Not in this store: {one.file} (sha256 {one.sha256[:12]})." for one in cited]
    others = len(lost) - len(cited)
    if others:
        s = "s" if others > 1 else ""
        said.append(f"{others:,} more release{s}, from which no figure was read, then and not now.")
    return said


def _versions(kept: Bundle) -> list[str]:
    now = versions()
    moved = [
        f"{name} {was} then, {now.get(name, 'none')} now"
        for name, was in kept.versions.items()
        if now.get(name) != was
    ]
    return [f"Other versions: {'; '.join(moved)}."] if moved else []


def register(app: typer.Typer) -> None:
    """Add these commands to the application."""
    for command in (bundle, replay):
        app.command()(command)
