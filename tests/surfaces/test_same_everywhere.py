"""One school and one question read in five places: the figures are the same in all of them."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pypdf import PdfReader
from starlette.testclient import TestClient

from codebreakers.measures.catalogue import find
from codebreakers.peers.population import population
from codebreakers.store import Store
from codebreakers.surfaces.cli import _run
from codebreakers.surfaces.web.app import application
from codebreakers.surfaces.web.library import Library

HTMX = {"HX-Request": "true"}
YEAR = ("--year", "2013")
OUTSIDE = {"school.breaker.2015"}
Ask = Callable[..., str]


@pytest.fixture
def ask(example: Store, capsys: pytest.CaptureFixture[str], away: Path) -> Ask:
    def asked(*words: str) -> str:
        code = _run([*words, *YEAR, "--store", str(example.path)])
        said = capsys.readouterr()
        assert code == 0, said.err
        return said.out

    return asked


@pytest.fixture(scope="module")
def client(example: Store) -> Iterator[TestClient]:
    with TestClient(application(Library(example), year=2013), base_url="http://localhost") as found:
        yield found


@pytest.fixture(scope="module")
def urn(example: Store) -> str:
    """A school with a middling number of disadvantaged pupils: its figures are not hidden."""
    people = population(example, 2013)
    pupils = people.take(find("five_good_gcses"), "disadvantaged").pupils
    return str(people.keys[np.argsort(pupils)[len(pupils) // 2]])


def _read(markup: str) -> str:
    """Return what is read of a page, spaces aside."""
    return _close(html.unescape(re.sub(r"<[^>]+>", " ", markup)))


def _close(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _pdf(path: Path) -> str:
    return _close("".join(page.extract_text() for page in PdfReader(path).pages))


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def _row_of(id_: str, value: float) -> str:
    """Return how a figure is read where it is a row of a table: its heading, then its number."""
    start = "school.breaker."
    if id_.startswith(start):
        year = int(id_.removeprefix(start))
        return f"{year - 1}/{year % 100:02d}{value:.0f}"
    heading = {"school.similar": "50similar", "school.england": "England,allpupils"}.get(id_, "")
    return f"{heading}{value:.0f}" if heading else ""


def _is_drawn(id_: str, value: float, card: str) -> bool:
    """Return whether a figure ends a line drawn in the terminal, or is said of its year."""
    start = "school.breaker."
    if id_.startswith(start):
        year = int(id_.removeprefix(start))
        said = rf"{year - 1}/{year % 100:02d}(\(ruleschanged\))?:[a-z]+,{value:.0f}%"
    else:
        said = rf"England,allpupils[.o]+{value:.0f}%"
    return re.search(said, card) is not None


def _figures(findings: list[dict[str, Any]]) -> dict[str, tuple[Any, ...]]:
    return {f["id"]: (f["value"], f["low"], f["high"], f["n"], f["sentence"]) for f in findings}


def test_a_schools_figures_are_the_same_in_all_five(ask: Ask, client: TestClient, urn: str) -> None:
    expected = _figures(json.loads(ask("school", urn, "--format", "json"))["findings"])
    assert {"school.rate", "school.similar", "school.england", "school.potential"} <= set(expected)
    assert sum(value is not None for value, *_ in expected.values()) >= 4

    twin = _figures(client.get(f"/2013/schools/{urn}.json").json()["findings"])
    assert {id_: twin[id_] for id_ in expected if id_ in twin} == {
        id_: figure for id_, figure in expected.items() if id_ in twin
    }
    assert set(expected) <= set(twin)

    ask("school", urn, "--to", "school.csv")
    table = {row["finding"]: row for row in _rows(Path("school.csv").read_text("utf-8"))}
    card = _close(ask("school", urn))
    page = _read(client.get(f"/2013/schools/{urn}", headers=HTMX).text)
    ask("report", urn, "--to", "school.pdf")
    pdf = _pdf(Path("school.pdf"))
    for id_, (value, low, high, _, sentence) in expected.items():
        row = table[id_]
        for cell, figure in (("value", value), ("value_lower_ci", low), ("value_upper_ci", high)):
            if figure is not None:
                assert float(row[cell]) == pytest.approx(figure, rel=1e-12)
            else:
                assert row[cell] in ("z", "x", "c", "u"), (id_, cell)
        assert row["sentence"] == sentence
        read = _row_of(id_, value)
        assert _close(sentence) in card or _is_drawn(id_, value, card), id_
        # Page one shows the three years nearest to its own, the card all from its own.
        if id_ in OUTSIDE:
            continue
        assert _close(sentence) in page or (read and read in page), id_
        assert _close(sentence) in pdf or (read and read in pdf), id_


def test_a_questions_figures_are_the_same_in_all_five(ask: Ask, client: TestClient) -> None:
    answer = json.loads(ask("breakers", "--format", "json"))
    expected = _figures(answer["findings"])
    twin = client.get("/2013/questions/breakers.json").json()
    assert _figures(twin["findings"]) == expected
    assert twin["tables"][-1]["table"] == answer["table"]

    shown = ask("breakers", "--format", "csv")
    assert client.get("/2013/questions/breakers.csv").text.splitlines() == shown.splitlines()
    rows = _rows(shown)
    urns = [row[0] for row in answer["table"]["rows"]]
    assert [row["school_urn"] for row in rows] == urns
    ask("breakers", "--to", "breakers.csv")
    tidy = _rows(Path("breakers.csv").read_text("utf-8"))
    # A small cohort's rate is withheld in both: by its reason, and by the Department's shorthand.
    assert [(row["school_urn"], row["rate"]) for row in tidy] == [
        (row["school_urn"], {"small": "c"}.get(row["rate"], row["rate"])) for row in rows
    ]

    card = _close(ask("breakers"))
    page = _read(client.get("/2013/questions/breakers", headers=HTMX).text)
    ask("report", "--to", "national.pdf")
    pdf = _pdf(Path("national.pdf"))
    for id_ in ("breakers.count", "breakers.expected", "breakers.expected_wrong"):
        for place in (card, page, pdf):
            assert _close(expected[id_][-1]) in place, id_
