"""A publisher's server on the loopback, as well or as badly behaved as a test asks.

It answers a bounded number of requests on threads that end with the process, and stops when the
``with`` block does.
"""

from __future__ import annotations

import gzip
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MOST_REQUESTS = 100
LONGEST_STALL = 5.0  # seconds


@dataclass
class Site:
    """What is served: by path (without its query) an answer, and the requests that came."""

    origin: str = ""
    answers: dict[str, Answer] = field(default_factory=dict)
    requests: list[tuple[str, Message]] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)
    tally: threading.Lock = field(default_factory=threading.Lock)

    def url(self, path: str) -> str:
        return f"{self.origin}{path}"

    def paths(self) -> list[str]:
        return [path for path, _ in self.requests]

    def asked(self, name: str) -> list[str | None]:
        """The value of one header in each request."""
        return [headers.get(name) for _, headers in self.requests]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    site: Site

    def do_GET(self) -> None:
        self.close_connection = True
        with self.site.tally:
            self.site.requests.append((self.path, self.headers))
            number = len(self.site.requests)
        answer = self.site.answers.get(self.path.partition("?")[0], status(404))
        (status(403) if number > MOST_REQUESTS else answer)(self)

    def head(self, code: int, headers: Mapping[str, str]) -> None:
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Say nothing: the tests read `Site.requests`."""


class QuietServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that hang up: that is what several tests make them do."""


Answer = Callable[[Handler], None]


def status(code: int, headers: Mapping[str, str] | None = None, body: bytes = b"no") -> Answer:
    def answer(handler: Handler) -> None:
        handler.head(code, {"Content-Length": str(len(body)), **(headers or {})})
        handler.wfile.write(body)

    return answer


def redirect(to: str) -> Answer:
    return status(302, {"Location": to})


def file(data: bytes, *, etag: str = "", modified: str = "", ranges: bool = True) -> Answer:
    """A well-behaved server: conditional requests, and ranges where `ranges`."""
    given = {"ETag": etag, "Last-Modified": modified}
    validators = {name: value for name, value in given.items() if value}

    def answer(handler: Handler) -> None:
        asked = handler.headers
        if etag and asked.get("If-None-Match") == etag:
            handler.head(304, validators)
            return
        start = asked.get("Range", "").removeprefix("bytes=").removesuffix("-")
        if ranges and start and asked.get("If-Range") in (etag, modified):
            if int(start) >= len(data):
                status(416)(handler)
                return
            where = f"bytes {start}-{len(data) - 1}/{len(data)}"
            rest = data[int(start) :]
            status(206, {**validators, "Content-Range": where}, rest)(handler)
            return
        status(200, validators, data)(handler)

    return answer


def cut(data: bytes, at: int, *, etag: str = "", modified: str = "") -> Answer:
    """Promise all of `data`, send the first `at` bytes, hang up."""
    given = {"Content-Length": str(len(data)), "ETag": etag, "Last-Modified": modified}

    def answer(handler: Handler) -> None:
        handler.head(200, {name: value for name, value in given.items() if value})
        handler.wfile.write(data[:at])

    return answer


def stall(data: bytes, at: int, *, etag: str = "") -> Answer:
    """Send the first `at` bytes and then nothing, the connection open."""

    def answer(handler: Handler) -> None:
        cut(data, at, etag=etag)(handler)
        handler.wfile.flush()
        handler.site.stopping.wait(LONGEST_STALL)

    return answer


def drip(data: bytes, seconds: float) -> Answer:
    """Send one byte at a time, always in time for the next."""

    def answer(handler: Handler) -> None:
        handler.head(200, {"Content-Length": str(len(data))})
        for byte in data[: int(LONGEST_STALL / seconds)]:
            if handler.site.stopping.wait(seconds):
                return
            try:
                handler.wfile.write(bytes([byte]))
            except OSError:  # the client has gone, as it should
                return

    return answer


def chunked(data: bytes, *, whole: bool = True) -> Answer:
    def answer(handler: Handler) -> None:
        handler.head(200, {"Transfer-Encoding": "chunked"})
        handler.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        if whole:
            handler.wfile.write(b"0\r\n\r\n")

    return answer


def endless(data: bytes) -> Answer:
    """Send a body whose end is only the end of the connection."""

    def answer(handler: Handler) -> None:
        handler.head(200, {"Connection": "close"})
        handler.wfile.write(data)

    return answer


def gzipped(data: bytes, *, at: int | None = None, etag: str = "") -> Answer:
    """Compressed although nobody asked; cut off after `at` bytes, the length fitting."""
    body = gzip.compress(data)[:at]
    return status(200, {"Content-Encoding": "gzip", **({"ETag": etag} if etag else {})}, body)


def each(*answers: Answer) -> Answer:
    """One answer a request; the last for all that follow."""
    left = list(answers)
    turn = threading.Lock()

    def answer(handler: Handler) -> None:
        with turn:
            now = left.pop(0) if len(left) > 1 else left[0]
        now(handler)

    return answer


@contextmanager
def serving(context: ssl.SSLContext | None = None) -> Iterator[Site]:
    site = Site()
    handler = type("SiteHandler", (Handler,), {"site": site})
    server = QuietServer(("127.0.0.1", 0), handler)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    site.origin = f"{'https' if context else 'http'}://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.02), daemon=True)
    thread.start()
    try:
        yield site
    finally:
        site.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join(5)
