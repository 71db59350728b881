"""Files kept in a folder, with the log of where they came from."""

from __future__ import annotations

import hashlib
import json
import threading
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from fetching import FILE, LATER, REVISED, TABLE, fetch_all, get, log, names, of_site, refused
from local_server import (
    Site,
    file,
    status,
)

from codebreakers.errors import DownloadError, RequestError
from codebreakers.sources import ledger
from codebreakers.sources.addresses import Wanted, wanted


def test_a_file_is_fetched_and_its_hash_recorded(site: Site, tmp_path: Path) -> None:
    told: list[tuple[int, int | None]] = []
    got = get(
        site,
        tmp_path / "new" / "folder",
        file(TABLE, etag='"one"', modified=LATER),
        progress=lambda _, at, total: told.append((at, total)),
    )
    folder = tmp_path / "new" / "folder"
    assert (folder / FILE).read_bytes() == TABLE
    assert got.path == folder / FILE
    assert (got.state, got.size) == ("fetched", len(TABLE))
    assert got.sha256 == hashlib.sha256(TABLE).hexdigest()
    assert abs(datetime.fromisoformat(got.when) - datetime.now(UTC)) < timedelta(minutes=1)
    assert log(folder)[FILE] == {
        "path": FILE,
        "url": site.url("/table?year=2012-2013"),
        "sha256": got.sha256,
        "size": len(TABLE),
        "when": got.when,
        "etag": '"one"',
        "last_modified": LATER,
        "earlier": [],
    }
    assert names(folder) == [".downloads.lock", FILE, "downloads.json"]
    assert told[-1] == (len(TABLE), len(TABLE))
    assert [at for at, _ in told] == sorted(at for at, _ in told)


def test_the_same_file_again_is_not_sent_again(site: Site, tmp_path: Path) -> None:
    first = get(site, tmp_path, file(TABLE, etag='"one"', modified=LATER))
    written = (tmp_path / FILE).stat().st_mtime_ns
    second = get(site, tmp_path)
    assert second.state == "unchanged"
    assert (second.sha256, second.when) == (first.sha256, first.when)
    assert site.asked("If-None-Match") == [None, '"one"']
    assert site.asked("If-Modified-Since") == [None, LATER]
    assert (tmp_path / FILE).stat().st_mtime_ns == written


def test_a_server_without_validators_sends_again_and_nothing_is_written(
    site: Site, tmp_path: Path
) -> None:
    first = get(site, tmp_path, file(TABLE))
    written = (tmp_path / FILE).stat().st_mtime_ns
    second = get(site, tmp_path)
    assert (second.state, second.when) == ("unchanged", first.when)
    assert (tmp_path / FILE).stat().st_mtime_ns == written
    assert not list(tmp_path.rglob("*.part"))


def test_a_changed_file_replaces_and_both_hashes_are_kept(site: Site, tmp_path: Path) -> None:
    first = get(site, tmp_path, file(TABLE, etag='"one"'))
    second = get(site, tmp_path, file(REVISED, etag='"two"'))
    assert (first.state, second.state) == ("fetched", "changed")
    assert (tmp_path / FILE).read_bytes() == REVISED
    assert second.sha256 == hashlib.sha256(REVISED).hexdigest()
    get(site, tmp_path, file(TABLE, etag='"three"'))
    assert log(tmp_path)[FILE]["earlier"] == [
        {"sha256": second.sha256, "when": second.when},
        {"sha256": first.sha256, "when": first.when},
    ]


def test_another_address_is_not_asked_about_this_one_s_version(site: Site, tmp_path: Path) -> None:
    site.answers["/before"] = file(TABLE, etag='"1"')
    site.answers["/now"] = file(REVISED, etag='"1"')
    states = [
        fetch_all(site, [Wanted("register", 0, site.url(path), FILE)], tmp_path)[0].state
        for path in ("/before", "/now")
    ]
    assert states == ["fetched", "changed"]
    assert (tmp_path / FILE).read_bytes() == REVISED


def test_a_file_damaged_here_is_fetched_again(site: Site, tmp_path: Path) -> None:
    get(site, tmp_path, file(TABLE, etag='"one"'))
    (tmp_path / FILE).write_bytes(TABLE[:-1] + b"?")
    again = get(site, tmp_path)
    assert site.asked("If-None-Match") == [None, None]
    assert again.state == "fetched"
    assert (tmp_path / FILE).read_bytes() == TABLE
    assert log(tmp_path)[FILE]["earlier"] == []


def test_the_next_address_is_tried_where_one_does_not_serve(site: Site, tmp_path: Path) -> None:
    site.answers["/gone"] = status(410)
    site.answers["/page"] = status(200, body=b"<!DOCTYPE html><p>Choose a year")
    site.answers["/here"] = file(TABLE)
    others = (site.url("/page"), site.url("/here"))
    one = Wanted("register", 0, site.url("/gone"), "register/edubasealldata.csv", others)
    (got,) = fetch_all(site, [one], tmp_path)
    assert got.path.read_bytes() == TABLE
    assert log(tmp_path)[one.file]["url"] == site.url("/here")


def test_the_register_is_looked_for_seven_days_back_and_no_further(
    site: Site, tmp_path: Path
) -> None:
    these = wanted([], ["register"], hosts=of_site(site))
    with pytest.raises(DownloadError, match="status 404"):
        fetch_all(site, list(these), tmp_path)
    assert len(site.requests) == 8


def test_files_before_the_one_that_fails_are_kept(site: Site, tmp_path: Path) -> None:
    site.answers["/one"] = file(TABLE)
    these = [
        Wanted("ks4", 2013, site.url("/one"), "2012-2013/one.csv"),
        Wanted("ks4", 2014, site.url("/two"), "2013-2014/two.csv"),
    ]
    with pytest.raises(DownloadError, match=r"2013-2014/two\.csv"):
        fetch_all(site, these, tmp_path)
    assert (tmp_path / "2012-2013/one.csv").read_bytes() == TABLE
    assert list(log(tmp_path)) == ["2012-2013/one.csv"]


@pytest.mark.parametrize(
    "name",
    [
        "../england.csv",
        "/etc/england.csv",
        "a/../b.csv",
        "a\\b.csv",
        "C:/x.csv",
        ".hidden.csv",
        "a/.b.csv",
        "a\r\n.csv",
        "a.csv\n",
        "x" * 300 + ".csv",
        "",
    ],
)
def test_no_name_leads_out_of_the_folder(site: Site, tmp_path: Path, name: str) -> None:
    with pytest.raises(RequestError, match="not the name of a file inside a folder"):
        fetch_all(site, [Wanted("ks4", 2013, site.url("/table"), name)], tmp_path)
    assert site.requests == []


def test_headers_that_could_not_be_sent_back_are_not_kept(site: Site, tmp_path: Path) -> None:
    get(site, tmp_path, file(TABLE, etag='"' + "x" * 300 + '"', modified="caf\xe9"))
    assert (log(tmp_path)[FILE]["etag"], log(tmp_path)[FILE]["last_modified"]) == ("", "")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        '{"version": 2, "files": {}, "unfinished": {}}',
        '{"version": 1, "files": {"a.csv": {"path": "a.csv"}}, "unfinished": {}}',
        '{"version": 1, "files": [], "unfinished": {}}',
        "[" * 100000,
    ],
)
def test_a_damaged_log_is_not_believed(site: Site, tmp_path: Path, text: str) -> None:
    (tmp_path / "downloads.json").write_text(text)
    refused(site, tmp_path, file(TABLE), "not a log of downloads.*Move it away")
    assert (tmp_path / "downloads.json").read_text() == text


@pytest.mark.parametrize("path", ["../../victim.csv", "/victim.csv", 7])
def test_a_log_that_points_outside_is_not_believed(
    site: Site, tmp_path: Path, path: object
) -> None:
    get(site, tmp_path, file(TABLE))
    log = json.loads((tmp_path / "downloads.json").read_text())
    log["files"][FILE]["path"] = path
    (tmp_path / "downloads.json").write_text(json.dumps(log))
    refused(site, tmp_path, file(REVISED), "not a log of downloads")


def test_a_folder_that_cannot_be_written_to_is_told(site: Site, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    refused(site, tmp_path / "file", file(TABLE), "could not be kept in")


def test_two_fetches_at_once_do_not_corrupt_each_other(site: Site, tmp_path: Path) -> None:
    shared = [Wanted("ks4", y, site.url(f"/{y}"), f"{y}/both.csv") for y in range(2011, 2014)]
    for one in shared:
        site.answers[f"/{one.year}"] = file(TABLE + b"%d" % one.year, etag=f'"{one.year}"')
    states: list[list[str]] = []

    def run(own: str) -> None:
        site.answers[f"/{own}"] = file(TABLE, etag='"own"')
        alone = Wanted("ks4", 2013, site.url(f"/{own}"), f"own/{own}.csv")
        states.append([got.state for got in fetch_all(site, [*shared, alone], tmp_path)])

    threads = [threading.Thread(target=partial(run, own)) for own in ("a", "b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    pairs = list(zip(*states, strict=True))
    assert [sorted(pair) for pair in pairs[:3]] == [["fetched", "unchanged"]] * 3
    assert pairs[3] == ("fetched", "fetched")
    assert sorted(log(tmp_path)) == sorted(
        [one.file for one in shared] + ["own/a.csv", "own/b.csv"]
    )
    for one in shared:
        assert (tmp_path / one.file).read_bytes() == TABLE + b"%d" % one.year
    assert not list(tmp_path.rglob("*.part"))


def test_a_folder_held_by_another_is_not_waited_for_for_ever(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "PATIENCE", 0.1)
    with ledger.held(tmp_path):
        refused(site, tmp_path, file(TABLE), "Another fetch has held")
    assert get(site, tmp_path).state == "fetched"
