"""A school's own answers: a file of TOML that it owns, checked before a word of it is used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codebreakers.errors import RequestError
from codebreakers.measures.declared_files import read_toml
from codebreakers.profiles.plan.checked import TOML_EXAMPLE, Field, Where, checked, listed
from codebreakers.profiles.plan.lines import LINES
from codebreakers.profiles.plan.steps import QUESTIONS
from codebreakers.sources.approaches import HEADINGS

__all__ = ["VERSION", "Activity", "Answers", "Programme", "Target", "read_answers"]

VERSION = 1
"""Of the form of the file."""

_MOST = 50  # challenges, targets, activities or programmes
_POUNDS = 100_000_000
_LONG, _SHORT = 5_000, 200

_TOP = {
    "version": Field(int, least=1, most=99, needed=True),
    "urn": Field(str, most=20, needed=True),
    "year": Field(int, least=1990, most=2100, needed=True),
    "measure": Field(str, most=80),
}
STATEMENT = {
    "years_covered": Field(str, most=_SHORT),
    "published": Field(str, most=_SHORT),
    "reviewed": Field(str, most=_SHORT),
    "authorised_by": Field(str, most=_SHORT),
    "lead": Field(str, most=_SHORT),
    "governor": Field(str, most=_SHORT),
    "intent": Field(str, most=_LONG),
    "review": Field(str, most=_LONG),
    "further": Field(str, most=_LONG),
}
"""What the school says in its own words, in the table ``[statement]``."""

_FUNDING = {
    "premium_pounds": Field(float, most=_POUNDS),
    "carried_forward_pounds": Field(float, most=_POUNDS),
}
_LISTS = {
    "challenges": {"text": Field(str, most=_LONG, needed=True)},
    "targets": {
        "of": Field(str, most=20, needed=True, choices=tuple(LINES)),
        "value": Field(float, least=-10_000, most=10_000, needed=True),
        "pupils": Field(int, least=1, most=10_000),
        "outcome": Field(str, most=_LONG),
    },
    "activities": {
        "under": Field(str, most=20, needed=True, choices=tuple(HEADINGS)),
        "what": Field(str, most=_LONG, needed=True),
        "approach": Field(str, most=80),
        "evidence": Field(str, most=_LONG),
        "challenges": Field(list, most=_MOST),
        "cost_pounds": Field(float, most=_POUNDS, needed=True),
    },
    "programmes": {
        "name": Field(str, most=_SHORT, needed=True),
        "provider": Field(str, most=_SHORT, needed=True),
    },
}
_TABLES = {
    "statement": STATEMENT,
    "funding": _FUNDING,
    "answers": {name: Field(str, most=_LONG) for name in QUESTIONS},
}


@dataclass(frozen=True, slots=True)
class Target:
    """What the school sets out to reach.

    Parameters
    ----------
    of : str
        Of `LINES`.
    value : float
        In the line's unit.
    pupils : int, optional
        Expected in the cohort; by default as many as this year.
    outcome : str
        In the school's words.
    """

    of: str
    value: float
    pupils: int | None
    outcome: str


@dataclass(frozen=True, slots=True)
class Activity:
    """What the school spends the premium on.

    Parameters
    ----------
    under : str
        Of ``sources.approaches.HEADINGS``.
    what : str
    approach : str
        Id of an approach whose published evidence is set beside it; '' for none.
    evidence : str
        In the school's words.
    challenges : tuple of int
        Numbers of the challenges it addresses, from 1.
    cost_pounds : float
    """

    under: str
    what: str
    approach: str
    evidence: str
    challenges: tuple[int, ...]
    cost_pounds: float


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme bought from somebody."""

    name: str
    provider: str


@dataclass(frozen=True, slots=True)
class Answers:
    """A school's plan for a year, in its own words; every text is of letters that are seen.

    Parameters
    ----------
    file : str
        Where they were read, as the user named it.
    version, year : int
    urn, measure : str
    statement, answers : mapping of str to str
        By name; what is not answered is not in them.
    premium_pounds : float, optional
        What the school was told it would be paid.
    carried_forward_pounds : float
    challenges : tuple of str
    targets, activities, programmes : tuple
    """

    file: str
    version: int
    urn: str
    year: int
    measure: str
    statement: Mapping[str, str]
    answers: Mapping[str, str]
    premium_pounds: float | None
    carried_forward_pounds: float
    challenges: tuple[str, ...]
    targets: tuple[Target, ...]
    activities: tuple[Activity, ...]
    programmes: tuple[Programme, ...]

    @property
    def budgeted_pounds(self) -> float:
        """What its activities cost together."""
        return sum(activity.cost_pounds for activity in self.activities)


def read_answers(path: str | Path) -> Answers:
    """Return a school's answers, checked.

    Parameters
    ----------
    path : str or Path
        A file of TOML, as ``codebreakers plan SCHOOL --init`` writes it.

    Raises
    ------
    RequestError
        It cannot be read, is no TOML, or holds a value of the wrong kind or too long a text: the
        message names the place in the file, what was met and what was expected.
    UnknownNameError
        It holds a key that means nothing here: the nearest that does is named.
    """
    where = Where(str(path), "")
    given = read_toml(Path(path), "holds answers", TOML_EXAMPLE)
    tables = {name: given.pop(name, {}) for name in _TABLES}
    lists = {name: given.pop(name, []) for name in _LISTS}
    top = checked(given, _TOP, where, besides=(*_TABLES, *_LISTS))
    if top["version"] != VERSION:
        raise RequestError(
            f"{path}: version is {top['version']}, and this codebreakers reads version {VERSION}.",
            remedy="Write a new file with --init, and copy your answers into it.",
        )
    found = {
        name: checked(tables[name], fields, where.table(name)) for name, fields in _TABLES.items()
    }
    rows = {
        name: [
            checked(row, fields, where.row(name, number))
            for number, row in enumerate(listed(lists[name], where.table(name), _MOST), start=1)
        ]
        for name, fields in _LISTS.items()
    }
    challenges = tuple(row["text"] for row in rows["challenges"])
    return Answers(
        str(path),
        top["version"],
        top["urn"],
        top["year"],
        top.get("measure", ""),
        {name: text for name, text in found["statement"].items() if text},
        {name: text for name, text in found["answers"].items() if text},
        found["funding"].get("premium_pounds"),
        found["funding"].get("carried_forward_pounds", 0.0),
        challenges,
        tuple(
            Target(row["of"], row["value"], row.get("pupils"), row.get("outcome", ""))
            for row in rows["targets"]
        ),
        tuple(_activities(rows["activities"], len(challenges), where)),
        tuple(Programme(row["name"], row["provider"]) for row in rows["programmes"]),
    )


def _activities(rows: list[dict[str, Any]], challenges: int, where: Where) -> Iterator[Activity]:
    for number, row in enumerate(rows, start=1):
        addressed = row.get("challenges", [])
        for one in addressed:
            if isinstance(one, bool) or not isinstance(one, int) or not 1 <= one <= challenges:
                raise RequestError(
                    f"{where.row('activities', number)}: challenges holds {one!r}, and there are "
                    f"{challenges} challenges in the file.",
                    remedy="Number them from 1, in the order of [[challenges]].",
                )
        yield Activity(
            row["under"],
            row["what"],
            row.get("approach", ""),
            row.get("evidence", ""),
            tuple(addressed),
            row["cost_pounds"],
        )
