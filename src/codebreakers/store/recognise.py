"""What table a file is, from its columns alone. The name of a file decides nothing.

A file is the layout that declares its columns best. The same columns are often used for several
years, so where they do not say the year, the user, the rows or the folder does, in that order; and
where these contradict the columns, nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from codebreakers.errors import ReleaseError, UnknownTableError, nearest
from codebreakers.sources import Column, Layout, academic_year
from codebreakers.sources.england import DATASETS, LAYOUTS, MADE_UP_COLUMN
from codebreakers.store.text import header_problem

__all__ = ["Recognition", "column_name", "recognise"]

_BLANKS = "\ufeff \t\r\n\xa0"  # around a name, these are not part of it
_NAMED = 5  # column names an error shows at most
_NAME_THE_YEAR = (
    "Give the year (`--year 2013`), or put the file in a folder named for its academic year "
    "(2012-2013)."
)


@dataclass(frozen=True, slots=True)
class Recognition:
    """What a file was recognised as.

    Parameters
    ----------
    layout : Layout
        How it is laid out; with the columns of an open list that the file has added.
    year : int
        Its results year; 0 where the dataset has none, and where each row says its own.
    year_from : str
        ``content``, ``folder``, ``option`` or ``layout``; ``none`` where the dataset has no year.
    unread : tuple of str
        Columns of the file, as it spells them, that the layout does not declare, and those that
        have no name.
    made_up : bool
        Whether the file says that it is about Example England.
    """

    layout: Layout
    year: int
    year_from: str
    unread: tuple[str, ...]
    made_up: bool


@dataclass(frozen=True, slots=True)
class _Fit:
    """A layout that has all it requires, and what it does not declare of the header."""

    layout: Layout
    undeclared: frozenset[str]
    share: float

    @property
    def kind(self) -> tuple[str, str]:
        return self.layout.dataset, self.layout.status


@dataclass(frozen=True, slots=True)
class _Years:
    """What is said of the year of a file, and by whom."""

    option: int | None
    content: int | None
    folder: int | None

    def first(self) -> tuple[int, str] | None:
        """Return the year that goes before the others, and who says it."""
        said = ((self.option, "option"), (self.content, "content"), (self.folder, "folder"))
        return next(((year, who) for year, who in said if year is not None), None)


def recognise(
    file: str,
    header: Sequence[str],
    *,
    folder_year: int | None,
    asked_year: int | None,
    content_year: int | None = None,
) -> Recognition:
    """Say what table a file is.

    Parameters
    ----------
    file : str
        The file, as the user would name it; for messages only.
    header : sequence of str
        Its column names, in any order and any case.
    folder_year : int, optional
        The results year its folder is named for.
    asked_year : int, optional
        The results year the user gave.
    content_year : int, optional
        The results year its rows give, where they have been read and all give one.

    Returns
    -------
    Recognition

    Raises
    ------
    ReleaseError
        If it is no table known, has a column twice or one that the publisher's list has not, fits
        several years and nothing says which, or is said to be of a year that it cannot be of.
    """
    found = _recognised(file, _spelt(file, header), _Years(asked_year, content_year, folder_year))
    nameless = (f"column {i} (no name)" for i, cell in enumerate(header, 1) if not cell.strip())
    return replace(found, unread=(*found.unread, *nameless))


def column_name(cell: str) -> str:
    """Return the name of a column in capitals, as layouts have it, from a header's cell."""
    return cell.strip(_BLANKS).upper()


def _recognised(file: str, spelt: dict[str, str], said: _Years) -> Recognition:
    """Say what table a file is, from the columns of it that have names."""
    names = frozenset(spelt)
    fits = _closest(_fits(names))
    if not fits:
        raise _unknown(file, spelt)
    likeliest = _likeliest(fits, said)
    if likeliest.layout.closed and likeliest.undeclared:
        raise _undeclared(file, likeliest, spelt)
    fit, year, year_from = _year(file, fits, said, names)
    return Recognition(
        layout=_with_open_list(fit.layout, names),
        year=year,
        year_from=year_from,
        unread=tuple(spelling for name, spelling in spelt.items() if name in fit.undeclared),
        made_up=MADE_UP_COLUMN in names,
    )


def _spelt(file: str, header: Sequence[str]) -> dict[str, str]:
    """Return the file's own spelling of each column by its name in capitals, in its order."""
    stripped = [cell.strip(_BLANKS) for cell in header]
    if problem := header_problem(stripped):
        raise ReleaseError(file, f"{problem}.", line=1)
    return {column_name(cell): cell for cell in stripped if cell}


def _fits(names: frozenset[str]) -> list[_Fit]:
    """Return every layout whose required columns are all there."""
    fits = []
    for layout in LAYOUTS:
        if layout.required <= names:
            undeclared = names - layout.columns.keys() - {MADE_UP_COLUMN}
            if layout.prefix:
                undeclared = frozenset(n for n in undeclared if not n.startswith(layout.prefix))
            shared = len(layout.columns.keys() & names)
            fits.append(_Fit(layout, undeclared, shared / len(layout.columns)))
    return fits


def _closest(fits: list[_Fit]) -> list[_Fit]:
    """Return the layouts of one table that leave fewest columns undeclared, closed ones first.

    Between different tables it is the one of whose columns the file has the larger share. That is
    not asked of the years of one table: an extract has a few of the columns of any.
    """
    if not fits:
        return []
    fewest = min(len(fit.undeclared) for fit in fits)
    level = [fit for fit in fits if len(fit.undeclared) == fewest]
    fullest = max(level, key=lambda fit: fit.share)
    alike = [fit for fit in level if fit.kind == fullest.kind]
    return sorted(alike, key=lambda fit: (not fit.layout.closed, -fit.share))


def _likeliest(fits: list[_Fit], said: _Years) -> _Fit:
    """Return the fit of the year that is said, or else the best."""
    first = said.first()
    of_year = [fit for fit in fits if first and first[0] in fit.layout.years]
    return (of_year or fits)[0]


def _year(
    file: str, fits: list[_Fit], said: _Years, names: frozenset[str]
) -> tuple[_Fit, int, str]:
    """Return the fit of the file's year, the year, and where that was taken from."""
    best = fits[0]
    if not DATASETS[best.layout.dataset].dated:
        return best, 0, "none"
    if said.option and said.content and said.option != said.content:
        raise _contradiction(file, best, said.option, "option", [said.content], names)
    if best.layout.year_column in names:
        return best, said.content or 0, "content"
    by_year = {year: fit for fit in reversed(fits) for year in fit.layout.years}
    first = said.first()
    if first:
        year, who = first
        if year not in by_year:
            raise _contradiction(file, best, year, who, by_year, names)
        return by_year[year], year, who
    # A layout that may have any column of its neighbours is not a reason to doubt one that fits.
    closed = {year: fit for year, fit in by_year.items() if fit.layout.closed}
    candidates = closed or by_year
    if len(candidates) > 1:
        raise _ambiguous(file, best, candidates)
    ((year, fit),) = candidates.items()
    return fit, year, "layout"


def _with_open_list(layout: Layout, names: frozenset[str]) -> Layout:
    """Return the layout with the file's own columns of its open list, where it has one."""
    if not layout.prefix:
        return layout
    added = {n: Column(n, "number") for n in sorted(names) if n.startswith(layout.prefix)}
    return replace(layout, columns={**layout.columns, **added})


# --- Errors -------------------------------------------------------------------------------------


def _unknown(file: str, spelt: dict[str, str]) -> ReleaseError:
    """Return the error for a file that is no table known, with the table it is most like."""
    names = spelt.keys()
    near = max(
        LAYOUTS,
        key=lambda layout: (
            len(layout.required & names) / len(layout.required),
            len(layout.columns.keys() & names),
        ),
    )
    problem = f"not a table codebreakers knows: its columns are {_listed([*spelt.values()])}."
    if not near.columns.keys() & names:
        return UnknownTableError(file, problem, line=1, available=sorted(DATASETS))
    missing = sorted(near.required - names)
    problem += f" The nearest is {_title(near)}, which also has {_listed(missing)}."
    others = names - near.columns.keys()
    alike = [(spelt[name], wanted) for wanted in missing for name in nearest(wanted, others, 1)]
    remedy = _renamed(alike) or "Give the table as it was published."
    return UnknownTableError(file, problem, line=1, remedy=remedy)


def _undeclared(file: str, fit: _Fit, spelt: dict[str, str]) -> ReleaseError:
    """Return the error for columns that the publisher's list of them has not."""
    met = [spelling for name, spelling in spelt.items() if name in fit.undeclared]
    absent = fit.layout.columns.keys() - spelt.keys()
    alike = [(name, wanted) for name in met[:_NAMED] for wanted in nearest(name, absent, 1)]
    verb = "is not a column" if len(met) == 1 else "are not columns"
    return ReleaseError(
        file,
        f"{_listed(met)} {verb} of {_title(fit.layout)}.",
        line=1,
        remedy=_renamed(alike) or "Take it out.",
    )


def _renamed(alike: Sequence[tuple[str, str]]) -> str:
    """Return what to do about columns that look like others under a new name."""
    pairs = "; ".join(f"{met!r} may be {wanted!r} renamed" for met, wanted in alike[:_NAMED])
    return f"{pairs}. Put the published name back." if pairs else ""


def _contradiction(
    file: str, fit: _Fit, year: int, who: str, fitting: Iterable[int], names: frozenset[str]
) -> ReleaseError:
    """Return the error for a year that the columns, or the rows, say it is not."""
    speaker = {
        "option": "the year asked for",
        "content": "the year its rows give",
        "folder": "the year of its folder",
    }[who]
    table = (fit.layout.dataset, fit.layout.status)
    foreign = [
        sorted(names - layout.columns.keys() - {MADE_UP_COLUMN})
        for layout in LAYOUTS
        if (layout.dataset, layout.status) == table and year in layout.years
    ]
    why = f" ({academic_year(year)} has no {_listed(foreign[0])})" if foreign and foreign[0] else ""
    return ReleaseError(
        file,
        f"{speaker} is {academic_year(year)}, but this is {DATASETS[table[0]].title!r} as "
        f"published for {_years_listed(fitting)}{why}.",
        remedy=_NAME_THE_YEAR,
    )


def _ambiguous(file: str, fit: _Fit, years: Iterable[int]) -> ReleaseError:
    """Return the error for a table that several years have alike."""
    return ReleaseError(
        file,
        f"{DATASETS[fit.layout.dataset].title!r} had these columns in {_years_listed(years)}, "
        "and nothing says which year this is.",
        remedy=_NAME_THE_YEAR,
    )


def _title(layout: Layout) -> str:
    title = repr(DATASETS[layout.dataset].title)
    status = "" if layout.status == "final" else f" ({layout.status})"
    return f"{title}{status} of {_years_listed(layout.years)}" if layout.years else title


def _years_listed(years: Iterable[int]) -> str:
    ordered = [academic_year(year) for year in sorted(years)]
    if len(ordered) > _NAMED:
        return f"{ordered[0]} to {ordered[-1]}"
    return " or ".join(ordered)


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(repr(name) for name in names[:_NAMED])
    more = len(names) - _NAMED
    return f"{shown} and {more} more" if more > 0 else shown
