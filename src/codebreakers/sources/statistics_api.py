"""The statistics API: from the titles of a publication and a data set to the data set's CSV.

It is walked by title because identifiers are not declared here, and every answer is checked
before it is believed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from codebreakers.sources import academic_year
from codebreakers.sources.asking import NotServedError, RefusedError

__all__ = ["DataSet", "data_set_address"]

_PAGES = 50
_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_VERSION = re.compile(r"\d{1,4}(\.\d{1,4}){1,2}")
_PERIOD = re.compile(r"(\d{4})/(?:\d{2}|\d{4})")


@dataclass(frozen=True, slots=True)
class DataSet:
    """A data set of the statistics API, by its titles.

    Parameters
    ----------
    publication : str
        Title of the publication.
    words : tuple of str
        What the data set's title has, and no other title of that publication.
    years : tuple of int
        Results years that it must hold.
    """

    publication: str
    words: tuple[str, ...]
    years: tuple[int, ...] = ()


def data_set_address(data_set: DataSet, url: str, ask: Callable[[str], object]) -> str:
    """Walk the statistics API to the CSV of a data set's latest version.

    Parameters
    ----------
    data_set : DataSet
        What to look for.
    url : str
        The API's list of publications.
    ask : callable
        Returns the JSON at an address.

    Returns
    -------
    str
        Its address.

    Raises
    ------
    NotServedError
        Where no publication or not exactly one data set has such a title, or a year is not in it.
    RefusedError
        Where an answer is not what the API describes.
    """
    title = data_set.publication.casefold()
    publications = [
        one for one in _listed(url, ask) if _text(url, one, "title").casefold() == title
    ]
    if len(publications) != 1:
        raise NotServedError(
            url, f"the statistics API has {len(publications)} publications {data_set.publication!r}"
        )
    below = f"{url}/{_text(url, publications[0], 'id', _ID)}/data-sets"
    offered = {_text(below, one, "title"): one for one in _listed(below, ask)}
    fitting = [name for name in offered if all(w in name.casefold() for w in data_set.words)]
    if len(fitting) != 1:
        raise NotServedError(
            below,
            f"{len(fitting)} of its data sets are called {' and '.join(map(repr, data_set.words))};"
            f" it has {', '.join(repr(name[:100]) for name in list(offered)[:20]) or 'none'}",
        )
    latest = offered[fitting[0]].get("latestVersion")
    if not isinstance(latest, dict):
        raise RefusedError(below, "a data set has no latest version")
    _check_periods(below, latest, data_set.years)
    root = url.removesuffix("/publications")
    version = _text(below, latest, "version", _VERSION)
    known = _text(below, offered[fitting[0]], "id", _ID)
    return f"{root}/data-sets/{known}/csv?dataSetVersion={version}"


def _listed(url: str, ask: Callable[[str], object]) -> Iterator[dict[str, object]]:
    for page in range(1, _PAGES + 1):
        answer = ask(f"{url}?page={page}")
        paging = answer.get("paging") if isinstance(answer, dict) else None
        results = answer.get("results") if isinstance(answer, dict) else None
        pages = paging.get("totalPages") if isinstance(paging, dict) else None
        if type(pages) is not int or not isinstance(results, list):
            raise RefusedError(url, "this is not a page of results")
        for one in results:
            if not isinstance(one, dict):
                raise RefusedError(url, "a result is not an object")
            yield one
        if page >= pages:
            return
    raise RefusedError(url, f"it has more than {_PAGES} pages")


def _text(
    url: str, given: dict[str, object], name: str, form: re.Pattern[str] | None = None
) -> str:
    value = given.get(name)
    if not isinstance(value, str) or (form and not form.fullmatch(value)):
        raise RefusedError(url, f"a result's {name} is {str(value)[:100]!r}")
    return value


def _check_periods(url: str, latest: dict[str, object], years: tuple[int, ...]) -> None:
    """Refuse years outside the version's periods, where those are written as academic years."""
    periods = latest.get("timePeriods")
    ends = [periods.get(end) for end in ("start", "end")] if isinstance(periods, dict) else []
    read = [_PERIOD.fullmatch(end) for end in ends if isinstance(end, str)]
    if len(read) != 2 or not read[0] or not read[1]:
        return  # the file itself says which years it holds
    first, last = (int(period[1]) + 1 for period in (read[0], read[1]))
    outside = [academic_year(year) for year in years if not first <= year <= last]
    if outside:
        raise NotServedError(
            url,
            f"the data set has {academic_year(first)} to {academic_year(last)},"
            f" not {', '.join(outside)}",
        )
