"""A real browser: what a reader does, with scripts and without, by keyboard and on a telephone."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, Request, expect, sync_playwright

from codebreakers.peers.population import Scope, population
from codebreakers.profiles.school import school
from codebreakers.questions.codebreakers import breakers
from codebreakers.sources.example import write_example
from codebreakers.store import Store
from codebreakers.surfaces.pages.areas import areas
from codebreakers.surfaces.publish import plan, publish
from codebreakers.surfaces.web.app import application
from codebreakers.surfaces.web.library import Library

HERE = Path(__file__).resolve().parent
ROOM = 20_000  # milliseconds that a page may take
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = shutil.which("chromium")
    if found is None:
        pytest.skip("there is no chromium on this machine: apt-get install chromium")
    with sync_playwright() as driver:
        begun = driver.chromium.launch(executable_path=found, args=list(FLAGS))
        yield begun
        begun.close()


@pytest.fixture(scope="module")
def store(example: Store) -> Store:
    """Opened for these tests alone, so that what it keeps is theirs."""
    return Store(example.path)


@contextmanager
def serving(store: Store) -> Iterator[str]:
    """Serve a store's pages on this machine alone, until the tests are over."""
    listening = socket.create_server(("127.0.0.1", 0))
    app = application(Library(store), year=2013, hosts=("127.0.0.1",))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=5))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(15)
    listening.close()
    assert not thread.is_alive()


@pytest.fixture(scope="module")
def site(store: Store) -> Iterator[str]:
    with serving(store) as address:
        yield address


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Page]:
    """A page that asks nothing of another host and has no error of its own."""
    context = browser.new_context(base_url=site)
    context.set_default_timeout(ROOM)
    asked: list[Request] = []
    wrong: list[str] = []
    opened = context.new_page()
    opened.on("request", lambda one: asked.append(one))
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    yield opened
    assert [one.url for one in asked if not one.url.startswith(site)] == []
    assert [one for one in wrong if "status of 404" not in one] == []
    context.close()


@pytest.fixture(scope="module")
def urn(store: Store) -> str:
    return str(breakers(store, year=2013, draws=0).column("school_urn")[1])


def shown(page: Page, path: str) -> None:
    """Open a page, and wait where it is worked out for the first time."""
    page.goto(path)
    expect(page.locator("h1")).not_to_have_text("Working it out", timeout=ROOM)


def test_a_school_is_found_by_a_misspelt_name_and_read(page: Page, store: Store, urn: str) -> None:
    name = school(store, urn, year=2013, draws=0).title.partition("  ")[0].title()
    page.goto("/2013?show=first")
    page.get_by_label("Find a school").fill(name[:2] + name[3:])
    page.keyboard.press("Enter")
    page.get_by_role("link", name=urn).first.click()
    expect(page.locator("h1")).to_have_text(name, timeout=ROOM)
    expect(page.get_by_text("disadvantaged pupils").first).to_be_visible()
    page.get_by_text("Why?").first.click()
    expect(page.get_by_text("five good GCSEs").nth(1)).to_be_visible()


def test_a_choice_changes_the_number_at_once_and_is_in_the_address(page: Page) -> None:
    shown(page, "/2013/questions/potential")
    said = page.locator(".cb-said").first.locator("p").first
    before = said.inner_text()
    slider = page.get_by_label("How much of the gap is closed, %")
    slider.focus()
    for _ in range(4):
        slider.press("ArrowLeft")
    expect(said).not_to_have_text(before, timeout=ROOM)
    page.wait_for_url("**fraction=30*", timeout=ROOM)
    shown(page, page.url)
    expect(page.locator(".cb-said").first.locator("p").first).not_to_have_text(before)


def test_without_scripts_forms_and_downloads_work(browser: Browser, site: str) -> None:
    context = browser.new_context(base_url=site, java_script_enabled=False)
    context.set_default_timeout(ROOM)
    page = context.new_page()
    page.goto("/2013/questions/gaps")
    page.get_by_label("Region").select_option("London")
    page.get_by_role("button", name="Show").click()
    assert "region=London" in page.url
    expect(page.get_by_text("In schools in London").first).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="The rows, for a spreadsheet (CSV)").click()
    rows = Path(download.value.path()).read_text(encoding="utf-8")
    assert rows.startswith("group,")
    assert "made up" in rows
    context.close()


def test_a_measure_of_ones_own_is_simulated(page: Page) -> None:
    shown(page, "/2018/questions/league")
    page.get_by_label("Or a measure of your own").fill("0.4*p8_english + 0.6*p8_maths")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**weights=*", timeout=ROOM)
    expect(page.get_by_text("p8_maths").first).to_be_visible(timeout=ROOM)


def test_by_keyboard_alone(page: Page) -> None:
    page.goto("/2013?show=first")
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to main content")).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "q":
            break
    page.keyboard.type("school")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Find a school")


PAGES = (
    "/2013?show=first",
    "/2013/questions/breakers",
    "/2013/questions/potential",
    "/2013/questions/claims",
    "/2013/schools/{urn}",
    "/2013/schools/{urn}/similar",
    "/2013/schools/{urn}/partners",
    "/2013/schools/{urn}/plan",
    "/2013/authorities/{area}",
    "/2013/search?q=school",
    "/2013/compare?schools={urn}",
    "/2013/areas",
    "/method",
    "/accessibility",
    "/2013/nowhere",
)


@pytest.mark.parametrize("path", PAGES)
def test_every_kind_of_page_meets_wcag_and_fits_a_telephone(
    page: Page, store: Store, path: str, urn: str
) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    area = next(iter(areas(population(store, 2013), "authorities")))
    shown(page, path.format(urn=urn, area=area))
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.evaluate((HERE / "axe.min.js").read_text(encoding="utf-8"))
    found = page.evaluate(
        "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})"
    )
    assert [
        (wrong["id"], node["html"]) for wrong in found["violations"] for node in wrong["nodes"]
    ] == []
    assert page.get_by_text("made-up country").first.is_visible()
    assert page.get_by_role("link", name="Accessibility").is_visible()


def test_pages_in_a_folder_are_searched_without_a_server(
    browser: Browser, store: Store, urn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "QUESTIONS", {})
    people = population(store, 2013)
    publish(store, tmp_path / "site", years=(2013,), scope=Scope(schools=(urn,)))
    name = str(people.schools["name"][people.keys.tolist().index(urn)])
    context = browser.new_context(offline=True)
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.goto((tmp_path / "site" / "index.html").as_uri())
    page.get_by_label("Find a school").fill(name[:2] + name[3:])
    page.keyboard.press("Enter")
    page.locator("#found").get_by_role("link", name=name).click()
    expect(page.locator("h1")).to_have_text(name)
    assert wrong == []
    context.close()


def test_reading_goes_on_while_a_release_is_read_in(browser: Browser, tmp_path: Path) -> None:
    write_example(tmp_path / "england", schools=60, years=(2013, 2014))
    store = Store(tmp_path / "england.duckdb", wait=0.5)
    store.ingest(tmp_path / "england" / "2012-2013")
    code = "import sys; from pathlib import Path; from codebreakers.store import Store; "
    code += "Store(Path(sys.argv[1])).ingest(sys.argv[2])"
    with serving(store) as site:
        page = browser.new_page(base_url=site)
        page.goto("/2013/areas")
        newer = page.get_by_role("link", name="2013/14")
        expect(newer).to_have_count(0)
        more = tmp_path / "england" / "2013-2014"
        reading = subprocess.Popen([sys.executable, "-c", code, store.path, more])
        answers = 0
        while reading.poll() is None:
            page.goto("/2013/areas")
            expect(page.locator("h1")).to_have_text("Local authorities and trusts")
            answers += 1
            time.sleep(0.05)
        assert reading.returncode == 0
        assert answers > 3
        page.goto("/2013/areas")
        expect(newer).to_be_visible()
        page.close()
