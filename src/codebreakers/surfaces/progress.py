"""Progress on stderr: only on a terminal, and gone when it is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn

from codebreakers.surfaces.terminal import console

__all__ = ["downloading", "progress"]


def _bar(quiet: bool, *columns: TextColumn | DownloadColumn | TimeElapsedColumn) -> Progress:
    out = console(stderr=True)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        *columns,
        console=out,
        transient=True,
        disable=quiet or not out.is_terminal,
    )


@contextmanager
def progress(quiet: bool, words: str, total: int | None = None) -> Iterator[Callable[[str], None]]:
    """Show what is being done.

    Parameters
    ----------
    quiet : bool
        Whether to show nothing.
    words : str
        What is being done altogether.
    total : int, optional
        Steps there will be; where not known the bar only moves.

    Yields
    ------
    callable
        To be called with each step's name as it begins.
    """
    with _bar(quiet, TimeElapsedColumn()) as bar:
        task = bar.add_task(words, total=total)

        def step(said: str) -> None:
            bar.update(task, advance=1, description=f"{words}: {said[-60:]}")

        yield step


@contextmanager
def downloading(quiet: bool) -> Iterator[Callable[[str, int, int | None], None]]:
    """Show files as they come.

    Parameters
    ----------
    quiet : bool
        Whether to show nothing.

    Yields
    ------
    callable
        To be called with a file's name, the bytes that have come, and how many there will be.
    """
    with _bar(quiet, DownloadColumn()) as bar:
        tasks: dict[str, object] = {}

        def moved(file: str, done: int, size: int | None) -> None:
            if file not in tasks:
                tasks[file] = bar.add_task(file, total=size)
            bar.update(tasks[file], completed=done, total=size)  # type: ignore[arg-type]

        yield moved
