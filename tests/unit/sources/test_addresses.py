from __future__ import annotations

import json
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest

from codebreakers.errors import RequestError, UnknownNameError
from codebreakers.sources.addresses import PUBLISHERS, TABLES, Hosts, Wanted, wanted
from codebreakers.sources.asking import NotServedError, RefusedError
from codebreakers.sources.ledger import is_plain
from codebreakers.sources.statistics_api import DataSet, data_set_address

DAY = date(2026, 1, 2)
KS4 = "c8756008-ed50-4632-9b96-01b5ca002a43"
SCHOOLS = "1ae39901-b462-df76-b108-640a078d7944"


def test_a_form_s_address_is_the_one_the_download_page_goes_to() -> None:
    assert wanted([2013], ["ks4"], today=DAY) == (
        Wanted(
            "ks4",
            2013,
            "https://www.compare-school-performance.service.gov.uk/download-data?download=true"
            "&regions=0&filters=KS4&fileformat=csv&year=2012-2013&meta=false",
            "2012-2013/england_ks4.csv",
        ),
    )


def test_a_dictionary_is_fetched_only_when_asked_for() -> None:
    (one,) = wanted([2013], ["workforce_meta"], today=DAY)
    query = parse_qs(urlsplit(one.url).query)
    assert one.file == "2012-2013/swf_meta.csv"
    assert (query["regions"], query["filters"], query["meta"]) == (
        ["WORKFORCE"],
        ["meta"],
        ["true"],
    )
    assert all("meta" not in each.file for each in wanted([2013], ["ks4", "census"], today=DAY))


def test_every_table_and_year_has_an_address_and_a_file_of_its_own() -> None:
    found = [
        one for name, table in TABLES.items() for one in wanted(table.years(DAY), [name], today=DAY)
    ]
    files = [one.file for one in found]
    assert len(set(files)) == len(files)
    assert all(map(is_plain, files))
    forms = [one for one in found if one.data_set is None]
    assert len({one.url for one in forms}) == len(forms)
    assert {urlsplit(url).scheme for one in found for url in (one.url, *one.otherwise)} == {"https"}
    assert {one.dataset for one in found} == set(TABLES)


def test_years_and_tables_are_asked_for_once_and_in_order() -> None:
    found = wanted([2014, 2013, 2014], ["census", "ks4", "census"], today=DAY)
    assert [(one.dataset, one.year) for one in found] == [
        ("census", 2013),
        ("census", 2014),
        ("ks4", 2013),
        ("ks4", 2014),
    ]


def test_the_school_list_changed_its_filter_in_2018_19() -> None:
    found = wanted([2018, 2019], ["spine"], today=DAY)
    assert [parse_qs(urlsplit(one.url).query)["filters"] for one in found] == [["SPINE"], ["GIAS"]]


def test_where_the_filter_is_not_known_both_spellings_are_tried() -> None:
    (one,) = wanted([2013], ["destinations"], today=DAY)
    assert "filters=KS4DESTINATION&" in one.url
    assert [parse_qs(urlsplit(url).query)["filters"] for url in one.otherwise] == [["PUPDEST"]]


def test_the_register_is_today_s_or_that_of_the_seven_days_before() -> None:
    register, links = wanted([], ["register", "links"], today=DAY)
    assert register.url == (
        "https://ea-edubase-api-prod.azurewebsites.net/edubase/downloads/public/"
        "edubasealldata20260102.csv"
    )
    assert len(register.otherwise) == 7
    assert register.otherwise[-1].endswith("/edubasealldata20251226.csv")
    assert links.url.endswith("/links_edubasealldata20260102.csv")
    assert (register.year, register.file) == (0, "register/edubasealldata.csv")


def test_all_years_of_a_data_set_are_one_file() -> None:
    form, tidy = wanted([2023, 2024, 2025], ["ks4"], today=DAY)
    assert form.year == 2023
    assert tidy.url == "https://api.education.gov.uk/statistics/v1/publications"
    assert tidy.data_set is not None
    assert (tidy.year, tidy.data_set.years) == (0, (2024, 2025))


def test_an_unknown_table_is_told_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match=r"no table 'cencus'.*Did you mean 'census'"):
        wanted([2013], ["cencus"], today=DAY)


@pytest.mark.parametrize(
    ("years", "tables", "message"),
    [
        ([2009], ["ks4"], r"no ks4 table for 2008/09\. Available: 2025/26"),
        ([2027], ["ks4"], "no ks4 table for 2026/27"),
        ([2019, 2020, 2021], ["ks4"], r"for 2019/20, 2020/21.*No school results were published"),
        ([2024], ["spine"], "no spine table for 2023/24"),
        ([2010], ["ks4_meta"], "no ks4_meta table for 2009/10"),
        ([-5], ["ks4"], "no ks4 table for -5"),
        ([], ["ks4"], "No year was asked for"),
        ([2013], [], "No table was asked for"),
    ],
)
def test_what_was_not_published_is_refused(
    years: list[int], tables: list[str], message: str
) -> None:
    with pytest.raises(RequestError, match=message):
        wanted(years, tables, today=DAY)


def test_only_the_publishers_may_be_connected_to() -> None:
    assert PUBLISHERS.origins == {
        "https://www.compare-school-performance.service.gov.uk:443",
        "https://www.find-school-performance-data.service.gov.uk:443",
        "https://ea-edubase-api-prod.azurewebsites.net:443",
        "https://api.education.gov.uk:443",
    }


@pytest.mark.parametrize(
    "url",
    [
        "ftp://host",
        "https://user:word@host",
        "host",
        "https://",
        "https://host/a b",
        "https://host/\r\nX: 1",
        "https://host:99999/",
    ],
)
def test_an_address_that_is_not_plain_is_refused(url: str) -> None:
    with pytest.raises(RefusedError):
        _ = Hosts(tables=url).origins


def _api(**changes: object) -> dict[str, object]:
    publication = {"id": KS4, "title": "Key stage 4 performance"}
    other = {"id": SCHOOLS, "title": "Subject school level exam data"}
    data_set = {
        "id": SCHOOLS,
        "title": "Key stage 4 institutional level - Schools (performance)",
        "latestVersion": {
            "version": "2.1",
            "timePeriods": {"start": "2023/24", "end": "2024/25"},
        },
    }
    first = {"paging": {"page": 1, "totalPages": 2}, "results": [{"id": "x", "title": "Another"}]}
    second = {"paging": {"page": 2, "totalPages": 2}, "results": [publication]}
    below = {"paging": {"page": 1, "totalPages": 1}, "results": [other, {**data_set, **changes}]}
    return {"/p?page=1": first, "/p?page=2": second, f"/p/{KS4}/data-sets?page=1": below}


def _walk(pages: dict[str, object], *years: int) -> str:
    data_set = DataSet("Key stage 4 performance", ("schools", "performance"), years)
    through_json = {path: json.loads(json.dumps(page)) for path, page in pages.items()}
    return data_set_address(
        data_set, "https://api/publications", lambda url: through_json[url.replace(PUBLIC, "/p")]
    )


PUBLIC = "https://api/publications"


def test_the_walk_goes_through_every_page_to_the_latest_version() -> None:
    assert _walk(_api(), 2024, 2025) == (f"https://api/data-sets/{SCHOOLS}/csv?dataSetVersion=2.1")


def test_a_year_that_the_data_set_does_not_hold_is_told() -> None:
    with pytest.raises(NotServedError, match=r"has 2023/24 to 2024/25, not 2025/26"):
        _walk(_api(), 2026)


def test_titles_that_do_not_fit_are_listed() -> None:
    with pytest.raises(NotServedError, match=r"0 of its data sets.*'Subject school level exam"):
        _walk(_api(title="Nothing of the kind"))


def test_two_titles_that_fit_are_not_chosen_between() -> None:
    pages = _api()
    page = pages[f"/p/{KS4}/data-sets?page=1"]
    assert isinstance(page, dict)
    page["results"].append({**page["results"][1], "title": "Schools performance, provisional"})
    with pytest.raises(NotServedError, match="2 of its data sets"):
        _walk(pages)


def test_a_publication_that_is_not_there_is_told() -> None:
    empty: dict[str, object] = {"/p?page=1": {"paging": {"totalPages": 0}, "results": []}}
    with pytest.raises(NotServedError, match="0 publications 'Key stage 4 performance'"):
        _walk(empty)


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "../../etc"},
        {"id": 7},
        {"title": None},
        {"latestVersion": None},
        {"latestVersion": {"version": "1.0&x=y"}},
        {"latestVersion": {}},
    ],
)
def test_an_answer_that_is_not_as_described_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(RefusedError):
        _walk(_api(**changes))


@pytest.mark.parametrize(
    "page",
    [
        [],
        "text",
        None,
        {},
        {"paging": {"totalPages": "1"}, "results": []},
        {"paging": {"totalPages": 1}, "results": {}},
        {"paging": {"totalPages": 1}, "results": ["one"]},
    ],
)
def test_a_page_that_is_not_one_is_refused(page: object) -> None:
    with pytest.raises(RefusedError):
        _walk({"/p?page=1": page})


def test_pages_without_end_are_not_followed() -> None:
    asked: list[str] = []

    def ask(url: str) -> object:
        asked.append(url)
        return {"paging": {"totalPages": 10**9}, "results": []}

    with pytest.raises(RefusedError, match="more than 50 pages"):
        data_set_address(DataSet("x", ()), "https://api/publications", ask)
    assert len(asked) == 50
