"""codebreakers partners and life: on a terminal, in files and on pages."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from codebreakers.measures.held import resolve
from codebreakers.questions.partners import field_of, offer_of
from codebreakers.store import Store
from codebreakers.surfaces.cli import _run
from codebreakers.surfaces.pages.declared import QUESTIONS
from codebreakers.surfaces.web.app import application
from codebreakers.surfaces.web.library import Library

YEAR = 2014
HTMX = {"HX-Request": "true"}  # waits for the answer, as the page's own script does


@pytest.fixture
def ask(example: Store, capsys: pytest.CaptureFixture[str]) -> Any:
    def asked(*words: str) -> tuple[int, str, str]:
        code = _run([*words, "--store", str(example.path)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return asked


@pytest.fixture(scope="module")
def urns(example: Store) -> tuple[str, str]:
    """A school that has somebody to talk to within 75 miles, and one that has not."""
    measure, _ = resolve(example, None, YEAR, "disadvantaged")
    field = field_of(example, measure, YEAR, draws=2_000, seed=0)
    count = [len(offer_of(field, row).named) for row in range(len(field.people.keys))]
    keys = field.people.keys.tolist()
    return keys[count.index(max(count))], keys[count.index(0)]


@pytest.fixture(scope="module")
def client(example: Store) -> Iterator[TestClient]:
    with TestClient(application(Library(example), year=YEAR), base_url="http://localhost") as found:
        yield found


def test_a_school_is_told_whom_to_talk_to(ask: Any, urns: tuple[str, str]) -> None:
    code, out, err = ask("partners", urns[0], "--year", "2014")
    assert (code, err) == (0, "")
    assert max(map(len, out.splitlines())) <= 100
    assert "to talk to within 75 miles" in out
    assert "may or may not be why" in " ".join(out.split())
    assert "Next:" not in out


def test_where_there_is_nobody_a_wider_search_is_offered_and_works(
    ask: Any, urns: tuple[str, str]
) -> None:
    code, out, err = ask("partners", urns[1], "--year", "2014")
    assert (code, err) == (0, "")
    command = out.split("Next:")[1].split("codebreakers ")[1].split("   ")[0].split()
    assert command == ["partners", urns[1], "--year", "2014", "--within", "150"]
    assert ask(*command)[0] == 0


def test_a_pairing_is_a_row_a_school_in_csv(ask: Any, tmp_path: Path) -> None:
    code, out, _ = ask(
        "partners", "--national", "--capacity", "2", "--year", "2014", "--format", "csv"
    )
    assert code == 0
    rows = list(csv.DictReader(io.StringIO(out)))
    assert {"school_urn", "partner_urn", "miles", "unmet"} <= set(rows[0])
    assert {bool(row["miles"]) for row in rows} == {True, False}
    assert all((row["partner_urn"] == "no-partner") == bool(row["unmet"]) for row in rows)
    ours = tmp_path / "ours.csv"
    ours.write_text("URN\n" + "\n".join(row["school_urn"] for row in rows[:9]) + "\n999999\n")
    code, out, _ = ask("partners", "--schools", str(ours), "--year", "2014", "--format", "json")
    assert code == 0
    table = json.loads(out)["table"]
    assert len(table["rows"]) == 9
    assert any("999999" in note for note in table["notes"])


@pytest.mark.parametrize(
    "words",
    [
        ("partners",),
        ("partners", "someone", "--national"),
        ("partners", "someone", "--capacity", "3"),
        ("partners", "--national", "--within", "0"),
        ("partners", "--national", "--within", "nan"),
        ("partners", "--national", "--capacity", "0"),
    ],
)
def test_what_does_not_go_together_is_refused(ask: Any, words: tuple[str, ...]) -> None:
    code, out, err = ask(*words, "--year", "2014")
    assert (code, out) == (2, "")
    assert err.startswith("Error")


def test_life_is_said_with_its_range(ask: Any) -> None:
    code, out, _ = ask("life", "--year", "2015", "--format", "json")
    assert code == 0
    finding = json.loads(out)["findings"][0]
    assert finding["low"] is None or finding["low"] < finding["value"] < finding["high"]
    code, _, err = ask("life", "--year", "2013")
    assert code == 3
    assert "not held" in err


@pytest.mark.parametrize("within", ["", "?within=150"])
def test_a_school_has_a_page_of_schools_to_talk_to(
    client: TestClient, urns: tuple[str, str], within: str
) -> None:
    for urn in urns:
        place = f"/{YEAR}/schools/{urn}"
        assert f"{place}/partners" in client.get(place, headers=HTMX).text
        page = client.get(f"{place}/partners{within}", headers=HTMX)
        assert page.status_code == 200
        assert "Schools to talk to" in page.text
        assert "noindex" in page.text
        twin = client.get(f"{place}/partners.json{within}").json()
        assert twin["title"].startswith("Schools to talk to")


def test_where_pupils_went_is_linked_to_in_the_years_that_is_held(example: Store) -> None:
    asked = QUESTIONS["life"]
    assert [asked.held(example, year) for year in (2013, 2015, 2016)] == [False, True, True]
    assert QUESTIONS["partners"].held(example, 2013)


@pytest.mark.parametrize("question", ["partners", "life"])
def test_the_questions_have_pages(client: TestClient, question: str) -> None:
    page = client.get(f"/2015/questions/{question}", headers=HTMX)
    assert page.status_code == 200
    assert "made-up" in page.text
    assert ("Where these schools are" in page.text) == (question == "partners")


def test_a_distance_that_is_none_is_refused_on_a_page(
    client: TestClient, urns: tuple[str, str]
) -> None:
    assert client.get(f"/{YEAR}/schools/{urns[0]}/partners?within=-4").status_code == 400
