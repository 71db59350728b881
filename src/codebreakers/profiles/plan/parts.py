"""The parts of a statement, in the order the Department's form has them."""

from __future__ import annotations

from dataclasses import dataclass

from codebreakers.findings import Finding, Table

__all__ = ["Part"]


@dataclass(frozen=True, slots=True)
class Part:
    """One heading of a statement and what stands below it.

    Parameters
    ----------
    id, heading : str
        Its stable name; what people read.
    level : int
        1 for a part, 2 and 3 for what is in it.
    words : tuple of str
        The school's own, or ours where they hold no figure of a pupil; a paragraph each.
    said : tuple of Finding
        Whose sentences are read.
    table : Table, optional
    beside : tuple of Finding
        Behind it, and not read out.
    """

    id: str
    heading: str
    level: int = 1
    words: tuple[str, ...] = ()
    said: tuple[Finding, ...] = ()
    table: Table | None = None
    beside: tuple[Finding, ...] = ()
