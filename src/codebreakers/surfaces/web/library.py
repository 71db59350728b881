"""What has been drawn, so that it is drawn once: thousands of readers, one answer."""

from __future__ import annotations

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version

from codebreakers.errors import CodebreakersError, StoreError
from codebreakers.findings import Run
from codebreakers.store import Store
from codebreakers.surfaces.drawn import draw, rows_of
from codebreakers.surfaces.pages import Page
from codebreakers.surfaces.pages.routes import page_at
from codebreakers.surfaces.urls import Address, served

__all__ = ["TYPES", "Drawn", "Library"]

TYPES = {
    "html": "text/html; charset=utf-8",
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
}
_KEPT = 256 * 2**20  # bytes of drawn pages
_WAITING = 64  # pages asked for that nobody has begun
_PAGES = 64  # pages before they are drawn
_WORKERS = 2


@dataclass(frozen=True, slots=True)
class Drawn:
    """One page as it is sent.

    Parameters
    ----------
    body : bytes
    form : str
        Of `TYPES`.
    tag : str
        The same for the same body.
    state : tuple of int
        Of the store it was drawn from.
    """

    body: bytes
    form: str
    tag: str
    state: tuple[int, ...]


class Library:
    """Draws each page once for each state of the store, a few at a time.

    Attributes
    ----------
    store : Store
        What is read.
    made_up : bool
        Whether it is about Example England, as far as the last page drawn knew.

    Parameters
    ----------
    store : Store
        Read and never written.
    seed : int
        Of everything random.
    make : callable
        Makes a page of an address; another may be given for tests.
    """

    def __init__(
        self, store: Store, *, seed: int = 0, make: Callable[[Store, Address], Page] = page_at
    ) -> None:
        self.store = store
        self.made_up = any(release.made_up for release in store.releases())
        self._make = make
        self._seed = seed
        self._lock = threading.Lock()
        self._drawn: OrderedDict[str, Drawn] = OrderedDict()
        self._size = 0
        self._pages: OrderedDict[str, tuple[tuple[int, ...], Page]] = OrderedDict()
        self._begun: dict[str, Future[Drawn]] = {}
        self._workers = ThreadPoolExecutor(_WORKERS, thread_name_prefix="pages")

    def close(self) -> None:
        """Begin no other page, and wait for none."""
        self._workers.shutdown(wait=False, cancel_futures=True)

    def at_hand(self, address: Address, *, old: bool = False) -> Drawn | None:
        """Return a page that has been drawn of the store as it is now.

        With `old`, also one of the store as it was: while a release is read in, readers have that.
        """
        with self._lock:
            found = self._drawn.get(served(address))
            if found is None or not (old or found.state == self.store.stamp()):
                return None
            self._drawn.move_to_end(served(address))
            return found

    def ask(self, address: Address) -> Future[Drawn]:
        """Return the promise of a page; two who ask at once wait for the same one.

        Raises
        ------
        StoreError
            More pages are waited for than can be drawn soon.
        """
        key = served(address)
        with self._lock:
            if key in self._begun:
                return self._begun[key]
            if len(self._begun) >= _WAITING:
                raise StoreError(
                    "More pages are being worked out than this machine can do at once.",
                    remedy="Ask again in a minute.",
                )
            found = self._workers.submit(self._draw, address)
            self._begun[key] = found
        found.add_done_callback(lambda done: self._keep(key, done))
        return found

    def _keep(self, key: str, done: Future[Drawn]) -> None:
        with self._lock:
            self._begun.pop(key, None)
            if done.cancelled() or done.exception():
                return
            before = self._drawn.pop(key, None)
            self._drawn[key] = done.result()
            self._size += len(done.result().body) - (len(before.body) if before else 0)
            while self._size > _KEPT:
                self._size -= len(self._drawn.popitem(last=False)[1].body)

    def _page(self, address: Address) -> tuple[tuple[int, ...], Page]:
        """Return the page before it is drawn: its three forms are of one answer."""
        state, key = self.store.stamp(), served(address)
        with self._lock:
            held = self._pages.get(key)
        if held is None or held[0] != state:
            held = (state, self._make(self.store, address))
            self.made_up = held[1].made_up
        with self._lock:
            self._pages[key] = held
            self._pages.move_to_end(key)
            while len(self._pages) > _PAGES:
                self._pages.popitem(last=False)
        return held

    def _draw(self, address: Address) -> Drawn:
        state, page = self._page(address.to("html"))
        run = Run(version("codebreakers"), self._seed, self.store.path.name, page.sources)
        if address.form == "json":
            text = json.dumps(page.to_json(run), ensure_ascii=False, allow_nan=False)
        else:
            text = draw(page, run) if address.form == "html" else rows_of(page)
        body = text.encode("utf-8")
        return Drawn(body, address.form, hashlib.sha256(body).hexdigest()[:20], state)


def status_of(error: CodebreakersError) -> int:
    """Return the status an error is answered with."""
    return {"unknown-name": 404, "request": 400, "cannot-answer": 404}.get(error.kind, 503)
