"""One file into its part: stalled, cut off, revised, killed, compressed, or no table at all."""

from __future__ import annotations

import hashlib
import io
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from fetching import FILE, LATER, REVISED, TABLE, get, log, names, refused
from local_server import (
    Answer,
    Site,
    chunked,
    cut,
    drip,
    each,
    endless,
    file,
    gzipped,
    stall,
    status,
)

from codebreakers.sources import asking, transfer


def test_a_stalled_body_times_out_and_is_gone_on_with(site: Site, tmp_path: Path) -> None:
    answer = each(stall(TABLE, 5000, etag='"one"'), file(TABLE, etag='"one"'))
    got = get(site, tmp_path, answer, timeout=0.2)
    assert got.state == "resumed"
    assert site.asked("Range") == [None, "bytes=5000-"]
    assert site.asked("If-Range") == [None, '"one"']
    assert (tmp_path / FILE).read_bytes() == TABLE
    assert got.sha256 == hashlib.sha256(TABLE).hexdigest()


def test_a_server_that_only_stalls_is_given_up(site: Site, tmp_path: Path) -> None:
    refused(site, tmp_path, stall(TABLE, 10), "stopped sending", timeout=0.1, retries=1)
    assert len(site.requests) == 2
    assert not (tmp_path / FILE).exists()


def test_a_body_that_only_drips_is_given_up(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "LONGEST_TRANSFER", 0.2)
    start = time.monotonic()
    refused(site, tmp_path, drip(TABLE, 0.03), "it took over", retries=0)
    assert time.monotonic() - start < 2


def test_a_cut_off_body_is_gone_on_with_by_date(site: Site, tmp_path: Path) -> None:
    answer = each(cut(TABLE, 70000, modified=LATER), file(TABLE, modified=LATER))
    assert get(site, tmp_path, answer).state == "resumed"
    assert site.asked("If-Range") == [None, LATER]
    assert (tmp_path / FILE).read_bytes() == TABLE


def test_a_file_revised_meanwhile_is_begun_again(site: Site, tmp_path: Path) -> None:
    answer = each(cut(TABLE, 70000, etag='"one"'), file(REVISED, etag='"two"'))
    assert get(site, tmp_path, answer).state == "fetched"
    assert site.asked("Range") == [None, "bytes=70000-"]
    assert (tmp_path / FILE).read_bytes() == REVISED


@pytest.mark.parametrize("etag", ["", 'W/"weak"'])
def test_without_a_firm_validator_it_is_begun_again(site: Site, tmp_path: Path, etag: str) -> None:
    answer = each(cut(TABLE, 70000, etag=etag), file(TABLE, etag=etag))
    assert get(site, tmp_path, answer).state == "fetched"
    assert site.asked("Range") == [None, None]
    assert (tmp_path / FILE).read_bytes() == TABLE


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Range": f"bytes 0-{len(TABLE) - 1}/{len(TABLE)}"},
        {"Content-Range": "bytes 70000-80000/80001", "ETag": '"two"'},
        {"Content-Range": "nonsense"},
        {},
    ],
)
def test_a_range_that_does_not_fit_is_not_joined_on(
    site: Site, tmp_path: Path, headers: dict[str, str]
) -> None:
    answer = each(
        cut(TABLE, 70000, etag='"one"'),
        status(206, headers, REVISED[:10001]),
        file(TABLE, etag='"one"'),
    )
    assert get(site, tmp_path, answer).state == "fetched"
    assert (tmp_path / FILE).read_bytes() == TABLE


def test_a_server_without_ranges_is_asked_for_all(site: Site, tmp_path: Path) -> None:
    answer = each(cut(TABLE, 70000, etag='"one"'), file(TABLE, etag='"one"', ranges=False))
    assert get(site, tmp_path, answer).state == "fetched"
    assert (tmp_path / FILE).read_bytes() == TABLE


def test_what_was_begun_is_gone_on_with_next_time(site: Site, tmp_path: Path) -> None:
    refused(site, tmp_path, cut(TABLE, 70000, etag='"one"'), "broke off", retries=0)
    assert names(tmp_path) == [".downloads.lock", f"{FILE}.part", "downloads.json"]
    got = get(site, tmp_path, file(TABLE, etag='"one"'))
    assert got.state == "resumed"
    assert (tmp_path / FILE).read_bytes() == TABLE
    assert names(tmp_path) == [".downloads.lock", FILE, "downloads.json"]


def test_a_part_that_was_whole_already_is_begun_again(site: Site, tmp_path: Path) -> None:
    refused(site, tmp_path, cut(TABLE, 70000, etag='"one"'), "broke off", retries=0)
    (tmp_path / f"{FILE}.part").write_bytes(TABLE)
    assert get(site, tmp_path, file(TABLE, etag='"one"')).state == "fetched"
    assert (tmp_path / FILE).read_bytes() == TABLE


def test_a_part_nobody_vouches_for_is_not_used(site: Site, tmp_path: Path) -> None:
    (tmp_path / FILE).parent.mkdir()
    (tmp_path / f"{FILE}.part").write_bytes(b"something else")
    assert get(site, tmp_path, file(TABLE, etag='"one"')).state == "fetched"
    assert (tmp_path / FILE).read_bytes() == TABLE


def test_a_revision_that_is_gone_on_with_is_a_change(site: Site, tmp_path: Path) -> None:
    get(site, tmp_path, file(TABLE, etag='"one"'))
    answer = each(cut(REVISED, 70000, etag='"two"'), file(REVISED, etag='"two"'))
    assert get(site, tmp_path, answer).state == "changed"
    assert site.asked("If-Range")[-1] == '"two"'
    assert (tmp_path / FILE).read_bytes() == REVISED


@pytest.mark.parametrize(
    "body",
    [b"<!DOCTYPE html><title>Sorry", b"\xef\xbb\xbf \r\n<html>", b'{"error": "no such year"}'],
)
def test_a_page_in_place_of_a_table_is_refused(site: Site, tmp_path: Path, body: bytes) -> None:
    refused(site, tmp_path, status(200, body=body), "a page or a message in place of a table")
    assert names(tmp_path) == [".downloads.lock", "downloads.json"]


def test_a_refused_page_leaves_the_file_that_was_held(site: Site, tmp_path: Path) -> None:
    first = get(site, tmp_path, file(TABLE))
    refused(site, tmp_path, status(200, body=b"<html>"), "in place of a table")
    assert (tmp_path / FILE).read_bytes() == TABLE
    assert log(tmp_path)[FILE]["sha256"] == first.sha256


@pytest.mark.parametrize(
    ("body", "match"),
    [
        (b"", "the file is empty"),
        (b"\xef\xbb\xbf\r\n", "the file is empty"),
        (b"\x7fELF\0\0\0", "neither a table"),
        (b"PK\x03\x04 and nothing more", "damaged zip"),
    ],
)
def test_what_is_no_table_is_refused(site: Site, tmp_path: Path, body: bytes, match: str) -> None:
    refused(site, tmp_path, status(200, body=body), match)
    assert names(tmp_path) == [".downloads.lock", "downloads.json"]


def _archive(*names: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return held.getvalue()


@pytest.mark.parametrize(
    ("body", "ending"),
    [
        (_archive("[Content_Types].xml", "xl/workbook.xml"), ".xlsx"),
        (_archive("england_ks4.csv"), ".zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and so on", ".xls"),
        (b"\xef\xbb\xbfURN\r\n1\r\n", ".csv"),
    ],
)
def test_a_file_is_named_after_what_came(
    site: Site, tmp_path: Path, body: bytes, ending: str
) -> None:
    got = get(site, tmp_path, file(body, etag='"one"'))
    assert got.path == (tmp_path / FILE).with_suffix(ending)
    assert got.path.read_bytes() == body
    assert get(site, tmp_path).state == "unchanged"


def test_a_table_that_becomes_a_workbook_leaves_no_table(site: Site, tmp_path: Path) -> None:
    get(site, tmp_path, file(TABLE))
    got = get(site, tmp_path, file(_archive("[Content_Types].xml")))
    assert got.state == "changed"
    assert names(tmp_path / "2012-2013") == ["england_ks4.xlsx"]


def test_a_file_that_says_it_is_too_large_is_not_begun(site: Site, tmp_path: Path) -> None:
    answer = status(200, {"Content-Length": str((1 << 30) + 1)}, b"URN\r\n")
    refused(site, tmp_path, answer, "larger than 1073741824 bytes")
    assert not list(tmp_path.rglob("*.part"))


@pytest.mark.parametrize("answer", [chunked(TABLE), gzipped(TABLE)])
def test_a_file_that_turns_out_too_large_is_dropped(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: Answer
) -> None:
    monkeypatch.setattr(transfer, "LARGEST", len(TABLE) - 1)
    refused(site, tmp_path, answer, "larger than")
    assert not list(tmp_path.rglob("*.part"))


def test_chunks_are_joined_and_their_end_is_awaited(site: Site, tmp_path: Path) -> None:
    answer = each(chunked(TABLE, whole=False), chunked(TABLE))
    assert get(site, tmp_path, answer).state == "fetched"
    assert len(site.requests) == 2
    assert (tmp_path / FILE).read_bytes() == TABLE


def test_a_body_without_an_end_is_refused(site: Site, tmp_path: Path) -> None:
    refused(site, tmp_path, endless(TABLE), "does not say where the file ends")
    assert not (tmp_path / FILE).exists()


def test_gzip_is_undone_though_it_was_not_asked_for(site: Site, tmp_path: Path) -> None:
    got = get(site, tmp_path, gzipped(TABLE))
    assert site.asked("Accept-Encoding") == ["identity"]
    assert (tmp_path / FILE).read_bytes() == TABLE
    assert got.sha256 == hashlib.sha256(TABLE).hexdigest()


def test_gzip_that_ends_early_is_begun_again(site: Site, tmp_path: Path) -> None:
    answer = each(gzipped(TABLE, at=9000, etag='"one"'), gzipped(TABLE, etag='"one"'))
    assert get(site, tmp_path, answer).state == "fetched"
    assert site.asked("Range") == [None, None]
    assert (tmp_path / FILE).read_bytes() == TABLE


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_an_encoding_that_cannot_be_undone_is_refused(
    site: Site, tmp_path: Path, encoding: str
) -> None:
    answer = status(200, {"Content-Encoding": encoding}, b"not compressed")
    refused(site, tmp_path, answer, "encoding")
    assert not list(tmp_path.rglob("*.part"))


CHILD = """
import sys
from pathlib import Path
from codebreakers.sources.addresses import Hosts, Wanted
from codebreakers.sources.download import fetch

origin, folder = sys.argv[1:]
one = Wanted("ks4", 2013, origin + "/table?year=2012-2013", "2012-2013/england_ks4.csv")
fetch([one], Path(folder), hosts=Hosts(origin, origin, origin, ()),
      progress=lambda one, at, total: print(at, flush=True))
"""


def test_killed_in_the_middle_leaves_a_part_that_is_gone_on_with(
    site: Site, tmp_path: Path
) -> None:
    site.answers["/table"] = stall(TABLE, 150000, etag='"one"')
    command = [sys.executable, "-c", CHILD, site.origin, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        while int(child.stdout.readline()) < 150000:
            pass
        child.kill()
        assert child.wait(10) == -signal.SIGKILL
    part = tmp_path / f"{FILE}.part"
    assert names(tmp_path) == [".downloads.lock", f"{FILE}.part", "downloads.json"]
    at = part.stat().st_size
    assert TABLE.startswith(part.read_bytes())
    got = get(site, tmp_path, file(TABLE, etag='"one"'))
    assert site.asked("Range")[-1] == f"bytes={at}-"
    assert got.state == "resumed"
    assert (tmp_path / FILE).read_bytes() == TABLE
