"""What was asked: questions, their answers, and to whom each was put. Read from TOML."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codebreakers.errors import ReleaseError, nearest

__all__ = ["TEACHERS", "Option", "Question", "Questionnaire", "Routing", "read_questionnaire"]

TEACHERS = Path(__file__).with_name("teachers.toml")
"""The questionnaire that is asked where nobody names another."""

_LARGEST = 1_000_000  # bytes
_MOST_QUESTIONS, _MOST_OPTIONS, _LONGEST = 200, 50, 500
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}", re.ASCII)
KINDS = ("single", "multiple", "likert")


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that may be given: what stands in the file, and what people read."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Routing:
    """Who is asked: those who gave one of these answers (by place, from 0) to that question."""

    question: str
    answers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One question.

    Parameters
    ----------
    id, label, text : str
        Its column in the file; a few words for a table; its words.
    kind : str
        ``single``; ``multiple`` (codes with semicolons between them); ``likert`` (in order).
    options : tuple of Option
        K of them.
    headline : tuple of int
        The answers, by place, that are counted together; empty where each stands alone.
    together : str
        What they are called together.
    says : str
        What those who gave them say, to follow "21 of every 100 teachers".
    no_answer : tuple of str
        Codes that mean that none was given; a blank always does.
    asked_if : Routing, optional
        Who is asked; everyone by default.
    report : str
        The figure of the 2014 report that it asks again, by its id; or nothing.
    """

    id: str
    label: str
    text: str
    kind: str
    options: tuple[Option, ...]
    headline: tuple[int, ...] = ()
    together: str = ""
    says: str = ""
    no_answer: tuple[str, ...] = ()
    asked_if: Routing | None = None
    report: str = ""


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """A whole questionnaire.

    Parameters
    ----------
    title, people : str
        What it is about; whom it was put to, in the plural ("teachers").
    questions : tuple of Question
    id, urn : str
        The columns that name the respondent and the school; empty where there is none.
    groups : tuple of str
        The columns that respondents may be told apart by.
    year : int, optional
        When it was put.
    """

    title: str
    people: str
    questions: tuple[Question, ...]
    id: str = ""
    urn: str = ""
    groups: tuple[str, ...] = ()
    year: int | None = None

    def question(self, name: str) -> Question:
        """Return the question with this id, which is known to be one."""
        return next(q for q in self.questions if q.id == name)


# What each table of the file may hold: its keys, what each is, and which have to be there.
_WHOLE = {
    "title": str,
    "people": str,
    "question": list,
    "id": str,
    "urn": str,
    "groups": list,
    "year": int,
}
_ONE = {
    "id": str,
    "text": str,
    "kind": str,
    "options": list,
    "label": str,
    "headline": list,
    "together": str,
    "says": str,
    "no_answer": list,
    "asked_if": dict,
    "report": str,
}
_OPTION = {"code": str, "text": str}
_ROUTING = {"question": str, "answers": list}
_WORDS: Mapping[type, str] = {
    str: "words in quotation marks",
    int: "a whole number",
    list: "a list in brackets",
    dict: "a table in braces",
}


def read_questionnaire(path: str | Path = TEACHERS) -> Questionnaire:
    """Return a questionnaire, every key of it checked.

    Parameters
    ----------
    path : str or Path
        A TOML file; ``teachers.toml`` beside this module shows each key in use.

    Raises
    ------
    ReleaseError
        The file cannot be read, is no TOML, or declares something that cannot be asked: the
        message names the question and the key.
    """
    return _Reader(str(path)).whole(_loaded(Path(path)))


def _loaded(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as stream:
            content = stream.read(_LARGEST + 1)
    except OSError as error:
        raise ReleaseError(str(path), f"this cannot be read: {error.strerror}") from error
    if len(content) > _LARGEST:
        raise ReleaseError(str(path), "a questionnaire of more than a megabyte is none")
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise ReleaseError(
            str(path), f"this is not TOML: {error}", remedy="teachers.toml shows how it is written."
        ) from error


class _Reader:
    """Turns what TOML holds into declarations, or says what is wrong and where."""

    def __init__(self, file: str) -> None:
        self.file = file

    def whole(self, table: Mapping[str, Any]) -> Questionnaire:
        self._check(table, _WHOLE, ("title", "people", "question"), "the questionnaire")
        listed = table["question"]
        if not 1 <= len(listed) <= _MOST_QUESTIONS:
            raise self._wrong(f"{len(listed)} questions, and there may be 1 to {_MOST_QUESTIONS}")
        questions: list[Question] = []
        for i, one in enumerate(listed, 1):
            questions.append(self._question(one, f"question {i}", questions))
        groups = self._texts(table.get("groups", []), "groups")
        year = table.get("year")
        if year is not None and not 1900 <= year <= 2200:
            raise self._wrong(f"the year is {year}")
        columns = [*groups, *(table[k] for k in ("id", "urn") if k in table)]
        self._refuse_twice([*columns, *(q.id for q in questions)], "column")
        return Questionnaire(
            table["title"],
            table["people"],
            tuple(questions),
            table.get("id", ""),
            table.get("urn", ""),
            groups,
            year,
        )

    def _question(self, one: Any, where: str, before: Sequence[Question]) -> Question:
        self._check(one, _ONE, ("id", "text", "kind", "options"), where)
        name, kind = one["id"], one["kind"]
        if not _NAME.fullmatch(name):
            raise self._wrong(f"{where} has the id {name!r}", remedy="Write it as pay_or_leave_2.")
        where = f"question {name!r}"
        if kind not in KINDS:
            raise self._wrong(f"{where} is of kind {kind!r}", available=KINDS)
        options = self._options(one["options"], where)
        codes = [option.code for option in options]
        headline = self._places(one.get("headline", []), codes, f"the headline of {where}")
        ordered = list(range(min(headline), max(headline) + 1)) if headline else []
        if kind == "likert" and sorted(headline) != ordered:
            raise self._wrong(f"the headline of {where} leaves out an answer between two others")
        if headline and not one.get("says"):
            raise self._wrong(f"{where} has a headline and no words for it", remedy="Add: says.")
        blank = self._texts(one.get("no_answer", []), f"no_answer of {where}")
        if both := set(blank) & set(codes):
            raise self._wrong(f"{where} has {min(both)!r} as an answer and as none")
        label = one.get("label") or one["text"]
        return Question(
            name,
            label if len(label) <= 40 else f"{label[:37]}...",
            one["text"],
            kind,
            options,
            headline,
            one.get("together") or " or ".join(options[i].text for i in headline),
            one.get("says", ""),
            blank,
            self._routing(one.get("asked_if"), where, before),
            one.get("report", ""),
        )

    def _options(self, listed: Any, where: str) -> tuple[Option, ...]:
        if not 2 <= len(listed) <= _MOST_OPTIONS:
            raise self._wrong(f"{where} has {len(listed)} options, not 2 to {_MOST_OPTIONS}")
        for one in listed:
            self._check(one, _OPTION, ("code", "text"), f"an option of {where}")
        options = tuple(Option(one["code"].strip(), one["text"].strip()) for one in listed)
        for option in options:
            if not option.code or not option.text or ";" in option.code + option.text:
                raise self._wrong(f"{where} has an option that is blank or holds a semicolon")
        said = [text.casefold() for option in options for text in {option.code, option.text}]
        self._refuse_twice(said, f"answer of {where}")
        return options

    def _routing(self, table: Any, where: str, before: Sequence[Question]) -> Routing | None:
        if table is None:
            return None
        self._check(table, _ROUTING, ("question", "answers"), f"asked_if of {where}")
        asked = next((q for q in before if q.id == table["question"]), None)
        if asked is None:
            raise self._wrong(
                f"{where} depends on {table['question']!r}, which is not asked before it",
                available=[q.id for q in before],
            )
        codes = [option.code for option in asked.options]
        places = self._places(table["answers"], codes, f"asked_if of {where}")
        if not places:
            raise self._wrong(f"{where} is put to nobody: asked_if names no answer")
        return Routing(asked.id, places)

    def _places(self, listed: Any, codes: list[str], where: str) -> tuple[int, ...]:
        named = self._texts(listed, where)
        if unknown := [code for code in named if code not in codes]:
            raise self._wrong(f"{where} names {unknown[0]!r}, which is no code", available=codes)
        self._refuse_twice(named, f"code of {where}")
        return tuple(codes.index(code) for code in named)

    def _texts(self, listed: Any, where: str) -> tuple[str, ...]:
        for one in listed:
            if not isinstance(one, str) or not one.strip():
                raise self._wrong(f"{where} holds {one!r}, which is no words in quotation marks")
            self._refuse_hostile(one, where)
        return tuple(listed)

    def _check(
        self, table: Any, keys: Mapping[str, type], needed: Iterable[str], where: str
    ) -> None:
        """Refuse a table with a key that nobody knows, of another type, too long, or missing."""
        if not isinstance(table, dict):
            raise self._wrong(f"{where} is {table!r:.60}, not a table")
        for key, value in table.items():
            if key not in keys:
                close = nearest(key, keys)
                raise self._wrong(
                    f"{where} has the key {key!r:.60}, which means nothing",
                    available=keys,
                    remedy=f"Did you mean {close[0]!r}?" if close else "",
                )
            if not isinstance(value, keys[key]) or isinstance(value, bool):
                raise self._wrong(f"{key} of {where} should be {_WORDS[keys[key]]}")
            if isinstance(value, str):
                self._refuse_hostile(value, f"{key} of {where}")
        if missing := [key for key in needed if not table.get(key)]:
            raise self._wrong(f"{where} has no {missing[0]}")

    def _refuse_hostile(self, text: str, where: str) -> None:
        if len(text) > _LONGEST or not text.isprintable():
            raise self._wrong(
                f"{where} is longer than {_LONGEST} characters, or holds a line end or a control "
                "character"
            )

    def _refuse_twice(self, names: Sequence[str], what: str) -> None:
        if twice := [name for i, name in enumerate(names) if name in names[:i]]:
            raise self._wrong(f"the {what} {twice[0]!r} is there twice")

    def _wrong(
        self, problem: str, *, available: Iterable[str] = (), remedy: str = ""
    ) -> ReleaseError:
        return ReleaseError(self.file, problem, available=available, remedy=remedy)
