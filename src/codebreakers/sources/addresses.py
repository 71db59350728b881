"""Which addresses serve which table and year: declarations, and nothing asked of anyone.

Until 2022/23 the tables come from one form, the download page of the Department's performance
service: a filter names the table, and the year is written ``2012-2013``. The spellings ``KS4``,
``CENSUS``, ``PUPILABSENCE``, ``SPINE`` and ``GIAS`` are in public use; ``WORKFORCE`` is the form's
own name for its choice, and the form's names in capitals are its filters. No public use of the
destinations filter is known: its two spellings are our best reading, tried in turn. Dictionaries
are served for 2010/11 onwards.

From 2023/24 results are tidy data sets of the statistics API, found by title (`statistics_api`);
the words of the titles are our best reading of what the service shows.
The register is a daily file with its date in its name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from urllib.parse import urlencode

from codebreakers.errors import RequestError, UnknownNameError
from codebreakers.sources import academic_year
from codebreakers.sources.asking import origin
from codebreakers.sources.statistics_api import DataSet

__all__ = [
    "PUBLISHERS",
    "TABLES",
    "Hosts",
    "Table",
    "Wanted",
    "wanted",
]


@dataclass(frozen=True, slots=True)
class Hosts:
    """Where the tables are published, and nowhere else.

    Parameters
    ----------
    tables, register, statistics : str
        Where the form, the register's extracts and the statistics API begin.
    also : tuple of str
        Further places that those may redirect to.
    """

    tables: str = "https://www.compare-school-performance.service.gov.uk"
    register: str = "https://ea-edubase-api-prod.azurewebsites.net"
    statistics: str = "https://api.education.gov.uk/statistics"
    also: tuple[str, ...] = ("https://www.find-school-performance-data.service.gov.uk",)

    @property
    def origins(self) -> frozenset[str]:
        """Scheme, host and port of each: all that may be connected to."""
        return frozenset(map(origin, (self.tables, self.register, self.statistics, *self.also)))


PUBLISHERS = Hosts()


@dataclass(frozen=True, slots=True)
class Wanted:
    """One file to fetch.

    Parameters
    ----------
    dataset : str
        The series it belongs to ("ks4").
    year : int
        Results year; 0 where the file is of no one year.
    url : str
        Where it is; for a data set, where the walk to it begins.
    file : str
        Where to save it, from the folder ("2012-2013/england_ks4.csv").
    otherwise : tuple of str
        Addresses to try in turn where that one does not serve it.
    data_set : DataSet, optional
        What to walk to.
    """

    dataset: str
    year: int
    url: str
    file: str
    otherwise: tuple[str, ...] = ()
    data_set: DataSet | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """A choice of the download page: spellings of its filter, years, and our name for the file."""

    filters: tuple[str, ...]
    years: tuple[int, ...]
    file: str
    dictionary: bool = False

    def address(self, host: str, spelling: str, year: int) -> str:
        """Return the address that the page's button would go to."""
        region, filters = (spelling, "meta") if self.dictionary else ("0", spelling)
        choices = {
            "download": "true",
            "regions": region,
            "filters": filters,
            "fileformat": "csv",
            "year": f"{year - 1}-{year}",
            "meta": "true" if self.dictionary else "false",
        }
        return f"{host}/download-data?{urlencode(choices)}"


@dataclass(frozen=True, slots=True)
class Tidy:
    """A data set of the statistics API, the results year it begins with, and our name for it."""

    data_set: DataSet
    since: int
    file: str


@dataclass(frozen=True, slots=True)
class Daily:
    """A file named after its day: the pattern of its address, and our name for it."""

    path: str
    file: str


@dataclass(frozen=True, slots=True)
class Table:
    """Everything that serves one table."""

    forms: tuple[Form, ...] = ()
    tidy: Tidy | None = None
    daily: Daily | None = None

    def years(self, today: date) -> tuple[int, ...]:
        """Results years there is a file for; empty where the table is of no year."""
        forms = [year for form in self.forms for year in form.years]
        return (*forms, *range(self.tidy.since, today.year + 1)) if self.tidy else tuple(forms)


# No school results were published for 2019/20 and 2020/21.
_RESULTS = (*range(2010, 2020), 2022, 2023)
_CENSUS = (*range(2011, 2020), 2021, 2022, 2023)
_DICTIONARIES_SINCE = 2011
_DAYS = 7  # how many earlier days' registers to ask for

_FORMS: Mapping[str, tuple[Form, ...]] = {
    "ks4": (Form(("KS4",), _RESULTS, "england_ks4.csv"),),
    "census": (Form(("CENSUS",), _CENSUS, "england_census.csv"),),
    "workforce": (Form(("WORKFORCE",), _CENSUS, "england_swf.csv"),),
    "absence": (Form(("PUPILABSENCE",), _RESULTS[1:], "england_abs.csv"),),
    "destinations": (Form(("KS4DESTINATION", "PUPDEST"), _RESULTS[2:], "england_pupdest.csv"),),
    "spine": (
        Form(("SPINE",), tuple(range(2011, 2019)), "england_spine.csv"),
        Form(("GIAS",), (2019, 2021, 2022, 2023), "england_school_information.csv"),
    ),
}
_TIDY: Mapping[str, Tidy] = {
    "ks4": Tidy(
        DataSet("Key stage 4 performance", ("schools", "performance")), 2024, "ks4_schools.csv"
    ),
    "destinations": Tidy(
        DataSet("Key stage 4 destination measures", ("institution",)), 2024, "ks4_destinations.csv"
    ),
    "absence": Tidy(
        DataSet("Pupil absence in schools in England", ("school level",)), 2024, "absence.csv"
    ),
    "workforce": Tidy(
        DataSet("School workforce in England", ("pupil", "teacher ratio", "school level")),
        2024,
        "workforce.csv",
    ),
}
_DAILY: Mapping[str, Daily] = {
    "register": Daily("edubasealldata{day:%Y%m%d}.csv", "edubasealldata.csv"),
    "links": Daily("links_edubasealldata{day:%Y%m%d}.csv", "links_edubasealldata.csv"),
}


def _dictionary(form: Form) -> Form:
    years = tuple(year for year in form.years if year >= _DICTIONARIES_SINCE)
    file = form.file.removeprefix("england_").replace(".csv", "_meta.csv")
    return Form(form.filters, years, file, dictionary=True)


TABLES: Mapping[str, Table] = MappingProxyType(
    {name: Table(forms, _TIDY.get(name)) for name, forms in _FORMS.items()}
    | {name: Table(daily=daily) for name, daily in _DAILY.items()}
    | {f"{name}_meta": Table(tuple(map(_dictionary, forms))) for name, forms in _FORMS.items()}
)


def wanted(
    years: Iterable[int],
    tables: Iterable[str],
    *,
    hosts: Hosts = PUBLISHERS,
    today: date | None = None,
) -> tuple[Wanted, ...]:
    """Return the files that hold some tables for some years.

    Parameters
    ----------
    years : iterable of int
        Results years (2013 for 2012/13). ``register`` and ``links`` are of no year and need none.
    tables : iterable of str
        Names in `TABLES`; ``ks4_meta`` is the dictionary of ``ks4``.
    hosts : Hosts
        Where they are published.
    today : datetime.date, optional
        The day whose register to ask for first; the day it is where not given.

    Returns
    -------
    tuple of Wanted
        One for each table and year, but one for all the years of a data set of the API.

    Raises
    ------
    UnknownNameError
        Where there is no such table.
    RequestError
        Where nothing is asked for, or a table was not published for a year.
    """
    names = tuple(dict.fromkeys(tables))
    asked = tuple(sorted(set(years)))
    day = today or datetime.now(UTC).date()
    if not names:
        raise RequestError("No table was asked for.", available=TABLES)
    found: list[Wanted] = []
    for name in names:
        if name not in TABLES:
            raise UnknownNameError("table", name, TABLES)
        table = TABLES[name]
        if table.daily:
            found.append(_daily(name, table.daily, hosts, day))
            continue
        _check_years(name, table.years(day), asked)
        found += _forms(name, table, hosts, asked)
        found += _tidy(name, table, hosts, asked)
    return tuple(found)


def _check_years(name: str, published: tuple[int, ...], asked: tuple[int, ...]) -> None:
    available = [academic_year(year) for year in published]
    if not asked:
        raise RequestError(f"No year was asked for, and {name} has many.", available=available)
    missing = [year for year in asked if year not in published]
    if missing:
        shown = ", ".join(map(_shown, missing))
        raise RequestError(
            f"There is no {name} table for {shown}.",
            available=reversed(available),
            remedy="No school results were published for 2019/20 and 2020/21."
            if {2020, 2021} & set(missing)
            else "Ask for years from those.",
        )


def _shown(year: int) -> str:
    plain = type(year) is int and 1000 <= year <= 9999
    return academic_year(year) if plain else repr(year)


def _forms(name: str, table: Table, hosts: Hosts, asked: tuple[int, ...]) -> Iterator[Wanted]:
    for form in table.forms:
        for year in asked:
            if year in form.years:
                first, *others = (
                    form.address(hosts.tables, spelling, year) for spelling in form.filters
                )
                file = f"{year - 1}-{year}/{form.file}"
                yield Wanted(name, year, first, file, tuple(others))


def _tidy(name: str, table: Table, hosts: Hosts, asked: tuple[int, ...]) -> Iterator[Wanted]:
    if table.tidy is None:
        return
    years = tuple(year for year in asked if year >= table.tidy.since)
    if years:
        there = table.tidy.data_set
        data_set = DataSet(there.publication, there.words, years)
        url = f"{hosts.statistics}/v1/publications"
        yield Wanted(name, 0, url, f"statistics/{table.tidy.file}", data_set=data_set)


def _daily(name: str, daily: Daily, hosts: Hosts, today: date) -> Wanted:
    first, *others = (
        f"{hosts.register}/edubase/downloads/public/"
        + daily.path.format(day=today - timedelta(days=back))
        for back in range(_DAYS + 1)
    )
    return Wanted(name, 0, first, f"register/{daily.file}", tuple(others))
