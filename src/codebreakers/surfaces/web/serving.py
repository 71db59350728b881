"""Starting the server, and stopping it without cutting anybody off."""

from __future__ import annotations

from collections.abc import Callable

import uvicorn

from codebreakers.store import Store
from codebreakers.surfaces.pages.england import AT_ONCE
from codebreakers.surfaces.pages.routes import held_years
from codebreakers.surfaces.urls import Address
from codebreakers.surfaces.web.app import application
from codebreakers.surfaces.web.library import Library

__all__ = ["LOOPBACK", "serve"]

LOOPBACK = ("127.0.0.1", "localhost", "::1")
_BUSY = 0.5  # seconds to wait for a store that is being written
_AT_ONCE = 200
_GRACE = 10


def serve(
    store: Store,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    year: int = 0,
    seed: int = 0,
    told: Callable[[str], None] = lambda _: None,
) -> None:
    """Serve the pages of a store until the process is told to stop.

    Parameters
    ----------
    store : Store
        Read and never written.
    host : str
        Address to listen on: with another than loopback, others can read the pages too.
    port : int
    year : int
        Results year of the first page; 0 for the newest.
    seed : int
        Of everything random.
    told : callable
        Called with what a person should know.

    Raises
    ------
    CannotAnswerError
        The store holds no results.
    """
    reading = Store(store.path, wait=_BUSY)
    years = held_years(reading)
    library = Library(reading, seed=seed)
    hosts = LOOPBACK if host in LOOPBACK else ()
    app = application(library, year=year, hosts=hosts)
    if not hosts:
        told(
            f"Listening on {host}: whoever can reach this machine can read these pages. They are "
            "not encrypted, and nobody is asked for a password."
        )
    told(f"Open http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}/  (stop: Ctrl+C)")  # noqa: S104
    # The first page is worked out while the reader's browser is opened, what is quick first.
    first = Address((), year or years[-1])
    quick = library.ask(first.choosing(AT_ONCE))
    quick.add_done_callback(lambda _: library.ask(first))
    uvicorn.Server(
        uvicorn.Config(
            app,
            host=host,
            port=port,
            log_level="warning",
            access_log=False,
            server_header=False,
            limit_concurrency=_AT_ONCE,
            timeout_keep_alive=5,
            timeout_graceful_shutdown=_GRACE,
            h11_max_incomplete_event_size=16 * 1024,
        )
    ).run()
