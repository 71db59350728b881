"""What makes a question a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from codebreakers.findings import Finding, Table
from codebreakers.store import Store
from codebreakers.surfaces.pages import Choice

__all__ = ["Choices", "Chosen", "Question"]

Chosen = Mapping[str, str]
Choices = Callable[[Store, int], tuple[Choice, ...]]


@dataclass(frozen=True, slots=True)
class Question:
    """One question as a page.

    Parameters
    ----------
    name : str
        Its command.
    words : str
        What is read.
    what : str
        What it shows, in a sentence.
    choices : callable
        What may be chosen, of a store and a year.
    ask : callable
        Asks it: store, year and what was chosen.
    said : callable, optional
        Which findings are read above the rows; all by default.
    live : bool
        Whether it answers at every change of a choice.
    command : callable, optional
        What gives the answer of a year on a command line, where more than the year is typed.
    held : callable, optional
        Whether the tables held can answer it of a year, so that it is linked to; always by
        default.
    """

    name: str
    words: str
    what: str
    choices: Choices
    ask: Callable[[Store, int, Chosen], Table]
    said: Callable[[Finding], bool] = lambda _: True
    live: bool = False
    command: Callable[[int], str] | None = None
    held: Callable[[Store, int], bool] = lambda _store, _year: True

    def typed(self, year: int) -> str:
        """Return the command that gives a year's answer with nothing chosen."""
        if self.command is not None:
            return self.command(year)
        return f"codebreakers {self.name} --year {year}"
