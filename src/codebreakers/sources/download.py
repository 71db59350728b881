"""Fetch the Department's tables once, record the hash, keep.

A file is written as ``<file>.part`` and takes its name when it is whole; what was begun is gone
on with where the server vouches that it is still the same file. `downloads.json` in the folder
says where each file came from, its hash, and the hashes of the versions it replaced.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import TypeVar

import urllib3

from codebreakers.errors import DownloadError, RequestError
from codebreakers.sources.addresses import PUBLISHERS, Hosts, Wanted
from codebreakers.sources.asking import (
    FaultError,
    NotServedError,
    RefusedError,
    Web,
    patiently,
)
from codebreakers.sources.ledger import (
    Earlier,
    Ledger,
    Record,
    Version,
    held,
    is_plain,
    read,
    settle,
    write,
)
from codebreakers.sources.statistics_api import data_set_address
from codebreakers.sources.transfer import Transfer, decoded, suffix

__all__ = ["Fetched", "Progress", "fetch"]

T = TypeVar("T")
Progress = Callable[[Wanted, int, int | None], None]

LARGEST_ANSWER = 1 << 22  # bytes of an answer of the statistics API

_CATALOGUE = "https://explore-education-statistics.service.gov.uk/data-catalogue"


@dataclass(frozen=True, slots=True)
class Fetched:
    """One file that is now held.

    Parameters
    ----------
    wanted : Wanted
        What was asked for.
    path : pathlib.Path
        Where it lies. Its ending is that of what came: ``.csv``, ``.xlsx``, ``.xls`` or ``.zip``.
    sha256, size : str, int
        Of its bytes.
    when : str
        When these bytes were first fetched (ISO, UTC).
    state : str
        ``fetched``, ``resumed`` (part of it had come before), ``unchanged`` (held already), or
        ``changed`` (the publisher has revised it; the earlier hash stays in the log).
    """

    wanted: Wanted
    path: Path
    sha256: str
    size: int
    when: str
    state: str


@dataclass(frozen=True, slots=True)
class _Job:
    wanted: Wanted
    folder: Path
    web: Web
    progress: Progress | None
    retries: int
    backoff: float

    @property
    def file(self) -> str:
        return self.wanted.file

    @property
    def part(self) -> Path:
        return self.folder / f"{self.file}.part"

    def patiently(self, attempt: Callable[[], T]) -> T:
        return patiently(attempt, retries=self.retries, backoff=self.backoff)

    def tell(self, at: int, total: int | None) -> None:
        if self.progress:
            self.progress(self.wanted, at, total)


def fetch(
    wanted: Sequence[Wanted],
    folder: Path,
    *,
    progress: Progress | None = None,
    retries: int = 4,
    timeout: float = 30,
    backoff: float = 0.5,
    http: urllib3.PoolManager | None = None,
    hosts: Hosts = PUBLISHERS,
) -> tuple[Fetched, ...]:
    """Fetch files into a folder, one after another.

    Parameters
    ----------
    wanted : sequence of Wanted
        See `codebreakers.sources.addresses.wanted`.
    folder : pathlib.Path
        Where to keep them; made where it does not exist.
    progress : callable, optional
        Called with the file, the bytes held so far, and the bytes there will be, where known.
    retries : int
        How often to try again after a fault that may pass.
    timeout : float
        Seconds to wait for a connection and for each further byte.
    backoff : float
        Seconds before the first further try; doubled each time. A server that says when to come
        back (Retry-After) is obeyed up to a minute, and left alone where it asks for more.
    http : urllib3.PoolManager, optional
        Connects in place of our own manager.
    hosts : Hosts
        The only hosts that may be connected to, redirects included.

    Returns
    -------
    tuple of Fetched
        In the order asked for.

    Raises
    ------
    RequestError
        Where a file's name would lie outside the folder.
    DownloadError
        At the first file that cannot be had, with how to get it by hand; those before it are kept.
    """
    for one in wanted:
        if not is_plain(one.file):
            raise RequestError(f"{one.file!r} is not the name of a file inside a folder.")
    web = Web(hosts.origins, timeout, http)
    jobs = (_Job(one, Path(folder), web, progress, retries, backoff) for one in wanted)
    return tuple(map(_fetched, jobs))


def _fetched(job: _Job) -> Fetched:
    try:
        with held(job.folder):
            return _from_first(job, _addresses(job))
    except FaultError as fault:
        raise DownloadError(
            f"The {job.wanted.dataset} table {job.file} could not be fetched: {fault}.",
            remedy=_by_hand(job),
        ) from fault
    except OSError as fault:
        raise DownloadError(
            f"{job.file} could not be kept in {job.folder}: {fault}.",
            remedy="Make room, or give a folder that can be written to.",
        ) from fault


def _by_hand(job: _Job) -> str:
    where = f"Open {job.wanted.url} in a browser"
    if job.wanted.data_set:
        where = f"Find it under {job.wanted.data_set.publication!r} at {_CATALOGUE}"
    return (
        f"{where}, save the file as {job.folder / job.file} and ingest that folder;"
        " or try again: what was fetched is kept."
    )


def _addresses(job: _Job) -> tuple[str, ...]:
    if job.wanted.data_set is None:
        return (job.wanted.url, *job.wanted.otherwise)

    def ask(url: str) -> object:
        return job.patiently(lambda: _json(job.web, url))

    return (data_set_address(job.wanted.data_set, job.wanted.url, ask),)


def _json(web: Web, url: str) -> object:
    with web.get(url, {"Accept": "application/json"}) as response:
        answer = bytearray()
        for block in decoded(url, response, web.body(url, response)):
            answer += block
            if len(answer) > LARGEST_ANSWER:
                raise RefusedError(url, f"the answer is longer than {LARGEST_ANSWER} bytes")
    try:
        found: object = json.loads(answer)
    except (ValueError, RecursionError) as fault:
        raise RefusedError(url, "the answer is not JSON") from fault
    return found


def _from_first(job: _Job, urls: Iterable[str]) -> Fetched:
    """Fetch from the first address that serves the file; the folder's lock is held."""
    absent: list[NotServedError] = []
    for url in urls:
        try:
            return _from(job, url)
        except NotServedError as fault:
            absent.append(fault)
    raise absent[0]


def _from(job: _Job, url: str) -> Fetched:
    job.part.parent.mkdir(parents=True, exist_ok=True)
    record = read(job.folder).files.get(job.file)
    intact = record if record and _is_intact(job.folder, record) else None
    known = Version(intact.url, intact.etag, intact.last_modified) if intact else None

    def begin(version: Version) -> None:
        ledger = read(job.folder)
        begun = {**ledger.unfinished, job.file: version}
        write(job.folder, replace(ledger, unfinished=begun))

    transfer = Transfer(job.web, url, job.part, known, begin, job.tell)
    version, state = job.patiently(
        lambda: transfer.attempt(read(job.folder).unfinished.get(job.file))
    )
    if intact and state == "unchanged":
        return _as_fetched(job, intact, state)
    try:
        ending = suffix(url, job.part)
    except FaultError:
        job.part.unlink()
        raise
    new = _recorded(job, version, ending, record)
    if intact and new.sha256 == intact.sha256:
        job.part.unlink()
        new, state = replace(new, path=intact.path, when=intact.when), "unchanged"
    else:
        settle(job.part, job.folder / new.path)
        if record and record.path != new.path:
            (job.folder / record.path).unlink(missing_ok=True)
        state = "changed" if record and record.sha256 != new.sha256 else state
    _log(job, new)
    return _as_fetched(job, new, state)


def _recorded(job: _Job, version: Version, ending: str, record: Record | None) -> Record:
    """Return the log's entry of the part that has come whole, after that of the one before."""
    digest = _sha256(job.part)
    earlier = record.earlier if record else ()
    if record and record.sha256 != digest:
        earlier = (Earlier(record.sha256, record.when), *earlier)
    return Record(
        path=str(PurePosixPath(job.file).with_suffix(ending)),
        url=version.url,
        sha256=digest,
        size=job.part.stat().st_size,
        when=datetime.now(UTC).isoformat(timespec="seconds"),
        etag=version.etag,
        last_modified=version.last_modified,
        earlier=earlier,
    )


def _log(job: _Job, record: Record) -> None:
    ledger = read(job.folder)
    files = {**ledger.files, job.file: record}
    unfinished = {name: one for name, one in ledger.unfinished.items() if name != job.file}
    write(job.folder, Ledger(files, unfinished))


def _as_fetched(job: _Job, record: Record, state: str) -> Fetched:
    path = job.folder / record.path
    return Fetched(job.wanted, path, record.sha256, record.size, record.when, state)


def _is_intact(folder: Path, record: Record) -> bool:
    path = folder / record.path
    return path.is_file() and path.stat().st_size == record.size and _sha256(path) == record.sha256


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
