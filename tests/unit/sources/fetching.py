"""Fetching from a test's own server, and looking at what that left."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import urllib3
from local_server import Answer, Site

from codebreakers.errors import DownloadError
from codebreakers.sources.addresses import Hosts, Wanted
from codebreakers.sources.download import Fetched, fetch

TABLE = b"URN,LEA,TOTPUPS\r\n" + b"".join(b"%d,330,%d\r\n" % (n, n % 97) for n in range(20000))
REVISED = TABLE.replace(b"330", b"331")
FILE = "2012-2013/england_ks4.csv"
# Our own manager reads the system's certificates each time, which only some tests are about.
PLAIN = urllib3.PoolManager()
LATER = "Sat, 03 Jan 2026 10:00:00 GMT"


def get(site: Site, folder: Path, answer: Answer | None = None, **options: object) -> Fetched:
    if answer is not None:
        site.answers["/table"] = answer
    one = Wanted("ks4", 2013, site.url("/table?year=2012-2013"), FILE)
    return fetch_all(site, [one], folder, **options)[0]


def fetch_all(
    site: Site, these: list[Wanted], folder: Path, **options: object
) -> tuple[Fetched, ...]:
    given = {"backoff": 0.01, "timeout": 5.0, "hosts": of_site(site), "http": PLAIN, **options}
    return fetch(these, folder, **given)  # type: ignore[arg-type]


def of_site(site: Site) -> Hosts:
    return Hosts(site.origin, site.origin, site.url("/statistics"), ())


def refused(site: Site, folder: Path, answer: Answer | None, match: str, **options: object) -> str:
    with pytest.raises(DownloadError, match=match) as caught:
        get(site, folder, answer, **options)
    assert caught.value.exit_code == 4
    return str(caught.value)


def names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def log(folder: Path) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = json.loads((folder / "downloads.json").read_text())[
        "files"
    ]
    return found
