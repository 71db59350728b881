"""Is every link of a folder of pages alive? Its files alone are asked."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from posixpath import dirname, join, normpath
from urllib.parse import unquote

__all__ = ["Dead", "dead_links"]

# Pages are drawn with every quotation mark of their words escaped: what looks like one of these
# is one. The templates set a blank before each, which is found much sooner than any white space.
_LINK = re.compile(r' (?:href|src|action)="([^"]*)"')
_ID = re.compile(r' id="([^"]*)"')
_AWAY = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Dead:
    """A link that leads nowhere.

    Parameters
    ----------
    page : str
        The file it stands in.
    link : str
        As it is written there.
    """

    page: str
    link: str


def dead_links(folder: Path, names: Iterable[str]) -> tuple[Dead, ...]:
    """Return every link of a folder's pages to a file or a place in one that is not there.

    Parameters
    ----------
    folder : Path
    names : iterable of str
        The files that may be linked to, as paths below it; of these the pages are read. A link to
        another site or to an address to write to is not followed.
    """
    there = frozenset(name for name in names if (folder / name).is_file())
    found: list[Dead] = []
    anchored: list[tuple[str, str, str]] = []
    for page in sorted(name for name in there if name.endswith(".html")):
        text = (folder / page).read_text(encoding="utf-8")
        for written in dict.fromkeys(_LINK.findall(text)):
            link = html.unescape(written)
            if _AWAY.match(link):
                continue
            path, _, anchor = link.partition("#")
            target = _target(page, path)
            if target not in there:
                found.append(Dead(page, link))
            elif anchor:
                anchored.append((target, anchor, page))
    return (*found, *_without_place(folder, anchored))


def _target(page: str, path: str) -> str:
    if not path:
        return page
    return normpath(join(dirname(page), unquote(path.partition("?")[0])))


def _without_place(folder: Path, anchored: list[tuple[str, str, str]]) -> list[Dead]:
    found: list[Dead] = []
    last, places = "", frozenset[str]()
    for target, anchor, page in sorted(anchored):
        if target != last:
            text = (folder / target).read_text(encoding="utf-8")
            last, places = target, frozenset(map(html.unescape, _ID.findall(text)))
        if unquote(anchor) not in places:
            found.append(Dead(page, f"{target}#{anchor}"))
    return found
