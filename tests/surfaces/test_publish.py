"""Pages as files: whole, linked, the same as on a server, and gone on with where a run stopped."""

from __future__ import annotations

import errno
import json
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Any

import pytest
from starlette.testclient import TestClient

from codebreakers.errors import CodebreakersError, RequestError, UnknownNameError
from codebreakers.peers.population import Scope, population
from codebreakers.store import Store
from codebreakers.surfaces.publish import Published, plan, publish
from codebreakers.surfaces.publish.folder import LEDGER, Folder
from codebreakers.surfaces.publish.links import dead_links
from codebreakers.surfaces.publish.making import Maker
from codebreakers.surfaces.publish.replies import LONGEST, comments_of, contact_of
from codebreakers.surfaces.web.app import application
from codebreakers.surfaces.web.library import Library

YEAR = 2014
FEW = ("gaps", "breakers", "claims")
HTMX = {"HX-Request": "true"}
HOSTILE = "<script>alert(1)</script>\n\u202egnp.exe\n=cmd|'/c calc'!A1"


@pytest.fixture(autouse=True)
def few_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three questions stand for all: the pages of each are tried where pages are."""
    monkeypatch.setattr(plan, "QUESTIONS", {name: plan.QUESTIONS[name] for name in FEW})


@pytest.fixture(scope="module")
def store(example: Store) -> Store:
    return Store(example.path)


@pytest.fixture(scope="module")
def urns(store: Store) -> tuple[str, str]:
    first, second = population(store, YEAR).keys[:2].tolist()
    return first, second


def made(store: Store, folder: Path, urns: tuple[str, ...], **more: Any) -> Published:
    return publish(store, folder, years=(YEAR,), scope=Scope(schools=urns), **more)


def bodies(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


@pytest.fixture
def site(store: Store, urns: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages of two schools, in a folder of the test's own."""
    whole = tmp_path_factory.getbasetemp() / "published"
    if not whole.exists():
        made(store, whole, urns, report_to="heads@example.org")
    return Path(shutil.copytree(whole, tmp_path_factory.mktemp("site") / "pages"))


class _Tags(HTMLParser):
    """Every tag of a page with what it says."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))


def tags_of(site: Path) -> Iterator[tuple[str, str, dict[str, str]]]:
    for path in sorted(site.rglob("*.html")):
        for tag, said in _Tags(path.read_text("utf-8")).tags:
            yield path.relative_to(site).as_posix(), tag, said


def test_every_page_is_reached_from_the_first_and_no_link_is_dead(site: Path) -> None:
    there = set(bodies(site)) - {LEDGER}
    leads: dict[str, set[str]] = {}
    for page, tag, said in tags_of(site):
        for name in ("href", "src", "action"):
            path = said.get(name, "").partition("#")[0].partition("?")[0]
            if not path or ":" in path:
                continue
            assert not path.startswith("/"), (page, tag, path)
            target = normpath(join(dirname(page), path))
            assert target in there, (page, tag, path)
            leads.setdefault(page, set()).add(target)
    reached, left = set[str](), {"index.html"}
    while left:
        page = left.pop()
        reached.add(page)
        left |= leads.get(page, set()) - reached
    assert {name for name in there if name.endswith((".html", ".json", ".csv"))} <= reached


def test_a_dead_link_and_a_dead_place_are_found(site: Path) -> None:
    page = site / "index.html"
    page.write_text(
        page.read_text("utf-8") + '<a href="nowhere/index.html"></a><a href="method/index.html#x">',
        encoding="utf-8",
    )
    dead = dead_links(site, bodies(site))
    assert {one.link for one in dead} == {"nowhere/index.html", "method/index.html#x"}


def test_nothing_runs_in_a_page_and_nothing_is_asked_of_another_host(site: Path) -> None:
    policies = set[str]()
    for page, tag, said in tags_of(site):
        assert not any(name.startswith("on") or name == "style" for name in said), (page, said)
        if tag == "script":
            assert said.get("src", "").endswith("static/search.js"), page
        if tag in ("script", "link", "img", "iframe", "form"):
            assert ":" not in said.get("src", "").removeprefix("data:"), (page, said)
        if said.get("http-equiv") == "Content-Security-Policy":
            policies.add(said["content"])
    assert len(policies) == 1
    assert "script-src 'self'" in policies.pop()


def test_pages_say_what_they_are_of(site: Path, urns: tuple[str, str]) -> None:
    for path in site.rglob("*.html"):
        text = path.read_text("utf-8")
        assert "Example England</strong> is a made-up country" in text, path
        assert "This is not an official statistic." in text, path
    school = (site / f"{YEAR}/schools/{urns[0]}/index.html").read_text("utf-8")
    assert '<meta name="robots" content="noindex' in school
    assert "heads@example.org" in school
    assert "The school has sent no comment." in school


def test_a_schools_twin_is_the_servers(site: Path, store: Store, urns: tuple[str, str]) -> None:
    kept = json.loads((site / f"{YEAR}/schools/{urns[0]}.json").read_text("utf-8"))
    with TestClient(application(Library(store), year=YEAR), base_url="http://localhost") as client:
        asked = client.get(f"/{YEAR}/schools/{urns[0]}.json", headers=HTMX).json()
    assert kept["findings"] == asked["findings"]
    assert kept["tables"] == asked["tables"]
    assert len(kept["findings"]) > 10


def test_the_same_again_writes_nothing(site: Path, store: Store, urns: tuple[str, str]) -> None:
    before = bodies(site)
    again = made(store, site, urns, report_to="heads@example.org")
    assert (again.written, again.removed) == (0, 0)
    assert again.unchanged == len(before) - 1
    assert bodies(site) == before


def test_a_run_that_was_stopped_is_gone_on_with(
    site: Path,
    store: Store,
    urns: tuple[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder, asked = tmp_path / "pages", list[object]()
    page = Maker._page

    def stopped(self: Maker, address: Any) -> Any:
        asked.append(address)
        if len(asked) == 5:
            raise KeyboardInterrupt
        return page(self, address)

    monkeypatch.setattr(Maker, "_page", stopped)
    with pytest.raises(KeyboardInterrupt):
        made(store, folder, urns, report_to="heads@example.org")
    monkeypatch.setattr(Maker, "_page", page)
    begun = set(bodies(folder))
    found = made(store, folder, urns, report_to="heads@example.org")
    assert found.unchanged == len(begun - {LEDGER}) > 4
    assert bodies(folder) == bodies(site)


def test_only_what_changed_is_written(site: Path, store: Store, urns: tuple[str, str]) -> None:
    before = bodies(site)
    said = {urns[1]: "We thank our pupils.", "999999": "Nobody reads this."}
    found = made(store, site, urns, report_to="heads@example.org", comments=said)
    after = bodies(site)
    changed = {name for name, body in after.items() if before[name] != body} - {LEDGER}
    assert changed == {f"{YEAR}/schools/{urns[1]}/index.html"}
    assert found.written == 1
    assert any("999999" in line for line in found.left_out)
    assert "We thank our pupils." in after[changed.pop()].decode()


def test_what_a_school_says_is_words_and_nothing_else(
    site: Path, store: Store, urns: tuple[str, str]
) -> None:
    made(store, site, urns, report_to="heads@example.org", comments={urns[0]: HOSTILE})
    text = (site / f"{YEAR}/schools/{urns[0]}/index.html").read_text("utf-8")
    assert "&lt;script&gt;alert(1)" in text
    assert "\u202e" not in text
    assert "<script>alert" not in text


def test_a_page_nobody_needs_any_more_is_taken_away(
    site: Path, store: Store, urns: tuple[str, str]
) -> None:
    (site / "mine.txt").write_text("not theirs")
    edited = site / f"{YEAR}/schools/{urns[1]}/index.html"
    edited.write_text("changed by hand")
    found = made(store, site, urns[:1], report_to="heads@example.org")
    assert not (site / f"{YEAR}/schools/{urns[1]}.json").exists()
    assert found.removed > 1
    # What is not as we wrote it is somebody's own.
    assert (site / "mine.txt").read_text() == "not theirs"
    assert edited.read_text() == "changed by hand"


def test_a_page_changed_by_hand_is_made_anew(
    site: Path, store: Store, urns: tuple[str, str]
) -> None:
    page = site / f"{YEAR}/schools/{urns[0]}/index.html"
    whole = page.read_bytes()
    page.write_text("a wrong figure")
    assert made(store, site, urns, report_to="heads@example.org").written == 1
    assert page.read_bytes() == whole


def test_a_folder_of_somebody_elses_is_left_alone(
    store: Store, urns: tuple[str, str], tmp_path: Path
) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(RequestError, match=r"thesis\.txt"):
        made(store, tmp_path, urns)
    assert set(bodies(tmp_path)) == {"thesis.txt"}


@pytest.mark.parametrize(
    "ledger",
    [
        b"",
        b"not a ledger\n",
        b'{"codebreakers": "pages", "ledger": 2}\n',
        (
            b'{"codebreakers": "pages", "ledger": 1}\n'
            b'{"page": "p", "given": "g", "files": {"../../etc/passwd": "0"}}\n'
        ),
        b'{"codebreakers": "pages", "ledger": 1}\n{"page": "p"}\n',
        b"[" * 100_000 + b"\n",
    ],
)
def test_a_ledger_that_is_none_is_refused(
    store: Store, urns: tuple[str, str], tmp_path: Path, ledger: bytes
) -> None:
    (tmp_path / LEDGER).write_bytes(ledger)
    with pytest.raises(RequestError, match="ledger"):
        made(store, tmp_path, urns)
    assert set(bodies(tmp_path)) == {LEDGER}


def test_a_link_out_of_the_folder_is_not_followed(
    site: Path, store: Store, urns: tuple[str, str], tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    place = site / f"{YEAR}/schools"
    shutil.rmtree(place)
    place.symlink_to(outside)
    with pytest.raises(RequestError, match="leads out"):
        made(store, site, urns, report_to="heads@example.org")
    assert bodies(outside) == {}


def test_two_runs_do_not_share_a_folder(tmp_path: Path) -> None:
    one = Folder(tmp_path / "pages")
    one.put("a", "1", {"a.html": b"a"})
    other = Folder(tmp_path / "pages")
    other.put("b", "1", {"b.html": b"b"})
    with pytest.raises(RequestError, match="Another run"):
        one.put("c", "1", {"c.html": b"c"})
    with pytest.raises(RequestError, match="Another run"):
        one.finish()
    other.finish()
    assert not (tmp_path / "pages/c.html").exists()


def test_a_full_disk_is_said_and_what_is_written_is_whole(
    site: Path,
    store: Store,
    urns: tuple[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder, replace, times = tmp_path / "pages", Path.replace, list[int]()

    def full(self: Path, target: Any) -> Path:
        times.append(1)
        if len(times) == 12:
            raise OSError(errno.ENOSPC, "No space left on device")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(RequestError, match="No space left on device"):
        made(store, folder, urns, report_to="heads@example.org")
    monkeypatch.setattr(Path, "replace", replace)
    whole = bodies(site)
    written = {n: b for n, b in bodies(folder).items() if n not in (LEDGER, "published.part")}
    assert written
    assert all(whole[name] == body for name, body in written.items())
    made(store, folder, urns, report_to="heads@example.org")
    assert bodies(folder) == whole


@pytest.mark.parametrize(
    "given",
    ["javascript:alert(1)", "heads at example", "http://", "data:text/html,x", "https://a b.org"],
)
def test_errors_are_told_to_nobody_who_is_none(given: str) -> None:
    with pytest.raises(RequestError, match="nowhere to report"):
        contact_of(given)


def test_comments_are_read_or_refused(tmp_path: Path) -> None:
    path = tmp_path / "comments.csv"
    path.write_text("\ufeffurn,Comment\n100001,Thank you.\n100002,\n", encoding="utf-8")
    assert comments_of(path) == {"100001": "Thank you."}
    assert comments_of(None) == {}
    for text, error in (
        ("school,said\n1,x\n", UnknownNameError),
        ("URN,comment\n1,x\n1,y\n", RequestError),
        (f"URN,comment\n1,{'x' * (LONGEST + 1)}\n", RequestError),
    ):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(error):
            comments_of(path)
    path.write_bytes(b"URN,comment\n1,\xff\xfe\n")
    with pytest.raises(RequestError):
        comments_of(path)


def test_a_year_that_is_not_held_and_a_school_that_is_not_there(
    store: Store, urns: tuple[str, str], tmp_path: Path
) -> None:
    with pytest.raises(UnknownNameError):
        publish(store, tmp_path / "pages", years=(1999,))
    with pytest.raises(CodebreakersError):
        publish(store, tmp_path / "pages", years=(YEAR,), scope=Scope(authority="Atlantis"))
    some = plan.planned(store, (1999, YEAR), Scope(schools=(urns[0], "999999")), more=True)
    assert some.years == (YEAR,)
    assert len(some.left_out) == 2
    assert {a.place[2] for a in some.pages if len(a.place) == 3} == set(plan.MORE)
