"""The pages as files: the same as on a server, and none is needed.

A folder of them works from a disc, from a memory stick and below any address of any web server.
Begun again it goes on where it stopped, and makes only what has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from codebreakers.errors import CodebreakersError
from codebreakers.peers.population import Scope
from codebreakers.store import Store
from codebreakers.surfaces.publish.folder import Folder
from codebreakers.surfaces.publish.links import dead_links
from codebreakers.surfaces.publish.making import Maker
from codebreakers.surfaces.publish.plan import Plan, planned
from codebreakers.surfaces.publish.replies import contact_of

__all__ = ["Published", "publish"]

Started = Callable[[int], Callable[[str], None]]


@dataclass(frozen=True, slots=True)
class Published:
    """What became of a folder of pages.

    Parameters
    ----------
    first : Path
        The file to open.
    years : tuple of int
        Results years, in order.
    pages, written, unchanged, removed : int
        Pages there are; files written, there already, and taken away because no page needs them.
    left_out : tuple of str
        In words, what was asked for and is not there.
    """

    first: Path
    years: tuple[int, ...]
    pages: int
    written: int
    unchanged: int
    removed: int
    left_out: tuple[str, ...] = field(default=())


def publish(
    store: Store,
    folder: str | Path,
    *,
    years: tuple[int, ...] | None = None,
    scope: Scope | None = None,
    more: bool = False,
    indexed: bool = False,
    report_to: str = "",
    comments: Mapping[str, str] | None = None,
    started: Started | None = None,
) -> Published:
    """Write the pages of a store as files.

    Parameters
    ----------
    store : Store
        Where to read.
    folder : str or Path
        Where to; made where it is not there. It is empty, or was published to before.
    years : tuple of int, optional
        Results years; by default the newest that has results.
    scope : Scope, optional
        Which schools have a page, and with them their authorities and trusts; all by default.
    more : bool
        Whether each school has the pages `plan.MORE` besides.
    indexed : bool
        Whether search engines may list the pages of schools.
    report_to : str
        Whom errors are told to: an e-mail address, or the address of a page.
    comments : mapping of str to str, optional
        What schools say of their pages, by URN.
    started : callable, optional
        Called with how many pages there will be; returns what is called with each page's name.

    Returns
    -------
    Published

    Raises
    ------
    UnknownNameError
        No year asked for is held, or the scope names what is not there.
    RequestError
        The folder holds other files or cannot be written to; `report_to` is no address.
    CannotAnswerError
        The store holds no results.
    """
    contact = contact_of(report_to)
    with store.reading():
        plan = planned(store, years, scope or Scope(), more=more)
        target = Folder(Path(folder))
        maker = Maker(store, plan, scope or Scope(), contact, dict(comments or {}), indexed=indexed)
        step = None if started is None else started(len(plan.pages))
        maker.put_files(target)
        for address in plan.pages:
            if step is not None:
                step(maker.name(address))
            maker.put(target, address)
    target.finish()
    _check(target)
    return _published(plan, target, comments or {})


def _check(target: Folder) -> None:
    dead = dead_links(target.path, target.names())
    if dead:
        raise CodebreakersError(
            f"{len(dead):,} links of these pages lead nowhere, such as {dead[0].link} in "
            f"{dead[0].page}.",
            remedy="The pages are written. This is a mistake of codebreakers: please report it.",
        )


def _published(plan: Plan, target: Folder, comments: Mapping[str, str]) -> Published:
    schools = {address.place[1] for address in plan.pages if address.place[:1] == ("schools",)}
    unread = [urn for urn in comments if urn not in schools]
    return Published(
        target.path / "index.html",
        plan.years,
        len(plan.pages),
        target.written,
        target.unchanged,
        target.removed,
        (
            *plan.left_out,
            *(f"The comment of {urn} stands nowhere: the school has no page." for urn in unread),
        ),
    )
