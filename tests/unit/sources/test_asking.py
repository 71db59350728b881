"""What may be asked, of whom, how often, and through what."""

from __future__ import annotations

import hashlib
import json
import shutil
import ssl
import subprocess
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
import urllib3
from fetching import FILE, TABLE, fetch_all, get, refused
from local_server import (
    Answer,
    Site,
    each,
    file,
    redirect,
    serving,
    status,
)

from codebreakers.errors import DownloadError
from codebreakers.sources import download
from codebreakers.sources.addresses import PUBLISHERS, Hosts, Wanted, wanted
from codebreakers.sources.asking import Web
from codebreakers.sources.download import fetch
from codebreakers.sources.statistics_api import DataSet


def test_redirects_among_known_hosts_are_followed(site: Site, tmp_path: Path) -> None:
    site.answers["/moved"] = redirect(site.url("/again"))
    site.answers["/again"] = file(TABLE)
    assert get(site, tmp_path, redirect("/moved")).state == "fetched"
    assert site.paths() == ["/table?year=2012-2013", "/moved", "/again"]


@pytest.mark.parametrize(
    "to",
    [
        "http://localhost:{port}/again",
        "https://127.0.0.1:{port}/again",
        "http://user@127.0.0.1:{port}/again",
        "//tables.example/again",
        "file:///etc/hostname",
        "http://127.0.0.1:{port}@tables.example/",
    ],
)
def test_redirects_elsewhere_are_refused(site: Site, tmp_path: Path, to: str) -> None:
    site.answers["/again"] = file(TABLE)
    port = site.origin.rpartition(":")[2]
    refused(site, tmp_path, redirect(to.format(port=port)), "not one of the hosts|not an http")
    assert len(site.requests) == 1
    assert not (tmp_path / FILE).exists()


def test_a_redirect_loop_is_ended(site: Site, tmp_path: Path) -> None:
    refused(site, tmp_path, redirect("/table"), "redirected more than 5 times")
    assert len(site.requests) == 6


def test_a_host_nobody_declared_is_not_asked(site: Site, tmp_path: Path) -> None:
    refused(site, tmp_path, file(TABLE), "not one of the hosts", hosts=PUBLISHERS)
    assert site.requests == []


def test_not_found_is_told_at_once_with_the_remedy(site: Site, tmp_path: Path) -> None:
    message = refused(site, tmp_path, status(404), "status 404")
    assert site.url("/table?year=2012-2013") in message
    assert f"save the file as {tmp_path / FILE}" in message
    assert len(site.requests) == 1


def test_forbidden_is_told_at_once(site: Site, tmp_path: Path) -> None:
    refused(site, tmp_path, status(403), "answered 403")
    assert len(site.requests) == 1


def test_a_server_in_trouble_is_asked_again(site: Site, tmp_path: Path) -> None:
    got = get(site, tmp_path, each(status(500), status(503), file(TABLE)))
    assert (got.state, len(site.requests)) == ("fetched", 3)


def test_a_server_in_lasting_trouble_is_given_up(site: Site, tmp_path: Path) -> None:
    refused(site, tmp_path, status(502), "answered 502", retries=2)
    assert len(site.requests) == 3


def test_the_pause_doubles_and_retry_after_is_obeyed(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("time.sleep", pauses.append)
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    answer = each(
        status(500),
        status(429, {"Retry-After": "7"}),
        status(503, {"Retry-After": soon}),
        status(503, {"Retry-After": "whenever"}),
        file(TABLE),
    )
    get(site, tmp_path, answer, backoff=0.5)
    assert pauses[:2] == [0.5, 7]
    assert 20 <= pauses[2] <= 30
    assert pauses[3] == 4


def test_a_server_that_asks_for_an_hour_is_left_alone(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    answer = status(503, {"Retry-After": "3600"})
    refused(site, tmp_path, answer, "left alone for 3600 seconds")
    assert len(site.requests) == 1


def test_no_connection_says_what_to_fetch_by_hand(tmp_path: Path) -> None:
    with serving() as site:
        pass
    message = refused(site, tmp_path, None, "is there a network", retries=1)
    assert f"Open {site.url('/table')}" in message
    assert f"save the file as {tmp_path / FILE}" in message


def test_a_host_without_an_address_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(*_: object, **__: object) -> None:
        raise OSError(-2, "Name or service not known")

    monkeypatch.setattr("socket.getaddrinfo", nowhere)
    with pytest.raises(DownloadError, match=r"connection could be made|name could not be found"):
        fetch(wanted([2013], ["ks4"]), tmp_path, retries=0)


def test_a_proxy_named_by_the_environment_is_asked(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", site.origin.replace("://", "://me:se%20cret@"))
    there = "http://tables.invalid"
    site.answers[f"{there}/table"] = file(TABLE)
    one = Wanted("ks4", 2013, f"{there}/table", FILE)
    (got,) = fetch([one], tmp_path, hosts=Hosts(there, there, there, ()), retries=0)
    assert got.sha256 == hashlib.sha256(TABLE).hexdigest()
    assert site.paths() == [f"{there}/table"]
    assert site.asked("Proxy-Authorization") == ["Basic " + b64encode(b"me:se cret").decode()]
    monkeypatch.setenv("no_proxy", "tables.invalid")
    with pytest.raises(DownloadError):
        fetch([one], tmp_path / "other", hosts=Hosts(there, there, there, ()), retries=0)
    assert len(site.requests) == 1


@pytest.mark.parametrize(
    ("proxy", "match"),
    [
        ("socks5://me:secret@127.0.0.1:9", "only http and https proxies"),
        ("http://me:secret@127.0.0.1:999999", "proxy in the environment"),
    ],
)
def test_a_proxy_that_cannot_be_used_is_refused(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, proxy: str, match: str
) -> None:
    monkeypatch.setenv("http_proxy", proxy)
    message = refused(site, tmp_path, file(TABLE), match, http=None)
    assert "secret" not in message
    assert site.requests == []


def test_certificates_are_verified(tmp_path: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not here to make a certificate with")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"]
    command += ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
    command += ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True, timeout=20)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with serving(context) as site:
        message = refused(site, tmp_path, file(TABLE), "could not be verified", http=None)
        assert site.requests == []
        assert site.origin.startswith("https://")
        assert "self-signed" in message or "self signed" in message
        manager = urllib3.PoolManager(ca_certs=str(certificate))
        assert get(site, tmp_path, file(TABLE), http=manager).state == "fetched"


KS4 = "c8756008-ed50-4632-9b96-01b5ca002a43"
SCHOOLS = "1ae39901-b462-df76-b108-640a078d7944"


def _statistics(site: Site, publications: Answer | None = None) -> list[Wanted]:
    def page(*results: object) -> Answer:
        answer = {"paging": {"page": 1, "totalPages": 1}, "results": results}
        return file(json.dumps(answer).encode())

    found = {
        "id": SCHOOLS,
        "title": "Schools (performance)",
        "latestVersion": {"version": "1.0"},
    }
    below = "/statistics/v1"
    site.answers[f"{below}/publications"] = publications or page(
        {"id": KS4, "title": "Key Stage 4"}
    )
    site.answers[f"{below}/publications/{KS4}/data-sets"] = page(found)
    site.answers[f"{below}/data-sets/{SCHOOLS}/csv"] = file(TABLE, etag='"one"')
    data_set = DataSet("Key stage 4", ("schools",), (2024,))
    url = site.url(f"{below}/publications")
    return [Wanted("ks4", 0, url, "statistics/ks4_schools.csv", data_set=data_set)]


def test_the_statistics_api_is_walked_to_the_table(site: Site, tmp_path: Path) -> None:
    (got,) = fetch_all(site, _statistics(site), tmp_path)
    assert got.path.read_bytes() == TABLE
    assert site.paths() == [
        "/statistics/v1/publications?page=1",
        f"/statistics/v1/publications/{KS4}/data-sets?page=1",
        f"/statistics/v1/data-sets/{SCHOOLS}/csv?dataSetVersion=1.0",
    ]
    assert fetch_all(site, _statistics(site), tmp_path)[0].state == "unchanged"


@pytest.mark.parametrize(
    ("body", "match"),
    [
        (b"<html>", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[" * 100000, "not JSON"),
        (b'{"results": []}', "not a page of results"),
        (b" " * 2000, "longer than 1000 bytes"),
    ],
)
def test_a_hostile_answer_is_refused(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: bytes, match: str
) -> None:
    monkeypatch.setattr(download, "LARGEST_ANSWER", 1000 if body.startswith(b" ") else 1 << 22)
    with pytest.raises(DownloadError, match=match) as caught:
        fetch_all(site, _statistics(site, status(200, body=body)), tmp_path)
    assert "data-catalogue" in caught.value.remedy


def test_the_walk_too_is_tried_again(site: Site, tmp_path: Path) -> None:
    these = _statistics(site)
    path = "/statistics/v1/publications"
    site.answers[path] = each(status(503), site.answers[path])
    assert fetch_all(site, these, tmp_path)[0].state == "fetched"


def test_our_own_manager_checks_names_and_certificates() -> None:
    web = Web(PUBLISHERS.origins, 1)
    context = web._manager("https://api.education.gov.uk/").connection_pool_kw["ssl_context"]
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
