"""Requests and answers: nothing here knows what stands on a page."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from concurrent.futures import Future
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response

from codebreakers.errors import CodebreakersError, RequestError, StoreError, UnknownNameError
from codebreakers.findings import Run
from codebreakers.surfaces.drawn import HERE, draw
from codebreakers.surfaces.pages import Choice, Link, Page, Section
from codebreakers.surfaces.pages.asked import LONGEST
from codebreakers.surfaces.pages.declared import QUESTIONS
from codebreakers.surfaces.pages.england import AT_ONCE
from codebreakers.surfaces.pages.routes import PATTERNS, held_years
from codebreakers.surfaces.urls import FORMS, Address, served
from codebreakers.surfaces.web.guard import Guard
from codebreakers.surfaces.web.library import TYPES, Drawn, Library, status_of

__all__ = ["application"]

_PATIENCE = 0.5  # seconds that a reader looks at nothing
_AT_MOST = 60.0  # seconds that a program waits
_WORKING = (
    "This page is being worked out for the first time, on some thousands of draws of every "
    "school's level. It will be here in some seconds, by itself."
)
_STATIC = {
    "govuk.css": "text/css; charset=utf-8",
    "codebreakers.css": "text/css; charset=utf-8",
    "htmx.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}


def application(library: Library, *, year: int = 0, hosts: Iterable[str] = ()) -> FastAPI:
    """Return the server of a store's pages.

    Parameters
    ----------
    library : Library
        Draws the pages.
    year : int
        Results year of the first page; 0 for the newest.
    hosts : iterable of str
        Names this server goes by; empty for any.
    """

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        yield
        library.close()

    app = FastAPI(
        title="codebreakers",
        version=version("codebreakers"),
        description="The JSON twin of every page.",
        docs_url=None,
        redoc_url=None,
        lifespan=life,
    )
    app.add_middleware(Guard, hosts=tuple(hosts))
    files = {name: (HERE / "static" / name).read_bytes() for name in _STATIC}

    @app.get("/static/{name}", include_in_schema=False)
    async def static(name: str) -> Response:
        if name not in files:
            return _failed(UnknownNameError("file", name[:80], list(files)), "html", library)
        seen = {"Cache-Control": "max-age=3600"}
        return Response(files[name], media_type=_STATIC[name], headers=seen)

    @app.get("/", include_in_schema=False)
    async def first() -> Response:
        return RedirectResponse(served(Address((), year or await _newest(library))))

    async def page(request: Request) -> Response:
        form = "html"
        try:
            address = _address(request)
            form = address.form
            return await _answer(request, address, library)
        except CodebreakersError as error:
            return _failed(error, form, library)

    for path, extra in _documented(library):
        app.get(path, openapi_extra=extra, response_class=Response)(page)
    app.get("/{path:path}", include_in_schema=False)(page)
    return app


async def _newest(library: Library) -> int:
    years = await asyncio.to_thread(held_years, library.store)
    return years[-1]


def _address(request: Request) -> Address:
    """Return the address that was asked for."""
    *parts, last = request.url.path.strip("/").split("/")
    form = "html"
    stem, dot, end = last.rpartition(".")
    if dot and end in FORMS:
        last, form = stem, end
    place = tuple(part for part in (*parts, last) if part)
    year = 0
    if place and place[0].isdecimal():
        year, place = int(place[0][:6]), place[1:]
    given = request.query_params.multi_items()
    names = [name for name, _ in given]
    if len(set(names)) < len(names):
        raise RequestError("One choice is made twice in that address.")
    return Address(place, year, tuple((n, v) for n, v in given if v.strip()), form)


async def _answer(request: Request, address: Address, library: Library) -> Response:
    found = library.at_hand(address)
    if found is None:
        promise = library.ask(address)
        found = await _waited(promise, address, library, _patience(request, address))
    if found is None:
        if address.form == "html":
            return await _meanwhile(address, library)
        raise StoreError("It is taking longer than a minute.", remedy="Ask again: it goes on.")
    tag = f'"{found.tag}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    if address.form == "csv":
        name = "-".join(str(part) for part in (address.year, *address.place) if part)
        headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return Response(found.body, media_type=TYPES[found.form], headers=headers)


def _patience(request: Request, address: Address) -> float:
    if address.form != "html" or "hx-request" in request.headers:
        return _AT_MOST
    # Of a whole country there is something else to read at once.
    return _PATIENCE if address.place else 0.0


async def _waited(
    promise: Future[Drawn], address: Address, library: Library, seconds: float
) -> Drawn | None:
    """Return the page, or what there is of the store as it was, or None where it takes longer."""
    try:
        return await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(promise)), seconds)
    except TimeoutError:
        return library.at_hand(address, old=True)
    except StoreError:
        before = library.at_hand(address, old=True)
        if before is None:
            raise
        return before


def _run(library: Library) -> Run:
    return Run(version("codebreakers"), 0, library.store.path.name, ())


async def _meanwhile(address: Address, library: Library) -> Response:
    """Answer a reader whose page takes longer: it is asked for again by itself."""
    soon = {"Refresh": "2", "Cache-Control": "no-store"}
    if not address.place:
        quick = library.ask(address.choosing(AT_ONCE))
        found = await _waited(quick, address, library, _AT_MOST)
        if found is not None:
            return Response(found.body, media_type=TYPES["html"], headers=soon)
    body = draw(_waiting(address, library), _run(library))
    return Response(body, 202, media_type=TYPES["html"], headers=soon | {"Retry-After": "2"})


def _waiting(address: Address, library: Library) -> Page:
    return Page(
        address,
        "Working it out",
        (
            Section(
                prose=(_WORKING,),
                links=(Link("Look again now", address),),
            ),
        ),
        indexed=False,
        made_up=library.made_up,
    )


def _failed(error: CodebreakersError, form: str, library: Library) -> Response:
    """Answer with what went wrong, what there is, and what to do."""
    status = status_of(error)
    headers = {"Cache-Control": "no-store"} | ({"Retry-After": "5"} if status == 503 else {})
    if form == "json":
        body = json.dumps(error.to_dict(), ensure_ascii=False)
        return Response(body, status, media_type=TYPES["json"], headers=headers)
    there = f"There is: {', '.join(error.available[:12])}." if error.available else ""
    page = Page(
        Address(),
        "That cannot be shown",
        (Section(prose=(error.message, there, error.remedy)),),
        indexed=False,
        made_up=library.made_up,
    )
    body = draw(page, _run(library))
    return Response(body, status, media_type=TYPES["html"], headers=headers)


def _documented(library: Library) -> Iterable[tuple[str, dict[str, Any]]]:
    """Yield the path of each kind of JSON twin, with what may be chosen there."""
    years = held_years(library.store)
    for pattern in PATTERNS:
        stars = [f"name{i or ''}" for i in range(pattern.place.count("*"))]
        names = iter(stars)
        place = [f"{{{next(names)}}}" if part == "*" else part for part in pattern.place]
        parts = (["{year}"] if pattern.of_year else []) + place
        inside = [_parameter("path", n, {"type": "string", "maxLength": 120}) for n in stars]
        if pattern.of_year:
            inside.append(_parameter("path", "year", {"type": "integer", "enum": list(years)}))
        if pattern.place[:1] == ("questions",) and years:
            chosen = QUESTIONS[pattern.place[1]].choices(library.store, years[-1])
            inside += [_parameter("query", choice.name, _kind(choice)) for choice in chosen]
        yield "/" + "/".join(parts) + ".json", {"parameters": inside}


def _parameter(place: str, name: str, kind: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": place, "required": place == "path", "schema": kind}


def _kind(choice: Choice) -> dict[str, Any]:
    if choice.kind == "select":
        return {"type": "string", "enum": [value for value, _ in choice.options]}
    if choice.kind == "text":
        return {"type": "string", "maxLength": LONGEST}
    return {"type": "number", "minimum": choice.low, "maximum": choice.high}
