"""Makes each page's files, where they are not there as they should be."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import date
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

from codebreakers.errors import CannotAnswerError
from codebreakers.findings import Run
from codebreakers.peers.population import Scope
from codebreakers.sources import academic_year
from codebreakers.store import Store
from codebreakers.surfaces.drawn import HERE, draw, rows_of
from codebreakers.surfaces.pages import Contact, Page
from codebreakers.surfaces.pages.declared import QUESTIONS
from codebreakers.surfaces.pages.questions import Asked
from codebreakers.surfaces.pages.routes import held_years, page_at
from codebreakers.surfaces.publish.folder import Folder
from codebreakers.surfaces.publish.own import finding_page, first_page, unanswered_page
from codebreakers.surfaces.publish.plan import Plan
from codebreakers.surfaces.publish.replies import replies
from codebreakers.surfaces.publish.still import SEARCH_SCRIPT, place_of, still, twins_of
from codebreakers.surfaces.urls import Address, filed

__all__ = ["Maker"]

_STATIC = ("govuk.css", "codebreakers.css", "icon.svg", SEARCH_SCRIPT)


class Maker:
    """Makes the pages of a plan.

    Parameters
    ----------
    store : Store
    plan : Plan
    scope : Scope
        Which schools have a page.
    contact : Contact, optional
        Whom errors are told to.
    comments : dict of str to str
        What schools say, by URN.
    indexed : bool
        Whether search engines may list the pages of schools.
    """

    def __init__(
        self,
        store: Store,
        plan: Plan,
        scope: Scope,
        contact: Contact | None,
        comments: dict[str, str],
        *,
        indexed: bool,
    ) -> None:
        self._store = store
        self._plan = plan
        self._scope = scope
        self._contact = contact
        self._comments = comments
        self._indexed = indexed
        self._published = frozenset(plan.pages)
        self._held = held_years(store)
        self._made_up = any(release.made_up for release in store.releases())
        self._version = version("codebreakers")

    def name(self, address: Address) -> str:
        """Return what a page is called while it is made."""
        return " ".join((*address.place, str(address.year or ""))).strip() or "first page"

    def put_files(self, folder: Folder) -> None:
        """Put the files beside the pages into the folder."""
        files = {f"static/{name}": (HERE / "static" / name).read_bytes() for name in _STATIC}
        folder.put("static", "", files)

    def put(self, folder: Folder, address: Address) -> None:
        """Put a page and its twins into the folder, unless they are there as they should be."""
        name, given = filed(address), self._given(address)
        if folder.keeps(name, given):
            return
        page = still(self._page(address), self._published)
        run = Run(self._version, 0, self._store.path.name, page.sources)
        files = {name: draw(page, run, place_of(page, self._published))}
        for twin in twins_of(page):
            files[filed(twin)] = (
                rows_of(page)
                if twin.form == "csv"
                else json.dumps(page.to_json(run), ensure_ascii=False, allow_nan=False)
            )
        folder.put(name, given, {path: text.encode() for path, text in files.items()})

    def _page(self, address: Address) -> Page:
        asked = Asked(self._store, address.year, self._held, self._made_up)
        if not address.place and not address.year:
            return first_page(replace(asked, year=self._plan.newest), self._plan.years)
        if address.place == ("search",):
            return finding_page(asked, self._scope)
        try:
            page = page_at(self._store, address)
        except CannotAnswerError as error:
            page = unanswered_page(asked, address, _title(asked, address), error)
        if address.place[:1] != ("schools",):
            return page
        said = replies(page, self._contact, self._comments.get(address.place[1], ""))
        return replace(page, sections=(*page.sections, *said), indexed=self._indexed)

    def _given(self, address: Address) -> str:
        comment = self._comments.get(address.place[1], "") if len(address.place) > 1 else ""
        said = "\n".join((self._of_all, filed(address), comment))
        return hashlib.sha256(said.encode()).hexdigest()

    @cached_property
    def _of_all(self) -> str:
        """What every page is made from: tables, code, the other pages, and the day's year."""
        contact = self._contact
        said = (
            self._version,
            _code(),
            self._store.path.name,
            # A page says how old its results are.
            str(date.today().year),
            str(self._indexed),
            contact.href if contact else "",
            *map(repr, self._store.releases()),
            *sorted(map(filed, self._plan.pages)),
        )
        return hashlib.sha256("\n".join(said).encode()).hexdigest()


def _title(asked: Asked, address: Address) -> str:
    if address.place[:1] == ("questions",):
        return QUESTIONS[address.place[1]].words
    return f"{asked.country}, {academic_year(address.year)} {' '.join(address.place)}".strip()


def _code() -> str:
    """Return a digest of everything of ours that makes a page."""
    ours = Path(HERE).parent
    digest = hashlib.sha256()
    for path in sorted(ours.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(path.relative_to(ours).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
