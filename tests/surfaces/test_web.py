"""The pages on a server: the same figures, every address checked, nothing hostile alive."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from codebreakers.errors import RequestError, StoreError
from codebreakers.profiles.school import school
from codebreakers.questions.codebreakers import breakers
from codebreakers.store import Store
from codebreakers.surfaces.pages import Page, Section
from codebreakers.surfaces.pages.declared import QUESTIONS
from codebreakers.surfaces.pages.routes import page_at
from codebreakers.surfaces.urls import Address, filed, served
from codebreakers.surfaces.web.app import application
from codebreakers.surfaces.web.library import Library

HTMX = {"HX-Request": "true"}  # waits for the answer, as the page's own script does


@pytest.fixture(scope="module")
def store(example: Store) -> Store:
    """What the server and the tests keep is worked out once."""
    return Store(example.path)


@pytest.fixture(scope="module")
def client(store: Store) -> Iterator[TestClient]:
    library = Library(store)
    with TestClient(application(library, year=2013), base_url="http://localhost") as found:
        yield found


@pytest.fixture(scope="module")
def urn(store: Store) -> str:
    return str(breakers(store, year=2013, draws=0).column("school_urn")[0])


def test_the_first_page_is_of_the_year_asked_for(client: TestClient) -> None:
    answer = client.get("/", follow_redirects=False)
    assert answer.status_code == 307
    assert answer.headers["location"] == "/2013"


def test_a_whole_country_has_something_to_read_at_once(client: TestClient) -> None:
    answer = client.get("/2013?show=first")
    assert answer.status_code == 200
    assert "Everything else about this year takes some seconds" in answer.text
    assert "Example England</strong> is a made-up country" in answer.text


@pytest.mark.parametrize("name", ["gaps", "breakers", "potential", "lottery", "claims"])
def test_each_question_has_its_page_twin_and_rows(client: TestClient, name: str) -> None:
    page = client.get(f"/2013/questions/{name}", headers=HTMX)
    assert page.status_code == 200, page.text
    assert QUESTIONS[name].words in page.text
    twin = client.get(f"/2013/questions/{name}.json").json()
    rows = client.get(f"/2013/questions/{name}.csv")
    assert (
        rows.headers["content-disposition"] == f'attachment; filename="2013-questions-{name}.csv"'
    )
    columns = twin["tables"][-1]["table"]["columns"]
    assert rows.text.splitlines()[0].split(",") == [*columns, "EXAMPLE_ENGLAND"]
    assert len(twin["tables"][-1]["table"]["rows"]) == len(rows.text.splitlines()) - 1
    assert twin["made_up"]


def test_a_school_says_what_the_command_says(client: TestClient, store: Store, urn: str) -> None:
    table = school(store, urn, year=2013)
    page = client.get(f"/2013/schools/{urn}", headers=HTMX).text
    twin = client.get(f"/2013/schools/{urn}.json").json()
    said = {f["id"]: f["sentence"] for f in twin["findings"]}
    assert said.items() >= {finding.id: finding.sentence for finding in table.findings}.items()
    for name in ("rate", "level", "rank", "place", "alike", "grade", "potential"):
        assert said[f"school.{name}"] in page
    assert '<meta name="robots" content="noindex">' in page


def test_a_list_of_schools_is_on_a_map_where_places_are_held(client: TestClient) -> None:
    page = client.get("/2013/questions/breakers", headers=HTMX).text
    assert "Where these schools are" in page
    assert "Where these schools are" not in client.get("/2013/questions/gaps", headers=HTMX).text


def test_a_school_is_found_by_a_misspelt_name(client: TestClient, store: Store, urn: str) -> None:
    name = school(store, urn, year=2013, draws=0).title.partition("  ")[0].title()
    wrong = name[:2] + name[3:]
    page = client.get("/2013/search", params={"q": wrong}, headers=HTMX).text
    assert f'href="/2013/schools/{urn}"' in page


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/1999", 404, "There is: 2011"),
        ("/2013/questions/breakrs", 404, "page"),
        ("/2013/schools/999999", 404, "999999"),
        ("/2013/questions/breakers?region=Londn", 404, "Londn"),
        ("/2013/questions/breakers?min_disadvantaged=lots", 400, "is no number"),
        ("/2013/questions/breakers?min_disadvantaged=400", 400, "from 0 to 100"),
        ("/2013/questions/breakers?rgion=London", 404, "rgion"),
        ("/2013/questions/league?weights=/etc/passwd.toml", 404, "passwd"),
        ("/2013/questions/gaps?region=London&region=London", 400, "twice"),
        ("/2013/compare?schools=1,2,3,4,5", 400, "from two to 4"),
        ("/2013/..%2f..%2fetc%2fpasswd", 400, "cannot be part of an address"),
        ("/static/..%2fdrawn.py", 400, "cannot be part of an address"),
        ("/static/drawn.py", 404, "file"),
        ("/2013/authorities/nowhere", 404, "nowhere"),
    ],
)
def test_a_wrong_address_is_said_with_what_there_is(
    client: TestClient, path: str, status: int, said: str
) -> None:
    answer = client.get(path, headers=HTMX)
    assert answer.status_code == status, answer.text
    assert said in answer.text
    assert "Example England</strong> is a made-up country" in answer.text
    assert "Traceback" not in answer.text


def test_a_program_is_told_in_its_own_form(client: TestClient) -> None:
    answer = client.get("/2013/questions/breakers.json?region=Londn")
    assert answer.status_code == 404
    assert answer.json()["error"]["kind"] == "unknown-name"
    assert "London" in answer.json()["error"]["available"]


@pytest.mark.parametrize("path", ["/2013?show=first", "/method", "/nowhere", "/static/govuk.css"])
def test_every_answer_forbids_what_no_page_needs(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["/2013?show=first", "/method", "/accessibility", "/2013/areas"])
def test_no_page_asks_anything_of_another_host(client: TestClient, path: str) -> None:
    page = client.get(path, headers=HTMX).text
    asked = re.findall(r'(?:src|href|action)="([^"]*)"', page)
    assert asked
    assert [one for one in asked if not one.startswith(("/", "#"))] == []
    assert "<style" not in page
    assert " style=" not in page
    assert not re.search(r"<script(?![^>]*src=)", page)
    assert not re.search(r"\son\w+=", page)


def test_the_vendored_style_asks_for_no_file() -> None:
    static = Path(application.__code__.co_filename).parent.parent / "static"
    for name in ("govuk.css", "codebreakers.css"):
        assert "url(" not in (static / name).read_text(encoding="utf-8")


def test_what_is_too_long_or_not_read_is_refused(client: TestClient) -> None:
    assert client.get("/2013/search?q=" + "x" * 3000).status_code == 414
    assert client.get("/" + "x" * 500).status_code == 414
    assert client.get("/2013/search?q=" + "x" * 300).status_code == 400
    assert client.post("/2013").status_code == 405


def test_another_name_of_this_machine_is_refused(example: Store) -> None:
    app = application(Library(Store(example.path)), year=2013, hosts=("localhost",))
    assert TestClient(app, base_url="http://localhost:8000").get("/method").status_code == 200
    assert TestClient(app, base_url="http://evil.example").get("/method").status_code == 421


def test_hostile_words_come_back_as_words(client: TestClient) -> None:
    page = client.get("/2013/search", params={"q": '"><script>alert(1)</script>'}, headers=HTMX)
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;" in page.text
    answer = client.get("/2013/search", params={"q": "a\r\nSet-Cookie: x"}, headers=HTMX)
    assert answer.status_code == 400
    assert "set-cookie" not in answer.headers


def test_a_page_that_has_not_changed_is_not_sent_again(client: TestClient) -> None:
    first = client.get("/method")
    again = client.get("/method", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_page_is_made_once_and_made_anew_of_another_store(example: Store, tmp_path: Path) -> None:
    path = tmp_path / "copy.duckdb"
    path.write_bytes(example.path.read_bytes())
    made: list[str] = []

    def make(_: Store, address: Address) -> Page:
        made.append(served(address))
        return Page(address, str(len(made)), (Section(),))

    library = Library(Store(path), make=make)
    address = Address(("method",))
    first = library.ask(address).result(10)
    library.ask(address.to("json")).result(10)
    assert made == ["/method"]
    assert library.at_hand(address) == first
    path.touch()
    assert library.at_hand(address) is None
    assert library.at_hand(address, old=True) == first
    assert b">2</h1>" in library.ask(address).result(10).body
    library.close()


def test_while_a_release_is_read_in_readers_have_the_page_as_it_was(
    example: Store, tmp_path: Path
) -> None:
    path = tmp_path / "copy.duckdb"
    path.write_bytes(example.path.read_bytes())
    busy = [False]

    def make(_: Store, address: Address) -> Page:
        if busy[0]:
            raise StoreError("Another process is writing to it.")
        return Page(address, "As it was", (Section(),))

    library = Library(Store(path), make=make)
    with TestClient(application(library), base_url="http://localhost") as client:
        assert client.get("/method").status_code == 200
        busy[0] = True
        path.touch()
        assert "As it was" in client.get("/method").text
        answer = client.get("/accessibility.json")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")


def test_an_address_is_spelled_as_a_file_and_from_another_page() -> None:
    school_ = Address(("schools", "100"), 2013)
    assert served(school_.to("json")) == "/2013/schools/100.json"
    assert served(Address((), 2013, (("show", "first"),))) == "/2013?show=first"
    assert filed(school_) == "2013/schools/100/index.html"
    assert filed(Address((), 2013), school_) == "../../index.html"
    assert filed(school_.to("csv"), school_) == "../100.csv"
    assert filed(school_, Address()) == "2013/schools/100/index.html"
    with pytest.raises(RequestError):
        filed(Address((), 2013, (("show", "first"),)))
    with pytest.raises(RequestError):
        Address(("..",))


def test_every_page_has_no_figure_that_is_not_a_finding_or_a_cell(example: Store) -> None:
    """The twin of a page holds each sentence that is read on it."""
    page = page_at(example, Address((), 2013, (("show", "first"),)))
    held = {finding.id for finding in page.findings}
    assert {f.id for section in page.sections for f in section.said} <= held
    assert not [w for s in page.sections for p in s.prose for w in re.findall(r"\d", p)]


def test_the_interface_is_documented(client: TestClient) -> None:
    schema = json.loads(client.get("/openapi.json").text)
    assert "/{year}/questions/breakers.json" in schema["paths"]
    assert "/{year}/schools/{name}.json" in schema["paths"]
    assert all(set(path) == {"get"} for path in schema["paths"].values())
