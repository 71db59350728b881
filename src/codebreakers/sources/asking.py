"""One guarded GET: known hosts only, certificates checked, proxies honoured, nothing unbounded.

Faults raised here are for the modules of this room; `download` turns them into a `DownloadError`
that says which file was wanted and how to get it by hand.
"""

from __future__ import annotations

import re
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import unquote, urljoin
from urllib.request import getproxies, proxy_bypass

import urllib3
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    InvalidHeader,
    LocationParseError,
    NameResolutionError,
    NewConnectionError,
    ReadTimeoutError,
    SSLError,
)
from urllib3.response import BaseHTTPResponse
from urllib3.util import Retry, Url, make_headers, parse_url

__all__ = [
    "FaultError",
    "NotServedError",
    "PassingError",
    "RefusedError",
    "Web",
    "origin",
    "patiently",
]

T = TypeVar("T")

REDIRECTS = 5
LONGEST_WAIT = 60.0  # seconds: a server that asks for longer is left alone instead
LONGEST_TRANSFER = 3600.0  # seconds: a body may be slow, but not for ever
BLOCK = 1 << 16

_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
_ABSENT = frozenset({404, 410})
_PLAIN_URL = re.compile(r"[\x21-\x7e]{1,4000}")
_PORTS = {"http": 80, "https": 443}
_HEADERS = {"User-Agent": "codebreakers", "Accept-Encoding": "identity"}
_WORDS: tuple[tuple[type[HTTPError], str], ...] = (
    (NameResolutionError, "the host's name could not be found (is there a network?)"),
    (NewConnectionError, "no connection could be made (is there a network?)"),
    (ConnectTimeoutError, "no connection was made in time"),
    (ReadTimeoutError, "the server stopped sending"),
)


class FaultError(Exception):
    """A request that did not give what was asked for, and why."""

    def __init__(self, url: str, reason: str) -> None:
        self.url = url
        self.reason = reason
        super().__init__(f"{url}: {reason}")


class PassingError(FaultError):
    """A fault that may pass: asked again after `wait` seconds, or the usual pause."""

    def __init__(self, url: str, reason: str, wait: float | None = None) -> None:
        self.wait = wait
        super().__init__(url, reason)


class NotServedError(FaultError):
    """An address that does not serve the file; another may."""


class RefusedError(FaultError):
    """What came, or where it would come from, is not to be accepted."""


def origin(url: str) -> str:
    """Return scheme, host and port of an address, as it will be connected to.

    Raises
    ------
    RefusedError
        Where it is not a plain http or https address, or carries a user name.
    """
    there = _parsed(url)
    return f"{there.scheme}://{there.host}:{there.port or _PORTS[str(there.scheme)]}"


def _parsed(url: str) -> Url:
    if not _PLAIN_URL.fullmatch(url):
        raise RefusedError(repr(url[:200]), "this is not a web address")
    try:
        there = parse_url(url)
    except LocationParseError as fault:
        raise RefusedError(url, "this is not a web address") from fault
    if there.scheme not in _PORTS or not there.host or there.auth:
        raise RefusedError(url, "this is not an http or https address of a host alone")
    return there


@dataclass(frozen=True, slots=True)
class Web:
    """The web, as far as it may be asked.

    Parameters
    ----------
    origins : frozenset of str
        Where a request, first or redirected, may go; see `origin`.
    timeout : float
        Seconds to wait for a connection, and for each further byte.
    http : urllib3.PoolManager, optional
        Connects instead of the manager made here (which checks certificates against the system's
        authorities and goes through the proxy that the environment names).
    """

    origins: frozenset[str]
    timeout: float
    http: urllib3.PoolManager | None = None
    _managers: dict[str, urllib3.PoolManager] = field(default_factory=dict)

    @contextmanager
    def get(self, url: str, headers: Mapping[str, str]) -> Iterator[BaseHTTPResponse]:
        """Ask for `url`, following redirects among the known hosts; the body is not yet read.

        Yields
        ------
        BaseHTTPResponse
            Its status is 200, 206, 304 or 416.

        Raises
        ------
        FaultError
            One of its three kinds.
        """
        asked = url
        for _ in range(REDIRECTS + 1):
            response = self._send(url, headers)
            onward = response.get_redirect_location()
            if not onward:
                break
            response.close()
            url = urljoin(url, onward)
        else:
            raise RefusedError(asked, f"it was redirected more than {REDIRECTS} times")
        try:
            _check_status(url, response)
            yield response
        finally:
            response.close()

    def body(self, url: str, response: BaseHTTPResponse) -> Iterator[bytes]:
        """Yield the body as it was sent, in blocks of at most `BLOCK` bytes.

        Raises
        ------
        PassingError
            Where it stalls, breaks off, or takes longer than `LONGEST_TRANSFER`.
        """
        deadline = time.monotonic() + LONGEST_TRANSFER
        try:
            # read1 returns what has come: read would wait for a full block, out of the
            # deadline's sight, for as long as a byte arrives now and then.
            while block := response.read1(BLOCK, decode_content=False):
                yield block
                if time.monotonic() > deadline:
                    raise PassingError(url, f"it took over {LONGEST_TRANSFER:.0f} seconds")
        except HTTPError as fault:
            raise PassingError(url, _in_words(fault, "the connection broke off")) from fault

    def _send(self, url: str, headers: Mapping[str, str]) -> BaseHTTPResponse:
        if origin(url) not in self.origins:
            raise RefusedError(url, "this is not one of the hosts the tables are published on")
        try:
            return self._manager(url).request(
                "GET",
                url,
                headers={**_HEADERS, **headers},
                redirect=False,
                retries=False,
                preload_content=False,
                decode_content=False,
                timeout=self.timeout,
            )
        except SSLError as fault:
            raise RefusedError(url, f"its certificate could not be verified ({fault})") from fault
        except HTTPError as fault:
            raise PassingError(url, _in_words(fault, f"the request failed ({fault})")) from fault

    def _manager(self, url: str) -> urllib3.PoolManager:
        if self.http is not None:
            return self.http
        there = _parsed(url)
        proxies = getproxies()
        proxy = proxies.get(str(there.scheme)) or proxies.get("all", "")
        if proxy and proxy_bypass(str(there.host)):
            proxy = ""
        if proxy not in self._managers:
            self._managers[proxy] = _open(proxy)
        return self._managers[proxy]


def _open(proxy: str) -> urllib3.PoolManager:
    context = ssl.create_default_context()
    if not proxy:
        return urllib3.PoolManager(ssl_context=context)
    try:
        there = parse_url(proxy if "://" in proxy else f"http://{proxy}")
    except LocationParseError as fault:  # not repeated here: a proxy's address may hold a password
        raise RefusedError("the proxy in the environment", "this is not an address") from fault
    if there.scheme not in _PORTS:
        raise RefusedError(f"{there.scheme}://{there.host}", "only http and https proxies are used")
    headers = make_headers(proxy_basic_auth=unquote(there.auth)) if there.auth else None
    address = there._replace(auth=None).url
    return urllib3.ProxyManager(address, proxy_headers=headers, ssl_context=context)


def _check_status(url: str, response: BaseHTTPResponse) -> None:
    status = response.status
    if status in (200, 206, 304, 416):
        return
    if status in _ABSENT:
        raise NotServedError(url, f"the server has no such file (status {status})")
    if status in _PASSING:
        raise PassingError(url, f"the server answered {status}", _retry_after(url, response))
    raise RefusedError(url, f"the server answered {status}")


def _retry_after(url: str, response: BaseHTTPResponse) -> float | None:
    given = response.headers.get("Retry-After")
    if given is None:
        return None
    try:
        wait = float(Retry().parse_retry_after(given))
    except InvalidHeader:
        return None  # a server that cannot say when is asked again after the usual pause
    if wait > LONGEST_WAIT:
        raise RefusedError(url, f"the server asks to be left alone for {wait:.0f} seconds")
    return wait


def _in_words(fault: HTTPError, otherwise: str) -> str:
    return next((words for kind, words in _WORDS if isinstance(fault, kind)), otherwise)


def patiently(attempt: Callable[[], T], *, retries: int, backoff: float) -> T:
    """Return what `attempt` gives, trying again after faults that may pass.

    Parameters
    ----------
    attempt : callable
        What to try.
    retries : int
        How often to try again.
    backoff : float
        Seconds before the first further try; doubled each time, up to `LONGEST_WAIT`.

    Raises
    ------
    PassingError
        The last one, when no tries are left.
    """
    for tried in range(retries):
        try:
            return attempt()
        except PassingError as fault:
            pause = min(backoff * 2**tried, LONGEST_WAIT)
            time.sleep(pause if fault.wait is None else fault.wait)
    return attempt()
