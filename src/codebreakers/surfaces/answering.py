"""What becomes of an answer, in one place for every command: printed, written, or compared."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import wraps
from pathlib import Path
from typing import Any

from codebreakers.errors import RequestError
from codebreakers.findings import Run, Table
from codebreakers.store import Store
from codebreakers.surfaces.bundle import read_answers
from codebreakers.surfaces.export import form_of, write
from codebreakers.surfaces.export.differences import compared, tell
from codebreakers.surfaces.export.saved import Saved, read_saved
from codebreakers.surfaces.export.whole import refuse
from codebreakers.surfaces.options import CompareOption, ToOption, run_of
from codebreakers.surfaces.terminal import console, print_lines, print_table

__all__ = ["Answer", "Asked", "answer", "answering", "finish", "is_answering"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command answers, and how it is shown on a terminal.

    Parameters
    ----------
    table : Table
        The answer.
    run : Run
        What made it.
    form : str
        ``table``, ``json`` or ``csv``.
    why : bool
        Whether to say how each figure is made.
    said : tuple of str, optional
        Ids of the findings said above the rows; all by default.
    next_commands : tuple of str
        What to type next.
    card : callable, optional
        Prints the table where it has a form of its own.
    store : Store, optional
        What it was read from.
    exit_code : int
        What the command ends with.
    """

    table: Table
    run: Run
    form: str = "table"
    why: bool = False
    said: tuple[str, ...] | None = None
    next_commands: tuple[str, ...] = ()
    card: Callable[[Table], None] | None = None
    store: Store | None = None
    exit_code: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """An answer, and what is to become of it: see `ToOption` and `CompareOption`."""

    answer: Answer
    to: Path | None = None
    compare_with: Path | None = None


def answer(
    table: Table,
    store: Store,
    seed: int,
    form: str,
    *,
    why: bool = False,
    said: Sequence[str] | None = None,
    next_commands: Sequence[str] = (),
    card: Callable[[Table], None] | None = None,
) -> Answer:
    """Return an answer that was read from a store; for the parameters see `Answer`."""
    heard = None if said is None else tuple(said)
    run = run_of(store, seed, table)
    # A poll is answered without any store.
    held = store if store.path.exists() else None
    return Answer(table, run, form, why, heard, tuple(next_commands), card, held)


_MARK = "returns_an_answer"
_EXTRA = {"to": ToOption, "compare_with": CompareOption}


def answering(command: Callable[..., Any]) -> Callable[..., Any]:
    """Return a command that says it returns an `Answer` with the options every answer has.

    Parameters
    ----------
    command : callable
        Any command; one that returns no answer is returned as it is.

    Returns
    -------
    callable
        Returns `Asked`, which `finish` shows.
    """
    signature = inspect.signature(command, eval_str=True)
    if "Answer" not in str(signature.return_annotation):
        return command
    added = {
        name: inspect.Parameter(
            name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=option
        )
        for name, option in _EXTRA.items()
        if name not in signature.parameters
    }

    @wraps(command)
    def asked(**given: Any) -> Asked | None:
        to, compare_with = (given.get(name) for name in _EXTRA)
        if to is not None and "to" in added:
            form_of(to)
            refuse(to)
        before = None if compare_with is None else read_answers(compare_with)
        found = command(**{k: v for k, v in given.items() if k in signature.parameters})
        if found is not None:
            return Asked(found if before is None else _compared(found, before), to)
        if before is not None or (to is not None and "to" in added):
            raise RequestError(
                "What was asked for is no table with findings: it is neither written nor compared.",
                remedy="Leave out --to and --compare-with, and send it to a file: > FILE.",
            )
        return None

    parameters = [*signature.parameters.values(), *added.values()]
    asked.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    # Whoever wraps this again carries it on.
    asked.__dict__[_MARK] = True
    asked.__annotations__ = {one.name: one.annotation for one in parameters}
    return asked


def is_answering(command: Callable[..., Any] | None) -> bool:
    """Whether a command went through `answering` and returns an answer."""
    return bool(getattr(command, _MARK, False))


def _compared(found: Answer, before: Sequence[Saved]) -> Answer:
    """Return what differs from the answer to the same question that was saved before."""
    now = read_saved("this answer", found.table.to_json(found.run))
    same = [one for one in before if one.id == now.id]
    if len(same) != 1:
        held = f"{len(same)} answers" if same else "no answer"
        raise RequestError(
            f"What was saved has {held} to {now.id!r}.",
            available=[one.id for one in before],
            remedy="Save the one to compare with: --to NAME.json.",
        )
    table = tell(
        f"What changed? {found.table.title}",
        [compared(now.id, same[0], now)],
        _moved(same[0], now),
        made_up=found.table.made_up,
    )
    return replace(found, table=table, said=None, card=None, next_commands=())


def _moved(before: Saved, now: Saved) -> list[str]:
    """Return what else was different when the answer was saved."""
    notes = []
    if before.title != now.title:
        notes.append(f"Before: {before.title}. Now: {now.title}.")
    if (before.version, before.seed) != (now.version, now.seed):
        notes.append(
            f"Before: codebreakers {before.version}, seed {before.seed}. "
            f"Now: {now.version}, seed {now.seed}."
        )
    for words, one, other in (
        ("before and not now", before, now),
        ("now and not before", now, before),
    ):
        files = [
            f"{file} (sha256 {sha[:12]})"
            for sha, file in one.releases.items()
            if sha not in other.releases
        ]
        if files:
            notes.append(f"Read {words}: {', '.join(files)}.")
    return notes


def finish(result: Any, **_: Any) -> Any:
    """Print an answer, or write it to the file that was named; pass on what is no answer.

    Parameters
    ----------
    result : Asked or anything
        What a command returned.

    Returns
    -------
    int or anything
        The exit code of an answer.
    """
    if not isinstance(result, Asked):
        return result
    one = result.answer
    if result.to is not None:
        _write(one, result.to)
    elif one.card is not None and one.form == "table" and not one.why:
        one.card(one.table)
    else:
        print_table(
            one.table,
            one.run,
            one.form,
            why=one.why,
            said=one.said,
            next_commands=one.next_commands,
        )
    return one.exit_code


def _write(one: Answer, to: Path) -> None:
    kind = form_of(to)
    if one.form not in ("table", kind.removeprefix(".")):
        raise RequestError(
            f"--format {one.form} and a file that ends in {kind} do not go together.",
            remedy="Leave out --format: the name of the file says what is written.",
        )
    written = write(one.table, one.run, to, store=one.store)
    said = ", ".join(str(path) for path in written)
    print_lines(console(stderr=True), [f"Written: {said}"])
