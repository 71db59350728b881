"""A questionnaire as one printed page, to be filled in with a pen."""

from __future__ import annotations

import html
from collections.abc import Iterator

from codebreakers.questions.poll.questionnaire import Question, Questionnaire

__all__ = ["FORMS", "form"]

_OPENING = (
    "Please answer for yourself. Nobody is named, and nothing is shown of fewer than ten replies."
)


def form(asked: Questionnaire, kind: str) -> str:
    """Return the form: ``md`` for plain words, ``html`` for a page that prints on one side of A4.

    Parameters
    ----------
    asked : Questionnaire
    kind : str
        One of `FORMS`.
    """
    return FORMS[kind](asked)


def _hint(question: Question) -> str:
    return "Tick all that apply" if question.kind == "multiple" else "Tick one"


def _plain(asked: Questionnaire) -> str:
    return "\n".join(_plain_lines(asked)) + "\n"


def _plain_lines(asked: Questionnaire) -> Iterator[str]:
    yield f"# {asked.title}"
    yield ""
    yield _OPENING
    for number, question in enumerate(asked.questions, 1):
        yield ""
        yield f"**{number}. {question.text}** ({_hint(question)})"
        yield ""
        if question.kind == "likert":
            yield "   ".join(f"[ ] {option.text}" for option in question.options)
        else:
            yield from (f"- [ ] {option.text}" for option in question.options)
    yield ""


_STYLE = (
    "@page{size:A4;margin:18mm}body{font:11pt/1.35 sans-serif;max-width:174mm;margin:auto}"
    "h1{font-size:16pt;margin:0 0 2mm}fieldset{border:0;margin:5mm 0 0;padding:0;"
    "break-inside:avoid}legend{font-weight:bold;padding:0}span{display:inline-block;"
    "margin:1.5mm 6mm 0 0}span::before{content:'';display:inline-block;width:3.5mm;height:3.5mm;"
    "border:1px solid;margin-right:2mm;vertical-align:-0.5mm}"
)


def _page(asked: Questionnaire) -> str:
    title = html.escape(asked.title)
    body = "".join(
        f"<fieldset><legend>{number}. {html.escape(question.text)} ({_hint(question)})</legend>"
        + "".join(f"<span>{html.escape(option.text)}</span>" for option in question.options)
        + "</fieldset>\n"
        for number, question in enumerate(asked.questions, 1)
    )
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style></head>\n<body><h1>{title}</h1>\n<p>{_OPENING}</p>\n{body}"
        "</body></html>\n"
    )


FORMS = {"md": _plain, "html": _page}
"""How a form may be written, by the ending of its file."""
